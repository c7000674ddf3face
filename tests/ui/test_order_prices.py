"""Prices while an order is typed: filled from the list, following the quantity, discounts in words, gifts by a button (PRD-2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from tests.desks import order_args
from tests.ui.hands import Hands
from ui.pages.orders.actions import OpenOrder
from ui.pages.orders.page import OrdersPage
from ui.shell.window import Window


@pytest.fixture
def page(window: Window, desk: Desk) -> Iterator[OrdersPage]:
    """The order page in front, a list for everybody: 47, from 100 on 45."""
    desk.do("price_list.save", {"name": "通用价"})
    for qty, price in ((None, "47"), ("100", "45")):
        desk.do("price_line.save", {"list": "通用价", "product": "P10012", "from_qty": qty, "price": price})
    window.go("orders")
    window.ops.wait()
    made = window.front
    assert isinstance(made, OrdersPage)
    yield made


def view(page: OrdersPage) -> OpenOrder:
    assert page.entry is not None
    return page.entry


def line(page: OrdersPage, row: int = 0) -> Row:
    return view(page).order.draft.lines[row]


def typed(hands: Hands, *cells: str) -> None:
    """Ctrl+N, the customer, and then one cell after the other with Enter."""
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return", "Return", "Return")
    for cell in cells:
        hands.type(cell)
        hands.press("Return")


def codes(page: OrdersPage) -> list[str]:
    view(page).check()
    page.ops.wait()
    return [p.code for p in view(page).problems() if p.code not in ("unanswered",)]


def press(page: OrdersPage, title: str) -> None:
    lines = view(page).lines.problems._lines
    button = next(b for one in lines for b in one.buttons if b.text() == title)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_price_follows_the_quantity_until_it_is_typed(page: OrdersPage, hands: Hands) -> None:
    typed(hands, "P10012")
    assert line(page)["price"] == 470_000
    hands.type("120")
    hands.press("Return")
    assert (line(page)["price"], line(page)["price_why"]) == (450_000, "价目表「通用价」满 100")
    assert line(page)["amount"] == 540_000
    hands.type("46")
    hands.press("Return")
    assert line(page)["price_why"] is None
    grid = view(page).grid
    grid.go(0, grid.lines.column_of("qty"))
    hands.type("20")
    hands.press("Return")
    assert line(page)["price"] == 460_000, "a price typed by hand stays"


def test_a_discount_is_worked_out_and_kept_in_words(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    typed(hands, "P10012", "120", "9.5折 老客户", "P10013", "2", "92.5*0.95", "P20031", "9", "9z")
    assert (line(page, 2)["price"], line(page, 2)["price_why"]) == (28_800, "9折 原价 3.20")
    assert (line(page)["price"], line(page)["price_why"]) == (427_500, "9.5折 原价 45.00 老客户")
    assert (line(page, 1)["price"], line(page, 1)["price_why"]) == (878_750, "92.5*0.95")
    assert "below_list" in codes(page)
    hands.press("Ctrl+S")
    hands.wait()
    stored = desk.lines("order_line", view(page).order.draft.uid)
    assert [one["price_why"] for one in stored] == ["9.5折 原价 45.00 老客户", "92.5*0.95", "9折 原价 3.20"]


def test_what_is_no_discount_stays_as_typed(page: OrdersPage, hands: Hands) -> None:
    typed(hands, "P10012", "1", "12.3456789z")
    assert view(page).order.draft.typed["lines/0/price"][0] == "12.3456789折"


def test_a_price_off_the_list_is_cured_with_one_button(page: OrdersPage, hands: Hands) -> None:
    typed(hands, "P10012", "120", "44")
    assert "below_list" in codes(page)
    press(page, "改为 45.00")
    page.ops.wait()
    assert (line(page)["price"], line(page)["price_why"]) == (450_000, "价目表「通用价」满 100")


def test_a_gift_that_is_due_comes_with_one_button_and_goes_with_one_undo(
    page: OrdersPage, hands: Hands, desk: Desk
) -> None:
    gift = {"name": "买十赠一", "kind": "买赠", "from_qty": 10, "gift_qty": 1, "product": "P10012"}
    desk.do("promotion.save", {**gift, "valid_from": "2026-06-01", "valid_to": "2026-06-30"})
    typed(hands, "P10012", "25", "")
    assert "gift_missing" in codes(page)
    press(page, "加赠品 2")
    given = line(page, 1)
    assert (given["kind"], given["qty"], given["price"], given["amount"]) == ("gift", 2000, 0, 0)
    assert given["gift_reason"] == "促销「买十赠一」" and given["product.name"] == "不锈钢球阀 DN25"
    assert "gift_missing" not in codes(page)
    view(page).stack.undo()
    assert len(view(page).order.draft.lines) == 1


def test_typing_the_word_makes_a_gift(page: OrdersPage, hands: Hands) -> None:
    typed(hands, "P10012", "1", "z")
    assert (line(page)["kind"], line(page)["price"]) == ("gift", 0)


def test_last_price_without_a_list_as_before(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    desk.do("order.confirm", order_args(("P10013", "3", "90")))
    typed(hands, "P10013", "5")
    assert line(page)["price"] == 900_000


def test_a_copied_order_is_repriced_in_one_step(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    desk.do("order.confirm", {**order_args(("P10012", "120", "48"), ("P10013", "1", "92.5"))})
    typed(hands)
    view(page).actions_.copy_last()
    assert [one["price"] for one in view(page).order.draft.lines] == [480_000, 925_000]
    view(page).reprice()
    assert [one["price"] for one in view(page).order.draft.lines] == [450_000, 925_000]
    view(page).stack.undo()
    assert line(page)["price"] == 480_000


def test_a_reopened_draft_still_follows(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    saved = desk.do("order.save", order_args(("P10012", "120", "45")))
    page.open_record("sales_order", saved.uid)
    page.ops.wait()
    grid = view(page).grid
    grid.setFocus()
    grid.go(0, grid.lines.column_of("qty"))
    hands.type("20")
    hands.press("Return")
    assert line(page)["price"] == 470_000


def test_a_list_changed_meanwhile_counts_at_once(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    typed(hands, "P10012", "120")
    assert line(page)["price"] == 450_000
    page.ops.run("price_list.raise", {"uid": "通用价", "percent": "10%", "valid_from": "2026-06-12"})
    page.ops.wait()
    assert "below_list" in codes(page)
    view(page).reprice()
    assert line(page)["price"] == 495_000


def test_repricing_leaves_prices_by_hand_where_there_is_no_list(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    desk.do("price_list.void", {"uid": "通用价"})
    typed(hands, "P10013", "5", "91")
    view(page).reprice()
    assert line(page)["price"] == 910_000
