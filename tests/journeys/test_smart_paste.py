"""ORD-13: a message from WeChat becomes an order; what the clerk put right once is known the next time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from tests.desks import small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def read(desk: Desk, text: str) -> dict[str, Any]:
    return dict(desk.do("order.read_text", {"customer": "C00042", "text": text}).data)


def test_a_message_is_read_put_right_confirmed_and_learned(desk: Desk) -> None:
    """ORD-13 智能粘贴 → 看一眼没把握的 → 确认订单 → 记住叫法 → 第二次不用再配, with ORD-1 来单 as its evidence."""
    said = "王姐，老款大球阀 3件 DN25球阀两箱，19号前到 老地方"
    intake = desk.do("intake.save", {"channel": "微信", "customer": "C00042", "content": said}).uid
    found = read(desk, said)
    doubtful, sure = found["lines"]
    assert not doubtful["sure"] and sure["sure"] and found["values"]["due_date"] == "2026-06-19"

    # she picks the product and says that his 件 are four pieces; the rest stands as it was read
    lines = [
        {"product": "P10013", "qty": "12", "price": "92.50"},
        {"product": "P10012", "qty": sure["values"]["qty"], "price": "48.60"},
    ]
    order = desk.do("order.confirm", {"customer": "C00042", "intake": intake, **found["values"], "lines": lines}).uid
    learn = {"words": doubtful["learn"]["words"], "product": "P10013", "unit": "件", "unit_qty": "4"}
    desk.do("order.learn", {"customer": "C00042", "lines": [learn]})
    row = desk.row("sales_order", order) or {}
    assert (row["stage"], row["due_date"], row["amount"]) == ("confirmed", "2026-06-19", 12 * 9250 + 24 * 4860)
    assert not [t for t in desk.todos() if t.entity == "intake"], "the arrival is answered by its order"

    # the second message in the same words needs no hand, and nothing is invented where nothing was said
    again = read(desk, "老款大球阀 5件 20号")
    (line,) = again["lines"]
    assert line["sure"] and (line["product"]["code"], line["values"]["qty"]) == ("P10013", "20")
    vague = read(desk, "球阀来十几个")
    assert not vague["lines"][0]["sure"] and vague["lines"][0]["values"]["qty"] is None

    # undone in one step, the words are as unknown as before
    desk.do("system.undo")
    assert not read(desk, "老款大球阀 5件")["lines"][0]["sure"]
