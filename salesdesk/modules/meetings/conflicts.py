"""Which meetings get in each other's way: one room, one person, one projector at the same time, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from salesdesk.domain.problems import Cure, Problem, Severity

CLOSES = "18:00"
"""No other time is proposed after this hour."""


class Busy(NamedTuple):
    """One meeting as far as it takes room, people and equipment: stamps to the second, the end not included.

    room: uid of the room, "" elsewhere. gear: equipment by name and how many of it.
    """

    uid: str
    title: str
    start: str
    end: str
    room: str = ""
    people: frozenset[str] = frozenset()
    gear: Mapping[str, int] = {}


class Room(NamedTuple):
    """A room to be had: seats 0 where nobody wrote it down."""

    uid: str
    name: str
    seats: int = 0


def overlap(one: Busy, other: Busy) -> bool:
    """Whether two meetings share any moment; one that begins when the other ends does not."""
    return one.start < other.end and other.start < one.end


def end_of(start: str, minutes: int) -> str:
    """When a meeting ends that begins at `start`."""
    return (datetime.fromisoformat(start) + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def conflicts(
    this: Busy, others: Sequence[Busy], rooms: Sequence[Room] = (), owned: Mapping[str, int] | None = None
) -> list[Problem]:
    """What speaks against a meeting, each with cures; all pass with a reason. owned: equipment -> how many there are."""
    owned = owned or {}
    found: list[Problem] = []
    at_once = [one for one in others if one.uid != this.uid and overlap(this, one)]
    later = _later(this, others, owned)
    names = {room.uid: room for room in rooms}
    taken = [one for one in at_once if this.room and one.room == this.room]
    if taken:
        free = free_rooms(this, at_once, rooms)
        cures = [*later, *(Cure(f"改用 {room.name}", "room", room.uid) for room in free[:2])]
        called = names[this.room].name if this.room in names else "会议室"
        cure = "、".join(c.title for c in cures) or "请换一天，或换到别的地点"
        found += [_problem(f"{called} {_told(one)}", cure, "room", "「会议室」", "room_taken", cures) for one in taken]
    room = names.get(this.room)
    if room is not None and 0 < room.seats < len(this.people):
        larger = [r for r in free_rooms(this, at_once, rooms) if r.seats >= len(this.people)]
        cures = [Cure(f"改用 {r.name}（{r.seats} 座）", "room", r.uid) for r in larger[:2]]
        cure = "、".join(c.title for c in cures) or "请加椅子，或让列席的人线上参加"
        told = f"{room.name} {room.seats} 座，要来 {len(this.people)} 人"
        found.append(_problem(told, cure, "room", "「会议室」", "room_small", cures, Severity.WARN))
    for one in at_once:
        both = sorted(this.people & one.people)
        if both:
            cure = "、".join(c.title for c in later) or "请换一天，或请人代参加"
            told = f"{'、'.join(both)} {_told(one)}"
            found.append(_problem(told, cure, "people", "「参会人」", "person_taken", later))
    for name, count in this.gear.items():
        have, out = _have(name, count, owned), {one.title: one.gear[name] for one in at_once if name in one.gear}
        peak = most_at_once(this, at_once, name)
        if count + peak > have:
            where = "、".join(f"「{title}」" for title in out) or "没有别的会"
            told = f"{name} 有 {have} 台，这时{where}已用 {peak} 台，还要 {count} 台"
            cure = "、".join(c.title for c in later) or "请另借一台"
            found.append(_problem(told, cure, "needs", "「要准备的」", "gear_taken", later))
    return found


def _have(name: str, count: int, owned: Mapping[str, int]) -> int:
    """How many there are; of what nobody has registered as many as are wanted, so that only two at once clash."""
    return owned.get(name, count)


def most_at_once(this: Busy, others: Sequence[Busy], name: str) -> int:
    """The most pieces of one equipment that other meetings hold at any one moment of this one."""
    held = [one for one in others if name in one.gear and overlap(this, one)]
    moments = {max(this.start, one.start) for one in held}
    return max((sum(o.gear[name] for o in held if o.start <= at < o.end) for at in moments), default=0)


def free_rooms(this: Busy, at_once: Sequence[Busy], rooms: Sequence[Room]) -> list[Room]:
    """Rooms nobody has at that time, the smallest that is large enough first."""
    taken = {one.room for one in at_once} | {this.room}
    people = len(this.people)
    free = [room for room in rooms if room.uid not in taken]
    return sorted(free, key=lambda r: (0 < r.seats < people, r.seats or 999, r.name))


def _clear(this: Busy, others: Sequence[Busy], owned: Mapping[str, int]) -> bool:
    at_once = [one for one in others if one.uid != this.uid and overlap(this, one)]
    return not any((this.room and one.room == this.room) or this.people & one.people for one in at_once) and all(
        count + most_at_once(this, at_once, name) <= _have(name, count, owned) for name, count in this.gear.items()
    )


def free_from(this: Busy, others: Sequence[Busy], owned: Mapping[str, int]) -> str:
    """The next start on the same day at which nothing is in the way, "" when there is none before closing time."""
    length = datetime.fromisoformat(this.end) - datetime.fromisoformat(this.start)
    day = this.start[:10]
    for start in sorted({one.end for one in others if this.start < one.end and one.end[:10] == day}):
        end = (datetime.fromisoformat(start) + length).isoformat(timespec="seconds")
        if end <= f"{day}T{CLOSES}:00" and _clear(this._replace(start=start, end=end), others, owned):
            return start
    return ""


def _later(this: Busy, others: Sequence[Busy], owned: Mapping[str, int]) -> list[Cure]:
    start = free_from(this, others, owned)
    return [Cure(f"改到 {start[11:16]}", "starts_at", start.replace("T", " "))] if start else []


def _told(one: Busy) -> str:
    return f"{one.start[11:16]}–{one.end[11:16]} 在开「{one.title}」"


def _problem(
    message: str, cure: str, path: str, place: str, code: str, cures: Sequence[Cure], weight: Severity = Severity.ASK
) -> Problem:
    return Problem(message, cure, path=path, place=place, code=code, severity=weight, cures=tuple(cures))
