"""The verbs of 批准申请: asking, allowing or not, and putting an answer away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field, Lines
from salesdesk.domain.kinds import Choice, Link, Note, Option, Row, Text, Value
from salesdesk.domain.masking import WHOLE, shown
from salesdesk.domain.problems import Problem
from salesdesk.persistence.reading import Reader
from salesdesk.services.approvals import REQUEST, here_only
from salesdesk.services.door import REASON, arguments
from salesdesk.services.files import sha256_of
from salesdesk.services.module import Actions, Context, Outcome, Verb
from salesdesk.services.roles import Role

ANSWER = Choice(
    options=(Option("allow", "批准，就办", "ok", "checkmark_circle"), Option("refuse", "不批准", "err", "dismiss"))
)


def _basis(reader: Reader, entity: Entity | None, uid: str) -> str:
    """A hash of a record and its lines as they stand, equal on every PC; "" for a new record."""
    if entity is None or not uid:
        return ""
    parts: list[Row | None] = [reader.get(entity, uid)]
    for child in reader.schema.children(entity.key):
        parts += reader.rows(f'SELECT * FROM "{child.key}" WHERE "{child.parent_key}" = ? ORDER BY uid', (uid,))
    kinds = [entity, *reader.schema.children(entity.key)]
    kept = {"uid", "void", *(f.key for kind in kinds for f in kind if not f.derived)}
    told = [{k: v for k, v in (part or {}).items() if k in kept} for part in parts]
    return sha256_of(json.dumps(told, ensure_ascii=False, sort_keys=True).encode())


def _verb(ctx: Context, name: str) -> Verb:
    verb = ctx.registry.verbs.get(name)
    if verb is None:
        raise Refused(Problem(f"没有「{name}」这个动作", "请先升级本程序", path="verb", code="unknown_verb"))
    return verb


def _asked(ctx: Context, verb: Verb, given: Mapping[str, Any]) -> None:
    """Refuse what cannot be done at another PC."""
    if here_only(verb, given):
        why = f"「{verb.title}」只能在这台电脑上办，不能发申请"
        raise Refused(Problem(why, "请主管过来，输自己的密码批准", path="verb", code="here_only"))


def _told(ctx: Context, verb: Verb, row: Row, named: bool) -> str:
    """The arguments as people read them. named: the title says already which record it is."""
    words = []
    for one in verb.params:
        value = row.get(one.key)
        if value is None or one.key in ("seen", REASON.key) or (named and one.key == "uid"):
            continue
        if isinstance(one.kind, Lines):
            words.append(f"{one.title} {len(row[one.key])} 行")
        else:
            words.append(f"{one.title} {_shown(ctx, one, value)}")
    return "，".join(words)


def _shown(ctx: Context, one: Field, value: Value) -> str:
    if isinstance(one.kind, Link):
        return ctx.work.named(one.kind.entity, str(value)) if one.kind.entity else str(value)
    return shown(one, value, WHOLE)


def ask(ctx: Context, args: Row) -> Outcome:
    """申请批准: keep what is wanted, checked as far as it can be, for somebody who may do it."""
    verb = _verb(ctx, str(args["verb"]))
    given = _json(args.get("args"))
    _asked(ctx, verb, given)
    row = arguments(ctx.work, ctx.registry, verb, given, ctx.today)
    uid = str(row.get("uid") or "")
    entity = ctx.registry.entities.get(verb.entity)
    may = ctx.settings.seat.may(verb)
    if may and ctx.role >= Role.MANAGER:
        raise Refused(Problem(f"「{verb.title}」您自己就能做", "不用申请", path="verb", code="may"))
    name = ctx.work.named(entity, uid) if entity is not None and uid else ""
    title = f"{verb.title} {name}".strip()
    made = ctx.work.insert(
        REQUEST,
        {
            "title": title,
            "about": _told(ctx, verb, row, bool(name))[:4000] or None,
            "words": args["words"],
            "state": "asked",
            "asked_by": ctx.operator,
            "asked_at": ctx.now,
            "verb": verb.name,
            "needs": "manager" if may else "right",
            "args": json.dumps({k: v for k, v in given.items() if k != "seen"}, ensure_ascii=False),
            "record": uid or None,
            "basis": _basis(ctx.work, entity, uid),
        },
    )
    ctx.work.title = f"申请批准：{title}"
    return Outcome(made, f"已申请「{title}」，等能批的人在自己的电脑上批")


def _json(text: object) -> dict[str, Any]:
    try:
        found = json.loads(str(text or "{}"))
    except ValueError as error:
        raise Refused(Problem("args 不是 JSON", '例如 {"uid": "…"}', path="args", code="bad_json")) from error
    if not isinstance(found, dict):
        raise Refused(Problem("args 要是一个对象", '例如 {"uid": "…"}', path="args", code="bad_json"))
    return found


def _waiting(ctx: Context, args: Row) -> Row:
    row = ctx.work.get(REQUEST, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(Problem("没有这条申请", "请刷新列表", path="uid", code="unknown_record"))
    if row["state"] != "asked":
        told = f"已经由 {row['decided_by']} 定过了" if row["decided_by"] else "已经不用了"
        raise Refused(Problem(told, "请刷新列表", path="uid", code="decided"))
    return row


def decide(ctx: Context, args: Row) -> Outcome:
    """批准: do what was asked for, by the rights of whoever sits here; or say no, with what is to be done instead."""
    row = _waiting(ctx, args)
    verb, seat = _verb(ctx, str(row["verb"])), ctx.settings.seat
    if not seat.may(verb):
        raise Refused(seat.refusal(verb))
    if row["needs"] == "manager" and ctx.role < Role.MANAGER:
        raise Refused(Problem(f"「{row['title']}」要主管放行", "请主管来批", path="uid", code="role"))
    decided: Row = {"decided_by": ctx.operator, "decided_at": ctx.now, "answer": args.get("words")}
    if args.get("answer") == "refuse":
        if not args.get("words"):
            problem = Problem(
                "没有写为什么不批", "请写一句，申请的人会看到", path="words", place="「答复」", code="required"
            )
            raise Refused(problem)
        ctx.work.update(REQUEST, row["uid"], {**decided, "state": "refused"})
        ctx.work.title = f"不批准：{row['title']}"
        return Outcome(row["uid"], f"没有批准「{row['title']}」，{row['asked_by']} 会看到")
    entity, uid = ctx.registry.entities.get(verb.entity), str(row["record"] or "")
    if row["basis"] != _basis(ctx.work, entity, uid):
        told = f"申请以后「{row['title']}」又被改过了，不能照原来的办"
        raise Refused(Problem(told, "请让申请的人看过再申请一次；这条选「不批准」", path="uid", code="overtaken"))
    ctx.work.update(REQUEST, row["uid"], {**decided, "state": "allowed"})
    outcome = _do(ctx, verb, row, str(args.get("words") or ""))
    ctx.work.title = f"批准 {row['asked_by']} 的申请：{row['title']}"
    return replace(outcome, message=f"已批准并办好：{outcome.message or row['title']}")


def _do(ctx: Context, verb: Verb, row: Row, words: str) -> Outcome:
    """What was asked for, as whoever sits here would do it; the reason names both."""
    given = {**_json(row["args"])}
    said = [str(given.get("reason") or row["words"]), f"{row['asked_by']} 申请", words]
    reason = "，".join(dict.fromkeys(one for one in said if one))[:200]
    inner = replace(ctx, reason=reason, approver=None)
    values = arguments(ctx.work, ctx.registry, verb, {**given, "reason": reason}, ctx.today)
    if REASON.key not in {p.key for p in verb.params}:
        values.pop(REASON.key, None)
    if verb.prepare is not None:
        values = verb.prepare(inner, values)  # type: ignore[assignment]
    outcome = verb.run(inner, values) or Outcome()
    ctx.work.reason = reason
    return outcome


def drop(ctx: Context, args: Row) -> Outcome:
    """知道了 or 不用了: an answered request leaves 今日, one that waits is taken back."""
    row = ctx.work.get(REQUEST, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(Problem("没有这条申请", "请刷新列表", path="uid", code="unknown_record"))
    ctx.work.update(REQUEST, row["uid"], {"state": "dropped"})
    ctx.work.title = f"申请不用了：{row['title']}"
    return Outcome(row["uid"], "已收起")


_ONE = Field("uid", "申请", Link(entity=REQUEST.key), required=True)
VERBS = (
    Verb(
        "approval.ask",
        "申请批准",
        ask,
        (
            Field("verb", "动作", Text(80), required=True),
            Field("args", "参数", Note(200_000), note="JSON，和直接做这个动作时一样"),
            Field("words", "为什么", Text(200), required=True, note="写给批的人看"),
        ),
        changes=(REQUEST.key,),
        icon="shield",
        palette=False,
        note="自己没有权利做的，发给能批的人，他在自己的电脑上批",
    ),
    Verb(
        "approval.decide",
        "批准申请",
        decide,
        (_ONE, Field("answer", "决定", ANSWER, required=True, default="批准，就办"), Field("words", "答复", Text(200))),
        changes=("*",),
        entity=REQUEST.key,
        icon="shield",
        palette=False,
        note="批准就照申请的办，用您的权利、按现在的数据检查；不批准要写为什么",
    ),
    Verb(
        "approval.drop",
        "收起申请",
        drop,
        (_ONE,),
        changes=(REQUEST.key,),
        entity=REQUEST.key,
        icon="dismiss",
        palette=False,
    ),
)
ACTIONS = Actions(VERBS)
