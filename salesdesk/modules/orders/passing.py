"""Passing confirmed orders on to 生产 and 采购: one slip per route, when it went and who took it (ORD-4)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Stamp, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders import queries
from salesdesk.modules.orders.model import ROUTE_SLIP
from salesdesk.services.module import Context, Outcome, Verb


def make_slips(ctx: Context, order: str) -> list[str]:
    """Make the missing slips of an order, one per route its lines take; returns all live slip numbers.

    A slip whose route no line takes any more is voided while nobody has it; one that went out stays, to be told of.
    """
    routes = queries.routes_of(ctx.work, order)
    have: dict[str, str] = {}
    for slip in _slips(ctx, order):
        if slip["route"] not in routes and not slip["passed_at"]:
            ctx.work.void(ROUTE_SLIP, slip["uid"])
        else:
            have[slip["route"]] = slip["number"]
    for route in routes:
        if route not in have:
            have[route] = ctx.work.next_number("CD")
            ctx.work.insert(ROUTE_SLIP, {"number": have[route], "order": order, "route": route})
    return list(have.values())


def drop_slips(ctx: Context, order: str) -> None:
    """Void the slips of a cancelled order; whoever already has one must be told."""
    tell_holders(ctx, order, "订单已取消", "请马上通知对方停下")
    for row in _slips(ctx, order):
        ctx.work.void(ROUTE_SLIP, row["uid"])


def tell_holders(ctx: Context, order: str, what: str, cure: str) -> None:
    """Warn of every slip that has left the desk: 生产 or 采购 work from a paper that no longer holds (ORD-6)."""
    for row in _slips(ctx, order):
        if row["passed_at"]:
            target, who = ROUTE_SLIP["route"].kind.show(row["route"]), row["received_by"]
            ctx.warnings.append(
                Problem(
                    f"{row['number']} 已传给{target}{f'（{who}）' if who else ''}，{what}",
                    cure,
                    place="传递单",
                    code="slip_passed",
                    severity=Severity.WARN,
                )
            )


def _slips(ctx: Context, order: str) -> list[Row]:
    return ctx.work.rows('SELECT * FROM route_slip WHERE "order" = ? AND void = 0 ORDER BY rowid', (order,))


def _load(ctx: Context, uid: str) -> Row:
    row = ctx.work.get(ROUTE_SLIP, uid)
    if row is None or row["void"]:
        raise Refused(Problem("没有这张传递单", "请刷新列表", path="uid", code="unknown_record"))
    return row


def hand_over(ctx: Context, args: Row) -> Outcome:
    """Note that a slip went out, by which way; a slip may also be received at once."""
    row = _load(ctx, str(args["uid"]))
    if row["passed_at"]:
        before = f"{ROUTE_SLIP['passed_at'].kind.show(row['passed_at'])} 已登记传出"
        who = f"，{row['received_by']} 接收" if row["received_by"] else ""
        ctx.warnings.append(
            Problem(
                f"{row['number']} 在 {before}{who}，现在改掉了",
                "弄错了可以撤销",
                path="uid",
                place="传递单",
                code="passed_before",
                severity=Severity.WARN,
            )
        )
    values: Row = {"passed_at": args.get("passed_at") or ctx.now, "how": args["how"]}
    if args.get("received_by"):
        values |= {"received_by": args["received_by"], "received_at": ctx.now}
    ctx.work.update(ROUTE_SLIP, row["uid"], values)
    ctx.work.title = f"传出 {row['number']} 给{ROUTE_SLIP['route'].kind.show(row['route'])}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def receive(ctx: Context, args: Row) -> Outcome:
    """Note who took a slip and when."""
    row = _load(ctx, str(args["uid"]))
    values: Row = {"received_by": args["received_by"], "received_at": args.get("received_at") or ctx.now}
    if not row["passed_at"]:
        values |= {"passed_at": ctx.now, "how": "当面"}
    ctx.work.update(ROUTE_SLIP, row["uid"], values)
    ctx.work.title = f"{row['number']} 由 {args['received_by']} 接收"
    return Outcome(row["uid"], ctx.work.title)


_SLIP = Field("uid", "传递单", Link(entity="route_slip"), required=True)

VERBS = (
    Verb(
        "route.pass",
        "登记传出",
        hand_over,
        (
            _SLIP,
            Field("how", "方式", ROUTE_SLIP["how"].kind, required=True, default="纸质"),
            Field("passed_at", "传出时间", Stamp()),
            Field("received_by", "接收人", Text(40)),
        ),
        changes=("route_slip",),
        entity="route_slip",
        icon="send",
    ),
    Verb(
        "route.receive",
        "登记接收",
        receive,
        (_SLIP, Field("received_by", "接收人", Text(40), required=True), Field("received_at", "接收时间", Stamp())),
        changes=("route_slip",),
        entity="route_slip",
        icon="check",
    ),
)
