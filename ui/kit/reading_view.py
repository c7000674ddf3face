"""A part of a page that shows what it read: beside the window, when it comes into sight, and again after something was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ui.kit.page import PageContext

T = TypeVar("T")
GAP = 12


class ReadingView(QWidget):
    """Says in `read` what it reads; `beside` does so without holding up the window and drops what a newer reading overtook."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context, self.desk, self.ops = context, context.desk, context.ops
        self._stale = True

    def read(self) -> None:
        """Read and show; called when what stands here may be old."""

    def beside(self, work: Callable[[], T], came: Callable[[T], None], name: str = "") -> None:
        """Run a reading beside the window and give its result to a method of this view."""
        self.ops.read(work, came, token=f"{name} {id(self)}")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.read()

    def stale(self) -> None:
        """Something was written that may show here."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.read()


def halves(left: QWidget, right: QWidget, sizes: tuple[int, int]) -> QSplitter:
    """A list at the left and what belongs to its line at the right; the left one takes what room there is."""
    split = QSplitter(Qt.Orientation.Horizontal)
    split.setHandleWidth(GAP)
    split.setChildrenCollapsible(False)
    split.addWidget(left)
    split.addWidget(right)
    split.setStretchFactor(0, 1)
    split.setSizes(list(sizes))
    return split
