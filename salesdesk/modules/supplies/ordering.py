"""用品采购单: written from a plan or by hand, told to the vendor as text, Excel or paper, closed when nobody waits any more."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Money, Price, Qty, Row, Text
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Problem, Severity
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.purchase_model import ORDER, ORDER_LINE, SENT_HOW
from salesdesk.modules.supplies.requesting import check_lines
from salesdesk.modules.supplies.rules import MONEY, PRICE, QTY
from salesdesk.persistence.reading import Reader
from salesdesk.services.files import output_path
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
from salesdesk.services.roles import Role

MUST = Field("uid", "采购单", Link(entity="supply_order"), required=True)


def write_order(ctx: Context, head: Row, lines: list[Row]) -> tuple[str, str]:
    """A new order of checked lines; returns its uid and number."""
    for line in lines:
        line["amount"] = line_amount(line["qty"], line.get("price") or 0)
    number = ctx.work.next_number("CG")
    amount = sum(line["amount"] for line in lines)
    uid = ctx.work.insert(ORDER, {**head, "number": number, "amount": amount})
    save_lines(ctx.work, ORDER_LINE, uid, lines)
    return uid, number


def over_budget(reader: Reader, month: str, amount: int) -> list[Problem]:
    """Whether `amount` 分 more goes beyond what a month has for supplies; a month without a budget has no limit."""
    budget, spent = queries.budget_of(reader, month), queries.spent_in(reader, month)
    if budget is None or spent + amount <= budget:
        return []
    told = (
        f"{month} 预算 {MONEY.show(budget)}，已下单 {MONEY.show(spent)}，"
        f"这份 {MONEY.show(amount)}，超 {MONEY.show(spent + amount - budget)} 元"
    )
    cure = "请减少几行，或写明超预算的原因"
    return [Problem(told, cure, path="lines", place="「预算」", code="over_budget", severity=Severity.ASK)]


def stored(ctx: Context, uid: object) -> Row:
    """The order, refused when it is not in use."""
    row = ctx.work.get(ORDER, str(uid))
    if row is None or row["void"]:
        raise Refused(gone(ORDER))
    return row


def save_order(ctx: Context, args: Row) -> Outcome:
    """An order by hand, or a change of one of which nothing has arrived."""
    work = ctx.work
    before = stored(ctx, args["uid"]) if args.get("uid") else None
    row: Row = {**(before or {}), **{k: v for k, v in args.items() if k in ORDER.by_key}}
    row["day"] = row.get("day") or ctx.today
    problems = missing(ORDER, row)
    lines = args.get("lines")
    if before is None or lines is not None:
        problems += check_lines(work, lines or [])
    changed: Row = {k: v for k, v in row.items() if k in ORDER.by_key and (before is None or before[k] != v)}
    if before is not None:
        problems += overtaken(work, ORDER, before["uid"], args.get("seen"), changed)
        if lines is not None:
            problems += overtaken_lines(work, ORDER_LINE, before["uid"], args.get("seen"), lines)
            if before["state"] != "open" and not _same(work.of_parent(ORDER_LINE, before["uid"]), lines):
                told = f"{before['number']} {ORDER['state'].kind.show(before['state'])}，明细不能再改"
                problems.append(Problem(told, "多要的另开一张采购单", path="lines", place="采购明细", code="state"))
    if row.get("due") and str(row["due"]) < str(row["day"]):
        told = f"应到日期 {row['due']} 早于下单日期"
        problems.append(Problem(told, "请核对", path="due", place="「应到日期」", code="due", severity=Severity.WARN))
    if lines is not None:
        amount = sum(line_amount(line["qty"] or 0, line.get("price") or 0) for line in lines)
        more = amount - int((before or {}).get("amount") or 0)
        problems += over_budget(work, str(row["day"])[:7], more) if more > 0 else []
    ctx.check(problems)
    if before is None:
        uid, number = write_order(ctx, {k: row.get(k) for k in ("vendor", "day", "due", "note")}, lines or [])
    else:
        uid, number = str(before["uid"]), str(before["number"])
        if lines is not None:
            for line in lines:
                line["amount"] = line_amount(line["qty"], line.get("price") or 0)
            changed["amount"] = sum(line["amount"] for line in lines)
            save_lines(work, ORDER_LINE, uid, lines)
        work.update(ORDER, uid, changed)
    work.title = f"{'新建' if before is None else '修改'}用品采购单 {number}"
    return Outcome(uid, f"已{work.title}" if work.changes() else "没有改动", {"number": number})


def _same(present: list[Row], lines: list[Row]) -> bool:
    keys = ("supply", "qty", "price")
    return [[row[k] for k in keys] for row in present] == [[line.get(k) for k in keys] for line in lines]


def order_text(ctx: Context, row: Row) -> str:
    """The order as a message to the vendor."""
    lines = queries.lines_with_items(ctx.work, "supply_order_line", "order", str(row["uid"]))
    said = [f"{ctx.settings.company} 采购单 {row['number']}（{row['day']}）"]
    for i, line in enumerate(lines, 1):
        spec = f" {line['supply.spec']}" if line["supply.spec"] else ""
        price = f"，单价 {PRICE.show(line['price'])}" if line["price"] is not None else ""
        note = f"（{line['note']}）" if line["note"] else ""
        said.append(f"{i}. {line['supply.name']}{spec} {QTY.show(line['qty'])}{line['supply.unit'] or ''}{price}{note}")
    said.append(f"合计 {MONEY.show(row['amount'])} 元" + (f"，请 {row['due']} 前送到" if row["due"] else ""))
    if row["note"]:
        said.append(str(row["note"]))
    return "\n".join(said)


def text(ctx: Context, args: Row) -> Outcome:
    """The message, to be pasted into WeChat."""
    row = stored(ctx, args["uid"])
    told = order_text(ctx, row)
    return Outcome(row["uid"], f"采购单 {row['number']} 写成一段话", {"text": told, "clipboard": told})


def excel(ctx: Context, args: Row) -> Outcome:
    """The lines as a table for the vendor."""
    from salesdesk.services.excel_out import Column, write_table

    row = stored(ctx, args["uid"])
    lines = queries.lines_with_items(ctx.work, "supply_order_line", "order", str(row["uid"]))
    columns = (
        Column("编码", Text()), Column("名称", Text()), Column("规格", Text()), Column("单位", Text()),
        Column("数量", Qty()), Column("单价", Price()), Column("金额", Money()), Column("备注", Text()),
    )  # fmt: skip
    keys = ("supply.code", "supply.name", "supply.spec", "supply.unit", "qty", "price", "amount", "note")
    usual = safe_file_name(f"采购单 {row['number']}.xlsx")
    target = output_path(args.get("file"), (".xlsx", ".csv"), ctx.folder / "prints" / usual)
    write_table(target, "采购单", columns, ([line[k] for k in keys] for line in lines))
    return Outcome(
        row["uid"], f"采购单 {row['number']} 已存为 {target.name}", {"file": str(target), "rows": len(lines)}
    )


def send(ctx: Context, args: Row) -> Outcome:
    """When and how the vendor was told."""
    row = stored(ctx, args["uid"])
    ctx.work.update(ORDER, row["uid"], {"sent_at": ctx.now, "sent_how": args["how"]})
    ctx.work.title = f"采购单 {row['number']} 已下给供应商（{args['how']}）"
    return Outcome(row["uid"], ctx.work.title)


def close(ctx: Context, args: Row) -> Outcome:
    """What has not arrived is not waited for any more."""
    row = stored(ctx, args["uid"])
    if row["state"] not in ("open", "part"):
        told = f"{row['number']} {ORDER['state'].kind.show(row['state'])}"
        raise Refused(Problem(told, "没有要等的了", path="uid", code="state"))
    ctx.work.update(ORDER, row["uid"], {"closed": args["why"]})
    ctx.work.title = f"采购单 {row['number']} 不再等：{args['why']}"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


VERBS = (
    Verb(
        "supply_order.save",
        "保存用品采购单",
        save_order,
        (UID, SEEN, *ORDER.typed_fields, line_params(ORDER_LINE, "采购明细")),
        changes=("supply_order", "supply_order_line"),
        entity="supply_order",
        icon="save",
        note="不给 uid 新建，给 uid 只改给出的字段",
    ),
    Verb(
        "supply_order.void",
        "作废用品采购单",
        lambda ctx, args: void(ctx, ORDER, args["uid"]),
        (MUST,),
        changes=("supply_order", "supply_order_line"),
        entity="supply_order",
        icon="delete",
    ),
    Verb(
        "supply_order.send",
        "已下单",
        send,
        (MUST, Field("how", "怎么下的", SENT_HOW, required=True, default="微信")),
        changes=("supply_order",),
        entity="supply_order",
        icon="send",
        states=("open", "part"),
    ),
    Verb(
        "supply_order.close",
        "不等了",
        close,
        (MUST, Field("why", "原因", Text(200), required=True)),
        changes=("supply_order",),
        entity="supply_order",
        icon="dismiss",
        states=("open", "part"),
    ),
    Verb(
        "supply_order.text",
        "采购单文字",
        text,
        (MUST,),
        role=Role.VIEWER,
        entity="supply_order",
        icon="chat",
        palette=False,
        note="发微信用的一段话",
    ),
    Verb(
        "supply_order.excel",
        "采购单存 Excel",
        excel,
        (MUST, Field("file", "存到", Text(1000), note="不给就放在数据文件夹的 prints 里")),
        role=Role.VIEWER,
        entity="supply_order",
        icon="excel",
        palette=False,
    ),
)
