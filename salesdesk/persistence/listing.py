"""Long lists without loading them: which rows, in which order, and one page of them at a time."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Kind, Link, Row, Text, Value
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.search import searched_fields, uids

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "contains", "in", "empty", "filled"]
_OPERATORS = get_args(Operator)
_AT_A_TIME = 20_000
_SYSTEM: dict[str, Kind] = {"uid": Text(), "created_at": Text(), "created_by": Text()}


@dataclass(frozen=True)
class Condition:
    """One filter: field, operator, stored value (a tuple for `in`)."""

    field: str
    operator: Operator
    value: Value | tuple[Value, ...] = None

    def fits(self, entity: Entity) -> bool:
        """Whether the field is one of the entity's, the operator known and the value plain: what a script sent may be anything."""
        values = self.value if self.operator == "in" and isinstance(self.value, (tuple, list)) else (self.value,)
        return (
            isinstance(self.field, str)
            and (self.field in entity.by_key or self.field in _SYSTEM)
            and self.operator in _OPERATORS
            and all(
                one is None or isinstance(one, str) or (isinstance(one, int) and abs(one) < 2**63) for one in values
            )
        )


@dataclass(frozen=True)
class Query:
    """What a list shows: conditions, typed search text, order, and whether voided rows are shown."""

    conditions: tuple[Condition, ...] = ()
    text: str = ""
    sort: str = ""  # field key; "" is the entity's own order
    descending: bool = False
    voided: bool = False
    parent: str = ""

    def having(self, *conditions: Condition) -> Query:
        return replace(self, conditions=(*self.conditions, *conditions))


def ids(reader: Reader, entity: Entity, query: Query | None = None, limit: int | None = None) -> array[int]:
    """Row ids of the list in order; 8 bytes a row, so a million rows are 8 MB.

    The database joins them to one text: a million separate rows would take twice as long and the window's turn each.
    """
    query = query or Query()
    terms = [term.partition(" ")[::2] for term in _order(entity, query).split(", ")]
    keys = "".join(f", {column} AS k{i}" for i, (column, _) in enumerate(terms))
    arms, params = _arms(reader, entity, query, keys)
    order = ", ".join(f"k{i} {direction}" for i, (_, direction) in enumerate(terms))
    tail = f" LIMIT {int(limit)}" if limit is not None else ""
    text = reader.value(f"SELECT group_concat(id) FROM (SELECT id FROM ({arms}) ORDER BY {order}{tail})", params)
    found = array("q")
    numbers = text.split(",") if text else []
    for start in range(0, len(numbers), _AT_A_TIME):
        found.extend(map(int, numbers[start : start + _AT_A_TIME]))
    return found


def count(reader: Reader, entity: Entity, query: Query | None = None) -> int:
    """How many rows the list has."""
    arms, params = _arms(reader, entity, query or Query())
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
    return reader.rows(f"{_select(reader, entity)} WHERE {where} ORDER BY {_order(entity, query)}{tail}", params)


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


def _order(entity: Entity, query: Query) -> str:
    if query.sort:
        if query.sort not in entity.by_key and query.sort not in _SYSTEM:
            raise KeyError(query.sort)
        direction = "DESC" if query.descending else "ASC"
        return f't."{query.sort}" {direction}, t.rowid {direction}'
    return entity.order or "t.rowid DESC"


def _arms(reader: Reader, entity: Entity, query: Query, more: str = "") -> tuple[str, list[Any]]:
    """A SELECT of the row ids as `id`, and more columns; one arm per way in which a text may be meant, each by its own index."""
    where, params = _conditions(entity, query)
    select = f'SELECT t.rowid AS id{more} FROM "{entity.key}" t WHERE {where}'
    if not query.text.strip():
        return select, params
    ways = _ways(reader, entity, query.text.strip())
    return " UNION ".join(f"{select} AND {way}" for way, _ in ways), [p for _, own in ways for p in (*params, *own)]


def _where(reader: Reader, entity: Entity, query: Query) -> tuple[str, list[Any]]:
    """The rows of the list as a condition."""
    if not query.text.strip():
        return _conditions(entity, query)
    arms, params = _arms(reader, entity, query)
    return f"t.rowid IN ({arms})", params


def _conditions(entity: Entity, query: Query) -> tuple[str, list[Any]]:
    parts: list[str] = [] if query.voided else ["t.void = 0"]
    params: list[Any] = []
    if query.parent and entity.parent:
        parts.append(f't."{entity.parent[1]}" = ?')
        params.append(query.parent)
    for condition in query.conditions:
        if not condition.fits(entity):
            raise KeyError(f"{condition.field} {condition.operator}")
        column = f't."{condition.field}"'
        if condition.operator == "in":
            values = condition.value if isinstance(condition.value, (tuple, list)) else (condition.value,)
            parts.append(f"{column} IN ({', '.join('?' * len(values))})")
            params.extend(values)
        elif condition.operator == "contains":
            parts.append(f"instr({column}, ?) > 0")
            params.append(condition.value)
        elif condition.operator in ("empty", "filled"):
            parts.append(f"{column} IS {'NOT ' if condition.operator == 'filled' else ''}NULL")
        elif condition.operator in ("=", "!=") and condition.value is None:
            parts.append(f"{column} IS {'NOT ' if condition.operator == '!=' else ''}NULL")
        else:
            parts.append(f"{column} {condition.operator} ?")
            params.append(condition.value)
    return " AND ".join(parts) or "1", params


def _ways(reader: Reader, entity: Entity, typed: str) -> list[tuple[str, list[Any]]]:
    """How a row may be meant by a typed text: its own search keys, a number or code containing it, a linked record's keys."""
    if searched_fields(entity):
        select, params = uids(reader, typed, entity.key)
        return [(f"t.uid IN ({select})", params)]
    ways: list[tuple[str, list[Any]]] = []
    numbers = [f for f in entity.fields if f.listed and isinstance(f.kind, Text) and f.kind.search]
    for one in numbers:
        if typed.isascii() or not one.fixed:  # numbers the program makes are ASCII
            part = re.sub(r"([%_\\])", r"\\\1", typed)
            inside = f'SELECT rowid FROM "{entity.key}" WHERE "{one.key}" LIKE ? ESCAPE \'\\\''
            ways.append((f"t.rowid IN ({inside})", [f"%{part}%"]))
    for one in entity.links:
        if one.listed and isinstance(one.kind, Link):
            target = reader.schema.entities.get(one.kind.entity)
            if target is not None and searched_fields(target):
                select, params = uids(reader, typed, target.key)
                ways.append((f't."{one.key}" IN ({select})', params))
    return ways or [("0", [])]
