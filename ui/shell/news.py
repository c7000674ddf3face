"""What the strip at the left tells: how much waits at each place, what happened last, what could be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from salesdesk.desk import Desk


@dataclass(frozen=True)
class News:
    """counts: things to do by page key, all together under "today". undo: title of the last step. last: it with its time.
    backup: why the day's automatic copy was not made, "" when nothing is wrong. sync: its State, None when there is no workspace."""

    counts: Mapping[str, int] = field(default_factory=dict)
    undo: str = ""
    last: str = ""
    backup: str = ""
    sync: Any = None


def read_news(desk: Desk) -> News:
    """Read everything in one go; runs beside the window."""
    counts: dict[str, int] = {}
    for one in desk.todos():
        counts[one.module] = counts.get(one.module, 0) + one.stands_for
    counts["today"] = sum(counts.values())
    fault = desk.backup_fault
    told = f"自动备份没有做成：{fault.message}。{fault.cure}" if fault is not None else ""
    state = desk.sync.state() if desk.synced else None
    step = desk.last_undoable()
    if step is None:
        return News(counts, backup=told, sync=state)
    when = step.at[11:16] if step.at[:10] == desk.today else step.at[5:10]
    return News(counts, step.title, f"{when} {step.title}", told, state)
