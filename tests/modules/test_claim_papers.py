"""The papers of a claim say what is saved: 差旅费报销单, 粘贴单, 汇总表, 退回单, 付款申请单 (EXP-3, EXP-5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words
from tests.modules.claim_desk import claim, claim_desk, codes, drop, row, to_check, voucher
from tests.services.pdf_reading import texts_of
from tests.vouchers_made import full_invoice, trip_list


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    yield made
    made.close()


def text_of(desk: Desk, verb: str, uid: str, **args: Any) -> str:
    made = desk.do(verb, {"uid": uid, **args})
    return "\n".join(texts_of(Path(made.data["file"]).read_bytes()))


TRIP = [
    {"part": "行程", "item": "差旅费", "summary": "苏州到南京", "amount": "199", "day": "2026-06-10", "time": "08:15",
     "origin": "苏州", "destination": "南京南", "time_to": "09:40", "vehicle": "火车", "vouchers": 1},
    {"part": "补助", "item": "差旅费", "summary": "伙食补助", "amount": "300", "persons": 1, "days": "3", "standard": "100"},
    {"part": "补助", "item": "差旅费", "summary": "说不清的补助", "amount": "50"},
    {"part": "费用", "item": "住宿费", "summary": "两晚", "amount": "640", "vouchers": 1},
]  # fmt: skip


def test_a_trip_goes_on_its_own_form(desk: Desk) -> None:
    uid = desk.do(
        "claim.save",
        {
            "claimant": "陈志远", "kind": "差旅", "title": "拜访客户", "trip_from": "2026-06-10", "trip_to": "2026-06-12",
            "vouchers": 2, "loan": "2000", "lines": TRIP,
        },
    ).uid  # fmt: skip
    text = text_of(desk, "expense.print", uid)
    for wanted in (
        "差旅费报销单",
        "南京南",
        "1×3×100.00",
        "住宿费",
        "说不清的补助",
        "职别：经理",
        "共 3 天",
        "事由：拜访客户",
    ):
        assert wanted in text
    assert f"报销总额：人民币{amount_in_words(118900)}" in text and "退还金额：¥811.00" in text
    desk.do("claim.save", {"uid": uid, "kind": "费用"})
    assert "费　用　报　销　单" in text_of(desk, "expense.preview", uid)


def test_what_was_cut_stands_on_the_form(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "700", "100"))
    line = desk.lines("expense_line", uid)[0]["uid"]
    desk.do("claim.deduct", {"uid": uid, "lines": [{"line": line, "cut": "150", "reason": "住宿超标准"}]})
    text = text_of(desk, "expense.print", uid)
    assert "核准金额：¥650.00" in text and "核减 150.00：住宿超标准" in text.replace("\n", "")


def test_only_papers_that_are_pasted_get_a_paste_sheet(desk: Desk) -> None:
    uid = claim(desk, "300")
    voucher(desk, claim=uid, kind="出租车票", code="132000000001", number="00000001", total="35", category="交通费")
    voucher(desk, claim=uid, kind="出租车票", code="132000000001", number="00000077", total="42.5", category="交通费")
    voucher(desk, claim=uid, kind="定额发票", code="132000000002", number="00000002", total="100", category="其他")
    voucher(desk, claim=uid, kind="数电普票", number="26322000000012345678", total="122.5", category="办公费")
    text = text_of(desk, "paste.print", uid)
    assert text.count("票　据　粘　贴　单") == 2 and "2 张" in text and "¥77.50" in text and "¥100.00" in text
    assert "122.50" not in text and "第 1/2 页" in text
    summary = text_of(desk, "voucher_summary.print", uid)
    assert "26322000000012345678" in summary and "4 张" in summary and "300.00" in summary and "出租车票" in summary


def test_the_return_slip_tells_all_faults_at_once_as_they_were(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "200"))
    made = voucher(desk, claim=uid, kind="出租车票", code="132000000001", number="00000001", total="35")
    desk.do("voucher.reject", {"uid": made, "why": "不是这次出差的"})
    slip = desk.do("claim.return", {"uid": uid, "why": "请补会议通知"}).data["slip"]
    text = text_of(desk, "return_slip.print", slip).replace("\n", "")
    assert "报销退回单" in text.replace("　", "") and "请补会议通知" in text and "这张票剔除：不是这次出差的" in text
    assert "报销人签收" in text and "陈志远" in text and "第 1 张" in text


def test_a_payment_request_adds_up_its_contract_and_asks_beyond_it(desk: Desk) -> None:
    base = {
        "department": "采购部", "applicant": "李强", "payee": "南京华源机电有限公司", "contract": "HT-1", "contract_amount": "1000",
        "purpose": "进度款",
    }  # fmt: skip
    first = desk.do("payment.save", {**base, "amount": "600"})
    assert first.data["number"].startswith("FK2606A-")
    assert codes(desk, "payment.save", {**base, "amount": "600"}) == ["beyond_contract"]
    second = desk.do("payment.save", {**base, "amount": "400"}).uid
    text = text_of(desk, "payment.print", second)
    assert "¥600.00" in text and "100.0 %" in text and f"人民币{amount_in_words(40000)}" in text
    over = desk.do("payment.save", {**base, "amount": "600", "reason": "合同追加"})
    assert any(p.code == "beyond_contract" for p in over.problems)


def test_a_paper_of_her_own_size_is_a_setting(desk: Desk) -> None:
    uid = claim(desk, "100")
    desk.settings.put("print.custom_paper", "210x120")
    made = desk.do("expense.print", {"uid": uid, "paper": "custom"})
    assert made.data["paper"] == "210x120"
    desk.settings.put("print.custom_paper", "巨大")
    with pytest.raises(Refused, match="自定义纸张"):
        desk.do("expense.print", {"uid": uid, "paper": "custom"})


def test_the_bundle_has_everything_in_pasting_order(desk: Desk, tmp_path: Path) -> None:
    """EXP-5: form, paste sheet for what is paper, summary, e-invoices two on a sheet with their supporting papers behind them."""
    one, two = full_invoice(n=1, total=106_00), full_invoice(n=20, total=58_50)
    files = {"一.xml": one.xml(), "一.pdf": one.pdf(), "二.pdf": two.pdf()}
    uid = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(tmp_path / "票", files)}).uid
    first = next(v for v in desk.rows("expense_voucher") if v["seq"] == 1)
    desk.do(
        "voucher.attach",
        {"uid": first["uid"], "support": "小票", "files": drop(tmp_path / "证", {"小票.pdf": trip_list()})},
    )
    desk.do(
        "voucher.save", {"claim": uid, "kind": "定额发票", "total": "20", "date": "2026-06-18", "category": "交通费"}
    )
    made = desk.do("bundle.print", {"uid": uid, "paper": "A4-upper"})
    pages = texts_of(Path(made.data["file"]).read_bytes())
    assert len(pages) == made.data["pages"] and made.data["findings"] == []
    flat = [page.replace(" ", "").replace("\u3000", "") for page in pages]
    assert "费用报销单" in flat[0] and "粘贴单" in flat[1] and "票据汇总表" in flat[2]
    number = row(desk, uid)["number"]
    places = [next(i for i, page in enumerate(flat) if f"{number}-{n}" in page) for n in (1, 2)]
    assert 3 <= places[0] <= places[1]
    assert one.number in "".join(flat[3:]) and two.number in "".join(flat[3:]) and f"{number}-1小票" in "".join(flat)
    assert desk.do("bundle.preview", {"uid": uid}).data["nth"] == 2
