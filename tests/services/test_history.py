"""The life of a record in words: who, when, what from and to, which line; never an internal number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from tests.desks import order_args, small_desk

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def words(desk: Desk, entity: str, uid: str) -> list[str]:
    return [entry.text.removeprefix("2026-06-12 12:00 王敏 ") for entry in desk.history(entity, uid)]


def test_a_change_of_fields_tells_before_and_after(desk: Desk) -> None:
    uid = str(desk.rows("customer")[0]["uid"])
    desk.do("customer.save", {"uid": uid, "grade": "A", "credit_limit": "30万", "phone": ""})
    title, changes = words(desk, "customer", uid)[0].rstrip("）").split("（")
    assert title == "修改客户 苏州华源贸易有限公司"
    assert set(changes.split("；")) == {
        "等级：A 级",
        "信用额度：200,000.00 → 300,000.00",
        "电话：138****021 → 空",
    }


def test_lines_are_told_where_they_stood_at_the_time(desk: Desk) -> None:
    order = desk.do("order.save", order_args(("P10012", "12", "48.6"), ("P20031", "9", "3.2")))
    _, seal = desk.lines("order_line", order.uid)
    kept = {"uid": seal["uid"], "product": "P20031", "qty": "10", "price": "3.2"}
    desk.do("order.save", {"uid": order.uid, "lines": [kept]})
    now, first = words(desk, "sales_order", order.uid)
    assert "第 1 行「不锈钢球阀 DN25」 删去：这一行" in now and "第 1 行「四氟垫片 DN50」 数量：9 → 10" in now
    assert "第 1 行「不锈钢球阀 DN25」 新增：数量 12，单价 48.60" in first
    assert "第 2 行「四氟垫片 DN50」 新增：数量 9，单价 3.20" in first


def test_reason_and_undo_are_told(desk: Desk) -> None:
    order = desk.do("order.confirm", {**order_args(("P10012", "12", "39")), "reason": "主管同意"})
    desk.do("order.amend", {"uid": order.uid, "amend_reason": "客户要求", "reason": "来电", "note": "送后门"})
    desk.do("system.undo")
    undone, amended, confirmed = desk.history("sales_order", order.uid)
    assert (amended.reason, confirmed.reason) == ("客户要求：来电", "主管同意")
    assert undone.title == "撤销：变更订单 XS2606A-0001（客户要求）"


def test_no_history_speaks_in_internal_numbers(desk: Desk) -> None:
    came = desk.do("intake.save", {"content": "要货", "customer": "C00042"})
    order = desk.do("order.confirm", {**order_args(("P10012", "12", "48.6")), "intake": came.uid})
    sent = desk.do("order.deliver", {"uid": order.uid})
    desk.do("delivery.void", {"uid": sent.uid})
    slip = str(desk.rows("route_slip")[0]["uid"])
    desk.do("route.pass", {"uid": slip, "received_by": "周"})
    product = str(desk.lines("order_line", order.uid)[0]["product"])
    desk.do("product.save", {"uid": product, "category": "密封件"})
    for entity, uid in (
        ("intake", came.uid),
        ("sales_order", order.uid),
        ("delivery", sent.uid),
        ("route_slip", slip),
        ("product", product),
    ):
        told = words(desk, entity, uid)
        assert told and not UID.search("\n".join(told)), told
