"""What happens to a filed document: lent out, proposed for destruction, destroyed; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Option, Stamp, Text

LOAN_STATE = Choice(
    options=(
        Option("asked", "待批准", "warn", "person"),
        Option("approved", "待借出", "info", "check"),
        Option("lent", "借出", "prog", "send"),
        Option("returned", "已归还", "ok", "checkmark_circle"),
        Option("refused", "不批", "neutral", "dismiss"),
    )
)
LOAN = Entity(
    "document_loan",
    "借阅",
    (
        Field("number", "借阅单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", LOAN_STATE, listed=True, fixed=True, important=True),
        Field("document", "文件", Link(entity="document"), required=True, listed=True),
        Field("borrower", "借阅人", Text(40, True), required=True, listed=True),
        Field("department", "部门", Text(40), listed=True),
        Field("purpose", "用途", Text(120), required=True, wide=True),
        Field("due", "归还期限", Day(ahead=True), listed=True, important=True, note="空着按设置里的天数"),
        Field("asked_on", "申请日期", Day(), listed=True, fixed=True),
        Field("approved_by", "批准人", Text(40), fixed=True),
        Field("approved_at", "批准时间", Stamp(), fixed=True),
        Field("lent_at", "借出时间", Stamp(), listed=True, fixed=True),
        Field("reminded_at", "上次催还", Stamp(), fixed=True),
        Field("reminded", "催还次数", Int(), fixed=True),
        Field("returned_at", "归还时间", Stamp(), listed=True, fixed=True),
        Field("condition", "归还情况", Text(120), fixed=True),
        Field("refused_why", "不批原因", Text(120), fixed=True),
        Field("note", "备注", Text(200), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("borrower",),
    indexes=(("document", "state"), ("state", "due")),
    order="t.asked_on DESC, t.rowid DESC",
    icon="bookmark",
)

DESTRUCTION_STATE = Choice(
    options=(
        Option("draft", "鉴定中", "warn", "edit"),
        Option("approved", "已批准", "info", "check"),
        Option("done", "已销毁", "neutral", "dismiss_circle"),
    )
)
DESTRUCTION = Entity(
    "destruction",
    "销毁清册",
    (
        Field("number", "清册号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", DESTRUCTION_STATE, listed=True, fixed=True, important=True),
        Field("day", "鉴定日期", Day(), listed=True, fixed=True),
        Field("until", "到期截至", Day(), listed=True, fixed=True),
        Field("members", "鉴定人", Text(120), listed=True, note="鉴定小组，姓名用顿号隔开"),
        Field("opinion", "鉴定意见", Text(200), wide=True),
        Field("approved_by", "批准人", Text(40), fixed=True),
        Field("approved_at", "批准时间", Stamp(), fixed=True),
        Field("destroyed_on", "销毁日期", Day(), listed=True, fixed=True),
        Field("way", "销毁方式", Text(40), fixed=True),
        Field("witness_one", "监销人一", Text(40), fixed=True, important=True),
        Field("witness_two", "监销人二", Text(40), fixed=True, important=True),
    ),
    naming="number",
    code="number",
    order="t.day DESC, t.rowid DESC",
    icon="delete",
)

DECISION = Choice(
    options=(
        Option("destroy", "销毁", "err", "delete"),
        Option("longer", "延长", "info", "clock"),
        Option("permanent", "转永久", "info", "lock"),
    )
)
DESTRUCTION_LINE = Entity(
    "destruction_line",
    "鉴定明细",
    (
        Field("destruction", "销毁清册", Link(entity="destruction"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("number", "编号", Text(60), listed=True, fixed=True),
        Field("document", "文件", Link(entity="document"), required=True, listed=True, wide=True),
        Field("keep_until", "保管到", Day(), listed=True, fixed=True),
        Field("decision", "处理", DECISION, required=True, listed=True, default="销毁", important=True),
        Field("years", "延长几年", Int(least=1), listed=True),
        Field("why", "理由", Text(120), listed=True),
    ),
    naming="document",
    parent=("destruction", "destruction"),
    icon="document",
)
