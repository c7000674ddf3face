"""The open ring that turns while something is under way, in a button and beside a text."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.kit.theme import theme


def paint_turning(painter: QPainter, box: QRectF, angle: int) -> None:
    """Paint it; angle in degrees."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().color("line2"), 2))
    painter.drawEllipse(box)
    painter.setPen(QPen(theme().color("accent"), 2, c=Qt.PenCapStyle.RoundCap))
    painter.drawArc(box, -angle * 16, 100 * 16)
    painter.restore()
