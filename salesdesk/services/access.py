"""Who looked at confidential data and when: revealing a record and exporting in full are deeds with a trace (CUS-8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Link, Option, Row, Stamp, Text
from salesdesk.domain.masking import SECRETS, covered, titles
from salesdesk.domain.problems import Problem, Severity
from salesdesk.services.module import Context, Module, Outcome, Verb

WHAT = Choice(
    options=(
        Option("view", "查看", "info", "eye"),
        Option("export", "导出", "warn", "arrow_export"),
        Option("denied", "密码不对", "err", "lock"),
    )
)

ACCESS_LOG = Entity(
    "access_log",
    "查看记录",
    (
        Field("at", "时间", Stamp(), listed=True),
        Field("who", "谁", Text(40), listed=True),
        Field("what", "做了什么", WHAT, listed=True),
        Field("kind", "类别", Text(40), listed=True),
        Field("name", "哪一条", Text(200), listed=True),
        Field("content", "看了什么", Text(200), listed=True),
        Field("reason", "原因", Text(200), listed=True),
        Field("entity", "类别代号", Text(60)),
        Field("owner", "所属记录", Link()),
    ),
    ledger=True,
    lasting=True,
    indexes=(("owner",), ("at",)),
    order="t.at DESC, t.rowid DESC",
    icon="eye",
)
FIELDS = Field("fields", "哪几项", Text(400), note="字段名，用逗号隔开；不给就是遮住的全部")


def secrets_of(entity: Entity, ctx: Context) -> list[Field]:
    """The fields of a record type that are covered now."""
    return [f for f in entity if covered(f, ctx.settings.veil)]


def note(ctx: Context, what: str, entity: Entity, name: str, fields: Sequence[Field], owner: str = "") -> None:
    """Write down that somebody saw or took along confidential data."""
    content = titles(fields)
    ctx.work.insert(
        ACCESS_LOG,
        {
            "at": ctx.now,
            "who": ctx.operator,
            "what": what,
            "kind": entity.title,
            "name": name,
            "content": content,
            "reason": ctx.reason or None,
            "entity": entity.key,
            "owner": owner or None,
        },
    )


def reveal_verb(entity: Entity) -> Verb:
    """`<entity>.reveal`: the covered values of one record and of its child rows, in full; who asked is kept for good."""

    def reveal(ctx: Context, args: Row) -> Outcome:
        uid = str(args["uid"])
        row = ctx.work.get(entity, uid)
        if row is None:
            raise Refused(Problem(f"没有这条{entity.title}", "请刷新列表", path="uid", code="unknown_record"))
        wanted = [key.strip() for key in str(args.get("fields") or "").split(",") if key.strip()]
        parts = ctx.work.schema.children(entity.key) if not wanted else []
        known = [f for f in entity if f.masked]
        unknown = [key for key in wanted if key not in [f.key for f in known]]
        if unknown:
            cure = f"可用的有：{'、'.join(f.key for f in known)}"
            raise Refused(
                Problem(f"没有遮住的「{unknown[0]}」", cure, path="fields", place="「哪几项」", code="no_secret")
            )
        asked = [f for f in known if not wanted or f.key in wanted]
        data: dict[str, Any] = {"values": {f.key: f.kind.wire(row[f.key]) for f in asked}}
        seen = [f for f in secrets_of(entity, ctx) if f in asked and row[f.key] is not None]
        for part in parts:
            fields = [f for f in part if f.masked]
            lines = ctx.work.of_parent(part, uid) if fields else []
            if lines:
                data.setdefault("lines", {})[part.key] = [
                    {"uid": line["uid"], **{f.key: f.kind.wire(line[f.key]) for f in fields}} for line in lines
                ]
                seen += [f for f in secrets_of(part, ctx) if any(line[f.key] is not None for line in lines)]
        if not seen:  # nothing that was hidden was seen
            return Outcome(uid, "", data)
        name = str(row[entity.naming] or "")
        note(ctx, "view", entity, name, seen, uid)
        ctx.work.title = f"查看{entity.title} {name} 的{titles(seen)}"
        return Outcome(uid, f"已显示{titles(seen)}，记入查看记录", data)

    secrets = "、".join(dict.fromkeys(SECRETS[f.masked] for f in entity if f.masked))
    return Verb(
        f"{entity.key}.reveal",
        f"显示{entity.title}的{secrets}",
        reveal,
        (Field("uid", entity.title, Link(entity.key), required=True), FIELDS),
        changes=(ACCESS_LOG.key,),
        entity=entity.key,
        icon="eye",
        palette=False,
        note="谁在什么时候看的会记下来",
    )


def taking_out(entity: Entity, count: int, fields: Sequence[Field]) -> Problem:
    """Why a list in full does not leave the house without a word."""
    return Problem(
        f"这份{entity.title}有 {count} 条，含完整的{titles(fields)}",
        "请写明给谁、做什么用，会和您的名字一起记下来",
        path="reason",
        place="「原因」",
        code="full_export",
        severity=Severity.ASK,
    )


MODULE = Module("access", "查看记录", "eye", 997, entities=(ACCESS_LOG,), page=False)
