"""A button that is busy cannot be pressed again, and the next blank presses no other button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.kit.widgets import Button, button


def two(qtbot: QtBot, pressed: list[str]) -> tuple[Button, Button, QWidget]:
    box = QWidget()
    line = QHBoxLayout(box)
    first, second = (
        button("演练", clicked=lambda: pressed.append("演练")),
        button("恢复", clicked=lambda: pressed.append("恢复")),
    )
    line.addWidget(first)
    line.addWidget(second)
    qtbot.addWidget(box)
    with qtbot.waitActive(box):
        box.show()
    return first, second, box


def test_a_busy_button_keeps_the_keyboard_and_does_nothing(qtbot: QtBot) -> None:
    pressed: list[str] = []
    first, _, _box = two(qtbot, pressed)
    first.setFocus()
    first.set_busy(True)
    assert QApplication.focusWidget() is first and not first.isEnabled()
    QTest.keyClick(first, Qt.Key.Key_Space)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    first.click()
    assert not pressed
    first.set_busy(False)
    assert first.isEnabled()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert pressed == ["演练"]


def test_a_button_that_was_off_is_off_again_afterwards(qtbot: QtBot) -> None:
    first, second, _box = two(qtbot, [])
    second.setFocus()
    first.setEnabled(False)
    first.set_busy(True)
    first.set_busy(False)
    assert not first.isEnabled()
    second.set_busy(True)
    QTest.keyClick(second, Qt.Key.Key_Backtab)  # going on by hand is allowed
    second.set_busy(False)
    assert second.isEnabled()
