"""Draws bars, lines and progress with the program's own colours, on the screen and on paper alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.pointed_chart import PointedChart, short_number
from ui.kit.theme import theme


def nice_top(highest: float, steps: int = 4) -> float:
    """A round end of the scale not below the highest value: 1, 1.5, 2, 2.5, 4, 5, 6, 8 or 10 times a power of ten per step."""
    if highest <= 0:
        return float(steps)
    step = highest / steps
    power: float = 10.0 ** math.floor(math.log10(step))
    for factor in (1, 1.5, 2, 2.5, 4, 5, 6, 8, 10):
        if step <= factor * power * (1 + 1e-9):
            return factor * power * steps
    return 10 * power * steps


class BarChart(PointedChart):
    """Bars over named places with an optional target line; what is below nothing hangs down in another colour.

    The last bar (or `marked`) is strong, the others are muted; the bar under the mouse or in focus tells its value.
    """

    UNNAMED = "柱形图"

    def __init__(self, title: str = "") -> None:
        super().__init__(title, 160, 90)
        self._target: float | None = None
        self._target_text = ""
        self._marked = -1
        self.axis = True

    def set_data(
        self, labels: Sequence[str], values: Sequence[float], *, target: float | None = None, target_text: str = "",
        marked: int = -1, show: Callable[[float], str] | None = None,
    ) -> None:  # fmt: skip
        """New bars. An empty label leaves its place on the axis blank; target draws a dashed line with its text."""
        self._labels, self._values = list(labels), [float(v) for v in values]
        self._target, self._target_text = target, target_text
        self._marked = marked if marked >= 0 else len(self._values) - 1
        self._show = show or short_number
        self._current = -1
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    @property
    def _start(self) -> int:
        return self._marked

    # -- painting --------------------------------------------------------------------------------------------------

    def _plot(self, box: QRectF) -> QRectF:
        if not self.axis:
            return box.adjusted(4, 20, -4, -22)
        metrics = QFontMetricsF(theme().font("caption"))
        left = max(metrics.horizontalAdvance(short_number(mark)) for mark in self._marks()) + 14
        return box.adjusted(left, 18, -8, -26)

    def _ends(self) -> tuple[float, float, float]:
        """Lower end, upper end and step of the scale; the lower end is 0 unless something is below it."""
        high, low = max([*self._values, self._target or 0.0, 0.0]), min([*self._values, 0.0])
        step = nice_top(max(high, -low)) / 4
        if low == 0:
            return 0.0, 4 * step, step
        return math.floor(low / step) * step, math.ceil(high / step) * step, step

    def _marks(self) -> list[float]:
        low, high, step = self._ends()
        return [low + i * step for i in range(round((high - low) / step) + 1)]

    def _y(self, plot: QRectF, value: float) -> float:
        low, high, _ = self._ends()
        if not self.axis:
            low, high = min([*self._values, 0.0]), max([*self._values, 1e-9])
        return plot.bottom() - plot.height() * (value - low) / (high - low)

    def _bar(self, plot: QRectF, index: int) -> QRectF:
        slot = plot.width() / max(1, len(self._values))
        width = min(slot * 0.62, 22.0)
        ground, end = self._y(plot, 0.0), self._y(plot, self._values[index])
        return QRectF(plot.left() + slot * (index + 0.5) - width / 2, min(ground, end), width, abs(ground - end))

    def paint(self, painter: QPainter, box: QRectF, current: int = -1) -> None:
        """Draw into a rectangle of any painter; a printer gets vectors."""
        look = theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("caption"))
        plot = self._plot(box)
        if self.axis:
            self._paint_axis(painter, box, plot)
        radius = 3.0
        for index, value in enumerate(self._values):
            if not value:
                continue
            bar = self._bar(plot, index)
            path = QPainterPath()  # round at its end only
            path.addRoundedRect(
                bar.adjusted(0, 0 if value > 0 else -radius, 0, radius if value > 0 else 0), radius, radius
            )
            clip = QPainterPath()
            clip.addRect(bar)
            strong = "chart1" if index in (self._marked, current) else "chart1_muted"
            painter.fillPath(path.intersected(clip), look.color(strong if value > 0 else "err"))
        self._paint_names(painter, plot)
        if self._target is not None and self.axis:
            y = self._y(plot, self._target)
            painter.setPen(QPen(look.color("chart2"), 1.6, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setFont(look.font("caption", bold=True))
            width = QFontMetricsF(painter.font()).horizontalAdvance(self._target_text)
            ground = look.color("card")
            ground.setAlpha(215)  # the bars behind the words step back
            painter.fillRect(QRectF(plot.left() + 7, y - 20, width + 6, 17), ground)
            painter.setPen(look.color("chart2"))
            painter.drawText(QPointF(plot.left() + 10, y - 6), self._target_text)
        if 0 <= current < len(self._values):
            self._paint_value(painter, plot, current)
        painter.restore()

    def _paint_axis(self, painter: QPainter, box: QRectF, plot: QRectF) -> None:
        look = theme()
        for mark in self._marks():
            y = round(self._y(plot, mark)) + 0.5
            painter.setPen(QPen(look.color("line" if mark else "line2"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(look.color("text2"))
            right = QRectF(box.left(), y - 10, plot.left() - box.left() - 8, 20)
            painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short_number(mark))

    def _paint_names(self, painter: QPainter, plot: QRectF) -> None:
        look = theme()
        free = -1e9
        order = sorted(range(len(self._labels)), key=lambda i: i != self._marked)
        taken: list[QRectF] = []
        for index in order:
            name = self._labels[index]
            if not name or index >= len(self._values):
                continue
            marked = index == self._marked
            painter.setFont(look.font("caption", bold=marked))
            width = QFontMetricsF(painter.font()).horizontalAdvance(name) + 10
            slot = plot.width() / len(self._values)
            middle = plot.left() + slot * (index + 0.5)
            place = QRectF(middle - width / 2, plot.bottom() + 6, width, 18)
            if any(place.intersects(other) for other in taken) or place.left() < free:
                continue
            taken.append(place)
            painter.setPen(look.color("text" if marked else "text2"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_value(self, painter: QPainter, plot: QRectF, index: int) -> None:
        look = theme()
        name = f"{self._labels[index]} " if index < len(self._labels) and self._labels[index] else ""
        text = name + self._show(self._values[index])
        painter.setFont(look.font("caption", bold=True))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 16
        bar = self._bar(plot, index)
        left = min(max(plot.left(), bar.center().x() - width / 2), plot.right() - width)
        flag = QRectF(left, max(0.0, bar.top() - 28), width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("toast"))
        painter.drawRoundedRect(flag, 5, 5)
        painter.setPen(look.color("on_toast"))
        painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, text)

    def _at(self, point: QPointF) -> int:
        plot = self._plot(QRectF(self.rect()))
        if not self._values or not plot.left() <= point.x() <= plot.right():
            return -1
        return min(len(self._values) - 1, int((point.x() - plot.left()) / (plot.width() / len(self._values))))


class Sparkline(QWidget):
    """The recent course of a figure: a line without axes, its last point marked."""

    def __init__(self) -> None:
        super().__init__()
        self._values: list[float] = []
        self._token = "chart1"
        self.setMinimumHeight(36)
        theme().changed.connect(self.update)

    def set_values(self, values: Sequence[float], token: str = "chart1") -> None:
        """New course; token is the colour."""
        self._values, self._token = [float(v) for v in values], token
        self.setAccessibleName("走势")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(92, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter, QRectF(self.rect()))
        painter.end()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Draw into a rectangle of any painter."""
        if len(self._values) < 2:
            return
        box = box.adjusted(2, 6, -6, -4)
        low, high = min(self._values), max(self._values)
        span = (high - low) or 1.0
        step = box.width() / (len(self._values) - 1)
        points = [
            QPointF(box.left() + i * step, box.bottom() - (v - low) / span * box.height())
            for i, v in enumerate(self._values)
        ]
        line = QPainterPath(points[0])
        for before, after in pairwise(points):
            middle = (before.x() + after.x()) / 2
            line.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
        ground = QPainterPath(line)
        ground.lineTo(points[-1].x(), box.bottom())
        ground.lineTo(points[0].x(), box.bottom())
        color = theme().color(self._token)
        fade = QLinearGradient(0, box.top(), 0, box.bottom())
        for at, strength in ((0.0, 56), (1.0, 0)):
            tint = theme().color(self._token)
            tint.setAlpha(strength)
            fade.setColorAt(at, tint)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(ground, fade)
        painter.setPen(QPen(color, 1.6))
        painter.drawPath(line)
        painter.setPen(QPen(theme().color("card"), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(points[-1], 3.8, 3.8)
        painter.restore()


class ProgressLine(QWidget):
    """How much of something is used: a thick line, red when over the limit."""

    def __init__(self, name: str = "进度") -> None:
        super().__init__()
        self._share = 0.0
        self._tone = "accent"
        self._name = name
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def set_share(self, share: float, tone: str = "") -> None:
        """0 to 1; above 1 the line is full and red unless a tone is given."""
        self._share = share
        self._tone = tone or ("err" if share > 1 else "accent")
        self.setAccessibleName(f"{self._name} {share:.0%}")
        self.setToolTip(f"{share:.0%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter, QRectF(self.rect()))
        painter.end()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Draw into a rectangle of any painter."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = box.height() / 2
        painter.setBrush(theme().color("track"))
        painter.drawRoundedRect(box, radius, radius)
        full = QRectF(box)
        full.setWidth(box.width() * min(1.0, max(0.0, self._share)))
        if full.width() >= 1:
            full.setWidth(max(full.width(), box.height()))
            painter.setBrush(theme().color(self._tone))
            painter.drawRoundedRect(full, radius, radius)
        painter.restore()
