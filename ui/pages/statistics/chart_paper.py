"""The two charts as one page of vectors, with title, period and 口径."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from ui.kit.charts import BarChart
from ui.kit.rank_chart import RankChart
from ui.kit.theme import theme

DOTS = 96
"""Units per inch: one unit is what a pixel is on the screen, so that letters keep their size."""


class Words(NamedTuple):
    """What stands on the page: its title, the lines below it, and over each chart what it shows."""

    title: str
    lines: tuple[str, ...]
    course: str
    rank: str


def write_charts(file: Path, words: Words, course: BarChart, rank: RankChart) -> None:
    """Paint A4 upright; raises OSError when the file cannot be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    writer = QPdfWriter(str(file))
    writer.setResolution(DOTS)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(15, 14, 15, 14),
            QPageLayout.Unit.Millimeter,
        )
    )  # fmt: skip
    writer.setTitle(words.title)
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(13, "cannot write", str(file))
    with theme().on_paper():
        _paint(painter, writer, words, course, rank)
    painter.end()


def _paint(painter: QPainter, writer: QPdfWriter, words: Words, course: BarChart, rank: RankChart) -> None:
    width, height = writer.width(), writer.height()
    look = theme()
    painter.setPen(look.color("text"))
    painter.setFont(look.font("subtitle", bold=True))
    painter.drawText(QRectF(0, 0, width, 28), Qt.AlignmentFlag.AlignCenter, words.title)
    painter.setFont(look.font("caption"))
    y = 34.0
    for line in words.lines:
        box = QRectF(0, y, width, 36)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, line)
        y += 20 if painter.fontMetrics().horizontalAdvance(line) < width else 36
    for text, chart, tall in ((words.course, course, 300.0), (words.rank, rank, height - y - 400)):
        painter.setPen(look.color("text"))
        painter.setFont(look.font("grid", bold=True))
        painter.drawText(QRectF(0, y + 12, width, 20), Qt.AlignmentFlag.AlignLeft, text)
        chart.paint(painter, QRectF(0, y + 38, width, tall))
        y += 38 + tall
