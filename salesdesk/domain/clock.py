"""What time it is, and the stamps that order what several PCs did."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

FAR_AHEAD_MS = 10 * 60 * 1000
"""A remote clock further ahead than this is never adopted."""


class Clock(Protocol):
    """Source of local time; tests put a fixed one in its place."""

    def now(self) -> datetime:
        """Local wall-clock time without a zone."""
        ...


class SystemClock:
    """The PC's own clock."""

    def now(self) -> datetime:
        return datetime.now()


class FixedClock:
    """A clock that stands still until told to move: for tests and the demo."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def named_uid(space: str, name: str) -> str:
    """The uid of what every PC makes by itself and what must be one record on all of them (RFC 4122, version 5)."""
    from uuid import UUID, uuid5

    return str(uuid5(UUID(space), name))


def stamp(moment: datetime) -> str:
    """Local ISO text to the second, the form of every Stamp value."""
    return moment.isoformat(timespec="seconds")


def next_hlc(last: int, now_ms: int) -> int:
    """Hybrid logical clock: milliseconds in the upper bits, a 16-bit counter below; always greater than `last`."""
    return max(last + 1, now_ms << 16)


def merge_hlc(last: int, remote: int, now_ms: int) -> int:
    """Clock after seeing a remote stamp; a remote stamp more than ten minutes ahead of this PC is not adopted."""
    if (remote >> 16) - now_ms > FAR_AHEAD_MS:
        return next_hlc(last, now_ms)
    return max(last, remote) + 1


def _uid_source() -> Callable[[int], list[str]]:
    lock = threading.Lock()
    last = 0

    def make(count: int) -> list[str]:
        nonlocal last
        with lock:
            # 48-bit milliseconds, then a 12-bit counter so that uids made in one millisecond still sort as made
            first = max(last + 1, time.time_ns() // 1_000_000 << 12)
            last = first + count - 1
        chance = os.urandom(8 * count).hex()
        made = []
        for i, tick in enumerate(range(first, first + count)):
            time_hex, dice = f"{tick:015x}", chance[16 * i : 16 * i + 16]
            made.append(f"{time_hex[:8]}-{time_hex[8:12]}-7{time_hex[12:]}-{_VARIANT[dice[0]]}{dice[1:4]}-{dice[4:]}")
        return made

    return make


_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))

new_uids = _uid_source()
"""So many fresh UUIDv7 (RFC 9562) as lower-case text; later ones sort after earlier ones of the same PC."""


def new_uid() -> str:
    """One fresh uid, as `new_uids` makes them."""
    return new_uids(1)[0]
