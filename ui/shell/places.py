"""The places in the strip at the left: each painted by itself, closer together or scrolled where the window is low."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.theme import theme

MOST_SHOWN = 99
LEAST_HIGH = 28
"""Pixels of one place on a low screen."""


class Painted(QAbstractButton):
    """A button that paints itself and knows whether the mouse is over it."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = False
        self._over = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = False
        self.update()

    def ring(self, painter: QPainter, box: QRectF) -> None:
        """The focus ring."""
        if self.hasFocus():
            painter.setPen(QPen(theme().color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)


class NavItem(Painted):
    """One place to go: icon, title, how many things wait there; the chosen one has a filled icon and an accent bar."""

    reached = Signal()  # by the Tab key

    def __init__(self, key: str, title: str, icon: str, number: int = 0) -> None:
        super().__init__()
        self.key, self.title, self._icon, self._number = key, title, icon, number
        self.count = 0
        self.high = theme().px("nav_item")
        self.setCheckable(True)
        self.setText(title)
        self._tell()

    def set_count(self, count: int) -> None:
        """Show how many things wait; 0 shows nothing."""
        if count != self.count:
            self.count = count
            self._tell()
            self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Only the icon, the title in the tooltip."""
        self.narrow = narrow
        self._tell()
        self.update()

    def _tell(self) -> None:
        waiting = f"，{self.count} 项待办" if self.count else ""
        keys = f"（Alt+{self._number}）" if 0 < self._number < 10 else ""
        self.setAccessibleName(self.title + waiting)
        self.setToolTip(f"{self.title}{waiting}{keys}")

    def sizeHint(self) -> QSize:
        return QSize(120, self.high)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        chosen = self.isChecked()
        if chosen or self._over:
            painter.setPen(QPen(look.color("line"), 1) if chosen and look.dark else Qt.PenStyle.NoPen)
            painter.setBrush(look.color("nav_select" if chosen else "nav_hover"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent"))
            painter.drawRoundedRect(QRectF(1, box.center().y() - 8, 3, 16), 1.5, 1.5)
        ratio = self.devicePixelRatioF()
        sign = look.pixmap(self._icon, "accent" if chosen else "text2", 20, chosen, ratio)
        left = round(box.center().x() - 10) if self.narrow else 13
        painter.drawPixmap(left, round(box.center().y() - 10), sign)
        if not self.narrow:
            painter.setFont(look.font("body", bold=chosen))
            painter.setPen(look.color("text" if chosen else "text2"))
            room = box.adjusted(42, 0, -44 if self.count else -8, 0)
            text = painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, round(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        if self.count:
            self._paint_count(painter, box, chosen)
        self.ring(painter, box)
        painter.end()

    def _paint_count(self, painter: QPainter, box: QRectF, chosen: bool) -> None:
        look = theme()
        text = str(self.count) if self.count <= MOST_SHOWN else f"{MOST_SHOWN}+"
        font = look.font("caption", bold=True)
        if self.narrow:
            font.setPixelSize(10)
        painter.setFont(font)
        high = 15.0 if self.narrow else 20.0
        width = max(high, QFontMetricsF(font).horizontalAdvance(text) + (6 if self.narrow else 10))
        if self.narrow:
            pill = QRectF(min(box.right() - width - 1, box.center().x() + 4), box.top() + 1, width, high)
        else:
            pill = QRectF(box.right() - 9 - width, box.center().y() - high / 2, width, high)
        strong = chosen or self.narrow
        if strong or look.dark:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent" if strong else "accent_soft"))
            painter.drawRoundedRect(pill, high / 2, high / 2)
        painter.setPen(look.color("on_accent" if strong else "info"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


class Places(QScrollArea):
    """The places one below another: closer together where the window is low, and scrolled where even that is too much."""

    def __init__(self, items: Sequence[NavItem]) -> None:
        super().__init__()
        self._items = items
        self.setViewport(QWidget())  # one of our own: to be handed Qt's, PySide would look through all its widgets
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        inside = QWidget()
        inside.setObjectName("nav_places")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        for item in items:
            self.column.addWidget(item)
            item.reached.connect(self._show_reached)
        self.column.addStretch(1)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        usual, count = theme().px("nav_item"), max(1, len(self._items))
        gap = 4 if count * (usual + 4) <= self.height() else 1
        high = max(LEAST_HIGH, min(usual, self.height() // count - gap))
        self.column.setSpacing(gap)
        for item in self._items:
            if item.high != high:
                item.high = high
                item.updateGeometry()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(120, len(self._items) * (theme().px("nav_item") + 4))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 3 * LEAST_HIGH)

    def _show_reached(self) -> None:
        item = self.sender()
        if isinstance(item, NavItem):
            self.ensureWidgetVisible(item, 0, 4)
