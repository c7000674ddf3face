"""The base of the dialogs of the supplies desk: lines are typed, one verb is asked, what it refuses is shown where it was typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.services.module import Outcome
from ui.kit.editor_base import Editor
from ui.kit.lines_dialog import LinesDialog
from ui.kit.messages import ask_reason_only
from ui.kit.page import PageContext
from ui.kit.pick_edit import widget_of


class SupplyLines(LinesDialog):
    """`verb` is asked with `args()`; `ask` is the title under which a reason is asked for."""

    verb = ""
    ask = "要继续，请写明原因"

    def __init__(self, context: PageContext, parent: QWidget | None, title: str, yes: str, width: int = 860) -> None:
        super().__init__(parent or context.window, title, yes=yes, width=width)
        self.context, self.desk = context, context.desk
        self.editors: dict[str, Editor] = {}
        self.made = ""

    def args(self) -> dict[str, Any]:
        """Wire arguments of the verb; `sent` is set to the lines they were made of."""
        raise NotImplementedError

    def answer(self, reason: str = "") -> None:
        """Ask the verb; what is refused is told here and the dialog stays."""
        if not self.readable():
            return
        args = self.args() | ({"reason": reason} if reason else {})
        self.context.ops.run(self.verb, args, self._made, self._refused, self.yes)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        reason = ask_reason_only(self, self.ask, problems)
        if reason is not None:
            self.answer(reason)
            return
        self.banner.say("err", summary(list(problems)))
        for one in problems:
            if self.go_to(one):
                return
            if one.path in self.editors:
                widget_of(self.editors[one.path]).setFocus()
                return

    def _made(self, outcome: Outcome) -> None:
        self.made = outcome.uid
        self.accept()


def ask_lines(dialog: SupplyLines) -> str:
    """Run a dialog; returns the uid of what was made, "" when given up."""
    made = dialog.made if dialog.exec() == SupplyLines.DialogCode.Accepted else ""
    dialog.deleteLater()
    return made


def put_lines(dialog: SupplyLines, lines: list[Row]) -> None:
    """Show other lines."""
    dialog.grid.lines.beginResetModel()
    dialog.draft.lines[:] = lines
    dialog.draft.typed.clear()
    dialog.grid.lines.endResetModel()
    dialog.grid.fit_columns()
