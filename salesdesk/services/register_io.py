"""Excel in, Excel out and a printed list for any register, made from its field declarations."""

from __future__ import annotations

from salesdesk.domain.fields import Entity
from salesdesk.services.module import Check, Verb


def io_verbs(entity: Entity, check: Check | None = None) -> tuple[Verb, ...]:
    """import / export / print of one register entity."""
    return ()
