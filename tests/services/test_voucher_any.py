"""Any voucher one can think of, in any form, is read as it was made (hypothesis; sums, rates, names, lines and legs at will)."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from salesdesk.services.vouchers.reading import read_bytes
from salesdesk.services.vouchers.voucher import Leg
from tests import vouchers_made as made
from tests.vouchers_made import Made

DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
names = st.sampled_from(
    (
        "苏州安正阀门有限公司", "内蒙古（呼和浩特）餐饮管理有限责任公司", "个人", "王小明", "上海3M中国有限公司",
        "中国石化销售股份有限公司江苏苏州石油分公司", "华住酒店管理有限公司苏州工业园区第12分公司", "烎火（北京）科技有限公司",
    )
)  # fmt: skip
goods = st.sampled_from(
    (
        "*餐饮服务*餐费", "*住宿服务*住宿费", "*石油制品*92号车用汽油(VIB)", "*日用杂品*A4 打印纸 70g 5包/箱", "*供电*售电",
        "*电子计算机*笔记本电脑ThinkPad X1 Carbon 2024款", "*印刷品*图书《会计学》",
    )
)  # fmt: skip
ids = st.text(DIGITS, min_size=9, max_size=9).map(lambda tail: made.tax_id(f"91320594{tail}"))
days = st.dates(date(2018, 1, 1), date(2030, 12, 31)).map(str)
totals = st.one_of(st.integers(1, 99), st.integers(100, 10**6), st.integers(10**6, 10**10))
parties = st.fixed_dictionaries(
    {"buyer": names, "buyer_id": st.one_of(ids, st.just("")), "date": days, "n": st.integers(0, 9999)}
)
sellers = st.fixed_dictionaries({"seller": names, "seller_id": ids, "total": totals})


@st.composite
def vouchers(draw: st.DrawFn) -> Made:
    """An invoice, old or new, a toll, a rail ticket or an itinerary."""
    shared = draw(parties)
    kind = draw(st.sampled_from(("full", "full", "older", "toll", "rail", "air")))
    if kind == "rail":
        return made.rail_ticket(
            total=draw(st.integers(100, 500_000)),
            train=draw(st.sampled_from(("G1", "D3124", "K8351", "Z99", "1461"))),
            origin=draw(st.sampled_from(("苏州", "北京南", "呼和浩特东"))),
            destination=draw(st.sampled_from(("上海虹桥", "广州南"))),
            business=draw(st.sampled_from(("售", "退"))),
            **shared,
        )
    if kind == "air":
        legs = [
            Leg(shared["date"], time, origin, "广州", flight, "V")
            for time, origin, flight in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(("08:05", "23:59")),
                        st.sampled_from(("合肥", "北京首都")),
                        st.sampled_from(("CZ8866", "3U8633")),
                    ),
                    min_size=1,
                    max_size=3,
                )
            )
        ]
        return made.air_ticket(
            fare=draw(st.integers(100, 900_000)), fuel=draw(st.integers(0, 30_000)), legs=tuple(legs), **shared
        )
    shared |= draw(sellers)
    if kind == "toll":
        return made.toll_invoice(**shared)
    shared |= {"rate": draw(st.sampled_from(("13%", "9%", "6%", "3%", "0.5%", "免税", "不征税"))), "goods": draw(goods)}
    shared["lines"] = draw(st.integers(1, 6))
    if kind == "older":
        return made.e_invoice(special=draw(st.booleans()), **shared)
    return made.full_invoice(
        special=draw(st.booleans()), red_of=draw(st.sampled_from(("", "26322000000000000009"))), **shared
    )


@given(vouchers(), st.sampled_from(("xml", "pdf", "turned", "tags", "attached", "text")), st.booleans())
def test_read_as_made(voucher: Made, form: str, with_qr: bool) -> None:
    data = {
        "xml": lambda: voucher.xml(),
        "pdf": lambda: voucher.pdf(qr=with_qr),
        "turned": lambda: voucher.pdf(turn=90, qr=with_qr),
        "tags": lambda: voucher.ofd("tags"),
        "attached": lambda: voucher.ofd("xml"),
        "text": lambda: voucher.ofd("text", jbig2=with_qr),
    }[form]()
    (found,) = read_bytes("票", data)
    told, truth = found.wire(), voucher.truth()
    if voucher.kind == "rail" and form in ("pdf", "turned"):  # the face states the fare only
        truth |= {"amount": None, "tax": None}
    elif voucher.kind == "rail" and form in ("tags", "text"):
        truth |= {"amount": told["amount"], "tax": told["tax"]}
    assert {key: told[key] for key in truth} == truth
    assert [(i.name, i.amount, i.tax) for i in found.items] == [(i.name, i.amount, i.tax) for i in voucher.items]
    assert found.legs == voucher.legs
    assert not found.unsure
