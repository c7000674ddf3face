"""回款: write down money that came in and what it settles; propose it by age; take it back."""

from __future__ import annotations

import json
from dataclasses import replace

from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Flag, Link, Money, Row
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.modules.money import queries
from salesdesk.modules.money.model import RECEIPT, RECEIPT_LINE
from salesdesk.modules.money.rules import MONEY, Target, propose, too_large, total_of
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
    void,
)


def save(ctx: Context, args: Row) -> Outcome:
    """Keep one receipt with what it settles; `auto` settles the oldest debts first. What is not settled stays 预收."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = work.get(RECEIPT, uid) if uid else None
    if uid and (before is None or before["void"]):
        raise Refused(gone(RECEIPT))
    row: Row = {**(before or {}), **{k: v for k, v in args.items() if k in RECEIPT.by_key}}
    row["day"] = row.get("day") or ctx.today
    changed: Row = {k: v for k, v in row.items() if k in RECEIPT.by_key and (before is None or before[k] != v)}
    ctx.check(missing(RECEIPT, row))
    found = queries.targets(work, str(row["customer"]), uid)
    if args.get("auto"):
        given = [t for t in found if t.kind != "订金"]
        lines = lines_of(given, propose(int(row["amount"]), given))
    else:
        lines = args["lines"] if "lines" in args else (work.of_parent(RECEIPT_LINE, uid) if uid else [])
    problems = check(ctx, row, uid, before)
    if before is not None:
        problems += overtaken(work, RECEIPT, uid, args.get("seen"), changed)
        problems += overtaken_lines(work, RECEIPT_LINE, uid, args.get("seen"), lines) if "lines" in args else []
    problems += check_lines(int(row["amount"]), lines, found, _prepaid(work, lines))
    ctx.check(problems)
    if before is None:
        changed["number"] = row["number"] = work.next_number("SK")
        uid = work.insert(RECEIPT, changed)
    else:
        work.update(RECEIPT, uid, changed)
    if "lines" in args or args.get("auto"):
        save_lines(work, RECEIPT_LINE, uid, [_named(line) for line in lines])
    rest = int(row["amount"]) - total_of(lines)
    who = work.named("customer", row["customer"])
    work.title = f"{'登记' if before is None else '修改'}回款 {row['number']}（{who}）"
    told = f"，{MONEY.show(rest)} 元留作预收" if rest > 0 else ""
    return Outcome(
        uid, f"已{work.title} {MONEY.show(row['amount'])} 元{told}", {"number": row["number"], "rest": MONEY.wire(rest)}
    )


def _named(line: Row) -> Row:
    """An allocation to the opening balance says so in its note: it has neither invoice nor order to show."""
    to_paper = line.get("invoice") or line.get("order")
    return line if to_paper or line.get("note") else {**line, "note": "期初应收"}


def lines_of(found: list[Target], given: list[int]) -> list[Row]:
    """Allocation rows of a proposal."""
    return [
        {"invoice": t.invoice or None, "order": t.order or None, "amount": amount}
        for t, amount in zip(found, given, strict=True)
        if amount
    ]


def _prepaid(work: Work, lines: list[Row]) -> dict[str, int]:
    orders = {str(line["order"]) for line in lines if line.get("order") and (line.get("amount") or 0) < 0}
    return {o: int(work.value("SELECT coalesce(prepaid, 0) FROM sales_order WHERE uid = ?", (o,)) or 0) for o in orders}


def _spare(work: Work, row: Row, before: Row | None) -> int:
    """What of the customer's money no debt has used up, a refund that is being changed not counted, 分."""
    held = int(work.value("SELECT coalesce(deposit, 0) FROM customer WHERE uid = ?", (row["customer"],)) or 0)
    mine = before is not None and before["customer"] == row["customer"] and before["amount"] < 0
    return held - (before["amount"] if before is not None and mine else 0)


def write(ctx: Context, row: Row, auto: bool) -> tuple[str, str]:
    """A new receipt that was checked; with `auto` it settles the oldest debts. Returns its uid and number."""
    number = ctx.work.next_number("SK")
    uid = ctx.work.insert(RECEIPT, {**row, "number": number})
    if auto and row["amount"] > 0:
        found = [t for t in queries.targets(ctx.work, str(row["customer"])) if t.kind != "订金"]
        lines = lines_of(found, propose(int(row["amount"]), found))
        save_lines(ctx.work, RECEIPT_LINE, uid, [_named(line) for line in lines])
    return uid, number


