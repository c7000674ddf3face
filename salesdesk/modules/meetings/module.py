"""Manifest of 会议."""

from __future__ import annotations

from salesdesk.modules.meetings.model import ENTITIES
from salesdesk.modules.meetings.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "meetings",
    "会议",
    "calendar",
    75,
    actions="salesdesk.modules.meetings.actions",
    entities=ENTITIES,
    todos=todos,
    main="meeting",
)
