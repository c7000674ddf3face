"""Long lists without loading them: which rows, in which order, and one page of them at a time."""

from __future__ import annotations

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
    """Row ids of the list in order; 8 bytes a row, so a million rows are 8 MB."""
    query = query or Query()
    where, params = _where(reader, entity, query)
    tail = f" LIMIT {int(limit)}" if limit is not None else ""
    sql = f'SELECT t.rowid FROM "{entity.key}" t WHERE {where} ORDER BY {_order(entity, query)}{tail}'
    return array("q", [row[0] for row in reader.tuples(sql, params)])


def count(reader: Reader, entity: Entity, query: Query | None = None) -> int:
    """How many rows the list has."""
    where, params = _where(reader, entity, query or Query())
    return int(reader.value(f'SELECT count(*) FROM "{entity.key}" t WHERE {where}', params))


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


def _where(reader: Reader, entity: Entity, query: Query) -> tuple[str, list[Any]]:
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
    if query.text.strip():
        clause, more = _text_clause(reader, entity, query.text.strip())
        parts.append(clause)
        params.extend(more)
    return " AND ".join(parts) or "1", params


def _text_clause(reader: Reader, entity: Entity, typed: str) -> tuple[str, list[Any]]:
    """Rows meant by a typed text: by their own search keys, by a number or code containing it, or by a linked record's keys."""
    choices: list[str] = []
    params: list[Any] = []

    def found_by_keys(key: str, target: Entity) -> None:
        select, more = uids(reader, typed, target.key)
        choices.append(f'SELECT rowid FROM "{entity.key}" WHERE "{key}" IN ({select})')
        params.extend(more)

    if searched_fields(entity):
        found_by_keys("uid", entity)
    else:
        for one in entity.fields:
            if one.listed and isinstance(one.kind, Text) and one.kind.search:
                choices.append(f'SELECT rowid FROM "{entity.key}" WHERE instr(lower("{one.key}"), lower(?)) > 0')
                params.append(typed)  # no LIKE: % and _ are ordinary characters of a number
        for one in entity.links:
            if one.listed and isinstance(one.kind, Link):
                target = reader.schema.entities.get(one.kind.entity)
                if target is not None and searched_fields(target):
                    found_by_keys(one.key, target)
    if not choices:
        return "0", []
    return f"t.rowid IN ({' UNION '.join(choices)})", params
