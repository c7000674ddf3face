"""采购计划: requests, stock, goods under way and use put into one proposal with its formula, budgeted, approved, ordered (SUP-1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Int, Link, Row, Text
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.checks import MONTH
from salesdesk.modules.supplies.model import SUPPLY
from salesdesk.modules.supplies.ordering import over_budget, write_order
from salesdesk.modules.supplies.purchase_model import PLAN, PLAN_LINE, REQUEST_LINE
from salesdesk.modules.supplies.rules import MONEY, Need, monthly_use
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, gone, line_params, missing, overtaken_lines, save_lines, void
from salesdesk.services.roles import Role

MUST = Field("uid", "采购计划", Link(entity="supply_plan"), required=True)
USUAL_MONTHS = 3


def needs(reader: Reader, month: str, months: int) -> list[tuple[Row, Need]]:
    """Every item in use with what speaks for buying it; use is that of the `months` whole months before `month`."""
    asked = queries.requested(reader)
    taken = queries.used(reader, f"{queries.month_before(month, months)}-01", f"{queries.month_before(month, 1)}-31")
    items = reader.rows('SELECT * FROM supply WHERE void = 0 AND coalesce(stopped, 0) = 0 ORDER BY "code", rowid')
    return [
        (
            item,
            Need(
                item["on_hand"] or 0,
                item["on_order"] or 0,
                asked.get(item["uid"], 0),
                0 if item["lent"] else monthly_use(taken.get(item["uid"], 0), months),
                months,
                item["min_stock"] or 0,
                item["max_stock"] or 0,
                item["pack_qty"] or 0,
                item["unit"] or "",
                item["pack_unit"] or "",
            ),
        )
        for item in items
    ]


def make(ctx: Context, args: Row) -> Outcome:
    """Propose what to buy; one plan at a time, so that nothing is planned twice."""
    open_ = ctx.work.row("SELECT uid, number FROM supply_plan WHERE void = 0 AND state != 'ordered' LIMIT 1")
    if open_ is not None:
        told = f"采购计划 {open_['number']} 还没下单"
        cure = "请先批准下单，或作废它再重做"
        raise Refused(Problem(told, cure, code="open_plan", about=("supply_plan", open_["uid"])))
    month = str(args.get("month") or ctx.today[:7])
    if not MONTH.fullmatch(month):
        raise Refused(
            Problem(f"「{month}」不是月份", "请写成 2026-06 这样", path="month", place="「预算月份」", code="bad_month")
        )
    months = int(args.get("months") or USUAL_MONTHS)
    lines: list[Row] = []
    for item, need in needs(ctx.work, ctx.today[:7], months):
        if need.rounded <= 0:
            continue
        vendor, price = queries.price_of(ctx.work, item)
        lines.append(
            {
                "supply": item["uid"],
                "lacking": need.lacking,
                "qty": need.rounded,
                "vendor": vendor,
                "price": price,
                "amount": line_amount(need.rounded, price or 0),
                "words": need.words,
            }
        )
    if not lines:
        raise Refused(Problem("现在不用采购", "库存加在途够一个月的用量，也没有要补到的", code="nothing_to_buy"))
    number = ctx.work.next_number("JH")
    head: Row = {"number": number, "state": "draft", "day": ctx.today, "month": month, "months": months}
    uid = ctx.work.insert(PLAN, {**head, "note": args.get("note"), **_figures(ctx.work, month, lines)})
    save_lines(ctx.work, PLAN_LINE, uid, lines)
    planned = {line["supply"] for line in lines}
    for one in ctx.work.rows(
        "SELECT l.uid, l.supply FROM supply_request_line l JOIN supply_request r ON r.uid = l.request"
        " WHERE l.void = 0 AND r.void = 0 AND r.refused IS NULL AND coalesce(l.issued, 0) < l.qty"
    ):
        if one["supply"] in planned:
            ctx.work.update(REQUEST_LINE, one["uid"], {"plan": uid})
    ctx.work.title = f"编采购计划 {number}（{len(lines)} 种）"
    amount = sum(int(line["amount"]) for line in lines)
    return Outcome(uid, f"已{ctx.work.title}，合计 {MONEY.show(amount)} 元", {"number": number, "lines": len(lines)})


def _figures(reader: Reader, month: str, lines: list[Row]) -> Row:
    """Sum of a plan and what it leaves of the month's budget."""
    amount = sum(int(line["amount"] or 0) for line in lines)
    budget, spent = queries.budget_of(reader, month), queries.spent_in(reader, month)
    left = None if budget is None else budget - spent - amount
    return {"amount": amount, "budget": budget, "spent": spent, "left": left}


