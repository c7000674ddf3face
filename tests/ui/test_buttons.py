"""A button that is busy cannot be pressed again, and the next blank presses no other button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.kit.button_line import ButtonLine
from ui.kit.widgets import Button, KeyHints, button


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


def test_enter_presses_the_button_that_has_the_keyboard(qtbot: QtBot) -> None:
    pressed: list[str] = []
    first, second, _box = two(qtbot, pressed)
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    QTest.keyClick(second, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert pressed == ["恢复", "恢复"]
    second.set_busy(True)
    QTest.keyClick(second, Qt.Key.Key_Return)
    QTest.keyClick(first, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["恢复", "恢复"]


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


def test_where_the_window_is_narrow_buttons_keep_their_icons_and_their_names(qtbot: QtBot) -> None:
    fetch, send, new = (
        button("导入", "arrow_import"),
        button("打印清单", "print"),
        button("新建订单", "add", primary=True, shortcut="Ctrl+N"),
    )
    line = ButtonLine(fetch, new)
    line.insert(1, send)
    qtbot.addWidget(line)
    line.resize(line.sizeHint())
    line.show()
    whole = line.sizeHint().width()

    def words(width: int) -> list[str]:
        line.resize(width, 40)
        QApplication.processEvents()
        assert all(one.width() >= one.sizeHint().width() for one in (fetch, send, new)), width
        return [one.text() for one in (fetch, send, new)]

    assert words(whole) == ["导入", "打印清单", "新建订单  Ctrl+N"]
    assert words(whole - 20) == ["", "打印清单", "新建订单  Ctrl+N"]
    assert words(whole - 90) == ["", "", "新建订单  Ctrl+N"]
    assert words(line.minimumSizeHint().width()) == ["", "", ""]
    assert fetch.toolTip() == fetch.accessibleName() == "导入" and new.toolTip() == "新建订单（Ctrl+N）"
    fetch.hide()
    assert words(whole - 90) == ["", "打印清单", "新建订单  Ctrl+N"]
    fetch.show()
    assert words(whole) == ["导入", "打印清单", "新建订单  Ctrl+N"]


def test_key_hints_that_do_not_fit_are_left_out_and_f1_stays(qtbot: QtBot) -> None:
    hints = KeyHints([("Ctrl+F", "搜索"), ("Ctrl+N", "新建"), ("Delete", "作废"), ("F1", "全部快捷键")])
    page = QWidget()  # a window would not become narrower than its parts
    qtbot.addWidget(page)
    hints.setParent(page)
    page.resize(900, 60)
    page.show()

    def shown(width: int) -> list[str]:
        hints.resize(width, 30)
        hints.show()
        QApplication.processEvents()
        return [label.text() for label in hints.findChildren(QLabel) if label.isVisible()][1::2]

    assert shown(700) == ["搜索", "新建", "作废", "全部快捷键"]
    assert shown(230) == ["搜索", "全部快捷键"]
    assert shown(700) == ["搜索", "新建", "作废", "全部快捷键"]
