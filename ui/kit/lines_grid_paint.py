"""How the cells of a line grid look: values, the marks of problems, and the frame around the cell in hand."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from salesdesk.domain.problems import Problem, Severity
from ui.kit.lines_grid_model import GridColumn, LinesModel, ProblemRole
from ui.kit.theme import theme

MARKS = {Severity.STOP: ("err", "error"), Severity.ASK: ("err", "error"), Severity.WARN: ("warn", "warning"), Severity.HINT: ("info", "info")}
"""Tone and icon of a problem; the word stands in the list below the grid, so colour never speaks alone."""

PAD = 8


class CellPainter(QStyledItemDelegate):
    """Paints straight from the model: one rectangle, one text, at most one mark a cell."""

    def __init__(self, model: LinesModel) -> None:
        super().__init__(model)
        self._model = model
        self._fonts: dict[bool, tuple[QFont, QFontMetrics]] = {}
        theme().changed.connect(self._fonts.clear)

    def _font(self, bold: bool) -> tuple[QFont, QFontMetrics]:
        if bold not in self._fonts:
            font = theme().font("grid", bold)
            self._fonts[bold] = (font, QFontMetrics(font))
        return self._fonts[bold]

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, model = theme(), self._model
        row, column = index.row(), model.columns[index.column()]
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        problem: Problem | None = index.data(ProblemRole)
        tone, mark = MARKS[problem.severity] if problem else ("", "")
        blank = model.is_blank(row)
        current = bool(state & QStyle.StateFlag.State_HasFocus)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if column.key == "seq":
            ground = look.color("header")
        elif selected or current:
            ground = look.color("select")
        elif tone:
            ground = look.color(f"{tone}_bg")
        elif not column.sets and not blank:
            ground = look.color("sunken")
        else:
            ground = look.color("card")
        painter.fillRect(area, ground)
        painter.setPen(QPen(look.color("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topRight(), area.bottomRight())
        text = model.text(row, column) if column.key != "seq" else str(row + 1)
        inner = area.adjusted(PAD, 0, -PAD, 0)
        if mark:
            top = area.top() + (area.height() - 16) // 2
            painter.drawPixmap(QPoint(area.left() + 6, top), look.pixmap(mark, tone, 16, filled=True))
            inner.setLeft(area.left() + 28)
        self._write(painter, inner, text, column.prompt if blank else "", self._ink(tone, column.faint, column.key == "seq"), column)
        if current and column.key != "seq":
            painter.setPen(Qt.PenStyle.NoPen)
            pen = QPen(look.color("err" if tone == "err" else "focus"), 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(area).adjusted(1, 1, -1, -1))

    def _ink(self, tone: str, faint: bool, number: bool) -> QColor:
        if tone:
            return theme().color(tone)
        return theme().color("text2" if faint else "text3" if number else "text")

    def _write(self, painter: QPainter, area: QRect, text: str, prompt: str, ink: QColor, column: GridColumn) -> None:
        font, metrics = self._font(column.bold and bool(text))
        if not text:
            text, ink = prompt, theme().color("text3")
            if not text:
                return
        painter.setFont(font)
        painter.setPen(ink)
        flags = {"right": Qt.AlignmentFlag.AlignRight, "center": Qt.AlignmentFlag.AlignHCenter}.get(column.align, Qt.AlignmentFlag.AlignLeft)
        shown = text if metrics.horizontalAdvance(text) <= area.width() else metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(flags | Qt.AlignmentFlag.AlignVCenter), shown)
