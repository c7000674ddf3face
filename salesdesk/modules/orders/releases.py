"""放行: who let which problem of an order pass, with what reason; and asking the 主管 where only he may (ORD-2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Note, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders.check_model import ORDER_RELEASE
from salesdesk.modules.orders.check_table import MANAGER_LABEL, RULES, Pass, PassKey, key_of
from salesdesk.modules.orders.model import ORDER
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role
from salesdesk.services.rule_stands import MANAGER

ProblemsOf = Callable[[Context, Row], tuple[list[Problem], list[Row]]]
"""(context, order as typed) -> what confirming it would raise, and its lines."""


def passed(reader: Reader, order: str) -> dict[PassKey, Pass]:
    """The problems of an order that were let pass: the same problem needs no second reason."""
    if not order:
        return {}
    return {
        (str(row["rule"]), str(row["product"] or ""), str(row["problem"])): Pass(
            str(row["decided_by"] or ""), str(row["decided_role"] or ""), str(row["decided_at"]), str(row["reason"] or "")
        )
        for row in reader.rows(
            "SELECT * FROM order_release WHERE \"order\" = ? AND state = 'allowed' AND void = 0 ORDER BY rowid", (order,)
        )
    }  # fmt: skip


def of_order(reader: Reader, order: str) -> list[Row]:
    """All releases of an order, asked ones included, in the order they came."""
    return reader.rows('SELECT * FROM order_release WHERE "order" = ? AND void = 0 ORDER BY rowid', (order,))


def record(ctx: Context, order: str, problems: Sequence[Problem], lines: Sequence[Row]) -> int:
    """Keep on the order what just passed with a reason: which problem, who, role, when, why. Returns how many."""
    asks = [p for p in problems if p.severity is Severity.ASK]
    if not asks:
        return 0
    decided: Row = {
        "state": "allowed",
        "decided_by": ctx.decided_by,
        "decided_role": ctx.decided_role.label,
        "decided_at": ctx.now,
        "reason": ctx.reason,
    }
    open_asks = {_key(row): row for row in of_order(ctx.work, order) if row["state"] == "asked"}
    for problem in asks:
        waiting = open_asks.pop(key_of(problem, lines), None)
        if waiting is not None:
            ctx.work.update(ORDER_RELEASE, waiting["uid"], decided)
        else:
            ctx.work.insert(ORDER_RELEASE, {**_subject(order, problem, lines), **decided})
    return len(asks)


def settle(ctx: Context, order: str) -> None:
    """An order that stands needs no answer any more to what was still asked."""
    for row in of_order(ctx.work, order):
        if row["state"] == "asked":
            ctx.work.update(ORDER_RELEASE, row["uid"], {"state": "dropped"})


def _key(row: Row) -> PassKey:
    return str(row["rule"]), str(row["product"] or ""), str(row["problem"])


def _subject(order: str, problem: Problem, lines: Sequence[Row]) -> Row:
    code, product, message = key_of(problem, lines)
    title = RULES[code].title if code in RULES else code
    return {"order": order, "rule": code, "title": title, "product": product or None, "problem": message}


def _ask(ctx: Context, args: Row, problems_of: ProblemsOf) -> Outcome:
    """请主管放行: keep what only the 主管 may let pass, for him to decide. Takes the order as it is typed."""
    uid = str(args["uid"])
    found, lines = problems_of(ctx, args)
    wanted = [p for p in found if p.severity is Severity.ASK and p.who == MANAGER]
    if not wanted:
        raise Refused(
            Problem("没有要主管放行的问题", "写个原因就能过的，确认时写上", path="uid", code="nothing_to_ask")
        )
    known = {_key(row): row for row in of_order(ctx.work, uid) if row["state"] in ("asked", "refused")}
    asked: Row = {
        "state": "asked",
        "asked_by": ctx.operator,
        "asked_at": ctx.now,
        "asked_words": args["words"],
        "decided_by": None,
        "decided_role": None,
        "decided_at": None,
        "reason": None,
    }
    for problem in wanted:
        old = known.get(key_of(problem, lines))
        if old is None:
            ctx.work.insert(ORDER_RELEASE, {**_subject(uid, problem, lines), **asked})
        else:
            ctx.work.update(ORDER_RELEASE, old["uid"], asked)
    ctx.work.title = f"申请放行 {ctx.work.named('sales_order', uid)}：{'、'.join(RULES[p.code].title for p in wanted)}"
    return Outcome(uid, f"已申请，等{MANAGER_LABEL}放行 {len(wanted)} 个问题", {"asked": len(wanted)})


def _waiting(ctx: Context, uid: object) -> Row:
    row = ctx.work.get(ORDER_RELEASE, str(uid))
    if row is None or row["void"]:
        raise Refused(Problem("没有这条放行申请", "请刷新列表", path="uid", code="unknown_record"))
    if row["state"] != "asked":
        told = f"已经由 {row['decided_by']} 处理过了" if row["decided_by"] else "已经不用了"
        raise Refused(Problem(told, "请刷新列表", path="uid", code="decided"))
    return row


def _decide(ctx: Context, args: Row, state: str, word: str) -> Outcome:
    row = _waiting(ctx, args["uid"])
    ctx.work.update(
        ORDER_RELEASE,
        row["uid"],
        {
            "state": state,
            "decided_by": ctx.operator,
            "decided_role": ctx.role.label,
            "decided_at": ctx.now,
            "reason": args["words"],
        },
    )
    number = ctx.work.named("sales_order", row["order"])
    ctx.work.title = f"{word} {number}「{row['title']}」"
    ctx.work.reason = str(args["words"])
    return Outcome(row["uid"], f"已{word}：{number}「{row['title']}」", {"order": row["order"]})


def allow(ctx: Context, args: Row) -> Outcome:
    """放行: the 主管 lets the problem pass; the order still has to be confirmed."""
    return _decide(ctx, args, "allowed", "放行")


def refuse(ctx: Context, args: Row) -> Outcome:
    """不放行, with what is to be done instead."""
    return _decide(ctx, args, "refused", "不放行")


_ONE = Field("uid", "放行申请", Link(entity="order_release"), required=True)


def verbs(order_params: tuple[Field, ...], problems_of: ProblemsOf) -> tuple[Verb, ...]:
    """The verbs; `order_params` are those of an order as it is typed, `problems_of` judges it."""
    typed = tuple(f for f in order_params if f.key not in ("uid", "words"))
    return (
        Verb(
            "release.ask",
            "请主管放行",
            lambda ctx, args: _ask(ctx, args, problems_of),
            (
                Field("uid", "订单", Link(entity=ORDER.key), required=True),
                Field("words", "申请说明", Text(200), required=True, note="为什么要放行，写给主管看"),
                *typed,
            ),
            changes=("order_release",),
            entity="sales_order",
            icon="shield",
            palette=False,
        ),
        Verb(
            "release.allow",
            "放行",
            allow,
            (_ONE, Field("words", "放行原因", Note(), required=True)),
            role=Role.MANAGER,
            changes=("order_release",),
            entity="order_release",
            icon="check",
            states=("asked",),
            note="只有主管能做；放行后内勤照常确认",
        ),
        Verb(
            "release.refuse",
            "不放行",
            refuse,
            (_ONE, Field("words", "不放行的原因", Note(), required=True)),
            role=Role.MANAGER,
            changes=("order_release",),
            entity="order_release",
            icon="dismiss",
            states=("asked",),
        ),
    )
