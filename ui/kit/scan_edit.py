"""A line into which codes are scanned or typed, one after another: `code` is one piece, `12*code` are twelve."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from salesdesk.domain.kinds import Qty
from salesdesk.domain.money import QTY_SCALE

TIMES = re.compile(r"^(\d+(?:\.\d{1,3})?)\s*[*×xX]\s*(\S+)$")


def read_scan(typed: str) -> tuple[str, int]:
    """(code in capitals, quantity in 1/1000) of what a scanner or a person gave."""
    found = TIMES.match(typed)
    return (found[2].upper(), int(Qty().parse(found[1]) or 0)) if found else (typed.upper(), QTY_SCALE)


class ScanEdit(QLineEdit):
    """Enter gives the code away and empties the line; ↓ leaves for the table below."""

    scanned = Signal(str, int, str)
    """Code in capitals, quantity in 1/1000, what was typed."""
    left = Signal()

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self.setAccessibleName("扫条码或编码")
        self.setPlaceholderText(prompt)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            typed = self.text().strip()
            self.clear()
            if typed:
                self.scanned.emit(*read_scan(typed), typed)
        elif plain and event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)
