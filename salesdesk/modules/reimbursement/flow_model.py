"""The way of a claim: each step with its time, what was found wrong, and the slips it was returned with; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Stamp, Text, options
from salesdesk.modules.reimbursement.model import STATE

CLAIM_LINK = Link(entity="expense_claim", weak=True)
VOUCHER_LINK = Link(entity="expense_voucher", weak=True)

EVENT = Entity(
    "claim_event",
    "报销进度",
    (
        Field("claim", "报销单", CLAIM_LINK, required=True, listed=True),
        Field("at", "时间", Stamp(), listed=True),
        Field("step", "步骤", Text(40), listed=True, note="提交、部门审批、退回……"),
        Field("state_from", "之前", STATE, listed=True),
        Field("state", "之后", STATE, listed=True),
        Field("who", "谁", Text(40), listed=True),
        Field("how", "方式", Text(40)),
        Field("minutes", "上一步停了几分钟", Int(), note="日历时间，含夜里和休息日"),
        Field("note", "说明", Note(2000), listed=True, wide=True),
    ),
    naming="step",
    ledger=True,
    order="t.at DESC, t.rowid DESC",
    indexes=(("claim", "at"), ("at",)),
    icon="clock",
)

FINDING_SEVERITY = Choice(
    options=(
        Option("stop", "阻断", "err", "warning"),
        Option("ask", "要说明", "warn", "warning"),
        Option("warn", "警告", "warn", "warning"),
        Option("hint", "提示", "info", "info"),
    )
)
"""As `domain.problems.Severity`: 阻断 hinders passing unless a 主管 overrides it, 要说明 and 警告 want one reason, 提示 nothing."""

FINDING_STATE = Choice(
    options=(
        Option("open", "待处理", "err", "warning"),
        Option("answered", "已说明", "info", "check"),
        Option("overridden", "主管放行", "warn", "check"),
        Option("gone", "已消除", "ok", "checkmark_circle"),
    )
)

FINDING = Entity(
    "claim_finding",
    "审核发现",
    (
        Field("claim", "报销单", CLAIM_LINK, required=True, listed=True),
        Field("voucher", "票据", VOUCHER_LINK, listed=True),
        Field("line", "报销明细", Link(entity="expense_line", weak=True)),
        Field("rule", "规则", Text(60), required=True, listed=True, note="规则的固定名字，如 duplicate"),
        Field("severity", "轻重", FINDING_SEVERITY, listed=True, important=True),
        Field("field", "字段", Text(60)),
        Field("message", "问题", Text(400), required=True, listed=True, wide=True),
        Field("printed", "票上写的", Text(400), listed=True),
        Field("expected", "应该是", Text(400), listed=True),
        Field("source", "依据", Text(200)),
        Field("cure", "怎么办", Text(400), listed=True),
        Field("excess", "超出金额", Money(), note="超标准时超出多少，可以照此核减"),
        Field("rule_version", "规则版本", Text(40)),
        Field("state", "处理", FINDING_STATE, listed=True, important=True),
        Field("reason", "说明", Text(400), listed=True),
        Field("who", "谁说明的", Text(40)),
        Field("at", "何时", Stamp()),
    ),
    naming="rule",
    indexes=(("claim", "state"),),
    order="t.rowid",
    icon="warning",
)
"""One fault the rules found. It is kept when it is found again with the same values (`findings.record`), so that one answer
is enough; when it is not found any more it is 已消除."""

RETURN_SLIP = Entity(
    "return_slip",
    "退回单",
    (
        Field("number", "退回单号", Text(40, True), listed=True),
        Field("claim", "报销单", CLAIM_LINK, required=True, listed=True),
        Field("at", "退回时间", Stamp(), listed=True),
        Field("stage", "谁退的", Choice(options=options("部门", "初审", "财务")), listed=True),
        Field("who", "经手", Text(40), listed=True),
        Field("reason", "退回原因", Note(2000), listed=True, wide=True),
        Field("findings", "当时的问题", Note(200_000)),
        Field("due", "补正期限", Day(), listed=True),
    ),
    naming="number",
    code="number",
    ledger=True,
    indexes=(("claim", "at"),),
    order="t.at DESC, t.rowid DESC",
    icon="undo",
)
"""findings: JSON list of {seq, voucher, rule, severity, message, printed, expected, cure}, frozen as they were told."""
