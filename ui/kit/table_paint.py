"""How a row of a register looks: words, numbers, statuses as chips, overdue days in red, and the bar of the chosen row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from salesdesk.domain.dates import show_day_short
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Kind, Money, Row, Stamp
from ui.kit.theme import theme
from ui.kit.widgets import chip_width, paint_chip
from ui.kit.window_model import ListModel, shown

PAD = 8
BAR = 3
HIDDEN = "*"


def masked(text: str) -> str:
    """Personal data as it stands in a list: the beginning and the end, enough to recognise it."""
    plain = text.strip()
    if len(plain) <= 4:
        return HIDDEN * len(plain)
    keep = 3 if len(plain) >= 9 else 2
    return plain[:keep] + HIDDEN * 4 + plain[-keep:]


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


def cell_text(entity: Entity, field: Field, row: Row, today: str, revealed: bool = False) -> str:
    """What a list cell shows; copied text is the same."""
    text = shown(field, row)
    kind: Kind = field.kind
    if not text:
        return ""
    if isinstance(kind, Day):
        late = overdue_days(entity, field, row, today)
        return f"{str(row[field.key])[5:]} 已过 {late} 天" if late else show_day_short(str(row[field.key]), today)
    if isinstance(kind, Money):
        return f"¥{text}" if not text.startswith("-") else f"-¥{text[1:]}"
    if isinstance(kind, Stamp):
        return text[5:] if text[:4] == today[:4] else text
    if isinstance(kind, Flag):
        return text if row.get(field.key) else ""
    if field.masked and not revealed:
        return masked(text)
    return text


class RowPainter(QStyledItemDelegate):
    """Paints every cell straight from the model's row; one background, one text or chip, one line."""

    def __init__(self, model: ListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.today = model.desk.today
        self.revealed = False
        self.hovered = -1
        self.first_column = 0
        self.needle = ""
        self.focused: Callable[[], bool] = parent.hasFocus
        self._fonts: dict[bool, tuple[QFont, QFontMetrics]] = {}
        theme().changed.connect(self.forget)

    def forget(self) -> None:
        """The look changed: letters are measured anew."""
        self._fonts.clear()

    def _font(self, bold: bool) -> tuple[QFont, QFontMetrics]:
        if bold not in self._fonts:
            font = theme().font("grid", bold)
            self._fonts[bold] = (font, QFontMetrics(font))
        return self._fonts[bold]

    def text(self, number: int, column: int) -> str:
        """What a cell shows."""
        return cell_text(
            self._model.entity, self._model.fields[column], self._model.row(number), self.today, self.revealed
        )

    def wanted_width(self, number: int, column: int) -> int:
        """Width a cell would like, for fitting a column to its content."""
        field = self._model.fields[column]
        if isinstance(field.kind, Choice):
            return chip_width(field.kind.option(self._model.row(number).get(field.key))) + 2 * PAD
        return self._font(self._bold(field))[1].horizontalAdvance(self.text(number, column)) + 2 * PAD + 2

    @staticmethod
    def _bold(field: Field) -> bool:
        return isinstance(field.kind, Money) and field.important

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, number, column = theme(), index.row(), index.column()
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        field, row = self._model.fields[column], self._model.row(number)
        ground = "select" if selected else "hover" if number == self.hovered else "zebra" if number % 2 else "card"
        painter.fillRect(area, look.color(ground))
        painter.setPen(QPen(look.color("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if selected and column == self.first_column:
            painter.fillRect(QRect(area.left(), area.top(), BAR, area.height()), look.color("accent"))
        inner = area.adjusted(PAD, 0, -PAD, -1)
        if not row:
            self._write(painter, inner, "…", look.color("text3"), Qt.AlignmentFlag.AlignLeft, False)
        else:
            self._value(painter, inner, field, row)
        if state & QStyle.StateFlag.State_HasFocus and self.focused():
            pen = QPen(look.color("focus"), 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(area).adjusted(1, 1, -1, -2))

    def _value(self, painter: QPainter, area: QRect, field: Field, row: Row) -> None:
        look, value = theme(), row.get(field.key)
        if isinstance(field.kind, Choice):
            chosen = field.kind.option(value)
            if chosen is not None and (chosen.icon or chosen.tone != "neutral"):
                paint_chip(painter, QRectF(area), chosen, painter.device().devicePixelRatio())
                return
        text = cell_text(self._model.entity, field, row, self.today, self.revealed)
        if not text:
            return
        ink, bold = look.color("text"), self._bold(field)
        if row.get("void"):
            ink = look.color("text3")
        elif field.key == self._model.entity.code:
            ink = look.color("accent")
        elif overdue_days(self._model.entity, field, row, self.today):
            ink, bold = look.color("err"), True
        elif not (field.required or field.important or field.key == self._model.entity.naming):
            ink = look.color("text2")
        side = {"right": Qt.AlignmentFlag.AlignRight, "center": Qt.AlignmentFlag.AlignHCenter}.get(
            field.kind.align, Qt.AlignmentFlag.AlignLeft
        )
        self._write(painter, area, text, ink, side, bold, struck=bool(row.get("void")))

    def _write(
        self,
        painter: QPainter,
        area: QRect,
        text: str,
        ink: QColor,
        side: Qt.AlignmentFlag,
        bold: bool,
        struck: bool = False,
    ) -> None:
        font, metrics = self._font(bold)
        width = metrics.horizontalAdvance(text)
        if width > area.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), text)
        if struck:
            middle = area.center().y() + 1
            painter.drawLine(QPoint(area.left(), middle), QPoint(area.left() + min(width, area.width()), middle))
