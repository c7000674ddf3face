"""节假日: which days people rest or make up for, as the company keeps them; read by orders, deadlines and expense checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Option, Text
from salesdesk.persistence.reading import Reader

OFF, WORK = "off", "work"
HOLIDAY = Entity(
    "holiday",
    "节假日",
    (
        Field("day", "日期", Day(), required=True, listed=True, synonyms=("日子",)),
        Field("name", "名称", Text(20), required=True, listed=True, synonyms=("节日", "假日"), note="春节、国庆节……"),
        Field(
            "works",
            "休／班",
            Choice(options=(Option(OFF, "休", "ok", "calendar"), Option(WORK, "班", "warn", "person"))),
            required=True,
            listed=True,
            important=True,
            default="休",
            synonyms=("休班", "类型", "安排"),
            note="班是调休上班的周末",
        ),
        Field("note", "备注", Text(80), listed=True),
    ),
    code="day",
    subtitle=("day",),
    indexes=(("day",),),
    order="t.day",
    icon="calendar",
)


class WorkCalendar(NamedTuple):
    """What is known of working days. days: day -> works. arranged: years whose 调休 is known, as "2026"."""

    days: Mapping[str, bool] = {}
    arranged: frozenset[str] = frozenset()

    def works(self, day: str) -> bool | None:
        """Whether people work that day; None when the year's arrangement is not known and the table does not name the day."""
        known = self.days.get(day)
        if known is None and day[:4] in self.arranged:
            return date.fromisoformat(day).weekday() < 5
        return known


def known_days(reader: Reader) -> dict[str, bool]:
    """Day -> works, for the days the table names; what `dates.is_workday` and its kin take."""
    found = reader.tuples("SELECT day, works FROM holiday WHERE void = 0")
    return {str(day): works == WORK for day, works in found}


def calendar_of(reader: Reader) -> WorkCalendar:
    """The same with the years of which 调休 is known: those that name a weekend to be worked."""
    days = known_days(reader)
    return WorkCalendar(days, frozenset(day[:4] for day, works in days.items() if works))
