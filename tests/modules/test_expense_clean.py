"""Clean vouchers raise no alarm; what must hold of sums, capitals and numbers in a row for any values (EXP-3)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain.money_words import amount_in_words
from salesdesk.domain.problems import Severity
from salesdesk.modules.reimbursement.checks.case import Held, HeldFile
from salesdesk.modules.reimbursement.checks.judging import CHECKS, judge
from salesdesk.modules.reimbursement.checks.patterns import numbered, runs
from salesdesk.services.vouchers.voucher import VoucherKind
from tests.modules.claim_cases import CLAIMANT, TODAY, by_hand, case, found, held, made, trip_leg
from tests.vouchers_made import BUYER, Made, air_ticket, e_invoice, full_invoice, rail_ticket, toll_invoice

SELLERS = (
    "苏州湖畔酒店管理（集团）有限公司",
    "上海锦华餐饮有限公司",
    "苏州园区文具商行",
    "顺达快运有限公司",
    "广州云山宾馆有限公司",
)
VOUCHERS = 240
ALARMS_ALLOWED = 0.02


def day_before(chance: Random, most: int) -> str:
    """A working day, at most so many days before today."""
    days = (date.fromisoformat(TODAY) - timedelta(n) for n in range(1, most))
    return chance.choice([d.isoformat() for d in days if d.weekday() < 5 and d.isoformat() != "2026-06-19"])


def spent(chance: Random, least: int, most: int) -> int:
    """An amount with odd 分, as real ones have."""
    return chance.randrange(least, most) * 100 + chance.choice((0, 0, 50, 80, 37))


def clean(chance: Random, n: int) -> tuple[Made, dict[str, Any]]:
    """One voucher without fault and what the claim says of it."""
    day = day_before(chance, 100)
    serial = n * 97 + chance.randrange(50)
    seller = chance.choice(SELLERS)
    match n % 8:
        case 0:
            nights = chance.choice((1, 2, 3))
            total = min(spent(chance, 180, 300) * nights, 340_00 * nights)
            hotel = full_invoice(n=serial, total=total, goods="*住宿服务*住宿费", date=day, seller=seller)
            return hotel, {"category": "住宿费", "nights": nights, "date_from": "2026-06-15"}
        case 1:
            heads = chance.choice((3, 4, 6))
            dinner = full_invoice(n=serial, total=min(spent(chance, 130, 800), 145_00 * heads), date=day, seller=seller)
            return dinner, {"category": "业务招待费", "persons": heads, "purpose": "华源贸易 王芳", "date_from": day}
        case 2:
            paper = full_invoice(n=serial, special=True, total=spent(chance, 90, 900), rate="13%", goods="*纸制品*复印纸",
                                 lines=chance.choice((1, 3)), date=day, seller=seller)  # fmt: skip
            return paper, {"category": "办公费"}
        case 3:
            ride_day = day_before(chance, 60)
            return rail_ticket(n=serial, total=spent(chance, 30, 500), day=ride_day, date=ride_day), {}
        case 4:
            flight = trip_leg(day, "18:30", "合肥", "广州", "CZ8866", chance.choice("YVM"))
            return air_ticket(n=serial, fare=spent(chance, 300, 900), legs=(flight,), date=day), {}
        case 5:
            return toll_invoice(n=serial, total=spent(chance, 10, 90), date=day), {"category": "交通费"}
        case 6:
            return full_invoice(n=serial, total=spent(chance, 12, 60), goods="*物流辅助服务*收派服务费", rate="***", date=day,
                                seller=seller), {"category": "快递费"}  # fmt: skip
    telephone = e_invoice(n=serial, total=spent(chance, 50, 200), goods="*电信服务*通信服务费", date=day, seller=seller)
    return telephone, {"category": "通讯费"}


def test_clean_vouchers_of_all_kinds_and_forms_raise_hardly_any_alarm() -> None:
    chance, alarms, hints, total = Random(20260626), Counter[str](), Counter[str](), 0
    for claim in range(VOUCHERS // 6):
        vouchers: list[Held] = []
        for at in range(6):
            n = claim * 6 + at
            one, about = clean(chance, n)
            form = ("xml", "pdf", "ofd")[n % 3]
            if one.kind is VoucherKind.AIR and form == "ofd":
                form = "xml"
            voucher = made(one, form)
            assert voucher.number == one.number, f"{form} of {one.kind} not read"
            vouchers.append(held(voucher, at + 1, **about))
        header = {"vouchers": len(vouchers)}
        for finding in judge(case(*vouchers, header=header)):
            (hints if finding.severity is Severity.HINT else alarms)[f"{finding.rule}: {finding.message}"] += 1
        total += len(vouchers)
    assert total == VOUCHERS
    assert sum(alarms.values()) < total * ALARMS_ALLOWED, alarms
    assert sum(hints.values()) < total * 0.1, hints


@pytest.mark.parametrize(
    "buyer",
    [
        "苏州安正阀门有限公司",
        " 苏州安正阀门 有限公司",
        "苏州安正阀门厂(普通合伙)",
        "苏州安正阀门厂（普通合伙）",
        "苏州安正阀门厂（普通合伙)",
    ],
)
def test_brackets_width_and_blanks_make_no_other_buyer(buyer: str) -> None:
    assert not {"title_differs", "title_missing"} & set(
        found(case(held(made(full_invoice(total=318_50, buyer=buyer)))))
    ), buyer


def test_words_of_real_invoices_agree() -> None:
    for total, words in (
        (639, "陆元叁角玖分"), (2035, "贰拾圆零叁角伍分"), (2035, "贰拾圆叁角伍分"), (15, "壹角伍分"), (300_00, "叁佰圆整"),
        (300_00, "叁佰元正"), (10_005, "壹佰圆零伍分"),
    ):  # fmt: skip
        assert "words_differ" not in found(case(held(made(full_invoice(total=total, words=words)))))


def test_a_discount_line_is_no_red_invoice() -> None:
    from tests.modules.claim_cases import goods

    items = (goods("*住宿服务*住宿费", 400_00, 24_00), goods("*住宿服务*住宿费（折扣）", -100_00, -6_00))
    assert not {"lines_sum", "red_pair", "sum_wrong", "line_tax"} & set(
        found(case(held(made(full_invoice(total=318_00, items=items)))))
    )


def test_nothing_missing_is_derived() -> None:
    voucher = by_hand(
        VoucherKind.FULL_ORDINARY, number="26322000000000000001", date="2026-06-18", total=106_00, buyer=BUYER
    )
    before = voucher.wire()
    judge(case(held(voucher)))
    assert voucher.wire() == before
    assert "sum_wrong" not in found(case(held(voucher)))


def test_rules_switched_off_say_nothing_and_weights_are_the_companys() -> None:
    from salesdesk.modules.standards.book import Ruling
    from salesdesk.services.rule_stands import Stand

    voucher = held(made(rail_ticket(passenger="李强")))
    assert found(case(voucher))["other_person"].severity is Severity.HINT
    stands = (
        (Stand("block", "nobody"), Severity.STOP),
        (Stand("block", "anybody"), Severity.ASK),
        (Stand("warn"), Severity.WARN),
    )
    for stand, severity in stands:
        told = found(case(voucher, rulings={"other_person": Ruling(stand, {}, 3)}))["other_person"]
        assert (told.severity, told.rule_version) == (severity, "3")
    assert "other_person" not in found(case(voucher, rulings={"other_person": Ruling(Stand("warn", "nobody", False))}))


def test_all_faults_of_one_voucher_come_at_once() -> None:
    bad = full_invoice(total=318_50, buyer="别的公司", words="壹元整", number="25322000000000000017", date="2026-06-27")
    told = found(case(held(made(bad, "pdf"))))
    assert {"title_differs", "words_differ", "number_year", "future"} <= set(told)


def test_one_reason_is_enough_for_an_old_voucher_of_last_year() -> None:
    from salesdesk.modules.standards.book import Ruling
    from salesdesk.services.rule_stands import Stand

    old = held(made(full_invoice(total=318_50, number="25322000000000000001", date="2025-11-30")))
    told = found(case(old))
    assert (told["last_year"].severity, told["too_old"].severity) == (Severity.WARN, Severity.HINT)
    off = found(case(old, rulings={"last_year": Ruling(Stand("warn", "anybody", False))}))
    assert "last_year" not in off and off["too_old"].severity is Severity.WARN


def test_every_check_says_what_it_is_for() -> None:
    assert all(check.__doc__ and check.__doc__[0].isdigit() for check in CHECKS)


# -- for any values ----------------------------------------------------------------------------------------------------


@given(st.integers(-(10**7), 10**7), st.integers(0, 10**6), st.integers(0, 10**5), st.integers(-300, 300))
def test_a_sum_closes_within_a_cent_and_no_further(amount: int, tax: int, fund: int, off: int) -> None:
    total = amount + tax + fund + off
    voucher = by_hand(
        VoucherKind.FULL_ORDINARY,
        number="26322000000000000001",
        amount=amount,
        tax=tax,
        total=total,
        extra={"fund": f"{fund / 100:.2f}"},
    )
    assert ("sum_wrong" in found(case(held(voucher)))) == (abs(off) > 1)


@given(
    st.lists(
        st.tuples(st.integers(1, 900), st.integers(0, 300), st.lists(st.integers(1, 900), max_size=3)), max_size=5
    ),
    st.lists(st.integers(1, 900), max_size=3),
)
def test_what_no_voucher_covers_is_told_to_the_cent(drawn: list[tuple[int, int, list[int]]], loose: list[int]) -> None:
    """Nothing is excused twice: what is told comes to what lines claim beyond their vouchers, less the vouchers on no line."""
    lines = [
        {"uid": f"l{n}", "seq": n, "item": "其他", "amount": a, "cut": min(a, c)} for n, (a, c, _) in enumerate(drawn)
    ]
    faces = [(f"l{n}", face) for n, (_, _, all_) in enumerate(drawn) for face in all_] + [("", face) for face in loose]
    vouchers = [
        held(by_hand(VoucherKind.TAXI, date=TODAY, total=face), n, line=line, category="其他")
        for n, (line, face) in enumerate(faces, 1)
    ]
    short = [max(0, a - min(a, c) - sum(all_)) for a, c, all_ in drawn]
    told = [f for f in judge(case(*vouchers, lines=lines)) if f.rule in ("sum_short", "no_voucher") and f.line]
    bare = sum(
        next(s for s, line in zip(short, lines, strict=True) if line["uid"] == f.line) for f in told if not f.excess
    )
    missing = max(0, sum(short) - sum(loose)) if vouchers else 0
    assert sum(f.excess or 0 for f in told) + bare == missing


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=20), st.integers(-200, 200))
def test_lines_add_up_or_not(amounts: list[int], off: int) -> None:
    from tests.modules.claim_cases import goods

    items = tuple(goods("*住宿服务*住宿费", a, 0, "免税") for a in amounts)
    voucher = by_hand(
        VoucherKind.FULL_ORDINARY, number="26322000000000000001", amount=sum(amounts) + off, tax=0, items=items
    )
    assert ("lines_sum" in found(case(held(voucher)))) == (abs(off) > 1)


@given(st.integers(-(10**9), 10**9), st.booleans(), st.booleans(), st.integers(-2, 2))
def test_capitals_are_compared_by_value(total: int, round_yuan: bool, brackets: bool, off: int) -> None:
    said = amount_in_words(total)
    said = said.replace("元", "圆") if round_yuan else said
    said = f"（负数）{said[1:]}" if brackets and said.startswith("负") else said
    voucher = by_hand(VoucherKind.FULL_ORDINARY, number="26322000000000000001", total=total + off, total_in_words=said)
    assert ("words_differ" in found(case(held(voucher)))) == (off != 0)


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=14),
    st.integers(1, 4),
    st.integers(0, 5),
    st.integers(2, 4),
)
def test_numbers_in_a_row_are_found_as_by_hand(drawn: list[tuple[int, int]], gap: int, days: int, least: int) -> None:
    by_serial = dict(drawn)
    every = [
        numbered("甲", "", f"26322{serial:015}", f"2026-06-{10 + day}")
        for serial, day in drawn
        if by_serial[serial] == day
    ]
    found_runs = runs([one for one in every if one is not None], gap, days, least)
    serials = sorted(by_serial)
    expected: list[list[int]] = [[serials[0]]] if serials else []
    for before, serial in pairwise(serials):
        near = serial - before <= gap and abs(by_serial[serial] - by_serial[before]) <= days
        if near:
            expected[-1].append(serial)
        else:
            expected.append([serial])
    assert [[n.serial for n in run] for run in found_runs] == [run for run in expected if len(run) >= least]


def test_series_do_not_mix() -> None:
    rows = [
        numbered("甲", "", "26322000000000000001", "2026-06-10"),
        numbered("乙", "", "26322000000000000002", "2026-06-10"),
        numbered("甲", "", "26312000000000000002", "2026-06-10"),
        numbered("甲", "032002100111", "00000003", "2026-06-10"),
    ]
    assert not runs([one for one in rows if one is not None], 2, 3, 2)
    assert numbered("", "", "1", "2026-06-10") is numbered("甲", "", "A1", "2026-06-10") is None


def test_supporting_papers_are_no_vouchers() -> None:
    listed = (HeldFile("pdf", "original"), HeldFile("pdf", "support", "行程单"))
    ride = full_invoice(total=39_54, rate="3%", goods="*运输服务*客运服务费", seller="滴滴出行科技有限公司")
    told = found(case(held(made(ride), category="交通费", files=listed), header={"vouchers": 1}))
    assert not {"papers_missing", "count_differs", "sum_short"} & set(told)
    assert CLAIMANT
