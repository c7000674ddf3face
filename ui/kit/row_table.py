"""A plain table of many rows to read: texts, numbers at the right, a row opened with Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEAST_FIRST = 90
"""Pixels the first column keeps, which otherwise takes what the others leave; narrower tables scroll."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Rows(QAbstractTableModel):
    """Texts in rows; the columns of `numbers` stand at the right, `ink` may colour a cell. Ticks when `ticking`."""

    def __init__(self, titles: Sequence[str], numbers: Sequence[int], ticking: bool) -> None:
        super().__init__()
        self.titles, self.numbers, self.ticking = list(titles), set(numbers), ticking
        self.texts: list[Sequence[str]] = []
        self.marks: list[bool] = []
        self.inks: dict[tuple[int, int], str] = {}

    def put(
        self, texts: Sequence[Sequence[str]], marks: Sequence[bool] = (), inks: dict[tuple[int, int], str] | None = None
    ) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.texts, self.marks, self.inks = list(texts), list(marks), inks or {}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.texts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.texts[row][column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column in self.numbers else LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            ink = self.inks.get((row, column))
            return theme().color(ink) if ink else None
        if role == Qt.ItemDataRole.CheckStateRole and self.ticking and column == 0:
            return Qt.CheckState.Checked if self.marks[row] else Qt.CheckState.Unchecked
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.titles[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if section in self.numbers else LEFT
        return None


class _Padded(QStyledItemDelegate):
    """Keeps the words of a cell away from its edges, so that they stand under their heading and apart from the neighbour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            super().paint(painter, option, index)
            return
        cell: Any = QStyleOptionViewItem(option)  # the stubs know none of its fields
        self.initStyleOption(cell, index)
        text, cell.text = cell.text, ""
        cell.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        painter.save()
        painter.setFont(cell.font)
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole) or theme().color("text"))
        room = cell.rect.adjusted(PADDING, 0, -PADDING, 0)
        words = cell.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, cell.displayAlignment, words)
        painter.restore()


PADDING = 7


class RowTable(QTableView):
    """Rows to read: ↑↓ walk, Enter opens, Ctrl+C copies with the headings."""

    opened = Signal(int)  # row
    ticked = Signal()

    def __init__(
        self, name: str, titles: Sequence[str], numbers: Sequence[int], ticking: bool = False, least: int = LEAST_FIRST
    ) -> None:
        super().__init__()
        self._least = least
        self.rows = Rows(titles, numbers, ticking)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setItemDelegate(_Padded(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme().row_height)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column in range(1, len(titles)):
            self.setColumnWidth(column, 118 if column in numbers else 128)
        self._fit()
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The first column takes what the others leave, but not less than it needs to be read."""
        header = self.horizontalHeader()
        left = self.viewport().width() - sum(header.sectionSize(n) for n in range(1, header.count()))
        wanted = QHeaderView.ResizeMode.Stretch if left >= self._least else QHeaderView.ResizeMode.Interactive
        if header.sectionResizeMode(0) != wanted:
            header.setSectionResizeMode(0, wanted)
        if left < self._least:
            header.resizeSection(0, self._least)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0 and not self.rows.ticking:
            self.opened.emit(row)
        elif event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            chosen = sorted({i.row() for i in self.selectedIndexes()})
            lines = [self.rows.titles, *(self.rows.texts[r] for r in chosen)]
            QApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        else:
            super().keyPressEvent(event)
