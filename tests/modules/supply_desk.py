"""A desk with a few office supplies, two vendors and two people."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from tests.desks import NOON, empty_desk

PAPER, PEN, BEAMER = "B001", "B002", "B003"


def supply_desk(folder: Path, moment: datetime = NOON) -> Desk:
    """纸 by the box (7 packs), 笔 (none), a 投影仪 that is lent; quotes of two vendors."""
    return stock_up(empty_desk(folder, moment))


def stock_up(desk: Desk) -> Desk:
    """Put people, vendors, items and an opening stock into a desk."""
    desk.do("staff.save", {"code": "G1", "name": "张伟", "department": "销售部", "grade": "主管"})
    desk.do("staff.save", {"code": "G2", "name": "李娜", "department": "财务部", "grade": "员工"})
    desk.do("supply_vendor.save", {"name": "晨光文具"})
    desk.do("supply_vendor.save", {"name": "得力商贸"})
    paper = {
        "code": PAPER,
        "name": "A4 纸",
        "spec": "70g",
        "unit": "包",
        "category": "纸张",
        "price": "18.5",
        "place": "1 柜",
    }
    desk.do("supply.save", {**paper, "pack_unit": "箱", "pack_qty": 5, "min_stock": 10, "max_stock": 30})
    desk.do(
        "supply.save", {"code": PEN, "name": "中性笔", "unit": "支", "min_stock": 20, "price": "1.5", "barcode": "6901"}
    )
    desk.do("supply.save", {"code": BEAMER, "name": "投影仪", "unit": "台", "lent": "是", "price": "3000"})
    for supply, vendor, price in ((PAPER, "晨光文具", "18"), (PAPER, "得力商贸", "17.6"), (PEN, "晨光文具", "1.2")):
        desk.do("supply_offer.save", {"supply": supply, "vendor": vendor, "price": price})
    desk.do("supply_move.book", {"supply": PAPER, "kind": "期初", "qty": 7})
    desk.do("supply_move.book", {"supply": BEAMER, "kind": "期初", "qty": 2})
    return desk


def item(desk: Desk, code: str) -> Row:
    """The item with this code."""
    return next(row for row in desk.rows("supply") if row["code"] == code)


def stock(desk: Desk, code: str) -> tuple[int, int]:
    """(quantity 1/1000, value 分) of an item."""
    row = item(desk, code)
    return row["on_hand"], row["value"]


def hand_out(desk: Desk, *lines: tuple[str, object], staff: str = "张伟", **more: Any) -> str:
    """A slip; returns its uid."""
    given = [{"supply": code, "qty": qty} for code, qty in lines]
    return desk.do("supply_issue.hand_out", {"staff": staff, "lines": given, **more}).uid


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    """The codes with which a verb refuses."""
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    return [p.code for p in fault.value.problems]


def later(desk: Desk, days: int = 0, minutes: int = 0) -> None:
    """Let time pass."""
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(days=days, minutes=minutes)


def bought(desk: Desk, *lines: tuple[str, object, str], vendor: str = "晨光文具") -> str:
    """An order; returns its uid."""
    given = [{"supply": code, "qty": qty, "price": price} for code, qty, price in lines]
    return desk.do("supply_order.save", {"vendor": vendor, "lines": given, "due": "+3"}).uid


def arrived(desk: Desk, order: str) -> str:
    """What an order still lacks came as it should; returns the 验收单."""
    lines = [
        {"order_line": line["uid"], "sent": str((line["qty"] - line["arrived"]) / 1000)}
        for line in desk.lines("supply_order_line", order)
        if line["qty"] > line["arrived"]
    ]
    return desk.do("supply_arrival.inspect", {"order": order, "lines": lines}).uid


def approve(desk: Desk, plan: str, **more: Any) -> None:
    """The 主管 says yes to a plan."""
    role = desk.settings.get("operator.role")
    desk.settings.put("operator.role", "manager")
    try:
        desk.do("supply_plan.approve", {"uid": plan, "approved_by": "陈总", **more})
    finally:
        desk.settings.put("operator.role", role)
