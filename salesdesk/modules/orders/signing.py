"""签收: the signed copy comes back; what was turned down is owed again or closed, and the paper gets its place (ORD-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Link, Qty, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.money import queries as money
from salesdesk.modules.orders import change_queries, changes, delivery_queries, remainder, shipping
from salesdesk.modules.orders.change_model import CLOSED, REST_REOPENED
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


SIGNED_KEYS = ("signed_by", "sign_note", "cabinet", "box", "leaf")
RETURNED = "拒收退回"
"""Why goods that were turned down are in the stock again."""
TURNED_BILL = "拒收的那部分客户不会付：请红冲或作废发票，按收下的重新开"


def sign(ctx: Context, args: Row) -> Outcome:
    """登记签收: who took the goods and when, what was turned down and why, where the paper lies, its scan."""
    row = shipping.note_of(ctx, args["uid"])
    if row["signed_at"]:
        raise Refused(
            Problem(
                f"{row['number']} 已由 {row['signed_by']} 签收",
                "登记错了请用「更正签收」",
                path="uid",
                code="signed",
            )
        )
    day = args.get("signed_on") or ctx.today
    lines = delivery_queries.note_lines(ctx.work, row["uid"])
    turned = _turned_down(args, lines)
    problems = [p for _, p in turned.values() if p is not None]
    problems += _check_day(ctx, row, day)
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
        {key: args.get(key) for key in SIGNED_KEYS} | {"signed_on": day, "signed_at": ctx.now},
    )
    if args.get("files"):
        attach(ctx, DELIVERY, row["uid"], args["files"])
    ctx.work.title = f"签收 {row['number']}（{args['signed_by']}）"
    words = f"，拒收 {QTY.show(sum(v['rejected'] for v, _ in turned.values()))}" if turned else ""
    return Outcome(row["uid"], f"已登记{ctx.work.title}{words}", {"changes": told})


def correct(ctx: Context, args: Row) -> Outcome:
    """更正签收: what was registered wrongly is put right without undoing what came after; why is kept.

    Without `lines` what was turned down stays as it is; with them all earlier rejections are taken back first.
    """
    row = shipping.note_of(ctx, args["uid"])
    if not row["signed_at"]:
        raise Refused(Problem(f"{row['number']} 还没登记签收", "请先登记签收", path="uid", code="unsigned"))
    day = args.get("signed_on") or row["signed_on"]
    problems = _check_day(ctx, row, day)
    told: list[dict[str, object]] = []
    if "lines" in args and _rejections(args["lines"]) != _rejections(delivery_queries.note_lines(ctx.work, row["uid"])):
        told += _give_back(ctx, row, str(args["why"]))
        lines = delivery_queries.note_lines(ctx.work, row["uid"])
        turned = _turned_down(args, lines)
        problems += [p for _, p in turned.values() if p is not None]
        if problems:
            raise Refused(problems)
        told += _take_back(ctx, row, lines, {uid: values for uid, (values, _) in turned.items()})
        shipping.add_up(ctx.work, row["uid"])
        ctx.warnings.extend(p._replace(severity=Severity.WARN) for p in money.billed(ctx.work, row["uid"]))
    elif problems:
        raise Refused(problems)
    given = {key: args[key] for key in SIGNED_KEYS if args.get(key) is not None}
    ctx.work.update(DELIVERY, row["uid"], given | {"signed_on": day})
    if args.get("files"):
        attach(ctx, DELIVERY, row["uid"], args["files"])
    ctx.work.reason = str(args["why"])
    ctx.work.title = f"更正签收 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}", {"changes": told})


def _rejections(lines: Sequence[Row]) -> dict[str, tuple[int, object, object]]:
    """Delivery line -> what is turned down of it, why, and what becomes of it."""
    return {
        str(one.get("delivery_line") or one["uid"]): (
            int(one["rejected"]),
            one.get("reject_reason"),
            one.get("handling") or USUAL_HANDLING.get(str(one.get("reject_reason"))),
        )
        for one in lines
        if one.get("rejected")
    }


def _give_back(ctx: Context, row: Row, why: str) -> list[dict[str, object]]:
    """Undo what was turned down: the goods are on the note again, owed no more, out of the stock again. Raises Refused."""
    work = ctx.work
    lines = [line for line in delivery_queries.note_lines(work, row["uid"]) if line["rejected"]]
    standing = delivery_queries.lines_for(work, [str(line["order_line"]) for line in lines])
    ending: dict[str, dict[str, int]] = {}
    for line in lines:
        order_line, back = standing.get(str(line["order_line"])), int(line["rejected"])
        if order_line is None:  # another PC took it out before it heard of the note
            told = f"「{line['product.name']}」已从订单 {line['order.number']} 里删掉，不能再算收下"
            raise Refused(
                Problem(told, "请先撤销删这一行的那次变更，或另开送货单冲平", "lines", "拒收的行", "moved_on")
            )
        ends = str(line["handling"]).endswith("end")
        key = "closed" if ends else "left"
        if (order_line[key] or 0) < back:
            what = "拒收不补的余量后来重开了" if ends else "拒收的那部分后来又发了"
            told = f"「{line['product.name']}」{what}，不能再算收下"
            raise Refused(Problem(told, "请先撤销后来那一步，或另开送货单冲平", "lines", "拒收的行", "moved_on"))
        order_line[key] = order_line[key] - back
        if ends:
            closed = ending.setdefault(str(line["order.uid"]), {})
            closed[str(line["order_line"])] = closed.get(str(line["order_line"]), 0) - back
        shipping.set_qty(work, line, line["qty"] + back, {"rejected": None, "reject_reason": None, "handling": None})
    moves = ctx.registry.entities["stock_move"]
    for uid in work.column(
        "SELECT uid FROM stock_move WHERE source = ? AND reason = ? AND void = 0", (row["uid"], RETURNED)
    ):
        work.void(moves, uid)
    made = []
    for order, closed in ending.items():
        was = change_queries.snapshot(work, order)
        remainder.add_closed(work, closed, TURNED_DOWN)
        made.append(changes.told_of(changes.record(ctx, order, was, REST_REOPENED, why)))
    return made


def _check_day(ctx: Context, row: Row, day: str) -> list[Problem]:
    if day > ctx.today:
        return [Problem(f"{day} 还没到", "签收了再登记", "signed_on", "「签收日期」", "future")]
    if day < row["day"]:
        return [Problem(f"早于送货日期 {row['day']}", "请核对日期", "signed_on", "「签收日期」", "signed_early")]
    return []


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
    shipping.move_stock(ctx, moves, row, row["uid"], RETURNED)
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

_SIGNING = (
    Field("signed_by", "签收人", Text(40), required=True),
    Field("signed_on", "签收日期", Day(), note="不给就是今天"),
    line_params(REJECTED, "拒收的行"),
    Field("sign_note", "签收说明", Text(200)),
    Field("cabinet", "存放柜", Text(20)),
    Field("box", "存放盒", Text(20)),
    Field("leaf", "存放页", Text(20)),
    FILES,
)
SIGNING_WRITES = (*shipping.WRITES, "order_line", "sales_order", "attachment", *changes.TABLES)

VERBS = (
    Verb(
        "delivery.sign",
        "登记签收",
        sign,
        (
            _UID,
            *_SIGNING,
        ),
        changes=SIGNING_WRITES,
        entity="delivery",
        icon="document",
        states=("new", "checked", "differs"),
        note="签收单回来了：谁签的、拒收多少、原件放哪",
    ),
    Verb(
        "delivery.resign",
        "更正签收",
        correct,
        (
            _UID,
            Field("why", "为什么更正", Text(200), required=True),
            *(replace(f, required=False) for f in _SIGNING),
        ),
        changes=SIGNING_WRITES,
        entity="delivery",
        icon="edit",
        states=("signed", "partly", "refused"),
        note="签收人、日期、位置或拒收登记错了；给了拒收的行，就以这次的为准",
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
