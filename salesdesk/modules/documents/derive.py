"""Recomputes what follows from versions, loans and performance: number of files, who has it, what was performed of a contract."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.modules.documents import texts
from salesdesk.persistence.work import Work

AMONG = "IN (SELECT value FROM json_each(?))"


def derive(work: Work, changes: Changes) -> None:
    """The derived columns of every document and contract this operation concerns."""
    files = _of(work, changes, "document_file", "document") | set(changes.of("document"))
    loans = _of(work, changes, "document_loan", "document")
    contracts = _of(work, changes, "contract_event", "contract") | set(changes.of("contract"))
    if files:
        work.execute(
            "UPDATE document SET files = (SELECT count(*) FROM document_file f WHERE f.document = document.uid AND f.void = 0)"
            f" WHERE uid {AMONG}",
            (json.dumps(sorted(files)),),
        )
        texts.refresh(work, sorted(files))
    if loans or changes.of("document"):
        work.execute(
            "UPDATE document SET lent_to = (SELECT l.borrower FROM document_loan l WHERE l.document = document.uid"
            f" AND l.state = 'lent' AND l.void = 0 ORDER BY l.rowid DESC LIMIT 1) WHERE uid {AMONG}",
            (json.dumps(sorted(loans | set(changes.of("document")))),),
        )
    if contracts:
        live = "FROM contract_event e WHERE e.contract = contract.uid AND e.void = 0"
        work.execute(
            f"UPDATE contract SET performed = (SELECT coalesce(sum(e.amount), 0) {live} AND e.kind = 'performance'),"
            f" breaches = (SELECT count(*) {live} AND e.kind = 'breach' AND e.settled_on IS NULL) WHERE uid {AMONG}",
            (json.dumps(sorted(contracts)),),
        )


def _of(work: Work, changes: Changes, entity: str, link: str) -> set[str]:
    """What the touched rows point at, and pointed at before."""
    uids = changes.of(entity)
    if not uids:
        return set()
    now = work.column(f'SELECT DISTINCT "{link}" FROM "{entity}" WHERE uid {AMONG}', (json.dumps(list(uids)),))
    before = [values[link] for _, _, values in work.befores((entity,)) if link in values]
    return {str(uid) for uid in (*now, *before) if uid}