def _plan(ctx: Context, uid: object, *states: str) -> Row:
    row = ctx.work.get(PLAN, str(uid))
    if row is None or row["void"]:
        raise Refused(gone(PLAN))
    if row["state"] not in states:
        told = f"采购计划 {row['number']} {PLAN['state'].kind.show(row['state'])}"
        cure = "待批的才能改" if states == ("draft",) else "请先批准" if row["state"] == "draft" else "请刷新列表"
        raise Refused(Problem(told, cure, path="uid", code="state"))
    return row


def save_plan(ctx: Context, args: Row) -> Outcome:
    """Change quantities, vendors and prices of a plan nobody approved yet; the formula stays beside what was typed."""
    row = _plan(ctx, args["uid"], "draft")
    present = {line["uid"]: line for line in ctx.work.of_parent(PLAN_LINE, row["uid"])}
    ctx.check(overtaken_lines(ctx.work, PLAN_LINE, row["uid"], args.get("seen"), args["lines"]))
    lines, problems, seen = [], [], set()
    for i, given in enumerate(args["lines"]):
        old = present.get(str(given.get("uid") or ""), {})
        line: Row = {**{k: old.get(k) for k in ("supply", "qty", "vendor", "price", "words", "lacking")}, **given}
        place = f"第 {i + 1} 行"
        problems += missing(PLAN_LINE, line, f"lines/{i}/", place)
        item = ctx.work.get(SUPPLY, line["supply"]) or {}
        if item.get("stopped") and not old:
            told = f"「{item['name']}」已经停用"
            cure = "请换一种，或在用品里启用"
            problems.append(Problem(told, cure, path=f"lines/{i}/supply", place=place, code="stopped"))
        if line["supply"] in seen:
            problems.append(
                Problem("前面已经有一行", "请并成一行", path=f"lines/{i}/supply", place=place, code="twice")
            )
        seen.add(line["supply"])
        line["amount"] = line_amount(line["qty"] or 0, line["price"] or 0)
        line["words"] = line["words"] or "手工加的"
        lines.append(line)
    ctx.check(problems)
    save_lines(ctx.work, PLAN_LINE, row["uid"], lines)
    note = {"note": args["note"]} if "note" in args else {}
    ctx.work.update(PLAN, row["uid"], {**_figures(ctx.work, row["month"], lines), **note})
    ctx.work.title = f"修改采购计划 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}" if ctx.work.changes() else "没有改动")


def approve(ctx: Context, args: Row) -> Outcome:
    """Who approved the plan; beyond the budget only with a reason."""
    row = _plan(ctx, args["uid"], "draft")
    lines = ctx.work.of_parent(PLAN_LINE, row["uid"])
    figures = _figures(ctx.work, row["month"], lines)
    problems = []
    if figures["budget"] is None:
        told = f"{row['month']} 没有设用品预算"
        cure = "可以在「用品预算」里补上"
        problems.append(Problem(told, cure, path="uid", code="no_budget", severity=Severity.WARN))
    problems += over_budget(ctx.work, row["month"], figures["amount"])
    ctx.check(problems)
    who = args.get("approved_by") or ctx.decided_by
    kept = {"state": "approved", "approved_by": who, "approved_at": ctx.now}
    ctx.work.update(PLAN, row["uid"], {**kept, **figures})
    ctx.work.title = f"批准采购计划 {row['number']}（{who}）"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


