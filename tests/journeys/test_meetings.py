"""MTG-1..4: a weekly meeting from its rule to the report the chair reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from tests.desks import empty_desk
from tests.services.pdf_reading import texts_of


def at(desk: Desk, moment: datetime) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = moment


def todo(desk: Desk, start: str) -> str:
    """The uid of the first thing on 今日 that begins like this."""
    return next(t.uid for t in desk.todos() if t.title.startswith(start))


def test_a_week_of_the_weekly_meeting(tmp_path: Path) -> None:
    desk = empty_desk(tmp_path / "data")
    try:
        # MTG-1: room, people, agenda, things to bring, a rule; Friday brings the meeting of Monday onto 今日
        desk.do("meeting_room.save", {"name": "大会议室", "seats": 12})
        desk.do(
            "meeting_series.save",
            {"title": "周例会", "first_at": "6.15 9:00", "room": "大会议室", "chair": "赵总", "recorder": "王敏", "people": "李强、陈静",
             "agenda": "上周销售 20\n缺料 20", "needs": "投影仪 @陈静"},
        )  # fmt: skip
        series = todo(desk, "准备例会：周例会")
        meeting = desk.do("meeting_series.prepare", {"uid": series}).uid
        # MTG-2: told in the group, answered by person, moved, told again
        assert todo(desk, "通知开会") == meeting
        told = desk.do("meeting.tell_all", {"uid": meeting, "told_how": "微信"})
        assert "请准备：投影仪（陈静）" in told.data["clipboard"]
        assert todo(desk, "没回话") == meeting
        desk.do("meeting.answer_all", {"uid": meeting})
        desk.do("meeting.move", {"uid": meeting, "starts_at": "6.15 10:00", "why": "赵总早上见客户"})
        assert todo(desk, "会议改了，要再通知") == meeting
        desk.do("meeting.tell_all", {"uid": meeting})
        desk.do("meeting.answer_all", {"uid": meeting})
        row = desk.row("meeting", meeting)
        assert row is not None and (row["knowing"], row["version"]) == (10000, 2)
        # MTG-3: typed live, reviewed, returned, approved, sent within a day
        at(desk, datetime(2026, 6, 15, 10, 0))
        desk.do("meeting.start", {"uid": meeting})
        items = desk.lines("agenda_item", meeting)
        desk.do("agenda.start", {"uid": items[0]["uid"]})
        desk.do(
            "minutes.write",
            {"uid": meeting, "talks": [{"uid": i["uid"], "discussion": "说了"} for i in items],
             "resolutions": [{"text": "补 DN50 库存", "owner": "陈静", "due": "6.17", "topic": 2}]},
        )  # fmt: skip
        at(desk, datetime(2026, 6, 15, 10, 50))
        desk.do("meeting.close", {"uid": meeting})
        assert todo(desk, "写纪要") == meeting
        desk.do("minutes.submit", {"uid": meeting})
        assert todo(desk, "等审纪要") == meeting
        desk.do("minutes.return", {"uid": meeting, "note": "写明数量"})
        assert todo(desk, "纪要退改") == meeting
        desk.do("minutes.submit", {"uid": meeting})
        desk.do("minutes.approve", {"uid": meeting})
        assert todo(desk, "发纪要") == meeting
        desk.do("minutes.send", {"uid": meeting, "told_how": "微信"})
        # MTG-4: the task stands on 今日, goes onto the next agenda, is done, and the minutes and the report say so
        assert [t.title for t in desk.todos() if t.group == "决议"] == ["决议：陈静 补 DN50 库存"]
        following = desk.do("meeting_series.prepare", {"uid": series}).uid
        assert desk.lines("agenda_item", following)[0]["title"] == "上次决议：补 DN50 库存"
        at(desk, datetime(2026, 6, 19, 9, 0))
        late = desk.do("resolution.report_paper", {"chair": "赵总"})
        assert "过期 2 天" in _words(late.data["file"])
        task = todo(desk, "决议：陈静")
        desk.do("resolution.done", {"uid": task, "result": "到货 200 只"})
        assert "到货 200 只" in _words(desk.do("minutes.print", {"uid": meeting}).data["file"])
        assert "到货 200 只" in _words(desk.do("resolution.report_paper", {"chair": "赵总"}).data["file"])
        assert not [t for t in desk.todos() if t.group == "决议"]
    finally:
        desk.close()


def _words(file: str) -> str:
    return "".join(texts_of(Path(file).read_bytes())).replace("\n", "").replace("\r", "")
