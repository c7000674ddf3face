"""Invoices, receipts and what they settle, calls about money, and statements of account; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Rate, Stamp, Text, options

INVOICE_KIND = Choice(options=options("专票", "普票"))
ABOUT = Choice(options=options("送货", "订单", "期初", "其他"))
"""What an invoice line stands for: goods delivered, an order billed before delivery, goods of the opening balance, a
charge such as freight. The first three only change the paper of a debt; 其他 is a debt of its own."""
PAID = Choice(
    options=(
        Option("open", "未收", "warn", "clock"),
        Option("part", "部分收", "prog", "clock"),
        Option("paid", "收清", "ok", "checkmark_circle"),
        Option("red", "红冲", "neutral", "dismiss"),
        Option("opening", "在期初里", "neutral", "dismiss"),
    )
)
"""How far an invoice is paid; 红冲 for a red one and the one it cancels, 在期初里 when the opening balance holds it."""
METHOD = Choice(options=options("银行转账", "承兑汇票", "现金", "微信", "支付宝", "支票", "其他"))
HOW = Choice(options=options("电话", "微信", "邮件", "上门", "快递", "传真", "其他"))

INVOICE = Entity(
    "sales_invoice",
    "销售发票",
    (
        Field("number", "发票号码", Text(40, True), required=True, listed=True, synonyms=("发票号", "数电票号码")),
        Field("day", "开票日期", Day(), required=True, listed=True, synonyms=("日期",)),
        Field("state", "收款", PAID, listed=True, derived=True),
        Field("kind", "种类", INVOICE_KIND, required=True, listed=True, default="专票", synonyms=("发票种类", "票种")),
        Field("customer", "客户", Link(entity="customer"), required=True, listed=True, synonyms=("购买方", "购方名称")),
        Field("amount", "价税合计", Money(), listed=True, fixed=True, important=True),
        Field("tax_rate", "税率", Rate(), default="13%"),
        Field("due_date", "到期日", Day(ahead=True), listed=True, important=True, note="空着按客户的结算方式算"),
        Field("paid", "已收", Money(), listed=True, derived=True),
        Field("unpaid", "未收", Money(), listed=True, derived=True),
        Field("red_of", "红冲", Link(entity="sales_invoice"), fixed=True, note="这张是红字发票，冲的是哪一张"),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    indexes=(("customer", "unpaid"), ("void", "day")),
    order="t.day DESC, t.rowid DESC",
    icon="receipt",
)

INVOICE_LINE = Entity(
    "sales_invoice_line",
    "发票明细",
    (
        Field("invoice", "发票", Link(entity="sales_invoice"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("about", "对应", ABOUT, required=True, listed=True, default="送货"),
        Field("delivery", "送货单", Link(entity="delivery"), listed=True),
        Field("order", "订单", Link(entity="sales_order"), listed=True, note="先开票后发货的填订单"),
        Field("amount", "金额", Money(), required=True, listed=True, important=True),
        Field("note", "摘要", Text(120), listed=True),
    ),
    naming="note",
    parent=("sales_invoice", "invoice"),
    icon="receipt",
)

RECEIPT = Entity(
    "receipt",
    "回款",
    (
        Field("number", "收款单号", Text(40, True), listed=True, fixed=True),
        Field("day", "收款日期", Day(), required=True, listed=True, synonyms=("到账日期", "日期")),
        Field(
            "customer", "客户", Link(entity="customer"), required=True, listed=True, synonyms=("付款单位", "对方户名")
        ),
        Field("amount", "金额", Money(), required=True, listed=True, important=True, note="退款填负数"),
        Field("method", "方式", METHOD, listed=True, default="银行转账"),
        Field("account", "收款账户", Text(60), listed=True, synonyms=("到账账户",)),
        Field("reference", "流水号", Text(60), synonyms=("银行流水号", "票号"), note="银行流水号或汇票号"),
        Field("rest", "未核销", Money(), listed=True, derived=True, note="还没有冲到订单或发票上的，就是预收"),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    indexes=(("customer", "rest"), ("void", "day")),
    order="t.day DESC, t.rowid DESC",
    icon="money",
)

RECEIPT_LINE = Entity(
    "receipt_line",
    "核销明细",
    (
        Field("receipt", "回款", Link(entity="receipt"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("invoice", "发票", Link(entity="sales_invoice"), listed=True),
        Field("order", "订单", Link(entity="sales_order"), listed=True, note="没开票的货款，或订金"),
        Field("amount", "核销金额", Money(), required=True, listed=True, important=True),
        Field("note", "备注", Text(120), listed=True),
    ),
    naming="note",
    parent=("receipt", "receipt"),
    icon="money",
)
"""A line with neither invoice nor order settles the opening balance (期初应收)."""

CHASE = Entity(
    "chase",
    "催款记录",
    (
        Field("customer", "客户", Link(entity="customer"), required=True, listed=True),
        Field("at", "时间", Stamp(), listed=True, note="空着就是现在"),
        Field("who", "联系谁", Text(40), listed=True),
        Field("how", "方式", HOW, listed=True, default="电话"),
        Field("said", "对方怎么说", Note(1000), required=True, listed=True, wide=True),
        Field("promised_day", "答应付款日", Day(ahead=True), listed=True),
        Field("promised", "答应付多少", Money(least=0), listed=True, important=True),
        Field("next_day", "下次跟进", Day(ahead=True), listed=True),
    ),
    naming="said",
    indexes=(("customer", "void", "at"), ("next_day",)),
    order="t.at DESC, t.rowid DESC",
    icon="phone",
)

STATEMENT_STATE = Choice(
    options=(
        Option("unsent", "未发", "warn", "document"),
        Option("sent", "已发", "info", "send"),
        Option("signed", "已回签", "ok", "checkmark_circle"),
        Option("disputed", "有争议", "err", "warning"),
    )
)

STATEMENT = Entity(
    "statement",
    "对账单",
    (
        Field("number", "对账单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", STATEMENT_STATE, listed=True, fixed=True),
        Field("customer", "客户", Link(entity="customer"), listed=True, fixed=True),
        Field("month", "月份", Text(7), listed=True, fixed=True),
        Field("first", "从", Day(), fixed=True),
        Field("last", "到", Day(), fixed=True),
        Field("opening", "期初", Money(), listed=True, fixed=True, important=True),
        Field("delivered", "本期发货", Money(), listed=True, fixed=True, important=True),
        Field("invoiced", "本期开票", Money(), listed=True, fixed=True, important=True),
        Field("received", "本期收款", Money(), listed=True, fixed=True, important=True),
        Field("closing", "期末", Money(), listed=True, fixed=True, important=True),
        Field("sent_at", "发出时间", Stamp(), listed=True, fixed=True),
        Field("sent_how", "怎么发的", HOW, fixed=True),
        Field("sent_to", "发给谁", Text(60), fixed=True),
        Field("signed_at", "回签时间", Stamp(), fixed=True),
        Field("signed_by", "回签人", Text(40), fixed=True),
        Field("dispute", "争议", Note(1000), fixed=True, wide=True),
        Field("next_day", "下次跟进", Day(ahead=True), fixed=True, listed=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    indexes=(("customer", "month"), ("state", "next_day")),
    order="t.month DESC, t.rowid DESC",
    icon="document",
)

FIGURES = Entity(
    "statement_figures",
    "对账单底稿",
    (
        Field("statement", "对账单", Link(entity="statement"), required=True, fixed=True),
        Field("text", "当时的明细", Note(2_000_000), fixed=True),
    ),
    naming="statement",
    parent=("statement", "statement"),
    ledger=True,
)
"""The rows and the ageing as JSON, exactly as they were told to the customer; see statements.Figures."""
