"""Meetings where they might break: holidays that fall together, names given twice, locked minutes, late words, long reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from salesdesk.desk import Desk
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.model import EARLIER, LATER, WEEKLY
from salesdesk.modules.meetings.recurrence import Occurrence, Rule, occurrences
from tests.desks import empty_desk
from tests.modules.test_meetings import call, events, held, move_to, paper, people, refused, row, titles


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path / "data")
    made.do("meeting_room.save", {"name": "大会议室", "seats": 12, "place": "三楼", "fixed_gear": "投影仪、白板"})
    made.do("meeting_room.save", {"name": "小会议室", "seats": 4})
    made.do("meeting_gear.save", {"name": "投影仪", "count": 1})
    yield made
    made.close()


@pytest.mark.parametrize(
    ("way", "days"),
    [
        (LATER, ["2026-02-09", "2026-02-24", "2026-03-02"]),
        (EARLIER, ["2026-02-09", "2026-02-13", "2026-03-02"]),
    ],
)
def test_two_meetings_moved_to_one_day_are_one(way: str, days: list[str]) -> None:
    """Spring Festival from the 15th to the 23rd covers two Mondays: both would be held on the same working day (MTG-1)."""
    holidays = {f"2026-02-{day}": False for day in range(15, 24)}
    found = occurrences(Rule(WEEKLY, "2026-02-09", on_holiday=way), "2026-02-09", "2026-03-02", holidays)
    assert [one.day for one in found] == days
    moved = Occurrence("2026-02-23", "2026-02-24") if way == LATER else Occurrence("2026-02-16", "2026-02-13")
    assert moved in found, "the one whose own day is nearest"


def test_a_day_of_a_series_has_one_meeting(desk: Desk) -> None:
    series = desk.do("meeting_series.save", {"title": "周例会", "first_at": "6.15 9:00", "repeat": "每周"})
    first = desk.do("meeting_series.prepare", {"uid": series.uid})
    desk.do("meeting.void", {"uid": first.uid})
    again = desk.do("meeting_series.prepare", {"uid": series.uid})
    assert row(desk, again.uid)["series_day"] == "2026-06-15"
    assert refused(desk, "meeting.restore", {"uid": first.uid}) == ["same_day_of_series"]


def test_a_moved_meeting_is_found_by_the_day_it_is_held(desk: Desk) -> None:
    """The holiday puts the meeting of the 29th off to the 30th: asked for either day, it is that one and no other."""
    desk.do("holiday.save", {"day": "2026-06-29", "name": "厂庆", "works": "休"})
    series = desk.do(
        "meeting_series.save",
        {"title": "周会", "first_at": "6.15 9:00", "repeat": "每周", "on_holiday": "推到下一个工作日"},
    )
    made = desk.do("meeting_series.prepare", {"uid": series.uid, "day": "2026-06-30"})
    kept = row(desk, made.uid)
    assert (kept["series_day"], kept["starts_at"][:10]) == ("2026-06-29", "2026-06-30")
    assert refused(desk, "meeting_series.prepare", {"uid": series.uid, "day": "2026-06-29"}) == ["not_that_day"]


def test_a_name_stands_once_among_the_people(desk: Desk) -> None:
    twice = [{"name": "李强"}, {"name": "陈静"}, {"name": "李强"}]
    given = {"title": "会", "starts_at": "6.15 14:00", "minutes": 30, "people": twice}
    assert refused(desk, "meeting.save", given) == ["twice"]


def test_who_stays_away_is_free_for_another_meeting(desk: Desk) -> None:
    first = call(desk)
    desk.do("invite.answer", {"uid": people(desk, first.uid)["李强"]["uid"], "answer": "不来"})
    other = {"chair": "孙总", "recorder": "周工", "room": "小会议室", "people": [{"name": "李强"}], "title": "别的会"}
    assert call(desk, **other).problems == ()
    moved = desk.do("meeting.save", {"uid": first.uid, "purpose": "定责任"})
    assert not [p for p in moved.problems if p.code == "person_taken"], "nor does he stand in the way of the first"


def test_what_the_room_has_of_its_own_is_in_nobodys_way(desk: Desk) -> None:
    """The projector of the large room is no lent one (MTG-1)."""
    beamer = [{"kind": "设备", "name": "投影仪"}]
    call(desk, needs=beamer)
    other = {"title": "别的会", "chair": "孙总", "recorder": "周工", "people": [], "room": "小会议室", "needs": beamer}
    assert call(desk, **other).problems == ()
    third = {**other, "title": "第三个会", "chair": "钱总", "recorder": "吴工", "room": "", "place": "食堂"}
    with pytest.raises(Exception, match="投影仪 有 1 台"):
        call(desk, **third)


def test_told_people_are_told_when_it_is_called_off(desk: Desk) -> None:
    """A meeting people know of is cancelled, not voided; who never heard of it is not told that it is off (MTG-2)."""
    made = call(desk)
    desk.do("invite.tell", {"uid": people(desk, made.uid)["李强"]["uid"], "told_how": "电话"})
    assert refused(desk, "meeting.void", {"uid": made.uid}) == ["told"]
    desk.do("meeting.cancel", {"uid": made.uid, "why": "客户不来"})
    assert {n: p["state"] for n, p in people(desk, made.uid).items()}["李强"] == "again"
    asked = desk.do("meeting.unanswered", {"uid": made.uid})
    assert asked.data["untold"] == ["李强"]
    told = desk.do("meeting.tell_all", {"uid": made.uid})
    assert told.message.endswith("通知 李强") and "【会议取消】" in told.data["text"]
    assert "取消了，收到请回复" in desk.do("meeting.unanswered", {"uid": made.uid}).data["text"]
    desk.do("meeting.answer_all", {"uid": made.uid})
    kept = people(desk, made.uid)["李强"]
    assert (kept["state"], kept["answer"]) == ("acked", None), "nobody comes to a meeting that is off"
    assert "会议取消" not in "".join(titles(desk))


def test_what_was_told_before_it_was_entered_counts_and_what_is_to_come_does_not(desk: Desk) -> None:
    """People are told by word at eight and the meeting is entered at ten; an hour still to come is a slip."""
    made = call(desk)
    uid = people(desk, made.uid)["李强"]["uid"]
    desk.do("invite.tell", {"uid": uid, "told_how": "当面", "told_at": "2026-06-12 08:00"})
    desk.do("invite.answer", {"uid": uid, "ack_at": "2026-06-12 08:01"})
    assert people(desk, made.uid)["李强"]["state"] == "acked"
    for verb, key in (("invite.tell", "told_at"), ("invite.answer", "ack_at")):
        assert refused(desk, verb, {"uid": uid, "told_how": "当面", key: "2026-06-14 08:00"}) == ["future"]


def test_a_slip_mended_before_anybody_heard_of_it_is_no_change(desk: Desk) -> None:
    made = call(desk)
    desk.do("meeting.move", {"uid": made.uid, "starts_at": "6.16 10:00"})
    assert desk.do("meeting.wechat", {"uid": made.uid}).data["text"].startswith("【会议通知】")
    assert "会议通知" in paper(desk.do("meeting.print", {"uid": made.uid}))
    desk.do("meeting.tell_all", {"uid": made.uid})
    desk.do("meeting.move", {"uid": made.uid, "starts_at": "6.17 10:00"})
    desk.do("meeting.tell_all", {"uid": made.uid})
    assert desk.do("meeting.wechat", {"uid": made.uid}).data["text"].startswith("【会议改期】")
    assert "会议改期通知" in paper(desk.do("meeting.print", {"uid": made.uid}))


def test_a_calendar_knows_who_calls_and_tells_people_apart(desk: Desk) -> None:
    """RFC 5546: a REQUEST has an ORGANIZER; two people with one address would be taken for one."""
    event = events(desk.do("meeting.ics", {"uid": call(desk).uid}))[0]
    assert event["ORGANIZER"].params["CN"] == "王敏" and str(event["ORGANIZER"]).startswith("urn:uuid:")
    assert len({str(one) for one in event["ATTENDEE"]}) == 4


def test_a_published_series_names_nobody_and_grows(desk: Desk) -> None:
    """RFC 5546: PUBLISH carries no ATTENDEE; a skipped day is an EXDATE; any change makes SEQUENCE grow."""
    given = {"title": "周会", "first_at": "6.15 9:00", "repeat": "每周", "people": "李强", "until": "2026-07-31"}
    series = desk.do("meeting_series.save", given).uid
    desk.do("meeting_series.prepare", {"uid": series})

    def read() -> Any:
        return Calendar.from_ical(Path(desk.do("meeting_series.ics", {"uid": series}).data["file"]).read_bytes())

    before = read()
    assert before["METHOD"] == "PUBLISH" and all("ATTENDEE" not in one for one in before.walk("VEVENT"))
    desk.do("meeting_series.skip", {"uid": series, "day": "2026-06-22", "why": "出差"})
    after = read()
    [base] = [e for e in after.walk("VEVENT") if "RRULE" in e]
    assert [d.dt.replace(tzinfo=None) for d in base["EXDATE"].dts] == [datetime(2026, 6, 22, 9)]
    assert not [e for e in after.walk("VEVENT") if e.get("STATUS") == "CANCELLED"]
    desk.do("meeting_series.save", {"uid": series, "first_at": "6.15 10:00"})
    numbers = [next(e["SEQUENCE"] for e in one.walk("VEVENT") if "RRULE" in e) for one in (before, after, read())]
    assert numbers == sorted(set(numbers))


def test_a_meeting_to_come_is_not_over(desk: Desk) -> None:
    made = call(desk)
    assert refused(desk, "meeting.close", {"uid": made.uid}) == ["not_yet"]
    desk.do("minutes.write", {"uid": made.uid, "resolutions": [{"kind": "通报", "text": "先写好的"}]})
    assert refused(desk, "minutes.submit", {"uid": made.uid}) == ["not_yet"]
    move_to(desk, datetime(2026, 6, 15, 15, 0))
    assert refused(desk, "meeting.close", {"uid": made.uid, "closed_at": "6.15 16:00"}) == ["future"]
    assert desk.do("meeting.close", {"uid": made.uid}).data["minutes"] == 60


def test_what_the_chair_has_read_stays_as_it_was_read(desk: Desk) -> None:
    """No side door: neither the form of the meeting nor 开始开会 changes minutes that are in review (MTG-3)."""
    made = call(desk)
    move_to(desk, datetime(2026, 6, 15, 15, 0))
    items = desk.lines("agenda_item", made.uid)
    desk.do("minutes.write", {"uid": made.uid, "talks": [{"uid": items[0]["uid"], "discussion": "划伤"}]})
    less = [{"uid": items[1]["uid"], "title": "改进"}]
    assert refused(desk, "meeting.save", {"uid": made.uid, "agenda": less}) == ["talked"]
    desk.do("minutes.submit", {"uid": made.uid})
    whole = [{"uid": i["uid"], "title": i["title"], "speaker": i["speaker"]} for i in items]
    assert refused(desk, "meeting.save", {"uid": made.uid, "agenda": whole[::-1]}) == ["locked"]
    assert refused(desk, "meeting.save", {"uid": made.uid, "title": "别的会"}) == ["locked"]
    assert refused(desk, "meeting.start", {"uid": made.uid}) == ["locked"]
    kept = desk.do("meeting.save", {"uid": made.uid, "agenda": [{**one, "minutes": 25} for one in whole]})
    assert kept.uid == made.uid, "how long an item was to take is no part of the minutes"
    desk.do("minutes.return", {"uid": made.uid, "note": "改名"})
    desk.do("meeting.save", {"uid": made.uid, "title": "质量会"})


def test_words_of_a_settled_task_may_be_mended_but_not_its_kind(desk: Desk) -> None:
    """The chair sends the minutes back for a word; the task is done meanwhile: the word is mended, nothing is lost unseen."""
    made = call(desk)
    move_to(desk, datetime(2026, 6, 15, 15, 0))
    held(desk, made.uid, ("报新架", "李强", "6.18"))
    [task] = desk.rows("resolution")
    desk.do("resolution.done", {"uid": task["uid"], "result": "已报"})
    desk.do("minutes.return", {"uid": made.uid, "note": "错字"})
    line = {"uid": task["uid"], "kind": "任务", "text": "报新价", "owner": "李强", "due": "2026-06-18", "topic": 1}
    desk.do("minutes.write", {"uid": made.uid, "resolutions": [line]})
    [kept] = desk.rows("resolution")
    assert (kept["text"], kept["state"], bool(kept["item"])) == ("报新价", "done", True)
    desk.do("minutes.write", {"uid": made.uid, "resolutions": [{**line, "topic": None}]})
    assert desk.rows("resolution")[0]["item"] is None, "第几项 emptied is the whole meeting's"
    assert refused(desk, "minutes.write", {"uid": made.uid, "resolutions": [{**line, "kind": "决定"}]}) == ["settled"]
    assert refused(desk, "minutes.write", {"uid": made.uid, "resolutions": []}) == ["settled"]


def test_what_others_resolved_meanwhile_is_not_taken_away(desk: Desk) -> None:
    """The dialog stood open while another PC's resolution came in: saving it takes away only what it had shown."""
    made = call(desk)
    first = {"kind": "通报", "text": "退货两起"}
    desk.do("minutes.write", {"uid": made.uid, "resolutions": [first, {"kind": "通报", "text": "写错的"}]})
    shown = {r["text"]: r["uid"] for r in desk.rows("resolution")}
    both = [{**first, "uid": shown["退货两起"]}, {"uid": shown["写错的"], "kind": "通报", "text": "写错的"}]
    desk.do("minutes.write", {"uid": made.uid, "resolutions": [*both, {"kind": "决定", "text": "别人写的"}]})
    mine = {"uid": made.uid, "resolutions": [both[0]], "shown": "、".join(shown.values())}
    desk.do("minutes.write", mine)
    assert sorted(r["text"] for r in desk.rows("resolution")) == ["别人写的", "退货两起"]


