"""ORD-6: a confirmed order is changed in the open, everybody it concerns is told and says so, and goods wait for the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.orders import change_queries
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def text_of(path: str) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def notices(desk: Desk, change: str) -> dict[str, dict[str, Any]]:
    return {r["who"]: r for r in desk.rows("change_notice") if r["change"] == change}


def test_from_the_customers_call_to_the_goods_on_the_truck(desk: Desk, tmp_path: Path) -> None:
    """ORD-6 变更 → 审核 → 告知 → 接收 → 放行, with TSK-1 今日 and the reasons in the statistics."""
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2"))).uid
    for slip in desk.rows("route_slip"):
        desk.do("route.print", {"uid": slip["uid"], "out": str(tmp_path / f"{slip['route']}1.pdf")})
        assert "变更件" not in text_of(str(tmp_path / f"{slip['route']}1.pdf"))
        desk.do("route.pass", {"uid": slip["uid"], "how": "当面", "received_by": "师傅"})

    later(desk, hours=2)
    valve, _ = desk.lines("order_line", order)
    made = desk.do(
        "order.amend",
        {
            "uid": order,
            "amend_reason": "客户要求",
            "reason": "电话加 8 只，垫片不要了",
            "due_date": "2026-06-22",
            "lines": [
                {"uid": valve["uid"], "product": "P10012", "qty": "20", "price": "50"},
                {"product": "P10013", "qty": "5", "price": "92.5"},
            ],
        },
    )
    assert (made.data["version"], made.data["parties"]) == (2, ["生产", "采购", "仓库", "财务", "业务员"])
    change = str(made.data["change"])
    row = desk.row("order_change", change) or {}
    assert (row["kind"], row["reason_text"], row["made_by"]) == ("客户要求", "电话加 8 只，垫片不要了", "王敏")
    assert row["made_at"] == "2026-06-12T14:00:00"

    # 今日 has one line per party, each with its verb
    todos = [t for t in desk.todos() if t.entity == "change_notice"]
    assert {t.verb for t in todos} == {"change.tell"} and len(todos) == 5
    assert any(t.title == "XS2606A-0001 变更 v2：还没告知仓库" and t.tone == "err" for t in todos)

    # the boss signs, the paper has the change and a box for everybody
    desk.do("change.review", {"uid": change, "reviewer": "赵经理"})
    paper = desk.do("change.print", {"uid": change, "out": str(tmp_path / "变更.pdf")})
    words = text_of(paper.data["file"])
    for part in (
        "订单变更通知单", "BG2606A-0001", "变更件 v2", "客户要求：电话加 8 只", "赵经理", "交货日期", "2026-06-18", "2026-06-22",
        "第 1 行「不锈钢球阀 DN25」数量", "12 只", "20 只", "48.60", "50.00", "增", "不锈钢球阀 DN50", "删", "四氟垫片 DN50",
        "生产", "采购", "仓库", "财务", "业务员（李强）",
    ):  # fmt: skip
        assert part in words, part

    # what the workshop holds is out of date until it is printed again
    with desk.read() as reader:
        old = change_queries.outdated_prints(reader, order)
    assert [p.paper for p in old] == ["route", "route"] and not any(p.again for p in old)
    make = next(r for r in desk.rows("route_slip") if r["route"] == "make")
    again = desk.do("route.print", {"uid": make["uid"], "out": str(tmp_path / "make2.pdf")})
    assert "变更件 v2" in text_of(again.data["file"]) and "第 2 次打印" in text_of(again.data["file"])

    # the goods stay until the warehouse knows
    with pytest.raises(Refused) as stop:
        desk.do("order.deliver", {"uid": order})
    assert [p.code for p in stop.value.problems] == ["unacknowledged_change"]
    assert "告知仓库" in stop.value.problems[0].cure
    text = str(desk.do("change.wechat", {"uid": change, "who": "仓库"}).data["text"])
    assert "12 只 → 20 只" in text and "50.00" not in text
    told = notices(desk, change)
    desk.do("change.tell", {"uid": told["仓库"]["uid"], "told_how": "微信"})
    assert [t.verb_title for t in desk.todos() if t.uid == told["仓库"]["uid"]] == ["登记接收"]
    later(desk, minutes=20)
    desk.do("change.acknowledge", {"uid": told["仓库"]["uid"], "ack_by": "孙库管"})
    sent = desk.do("order.deliver", {"uid": order})
    assert sent.problems == ()
    store = notices(desk, change)["仓库"]
    assert (store["told_at"], store["ack_at"], store["ack_by"]) == (
        "2026-06-12T14:00:00",
        "2026-06-12T14:20:00",
        "孙库管",
    )
    with desk.read() as reader:
        assert change_queries.reasons_by_month(reader, "2026-06-01", "2026-06-30") == [
            {"month": "2026-06", "kind": "客户要求", "count": 1}
        ]


def test_a_change_is_taken_back_with_everything_that_hung_on_it(desk: Desk) -> None:
    """ORD-6, SYS-2: nobody was told yet, so 撤销 leaves nothing to tell; 重做 brings it all back."""
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    desk.do("order.amend", {"uid": order, "amend_reason": "我方录错", "address": "苏州新区 8 号"})
    assert len(desk.rows("change_notice")) == 3
    desk.do("system.undo")
    assert desk.rows("order_change") == [] == desk.rows("change_notice")
    assert not [t for t in desk.todos() if t.entity == "change_notice"]
    assert desk.do("order.deliver", {"uid": order}).problems == ()
    desk.do("system.undo")
    desk.do("system.redo")


def test_the_next_change_after_one_taken_back_is_the_second_version(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    desk.do("order.amend", {"uid": order, "amend_reason": "其他", "address": "苏州新区 8 号"})
    desk.do("system.undo")
    assert desk.do("order.amend", {"uid": order, "amend_reason": "其他", "due_date": "2026-06-22"}).data["version"] == 2
