"""What the demo's clerk hears while orders are made: feedback by line, moved promises, a few problems, a few orders filed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.services.module import Outcome

DAYS = 40
"""Only the last weeks are followed line by line; what is older is delivered anyway."""
STATES = ("已排产", "备料中", "机加工完成40%", "60%", "装配中", "已采购，在路上", "80%", "已完成")
WHY = ("缺料", "生产延迟", "质量", "物流")
TROUBLES = (
    ("缺料", "", "毛坯供应商晚两天到货", "催供应商，明天到", "采购员"),
    ("质量", "一般", "抽检发现密封面划伤，要返修", "全检后返修", "质检员"),
    ("物流", "", "外箱压坏，客户要求换箱", "重新打包再发", "仓库"),
    ("延期", "较大", "加工中心停机，整单要晚三天", "转到二车间加班做", "车间主任"),
    ("质量", "", "少配一套螺栓", "补发一套", "仓库"),
)
FILED = 3


class Story(Protocol):
    """What is needed of the story that is played."""

    desk: Desk
    clock: FixedClock
    refused: list[str]

    def after(self, minutes: float, act: Callable[[], object]) -> None: ...

    def do(self, verb: str, args: dict[str, Any]) -> Outcome | None: ...


class Following:
    """Has dice of its own, so that the rest of the story stays as it was."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._dice = random.Random(2026)
        self._troubles = 0

    def watch(self, order: str, end: datetime) -> None:
        """An order was confirmed: the workshop will say something about most of its lines."""
        story, dice = self._story, self._dice
        if story.clock.moment < end - timedelta(days=DAYS) or dice.random() < 0.3:
            return
        story.after(dice.uniform(90, 900), lambda: self._hear(order, first=True))
        if dice.random() < 0.35:
            story.after(dice.uniform(1000, 2200), lambda: self._hear(order, first=False))
        if self._troubles < len(TROUBLES) and story.clock.moment > end - timedelta(days=9) and dice.random() < 0.3:
            kind = self._troubles
            self._troubles += 1
            story.after(dice.uniform(200, 700), lambda: self._trouble(order, kind))

    def _hear(self, order: str, first: bool) -> None:
        story, dice = self._story, self._dice
        desk = story.desk
        row = desk.row("sales_order", order)
        if row is None or row["stage"] not in ("confirmed", "part"):
            return
        asked = date.fromisoformat(str(row["due_date"]))
        today = story.clock.moment.date()
        told = []
        for line in desk.lines("order_line", order):
            if (line["delivered"] or 0) >= line["qty"] or dice.random() < 0.2:
                continue
            one = {"order_line": line["uid"], "state": dice.choice(STATES)}
            if first or dice.random() < 0.4:
                day = asked + timedelta(days=dice.choice((-1, 0, 0, 0, 1) if first else (0, 2, 3)))
                one["promised"] = max(day, today).isoformat()
            told.append(one)
        if told:
            how = {"said_by": dice.choice(("张师傅", "王工", "刘采购")), "how": dice.choice(("微信", "电话", "Excel"))}
            story.do("progress.feedback", {**how, "why": dice.choice(WHY), "lines": told})

    def _trouble(self, order: str, which: int) -> None:
        kind, grade, what, step, owner = TROUBLES[which]
        row = self._story.desk.row("sales_order", order)
        if row is None or row["state"] != "confirmed":
            return
        due = (self._story.clock.moment.date() + timedelta(days=self._dice.randint(1, 4))).isoformat()
        args = {
            "order": order,
            "kind": kind,
            "grade": grade or None,
            "what": what,
            "next_step": step,
            "owner": owner,
            "due": due,
        }
        made = self._story.do("order_problem.save", args)
        if made is not None:
            self._story.do("problem.tell", {"uid": made.uid, "whom": "业务员", "how": "电话"})

    def put_away(self) -> None:
        """The first finished orders are filed; the others wait."""
        desk = self._story.desk
        for one in desk.do("dossier.unfiled").data["orders"][:FILED]:
            try:
                desk.do("dossier.file", {"uid": one["uid"]})
            except Refused as refused:
                self._story.refused.append(f"dossier.file: {refused}")
