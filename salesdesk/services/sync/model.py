"""What all PCs of a workspace know of one another, and what was answered to the questions a merge left."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Flag, Note, Stamp, Text

DEVICE = Entity(
    "device",
    "电脑",
    (
        Field("key", "标识", Text(32), required=True, fixed=True),
        Field("name", "名称", Text(40), required=True, listed=True),
        Field("letter", "单号字母", Text(2), listed=True, fixed=True),
        Field("public", "公钥", Text(64), fixed=True),
        Field("joined", "加入时间", Stamp(), listed=True, fixed=True),
        Field("removed", "已移除", Flag(), listed=True, fixed=True),
    ),
    naming="name",
    code="key",
    indexes=(("key",),),
    icon="keyboard",
)

CASE_ANSWER = Entity(
    "case_answer",
    "合并问题的答复",
    (
        Field("key", "问题", Text(200), required=True, fixed=True),
        Field("answer", "答复", Text(40), required=True, fixed=True),
        Field("note", "说明", Note(400)),
    ),
    naming="answer",
    indexes=(("key",),),
    icon="check",
)
