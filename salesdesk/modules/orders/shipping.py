"""Delivering orders in one or several parts, several orders on one 送货单; stock goes down with every note (ORD-7)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Qty, Row, Text
from salesdesk.domain.masking import mask
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.money import queries as money
from salesdesk.modules.orders import change_queries, delivery_queries, queries
from salesdesk.modules.orders.model import DELIVERY, DELIVERY_LINE, ORDER
from salesdesk.modules.orders.rules import check_delivery
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import line_params

WANTED = Entity(
    "delivery_wanted",
    "送货明细",
    (
        Field("order_line", "订单行", Link(entity="order_line"), required=True),
        Field("qty", "数量", Qty(), required=True),
        Field("note", "备注", Text(200)),
    ),
)
"""What a caller of order.deliver and delivery.save gives per line; not a table."""
WRITES = ("delivery", "delivery_line", "stock_move")

Wanted = list[tuple[Row, int, str | None]]
"""(order line with its product's stock, quantity to deliver, remark) of each line of a note."""


def derive_notes(work: Work, changes: Changes) -> None:
    """Recompute where each touched note stands: sent, counted, signed for, or turned down."""
    if not changes.touched.keys() & {"delivery", "delivery_line"}:
        return
    among = "(SELECT value FROM json_each(?))"
    notes = set(changes.of("delivery"))
    lines = json.dumps(list(changes.of("delivery_line")))
    notes.update(work.column(f"SELECT DISTINCT delivery FROM delivery_line WHERE uid IN {among}", (lines,)))
    work.execute_many(
        "UPDATE delivery SET state = (SELECT CASE"
        " WHEN delivery.signed_at IS NOT NULL AND sum(coalesce(l.rejected, 0)) > 0"
        " THEN CASE WHEN sum(l.qty) = 0 THEN 'refused' ELSE 'partly' END"
        " WHEN delivery.signed_at IS NOT NULL THEN 'signed'"
        " WHEN delivery.checked_at IS NOT NULL AND sum(coalesce(l.counted, l.qty) != l.qty) > 0 THEN 'differs'"
        " WHEN delivery.checked_at IS NOT NULL THEN 'checked' ELSE 'new' END"
        " FROM delivery_line l WHERE l.delivery = delivery.uid AND l.void = 0) WHERE uid = ?",
        [(uid,) for uid in notes],
    )


def deliver(ctx: Context, args: Row) -> Outcome:
    """Make a 送货单 for the given quantities of one order, or for everything that is left when no lines are given."""
    order = ctx.work.get(ORDER, args["uid"])
    _must_be_confirmed([order])
    assert order is not None
    lines = {r["uid"]: r for r in queries.open_lines(ctx.work, order["uid"])}
    if "lines" in args:
        wanted = _wanted(args["lines"], lines, "这一行不在这张订单里")
    else:
        wanted = [(r, r["left"], None) for r in lines.values() if r["left"] > 0]
    return _make_note(ctx, args, [order], wanted)


def save(ctx: Context, args: Row) -> Outcome:
    """开送货单: one note for lines of several orders of the same customer; with uid, correct the head of a note."""
    if args.get("uid"):
        return _edit(ctx, args)
    given: list[Row] = args.get("lines") or []
    lines = delivery_queries.lines_for(ctx.work, [str(one.get("order_line") or "") for one in given])
    wanted = _wanted(given, lines, "没有这一行，或者它已经作废")
    orders = [ctx.work.get(ORDER, uid) for uid in dict.fromkeys(str(line["order"]) for line, _, _ in wanted)]
    _must_be_confirmed(orders)
    return _make_note(ctx, args, [o for o in orders if o is not None], wanted)


def _wanted(given: Sequence[Row], lines: dict[str, Row], unknown: str) -> Wanted:
    found: Wanted = []
    for i, one in enumerate(given):
        line = lines.get(str(one.get("order_line") or ""))
        if line is None:
            raise Refused(
                Problem(
                    unknown,
                    "请从订单的商品明细里选",
                    path=f"lines/{i}/order_line",
                    place=f"第 {i + 1} 行",
                    code="foreign_line",
                )
            )
        found.append((line, int(one.get("qty") or 0), one.get("note")))
    return found


def _must_be_confirmed(orders: Sequence[Row | None]) -> None:
    for order in orders:
        if order is None or order["void"] or order["state"] != "confirmed":
            which = f"：{order['number']}" if order is not None and len(orders) > 1 else ""
            raise Refused(Problem(f"只有已确认的订单才能发货{which}", "请先确认订单", path="uid", code="not_confirmed"))


def check_together(orders: Sequence[Row]) -> list[Problem]:
    """Goods of several orders leave on one note only to the same customer; to several addresses only with a reason."""
    if len({o["customer"] for o in orders}) > 1:
        told = "、".join(str(o["number"]) for o in orders[:4])
        return [Problem(f"{told} 不是同一个客户的", "一张送货单只送一个客户，请分开", "lines", "送货明细", "customers")]
    places = {str(o["address"]): str(o["number"]) for o in orders if o["address"]}
    if len(places) < 2:
        return []
    told = "；".join(f"{number} 送 {mask(place, 'address')}" for place, number in places.items())
    return [
        Problem(
            f"这几张订单的收货地址不一样：{told}",
            "请分开送；客户要合并送到一处就写明原因",
            "address",
            "「收货地址」",
            "addresses",
            Severity.ASK,
        )
    ]


def _make_note(ctx: Context, args: Row, orders: Sequence[Row], wanted: Wanted) -> Outcome:
    """Check, then write note, lines and stock. Every order on it must be free to leave."""
    work = ctx.work
    ctx.check(
        check_delivery([(line, qty) for line, qty, _ in wanted])
        + check_together(orders)
        + change_queries.shipping_stop(work, [str(o["uid"]) for o in orders])
    )
    worth = amounts(work, [(line, qty) for line, qty, _ in wanted])
    number = work.next_number("SH")
    rows = [
        {
            "seq": i,
            "order_line": line["uid"],
            "product": line["product"],
            "qty": qty,
            "price": line["price"],
            "amount": worth[i - 1],
            "note": note,
        }
        for i, (line, qty, note) in enumerate(wanted, start=1)
    ]
    first = orders[0]
    header: Row = {key: args.get(key) for key in _TYPED_KEYS}
    header |= {
        "number": number,
        "customer": first["customer"],
        "order": first["uid"] if len(orders) == 1 else None,
        "orders": "、".join(str(o["number"]) for o in orders),
        "day": args.get("day") or ctx.today,
        "consignee": args.get("consignee") or first["contact"],
        "phone": args.get("phone") or first["phone"],
        "address": args.get("address") or first["address"],
        "amount": sum(r["amount"] for r in rows),
    }
    uid = work.insert(DELIVERY, header)
    work.insert_many(DELIVERY_LINE, [{**r, "delivery": uid} for r in rows])
    move_stock(ctx, [(r["product"], -r["qty"]) for r in rows], header, uid, "送货")
    work.title = f"发货 {number}（订单 {_called(orders)}）"
    return Outcome(uid, f"已开送货单 {number}", {"number": number, "orders": [str(o["number"]) for o in orders]})


def _called(orders: Sequence[Row]) -> str:
    told = "、".join(str(o["number"]) for o in orders[:3])
    return told if len(orders) <= 3 else f"{told} 等 {len(orders)} 张"


def move_stock(ctx: Context, moves: Sequence[tuple[str, int]], note: Row, uid: str, reason: str) -> None:
    """Stock ledger rows of a note: (product, quantity, positive into the stock)."""
    ctx.work.insert_many(
        ctx.registry.entities["stock_move"],
        [
            {"product": p, "qty": q, "day": note["day"], "reason": reason, "source": uid, "note": note["number"]}
            for p, q in moves
            if q
        ],
    )


def amounts(work: Work, wanted: Sequence[tuple[Row, int]], but: str = "") -> list[int]:
    """Amount of each delivered line, 分. The delivery that completes an order line takes what is left of its amount, so
    that the parts add up to the order to the cent; unless the price changed between the parts. No part takes more than is
    left (many pieces below a cent each, rounded up one by one, would). but: a delivery line to leave out, because its own
    amount is being worked out anew."""
    found, before = [], dict[str, tuple[int, int, bool]]()
    for line, qty in wanted:
        if line["uid"] not in before:
            before[line["uid"]] = work.tuples(
                "SELECT coalesce(sum(qty), 0), coalesce(sum(amount), 0), coalesce(min(price = ?), 1) FROM delivery_line"
                " WHERE order_line = ? AND void = 0 AND uid != ?",
                (line["price"], line["uid"], but),
            )[0]
        sent, told, same = before[line["uid"]]
        amount, rest = line_amount(qty, line["price"]), line["amount"] - told
        if same:
            amount = rest if sent + qty == line["qty"] else min(amount, max(0, rest))
        before[line["uid"]] = (sent + qty, told + amount, same)
        found.append(amount)
    return found


def set_qty(work: Work, line: Row, qty: int, more: Row | None = None) -> None:
    """Another quantity on a line of a note, with the amount that goes with it; zero costs nothing."""
    order_line = work.get("order_line", line["order_line"]) or {}
    priced = {**order_line, "price": line["price"]}
    same = order_line.get("price") == line["price"]
    amount = line_amount(qty, line["price"])
    if qty and same:
        amount = amounts(work, [(priced, qty)], line["uid"])[0]
    work.update(DELIVERY_LINE, line["uid"], {"qty": qty, "amount": amount, **(more or {})})


def add_up(work: Work, uid: str) -> None:
    """The note's amount follows its lines."""
    total = work.value("SELECT coalesce(sum(amount), 0) FROM delivery_line WHERE delivery = ? AND void = 0", (uid,))
    work.update(DELIVERY, uid, {"amount": total})


def note_of(ctx: Context, uid: object) -> Row:
    """A live note; Refused when it is gone."""
    row = ctx.work.get(DELIVERY, str(uid))
    if row is None or row["void"]:
        raise Refused(Problem("没有这张送货单", "请刷新列表", path="uid", code="unknown_record"))
    return row


def _edit(ctx: Context, args: Row) -> Outcome:
    row = note_of(ctx, args["uid"])
    if "lines" in args:
        raise Refused(
            Problem(
                "开好的送货单不能改明细",
                "数量点错了在核对里按实数改；别的请作废这张，重新开",
                path="lines",
                place="送货明细",
                code="fixed_lines",
            )
        )
    changed = {k: args[k] for k in _TYPED_KEYS if k in args and args[k] != row[k]}
    if "day" in changed and not changed["day"]:
        raise Refused(Problem("不能空着", "请填送货日期", path="day", place="「送货日期」", code="required"))
    ctx.work.update(DELIVERY, row["uid"], changed)
    ctx.work.title = f"改送货信息 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}" if changed else "没有改动")


