"""Whatever is delivered, counted, turned down, voided, closed, changed and undone: what is owed stays within the order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.money import line_amount
from tests.desks import order_args, small_desk

QTY = st.integers(1, 12)
STEP = st.tuples(
    st.sampled_from(
        ["deliver", "deliver", "together", "void", "close", "reopen", "amend", "count", "sign", "undo", "redo"]
    ),
    st.integers(0, 3),
    QTY,
    st.sampled_from(["破损", "客户不要", "送错货"]),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    made.do("customer.save", {"code": "C9", "name": "杭州申达流体设备有限公司"})
    yield made
    made.close()


class World:
    """Two orders of one customer and what can be done to them; what is refused does not happen."""

    def __init__(self, desk: Desk, quantities: list[int]) -> None:
        self.desk = desk
        self.orders: list[str] = []
        for a, b in (quantities[:2], quantities[2:]):
            args = order_args(("P10012", str(a), "48.6"), ("P20031", str(b), "3.33"), customer="C9")
            self.orders.append(desk.do("order.confirm", {**args, "reason": "测试"}).uid)

    def do(self, verb: str, args: dict[str, Any]) -> None:
        with contextlib.suppress(Refused):
            self.desk.do(verb, {**args, "reason": "测试"} if verb != "system.undo" else args)

    def lines(self, order: str) -> list[dict[str, Any]]:
        return self.desk.lines("order_line", order)

    def notes(self) -> list[dict[str, Any]]:
        return [d for d in self.desk.rows("delivery", limit=400) if any(n in str(d["orders"]) for n in self.numbers())]

    def numbers(self) -> list[str]:
        return [str((self.desk.row("sales_order", o) or {})["number"]) for o in self.orders]

    def step(self, what: str, which: int, qty: int, reason: str) -> None:
        order = self.orders[which % 2]
        lines = self.lines(order)
        if not lines:  # the order itself was undone
            return
        line = lines[which // 2]
        notes = self.notes()
        note = str(notes[which % len(notes)]["uid"]) if notes else ""
        first = next(iter(self.desk.lines("delivery_line", note)), {"uid": ""}) if note else {"uid": ""}
        one = {"order_line": line["uid"], "qty": qty}
        acts: dict[str, Callable[[], None]] = {
            "deliver": lambda: self.do("order.deliver", {"uid": order, "lines": [one]}),
            "together": lambda: self.do(
                "delivery.save",
                {"lines": [{"order_line": line["uid"], "qty": qty} for o in self.orders for line in self.lines(o)[:1]]},
            ),
            "void": lambda: self.do("delivery.void", {"uid": note}),
            "close": lambda: self.do("order.close_rest", {"uid": order, "close_reason": "停产", "lines": [one]}),
            "reopen": lambda: self.do("order.reopen_rest", {"uid": order, "note": "还要", "lines": [one]}),
            "amend": lambda: self.amend(order, which // 2, qty),
            "count": lambda: self.do(
                "delivery.check",
                {
                    "uid": note,
                    "all_right": True,
                    "adjust": True,
                    "lines": [{"delivery_line": first["uid"], "counted": qty}],
                },
            ),
            "sign": lambda: self.do(
                "delivery.sign",
                {
                    "uid": note,
                    "signed_by": "王芳",
                    "lines": [{"delivery_line": first["uid"], "rejected": qty, "reject_reason": reason}],
                },
            ),
            "undo": lambda: self.do("system.undo", {}),
            "redo": lambda: self.do("system.redo", {}),
        }
        if note or what not in ("void", "count", "sign"):
            acts[what]()

    def amend(self, order: str, at: int, qty: int) -> None:
        lines = [
            {
                "uid": line["uid"],
                "product": line["product"],
                "qty": f"{line['qty'] / 1000:g}",
                "price": f"{line['price'] / 10000:g}",
            }
            for line in self.lines(order)
        ]
        if at < len(lines):
            lines[at]["qty"] = str(qty)
        self.do("order.amend", {"uid": order, "amend_reason": "客户要求", "lines": lines})

    def check(self) -> None:
        sent: dict[str, int] = {}
        worth: dict[str, int] = {}
        for note in self.notes():
            lines = self.desk.lines("delivery_line", str(note["uid"]))
            assert note["amount"] == sum(x["amount"] for x in lines)
            for x in lines:
                assert x["qty"] >= 0 and (x["rejected"] or 0) >= 0
                sent[x["order_line"]] = sent.get(x["order_line"], 0) + x["qty"]
                worth[x["order_line"]] = worth.get(x["order_line"], 0) + x["amount"]
        for order in self.orders:
            row = self.desk.row("sales_order", order) or {}
            if row.get("void") or row.get("state") != "confirmed":
                continue
            lines = self.lines(order)
            lefts = []
            for x in lines:
                assert (x["delivered"] or 0) == sent.get(x["uid"], 0)
                left = x["qty"] - (x["delivered"] or 0) - (x["closed"] or 0)
                assert 0 <= left <= x["qty"] and (x["closed"] or 0) >= 0
                assert (x["closed"] is None) == (x["close_reason"] is None)
                lefts.append(left)
                if x["delivered"] == x["qty"] and x["amount"] == line_amount(x["qty"], x["price"]):
                    assert abs(worth.get(x["uid"], 0) - x["amount"]) <= len(self.notes()), "parts add up to the line"
            whole = "done" if not any(lefts) else "part" if any(x["delivered"] for x in lines) else "confirmed"
            assert row["stage"] == whole
        for product in self.desk.rows("product"):
            moved = [m["qty"] for m in self.desk.rows("stock_move", limit=5000) if m["product"] == product["uid"]]
            assert product["on_hand"] == sum(moved)


@settings(max_examples=8)
@given(st.lists(QTY, min_size=4, max_size=4), st.lists(STEP, min_size=6, max_size=10))
def test_the_remainder_stays_within_the_order(desk: Desk, quantities: list[int], steps: list[Any]) -> None:
    world = World(desk, quantities)
    for step in steps:
        world.step(*step)
        world.check()
