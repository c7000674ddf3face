"""Products, categories and stock: names that mean one thing, rates that can be, and a word when the stock goes below zero."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    return [p.code for p in fault.value.problems]


def test_a_category_has_its_name_for_itself(desk: Desk) -> None:
    assert codes(desk, "product_category.save", {"name": "阀门", "route": "采购"}) == ["duplicate"]
    uid = next(r["uid"] for r in desk.rows("product_category") if r["name"] == "阀门")
    desk.do("product_category.save", {"uid": uid, "note": "球阀、闸阀"})


@pytest.mark.parametrize("rate", ["-5%", "500%"])
def test_a_tax_rate_is_between_nothing_and_everything(desk: Desk, rate: str) -> None:
    assert codes(desk, "product.save", {"code": "T", "name": "T", "unit": "只", "tax_rate": rate}) == ["tax_rate"]


def test_stock_below_zero_is_booked_but_told(desk: Desk) -> None:
    outcome = desk.do("stock.move", {"product": "P10013", "qty": -97, "reason": "出库"})
    assert [(p.code, p.message) for p in outcome.problems] == [("short_stock", "出库后「不锈钢球阀 DN50」的库存是 -1")]
    assert desk.do("stock.move", {"product": "P10013", "qty": 1}).problems == ()


def test_a_remembered_file_layout_keeps_no_customer(desk: Desk, tmp_path: Path) -> None:
    uid = desk.do("customer.save", {"name": "新客", "code": "N1"}).uid
    file = tmp_path / "单.csv"
    file.write_text("编码,数量,单价\nP20031,3,3.2\n", encoding="utf-8-sig")
    made = desk.do("order.import", {"file": str(file), "customer": "N1"})
    assert codes(desk, "customer.void", {"uid": uid}) == ["in_use"]
    desk.do("order.void", {"uid": made.uid})
    desk.do("customer.void", {"uid": uid})


def test_passing_on_again_is_told(desk: Desk) -> None:
    desk.do("order.confirm", order_args(("P10012", "3", "48.6")))
    slip = desk.rows("route_slip")[0]["uid"]
    assert desk.do("route.pass", {"uid": slip, "received_by": "周"}).problems == ()
    again = desk.do("route.pass", {"uid": slip, "received_by": "吴"})
    assert [p.code for p in again.problems] == ["passed_before"] and "周 接收" in again.problems[0].message
