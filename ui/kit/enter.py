"""Knows Enter by itself from Enter with Ctrl or Shift; the one on the number pad counts as well."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def is_enter(event: QKeyEvent, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> bool:
    """Whether Enter was pressed with just this held; the number pad tells of itself as if it were held."""
    return event.key() in ENTER and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == held
