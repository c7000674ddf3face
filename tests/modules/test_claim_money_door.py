"""No way round the check to the money: vouchers taken out, claims voided and restored, steps undone, late faults (EXP-2, EXP-4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from tests.modules.claim_desk import WHO, claim, claim_desk, codes, drop, row, settle, to_check, to_finance, voucher
from tests.vouchers_made import BUYER, BUYER_ID, full_invoice

NUMBER = "26322000000000000001"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    yield made
    made.close()


def invoice(desk: Desk, uid: str, at: int = 0, number: str = NUMBER) -> str:
    """A good invoice of 106 on a line of a claim, looked at."""
    line = desk.lines("expense_line", uid)[at]["uid"]
    face = {"seller": "甲公司", "buyer": BUYER, "buyer_tax_id": BUYER_ID, "amount": "100", "tax": "6"}
    made = voucher(desk, claim=uid, line=line, number=number, **face)
    desk.do("voucher.accept", {"uid": made})
    return made


def passed(desk: Desk, *amounts: str) -> tuple[str, str]:
    """A passed claim with one invoice on its first line."""
    uid = claim(desk, *(amounts or ("106",)))
    one = invoice(desk, uid)
    settle(desk, to_check(desk, uid))
    desk.do("claim.pass", {"uid": uid})
    return uid, one


def left_in(desk: Desk, uid: str) -> list[Row]:
    return [one for one in desk.rows("expense_voucher") if one["claim"] == uid and one["standing"] == "rejected"]


def test_a_voucher_moved_out_of_a_claim_handed_in_leaves_its_trace_and_is_paid_once(desk: Desk) -> None:
    first = claim(desk, "106")
    one = invoice(desk, first)
    to_check(desk, first)
    made = desk.do("voucher.move", {"uid": one})
    (left,) = left_in(desk, first)
    assert left["reject_reason"] == "挪到未归单" and "里留一条「剔除」" in made.message
    assert "all_rejected" in codes(desk, "claim.pass", {"uid": first})
    second = claim(desk, "106", claimant=WHO[1])
    desk.do("voucher.move", {"uid": one, "claim": second, "line": desk.lines("expense_line", second)[0]["uid"]})
    assert "duplicate" in codes(desk, "claim.pass", {"uid": to_check(desk, second)}), "who takes it says why"
    desk.do("voucher.move", {"uid": one, "claim": first, "line": desk.lines("expense_line", first)[0]["uid"]})
    assert not left_in(desk, first) and [x["reject_reason"] for x in left_in(desk, second)] == [
        f"挪到{row(desk, first)['number']}"
    ]
    settle(desk, first, but="")
    desk.do("claim.pass", {"uid": first})


def test_a_doubled_voucher_cannot_be_got_rid_of_by_moving_it_out(desk: Desk) -> None:
    first = claim(desk, "106")
    invoice(desk, first)
    desk.do("claim.pay", {"uid": to_finance(desk, first)})
    second = claim(desk, "106", claimant=WHO[1])
    again = invoice(desk, second)
    to_check(desk, second)
    assert "duplicate" in codes(desk, "claim.pass", {"uid": second})
    desk.do("voucher.move", {"uid": again})
    assert "all_rejected" in codes(desk, "claim.pass", {"uid": second})


def test_the_count_of_papers_goes_down_with_a_voucher_that_leaves_a_draft(desk: Desk) -> None:
    uid = claim(desk, "106")
    one = invoice(desk, uid)
    made = desk.do("voucher.move", {"uid": one})
    assert not left_in(desk, uid) and row(desk, uid)["vouchers"] is None and "附单据张数减为 0" in made.message
    assert "no_voucher" in codes(desk, "claim.pass", {"uid": to_check(desk, uid)})


def test_taking_files_back_by_undo_is_no_way_out(desk: Desk, tmp_path: Path) -> None:
    uid = claim(desk, "106")
    files = drop(tmp_path / "in", {"a.xml": full_invoice(n=7, total=10600).xml()})
    early = desk.do("claim.intake", {"uid": uid, "files": files}).changes.op
    to_check(desk, uid)
    assert "taken_back" in codes(desk, "system.undo", {"op": early})
    other = to_check(desk, claim(desk, "106", claimant=WHO[1]))
    files = drop(tmp_path / "in", {"b.xml": full_invoice(n=8, total=10600).xml()})
    desk.do("claim.intake", {"uid": other, "files": files})
    desk.do("system.undo")
    assert "no_voucher" in codes(desk, "claim.pass", {"uid": other}), "it had a voucher after it was handed in"


def test_a_passed_claim_brought_back_from_the_bin_is_checked_again(desk: Desk) -> None:
    first, one = passed(desk)
    op = desk.do("claim.void", {"uid": first}).changes.op
    assert codes(desk, "voucher.reject", {"uid": one, "why": "假票"}) == ["claim_void"]
    second = claim(desk, "106", claimant=WHO[1])
    desk.do("voucher.move", {"uid": one, "claim": second, "line": desk.lines("expense_line", second)[0]["uid"]})
    desk.do("claim.pay", {"uid": to_finance(desk, second)})
    assert "changed_since" in codes(desk, "system.undo", {"op": op})
    made = desk.do("claim.restore", {"uid": first})
    now = row(desk, first)
    assert (now["state"], now["passed_at"]) == ("check", None) and "重新初审" in made.message
    assert "all_rejected" in codes(desk, "claim.pass", {"uid": first})


def test_voiding_and_undoing_at_once_changes_nothing(desk: Desk) -> None:
    uid, _ = passed(desk)
    desk.do("claim.void", {"uid": uid})
    desk.do("system.undo")
    assert row(desk, uid)["state"] == "passed"
    desk.do("claim.hand_over", {"uid": uid})


def test_a_voucher_of_a_voided_claim_keeps_its_cut(desk: Desk) -> None:
    uid = claim(desk, "106", "50")
    one = invoice(desk, uid)
    to_check(desk, uid)
    desk.do("voucher.reject", {"uid": one, "why": "假票"})
    desk.do("claim.void", {"uid": uid})
    assert codes(desk, "voucher.restore", {"uid": one}) == ["claim_void"]
    desk.do("claim.restore", {"uid": uid})
    desk.do("voucher.restore", {"uid": one})
    assert (row(desk, uid)["state"], row(desk, uid)["cut"], row(desk, uid)["approved"]) == ("check", 0, 15600)


def test_what_blocks_after_the_check_stops_the_money(desk: Desk) -> None:
    uid = claim(desk, "106")
    line = desk.lines("expense_line", uid)[0]["uid"]
    one = voucher(desk, claim=uid, line=line, number=NUMBER, seller="甲公司", buyer="别的公司", amount="100", tax="6")
    desk.do("voucher.accept", {"uid": one})
    to_check(desk, uid)
    settle(desk, uid, but="title_differs")
    desk.settings.put("operator.role", "manager")
    wrong = next(x for x in desk.rows("claim_finding") if x["rule"] == "title_differs")
    let = desk.do("finding.answer", {"uid": wrong["uid"], "reason": "关联公司"}).changes.op
    desk.do("claim.pass", {"uid": uid})
    desk.do("system.undo", {"op": let})
    assert codes(desk, "claim.hand_over", {"uid": uid}) == ["title_differs"]
    desk.do("finding.answer", {"uid": wrong["uid"], "reason": "关联公司"})
    desk.do("claim.hand_over", {"uid": uid})
    with desk.database.work("红字票进了台账") as work:  # as its file would be read on any PC
        face = {"kind": "full_ordinary", "number": "26322000000000000009", "key": "26322000000000000009"}
        red = {"date": "2026-06-28", "total": -10600, "seller": "甲公司", "extra": f'{{"red_of": "{NUMBER}"}}'}
        work.insert(work.schema.entities["expense_voucher"], {**face, **red, "standing": "waiting"})
    assert codes(desk, "claim.pay", {"uid": uid}) == ["red_pair"]


def test_undoing_a_return_does_not_skip_the_check(desk: Desk) -> None:
    uid = claim(desk, "106", "50")
    one = invoice(desk, uid)
    to_check(desk, uid)
    desk.do("voucher.reject", {"uid": one, "why": "假票"})
    settle(desk, uid)
    desk.do("claim.pass", {"uid": uid})
    op = desk.do("claim.return", {"uid": uid, "why": "换票"}).changes.op
    desk.do("voucher.restore", {"uid": one})
    refused = codes(desk, "system.undo", {"op": op})
    assert {"changed_since", "passed_otherwise"} <= set(refused)
    desk.do("system.undo")
    desk.do("system.undo", {"op": op})
    assert (row(desk, uid)["state"], row(desk, uid)["approved"]) == ("passed", 5000), "with all of it taken back it may"
    desk.do("claim.hand_over", {"uid": uid})
