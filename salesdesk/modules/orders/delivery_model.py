"""What is kept of goods that leave the house: the 送货单, what was counted before, what the customer signed for (ORD-7)."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Phone, Price, Qty, Stamp, Text, options

CLOSE_REASON = Choice(options=options("客户不要了", "停产", "缺货不补", "尾数不发", "拒收不补", "其他"))
"""Why what is left of an order line will never be delivered."""
TURNED_DOWN = "拒收不补"

REJECT_REASON = Choice(options=options("破损", "质量问题", "送错货", "多送", "客户不要", "送晚了", "其他"))
HANDLING = Choice(
    options=(
        Option("stock_again", "回库，重新发", "info", "undo"),
        Option("stock_end", "回库，不再发", "neutral", "box"),
        Option("scrap_again", "不回库，重新发", "warn", "truck"),
        Option("scrap_end", "不回库，不再发", "neutral", "dismiss"),
    )
)
"""What becomes of rejected goods: back into the stock or not, and whether the customer still gets the quantity."""
USUAL_HANDLING = {
    "破损": "scrap_again",
    "质量问题": "scrap_again",
    "送错货": "stock_again",
    "多送": "stock_end",
    "客户不要": "stock_end",
    "送晚了": "stock_end",
    "其他": "stock_again",
}
"""The house's rule where nobody says otherwise. Whole goods go back into the stock, spoilt ones do not; what the customer
still wants is owed again, what he does not want (any more) is closed."""

DELIVERY = Entity(
    "delivery",
    "送货单",
    (
        Field("number", "送货单号", Text(40, True), listed=True, fixed=True),
        Field(
            "state",
            "状态",
            Choice(
                options=(
                    Option("new", "待签回", "info", "truck"),
                    Option("differs", "核对有差异", "err", "warning"),
                    Option("checked", "已核对，待签回", "prog", "checkmark_circle"),
                    Option("signed", "已签收", "ok", "checkmark_circle"),
                    Option("partly", "部分拒收", "warn", "warning"),
                    Option("refused", "全部拒收", "err", "dismiss"),
                )
            ),
            listed=True,
            derived=True,
        ),
        Field("customer", "客户", Link(entity="customer"), listed=True, fixed=True),
        Field("order", "订单", Link(entity="sales_order"), listed=True, fixed=True, note="几张订单合送时空着"),
        Field("orders", "订单号", Text(400, True), listed=True, fixed=True),
        Field("day", "送货日期", Day(), required=True, listed=True),
        Field("consignee", "收货人", Text(40)),
        Field("phone", "电话", Phone(), masked="phone"),
        Field("address", "收货地址", Text(200), masked="address", wide=True),
        Field("carrier", "承运", Text(60), listed=True, note="自送、物流公司或快递"),
        Field("tracking", "运单号", Text(60, True), listed=True),
        Field("vehicle", "车号/司机", Text(60), note="例如 苏E12345 张师傅"),
        Field("eta", "预计到货", Day(ahead=True), listed=True),
        Field("amount", "金额", Money(), listed=True, fixed=True, important=True),
        Field("note", "备注", Note(), wide=True),
        Field("checked_by", "核对人", Text(40), fixed=True),
        Field("checked_at", "核对时间", Stamp(), fixed=True),
        Field("signed_by", "签收人", Text(40), fixed=True, listed=True),
        Field("signed_on", "签收日期", Day(), fixed=True, listed=True),
        Field("signed_at", "登记签收时间", Stamp(), fixed=True),
        Field("sign_note", "签收说明", Text(200), fixed=True),
        Field("cabinet", "存放柜", Text(20), fixed=True),
        Field("box", "存放盒", Text(20), fixed=True),
        Field("leaf", "存放页", Text(20), fixed=True),
        Field("chased_at", "上次催签回", Stamp(), fixed=True),
        Field("chased", "催过几次", Int(), fixed=True),
        Field("to_bill", "未开票", Money(), derived=True),
        Field("owed", "未开票未收", Money(), derived=True),
        Field("due", "到期日", Day(ahead=True), derived=True),
    ),
    naming="number",
    code="number",
    indexes=(("customer", "owed", "void", "due", "day"), ("state", "day")),
    order="t.day DESC, t.rowid DESC",
    icon="truck",
)
"""`order` is empty when one note carries goods of several orders: its lines tell which; `orders` names them all."""

DELIVERY_LINE = Entity(
    "delivery_line",
    "送货行",
    (
        Field("delivery", "送货单", Link(entity="delivery"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("order_line", "订单行", Link(entity="order_line"), required=True),
        Field("product", "产品", Link(entity="product"), fixed=True, listed=True),
        Field("qty", "数量", Qty(least=1), required=True, listed=True, important=True),
        Field("price", "单价", Price(), fixed=True, listed=True, important=True),
        Field("amount", "金额", Money(), fixed=True, listed=True, important=True),
        Field("note", "备注", Text(200), listed=True),
        Field("counted", "核对数量", Qty(), fixed=True, listed=True),
        Field("rejected", "拒收数量", Qty(), fixed=True, listed=True, important=True),
        Field("reject_reason", "拒收原因", REJECT_REASON, fixed=True, listed=True),
        Field("handling", "拒收处理", HANDLING, fixed=True, listed=True),
        Field("to_bill", "未开票", Money(), derived=True),
        Field("owed", "未开票未收", Money(), derived=True),
    ),
    naming="product",
    parent=("delivery", "delivery"),
    icon="truck",
)
"""`qty` is what counts: after 签收 what the customer accepted. What was sent is `qty` and `rejected` together, and the paper
as it left the house is kept with its print."""
