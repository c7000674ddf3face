"""Who claims, for which company, and what was lent beforehand; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Link, Money, Note, Option, Phone, TaxId, Text, options

STAFF = Entity(
    "staff",
    "人员",
    (
        Field("code", "工号", Text(20, True), listed=True),
        Field("name", "姓名", Text(40, True), required=True, listed=True, search=True),
        Field("department", "部门", Text(40), required=True, listed=True),
        Field("grade", "职级", Text(20), listed=True, note="住宿、交通、补助标准按职级定"),
        Field("entity", "所在单位", Link(entity="company_entity"), note="空着用默认的报销单位"),
        Field("phone", "手机", Phone(), masked="phone"),
        Field("bank", "开户行", Text(80)),
        Field("bank_account", "银行卡号", Text(40), masked="bank"),
        Field("active", "在职", Flag(), listed=True, default="是"),
        Field("note", "备注", Note(400), wide=True),
    ),
    code="code",
    subtitle=("department", "grade"),
    indexes=(("name",),),
    order="t.department, t.name",
    icon="person",
)

COMPANY = Entity(
    "company_entity",
    "报销单位",
    (
        Field("name", "抬头", Text(100, True), required=True, listed=True, search=True, note="票上购买方应该写的全名"),
        Field("short_name", "简称", Text(40), listed=True),
        Field("tax_id", "税号", TaxId(), required=True, listed=True),
        Field("former_names", "曾用名", Note(400), note="改名前的抬头，一行一个"),
        Field("address", "地址", Text(200)),
        Field("phone", "电话", Phone()),
        Field("bank", "开户行", Text(100)),
        Field("bank_account", "账号", Text(60)),
        Field("usual", "默认", Flag(), listed=True, note="新报销单先用它"),
        Field("active", "在用", Flag(), listed=True, default="是"),
    ),
    order="t.usual DESC, t.rowid",
    icon="building",
)

LOAN_STATE = Choice(
    options=(
        Option("open", "未还", "warn", "clock"),
        Option("part", "还了一部分", "prog", "clock"),
        Option("settled", "已还清", "ok", "checkmark_circle"),
    )
)

LOAN = Entity(
    "staff_loan",
    "借款",
    (
        Field("number", "借款单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", LOAN_STATE, listed=True, derived=True),
        Field("day", "借款日期", Day(), required=True, listed=True),
        Field("borrower", "借款人", Text(40, True), required=True, listed=True),
        Field("staff", "人员", Link(entity="staff"), note="按姓名自动对上"),
        Field("department", "部门", Text(40), listed=True),
        Field("amount", "金额", Money(least=1), required=True, listed=True, important=True),
        Field("purpose", "用途", Text(120), required=True, listed=True, wide=True),
        Field("due", "应还日期", Day(), listed=True, important=True),
        Field("settled", "已还", Money(), listed=True, derived=True),
        Field("reserved", "报销单要冲", Money(), derived=True, note="还没付款的报销单上写的"),
        Field("rest", "未还", Money(), listed=True, derived=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("borrower", "purpose"),
    indexes=(("borrower", "rest"),),
    order="t.day DESC, t.rowid DESC",
    icon="money",
)

SETTLEMENT = Entity(
    "loan_settlement",
    "还款",
    (
        Field("loan", "借款", Link(entity="staff_loan"), required=True, listed=True),
        Field("day", "日期", Day(), required=True, listed=True),
        Field(
            "how", "方式", Choice(options=options("报销冲抵", "现金", "转账", "工资扣回")), listed=True, default="现金"
        ),
        Field("amount", "金额", Money(least=1), required=True, listed=True, important=True),
        Field("claim", "报销单", Link(entity="expense_claim"), listed=True, fixed=True),
        Field("note", "备注", Text(120), listed=True),
    ),
    naming="loan",
    ledger=True,
    order="t.day DESC, t.rowid DESC",
    icon="money",
)
