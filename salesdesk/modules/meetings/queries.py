"""Reads about meetings that return plain rows: the calendar, who is busy when, open resolutions, known names."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from salesdesk.domain.calendar_days import add_days
from salesdesk.domain.kinds import Row
from salesdesk.modules.meetings.conflicts import Busy, Room, end_of
from salesdesk.modules.meetings.lines import people_of, read_needs
from salesdesk.modules.meetings.model import CANCELLED, GEAR, PLANNED
from salesdesk.modules.meetings.recurrence import Occurrence, occurrences, rule_of
from salesdesk.persistence.reading import Reader
from salesdesk.services.working_days import WORK, known_days

_PLACE = "coalesce((SELECT r.name FROM meeting_room r WHERE r.uid = t.room), t.place, '')"


class Entry(NamedTuple):
    """One meeting in the calendar. uid: "" while it is only foreseen by its series; planned: its name in the series."""

    uid: str
    title: str
    start: str
    end: str
    where: str
    chair: str
    state: str
    series: str = ""
    planned: str = ""
    knowing: int | None = None

    @property
    def day(self) -> str:
        """The day it is held."""
        return self.start[:10]


def of_days(reader: Reader, first: str, last: str) -> list[Entry]:
    """Meetings between two days, both included, with those the series foresee, by their start."""
    rows = reader.rows(
        f"SELECT t.*, {_PLACE} AS place_name FROM meeting t WHERE t.void = 0 AND t.starts_at >= ? AND t.starts_at < ?",
        (first, add_days(last, 1)),
    )
    found = [
        Entry(
            row["uid"], str(row["title"]), str(row["starts_at"]), str(row["ends_at"]), str(row["place_name"]),
            str(row["chair"] or ""), str(row["state"]), str(row["series"] or ""), str(row["series_day"] or ""), row["knowing"],
        )
        for row in rows
    ]  # fmt: skip
    for series, one in foreseen(reader, first, last):
        start = f"{one.day}T{str(series['first_at'])[11:]}"
        found.append(
            Entry(
                "", str(series["title"]), start, end_of(start, int(series["minutes"])), str(series["place_name"]),
                str(series["chair"] or ""), PLANNED, series["uid"], one.planned,
            )
        )  # fmt: skip
    return sorted(found, key=lambda e: (e.start, e.title))


def foreseen(reader: Reader, first: str, last: str, series: str = "") -> list[tuple[Row, Occurrence]]:
    """What the series (or one of them) call for between two days and nobody has prepared or cancelled yet."""
    holidays = known_days(reader)
    found = []
    for row in reader.rows(
        f"SELECT t.*, {_PLACE} AS place_name FROM meeting_series t WHERE t.void = 0 AND (?1 = '' OR t.uid = ?1)",
        (series,),
    ):
        made = set(
            reader.column("SELECT series_day FROM meeting WHERE series = ? AND void = 0", (row["uid"],))
        )  # cancelled ones too: they are exceptions
        found += [(row, one) for one in occurrences(rule_of(row), first, last, holidays) if one.planned not in made]
    return sorted(found, key=lambda pair: pair[1].day)


def next_of(reader: Reader, series: str, today: str) -> Occurrence | None:
    """The next meeting of a series that is not prepared yet, within the coming two years."""
    return next((one for _, one in foreseen(reader, today, add_days(today, 800), series)), None)


def busy_on(reader: Reader, first: str, last: str) -> list[Busy]:
    """Everything that takes room, people or equipment on some days; cancelled meetings take nothing."""
    rows = reader.rows(
        "SELECT * FROM meeting WHERE void = 0 AND state != ? AND starts_at < ? AND ends_at >= ?",
        (CANCELLED, add_days(last, 1), first),
    )
    uids = json.dumps([row["uid"] for row in rows])
    people: dict[str, set[str]] = defaultdict(set)
    for meeting, name in reader.tuples(
        "SELECT meeting, name FROM meeting_person WHERE void = 0 AND coalesce(answer, '') != '不来'"
        " AND meeting IN (SELECT value FROM json_each(?))",
        (uids,),
    ):
        people[meeting].add(name)
    gear: dict[str, dict[str, int]] = defaultdict(dict)
    for meeting, name, count in reader.tuples(
        "SELECT meeting, name, sum(coalesce(count, 1)) FROM meeting_need WHERE void = 0 AND kind = ?"
        " AND meeting IN (SELECT value FROM json_each(?)) GROUP BY meeting, name",
        (GEAR, uids),
    ):
        gear[meeting][name] = int(count)
    fixed = fixed_gear(reader)
    found = [
        Busy(
            row["uid"], str(row["title"]), str(row["starts_at"]), str(row["ends_at"]), str(row["room"] or ""),
            frozenset(people[row["uid"]]), brought(gear[row["uid"]], fixed, str(row["room"] or "")),
        )
        for row in rows
    ]  # fmt: skip
    return found + [_foreseen_busy(series, one, fixed) for series, one in foreseen(reader, first, last)]


def fixed_gear(reader: Reader) -> Mapping[str, str]:
    """What stands in a room for good, as somebody wrote it down, by room."""
    return dict(reader.tuples("SELECT uid, fixed_gear FROM meeting_room WHERE void = 0 AND fixed_gear IS NOT NULL"))


def brought(gear: Mapping[str, int], fixed: Mapping[str, str], room: str) -> dict[str, int]:
    """Equipment that must be brought: what the room has of its own is in nobody's way."""
    return {name: count for name, count in gear.items() if name not in fixed.get(room, "")}


