"""红冲 and 作废 of invoices: what was paid beyond what is left of them becomes 预收."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Money, Row, Text
from salesdesk.domain.problems import Cure, Problem
from salesdesk.modules.money import queries
from salesdesk.modules.money.billing import WRITTEN, check_head, lower
from salesdesk.modules.money.model import INVOICE, INVOICE_LINE
from salesdesk.modules.money.rules import MONEY
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, save_lines, void


def release(work: Work, invoice: str, keep: int) -> int:
    """Let go of what receipts settled of an invoice beyond `keep`, the newest first; it is 预收 again. Returns 分."""
    rows = work.rows(
        "SELECT l.* FROM receipt_line l JOIN receipt r ON r.uid = l.receipt WHERE l.invoice = ? AND l.void = 0 AND r.void = 0"
        " ORDER BY r.day DESC, l.rowid DESC",
        (invoice,),
    )
    over = sum(r["amount"] for r in rows) - max(0, keep)
    freed = 0
    for row in rows:
        part = min(row["amount"], over - freed)
        if part <= 0:
            break
        lower(work, row, part)
        freed += part
    return freed


def _freed_words(freed: int) -> str:
    return f"，收过的 {MONEY.show(freed)} 元变成预收" if freed else ""


def red(ctx: Context, args: Row) -> Outcome:
    """红冲: a red invoice that cancels a blue one, in whole or in part; what was paid beyond the rest becomes 预收."""
    work = ctx.work
    blue = work.get(INVOICE, args["uid"])
    if blue is None or blue["void"]:
        raise Refused(gone(INVOICE))
    left = int(blue["amount"]) + sum(amount for _, amount in queries.reds_of(work, str(blue["uid"])))
    if blue["red_of"] or left <= 0:
        others = "、".join(number for number, _ in queries.reds_of(work, str(blue["uid"])))
        told = "它自己就是红字发票" if blue["red_of"] else f"已经用 {others} 红冲完"
        raise Refused(Problem(f"发票 {blue['number']} 不能再红冲：{told}", "请刷新列表看看", path="uid", code="red"))
    amount = int(left if args.get("amount") is None else args["amount"])
    day = str(args.get("day") or ctx.today)
    problems = check_head(ctx, {**blue, "number": args["number"], "day": day}, "")
    if not 0 < amount <= left:
        problems.append(
            Problem(
                f"红冲 {MONEY.show(amount)}，这张票还能冲 {MONEY.show(left)}",
                "填冲掉的价税合计，写正数；不填就是全部",
                path="amount",
                place="「红冲金额」",
                code="over_red",
                cures=(Cure(f"改为 {MONEY.show(left)}", "amount", MONEY.wire(left)),),
            )
        )
    if day < blue["day"]:
        problems.append(
            Problem(f"早于蓝字发票的 {blue['day']}", "请核对日期", path="day", place="「开票日期」", code="before_blue")
        )
    ctx.check(problems)
    kept = {key: blue[key] for key in ("kind", "customer", "tax_rate")}
    uid = work.insert(
        INVOICE,
        {**kept, "number": args["number"], "day": day, "due_date": day, "amount": -amount, "red_of": blue["uid"],
         "note": args.get("note")},
    )  # fmt: skip
    save_lines(work, INVOICE_LINE, uid, _red_lines(work, blue, amount))
    freed = release(work, str(blue["uid"]), left - amount)
    part = f"（{MONEY.show(amount)}）" if amount < left else ""
    work.title = f"红冲发票 {blue['number']}{part}"
    return Outcome(uid, f"已{work.title}，红字发票 {args['number']}{_freed_words(freed)}")


def _red_lines(work: Work, blue: Row, amount: int) -> list[Row]:
    """Lines that take `amount` off a blue invoice, from its last line backwards; what was cancelled before is left aside."""
    keys = ("about", "delivery", "order")
    gone_already: dict[tuple[object, ...], int] = {}
    for row in work.rows(
        "SELECT l.* FROM sales_invoice_line l JOIN sales_invoice i ON i.uid = l.invoice AND i.void = 0"
        " WHERE i.red_of = ? AND l.void = 0",
        (blue["uid"],),
    ):
        key = tuple(row[k] for k in keys)
        gone_already[key] = gone_already.get(key, 0) - row["amount"]
    found: list[Row] = []
    for row in reversed(work.of_parent(INVOICE_LINE, blue["uid"])):
        key = tuple(row[k] for k in keys)
        used = min(row["amount"], gone_already.get(key, 0)) if row["amount"] > 0 else 0
        gone_already[key] = gone_already.get(key, 0) - used
        part = min(row["amount"] - used, amount)
        if part:
            found.append({**{k: row[k] for k in keys}, "note": row["note"], "amount": -part})
        amount -= part
    return found[::-1]


def cancel(ctx: Context, args: Row) -> Outcome:
    """作废: an invoice that was written down wrongly or voided in the same month."""
    work = ctx.work
    row = work.get(INVOICE, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(INVOICE))
    other = work.value("SELECT number FROM sales_invoice WHERE red_of = ? AND void = 0", (row["uid"],))
    if other:
        raise Refused(
            Problem(f"发票 {row['number']} 已用 {other} 红冲", f"请先作废红字发票 {other}", path="uid", code="red")
        )
    freed = release(work, str(row["uid"]), 0)
    made = void(ctx, INVOICE, str(row["uid"]))
    work.title = f"作废发票 {row['number']}"
    return replace(made, message=f"已{work.title}{_freed_words(freed)}")


_UID = Field("uid", "发票", Link(entity="sales_invoice"), required=True)

VERBS = (
    Verb(
        "sales_invoice.red",
        "红冲发票",
        red,
        (
            _UID,
            Field("number", "红字发票号码", Text(40, True), required=True),
            Field("amount", "红冲金额", Money(), note="只冲一部分才填，写正数；不填就是还没冲的全部"),
            Field("day", "开票日期", Day()),
            Field("note", "备注", Text(200)),
        ),
        changes=WRITTEN,
        entity="sales_invoice",
        icon="undo",
    ),
    Verb("sales_invoice.void", "作废发票", cancel, (_UID,), changes=WRITTEN, entity="sales_invoice", icon="delete"),
)
