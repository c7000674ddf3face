"""What follows from every change before it is committed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from salesdesk.persistence import merging
from salesdesk.persistence.work import BeforeCommit
from salesdesk.services.module import Registry


class Following:
    """Cases for a person, and what the subjects derive.

    An iterable, because the subjects' code is loaded when there is something to follow from.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @cached_property
    def _hooks(self) -> tuple[BeforeCommit, ...]:
        derive = (one for module in self._registry.modules for one in module.actions.derive)
        return merging.review, *derive

    def __iter__(self) -> Iterator[BeforeCommit]:
        return iter(self._hooks)
