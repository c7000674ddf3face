"""What can be done with price lists: save, take out of use, copy, raise prices from a day on; and ask for a price."""

from __future__ import annotations

from salesdesk.domain.dates import add_days
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Qty, Rate, Row, Text
from salesdesk.domain.money import RATE_SCALE, round_half_up
from salesdesk.domain.problems import Problem
from salesdesk.modules.pricing import queries
from salesdesk.modules.pricing.checks import check_line, check_list, check_raise
from salesdesk.modules.pricing.model import PRICE_LIST, PRICE_LIST_LINE
from salesdesk.modules.pricing.rules import PRICE
from salesdesk.services import records
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role

CENT = 100
"""New prices are rounded to 0.01 元, in 1/10000 元."""


def save_line(ctx: Context, args: Row) -> Outcome:
    """Save one price; without a day it holds from today on."""
    if not args.get("uid") and not args.get("valid_from"):
        args = {**args, "valid_from": ctx.today}
    outcome = records.save(ctx, PRICE_LIST_LINE, args, check_line)
    row = ctx.work.get(PRICE_LIST_LINE, outcome.uid) or {}
    told = f"{ctx.work.named('product', row.get('product'))} {PRICE.show(row.get('price'))}"
    ctx.work.title = f"{'修改' if args.get('uid') else '新定'}价 {told}"
    return Outcome(outcome.uid, outcome.message if outcome.message == "没有改动" else f"已{ctx.work.title}")


def void_list(ctx: Context, args: Row) -> Outcome:
    """Take a list out of use with all its prices; 撤销 brings both back."""
    uid = _list(ctx, args["uid"])["uid"]
    for line in ctx.work.column("SELECT uid FROM price_line WHERE list = ? AND void = 0", (uid,)):
        ctx.work.void(PRICE_LIST_LINE, line)
    return records.void(ctx, PRICE_LIST, uid)


def restore_list(ctx: Context, args: Row) -> Outcome:
    """Bring a list back with the prices that went with it."""
    uid = str(args["uid"])
    lines = records.went_along(ctx.work, PRICE_LIST_LINE, "list", uid)
    outcome = records.restore(ctx, PRICE_LIST, uid, check_list)
    for line in lines:
        ctx.work.update(PRICE_LIST_LINE, line, {"void": 0})
    return outcome


def copy_list(ctx: Context, args: Row) -> Outcome:
    """A new list with the prices that are in force today: for another customer or grade, or for next year."""
    old = _list(ctx, args["uid"])
    made = records.save(
        ctx, PRICE_LIST, {k: args[k] for k in ("name", "customer", "grade") if args.get(k) is not None}, check_list
    )
    since = args.get("valid_from") or ctx.today
    rows = [
        {**{k: r[k] for k in ("product", "from_qty", "price", "note")}, "list": made.uid, "valid_from": since}
        for r in queries.in_force(ctx.work, old["uid"], since)
    ]
    ctx.work.insert_many(PRICE_LIST_LINE, rows)
    ctx.work.title = f"复制价目表 {old['name']} 为 {args['name']}"
    return Outcome(made.uid, f"已{ctx.work.title}，{len(rows)} 个价")


def raise_prices(ctx: Context, args: Row) -> Outcome:
    """调价: from a day on every price of a list (or of one category in it) goes up or down by a percentage.

    The old prices end the day before and stay in the history; steps keep their ladder.
    """
    head = _list(ctx, args["uid"])
    since = str(args["valid_from"])
    if since < ctx.today:
        raise Refused(
            Problem(
                f"{since} 已经过去，那之后的订单是按老价录的",
                "请从今天或以后的一天起调价",
                path="valid_from",
                place="「生效日期」",
                code="past",
            )
        )
    by = int(args["percent"])
    if not by > -RATE_SCALE or by == 0:
        raise Refused(
            Problem("调价幅度不对", "涨价写 5%，降价写 -5%", path="percent", place="「幅度」", code="percent")
        )
    rows = queries.in_force(ctx.work, head["uid"], since, str(args.get("category") or ""))
    if not rows:
        raise Refused(Problem("这张价目表里没有可调的价", "请看类别选得对不对", path="category", code="no_lines"))
    priced = [(row, round_half_up(row["price"] * (RATE_SCALE + by), RATE_SCALE * CENT) * CENT) for row in rows]
    ctx.check(check_raise(ctx.work, by, priced))
    fresh = []
    for row, price in priced:
        if row["valid_from"] == since:  # a price of that very day is simply written anew
            ctx.work.update(PRICE_LIST_LINE, row["uid"], {"price": price})
            continue
        ctx.work.update(PRICE_LIST_LINE, row["uid"], {"valid_to": add_days(since, -1)})
        kept = {k: row[k] for k in ("list", "product", "from_qty", "valid_to", "note")}
        fresh.append({**kept, "price": price, "valid_from": since})
    ctx.work.insert_many(PRICE_LIST_LINE, fresh)
    ctx.work.title = f"调价 {head['name']} {'+' if by > 0 else ''}{Rate().show(by)}，{since} 起，{len(rows)} 个价"
    return Outcome(head["uid"], f"已{ctx.work.title}", {"prices": len(rows)})


