"""Two PCs take the same voucher: each was right alone, together the company would pay twice, and both are told (EXP-2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.sync.cases import open_cases
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc, same

NUMBER = "26322000000000000001"


def claimed(desk: Desk, who: str, number: str = NUMBER, total: str = "106") -> str:
    """A claim of somebody with one voucher."""
    line = {"item": "办公费", "summary": "纸", "amount": total}
    uid = desk.do("claim.save", {"claimant": who, "department": "销售一部", "vouchers": 1, "lines": [line]}).uid
    voucher = {"kind": "数电普票", "date": "2026-06-18", "seller": "甲", "number": number, "total": total}
    desk.do("voucher.save", {**voucher, "claim": uid, "line": desk.lines("expense_line", uid)[0]["uid"]})
    return uid


def told(pc: Pc) -> list[str]:
    with pc.desk.read() as reader:
        return [case.text for case in open_cases(reader)]


def test_a_voucher_used_on_two_pcs_comes_up_on_both(tmp_path: Path) -> None:
    one = first_pc(tmp_path / "a", tmp_path / "share")
    two = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(one, two)
    claimed(one.desk, "陈志远")
    two.later()
    second = claimed(two.desk, "周宁", f"No. {NUMBER}")
    claimed(two.desk, "王小明", "26322000000000000002")
    assert told(one) == told(two) == []
    everybody(one, two)
    same(one, two)
    number = two.desk.row("expense_claim", second)["number"]
    for pc in (one, two):
        [text] = told(pc)
        assert number in text and "周宁" in text and "重复报销（号码相同）：陈志远" in text
        titles = [todo.title for todo in pc.desk.todos()]
        assert text in titles and f"发票 {NUMBER} 报了 2 次" in titles
    one.desk.do("claim.check", {"uid": second})
    [finding] = [f for f in one.desk.rows("claim_finding") if f["rule"] == "duplicate" and f["claim"] == second]
    assert (finding["severity"], finding["state"]) == ("stop", "open")
    with one.desk.read() as reader:
        [case] = open_cases(reader)
    one.desk.do("sync.settle", {"key": case.key})
    everybody(one, two)
    same(one, two)
    assert told(one) == told(two) == []
    for pc in (one, two):
        pc.desk.close()


def test_what_two_pcs_did_to_one_claim_is_looked_at_together(tmp_path: Path) -> None:
    """Of two vouchers each PC rejects another one and claims what the other comes to: together nothing is left of both."""
    one = first_pc(tmp_path / "a", tmp_path / "share")
    uid = claimed(one.desk, "陈志远", total="106")
    line = one.desk.lines("expense_line", uid)[0]["uid"]
    values = {"item": "办公费", "summary": "纸", "uid": line}
    one.desk.do("claim.save", {"uid": uid, "lines": [{**values, "amount": "212"}]})
    further = {
        "kind": "数电普票",
        "date": "2026-06-18",
        "seller": "乙",
        "number": "26322000000000000002",
        "total": "106",
    }
    one.desk.do("voucher.save", {**further, "claim": uid, "line": line})
    one.sync()
    two = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(one, two)
    for pc, number in ((one, NUMBER), (two, further["number"])):
        rejected = next(v["uid"] for v in pc.desk.rows("expense_voucher") if v["number"] == number)
        pc.desk.do("voucher.reject", {"uid": rejected, "why": "抬头不对"})
        pc.desk.do("claim.save", {"uid": uid, "lines": [{**values, "amount": "106"}]})
        assert not [f for f in pc.desk.rows("claim_finding") if f["rule"] == "all_rejected"]
        two.later()
    everybody(one, two)
    same(one, two)
    for pc in (one, two):
        assert any("票都剔除了" in text for text in told(pc))
        pc.desk.close()


def test_a_cut_taken_off_on_another_pc_is_not_paid(tmp_path: Path) -> None:
    """One PC passes a claim with its cut while another takes the cut off: what was passed is what may be paid (EXP-4)."""
    one = first_pc(tmp_path / "a", tmp_path / "share")
    uid = claimed(one.desk, "陈志远")
    one.desk.do("claim.submit", {"uid": uid})
    one.desk.do("claim.approve", {"uid": uid, "who": "李总"})
    line = one.desk.lines("expense_line", uid)[0]["uid"]
    one.desk.do("claim.deduct", {"uid": uid, "lines": [{"line": line, "cut": "60", "reason": "超标"}]})
    two = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(one, two)
    two.later()
    two.desk.do("claim.deduct", {"uid": uid, "lines": [{"line": line, "cut": "0"}]})
    one.desk.settings.put("operator.role", "manager")
    for found in one.desk.do("claim.check", {"uid": uid}).data["findings"]:
        if found["severity"] != "hint":
            one.desk.do("finding.answer", {"uid": found["uid"], "reason": "看过"})
    one.desk.do("claim.pass", {"uid": uid, "reason": "看过"})
    everybody(one, two)
    assert one.desk.dump() == two.desk.dump()
    for pc in (one, two):
        assert any("初审时核准 46.00 元，现在是 106.00 元" in text for text in told(pc))
        with pytest.raises(Refused) as caught:
            pc.desk.do("claim.hand_over", {"uid": uid})
        assert "passed_otherwise" in [p.code for p in caught.value.problems]
        pc.desk.close()
