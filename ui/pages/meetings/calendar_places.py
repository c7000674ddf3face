"""Where the days and meetings of a calendar stand: pure arithmetic on rectangles, for painting and for the mouse alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF

from salesdesk.domain.calendar_days import add_days
from salesdesk.modules.meetings.queries import Entry

Mode = Literal["week", "month"]
OPENS, CLOSES = 8, 18
"""Hours a week always shows; a meeting earlier or later makes it show more."""
GUTTER, HEAD = 54.0, 52.0
MONTH_HEAD = 30.0
LINE = 22.0
"""Height of one meeting in a day of the month."""


class Place(NamedTuple):
    """One meeting and where it is painted."""

    entry: Entry
    box: QRectF


def first_day(mode: Mode, day: str) -> str:
    """The first day shown: the Monday of the week, or of the week in which the month begins."""
    from datetime import date

    start = day if mode == "week" else f"{day[:8]}01"
    return add_days(start, -date.fromisoformat(start).weekday())


def days_of(mode: Mode, day: str) -> list[str]:
    """The days shown: seven, or whole weeks that hold the month."""
    first = first_day(mode, day)
    if mode == "week":
        return [add_days(first, n) for n in range(7)]
    weeks = 6 if add_days(first, 35)[:7] == day[:7] else 5 if add_days(first, 28)[:7] == day[:7] else 4
    return [add_days(first, n) for n in range(7 * weeks)]


def hours_of(entries: Sequence[Entry]) -> tuple[int, int]:
    """First and last hour of the week's scale."""
    starts = [int(e.start[11:13]) for e in entries]
    ends = [
        24 if e.end[:10] > e.day else int(e.end[11:13]) + (1 if e.end[14:16] > "00" else 0)
        for e in entries
    ]  # fmt: skip
    return min([OPENS, *starts]), max([CLOSES, *ends])


def day_box(mode: Mode, area: QRectF, number: int, count: int) -> QRectF:
    """The rectangle of the n-th day shown."""
    if mode == "week":
        wide = (area.width() - GUTTER) / 7
        return QRectF(area.left() + GUTTER + number * wide, area.top() + HEAD, wide, area.height() - HEAD)
    wide, high = area.width() / 7, (area.height() - MONTH_HEAD) / (count // 7)
    return QRectF(area.left() + number % 7 * wide, area.top() + MONTH_HEAD + number // 7 * high, wide, high)


def lanes(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """(lane, lanes beside one another) of meetings of one day in order of their start, so that none covers another."""
    found: list[tuple[int, int]] = [(0, 1)] * len(entries)
    group: list[int] = []
    ends: list[str] = []
    reach = ""

    def settle() -> None:
        for at in group:
            found[at] = (found[at][0], len(ends))

    for at, entry in enumerate(entries):
        if entry.start >= reach:
            settle()
            group, ends = [], []
        lane = next((i for i, end in enumerate(ends) if end <= entry.start), len(ends))
        if lane == len(ends):
            ends.append(entry.end)
        else:
            ends[lane] = entry.end
        found[at] = (lane, 1)
        group.append(at)
        reach = max(reach, entry.end)
    settle()
    return found


def week_places(area: QRectF, days: Sequence[str], entries: Sequence[Entry]) -> list[Place]:
    """Blocks by hour, meetings at one time side by side."""
    low, high = hours_of(entries)
    found = []
    for number, day in enumerate(days):
        mine = [e for e in entries if e.day == day]
        column = day_box("week", area, number, 7)
        hour = column.height() / (high - low)
        for entry, (lane, beside) in zip(mine, lanes(mine), strict=True):
            top = column.top() + (_hour(entry.start, day) - low) * hour
            bottom = column.top() + (min(float(high), _hour(entry.end, day)) - low) * hour
            wide = (column.width() - 6) / beside
            found.append(
                Place(entry, QRectF(column.left() + 3 + lane * wide, top + 1, wide - 2, max(24.0, bottom - top - 2)))
            )
    return found


def _hour(stamp: str, day: str) -> float:
    if stamp[:10] > day:
        return 24.0
    return int(stamp[11:13]) + int(stamp[14:16]) / 60


def month_places(area: QRectF, days: Sequence[str], entries: Sequence[Entry]) -> tuple[list[Place], dict[str, int]]:
    """One line a meeting, and day -> how many find no room."""
    found: list[Place] = []
    left: dict[str, int] = {}
    for number, day in enumerate(days):
        mine = [e for e in entries if e.day == day]
        box = day_box("month", area, number, len(days))
        room = max(1, int((box.height() - 30) // LINE))
        shown = mine if len(mine) <= room else mine[: max(0, room - 1)]
        for at, entry in enumerate(shown):
            found.append(Place(entry, QRectF(box.left() + 5, box.top() + 28 + at * LINE, box.width() - 10, LINE - 3)))
        if len(shown) < len(mine):
            left[day] = len(mine) - len(shown)
    return found, left
