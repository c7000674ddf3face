"""Changes of a form's head as steps on the undo stack it shares with its lines."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand, QUndoStack

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Row


class HeaderSteps:
    """Runs changes of a head, each one step however many fields followed; the lines of the draft stay out of them.

    `draft` tells the draft of the moment; `show` is called after each change, also one taken back or made again.
    """

    def __init__(self, draft: Callable[[], Draft], stack: QUndoStack, show: Callable[[], None]) -> None:
        self._draft, self._stack, self._show = draft, stack, show

    def change(self, title: str, act: Callable[[], object]) -> bool:
        """Run `act` as one undoable step; False when it changed nothing."""
        before = self._kept()
        act()
        after = self._kept()
        if before == after:
            return False
        self._stack.push(_Step(self, title, before, after))
        self._show()
        return True

    def put_back(self, kept: Row) -> None:
        """Set the head as a step remembers it."""
        draft = self._draft()
        draft.values = dict(kept["values"])
        draft.typed = {**{k: v for k, v in draft.typed.items() if k.startswith("lines/")}, **kept["typed"]}
        draft.changed = True
        self._show()

    def _kept(self) -> Row:
        draft = self._draft()
        typed = {k: v for k, v in draft.typed.items() if not k.startswith("lines/")}
        return {"values": dict(draft.values), "typed": typed}


class _Step(QUndoCommand):
    def __init__(self, steps: HeaderSteps, title: str, before: Row, after: Row) -> None:
        super().__init__(title)
        self._steps, self._before, self._after, self._fresh = steps, before, after, True

    def redo(self) -> None:
        if not self._fresh:  # pushing calls redo, and the change is made already
            self._steps.put_back(self._after)
        self._fresh = False

    def undo(self) -> None:
        self._steps.put_back(self._before)
