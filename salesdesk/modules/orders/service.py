"""What can be done with an order: save, confirm, park, amend, cancel. Delivery, passing on and intake have their own files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from salesdesk.domain import dates
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.money import queries as money
from salesdesk.modules.orders import (
    change_queries,
    changes,
    fact_queries,
    intake,
    parking,
    passing,
    queries,
    releases,
    remainder,
)
from salesdesk.modules.orders.change_model import AMEND_REASON, CANCELLED
from salesdesk.modules.orders.model import CANCEL_REASON, FROM_CUSTOMER, ORDER, ORDER_LINE
from salesdesk.modules.orders.rules import QTY, amount_of, check_order, total_of
from salesdesk.persistence.reading import AMONG, among
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, line_params, missing, overtaken, overtaken_lines, save_lines

AMOUNT = "(qty * price + 50000) / 100000"
"""分 of an order line, rounded half up as `line_amount` does; neither factor is below 0."""
_OWED = f"CASE WHEN l.void = 0 AND o.void = 0 AND o.stage IN {queries.OPEN} THEN {queries.LEFT} END"
"""What a line of a confirmed order still promises, of any other nothing; below 0 where two PCs delivered the same goods."""


def derive_orders(work: Work, changes: Changes) -> None:
    """Recompute what follows from lines and deliveries: amount, delivered and open quantity of a line; amount and stage of an
    order."""
    touched = changes.touched
    if not touched.keys() & {"sales_order", "order_line", "delivery_line"}:
        return
    orders = changes.of("sales_order") | work.owners(changes, "order_line")
    if "delivery_line" in touched:
        sent = json.dumps(list(touched["delivery_line"]))
        lines = set(work.column(f"SELECT order_line FROM delivery_line WHERE uid {AMONG}", (sent,)))
        lines |= changes.of("order_line")
        work.execute_many(
            "UPDATE order_line SET delivered = (SELECT coalesce(sum(d.qty), 0) FROM delivery_line d WHERE d.order_line = order_line.uid"
            " AND d.void = 0) WHERE uid = ?",
            [(u,) for u in lines],
        )
        orders |= set(work.column(f'SELECT "order" FROM order_line WHERE uid {AMONG}', (json.dumps(list(lines)),)))
    of_orders, some = among(orders)
    work.execute(f'UPDATE order_line SET amount = {AMOUNT} WHERE "order" {of_orders} AND amount IS NOT {AMOUNT}', some)
    work.execute(
        "UPDATE sales_order SET (amount, stage) = (SELECT coalesce(sum(l.amount), 0), CASE"
        " WHEN sales_order.state != 'confirmed' THEN sales_order.state"
        f" WHEN sum({queries.LEFT} > 0) = 0 THEN 'done' WHEN sum(coalesce(l.delivered, 0)) = 0 THEN 'confirmed' ELSE 'part' END"
        f' FROM order_line l WHERE l."order" = sales_order.uid AND l.void = 0) WHERE uid {of_orders}',
        some,
    )
    work.execute(
        f'UPDATE order_line AS l SET open = {_OWED} FROM sales_order o WHERE o.uid = l."order" AND o.uid {of_orders}'
        f" AND l.open IS NOT {_OWED}",
        some,
    )


def load(ctx: Context, uid: str) -> Row:
    """The live order of a uid; Refused when it is gone."""
    row = ctx.work.get(ORDER, uid)
    if row is None or row["void"]:
        raise Refused(
            Problem("没有这张订单", "它可能在别的窗口被撤销了，请刷新列表", path="uid", code="unknown_record")
        )
    return row


def complete(ctx: Context, args: Row, before: Row | None) -> tuple[Row, Row | None]:
    """Header of the order as it will be: given fields over the stored ones, the customer's own data where nothing was given;
    and the customer's row."""
    header: Row = {**(before or {}), **{k: v for k, v in args.items() if k in ORDER.by_key}}
    if before is not None and header["customer"] != before["customer"]:  # his address is not the other one's
        header |= {key: None for key in FROM_CUSTOMER if args.get(key) is None}
    if before is None:
        header.setdefault("order_date", ctx.today)
        header["order_date"] = header["order_date"] or ctx.today
        if not header.get("due_date"):
            lead = int(ctx.settings.get("order.default_lead_days"))
            header["due_date"] = dates.add_days(str(header["order_date"]), lead)
    customer = ctx.work.get("customer", header.get("customer"))
    if customer is not None and (before is None or header["customer"] != before["customer"]):
        header |= {key: customer[key] for key in FROM_CUSTOMER if header.get(key) is None}
    return header, customer


