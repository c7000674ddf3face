"""Conflicts by property: one is told exactly where two meetings share a moment and a thing, and every cure cures."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from salesdesk.modules.meetings.conflicts import Busy, Room, conflicts, end_of, free_from, most_at_once, overlap
from salesdesk.modules.meetings.lines import read_agenda, read_names

DAY = datetime(2026, 6, 15, 8, 0)
ROOMS = (Room("r1", "大会议室", 12), Room("r2", "小会议室", 4), Room("r3", "洽谈室"))
OWNED = {"投影仪": 2, "话筒": 1}


def busy(uid: str, start: int, length: int, room: str, people: set[str], gear: dict[str, int]) -> Busy:
    begin = (DAY + timedelta(minutes=15 * start)).isoformat(timespec="seconds")
    return Busy(uid, f"会{uid}", begin, end_of(begin, 15 * length), room, frozenset(people), gear)


MEETINGS = st.builds(
    busy, st.uuids().map(str), st.integers(0, 36), st.integers(1, 8), st.sampled_from(("", "r1", "r2", "r3")),
    st.sets(st.sampled_from("甲乙丙丁戊己"), max_size=4), st.dictionaries(st.sampled_from(list(OWNED)), st.integers(1, 2), max_size=2),
)  # fmt: skip


def minutes(one: Busy) -> set[str]:
    """Every quarter of an hour a meeting takes: the slow way to say what overlaps."""
    at, end, found = datetime.fromisoformat(one.start), datetime.fromisoformat(one.end), set()
    while at < end:
        found.add(at.isoformat())
        at += timedelta(minutes=15)
    return found


@given(MEETINGS, MEETINGS)
def test_two_meetings_overlap_where_they_share_a_quarter(one: Busy, other: Busy) -> None:
    assert overlap(one, other) == overlap(other, one) == bool(minutes(one) & minutes(other))


@given(MEETINGS, st.lists(MEETINGS, max_size=6))
def test_a_conflict_is_told_exactly_where_something_is_shared(this: Busy, others: list[Busy]) -> None:
    codes = [p.code for p in conflicts(this, others, ROOMS, OWNED)]
    at_once = [o for o in others if minutes(o) & minutes(this)]
    assert codes.count("room_taken") == sum(1 for o in at_once if this.room and o.room == this.room)
    assert codes.count("person_taken") == sum(1 for o in at_once if this.people & o.people)
    for name, count in this.gear.items():
        peak = max((sum(o.gear.get(name, 0) for o in at_once if m in minutes(o)) for m in minutes(this)), default=0)
        assert most_at_once(this, at_once, name) == peak
        assert any(
            p.message.startswith(name) for p in conflicts(this, others, ROOMS, OWNED) if p.code == "gear_taken"
        ) == (count + peak > OWNED[name])


@given(MEETINGS, st.lists(MEETINGS, max_size=6))
def test_every_cure_cures(this: Busy, others: list[Busy]) -> None:
    """The proposed time meets nobody; the proposed room is nobody's at that time."""
    for problem in conflicts(this, others, ROOMS, OWNED):
        for cure in problem.cures:
            if cure.path == "room":
                moved = this._replace(room=str(cure.value))
                assert "room_taken" not in [p.code for p in conflicts(moved, others, ROOMS, OWNED)]
            else:
                start = str(cure.value).replace(" ", "T")
                length = datetime.fromisoformat(this.end) - datetime.fromisoformat(this.start)
                later = this._replace(start=start, end=(datetime.fromisoformat(start) + length).isoformat())
                assert start > this.start
                assert {p.code for p in conflicts(later, others, ROOMS, OWNED)} <= {"room_small", "gear_taken"}
                if free_from(this, others, OWNED):
                    left = [p for p in conflicts(later, others, ROOMS, OWNED) if p.code == "gear_taken"]
                    assert not left


NAMES = st.lists(st.text("甲乙丙丁王李", min_size=1, max_size=3), max_size=6)


@given(NAMES, st.sampled_from(("、", "，", ",", " ", ";", "\n")))
def test_names_are_read_between_any_marks(names: list[str], mark: str) -> None:
    assert read_names(mark.join(names)) == list(dict.fromkeys(names))


def test_an_agenda_line_is_title_minutes_speaker() -> None:
    told = [
        (i["title"], i["minutes"], i["speaker"])
        for i in read_agenda("1. 上周情况 15 @李强\n本周（20分钟）\n2026\n@王敏 投诉 5")
    ]
    assert told == [("上周情况", 15, "李强"), ("本周", 20, None), ("2026", None, None), ("投诉", 5, "王敏")]
