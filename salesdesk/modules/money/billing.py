"""开票: write down an invoice and what it stands for; money that was paid before is used on it."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.modules.money import queries
from salesdesk.modules.money.model import INVOICE, INVOICE_LINE, RECEIPT_LINE
from salesdesk.modules.money.rules import MONEY, due_day, too_large, total_of
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import (
    SEEN,
    UID,
    gone,
    line_params,
    missing,
    overtaken,
    overtaken_lines,
    save_lines,
)


def save(ctx: Context, args: Row) -> Outcome:
    """Keep one invoice with its lines; without lines a new one takes all deliveries that have none yet.

    Money that was paid to its orders before (订金, 没开票的货款) is moved to the invoice and told.
    """
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = work.get(INVOICE, uid) if uid else None
    if uid and (before is None or before["void"]):
        raise Refused(gone(INVOICE))
    if before is not None and before["red_of"]:
        raise Refused(Problem("红字发票不能改", "写错了请作废它，再重新红冲", path="uid", code="red"))
    moved = before is not None and args.get("customer", before["customer"]) != before["customer"]
    if (moved or (uid and "lines" in args)) and (reds := queries.reds_of(work, uid)):
        told = f"这张票已用 {'、'.join(number for number, _ in reds)} 红冲过，金额和客户不能再改"
        raise Refused(Problem(told, "请先作废红字发票", path="lines", place="发票明细", code="red"))
    header: Row = {**(before or {}), **{k: v for k, v in args.items() if k in INVOICE.by_key}}
    header["day"] = header.get("day") or ctx.today
    problems = missing(INVOICE, header)
    if args.get("lines") or (uid and "lines" in args):
        lines = args["lines"]
    else:
        lines = work.of_parent(INVOICE_LINE, uid) if uid else _everything(work, header.get("customer"))
    changed: Row = {k: v for k, v in header.items() if k in INVOICE.by_key and (before is None or before[k] != v)}
    if before is not None:
        problems += overtaken(work, INVOICE, uid, args.get("seen"), changed)
        problems += overtaken_lines(work, INVOICE_LINE, uid, args.get("seen"), lines) if "lines" in args else []
    if problems:
        ctx.check(problems)
    problems += check_head(ctx, header, uid)
    lines, faults = _settle_lines(work, header, lines, uid)
    problems += faults
    total = total_of(lines)
    if not faults and total <= 0:
        problems.append(
            Problem(
                f"发票金额是 {MONEY.show(total)}",
                "金额要大于 0；冲掉已开的票请用「红冲发票」",
                path="lines",
                code="total",
            )
        )
    if before is not None and before["paid"] and header["customer"] != before["customer"]:
        problems.append(
            Problem(
                f"这张票「{work.named('customer', before['customer'])}」已付 {MONEY.show(before['paid'])}，不能换客户",
                "请先改回款的核销；开错了就作废或红冲",
                path="customer",
                place="「客户」",
                code="paid",
            )
        )
    if before is not None and total < (before["paid"] or 0):
        problems.append(
            Problem(
                f"这张票已收 {MONEY.show(before['paid'])}，不能改到更少", "请先改回款的核销", path="lines", code="paid"
            )
        )
    problems += too_large(total, "lines", "发票明细")
    ctx.check(problems)
    if not header.get("due_date") or _follows(work, before, changed):
        changed["due_date"] = _due(work, header)
    changed["amount"] = total
    if before is None:
        uid = work.insert(INVOICE, changed)
    else:
        work.update(INVOICE, uid, changed)
    save_lines(work, INVOICE_LINE, uid, lines)
    moved = _use_deposits(work, uid, total - (before["paid"] or 0 if before else 0), lines)
    work.title = f"{'登记' if before is None else '修改'}发票 {header['number']}"
    told = f"，已把先收的 {MONEY.show(moved)} 元用到这张发票上" if moved else ""
    return Outcome(
        uid, f"已{work.title}，{MONEY.show(total)} 元{told}", {"amount": MONEY.wire(total), "moved": MONEY.wire(moved)}
    )


def _due(work: Work, header: Row) -> str:
    """The day an invoice is due by the customer's terms."""
    customer = work.get("customer", header["customer"]) or {}
    return due_day(customer.get("settle"), customer.get("credit_days"), str(header["day"]))


