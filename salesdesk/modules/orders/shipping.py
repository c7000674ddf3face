"""Delivering an order in one or several parts; stock goes down with every 送货单 (ORD-7)."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Qty, Row, Text
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders import change_queries, queries
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
"""What a caller of order.deliver gives per line; not a table."""


def deliver(ctx: Context, args: Row) -> Outcome:
    """Make a 送货单 for the given quantities, or for everything that is left when no lines are given."""
    work = ctx.work
    order = work.get(ORDER, args["uid"])
    if order is None or order["void"] or order["state"] != "confirmed":
        raise Refused(Problem("只有已确认的订单才能发货", "请先确认订单", path="uid", code="not_confirmed"))
    lines = {r["uid"]: r for r in queries.open_lines(work, order["uid"])}
    if "lines" in args:
        wanted = []
        for i, one in enumerate(args["lines"]):
            line = lines.get(one.get("order_line"))
            if line is None:
                raise Refused(
                    Problem(
                        "这一行不在这张订单里",
                        "请从订单的商品明细里选",
                        path=f"lines/{i}/order_line",
                        place=f"第 {i + 1} 行",
                        code="foreign_line",
                    )
                )
            wanted.append((line, int(one.get("qty") or 0), one.get("note")))
    else:
        wanted = [(r, r["left"], None) for r in lines.values() if r["left"] > 0]
    ctx.check(
        check_delivery([(line, qty) for line, qty, _ in wanted])
        + change_queries.shipping_stop(work, [str(order["uid"])])
    )
    worth = _amounts(work, [(line, qty) for line, qty, _ in wanted])
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
    header: Row = {
        "number": number,
        "customer": order["customer"],
        "order": order["uid"],
        "day": args.get("day") or ctx.today,
        "consignee": args.get("consignee") or order["contact"],
        "phone": args.get("phone") or order["phone"],
        "address": args.get("address") or order["address"],
        "carrier": args.get("carrier"),
        "tracking": args.get("tracking"),
        "note": args.get("note"),
        "amount": sum(r["amount"] for r in rows),
    }
    uid = work.insert(DELIVERY, header)
    work.insert_many(DELIVERY_LINE, [{**r, "delivery": uid} for r in rows])
    work.insert_many(
        ctx.registry.entities["stock_move"],
        [
            {
                "product": r["product"],
                "qty": -r["qty"],
                "day": header["day"],
                "reason": "送货",
                "source": uid,
                "note": number,
            }
            for r in rows
        ],
    )
    work.title = f"发货 {number}（订单 {order['number']}）"
    return Outcome(uid, f"已开送货单 {number}", {"number": number})


def _amounts(work: Work, wanted: Sequence[tuple[Row, int]]) -> list[int]:
    """Amount of each delivered line, 分. The delivery that completes an order line takes what is left of its amount, so
    that the parts add up to the order to the cent; unless the price changed between the parts."""
    found, before = [], dict[str, tuple[int, int, bool]]()
    for line, qty in wanted:
        if line["uid"] not in before:
            before[line["uid"]] = work.tuples(
                "SELECT coalesce(sum(qty), 0), coalesce(sum(amount), 0), coalesce(min(price = ?), 1) FROM delivery_line"
                " WHERE order_line = ? AND void = 0",
                (line["price"], line["uid"]),
            )[0]
        sent, told, same = before[line["uid"]]
        amount = line["amount"] - told if same and sent + qty == line["qty"] else line_amount(qty, line["price"])
        before[line["uid"]] = (sent + qty, told + amount, same)
        found.append(amount)
    return found


def void_delivery(ctx: Context, args: Row) -> Outcome:
    """Take a 送货单 back: its quantities are open again and the stock returns."""
    work = ctx.work
    row = work.get(DELIVERY, args["uid"])
    if row is None or row["void"]:
        raise Refused(Problem("没有这张送货单", "请刷新列表", path="uid", code="unknown_record"))
    for line in work.of_parent(DELIVERY_LINE, row["uid"]):
        work.void(DELIVERY_LINE, line["uid"])
    moves = ctx.registry.entities["stock_move"]
    for uid in work.column("SELECT uid FROM stock_move WHERE source = ? AND void = 0", (row["uid"],)):
        work.void(moves, uid)
    work.void(DELIVERY, row["uid"])
    work.title = f"作废送货单 {row['number']}"
    return Outcome(row["uid"], f"已{work.title}")


_TYPED = tuple(f for f in DELIVERY.typed_fields if f.key != "day")

VERBS = (
    Verb(
        "order.deliver",
        "发货",
        deliver,
        (
            Field("uid", "订单", Link(entity="sales_order"), required=True),
            Field("day", "送货日期", DELIVERY["day"].kind),
            *_TYPED,
            line_params(WANTED, "送货明细"),
            Field("reason", "原因", Text(200), note="仓库还没接收变更就要发，写明原因"),
        ),
        changes=("delivery", "delivery_line", "stock_move"),
        entity="sales_order",
        icon="truck",
        states=("confirmed", "part"),
        shortcut="F9",
        note="不给明细就把没发的全发",
    ),
    Verb(
        "delivery.void",
        "作废送货单",
        void_delivery,
        (Field("uid", "送货单", Link(entity="delivery"), required=True),),
        changes=("delivery", "delivery_line", "stock_move"),
        entity="delivery",
        icon="delete",
    ),
)
