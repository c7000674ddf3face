"""A sheet laid over the dimmed window: for the search box and the key sheet. It is no window of its own."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from ui.kit.theme import theme


class Overlay(QWidget):
    """Covers the window, keeps the focus inside, closes with Esc or a click beside the sheet, and gives the focus back.

    A child widget paints the veil, so nothing depends on a compositor and input methods keep their place.
    """

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None
        self.sheet = QFrame(self)
        self.sheet.setObjectName("sheet")
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Lay it over the window and take the focus."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.setGeometry(self._window.rect())
        self.place()
        self.show()
        self.raise_()

    def shut(self, give_back: bool = True) -> None:
        """Take it away; the focus returns to where it was unless the clerk goes elsewhere."""
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        if give_back and before is not None:
            try:
                before.setFocus(Qt.FocusReason.OtherFocusReason)
            except RuntimeError:
                self._window.setFocus()
        self.closed.emit()

    def place(self) -> None:
        """Set the size and place of the sheet; called on opening and when the window changes its size."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
            self.place()
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside the sheet."""
        every: Iterable[QWidget] = self.sheet.findChildren(QWidget)
        inside = [w for w in every if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
        if inside:
            now = QApplication.focusWidget()
            at = inside.index(now) if now in inside else -1
            inside[(at + (1 if forward else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.shut()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("dim"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shade = QColor(theme().color("shadow"))
        shade.setAlpha(shade.alpha() // 6 or 1)
        painter.setBrush(shade)
        for grown in range(1, 13, 2):
            box = QRectF(self.sheet.geometry()).adjusted(-grown, -grown + 4, grown, grown + 6)
            painter.drawRoundedRect(box, 10 + grown, 10 + grown)
        painter.end()
