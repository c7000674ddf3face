"""The expense claim and its lines; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Text, options

ITEM = Choice(
    options=options(
        "差旅费",
        "交通费",
        "住宿费",
        "业务招待费",
        "办公费",
        "快递费",
        "通讯费",
        "运输费",
        "会务费",
        "培训费",
        "福利费",
        "其他",
    )
)

CLAIM = Entity(
    "expense_claim",
    "费用报销单",
    (
        Field("number", "报销单号", Text(40, True), listed=True, fixed=True),
        Field("day", "报销日期", Day(), required=True, listed=True, section="报销"),
        Field("claimant", "报销人", Text(40, True), required=True, listed=True),
        Field("department", "部门", Text(40), required=True, listed=True),
        Field("vouchers", "附单据张数", Int(least=0), listed=True, note="贴在后面的票据张数"),
        Field("loan", "原借款", Money(least=0), important=True, note="先借了款就填，单上自动算应退或应补"),
        Field("amount", "金额", Money(), listed=True, fixed=True, important=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("claimant", "department"),
    indexes=(("void", "day"),),
    order="t.day DESC, t.rowid DESC",
    icon="receipt",
)

CLAIM_LINE = Entity(
    "expense_line",
    "报销明细",
    (
        Field("claim", "报销单", Link(entity="expense_claim"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("item", "费用项目", ITEM, required=True, listed=True, default="差旅费"),
        Field("summary", "摘要", Text(80), required=True, listed=True, note="哪天、去哪、做什么"),
        Field("amount", "金额", Money(), required=True, listed=True, important=True),
        Field("note", "备注", Text(60), listed=True),
    ),
    naming="summary",
    parent=("expense_claim", "claim"),
    icon="receipt",
)