def _follows(work: Work, before: Row | None, changed: Row) -> bool:
    """Whether the due day was worked out from what changes now, and nobody typed another."""
    if before is None or "due_date" in changed or not changed.keys() & {"day", "customer"}:
        return False
    return bool(before["due_date"] == _due(work, before))


def _everything(work: Work, customer: object) -> list[Row]:
    return [
        {"about": "送货", "delivery": row["uid"], "amount": row["to_bill"]}
        for row in queries.to_bill(work, str(customer or ""))
    ]


def check_head(ctx: Context, header: Row, uid: str) -> list[Problem]:
    """Faults of day and number; `header` needs both."""
    problems = []
    if str(header["day"]) > ctx.today:
        problems.append(
            Problem(f"开票日期 {header['day']} 还没到", "请核对日期", path="day", place="「开票日期」", code="future")
        )
    twin = ctx.work.row(
        "SELECT i.number, c.name FROM sales_invoice i JOIN customer c ON c.uid = i.customer"
        " WHERE i.number = ? AND i.uid != ? AND i.void = 0 LIMIT 1",
        (header.get("number"), uid),
    )
    if twin is not None:
        problems.append(
            Problem(
                f"发票号码 {twin['number']} 已经登记过，开给「{twin['name']}」",
                "请核对号码；确实是另一张（例如不同代码的旧票）就写明原因",
                path="number",
                place="「发票号码」",
                code="same_number",
                severity=Severity.ASK,
            )
        )
    return problems


def _settle_lines(work: Work, header: Row, lines: list[Row], uid: str) -> tuple[list[Row], list[Problem]]:
    """The lines with their order filled in; a delivery of several orders becomes one line for each."""
    problems: list[Problem] = []
    found: list[Row] = []
    if not lines:
        problems.append(
            Problem(
                "没有要开票的送货单",
                "请在明细里加一行，写明对应什么、多少钱",
                path="lines",
                place="发票明细",
                code="no_lines",
            )
        )
    mine = {r["uid"]: r for r in work.of_parent(INVOICE_LINE, uid)} if uid else {}
    held: dict[object, int] = {}
    for row in mine.values():
        held[row["delivery"]] = held.get(row["delivery"], 0) + (row["amount"] or 0)
    for i, line in enumerate(lines):
        place, path = f"第 {i + 1} 行", f"lines/{i}/"
        about = line.get("about") or "送货"
        if not line.get("amount"):
            problems.append(
                Problem("没有金额", "请填金额", path=path + "amount", place=place + "「金额」", code="required")
            )
            continue
        if about == "送货":
            found += _of_delivery(work, header, line, path, place, held, problems)
        elif about == "订单":
            order = work.get("sales_order", line.get("order"))
            if order is None or order["customer"] != header["customer"]:
                problems.append(
                    Problem("请选这个客户的订单", "先开票后发货的，写明是哪张订单", path=path + "order", place=place + "「订单」",
                            code="foreign_order")
                )  # fmt: skip
            else:
                found.append({**line, "about": about, "delivery": None})
        else:
            found.append({**line, "about": about, "delivery": None, "order": None})
    return found, problems