def check(ctx: Context, row: Row, uid: str, before: Row | None) -> list[Problem]:
    """Faults of a receipt by itself; `row` needs amount, day, customer and reference."""
    problems = []
    if not row["amount"]:
        problems.append(
            Problem("金额是 0", "收到多少填多少；退给客户填负数", path="amount", place="「金额」", code="zero")
        )
    problems += too_large(row["amount"], "amount", "「金额」")
    spare = _spare(ctx.work, row, before)
    if -row["amount"] > max(0, spare):
        problems.append(
            Problem(
                f"退 {MONEY.show(-row['amount'])}，这个客户的预收和订金只有 {MONEY.show(max(0, spare))}",
                "请核对金额；退的是多收的货款就先红冲发票，确实要多退写明原因",
                path="amount",
                place="「金额」",
                code="over_refund",
                severity=Severity.ASK,
            )
        )
    if str(row["day"]) > ctx.today:
        problems.append(
            Problem(f"收款日期 {row['day']} 还没到", "到账了再登记", path="day", place="「收款日期」", code="future")
        )
    cutoff = ctx.work.value("SELECT receivable_day FROM customer WHERE uid = ?", (row["customer"],))
    if cutoff and str(row["day"]) <= str(cutoff):
        problems.append(
            Problem(
                f"期初应收截至 {cutoff}，这笔款已经算在期初里，不会再减",
                "日期填对了就不用管",
                path="day",
                place="「收款日期」",
                code="in_opening",
                severity=Severity.WARN,
            )
        )
    twin = None
    if before is None or before["amount"] != row["amount"] or before["day"] != row["day"]:
        twin = ctx.work.row(
            "SELECT number, reference FROM receipt WHERE customer = ? AND day = ? AND amount = ? AND uid != ? AND void = 0"
            " AND (reference IS NULL OR ?5 IS NULL OR reference = ?5) LIMIT 1",
            (row["customer"], row["day"], row["amount"], uid, row.get("reference")),
        )
    if twin is not None:
        problems.append(
            Problem(
                f"同一天同样的金额已登记过：{twin['number']}",
                "重复了就不用再登；确实是两笔，填上流水号或写明原因",
                path="amount",
                place="「金额」",
                code="same_receipt",
                severity=Severity.ASK,
            )
        )
    return problems


def check_lines(amount: int, lines: list[Row], found: list[Target], prepaid: dict[str, int]) -> list[Problem]:
    """No allocation beyond what is open, no two of the same, and together never more than came in. Refunds go to orders only."""
    problems: list[Problem] = []
    open_ = {(t.invoice, t.order): t for t in found}
    seen: set[tuple[str, str]] = set()
    for i, line in enumerate(lines):
        place, path = f"核销第 {i + 1} 行", f"lines/{i}/amount"
        key = (str(line.get("invoice") or ""), "" if line.get("invoice") else str(line.get("order") or ""))
        part = int(line.get("amount") or 0)
        target = open_.get(key)
        if key in seen:
            problems.append(Problem("和前面一行是同一笔", "请合成一行", path=path, place=place, code="same_line"))
        elif part == 0 or (part < 0) != (amount < 0):
            problems.append(
                Problem(f"核销金额是 {MONEY.show(part)}", "不核销的行请删掉", path=path, place=place, code="zero")
            )
        elif part < 0:
            most = prepaid.get(key[1], 0)
            if -part > most or key[0]:
                problems.append(
                    Problem(f"这张订单只有 {MONEY.show(most)} 订金可退", "请改小，或不选订单退预收", path=path, place=place,
                            code="over_settled")
                )  # fmt: skip
        elif target is None:
            problems.append(
                Problem(
                    "这一笔没有欠款了，或不是这个客户的",
                    "请删掉这一行，或换一笔",
                    path=path,
                    place=place,
                    code="nothing_open",
                )
            )
        elif part > target.open:
            problems.append(
                Problem(
                    f"{target.kind} {target.number} 只有 {MONEY.show(target.open)} 可核销",
                    "请改小",
                    path=path,
                    place=place,
                    code="over_settled",
                    cures=(Cure(f"改为 {MONEY.show(target.open)}", path, MONEY.wire(target.open)),),
                )
            )
        seen.add(key)
    whole = total_of(lines)
    if abs(whole) > abs(amount):
        problems.append(
            Problem(
                f"核销合计 {MONEY.show(whole)}，比收到的 {MONEY.show(amount)} 多 {MONEY.show(abs(whole) - abs(amount))}",
                "请减少核销",
                path="lines",
                place="核销明细",
                code="over_allocated",
            )
        )
    return problems


def show_proposal(ctx: Context, args: Row) -> Outcome:
    """按账龄自动核销, only shown: every open debt with what the amount would settle of it."""
    row: Row = {**(ctx.work.get(RECEIPT, args.get("uid")) or {}), **args}  # of a stored one what is not said is its own
    found = queries.targets(ctx.work, str(row["customer"]), str(args.get("uid") or ""))
    amount = int(row["amount"] or 0)
    debts = [t for t in found if t.kind != "订金"]
    given = propose(amount, debts)
    parts = dict(zip(((t.invoice, t.order) for t in debts), given, strict=True))
    told = [
        {
            "kind": t.kind,
            "number": t.number,
            "due": t.due if t.due < "9999" else "",
            "day": t.day,
            "open": MONEY.wire(t.open),
            "amount": MONEY.wire(parts.get((t.invoice, t.order), 0)),
            "invoice": t.invoice,
            "order": t.order,
        }
        for t in found
    ]
    rest = amount - sum(given)
    return Outcome(
        message=f"核销 {MONEY.show(sum(given))}，留作预收 {MONEY.show(rest)}",
        data={"lines": told, "rest": MONEY.wire(rest)},
    )


