"""领用单: what one person takes or borrows on one slip, and what comes back of it; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Qty, Text, options

KIND = Choice(options=(Option("use", "领用", "info", "check"), Option("lend", "借用", "prog", "clock")))
STATE = Choice(
    options=(
        Option("out", "借着", "warn", "clock"),
        Option("part", "还了一部分", "prog", "clock"),
        Option("back", "已还清", "ok", "checkmark_circle"),
        Option("used", "已领", "ok", "check"),
    )
)
CONDITION = Choice(options=options("完好", "损坏", "丢失"))

ISSUE = Entity(
    "supply_issue",
    "领用单",
    (
        Field("number", "领用单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", STATE, listed=True, derived=True),
        Field("day", "日期", Day(), listed=True, note="空着就是今天"),
        Field("staff", "领用人", Link(entity="staff"), required=True, listed=True),
        Field("department", "部门", Text(40), listed=True, note="空着用人员资料里的"),
        Field("kind", "领还是借", KIND, listed=True, default="领用"),
        Field("due", "归还日期", Day(ahead=True), listed=True, important=True, note="借用的要写"),
        Field("purpose", "用途", Text(120), listed=True, wide=True),
        Field("amount", "金额", Money(), listed=True, fixed=True, important=True),
        Field("request", "申领单", Link(entity="supply_request"), listed=True),
        Field("signed", "签收人", Text(40), fixed=True, listed=True, note="签过字的纸质单收回来后登记"),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("department", "day"),
    indexes=(("staff", "day"), ("state", "due"), ("void", "day")),
    order="t.day DESC, t.rowid DESC",
    icon="gift",
)
ISSUE_LINE = Entity(
    "supply_issue_line",
    "领用明细",
    (
        Field("issue", "领用单", Link(entity="supply_issue"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("supply", "用品", Link(entity="supply"), required=True, listed=True),
        Field("qty", "数量", Qty(least=1), required=True, listed=True, important=True),
        Field("amount", "金额", Money(), fixed=True, listed=True),
        Field("note", "备注", Text(120), listed=True),
        Field("request_line", "申领明细", Link(entity="supply_request_line", weak=True), fixed=True),
        Field("back", "已退还", Qty(), derived=True, listed=True),
    ),
    naming="supply",
    parent=("supply_issue", "issue"),
    indexes=(("supply", "void"), ("request_line",)),
)
BACK = Entity(
    "supply_back",
    "退还记录",
    (
        Field("issue_line", "领用明细", Link(entity="supply_issue_line"), required=True),
        Field("supply", "用品", Link(entity="supply"), fixed=True, listed=True),
        Field("staff", "谁", Link(entity="staff"), fixed=True, listed=True),
        Field("day", "日期", Day(), listed=True),
        Field("qty", "数量", Qty(least=1), required=True, listed=True, important=True),
        Field("condition", "怎么样", CONDITION, listed=True, default="完好"),
        Field("amount", "金额", Money(), fixed=True, listed=True),
        Field("note", "说明", Text(200), listed=True),
    ),
    naming="supply",
    ledger=True,
    indexes=(("issue_line", "void"),),
    order="t.day DESC, t.rowid DESC",
    icon="undo",
)
