"""Every editor, typed into as clerks do: shorthands, sums, full width, Esc, Tab in one key, nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import (
    Choice,
    Day,
    Flag,
    Int,
    Kind,
    Money,
    Note,
    Option,
    Price,
    Qty,
    Rate,
    TaxId,
    Text,
    Value,
)
from tests.ui.hands import Hands
from ui.kit.editor_base import Editor
from ui.kit.editors import ChoiceEdit, DayEdit, NoteEdit, plain_editor
from ui.kit.pick_edit import widget_of

TODAY = "2026-06-12"  # a Friday
GRADE = Choice(
    options=(
        Option("A", "A 级", "ok"),
        Option("B", "B 级"),
        Option("wait", "待确认", "warn", "clock"),
        Option("done", "已完成", "ok"),
    )
)

Make = Callable[[Kind], Editor]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    """Puts an editor of a kind into an active window, focused, with another line after it."""
    kept: list[QWidget] = []  # Python must hold the window, or it is gone with this function

    def build(kind: Kind) -> Editor:
        window = QWidget()
        kept.append(window)
        window.resize(400, 500)
        column = QVBoxLayout(window)
        editor = plain_editor(Field("x", "字段", kind), TODAY)
        column.addWidget(widget_of(editor))
        after = QLineEdit()
        after.setObjectName("after")
        column.addWidget(after)
        column.addStretch(1)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        widget_of(editor).setFocus()
        return editor

    return build


def type_into(text: str, *keys: str) -> None:
    hands = Hands()
    hands.type(text)
    hands.press(*keys)


def focus_name() -> str:
    here = QApplication.focusWidget()
    return here.objectName() if here is not None else ""


@pytest.mark.parametrize(
    ("kind", "typed", "value", "shown"),
    [
        (Money(), "1000*2+5", 200500, "2,005.00"),
        (Money(), "１２．５", 1250, "12.50"),
        (Price(), "3.4567", 34567, "3.4567"),
        (Qty(), "2,400", 2400000, "2,400"),
        (Int(), "30", 30, "30"),
        (Rate(), "13", 1300, "13%"),
        (Day(), "6.18", "2026-06-18", "2026-06-18 周四"),
        (Day(), "+3", "2026-06-15", "2026-06-15 周一"),
        (Day(), "月底", "2026-06-30", "2026-06-30 周二"),
        (Text(), "苏州 华源", "苏州 华源", "苏州 华源"),
        (Note(), "第一行", "第一行", "第一行"),
        (GRADE, "已", "done", "已完成"),
        (GRADE, "a", "A", "A 级"),
        (TaxId(), "91350100M000100Y43", "91350100M000100Y43", "9135 0100 M000 100Y 43"),
    ],
)
def test_what_is_typed_is_understood_and_shown(make: Make, kind: Kind, typed: str, value: Value, shown: str) -> None:
    editor = make(kind)
    type_into(typed, "Tab")
    assert focus_name() == "after", "Tab leaves in one key"
    assert editor.value() == value
    widget = widget_of(editor)
    assert (widget.toPlainText() if isinstance(widget, NoteEdit) else widget.text()) == shown  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "typed"), [(Money(), "12，3"), (Day(), "2.30"), (GRADE, "没有的"), (TaxId(), "123")])
def test_what_cannot_be_read_stays_as_typed(make: Make, kind: Kind, typed: str) -> None:
    editor = make(kind)
    type_into(typed, "Tab")
    assert editor.value() is None
    assert editor.raw() == typed
    fault = editor.fault()
    assert fault is not None and fault.reason


def test_escape_brings_the_old_value_back(make: Make) -> None:
    editor = make(Money())
    editor.set_value(1250)
    widget_of(editor).setFocus()
    type_into("999")
    assert editor.value() != 1250
    type_into("", "Escape")
    assert editor.value() == 1250


def test_changed_on_each_key_and_committed_once(make: Make, qtbot: QtBot) -> None:
    editor = make(Money())
    seen: list[str] = []
    editor.changed.connect(lambda: seen.append("changed"))
    editor.committed.connect(lambda: seen.append("committed"))
    type_into("12", "Tab")
    assert seen == ["changed", "changed", "committed"]
    type_into("", "Shift+Tab", "Tab")
    assert seen == ["changed", "changed", "committed"], "walking through changes nothing"


def test_numbers_are_typed_without_the_input_method(make: Make) -> None:
    editor = make(Qty())
    assert not widget_of(editor).testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_days_go_on_and_back_with_arrows(make: Make) -> None:
    editor = make(Day())
    editor.set_value("2026-06-30")
    type_into("", "Up")
    assert editor.value() == "2026-07-01"
    type_into("", "Down", "Down")
    assert editor.value() == "2026-06-29"
    type_into("", "PgUp")
    assert editor.value() == "2026-05-29"


def test_the_calendar_is_part_of_the_window_and_takes_no_focus(make: Make, qtbot: QtBot) -> None:
    editor = make(Day())
    assert isinstance(editor, DayEdit)
    type_into("", "F4")
    calendar = editor._calendar
    assert calendar is not None and calendar.isVisible()
    assert calendar.parentWidget() is editor.window()
    assert not calendar.isWindow()
    assert QApplication.focusWidget() is editor
    grid = calendar.grid
    place = grid._cell(grid._days().index(next(d for d in grid._days() if d.day == 18)))
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.center())
    assert editor.value() == "2026-06-18"
    assert not calendar.isVisible()
    type_into("", "F4", "Escape")
    assert not calendar.isVisible()
    assert editor.value() == "2026-06-18", "Esc closes the calendar first"


def test_a_choice_is_stepped_typed_and_listed(make: Make) -> None:
    editor = make(GRADE)
    assert isinstance(editor, ChoiceEdit)
    type_into("", "Down")
    assert editor.value() == "A"
    type_into("", "Down", "Down")
    assert editor.value() == "wait"
    type_into("", "F4")
    assert editor.popup.isVisible() and not editor.popup.isWindow()
    type_into("", "Down", "Return")
    assert editor.value() == "done"
    assert not editor.popup.isVisible()


def test_a_choice_is_found_by_pinyin_initials(make: Make) -> None:
    editor = make(GRADE)
    type_into("dqr", "Tab")
    assert editor.value() == "wait"


def test_a_composition_reaches_the_choice_whole(make: Make) -> None:
    editor = make(GRADE)
    for text in ("d", "dai", "dai q"):
        QApplication.sendEvent(widget_of(editor), QInputMethodEvent(text, []))
    done = QInputMethodEvent()
    done.setCommitString("待确认")
    QApplication.sendEvent(widget_of(editor), done)
    type_into("", "Tab")
    assert editor.value() == "wait"


def test_a_flag_says_yes_in_words(make: Make) -> None:
    editor = make(Flag())
    type_into("", "Space")
    assert editor.raw() == "是"
    assert editor.value() == 1


def test_read_only_shows_and_takes_nothing(make: Make) -> None:
    editor = make(Money())
    editor.set_value(1250)
    editor.set_read_only(True)
    widget_of(editor).setFocus()
    type_into("9")
    assert editor.value() == 1250
    assert not widget_of(editor).focusPolicy() & Qt.FocusPolicy.TabFocus


def test_an_error_is_told_to_the_screen_reader_too(make: Make) -> None:
    editor = make(Money())
    editor.set_error("不是数字")
    assert widget_of(editor).property("error") is True
    assert widget_of(editor).accessibleDescription() == "不是数字"
    editor.set_error("")
    assert widget_of(editor).property("error") is False
