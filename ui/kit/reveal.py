"""Which records stand with their confidential data revealed: asked for by one key, kept in the log, covered again in time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from salesdesk.domain.masking import OPEN, Veil
from salesdesk.domain.problems import Problem, summary
from salesdesk.services.module import Outcome
from ui.kit.page import PageContext

KEYS = "Ctrl+E"
"""The key that reveals, wherever something is covered."""
TIP = f"显示完整内容（{KEYS}），会记下谁看的"
STILL_TYPING_MS = 20_000
"""While somebody types in a revealed record it is not covered under his hands; looked at again after this time."""


class Reveals(QObject):
    """The revealed records of one kind in one place of the window.

    changed(uid): this record is revealed now, or covered again. typing: whether the record is being changed just now.
    """

    changed = Signal(str)

    def __init__(
        self, context: PageContext, entity: str, parent: QObject, typing: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(parent)
        self._context, self.entity, self._typing = context, entity, typing
        self._asked: set[str] = set()
        self._timers: dict[str, QTimer] = {}

    @property
    def may(self) -> bool:
        """Whether whoever sits here may see everything."""
        return self._context.may(f"{self.entity}.reveal")

    def veil(self, uid: str) -> Veil:
        """What is covered of a record now; nothing of one that is not stored yet."""
        return OPEN if not uid or uid in self._timers else self._context.desk.settings.veil

    def shows(self, uid: str) -> bool:
        """Whether a record stands revealed."""
        return uid in self._timers

    def ask(self, uid: str) -> None:
        """Reveal a record; the verb writes down who asked."""
        known = f"{self.entity}.reveal" in self._context.desk.registry.verbs
        if not uid or not known or uid in self._timers or uid in self._asked:
            return
        if not self.may:
            self._context.toast("只读不能看完整的内容，请让内勤来看", tone="warn")
            return
        self._asked.add(uid)
        self._context.ops.run(f"{self.entity}.reveal", {"uid": uid}, self._came, self._refused)

    def _came(self, outcome: Outcome) -> None:
        self._asked.discard(outcome.uid)
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(partial(self._over, outcome.uid))
        timer.start(int(self._context.desk.settings.get("mask.minutes")) * 60_000)
        self._timers[outcome.uid] = timer
        self.changed.emit(outcome.uid)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._asked.clear()
        self._context.toast(summary(list(problems)), tone="warn")

    def _over(self, uid: str) -> None:
        if uid in self._timers and self._typing():
            self._timers[uid].start(STILL_TYPING_MS)
        else:
            self.cover(uid)

    def cover(self, uid: str) -> None:
        """Cover one record again."""
        timer = self._timers.pop(uid, None)
        if timer is not None:
            timer.stop()
            timer.deleteLater()
            self.changed.emit(uid)

    def cover_all(self, but: str = "") -> None:
        """Cover everything again, except one record: the page was left, or another record is shown."""
        for uid in [u for u in self._timers if u != but]:
            self.cover(uid)
