"""The page of the price policy: from a list to its prices, a new price begins with that list, and how a price went (PRD-2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.desks import order_args
from tests.ui.hands import Hands, clipped, nameless
from ui.kit.import_wizard import ImportWizard
from ui.pages.pricing.history_dialog import PriceHistory
from ui.pages.pricing.page import PricingPage
from ui.shell.window import Window


@pytest.fixture
def page(window: Window, desk: Desk) -> PricingPage:
    """Two lists, the small valve in both."""
    for name, customer in (("通用价", None), ("华源价", "C00042")):
        desk.do("price_list.save", {"name": name, "customer": customer})
        desk.do("price_line.save", {"list": name, "product": "P10012", "price": "47"})
    window.go("pricing")
    window.ops.wait()
    found = window.front
    assert isinstance(found, PricingPage)
    return found


def test_from_a_list_to_its_prices_and_a_new_one(page: PricingPage, hands: Hands, desk: Desk) -> None:
    page.front.view.select_row(0)
    assert page.desk.row("price_list", page.front.in_hand())["name"] == "华源价"  # type: ignore[index]
    page.front.view.setFocus()
    hands.press("F9")
    page.ops.wait()
    assert page.front.entity.key == "price_line"
    assert page.front.model.rowCount() == 1
    hands.press("Ctrl+N")
    form = page.front.record.form  # type: ignore[union-attr]
    assert form.draft.text("list") == "华源价"
    hands.press("Tab")
    hands.type("P10013")
    hands.press("Tab", "Tab")
    hands.type("90")
    hands.press("Ctrl+S")
    page.ops.wait()
    assert page.front.model.rowCount() == 2


def test_how_a_price_went(page: PricingPage, hands: Hands, desk: Desk) -> None:
    desk.do("order.confirm", order_args(("P10012", "3", "47")))
    panel = page.show_register("price_line")
    page.ops.wait()
    panel.view.select_row(0)
    panel.view.setFocus()
    hands.press("F9")
    page.ops.wait()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, PriceHistory) and w.isVisible())
    told = [(cells[1], cells[2]) for cells in dialog.table.texts()]
    assert ("订单", "47.00") in told and ("标准售价", "48.60") in told and ("价目表", "47.00") in told
    dialog.accept()


def test_nothing_in_hand_is_told(page: PricingPage, hands: Hands) -> None:
    page.show_register("promotion")
    page.go_on()


def test_a_wide_file_comes_in_through_the_window(
    qtbot: QtBot, page: PricingPage, window: Window, desk: Desk, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["编码", "品名", "满1", "满100"], ["P10013", "不锈钢球阀 DN50", 91, 88], ["P9", "没有的", 1, 1]):
        sheet.append(cells)
    book.save(tmp_path / "2027 经销价.xlsx")
    wizard = ImportWizard(window.context, "price_list", str(tmp_path / "2027 经销价.xlsx"))
    qtbot.addWidget(wizard)
    wizard.show()
    window.ops.wait()
    assert "新增 1" in wizard.summary.text() and "有错 1" in wizard.summary.text()
    assert "还没有价目表「2027 经销价」" in wizard.banner.text
    wizard.skip.setChecked(True)
    wizard.run()
    window.ops.wait()
    told = desk.do("price.ask", {"product": "P10013", "qty": 100}).data
    assert told["price"] == "88.00"


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1280, 720)])
def test_nothing_is_clipped_and_everything_has_a_name(
    qtbot: QtBot, page: PricingPage, window: Window, size: tuple[int, int]
) -> None:
    window.resize(*size)
    for entity in ("price_list", "price_line", "promotion"):
        panel = page.show_register(entity)
        window.ops.wait()
        if panel.model.rowCount():
            panel.view.select_row(0)
            panel.open(panel.view.current_uid())
        window.ops.wait()
        qtbot.waitUntil(lambda: not clipped(page))  # a row that became visible is laid out when the loop comes to it
        assert nameless(page) == []
