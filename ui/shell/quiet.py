"""Lets subjects do in small batches what can wait, such as reading files for the search, while nothing else is to be done."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from salesdesk.services.module import Module, Outcome

if TYPE_CHECKING:
    from ui.kit.syncer import Syncer

log = logging.getLogger(__name__)
FIRST_MS = 5000
"""After the start."""
AFTER_MS = 1500
"""After something was done here or came from another PC."""
NEXT_MS = 50
"""Between two batches: whatever the clerk asked for meanwhile goes first."""


class QuietMoments(QObject):
    """Lives in the window; `window` is the shell's Window. What goes wrong is tried again after the next change."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window, self._desk, self._ops = window, window.desk, window.ops
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.begin)
        self._ops.committed.connect(self._changed)
        window.context.syncer_made.connect(self._watch)
        self._timer.start(FIRST_MS)

    @property
    def coming(self) -> bool:
        """Whether it will look soon."""
        return self._timer.isActive()

    def _watch(self, syncer: Syncer) -> None:
        syncer.merged.connect(self._changed)

    def _changed(self, changes: object) -> None:
        self._timer.start(AFTER_MS)

    def begin(self) -> None:
        """Look whether there is anything to do, now if nothing else is on its way."""
        if not self._window.isVisible():
            return
        if not self._ops.idle:
            self._timer.start(AFTER_MS)
            return
        self._ops.read(self._waiting, self._do, token="quiet", failed=self._failed)

    def _waiting(self) -> str:
        """The verb of the first subject that has something to do, "" for none."""
        may = self._window.context.may
        module: Module
        for module in self._desk.registry.modules:
            one = module.actions.quiet
            if one is not None and may(one.verb):
                with self._desk.read() as reader:
                    if one.waiting(reader):
                        return one.verb
        return ""

    def _do(self, verb: str) -> None:
        if verb:
            self._ops.write(partial(self._desk.do, verb), self._went_on, self._failed)

    def _went_on(self, outcome: Outcome) -> None:
        if outcome.data["left"] and outcome.data["read"]:
            self._timer.start(NEXT_MS)

    def _failed(self, error: BaseException) -> None:
        log.info("nothing was done in a quiet moment: %s", error)
