"""Makes two records of a register one: the better of each field, everything that pointed at the others, one operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Note, Row, Text, Value
from salesdesk.domain.masking import covered, shown
from salesdesk.domain.problems import Problem, Severity
from salesdesk.persistence.reading import MERGED_INTO, Reader
from salesdesk.persistence.tables import Schema
from salesdesk.persistence.work import Work
from salesdesk.services.alike import FORMER, SEPARATOR
from salesdesk.services.door import read_args
from salesdesk.services.duplicates import pair, read_others
from salesdesk.services.module import Check, Context, Outcome, Verb
from salesdesk.services.not_same import NOT_SAME
from salesdesk.services.records import dangling, gone, missing
from salesdesk.services.register_io import read_json

MOST_TOLD = 8


@dataclass(frozen=True)
class Merging:
    """How records of one kind become one.

    propose: what the kept record holds unless somebody says otherwise, of the kept one first and the others. spare: child
    rows that keep what the kept record has no field left for, of (record as it will be, one that goes). foresee: (figures
    as label and text, warnings) shown before it is done.
    """

    entity: Entity
    check: Check
    propose: Callable[[Sequence[Row]], Row]
    spare: Callable[[Row, Row], list[tuple[Entity, Row]]] = lambda final, away: []
    foresee: Callable[[Reader, Sequence[Row]], tuple[list[tuple[str, str]], list[Problem]]] = lambda reader, rows: (
        [],
        [],
    )


def fuller(entity: Entity, rows: Sequence[Row]) -> Row:
    """Each field as the first record has it that has anything in it."""
    return {f.key: next((r[f.key] for r in rows if r[f.key] not in (None, "")), None) for f in entity.typed_fields}


def pointers(schema: Schema, entity: Entity) -> list[tuple[Entity, str]]:
    """(record type, field) of everything that points at such records and can be made to point at another one.

    Ledgers are left alone: their rows never change, and who reads them follows `merged_into`.
    """
    links = [(o, k) for o, k in schema.referrers(entity.key) if not (o.key == entity.key and k == MERGED_INTO)]
    owned = [(o, "owner") for o in schema.entities.values() if {"owner", "entity"} <= o.by_key.keys()]
    return [(o, k) for o, k in (*links, *owned) if not (o.ledger or o.lasting)]


def linked(reader: Reader, entity: Entity, uid: str) -> dict[str, int]:
    """How many live records of each other kind belong to one record, by their title."""
    found: dict[str, int] = {}
    for other, key in pointers(reader.schema, entity):
        n = int(reader.value(f'SELECT count(*) FROM "{other.key}" WHERE "{key}" = ? AND void = 0', (uid,)))
        if n:
            found[other.title] = found.get(other.title, 0) + n
    return found


def _records(ctx: Context, one: Merging, args: Row) -> tuple[Row, list[Row]]:
    kept = ctx.work.get(one.entity, args["uid"])
    if kept is None or kept["void"]:
        raise Refused(gone(one.entity))
    return kept, read_others(ctx, one.entity, kept["uid"], str(args["others"]))


def _signature(entity: Entity, row: Row) -> tuple[Value, ...]:
    return tuple(row[f.key] for f in entity.typed_fields)


def merge(ctx: Context, one: Merging, args: Row) -> Outcome:
    """Merge the others into the record of `uid`. They are voided and point at it; 撤销 takes all of it back at once."""
    work, entity = ctx.work, one.entity
    kept, others = _records(ctx, one, args)
    uid, away = str(kept["uid"]), [str(r["uid"]) for r in others]
    given = read_json(args.get("values"), VALUES) or {}
    chosen = read_args(work, ctx.registry, entity.typed_fields, given, ctx.today, "values/")
    final: Row = {**kept, **one.propose([kept, *others]), **_sides(entity, args, [kept, *others]), **chosen}
    final[FORMER] = _former(entity, final, others)
    for row in others:
        work.update(entity, row["uid"], {"void": 1, MERGED_INTO: uid})
    work.update(entity, uid, {k: v for k, v in final.items() if k in entity.by_key and v != kept[k]})
    _children(work, one, final, others)
    among = json.dumps(away)
    for other, key in pointers(work.schema, entity):
        work.execute(
            f'UPDATE "{other.key}" SET "{key}" = ? WHERE "{key}" IN (SELECT value FROM json_each(?))', (uid, among)
        )
    _apart_follow(work, uid, away)
    changes = work.changes()
    for module in ctx.registry.modules:
        for derive in module.actions.derive:
            derive(work, changes)
    problems = missing(entity, final) + one.check(work, final, kept, ctx.today)
    found = dangling(work, changes)
    ctx.check([*problems, *found])
    for module in ctx.registry.modules:
        merged = module.actions.merged
        said = merged(ctx, entity.key, kept, others) if merged else []
        ctx.warnings.extend(p._replace(severity=Severity.WARN) for p in said[:MOST_TOLD])
        if len(said) > MOST_TOLD:
            ctx.warnings.append(Problem(f"……另有 {len(said) - MOST_TOLD} 处", severity=Severity.WARN, code="more"))
    names = "、".join(str(r[entity.naming]) for r in others)
    work.title = f"把{entity.title} {names} 并入 {final[entity.naming]}"
    return Outcome(uid, f"已{work.title}", {"merged": away, "moved": sum(map(len, changes.touched.values()))})


def _sides(entity: Entity, args: Row, rows: Sequence[Row]) -> Row:
    """The fields that are taken from a certain record. Raises Refused for a field or record there is not."""
    of = {str(row["uid"]): row for row in rows}
    sides = read_json(args.get("sides"), SIDES) or {}
    wrong = [key for key, uid in sides.items() if uid not in of or key not in entity.by_key or not entity[key].typed]
    if wrong:
        cure = "字段名要是这类记录的，编号要是这几条里的一条"
        raise Refused(
            Problem(f"「{wrong[0]}」取不到", cure, path=SIDES.key, place=f"「{SIDES.title}」", code="bad_side")
        )
    return {key: of[uid][key] for key, uid in sides.items()}


def _former(entity: Entity, final: Row, others: Sequence[Row]) -> str | None:
    """How the merged ones were called, beside what was kept of earlier merges; not what the record is called anyway."""
    said = [part for row in (final, *others) for part in str(row[FORMER] or "").split(SEPARATOR)]
    for row in others:
        said += [str(row[key]) for key in (entity.naming, entity.code) if key and row[key]]
    now = {str(final.get(key)) for key in (entity.naming, entity.code) if key}
    return SEPARATOR.join(dict.fromkeys(part for part in said if part and part not in now))[:1000] or None


def _children(work: Work, one: Merging, final: Row, others: Sequence[Row]) -> None:
    """United child rows; one that says exactly what another says is put out of use. They still point at their old parent."""
    for child in work.schema.children(one.entity.key):
        seen = {_signature(child, line) for line in work.of_parent(child, final["uid"])}
        at = len(seen)
        for row in others:
            for line in work.of_parent(child, row["uid"]):
                if _signature(child, line) in seen:
                    work.void(child, line["uid"])
                    continue
                seen.add(_signature(child, line))
                at += 1
                work.update(child, line["uid"], {"seq": at} if "seq" in child.by_key else {})
    for row in others:
        for child, values in one.spare(final, row):
            present = work.of_parent(child, final["uid"]) + [x for r in others for x in work.of_parent(child, r["uid"])]
            if not any(all(line[k] == v for k, v in values.items() if k != "note") for line in present):
                full: Row = {child.parent_key: final["uid"], **values}
                work.insert(child, full | ({"seq": len(present) + 1} if "seq" in child.by_key else {}))


def _apart_follow(work: Work, uid: str, away: Sequence[str]) -> None:
    """What was said not to be the same as a merged record is not the same as the kept one; of the merged ones it is void."""
    among = "IN (SELECT value FROM json_each(?1))"
    for row in work.rows(
        f"SELECT uid, one, other FROM not_same WHERE void = 0 AND (one {among} OR other {among})", (json.dumps(away),)
    ):
        one, other = (uid if end in away else str(end) for end in (row["one"], row["other"]))
        if one == other:
            work.void(NOT_SAME, row["uid"])
        else:
            first, second = pair(one, other)
            work.update(NOT_SAME, row["uid"], {"one": first, "other": second})


def foresee(ctx: Context, one: Merging, args: Row) -> Outcome:
    """What a merge would do: each field of each record, the proposal, what goes along, what should be known before."""
    entity = one.entity
    kept, others = _records(ctx, one, args)
    rows = [kept, *others]
    proposed = one.propose(rows)
    fields = [f for f in entity.typed_fields if any(r[f.key] not in (None, "") for r in rows)]
    with_links = {
        (f.key, r[f.key]): ctx.work.named(f.kind.entity, r[f.key])
        for f in entity.links for r in rows if isinstance(f.kind, Link) and f.kind.entity
    }  # fmt: skip

    def told(field: Field, value: Value) -> str:
        if covered(field, ctx.settings.veil):
            return shown(field, value, ctx.settings.veil)
        return with_links.get((field.key, value)) or field.kind.edit(value)

    counts = [linked(ctx.work, entity, str(r["uid"])) for r in rows]
    titles = list(dict.fromkeys(title for count in counts for title in count))
    figures, problems = one.foresee(ctx.work, rows)
    data: dict[str, Any] = {
        "records": [
            {"uid": r["uid"], "name": str(r[entity.naming] or ""), "code": str((entity.code and r[entity.code]) or "")}
            for r in rows
        ],
        "fields": [
            {
                "key": f.key,
                "title": f.title,
                "values": [told(f, r[f.key]) for r in rows],
                "result": told(f, proposed.get(f.key)),
                "differs": len({r[f.key] or "" for r in rows}) > 1,
            }
            for f in fields
        ],
        "linked": [{"title": title, "numbers": [count.get(title, 0) for count in counts]} for title in titles],
        "figures": [list(f) for f in figures],
    }
    words = f"{len(others)} 条{entity.title}会并入「{kept[entity.naming]}」"
    return Outcome(str(kept["uid"]), words, data, tuple(problems))


SIDES = Field("sides", "取哪一边", Note(20_000), note='JSON，如 {"phone": "那条记录的 uid"}；遮住的也照样取')
VALUES = Field("values", "合并后的内容", Note(20_000), note='JSON，如 {"phone": "0512-65678901"}；没写的按建议')


def merge_verbs(one: Merging) -> tuple[Verb, ...]:
    """check_merge / merge of a register."""
    key, title = one.entity.key, one.entity.title
    record = Field("uid", f"保留的{title}", Link(entity=key), required=True)
    others = Field("others", f"并入的{title}", Text(2000), required=True, note="编码或名称，几个用、隔开")
    return (
        Verb(
            f"{key}.check_merge",
            f"预览合并{title}",
            lambda ctx, args: foresee(ctx, one, args),
            (record, others),
            entity=key,
            icon="eye",
            palette=False,
            note="两边各是什么、合成什么样、哪些单据跟过来，不写入",
        ),
        Verb(
            f"{key}.merge",
            f"合并{title}",
            lambda ctx, args: merge(ctx, one, args),
            (record, others, VALUES, SIDES),
            changes=(key, "*"),
            entity=key,
            icon="people",
            note="同一家建了两条时用：单据全部归到保留的那条，旧名称、旧编码照样搜得到，能撤销",
        ),
    )
