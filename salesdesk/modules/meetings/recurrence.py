"""On which days a series meets: the rule itself, and what holidays make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from salesdesk.domain.calendar_days import add_days, add_months, month_end
from salesdesk.domain.dates import days_between, is_workday
from salesdesk.domain.kinds import Row
from salesdesk.modules.meetings.model import EARLIER, HOLD, LAST_WEEKDAY, LAST_WORKDAY, LATER, MONTHLY, NTH, WEEKLY

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FAR = 370
"""No holiday lasts so many days; a table without a working day in a year is a mistake somebody made."""


class Rule(NamedTuple):
    """How a series repeats. first: the day of the first meeting; until: the last possible day, "" for none."""

    repeat: str
    first: str
    every: int = 1
    until: str = ""
    on_holiday: str = HOLD


class Occurrence(NamedTuple):
    """One meeting of a series: the day the rule names, which stays its name for ever, and the day it is held."""

    planned: str
    day: str


def rule_of(series: Row) -> Rule:
    """The rule of a stored series."""
    return Rule(
        str(series["repeat"]),
        str(series["first_at"])[:10],
        int(series["every"] or 1),
        str(series["until"] or ""),
        str(series["on_holiday"] or HOLD),
    )


def planned_days(rule: Rule, last: str) -> Iterator[str]:
    """Days the rule names from its first up to `last`, both included, holidays not looked at."""
    end = min(last, rule.until or last)
    first = date.fromisoformat(rule.first)
    if rule.repeat == WEEKLY:
        day = rule.first
        while day <= end:
            yield day
            day = add_days(day, 7 * rule.every)
        return
    month = first.replace(day=1)
    while month.isoformat() <= end:
        day = _in_month(rule.repeat, first, month)
        if day and rule.first <= day <= end:
            yield day
        month = date.fromisoformat(add_months(month.isoformat(), rule.every))


def _in_month(repeat: str, first: date, month: date) -> str:
    """The day of one month, "" when it has none (a fifth Monday)."""
    last = date.fromisoformat(month_end(month.isoformat()))
    if repeat == MONTHLY:
        return month.replace(day=min(first.day, last.day)).isoformat()
    if repeat == NTH:
        nth = (first.day - 1) // 7
        day = month + timedelta(days=(first.weekday() - month.weekday()) % 7 + 7 * nth)
        return day.isoformat() if day <= last else ""
    weekday = first.weekday() if repeat == LAST_WEEKDAY else min(last.weekday(), 4)
    return (last - timedelta(days=(last.weekday() - weekday) % 7)).isoformat()


def occurrences(rule: Rule, first: str, last: str, holidays: Mapping[str, bool]) -> list[Occurrence]:
    """Meetings held between two days, both included, in order. `holidays`: day -> whether people work then.

    A long holiday may move two meetings to one day: they are one meeting, that whose own day is nearest.
    """
    found: dict[str, Occurrence] = {}
    reach = 40 if rule.on_holiday == EARLIER or rule.repeat == LAST_WORKDAY else 0  # a later one may come forward
    for planned in planned_days(rule, add_days(last, reach)):
        day = _held(rule, planned, holidays)
        if day and first <= day <= last:
            one = Occurrence(planned, day)
            found[day] = min(found.get(day, one), one, key=_moved)
    return sorted(found.values(), key=lambda one: one.day)


def _moved(one: Occurrence) -> int:
    return abs(days_between(one.planned, one.day))


def _held(rule: Rule, planned: str, holidays: Mapping[str, bool]) -> str:
    """The day a planned meeting is held, "" when it is left out."""
    if rule.repeat == LAST_WORKDAY:
        return _nearest(month_end(planned), -1, holidays)
    if rule.on_holiday == HOLD or holidays.get(planned, True):
        return planned
    if rule.on_holiday in (LATER, EARLIER):
        return _nearest(planned, 1 if rule.on_holiday == LATER else -1, holidays)
    return ""


def _nearest(day: str, step: int, holidays: Mapping[str, bool]) -> str:
    for _ in range(FAR):
        if is_workday(day, holidays):
            return day
        day = add_days(day, step)
    return ""


def rrule(rule: Rule) -> dict[str, object]:
    """The same rule as RFC 5545 says it (RRULE parts); holidays are told by EXDATE and RDATE."""
    first = date.fromisoformat(rule.first)
    found: dict[str, object] = {"FREQ": "WEEKLY" if rule.repeat == WEEKLY else "MONTHLY"}
    if rule.every > 1:
        found["INTERVAL"] = rule.every
    if rule.until:
        found["UNTIL"] = rule.until
    weekday = WEEKDAYS[first.weekday()]
    if rule.repeat == WEEKLY:
        found["BYDAY"] = weekday
    elif rule.repeat == MONTHLY and first.day <= 28:
        found["BYMONTHDAY"] = first.day
    elif rule.repeat == MONTHLY:  # the last of the days up to it that the month has
        found["BYMONTHDAY"] = list(range(28, first.day + 1))
        found["BYSETPOS"] = -1
    elif rule.repeat == NTH:
        found["BYDAY"] = f"{(first.day - 1) // 7 + 1}{weekday}"
    elif rule.repeat == LAST_WEEKDAY:
        found["BYDAY"] = f"-1{weekday}"
    else:
        found["BYDAY"] = list(WEEKDAYS[:5])
        found["BYSETPOS"] = -1
    return found


def said(rule: Rule) -> str:
    """The rule in words: 每周一, 每 2 个月第 3 个周五."""
    first = date.fromisoformat(rule.first)
    name = f"周{'一二三四五六日'[first.weekday()]}"
    if rule.repeat == WEEKLY:
        return f"每{name}" if rule.every == 1 else f"每 {rule.every} 周的{name}"
    month = "每月" if rule.every == 1 else f"每 {rule.every} 个月"
    return (
        month
        + {
            MONTHLY: f" {first.day} 号",
            NTH: f"第 {(first.day - 1) // 7 + 1} 个{name}",
            LAST_WEEKDAY: f"最后一个{name}",
            LAST_WORKDAY: "最后一个工作日",
        }[rule.repeat]
    )
