"""The rows of a file before they are imported: what would happen to each, and why some cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
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

from salesdesk.domain.kinds import Option
from ui.kit.theme import theme
from ui.kit.widgets import paint_chip

Index = QModelIndex | QPersistentModelIndex
STATES = (
    Option("new", "新增", "ok", "add"),
    Option("update", "更新", "info", "edit"),
    Option("same", "没有变化", "neutral", "check"),
    Option("failed", "有错", "err", "error"),
    Option("skipped", "不导入", "neutral", "dismiss"),
)
_BY_LABEL = {s.label: s for s in STATES}
STATE, WHY = 1, -1


class PlannedRows(QAbstractTableModel):
    """Texts: row number, state, values, and last the reason. May show the rows of one state only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.titles: list[str] = []
        self.rows: list[Sequence[str]] = []
        self._all: list[Sequence[str]] = []
        self._only = ""

    def put(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show another file. The reason stands right after the state, where it is seen."""
        self.beginResetModel()
        self.titles = [*titles[:2], *titles[-1:], *titles[2:-1]] if titles else []
        self._all = [[*r[:2], r[-1], *r[2:-1]] for r in rows]
        self._sift()
        self.endResetModel()

    def show_only(self, state: str) -> None:
        """Only rows in one state, by its label; "" for all."""
        self.beginResetModel()
        self._only = state
        self._sift()
        self.endResetModel()

    def _sift(self) -> None:
        self.rows = [r for r in self._all if not self._only or r[STATE] == self._only]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) and index.isValid():
            return self.rows[index.row()][index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, model: PlannedRows) -> None:
        super().__init__(model)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, row = theme(), self._model.rows[index.row()]
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.fillRect(area, look.color("select" if state & QStyle.StateFlag.State_Selected else "card"))
        painter.setPen(look.color("line"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(8, 0, -8, -1)
        if index.column() == STATE:
            paint_chip(painter, QRectF(inner), _BY_LABEL.get(row[STATE]), painter.device().devicePixelRatio())
            return
        ink = (
            "err"
            if index.column() == STATE + 1 and row[STATE] == "有错"
            else "text2"
            if index.column() <= 2
            else "text"
        )
        painter.setPen(look.color(ink))
        painter.setFont(look.font("grid"))
        text = painter.fontMetrics().elidedText(row[index.column()], Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), text)


class PlannedTable(QTableView):
    """Shows PlannedRows; Ctrl+C copies the selected rows, so that they can be put right in Excel."""

    def __init__(self, model: PlannedRows) -> None:
        super().__init__()
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(_Painter(model))
        self.setAccessibleName("导入预览")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme().row_height)
        self.horizontalHeader().setHighlightSections(False)
        model.modelReset.connect(self._fit)

    def _fit(self) -> None:
        for column in range(self._rows.columnCount()):
            self.setColumnWidth(column, {0: 52, STATE: 104, STATE + 1: 400}.get(column, 120))
        if self._rows.columnCount() > 2:
            reasons = any(r[STATE + 1] for r in self._rows.rows)
            self.setColumnHidden(STATE + 1, not reasons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            numbers = sorted({i.row() for i in self.selectedIndexes()})
            QApplication.clipboard().setText("\n".join("\t".join(self._rows.rows[n]) for n in numbers))
        else:
            super().keyPressEvent(event)
