"""What can be done with meetings, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.meetings import inviting, minutes, resolutions, series, service, sheet
from salesdesk.modules.meetings.derive import derive
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=(*service.VERBS, *series.VERBS, *inviting.VERBS, *minutes.VERBS, *resolutions.VERBS, *sheet.VERBS),
    derive=(derive,),
    guard=service.guard,
    review=service.review,
)
