"""What a person has: keys that go to whatever has the focus, and eyes that see clipped texts and nameless controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QFontMetrics, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from ui.kit.ops import Ops


class Hands:
    """Types into the focus widget, never into one that a test names."""

    def __init__(self, ops: Ops | None = None) -> None:
        self.ops = ops

    @property
    def focus(self) -> QWidget:
        """Where the next key goes."""
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    def type(self, text: str) -> None:
        """Type a text; what is not on a keyboard comes from the input method."""
        for ch in text:
            if ch.isascii():
                QTest.keyClicks(self.focus, ch)
            else:
                event = QInputMethodEvent()
                event.setCommitString(ch)
                QApplication.sendEvent(self.focus, event)

    def press(self, *keys: str) -> None:
        """Press keys by name: "Ctrl+K", "Down", "Return"."""
        for name in keys:
            combination = QKeySequence(name)[0]  # type: ignore[index]
            QTest.keyClick(self.focus, combination.key(), combination.keyboardModifiers())
            QApplication.processEvents()

    def wait(self) -> None:
        """Until everything asked for has arrived."""
        if self.ops is not None:
            self.ops.wait()
        QApplication.processEvents()


_waiting: list[answer] = []


class answer:
    """Does something with the dialog that will open next; a dialog left open by a failure is closed."""

    def __init__(self, act: Callable[[Any], object]) -> None:
        self._act = act
        self._tries = 0
        self._open_already = QApplication.activeModalWidget()
        self._timer = QTimer(QApplication.instance())
        self._timer.timeout.connect(self._look)
        self._timer.start(20)
        _waiting.append(self)  # a signal holds a bound method weakly

    def _look(self) -> None:
        self._tries += 1
        dialog = QApplication.activeModalWidget()
        focus = QApplication.focusWidget()
        if (
            isinstance(dialog, QDialog)
            and dialog is not self._open_already
            and focus is not None
            and dialog.isAncestorOf(focus)
        ):
            self._timer.stop()
            try:
                self._act(dialog)
            finally:
                if dialog.isVisible():
                    dialog.reject()
        elif self._tries % 50 == 49 and self._tries < 500 and isinstance(dialog, QDialog):
            dialog.activateWindow()  # another window kept the keyboard
        elif self._tries > 500:
            self._timer.stop()
            if isinstance(dialog, QDialog):
                dialog.reject()

    @property
    def waiting(self) -> bool:
        """Whether no dialog has come yet."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Wait no longer."""
        self._timer.stop()


def nobody_asked() -> list[answer]:
    """The answers whose question never came; they wait no longer, or they would answer a dialog of the next test."""
    left = [one for one in _waiting if one.waiting]
    for one in left:
        one.stop()
    _waiting.clear()
    return left


def tab_stops(inside: QWidget) -> list[QWidget]:
    """Every visible, enabled control that Tab reaches, in the order of the Tab key."""
    found: list[QWidget] = []
    at = inside.nextInFocusChain()
    while at is not inside and len(found) < 2000:
        if at.isVisible() and at.isEnabled() and at.focusPolicy() & Qt.FocusPolicy.TabFocus and inside.isAncestorOf(at):
            found.append(at)
        at = at.nextInFocusChain()
    return found


def nameless(inside: QWidget) -> list[str]:
    """Controls that a screen reader could not name."""
    return [
        f"{type(one).__name__}#{one.objectName()} in {type(one.parent()).__name__}"
        for one in tab_stops(inside)
        if not (face := QAccessible.queryAccessibleInterface(one)) or not face.text(QAccessible.Text.Name).strip()
    ]


def clipped(inside: QWidget) -> list[str]:
    """Labels and buttons whose text does not fit; labels that end in … on purpose are no labels to this."""
    found = []
    for one in inside.findChildren(QLabel):
        if not one.isVisible() or one.wordWrap() or not one.text() or type(one).__name__ == "ElidedLabel":
            continue
        need = QFontMetrics(one.font()).size(0, one.text())
        room = one.contentsRect()
        if need.width() > room.width() + 1 or need.height() > room.height() + 3:
            found.append(
                f"label {one.text()!r} needs {need.width()}x{need.height()}, has {room.width()}x{room.height()}"
            )
    for button in inside.findChildren(QPushButton):
        if button.isVisible() and button.text() and button.sizeHint().width() > button.width() + 1:
            found.append(f"button {button.text()!r} needs {button.sizeHint().width()}, has {button.width()}")
    return found
