"""Looks records up for scripts and people: which type, which rows, which fields, as JSON or as a table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesdesk.cli import speech
from salesdesk.desk import Desk
from salesdesk.domain import text
from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Link, Row, Text
from salesdesk.domain.masking import Veil, shown
from salesdesk.domain.problems import Problem
from salesdesk.persistence.listing import Condition, Operator, Query

_CONDITION = re.compile(r"^\s*(.+?)\s*(!=|<=|>=|=|<|>|~)\s*(.*?)\s*$", re.DOTALL)
_WIDE_SIGNS = str.maketrans({"＝": "=", "＜": "<", "＞": ">", "～": "~", "！": "!"})
_SYSTEM = (
    Field("uid", "编号", Text()),
    Field("created_at", "建立时间", Text()),
    Field("created_by", "建立人", Text()),
)


MOST_ROWS = 10**9
"""A limit beyond this means all."""


@dataclass(frozen=True)
class Wanted:
    """One question: record type, one record (uid, number, code or name) or a list with filters, order and fields."""

    entity: str
    record: str = ""
    where: Sequence[str] = ()
    text: str = ""
    sort: str = ""
    limit: int | None = None
    fields: Sequence[str] = ()
    lines: bool = False
    voided: bool = False


@dataclass(frozen=True)
class Found:
    """The answer: the record type, the shown fields, plain rows and their JSON form."""

    entity: Entity
    fields: tuple[Field, ...]
    rows: list[Row]
    told: list[dict[str, Any]] = field(default_factory=list)


def look(desk: Desk, wanted: Wanted) -> Found:
    """Answer one question. Raises Refused with the nearest name for an unknown type, field or record."""
    entity = entity_named(desk, wanted.entity)
    fields = tuple(field_named(entity, name) for name in wanted.fields)
    if wanted.record:
        rows = [one_record(desk, entity, text.normalize(wanted.record))]
    else:
        sort, descending = wanted.sort.strip().removeprefix("-"), wanted.sort.strip().startswith("-")
        query = Query(
            tuple(condition(desk, entity, one) for one in wanted.where),
            text=wanted.text,
            sort=field_named(entity, sort).key if sort else "",
            descending=descending,
            voided=wanted.voided,
        )
        rows = desk.rows(entity.key, query, None if wanted.limit is None else min(wanted.limit, MOST_ROWS))
    return Found(entity, fields, rows, [_told(desk, entity, row, fields, wanted.lines) for row in rows])


def _told(desk: Desk, entity: Entity, row: Row, fields: Sequence[Field], lines: bool) -> dict[str, Any]:
    """JSON form of a row; the record's version under `seen` when it was read alone."""
    told = desk.wire(entity.key, row)
    told |= {"created_at": row["created_at"], "created_by": row["created_by"]}
    if fields:
        kept = {"uid"} | {f.key for f in fields} | {f"{f.key}.name" for f in fields}
        told = {k: v for k, v in told.items() if k in kept}
    if "seen" in row:
        told["seen"] = row["seen"]
    if lines:
        told["lines"] = {
            child.key: [desk.wire(child.key, line) for line in desk.lines(child.key, row["uid"])]
            for child in desk.database.schema.children(entity.key)
        }
    return told


def entity_named(desk: Desk, name: str) -> Entity:
    """The record type of a key or Chinese title."""
    known = desk.registry.entities
    typed = text.normalize(name)
    if typed in known:
        return known[typed]
    titled = [e for e in known.values() if e.title == typed]
    if titled:
        return titled[0]
    names = {**{key: key for key in known}, **{e.title: e.key for e in known.values()}}
    near = list(dict.fromkeys(names[n] for n in _near(typed, list(names))))
    raise Refused(
        Problem(
            f"没有「{name}」这类记录",
            f"是不是 {'、'.join(near)}？"
            if near
            else f"可用的有：{'、'.join(f'{k}（{e.title}）' for k, e in known.items())}",
            path="entity",
            code="unknown_entity",
            value=name,
        )
    )


def _near(typed: str, names: list[str]) -> list[str]:
    """Names that contain what was typed or look like it."""
    inside = [n for n in names if typed and typed.lower() in n.lower()]
    return (inside or text.nearest(typed, names, 3, 0.5))[:3]


def field_named(entity: Entity, name: str) -> Field:
    """The field of a key or title, the system's own included."""
    typed = text.normalize(name)
    fields = (*entity.fields, *_SYSTEM)
    for one in fields:
        if typed in (one.key, one.title):
            return one
    near = _near(typed, [f.key for f in fields] + [f.title for f in fields])
    raise Refused(
        Problem(
            f"{entity.title}没有「{name}」这个字段",
            f"是不是「{'」「'.join(near)}」？"
            if near
            else f"可用的有：{'、'.join(f'{f.key}（{f.title}）' for f in entity.fields)}",
            path="where",
            code="unknown_field",
            value=name,
        )
    )


