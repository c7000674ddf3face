"""Bars that lie: the largest of many named values with their shares; serves as the map-free chart of regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath

from ui.kit.pointed_chart import PointedChart, short_number
from ui.kit.theme import theme

LINE = 26
RADIUS = 3.0


class RankChart(PointedChart):
    """Names at the left, a bar each, the value at its end. ↑↓ walk the bars, Enter opens the one in focus."""

    BACK, ON = Qt.Key.Key_Up, Qt.Key.Key_Down
    UNNAMED = "排名图"

    def __init__(self, title: str = "") -> None:
        super().__init__(title, 200, 3 * LINE)
        self._notes: list[str] = []

    def set_data(
        self, names: Sequence[str], values: Sequence[float], notes: Sequence[str] = (), title: str = "",
        show: Callable[[float], str] | None = None,
    ) -> None:  # fmt: skip
        """New bars, the largest first; notes stand behind the values, such as a share."""
        self._labels, self._values, self._notes = list(names), [float(v) for v in values], list(notes)
        self._title, self._show, self._current = title or self._title, show or short_number, -1
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 8 * LINE)

    @property
    def _shown(self) -> int:
        return min(len(self._values), max(1, self.height() // LINE))

    # -- painting --------------------------------------------------------------------------------------------------

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
            box.width() * 0.42, max((metrics.horizontalAdvance(n) for n in self._labels[:count]), default=0.0) + 12
        )
        room = max(20.0, box.width() - left - right - 8)
        top = max([*self._values[:count], 1e-9])
        for i in range(count):
            y = box.top() + i * LINE
            painter.setPen(look.color("text" if i == current else "text2"))
            name = metrics.elidedText(self._labels[i], Qt.TextElideMode.ElideRight, left - 10)
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

    def _at(self, point: QPointF) -> int:
        index = int(point.y() // LINE)
        return index if 0 <= index < self._shown else -1
