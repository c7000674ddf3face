"""Verbs about what customers are worth and will do: grade them by the rules, warn of churn, hand salespeople the next orders."""

from __future__ import annotations

import json
from collections.abc import Iterator

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Int, Link, Money, Qty, Row, Text, Value
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.omissions.queries import late_customers
from salesdesk.modules.statistics.model import GRADE_RULES
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role

MONEY, QTY = Money(), Qty()


def grades(ctx: Context, args: Row) -> Outcome:
    """What the rules make of every customer of the past year; nothing is written."""
    from salesdesk.modules.statistics.loyalty import graded, rules_of

    rules = rules_of(ctx.work)
    found = graded(ctx.work, rules, ctx.today)
    differ = sum(1 for one in found if one.grade != one.filed)
    rows = [
        {"customer": g.customer, "name": g.name, "days": g.days, "orders": g.orders, "amount": MONEY.wire(g.amount),
         "points": list(g.points), "grade": g.grade, "filed": g.filed}
        for g in found
    ]  # fmt: skip
    return Outcome(
        "", f"按规则评了 {len(found)} 家客户，{differ} 家和档案里的等级不一样", {"rules": rules.words, "rows": rows}
    )


def apply(ctx: Context, args: Row) -> Outcome:
    """Write the grades into the customers' files: of all, or of one."""
    from salesdesk.modules.statistics.loyalty import graded, rules_of

    customer = ctx.work.schema.entities["customer"]
    moved = [
        one
        for one in graded(ctx.work, rules_of(ctx.work), ctx.today)
        if one.grade != one.filed and args.get("customer") in (None, one.customer)
    ]
    for one in moved:
        ctx.work.update(customer, one.customer, {"grade": one.grade})
    ctx.work.title = f"按规则评客户等级（{len(moved)} 家）"
    return Outcome("", f"改了 {len(moved)} 家客户的等级" if moved else "等级都和规则一样", {"changed": len(moved)})


def put_rules(ctx: Context, args: Row) -> Outcome:
    """Other rules of grading, for the whole company from now on; what is not given stays."""
    from salesdesk.modules.statistics.loyalty import RULES_UID, Rules, numbers, rules_of

    work = ctx.work
    told = rules_of(work)._asdict()
    for key in Rules._fields:
        if args.get(key):
            told[key] = numbers(str(args[key]))
            if told[key] is None:
                raise Refused(
                    Problem(
                        f"「{args[key]}」看不懂", "请写整数，用顿号隔开，如 30、60、120、240", path=key, code="rules"
                    )
                )
    rules = Rules(**told)
    if rules.fault():
        raise Refused(Problem(rules.fault(), f"现在的规则是：{rules_of(work).words}", code="rules"))
    values: Row = {key: "、".join(map(str, steps)) for key, steps in told.items()}
    if work.get(GRADE_RULES, RULES_UID) is None:
        work.insert(GRADE_RULES, {"uid": RULES_UID, "name": "客户等级", **values})
    else:
        work.update(GRADE_RULES, RULES_UID, {"void": 0, **values})
    work.title = "改客户评级规则"
    return Outcome(RULES_UID, "评级规则已改", {"rules": rules.words})


def churn_rows(reader: Reader, today: str) -> list[Row]:
    """Customers later than their own rhythm allows, with what they bought in the past year, the dearest first."""
    from salesdesk.domain import dates

    late, _ = late_customers(reader, today)
    bought = dict(
        reader.tuples(
            "SELECT customer, sum(coalesce(amount, 0)) FROM sales_order WHERE void = 0 AND state = 'confirmed'"
            " AND order_date BETWEEN ? AND ? AND customer IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (dates.add_days(today, -364), today, json.dumps([r["customer"] for r in late])),
        )
    )
    return sorted(
        ({**r, "amount": bought.get(r["customer"], 0)} for r in late), key=lambda r: (-r["amount"], r["name"])
    )


def churn(ctx: Context, args: Row) -> Outcome:
    """流失预警."""
    rows = churn_rows(ctx.work, ctx.today)
    told = [{**r, "amount": MONEY.wire(r["amount"])} for r in rows]
    whole = sum(r["amount"] for r in rows)
    return Outcome("", f"{len(rows)} 家客户过了自己的来单节奏没来，过去一年买了 {MONEY.show(whole)} 元", {"rows": told})