def test_the_next_agenda_says_what_is_settled_by_now(desk: Desk) -> None:
    series = desk.do("meeting_series.save", {"title": "周例会", "first_at": "6.15 9:00", "chair": "赵总"})
    first = desk.do("meeting_series.prepare", {"uid": series.uid})
    move_to(desk, datetime(2026, 6, 15, 10, 0))
    held(desk, first.uid, ("报新价", "李强", "6.18"))
    second = desk.do("meeting_series.prepare", {"uid": series.uid})
    desk.do("resolution.done", {"uid": desk.rows("resolution")[0]["uid"]})
    assert "1. 上次决议：报新价（已办完）" in desk.do("meeting.wechat", {"uid": second.uid}).data["text"]
    assert "上次决议：报新价（已办完）" in paper(desk.do("meeting.print", {"uid": second.uid}))


def test_the_report_is_one_page_however_much_was_finished(desk: Desk) -> None:
    """Open ones all stand; of the finished ones as many as have room, and how many more there are is said (MTG-4)."""
    made = call(desk)
    move_to(desk, datetime(2026, 6, 15, 15, 0))
    held(desk, made.uid, *((f"要办的事第{n:02}件，写得长一点好换行", "李强", "6.30") for n in range(90)))
    tasks = sorted(desk.rows("resolution"), key=lambda r: int(r["seq"]))
    for task in tasks[:78]:
        desk.do("resolution.done", {"uid": task["uid"], "result": "办好了"})
    done = desk.do("resolution.report_paper", {"chair": "赵总"})
    text = paper(done)
    assert done.data["pages"] == 1 and all(f"第{n}件" in text for n in range(78, 90))
    told = done.data["rows"] - 12
    assert 5 < told < 78 and f"另有{78 - told}条早些办结的没有列出" in text
    assert "近31天办结：78条" in text and "没办完：12条" in text
    for task in tasks[:78]:
        desk.do("resolution.reopen", {"uid": task["uid"], "why": "没好"})
    done = desk.do("resolution.report_paper", {"chair": "赵总"})
    text = paper(done)
    assert done.data["pages"] > 1 and all(f"第{n:02}件" in text for n in range(90)), "no open one is left out"
    assert "没有要跟的决议" in paper(desk.do("resolution.report_paper", {"chair": "孙总"}))


def test_the_calendar_does_not_show_a_meeting_twice_after_a_holiday(desk: Desk) -> None:
    for day in range(15, 24):
        desk.do("holiday.save", {"day": f"2027-02-{day}", "name": "春节", "works": "休"})
    desk.do(
        "meeting_series.save",
        {"title": "周会", "first_at": "2027-02-08 9:00", "repeat": "每周", "on_holiday": "推到下一个工作日"},
    )
    with desk.read() as reader:
        assert [e.day for e in queries.of_days(reader, "2027-02-08", "2027-03-01")] == [
            "2027-02-08",
            "2027-02-24",
            "2027-03-01",
        ]
