"""Which records may be the same thing twice: keys kept beside each record, so that finding a twin is one look into an index."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from salesdesk.domain.changes import Changes
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.masking import mask
from salesdesk.persistence.reading import MERGED_INTO, Reader
from salesdesk.persistence.work import Work
from salesdesk.services.history import ever

if TYPE_CHECKING:
    from salesdesk.persistence.database import Database

VERSION = "1"
"""Of the rules by which keys are made; another number has all keys made anew when the file is opened."""
FORMER = "former"
"""Key of the field that keeps how records merged into this one were called: the old names and codes still find it."""
SEPARATOR = "；"
CHUNK = 2000
MOST_TWINS = 6
"""Records looked at for one key; what more records share says nothing of any two of them."""

Key = tuple[str, str]
"""(sign, text): records with the same key show that sign."""


def merge_fields(entity: str) -> tuple[Field, Field]:
    """The two fields a record type needs to be merged."""
    return (
        Field(FORMER, "并入过的", Text(1000), search=True, fixed=True, wide=True, note="并入的名称和编码，照样搜得到"),
        Field(MERGED_INTO, "并入", Link(entity=entity, weak=True), fixed=True),
    )


class Sign(NamedTuple):
    """Why two records may be one. weight: how much it says alone, 0 to 100; path: the field it is about.

    covers: signs that follow from this one and are not told beside it. secret: the kind of secret its keys are; such a key
    is told under stars, so that it is recognised without being shown.
    """

    title: str
    weight: int
    path: str = ""
    covers: tuple[str, ...] = ()
    secret: str = ""


@dataclass(frozen=True)
class Likeness:
    """By what the records of one kind may be the same thing. Declared by the subject, used by save, import and the finder.

    keys: of a record and its child rows of the `parts`. near: the sign whose keys are also compared for one differing
    character, which is told as the sign "near". telling: the sign of which two different keys say that records are two.
    """

    entity: Entity
    signs: Mapping[str, Sign]
    keys: Callable[[Row, Sequence[Row]], set[Key]]
    parts: tuple[Entity, ...] = ()
    near: str = ""
    telling: str = ""

    def told(self, keys: Iterable[Key]) -> str:
        """The signs in words, the heaviest first."""
        found = dict(sorted(keys, key=lambda k: -self.signs[k[0]].weight))
        covered = {c for kind in found for c in self.signs[kind].covers}
        words = []
        for kind, key in found.items():
            sign = self.signs[kind]
            if kind not in covered:
                words.append(sign.title + (f"（{mask(key, sign.secret)}）" if sign.secret else ""))
        return "、".join(words)

    def score(self, kinds: Iterable[str]) -> int:
        """How likely records with these signs are one, 0 to 100: signs that do not follow from one another add up."""
        given = set(kinds)
        left = 1.0
        for kind in given - {c for k in given for c in self.signs[k].covers}:
            left *= 1 - self.signs[kind].weight / 100
        return round(100 * (1 - left))


class Twin(NamedTuple):
    """A record in use that shares keys with another."""

    uid: str
    name: str
    code: str
    keys: tuple[Key, ...]
    score: int

    @property
    def called(self) -> str:
        """「名称」（编码）"""
        return f"「{self.name}」" + (f"（{self.code}）" if self.code else "")


def twins(reader: Reader, one: Likeness, keys: Collection[Key], but: str = "") -> list[Twin]:
    """Live records that have some of these keys, the likeliest first; those said not to be the record `but` are left out."""
    found: dict[str, list[Key]] = {}
    for kind, key in sorted(keys):
        for uid in reader.column(
            "SELECT uid FROM alike_key WHERE entity = ? AND kind = ? AND key = ? AND uid != ? LIMIT ?",
            (one.entity.key, kind, key, but, MOST_TWINS),
        ):
            found.setdefault(uid, []).append((kind, key))
    if not found:
        return []
    wanted = set(keys)
    for uid, kind, key in reader.tuples(  # also the signs that too many others show as well
        "SELECT uid, kind, key FROM alike_key WHERE uid IN (SELECT value FROM json_each(?))", (json.dumps(list(found)),)
    ):
        if (kind, key) in wanted and (kind, key) not in found[uid]:
            found[uid].append((kind, key))
    apart = apart_from(reader, but) if but else set()
    code = f'"{one.entity.code}"' if one.entity.code else "NULL"
    rows = reader.tuples(
        f'SELECT uid, "{one.entity.naming}", {code} FROM "{one.entity.key}"'
        " WHERE uid IN (SELECT value FROM json_each(?)) AND void = 0",
        (json.dumps([uid for uid in found if uid not in apart]),),
    )
    made = [
        Twin(uid, str(name or ""), str(code or ""), tuple(found[uid]), one.score(k for k, _ in found[uid]))
        for uid, name, code in rows
    ]
    return sorted(made, key=lambda t: (-t.score, t.name))


def apart_from(reader: Reader, uid: str) -> set[str]:
    """Records said not to be the same as this one."""
    return set(
        reader.column(
            "SELECT other FROM not_same WHERE one = ?1 AND void = 0 UNION SELECT one FROM not_same WHERE other = ?1 AND void = 0",
            (uid,),
        )
    )


# -- keeping the keys --------------------------------------------------------------------------------------------------


def parts_of(reader: Reader, one: Likeness, uid: str) -> list[Row]:
    """The child rows that make keys of a record."""
    return [row for part in one.parts for row in reader.of_parent(part, uid)]


class Keeper:
    """Before each commit: the keys of the touched records are made anew. Keys are this PC's own and are never logged."""

    def __init__(self, declared: Callable[[], tuple[Likeness, ...]]) -> None:
        self._declared = declared

    @cached_property
    def all(self) -> tuple[Likeness, ...]:
        """What the subjects say of their records; asked before the first commit, not at the start."""
        return self._declared()

    def __call__(self, work: Work, changes: Changes) -> None:
        for one in self.all:
            uids = set(changes.of(one.entity.key))
            for part in one.parts:
                uids |= work.pointed_at(changes, part.key, part.parent_key)
                if not changes.op:  # after a merge the log alone tells whose they were
                    uids.update(map(str, ever(work, changes.of(part.key), part.parent_key)))
            if uids:
                write_keys(work, one, uids)

    def fill(self, database: Database) -> None:
        """Make the keys of all records; for a file that has none yet, or has them by older rules."""
        for one in self.all:
            with database.read() as reader:
                uids = reader.column(f'SELECT uid FROM "{one.entity.key}" WHERE void = 0 ORDER BY rowid')
            for at in range(0, len(uids), CHUNK):
                with database.local() as work:
                    write_keys(work, one, uids[at : at + CHUNK])
        with database.local() as work:
            work.execute(
                "INSERT INTO meta(key, value) VALUES ('alike', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                (VERSION,),
            )


