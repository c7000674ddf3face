"""The record that two others are not the same."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Text
from salesdesk.services.module import Module

NOT_SAME = Entity(
    "not_same",
    "不是同一家",
    (
        Field("entity", "类别", Text(60), fixed=True),
        Field("one", "一条", Link(), required=True, fixed=True),
        Field("other", "另一条", Link(), required=True, fixed=True),
        Field("why", "为什么", Text(200), listed=True),
    ),
    naming="why",
    icon="people",
)
"""Two records that look alike and are not the same: said once, for every PC, and never asked again."""

MODULE = Module("duplicates", "查重", "people", 995, entities=(NOT_SAME,), page=False)