def void_delivery(ctx: Context, args: Row) -> Outcome:
    """Take a 送货单 back: its quantities are open again and the stock returns."""
    work = ctx.work
    row = note_of(ctx, args["uid"])
    if row["signed_at"]:
        told = f"{row['number']} 已由 {row['signed_by']} 签收，作废了客户手里的单就对不上"
        ctx.check(
            [Problem(told, "确实要作废就写明原因", path="uid", place="送货单", code="signed", severity=Severity.ASK)]
        )
    ctx.check(money.billed(work, str(row["uid"])))
    for line in work.of_parent(DELIVERY_LINE, row["uid"]):
        work.void(DELIVERY_LINE, line["uid"])
    moves = ctx.registry.entities["stock_move"]
    for uid in work.column("SELECT uid FROM stock_move WHERE source = ? AND void = 0", (row["uid"],)):
        work.void(moves, uid)
    work.void(DELIVERY, row["uid"])
    work.title = f"作废送货单 {row['number']}"
    return Outcome(row["uid"], f"已{work.title}")


_TYPED = tuple(f for f in DELIVERY.typed_fields if f.key != "day")
_TYPED_KEYS = tuple(f.key for f in DELIVERY.typed_fields)
_DAY = Field("day", "送货日期", DELIVERY["day"].kind)
_WHY = Field("reason", "原因", Text(200), note="仓库还没接收变更就要发，写明原因")

VERBS = (
    Verb(
        "order.deliver",
        "发货",
        deliver,
        (
            Field("uid", "订单", Link(entity="sales_order"), required=True),
            _DAY,
            *_TYPED,
            line_params(WANTED, "送货明细"),
            _WHY,
        ),
        changes=WRITES,
        entity="sales_order",
        icon="truck",
        states=("confirmed", "part"),
        shortcut="F9",
        note="不给明细就把没发的全发",
    ),
    Verb(
        "delivery.save",
        "合并发货",
        save,
        (
            Field("uid", "送货单", Link(entity="delivery"), note="改已开的送货单的承运、运单号等才给；不给就是新开"),
            _DAY,
            *_TYPED,
            line_params(WANTED, "送货明细"),
            _WHY,
        ),
        changes=WRITES,
        entity="delivery",
        icon="truck",
        palette=False,
        note="同一客户几张订单的行开在一张送货单上",
    ),
    Verb(
        "delivery.void",
        "作废送货单",
        void_delivery,
        (Field("uid", "送货单", Link(entity="delivery"), required=True),),
        changes=WRITES,
        entity="delivery",
        icon="delete",
    ),
)
