"""What is heard about an order line and what was promised: facts that are only ever added to (ORD-5)."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Option, Qty, Stamp, Text, options

MAKE, BUY = "生产", "采购"
PARTY = Choice(options=options(MAKE, BUY, "仓库", "物流", "业务员", "其他"))
HOW = Choice(options=options("微信", "电话", "纸质", "邮件", "当面", "Excel"))
FIRST = "首次承诺"
WHY = Choice(options=options("生产延迟", "缺料", "质量", "物流", "客户要求", "提前", "其他"))
"""Why a promise is changed."""
TOLD, ASKED = "told", "asked"

LINE_FEEDBACK = Entity(
    "line_feedback",
    "进度反馈",
    (
        Field("order", "订单", Link(entity="sales_order"), required=True, listed=True, fixed=True),
        Field("line", "订单行", Link(entity="order_line", weak=True), required=True, fixed=True),
        Field("product", "产品", Link(entity="product", weak=True), listed=True, fixed=True),
        Field(
            "kind",
            "类别",
            Choice(options=(Option(TOLD, "反馈", "info", "chat"), Option(ASKED, "催办", "warn", "alert"))),
            listed=True,
            fixed=True,
        ),
        Field("party", "部门", PARTY, listed=True, fixed=True),
        Field("said_by", "谁说的", Text(40), listed=True, fixed=True),
        Field("how", "方式", HOW, listed=True, fixed=True),
        Field("said_at", "时间", Stamp(), listed=True, fixed=True),
        Field("percent", "完成（%）", Int(), listed=True, fixed=True),
        Field("words", "进度", Text(60), listed=True, fixed=True),
        Field("ready", "已备好", Qty(), listed=True, fixed=True),
        Field("promised", "说的交期", Day(ahead=True), listed=True, fixed=True),
        Field("note", "备注", Text(200), listed=True, fixed=True),
    ),
    naming="words",
    ledger=True,
    indexes=(("line", "said_at"), ("order",)),
    order="t.said_at DESC, t.rowid DESC",
    icon="chat",
)
"""Who said what about a line, when and by which way. `asked` rows are our own reminders (催办). The line and the product
are remembered only: an amendment may drop them, what was said stays."""

LINE_PROMISE = Entity(
    "line_promise",
    "交期承诺",
    (
        Field("order", "订单", Link(entity="sales_order"), required=True, listed=True, fixed=True),
        Field("line", "订单行", Link(entity="order_line", weak=True), required=True, fixed=True),
        Field("product", "产品", Link(entity="product", weak=True), listed=True, fixed=True),
        Field("promised", "承诺交期", Day(ahead=True), required=True, listed=True, fixed=True, important=True),
        Field("before", "原承诺", Day(), listed=True, fixed=True),
        Field(
            "why", "原因", Choice(options=(Option(FIRST, FIRST, "info", "flag"), *WHY.options)), listed=True, fixed=True
        ),
        Field("words", "说明", Text(200), listed=True, fixed=True),
        Field("party", "部门", PARTY, listed=True, fixed=True),
        Field("said_by", "谁说的", Text(40), listed=True, fixed=True),
        Field("made_at", "登记时间", Stamp(), listed=True, fixed=True),
        Field("made_by", "登记人", Text(40), listed=True, fixed=True),
    ),
    naming="promised",
    ledger=True,
    indexes=(("line", "made_at"), ("order",), ("promised",)),
    order="t.made_at DESC, t.rowid DESC",
    icon="calendar",
)
"""One promise. The first of a line is the confirmed date and never changes; every later one is a row of its own with its
reason, and the last is the one in force."""

FEEDBACK_LINE = Entity(
    "feedback_line",
    "跟进明细",
    (
        Field("order_line", "订单行", Link(entity="order_line")),
        Field("order.number", "订单号", Text(40), fixed=True, listed=True),
        Field("customer.name", "客户", Text(60), fixed=True, listed=True),
        Field("product.code", "编码", Text(40), fixed=True, listed=True),
        Field("product.name", "产品", Text(60), fixed=True, listed=True),
        Field("line.left", "未发", Text(20), fixed=True, listed=True),
        Field("line.due", "客户要求", Text(20), fixed=True, listed=True),
        Field("line.first", "首次承诺", Text(20), fixed=True, listed=True),
        Field("line.promise", "现承诺", Text(30), fixed=True, listed=True),
        Field("line.last", "最近反馈", Text(60), fixed=True, listed=True),
        Field(
            "promised", "新交期", Day(ahead=True), listed=True,
            synonyms=("交期", "预计交期", "交货日期", "承诺交期", "完工日期", "预计完成", "到货日期", "回复交期", "日期", "计划完成"),
        ),
        Field("state", "进度", Text(60), listed=True, synonyms=("状态", "完成率", "进展", "完成进度", "生产状态"), note="80% 或「已排产」"),
        Field("ready", "已备好", Qty(least=0), listed=True, synonyms=("已完成数", "完工数量", "入库数量", "完成数量", "数量")),
        Field("note", "备注", Text(200), listed=True, synonyms=("说明", "原因说明")),
    ),
)  # fmt: skip
"""One row of the sheet on which feedback is typed, and of `progress.feedback`; not a table."""