def _of_delivery(
    work: Work, header: Row, line: Row, path: str, place: str, held: dict[object, int], problems: list[Problem]
) -> list[Row]:
    delivery = work.get("delivery", line.get("delivery"))
    if delivery is None or delivery["void"] or delivery["customer"] != header["customer"]:
        problems.append(
            Problem("请选这个客户的送货单", "不对应送货的，把「对应」改成订单、期初或其他", path=path + "delivery",
                    place=place + "「送货单」", code="foreign_delivery")
        )  # fmt: skip
        return []
    left = (delivery["to_bill"] or 0) + held.get(delivery["uid"], 0)
    held[delivery["uid"]] = held.get(delivery["uid"], 0) - line["amount"]
    if line["amount"] > left:
        problems.append(
            Problem(
                f"送货单 {delivery['number']} 只有 {MONEY.show(left)} 没开票，这行开 {MONEY.show(line['amount'])}",
                "请改小金额；多开是说好的就写明原因",
                path=path + "amount",
                place=place + "「金额」",
                code="over_billed",
                severity=Severity.ASK,
                cures=(Cure(f"改为 {MONEY.show(left)}", path + "amount", MONEY.wire(left)),) if left > 0 else (),
            )
        )
    parts = work.tuples(
        'SELECT l."order", sum(d.to_bill) FROM delivery_line d JOIN order_line l ON l.uid = d.order_line'
        " WHERE d.delivery = ? AND d.void = 0 GROUP BY 1 ORDER BY min(d.seq)",
        (delivery["uid"],),
    )
    if len(parts) == 1 or line.get("uid"):
        order = line.get("order") if line.get("uid") and len(parts) > 1 else parts[0][0]
        return [{**line, "about": "送货", "order": order or parts[0][0]}]
    rest, made = int(line["amount"]), []
    for i, (order, open_) in enumerate(parts):
        part = rest if i == len(parts) - 1 else min(rest, open_ or 0)
        if part:
            made.append({**line, "about": "送货", "order": order, "amount": part})
        rest -= part
    return made


def _use_deposits(work: Work, invoice: str, most: int, lines: list[Row]) -> int:
    """Move what receipts paid to the orders of this invoice over to it, the oldest first; returns how much, 分."""
    billed: dict[str, int] = {}
    for line in lines:
        if line.get("order"):
            billed[line["order"]] = billed.get(line["order"], 0) + line["amount"]
    moved = 0
    for order, amount in billed.items():
        for row in work.rows(
            'SELECT l.* FROM receipt_line l JOIN receipt r ON r.uid = l.receipt WHERE l."order" = ? AND l.invoice IS NULL'
            " AND l.void = 0 AND r.void = 0 AND l.amount > 0 ORDER BY r.day, l.rowid",
            (order,),
        ):
            part = min(row["amount"], amount, most - moved)
            if part <= 0:
                break
            lower(work, row, part)
            words = f"订单 {work.named('sales_order', order)} 先收的款"
            seq = 1 + int(
                work.value("SELECT coalesce(max(seq), 0) FROM receipt_line WHERE receipt = ?", (row["receipt"],))
            )
            work.insert(
                RECEIPT_LINE, {"receipt": row["receipt"], "seq": seq, "invoice": invoice, "amount": part, "note": words}
            )
            amount -= part
            moved += part
    return moved


def lower(work: Work, row: Row, part: int) -> None:
    """Take something off an allocation; at nothing it goes out of use."""
    if part >= row["amount"]:
        work.void(RECEIPT_LINE, row["uid"])
    else:
        work.update(RECEIPT_LINE, row["uid"], {"amount": row["amount"] - part})


def to_bill(ctx: Context, args: Row) -> Outcome:
    """What of a customer is delivered and not invoiced."""
    rows = queries.to_bill(ctx.work, str(args["customer"]))
    whole = sum(r["to_bill"] for r in rows)
    told = [
        {"delivery": r["number"], "day": r["day"], "order": r["order_number"], "amount": MONEY.wire(r["to_bill"])}
        for r in rows
    ]
    return Outcome(message=f"{len(rows)} 张送货单没开票，共 {MONEY.show(whole)} 元", data={"lines": told})


_UID = Field("uid", "发票", Link(entity="sales_invoice"), required=True)
WRITTEN = ("sales_invoice", "sales_invoice_line", "receipt_line")

VERBS = (
    Verb(
        "sales_invoice.save",
        "登记发票",
        save,
        (UID, SEEN, *(replace(f, required=False) for f in INVOICE.typed_fields), line_params(INVOICE_LINE, "发票明细")),
        changes=WRITTEN,
        entity="sales_invoice",
        icon="save",
        primary=True,
        note="不给明细就把这个客户没开票的送货单全算上",
    ),
    Verb(
        "sales_invoice.waiting",
        "看没开票的送货单",
        to_bill,
        (Field("customer", "客户", Link(entity="customer"), required=True),),
        entity="sales_invoice",
        icon="eye",
        palette=False,
    ),
)
