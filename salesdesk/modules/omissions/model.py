"""What was answered when somebody asked after a missing order."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Link, Option, Stamp, Text, options

KIND = Choice(
    options=(
        Option("rhythm", "该来单没来", "warn", "clock"),
        Option("hole", "客户单号缺号", "warn", "question"),
        Option("number", "本厂单号缺号", "info", "document"),
    )
)
WHY = Choice(
    options=options(
        "客户没有需要", "客户停产或放假", "单子给了别家", "漏了，已补录", "不是发给我们的", "号作废没用", "其他"
    )
)

ANSWER = Entity(
    "omission_answer",
    "漏单核对",
    (
        Field("kind", "查什么", KIND, listed=True, fixed=True),
        Field("customer", "客户", Link(entity="customer"), listed=True, fixed=True),
        Field("subject", "缺的号", Text(200, True), listed=True, fixed=True),
        Field("why", "问下来", WHY, required=True, listed=True),
        Field("until", "哪天前不再提醒", Day(ahead=True), listed=True),
        Field("note", "备注", Text(200), listed=True),
        Field("asked_at", "核对时间", Stamp(), listed=True, fixed=True),
    ),
    naming="why",
    indexes=(("customer", "kind"),),
    order="t.rowid DESC",
    icon="check",
)
