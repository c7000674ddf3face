"""What a list is asked for: conditions, typed text, order; and how that is said to the database."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Kind, Link, Text, Value
from salesdesk.persistence import search
from salesdesk.persistence.reading import Reader

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "contains", "in", "empty", "filled"]
_OPERATORS = get_args(Operator)
_SYSTEM: dict[str, Kind] = {"uid": Text(), "created_at": Text(), "created_by": Text()}


class Condition(NamedTuple):
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


class Query(NamedTuple):
    """What a list shows: conditions, typed search text, order, and whether voided rows are shown."""

    conditions: tuple[Condition, ...] = ()
    text: str = ""
    sort: str = ""  # field key; "" is the entity's own order
    descending: bool = False
    voided: bool = False
    parent: str = ""

    def having(self, *conditions: Condition) -> Query:
        return self._replace(conditions=(*self.conditions, *conditions))


@dataclass(frozen=True)
class Way:
    """One way in which a typed text may be meant, as a condition on the row `t`."""

    sql: str
    params: list[Any]


def order(entity: Entity, query: Query) -> str:
    if query.sort:
        if query.sort not in entity.by_key and query.sort not in _SYSTEM:
            raise KeyError(query.sort)
        direction = "DESC" if query.descending else "ASC"
        found = entity.by_key.get(query.sort)
        column = (found.sorts_by if found else "") or query.sort
        return f't."{column}" {direction}, t.rowid {direction}'
    return entity.order or "t.rowid DESC"


def conditions(entity: Entity, query: Query) -> tuple[str, list[Any]]:
    parts: list[str] = [] if query.voided or entity.keeps_void else ["t.void = 0"]
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


def number_fields(entity: Entity, typed: str) -> list[str]:
    """The numbers and codes of a list that a typed text may be a fragment of; none where records have search keys."""
    if entity.searched:
        return []
    return [
        f.key
        for f in entity.fields
        if f.listed and isinstance(f.kind, Text) and f.kind.search and (typed.isascii() or not f.fixed)
    ]  # numbers the program makes are ASCII


def by_number(entity: Entity, typed: str, within: Sequence[int] | None = None) -> list[Way]:
    """A number or code contains the text; within: the only rows to look at."""
    rows, only = _only("rowid", within)
    part = re.sub(r"([%_\\])", r"\\\1", typed)
    return [
        Way(
            f't.rowid IN (SELECT rowid FROM "{entity.key}" WHERE {rows}"{key}" LIKE ? ESCAPE \'\\\')',
            [*only, f"%{part}%"],
        )
        for key in number_fields(entity, typed)
    ]


def by_keys(reader: Reader, entity: Entity, typed: str, within: Sequence[int] | None = None) -> list[Way]:
    """The record's own search keys fit the text, or those of a linked record; within: the only rows to look at."""
    targets = {"uid": entity.key}
    if not entity.searched:
        linked = {f.key: f.kind.entity for f in entity.links if f.listed and isinstance(f.kind, Link)}
        known = reader.schema.entities
        targets = {key: one for key, one in linked.items() if one in known and known[one].searched}
    rows, only = _only("t.rowid", within)
    ways = []
    for key, target in targets.items():
        if within is None:
            select, params = search.uids(reader, typed, target)
            ways.append(Way(f't."{key}" IN ({select})', params))
        else:  # the plus keeps the database from going through all orders of a customer instead
            few = reader.column(f'SELECT DISTINCT t."{key}" FROM "{entity.key}" t WHERE {rows}1', only)
            fitting = search.matching(reader, typed, few)
            ways.append(Way(f'{rows}+t."{key}" IN (SELECT value FROM json_each(?))', [*only, json.dumps(fitting)]))
    return ways


def _only(column: str, within: Sequence[int] | None) -> tuple[str, list[Any]]:
    """The beginning of a condition that looks at some rows only, "" for all."""
    return (
        ("", [])
        if within is None
        else (f"{column} IN (SELECT value FROM json_each(?)) AND ", [json.dumps(list(within))])
    )
