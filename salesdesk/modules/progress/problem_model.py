"""What went wrong with an order: who settles it until when, who was told, and for graded ones the four that must not be let go."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Link, Note, Option, Stamp, Text, options

KIND = Choice(options=options("延期", "缺料", "质量", "物流", "其他"))
LIGHT, GREATER, GRAVE = "一般", "较大", "重大"
GRADE = Choice(
    options=(
        Option(LIGHT, LIGHT, "info", "flag"),
        Option(GREATER, GREATER, "warn", "flag"),
        Option(GRAVE, GRAVE, "err", "flag"),
    )
)
STATE = Choice(
    options=(Option("open", "处理中", "warn", "clock"), Option("closed", "已关闭", "ok", "checkmark_circle"))
)
HOW = Choice(options=options("微信", "电话", "纸质", "邮件", "当面"))
SELLER, CUSTOMER = "业务员", "客户"
WHOM = Choice(options=options(SELLER, CUSTOMER))

FOUR = (
    ("cause", "原因未查清不放过"),
    ("liable", "责任人未处理不放过"),
    ("measures", "整改措施未落实不放过"),
    ("taught", "有关人员未受教育不放过"),
)
"""四不放过: field and what it is called."""

ORDER_PROBLEM = Entity(
    "order_problem",
    "问题",
    (
        Field("number", "问题单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", STATE, listed=True, fixed=True, important=True),
        Field("kind", "类别", KIND, required=True, listed=True),
        Field("grade", "异常等级", GRADE, listed=True, important=True, note="不选就是普通问题；选了要按时限报告，关闭要过四不放过"),
        Field("order", "订单", Link(entity="sales_order"), listed=True, note="和订单无关的选客户"),
        Field("customer", "客户", Link(entity="customer"), listed=True, note="有订单就不用填"),
        Field("product", "产品", Link(entity="product", weak=True)),
        Field("what", "什么问题", Note(), required=True, listed=True, wide=True),
        Field("found_at", "发现时间", Stamp(), note="不填就是现在"),
        Field("found_by", "谁发现的", Text(40)),
        Field("owner", "责任人", Text(40), required=True, listed=True, section="处理"),
        Field("due", "处理期限", Day(ahead=True), required=True, listed=True, important=True),
        Field("next_step", "下一步", Note(), listed=True, wide=True),
        Field("first_aid", "先期处理", Note(), wide=True, note="先处理后报告：当场做了什么"),
        Field("seller_due", "业务员反馈期限", Day(ahead=True), section="反馈", note="不填就是当天"),
        Field("customer_due", "客户反馈期限", Day(ahead=True), note="不填就是下一个工作日"),
        Field("seller_told_at", "已告知业务员", Stamp(), fixed=True),
        Field("seller_told_how", "告知业务员方式", HOW, fixed=True),
        Field("customer_told_at", "已告知客户", Stamp(), fixed=True),
        Field("customer_told_how", "告知客户方式", HOW, fixed=True),
        Field("report_due", "报告时限", Stamp(), fixed=True, section="分级报告"),
        Field("reported_to", "报告给谁", Text(40), fixed=True),
        Field("reported_at", "报告时间", Stamp(), fixed=True),
        Field("report_how", "报告方式", HOW, fixed=True),
        *(
            Field(key, title, Note(), wide=True, section="四不放过" if key == "cause" else "", note=note)
            for (key, title), note in zip(
                FOUR, ("查清的原因", "责任人怎么处理的", "整改措施，落实了没有", "教育了谁，怎么教育的"), strict=True
            )
        ),
        Field("result", "处理结果", Note(), fixed=True, section="关闭", wide=True),
        Field("review", "复盘", Note(), fixed=True, wide=True),
        Field("closed_at", "关闭时间", Stamp(), fixed=True),
        Field("closed_by", "关闭人", Text(40), fixed=True),
    ),
    naming="number",
    code="number",
    indexes=(("state", "due"), ("order",), ("customer",), ("found_at",)),
    order="t.state DESC, t.due, t.rowid DESC",
    icon="warning",
)  # fmt: skip
