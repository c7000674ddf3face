"""Looks beside the window whether what is being typed is here already, and says so under the form before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer

from salesdesk.desk import Desk
from salesdesk.domain.draft import Draft
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity
from salesdesk.domain.problems import Problem
from ui.kit.ops import Ops
from ui.kit.problem_list import ProblemList

LOOK_AFTER_MS = 250
"""After the last key: long enough not to look at half a syllable, short enough to be there before the next field."""


class Typed(Protocol):
    """What a form must tell to be looked after."""

    desk: Desk
    ops: Ops
    entity: Entity
    draft: Draft
    problems: ProblemList
    read_only: bool

    @property
    def uid(self) -> str: ...

    def args(self) -> dict[str, Any]: ...

    def check(self) -> list[Problem]: ...


class TwinWatch(QObject):
    """Asks `<entity>.alike` where a register has it; its answers stand among the form's problems, each with 打开."""

    def __init__(self, form: Typed, parent: QObject) -> None:
        super().__init__(parent)
        self._form = form
        self._verb = f"{form.entity.key}.alike"
        self._on = self._verb in form.desk.registry.verbs and not form.read_only
        self._asked: Mapping[str, Any] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOOK_AFTER_MS)
        self._later.timeout.connect(self.look)

    def soon(self) -> None:
        """Something was typed."""
        if self._on:
            self._later.start()

    def stop(self) -> None:
        """Another record is shown."""
        self._later.stop()
        self._asked = {}

    def look(self) -> None:
        """Look now, unless nothing that can be read has changed since."""
        form, verb = self._form, self._verb
        unreadable = {p.path.split("/")[0] for p in form.check()}
        args = {k: v for k, v in form.args().items() if k not in unreadable and k != "seen"}
        if form.uid:
            args["uid"] = form.uid
        if args == self._asked:
            return
        self._asked, desk = args, form.desk

        def look() -> tuple[str, tuple[Problem, ...]]:
            try:
                return key, desk.do(verb, args).problems
            except Refused:
                return key, ()  # what cannot be read is told when it is saved

        key = form.draft.key
        form.ops.read(look, self._came, token=("twins", id(self)))

    def _came(self, found: tuple[str, tuple[Problem, ...]]) -> None:
        key, problems = found
        form = self._form
        if key == form.draft.key:
            others = [p for p in form.problems.problems if not p.about[1]]
            if problems or len(others) < len(form.problems.problems):
                form.problems.show_problems([*others, *problems])
