"""What can be done about what may be missing."""

from __future__ import annotations

from salesdesk.modules.omissions import service
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=service.VERBS,
)
