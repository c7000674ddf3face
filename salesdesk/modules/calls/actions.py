"""What can be done with calls of customers."""

from __future__ import annotations

from salesdesk.modules.calls import service
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=service.VERBS,
)
