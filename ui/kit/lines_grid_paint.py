"""How the cells of a line grid look: values, the marks of problems, and the frame around the cell in hand.

The whole of what must be repainted is painted in one go from the model's rows: a page of lines takes a few milliseconds,
so that typing never waits for painting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionRange, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from salesdesk.domain.problems import Severity
from ui.kit.lines_grid_model import GridColumn, LinesModel
from ui.kit.theme import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

MARKS = {
    Severity.STOP: ("err", "error"), Severity.ASK: ("err", "error"), Severity.WARN: ("warn", "warning"), Severity.HINT: ("info", "info"),
}  # fmt: skip
"""Tone and icon of a problem; the word stands in the list below the grid, so colour never speaks alone."""

PAD = 8
MARK = 16
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_ALIGN = {
    "left": int(_MIDDLE | Qt.AlignmentFlag.AlignLeft),
    "right": int(_MIDDLE | Qt.AlignmentFlag.AlignRight),
    "center": int(_MIDDLE | Qt.AlignmentFlag.AlignHCenter),
}
_TOKENS = (
    "card",
    "sunken",
    "select",
    "header",
    "line",
    "text",
    "text2",
    "text3",
    "err",
    "err_bg",
    "warn",
    "warn_bg",
    "info",
    "info_bg",
    "focus",
)


class GridPainter:
    """Paints rows of a LinesModel for a table view."""

    def __init__(self, view: QTableView, model: LinesModel) -> None:
        self._view, self._model = view, model
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[bool, tuple[QFont, QFontMetrics]] = {}
        self._widths: dict[tuple[str, bool], int] = {}
        theme().changed.connect(self._forget)

    def _forget(self) -> None:
        self._colors.clear()
        self._fonts.clear()
        self._widths.clear()

    def _prepare(self) -> None:
        look = theme()
        if not self._colors:
            self._colors = {token: look.color(token) for token in _TOKENS}
        if not self._fonts:
            for bold in (False, True):
                font = look.font("grid", bold)
                self._fonts[bold] = (font, QFontMetrics(font))
        if len(self._widths) > 5000:
            self._widths.clear()

    def paint(self, painter: QPainter, clip: QRect) -> None:
        """Paint every cell that touches `clip`, the lines between them, and the strip of row numbers below the last."""
        self._prepare()
        view, model, colors = self._view, self._model, self._colors
        count, height = model.rowCount(), view.verticalHeader().defaultSectionSize()
        first = max(0, view.rowAt(clip.top()))
        last = view.rowAt(clip.bottom())
        last = count - 1 if last < 0 else last
        if view.rowAt(clip.top()) < 0 and clip.top() > 0:
            first = count
        columns = [
            (i, column, view.columnViewportPosition(i), view.columnWidth(i))
            for i, column in enumerate(model.columns)
            if not view.isColumnHidden(i)
        ]
        columns = [c for c in columns if c[2] + c[3] > clip.left() and c[2] <= clip.right()]
        index = view.currentIndex()
        current = (index.row(), index.column()) if view.hasFocus() or view.viewport().hasFocus() else (-1, -1)
        ranges: list[QItemSelectionRange] = list(view.selectionModel().selection())  # type: ignore[call-overload]
        chosen = [(r.top(), r.bottom(), r.left(), r.right()) for r in ranges]
        painter.fillRect(clip, colors["card"])
        for row in range(first, last + 1):
            top = view.rowViewportPosition(row)
            for i, column, left, width in columns:
                selected = any(a <= row <= b and c <= i <= d for a, b, c, d in chosen)
                self._cell(painter, row, column, QRect(left, top, width, height), selected, (row, i) == current)
        self._lines(painter, clip, columns, first, last, height)
        end = view.rowViewportPosition(count - 1) + height if count else 0
        if columns and columns[0][1].key == "seq" and end < clip.bottom() + 1:
            painter.fillRect(QRect(columns[0][2], end, columns[0][3], clip.bottom() + 1 - end), colors["header"])
        if first <= current[0] <= last:
            self._frame(painter, current, columns, height)

    def _lines(
        self,
        painter: QPainter,
        clip: QRect,
        columns: list[tuple[int, GridColumn, int, int]],
        first: int,
        last: int,
        height: int,
    ) -> None:
        if first > last:
            return
        ink, view = self._colors["line"], self._view
        above, below = view.rowViewportPosition(first), view.rowViewportPosition(last) + height
        for _, _, left, width in columns:
            painter.fillRect(left + width - 1, above, 1, below - above, ink)
        left = columns[0][2] if columns else 0
        right = columns[-1][2] + columns[-1][3] if columns else 0
        for row in range(first, last + 1):
            painter.fillRect(left, view.rowViewportPosition(row) + height - 1, right - left, 1, ink)

    def _frame(
        self, painter: QPainter, current: tuple[int, int], columns: list[tuple[int, GridColumn, int, int]], height: int
    ) -> None:
        row, at = current
        for i, column, left, width in columns:
            if i == at and column.key != "seq":
                problem = self._model.problem(row, column)
                token = "err" if problem and MARKS[problem.severity][0] == "err" else "focus"
                pen = QPen(self._colors[token], 2)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRect(left, self._view.rowViewportPosition(row), width, height).adjusted(1, 1, -1, -1))

    def _cell(
        self, painter: QPainter, row: int, column: GridColumn, area: QRect, selected: bool, current: bool
    ) -> None:
        model, colors = self._model, self._colors
        if column.key == "seq":
            painter.fillRect(area, colors["header"])
            self._write(painter, area, str(row + 1), False, "text3", "center")
            return
        blank = row >= len(model.draft.lines)
        problem = None if blank else model.problem(row, column)
        tone = ""
        if problem is not None:
            tone, mark = MARKS[problem.severity]
        if selected or current:
            painter.fillRect(area, colors["select"])
        elif tone:
            painter.fillRect(area, colors[f"{tone}_bg"])
        elif not column.sets and not blank:
            painter.fillRect(area, colors["sunken"])
        inner = area.adjusted(PAD, 0, -PAD, 0)
        if tone:
            place = QPoint(area.left() + 6, area.top() + (area.height() - MARK) // 2)
            painter.drawPixmap(place, theme().pixmap(mark, tone, MARK, filled=True))
            inner.setLeft(area.left() + 6 + MARK + 6)
        text = "" if blank else model.text(row, column)
        if text:
            self._write(painter, inner, text, column.bold, tone or ("text2" if column.faint else "text"), column.align)
        elif blank and column.prompt:
            self._write(painter, inner, column.prompt, False, "text3", column.align)

    def _write(self, painter: QPainter, area: QRect, text: str, bold: bool, ink: str, align: str) -> None:
        font, metrics = self._fonts[bold]
        key = (text, bold)
        width = self._widths.get(key)
        if width is None:
            width = self._widths[key] = metrics.horizontalAdvance(text)
        if width > area.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(self._colors[ink])
        painter.drawText(area, _ALIGN[align], text)
