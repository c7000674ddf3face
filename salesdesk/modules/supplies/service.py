"""Verbs of single bookings: opening stock, goods broken or lost on the shelf, and taking such a booking back."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Link, Price, Qty, Row, options
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies.ledger import faults, put_in, short, stands, take_out
from salesdesk.modules.supplies.model import MOVE, SUPPLY
from salesdesk.modules.supplies.rules import QTY
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone

BY_HAND = Choice(options=options("期初", "报损", "丢失"))


def move(ctx: Context, args: Row) -> Outcome:
    """One booking without a paper: opening stock comes in at its price, what broke or got lost leaves at the average."""
    item = ctx.work.get(SUPPLY, args["supply"])
    assert item is not None
    qty, kind, day = int(args["qty"]), str(args["kind"]), str(args.get("day") or ctx.today)
    if day > ctx.today:
        raise Refused(Problem(f"日期 {day} 还没到", "请核对", path="day", place="「日期」", code="future"))
    if kind == "期初":
        price = args["price"] if args.get("price") is not None else item["price"]
        if price is None:
            told = f"「{item['name']}」没有单价，库存金额算不出来"
            raise Refused(Problem(told, "请填单价，送的填 0", path="price", place="「单价」", code="no_price"))
        put_in(ctx, item["uid"], kind, qty, line_amount(qty, price), day, note=args.get("note"))
    else:
        if not args.get("note"):
            told = f"{kind}要写说明"
            raise Refused(Problem(told, "谁、什么时候、怎么回事", path="note", place="「说明」", code="required"))
        ctx.check(short(ctx.work, {item["uid"]: qty}, {item["uid"]: "qty"}))
        take_out(ctx, item["uid"], kind, qty, day, note=args.get("note"))
    ctx.work.title = f"{kind} {item['name']} {QTY.show(qty)}{item['unit'] or ''}"
    return Outcome(item["uid"], f"已登记{ctx.work.title}")


def take_back(ctx: Context, args: Row) -> Outcome:
    """Void one booking made by hand; one that a paper made goes with its paper."""
    row = ctx.work.get(MOVE, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(MOVE))
    if row["source"]:
        raise Refused(Problem("这笔是单据记的", "请作废那张单据，或在历史里撤销", path="uid", code="by_paper"))
    ctx.work.void(MOVE, row["uid"])
    ctx.check(faults(ctx.work, (row["supply"],)))
    ctx.work.title = f"作废流水 {ctx.work.named(SUPPLY, row['supply'])} {QTY.show(row['qty'])}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


STOCK = replace(SUPPLY["on_hand"], derived=False)
"""The stock column of a list that is imported."""


def apply_stock(ctx: Context, uid: str, extra: Row) -> None:
    """Bring the stock of an imported item to the number in the file: more as opening stock at its price, less as miscounted."""
    if extra.get("on_hand") is None:
        return
    have, _ = stands(ctx.work, uid)
    off = int(extra["on_hand"]) - have
    if off > 0:
        item = ctx.work.get(SUPPLY, uid) or {}
        if item["price"] is None:
            told, place = "没有单价，库存金额记 0", f"「{item['name']}」"
            cure = "请在表里加一列单价再导一次；送的填 0"
            ctx.warnings.append(
                Problem(told, cure, place=place, code="no_price", severity=Severity.WARN, about=("supply", uid))
            )
        put_in(ctx, uid, "期初", off, line_amount(off, item["price"] or 0), ctx.today, note="Excel 导入")
    elif off < 0:
        take_out(ctx, uid, "盘点", min(-off, have), ctx.today, note="Excel 导入")


VERBS = (
    Verb(
        "supply_move.book",
        "登记期初、报损、丢失",
        move,
        (
            Field("supply", "用品", Link(entity="supply"), required=True),
            Field("kind", "原因", BY_HAND, required=True, default="期初"),
            Field("qty", "数量", Qty(least=1), required=True),
            Field("price", "单价", Price(least=0), note="期初才用；空着用参考单价"),
            replace(MOVE["day"], required=False, note="空着就是今天"),
            replace(MOVE["note"], title="说明"),
        ),
        changes=("supply_move",),
        entity="supply_move",
        icon="add",
    ),
    Verb(
        "supply_move.void",
        "作废用品流水",
        take_back,
        (Field("uid", "流水", Link(entity="supply_move"), required=True),),
        changes=("supply_move",),
        entity="supply_move",
        icon="delete",
    ),
)