def order(ctx: Context, args: Row) -> Outcome:
    """One 采购单 for each vendor of an approved plan."""
    row = _plan(ctx, args["uid"], "approved")
    lines = [line for line in ctx.work.of_parent(PLAN_LINE, row["uid"]) if line["qty"]]
    problems = [
        Problem(
            f"「{ctx.work.named(SUPPLY, line['supply'])}」没有供应商",
            "撤销批准后填上供应商，或在「用品」里写常用供应商",
            path=f"lines/{i}/vendor",
            place=f"第 {i + 1} 行",
            code="no_vendor",
        )
        for i, line in enumerate(lines)
        if not line["vendor"]
    ]
    if not lines:
        problems.append(Problem("每一行都是 0", "没有要买的，请作废这份计划", path="uid", code="nothing_to_buy"))
    ctx.check(problems)
    numbers: list[str] = []
    for vendor in dict.fromkeys(line["vendor"] for line in lines):
        mine: list[Row] = [
            {key: line[key] for key in ("supply", "qty", "price", "note")} for line in lines if line["vendor"] == vendor
        ]
        head: Row = {"vendor": vendor, "day": ctx.today, "due": args.get("due"), "plan": row["uid"]}
        numbers.append(write_order(ctx, head, mine)[1])
    ctx.work.update(PLAN, row["uid"], {"state": "ordered"})
    ctx.work.title = f"采购计划 {row['number']} 下单 {'、'.join(numbers)}"
    data: dict[str, Any] = {"orders": numbers}
    return Outcome(row["uid"], f"已按{ctx.work.title}", data)


def drop(ctx: Context, args: Row) -> Outcome:
    """Void a plan that was not ordered; the requests wait again."""
    _plan(ctx, args["uid"], "draft", "approved")
    made = void(ctx, PLAN, str(args["uid"]))
    for uid in ctx.work.column("SELECT uid FROM supply_request_line WHERE plan = ? AND void = 0", (args["uid"],)):
        ctx.work.update(REQUEST_LINE, uid, {"plan": None})
    return made


VERBS = (
    Verb(
        "supply_plan.make",
        "编采购计划",
        make,
        (
            Field("months", "用量看几个月", Int(least=1), default=str(USUAL_MONTHS), note="月均用量按前几个整月算"),
            Field("month", "预算月份", Text(7), note="空着就是本月，写成 2026-06"),
            Field("note", "备注", Text(200)),
        ),
        changes=("supply_plan", "supply_plan_line", "supply_request_line"),
        entity="supply_plan",
        icon="calculator",
        primary=True,
        note="申领、库存、在途、用量、最低最高库存一起算，每行写明怎么算的",
    ),
    Verb(
        "supply_plan.revise",
        "改采购计划",
        save_plan,
        (MUST, SEEN, Field("note", "备注", Text(200)), replace(line_params(PLAN_LINE, "计划明细"), required=True)),
        changes=("supply_plan", "supply_plan_line"),
        entity="supply_plan",
        icon="edit",
        states=("draft",),
    ),
    Verb(
        "supply_plan.approve",
        "登记批准",
        approve,
        (MUST, Field("approved_by", "批准人", Text(40), note="不给就是批准的主管；在纸上批的写谁批的")),
        role=Role.MANAGER,
        changes=("supply_plan",),
        entity="supply_plan",
        icon="check",
        states=("draft",),
    ),
    Verb(
        "supply_plan.order",
        "按计划下单",
        order,
        (MUST, Field("due", "应到日期", Day(ahead=True))),
        changes=("supply_plan", "supply_order", "supply_order_line"),
        entity="supply_plan",
        icon="cart",
        states=("approved",),
    ),
    Verb(
        "supply_plan.void",
        "作废采购计划",
        drop,
        (MUST,),
        changes=("supply_plan", "supply_plan_line", "supply_request_line"),
        entity="supply_plan",
        icon="delete",
    ),
)
