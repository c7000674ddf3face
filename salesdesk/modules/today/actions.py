"""What can be done on 今日 itself."""

from __future__ import annotations

from salesdesk.modules.today import service
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=service.VERBS,
)
