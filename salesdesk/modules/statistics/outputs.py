"""A report outside the program: as data, as an Excel table, as a text for WeChat, in the company's own Excel form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Int, Link, Money, Option, Qty, Rate, Row, Text, Value
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.statistics.facts import DIMENSIONS
from salesdesk.modules.statistics.figures import Figures, Kept, work_out
from salesdesk.modules.statistics.indicators import indicators
from salesdesk.modules.statistics.keeping import kept_figures, words_of
from salesdesk.modules.statistics.periods import PAPERS
from salesdesk.modules.statistics.report_service import (
    KIND_FIELD,
    MEASURE_FIELD,
    PERIOD_FIELD,
    drafted,
    live,
    measure_asked,
    period_asked,
    profit_shown,
)
from salesdesk.modules.statistics.variance import TITLES, half_up
from salesdesk.modules.statistics.words import cause_words, chat_words, percent
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role

MONEY, QTY = Money(), Qty()


def rate(now: int, before: int) -> int | None:
    """Change as 1/10000; None without anything to compare with."""
    return half_up((now - before) * 10_000, before) if before > 0 else None


def data_of(found: Figures, with_profit: bool) -> dict[str, Any]:
    """The figures for scripts: amounts as text with two decimals."""

    def line(one: Kept) -> dict[str, Any]:
        told: dict[str, Any] = {
            "key": one.key,
            "name": one.name,
            "amount": MONEY.wire(one.amount),
            "qty": QTY.wire(one.qty),
            "docs": one.docs,
            "before": MONEY.wire(one.before),
            "year_before": MONEY.wire(one.year_before),
        }
        if found.goods and with_profit:
            told["profit"] = MONEY.wire(one.profit)
        return told

    return {
        "period": found.period,
        "first": found.first,
        "last": found.last,
        "measured": found.measured,
        "whole": line(found.whole),
        "customers": found.buyers,
        "tables": {name: [line(one) for one in rows] for name, rows in found.tables.items()},
        "course": [{"name": label, "amount": MONEY.wire(amount)} for label, amount in found.course],
        "parts": [
            {"part": part.key, "title": TITLES[part.key], "amount": MONEY.wire(part.amount)} for part in found.parts
        ],
    }


def read(ctx: Context, args: Row) -> Outcome:
    """The figures of a period for scripts; nothing is written."""
    measure = measure_asked(ctx, args)
    period = period_asked(ctx, args, measure)
    found = drafted(work_out(ctx.work, measure, period, ctx.today))
    told = data_of(found, profit_shown(ctx))
    own = indicators(ctx.work, period, ctx.today)
    told["indicators"] = {
        "received": MONEY.wire(own.received),
        "billed": MONEY.wire(own.billed),
        "collected": own.collected,
        "growth": own.growth,
        "fresh": own.fresh,
        "punctual_first": own.first.share,
        "punctual_current": own.current.share,
        "changes": own.changes,
    }
    return Outcome("", cause_words(found), told)


def excel(ctx: Context, args: Row) -> Outcome:
    """The report as one Excel table: every dimension's lines one below the other, filtered by 项目."""
    from salesdesk.services.excel_out import Column, write_table

    row = live(ctx, args)
    found = kept_figures(ctx.work, str(row["uid"]))
    title = f"{PAPERS[row['kind']]} {row['title']}"
    profit = found.goods and profit_shown(ctx)
    target = output_path(args.get("out"), (".xlsx", ".csv"), _usual(ctx, title, ".xlsx"))
    columns = [
        Column("项目", Text(20)), Column("名称", Text(200), 28), Column("销售额", MONEY), Column("占比", Rate()),
        Column("上期", MONEY), Column("环比", Rate()), Column("去年同期", MONEY), Column("同比", Rate()),
        Column("数量", QTY), *([Column("利润（不含税）", MONEY)] if profit else []), Column("单数", Int()),
        Column("口径", Text(200), 40),
    ]  # fmt: skip

    def lines() -> Iterator[tuple[Value, ...]]:
        tables = [("合计", [found.whole]), *((DIMENSIONS[name].title, rows) for name, rows in found.tables.items())]
        for head, rows in tables:
            for one in rows:
                yield (
                    head, one.name, one.amount,
                    half_up(one.amount * 10_000, found.whole.amount) if found.whole.amount else None,
                    one.before, rate(one.amount, one.before), one.year_before, rate(one.amount, one.year_before),
                    one.qty, *((one.profit,) if profit else ()), one.docs or None, found.measured,
                )  # fmt: skip
        for part in found.parts:
            if part.amount:
                yield ("波动原因", TITLES[part.key], part.amount, *((None,) * (8 if profit else 7)), found.measured)

    count = write_table(target, title, columns, lines(), mark=f"{ctx.operator} {ctx.now[:16].replace('T', ' ')}")
    return Outcome(str(row["uid"]), f"{title} 已存为 {target.name}", {"file": str(target), "rows": count})


def chat(ctx: Context, args: Row) -> Outcome:
    """The report as a text to paste into WeChat."""
    row = live(ctx, args)
    found = kept_figures(ctx.work, str(row["uid"]))
    title = f"销售{PAPERS[row['kind']]}"
    text = chat_words(title, ctx.settings.company, found, *words_of(row, found), profit_shown(ctx))
    return Outcome(str(row["uid"]), f"{title}的文字备好了", {"clipboard": text})


# -- the company's own form --------------------------------------------------------------------------------------------

