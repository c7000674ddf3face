"""Beside the entry: figures that open their rows, overdue money, baskets by one key, gifts, column widths, the 主管 (ORD-2, ORD-13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.modules.orders import recheck
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.pages.orders.actions import OpenOrder
from ui.pages.orders.basket_dialog import BasketDialog
from ui.pages.orders.page import OrdersPage
from ui.pages.orders.rows_dialog import RowsDialog
from ui.pages.orders.rules_dialog import RulesDialog
from ui.pages.orders.surroundings import Question, look_around
from ui.shell.window import Window


@pytest.fixture
def page(window: Window) -> Iterator[OrdersPage]:
    """The order page in front."""
    window.go("orders")
    window.ops.wait()
    made = window.front
    assert isinstance(made, OrdersPage)
    yield made


def entry(page: OrdersPage) -> OpenOrder:
    assert page.entry is not None
    return page.entry


def settled(page: OrdersPage) -> None:
    entry(page).check()
    page.ops.wait()
    QApplication.processEvents()


def begin(page: OrdersPage, hands: Hands, *lines: tuple[str, str, str]) -> OpenOrder:
    """A new order of 华源 with some lines, typed."""
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return")
    hands.type("PO-1")
    hands.press("Return", "Return")
    for product, qty, price in lines:
        hands.type(product)
        hands.press("Return")
        hands.type(qty)
        hands.press("Return")
        hands.type(price)
        hands.press("Return")
    settled(page)
    return entry(page)


def dialog_of(kind: type[QDialog]) -> QDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    assert found, f"no {kind.__name__} is open"
    return found[-1]


@pytest.fixture
def sold(desk: Desk) -> str:
    """What was ordered before: twice by 华源, once by 长安."""
    first = desk.do("order.confirm", order_args(("P10012", "12", "47"), ("P20031", "100", "3.2"))).uid
    desk.do("order.confirm", order_args(("P10012", "12", "48"), ("P10013", "5", "92.5")))
    desk.do("order.confirm", {**order_args(("P10012", "30", "46")), "customer": "C00043"})
    return str(first)


class TestPanel:
    def test_prices_stock_and_what_is_owed_stand_beside_the_line(
        self, page: OrdersPage, hands: Hands, desk: Desk, sold: str
    ) -> None:
        view = begin(page, hands, ("P10012", "5", "48.6"))
        view.grid.go(0, 5)
        settled(page)
        card, credit = view.panel.prices, view.panel.credit
        assert card.here.texts() == ["06-12 12 只 ¥48.00", "06-12 12 只 ¥47.00"]
        assert [t.split()[-1] for t in card.elsewhere.texts()] == ["¥46.00"] and "长安" in card.elsewhere.texts()[0]
        assert card.stock.value.text() == "266 只" and card.promised.value.text() == "54 只"
        assert credit.owing.value.text().startswith("4 行")
        assert clipped(view.panel) == [] and nameless(view.panel) == []

    def test_a_line_without_a_product_does_not_make_the_panel_jump(
        self, page: OrdersPage, hands: Hands, sold: str
    ) -> None:
        view = begin(page, hands, ("P10012", "5", "48.6"))
        view.grid.go(0, 5)
        settled(page)
        labels = [cell for row in view.panel.prices.here._rows for cell in row]
        view.grid.go_blank()
        settled(page)
        assert view.panel.prices.isVisible() and "P10012" in view.panel.prices.name.text_whole()
        assert labels == [cell for row in view.panel.prices.here._rows for cell in row], "no label is made anew"

    def test_a_click_on_a_figure_opens_its_rows(self, page: OrdersPage, hands: Hands, desk: Desk, sold: str) -> None:
        view = begin(page, hands, ("P10012", "5", "48.6"))
        view.grid.go(0, 5)
        settled(page)
        QTest.mouseClick(view.panel.prices.promised, Qt.MouseButton.LeftButton)
        page.ops.wait()
        rows = dialog_of(RowsDialog)
        assert isinstance(rows, RowsDialog) and len(rows.table.texts()) == 3
        assert rows.table.texts()[0][1:3] == ["苏州华源贸易有限公司", "12"]
        rows.reject()

    def test_the_keys_reach_the_figures_too(self, page: OrdersPage, hands: Hands, desk: Desk, sold: str) -> None:
        view = begin(page, hands, ("P10012", "5", "48.6"))
        view.grid.go(0, 5)
        settled(page)
        view.grid.setFocus()
        hands.press("F6")
        assert view.panel.prices.stock.hasFocus()
        for _ in range(12):
            if view.panel.credit.owing.hasFocus():
                break
            hands.press("Down")
        hands.press("Return")
        page.ops.wait()
        owed = dialog_of(RowsDialog)
        assert isinstance(owed, RowsDialog) and len(owed.table.texts()) == 4
        number = owed.table.texts()[0][0]
        QTest.keyClick(owed.table, Qt.Key.Key_Return)
        page.ops.wait()
        assert entry(page).order.number == number, "Enter opens the order of the row"

    def test_overdue_money_is_told_when_the_customer_is_chosen(
        self, page: OrdersPage, hands: Hands, desk: Desk
    ) -> None:
        uid = desk.find("C00042", "customer")[0].uid
        desk.do("customer.save", {"uid": uid, "receivable_day": "2026-01-05", "credit_days": "30"})
        view = begin(page, hands)
        assert view.banner.isVisible() and "过了账期没收" in view.banner.text
        assert view.panel.credit.overdue.isVisible()
        assert QApplication.activeModalWidget() is None, "a banner, no box in the way"

    def test_an_answer_that_was_asked_for_before_he_was_chosen_does_not_hide_his_debt(
        self, page: OrdersPage, hands: Hands, desk: Desk
    ) -> None:
        uid = desk.find("C00042", "customer")[0].uid
        desk.do("customer.save", {"uid": uid, "receivable_day": "2026-01-05", "credit_days": "30"})
        hands.press("Ctrl+N")
        view = entry(page)
        about_nobody = look_around(desk, Question.of(view.order, 0))
        view.order.draft.set("customer", uid)
        view._checked(about_nobody)
        settled(page)
        assert view.banner.isVisible() and "过了账期没收" in view.banner.text


class TestBaskets:
    def test_f3_puts_in_what_he_usually_takes_as_one_step(self, page: OrdersPage, hands: Hands, sold: str) -> None:
        view = begin(page, hands)
        hands.press("F3")
        page.ops.wait()
        dialog = dialog_of(BasketDialog)
        assert isinstance(dialog, BasketDialog)
        assert [dialog.list.item(i).text()[:4] for i in range(dialog.list.count())] == ["常买的", "上次订单"]
        assert dialog.table.texts()[0][1] == "12" and "P10012" in dialog.table.texts()[0][0]
        QTest.keyClick(dialog.list, Qt.Key.Key_Return)
        lines = [line for _, line in view.order.draft.filled_lines()]
        assert [(line["product.code"], line["qty"], line["price"]) for line in lines] == [("P10012", 12_000, 480_000)]
        QTest.keyClick(view.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert view.order.draft.filled_lines() == []

    def test_a_line_can_be_left_out_and_the_last_order_taken(self, page: OrdersPage, hands: Hands, sold: str) -> None:
        view = begin(page, hands)
        hands.press("F3")
        page.ops.wait()
        dialog = dialog_of(BasketDialog)
        assert isinstance(dialog, BasketDialog)
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
        QTest.keyClick(dialog.list, Qt.Key.Key_Right)
        QTest.keyClick(dialog.table, Qt.Key.Key_Space)
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        assert [line["product.code"] for _, line in view.order.draft.filled_lines()] == ["P10013"]

    def test_an_order_is_kept_under_a_name(self, page: OrdersPage, hands: Hands, desk: Desk, sold: str) -> None:
        desk.do("order.keep_basket", {"uid": sold, "name": "月初补货"})
        begin(page, hands)
        hands.press("F3")
        page.ops.wait()
        dialog = dialog_of(BasketDialog)
        assert isinstance(dialog, BasketDialog)
        assert [dialog.list.item(i).text() for i in range(dialog.list.count())][-1] == "月初补货"
        assert nameless(dialog) == []
        dialog.reject()

    def test_without_a_customer_it_says_what_is_missing(self, page: OrdersPage, hands: Hands) -> None:
        hands.press("Ctrl+N")
        hands.press("F3")
        page.ops.wait()
        assert "先选客户" in entry(page).lines.note.text_whole()


def test_a_line_becomes_a_gift_with_its_reason(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    view = begin(page, hands, ("P10012", "5", "48.6"), ("P20031", "10", "3.2"))
    view.grid.go(1, 5)
    view.actions_.more.mark_gift()
    hands.type("样品")
    hands.press("Return")
    settled(page)
    hands.press("Ctrl+S")
    hands.wait()
    gift = desk.lines("order_line", view.order.draft.uid)[1]
    assert (gift["kind"], gift["price"], gift["gift_reason"]) == ("gift", 0, "样品")


def test_column_widths_are_remembered(page: OrdersPage, hands: Hands, desk: Desk, qtbot: QtBot) -> None:
    view = begin(page, hands)
    at = view.grid.lines.column_of("price")
    view.grid.horizontalHeader().resizeSection(at, 133)
    qtbot.waitUntil(lambda: (desk.settings.get("ui.grid.order_lines") or {}).get("price") == 133, timeout=5000)
    hands.press("Ctrl+N")
    assert entry(page) is not view and entry(page).grid.columnWidth(at) == 133
    entry(page).grid.setColumnHidden(entry(page).grid.lines.column_of("due_date"), False)
    assert "due_date" not in entry(page).grid.widths, "only what a hand did is remembered"


class TestRules:
    def test_the_manager_changes_a_rule_by_keys(self, page: OrdersPage, hands: Hands, desk: Desk) -> None:
        desk.settings.put("operator.role", "manager")
        page.run_action("rules", {})
        dialog = dialog_of(RulesDialog)
        assert isinstance(dialog, RulesDialog) and nameless(dialog) == []
        at = next(i for i, one in enumerate(dialog.rows) if one["code"] == "below_floor")
        dialog.table.setCurrentCell(at, 0)
        dialog.who.setCurrentIndex(dialog.who.findData("manager"))
        QTest.keyClick(dialog.note, Qt.Key.Key_A)
        dialog.store()
        page.ops.wait()
        assert dialog.table.texts()[at][4] == "主管写原因" and "「低于限价」现在是" in dialog.banner.text
        dialog.restore()
        page.ops.wait()
        assert dialog.table.texts()[at][4] == "写原因就行"
        dialog.accept()

    def test_looking_at_all_open_orders_again_can_be_stopped(
        self, page: OrdersPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.do("order.confirm", order_args(("P10012", "5", "48.6"), customer="C00043"))
        page.run_action("rules", {})
        dialog = dialog_of(RulesDialog)
        assert isinstance(dialog, RulesDialog)
        dialog.check_open()
        assert dialog.progress.isVisible() and not dialog.recheck.isEnabled()
        page.ops.wait()
        assert not dialog.progress.isVisible() and "查了 1 张订单" in dialog.banner.text
        judge = recheck.problems_of

        def press_cancel(*args: Any) -> Any:
            page.ops.cancel()
            return judge(*args)

        monkeypatch.setattr(recheck, "problems_of", press_cancel)
        for _ in range(20):
            desk.do("order.confirm", {**order_args(("P10012", "5", "48.6"), customer="C00043"), "reason": "再来"})
        dialog.check_open()
        page.ops.wait()
        assert dialog.recheck.isEnabled() and "没有查完" in dialog.banner.text
        dialog.accept()

    def test_a_clerk_looks_and_cannot_change(self, page: OrdersPage) -> None:
        page.run_action("rules", {})
        dialog = dialog_of(RulesDialog)
        assert isinstance(dialog, RulesDialog)
        assert not dialog.change.isEnabled() and "只有主管" in dialog.banner.text
        dialog.accept()

    def test_the_clerk_asks_the_manager_from_the_entry(self, page: OrdersPage, hands: Hands, desk: Desk) -> None:
        desk.settings.put("operator.role", "manager")
        desk.do("rule.set", {"code": "below_floor", "who": "manager"})
        desk.settings.put("operator.role", "clerk")
        view = begin(page, hands, ("P10012", "5", "39"))
        buttons = [b for line in view.lines.problems._lines for b in line.buttons if b.text() == "请主管放行"]
        assert buttons

        def words(dialog: QDialog) -> None:
            hands.type("抢单")
            QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

        with_dialog = answer(words)
        QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
        del with_dialog
        hands.wait()
        page.ops.wait()
        assert [t.title for t in desk.todos() if t.verb == "release.allow"] == [
            f"{view.order.number} 等主管放行：低于限价"
        ]
