"""The same thing made on two PCs: found after a merge by the keys each register declares, asked about, never refused."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.persistence.reading import Reader
from salesdesk.services.alike import Likeness, apart_from, parts_of, twins
from salesdesk.services.duplicates import SURE

_SIGN = "|"
SHARING = (
    "SELECT DISTINCT a.uid FROM json_each(?) j CROSS JOIN alike_key a ON a.uid = j.value AND a.entity = ? WHERE EXISTS ("
    "SELECT 1 FROM alike_key b WHERE b.entity = a.entity AND b.kind = a.kind AND b.key = a.key AND b.uid != a.uid)"
    " ORDER BY a.uid"
)
"""Those of some records that have a key together with another: by far the fewest, and only they are looked at closely."""


def found_after(reader: Reader, one: Likeness, changes: Changes) -> list[tuple[str, str, str, str, list[str]]]:
    """Cases (kind, entity, uid, field, others) of touched records that are likely the same as one made on another PC."""
    key = one.entity.key
    uids = set(changes.of(key))
    for part in one.parts:
        uids.update(
            reader.column(
                f'SELECT DISTINCT "{part.parent_key}" FROM "{part.key}" WHERE uid IN (SELECT value FROM json_each(?))',
                (json.dumps(sorted(changes.of(part.key))),),
            )
        )
    found: dict[str, tuple[str, str, str, str, list[str]]] = {}
    for uid in reader.column(SHARING, (json.dumps(sorted(uids)), key)):
        row = reader.get(one.entity, uid)
        if row is None or row["void"]:
            continue
        for twin in twins(reader, one, one.keys(row, parts_of(reader, one, uid)), uid):
            if twin.score >= SURE and reader.made_by(uid) != reader.made_by(twin.uid):
                first, other = sorted((uid, twin.uid))  # the older one first, for uids sort as made
                field = f"{other}{_SIGN}{one.told(twin.keys)}"
                found[first + other] = ("twin", key, first, field, [other])
    return list(found.values())


def why(field: str) -> str:
    """By what they look alike."""
    return field.partition(_SIGN)[2]


def recount(reader: Reader, entity: str, uid: str, field: str) -> list[str]:
    """The other record of a case while both are in use and nobody has said that they are two."""
    other = field.partition(_SIGN)[0]
    live = reader.value(f'SELECT count(*) FROM "{entity}" WHERE uid IN (?, ?) AND void = 0', (uid, other))
    return [other] if live == 2 and other not in apart_from(reader, uid) else []