def condition(desk: Desk, entity: Entity, typed: str) -> Condition:
    """One filter such as `stage=part`, `交货日期<=2026-07-01` or `name~球阀`; an empty value means 没有填."""
    wide = typed.replace("≠", "!=").replace("≤", "<=").replace("≥", ">=").translate(_WIDE_SIGNS)
    match = _CONDITION.match(wide)
    if match is None:
        raise Refused(
            Problem(
                f"看不懂条件「{typed}」",
                "要像 stage=part、due_date<=2026-07-01、name~球阀 这样",
                path="where",
                code="bad_condition",
                value=typed,
            )
        )
    one = field_named(entity, match[1])
    sign, value = match[2], match[3]
    if value == "" and sign in ("=", "!="):
        return Condition(one.key, "empty" if sign == "=" else "filled")
    if sign == "~":
        return _containing(desk, one, text.normalize(value))
    try:
        stored = one.kind.parse(value, desk.today)
    except BadValue as fault:
        raise Refused(
            Problem(fault.reason, fault.cure, path="where", place=f"「{one.title}」", code="bad_value", value=value)
        ) from None
    if isinstance(one.kind, Link) and one.kind.entity and stored is not None:
        stored = _linked(desk, one, one.kind, str(stored))
    operator: dict[str, Operator] = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
    return Condition(one.key, operator[sign], stored)


def _containing(desk: Desk, one: Field, value: str) -> Condition:
    """`~`: part of a text, of a choice's label, or of the name of the record a link points at."""
    kind = one.kind
    if isinstance(kind, Choice):
        return Condition(
            one.key, "in", tuple(o.key for o in kind.options if value in o.label or value in o.key) or ("",)
        )
    if isinstance(kind, Link) and kind.entity:
        target = desk.entity(kind.entity)
        with desk.read() as reader:
            uids = reader.column(f'SELECT uid FROM "{target.key}" WHERE instr("{target.naming}", ?) > 0', (value,))
        return Condition(one.key, "in", tuple(uids) or ("",))
    if kind.numeric:
        raise Refused(
            Problem(
                f"「{one.title}」是数字，不能用 ~",
                "请用 =、<、<=、>、>=",
                path="where",
                code="bad_condition",
                value=value,
            )
        )
    return Condition(one.key, "contains", value)


def _linked(desk: Desk, one: Field, kind: Link, typed: str) -> str:
    target = desk.entity(kind.entity)
    with desk.read() as reader:
        uid = reader.find(target, typed)
    if uid is None:
        raise Refused(
            Problem(
                f"没有找到{target.title}「{typed}」",
                f"请核对{target.title}的编码或全名；只记得一部分就用 ~",
                path="where",
                place=f"「{one.title}」",
                code="unknown_record",
            )
        )
    return uid


def one_record(desk: Desk, entity: Entity, typed: str) -> Row:
    """The record of a uid (voided ones too), number, code or exact name."""
    row = desk.row(entity.key, typed)
    if row is None:
        with desk.read() as reader:
            uid = reader.find(entity, typed)
        row = desk.row(entity.key, uid) if uid else None
    if row is None:
        near = [h.title for h in desk.find(typed, entity.key, 3)]
        raise Refused(
            Problem(
                f"没有找到{entity.title}「{typed}」",
                f"是不是「{'」「'.join(near)}」？" if near else "请核对编号、编码或名称",
                path="uid",
                code="unknown_record",
                value=typed,
            )
        )
    return row


def show(desk: Desk, wanted: Wanted, as_json: bool) -> int:
    """Print the answer: a JSON object for one record, a JSON array for a list, or a table."""
    found = look(desk, wanted)
    if as_json:
        if wanted.record:
            speech.say_json(found.told[0])
        else:
            body = ",\n".join(json.dumps(one, ensure_ascii=False) for one in found.told)
            speech.say_text(f"[\n{body}\n]" if body else "[]")
        return 0
    if wanted.record:
        _tell_record(desk, found, wanted.lines)
        return 0
    fields = found.fields or tuple(f for f in found.entity.fields if f.listed)
    speech.say(_table(desk, fields, found.rows))
    speech.say(f"共 {len(found.rows)} 条{found.entity.title}")
    return 0


def _text(one: Field, row: Mapping[str, Any], veil: Veil) -> str:
    if isinstance(one.kind, Link) and one.kind.entity:
        return str(row.get(f"{one.key}.name") or "")
    return shown(one, row.get(one.key), veil)


def _table(desk: Desk, fields: Sequence[Field], rows: Sequence[Row]) -> str:
    veil = desk.settings.veil
    texts = [[_text(f, row, veil) for f in fields] for row in rows]
    return speech.table([f.title for f in fields], texts, [f.kind.numeric for f in fields])


def _tell_record(desk: Desk, found: Found, lines: bool) -> None:
    row = found.rows[0]
    for one in found.fields or found.entity.fields:
        told = _text(one, row, desk.settings.veil)
        if told:
            speech.say(f"{one.title}：{told}")
    for child in desk.database.schema.children(found.entity.key) if lines else ():
        rows = desk.lines(child.key, row["uid"])
        if rows:
            speech.say(f"\n{child.title}\n{_table(desk, [f for f in child.fields if f.listed], rows)}")
