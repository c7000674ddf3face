"""签收: the signed copy comes back; what was turned down is owed again or closed, and the paper gets its place (ORD-7)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Link, Qty, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.money import queries as money
from salesdesk.modules.orders import change_queries, changes, delivery_queries, remainder, shipping
from salesdesk.modules.orders.change_model import CLOSED
from salesdesk.modules.orders.delivery_model import HANDLING, REJECT_REASON, TURNED_DOWN, USUAL_HANDLING
from salesdesk.modules.orders.model import DELIVERY
from salesdesk.modules.orders.rules import QTY
from salesdesk.services.attachments import FILES, attach
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import line_params

REJECTED = Entity(
    "delivery_rejected",
    "拒收",
    (
        Field("delivery_line", "送货行", Link(entity="delivery_line"), required=True),
        Field("rejected", "拒收数量", Qty(least=0), required=True),
        Field("reject_reason", "拒收原因", REJECT_REASON),
        Field("handling", "拒收处理", HANDLING, note="不给就按原因：破损、质量问题不回库重新发，客户不要的回库不再发"),
    ),
)
"""What a caller of delivery.sign gives per line of which something was turned down; not a table."""


TURNED_BILL = "拒收的那部分客户不会付：请红冲或作废发票，按收下的重新开"


def sign(ctx: Context, args: Row) -> Outcome:
    """登记签收: who took the goods and when, what was turned down and why, where the paper lies, its scan."""
    row = shipping.note_of(ctx, args["uid"])
    if row["signed_at"]:
        raise Refused(
            Problem(
                f"{row['number']} 已由 {row['signed_by']} 签收",
                "登记错了请在历史里撤销那一步",
                path="uid",
                code="signed",
            )
        )
    day = args.get("signed_on") or ctx.today
    lines = delivery_queries.note_lines(ctx.work, row["uid"])
    turned = _turned_down(args, lines)
    problems = [p for _, p in turned.values() if p is not None]
    if day > ctx.today:
        problems.append(Problem(f"{day} 还没到", "签收了再登记", "signed_on", "「签收日期」", "future"))
    if day < row["day"]:
        problems.append(
            Problem(f"早于送货日期 {row['day']}", "请核对日期", "signed_on", "「签收日期」", "signed_early")
        )
    if problems:
        raise Refused(problems)
    if turned:
        ctx.warnings.extend(
            p._replace(severity=Severity.WARN, cure=TURNED_BILL) for p in money.billed(ctx.work, row["uid"])
        )
    told = _take_back(ctx, row, lines, {uid: values for uid, (values, _) in turned.items()})
    ctx.work.update(
        DELIVERY,
        row["uid"],
        {key: args.get(key) for key in ("signed_by", "sign_note", "cabinet", "box", "leaf")}
        | {"signed_on": day, "signed_at": ctx.now},
    )
    if args.get("files"):
        attach(ctx, DELIVERY, row["uid"], args["files"])
    ctx.work.title = f"签收 {row['number']}（{args['signed_by']}）"
    words = f"，拒收 {QTY.show(sum(v['rejected'] for v, _ in turned.values()))}" if turned else ""
    return Outcome(row["uid"], f"已登记{ctx.work.title}{words}", {"changes": told})


def _turned_down(args: Row, lines: list[Row]) -> dict[str, tuple[Row, Problem | None]]:
    """Line -> (what to keep of its rejection, what is wrong with it); lines of which nothing was turned down are left out."""
    place_of = {str(line["uid"]): (i, line) for i, line in enumerate(lines)}
    found: dict[str, tuple[Row, Problem | None]] = {}
    for i, one in enumerate(args.get("lines") or []):
        uid, qty = str(one.get("delivery_line") or ""), int(one.get("rejected") or 0)
        if uid not in place_of:
            raise Refused(
                Problem(
                    "这一行不在这张送货单里",
                    "请刷新再登记",
                    f"lines/{i}/delivery_line",
                    f"第 {i + 1} 行",
                    "foreign_line",
                )
            )
        if not qty:
            continue
        if uid in found:
            raise Refused(
                Problem("这一行写了两次", "请合成一行", f"lines/{i}/delivery_line", f"第 {i + 1} 行", "same_line")
            )
        at, line = place_of[uid]
        reason = one.get("reject_reason")
        wrong = None
        if qty > line["qty"]:
            wrong = Problem(
                f"只送了 {QTY.show(line['qty'])}，不能拒收 {QTY.show(qty)}",
                "请改小拒收数量",
                f"lines/{i}/rejected",
                f"第 {at + 1} 行「拒收数量」",
                "over_rejected",
            )
        elif not reason:
            wrong = Problem(
                "拒收要写原因", "请选拒收原因", f"lines/{i}/reject_reason", f"第 {at + 1} 行「拒收原因」", "required"
            )
        handling = one.get("handling") or USUAL_HANDLING.get(str(reason), "stock_again")
        found[uid] = ({"rejected": qty, "reject_reason": reason, "handling": handling}, wrong)
    return found


def _take_back(ctx: Context, row: Row, lines: list[Row], turned: dict[str, Row]) -> list[dict[str, object]]:
    """Turned down goods leave the note: into the stock or not, owed again or closed. Returns the changes made of orders."""
    if not turned:
        return []
    work = ctx.work
    by_uid = {str(line["uid"]): line for line in lines}
    ending: dict[str, dict[str, int]] = {}
    moves = []
    for uid, kept in turned.items():
        line = by_uid[uid]
        if kept["handling"].startswith("stock"):
            moves.append((line["product"], kept["rejected"]))
        if kept["handling"].endswith("end"):
            closed = ending.setdefault(line["order.uid"], {})
            closed[line["order_line"]] = closed.get(line["order_line"], 0) + kept["rejected"]
        shipping.set_qty(work, line, line["qty"] - kept["rejected"], kept)
    shipping.move_stock(ctx, moves, row, row["uid"], "拒收退回")
    shipping.add_up(work, row["uid"])
    made = []
    for order, closed in ending.items():
        was = change_queries.snapshot(work, order)
        remainder.add_closed(work, closed, TURNED_DOWN)
        made.append(changes.told_of(changes.record(ctx, order, was, CLOSED, TURNED_DOWN)))
    return made


def chase(ctx: Context, args: Row) -> Outcome:
    """催签回: the words to send to the customer; that he was asked is kept with the note."""
    row = shipping.note_of(ctx, args["uid"])
    if row["signed_at"]:
        raise Refused(Problem("已经签收，不用催", "请刷新列表", path="uid", code="signed"))
    text = delivery_queries.chase_words(ctx.work, row, ctx.today, ctx.settings.company)
    ctx.work.update(DELIVERY, row["uid"], {"chased_at": ctx.now, "chased": (row["chased"] or 0) + 1})
    ctx.work.title = f"催签回 {row['number']}"
    return Outcome(row["uid"], "文字已备好，可以粘到微信", {"text": text})


_UID = Field("uid", "送货单", Link(entity="delivery"), required=True)

VERBS = (
    Verb(
        "delivery.sign",
        "登记签收",
        sign,
        (
            _UID,
            Field("signed_by", "签收人", Text(40), required=True),
            Field("signed_on", "签收日期", Day(), note="不给就是今天"),
            line_params(REJECTED, "拒收的行"),
            Field("sign_note", "签收说明", Text(200)),
            Field("cabinet", "存放柜", Text(20)),
            Field("box", "存放盒", Text(20)),
            Field("leaf", "存放页", Text(20)),
            FILES,
        ),
        changes=(*shipping.WRITES, "order_line", "sales_order", "attachment", *changes.TABLES),
        entity="delivery",
        icon="document",
        states=("new", "checked", "differs"),
        note="签收单回来了：谁签的、拒收多少、原件放哪",
    ),
    Verb(
        "delivery.chase",
        "催签回",
        chase,
        (_UID,),
        changes=("delivery",),
        entity="delivery",
        icon="chat",
        states=("new", "checked", "differs"),
        note="复制一段话发给客户，并记下催过",
    ),
)
