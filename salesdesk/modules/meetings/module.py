"""Manifest of 会议."""

from __future__ import annotations

from salesdesk.modules.meetings import inviting, minutes, resolutions, series, service, sheet
from salesdesk.modules.meetings.derive import derive
from salesdesk.modules.meetings.model import ENTITIES
from salesdesk.modules.meetings.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "meetings",
    "会议",
    "calendar",
    75,
    entities=ENTITIES,
    verbs=(*service.VERBS, *series.VERBS, *inviting.VERBS, *minutes.VERBS, *resolutions.VERBS, *sheet.VERBS),
    derive=(derive,),
    guard=service.guard,
    review=service.review,
    todos=todos,
    main="meeting",
)