def outdated(reader: Reader, one: Likeness, most: int) -> list[str]:
    """Names of records whose stored keys are not what they should be, among so many taken evenly from the file."""
    step = max(1, int(reader.value(f'SELECT count(*) FROM "{one.entity.key}"')) // most)
    found = []
    for row in reader.rows(f'SELECT * FROM "{one.entity.key}" WHERE rowid % ? = 0', (step,)):
        have = set(
            reader.tuples("SELECT kind, key FROM alike_key WHERE uid = ? AND entity = ?", (row["uid"], one.entity.key))
        )
        if have != (set() if row["void"] else one.keys(row, parts_of(reader, one, row["uid"]))):
            found.append(str(row[one.entity.naming] or row["uid"]))
    return found


def write_keys(work: Work, one: Likeness, uids: Iterable[str]) -> None:
    """Make the keys of given records what they should be; voided ones have none."""
    among = (json.dumps(list(uids)),)
    children: dict[str, list[Row]] = {}
    for part in one.parts:
        for row in work.rows(
            f'SELECT * FROM "{part.key}" WHERE "{part.parent_key}" IN (SELECT value FROM json_each(?)) AND void = 0',
            among,
        ):
            children.setdefault(str(row[part.parent_key]), []).append(row)
    wanted = {
        (one.entity.key, kind, key, row["uid"])
        for row in work.rows(
            f'SELECT * FROM "{one.entity.key}" WHERE uid IN (SELECT value FROM json_each(?)) AND void = 0', among
        )
        for kind, key in one.keys(row, children.get(row["uid"], ()))
    }
    have = set(
        work.tuples(
            "SELECT entity, kind, key, uid FROM alike_key WHERE uid IN (SELECT value FROM json_each(?)) AND entity = ?",
            (*among, one.entity.key),
        )
    )
    work.execute_many(
        "DELETE FROM alike_key WHERE entity = ? AND kind = ? AND key = ? AND uid = ?", sorted(have - wanted)
    )
    work.execute_many("INSERT INTO alike_key(entity, kind, key, uid) VALUES (?, ?, ?, ?)", sorted(wanted - have))
