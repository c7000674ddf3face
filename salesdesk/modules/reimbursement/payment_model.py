"""The 付款申请单: a payment asked for, to whom, for what, and how far its contract is paid then; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Money, Note, Text, options

PAYMENT = Entity(
    "payment_request",
    "付款申请单",
    (
        Field("number", "申请单号", Text(40, True), listed=True, fixed=True),
        Field("day", "申请日期", Day(), required=True, listed=True, section="申请", default="今天"),
        Field("department", "申请部门", Text(40), required=True, listed=True),
        Field("applicant", "申请人", Text(40, True), required=True, listed=True),
        Field("purpose", "付款事由", Text(200, True), required=True, listed=True, wide=True),
        Field("amount", "付款金额", Money(least=1), required=True, listed=True, important=True),
        Field(
            "way",
            "付款方式",
            Choice(options=options("银行转账", "现金", "支票", "承兑汇票", "其他")),
            default="银行转账",
        ),
        Field("wanted", "要求付款日", Day(), listed=True),
        Field("payee", "收款单位", Text(120, True), required=True, listed=True, section="收款"),
        Field("bank", "开户行", Text(120)),
        Field("account", "账号", Text(40)),
        Field("contract", "合同号", Text(40, True), listed=True, section="合同与发票"),
        Field("contract_amount", "合同总额", Money(least=0)),
        Field("paid", "以前已付", Money(least=0), note="同一合同以前的申请会自动加上"),
        Field("invoices", "发票号码", Text(1000), wide=True),
        Field("invoice_count", "发票张数", Int(least=0)),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("payee", "amount"),
    indexes=(("void", "day"), ("contract",)),
    order="t.day DESC, t.rowid DESC",
    icon="payment",
)
