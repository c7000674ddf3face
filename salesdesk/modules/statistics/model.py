"""What is kept of statistics: 口径 with their versions, reports with their frozen figures, targets; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Money, Note, Option, Stamp, Text, options

BY = Choice(
    options=(
        Option("order", "按下单日期", "neutral", "order"),
        Option("delivery", "按送货日期", "neutral", "truck"),
        Option("invoice", "按开票日期", "neutral", "receipt"),
        Option("payment", "按回款日期", "neutral", "money"),
    )
)
TAX = Choice(options=(Option("in", "含税"), Option("out", "不含税")))
BACK = Choice(options=(Option("less", "扣退货"), Option("keep", "不扣退货")))
"""What comes off: goods turned down or closed on an order, turned down at delivery, red invoices, money paid back."""

MEASURE = Entity(
    "sales_measure",
    "统计口径",
    (
        Field("name", "口径名称", Text(40), required=True, listed=True),
        Field("version", "版本", Int(), listed=True, fixed=True),
        Field("by", "按哪个日期", BY, required=True, listed=True, default="按下单日期"),
        Field("tax", "含税", TAX, required=True, listed=True, default="含税"),
        Field("back", "退货", BACK, required=True, listed=True, default="扣退货"),
        Field("closing", "财务月结账日", Int(least=0), listed=True, note="1 到 28；空着或 0 是自然月"),
        Field("usual", "平时就用", Flag(), listed=True, note="没有另外说的报表用这个口径"),
        Field("note", "说明", Text(200), listed=True, note="谁定的、为什么"),
    ),
    order="t.usual DESC, t.name, t.version DESC",
    icon="calculator",
)

KIND = Choice(
    options=(
        Option("day", "日报"), Option("week", "周报"), Option("month", "月报"), Option("quarter", "季报"),
        Option("year", "年报"),
    )
)  # fmt: skip
STATE = Choice(
    options=(
        Option("new", "待看", "warn", "eye"),
        Option("seen", "已看", "info", "check"),
        Option("closed", "已封存", "ok", "lock"),
    )
)

REPORT = Entity(
    "sales_report",
    "销售报表",
    (
        Field("number", "报表号", Text(40, True), listed=True, fixed=True),
        Field("kind", "种类", KIND, listed=True, fixed=True),
        Field("title", "期间", Text(80, True), listed=True, fixed=True),
        Field("state", "状态", STATE, listed=True, fixed=True),
        Field("amount", "销售额", Money(), listed=True, derived=True),
        Field("before", "上期", Money(), derived=True),
        Field("year_before", "去年同期", Money(), derived=True),
        Field("docs", "单数", Int(), listed=True, derived=True),
        Field("customers", "客户数", Int(), listed=True, derived=True),
        Field("made_at", "做于", Stamp(), fixed=True),
        Field("cause", "波动原因", Note(), wide=True, note="程序起草的，可以改"),
        Field("advice", "建议", Note(), wide=True, note="程序起草的，可以改"),
        Field("first", "从", Day(), fixed=True),
        Field("last", "到", Day(), fixed=True),
        Field("measure", "口径", Link(entity="sales_measure", weak=True), fixed=True),
        Field("measured", "口径说明", Text(200), fixed=True, wide=True),
        Field("closed_at", "封存时间", Stamp(), fixed=True, listed=True),
        Field("closed_by", "封存人", Text(40), fixed=True),
        Field("hash", "指纹", Text(64), fixed=True, note="封存时明细的 SHA-256"),
    ),
    naming="number",
    code="number",
    subtitle=("title",),
    indexes=(("kind", "first"), ("state",)),
    order="t.last DESC, t.rowid DESC",
    icon="chart",
)

FIGURES = Entity(
    "sales_report_figures",
    "报表底稿",
    (
        Field("report", "报表", Link(entity="sales_report"), required=True, fixed=True),
        Field("text", "当时的数字", Note(40_000_000), fixed=True),
    ),
    naming="report",
    parent=("sales_report", "report"),
    ledger=True,
    lasting=True,
)
"""All rows of a report and every paper that went into it, as JSON; see figures.Figures.
Making and closing a report cannot be undone: a report that was told is voided, a closed one stays."""

LEVEL = Choice(options=options("公司", "部门", "业务员", "产品"))
MONTHS = tuple(f"m{n}" for n in range(1, 13))

TARGET = Entity(
    "sales_target",
    "销售目标",
    (
        Field("title", "目标", Text(80, True), fixed=True, listed=True),
        Field("year", "年度", Int(least=2000), required=True),
        Field("level", "层级", LEVEL, required=True, listed=True, default="公司"),
        Field("name", "部门或业务员", Text(40), note="公司、产品层级空着"),
        Field("product", "产品", Link(entity="product"), note="产品层级才填"),
        Field("above", "上级目标", Link(entity="sales_target"), note="业务员填所在部门的目标，产品填业务员的目标"),
        Field("amount", "全年目标", Money(least=0), listed=True, important=True, note="空着就把各月加起来"),
        *(
            Field(key, f"{n} 月", Money(least=0), important=True, section="分月" if n == 1 else "")
            for n, key in enumerate(MONTHS, 1)
        ),
        Field("note", "备注", Text(200)),
    ),
    naming="title",
    indexes=(("year", "level"),),
    order="t.year DESC, t.rowid",
    icon="flag",
)

GRADE_RULES = Entity(
    "grade_rules",
    "评级规则",
    (
        Field("name", "名称", Text(20), fixed=True),
        *(
            Field(key, title, Text(60), required=True, important=True)
            for key, title in (
                ("recency", "最近来单（天）"),
                ("frequency", "一年单数"),
                ("value", "一年金额（元）"),
                ("grades", "A、B、C 的分"),
            )
        ),
    ),
    icon="star",
)
"""One record for the whole company, numbers parted by 、; see loyalty.Rules."""