def cancel(ctx: Context, args: Row) -> Outcome:
    """Take a receipt back; what it settled is owed again."""
    return void(ctx, RECEIPT, str(args["uid"]))


def guard(work: Work, changes: Changes) -> list[Problem]:
    """However it came about: no receipt settles more than it brought, no invoice is settled beyond its amount."""
    receipts = set(changes.of("receipt")) | _parents(work, "receipt", changes)
    invoices = set(changes.of("sales_invoice")) | _parents(work, "invoice", changes)
    found = []
    for uid in receipts:
        row = work.row(
            "SELECT r.number, r.amount, (SELECT coalesce(sum(l.amount), 0) FROM receipt_line l WHERE l.receipt = r.uid AND l.void = 0)"
            " AS used FROM receipt r WHERE r.uid = ? AND r.void = 0",
            (uid,),
        )
        if row is not None and abs(row["used"]) > abs(row["amount"]):
            found.append(Problem(f"回款 {row['number']} 核销的比收到的多", "请先撤销后来的核销", code="over_allocated"))
    for uid in invoices:
        row = work.row(
            "SELECT i.number, i.amount + (SELECT coalesce(sum(r.amount), 0) FROM sales_invoice r WHERE r.red_of = i.uid AND r.void = 0)"
            " AS amount, (SELECT coalesce(sum(l.amount), 0) FROM receipt_line l JOIN receipt r ON r.uid = l.receipt"
            " WHERE l.invoice = i.uid AND l.void = 0 AND r.void = 0) AS used FROM sales_invoice i WHERE i.uid = ? AND i.void = 0",
            (uid,),
        )
        if row is not None and row["used"] > max(0, row["amount"]):
            found.append(Problem(f"发票 {row['number']} 收的比开的多", "请先撤销后来的核销", code="over_settled"))
    return found + _foreign(work, receipts, invoices, set(changes.of("sales_order")))


def _foreign(work: Work, receipts: set[str], invoices: set[str], orders: set[str]) -> list[Problem]:
    """One customer's money or invoice never stands on the papers of another."""
    among = "IN (SELECT value FROM json_each(?{n}))"
    which = " UNION ".join(
        f'SELECT uid FROM {{table}} WHERE "{key}" {among.format(n=n)}'
        for n, key in ((1, "receipt"), (2, "invoice"), (3, "order"))
    )
    touched = tuple(json.dumps(list(uids)) for uids in (receipts, invoices, orders))
    paid = work.tuples(
        "SELECT '回款', r.number, coalesce(i.number, o.number) FROM receipt_line l JOIN receipt r ON r.uid = l.receipt AND r.void = 0"
        ' LEFT JOIN sales_invoice i ON i.uid = l.invoice LEFT JOIN sales_order o ON o.uid = l."order" AND l.invoice IS NULL'
        f" WHERE l.uid IN ({which.format(table='receipt_line')}) AND l.void = 0 AND coalesce(i.customer, o.customer) != r.customer",
        touched,
    )
    told = work.tuples(
        "SELECT '发票', i.number, o.number FROM sales_invoice_line l JOIN sales_invoice i ON i.uid = l.invoice AND i.void = 0"
        ' JOIN sales_order o ON o.uid = l."order"'
        f" WHERE l.uid IN ({which.format(table='sales_invoice_line').partition(' UNION ')[2]}) AND l.void = 0 AND o.customer != i.customer",
        touched,
    )
    return [
        Problem(
            f"{kind} {number} 对应的 {paper} 是另一个客户的", "请先改核销，或作废、红冲那张票", code="foreign_paper"
        )
        for kind, number, paper in dict.fromkeys([*paid, *told])
    ]


def _parents(work: Work, key: str, changes: Changes) -> set[str]:
    return {
        str(found)
        for uid in changes.of("receipt_line")
        if (found := work.value(f"SELECT {key} FROM receipt_line WHERE uid = ?", (uid,)))
    }


_UID = Field("uid", "回款", Link(entity="receipt"), required=True)
WRITTEN = ("receipt", "receipt_line")

VERBS = (
    Verb(
        "receipt.save",
        "登记回款",
        save,
        (
            UID,
            SEEN,
            *(replace(f, required=False) for f in RECEIPT.typed_fields),
            line_params(RECEIPT_LINE, "核销明细"),
            Field("auto", "按账龄自动核销", Flag(), note="先冲最早到期的；不给就照核销明细"),
        ),
        changes=WRITTEN,
        entity="receipt",
        icon="save",
        primary=True,
        note="没有核销的部分留作预收",
    ),
    Verb("receipt.void", "作废回款", cancel, (_UID,), changes=WRITTEN, entity="receipt", icon="delete"),
    Verb(
        "receipt.propose",
        "按账龄试算核销",
        show_proposal,
        (
            Field("customer", "客户", Link(entity="customer"), required=True),
            Field("amount", "金额", Money(), required=True),
            Field("uid", "回款", Link(entity="receipt")),
        ),
        entity="receipt",
        icon="eye",
        palette=False,
        note="只试算，不写入",
    ),
)
