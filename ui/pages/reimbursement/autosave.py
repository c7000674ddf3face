"""Keeps a half-typed claim in the data file within two seconds, so that a crash loses at most the cell in hand."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from salesdesk.desk import Desk
from salesdesk.services.drafts import SavedDraft
from ui.kit.ops import Ops
from ui.pages.reimbursement.claim_draft import ClaimDraft

AFTER_MS = 900
ENTITY = "expense_claim"


class Autosave(QObject):
    """Watches one claim."""

    kept = Signal(str)  # "10:24:31"

    def __init__(self, claim: ClaimDraft, ops: Ops, parent: QObject) -> None:
        super().__init__(parent)
        self._claim, self._ops = claim, ops
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.flush)

    def touch(self) -> None:
        """Something changed; writing waits a moment, never longer than the first change's."""
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Write now."""
        self._timer.stop()
        claim = self._claim
        if claim.empty:
            self.drop()
            return
        key, title, payload, drafts = claim.draft.key, claim.title, claim.draft.snapshot(), self._ops.desk.drafts
        self._ops.write(lambda: drafts.keep(key, ENTITY, title, payload), self._kept, self._failed)

    def _kept(self, at: str) -> None:
        self.kept.emit(at[11:19])

    def _failed(self, error: BaseException) -> None:
        self._timer.start()

    def drop(self) -> None:
        """Stored by a verb, or given up: nothing of this claim is left to recover."""
        self._timer.stop()
        key, uid, desk = self._claim.draft.key, self._claim.draft.uid, self._ops.desk
        self._ops.write(lambda: forget(desk, key, uid))


def forget(desk: Desk, key: str, uid: str) -> None:
    """Drop one draft, and every other one of the same stored claim."""
    for kept in unfinished(desk):
        if kept.uid == key or (uid and kept.payload.get("uid") == uid):
            desk.drafts.drop(kept.uid)


def unfinished(desk: Desk) -> list[SavedDraft]:
    """Claims a crash or a closed window left behind, the latest first."""
    return [kept for kept in desk.drafts.all(ENTITY) if "values" in kept.payload]
