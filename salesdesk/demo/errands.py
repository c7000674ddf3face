"""What else lies on the demo clerk's desk: calls with promises, errands of superiors, a mail, a customer who should have ordered."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from salesdesk.demo.company import DemoCustomer
from salesdesk.demo.words import Words
from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.services.module import Outcome

TASKS = (
    "明天 把本月对账单发给财务 @李总",
    "把新价目表打印 3 份 @李总",
    "+3 交上半年销售小结 @王经理",
    "月底 盘点样品柜",
)
CALLS = (
    ("催货，问几号能到", "问过车间今天下班前回电", 0),
    ("问上一批的运单号", "", 0),
    ("想加急，提前两天", "问生产能不能提前，明天上午回话", 1),
    ("要对账单", "", 0),
)
WEEKS = 10
"""The punctual customer orders so many weeks in a row, and then does not."""


class Story(Protocol):
    """What is needed of the story that is played."""

    desk: Desk
    clock: FixedClock
    words: Words
    customers: list[DemoCustomer]

    def at(self, moment: datetime, act: Callable[[], object]) -> None: ...

    def do(self, verb: str, args: dict[str, Any]) -> Outcome | None: ...


class Errands:
    """Has dice of its own, so that the rest of the story stays as it was."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._dice = random.Random(618)

    def plan(
        self, days: Sequence[date], end: datetime, folder: Path, before: Callable[[datetime, float], datetime]
    ) -> None:
        """Put everything on its day."""
        story = self._story
        for hours, line in zip((25, 5, 3.2, 1.4), TASKS, strict=True):
            story.at(before(end, hours), partial(story.do, "task.add", {"line": line}))
        for hours, (asked, promise, ahead) in zip((27, 4.4, 2.2, 0.9), CALLS, strict=True):
            story.at(before(end, hours), partial(self._call, asked, promise, ahead))
        story.at(before(end, 1.0), partial(self._mail, folder))
        weeks = [d for d in days if d.weekday() == 1 and d < end.date() - timedelta(days=12)][-WEEKS:]
        for number, day in enumerate(weeks):
            skipped = number == len(weeks) - 3
            if not skipped:
                moment = datetime.combine(day, datetime.min.time()) + timedelta(
                    hours=9, minutes=self._dice.randint(0, 50)
                )
                story.at(moment, partial(self._weekly, f"CG-{101 + number}"))

    def _call(self, asked: str, promise: str, ahead: int) -> None:
        story = self._story
        customer = self._dice.choice(story.customers[:40])
        due = story.words.next_working_day(story.clock.moment.date()) if ahead else story.clock.moment.date()
        more = {"promise": promise, "due": due.isoformat()} if promise else {}
        who = self._dice.choice(("采购", "仓库", "老板"))
        story.do("call.log", {"customer": customer.uid, "from_whom": who, "asked": asked, **more})

    def _mail(self, folder: Path) -> None:
        """A mail from a customer whose address is known: whose it is, is guessed."""
        story = self._story
        customer = story.customers[3]
        address = f"cg{self._dice.randint(10, 99)}@buyer-{3:03d}.example"
        story.do("customer.save", {"uid": customer.uid, "email": address})
        mail = EmailMessage()
        mail["From"], mail["Subject"] = f"采购部 <{address}>", "采购订单，请尽快安排"
        mail.set_content("您好，附件是我们的采购订单，请确认交期。谢谢！")
        mail.add_attachment(
            "品名,数量\n不锈钢球阀 DN25,20\n四氟垫片 DN50,100\n".encode("utf-8-sig"),
            maintype="text", subtype="csv", filename="采购订单.csv",
        )  # fmt: skip
        file = folder / "采购订单.eml"
        mail.set_boundary("=-demo-=")
        file.write_bytes(mail.as_bytes())
        story.do("intake.save", {"files": str(file)})

    def _weekly(self, number: str) -> None:
        """The punctual customer's order of the week, with his own running number."""
        story = self._story
        customer = story.customers[7]
        product = story.desk.rows("product", limit=20)[7]
        story.do(
            "order.confirm",
            {
                "customer": customer.uid,
                "customer_po": number,
                "due_date": story.words.next_working_day(story.clock.moment.date() + timedelta(days=5)).isoformat(),
                "lines": [
                    {
                        "product": product["uid"],
                        "qty": 10 + self._dice.randint(0, 20),
                        "price": f"{product['list_price'] / 10000:.4f}",
                    }
                ],
            },
        )