def _write(ctx: Context, args: Row, state: str, strict: bool) -> tuple[str, Row, Row | None]:
    """Shared by save, confirm and amend: check by the one rule table, then write header and lines. Returns uid, header, before."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = load(ctx, uid) if uid else None
    header, customer = complete(ctx, args, before)
    lines: list[Row] = args["lines"] if "lines" in args else (work.of_parent(ORDER_LINE, uid) if uid else [])
    problems: list[Problem] = []
    changed = {k: v for k, v in header.items() if k in ORDER.by_key and (before is None or before[k] != v)}
    if before is not None:
        problems += overtaken(work, ORDER, uid, args.get("seen"), changed)
        problems += overtaken_lines(work, ORDER_LINE, uid, args.get("seen"), lines) if "lines" in args else []
    found = _checked(ctx, header, customer, lines, uid)
    if strict:
        problems += found
        problems += _below_delivered(work, uid, lines, header) if uid else []
    else:  # a draft may be wrong; it is told, not refused, but a row that cannot be stored is
        ctx.warnings.extend(p for p in found if p.code not in ("no_lines", "too_much"))
        problems += [p for p in found if p.code == "too_much"]
        if not header.get("customer"):
            problems += [p for p in found if p.path == "customer"]
        for i, line in enumerate(lines):
            problems += missing(ORDER_LINE, line, f"lines/{i}/", f"第 {i + 1} 行")
    ctx.check(problems)
    changed["amount"] = total_of(lines)
    if before is None or before["state"] != state:
        changed["state"] = state
    if before is None and state != "confirmed":
        changed["stage"] = state  # as it will be derived, so that no index is written twice
    if before is None or not before["number"]:
        changed["number"] = header["number"] = work.next_number("XS")
    if before is None:
        uid = work.insert(ORDER, changed)
    else:
        work.update(ORDER, uid, changed)
    if "lines" in args:
        closed = remainder.closed_lines(work, uid) if before is not None else []
        told = [{**line, "amount": amount_of(line)} for line in lines]
        save_lines(work, ORDER_LINE, uid, told, fresh=before is None)
        remainder.trim(work, closed)
    if args.get("intake"):
        intake.enter(ctx, args["intake"], uid)
    if strict:
        releases.record(ctx, uid, problems, lines)
        releases.settle(ctx, uid)
    return uid, header, before


def _checked(ctx: Context, header: Row, customer: Row | None, lines: Sequence[Row], uid: str) -> list[Problem]:
    """The one check with the facts as they are now."""
    days = int(ctx.settings.get("order.duplicate_days"))
    return check_order(
        header, lines, fact_queries.facts(ctx.work, header, lines, ctx.today, uid, days, customer=customer)
    )


def _below_delivered(work: Work, uid: str, lines: Sequence[Row], header: Row) -> list[Problem]:
    """An amendment may not go below what has left the house, nor drop or swap such a line, nor give it to somebody else."""
    kept = {line.get("uid"): (i, line) for i, line in enumerate(lines) if line.get("uid")}
    problems = []
    sent_to = next(iter(queries.notes_of(work, uid)), None)
    if sent_to is not None and sent_to["customer"] != header["customer"]:
        problems.append(
            Problem(
                f"已按送货单 {sent_to['number']} 发给「{work.named('customer', sent_to['customer'])}」，不能换客户",
                "请另开一张订单；送错了就先作废送货单",
                path="customer",
                place="「客户」",
                code="delivered",
            )
        )
    if papers := money.bound(work, uid, str(header["customer"])):
        problems.append(
            Problem(
                f"这张订单上有别的客户的{'、'.join(papers[:3])}，不能换客户",
                "请先改回款的核销，作废或红冲发票；或另开一张订单",
                path="customer",
                place="「客户」",
                code="billed",
            )
        )
    for old in work.of_parent(ORDER_LINE, uid):
        sent = old["delivered"] or 0
        if not sent:
            continue
        i, line = kept.get(old["uid"], (-1, None))
        name = work.named("product", old["product"])
        if line is None:
            problems.append(
                Problem(
                    f"「{name}」已发 {QTY.show(sent)}，这一行不能删",
                    "请保留这一行，数量最少改到已发数",
                    path="lines",
                    place="商品明细",
                    code="below_delivered",
                )
            )
        elif line["product"] != old["product"] or (line["qty"] or 0) < sent:
            problems.append(
                Problem(
                    f"「{name}」已发 {QTY.show(sent)}，不能改到更少，也不能换产品",
                    f"数量最少 {QTY.show(sent)}",
                    path=f"lines/{i}/qty",
                    place=f"第 {i + 1} 行「数量」",
                    code="below_delivered",
                )
            )
    return problems


def save(ctx: Context, args: Row) -> Outcome:
    """存草稿: keep an order that may still be incomplete. A confirmed order is changed by order.amend."""
    uid = str(args.get("uid") or "")
    before = load(ctx, uid) if uid else None
    if before is not None and before["state"] == "confirmed":
        raise Refused(Problem("订单已确认，不能当草稿存", "请用「变更订单」，写明原因", path="uid", code="confirmed"))
    if before is not None and before["state"] == "cancelled":
        raise Refused(Problem("订单已取消，不能再改", "请用「恢复订单」，或另开一张", path="uid", code="cancelled"))
    uid, header, _ = _write(ctx, args, (before or {}).get("state") or "draft", strict=False)
    ctx.work.title = f"保存订单 {header['number']}"
    return Outcome(uid, f"已保存 {header['number']}", {"number": header["number"]})


def confirm(ctx: Context, args: Row) -> Outcome:
    """Check an order strictly, confirm it and make its 传递单; saves what is given on the way."""
    uid = str(args.get("uid") or "")
    if uid and load(ctx, uid)["state"] in ("confirmed", "cancelled"):
        raise Refused(Problem("订单已经确认或取消过了", "要改请用「变更订单」", path="uid", code="confirmed"))
    uid, header, _ = _write(ctx, args, "confirmed", strict=True)
    ctx.work.update(ORDER, uid, {"confirmed_at": ctx.now, "confirmed_by": ctx.operator})
    slips = passing.make_slips(ctx, uid)
    ctx.work.title = f"确认订单 {header['number']}"
    return Outcome(uid, f"已确认 {header['number']}", {"number": header["number"], "route_slips": slips})


def amend(ctx: Context, args: Row) -> Outcome:
    """变更订单: change a confirmed order without cancelling it; the reason goes into the log (ORD-6)."""
    before = load(ctx, str(args["uid"]))
    if before["state"] != "confirmed":
        raise Refused(Problem("只有已确认的订单才要变更", "草稿直接改就行", path="uid", code="not_confirmed"))
    kind = AMEND_REASON.show(args["amend_reason"])
    was = change_queries.snapshot(ctx.work, before["uid"])
    uid, header, _ = _write(ctx, {k: v for k, v in args.items() if k != "amend_reason"}, "confirmed", strict=True)
    ctx.work.reason = f"{kind}：{ctx.reason}" if ctx.reason else kind
    passing.make_slips(ctx, uid)
    if ctx.work.changes().of("order_line") or header["due_date"] != before["due_date"]:
        passing.tell_holders(ctx, uid, "订单变了", "请通知对方，并重新打印传递单")
    ctx.work.title = f"变更订单 {header['number']}（{kind}）"
    told = changes.told_of(changes.record(ctx, uid, was, kind, ctx.reason))
    return Outcome(uid, f"已变更 {header['number']}", {"number": header["number"], **told})


def cancel(ctx: Context, args: Row) -> Outcome:
    """Cancel an order of which nothing was delivered."""
    row = load(ctx, str(args["uid"]))
    if row["state"] == "cancelled":
        raise Refused(Problem("已经取消过了", path="uid", code="cancelled"))
    if any(line["delivered"] for line in ctx.work.of_parent(ORDER_LINE, row["uid"])):
        raise Refused(
            Problem("已经发过货，不能取消整单", "请用「变更订单」把没发的数量改到已发数", path="uid", code="delivered")
        )
    was = change_queries.snapshot(ctx.work, row["uid"]) if row["state"] == "confirmed" else None
    ctx.work.update(ORDER, row["uid"], {"state": "cancelled", "cancel_reason": args["cancel_reason"]})
    if papers := money.bound(ctx.work, row["uid"]):
        ctx.warnings.append(
            Problem(
                f"这张订单上还有{'、'.join(papers[:3])}",
                "发票请作废或红冲；收的款已是预收，请退给客户或用到别的单",
                path="uid",
                code="billed",
                severity=Severity.WARN,
            )
        )
    change = None if was is None else changes.record(ctx, row["uid"], was, CANCELLED, str(args["cancel_reason"]))
    passing.drop_slips(ctx, row["uid"])
    ctx.work.title = f"取消订单 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}", changes.told_of(change))


def void_order(ctx: Context, args: Row) -> Outcome:
    """Take a draft out of use; its number stays taken, and the arrival it was typed from waits again."""
    row = load(ctx, str(args["uid"]))
    if row["state"] == "confirmed":
        raise Refused(Problem("已确认的订单不能作废", "请用「取消订单」并选原因", path="uid", code="confirmed"))
    for line in ctx.work.of_parent(ORDER_LINE, row["uid"]):
        ctx.work.void(ORDER_LINE, line["uid"])
    intake.reopen(ctx, row["uid"])
    ctx.work.void(ORDER, row["uid"])
    ctx.work.title = f"作废订单 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def problems_of(ctx: Context, args: Row) -> tuple[list[Problem], list[Row]]:
    """What confirming an order as it is typed would raise, and the lines that were judged."""
    uid = str(args.get("uid") or "")
    header, customer = complete(ctx, args, load(ctx, uid) if uid else None)
    lines = args["lines"] if "lines" in args else (ctx.work.of_parent(ORDER_LINE, uid) if uid else [])
    return _checked(ctx, header, customer, lines, uid), lines


def check(ctx: Context, args: Row) -> Outcome:
    """Only check: the same problems that confirming would raise, without writing anything."""
    found, _ = problems_of(ctx, args)
    passable = not any(p.severity is Severity.STOP for p in found)
    return Outcome(str(args.get("uid") or ""), "可以确认" if passable else "还不能确认", problems=tuple(found))


_ORDER = Field("uid", "订单", Link(entity="sales_order"), required=True)
_FULL = (
    UID,
    SEEN,
    *(replace(f, required=False) for f in ORDER.typed_fields),  # what is missing is the check's affair
    Field("intake", "来单登记", Link(entity="intake")),
    line_params(ORDER_LINE, "商品明细"),
)
_REASON = Field("reason", "原因", Text(200), note="放行超额度、低于限价等要写原因")
_TABLES = ("sales_order", "order_line", "route_slip", "intake", "order_release")
_CHANGED = (*_TABLES, *changes.TABLES)

VERBS = (
    Verb(
        "order.save",
        "存草稿",
        save,
        _FULL,
        changes=_TABLES,
        entity="sales_order",
        shortcut="Ctrl+S",
        icon="save",
        states=("draft", "parked"),
        note="客户必填，其余可以以后补",
    ),
    Verb(
        "order.confirm",
        "确认订单",
        confirm,
        (*_FULL, _REASON),
        changes=_TABLES,
        entity="sales_order",
        shortcut="F8",
        icon="send",
        states=("draft", "parked"),
        primary=True,
        note="逐条检查，通过后按类别生成传递单",
    ),
    Verb(
        "order.amend",
        "变更订单",
        amend,
        (
            Field("uid", "订单", Link(entity="sales_order"), required=True),
            *_FULL[1:],
            Field("amend_reason", "变更原因", AMEND_REASON, required=True),
            _REASON,
        ),
        changes=_CHANGED,
        entity="sales_order",
        icon="edit",
        states=("confirmed", "part"),
        note="不用取消，改哪记哪",
    ),
    Verb(
        "order.cancel",
        "取消订单",
        cancel,
        (_ORDER, Field("cancel_reason", "取消原因", CANCEL_REASON, required=True)),
        changes=("sales_order", "route_slip", *changes.TABLES),
        entity="sales_order",
        icon="dismiss",
        states=("draft", "parked", "confirmed"),
    ),
    Verb(
        "order.void",
        "作废订单",
        void_order,
        (_ORDER,),
        changes=("sales_order", "order_line", "intake"),
        entity="sales_order",
        icon="delete",
        states=("draft", "parked"),
    ),
    *releases.verbs(_FULL, problems_of),
    *parking.VERBS,
    Verb(
        "order.check",
        "检查订单",
        check,
        _FULL,
        entity="sales_order",
        icon="check",
        palette=False,
        note="只检查，不保存",
    ),
)
