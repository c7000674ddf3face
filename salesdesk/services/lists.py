"""What a list on the screen asks for: which records, in which order; the window says it in these words."""

from __future__ import annotations

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Link, Value
from salesdesk.persistence.listing import Condition, Operator, Query
from salesdesk.persistence.reading import MERGED_INTO, Reader
from salesdesk.persistence.search import Hit
from salesdesk.persistence.tables import Schema

__all__ = ["MERGED_INTO", "Condition", "Hit", "Operator", "Query", "between", "choice_counts", "rowid_of"]


def between(field: str, first: str, last: str) -> tuple[Condition, Condition]:
    """Both ends included, for dates as ISO text."""
    return Condition(field, ">=", first), Condition(field, "<=", last)


def choice_counts(reader: Reader, entity: Entity, field: str, voided: bool = False) -> dict[Value, int]:
    """How many live records stand at each option of a Choice, Flag or Link field: the numbers on the filter chips."""
    if field not in entity.by_key:
        raise KeyError(field)
    where = "1" if voided or entity.keeps_void else "void = 0"
    sql = f'SELECT "{field}", count(*) FROM "{entity.key}" WHERE {where} GROUP BY "{field}"'
    return {value: int(n) for value, n in reader.tuples(sql)}


def rowid_of(reader: Reader, entity: Entity, uid: str) -> int | None:
    """The list id of a record; None when there is none."""
    found = reader.value(f'SELECT rowid FROM "{entity.key}" WHERE uid = ?', (uid,))
    return None if found is None else int(found)


def watched_kinds(schema: Schema, entity: Entity) -> frozenset[str]:
    """Record types a list must be read again for when they change: its own, those whose names it shows, and the lines its
    sums follow from."""
    linked = (one.kind.entity for one in entity.links if isinstance(one.kind, Link) and one.kind.entity)
    return frozenset((entity.key, *linked, *(child.key for child in schema.children(entity.key))))
