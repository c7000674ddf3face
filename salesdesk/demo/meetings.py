"""The demo company's meetings: a weekly series with minutes and resolutions, a monthly one, one on its way, one not written up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

Story = Any
"""`salesdesk.demo.story.Story`, which plays these scenes; naming it here would go round in a circle."""

ROOMS = (("大会议室", 12, "投影、白板", "三楼"), ("小会议室", 5, "白板", "二楼"), ("培训室", 30, "投影、音响", "一楼"))
GEAR = (("投影仪", 2, "行政"), ("翻页笔", 2, "行政"), ("会议电话", 1, "行政"))
CHAIR = "李总"
WEEKS = 5
"""So many weekly meetings are behind the company."""
SAID = (
    ("上周接单比前周多，华东两家回来了", "缺料的三张单本周内排上"),
    ("催款进度慢，月底前每家打一次电话", "包装箱到货，今天起恢复发货"),
    ("两张单改过交期，客户都同意了", "新价目表下周一起用"),
    ("样品柜要盘一次，缺的补齐", "仓库换班，急单前一天下午三点前报"),
    ("月度目标完成六成，后半月盯大单", "质量问题一起，已换货"),
)
TASKS = (
    ("给逾期的客户每家打一次电话", 3, "都打了"), ("把新价目表发给全部客户", 5, "已发，回执留在群里"), ("盘样品柜并列缺货清单", 4, ""),
    ("和物流谈旺季价格", 6, "降了 3%"), ("急单改到系统里登记", 2, ""),
)  # fmt: skip


class Meetings:
    """Everything goes through the verbs, on the story's clock; no dice are thrown, so that the rest stays as it was."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.people = [str(name) for name in story.words.names["salespeople"][:4]]
        self.recorder = str(story.words.names["clerks"][0])
        self._weekly = ""

    def plan(self, days: Sequence[date], end: datetime) -> None:
        """Put every meeting on its day; a story of a few days has none behind it."""
        mondays = [d for d in days if d.weekday() == 0 and datetime.combine(d, time(11)) < end][-WEEKS:]
        if not mondays or mondays[0] <= days[0]:
            mondays = mondays[1:]
        if not mondays:
            return
        self.story.at(datetime.combine(mondays[0], time(8, 12)) - timedelta(days=3), partial(self.lay_out, mondays[0]))
        for number, monday in enumerate(mondays):
            eve = datetime.combine(monday, time(16, 5)) - timedelta(days=3)
            self.story.at(
                max(eve, datetime.combine(mondays[0], time(8, 20)) - timedelta(days=3)), partial(self.prepare, monday)
            )
            self.story.at(datetime.combine(monday, time(15, 30)) + timedelta(days=3), self.settle)
            last = number == len(mondays) - 1
            self.story.at(datetime.combine(monday, time(9)), partial(self.hold, monday, number, last))
        self.story.at(end - timedelta(hours=2), partial(self.ahead, end.date()))

    def lay_out(self, monday: date) -> None:
        """Rooms, equipment and the two series."""
        do = self.story.do
        for name, seats, gear, place in ROOMS:
            do("meeting_room.save", {"name": name, "seats": seats, "fixed_gear": gear, "place": place})
        for name, count, keeper in GEAR:
            do("meeting_gear.save", {"name": name, "count": count, "keeper": keeper})
        common = {"chair": CHAIR, "recorder": self.recorder, "people": "、".join(self.people)}
        made = do("meeting_series.save", {
            **common, "title": "销售周例会", "first_at": f"{monday} 09:00", "repeat": "每周", "minutes": 60, "room": "大会议室",
            "agenda": "上周接单、发货、回款 20 @李总\n本周重点和缺料 20\n客户投诉 10", "needs": "投影仪 @行政\n上周销售报表",
            "on_holiday": "推到下一个工作日",
        })  # fmt: skip
        self._weekly = made.uid if made is not None else ""
        month_end = (monday.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        do("meeting_series.save", {
            **common, "title": "月度质量分析会", "first_at": f"{month_end} 14:00", "repeat": "每月最后一个工作日", "minutes": 90,
            "room": "小会议室", "agenda": "本月质量问题 40\n改进措施 30",
        })  # fmt: skip

    def _of_day(self, monday: date) -> str:
        found = [
            m
            for m in self.story.desk.rows("meeting")
            if m["series"] == self._weekly and m["series_day"] == monday.isoformat()
        ]
        return str(found[0]["uid"]) if found else ""

    def prepare(self, monday: date) -> None:
        """On the Friday before: the meeting is laid out, told in the group, and answered."""
        do = self.story.do
        made = (
            do("meeting_series.prepare", {"uid": self._weekly, "day": monday.isoformat(), "reason": "照例"})
            if self._weekly
            else None
        )
        if made is not None:
            do("meeting.tell_all", {"uid": made.uid, "told_how": "微信"})
            do("meeting.answer_all", {"uid": made.uid})

    def hold(self, monday: date, number: int, last: bool) -> None:
        """The meeting with its minutes; those of the last one lie with the chair."""
        uid, do, story = self._of_day(monday), self.story.do, self.story
        if not uid:
            return
        do("meeting.start", {"uid": uid})
        items = story.desk.lines("agenda_item", uid)
        texts = SAID[number % len(SAID)]
        talks = [
            {"uid": item["uid"], "discussion": "接着办" if item["carried"] else texts[i % 2]}
            for i, item in enumerate(items)
        ]
        task, ahead, _ = TASKS[number % len(TASKS)]
        resolved = [
            {"kind": "任务", "text": task, "owner": self.people[number % len(self.people)],
             "due": (monday + timedelta(days=ahead)).isoformat(), "topic": len(items) or None},
            {"kind": "决定", "text": texts[1]},
        ]  # fmt: skip
        do("minutes.write", {"uid": uid, "talks": talks, "resolutions": resolved})
        story.clock.moment += timedelta(minutes=57)
        do("meeting.close", {"uid": uid})
        do("minutes.submit", {"uid": uid})
        if last:
            return
        story.clock.moment += timedelta(minutes=20)
        do("minutes.approve", {"uid": uid})
        do("minutes.send", {"uid": uid, "told_how": "微信"})

    def settle(self) -> None:
        """What was resolved and is done by now."""
        results = {text: result for text, _, result in TASKS}
        for row in sorted(self.story.desk.rows("resolution"), key=lambda r: str(r["due"])):
            if row["state"] == "open" and results.get(str(row["text"])):
                self.story.do("resolution.done", {"uid": row["uid"], "result": results[str(row["text"])]})

    def ahead(self, today: date) -> None:
        """A meeting of its own in the coming days, told to all and answered by one."""
        day = self.story.words.next_working_day(today)
        made = self.story.do("meeting.call", {
            "title": "新客户评审会", "starts_at": f"{day} 14:00", "minutes": 60, "room": "小会议室", "chair": CHAIR,
            "recorder": self.recorder, "names": "、".join(self.people[:2]), "topics": "客户情况 20\n授信和账期 30",
            "things": "征信报告 @" + self.people[0], "purpose": "定授信额度",
        })  # fmt: skip
        if made is None:
            return
        self.story.do("meeting.tell_all", {"uid": made.uid, "told_how": "微信"})
        for person in self.story.desk.lines("meeting_person", made.uid)[:1]:
            self.story.do("invite.answer", {"uid": person["uid"]})
