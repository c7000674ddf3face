"""A dialog of lines whose answer one verb takes: what it refuses is shown where it was typed, what wants a reason is asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import SENT, SENT_WORDS, ask_leave
from ui.kit.editor_base import Editor
from ui.kit.lines_dialog import LinesDialog
from ui.kit.page import PageContext
from ui.kit.pick_edit import widget_of


class VerbLines(LinesDialog):
    """`verb` is asked with `args()`; `ask` is the title under which a reason is asked for.

    editors: what stands above the lines, by the parameter of the verb it fills. made: uid of what was made.
    """

    verb = ""
    ask = "要继续，请写明原因"

    def __init__(self, context: PageContext, parent: QWidget | None, title: str, yes: str, width: int = 860) -> None:
        super().__init__(parent or context.window, title, yes=yes, width=width)
        self.context, self.desk = context, context.desk
        self.editors: dict[str, Editor] = {}
        self.made = ""
        self._given: dict[str, Any] = {}

    def args(self) -> dict[str, Any]:
        """Wire arguments of the verb; `sent` is set to the lines they were made of."""
        raise NotImplementedError

    def answer(self, leave: Mapping[str, str] | None = None) -> None:
        """Ask the verb; what is refused is told here and the dialog stays. leave: a reason, or who lets it pass."""
        if not self.readable():
            return
        self._given = self.args() | dict(leave or {})
        self.context.ops.run(self.verb, self._given, self._made, self._refused, self.yes)

    def locate(self, problem: Problem) -> bool:
        """Go to where a problem was typed; False when it is not of this dialog."""
        if self.go_to(problem):
            return True
        if problem.path in self.editors:
            widget_of(self.editors[problem.path]).setFocus()
            return True
        return False

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        leave = ask_leave(self.context.ops, self, self.ask, self.verb, self._given, problems)
        if leave:
            self.answer(leave)
            return
        if leave is SENT:
            self.banner.say("info", SENT_WORDS)
            return
        self.banner.say("err", summary(list(problems)))
        any(self.locate(one) for one in problems)

    def _made(self, outcome: Outcome) -> None:
        self.made = outcome.uid
        self.accept()


def ask_lines(dialog: VerbLines) -> str:
    """Run a dialog; returns the uid of what was made, "" when given up."""
    made = dialog.made if dialog.exec() == VerbLines.DialogCode.Accepted else ""
    dialog.deleteLater()
    return made


def put_lines(dialog: LinesDialog, lines: list[Row]) -> None:
    """Show other lines."""
    dialog.grid.lines.beginResetModel()
    dialog.draft.lines[:] = lines
    dialog.draft.typed.clear()
    dialog.grid.lines.endResetModel()
    dialog.grid.fit_columns()
