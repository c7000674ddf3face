"""Which key does what in a line grid, while a cell is only current and while it is being edited."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

HINTS = (
    ("Enter", "下一格"), ("F7", "选商品"), ("Ctrl+V", "粘贴 Excel 区域"), ("Ctrl+D", "同上一行"), ("Ctrl+Del", "删行"), ("Ctrl+Z", "撤销"),
)  # fmt: skip
"""Keys worth a place at the foot of the page."""


class Act(Enum):
    """What a key asks for."""

    ENTER = auto()
    TAB = auto()
    BACKTAB = auto()
    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    EDIT = auto()
    RESTORE = auto()
    PICKER = auto()
    SAME = auto()
    CLEAR = auto()
    DELETE_ROW = auto()
    INSERT_ROW = auto()
    COPY = auto()
    COPY_TITLES = auto()
    PASTE = auto()
    UNDO = auto()
    REDO = auto()
    TO_QTY = auto()
    TO_PRICE = auto()
    MORE = auto()
    LESS = auto()


_K, _M = Qt.Key, Qt.KeyboardModifier
_PLAIN = {
    _K.Key_Return: Act.ENTER, _K.Key_Enter: Act.ENTER, _K.Key_F2: Act.EDIT, _K.Key_F7: Act.PICKER, _K.Key_Delete: Act.CLEAR,
    _K.Key_Backspace: Act.CLEAR, _K.Key_Insert: Act.INSERT_ROW,
}  # fmt: skip
_CONTROL = {
    _K.Key_D: Act.SAME, _K.Key_Delete: Act.DELETE_ROW, _K.Key_Insert: Act.INSERT_ROW, _K.Key_C: Act.COPY, _K.Key_V: Act.PASTE,
    _K.Key_Z: Act.UNDO, _K.Key_Y: Act.REDO,
}  # fmt: skip
_CONTROL_SHIFT = {_K.Key_C: Act.COPY_TITLES, _K.Key_Z: Act.REDO}
_IN_EDITOR = {
    _K.Key_Return: Act.ENTER, _K.Key_Enter: Act.ENTER, _K.Key_Tab: Act.TAB, _K.Key_Backtab: Act.BACKTAB, _K.Key_Up: Act.UP,
    _K.Key_Down: Act.DOWN, _K.Key_PageUp: Act.PAGE_UP, _K.Key_PageDown: Act.PAGE_DOWN, _K.Key_Escape: Act.RESTORE, _K.Key_F7: Act.PICKER,
}  # fmt: skip
_IN_EDITOR_CONTROL = {
    _K.Key_D: Act.SAME,
    _K.Key_Delete: Act.DELETE_ROW,
    _K.Key_Insert: Act.INSERT_ROW,
    _K.Key_V: Act.PASTE,
}


def act_of(event: QKeyEvent, numeric: bool, filled: bool) -> Act | None:
    """What a key does on the current cell; None lets it move or start an editor.

    `*` and `/` jump to quantity and price, `+` and `-` step the quantity: from the keypad anywhere in a filled row, from
    the main keys only where the cell takes numbers, so that names may contain them.
    """
    key = _K(event.key())
    pressed = event.modifiers()
    held = pressed & ~_M.KeypadModifier
    if held == _M.NoModifier and key in _PLAIN:
        return _PLAIN[key]
    if held == _M.ControlModifier and key in _CONTROL:
        return _CONTROL[key]
    if held == (_M.ControlModifier | _M.ShiftModifier) and key in _CONTROL_SHIFT:
        return _CONTROL_SHIFT[key]
    keypad = bool(pressed & _M.KeypadModifier)
    if filled and (keypad or numeric) and not held & ~_M.ShiftModifier:
        return {
            _K.Key_Asterisk: Act.TO_QTY,
            _K.Key_Slash: Act.TO_PRICE,
            _K.Key_Plus: Act.MORE,
            _K.Key_Minus: Act.LESS,
        }.get(key)
    return None


def editor_act_of(event: QKeyEvent) -> Act | None:
    """What a key does while a cell is edited; None leaves it to the editor."""
    key = _K(event.key())
    held = event.modifiers() & ~_M.KeypadModifier
    if held == _M.NoModifier or (held == _M.ShiftModifier and key == _K.Key_Backtab):
        return _IN_EDITOR.get(key)
    if held == _M.ControlModifier:
        return _IN_EDITOR_CONTROL.get(key)
    return None
