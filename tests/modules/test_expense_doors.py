"""What the pre-check asks through the doors: answers that outlive no other amount, allowances, kinds and numbers typed (EXP-2, EXP-3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from tests.modules.claim_desk import WHO, claim, claim_desk, settle, to_check, voucher
from tests.vouchers_made import BUYER, BUYER_ID


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    yield made
    made.close()


def line_of(desk: Desk, uid: str) -> str:
    return str(desk.lines("expense_line", uid)[0]["uid"])


def asked(desk: Desk, uid: str) -> dict[str, Row]:
    """What is open of a claim by rule, hints left out."""
    return {f["rule"]: f for f in desk.do("claim.check", {"uid": uid}).data["findings"] if f["severity"] != "hint"}


def hand(desk: Desk, uid: str, **values: Any) -> str:
    """A voucher of the claim's first line, typed by hand with only these values."""
    return desk.do("voucher.save", {"claim": uid, "line": line_of(desk, uid), "date": "2026-06-18", **values}).uid


def test_why_a_line_has_no_voucher_is_asked_again_of_another_amount(desk: Desk) -> None:
    uid = claim(desk, "106", "10")
    first, second = desk.lines("expense_line", uid)
    invoice = {"number": "26322000000000000001", "seller": "甲公司", "buyer": BUYER, "buyer_tax_id": BUYER_ID}
    voucher(desk, claim=uid, line=first["uid"], **invoice)
    settle(desk, uid)
    assert "no_voucher" not in asked(desk, uid)
    lines = [{k: one[k] for k in ("uid", "item", "summary")} for one in (first, second)]
    desk.do(
        "claim.save",
        {"uid": uid, "title": "采购", "lines": [{**lines[0], "amount": "106"}, {**lines[1], "amount": "10"}]},
    )
    assert "no_voucher" not in asked(desk, uid), "the same amount is one question"
    desk.do("claim.save", {"uid": uid, "lines": [{**lines[0], "amount": "106"}, {**lines[1], "amount": "90000"}]})
    assert asked(desk, uid)["no_voucher"]["printed"] == "报了 90,000.00，0 张"


def test_a_claim_without_any_voucher_and_a_voucher_without_its_file_are_asked_again_too(desk: Desk) -> None:
    bare = claim(desk, "10", vouchers=None)
    settle(desk, bare)
    line = {"uid": line_of(desk, bare), "item": "办公费", "summary": "一笔", "amount": "90000"}
    desk.do("claim.save", {"uid": bare, "lines": [line]})
    assert "no_voucher" in asked(desk, bare)
    uid = claim(desk, "106")
    one = hand(desk, uid, kind="数电普票", number="26322000000000000001", total="106")
    settle(desk, uid)
    assert not {"no_original", "title_missing"} & set(asked(desk, uid))
    desk.do("voucher.save", {"uid": one, "total": "9000"})
    assert {"no_original", "title_missing"} <= set(asked(desk, uid))


def test_an_allowance_is_one_only_on_a_trip_with_days_and_a_standard(desk: Desk) -> None:
    def with_allowance(kind: str, **more: Any) -> set[str]:
        line = {"part": "补助", "item": "差旅费", "summary": "补助", "amount": "100", **more}
        uid = desk.do("claim.save", {"claimant": WHO[0], "kind": kind, "lines": [line]}).uid
        return set(asked(desk, uid))

    days = {"days": "1", "standard": "100"}
    assert "no_voucher" not in with_allowance("差旅", **days)
    assert "no_voucher" in with_allowance("差旅")
    assert "no_voucher" in with_allowance("差旅", days="1")
    assert "no_voucher" in with_allowance("费用", **days)


def test_a_line_whose_voucher_was_rejected_is_no_allowance(desk: Desk) -> None:
    line = {"item": "差旅费", "summary": "餐", "amount": "100"}
    uid = desk.do("claim.save", {"claimant": WHO[0], "kind": "差旅", "vouchers": 1, "lines": [line]}).uid
    one = hand(desk, uid, kind="出租车票", total="100")
    to_check(desk, uid)
    desk.do("voucher.reject", {"uid": one, "why": "假票", "cut": "否"})
    allowance = {**line, "uid": line_of(desk, uid), "part": "补助", "days": "1", "standard": "100"}
    desk.do("claim.save", {"uid": uid, "lines": [allowance]})
    assert "all_rejected" in asked(desk, uid)


def test_a_voucher_typed_without_its_kind_is_asked_for_it_and_found_again(desk: Desk) -> None:
    first = claim(desk, "50")
    hand(desk, first, kind="出租车票", total="50")
    to_check(desk, first)
    again = claim(desk, "50", claimant=WHO[1])
    one = hand(desk, again, total="50")
    told = asked(desk, again)
    assert told["not_invoice"]["message"] == "没选票种" and "duplicate" in told
    desk.do("voucher.save", {"uid": one, "kind": "其他票据"})
    told = asked(desk, again)
    assert "not_invoice" not in told and "duplicate" in told, "nor does 其他票据 hide it"
    desk.do("voucher.save", {"uid": one, "kind": "定额发票"})
    assert "duplicate" not in asked(desk, again)


def test_a_number_short_of_a_digit_is_stopped_until_it_is_right_and_found_again(desk: Desk) -> None:
    paper = {
        "kind": "纸质普票",
        "code": "032001900111",
        "seller": "甲公司",
        "total": "106",
        "buyer": BUYER,
        "buyer_tax_id": BUYER_ID,
    }
    first = claim(desk, "106")
    hand(desk, first, **paper, number="51142414")
    assert "number_length" not in asked(desk, first)
    again = claim(desk, "106", claimant=WHO[1])
    one = hand(desk, again, **paper, number="5114241")
    told = asked(desk, again)["number_length"]
    assert (told["severity"], told["message"]) == ("stop", "纸质普票的号码有 7 位，应该是 8 位数字，或 20 位")
    desk.do("voucher.save", {"uid": one, "number": "51142414", "code": "03200190011"})
    assert asked(desk, again)["number_length"]["field"] == "code"
    desk.do("voucher.save", {"uid": one, "code": "032001900111"})
    told = asked(desk, again)
    assert "number_length" not in told and told["duplicate"]["severity"] == "stop"
