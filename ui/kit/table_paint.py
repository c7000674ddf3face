"""How a row of a register looks: words, numbers, statuses as chips, overdue days in red, and the bar of the chosen row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from salesdesk.domain.dates import show_day_short
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Kind, Money, Option, Row, Stamp
from salesdesk.domain.masking import WHOLE, Veil, covered, mask
from ui.kit.theme import theme
from ui.kit.widgets import chip_width, paint_chip
from ui.kit.window_model import ListModel, shown

PAD = 8
BAR = 3


def closed(entity: Entity, row: Row) -> bool:
    """Whether the record's own status says that nothing more is awaited, so that its dates cannot be overdue."""
    for field in entity:
        option = field.kind.option(row.get(field.key)) if isinstance(field.kind, Choice) else None
        if option is not None and (option.tone == "ok" or option.icon == "dismiss") and (field.derived or field.fixed):
            return True
    return False


def overdue_days(entity: Entity, field: Field, row: Row, today: str) -> int:
    """How many days a promised date has passed; 0 when it has not, or when nothing is awaited any more."""
    value = row.get(field.key)
    if not (isinstance(field.kind, Day) and field.important and value and str(value) < today) or closed(entity, row):
        return 0
    return (date.fromisoformat(today) - date.fromisoformat(str(value))).days


def cell_text(entity: Entity, field: Field, row: Row, today: str, veil: Veil = WHOLE) -> str:
    """What a list cell shows under a veil; copied text is the same."""
    text = shown(field, row)
    kind: Kind = field.kind
    if not text:
        return ""
    if covered(field, veil):
        return mask(text, field.masked)
    if isinstance(kind, Day):
        late = overdue_days(entity, field, row, today)
        return f"{str(row[field.key])[5:]} 已过 {late} 天" if late else show_day_short(str(row[field.key]), today)
    if isinstance(kind, Money):
        return f"¥{text}" if not text.startswith("-") else f"-¥{text[1:]}"
    if isinstance(kind, Stamp):
        return text[5:] if text[:4] == today[:4] else text
    if isinstance(kind, Flag):
        return text if row.get(field.key) else ""
    return text


@dataclass(slots=True)
class _Cell:
    """A cell made ready: its words, how wide they are, and how they look."""

    text: str
    width: int
    ink: QColor
    side: int
    bold: bool
    struck: bool
    option: Option | None


_KEPT_ROWS = 600
_SELECTED = QStyle.StateFlag.State_Selected.value  # plain numbers: flag arithmetic costs more than painting a word
_FOCUS = QStyle.StateFlag.State_HasFocus.value
_SIDES = {
    "left": int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
    "right": int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
    "center": int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter),
}


class RowPainter(QStyledItemDelegate):
    """Paints every cell straight from the model's row; one background, one text or chip, one line.

    What a cell says and how wide it is stays ready for as long as the list does not change, so that scrolling back,
    hovering and selecting only paint.
    """

    def __init__(self, model: ListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.today = model.desk.today
        self.veil_of: Callable[[str], Veil] = lambda uid: model.desk.settings.veil
        self.hovered = -1
        self.first_column = 0
        self.focused: Callable[[], bool] = parent.hasFocus
        self._fonts: dict[bool, tuple[QFont, QFontMetrics]] = {}
        self._colors: dict[str, QColor] = {}
        self._cells: dict[tuple[int, int], _Cell] = {}
        theme().changed.connect(self.forget)
        for signal in (model.modelReset, model.dataChanged, model.rowsInserted):
            signal.connect(self._changed)

    def forget(self) -> None:
        """The look changed: letters are measured anew."""
        self._fonts.clear()
        self._colors.clear()
        self._cells.clear()

    def _changed(self) -> None:
        self._cells.clear()

    def _color(self, token: str) -> QColor:
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = theme().color(token)
        return found

    def _font(self, bold: bool) -> tuple[QFont, QFontMetrics]:
        if bold not in self._fonts:
            font = theme().font("grid", bold)
            self._fonts[bold] = (font, QFontMetrics(font))
        return self._fonts[bold]

    def text(self, number: int, column: int) -> str:
        """What a cell shows."""
        row = self._model.row(number)
        return cell_text(self._model.entity, self._model.fields[column], row, self.today, self._veil(row))

    def _veil(self, row: Row) -> Veil:
        return self.veil_of(str(row.get("uid") or ""))

    def wanted_width(self, number: int, column: int) -> int:
        """Width a cell would like, for fitting a column to its content."""
        cell = self._cell(number, column)
        return (chip_width(cell.option) if cell.option is not None else cell.width + 2) + 2 * PAD

    def _cell(self, number: int, column: int) -> _Cell:
        found = self._cells.get((number, column))
        if found is None:
            found = self._prepare(number, column)
            if self._model.row(number):
                if len(self._cells) > _KEPT_ROWS * 12:
                    self._cells.clear()
                self._cells[number, column] = found
        return found

    def _prepare(self, number: int, column: int) -> _Cell:
        field, row, entity = self._model.fields[column], self._model.row(number), self._model.entity
        if not row:
            return _Cell("…", 10, self._color("text3"), _SIDES["left"], False, False, None)
        if isinstance(field.kind, Choice):
            option = field.kind.option(row.get(field.key))
            if option is not None and (option.icon or option.tone != "neutral"):
                return _Cell(option.label, 0, self._color("text"), 0, False, False, option)
        text = cell_text(entity, field, row, self.today, self._veil(row) if field.masked else WHOLE)
        bold, struck = isinstance(field.kind, Money) and field.important, bool(row.get("void"))
        if struck:
            ink = "text3"
        elif field.key == entity.code:
            ink = "accent"
        elif overdue_days(entity, field, row, self.today):
            ink, bold = "err", True
        else:
            ink = "text" if field.required or field.important or field.key == entity.naming else "text2"
        width = self._font(bold)[1].horizontalAdvance(text) if text else 0
        return _Cell(text, width, self._color(ink), _SIDES[field.kind.align], bold, struck, None)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        number, column = index.row(), index.column()
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: int = option.state.value  # type: ignore[attr-defined]
        selected = bool(state & _SELECTED)
        ground = "select" if selected else "hover" if number == self.hovered else "zebra" if number % 2 else "card"
        left, top, width, height = area.left(), area.top(), area.width(), area.height()
        painter.fillRect(left, top, width, height - 1, self._color(ground))
        painter.fillRect(left, top + height - 1, width, 1, self._color("line"))
        if selected and column == self.first_column:
            painter.fillRect(left, top, BAR, height, self._color("accent"))
        cell = self._cell(number, column)
        if cell.option is not None:
            inner = QRectF(left + PAD, top, width - 2 * PAD, height - 1)
            paint_chip(painter, inner, cell.option, painter.device().devicePixelRatio())
        elif cell.text:
            self._write(painter, QRect(left + PAD, top, width - 2 * PAD, height - 1), cell)
        if state & _FOCUS and self.focused():
            pen = QPen(self._color("focus"), 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(area).adjusted(1, 1, -1, -2))

    def _write(self, painter: QPainter, area: QRect, cell: _Cell) -> None:
        font, metrics = self._font(cell.bold)
        text = cell.text
        if cell.width > area.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(cell.ink)
        painter.drawText(area, cell.side, text)
        if cell.struck:
            middle = area.center().y() + 1
            painter.drawLine(area.left(), middle, area.left() + min(cell.width, area.width()), middle)
