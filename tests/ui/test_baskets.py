"""常用清单 as a list of their own: made, changed and given up by keys, then put into an order (ORD-13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from salesdesk.modules.orders import baskets
from tests.ui.hands import Hands, clipped, nameless
from ui.pages.orders.basket_editor import BasketEditor
from ui.pages.orders.page import OrdersPage
from ui.shell.window import Window


@pytest.fixture
def page(window: Window) -> Iterator[OrdersPage]:
    window.go("orders")
    window.ops.wait()
    made = cast(OrdersPage, window.front)
    made.show_segment("order_basket")
    window.ops.wait()
    yield made


def editor() -> BasketEditor:
    """The basket in front."""
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, BasketEditor) and w.isVisible()]
    assert len(found) == 1
    return found[0]


def test_a_basket_is_made_changed_and_used(page: OrdersPage, desk: Desk, hands: Hands) -> None:
    new = next(b for b in page.lists.front.buttons if b.text() == "新建清单")
    assert (
        new.isEnabled()
        and "还没有常用清单" in page.lists.front.empty.findChildren(type(page.lists.front.told))[0].text()
    )
    new.click()
    hands.wait()
    dialog = editor()
    assert nameless(dialog) == [] and clipped(dialog) == []
    hands.type("月初备货")
    dialog.grid.setFocus()
    dialog.grid.go(0, dialog.grid.lines.column_of("product.name"))
    hands.type("P10012")
    hands.press("Return")
    hands.type("24")
    hands.press("Return")
    hands.type("P20031")
    hands.press("Return")
    hands.type("100")
    hands.press("Return", "Ctrl+Return")
    hands.wait()
    [kept] = desk.rows("order_basket")
    lines = desk.lines("order_basket_line", kept["uid"])
    assert kept["name"] == "月初备货" and [(r["qty"], r["price"]) for r in lines] == [(24_000, None), (100_000, None)]
    page.window().activateWindow()
    page.lists.front.table.select_row(0)
    next(b for b in page.lists.front.buttons if b.text() == "打开").click()
    hands.wait()
    dialog = editor()
    assert [line["product.code"] for line in dialog.draft.lines] == ["P10012", "P20031"]
    dialog.grid.setFocus()
    dialog.grid.go(0, dialog.grid.lines.column_of("price"))
    hands.type("47.5")
    hands.press("Return", "Ctrl+Return")
    hands.wait()
    assert [r["price"] for r in desk.lines("order_basket_line", kept["uid"])] == [475_000, None]
    with desk.read() as reader:
        [one] = baskets.named(reader, "nobody")
    assert one.title == "月初备货" and [item.price for item in one.items] == [475_000, None]


def test_a_basket_without_a_name_or_with_an_odd_quantity_is_told_in_place(
    page: OrdersPage, desk: Desk, hands: Hands
) -> None:
    page.run_action("order_basket.save", {})
    hands.wait()
    dialog = editor()
    hands.press("Ctrl+Return")
    hands.wait()
    assert dialog.isVisible() and "清单名" in dialog.banner.text
    hands.type("x")
    dialog.grid.setFocus()
    dialog.grid.go(0, dialog.grid.lines.column_of("product.name"))
    hands.type("P10012")
    hands.press("Return")
    hands.type("abc")
    hands.press("Return", "Ctrl+Return")
    hands.wait()
    assert dialog.isVisible() and desk.rows("order_basket") == []
    dialog.reject()
