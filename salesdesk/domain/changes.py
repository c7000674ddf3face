"""What one operation changed: told to lists, badges and the undo button after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Changes(NamedTuple):
    """Result of one committed operation: its local id, its title in the clerk's words, and the touched uids by entity."""

    op: int = 0
    title: str = ""
    touched: Mapping[str, frozenset[str]] = MappingProxyType({})

    def __bool__(self) -> bool:
        return bool(self.touched)

    def of(self, entity: str) -> frozenset[str]:
        """Uids of one entity that were inserted or changed."""
        return self.touched.get(entity, frozenset())
