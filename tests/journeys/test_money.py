"""ORD-8, CUS-1: from a deposit to the signed statement, with what is owed right at every step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, days: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(days=days)


def owed(desk: Desk, uid: str) -> int:
    return int((desk.row("customer", uid) or {})["owed"])


def todos(desk: Desk, uid: str) -> list[str]:
    return [t.verb for t in desk.todos() if t.uid == uid]


def test_from_the_deposit_to_the_signed_statement(desk: Desk, tmp_path: Path) -> None:
    """订金 → 发货 → 开票 → 逾期 → 催款 → 回款 → 对账单 → 争议 → 回签, and a later change is told (ORD-8, TSK-1)."""
    uid = str(desk.rows("customer")[1]["uid"])
    desk.do("customer.save", {"uid": uid, "settle": "货到付款", "credit_days": 10, "credit_limit": "1000"})
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.60"), customer="C00043")).uid
    with pytest.raises(Refused) as refused:
        desk.do("order.confirm", order_args(("P10013", "5", "92.50"), customer="C00043"))
    assert "已订未发 583.20" in str(refused.value)
    desk.do("receipt.save", {"customer": uid, "amount": "150", "lines": [{"order": order, "amount": "150"}]})
    desk.do("order.confirm", order_args(("P10013", "5", "92.50"), customer="C00043"))
    assert owed(desk, uid) == -15000, "a deposit lowers what is owed"

    desk.do("order.deliver", {"uid": order})
    desk.do("sales_invoice.save", {"number": "26320001", "customer": uid})
    assert owed(desk, uid) == 43320
    later(desk, 11)
    assert "customer.chase" in todos(desk, uid)
    desk.do(
        "customer.chase", {"uid": uid, "who": "陈刚", "said": "周五付一半", "promised_day": "周五", "promised": "200"}
    )
    assert todos(desk, uid) == []
    later(desk, 7)
    assert "customer.chase" in todos(desk, uid), "what was promised did not come"
    desk.do("receipt.save", {"customer": uid, "amount": "433.20", "auto": True})
    assert owed(desk, uid) == 0 and todos(desk, uid) == []

    made = desk.do("statement.batch", {"month": "2026-06", "form": "pdf", "folder": str(tmp_path / "出")})
    statement = next(r for r in desk.rows("statement") if r["customer"] == uid)
    assert (statement["opening"], statement["delivered"], statement["received"], statement["closing"]) == (
        0,
        58320,
        58320,
        0,
    )
    assert made.data["made"] == 2 and Path(made.data["files"][0]).exists()
    assert "statement.send" in todos(desk, statement["uid"])
    desk.do("statement.send", {"uid": statement["uid"], "sent_how": "微信"})
    assert todos(desk, statement["uid"]) == []
    later(desk, 5)
    assert "statement.sign" in todos(desk, statement["uid"])
    desk.do("statement.dispute", {"uid": statement["uid"], "dispute": "订金没有写"})
    scan = tmp_path / "回签.jpg"
    scan.write_bytes(b"scan")
    desk.do("statement.sign", {"uid": statement["uid"], "signed_by": "陈刚", "files": str(scan)})
    assert todos(desk, statement["uid"]) == []
    desk.do("receipt.void", {"uid": desk.rows("receipt")[0]["uid"]})
    told = desk.do("statement.compare", {"uid": statement["uid"]}).data["differences"]
    assert len(told) == 1 and "现在没有了" in told[0]
