"""What is kept of every change to a confirmed order: its versions, why, and who was told and has taken note (ORD-6)."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Int, Link, Note, Option, Stamp, Text, options
from salesdesk.services.telling import told_fields

AMEND_REASON = Choice(options=options("客户要求", "我方录错", "生产原因", "采购原因", "价格调整", "其他"))
CANCELLED = "取消订单"
CLOSED = "关闭余量"
REOPENED = "恢复订单"
REST_REOPENED = "重开余量"
KIND = Choice(options=(*AMEND_REASON.options, *options(CANCELLED, CLOSED, REOPENED, REST_REOPENED)))
"""Why an order changed: the reasons of an amendment, and the ends and the returns that are changes as well."""

MAKE, BUY, STORE, MONEY_DESK, CUSTOMER, SELLER = "生产", "采购", "仓库", "财务", "客户", "业务员"
PARTIES = (MAKE, BUY, STORE, MONEY_DESK, CUSTOMER, SELLER)
PARTY = Choice(options=options(*PARTIES))

ORDER_CHANGE = Entity(
    "order_change",
    "变更通知单",
    (
        Field("number", "变更单号", Text(40, True), listed=True, fixed=True),
        Field("order", "订单", Link(entity="sales_order"), required=True, listed=True, fixed=True),
        Field("version", "第几版", Int(), listed=True, fixed=True, note="订单确认时是第 1 版，每变更一次加一"),
        Field("kind", "变更原因", KIND, required=True, listed=True, fixed=True),
        Field("reason_text", "原因说明", Note(), listed=True, fixed=True),
        Field("summary", "改了什么", Note(), listed=True, fixed=True, wide=True),
        Field("made_at", "变更时间", Stamp(), listed=True, fixed=True),
        Field("made_by", "变更人", Text(40), listed=True, fixed=True),
        Field("reviewer", "审核人", Text(40), listed=True, fixed=True),
        Field("reviewed_at", "审核时间", Stamp(), fixed=True),
        Field("before", "变更前", Note(), fixed=True, masked="address"),
        Field("after", "变更后", Note(), fixed=True, masked="address"),
        Field("old_prints", "变更前的打印件", Note(), fixed=True),
    ),
    naming="number",
    code="number",
    indexes=(("order", "version"), ("made_at",)),
    order="t.made_at DESC, t.rowid DESC",
    icon="edit",
)
"""One version of an order after the first. `before` and `after` hold the whole order as JSON (see change_rules), so that
each version can be read whatever happens to customers, products and the order later; they are never written again.
`old_prints`: uids of the print_log rows that were in the world when the change was made, as a JSON list."""

CHANGE_NOTICE = Entity(
    "change_notice",
    "变更告知",
    (
        Field("change", "变更通知单", Link(entity="order_change"), required=True, listed=True, fixed=True),
        Field("order", "订单", Link(entity="sales_order"), required=True, listed=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("who", "告知谁", PARTY, required=True, listed=True),
        Field("person", "姓名", Text(40), listed=True),
        Field(
            "state",
            "状态",
            Choice(
                options=(
                    Option("waiting", "没告知", "err", "clock"),
                    Option("told", "等接收", "warn", "send"),
                    Option("acked", "已接收", "ok", "checkmark_circle"),
                    Option("skipped", "不用告知", "neutral", "dismiss"),
                )
            ),
            listed=True,
            derived=True,
        ),
        *told_fields("接收"),
        Field("note", "备注", Text(200), listed=True),
    ),
    naming="who",
    parent=("order_change", "change"),
    indexes=(("state", "who"), ("order",)),
    order="t.rowid DESC",
    icon="send",
)
