"""Looks at what other PCs wrote once it is in: search keys made for it, and whatever no PC could see alone told as cases."""

from __future__ import annotations

from salesdesk.persistence import merged
from salesdesk.persistence.database import Database
from salesdesk.persistence.work import Work
from salesdesk.services.module import Registry
from salesdesk.services.sync import cases


def look_at_what_came(database: Database, registry: Registry) -> None:
    """Make the search keys of what came and note its cases; also what a round that was killed left.

    Rules that were broken are looked at each time: what was done here since may have mended them. Looking takes long after a
    large merge, so nobody waits for it; only the noting is a transaction.
    """
    with database.read() as reader:
        left, (asked, doubted) = merged.unseen(reader), cases.of_rules(reader)
    if not left.upto and not asked:
        return
    merged.make_keys(database, left)
    touched = {e: left.touched.get(e, frozenset()) | doubted.get(e, set()) for e in (*left.touched, *doubted)}
    today = database.clock.now().date().isoformat()
    with database.read() as reader:
        view = Work(reader.connection, reader.schema, database.clock, "")
        found = cases.judge(view, registry, touched, today)
    if not left.upto and asked <= {cases.key_of(one) for one in found}:
        return
    with database.local() as work:
        cases.note(work, touched, found)
        if left.upto:
            merged.looked_at(work, left)