def _foreseen_busy(series: Row, one: Occurrence, fixed: Mapping[str, str]) -> Busy:
    start = f"{one.day}T{str(series['first_at'])[11:]}"
    gear = {str(n["name"]): int(n["count"]) for n in read_needs(str(series["needs"] or "")) if n["kind"] == GEAR}
    end = end_of(start, int(series["minutes"]))
    people = frozenset(p["name"] for p in people_of(series))
    room = str(series["room"] or "")
    return Busy(
        f"{series['uid']}/{one.planned}", str(series["title"]), start, end, room, people, brought(gear, fixed, room)
    )


def rooms(reader: Reader) -> list[Room]:
    """All rooms."""
    return [
        Room(uid, str(name), int(seats or 0))
        for uid, name, seats in reader.tuples("SELECT uid, name, seats FROM meeting_room WHERE void = 0 ORDER BY name")
    ]


def owned_gear(reader: Reader) -> Mapping[str, int]:
    """Equipment by name and how many there are."""
    return {
        str(n): int(c) for n, c in reader.tuples("SELECT name, sum(count) FROM meeting_gear WHERE void = 0 GROUP BY 1")
    }


def known_people(reader: Reader) -> dict[str, str]:
    """Names somebody can be invited by, with the department: the staff register, and everybody who was at a meeting."""
    found = dict(
        reader.tuples(
            "SELECT name, coalesce(department, '') FROM meeting_person WHERE void = 0 GROUP BY name ORDER BY rowid"
        )
    )
    return found | dict(
        reader.tuples("SELECT name, coalesce(department, '') FROM staff WHERE void = 0 AND active = 1 ORDER BY name")
    )


def place_of(reader: Reader, row: Row) -> str:
    """Where a meeting is held, in words; "" when nobody has said."""
    room = reader.get("meeting_room", row["room"])
    parts = [str(room["name"]), str(room["place"] or "")] if room else []
    return " ".join(filter(None, (*parts, str(row["place"] or ""))))


def resolutions_of(reader: Reader, meeting: str) -> list[Row]:
    """What a meeting resolved, in order."""
    return reader.rows("SELECT * FROM resolution WHERE meeting = ? AND void = 0 ORDER BY seq, rowid", (meeting,))


def open_resolutions(reader: Reader, chair: str = "", series: str = "") -> list[Row]:
    """Tasks that are not done, with their meeting, the longest due first; of one chair or one series."""
    return reader.rows(
        "SELECT r.*, m.title AS meeting_title, m.starts_at, m.chair, m.number AS meeting_number FROM resolution r"
        " JOIN meeting m ON m.uid = r.meeting WHERE r.void = 0 AND r.state = 'open' AND m.void = 0"
        " AND (?1 = '' OR m.chair = ?1) AND (?2 = '' OR m.series = ?2) ORDER BY r.due IS NULL, r.due, r.rowid",
        (chair, series),
    )


def carried_on(reader: Reader, meeting: str) -> set[str]:
    """Resolutions that stand on the agenda of a meeting already."""
    return set(
        reader.column(
            "SELECT carried FROM agenda_item WHERE meeting = ? AND void = 0 AND carried IS NOT NULL", (meeting,)
        )
    )


def day_marks(reader: Reader, first: str, last: str) -> dict[str, tuple[str, bool]]:
    """Day -> (name, whether people work) of the holiday table between two days, both included."""
    return {
        str(day): (str(name), works == WORK)
        for day, name, works in reader.tuples(
            "SELECT day, name, works FROM holiday WHERE void = 0 AND day BETWEEN ? AND ?", (first, last)
        )
    }


def due_at(row: Row, hours: int) -> str:
    """Until when the minutes of a meeting are to be sent: some hours after it ended."""
    ended = datetime.fromisoformat(str(row["closed_at"] or row["ends_at"]))
    return (ended + timedelta(hours=hours)).isoformat(timespec="seconds")
