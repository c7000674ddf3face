"""What is cut stays cut whatever is saved, and is cut once: taken over, replaced and lowered lines (EXP-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from tests.modules.claim_desk import claim, claim_desk, clock, codes, drop, row, settle, to_check, voucher
from tests.vouchers_made import BUYER, BUYER_ID, full_invoice


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    yield made
    made.close()


def lines_of(desk: Desk, uid: str) -> list[str]:
    return [line["uid"] for line in desk.lines("expense_line", uid)]


def invoice(desk: Desk, uid: str, line: str, n: int, **more: Any) -> str:
    values = {"number": f"{26322000000000000000 + n}", "seller": "甲公司", "buyer": BUYER, "buyer_tax_id": BUYER_ID}
    return voucher(desk, claim=uid, line=line, amount="100", tax="6", **{**values, **more})


def entry(amount: str, item: str = "办公费", **more: Any) -> dict[str, Any]:
    return {"item": item, "summary": "一笔", "amount": amount, **more}


def figures(desk: Desk, uid: str) -> tuple[int, int, int]:
    found = row(desk, uid)
    return found["amount"], found["cut"], found["approved"]


def open_rules(desk: Desk, uid: str) -> set[str]:
    return {f["rule"] for f in desk.do("claim.check", {"uid": uid}).data["findings"] if f["severity"] != "hint"}


def deduct(desk: Desk, uid: str, line: str, cut: str, reason: str = "超") -> None:
    desk.do("claim.deduct", {"uid": uid, "lines": [{"line": line, "cut": cut, "reason": reason}]})
    clock(desk).moment += timedelta(minutes=1)


def test_what_was_cut_is_asked_about_when_another_category_claims_it_in_two_saves(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "106"))
    deduct(desk, uid, *lines_of(desk, uid), "60")
    desk.do("claim.save", {"uid": uid, "lines": [entry("46", "交通费")]})
    assert "cut_gone" not in open_rules(desk, uid), "as much as was left is no question"
    clock(desk).moment += timedelta(minutes=1)
    [line] = lines_of(desk, uid)
    desk.do("claim.save", {"uid": uid, "lines": [entry("106", "交通费", uid=line)]})
    assert "cut_gone" in codes(desk, "claim.pass", {"uid": uid, "reason": "x"})
    [proposed] = [c for c in desk.do("claim.check", {"uid": uid}).data["cuts"] if c["line"] == line]
    deduct(desk, uid, line, "60")
    assert proposed["cut"] == "60.00" and "cut_gone" not in open_rules(desk, uid)


def test_what_was_cut_is_asked_about_when_a_line_that_was_there_takes_it_over(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "96", "10"))
    first, second = lines_of(desk, uid)
    deduct(desk, uid, first, "60")
    desk.do("claim.save", {"uid": uid, "lines": [entry("10", uid=second)]})
    clock(desk).moment += timedelta(minutes=1)
    desk.do("claim.save", {"uid": uid, "lines": [entry("106", uid=second)]})
    [asked] = [f for f in desk.do("claim.check", {"uid": uid}).data["findings"] if f["rule"] == "cut_gone"]
    assert (asked["line"], asked["excess"]) == (second, "60.00")
    desk.do("finding.answer", {"uid": asked["uid"], "reason": "真的是两笔"})
    desk.do("claim.save", {"uid": uid, "lines": [entry("105", uid=second)]})
    assert "cut_gone" in open_rules(desk, uid), "another amount is another question"


def test_a_voucher_in_the_place_of_a_rejected_one_gives_its_cut_back(desk: Desk, tmp_path: Path) -> None:
    uid = claim(desk, "106", "50", vouchers=2)
    first, second = lines_of(desk, uid)
    wrong = invoice(desk, uid, first, 1)
    taxi = voucher(desk, claim=uid, line=second, kind="出租车票", total="50", code="132001900111", number="12345678")
    desk.do("voucher.accept", {"uid": taxi})
    to_check(desk, uid)
    deduct(desk, uid, second, "5", "绕路")
    desk.do("voucher.reject", {"uid": wrong, "why": "抬头不对"})
    assert figures(desk, uid) == (15600, 11100, 4500)
    desk.do("claim.return", {"uid": uid})
    files = drop(tmp_path / "新", {"新.xml": full_invoice(n=2, total=10600).xml()})
    made = desk.do("voucher.replace", {"uid": wrong, "files": files})
    assert "核减的 106.00 元不再核减" in made.message
    assert figures(desk, uid) == (15600, 500, 15100), "the cut of the other line stays"
    assert (row(desk, wrong, "expense_voucher")["standing"], row(desk, wrong, "expense_voucher")["cut"]) == (
        "rejected",
        None,
    )
    desk.do("claim.submit", {"uid": uid})
    desk.do("voucher.accept", {"uid": made.uid})
    settle(desk, uid)
    desk.do("claim.pass", {"uid": uid, "reason": "看过"})
    assert row(desk, uid)["approved"] == 15100


def two_vouchers(desk: Desk) -> tuple[str, str, str]:
    """A returned claim of one line with two vouchers, one of them rejected and cut: claim, line, the rejected voucher."""
    uid = claim(desk, "212", vouchers=2)
    [line] = lines_of(desk, uid)
    one, two = (invoice(desk, uid, line, n) for n in (1, 55))
    desk.do("voucher.accept", {"uid": two})
    to_check(desk, uid)
    desk.do("voucher.reject", {"uid": one, "why": "抬头不对"})
    desk.do("claim.return", {"uid": uid})
    return uid, line, one


def test_a_line_the_claimant_lowers_is_not_cut_once_more(desk: Desk) -> None:
    uid, line, one = two_vouchers(desk)
    desk.do("claim.save", {"uid": uid, "lines": [entry("200", uid=line)]})
    assert figures(desk, uid) == (20000, 9400, 10600), "by as much as it was lowered"
    desk.do("claim.save", {"uid": uid, "lines": [entry("106", uid=line)]})
    assert figures(desk, uid) == (10600, 0, 10600)
    assert desk.lines("expense_line", uid)[0]["cut_reason"] is None
    desk.do("claim.save", {"uid": uid, "lines": [entry("212", uid=line)]})
    to_check(desk, uid)
    assert "sum_short" in open_rules(desk, uid), "raised again it lacks the rejected voucher"
    desk.do("voucher.restore", {"uid": one})
    assert figures(desk, uid) == (21200, 0, 21200)


def test_a_cut_for_another_reason_stays_on_a_lowered_line_and_is_told(desk: Desk) -> None:
    uid, line, _ = two_vouchers(desk)
    desk.do("claim.submit", {"uid": uid})
    deduct(desk, uid, line, "126", "剔除一张；绕路")
    desk.do("claim.return", {"uid": uid})
    made = desk.do("claim.save", {"uid": uid, "lines": [entry("90", uid=line)]})
    assert figures(desk, uid) == (9000, 2000, 7000), "only what went with the voucher"
    [told] = [p for p in made.problems if p.code == "still_cut"]
    assert "20.00" in told.message and told.place == "第 1 行「金额」"
    assert codes(desk, "claim.save", {"uid": uid, "lines": [entry("10", uid=line)]}) == ["below_cut"]


def test_while_it_is_checked_lowering_leaves_the_cut_to_the_clerk(desk: Desk) -> None:
    uid, line, _ = two_vouchers(desk)
    desk.do("claim.submit", {"uid": uid})
    desk.do("claim.save", {"uid": uid, "lines": [entry("206", uid=line)]})
    assert figures(desk, uid) == (20600, 10600, 10000)
