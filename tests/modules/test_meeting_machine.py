"""Random lives of a series of meetings: what is refused leaves no trace, undo is exact, and every state says what is true."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from tests.desks import empty_desk

TABLES = ("meeting", "meeting_person", "agenda_item", "meeting_need", "resolution")
NAMES = ("赵总", "王敏", "李强", "陈静")
PICK = st.integers(0, 99)
UNDO = st.booleans()
STEPS = (
    "meeting.tell_all", "meeting.answer_all", "meeting.unanswered", "meeting.start", "meeting.close", "minutes.submit",
    "minutes.approve", "minutes.send", "meeting.carry", "meeting.void",
)  # fmt: skip


class Secretary(RuleBasedStateMachine):
    """A clerk who does anything at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.desk: Desk = empty_desk(Path(self.folder.name))
        self.desk.do("meeting_room.save", {"name": "大会议室", "seats": 3})
        self.series = self.desk.do(
            "meeting_series.save",
            {"title": "周例会", "first_at": "6.15 9:00", "repeat": "每周", "room": "大会议室", "chair": "赵总",
             "recorder": "王敏", "people": "李强、陈静", "agenda": "上周销售 20\n缺料 20"},
        ).uid  # fmt: skip

    def teardown(self) -> None:
        self.desk.close()
        self.folder.cleanup()

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.desk.read() as reader:
            return {t: reader.tuples(f'SELECT * FROM "{t}" WHERE void = 0 ORDER BY uid') for t in TABLES}

    def do(self, verb: str, args: dict[str, Any], undo: bool = False) -> None:
        """Do it, or be refused without a trace; sometimes undo and redo it, which must be exact."""
        self.pass_time(minutes=1)
        before = self.picture()
        try:
            made = self.desk.do(verb, args)
        except Refused:
            assert self.picture() == before, f"{verb} was refused and left a trace"
            return
        if undo and made.changes.touched:
            after = self.picture()
            self.desk.do("system.undo", {"op": made.changes.op})
            assert self.picture() == before, f"undo of {verb} is not exact"
            self.desk.do("system.redo")
            assert self.picture() == after, f"redo of {verb} is not exact"

    def pass_time(self, **more: float) -> None:
        clock = self.desk.database.clock
        assert isinstance(clock, FixedClock)
        clock.moment += timedelta(**more)

    def one(self, entity: str, pick: int) -> Any:
        rows = self.desk.rows(entity)
        return rows[pick % len(rows)] if rows else None

    @rule(days=st.integers(1, 6))
    def wait(self, days: int) -> None:
        self.pass_time(days=days, hours=3)

    @rule(undo=UNDO, skip=st.booleans())
    def prepare(self, undo: bool, skip: bool) -> None:
        more = {"why": "没空"} if skip else {}
        self.do(f"meeting_series.{'skip' if skip else 'prepare'}", {"uid": self.series, "reason": "照开", **more}, undo)

    @rule(pick=PICK, day=st.integers(1, 20), undo=UNDO)
    def move(self, pick: int, day: int, undo: bool) -> None:
        if row := self.one("meeting", pick):
            self.do("meeting.move", {"uid": row["uid"], "starts_at": f"+{day} 15:00", "reason": "要开"}, undo)

    @rule(pick=PICK, undo=UNDO)
    def cancel(self, pick: int, undo: bool) -> None:
        if row := self.one("meeting", pick):
            self.do("meeting.cancel", {"uid": row["uid"], "why": "不开了"}, undo)

    @rule(pick=PICK, verb=st.sampled_from(STEPS), undo=UNDO)
    def step(self, pick: int, verb: str, undo: bool) -> None:
        if row := self.one("meeting", pick):
            self.do(verb, {"uid": row["uid"]}, undo)

    @rule(pick=PICK, undo=UNDO)
    def send_back(self, pick: int, undo: bool) -> None:
        if row := self.one("meeting", pick):
            self.do("minutes.return", {"uid": row["uid"], "note": "写细"}, undo)

    @rule(pick=PICK, who=PICK, how=st.sampled_from(("参加", "不来", "待定")), tell=st.booleans(), undo=UNDO)
    def answer(self, pick: int, who: int, how: str, tell: bool, undo: bool) -> None:
        if row := self.one("meeting", pick):
            people = self.desk.lines("meeting_person", row["uid"])
            one = people[who % len(people)]["uid"]
            verb, more = ("invite.tell", {"told_how": "电话"}) if tell else ("invite.answer", {"answer": how})
            self.do(verb, {"uid": one, **more}, undo)

    @rule(
        pick=PICK,
        kind=st.sampled_from(("任务", "决定", "通报")),
        topic=st.integers(0, 3),
        keep=st.booleans(),
        undo=UNDO,
    )
    def write(self, pick: int, kind: str, topic: int, keep: bool, undo: bool) -> None:
        if row := self.one("meeting", pick):
            items = self.desk.lines("agenda_item", row["uid"])
            kept = sorted(
                (r for r in self.desk.rows("resolution") if r["meeting"] == row["uid"]), key=lambda r: r["seq"]
            )
            lines = [{"uid": r["uid"], "text": f"{r['text']}。", "kind": r["kind"]} for r in kept] if keep else []
            fresh = {"kind": kind, "text": "补库存", "owner": "李强", "due": "+7", "topic": topic or None}
            talks = [{"uid": i["uid"], "discussion": "说了"} for i in items[:1]]
            self.do("minutes.write", {"uid": row["uid"], "talks": talks, "resolutions": [*lines, fresh]}, undo)

    @rule(pick=PICK, verb=st.sampled_from(("done", "drop", "reopen", "put_off")), undo=UNDO)
    def settle(self, pick: int, verb: str, undo: bool) -> None:
        if row := self.one("resolution", pick):
            more: dict[str, Any] = {"done": {"result": "好了"}, "put_off": {"due": "+3", "why": "等料"}}.get(
                verb, {"why": "因为"}
            )
            self.do(f"resolution.{verb}", {"uid": row["uid"], **more}, undo)

    @rule(pick=PICK, drop=st.booleans(), undo=UNDO)
    def rewrite(self, pick: int, drop: bool, undo: bool) -> None:
        if row := self.one("meeting", pick):
            items = self.desk.lines("agenda_item", row["uid"])
            lines = [{"uid": i["uid"], "title": i["title"], "speaker": i["speaker"]} for i in items][int(drop) :]
            self.do(
                "meeting.save", {"uid": row["uid"], "title": "例会" if drop else row["title"], "agenda": lines}, undo
            )

    @rule()
    def undo_last(self) -> None:
        if self.desk.last_undoable() is not None:
            self.do("system.undo", {})

    @invariant()
    def rates_and_states_follow_from_the_rows(self) -> None:
        for row in self.desk.rows("meeting"):
            people = self.desk.lines("meeting_person", row["uid"])
            invited = [p for p in people if p["needed"] != 0]
            know = [p for p in invited if p["ack_at"] and p["told_version"] == row["version"]]
            assert (row["invited"], row["acked"]) == (len(invited), len(know))
            assert row["ends_at"] > row["starts_at"] and all(
                p["told_version"] is None or p["told_version"] <= row["version"] for p in people
            )
            stage = row["minutes_state"]
            assert stage == "draft" or row["state"] == "held", "only a meeting that was held has minutes under way"
            assert (stage in ("approved", "sent")) == bool(row["reviewed_at"]) and (stage == "sent") == bool(
                row["sent_at"]
            )
            assert stage not in ("review", "approved", "sent") or row["closed_at"]
            assert stage == "sent" or not any(p["minutes_at"] for p in people)

    @invariant()
    def resolutions_are_what_they_are(self) -> None:
        kinds = {r["uid"]: r for r in self.desk.rows("resolution")}
        for one in kinds.values():
            assert (one["state"] == "noted") == (one["kind"] != "任务")
            assert (one["state"] in ("done", "dropped")) == bool(one["done_at"])
        for row in self.desk.rows("meeting"):
            carried = [i["carried"] for i in self.desk.lines("agenda_item", row["uid"]) if i["carried"]]
            assert len(set(carried)) == len(carried), "no resolution stands twice on an agenda"

    @invariant()
    def a_day_of_the_series_has_one_meeting(self) -> None:
        days = [row["series_day"] for row in self.desk.rows("meeting")]
        assert len(set(days)) == len(days)


TestSecretary = Secretary.TestCase
TestSecretary.settings = settings(max_examples=6, stateful_step_count=16, deadline=None)
