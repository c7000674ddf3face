"""Calendar days and moments: adding, comparing, showing them, and counting working days.

A day is ISO text ("2026-06-18"), a stamp is local ISO text to the second ("2026-06-18T10:24:31"); neither knows a time
zone. Functions given something that is no such text raise ValueError. Reading what people type: `parse_day`,
`parse_stamp` (salesdesk.domain.day_text).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from salesdesk.domain.calendar_days import (
    add_days,
    add_months,
    days_between,
    month_end,
    month_of,
    nearest_day,
    weekday_name,
)
from salesdesk.domain.day_text import parse_day, parse_stamp

__all__ = [
    "add_days",
    "add_months",
    "days_between",
    "is_workday",
    "month_end",
    "month_of",
    "next_workday",
    "parse_day",
    "parse_stamp",
    "show_day",
    "show_day_short",
    "show_stamp",
    "weekday_name",
    "workdays_between",
]


def show_day(iso: str, today: str | None = None) -> str:
    """ "2026-06-18"; `today` changes nothing and is taken so that the two ways to show a day can stand for each other."""
    return iso


def show_day_short(iso: str, today: str) -> str:
    """ "06-18 周四", for today "06-18 今天"; with the year where month and day alone would mean another year.

    `parse_day` reads it back to the same day.
    """
    day, now = date.fromisoformat(iso), date.fromisoformat(today)
    text = iso[5:] if nearest_day(day.month, day.day, now) == day else iso
    return f"{text} 今天" if day == now else f"{text} {weekday_name(iso)}"


def show_stamp(iso: str) -> str:
    """ "2026-06-18 10:24": to the minute, as lists show it."""
    return iso[:16].replace("T", " ")


def is_workday(iso: str, holidays: Mapping[str, bool]) -> bool:
    """Whether people work that day: what `holidays` says (day -> works), otherwise Monday to Friday."""
    known = holidays.get(iso)
    return date.fromisoformat(iso).weekday() < 5 if known is None else known


def next_workday(iso: str, holidays: Mapping[str, bool], including: bool = False) -> str:
    """The first working day after the day, or with `including` the day itself when people work then.

    Raises ValueError when `holidays` leaves no working day within a year.
    """
    day = date.fromisoformat(iso)
    for ahead in range(0 if including else 1, 367):
        found = (day + timedelta(days=ahead)).isoformat()
        if is_workday(found, holidays):
            return found
    raise ValueError("一年之内没有工作日。请核对节假日表")


def workdays_between(start: str, end: str, holidays: Mapping[str, bool]) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is before `start`."""
    if end < start:
        return -workdays_between(end, start, holidays)
    first = date.fromisoformat(start)
    days = (first + timedelta(days=ahead) for ahead in range(1, days_between(start, end) + 1))
    return sum(is_workday(day.isoformat(), holidays) for day in days)
