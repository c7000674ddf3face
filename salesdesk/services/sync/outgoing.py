"""What this PC has to tell: its own operations that are in no segment yet, packed, sealed and kept before they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from salesdesk.persistence.chain import CHANGES_OF, LINKED, UNDONE
from salesdesk.persistence.database import Database
from salesdesk.persistence.merging import Arrived
from salesdesk.persistence.migrate import newest
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.persistence.writings import Log
from salesdesk.services.sync import segments
from salesdesk.services.sync.crypto import WorkspaceKey

MOST_CHANGES = 2000
"""Changes in one segment; only a single larger operation makes a larger one."""


def waiting(reader: Reader) -> int:
    """How many own operations are in no published segment."""
    return int(
        reader.value(
            "SELECT n - coalesce((SELECT max(last) FROM segment WHERE device = now.device AND published = 1), 0) FROM now"
        )
    )


def seal_all(database: Database, key: WorkspaceKey, told: Mapping[str, Any], alive: bool = False) -> int:
    """Put all own operations into sealed segments, kept in this file; returns how many new ones there are.

    Sealed bytes never change again, so that trying to publish twice puts the same file there. alive: also say that this
    PC is there when it has nothing to tell.
    """
    made = 0
    while True:
        with database.local() as work:
            device = str(work.value("SELECT device FROM now"))
            last = work.row("SELECT idx, last, hash FROM segment WHERE device = ? ORDER BY idx DESC LIMIT 1", (device,))
            idx, after, before = (last["idx"], last["last"], last["hash"]) if last else (0, 0, "")
            operations = list(_next(work, device, after))
            if not operations and not alive:
                return made
            alive = False
            span = (after + 1, operations[-1].n if operations else after)
            data = segments.encode(key, newest(), device, idx + 1, span, before, operations, told)
            work.execute(
                "INSERT INTO segment(device, idx, first, last, hash, data) VALUES (?, ?, ?, ?, ?, ?)",
                (device, idx + 1, *span, segments.digest(data), data),
            )
            made += 1


def _next(work: Work, device: str, after: int) -> Iterator[Arrived]:
    """The next own operations, as many as make one segment."""
    log = Log(work)
    changes = 0
    for op in work.connection.execute(
        f"SELECT o.id, o.n, o.hlc, o.title, o.verb, o.operator, o.role, o.at, o.reason, {UNDONE}, o.chain, o.seen"
        f" FROM {LINKED} WHERE o.device = ? AND o.n > ? ORDER BY o.n",
        (device, after),
    ):
        told = work.tuples(CHANGES_OF, (op[0],))
        if changes and changes + len(told) > MOST_CHANGES:
            return
        changes += len(told)
        undoes = None if op[9] is None else (op[9], op[10])
        yield Arrived._make((device, *op[1:9], undoes, op[11], log.seen(op[12]), told))
        if changes >= MOST_CHANGES:
            return
