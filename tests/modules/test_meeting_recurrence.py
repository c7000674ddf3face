"""On which days a series meets, held against dateutil's reading of the RRULE it is exported with; the .ics of a series expanded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, vRecur

from salesdesk.desk import Desk
from salesdesk.domain.dates import is_workday
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.model import (
    EARLIER,
    HOLD,
    LAST_WEEKDAY,
    LAST_WORKDAY,
    LATER,
    MONTHLY,
    NTH,
    SKIP,
    WEEKLY,
)
from salesdesk.modules.meetings.recurrence import Rule, occurrences, planned_days, rrule, said
from tests.desks import empty_desk

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
RULES = st.builds(
    lambda repeat, first, every, long: Rule(
        repeat, first.isoformat(), every, (first + timedelta(days=long)).isoformat() if long else ""
    ),
    st.sampled_from((WEEKLY, MONTHLY, NTH, LAST_WEEKDAY, LAST_WORKDAY)), DAYS, st.integers(1, 4), st.integers(0, 500),
)  # fmt: skip
HOLIDAYS = st.dictionaries(DAYS.map(date.isoformat), st.booleans(), max_size=60)


@given(RULES)
def test_planned_days_are_those_of_the_rrule(rule: Rule) -> None:
    last = (date.fromisoformat(rule.first) + timedelta(days=700)).isoformat()
    parts = rrule(rule)
    until = parts.pop("UNTIL", None)
    text = vRecur(parts).to_ical().decode()
    whole = rrulestr(text, dtstart=datetime.fromisoformat(f"{rule.first}T00:00:00"))
    end = min(last, str(until or last))
    expected = [d.date().isoformat() for d in whole.between(
        datetime.fromisoformat(rule.first), datetime.fromisoformat(end), inc=True)]  # fmt: skip
    assert list(planned_days(rule, last)) == expected


@given(RULES, HOLIDAYS, st.sampled_from((HOLD, SKIP, LATER, EARLIER)))
def test_holidays_move_or_drop_a_meeting_and_nothing_else(rule: Rule, holidays: dict[str, bool], way: str) -> None:
    rule = rule._replace(on_holiday=way)
    last = (date.fromisoformat(rule.first) + timedelta(days=400)).isoformat()
    planned = list(planned_days(rule, last))
    found = occurrences(rule, "2023-01-01", "2031-01-01" if rule.until else last, holidays)
    assert [one.day for one in found] == sorted(one.day for one in found)
    assert len({one.planned for one in found}) == len(found)
    for one in found:
        if rule.repeat == LAST_WORKDAY:
            assert (is_workday(one.day, holidays) and one.day[:7] == one.planned[:7]) or one.day < one.planned
        elif one.day != one.planned:
            assert holidays[one.planned] is False and is_workday(one.day, holidays)
            assert (one.day > one.planned) == (way == LATER)
        else:
            assert way == HOLD or holidays.get(one.planned, True)
    held = {one.planned for one in found}
    if way == HOLD and rule.repeat != LAST_WORKDAY:
        assert held >= set(planned)
    if way == SKIP and rule.repeat != LAST_WORKDAY:
        assert set(planned) - held == {d for d in planned if holidays.get(d) is False}


@given(RULES, HOLIDAYS, st.sampled_from((HOLD, SKIP, LATER, EARLIER)), st.integers(0, 300), st.integers(0, 60))
def test_a_window_shows_what_the_whole_shows_there(
    rule: Rule, holidays: dict[str, bool], way: str, start: int, length: int
) -> None:
    """Whatever part of the calendar is looked at, the same meetings stand there, on each day one."""
    rule = rule._replace(on_holiday=way)
    begin = date.fromisoformat(rule.first) + timedelta(days=start)
    first, last = begin.isoformat(), (begin + timedelta(days=length)).isoformat()
    whole = occurrences(rule, "2023-01-01", (begin + timedelta(days=500)).isoformat(), holidays)
    assert occurrences(rule, first, last, holidays) == [one for one in whole if first <= one.day <= last]
    assert len({one.day for one in whole}) == len(whole)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(WEEKLY, "2026-06-15"), "每周一"),
        (Rule(WEEKLY, "2026-06-15", 2), "每 2 周的周一"),
        (Rule(MONTHLY, "2026-01-31"), "每月 31 号"),
        (Rule(NTH, "2026-06-19", 3), "每 3 个月第 3 个周五"),
        (Rule(LAST_WEEKDAY, "2026-06-26"), "每月最后一个周五"),
        (Rule(LAST_WORKDAY, "2026-06-30"), "每月最后一个工作日"),
    ],
)
def test_the_rule_is_said_in_words(rule: Rule, words: str) -> None:
    assert said(rule) == words


def test_a_month_without_the_31st_meets_on_its_last_day() -> None:
    assert list(planned_days(Rule(MONTHLY, "2026-01-31"), "2026-04-30")) == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path / "data")
    for day, name, works in (
        ("2026-06-29", "厂庆", "休"),
        ("2026-07-06", "高温假", "休"),
        ("2026-07-31", "停电", "休"),
    ):
        made.do("holiday.save", {"day": day, "name": name, "works": works})
    yield made
    made.close()


def expand(file: Path, first: str, last: str) -> list[tuple[str, str]]:
    """(day, hour) of every meeting a calendar program shows: rule, RDATE and EXDATE, overridden by RECURRENCE-ID."""
    calendar = Calendar.from_ical(file.read_bytes())
    events = calendar.walk("VEVENT")
    base = next(e for e in events if "RRULE" in e)
    start = base["DTSTART"].dt.replace(tzinfo=None)
    parts = dict(base["RRULE"])
    if "UNTIL" in parts:
        parts["UNTIL"] = [(parts["UNTIL"][0] + timedelta(hours=8)).replace(tzinfo=None)]
    rule = rrulestr(vRecur(parts).to_ical().decode().replace("Z", ""), dtstart=start)
    moments = set(rule.between(datetime.fromisoformat(first), datetime.fromisoformat(f"{last}T23:59:59"), inc=True))
    for key, act in (("EXDATE", moments.discard), ("RDATE", moments.add)):
        found = base.get(key, [])
        for group in found if isinstance(found, list) else [found]:
            for one in group.dts:
                act(one.dt.replace(tzinfo=None))
    for event in events:
        if "RECURRENCE-ID" in event:
            moments.discard(event["RECURRENCE-ID"].dt.replace(tzinfo=None))
            if event["STATUS"] != "CANCELLED":
                moments.add(event["DTSTART"].dt.replace(tzinfo=None))
    return sorted((m.date().isoformat(), f"{m:%H:%M}") for m in moments if first <= m.date().isoformat() <= last)


@pytest.mark.parametrize(
    "repeat", ["每周", "每月同一号", "每月第几个星期几", "每月最后一个星期几", "每月最后一个工作日"]
)
@pytest.mark.parametrize("holiday", ["照开", "不开", "推到下一个工作日", "提前到上一个工作日"])
def test_the_file_of_a_series_shows_what_our_calendar_shows(desk: Desk, repeat: str, holiday: str) -> None:
    made = desk.do(
        "meeting_series.save",
        {
            "title": "例会",
            "first_at": "2026-06-15 9:30",
            "repeat": repeat,
            "on_holiday": holiday,
            "until": "2026-12-31",
        },
    )
    first = desk.do("meeting_series.prepare", {"uid": made.uid})
    desk.do("meeting.move", {"uid": first.uid, "starts_at": "2026-07-02 15:00"})
    desk.do("meeting_series.skip", {"uid": made.uid, "why": "出差"})
    file = Path(desk.do("meeting_series.ics", {"uid": made.uid}).data["file"])
    with desk.read() as reader:
        ours = [
            (e.day, e.start[11:16])
            for e in queries.of_days(reader, "2026-06-01", "2026-12-31")
            if e.state != "cancelled"
        ]
    assert expand(file, "2026-06-01", "2026-12-31") == ours
