"""Customers to tick in a table of sums."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.kit.row_table import RowTable


class CheckTable(RowTable):
    """Rows with a box each: Space or a click on the first column ticks."""

    def __init__(self, name: str, titles: Sequence[str], numbers: Sequence[int]) -> None:
        super().__init__(name, titles, numbers, ticking=True)
        self.clicked.connect(lambda index: self._toggle([index.row()]) if index.column() == 0 else None)

    def show_rows(self, texts: Sequence[Sequence[str]], marks: Sequence[bool]) -> None:
        """Show other rows with their ticks."""
        self.rows.put(texts, marks)
        if texts:
            self.setCurrentIndex(self.rows.index(0, 0))

    def ticks(self) -> list[bool]:
        """Whether each row is ticked."""
        return list(self.rows.marks)

    def check_all(self, on: bool) -> None:
        """Tick or untick all."""
        self._set(range(len(self.rows.marks)), on)

    def _toggle(self, rows: list[int]) -> None:
        if rows:
            self._set(rows, not self.rows.marks[rows[0]])

    def _set(self, rows: Sequence[int], on: bool) -> None:
        for row in rows:
            self.rows.marks[row] = on
        if self.rows.marks:
            self.rows.dataChanged.emit(self.rows.index(0, 0), self.rows.index(len(self.rows.marks) - 1, 0))
        self.ticked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._toggle(sorted({i.row() for i in self.selectedIndexes()}))
            return
        super().keyPressEvent(event)
