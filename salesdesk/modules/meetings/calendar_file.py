"""Meetings as .ics files (RFC 5545): zone Asia/Shanghai, rule and exceptions of a series, growing SEQUENCE, CANCEL.

icalendar is loaded on first use.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.conflicts import end_of
from salesdesk.modules.meetings.model import CANCELLED, CHAIR, ITEM, PERSON
from salesdesk.modules.meetings.recurrence import occurrences, planned_days, rrule, rule_of
from salesdesk.modules.meetings.wording import agenda_line
from salesdesk.persistence.reading import Reader
from salesdesk.services.history import written
from salesdesk.services.working_days import known_days

if TYPE_CHECKING:
    from icalendar import Calendar, Event

ZONE = "Asia/Shanghai"
AHEAD = 400
"""Days ahead for which holidays of a series are told; the table knows no more."""
ANSWERS = {"参加": "ACCEPTED", "不来": "DECLINED", "待定": "TENTATIVE"}


def of_meeting(reader: Reader, row: Row, now: str) -> bytes:
    """One meeting; METHOD is CANCEL when it was called off."""
    off = row["state"] == CANCELLED
    calendar = _calendar("CANCEL" if off else "REQUEST")
    calendar.add_component(_event(reader, row, now, str(row["series"] or "")))
    return bytes(calendar.to_ical())


def of_series(reader: Reader, series: Row, now: str) -> bytes:
    """The series by its rule, with EXDATE and RDATE for what holidays do, and one event more for every exception."""
    rule, clock, today = rule_of(series), str(series["first_at"])[11:], now[:10]
    last = min(dates.add_days(max(today, rule.first), AHEAD), rule.until or "9999-12-31")
    planned = list(planned_days(rule, last))
    held = {one.planned: one.day for one in occurrences(rule, rule.first, dates.add_days(last, 40), known_days(reader))}
    made = reader.rows("SELECT * FROM meeting WHERE series = ? AND void = 0 ORDER BY series_day", (series["uid"],))
    event = _plain_event(series, str(series["uid"]), now)
    first = planned[0] if planned else rule.first
    start = f"{first}T{clock}"
    _put_times(event, start, end_of(start, int(series["minutes"])))
    parts = rrule(rule)
    if rule.until:  # in the zone of DTSTART it must be given in UTC: the end of that day in Shanghai
        parts["UNTIL"] = _utc(f"{rule.until}T23:59:59")
    event.add("rrule", parts)
    event.add("sequence", _version(reader, str(series["uid"])))
    off = {str(m["series_day"]) for m in made if m["state"] == CANCELLED}  # an EXDATE: every calendar understands it
    held = {day: to for day, to in held.items() if day not in off}
    made = [m for m in made if m["state"] != CANCELLED]
    moved = {d: held[d] for d in planned if d in held and held[d] != d}
    own = {str(m["series_day"]) for m in made}
    for day in planned:
        if (day not in held or day in moved) and day not in own:
            event.add("exdate", datetime.fromisoformat(f"{day}T{clock}"), parameters={"TZID": ZONE})
    for day, to in moved.items():
        if day not in own:
            event.add("rdate", datetime.fromisoformat(f"{to}T{clock}"), parameters={"TZID": ZONE})
    place = " ".join(filter(None, (reader.named("meeting_room", series["room"]), str(series["place"] or ""))))
    if place:
        event.add("location", place)
    calendar = _calendar("PUBLISH")
    calendar.add_component(event)
    for row in made:
        calendar.add_component(_event(reader, row, now, str(series["uid"]), clock, invite=False))
    return bytes(calendar.to_ical())


def _version(reader: Reader, series: str) -> int:
    """How often the series or a meeting of it was written: what calendars call SEQUENCE must grow with every change."""
    return written(reader, [series, *reader.column("SELECT uid FROM meeting WHERE series = ?", (series,))])


def _calendar(method: str) -> Calendar:
    from icalendar import Calendar, Timezone, TimezoneStandard

    calendar = Calendar()
    calendar.add("prodid", "-//salesdesk//meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1991, 9, 15))  # the last change of clocks in China
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    calendar.add_component(zone)
    return calendar


def _plain_event(row: Row, uid: str, now: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@salesdesk")
    event.add("dtstamp", _utc(now))
    event.add("summary", str(row["title"]))
    return event


def _event(reader: Reader, row: Row, now: str, series: str, clock: str = "", invite: bool = True) -> Event:
    """A stored meeting; as one of a series it carries the series' uid and says which day of the rule it stands for.

    invite: with an organizer and who is invited, as REQUEST and CANCEL want them; what is published names nobody.
    """
    event = _plain_event(row, series or str(row["uid"]), now)
    _put_times(event, str(row["starts_at"]), str(row["ends_at"]))
    if series:
        at = clock or str((reader.get("meeting_series", series) or {}).get("first_at") or row["starts_at"])[-8:]
        event.add("recurrence-id", datetime.fromisoformat(f"{row['series_day']}T{at}"), parameters={"TZID": ZONE})
    event.add("sequence", int(row["version"]) - 1)
    event.add("status", "CANCELLED" if row["state"] == CANCELLED else "CONFIRMED")
    if place := queries.place_of(reader, row):
        event.add("location", place)
    agenda = [f"{i}. {agenda_line(reader, item)}" for i, item in enumerate(reader.of_parent(ITEM, row["uid"]), 1)]
    words = [f"要解决：{row['purpose']}"] if row["purpose"] else []
    if words or agenda:
        event.add("description", "\n".join([*words, *agenda]))
    if not invite:
        return event
    event.add("organizer", _nobody(row["uid"]), parameters={"CN": str(row["recorder"] or row["chair"] or row["title"])})
    for person in reader.of_parent(PERSON, row["uid"]):
        if person["needed"] != 0:
            event.add("attendee", _nobody(person["uid"]), parameters=_attendee(person))
    return event


def _nobody(uid: object) -> str:
    """An address of somebody whose mail address is not known: his own, so that calendars do not take two for one."""
    return f"urn:uuid:{uid}"


def _attendee(person: Row) -> dict[str, Any]:
    return {
        "CN": str(person["name"]),
        "ROLE": "CHAIR" if person["part"] == CHAIR else "REQ-PARTICIPANT",
        "RSVP": "TRUE",
        "PARTSTAT": ANSWERS.get(str(person["answer"]), "NEEDS-ACTION"),
    }


def _put_times(event: Event, start: str, end: str) -> None:
    event.add("dtstart", datetime.fromisoformat(start), parameters={"TZID": ZONE})
    event.add("dtend", datetime.fromisoformat(end), parameters={"TZID": ZONE})


def _utc(shanghai: str) -> datetime:
    """A moment in China as UTC; China has known no summer time since 1991."""
    return (datetime.fromisoformat(shanghai) - timedelta(hours=8)).replace(tzinfo=UTC)
