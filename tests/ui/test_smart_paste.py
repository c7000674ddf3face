"""智能粘贴 by its keys: a message becomes lines, what is doubtful is looked at, and one step takes it all back (ORD-13)."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.ui.hands import Hands
from ui.pages.orders.entry import EntryView
from ui.pages.orders.page import OrdersPage
from ui.pages.orders.paste_dialog import PasteDialog
from ui.shell.window import Window


def new_order(window: Window, hands: Hands) -> EntryView:
    window.go("orders")
    hands.wait()
    page = window.front
    assert isinstance(page, OrdersPage)
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return")
    hands.wait()
    view = page.entry
    assert view is not None and view.order.draft.values["customer"]
    view.to_lines()
    return view


def dialog_of(view: EntryView, hands: Hands) -> PasteDialog:
    hands.wait()
    for _ in range(200):  # read on another thread
        if view.smart.dialog is not None and view.smart.dialog.isVisible():
            break
        QTest.qWait(20)
    dialog = view.smart.dialog
    assert dialog is not None and dialog.isVisible()
    return dialog


def test_a_message_pasted_with_ctrl_v_becomes_lines_and_one_step_takes_them_back(
    window: Window, desk: Desk, hands: Hands
) -> None:
    view = new_order(window, hands)
    due = view.order.draft.values["due_date"]
    QApplication.clipboard().setText("王姐你好\nDN50球阀 要120个 19号前到\nDN25球阀 两箱 老地方")
    hands.press("Ctrl+V")
    dialog = dialog_of(view, hands)
    assert [line["product.name"] for line in dialog.draft.lines] == ["不锈钢球阀 DN50", "不锈钢球阀 DN25"]
    assert dialog.found.unsure == [] and hands.focus is dialog.yes
    hands.press("Return")
    hands.wait()
    draft = view.order.draft
    assert [(line["product.code"], line["qty"]) for line in draft.lines] == [("P10013", 120_000), ("P10012", 24_000)]
    assert draft.values["due_date"] == "2026-06-19"
    assert [line["price"] for line in draft.lines] == [925_000, 486_000]
    hands.press("Ctrl+Z")
    hands.wait()
    assert draft.filled_lines() == [] and draft.values["due_date"] == due


def test_what_is_picked_once_is_known_the_second_time(window: Window, desk: Desk, hands: Hands) -> None:
    view = new_order(window, hands)
    QApplication.clipboard().setText("老款球阀 6个")
    hands.press("Ctrl+Shift+V")
    dialog = dialog_of(view, hands)
    assert dialog.found.unsure == [0] and hands.focus is dialog.pick
    assert [r.code for r in dialog.pick.popup.rows] == ["P10012", "P10013"] and dialog.pick.list_open
    hands.press("Down", "Return")
    assert dialog.draft.lines[0]["product.name"] == "不锈钢球阀 DN50" and dialog.draft.lines[0]["qty"] == 6_000
    assert hands.focus is dialog.yes
    hands.press("Return")
    hands.wait()
    words = desk.rows("customer_word")
    assert [(w["product.name"], w["times"]) for w in words] == [("不锈钢球阀 DN50", 1)]
    view.to_lines()
    hands.press("Ctrl+Shift+V")
    again = dialog_of(view, hands)
    assert again.found.unsure == [] and again.draft.lines[0]["product.name"] == "不锈钢球阀 DN50"
    hands.press("Return")
    hands.wait()
    assert len(view.order.draft.filled_lines()) == 2 and len(desk.rows("customer_word")) == 1


def test_doubtful_lines_nobody_looked_at_are_asked_about_once_and_stay_marked(
    window: Window, desk: Desk, hands: Hands
) -> None:
    view = new_order(window, hands)
    QApplication.clipboard().setText("球阀 十几个\n石墨盘根 5卷")
    hands.press("Ctrl+Shift+V")
    dialog = dialog_of(view, hands)
    assert len(dialog.found.unsure) == 2
    hands.press("Ctrl+Return")
    assert dialog.isVisible() and dialog.banner.isVisible()
    hands.press("Ctrl+Return")
    hands.wait()
    draft = view.order.draft
    assert [raw for raw, _, _ in draft.typed.values()] == ["球阀", "石墨盘根"]
    assert [line.get("qty") for line in draft.lines] == [None, 5_000]


def test_words_can_be_put_right_on_the_left_and_a_line_dropped(
    window: Window, desk: Desk, hands: Hands, qtbot: QtBot
) -> None:
    view = new_order(window, hands)
    QApplication.clipboard().setText("")
    hands.press("Ctrl+Shift+V")
    dialog = dialog_of(view, hands)
    assert hands.focus is dialog.words and not dialog.yes.isEnabled()
    hands.type("DN25球阀 3个、派车 2辆")
    qtbot.waitUntil(lambda: len(dialog.draft.lines) >= 1)
    hands.wait()
    assert dialog.draft.lines[0]["qty"] == 3_000
    while dialog.found.unsure:
        dialog._to(dialog.found.unsure[0])
        dialog.drop_line()
    assert len(dialog.draft.lines) == 1
    hands.press("Escape")
    assert view.order.draft.filled_lines() == []


def test_cells_are_still_pasted_as_cells(window: Window, desk: Desk, hands: Hands) -> None:
    view = new_order(window, hands)
    QApplication.clipboard().setText("P10012\t20\t48.6")
    hands.press("Ctrl+V")
    hands.wait()
    assert view.smart.dialog is None
    assert [line["product.code"] for line in view.order.draft.lines] == ["P10012"]


def test_the_window_is_named_for_a_screen_reader_and_nothing_is_cut_off(
    window: Window, desk: Desk, hands: Hands
) -> None:
    from tests.ui.hands import clipped, nameless

    view = new_order(window, hands)
    QApplication.clipboard().setText("DN50球阀 要120个 19号前到 老地方\n球阀 3个")
    hands.press("Ctrl+Shift+V")
    dialog = dialog_of(view, hands)
    assert nameless(dialog) == [] and clipped(dialog) == []
    hands.press("Escape")
