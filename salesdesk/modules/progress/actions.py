"""What can be done about promises, feedback and problems, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.progress import problems, service, sheet
from salesdesk.modules.progress.derive import derive_heard
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=(*service.VERBS, *problems.VERBS, *sheet.VERBS),
    derive=(derive_heard,),
    guard=service.guard,
)
