"""Bars that lie: the largest of many named values with their shares; serves as the map-free chart of regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.charts import short_number
from ui.kit.theme import theme

LINE = 26
RADIUS = 3.0


class RankChart(QWidget):
    """Names at the left, a bar each, the value at its end. ↑↓ walk the bars, Enter opens the one in focus."""

    activated = Signal(object)  # index of the bar

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self._title = title
        self._names: list[str] = []
        self._values: list[float] = []
        self._notes: list[str] = []
        self._current = -1
        self._show: Callable[[float], str] = short_number
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 3 * LINE)
        theme().changed.connect(self.update)
        self._tell()

    def set_data(
        self, names: Sequence[str], values: Sequence[float], notes: Sequence[str] = (), title: str = "",
        show: Callable[[float], str] | None = None,
    ) -> None:  # fmt: skip
        """New bars, the largest first; notes stand behind the values, such as a share."""
        self._names, self._values, self._notes = list(names), [float(v) for v in values], list(notes)
        self._title, self._show, self._current = title or self._title, show or short_number, -1
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 8 * LINE)

    def _tell(self) -> None:
        told = [f"{name} {self._show(value)}" for name, value in zip(self._names, self._values, strict=True)]
        self.setAccessibleName(self._title or "排名图")
        self.setAccessibleDescription("；".join(told) or "没有数据")

    @property
    def _shown(self) -> int:
        return min(len(self._values), max(1, self.height() // LINE))

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter, QRectF(self.rect()), self._current)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def paint(self, painter: QPainter, box: QRectF, current: int = -1) -> None:
        """Draw into a rectangle of any painter; a printer gets vectors."""
        look = theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("caption"))
        metrics = QFontMetricsF(painter.font())
        count = min(len(self._values), max(1, int(box.height() // LINE)))
        texts = [self._text(i) for i in range(count)]
        right = max((metrics.horizontalAdvance(t) for t in texts), default=0.0) + 10
        left = min(
            box.width() * 0.42, max((metrics.horizontalAdvance(n) for n in self._names[:count]), default=0.0) + 12
        )
        room = max(20.0, box.width() - left - right - 8)
        top = max([*self._values[:count], 1e-9])
        for i in range(count):
            y = box.top() + i * LINE
            painter.setPen(look.color("text" if i == current else "text2"))
            name = metrics.elidedText(self._names[i], Qt.TextElideMode.ElideRight, left - 10)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(box.left() + 4, y, left - 6, LINE), Qt.AlignmentFlag.AlignLeft | middle, name)
            width = room * max(0.0, self._values[i]) / top
            if width > 0:
                path = QPainterPath()
                path.addRoundedRect(QRectF(box.left() + left, y + 6, max(width, 2.0), LINE - 12), RADIUS, RADIUS)
                painter.fillPath(path, look.color("chart1" if i == current else "chart1_read"))
            painter.setPen(look.color("text"))
            place = QRectF(box.left() + left + width + 6, y, right, LINE)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | middle, texts[i])
        painter.restore()

    def _text(self, index: int) -> str:
        note = self._notes[index] if index < len(self._notes) else ""
        return f"{self._show(self._values[index])}{f'　{note}' if note else ''}"

    # -- mouse and keys --------------------------------------------------------------------------------------------

    def _point_at(self, index: int) -> None:
        if index != self._current:
            self._current = index
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = int(event.position().y() // LINE)
        self._point_at(index if index < self._shown else -1)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if 0 <= self._current < self._shown:
            self.activated.emit(self._current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last, key = self._shown - 1, event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and last >= 0:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._point_at(min(last, max(0, self._current + step)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.activated.emit(self._current)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(-1)
        super().focusOutEvent(event)
