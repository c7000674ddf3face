"""Orders, their lines, what came in, what was passed on and what was delivered; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Phone, Price, Qty, Stamp, Text, options
from salesdesk.modules.customers.rules import SETTLE
from salesdesk.modules.orders.delivery_model import CLOSE_REASON
from salesdesk.modules.orders.delivery_model import DELIVERY as DELIVERY
from salesdesk.modules.orders.delivery_model import DELIVERY_LINE as DELIVERY_LINE
from salesdesk.modules.products.rules import ROUTE

CHANNEL = Choice(options=options("电话", "邮件", "传真", "微信", "Excel", "上门"))

STATE = Choice(
    options=(
        Option("draft", "草稿", "neutral", "document"),
        Option("parked", "待客户确认", "warn", "question"),
        Option("confirmed", "已确认", "info", "checkmark_circle"),
        Option("cancelled", "已取消", "neutral", "dismiss"),
    )
)
STAGE = Choice(
    options=(
        Option("draft", "草稿", "neutral", "document"),
        Option("parked", "待客户确认", "warn", "question"),
        Option("confirmed", "待发货", "info", "clock"),
        Option("part", "部分发货", "prog", "truck"),
        Option("done", "已完成", "ok", "checkmark_circle"),
        Option("cancelled", "已取消", "neutral", "dismiss"),
    )
)
FROM_CUSTOMER = ("contact", "phone", "address", "settle", "salesperson")
"""What an order takes over from its customer where nothing else was said."""
ASK_HOW = Choice(options=options("电话", "微信", "邮件", "当面"))
"""How a question was put to the customer."""
LINE_KIND = Choice(options=(Option("goods", "正常", "neutral", "box"), Option("gift", "赠品", "prog", "gift")))
"""What a line is: goods sold, or 赠品, which cost the customer nothing and need a reason. Empty means goods."""
CANCEL_REASON = Choice(options=options("客户取消", "重复下单", "录错", "缺货", "价格谈不拢", "其他"))

ORDER = Entity(
    "sales_order",
    "销售订单",
    (
        Field("number", "订单号", Text(40, True), listed=True, fixed=True),
        Field("stage", "状态", STAGE, listed=True, derived=True),
        Field("state", "办理状态", STATE, fixed=True, important=True),
        Field(
            "customer",
            "客户",
            Link(entity="customer"),
            required=True,
            listed=True,
            synonyms=("客户名称", "购货单位", "需方", "买方"),
        ),
        Field(
            "customer_po",
            "客户单号",
            Text(60, True),
            listed=True,
            synonyms=("采购单号", "客户订单号", "PO", "PO号", "采购订单号", "订单编号"),
        ),
        Field("channel", "来单方式", CHANNEL, default="电话"),
        Field("received_at", "收到时间", Stamp()),
        Field("order_date", "下单日期", Day(), required=True, listed=True, synonyms=("订单日期", "日期", "采购日期")),
        Field(
            "due_date",
            "交货日期",
            Day(ahead=True),
            required=True,
            listed=True,
            important=True,
            synonyms=("交期", "要求交期", "到货日期", "需求日期", "交货期"),
        ),
        Field("contact", "联系人", Text(40)),
        Field("phone", "电话", Phone(), masked="phone"),
        Field("address", "收货地址", Text(200), masked="address", wide=True, synonyms=("送货地址", "交货地点")),
        Field("settle", "结算方式", SETTLE),
        Field("salesperson", "业务员", Text(40), listed=True),
        Field("amount", "金额", Money(), listed=True, derived=True),
        Field("question", "待确认问题", Note(), note="要问客户什么"),
        Field("asked_whom", "问的谁", Text(40), fixed=True),
        Field("asked_how", "怎么问的", ASK_HOW, fixed=True),
        Field("asked_by", "提问人", Text(40), fixed=True),
        Field("asked_at", "提问时间", Stamp(), fixed=True),
        Field("answer_due", "答复期限", Day(ahead=True), fixed=True),
        Field("answer", "客户答复", Note()),
        Field("answered_by", "谁答复的", Text(40), fixed=True),
        Field("answered_at", "答复时间", Stamp(), fixed=True),
        Field("note", "备注", Note(), wide=True),
        Field("confirmed_at", "确认时间", Stamp(), fixed=True),
        Field("confirmed_by", "确认人", Text(40), fixed=True),
        Field("cancel_reason", "取消原因", CANCEL_REASON, fixed=True),
        Field("unsent", "未发金额", Money(), derived=True),
        Field("unbilled", "已发未开票", Money(), derived=True),
        Field("prepaid", "未用订金", Money(), derived=True),
        Field("moved", "期初里已开票", Money(), derived=True),
    ),
    naming="number",
    code="number",
    subtitle=("customer_po",),
    indexes=(
        ("void", "order_date"),
        ("customer", "void", "order_date"),
        ("stage", "due_date"),
        ("number",),
        ("customer_po",),
    ),
    order="t.order_date DESC, t.rowid DESC",
    icon="order",
)

ORDER_LINE = Entity(
    "order_line",
    "订单行",
    (
        Field("order", "订单", Link(entity="sales_order"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field(
            "product",
            "产品",
            Link(entity="product"),
            required=True,
            listed=True,
            synonyms=(
                "编码",
                "货号",
                "物料编码",
                "料号",
                "产品编码",
                "商品编码",
                "品名",
                "名称",
                "产品名称",
                "商品名称",
                "物料名称",
                "品号",
                "物料号",
                "存货编码",
                "规格型号",
            ),
        ),
        Field(
            "qty",
            "数量",
            Qty(least=1),
            required=True,
            listed=True,
            important=True,
            synonyms=("订货数量", "采购数量", "订购数量", "需求数量", "件数"),
        ),
        Field(
            "price",
            "单价",
            Price(least=0),
            required=True,
            listed=True,
            important=True,
            synonyms=("含税单价", "价格", "采购单价", "含税价"),
        ),
        Field(
            "amount",
            "金额",
            Money(),
            listed=True,
            derived=True,
            synonyms=("含税金额", "总价", "小计", "价税合计"),
        ),
        Field(
            "due_date",
            "行交期",
            Day(ahead=True),
            important=True,
            synonyms=("交期", "交货日期", "要求交期", "到货日期"),
            note="和整单不同才填",
        ),
        Field("price_why", "价格依据", Text(200), note="取自哪张价目表、哪个促销，或打了几折"),
        Field("kind", "行类型", LINE_KIND, note="赠品单价是 0，要写原因"),
        Field("gift_reason", "赠品原因", Text(200), note="为什么送：促销、补损、样品"),
        Field("note", "备注", Text(200), listed=True, synonyms=("说明", "附注")),
        Field("delivered", "已发", Qty(), derived=True, listed=True),
        Field("promised", "承诺交期", Day(), derived=True),
        Field("heard_at", "最近反馈", Stamp(), derived=True),
        Field("asked_at", "最近催办", Stamp(), derived=True),
        Field("open", "待发", Qty(), derived=True, note="订单确认后还欠着客户的：没发也没关闭的数量"),
        Field("closed", "关闭余量", Qty(), fixed=True, important=True, note="不再发的数量；重开就回到没发"),
        Field("close_reason", "关闭原因", CLOSE_REASON, fixed=True),
    ),
    naming="product",
    parent=("sales_order", "order"),
    partial=((("product", "open", "order"), "open > 0"),),  # what is promised is asked with every save
    icon="order",
)

ROUTE_SLIP = Entity(
    "route_slip",
    "传递单",
    (
        Field("number", "传递单号", Text(40, True), listed=True, fixed=True),
        Field("order", "订单", Link(entity="sales_order"), listed=True, fixed=True),
        Field("route", "传给", ROUTE, listed=True, fixed=True),
        Field("passed_at", "传出时间", Stamp(), listed=True, fixed=True),
        Field("how", "方式", Choice(options=options("纸质", "微信", "邮件", "当面")), fixed=True, listed=True),
        Field("received_by", "接收人", Text(40), listed=True, fixed=True),
        Field("received_at", "接收时间", Stamp(), listed=True, fixed=True),
    ),
    naming="number",
    code="number",
    order="t.rowid DESC",
    icon="send",
)

INTAKE = Entity(
    "intake",
    "来单登记",
    (
        Field("number", "登记号", Text(40, True), listed=True, fixed=True),
        Field(
            "state",
            "状态",
            Choice(
                options=(
                    Option("waiting", "待录入", "warn", "clock"),
                    Option("entered", "已录入", "ok", "checkmark_circle"),
                    Option("dropped", "不是订单", "neutral", "dismiss"),
                )
            ),
            listed=True,
            fixed=True,
        ),
        Field("channel", "来单方式", CHANNEL, required=True, listed=True, default="电话"),
        Field("received_at", "收到时间", Stamp(), required=True, listed=True),
        Field("customer", "客户", Link(entity="customer"), listed=True),
        Field("guessed", "客户是猜的", Text(100), fixed=True, note="按什么猜的；空着就是人选的"),
        Field("from_whom", "来电/来信人", Text(60), listed=True),
        Field("customer_po", "客户单号", Text(60, True), listed=True),
        Field("content", "内容", Note(8000), listed=True, wide=True, note="电话记录，或把微信、邮件文字粘进来"),
        Field("order", "订单", Link(entity="sales_order"), listed=True, fixed=True),
    ),
    naming="number",
    code="number",
    indexes=(("state", "received_at"),),
    order="t.received_at DESC, t.rowid DESC",
    icon="phone",
)

LAYOUT = Entity(
    "order_layout",
    "客户订单格式",
    (
        Field("customer", "客户", Link(entity="customer", weak=True), required=True),
        Field("signature", "表头", Text(2000)),
        Field("mapping", "对应", Note()),
    ),
    naming="signature",
)
