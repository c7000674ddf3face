"""The course of a record as a line of points: what was done, by whom and when, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.theme import theme

STEP = 41
RADIUS = 8


@dataclass(frozen=True)
class Step:
    """One point. state: done, now or next."""

    title: str
    detail: str
    state: str


def when(stamp: object, today: str) -> str:
    """ "今天 10:21", "06-18 10:21", or with the year when it is another one."""
    text = str(stamp or "")
    if not text:
        return ""
    day, clock = text[:10], text[11:16]
    shown = "今天" if day == today else (day[5:] if day[:4] == today[:4] else day)
    return f"{shown} {clock}".strip()


def by(name: object) -> str:
    """ "王敏 · ", nothing when nobody is known."""
    return f"{name} · " if name else ""


class Timeline(QWidget):
    """Paints the steps below one another."""

    def __init__(self, name: str = "进度") -> None:
        super().__init__()
        self._name = name
        self._steps: list[Step] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def set_steps(self, steps: list[Step]) -> None:
        """Show another course."""
        if steps != self._steps:
            self._steps = steps
            words = {"done": "已完成", "now": "当前", "next": "之后"}
            self.setAccessibleName(
                f"{self._name}：" + "；".join(f"{s.title} {words[s.state]} {s.detail}" for s in steps)
            )
            self.setFixedHeight(max(1, len(steps)) * STEP)
            self.update()

    @property
    def steps(self) -> list[Step]:
        """What is shown."""
        return self._steps

    def sizeHint(self) -> QSize:
        return QSize(200, len(self._steps) * STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, step in enumerate(self._steps):
            middle = QPointF(RADIUS + 2, i * STEP + RADIUS + 3)
            if i + 1 < len(self._steps):
                both = step.state == "done" and self._steps[i + 1].state != "next"
                painter.setPen(QPen(look.color("accent" if both else "line2"), 2))
                painter.drawLine(
                    QPointF(middle.x(), middle.y() + RADIUS + 2), QPointF(middle.x(), middle.y() + STEP - RADIUS - 2)
                )
            if step.state == "done":
                painter.drawPixmap(
                    round(middle.x() - 9),
                    round(middle.y() - 9),
                    look.pixmap("checkmark_circle", "accent", 18, True, self.devicePixelRatioF()),
                )
            else:
                painter.setPen(QPen(look.color("accent" if step.state == "now" else "line2"), 2))
                painter.setBrush(look.color("card"))
                painter.drawEllipse(middle, RADIUS - 0.5, RADIUS - 0.5)
                if step.state == "now":
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(look.color("accent"))
                    painter.drawEllipse(middle, 3.5, 3.5)
            left, width = 2 * RADIUS + 14, self.width() - 2 * RADIUS - 14
            self._text(
                painter,
                QRectF(left, i * STEP, width, 22),
                step.title,
                "grid",
                step.state == "now",
                "text2" if step.state == "next" else "text",
            )
            self._text(painter, QRectF(left, i * STEP + 20, width, 18), step.detail, "caption", False, "text2")
        painter.end()

    def _text(self, painter: QPainter, area: QRectF, text: str, size: str, bold: bool, ink: str) -> None:
        painter.setFont(theme().font(size, bold))
        painter.setPen(theme().color(ink))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(area.width()))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
