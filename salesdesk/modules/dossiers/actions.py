"""What can be done with dossiers."""

from __future__ import annotations

from salesdesk.modules.dossiers import filing
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=filing.VERBS,
)
