"""Meetings through the door: calling, conflicts, telling, minutes, review, resolutions, files read back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.meetings import queries, service
from salesdesk.services.excel_in import open_workbook
from salesdesk.services.module import Outcome
from tests.desks import empty_desk
from tests.services.pdf_reading import texts_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path / "data")
    made.do("meeting_room.save", {"name": "大会议室", "seats": 12, "place": "三楼"})
    made.do("meeting_room.save", {"name": "小会议室", "seats": 4})
    made.do("meeting_gear.save", {"name": "投影仪", "count": 1})
    yield made
    made.close()


def call(desk: Desk, **more: Any) -> Outcome:
    given: dict[str, Any] = {
        "title": "质量分析会", "starts_at": "6.15 14:00", "minutes": 60, "room": "大会议室", "chair": "赵总", "recorder": "王敏",
        "people": [{"name": "李强"}, {"name": "陈静"}],
        "agenda": [{"title": "华源退货原因", "minutes": 30, "speaker": "李强"}, {"title": "改进", "minutes": 20}],
    }  # fmt: skip
    return desk.do("meeting.save", {**given, **more})


def move_to(desk: Desk, moment: datetime) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = moment


def row(desk: Desk, uid: str, entity: str = "meeting") -> dict[str, Any]:
    found = desk.row(entity, uid)
    assert found is not None
    return found


def people(desk: Desk, uid: str) -> dict[str, dict[str, Any]]:
    return {str(p["name"]): p for p in desk.lines("meeting_person", uid)}


def titles(desk: Desk) -> list[str]:
    return [t.title for t in desk.todos() if t.module == "meetings"]


def refused(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as caught:
        desk.do(verb, args)
    return [p.code for p in caught.value.problems]


def resolved(desk: Desk) -> list[dict[str, Any]]:
    """All resolutions in the order of the minutes."""
    return sorted(desk.rows("resolution"), key=lambda r: int(r["seq"]))


def paper(done: Outcome) -> str:
    return (
        "".join(texts_of(Path(done.data["file"]).read_bytes()))
        .replace("　", "")
        .replace(" ", "")
        .replace("\n", "")
        .replace("\r", "")
    )


def test_a_meeting_has_people_and_agenda(desk: Desk) -> None:
    made = call(desk)
    kept = row(desk, made.uid)
    assert (kept["number"], kept["starts_at"], kept["ends_at"]) == (
        "HY2606A-0001", "2026-06-15T14:00:00", "2026-06-15T15:00:00",
    )  # fmt: skip
    assert [(n, p["part"], p["state"]) for n, p in people(desk, made.uid).items()] == [
        ("赵总", "主持", "waiting"), ("王敏", "记录", "waiting"), ("李强", "参加", "waiting"), ("陈静", "参加", "waiting"),
    ]  # fmt: skip
    assert kept["invited"] == 4 and kept["knowing"] == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [({"starts_at": "6.15"}, "no_hour"), ({"title": ""}, "required"), ({"minutes": 0}, "bad_value")],
)
def test_what_is_no_meeting_is_refused(desk: Desk, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        call(desk, **more)
    assert code in [p.code for p in caught.value.problems]


def test_room_person_and_gear_conflicts_are_told_with_cures(desk: Desk) -> None:
    projector = [{"kind": "设备", "name": "投影仪"}]
    call(desk, needs=projector)
    with pytest.raises(Refused) as caught:
        call(
            desk,
            title="采购会",
            starts_at="6.15 14:30",
            needs=projector,
            chair="孙总",
            recorder="周",
            people=[{"name": "李强"}],
        )
    found = {p.code: p for p in caught.value.problems}
    assert set(found) == {"room_taken", "person_taken", "gear_taken"}
    assert found["room_taken"].message == "大会议室 14:00–15:00 在开「质量分析会」"
    assert [c.title for c in found["room_taken"].cures] == ["改到 15:00", "改用 小会议室"]
    assert "李强" in found["person_taken"].message and "投影仪 有 1 台" in found["gear_taken"].message
    cure = found["room_taken"].cures[0]
    made = call(
        desk,
        title="采购会",
        starts_at=cure.value,
        needs=projector,
        chair="孙总",
        recorder="周",
        people=[{"name": "李强"}],
    )
    assert row(desk, made.uid)["starts_at"] == "2026-06-15T15:00:00"
    again = call(desk, title="急会", starts_at="6.15 14:00", reason="客户来了")
    assert {p.code for p in again.problems} >= {"room_taken", "person_taken"}


def test_what_two_pcs_called_at_one_time_is_told_after_the_merge(desk: Desk) -> None:
    call(desk)
    second = call(desk, title="采购会", chair="孙总", recorder="周工", people=[], reason="另一台电脑")
    with desk.read() as reader:
        told = service.review(reader, Changes(touched={"meeting": frozenset({second.uid})}), desk.today)
    assert [(entity, uid, p.code) for entity, uid, p in told] == [("meeting", second.uid, "room_taken")]


def test_a_cancelled_meeting_is_in_nobodys_way(desk: Desk) -> None:
    first = call(desk)
    desk.do("meeting.tell_all", {"uid": first.uid})
    done = desk.do("meeting.cancel", {"uid": first.uid, "why": "赵总出差"})
    assert done.data["tell"] == ["赵总", "王敏", "李强", "陈静"] and "会议取消" in titles(desk)[0]
    assert call(desk, title="另一个会").problems == ()
    assert "【会议取消】" in desk.do("meeting.wechat", {"uid": first.uid}).data["text"]
    assert refused(desk, "meeting.move", {"uid": first.uid, "starts_at": "6.16 9:00"}) == ["is_cancelled"]


def test_telling_and_answering_make_the_rate(desk: Desk) -> None:
    made = call(desk)
    told = desk.do("meeting.tell_all", {"uid": made.uid, "told_how": "微信"})
    assert told.data["clipboard"].startswith(
        "【会议通知】质量分析会\n时间：2026-06-15 周一 14:00–15:00\n地点：大会议室 三楼\n主持：赵总"
    )
    assert "1. 华源退货原因（30 分钟，李强）" in told.data["text"]
    who = people(desk, made.uid)
    desk.do("invite.answer", {"uid": who["李强"]["uid"]})
    desk.do("invite.answer", {"uid": who["陈静"]["uid"], "answer": "不来", "note": "请假"})
    assert row(desk, made.uid)["knowing"] == 5000
    asked = desk.do("meeting.unanswered", {"uid": made.uid})
    assert asked.data["silent"] == ["赵总", "王敏"] and asked.data["clipboard"].startswith("@赵总 @王敏")
    desk.do("meeting.answer_all", {"uid": made.uid})
    assert row(desk, made.uid)["knowing"] == 10000 and people(desk, made.uid)["陈静"]["state"] == "away"
    assert refused(desk, "meeting.tell_all", {"uid": made.uid}) == ["all_told"]


def test_a_change_asks_whom_to_tell_again(desk: Desk) -> None:
    made = call(desk)
    desk.do("meeting.tell_all", {"uid": made.uid})
    desk.do("meeting.answer_all", {"uid": made.uid})
    moved = desk.do("meeting.move", {"uid": made.uid, "starts_at": "6.16 10:00"})
    assert moved.data["tell"] == ["赵总", "王敏", "李强", "陈静"] and [p.code for p in moved.problems] == ["tell_again"]
    assert {p["state"] for p in people(desk, made.uid).values()} == {"again"} and row(desk, made.uid)["knowing"] == 0
    assert titles(desk)[0].startswith("会议改了，要再通知：质量分析会")
    desk.do("meeting.tell_all", {"uid": made.uid})
    assert {p["state"] for p in people(desk, made.uid).values()} == {"told"}
    desk.do("system.undo", {})
    desk.do("system.undo", {})
    assert {p["state"] for p in people(desk, made.uid).values()} == {"acked"}
    kept = desk.do("meeting.save", {"uid": made.uid, "purpose": "定责任"})
    assert kept.data["tell"] == [] and row(desk, made.uid)["version"] == 1


def test_a_series_is_prepared_skipped_and_moved(desk: Desk) -> None:
    made = desk.do(
        "meeting_series.save",
        {"title": "周例会", "first_at": "6.15 9:00", "repeat": "每周", "room": "大会议室", "chair": "赵总", "people": "李强、陈静",
         "agenda": "上周销售 15 @李强\n本周计划 20", "needs": "投影仪 @陈静\n销售报表 @李强"},
    )  # fmt: skip
    assert made.data == {"rule": "每周一", "next": ["2026-06-15", "2026-06-22", "2026-06-29"]}
    assert titles(desk) == ["准备例会：周例会 06-15 周一 09:00"]
    assert refused(desk, "meeting_series.prepare", {"uid": made.uid, "day": "2026-06-16"}) == ["not_that_day"]
    first = desk.do("meeting_series.prepare", {"uid": made.uid})
    assert [i["title"] for i in desk.lines("agenda_item", first.uid)] == ["上周销售", "本周计划"]
    assert [(n["kind"], n["name"], n["who"]) for n in desk.lines("meeting_need", first.uid)] == [
        ("设备", "投影仪", "陈静"), ("资料", "销售报表", "李强"),
    ]  # fmt: skip
    desk.do("meeting.move", {"uid": first.uid, "starts_at": "6.16 9:00"})
    desk.do("meeting_series.skip", {"uid": made.uid, "day": "2026-06-22", "why": "端午前赶货"})
    with desk.read() as reader:
        seen = [(e.day, e.state, bool(e.uid)) for e in queries.of_days(reader, "2026-06-15", "2026-06-30")]
    assert seen == [
        ("2026-06-16", "planned", True),
        ("2026-06-22", "cancelled", True),
        ("2026-06-29", "planned", False),
    ]
    assert refused(
        desk, "meeting.save", {"title": "别的会", "starts_at": "6.29 9:30", "minutes": 30, "room": "大会议室"}
    ) == ["room_taken"]


def test_minutes_are_written_reviewed_and_sent_in_a_day(desk: Desk) -> None:
    made = call(desk)
    move_to(desk, datetime(2026, 6, 15, 14, 2))
    desk.do("meeting.start", {"uid": made.uid})
    items = desk.lines("agenda_item", made.uid)
    desk.do("agenda.start", {"uid": items[0]["uid"]})
    move_to(desk, datetime(2026, 6, 15, 14, 30))
    desk.do("agenda.start", {"uid": items[1]["uid"]})
    saved = {
        "uid": made.uid, "talks": [{"uid": items[0]["uid"], "discussion": "密封面划伤\n包装要改"}], "attended": "赵总、王敏、李强、孙工",
        "resolutions": [
            {"kind": "任务", "text": "改包装", "owner": "李强", "due": "6.20", "topic": 1},
            {"kind": "决定", "text": "退货照收"}, {"kind": "通报", "text": "本月退货 2 起"}, {"kind": "任务", "text": "报客户"},
        ],
    }  # fmt: skip
    desk.do("minutes.write", saved)
    assert refused(desk, "minutes.submit", {"uid": made.uid}) == ["required", "required"]
    lines = [{"uid": r["uid"], "kind": r["kind"], "text": r["text"]} for r in resolved(desk)]
    lines[3] |= {"owner": "陈静", "due": "6.17"}
    desk.do("minutes.write", {"uid": made.uid, "resolutions": lines})
    move_to(desk, datetime(2026, 6, 15, 15, 10))
    closed = desk.do("meeting.close", {"uid": made.uid})
    assert closed.data["minutes"] == 68 and "超 8 分钟" in closed.message
    assert [i["spent"] for i in desk.lines("agenda_item", made.uid)] == [28 * 60, 40 * 60]
    todo = next(t for t in desk.todos() if t.title.startswith("写纪要"))
    assert todo.due == "2026-06-16" and "06-16 15:10 前发出" in todo.detail
    assert refused(desk, "minutes.send", {"uid": made.uid}) == ["minutes_draft"]
    desk.do("minutes.submit", {"uid": made.uid})
    assert refused(desk, "minutes.write", saved) == ["locked"]
    desk.do("minutes.return", {"uid": made.uid, "note": "写清退货数"})
    desk.do("minutes.submit", {"uid": made.uid})
    desk.do("minutes.approve", {"uid": made.uid})
    sent = desk.do("minutes.send", {"uid": made.uid, "names": "赵总、李强"})
    assert sent.data["left"] == ["王敏", "陈静", "孙工"] and "任务：李强 06-20 前 改包装" in sent.data["clipboard"]
    assert "没到：陈静" in sent.data["text"] and not [t for t in titles(desk) if "纪要" in t]
    desk.do("minutes.send", {"uid": made.uid})
    assert all(p["minutes_at"] for p in people(desk, made.uid).values())
    task = next(r for r in desk.rows("resolution") if r["text"] == "改包装")
    desk.do("resolution.done", {"uid": task["uid"], "result": "换泡沫箱"})
    text = paper(desk.do("minutes.print", {"uid": made.uid}))
    assert "密封面划伤" in text and "办完2026-06-15（换泡沫箱）" in text and "赵总" in text


def held(desk: Desk, uid: str, *tasks: tuple[str, str, str]) -> None:
    """Hold a meeting that resolves tasks (text, owner, due) and have its minutes approved."""
    resolved = [{"kind": "任务", "text": t, "owner": o, "due": d} for t, o, d in tasks]
    desk.do("meeting.start", {"uid": uid})
    desk.do("minutes.write", {"uid": uid, "resolutions": resolved})
    desk.do("minutes.submit", {"uid": uid})
    desk.do("minutes.approve", {"uid": uid})


def test_open_resolutions_go_onto_the_next_agenda(desk: Desk) -> None:
    series = desk.do(
        "meeting_series.save",
        {"title": "周例会", "first_at": "6.15 9:00", "repeat": "每周", "chair": "赵总", "agenda": "上周销售 15"},
    )
    first = desk.do("meeting_series.prepare", {"uid": series.uid})
    second = desk.do("meeting_series.prepare", {"uid": series.uid})
    move_to(desk, datetime(2026, 6, 15, 9, 0))
    held(desk, first.uid, ("报新价", "李强", "6.18"), ("盘样品柜", "陈静", "6.30"))
    assert [i["title"] for i in desk.lines("agenda_item", second.uid)] == [
        "上次决议：报新价",
        "上次决议：盘样品柜",
        "上周销售",
    ]
    assert "没有要带上的" in desk.do("meeting.carry", {"uid": second.uid}).message
    task = next(r for r in desk.rows("resolution") if r["text"] == "报新价")
    assert [t.title for t in desk.todos() if t.group == "决议"] == ["决议：李强 报新价"]
    desk.do("resolution.put_off", {"uid": task["uid"], "due": "6.25", "why": "等原料价"})
    assert "06-18 改到 2026-06-25：等原料价" in row(desk, task["uid"], "resolution")["put_off"]
    desk.do("resolution.done", {"uid": task["uid"], "result": "已报"})
    third = desk.do("meeting_series.prepare", {"uid": series.uid})
    assert third.data["carried"] == 1
    desk.do("resolution.reopen", {"uid": task["uid"], "why": "报错了"})
    assert "带上决议 1 条" in desk.do("meeting.carry", {"uid": third.uid}).message


def test_the_chair_gets_one_page_and_a_workbook(desk: Desk, tmp_path: Path) -> None:
    made = call(desk)
    move_to(desk, datetime(2026, 6, 15, 14, 0))
    held(desk, made.uid, ("报新价", "李强", "6.18"), ("盘样品柜", "陈静", "6.30"))
    other = call(desk, title="采购会", starts_at="6.15 16:00", chair="孙总", people=[])
    held(desk, other.uid, ("找新供应商", "周工", "6.20"))
    move_to(desk, datetime(2026, 6, 21, 9, 0))
    desk.do(
        "resolution.done",
        {"uid": next(r["uid"] for r in desk.rows("resolution") if r["owner"] == "陈静"), "result": "齐了"},
    )
    done = desk.do("resolution.report_paper", {"chair": "赵总"})
    text = paper(done)
    assert (
        done.data["pages"] == 1
        and "报新价" in text
        and "过期3天" in text
        and "齐了" in text
        and "找新供应商" not in text
    )
    out = desk.do("resolution.report_excel", {"chair": "赵总", "out": str(tmp_path / "汇报.xlsx")})
    cells = open_workbook(out.data["file"]).rows("决议落实汇报")
    assert (
        cells[1][:4] == ["报新价", "李强", date(2026, 6, 18), "过期 3 天"]
        and cells[2][3] == "办完"
        and out.data["rows"] == 2
    )


def events(done: Outcome) -> list[Any]:
    return list(Calendar.from_ical(Path(done.data["file"]).read_bytes()).walk("VEVENT"))


def test_the_calendar_file_reads_back(desk: Desk) -> None:
    made = call(desk)
    file = desk.do("meeting.ics", {"uid": made.uid})
    calendar = Calendar.from_ical(Path(file.data["file"]).read_bytes())
    assert calendar["METHOD"] == "REQUEST" and [z["TZID"] for z in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    event = events(file)[0]
    assert (
        event["SEQUENCE"] == 0 and str(event["SUMMARY"]) == "质量分析会" and str(event["LOCATION"]) == "大会议室 三楼"
    )
    start = event["DTSTART"].dt
    assert start.utcoffset() == timedelta(hours=8) and start.replace(tzinfo=None) == datetime(2026, 6, 15, 14)
    assert [a.params["CN"] for a in event["ATTENDEE"]] == ["赵总", "王敏", "李强", "陈静"]
    desk.do("meeting.move", {"uid": made.uid, "starts_at": "6.16 10:00"})
    later = events(desk.do("meeting.ics", {"uid": made.uid}))[0]
    assert later["UID"] == event["UID"] and later["SEQUENCE"] == 1
    desk.do("meeting.cancel", {"uid": made.uid, "why": "不开了"})
    last = desk.do("meeting.ics", {"uid": made.uid})
    gone = events(last)[0]
    assert (gone["SEQUENCE"], gone["STATUS"]) == (2, "CANCELLED")
    assert Calendar.from_ical(Path(last.data["file"]).read_bytes())["METHOD"] == "CANCEL"


def test_the_notice_is_printed_with_a_box_for_everybody(desk: Desk) -> None:
    made = call(desk, needs=[{"name": "退货单", "who": "陈静"}])
    text = paper(desk.do("meeting.print", {"uid": made.uid}))
    assert all(word in text for word in ("会议通知", "大会议室三楼", "华源退货原因", "退货单（陈静）", "李强", "陈静"))


def test_known_names_come_from_staff_and_former_meetings(desk: Desk) -> None:
    desk.do("staff.save", {"code": "001", "name": "陈静", "department": "采购部"})
    made = call(desk)
    assert people(desk, made.uid)["陈静"]["department"] == "采购部"
    assert set(desk.do("meeting.people", {"part": "cj"}).data["people"]) == {"陈静"}
    assert desk.do("meeting.people", {"part": "李"}).data["people"] == {"李强": ""}


def test_a_small_form_calls_a_meeting(desk: Desk) -> None:
    made = desk.do(
        "meeting.call",
        {"title": "碰头会", "starts_at": "6.15 8:30", "names": "李强、陈静", "topics": "1. 昨天的单 5\n今天的货（10分钟）", "things": "翻页笔 2 @李强"},
    )  # fmt: skip
    assert [(i["title"], i["minutes"]) for i in desk.lines("agenda_item", made.uid)] == [
        ("昨天的单", 5),
        ("今天的货", 10),
    ]
    need = desk.lines("meeting_need", made.uid)[0]
    assert (need["kind"], need["name"], need["count"], need["who"]) == ("设备", "翻页笔", 2, "李强")
