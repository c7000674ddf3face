"""A telephone call with a customer: what he asked, what he was told, what was promised until when."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Link, Note, Stamp, Text

CALL = Entity(
    "call",
    "来电记录",
    (
        Field("number", "来电号", Text(40, True), listed=True, fixed=True),
        Field("customer", "客户", Link(entity="customer"), required=True, listed=True),
        Field("at", "时间", Stamp(), listed=True, fixed=True),
        Field("from_whom", "谁打来的", Text(60), listed=True),
        Field("asked", "问什么", Note(2000), listed=True, wide=True),
        Field("told", "怎么答的", Note(4000), wide=True),
        Field("promise", "答应了什么", Text(200), listed=True, wide=True, note="写了就到期提醒，例如 下午回电报价"),
        Field("due", "什么时候前", Day(ahead=True), listed=True, important=True, note="不填就是今天"),
        Field("done_at", "办完时间", Stamp(), listed=True, fixed=True),
        Field("result", "办得怎样", Text(200), listed=True, fixed=True),
    ),
    naming="number",
    code="number",
    subtitle=("asked",),
    indexes=(("done_at", "due"), ("customer", "at")),
    order="t.at DESC, t.rowid DESC",
    icon="phone",
)
