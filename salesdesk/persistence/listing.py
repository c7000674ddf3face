"""Long lists without loading them: which rows, in which order, and one page of them at a time."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from itertools import islice
from typing import Any

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Link, Row
from salesdesk.persistence.asked import Condition, Operator, Query, Way, by_keys, by_number, conditions, order
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.remembered import Remembered

__all__ = ["Condition", "Operator", "Query", "all_rows", "count", "full_row", "ids", "page", "total"]

_AT_A_TIME = 20_000
_SAMPLE = 300
_FIRST_LOOK = 512
"""Rows whose numbers may contain the text are looked at so many at a time, then twice as many."""


def ids(
    reader: Reader,
    entity: Entity,
    query: Query | None = None,
    limit: int | None = None,
    known: Remembered | None = None,
) -> array[int]:
    """Row ids of the list in order; 8 bytes a row, so a million rows are 8 MB. known: what is remembered of the list."""
    query = query or Query()
    if not query.text.strip():
        return _ordered(reader, entity, query, None, limit)
    if known is not None and limit is not None and not (query.sort or query.voided or query.parent):
        return _first(reader, entity, query, limit, known)
    return _ordered(reader, entity, query, _ways(reader, entity, query, known), limit)


def count(reader: Reader, entity: Entity, query: Query | None = None, known: Remembered | None = None) -> int:
    """How many rows the list has."""
    query = query or Query()
    ways = _ways(reader, entity, query, known) if query.text.strip() else None
    arms, params = _arms(entity, query, ways)
    return int(reader.value(f"SELECT count(*) FROM ({arms})", params))


def total(reader: Reader, entity: Entity, field: str, query: Query | None = None) -> int:
    """Sum of one numeric field over the whole list."""
    where, params = _where(reader, entity, query or Query())
    return int(
        reader.value(f'SELECT coalesce(sum(t."{entity[field].key}"), 0) FROM "{entity.key}" t WHERE {where}', params)
    )


def page(reader: Reader, entity: Entity, rowids: Sequence[int]) -> list[Row]:
    """The rows of some ids, in that order; links come with the name of what they point at as `<field>.name`."""
    if not rowids:
        return []
    marks = ", ".join(str(int(i)) for i in rowids)
    found = {r["rowid"]: r for r in reader.rows(f"{_select(reader, entity)} WHERE t.rowid IN ({marks})")}
    return [found[i] for i in rowids if i in found]


def all_rows(reader: Reader, entity: Entity, query: Query | None = None, limit: int | None = None) -> list[Row]:
    """Whole list as rows with link names: for export, scripts and short lists."""
    query = query or Query()
    where, params = _where(reader, entity, query)
    tail = f" LIMIT {int(limit)}" if limit is not None else ""
    return reader.rows(f"{_select(reader, entity)} WHERE {where} ORDER BY {order(entity, query)}{tail}", params)


def full_row(reader: Reader, entity: Entity, uid: str) -> Row | None:
    """One record with the names of its links."""
    return reader.row(f"{_select(reader, entity)} WHERE t.uid = ?", (uid,))


def _select(reader: Reader, entity: Entity) -> str:
    columns, joins = ["t.rowid AS rowid", "t.*"], ""
    for i, one in enumerate(entity.links):
        assert isinstance(one.kind, Link)
        target = reader.schema.entities.get(one.kind.entity)
        if target is not None:
            columns.append(f'l{i}."{target.naming}" AS "{one.key}.name"')
            joins += f' LEFT JOIN "{target.key}" l{i} ON l{i}.uid = t."{one.key}"'
    return f'SELECT {", ".join(columns)} FROM "{entity.key}" t{joins}'


def _first(reader: Reader, entity: Entity, query: Query, limit: int, known: Remembered) -> array[int]:
    """The first rows of a list that fit a typed text, without looking at most of the others.

    Rows written since the list was remembered are judged one by one. The others stand where they stood: a common text is
    found among the first of them; a rare one by its index, or by going through the remembered numbers until enough are found.
    """
    typed = query.text.strip()

    def fitting(*ways: Way) -> array[int]:
        return _ordered(reader, entity, query, ways, limit)

    def both(rows: Sequence[int]) -> array[int]:
        return fitting(*by_number(entity, typed, rows), *by_keys(reader, entity, typed, rows))

    written = known.written_since(reader, entity)
    apart = frozenset(written)
    first = [row for row in known.first if row not in apart]
    near = both(first[:_SAMPLE]) and both(
        first
    )  # a text in none of a few hundred rows does not fill a page with some more
    found = {*near, *both(written)}
    if len(near) < limit:
        found.update(fitting(*by_keys(reader, entity, typed)))
        hits = (row for row in known.holding(typed) if row not in apart)
        enough, look = 0, _FIRST_LOOK
        while enough < limit and (rows := list(islice(hits, look))):
            numbered = fitting(*by_number(entity, typed, rows))
            found.update(numbered)
            enough, look = enough + len(numbered), look * 2
    return _ordered(
        reader, entity, query, [Way("t.rowid IN (SELECT value FROM json_each(?))", [json.dumps(list(found))])], limit
    )


def _ways(reader: Reader, entity: Entity, query: Query, known: Remembered | None) -> list[Way]:
    """How a row may be meant by the typed text: a number or code containing it, its own search keys or a linked record's."""
    typed = query.text.strip()
    rows = known.few_holding(typed, reader, entity) if known is not None and not query.voided else None
    return [*by_number(entity, typed, rows), *by_keys(reader, entity, typed)]


def _ordered(reader: Reader, entity: Entity, query: Query, ways: Sequence[Way] | None, limit: int | None) -> array[int]:
    """Row ids that fit the conditions and one of the ways (None: all rows), in the list's order.

    The database joins them to one text: a million separate rows would take twice as long and the window's turn each.
    """
    terms = [term.partition(" ")[::2] for term in order(entity, query).split(", ")]
    keys = "".join(f", {column} AS k{i}" for i, (column, _) in enumerate(terms))
    arms, params = _arms(entity, query, ways, keys)
    by = ", ".join(f"k{i} {direction}" for i, (_, direction) in enumerate(terms))
    tail = f" LIMIT {int(limit)}" if limit is not None else ""
    text = reader.value(f"SELECT group_concat(id) FROM (SELECT id FROM ({arms}) ORDER BY {by}{tail})", params)
    found = array("q")
    numbers = text.split(",") if text else []
    for start in range(0, len(numbers), _AT_A_TIME):
        found.extend(map(int, numbers[start : start + _AT_A_TIME]))
    return found


def _arms(entity: Entity, query: Query, ways: Sequence[Way] | None, more: str = "") -> tuple[str, list[Any]]:
    """A SELECT of the row ids as `id`, and more columns; one arm per way, each by its own index."""
    where, params = conditions(entity, query)
    select = f'SELECT t.rowid AS id{more} FROM "{entity.key}" t WHERE {where}'
    if ways is None:
        return select, params
    ways = ways or [Way("0", [])]
    return " UNION ".join(f"{select} AND {way.sql}" for way in ways), [
        p for way in ways for p in (*params, *way.params)
    ]


def _where(reader: Reader, entity: Entity, query: Query) -> tuple[str, list[Any]]:
    """The rows of the list as a condition."""
    if not query.text.strip():
        return conditions(entity, query)
    arms, params = _arms(entity, query, _ways(reader, entity, query, None))
    return f"t.rowid IN ({arms})", params
