"""What time it is, and the stamps that order what several PCs did."""

from __future__ import annotations

import secrets
import threading
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


def _uid_source() -> Callable[[], str]:
    lock = threading.Lock()
    last = 0

    def make() -> str:
        nonlocal last
        with lock:
            # 48-bit milliseconds, then a 12-bit counter so that uids made in one millisecond still sort as made
            tick = max(last + 1, int(datetime.now().timestamp() * 1000) << 12)
            last = tick
        rand = secrets.randbits(62)
        head = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | rand
        digits = f"{head:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    return make


new_uid = _uid_source()
"""A fresh UUIDv7 (RFC 9562) as lower-case text; later ones sort after earlier ones of the same PC."""
