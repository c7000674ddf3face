"""Closing what is left of an order line with a reason, and opening it again (ORD-7). Both are changes everybody is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Qty, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders import change_queries, changes, queries
from salesdesk.modules.orders.change_model import CLOSED, REST_REOPENED
from salesdesk.modules.orders.delivery_model import CLOSE_REASON
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.modules.orders.rules import QTY
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import line_params

REST = Entity(
    "order_rest",
    "余量",
    (
        Field("order_line", "订单行", Link(entity="order_line"), required=True),
        Field("qty", "数量", Qty(least=1), note="不给就是这一行全部余量"),
    ),
)
"""What a caller of order.close_rest and order.reopen_rest gives per line; not a table."""


def closed_lines(work: Work, order: str) -> list[Row]:
    """Lines of an order of which something is closed, as they are before a save."""
    return (
        work.rows('SELECT * FROM order_line WHERE "order" = ? AND void = 0 AND closed > 0', (order,)) if order else []
    )


def trim(work: Work, before: Sequence[Row]) -> None:
    """After an amendment: a line never holds more closed than is left of its new quantity, nor for another product."""
    for old in before:
        line = work.get(ORDER_LINE, old["uid"])
        if line is None or line["void"]:
            continue
        most = (line["qty"] or 0) - (line["delivered"] or 0) if line["product"] == old["product"] else 0
        if (line["closed"] or 0) > most:
            work.update(ORDER_LINE, line["uid"], _closing(max(0, most), line["close_reason"]))


def _closing(qty: int, reason: object) -> Row:
    return {"closed": qty or None, "close_reason": reason if qty else None}


def add_closed(work: Work, lines: Mapping[str, int], reason: str) -> None:
    """Write further closed quantities onto order lines (uid -> quantity)."""
    for uid, qty in lines.items():
        line = work.get(ORDER_LINE, uid)
        assert line is not None
        work.update(ORDER_LINE, uid, _closing((line["closed"] or 0) + qty, reason))


def close_rest(ctx: Context, args: Row) -> Outcome:
    """关闭余量: what is not delivered yet will not be; without lines, of the whole order."""
    order = _order(ctx, str(args["uid"]))
    lines = queries.open_lines(ctx.work, order["uid"])
    wanted = _chosen(args, lines, "left", "没有余量，已经发完或关闭了")
    if not any(r["delivered"] for r in lines) and all(wanted.get(r["uid"], 0) >= r["left"] for r in lines):
        raise Refused(
            Problem(
                "这张订单一件都没发过，不用关闭余量", "整单不做了请用「取消订单」", path="uid", code="cancel_instead"
            )
        )
    reason = CLOSE_REASON.show(args["close_reason"])
    words = f"{reason}：{args['note']}" if args.get("note") else reason
    was = change_queries.snapshot(ctx.work, order["uid"])
    add_closed(ctx.work, wanted, str(args["close_reason"]))
    told = changes.told_of(changes.record(ctx, order["uid"], was, CLOSED, words))
    ctx.work.reason = words
    ctx.work.title = f"关闭余量 {order['number']}（{reason}）"
    pieces = QTY.show(sum(wanted.values()))
    return Outcome(order["uid"], f"已关闭 {order['number']} 的余量 {pieces}", {"closed": len(wanted), **told})


def reopen_rest(ctx: Context, args: Row) -> Outcome:
    """重开余量: a closed remainder is owed to the customer again; the way back from order.close_rest."""
    order = _order(ctx, str(args["uid"]))
    lines = [r for r in queries.open_lines(ctx.work, order["uid"]) if r["closed"]]
    wanted = _chosen(args, lines, "closed", "没有关闭的余量")
    was = change_queries.snapshot(ctx.work, order["uid"])
    by_uid = {r["uid"]: r for r in lines}
    for uid, qty in wanted.items():
        line = by_uid[uid]
        ctx.work.update(ORDER_LINE, uid, _closing(line["closed"] - qty, line["close_reason"]))
    words = str(args["note"])
    told = changes.told_of(changes.record(ctx, order["uid"], was, REST_REOPENED, words))
    ctx.work.reason = words
    ctx.work.title = f"重开余量 {order['number']}"
    pieces = QTY.show(sum(wanted.values()))
    return Outcome(order["uid"], f"已重开 {order['number']} 的余量 {pieces}", {"reopened": len(wanted), **told})


def _order(ctx: Context, uid: str) -> Row:
    order = ctx.work.get(ORDER, uid)
    if order is None or order["void"] or order["state"] != "confirmed":
        raise Refused(Problem("只有已确认的订单才有余量", "草稿直接改，取消的不用管", path="uid", code="not_confirmed"))
    return order


def _chosen(args: Row, lines: Sequence[Row], key: str, nothing: str) -> dict[str, int]:
    """Order line -> quantity, as given or all there is under `key`. Raises Refused."""
    there = {str(r["uid"]): r for r in lines if (r[key] or 0) > 0}
    given = args.get("lines") or []
    if not there:
        raise Refused(Problem(nothing, "请刷新看看", path="uid", code="no_rest"))
    if not given:
        return {uid: r[key] for uid, r in there.items()}
    found: dict[str, int] = {}
    problems = []
    for i, one in enumerate(given):
        line = there.get(str(one.get("order_line") or ""))
        place = f"第 {i + 1} 行"
        if line is None or line["uid"] in found:
            problems.append(Problem(nothing, "请从订单里选还有的行", f"lines/{i}/order_line", place, "foreign_line"))
            continue
        qty = int(one["qty"] if one.get("qty") is not None else line[key])
        if qty > line[key]:
            problems.append(
                Problem(f"只有 {QTY.show(line[key])}", "请改小数量", f"lines/{i}/qty", f"{place}「数量」", "too_much")
            )
        found[str(line["uid"])] = qty
    if problems:
        raise Refused(problems)
    return found


_UID = Field("uid", "订单", Link(entity="sales_order"), required=True)

VERBS = (
    Verb(
        "order.close_rest",
        "关闭余量",
        close_rest,
        (
            _UID,
            Field("close_reason", "关闭原因", CLOSE_REASON, required=True),
            Field("note", "说明", Text(200)),
            line_params(REST, "哪些行"),
        ),
        changes=("order_line", "sales_order", *changes.TABLES),
        entity="sales_order",
        icon="dismiss_circle",
        states=("part", "confirmed"),
        note="没发的不再发；不给明细就是整单的余量。该知道的人自动列进变更告知",
    ),
    Verb(
        "order.reopen_rest",
        "重开余量",
        reopen_rest,
        (_UID, Field("note", "为什么重开", Text(200), required=True), line_params(REST, "哪些行")),
        changes=("order_line", "sales_order", *changes.TABLES),
        entity="sales_order",
        icon="undo",
        states=("done", "part", "confirmed"),
        note="关闭过的余量又要发",
    ),
)
