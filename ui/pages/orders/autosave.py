"""Keeps what is typed in the data file within two seconds, so that a crash loses at most the cell in hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from salesdesk.services.drafts import SavedDraft
from ui.kit.ops import Ops
from ui.pages.orders.order_draft import OrderDraft

AFTER_MS = 900
ENTITY = "sales_order"


class Autosave(QObject):
    """Watches one order."""

    kept = Signal(str)  # "10:24:31"
    failed = Signal(str)

    def __init__(self, order: OrderDraft, ops: Ops, parent: QObject) -> None:
        super().__init__(parent)
        self._order, self._ops = order, ops
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.flush)

    def touch(self) -> None:
        """Something changed; writing waits a moment, but never longer than the first change's moment."""
        if not self._timer.isActive():
            self._timer.start()

    @property
    def waiting(self) -> bool:
        """Whether a change is not on disk yet."""
        return self._timer.isActive()

    def flush(self) -> None:
        """Write now."""
        self._timer.stop()
        order = self._order
        if order.empty and not order.draft.uid:
            self.drop()
            return
        key, title, payload = order.draft.key, order.title, payload_of(order)
        drafts = self._ops.desk.drafts
        self._ops.write(lambda: drafts.keep(key, ENTITY, title, payload), self._kept, self._failed)

    def _kept(self, at: str) -> None:
        self.kept.emit(at[11:19])

    def _failed(self, error: BaseException) -> None:
        self.failed.emit(str(error))
        self._timer.start()

    def drop(self) -> None:
        """Stored by a verb, or given up: nothing is left to recover."""
        self._timer.stop()
        key, drafts = self._order.draft.key, self._ops.desk.drafts
        self._ops.write(lambda: drafts.drop(key))


def payload_of(order: OrderDraft) -> dict[str, Any]:
    """What is kept of an order."""
    return {**order.draft.snapshot(), "amending": order.amending}


def unfinished(ops: Ops) -> list[SavedDraft]:
    """Orders a crash or a closed window left behind, the latest first."""
    return ops.desk.drafts.all(ENTITY)
