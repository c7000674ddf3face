"""The salesman's sheet brings a customer that is there already; found, merged, taken back, merged again: CUS-3, CUS-4, TSK-1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.checking import check_all
from salesdesk.services.excel_in import open_workbook
from tests.desks import order_args, small_desk

BALL = ("P10012", "12", "48.6")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def test_one_customer_entered_twice(desk: Desk, tmp_path: Path) -> None:
    """CUS-3: the preview names the twin. CUS-4: warning, finder, merge with history following, undo. TSK-1: handed over as one."""
    sheet = tmp_path / "李强 6 月新客户.csv"
    sheet.write_text(
        "客户编码,客户名称,联系人,电话,业务员\nN0001,华源贸易（苏州）有限公司,王芳,13812886021,李强\n",
        encoding="utf-8-sig",
    )
    seen = desk.do("customer.check_import", {"file": str(sheet)})
    assert "可能和「苏州华源贸易有限公司」（C00042）是同一家" in seen.data["rows"][0][-1]
    with pytest.raises(Refused):
        desk.do("customer.import", {"file": str(sheet)})
    desk.do("customer.import", {"file": str(sheet), "reason": "李强说是新开的公司"})

    order = desk.do("order.confirm", order_args(BALL, customer="N0001"))
    desk.do("order.confirm", order_args(BALL, customer="C00042"))
    [group] = desk.do("customer.duplicates").data["groups"]
    assert group["why"] == "名称的主要部分相同、电话相同（138****021）" and group["score"] >= 80

    before = desk.dump()
    merged = desk.do("customer.merge", {"uid": "C00042", "others": "N0001", "reason": "电话问过，是同一家"})
    assert (desk.row("sales_order", order.uid) or {})["customer.name"] == "苏州华源贸易有限公司"
    assert [h.title for h in desk.find("N0001", "customer")] == ["苏州华源贸易有限公司"]
    assert {e.title for e in desk.history("customer", merged.uid)} >= {
        "新建客户 苏州华源贸易有限公司",
        merged.changes.title,
    }
    assert desk.do("customer.duplicates").data["groups"] == []

    desk.do("system.undo")
    assert desk.dump() == before, "nothing had to be added for this one: the same contact and phone"
    desk.do("system.redo")
    row = desk.row("customer", merged.uid) or {}
    assert row["undelivered"] == 2 * 58320

    handed = desk.do("today.handover", {"salesperson": "李强", "file": str(tmp_path / "交接.xlsx")})
    goods = open_workbook(str(tmp_path / "交接.xlsx")).rows("没发完的货")
    assert handed.data["counts"]["没发完的货"] == 2 == len(goods) - 1
    assert all(line[:2] == ["苏州华源贸易有限公司", "王芳 138 1288 6021"] for line in goods[1:])
    assert check_all(desk.database, desk.folder).sound
