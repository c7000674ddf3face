"""Keeps a half-typed form on disk and offers it again after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer

from salesdesk.desk import Desk
from salesdesk.domain.draft import Draft
from salesdesk.domain.fields import Entity
from salesdesk.services.drafts import SavedDraft
from ui.kit.notices import Banner
from ui.kit.ops import Ops

KEEP_AFTER_MS = 1500
"""What is typed is on disk this long after the first key since the last time."""


class KeptForm(Protocol):
    """What a form must tell to have its draft kept."""

    desk: Desk
    ops: Ops
    entity: Entity
    draft: Draft
    dirty: bool
    read_only: bool
    banner: Banner

    @property
    def title(self) -> str: ...

    def payload(self) -> dict[str, Any]: ...

    def restore(self, payload: Mapping[str, Any]) -> None: ...


class DraftKeeper(QObject):
    """Writes the draft of one form beside the window, never more often than needed."""

    def __init__(self, form: KeptForm, parent: QObject) -> None:
        super().__init__(parent)
        self._form = form
        self._drafts = form.desk.drafts
        self._found: SavedDraft | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(KEEP_AFTER_MS)
        self._later.timeout.connect(self.keep)

    def soon(self) -> None:
        """Something was typed."""
        if not self._later.isActive():
            self._later.start()

    def stop(self) -> None:
        """Nothing is left to be kept."""
        self._later.stop()

    def keep(self) -> None:
        """Write what is typed now."""
        self._later.stop()
        form = self._form
        if form.dirty:
            key, entity, payload, drafts = form.draft.key, form.entity.key, form.payload(), self._drafts
            title = str(form.draft.get(form.entity.naming) or "") or form.title
            form.ops.write(lambda: drafts.keep(key, entity, title, payload))

    def forget(self) -> None:
        """The form was saved or given up."""
        self._later.stop()
        self._drop(self._form.draft.key)

    def _drop(self, key: str) -> None:
        drafts = self._drafts
        self._form.ops.write(lambda: drafts.drop(key))

    def offer(self) -> bool:
        """Say when an unfinished form of this register lies on the disk; True when there is one."""
        form = self._form
        if form.dirty or form.read_only:
            return False
        mine = form.draft.key
        found = [d for d in self._drafts.all(form.entity.key) if d.uid != mine and "form" in d.payload]
        if self._found is not None:
            found = [d for d in found if d.uid != self._found.uid]
        if not found:
            return False
        self._found = kept = found[0]
        more = f"（另有 {len(found) - 1} 份更早的）" if len(found) > 1 else ""
        at = kept.saved_at[5:16].replace("T", " ")
        form.banner.say(
            "warn",
            f"上次有一份没保存的{form.entity.title}「{kept.title}」，停在 {at}{more}",
            (("接着填", self.recover), ("不要了", self.drop_found)),
        )
        return True

    def recover(self) -> None:
        """Go on with the unfinished form."""
        if self._found is not None:
            self._form.restore(self._found.payload)
            self._found = None

    def drop_found(self) -> None:
        """Throw the unfinished form away, and offer the next one."""
        if self._found is not None:
            self._drop(self._found.uid)
            self._form.banner.hide()
            self.offer()
