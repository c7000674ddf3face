"""A table of a few rows that are only read, with words wrapped and tones from the theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from ui.kit.theme import theme


class PlainTable(QTableWidget):
    """A few rows to read; arrow keys walk them, Ctrl+C copies the row. `none` stands in their place when there are none."""

    def __init__(self, name: str, titles: Sequence[str], stretched: Sequence[int], none: str = "没有") -> None:
        super().__init__(0, len(titles))
        self._none = none
        self._finished = False
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(titles))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(titles)):
            wide = column in stretched
            mode = QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)

    def put(self, row: int, column: int, text: str, ink: str = "text", icon: str = "", struck: bool = False) -> None:
        """Fill a cell; `ink` is a colour of the theme, always beside a word or an icon that says the same."""
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        item.setForeground(theme().color(ink))
        if icon:
            item.setIcon(theme().icon(icon, ink, 16))
        if struck:
            font = item.font()
            font.setStrikeOut(True)
            item.setFont(font)
        self.setItem(row, column, item)

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Two columns: what something is called, and what it is."""
        self.setRowCount(len(pairs))
        for row, (name, value) in enumerate(pairs):
            self.put(row, 0, name, "text2")
            self.put(row, 1, value)
        self.finish()

    def texts(self) -> list[list[str]]:
        """All cells as they are read."""
        return [
            [
                item.text() if (item := self.item(row, column)) is not None else ""
                for column in range(self.columnCount())
            ]
            for row in range(self.rowCount())
        ]

    def finish(self) -> None:
        """Give the rows the height their texts need."""
        self.resizeRowsToContents()
        for row in range(self.rowCount()):
            self.setRowHeight(row, max(self.rowHeight(row) + 4, 30))
        self._finished = True
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, or that there are none; nothing as long as nobody has looked."""
        super().paintEvent(event)
        if self._finished and not self.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme().color("text2"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(12, 8, -12, -8), flags, self._none)
