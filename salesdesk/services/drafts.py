"""What is being typed, kept on disk while it is typed, so that a crash loses at most one cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from salesdesk.domain.clock import stamp
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence.reading import MERGED_INTO

if TYPE_CHECKING:
    from salesdesk.persistence.database import Database
    from salesdesk.persistence.reading import Reader


class SavedDraft(NamedTuple):
    """An unfinished form found on disk."""

    uid: str
    entity: str
    title: str
    payload: dict[str, Any]
    saved_at: str


class Drafts:
    """Unfinished forms of this PC; local, never shipped, no log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, uid: str, entity: str, title: str, payload: dict[str, Any]) -> str:
        """Write the state of one form; returns the stamp of the save. Raises EnvironmentFault, which says that it is a draft."""
        at = stamp(self._database.clock.now())
        try:
            with self._database.local() as work:
                work.execute(
                    "INSERT INTO draft(uid, entity, title, payload, saved_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT(uid)"
                    " DO UPDATE SET title = excluded.title, payload = excluded.payload, saved_at = excluded.saved_at",
                    (uid, entity, title, json.dumps(payload, ensure_ascii=False), at),
                )
        except EnvironmentFault as fault:
            raise EnvironmentFault(f"正在填的单子没能存成草稿（{fault.message}）", fault.cure) from fault
        return at

    def drop(self, uid: str) -> None:
        """Forget a form that was saved or given up."""
        with self._database.local() as work:
            work.execute("DELETE FROM draft WHERE uid = ?", (uid,))

    def all(self, entity: str | None = None) -> list[SavedDraft]:
        """Unfinished forms, the latest first."""
        with self._database.read() as reader:
            found = reader.rows(
                "SELECT uid, entity, title, payload, saved_at FROM draft WHERE ? IS NULL OR entity = ? ORDER BY saved_at DESC",
                (entity, entity),
            )
            moved = _moved(reader) if found else {}
        return [
            SavedDraft(r["uid"], r["entity"], r["title"], json.loads(_followed(r["payload"], moved)), r["saved_at"])
            for r in found
        ]


def _moved(reader: Reader) -> dict[str, str]:
    """Uids of merged records and of those that stand for them now: a draft is no shared record and was not relinked."""
    found = {}
    for entity in reader.schema.entities.values():
        if MERGED_INTO in entity.by_key:
            for uid in reader.column(f'SELECT uid FROM "{entity.key}" WHERE {MERGED_INTO} IS NOT NULL AND void = 1'):
                found[uid] = reader.merged_into(entity, uid) or uid
    return found


def _followed(payload: str, moved: dict[str, str]) -> str:
    for uid, into in moved.items():
        if uid in payload:
            payload = payload.replace(uid, into)
    return payload
