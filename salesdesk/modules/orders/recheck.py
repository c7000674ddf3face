"""Judges orders again that are in the file already: reopening a cancelled one, and all open ones after a merge (ORD-3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders import change_queries, changes, fact_queries, passing, queries, releases
from salesdesk.modules.orders.change_model import REOPENED
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.modules.orders.rules import check_order
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role

Progress = Callable[[int, int], None]
MOST_REVIEWED = 500
"""Orders judged again after one merge; the others are judged by 重查未完成的订单."""
DUPLICATE_DAYS = 7


def problems_of(reader: Reader, order: Row, today: str, duplicate_days: int) -> tuple[list[Problem], list[Row]]:
    """What the check says of a stored order as if it were confirmed now, and its lines."""
    lines = reader.of_parent(ORDER_LINE, order["uid"])
    facts = fact_queries.facts(reader, order, lines, today, order["uid"], duplicate_days, amending=False)
    return check_order({**order, "state": "confirmed"}, lines, facts), lines


def recheck(
    reader: Reader, orders: Sequence[str], today: str, duplicate_days: int, progress: Progress | None = None
) -> dict[str, list[Problem]]:
    """Problems of these orders by uid, orders without any left out. What comes with a merge passes through here."""
    found: dict[str, list[Problem]] = {}
    for done, uid in enumerate(orders):
        order = reader.get(ORDER, uid)
        if order is not None and not order["void"] and order["state"] != "cancelled":
            problems, _ = problems_of(reader, order, today, duplicate_days)
            if problems:
                found[uid] = problems
        if progress is not None and done % 20 == 0:
            progress(done, len(orders))
    return found


TOGETHER = frozenset(("over_credit", "same_po", "duplicate_order"))
"""Rules that look at other records too: each PC may have kept them, and both together may not."""


def review(reader: Reader, changes: Changes, today: str) -> list[tuple[str, str, Problem]]:
    """What orders that came with a merge break together with what was here (ORD-3)."""
    orders = set(changes.of("sales_order"))
    orders.update(
        reader.column(
            'SELECT DISTINCT "order" FROM order_line WHERE uid IN (SELECT value FROM json_each(?))',
            (json.dumps(sorted(changes.of("order_line"))),),
        )
    )
    wanted = sorted(orders.intersection(open_orders(reader)))[:MOST_REVIEWED]
    return [
        ("sales_order", uid, problem)
        for uid, problems in recheck(reader, wanted, today, DUPLICATE_DAYS).items()
        for problem in problems
        if problem.code in TOGETHER and problem.severity in (Severity.STOP, Severity.ASK)
    ]


def open_orders(reader: Reader) -> list[str]:
    """Uids of the orders of which something is still to be delivered, the earliest due first."""
    return [
        str(uid)
        for uid in reader.column(
            f"SELECT uid FROM sales_order WHERE stage IN {queries.OPEN} AND void = 0 ORDER BY due_date, rowid"
        )
    ]


def after_merge(ctx: Context, entity: str, kept: Row, others: Sequence[Row]) -> list[Problem]:
    """What the check says of a merged customer's open orders now that all count against one limit; each sentence once."""
    if entity != "customer":
        return []
    orders = ctx.work.column(
        f"SELECT uid FROM sales_order WHERE customer = ? AND stage IN {queries.OPEN} AND void = 0 ORDER BY due_date, rowid",
        (kept["uid"],),
    )
    found: dict[str, list[str]] = {}
    for uid, problems in recheck(ctx.work, orders, ctx.today, int(ctx.settings.get("order.duplicate_days"))).items():
        number = ctx.work.named(ORDER, uid)
        for one in problems:
            if one.severity in (Severity.STOP, Severity.ASK):
                found.setdefault(one.message, []).append(number)
    return [
        Problem(
            f"{'、'.join(numbers[:3])}{f' 等 {len(numbers)} 张' if len(numbers) > 3 else ''}：{message}", code="recheck"
        )
        for message, numbers in found.items()
    ]


def recheck_verb(ctx: Context, args: Row) -> Outcome:
    """重查未完成的订单: all open orders, or one; nothing is written."""
    uids = [str(args["order"])] if args.get("order") else open_orders(ctx.work)
    days = int(ctx.settings.get("order.duplicate_days"))
    found = recheck(ctx.work, uids, ctx.today, days, ctx.progress)
    told = []
    for uid, problems in found.items():
        row = ctx.work.get(ORDER, uid) or {}
        told.append(
            {
                "uid": uid,
                "number": row.get("number"),
                "customer": ctx.work.named("customer", row.get("customer")),
                "problems": [p.wire() for p in problems],
            }
        )
    grave = sum(any(p.severity in (Severity.STOP, Severity.ASK) for p in problems) for problems in found.values())
    words = f"查了 {len(uids)} 张订单，{len(found)} 张有话说" + (f"，其中 {grave} 张要处理" if grave else "")
    if not found:
        words = f"查了 {len(uids)} 张订单，都没有问题" if uids else "没有未完成的订单"
    return Outcome(message=words, data={"checked": len(uids), "orders": told})


def reopen(ctx: Context, args: Row) -> Outcome:
    """恢复订单: bring a cancelled order back, judged like a new one; of a confirmed one everybody is told again."""
    uid = str(args["uid"])
    row = ctx.work.get(ORDER, uid)
    if row is None or row["void"] or row["state"] != "cancelled":
        raise Refused(Problem("只有已取消的订单才能恢复", "请刷新列表", path="uid", code="not_cancelled"))
    number = row["number"]
    ctx.work.title = f"恢复订单 {number}"
    if not row["confirmed_at"]:
        ctx.work.update(ORDER, uid, {"state": "draft", "cancel_reason": None})
        return Outcome(uid, f"已{ctx.work.title}，是草稿")
    found, lines = problems_of(ctx.work, row, ctx.today, int(ctx.settings.get("order.duplicate_days")))
    ctx.check(found)
    was = change_queries.snapshot(ctx.work, uid)
    ctx.work.update(ORDER, uid, {"state": "confirmed", "cancel_reason": None})
    releases.record(ctx, uid, found, lines)
    slips = passing.make_slips(ctx, uid)
    told = changes.told_of(changes.record(ctx, uid, was, REOPENED, str(args.get("words") or ctx.reason or "")))
    return Outcome(uid, f"已{ctx.work.title}", {"number": number, "route_slips": slips, **told})


VERBS = (
    Verb(
        "order.reopen",
        "恢复订单",
        reopen,
        (
            Field("uid", "订单", Link(entity="sales_order"), required=True),
            Field("words", "为什么恢复", Text(200), required=True),
            Field("reason", "原因", Text(200), note="放行超额度、低于限价等要写原因"),
        ),
        changes=("sales_order", "route_slip", "order_release", *changes.TABLES),
        entity="sales_order",
        icon="undo",
        states=("cancelled",),
        note="取消过的订单再用，按现在的规则重新检查",
    ),
    Verb(
        "order.recheck",
        "重查未完成的订单",
        recheck_verb,
        (Field("order", "订单", Link(entity="sales_order"), note="不给就是全部没发完的订单"),),
        role=Role.VIEWER,
        icon="check",
        palette=False,
        note="用现在的规则再查一遍，不改任何东西",
    ),
)
