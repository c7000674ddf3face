"""盘点: the plan, the blind sheets of its counters, what each of them counted, and what came of every item; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Qty, Rate, Stamp, Text, options

COUNT_STATE = Choice(
    options=(
        Option("counting", "盘点中", "prog", "clock"),
        Option("second", "要复盘", "warn", "refresh"),
        Option("explain", "写差异原因", "warn", "edit"),
        Option("ready", "可以调整", "info", "check"),
        Option("booked", "已调整", "ok", "checkmark_circle"),
    )
)
SHARE = Choice(options=(Option("split", "分开盘"), Option("both", "每人都盘一遍")))
RESULT = Choice(
    options=(
        Option("open", "没盘", "neutral", "clock"),
        Option("equal", "相符", "ok", "checkmark_circle"),
        Option("second", "要复盘", "warn", "refresh"),
        Option("short", "少了", "err", "warning"),
        Option("over", "多了", "warn", "warning"),
    )
)
WHY = Choice(options=options("用掉没登记", "丢失", "损坏", "从前点错", "入库没登记", "其他"))
BOOKED_AS = {
    "用掉没登记": "领用",
    "丢失": "丢失",
    "损坏": "报损",
    "从前点错": "盘点",
    "入库没登记": "盘点",
    "其他": "盘点",
}
"""Reason of a difference → how it is booked: lost is not used, damaged is not miscounted."""

COUNT = Entity(
    "supply_count",
    "盘点",
    (
        Field("number", "盘点单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", COUNT_STATE, listed=True, derived=True),
        Field("due", "哪天盘完", Day(ahead=True), listed=True, fixed=True),
        Field("category", "类别", Text(40), listed=True, fixed=True, note="空着就是全部"),
        Field("place", "存放位置", Text(40), listed=True, fixed=True),
        Field("counters", "盘点人", Text(120), listed=True, fixed=True),
        Field("share", "怎么分", SHARE, fixed=True),
        Field("rows", "品种", Int(), listed=True, fixed=True),
        Field("equal", "相符", Int(), listed=True, derived=True),
        Field("rate", "账实相符率", Rate(), listed=True, derived=True),
        Field("short", "盘亏金额", Money(), derived=True, listed=True),
        Field("over", "盘盈金额", Money(), derived=True, listed=True),
        Field("booked_at", "调整时间", Stamp(), fixed=True),
        Field("note", "备注", Note(400), fixed=True, wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("category", "due"),
    indexes=(("state", "void"),),
    order="t.rowid DESC",
    icon="scan",
)
COUNT_LINE = Entity(
    "supply_count_line",
    "盘点结果",
    (
        Field("count", "盘点", Link(entity="supply_count"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("supply", "用品", Link(entity="supply"), fixed=True, listed=True),
        Field("result", "结果", RESULT, derived=True, listed=True),
        Field("book", "账面", Qty(), derived=True, listed=True),
        Field("counted", "实盘", Qty(), derived=True, listed=True),
        Field("difference", "差异", Qty(), derived=True, listed=True),
        Field("amount", "差异金额", Money(), derived=True, listed=True),
        Field("why", "原因", WHY, listed=True),
        Field("note", "说明", Text(200), listed=True),
    ),
    naming="supply",
    parent=("supply_count", "count"),
    indexes=(("supply",),),
)
SHEET = Entity(
    "supply_sheet",
    "盘点表",
    (
        Field("number", "盘点表号", Text(40, True), listed=True, fixed=True),
        Field("count", "盘点", Link(entity="supply_count"), listed=True, fixed=True),
        Field("counter", "盘点人", Text(40), listed=True, fixed=True),
        Field("turn", "第几遍", Int(), listed=True, fixed=True),
        Field("rows", "品种", Int(), listed=True, fixed=True),
        Field("done", "已盘", Int(), listed=True, derived=True),
        Field("at", "录入时间", Stamp(), listed=True, fixed=True),
    ),
    naming="number",
    code="number",
    subtitle=("counter",),
    indexes=(("count", "void"),),
    order="t.rowid DESC",
    icon="table",
)
ENTRY = Entity(
    "supply_entry",
    "实盘数",
    (
        Field("sheet", "盘点表", Link(entity="supply_sheet"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("supply", "用品", Link(entity="supply"), required=True),
        Field("counted", "实盘", Qty(least=0), important=True),
        Field("book", "当时账面", Qty(), fixed=True),
        Field("at", "时间", Stamp(), fixed=True),
    ),
    naming="supply",
    parent=("supply_sheet", "sheet"),
    indexes=(("supply",),),
)
"""The book quantity is taken at the moment a count is entered, so that goods handed out meanwhile are no difference.
It is never listed: who counts does not see it."""
