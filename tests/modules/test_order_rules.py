"""The one check of an order: every fault with place, reason and cure, through every door (ORD-2, ORD-3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.money.queries import Exposure
from salesdesk.modules.orders.rules import Facts, LastPrice, check_delivery, check_order
from tests.desks import order_args, small_desk

BALL = {
    "uid": "p1",
    "code": "P1",
    "name": "球阀",
    "on_hand": 100_000,
    "floor_price": 400_000,
    "cost": 300_000,
    "stopped": None,
    "void": 0,
}
CUSTOMER = {
    "uid": "c1",
    "name": "华源",
    "credit_limit": 10_000_000,
    "stopped": None,
    "void": 0,
}
HEADER = {"customer": "c1", "order_date": "2026-06-12", "due_date": "2026-06-18"}


def line(**over: Any) -> dict[str, Any]:
    return {"product": "p1", "qty": 10_000, "price": 486_000, **over}


def found(
    header: dict[str, Any] | None = None, lines: list[dict[str, Any]] | None = None, **facts: Any
) -> list[Problem]:
    known = Facts(today="2026-06-12", customer=CUSTOMER, products={"p1": BALL}, **facts)
    return check_order({**HEADER, **(header or {})}, [line()] if lines is None else lines, known)


def codes(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(p.code, p.path, str(p.severity)) for p in problems]


def test_a_right_order_has_nothing_to_say() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("header", "lines", "facts", "expected"),
    [
        ({"customer": None}, None, {}, ("required", "customer", "stop")),
        ({"due_date": None}, None, {}, ("required", "due_date", "stop")),
        ({"due_date": "2026-06-01"}, None, {}, ("due_before_order", "due_date", "stop")),
        ({"due_date": "2026-06-20"}, None, {}, ("not_workday", "due_date", "warn")),
        ({}, [], {}, ("no_lines", "lines/0/product", "stop")),
        ({}, [line(product=None)], {}, ("required", "lines/0/product", "stop")),
        ({}, [line(qty=None)], {}, ("required", "lines/0/qty", "stop")),
        ({}, [line(price=None)], {}, ("required", "lines/0/price", "stop")),
        ({}, [line(qty=0)], {}, ("qty", "lines/0/qty", "stop")),
        ({}, [line(price=399_999)], {}, ("below_floor", "lines/0/price", "ask")),
        ({}, [line(), line()], {}, ("same_product", "lines/1/product", "warn")),
        ({}, [line(qty=100_001)], {}, ("short_stock", "lines/0/qty", "warn")),
        ({}, None, {"promised": {"p1": 95_000}}, ("short_stock", "lines/0/qty", "warn")),
        (
            {},
            None,
            {"last": {"p1": LastPrice(800_000, "2026-05-01", "XS1", 1)}},
            ("price_jump", "lines/0/price", "warn"),
        ),
        ({}, None, {"exposure": Exposure(unpaid=1_000_000, undelivered=9_000_000)}, ("over_credit", "customer", "ask")),
        ({}, None, {"twins": ("XS2606A-0001",)}, ("duplicate_order", "customer", "ask")),
        ({"customer_po": "PO1"}, None, {"same_po": ("XS2606A-0001",)}, ("same_po", "customer_po", "ask")),
        ({}, [line(due_date="2026-06-01")], {}, ("due_before_order", "lines/0/due_date", "stop")),
    ],
)
def test_each_fault_is_named_with_place_reason_and_cure(header: Any, lines: Any, facts: Any, expected: Any) -> None:
    problems = found(header, lines, **facts)
    assert expected in codes(problems)
    assert all(p.message and p.cure and p.place for p in problems)


def test_two_lines_share_the_stock() -> None:
    problems = found({}, [line(qty=60_000), line(qty=60_000)])
    assert [p.message for p in problems if p.code == "short_stock"] == ["可用库存只有 100，缺 20"]


def test_a_stopped_product_and_a_stopped_customer_are_refused() -> None:
    facts = Facts(today="2026-06-12", customer={**CUSTOMER, "stopped": 1}, products={"p1": {**BALL, "stopped": 1}})
    assert {p.code for p in check_order(HEADER, [line()], facts)} == {"stopped_customer", "stopped_product"}


def test_a_cure_sets_what_it_says() -> None:
    [problem] = found({}, [line(price=340_000)])
    assert [(c.title, c.path, c.value) for c in problem.cures] == [("改为 40.00", "lines/0/price", "40.00")]


def test_delivery_never_exceeds_what_is_left() -> None:
    row = {"qty": 10_000, "delivered": 4_000}
    assert check_delivery([(row, 6_000)]) == []
    [over] = check_delivery([(row, 6_001)])
    assert over.code == "over_delivery" and over.cures[0].value == "6"
    assert [p.code for p in check_delivery([(row, 0)])] == ["qty"]
    assert [p.code for p in check_delivery([])] == ["no_lines"]


class TestDoors:
    """The same order is judged the same through typing, confirming, amending and importing."""

    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        return small_desk(tmp_path)

    def cheap(self) -> dict[str, object]:
        return order_args(("P10012", "12", "39.99"))

    def test_a_draft_is_told_but_kept(self, desk: Desk) -> None:
        outcome = desk.do("order.save", self.cheap())
        assert [p.code for p in outcome.problems] == ["below_floor"]
        assert desk.rows("sales_order")[0]["stage"] == "draft"

    def test_confirming_wants_a_reason_and_keeps_it(self, desk: Desk) -> None:
        with pytest.raises(Refused) as refused:
            desk.do("order.confirm", self.cheap())
        assert [(p.code, p.severity) for p in refused.value.problems] == [("below_floor", Severity.ASK)]
        assert desk.rows("sales_order") == []
        outcome = desk.do("order.confirm", {**self.cheap(), "reason": "主管同意特价"})
        assert desk.history("sales_order", outcome.uid)[0].reason == "主管同意特价"

    def test_checking_writes_nothing(self, desk: Desk) -> None:
        before = desk.dump()
        outcome = desk.do("order.check", self.cheap())
        assert [p.code for p in outcome.problems] == ["below_floor"] and not outcome.changes
        assert desk.dump() == before

    def test_amending_is_checked_too(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(("P10012", "12", "48.6")))
        [old] = desk.lines("order_line", order.uid)
        lower = {
            "uid": order.uid,
            "amend_reason": "客户要求",
            "lines": [{"uid": old["uid"], "product": "P10012", "qty": "12", "price": "39"}],
        }
        with pytest.raises(Refused, match="低于限价"):
            desk.do("order.amend", lower)

    def test_an_amendment_never_goes_below_what_was_delivered(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "9", "3.2")))
        first, second = desk.lines("order_line", order.uid)
        desk.do("order.deliver", {"uid": order.uid, "lines": [{"order_line": first["uid"], "qty": "5"}]})
        args = {"uid": order.uid, "amend_reason": "客户要求"}
        keep = {"uid": second["uid"], "product": "P20031", "qty": "9", "price": "3.2"}
        with pytest.raises(Refused, match="已发 5"):
            desk.do(
                "order.amend",
                {**args, "lines": [{"uid": first["uid"], "product": "P10012", "qty": "4", "price": "48.6"}, keep]},
            )
        with pytest.raises(Refused, match="不能删"):
            desk.do("order.amend", {**args, "lines": [keep]})
        desk.do(
            "order.amend", {**args, "lines": [{"uid": first["uid"], "product": "P10012", "qty": "5", "price": "48.6"}]}
        )
        assert desk.row("sales_order", order.uid)["stage"] == "done"  # type: ignore[index]

    def test_the_same_order_twice_is_asked_about(self, desk: Desk) -> None:
        desk.do("order.confirm", order_args(("P10012", "12", "48.6")))
        with pytest.raises(Refused, match="可能重复下单"):
            desk.do("order.confirm", order_args(("P10012", "12", "48.6")))

    def test_a_viewer_may_look_but_not_write(self, desk: Desk) -> None:
        desk.settings.put("operator.role", "viewer")
        with pytest.raises(Refused, match="内勤才能做"):
            desk.do("order.save", self.cheap())
        assert desk.do("customer.export", {"file": str(desk.folder / "客户.xlsx")}).data["rows"] == 2

    def test_a_form_overtaken_by_another_window_is_not_saved_over_it(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(("P10012", "12", "48.6")))
        seen = desk.row("sales_order", order.uid)["seen"]  # type: ignore[index]
        desk.do("order.save", {"uid": order.uid, "due_date": "2026-06-25"})
        with pytest.raises(Refused, match="已改为「2026-06-25」"):
            desk.do("order.save", {"uid": order.uid, "due_date": "2026-06-26", "seen": seen})
        assert desk.do("order.save", {"uid": order.uid, "note": "别的字段可以", "seen": seen}).changes

    def test_numbers_are_gapless_per_device_and_differ_between_devices(self, tmp_path: Path) -> None:
        a, b = small_desk(tmp_path / "a"), small_desk(tmp_path / "b")
        with b.database.local() as work:
            work.execute("UPDATE now SET letter = 'B'")
        numbers = [a.do("order.save", order_args(("P10012", "1", "50"))).data["number"] for _ in range(3)]
        with pytest.raises(Refused):
            a.do("order.save", {"customer": "没有这家"})
        numbers.append(a.do("order.save", order_args(("P10012", "2", "50"))).data["number"])
        assert numbers == [f"XS2606A-{i:04d}" for i in (1, 2, 3, 4)]
        assert b.do("order.save", order_args(("P10012", "1", "50"))).data["number"] == "XS2606B-0001"
