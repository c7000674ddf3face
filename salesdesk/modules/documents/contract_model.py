"""Seals put on papers, contracts with what became of them, and the clerk's own templates; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Money, Note, Option, Stamp, Text, options

SEAL = Choice(options=options("公章", "合同章", "财务章", "发票章", "法人章", "其他"))
SEAL_USE = Entity(
    "seal_use",
    "用印登记",
    (
        Field("number", "用印单号", Text(40, True), listed=True, fixed=True),
        Field("day", "用印日期", Day(), listed=True, note="空着就是今天"),
        Field("seal", "印章", SEAL, required=True, listed=True, default="公章"),
        Field("paper", "用印文件", Text(160, True), required=True, listed=True, search=True, wide=True),
        Field("copies", "份数", Int(least=1), required=True, listed=True, default="1"),
        Field("applicant", "用印人", Text(40, True), required=True, listed=True),
        Field("department", "部门", Text(40)),
        Field("approved_by", "批准人", Text(40), required=True, listed=True),
        Field("keeper", "监印人", Text(40), note="空着就是操作员"),
        Field("document", "文件", Link(entity="document", weak=True), section="关联"),
        Field("contract", "合同", Link(entity="contract", weak=True)),
        Field("taken_out", "带出", Flag(), default="否", note="印章带出公司，要有归还期限"),
        Field("due", "归还期限", Day(ahead=True)),
        Field("returned_at", "印章归还", Stamp(), fixed=True),
        Field("note", "备注", Text(200), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("paper",),
    order="t.day DESC, t.rowid DESC",
    icon="ribbon",
)

CONTRACT_STATE = Choice(
    options=(
        Option("draft", "拟定", "neutral", "edit"),
        Option("legal", "待法务审", "warn", "shield"),
        Option("manager", "待主管审", "warn", "person"),
        Option("passed", "待签订", "info", "check"),
        Option("running", "履行中", "prog", "play"),
        Option("fulfilled", "履行完", "ok", "checkmark_circle"),
        Option("ended", "终止", "neutral", "stop"),
    )
)
CONTRACT = Entity(
    "contract",
    "合同",
    (
        Field("number", "登记号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", CONTRACT_STATE, listed=True, fixed=True, important=True),
        Field("code", "合同编号", Text(60, True), listed=True, search=True, section="合同", synonyms=("合同号",)),
        Field("title", "合同名称", Text(120, True), required=True, listed=True, search=True, wide=True),
        Field("type", "类别", Choice(options=options("销售", "采购", "运输", "服务", "保密", "其他")), default="销售"),
        Field("ours", "我方", Text(120), note="空着就是本公司"),
        Field("party", "对方", Text(120, True), required=True, listed=True, search=True, synonyms=("对方单位", "乙方", "甲方")),
        Field("customer", "客户", Link(entity="customer", weak=True)),
        Field("order", "订单", Link(entity="sales_order", weak=True)),
        Field("document", "合同文本", Link(entity="document", weak=True), note="扫描件、Word 放在文件里"),
        Field("amount", "金额", Money(least=0), listed=True, important=True),
        Field("copies", "份数", Int(least=1), default="2"),
        Field("signed_on", "签订日期", Day(), section="日期"),
        Field("starts", "生效", Day()),
        Field("expires", "到期", Day(ahead=True), listed=True, important=True, synonyms=("到期日", "有效期至")),
        Field("owner", "负责人", Text(40, True), listed=True),
        Field("legal_by", "法务", Text(40), fixed=True, section="审查"),
        Field("legal_at", "法务审时间", Stamp(), fixed=True),
        Field("legal_said", "法务意见", Text(400), fixed=True, wide=True),
        Field("manager_by", "主管", Text(40), fixed=True),
        Field("manager_at", "主管审时间", Stamp(), fixed=True),
        Field("manager_said", "主管意见", Text(400), fixed=True, wide=True),
        Field("ended_why", "终止原因", Text(200), fixed=True, wide=True),
        Field("performed", "已履行", Money(), derived=True, listed=True, section="履行"),
        Field("breaches", "未了结违约", Int(), derived=True, listed=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("title", "party"),
    indexes=(("state", "expires"), ("customer",), ("order",)),
    order="t.rowid DESC",
    icon="shield",
)  # fmt: skip

EVENT_KIND = Choice(
    options=(
        Option("performance", "履行", "ok", "check"),
        Option("breach", "违约", "err", "warning"),
        Option("change", "变更", "info", "edit"),
        Option("appraisal", "履约评价", "info", "star"),
    )
)
CONTRACT_EVENT = Entity(
    "contract_event",
    "履行记录",
    (
        Field("contract", "合同", Link(entity="contract"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("day", "日期", Day(), required=True, listed=True),
        Field("kind", "种类", EVENT_KIND, required=True, listed=True, default="履行"),
        Field("what", "内容", Text(200), required=True, listed=True),
        Field("amount", "金额", Money(least=0), listed=True),
        Field("liable", "违约方", Choice(options=options("我方", "对方")), listed=True),
        Field("settled_on", "了结日期", Day(), listed=True, note="违约处理完的那天"),
    ),
    naming="what",
    parent=("contract", "contract"),
    icon="history",
)

SUBJECT = Choice(options=(Option("sales_order", "订单"), Option("customer", "客户"), Option("product", "产品")))
TEMPLATE = Entity(
    "paper_template",
    "文书模板",
    (
        Field("name", "名称", Text(60, True), required=True, listed=True, fixed=True, search=True),
        Field("about", "用谁的资料填", SUBJECT, required=True, listed=True, fixed=True),
        Field("file", "文件名", Text(200), listed=True, fixed=True),
        Field("sha256", "指纹", Text(64), fixed=True),
        Field("words", "要填的项", Text(2000), listed=True, fixed=True, wide=True),
        Field("changed_at", "放入时间", Stamp(), listed=True, fixed=True),
        Field("note", "说明", Text(200), fixed=True, wide=True),
    ),
    naming="name",
    order="t.name",
    icon="document",
)
"""A Word or Excel file of the clerk's own with {{words}}; its bytes are kept as evidence of this row."""
