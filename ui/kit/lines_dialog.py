"""A dialog whose answer is typed into given lines: what leaves today, what was counted, which debts are settled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from salesdesk.domain.draft import Draft
from salesdesk.domain.problems import Problem
from ui.kit.dialogs import StepQuestion
from ui.kit.lines_grid import LinesGrid
from ui.kit.lines_grid_model import GridColumn
from ui.kit.widgets import Card


class LinesDialog(StepQuestion):
    """Draft and grid of the lines, and the way from what the verb refused back to where it was typed.

    sent: for each line of the verb's arguments the line of the grid it was made from.
    """

    draft: Draft
    grid: LinesGrid
    sent: Sequence[int] = ()

    def set_lines(self, draft: Draft, columns: tuple[GridColumn, ...], name: str, height: int) -> None:
        """Make the grid; lines are neither added nor taken away. `show_lines` puts it into the dialog."""
        self.draft = draft
        self.grid = LinesGrid(draft, columns)
        self.grid.lines.set_growing(False)
        self.grid.setAccessibleName(name)
        self.grid.setMinimumHeight(height)

    def show_lines(self) -> None:
        """Add the grid to the body; it takes the room that is left."""
        card = Card(margins=(1, 1, 1, 1))
        card.body.addWidget(self.grid)
        self.body.addWidget(card, 1)

    def readable(self) -> bool:
        """Whether everything typed can be read; what cannot is said and shown."""
        self.grid.settle()
        unreadable = self.draft.problems()
        if unreadable:
            self.refuse(unreadable)
            self.grid.locate(unreadable[0].path)
        return not unreadable

    def go_to(self, problem: Problem) -> bool:
        """Go to the line a problem of the verb speaks of; False when it speaks of none."""
        entity, _, rest = problem.path.partition("/")
        line, _, key = rest.partition("/")
        if entity != "lines" or not line.isdigit() or int(line) >= len(self.sent) or not key or "/" in key:
            return False
        self.grid.locate(f"lines/{self.sent[int(line)]}/{key}")
        return True


def space(event: QEvent) -> bool:
    """Whether somebody pressed Space alone."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return False
    return event.key() == Qt.Key.Key_Space and not event.modifiers()
