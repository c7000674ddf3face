"""What charts of bars have in common: one bar is pointed at by mouse or arrow keys, tells its value, and is opened with Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.theme import theme


def short_number(value: float) -> str:
    """A number for an axis: no needless zeros, thousands grouped."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


class PointedChart(QWidget):
    """A chart says which keys walk its bars (`BACK`, `ON`), paints itself, and finds the bar under the mouse."""

    BACK, ON = Qt.Key.Key_Left, Qt.Key.Key_Right
    UNNAMED = "图"
    activated = Signal(object)  # index of the bar

    def __init__(self, title: str, least_width: int, least_height: int) -> None:
        super().__init__()
        self._title = title
        self._labels: list[str] = []
        self._values: list[float] = []
        self._current = -1
        self._show: Callable[[float], str] = short_number
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(least_width, least_height)
        theme().changed.connect(self.update)
        self._tell()

    def _tell(self) -> None:
        bars = [f"{name} {self._show(value)}" for name, value in zip(self._labels, self._values, strict=False) if name]
        self.setAccessibleName(self._title or self.UNNAMED)
        self.setAccessibleDescription("；".join(bars) or "没有数据")

    def paint(self, painter: QPainter, box: QRectF, current: int = -1) -> None:
        """Draw into a rectangle of any painter; a printer gets vectors."""
        raise NotImplementedError

    def _at(self, point: QPointF) -> int:
        """The bar under a point; -1 for none."""
        raise NotImplementedError

    @property
    def _shown(self) -> int:
        """How many bars are in sight."""
        return len(self._values)

    @property
    def _start(self) -> int:
        """The bar before the first step with a key."""
        return -1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter, QRectF(self.rect()), self._current)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _point_at(self, index: int) -> None:
        if index != self._current:
            self._current = index
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if index >= 0:
            self.activated.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last, key = self._shown - 1, event.key()
        if key in (self.BACK, self.ON) and last >= 0:
            at = self._current if self._current >= 0 else self._start
            self._point_at(min(last, max(0, at + (1 if key == self.ON else -1))))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and last >= 0:
            self._point_at(0 if key == Qt.Key.Key_Home else last)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.activated.emit(self._current)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(-1)
        super().focusOutEvent(event)