def _list(ctx: Context, uid: str) -> Row:
    row = ctx.work.get(PRICE_LIST, uid)
    if row is None or row["void"]:
        raise Refused(records.gone(PRICE_LIST))
    return row


def ask(ctx: Context, args: Row) -> Outcome:
    """Which price holds for a customer and a product, and why."""
    day = str(args.get("day") or ctx.today)
    found = queries.reasons(ctx.work, str(args.get("customer") or ""), str(args["product"]), args.get("qty"), day)
    told = "；".join(found.why) or "没有价目表，产品也没有标准售价"
    return Outcome(
        str(args["product"]),
        f"{PRICE.show(found.price)}：{told}" if found.price is not None else told,
        {
            "price": PRICE.wire(found.price),
            "why": list(found.why),
            "hint": found.hint,
            "gifts": [{"product": g.name, "qty": Qty().wire(g.qty), "promotion": g.promotion} for g in found.gifts],
        },
    )


_BOTH = ("price_list", "price_line")
_UID = Field("uid", "价目表", Link(entity="price_list"), required=True)

VERBS = (
    Verb("price_list.void", "作废价目表", void_list, (_UID,), changes=_BOTH, entity="price_list", icon="delete"),
    Verb(
        "price_list.restore",
        "恢复价目表",
        restore_list,
        (Field("uid", "价目表", Link(), required=True),),
        changes=_BOTH,
        entity="price_list",
        icon="undo",
        palette=False,
    ),
    Verb(
        "price_line.save",
        "保存价目明细",
        save_line,
        (records.UID, records.SEEN, *PRICE_LIST_LINE.typed_fields),
        changes=("price_line",),
        entity="price_line",
        icon="save",
        note="不给 uid 新建，给 uid 只改给出的字段",
    ),
    Verb(
        "price_list.copy",
        "复制价目表",
        copy_list,
        (
            _UID,
            Field("name", "新名称", Text(80), required=True),
            PRICE_LIST["customer"],
            PRICE_LIST["grade"],
            Field("valid_from", "生效日期", Day(), note="空着就从今天起"),
        ),
        changes=_BOTH,
        entity="price_list",
        icon="copy",
        note="把现行的价带到新表，再改不同的几个",
    ),
    Verb(
        "price_list.raise",
        "调价",
        raise_prices,
        (
            _UID,
            Field("percent", "幅度", Rate(), required=True, note="涨价写 5%，降价写 -5%；新价算到分"),
            Field("valid_from", "生效日期", Day(), required=True, note="老价到前一天为止"),
            Field("category", "只调这一类", Link(entity="product_category")),
        ),
        changes=("price_line",),
        entity="price_list",
        icon="edit",
        note="到那天自动换新价，老价留在历史里",
    ),
    Verb(
        "price.ask",
        "查价",
        ask,
        (
            Field("product", "产品", Link(entity="product"), required=True),
            Field("customer", "客户", Link(entity="customer")),
            Field("qty", "数量", Qty(least=0)),
            Field("day", "日期", Day(), note="空着就是今天"),
        ),
        role=Role.VIEWER,
        entity="price_list",
        icon="search",
        note="给谁、多少、哪天，是什么价，为什么",
    ),
)