HEAD_KEYS = ("本公司", "报表", "期间", "开始日期", "结束日期", "销售额", "上期", "环比", "去年同期", "同比", "数量", "利润", "单数",
             "客户数", "波动原因", "建议", "口径", "制表人", "制表日期")  # fmt: skip
ROW_KEYS = (
    "序号",
    "名称",
    "金额",
    "占比",
    "上期金额",
    "上期环比",
    "同期金额",
    "同期同比",
    "数量合计",
    "利润合计",
    "单数合计",
)
"""What a form may name between {{ and }}, or as names of cells; the row with one of the latter is repeated."""


def values_of(ctx: Context, row: Row, dimension: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What fills a form: single values, and one dict for each line of a dimension. Amounts as numbers, days as dates."""
    from datetime import date

    found = kept_figures(ctx.work, str(row["uid"]))
    profit = found.goods and profit_shown(ctx)

    def yuan(fen: int) -> Decimal:
        return Decimal(fen) / 100

    def ratio(now: int, before: int) -> Decimal | None:
        found = rate(now, before)
        return None if found is None else Decimal(found) / 10_000

    whole = found.whole
    cause, advice = words_of(row, found)
    head: dict[str, Any] = {
        "本公司": ctx.settings.company,
        "报表": PAPERS[row["kind"]],
        "期间": row["title"],
        "开始日期": date.fromisoformat(row["first"]),
        "结束日期": date.fromisoformat(row["last"]),
        "销售额": yuan(whole.amount),
        "上期": yuan(whole.before),
        "环比": percent(whole.amount, whole.before),
        "去年同期": yuan(whole.year_before),
        "同比": percent(whole.amount, whole.year_before),
        "数量": Decimal(whole.qty) / 1000,
        "利润": yuan(whole.profit) if profit else None,
        "单数": whole.docs,
        "客户数": found.buyers,
        "波动原因": cause,
        "建议": advice,
        "口径": row["measured"],
        "制表人": ctx.operator,
        "制表日期": date.fromisoformat(ctx.today),
    }
    rows = [
        {
            "序号": i,
            "名称": one.name,
            "金额": yuan(one.amount),
            "占比": Decimal(half_up(one.amount * 10_000, whole.amount)) / 10_000 if whole.amount else None,
            "上期金额": yuan(one.before),
            "上期环比": ratio(one.amount, one.before),
            "同期金额": yuan(one.year_before),
            "同期同比": ratio(one.amount, one.year_before),
            "数量合计": Decimal(one.qty) / 1000,
            "利润合计": yuan(one.profit) if profit else None,
            "单数合计": one.docs,
        }
        for i, one in enumerate(found.tables.get(dimension, []), 1)
    ]
    return head, rows


def fill_form(ctx: Context, args: Row) -> Outcome:
    """The report in the company's own Excel form: its formulas, styles, signature rows and print area stay."""
    from salesdesk.services.excel_template import fill, losses

    row = live(ctx, args)
    dimension = str(args.get("rows") or "customer")
    head, rows = values_of(ctx, row, dimension)
    if dimension not in kept_figures(ctx.work, str(row["uid"])).tables:
        raise Refused(
            Problem(f"这个口径不分{DIMENSIONS[dimension].title}", "请选客户、业务员、区域或来单方式", path="rows",
                    place="「明细按」", code="no_goods")
        )  # fmt: skip
    template = Path(str(args["template"]))
    title = f"{PAPERS[row['kind']]} {row['title']}"
    ending = template.suffix.lower()
    target = output_path(args.get("out"), (ending,), _usual(ctx, title, ending))
    if target.absolute() == template.absolute():
        raise Refused(
            Problem(f"不能存在模板《{template.name}》自己上面", "请换一个文件名", path="out", code="same_file")
        )
    write_atomically(target, fill(template, head, rows, ROW_KEYS, macros=ending == ".xlsm"))
    ctx.warnings += losses(template)
    return Outcome(str(row["uid"]), f"{title} 已填进 {target.name}", {"file": str(target), "rows": len(rows)})


def _usual(ctx: Context, title: str, suffix: str) -> Path:
    return ctx.folder / "reports" / f"{safe_file_name(title)}{suffix}"


_ONE = Field("uid", "销售报表", Link(entity="sales_report"), required=True)
_ROWS = Choice(options=tuple(Option(name, one.title) for name, one in DIMENSIONS.items()))
_OUT = Field("out", "存到", Text(400), note="文件路径；不给就放在数据文件夹的 reports 里")

VERBS = (
    Verb(
        "sales_report.read",
        "读统计数字",
        read,
        (KIND_FIELD, PERIOD_FIELD, MEASURE_FIELD),
        role=Role.VIEWER,
        icon="chart",
        palette=False,
        note="只读，给脚本用",
    ),
    Verb(
        "sales_report.excel",
        "报表存成 Excel",
        excel,
        (_ONE, _OUT),
        role=Role.VIEWER,
        entity="sales_report",
        icon="excel",
    ),
    Verb("sales_report.chat", "报表的微信文字", chat, (_ONE,), role=Role.VIEWER, entity="sales_report", icon="chat"),
    Verb(
        "sales_report.fill",
        "填进公司的 Excel 表",
        fill_form,
        (
            _ONE,
            Field(
                "template",
                "Excel 模板",
                Text(400),
                required=True,
                note="公司自己的 .xlsx，要填的格写 {{销售额}} 或起名",
            ),
            Field("rows", "明细按", _ROWS, default="客户"),
            _OUT,
        ),
        role=Role.VIEWER,
        entity="sales_report",
        icon="excel",
        note="可用的词：" + "、".join((*HEAD_KEYS, *ROW_KEYS)),
    ),
)
