"""A reimbursement desk for tests: a company, people, files dropped as a colleague would drop them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Severity
from tests.desks import NOON, empty_desk
from tests.vouchers_made import BUYER, BUYER_ID

WHO = ("陈志远", "周宁", "王小明")


def claim_desk(folder: Path) -> Desk:
    """One company, three people; the operator is a clerk."""
    desk = empty_desk(folder, NOON.replace(day=29))
    desk.do("company_entity.save", {"name": BUYER, "tax_id": BUYER_ID, "usual": "是"})
    for code, (name, grade) in enumerate(zip(WHO, ("经理", "员工", "员工"), strict=True), 1):
        desk.do("staff.save", {"code": f"G{code:03}", "name": name, "department": "销售一部", "grade": grade})
    return desk


def clock(desk: Desk) -> FixedClock:
    """The desk's clock, to be put forward."""
    found = desk.database.clock
    assert isinstance(found, FixedClock)
    return found


def drop(folder: Path, files: Mapping[str, bytes]) -> str:
    """Files on disk, as the 附件 argument names them."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return "\n".join(str(folder / name) for name in files)


def row(desk: Desk, uid: str, entity: str = "expense_claim") -> Row:
    found = desk.row(entity, uid)
    assert found is not None
    return found


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    """Codes of what makes a verb refuse."""
    with pytest.raises(Refused) as caught:
        desk.do(verb, args)
    return [p.code for p in caught.value.problems if p.severity in (Severity.STOP, Severity.ASK)]


def claim(desk: Desk, *amounts: str, claimant: str = WHO[0], **more: Any) -> str:
    """A claim with one line an amount."""
    lines = [{"item": "办公费", "summary": f"第 {i} 笔", "amount": a} for i, a in enumerate(amounts or ("100",), 1)]
    return desk.do("claim.save", {"claimant": claimant, "vouchers": 1, "lines": lines, **more}).uid


def to_check(desk: Desk, uid: str) -> str:
    """Hand it in and note the approval."""
    desk.do("claim.submit", {"uid": uid})
    desk.do("claim.approve", {"uid": uid, "who": "李总", "how": "微信"})
    return uid


def settle(desk: Desk, uid: str, but: str = "duplicate") -> None:
    """Let the 主管 answer everything the pre-check asks about a claim, but one rule."""
    role = desk.settings.get("operator.role")
    desk.settings.put("operator.role", "manager")
    for one in desk.do("claim.check", {"uid": uid}).data["findings"]:
        if one["rule"] != but and one["severity"] != "hint":
            desk.do("finding.answer", {"uid": one["uid"], "reason": "看过"})
    desk.settings.put("operator.role", role)


def to_finance(desk: Desk, uid: str) -> str:
    """As far as the papers lie with finance."""
    to_check(desk, uid)
    settle(desk, uid)
    desk.do("claim.pass", {"uid": uid, "reason": "票都看过"})
    desk.do("claim.hand_over", {"uid": uid, "to": "会计小吴"})
    return uid


def voucher(desk: Desk, **values: Any) -> str:
    """A voucher entered by hand."""
    return desk.do("voucher.save", {"kind": "数电普票", "date": "2026-06-18", "total": "106", **values}).uid
