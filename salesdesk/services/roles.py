"""Who may do what: 只读 looks, 内勤 works, 主管 works too; what only he may do, a verb says by its role."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """What the person at this PC may do; a higher role may do all that a lower one may."""

    VIEWER = 1
    CLERK = 2
    MANAGER = 3

    @property
    def label(self) -> str:
        """The role as the clerk reads it."""
        return {1: "只读", 2: "内勤", 3: "主管"}[int(self)]
