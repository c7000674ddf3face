"""How rows of an imported table meet the records that are there: which record a row means, what its links name, what is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from salesdesk.domain.errors import BadValue
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Link, Row, Value
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import nearest
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Check

if TYPE_CHECKING:
    from salesdesk.services.import_plan import Rules

Same = tuple[tuple[str, ...], ...]
"""Sets of fields, each of which names a record where all of it is filled; the first set that fits one record decides."""


def defaults(entity: Entity) -> Row:
    """What a new record holds where the table says nothing."""
    return {f.key: f.kind.parse(f.default) for f in entity.typed_fields if f.default}


def rules_for(reader: Reader, entity: Entity, check: Check | None, today: str, same: Same = ()) -> Rules:
    """How rows of a register meet the records that are there.

    The same code is the same record. A row without code, or with a code nobody has, means the one record of its name
    that could be it; two records of one name with different codes stay two. Where names say little `same` says by what a
    record is known instead.
    """
    from salesdesk.services.import_plan import Rules

    rows = reader.rows(f'SELECT * FROM "{entity.key}" WHERE void = 0')
    known = [(keys, _by(rows, keys)) for keys in same]
    coded = {r[entity.code]: r for r in rows if r[entity.code] is not None} if entity.code else {}
    named: dict[Value, list[Row]] = {}
    for row in rows:
        named.setdefault(row[entity.naming], []).append(row)

    def existing(values: Row) -> Row | None:
        code = values.get(entity.code) if entity.code else None
        if code is not None and code in coded:
            return coded[code]
        called = named.get(values.get(entity.naming), [])
        if code is not None:  # a new code: only a record that has none yet can be meant by the name
            called = [row for row in called if row[entity.code] is None]
        return called[0] if len(called) == 1 and values.get(entity.naming) is not None else None

    def known_as(values: Row) -> Row | None:
        for keys, found in known:
            told = tuple(values.get(key) for key in keys)
            if None not in told and len(found.get(told, ())) == 1:
                return found[told][0]
        return None

    def judged(values: Row) -> list[Problem]:
        before = meant(values)
        row = {**(before or {}), **{k: v for k, v in values.items() if v is not None and k in entity.by_key}}
        return check(reader, row, before, today) if check else []

    meant = known_as if same else existing
    resolve: dict[str, Callable[[str], Value]] = {}
    for one in entity.links:
        assert isinstance(one.kind, Link)
        target = reader.schema.entities.get(one.kind.entity)
        if target is not None:
            resolve[one.key] = _resolver(reader, target)
    return Rules(
        meant,
        resolve,
        judged if check else None,
        same[0] if same else (entity.code or entity.naming,),
        {k: v for k, v in defaults(entity).items() if entity[k].required},
        today=today,
    )


def _by(rows: Sequence[Row], keys: tuple[str, ...]) -> dict[tuple[Value, ...], list[Row]]:
    found: dict[tuple[Value, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def _resolver(reader: Reader, target: Entity) -> Callable[[str], Value]:
    known: list[str] = []

    def resolve(typed: str) -> Value:
        uid = reader.find(target, typed.strip())
        if uid is None:
            raise BadValue(f"没有{target.title}「{typed}」", cure(typed))
        return uid

    def cure(typed: str) -> str:
        if not known:
            known.extend(str(n) for n in reader.column(f'SELECT "{target.naming}" FROM "{target.key}" WHERE void = 0'))
        near = nearest(typed, known, 3, 0.5) or (known if len(known) <= 8 else [])
        which = f"改成已有的（{'、'.join(near)}）" if near else "改成已有的"
        return f"请{which}，或先新建{target.title}「{typed}」再导"

    return resolve
