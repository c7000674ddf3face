"""From what people ask for to what arrives: 申领单, 采购计划, 采购单, 验收单 with their lines; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Money, Note, Option, Price, Qty, Stamp, Text, options

REQUEST_STATE = Choice(
    options=(
        Option("waiting", "待办", "warn", "clock"),
        Option("planned", "已列计划", "prog", "list"),
        Option("done", "已领", "ok", "checkmark_circle"),
        Option("refused", "不予", "neutral", "dismiss"),
    )
)
PLAN_STATE = Choice(
    options=(
        Option("draft", "待批", "warn", "edit"),
        Option("approved", "已批", "info", "check"),
        Option("ordered", "已下单", "ok", "checkmark_circle"),
    )
)
ORDER_STATE = Choice(
    options=(
        Option("open", "未到", "info", "truck"),
        Option("part", "到一部分", "prog", "truck"),
        Option("done", "到齐", "ok", "checkmark_circle"),
        Option("closed", "不等了", "neutral", "dismiss"),
    )
)
QUALITY = Choice(options=options("合格", "有瑕疵", "不合格"))
SENT_HOW = Choice(options=options("微信", "电话", "邮件", "网购", "当面", "其他"))

REQUEST = Entity(
    "supply_request",
    "申领单",
    (
        Field("number", "申领单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", REQUEST_STATE, listed=True, derived=True),
        Field("day", "日期", Day(), listed=True, note="空着就是今天"),
        Field("staff", "申领人", Link(entity="staff"), required=True, listed=True),
        Field("department", "部门", Text(40), listed=True, note="空着用人员资料里的"),
        Field("needed", "要用日期", Day(ahead=True), listed=True),
        Field("purpose", "用途", Text(120), listed=True, wide=True),
        Field("refused", "不予原因", Text(200), fixed=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("department", "day"),
    indexes=(("state", "void"),),
    order="t.day DESC, t.rowid DESC",
    icon="note",
)
REQUEST_LINE = Entity(
    "supply_request_line",
    "申领明细",
    (
        Field("request", "申领单", Link(entity="supply_request"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("supply", "用品", Link(entity="supply"), required=True, listed=True),
        Field("qty", "数量", Qty(least=1), required=True, listed=True, important=True),
        Field("note", "备注", Text(120), listed=True),
        Field("plan", "采购计划", Link(entity="supply_plan", weak=True), fixed=True),
        Field("issued", "已领", Qty(), derived=True, listed=True),
    ),
    naming="supply",
    parent=("supply_request", "request"),
    indexes=(("supply", "void"),),
)

PLAN = Entity(
    "supply_plan",
    "采购计划",
    (
        Field("number", "计划号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", PLAN_STATE, listed=True, fixed=True),
        Field("day", "日期", Day(), listed=True, fixed=True),
        Field("month", "预算月份", Text(7), listed=True, fixed=True),
        Field("months", "用量看几个月", Int(least=1), fixed=True),
        Field("amount", "金额", Money(), listed=True, fixed=True, important=True),
        Field("budget", "当月预算", Money(), fixed=True, listed=True),
        Field("spent", "当月已下单", Money(), fixed=True),
        Field("left", "预算还剩", Money(), fixed=True, listed=True, note="预算减已下单，再减这份计划"),
        Field("approved_by", "批准人", Text(40), listed=True, fixed=True),
        Field("approved_at", "批准时间", Stamp(), fixed=True),
        Field("note", "备注", Note(400), wide=True, fixed=True),
    ),
    naming="number",
    code="number",
    subtitle=("month", "amount"),
    indexes=(("state", "void"),),
    order="t.day DESC, t.rowid DESC",
    icon="calculator",
)
PLAN_LINE = Entity(
    "supply_plan_line",
    "计划明细",
    (
        Field("plan", "采购计划", Link(entity="supply_plan"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("supply", "用品", Link(entity="supply"), required=True, listed=True),
        Field("lacking", "算出要买", Qty(), fixed=True, listed=True),
        Field("qty", "采购数量", Qty(least=0), required=True, listed=True, important=True, note="0 就是这次不买"),
        Field("vendor", "供应商", Link(entity="supply_vendor"), listed=True),
        Field("price", "单价", Price(least=0), listed=True, important=True),
        Field("amount", "金额", Money(), fixed=True, listed=True),
        Field("words", "怎么算的", Text(300), fixed=True, listed=True),
        Field("note", "备注", Text(120), listed=True),
    ),
    naming="supply",
    parent=("supply_plan", "plan"),
)

ORDER = Entity(
    "supply_order",
    "用品采购单",
    (
        Field("number", "采购单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", ORDER_STATE, listed=True, derived=True),
        Field("day", "下单日期", Day(), listed=True, note="空着就是今天"),
        Field("vendor", "供应商", Link(entity="supply_vendor"), required=True, listed=True),
        Field("due", "应到日期", Day(ahead=True), listed=True, important=True),
        Field("amount", "金额", Money(), listed=True, fixed=True, important=True),
        Field("plan", "采购计划", Link(entity="supply_plan"), listed=True, fixed=True),
        Field("sent_at", "发出时间", Stamp(), fixed=True, listed=True),
        Field("sent_how", "怎么下的", SENT_HOW, fixed=True),
        Field("closed", "不等的原因", Text(200), fixed=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("day", "amount"),
    indexes=(("state", "void"), ("void", "day")),
    order="t.day DESC, t.rowid DESC",
    icon="cart",
)
ORDER_LINE = Entity(
    "supply_order_line",
    "采购明细",
    (
        Field("order", "采购单", Link(entity="supply_order"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("supply", "用品", Link(entity="supply"), required=True, listed=True),
        Field("qty", "数量", Qty(least=1), required=True, listed=True, important=True),
        Field("price", "单价", Price(least=0), listed=True, important=True),
        Field("amount", "金额", Money(), fixed=True, listed=True),
        Field("note", "备注", Text(120), listed=True),
        Field("arrived", "已入库", Qty(), derived=True, listed=True),
    ),
    naming="supply",
    parent=("supply_order", "order"),
    indexes=(("supply", "void"),),
)

ARRIVAL = Entity(
    "supply_arrival",
    "验收单",
    (
        Field("number", "验收单号", Text(40, True), listed=True, fixed=True),
        Field("order", "采购单", Link(entity="supply_order"), required=True, listed=True),
        Field("day", "到货日期", Day(), listed=True, note="空着就是今天"),
        Field("vendor", "供应商", Link(entity="supply_vendor"), listed=True, fixed=True),
        Field("note_number", "送货单号", Text(40), listed=True),
        Field("inspector", "验收人", Text(40), listed=True, note="空着就是操作员"),
        Field("amount", "入库金额", Money(), listed=True, fixed=True, important=True),
        Field("differs", "有差异", Flag(), listed=True, fixed=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("day", "amount"),
    indexes=(("order", "void"),),
    order="t.day DESC, t.rowid DESC",
    icon="truck",
)
ARRIVAL_LINE = Entity(
    "supply_arrival_line",
    "验收明细",
    (
        Field("arrival", "验收单", Link(entity="supply_arrival"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("order_line", "采购明细", Link(entity="supply_order_line"), note="验的是采购单的哪一行"),
        Field("supply", "用品", Link(entity="supply"), fixed=True, listed=True),
        Field("expected", "应到", Qty(), fixed=True, listed=True),
        Field("sent", "实到", Qty(least=0), required=True, listed=True, important=True),
        Field("accepted", "收下", Qty(least=0), listed=True, important=True, note="空着就是实到的全部"),
        Field("returned", "退回", Qty(), fixed=True, listed=True),
        Field("spec", "规格相符", Flag(), listed=True, default="是"),
        Field("quality", "质量", QUALITY, listed=True, default="合格"),
        Field("reason", "差异说明", Text(200), listed=True, note="数量、规格、质量不符时写"),
    ),
    naming="supply",
    parent=("supply_arrival", "arrival"),
)
