"""临时任务: what a superior or colleague asked for in passing, with its day."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Note, Stamp, Text

TASK = Entity(
    "task",
    "临时任务",
    (
        Field("words", "做什么", Text(200), required=True, listed=True, wide=True),
        Field("from_whom", "谁交代的", Text(40), listed=True),
        Field("due", "什么时候要", Day(ahead=True), listed=True, important=True),
        Field("note", "备注", Note(), wide=True),
        Field("done_at", "办完时间", Stamp(), fixed=True, listed=True),
        Field("result", "结果", Text(200), fixed=True, listed=True),
    ),
    naming="words",
    indexes=(("done_at", "due"),),
    order="t.done_at IS NOT NULL, t.due IS NULL, t.due, t.rowid",
    icon="note",
)