def next_orders(ctx: Context, args: Row) -> Outcome:
    """需求预测: what customers will order next, with the error of the past three months."""
    from salesdesk.modules.statistics.loyalty import expected

    rows, error = expected(ctx.work, ctx.today, int(args.get("days") or 60))
    told = [
        {"customer": one.customer, "name": one.name, "salesperson": one.salesperson, "product": one.product,
         "goods": one.goods, "day": one.forecast.day, "qty": QTY.wire(one.forecast.qty), "unit": one.unit,
         "spread": one.forecast.spread, "why": one.forecast.why}
        for one in rows
    ]  # fmt: skip
    data = {"rows": told, "error": error._asdict(), "words": error.words}
    return Outcome("", f"预计 {len(rows)} 项要来单。{error.words}", data)


def sheet(ctx: Context, args: Row) -> Outcome:
    """The next orders as an Excel sheet for salespeople, with room for what they hear."""
    from salesdesk.modules.statistics.loyalty import expected
    from salesdesk.services.excel_out import Column, write_table
    from salesdesk.services.files import output_path

    rows, error = expected(ctx.work, ctx.today, int(args.get("days") or 60))
    who = str(args.get("salesperson") or "")
    rows = [one for one in rows if not who or one.salesperson == who]
    title = f"客户需求预测 {who or '全部业务员'} {ctx.today}"
    target = output_path(args.get("out"), (".xlsx", ".csv"), ctx.folder / "reports" / f"{safe_file_name(title)}.xlsx")
    columns = [
        Column("业务员", Text(40), 10), Column("客户", Text(120), 30), Column("产品", Text(120), 26), Column("预计来单", Day()),
        Column("前后差（天）", Int(), 12), Column("预计数量", QTY), Column("单位", Text(10), 6), Column("上次来单", Day()),
        Column("怎么算的", Text(200), 44), Column("业务员了解到的", Text(200), 30), Column("办法的误差", Text(200), 60),
    ]  # fmt: skip

    def lines() -> Iterator[tuple[Value, ...]]:
        for one in sorted(rows, key=lambda e: (e.salesperson, e.forecast.day, e.name)):
            made = one.forecast
            yield (one.salesperson, one.name, one.goods, made.day, made.spread, made.qty, one.unit, made.last, made.why,
                   None, error.words)  # fmt: skip

    count = write_table(target, title, columns, lines(), mark=f"{ctx.operator} {ctx.now[:16].replace('T', ' ')}")
    return Outcome("", f"{count} 项预测已存为 {target.name}", {"file": str(target), "rows": count})


_DAYS = Field("days", "看多少天", Int(least=1), note="不给就是 60 天")
VERBS = (
    Verb("loyalty.grades", "看客户等级", grades, (), role=Role.VIEWER, icon="star", note="按最近来单、单数、金额打分，不改档案"),
    Verb("loyalty.apply", "按规则评客户等级", apply,
         (Field("customer", "客户", Link(entity="customer"), note="不给就是全部"),), changes=("customer",), icon="star"),
    Verb("loyalty.rules", "改评级规则", put_rules,
         (Field("recency", "最近来单（天）", Text(60), note="得 4、3、2、1 分的天数，如 30、60、120、240"),
          Field("frequency", "一年单数", Text(60), note="如 24、12、6、2"),
          Field("value", "一年金额（元）", Text(60), note="如 200000、80000、30000、5000"),
          Field("grades", "A、B、C 的分", Text(60), note="如 10、7、4")), role=Role.MANAGER, changes=("grade_rules",),
         icon="settings", note="全公司都按它，会同步到别的电脑"),
    Verb("loyalty.churn", "流失预警", churn, (), role=Role.VIEWER, icon="warning"),
    Verb("loyalty.expected", "需求预测", next_orders, (_DAYS,), role=Role.VIEWER, icon="lightbulb"),
    Verb("loyalty.sheet", "需求预测表（给业务员）", sheet,
         (Field("salesperson", "业务员", Text(40), note="不给就是全部"), _DAYS, Field("out", "存到", Text(400))),
         role=Role.VIEWER, icon="excel"),
)  # fmt: skip
