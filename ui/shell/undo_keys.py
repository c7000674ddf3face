"""Decides who takes Ctrl+Z: an editor with something of its own to take back, else the window."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

_CTRL_Y = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Y)

EDITORS = ("QLineEdit", "QPlainTextEdit", "QTextEdit")
"""By name: the classes themselves are loaded when one of them is first used."""


def is_undo(event: QKeyEvent) -> bool:
    """Ctrl+Z."""
    return event.matches(QKeySequence.StandardKey.Undo)


def is_redo(event: QKeyEvent) -> bool:
    """Ctrl+Y everywhere, and whatever else this system uses."""
    return event.matches(QKeySequence.StandardKey.Redo) or event.keyCombination() == _CTRL_Y


class UndoKeys(QObject):
    """Listens to the one editor in focus; Qt's editors swallow Ctrl+Z even when they have nothing to undo."""

    undo_wanted = Signal()
    redo_wanted = Signal()
    focus_lost = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QWidget | None = None
        self._app = QApplication.instance()
        if isinstance(self._app, QApplication):
            self._app.focusChanged.connect(self._focus_changed)

    def stop(self) -> None:
        """The window closes."""
        if isinstance(self._app, QApplication):
            self._app.focusChanged.disconnect(self._focus_changed)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None:
            with contextlib.suppress(RuntimeError):  # it may be gone by now
                self._watched.removeEventFilter(self)
            self._watched = None
        if new is not None and any(map(new.inherits, EDITORS)) and new.window() is self._window:
            self._watched = new
            new.installEventFilter(self)
        if new is None and old is not None and isValid(self._window) and self._window.isActiveWindow():
            self.focus_lost.emit()  # what had the focus is gone: a list was read anew

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._watched or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        undo, redo = is_undo(event), is_redo(event)
        parent = watched.parent()
        in_grid = parent is not None and parent.objectName() == "qt_scrollarea_viewport"
        if (undo or redo) and not in_grid and not _has_own(watched, undo):
            (self.undo_wanted if undo else self.redo_wanted).emit()
            return True
        return False


def _has_own(editor: QObject, undo: bool) -> bool:
    from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit

    if isinstance(editor, QLineEdit):
        return editor.isUndoAvailable() if undo else editor.isRedoAvailable()
    if isinstance(editor, (QPlainTextEdit, QTextEdit)):
        return editor.document().isUndoAvailable() if undo else editor.document().isRedoAvailable()
    return False
