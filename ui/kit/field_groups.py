"""The fields of a form under their headings, laid out in columns; what there is nothing to show of takes no room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.kit.field_box import FieldBox, packed
from ui.kit.pick_edit import widget_of
from ui.kit.widgets import label, rule

MOST_COLUMNS = 4


class _Group(NamedTuple):
    rule: QWidget
    heading: QWidget | None
    grid: QGridLayout
    boxes: Sequence[FieldBox]


class FieldGroups:
    """All groups of one form, from above."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []

    def add(self, parent: QWidget, column: QVBoxLayout, title: str, boxes: Sequence[FieldBox]) -> None:
        """One more group at the end of a column."""
        line, heading = rule(), label(title, "grid", bold=True) if title else None
        column.addWidget(line)
        if heading is not None:
            column.addWidget(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        for box in boxes:
            box.setParent(parent)
        self._groups.append(_Group(line, heading, grid, boxes))
        column.addLayout(grid)

    def arrange(self, told: Sequence[FieldBox], columns: int) -> None:
        """Show these fields in so many columns, wide ones over two, notes over a whole line; a group of none is left out."""
        first = True
        for group in self._groups:
            boxes = [box for box in group.boxes if box in told]
            for box in group.boxes:
                group.grid.removeWidget(box)
                box.setVisible(box in boxes)
            group.rule.setVisible(bool(boxes) and not first)
            if group.heading is not None:
                group.heading.setVisible(bool(boxes))
            first = first and not boxes
            before: QWidget | None = None
            for box, line, at, span in packed(boxes, columns):
                group.grid.addWidget(box, line, at, 1, span)
                if before is not None:
                    QWidget.setTabOrder(before, widget_of(box.editor))
                before = widget_of(box.editor)
            for n in range(MOST_COLUMNS):
                group.grid.setColumnStretch(n, 1 if n < columns else 0)
                group.grid.setColumnMinimumWidth(n, 1 if n < columns else 0)
