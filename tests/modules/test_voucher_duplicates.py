"""The same voucher twice: found by number, file or face, across claims and people, whatever became of the first (EXP-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.modules.reimbursement import duplicates
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.services.vouchers.voucher import key_of
from tests.modules.claim_desk import claim, claim_desk, clock, codes, drop, row, settle, to_check, to_finance, voucher
from tests.vouchers_made import full_invoice

NUMBER = "26322000000000000001"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    yield made
    made.close()


def with_voucher(desk: Desk, who: str, **values: Any) -> tuple[str, str]:
    """(claim, voucher) of somebody; a minute later than what was before."""
    clock(desk).moment += timedelta(minutes=1)
    uid = claim(desk, "106", claimant=who)
    line = desk.lines("expense_line", uid)[0]["uid"]
    return uid, voucher(desk, claim=uid, line=line, **({"number": NUMBER} | values))


def doubled(desk: Desk) -> str:
    """The first finding that tells of a doubled voucher."""
    return str(next(f["uid"] for f in desk.rows("claim_finding") if f["rule"] == "duplicate"))


def open_findings(desk: Desk, claim_uid: str) -> list[tuple[str, str]]:
    return [
        (f["severity"], f["message"])
        for f in desk.rows("claim_finding")
        if f["claim"] == claim_uid and f["state"] == "open" and f["rule"] == "duplicate"
    ]


@pytest.mark.parametrize(
    ("code", "number", "key"),
    [
        ("", NUMBER, NUMBER),
        ("", " 2632 2000000000000001 ", NUMBER),
        ("032001900111", "51142414", "032001900111-51142414"),
        ("0320", NUMBER, NUMBER),
        ("０３２", "１２", "032-00000012"),
        ("", f"No. {NUMBER}", NUMBER),
        ("", f"№：{NUMBER}", NUMBER),
        ("", "发票号码:2632-2000-0000-0000-0001", NUMBER),
        ("发票代码 032001900111", "NO.51142414", "032001900111-51142414"),
        ("32001900111", "1142414", "032001900111-01142414"),
        ("", "03200190011151142414", "032001900111-51142414"),
        ("", "13100197000112345678", "131001970001-12345678"),
        ("", "a012345", "A012345"),
        ("1234", "0", ""),
        ("", "", ""),
        ("123", None, ""),
    ],
)
def test_what_makes_it_one_voucher(code: str, number: str | None, key: str) -> None:
    assert key_of(code, number) == key


@given(
    st.integers(2 * 10**19, 3 * 10**19).map(str),
    st.integers(1, 10**8 - 1),
    st.sampled_from(("032001900111", "1100194130", "")),
    st.sampled_from(("", "No.", "NO：", "№ ", "发票号码：", " ", "号码 No. ")),
    st.booleans(),
)
def test_however_a_number_is_written_it_is_one_voucher(full: str, old: int, code: str, called: str, wide: bool) -> None:
    def written(number: str) -> str:
        return called + (
            number.translate({ord("0") + n: "０１２３４５６７８９"[n] for n in range(10)}) if wide else number
        )

    assert key_of("", written(full)) == key_of("", " ".join((full[:8], full[8:]))) == full
    whole = key_of(code, f"{old:08}")
    assert key_of(code, written(str(old))) == key_of(written(code), f"{old:08}") == whole
    assert whole.endswith(f"{old:08}") and key_of(code, old % (10**8 - 1) + 1) != whole


def test_a_second_claim_is_told_who_had_it_when_and_where(desk: Desk) -> None:
    first, _ = with_voucher(desk, "陈志远")
    number = row(desk, first)["number"]
    second, again = with_voucher(desk, "周宁")
    [(severity, message)] = open_findings(desk, second)
    assert severity == "stop" and message == f"重复报销（号码相同）：陈志远 2026-06-29 在 {number} 报过，那张填写中"
    assert open_findings(desk, first) == [], "the one that came first has nothing to explain"
    to_check(desk, second)
    settle(desk, second)
    assert codes(desk, "claim.pass", {"uid": second, "reason": "x"}) == ["duplicate", "waiting"]
    desk.do("voucher.reject", {"uid": again, "why": "重复", "cut": "否"})
    settle(desk, second)
    desk.do("claim.pass", {"uid": second})


def test_it_can_be_asked_before_anything_is_taken_in(desk: Desk, tmp_path: Path) -> None:
    first, _ = with_voucher(desk, "陈志远")
    number = row(desk, first)["number"]
    found = desk.do("voucher.lookup", {"number": NUMBER}).data["vouchers"][0]["earlier"]
    assert [(e["claimant"], e["claim"], e["state"], e["live"]) for e in found] == [("陈志远", number, "填写中", True)]
    file = drop(tmp_path / "票", {"a.xml": full_invoice(number=NUMBER).xml()})
    assert number in desk.do("voucher.lookup", {"files": file}).message
    assert desk.do("voucher.lookup", {"number": "9"}).message == "没有报过" and desk.count("expense_voucher") == 1
    assert codes(desk, "voucher.lookup", {}) == ["required"]


def test_the_first_must_explain_itself_when_the_second_was_paid(desk: Desk) -> None:
    first, _ = with_voucher(desk, "陈志远")
    second, again = with_voucher(desk, "周宁")
    desk.settings.put("operator.role", "manager")
    assert codes(desk, "voucher.explain", {"uid": again, "reason": "公司两个部门分摊"}) == ["no_override"]
    with desk.database.work("别的电脑已经付了") as work:
        work.update(CLAIM, second, {"state": "paid"})
    desk.do("voucher.explain", {"uid": again, "reason": "已付，陈志远那张不付"})
    assert codes(desk, "voucher.explain", {"uid": again, "reason": "再说一遍"}) == ["not_open"]
    to_check(desk, first)
    assert "duplicate" in codes(desk, "claim.pass", {"uid": first, "reason": "x"})


def test_void_rejected_and_undone_ones_are_known_too(desk: Desk) -> None:
    first, one = with_voucher(desk, "陈志远")
    desk.do("claim.void", {"uid": first})
    second, two = with_voucher(desk, "周宁")
    [(severity, message)] = open_findings(desk, second)
    assert severity == "ask" and message.endswith("那张已作废")
    desk.do("finding.answer", {"uid": doubled(desk), "reason": "那张作废了，改由我报"})
    desk.do("voucher.save", {"uid": two, "city": "苏州"})
    assert open_findings(desk, second) == [], "asked once"
    desk.do("voucher.reject", {"uid": two, "why": "抬头不对"})
    third, _ = with_voucher(desk, "王小明")
    [(severity, message)] = open_findings(desk, third)
    assert severity == "ask" and "另有 1 处" in message
    desk.do("system.undo")
    undone, _ = with_voucher(desk, "王小明")
    assert open_findings(desk, undone)[0][0] == "ask"
    assert one


def test_only_undone_ones_are_a_hint(desk: Desk) -> None:
    with_voucher(desk, "陈志远")
    desk.do("system.undo")
    second, _ = with_voucher(desk, "周宁")
    assert [s for s, _ in open_findings(desk, second)] == ["hint"]
    to_check(desk, second)
    settle(desk, second)
    desk.do("claim.pass", {"uid": second, "reason": "看过"})


def test_a_restored_claim_meets_what_came_in_its_place(desk: Desk) -> None:
    first, _ = with_voucher(desk, "陈志远")
    desk.do("claim.void", {"uid": first})
    second, _ = with_voucher(desk, "周宁")
    desk.do("finding.answer", {"uid": doubled(desk), "reason": "改由我报"})
    to_finance(desk, second)
    desk.do("claim.restore", {"uid": first})
    assert [s for s, _ in open_findings(desk, first)] == ["stop"]


def test_the_same_file_under_another_name_without_a_number(desk: Desk, tmp_path: Path) -> None:
    photo = full_invoice().qr_png() + b"no qr any more"
    files = drop(tmp_path / "票", {"a.bin": b"??" + photo[:60], "b.bin": b"??" + photo[:60]})
    first, second = files.splitlines()
    desk.do("claim.intake", {"claimant": "陈志远", "files": first})
    clock(desk).moment += timedelta(minutes=1)
    made = desk.do("claim.intake", {"claimant": "周宁", "files": second})
    assert "文件一模一样" in next(p.message for p in made.problems if p.code == "duplicate")
    assert ("stop", True) in [(s, "文件一模一样" in m) for s, m in open_findings(desk, made.uid)]


def test_tickets_without_number_are_alike_by_seller_amount_and_day(desk: Desk) -> None:
    taxi = {"number": None, "kind": "出租车票", "seller": "苏州出租", "total": "23"}
    first, _ = with_voucher(desk, "陈志远", **taxi)
    line = desk.lines("expense_line", first)[0]["uid"]
    voucher(desk, claim=first, line=line, **taxi)
    assert open_findings(desk, first) == [], "two rides of one day in one claim are two rides"
    second, _ = with_voucher(desk, "周宁", **taxi)
    [(severity, message)] = open_findings(desk, second)
    assert severity == "ask" and "销售方、金额、日期都相同" in message
    other, _ = with_voucher(desk, "王小明", **{**taxi, "total": "24"})
    assert open_findings(desk, other) == []


def test_two_invoices_of_one_seller_day_and_amount_are_two(desk: Desk) -> None:
    with_voucher(desk, "陈志远", seller="甲")
    second, _ = with_voucher(desk, "周宁", seller="甲", number="26322000000000000002")
    assert open_findings(desk, second) == []


def test_leaving_the_code_out_makes_no_other_voucher(desk: Desk) -> None:
    old = {"kind": "电子普票", "number": "51142414", "seller": "甲"}
    first, _ = with_voucher(desk, "陈志远", **old, code="032001900111")
    number = row(desk, first)["number"]
    second, _ = with_voucher(desk, "周宁", **old | {"number": "No.51142414"})
    [(severity, message)] = open_findings(desk, second)
    assert severity == "ask" and "没写代码" in message and number in message
    other, _ = with_voucher(desk, "王小明", **old, code="011001900111", date="2026-06-17")
    assert open_findings(desk, other) == [], "numbers of eight digits come again with another code"
    found = desk.do("voucher.lookup", {"number": "51142414"}).data["vouchers"][0]["earlier"]
    assert number in [one["claim"] for one in found], "who asks seldom types the code"


def test_what_two_pcs_each_took_comes_up_after_their_files_met(desk: Desk) -> None:
    """A merge writes rows past the verbs: no finding was recorded, and still 今日 tells it and a reason settles it."""
    first, _ = with_voucher(desk, "陈志远")
    second = to_finance(desk, claim(desk, "106", claimant="周宁"))
    clock(desk).moment += timedelta(minutes=1)
    with desk.database.work("合并") as work:
        merged = work.insert(
            VOUCHER,
            {"claim": second, "seq": 1, "standing": "accepted", "key": NUMBER, "number": NUMBER, "total": 10600},
        )
    with desk.read() as reader:
        [twin] = duplicates.twins(reader)
    assert (twin["key"], twin["times"]) == (NUMBER, 2)
    assert f"发票 {NUMBER} 报了 2 次" in [t.title for t in desk.todos()]
    desk.settings.put("operator.role", "manager")
    desk.do("voucher.explain", {"uid": merged, "reason": "已请周宁退回"})
    with desk.read() as reader:
        assert duplicates.twins(reader) == []
    assert row(desk, second)["state"] == "finance" and first
