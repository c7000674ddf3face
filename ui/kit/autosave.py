"""Keeps what is typed in the data file within two seconds, so that a crash loses at most the cell in hand."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from salesdesk.desk import Desk
from salesdesk.domain.draft import Draft
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.services.drafts import SavedDraft
from ui.kit.ops import Fault, Ops

AFTER_MS = 900


class Typed(Protocol):
    """One open record while it is typed."""

    draft: Draft

    @property
    def title(self) -> str:
        """What the draft is called on disk."""
        ...

    @property
    def blank(self) -> bool:
        """Whether nothing worth keeping was typed."""
        ...

    def payload(self) -> dict[str, Any]:
        """What is kept of it."""
        ...


class Autosave(QObject):
    """Watches one open record of an entity."""

    kept = Signal(str)  # "10:24:31"; "" when it could not be kept, which is told and tried again

    def __init__(self, entity: str, typed: Typed, ops: Ops, parent: QObject) -> None:
        super().__init__(parent)
        self._entity, self._typed, self._ops = entity, typed, ops
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self._failing = False

    def touch(self) -> None:
        """Something changed; writing waits a moment, but never longer than the first change's moment."""
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Write now."""
        self._timer.stop()
        typed = self._typed
        if typed.blank:
            self.drop()
            return
        key, title, payload, drafts = typed.draft.key, typed.title, typed.payload(), self._ops.desk.drafts
        self._ops.write(lambda: drafts.keep(key, self._entity, title, payload), self._kept, self._failed)

    def _kept(self, at: str) -> None:
        self._failing = False
        self.kept.emit(at[11:19])

    def _failed(self, error: BaseException) -> None:
        self._timer.start()
        self.kept.emit("")
        if self._failing:
            return
        self._failing = True
        if isinstance(error, EnvironmentFault):
            self._ops.faulted.emit(Fault(error, self.flush))
        else:
            self._ops.crashed.emit(error)

    def drop(self) -> None:
        """Stored by a verb, or given up: nothing of this record is left to recover."""
        self._timer.stop()
        key, uid, desk, entity = self._typed.draft.key, self._typed.draft.uid, self._ops.desk, self._entity
        self._ops.write(lambda: forget(desk, entity, key, uid))


def forget(desk: Desk, entity: str, key: str, uid: str) -> None:
    """Drop one draft, and every other one of the same stored record."""
    for kept in unfinished(desk, entity):
        if kept.uid == key or (uid and kept.payload.get("uid") == uid):
            desk.drafts.drop(kept.uid)


def unfinished(desk: Desk, entity: str) -> list[SavedDraft]:
    """Records a crash or a closed window left behind half typed, the latest first."""
    return [kept for kept in desk.drafts.all(entity) if "values" in kept.payload]
