"""Answering a call: reading the card, noting the call, keeping its promise."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.calls.model import CALL
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, missing
from salesdesk.services.roles import Role

_CUSTOMER = Field("customer", "客户", Link(entity="customer"), required=True)


def card(ctx: Context, args: Row) -> Outcome:
    """What a customer may ask about, with the sentences to read to him."""
    from dataclasses import asdict

    from salesdesk.modules.calls import queries, words

    found = queries.card(ctx.work, str(args["customer"]), ctx.today)
    spoken = words.spoken(found, ctx.today)
    return Outcome(str(args["customer"]), spoken, {**asdict(found), "words": spoken})


def log(ctx: Context, args: Row) -> Outcome:
    """Note a call; a promise without a day is for today and stands on 今日 until it is kept."""
    values: Row = {k: v for k, v in args.items() if k in CALL.by_key}
    ctx.check(missing(CALL, values))
    if not any(values.get(k) for k in ("asked", "told", "promise")):
        raise Refused(
            Problem(
                "来电内容是空的", "至少写一句客户问什么，或答应了什么", path="asked", place="「问什么」", code="empty"
            )
        )
    if values.get("promise"):
        values["due"] = values.get("due") or ctx.today
        if values["due"] < ctx.today:
            raise Refused(
                Problem("答应的日子已经过了", "请填今天或以后的日子", path="due", place="「什么时候前」", code="past")
            )
    elif values.get("due"):
        raise Refused(
            Problem(
                "写了日子，没写答应了什么",
                "请写一句答应客户的事，或把日子去掉",
                path="promise",
                place="「答应了什么」",
                code="required",
            )
        )
    number = ctx.work.next_number("TH")
    uid = ctx.work.insert(CALL, {**values, "number": number, "at": ctx.now})
    name = ctx.work.named("customer", values["customer"])
    ctx.work.title = f"记来电 {name}"
    promised = (
        f"，{dates.show_day_short(values['due'], ctx.today)} 前：{values['promise']}" if values.get("promise") else ""
    )
    return Outcome(uid, f"已{ctx.work.title}{promised}", {"number": number})


def done(ctx: Context, args: Row) -> Outcome:
    """What was promised on the telephone was done."""
    row = ctx.work.get(CALL, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(CALL))
    if not row["promise"]:
        raise Refused(Problem("这次来电没有答应什么", code="no_promise", path="uid"))
    if row["done_at"]:
        raise Refused(Problem("答应的事已经办完了", "请刷新今日", path="uid", code="done"))
    ctx.work.update(CALL, row["uid"], {"done_at": ctx.now, "result": args.get("result")})
    ctx.work.title = f"办完答应 {ctx.work.named('customer', row['customer'])} 的事：{row['promise']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


VERBS = (
    Verb(
        "call.card",
        "客户来电",
        card,
        (_CUSTOMER,),
        role=Role.VIEWER,
        entity="call",
        icon="phone",
        shortcut="F12",
        note="一键看欠货、交期、发货、往来，照着念",
    ),
    Verb(
        "call.log",
        "记来电",
        log,
        CALL.typed_fields,
        changes=("call",),
        entity="call",
        icon="note",
    ),
    Verb(
        "call.done",
        "答应的事办完了",
        done,
        (
            Field("uid", "来电", Link(entity="call"), required=True),
            Field("result", "办得怎样", Text(200), note="可以不写"),
        ),
        changes=("call",),
        entity="call",
        icon="check",
    ),
)
