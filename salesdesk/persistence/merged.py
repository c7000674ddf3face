"""What a merge leaves to be done once it is through: search keys and the like of the records it touched, made once for each.

A mark in the data file says from which change on that is still to do, so that neither a kill nor a closed window forgets it.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from salesdesk.domain.changes import Changes
from salesdesk.persistence.database import Database
from salesdesk.persistence.merging import UNSEEN
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work

KEYED_AT_ONCE = 200
"""Records whose keys are made in one transaction: whoever saves meanwhile waits for one of them at most."""
BREATH_S = 0.002
"""Rest between two of them; the lock by itself gives its turn to nobody in particular."""
_CAME = "change c JOIN operation o ON o.id = c.op WHERE c.id > ? AND o.device != (SELECT device FROM now)"


class Unseen(NamedTuple):
    """Work of other PCs that came in and was not looked at since. upto: local id of its newest change."""

    touched: dict[str, frozenset[str]]
    upto: int = 0


def unseen(reader: Reader) -> Unseen:
    """The records of known kinds which others' work touched since it was last looked at."""
    since = reader.value("SELECT value FROM meta WHERE key = ?", (UNSEEN,))
    if since is None:
        return Unseen({})
    upto = reader.newest_change()
    touched: dict[str, set[str]] = {}
    for entity, uid in reader.tuples(f"SELECT DISTINCT c.entity, c.uid FROM {_CAME} AND c.id <= ?", (int(since), upto)):
        if entity in reader.schema.entities:
            touched.setdefault(entity, set()).add(uid)
    return Unseen({entity: frozenset(uids) for entity, uids in touched.items()}, upto)


def make_keys(database: Database, left: Unseen) -> None:
    """Make what merges left to be made of these records, a few at a time; entry goes on meanwhile. Twice is once."""
    for entity, uids in left.touched.items():
        some = sorted(uids)
        for at in range(0, len(some), KEYED_AT_ONCE):
            part = Changes(0, "", {entity: frozenset(some[at : at + KEYED_AT_ONCE])})
            with database.local() as work:
                for hook in database.keying:
                    hook(work, part)
            time.sleep(BREATH_S)


def unpark(database: Database) -> int:
    """After an upgrade: set every parked record to what the log says of it; how many found their whole place."""
    with database.read() as reader:
        parked = reader.tuples("SELECT entity, uid FROM parked ORDER BY entity, uid")
    known: dict[str, list[str]] = {}
    for entity, uid in parked:
        if entity in database.schema.entities:
            known.setdefault(entity, []).append(uid)
    if not known:
        return 0
    with database.merging("升级以后补上", logged=False) as merger:
        told = [(entity, uid) for entity, uids in known.items() for uid in uids]
        merger.work.execute_many("DELETE FROM parked WHERE entity = ? AND uid = ?", told)
        merger.recompute(known)  # parks again what it still does not know
        left = int(merger.work.value("SELECT count(*) FROM parked"))
    return len(parked) - left


def looked_at(work: Work, left: Unseen) -> None:
    """Everything up to there was looked at; what another program took in meanwhile still is to be."""
    work.execute("UPDATE meta SET value = ? WHERE key = ?", (str(left.upto), UNSEEN))
    work.execute(f"DELETE FROM meta WHERE key = ? AND NOT EXISTS (SELECT 1 FROM {_CAME})", (UNSEEN, left.upto))
