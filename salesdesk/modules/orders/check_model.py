"""What the company changed of the check rules, and which problem of which order somebody let pass, who and why (ORD-2)."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Flag, Link, Note, Option, Stamp, Text
from salesdesk.services.rule_stands import WEIGHT, WHO

CHECK_RULE = Entity(
    "check_rule",
    "检查规则",
    (
        Field("code", "代号", Text(40), required=True, fixed=True),
        Field("title", "规则", Text(40), listed=True, fixed=True),
        Field("weight", "轻重", WEIGHT, listed=True, fixed=True, important=True),
        Field("used", "启用", Flag(), listed=True, fixed=True, important=True),
        Field("who", "谁能放行", WHO, listed=True, fixed=True, important=True),
        Field("note", "说明", Text(200), listed=True, fixed=True),
        Field("set_by", "谁改的", Text(40), listed=True, fixed=True),
        Field("set_at", "什么时候改的", Stamp(), listed=True, fixed=True),
    ),
    naming="title",
    indexes=(("code",),),
    icon="check",
)
"""Only rules that differ from the house's own table have a row; its uid follows from the code, so two PCs mean the same row."""

RELEASE_STATE = Choice(
    options=(
        Option("asked", "等主管放行", "warn", "clock"),
        Option("allowed", "已放行", "ok", "checkmark_circle"),
        Option("refused", "不放行", "err", "dismiss"),
        Option("dropped", "不用了", "neutral", "dismiss"),
    )
)
ORDER_RELEASE = Entity(
    "order_release",
    "放行记录",
    (
        Field("order", "订单", Link(entity="sales_order"), required=True, fixed=True, listed=True),
        Field("state", "状态", RELEASE_STATE, fixed=True, listed=True),
        Field("rule", "规则代号", Text(40), fixed=True),
        Field("title", "规则", Text(40), fixed=True, listed=True),
        Field("product", "产品", Link(entity="product"), fixed=True, listed=True),
        Field("problem", "放行的问题", Text(400), listed=True),
        Field("asked_by", "申请人", Text(40), fixed=True, listed=True),
        Field("asked_at", "申请时间", Stamp(), fixed=True, listed=True),
        Field("asked_words", "申请说明", Text(200), listed=True),
        Field("decided_by", "放行人", Text(40), listed=True),
        Field("decided_role", "角色", Text(10), listed=True),
        Field("decided_at", "放行时间", Stamp(), fixed=True, listed=True),
        Field("reason", "原因", Note(), listed=True),
    ),
    naming="title",
    parent=("sales_order", "order"),
    indexes=(("state",),),
    icon="shield",
)
