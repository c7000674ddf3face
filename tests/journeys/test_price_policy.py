"""A price list from the boss's Excel to an order confirmed at the right price, and a rise on the first: PRD-2, ORD-2, ORD-3."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.pricing import queries
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def sheet(path: Path, *rows: list[Any]) -> str:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    book.save(path)
    return str(path)


def why(desk: Desk, qty: str, **more: Any) -> tuple[str, list[str]]:
    told = desk.do("price.ask", {"customer": "C00042", "product": "P10012", "qty": qty, **more}).data
    return str(told["price"]), list(told["why"])


def test_from_the_list_to_the_order_and_the_rise(desk: Desk, tmp_path: Path) -> None:
    """PRD-2: lists by grade and customer, steps, promotion, history; ORD-2/3: the order is judged by them at every door."""
    desk.do("customer.save", {"uid": _uid(desk, "customer", "C00042"), "grade": "A"})
    desk.do("price_list.save", {"name": "A级经销价", "grade": "A"})
    file = sheet(
        tmp_path / "A级经销价 2026.xlsx",
        ["A级经销价目表（含税）"],
        ["编码", "品名", "1-99", "100以上"],
        ["P10012", "不锈钢球阀 DN25", 46, 44],
        ["P10013", "不锈钢球阀 DN50", 90, 86],
    )
    done = desk.do("price_list.import", {"file": file})
    assert done.data["made"] == 4
    assert why(desk, "120") == ("44.00", ["等级价目表「A级经销价」（2026-06-12 起）：满 100 只 44.00"])
    assert why(desk, "120", customer="C00043")[0] == "48.60", "the other customer has no grade"

    june = {"valid_from": "2026-06-10", "valid_to": "2026-06-20"}
    desk.do("promotion.save", {"name": "端午", "kind": "满量折扣", "from_qty": 200, "discount": "95折", **june})
    assert why(desk, "200")[0] == "41.80"

    args = order_args(("P10012", "200", "41.80"), ("P10013", "10", "90"))
    made = desk.do("order.confirm", args)
    assert not made.problems

    with pytest.raises(Refused) as refused:
        desk.do("order.confirm", order_args(("P10012", "150", "43")))
    (problem,) = [p for p in refused.value.problems if p.code == "below_list"]
    assert (problem.cures[0].path, problem.cures[0].value) == ("lines/0/price", "44.00")

    desk.do("price_list.raise", {"uid": "A级经销价", "percent": "5%", "valid_from": "2026-07-01", "category": "阀门"})
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(days=20)
    assert desk.today == "2026-07-02"
    assert why(desk, "120")[0] == "46.20"
    late = order_args(("P10012", "120", "44"), due="2026-07-09")
    assert "below_list" in {p.code for p in desk.do("order.check", late).problems}
    old = {**late, "order_date": "2026-06-30"}
    assert "below_list" not in {p.code for p in desk.do("order.check", old).problems}, "June's order keeps June's price"

    with desk.read() as reader:
        found = queries.history(reader, _uid(desk, "product", "P10012"), _uid(desk, "customer", "C00042"))
    days = [p.day for p in found]
    assert days == sorted(days, reverse=True)
    assert {(p.what, p.price) for p in found} >= {("订单", 418_000), ("价目表", 462_000), ("价目表", 440_000)}


def _uid(desk: Desk, entity: str, code: str) -> str:
    with desk.read() as reader:
        return str(reader.find(desk.entity(entity), code))
