"""Taking parts out of a page so that nothing of them stays in memory: PySide hears of the end only of what was made here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QLayout, QTableView
from shiboken6 import delete


def empty(layout: QLayout) -> None:
    """Take out all parts of a layout, and the widgets among them off the screen; `takeAt` alone leaves the place of each behind."""
    while (place := layout.takeAt(0)) is not None:
        widget = place.widget()
        delete(place)
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def heads(table: QTableView) -> QHeaderView:
    """Give a table heads made here, as it would make them itself: a signal of its own heads, once connected, is never let go."""
    made = QHeaderView(Qt.Orientation.Horizontal, table)
    made.setSectionsClickable(True)
    made.setHighlightSections(True)
    table.setHorizontalHeader(made)
    return made
