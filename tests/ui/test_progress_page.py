"""跟进 by keys: feedback typed and pasted into many lines, problems, the follow-up of one order, filing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.modules.progress import queries
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.pages.orders.progress_dialog import ProgressDialog
from ui.pages.progress.page import ProgressPage
from ui.shell.window import Window


@pytest.fixture
def orders(desk: Desk) -> Iterator[list[str]]:
    made = [
        desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2"), due="2026-06-15")).uid,
        desk.do("order.confirm", order_args(("P10013", "5", "92.5"), due="2026-06-18")).uid,
    ]
    yield made


def page_of(window: Window) -> ProgressPage:
    window.go("progress")
    window.ops.wait()
    return cast(ProgressPage, window.pages.page("progress"))


def dates_of(desk: Desk, order: str) -> list[tuple[str | None, str]]:
    with desk.read() as reader:
        return [(row["promise"], row["last"]) for row in queries.lines_of(reader, order)]


def column(page: ProgressPage, key: str) -> int:
    return page.lines.sheet.grid.lines.column_of(key)


def test_feedback_is_typed_line_by_line(window: Window, hands: Hands, desk: Desk, orders: list[str]) -> None:
    """ORD-5: Enter walks the cells, Ctrl+S notes all lines at once."""
    page = page_of(window)
    assert page.lines.which == "soon" and page.lines.chips["soon"].text() == "近 7 天 3"
    assert len(page.lines.sheet.draft.lines) == 3
    page.lines.sheet.focus_lines()
    page.lines.sheet.grid.go(0, column(page, "promised"))
    hands.type("6.14")
    hands.press("Return")
    hands.type("80%")
    hands.press("Return", "Return", "Return")
    hands.type("6.13")
    hands.press("Return", "Ctrl+S")
    hands.wait()
    assert dates_of(desk, orders[0]) == [("2026-06-14", "80%"), ("2026-06-13", "")]
    assert not page.lines.sheet.dirty and page.lines.sheet.draft.lines[0]["line.first"].startswith("06-1")
    assert nameless(page) == [] and clipped(page) == []


def test_a_table_from_the_workshop_is_pasted(window: Window, hands: Hands, desk: Desk, orders: list[str]) -> None:
    page = page_of(window)
    page.lines.show_view("today")  # nothing there: the paste brings its lines
    hands.wait()
    page.lines.show_view("all")
    hands.wait()
    page.lines.sheet.focus_lines()
    QGuiApplication.clipboard().setText(
        "订单号\t料号\t预计完工\t进度\nXS2606A-0002\tP10013\t6.17\t装配中\nXS2606A-0001\tP10012\t6.14\t\n\tP9\t6.1\t"
    )
    hands.press("Ctrl+V")
    assert page.lines.banner.text.startswith("认出 2 行，1 行没认出")
    hands.press("Ctrl+S")
    hands.wait()
    assert dates_of(desk, orders[1]) == [("2026-06-17", "装配中")]
    assert dates_of(desk, orders[0])[0] == ("2026-06-14", "")


def test_what_is_refused_is_shown_at_its_cell(window: Window, hands: Hands, desk: Desk, orders: list[str]) -> None:
    page = page_of(window)
    sheet = page.lines.sheet
    sheet.focus_lines()
    sheet.grid.go(0, column(page, "promised"))
    hands.type("6.14")
    hands.press("Return", "Ctrl+S")
    hands.wait()
    sheet.grid.go(0, column(page, "promised"))
    hands.type("6.15")
    hands.press("Return", "Ctrl+S")
    hands.wait()
    assert sheet.editors["why"].error and sheet.editors["why"].hasFocus() and "改了原来的承诺" in page.lines.banner.text
    hands.type("缺料")
    hands.press("Ctrl+S")
    hands.wait()
    assert [row["why"] for row in desk.rows("line_promise")] == ["缺料", "首次承诺"]


def test_asking_copies_the_words(window: Window, hands: Hands, desk: Desk, orders: list[str]) -> None:
    page = page_of(window)
    page.lines.urge.click()
    hands.wait()
    assert QApplication.clipboard().text().startswith("【催进度】") and "已复制" in page.lines.banner.text
    assert [row["kind"] for row in desk.rows("line_feedback")] == ["asked"]


def test_the_follow_up_of_one_order(qtbot: QtBot, window: Window, hands: Hands, desk: Desk, orders: list[str]) -> None:
    window.context.navigate("orders", orders[0])
    hands.wait()
    hands.press("F11")
    dialog = next(w for w in window.findChildren(ProgressDialog))
    with qtbot.waitActive(dialog):
        pass
    dialog.sheet.focus_lines()
    hands.type("6.16")
    hands.press("Return", "Ctrl+S")
    hands.wait()
    assert dates_of(desk, orders[0])[0][0] == "2026-06-16" and "比客户要求的" in dialog.banner.text
    assert dialog.said.texts()[0][4] == "2026-06-16"
    hands.type("6.15")
    hands.press("Return", "Escape")
    assert dialog.isVisible() and "还没登记" in dialog.banner.text
    assert nameless(dialog) == [] and clipped(dialog) == []
    dialog._leave()


def test_today_leads_into_the_follow_up_and_words_lie_ready(
    window: Window, hands: Hands, desk: Desk, orders: list[str]
) -> None:
    window.context.navigate("orders", action="progress.feedback", args={"uid": orders[0], "entity": "sales_order"})
    hands.wait()
    dialog = next(w for w in window.findChildren(ProgressDialog))
    dialog._leave()
    made = desk.do(
        "order_problem.save", {"order": orders[0], "kind": "质量", "what": "生锈", "owner": "赵工", "due": "6.16"}
    )
    window.ops.run("problem.tell", {"uid": made.uid, "whom": "客户"})
    hands.wait()
    assert "生锈" in QApplication.clipboard().text()


def test_the_course_of_an_order_tells_what_was_heard(
    window: Window, hands: Hands, desk: Desk, orders: list[str]
) -> None:
    line = str(desk.lines("order_line", orders[0])[0]["uid"])
    desk.do("progress.feedback", {"lines": [{"order_line": line, "promised": "6.14"}]})
    window.context.navigate("orders", orders[0])
    hands.wait()
    view = window.pages.page("orders").entry  # type: ignore[attr-defined]
    assert [s.detail for s in view.panel.timeline.steps if s.title == "跟进"] == ["承诺 06-14，1/2 行有反馈"]


def test_problems_are_a_register(window: Window, hands: Hands, desk: Desk, orders: list[str]) -> None:
    made = desk.do(
        "order_problem.save",
        {"order": orders[0], "kind": "质量", "what": "生锈", "owner": "赵工", "due": "6.16", "grade": "较大"},
    )
    window.context.show_record("order_problem", made.uid)
    hands.wait()
    page = page_of(window)
    assert page.tabs.currentIndex() == 1 and page.panel().in_hand() == made.uid
    page.tabs.setCurrentIndex(2)
    hands.wait()
    assert page.figures.first.text() == "—" and page.figures.problems.texts()[0][:3] == ["质量", "较大", "1"]
    assert clipped(page) == []


def test_a_finished_order_is_filed_from_its_menu(
    window: Window, hands: Hands, desk: Desk, orders: list[str], tmp_path: Path
) -> None:
    desk.settings.put("dossier.folder", str(tmp_path / "归档"))
    desk.do("order.deliver", {"uid": orders[1]})
    window.context.navigate("orders", orders[1])
    hands.wait()
    page = window.pages.page("orders")
    view = page.entry  # type: ignore[attr-defined]
    act = next(item[2] for item in view.actions_._menu() if item and item[0] == "归档")
    act()
    hands.wait()
    assert [row["number"] for row in desk.rows("dossier")] == ["XS2606A-0002"]
    window.go("dossiers")
    hands.wait()
    front = window.pages.page("dossiers")
    assert nameless(front) == [] and clipped(front) == []
    assert not hands.focus.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)


def test_many_orders_are_filed_from_today(
    window: Window, hands: Hands, desk: Desk, orders: list[str], tmp_path: Path
) -> None:
    """The one line on 今日 stands for all of them; its dialog needs nothing filled in."""
    desk.settings.put("dossier.folder", str(tmp_path / "归档"))
    desk.settings.put("dossier.after_days", 0)
    desk.do("order.deliver", {"uid": orders[1]})
    todo = next(t for t in desk.todos() if t.verb == "dossier.file_many")
    answer(lambda dialog: dialog.answer())
    window.context.perform(todo.verb, {"uid": todo.uid})
    hands.wait()
    assert [row["number"] for row in desk.rows("dossier")] == ["XS2606A-0002"]


def test_the_reasons_of_changes_stand_beside_the_month_before(window: Window, desk: Desk, orders: list[str]) -> None:
    """ORD-6: 原因 in the statistics, this month and last."""
    for due, why in (("2026-06-19", "客户要求"), ("2026-06-20", "客户要求"), ("2026-06-21", "生产原因")):
        desk.do("order.amend", {"uid": orders[0], "due_date": due, "amend_reason": why, "reason": "约好了"})
    page = page_of(window)
    page.tabs.setCurrentIndex(2)
    window.ops.wait()
    told = page.figures.changes.texts()
    assert [row[1:] for row in told] == [["2", "0"], ["1", "0"]] and told[0][0].startswith("客户要求")
