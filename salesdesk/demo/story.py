"""Plays the demo company's order desk as a chain of events on a moving clock, every step through the clerk's own verbs."""

from __future__ import annotations

import heapq
import math
import tempfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from salesdesk.demo import money, shipments
from salesdesk.demo.company import DemoCustomer, enter_customer
from salesdesk.demo.errands import Errands
from salesdesk.demo.expenses import Expenses
from salesdesk.demo.following import Following
from salesdesk.demo.meetings import Meetings
from salesdesk.demo.supplies import Supplies
from salesdesk.demo.words import DemoProduct, Words
from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Severity
from salesdesk.services.module import Outcome

SEASON = {1: 0.85, 2: 0.55, 3: 1.2, 4: 1.15, 5: 1.0, 6: 1.05, 7: 0.9, 8: 0.9, 9: 1.2, 10: 1.0, 11: 1.15, 12: 1.25}
WEEKDAY = {0: 1.3, 1: 1.1, 2: 1.0, 3: 1.0, 4: 0.85}
HOURS = ((time(8, 20), time(11, 50)), (time(13, 0), time(17, 20)))
Progress = Callable[[int, int], None]


class Story:
    """What happens at the order desk between two days."""

    def __init__(self, desk: Desk, clock: FixedClock, words: Words, products: list[DemoProduct]) -> None:
        self.desk = desk
        self.clock = clock
        self.words = words
        self.rng = words.rng
        self.products = products
        self.customers: list[DemoCustomer] = []
        self.refused: list[str] = []
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._n = 0
        self._orders = self._entered = 0
        self._progress: Progress = lambda done, whole: None
        self.folder = Path()
        self._end = clock.moment
        self.following = Following(self)

    # -- time ------------------------------------------------------------------------------------------------------

    def at(self, moment: datetime, act: Callable[[], object]) -> None:
        """Let something happen at a moment."""
        self._n += 1
        heapq.heappush(self._queue, (moment, self._n, act))

    def after(self, minutes: float, act: Callable[[], object]) -> None:
        """Let something happen some working minutes from now."""
        self.at(self.later(minutes), act)

    def later(self, minutes: float) -> datetime:
        """The moment some working minutes from now: lunch, evenings and free days do not count."""
        moment = self.clock.moment
        left = timedelta(minutes=minutes)
        while True:
            for start, end in HOURS:
                first, last = datetime.combine(moment.date(), start), datetime.combine(moment.date(), end)
                if moment >= last:
                    continue
                moment = max(moment, first)
                if moment + left <= last:
                    return moment + left
                left -= last - moment
                moment = last
            moment = datetime.combine(self.words.next_working_day(moment.date()), HOURS[0][0])

    def on(self, day: date) -> datetime:
        """A random working moment of a day; of the next working day when that one is free."""
        if not self.words.works(day):
            day = self.words.next_working_day(day)
        start, end = self.rng.choice(HOURS)
        first, last = datetime.combine(day, start), datetime.combine(day, end)
        return first + timedelta(seconds=self.rng.randint(0, int((last - first).total_seconds())))

    def do(self, verb: str, args: dict[str, Any]) -> Outcome | None:
        """Run a verb; what only wants a reason gets one, what is refused does not happen."""
        try:
            return self.desk.do(verb, args)
        except Refused as refused:
            takes_reason = any(p.key == "reason" for p in self.desk.registry.verbs[verb].params)
            if takes_reason and "reason" not in args and all(p.severity is not Severity.STOP for p in refused.problems):
                return self.do(verb, {**args, "reason": self.words.pick("ask_reasons")})
            self.refused.append(f"{verb}: {refused}")
            return None

    # -- the whole -------------------------------------------------------------------------------------------------

    def play(self, first: date, end: datetime, orders: int, new_customers: int, progress: Progress) -> None:
        """Let everything happen from the first day until the end; later events stay undone, as they would be."""
        self._progress, self._orders, self._end = progress, orders, end
        with tempfile.TemporaryDirectory() as folder:
            self.folder = Path(folder)
            days = list(self.words.working_days(first, end.date()))
            weights = [
                SEASON[d.month] * WEEKDAY.get(d.weekday(), 0.9) * (0.85 + 0.3 * i / len(days))
                for i, d in enumerate(days)
            ]
            for day in sorted(self.rng.choices(days, weights, k=orders)):
                self.at(self.on(day), self.arrive)
            for minutes in sorted(self.rng.uniform(5, 330) for _ in range(max(3, orders // 250))):
                self.at(self._before(end, minutes / 60), self.arrive)
            for number, day in enumerate(sorted(self.rng.choices(days, k=new_customers)), len(self.customers) + 1):
                self.at(self.on(day), partial(self.meet, number))
            self._office(days, end)
            months = [[d for d in days if (d.year, d.month) == m] for m in sorted({(d.year, d.month) for d in days})]
            Expenses(self).plan(months, days)
            Errands(self).plan(days, end, self.folder, self._before)
            Meetings(self).plan(days, end)
            Supplies(self).plan(months, days)
            while self._queue and self._queue[0][0] <= end:
                moment, _, act = heapq.heappop(self._queue)
                self.clock.moment = max(moment, self.clock.moment)
                act()
            self.clock.moment = end
            self.following.put_away()
            self.do("omission.look", {})

    def _office(self, days: list[date], end: datetime) -> None:
        """What comes round every month and what is lying on the desk today."""
        months = sorted({(d.year, d.month) for d in days})
        for year, month in months:
            inside = [d for d in days if (d.year, d.month) == (year, month)]
            if (year, month) in months[-2:]:
                self.at(self.on(inside[-1]), self.review)
            kept = (year, month) in months[-3:]
            if not kept or (year, month) == months[max(0, len(months) - 3)]:
                self.at(self.on(inside[0]), partial(money.note_receivables, self))
            if kept:
                self.at(self.on(inside[len(inside) // 2]), partial(money.receive, self))
                self.at(self.on(inside[-1]), partial(money.bill, self))
                self.at(self.on(inside[0]), partial(money.tell, self))
        for hours, with_file in ((1.2, True), (2.0, False), (2.6, True), (4.1, False), (20, True), (23, False)):
            self.at(self._before(end, hours), partial(self.call, with_file=with_file))
        for hours in (3.0, 22, 27):
            self.at(self._before(end, hours), lambda: self.draft(parked=True))
        for hours in (0.6, 1.8, 3.4):
            self.at(self._before(end, hours), lambda: self.draft(parked=False))
        self.at(self._before(end, 5), self.urgent)

    def _before(self, end: datetime, hours: float) -> datetime:
        """A moment some hours before the end, moved close to the end when nobody works then."""
        moment = end - timedelta(hours=hours)
        open_then = self.words.works(moment.date()) and HOURS[0][0] <= moment.time() <= HOURS[1][1]
        return moment if open_then else end - timedelta(minutes=20 + 3 * hours)

    # -- customers -------------------------------------------------------------------------------------------------

    def meet(self, number: int) -> None:
        """A new customer is entered."""
        today = self.clock.moment.date()
        self.customers.append(enter_customer(self.desk, self.words, number, len(self.products), today, fresh=True))

    def someone(self) -> DemoCustomer:
        """A customer; the large ones come up more often."""
        return self.rng.choices(self.customers, [c.weight for c in self.customers])[0]

    def review(self) -> None:
        """Customers who have not ordered for half a year count as lost."""
        since = (self.clock.moment.date() - timedelta(days=180)).isoformat()
        with self.desk.read() as reader:
            gone = reader.column(
                "SELECT c.uid FROM customer c JOIN sales_order o ON o.customer = c.uid WHERE c.void = 0 AND c.lifecycle != 'lost'"
                " GROUP BY c.uid HAVING max(o.order_date) < ? ORDER BY c.code LIMIT 15",
                (since,),
            )
        for uid in gone:
            self.do("customer.save", {"uid": uid, "lifecycle": "lost"})

    # -- orders ----------------------------------------------------------------------------------------------------

    def wish(self, customer: DemoCustomer) -> list[dict[str, Any]]:
        """Lines a customer would order."""
        count = min(len(customer.likes), max(1, round(self.rng.gammavariate(2.2, 1.3))))
        lines = []
        for index in self.rng.sample(customer.likes, count):
            one = self.products[index]
            price = float(one.price)
            typical = 400 / math.sqrt(price) / 4
            qty = max(1, round(self.rng.lognormvariate(math.log(max(2, typical)), 0.7)))
            if one.pack_qty and qty > int(one.pack_qty) * 0.7:
                qty = round(qty / int(one.pack_qty) + 0.5) * int(one.pack_qty)
            elif qty > 12:
                qty = round(qty / 5) * 5
            line = {
                "product": one.code,
                "qty": str(qty),
                "price": f"{max(price * customer.discount, float(one.floor)):.2f}",
            }
            if self.rng.random() < 0.06:
                line["note"] = self.words.pick("line_notes")
            lines.append(line)
        return lines

    def order_args(self, customer: DemoCustomer, channel: str) -> dict[str, Any]:
        """A whole order as the clerk would key it."""
        due = self.clock.moment.date() + timedelta(
            days=self.rng.choices((2, 4, 7, 10, 15, 21, 30), (6, 14, 30, 20, 16, 9, 5))[0]
        )
        due = due if self.words.works(due) else self.words.next_working_day(due)
        args: dict[str, Any] = {
            "customer": customer.uid,
            "channel": channel,
            "due_date": due.isoformat(),
            "lines": self.wish(customer),
        }
        if channel in ("邮件", "Excel", "传真") and self.rng.random() < 0.8:
            args["customer_po"] = f"PO{self.clock.moment:%y%m}{self.rng.randint(100, 9999):04d}"
        if self.rng.random() < 0.12:
            args["note"] = self.words.pick("order_notes")
        return args

    def arrive(self) -> None:
        """An order comes in; phone calls and messages are logged first and keyed when there is time."""
        self._entered += 1
        self._progress(self._entered, self._orders)
        clerks = self.words.names["clerks"]
        self.desk.settings.put(
            "operator.name", clerks[1] if self.clock.moment.date().toordinal() % 3 == 0 else clerks[0]
        )
        customer = self.someone()
        channel = self.rng.choices(("微信", "电话", "邮件", "Excel", "传真", "上门"), (36, 24, 18, 13, 6, 3))[0]
        if channel in ("微信", "电话", "邮件", "传真") and self.rng.random() < 0.42:
            intake = self.call(customer, channel)
            if intake:
                self.after(self.rng.uniform(4, 70), lambda: self.enter(customer, channel, intake))
        else:
            self.enter(customer, channel, "")

    def call(self, customer: DemoCustomer | None = None, channel: str = "", with_file: bool = False) -> str:
        """Something is noted in the arrival log; returns its uid."""
        customer = customer or self.someone()
        product = self.products[self.rng.choice(customer.likes)]
        day = self.words.next_working_day(self.clock.moment.date() + timedelta(days=self.rng.randint(2, 9)))
        content = self.words.pick("intake").format(
            product=product.name,
            qty=self.rng.choice((4, 10, 12, 24, 50)),
            unit=product.unit,
            day=f"{day.month} 月 {day.day} 日",
        )
        channel = channel or self.rng.choice(("微信", "电话", "邮件"))
        args = {"channel": channel, "customer": customer.uid, "from_whom": self.words.person(), "content": content}
        if with_file:
            file = self.folder / f"{channel}记录 {self.clock.moment:%m-%d %H%M}.txt"
            file.write_text(content + "\n", encoding="utf-8")
            args["files"] = str(file)
        made = self.do("intake.save", args)
        return made.uid if made else ""

    def draft(self, parked: bool) -> None:
        """An order that is still being worked on."""
        made = self.do("order.save", self.order_args(self.someone(), "电话"))
        if made and parked:
            self.do("order.park", {"uid": made.uid, "question": self.words.pick("questions")})

    def urgent(self) -> None:
        """An order that has to leave the same day, and has not left."""
        due = self.clock.moment.date().isoformat()
        self.do("order.confirm", self.order_args(self.someone(), "电话") | {"due_date": due})

    def enter(self, customer: DemoCustomer, channel: str, intake: str) -> None:
        """The clerk keys an order: most are confirmed at once, some wait for an answer or for the clerk."""
        args = self.order_args(customer, channel)
        if intake:
            args["intake"] = intake
        chance = self.rng.random()
        if chance > 0.17:
            self.confirmed(self.do("order.confirm", args), customer)
            return
        made = self.do("order.save", args)
        if made is None:
            return
        if chance > 0.04:
            self.after(
                self.rng.uniform(8, 150), lambda: self.confirmed(self.do("order.confirm", {"uid": made.uid}), customer)
            )
            return
        self.do("order.park", {"uid": made.uid, "question": self.words.pick("questions")})

        def answered() -> None:
            self.do("order.answer", {"uid": made.uid, "answer": self.words.pick("answers")})
            self.confirmed(self.do("order.confirm", {"uid": made.uid}), customer)

        self.after(self.rng.uniform(120, 1100), answered)

    def confirmed(self, made: Outcome | None, customer: DemoCustomer) -> None:
        """A confirmed order is passed on and delivered; a few are changed or cancelled instead."""
        if made is None:
            return
        for slip in made.data["route_slips"]:
            self.after(
                self.rng.uniform(4, 55) if self.rng.random() < 0.85 else self.rng.uniform(60, 480),
                partial(self.pass_on, slip),
            )
        chance = self.rng.random()
        if chance < 0.02:
            self.after(self.rng.uniform(60, 500), lambda: self._cancel(made.uid))
            return
        if chance < 0.05:
            self.after(self.rng.uniform(60, 500), lambda: self.amend(made.uid))
        self.following.watch(made.uid, self._end)
        row = self.desk.row("sales_order", made.uid)
        assert row is not None
        offset = self.rng.choices((-2, -1, 0, 1, 3, 6, 12), (12, 24, 46, 7, 6, 3, 2))[0]
        day = max(
            date.fromisoformat(str(row["due_date"])) + timedelta(days=offset),
            self.clock.moment.date() + timedelta(days=1),
        )
        self.plan(made.uid, day, self.rng.choices((1, 2, 3), (62, 30, 8))[0])

    def pass_on(self, slip: str) -> None:
        """A slip goes to production or purchasing and is taken there."""
        with self.desk.read() as reader:
            row = reader.row("SELECT uid, route FROM route_slip WHERE number = ? AND void = 0", (slip,))
        if row is None:
            return
        receiver = self.words.pick("receivers", row["route"])
        how = self.rng.choice(("纸质", "纸质", "微信", "当面"))
        self.do("route.pass", {"uid": row["uid"], "how": how, **({"received_by": receiver} if how == "当面" else {})})
        if how != "当面":
            self.after(self.rng.uniform(15, 240), lambda: self._receive(row["uid"], receiver))

    def _receive(self, uid: str, receiver: str) -> None:
        row = self.desk.row("route_slip", uid)
        if row is not None and not row["void"]:
            self.do("route.receive", {"uid": uid, "received_by": receiver})

    def _cancel(self, uid: str) -> None:
        self.spread(self.do("order.cancel", {"uid": uid, "cancel_reason": self.words.pick("cancel_reasons")}))

    def spread(self, made: Outcome | None) -> None:
        """A change is told in the group within the half hour, and those concerned take note in the hours after."""
        if made is None or not made.data.get("change"):
            return
        change = str(made.data["change"])
        self.after(20, lambda: self.do("change.tell_all", {"uid": change, "told_how": "微信"}))
        with self.desk.read() as reader:
            notices = reader.column("SELECT uid FROM change_notice WHERE change = ? ORDER BY seq", (change,))
        for i, notice in enumerate(notices):
            self.after(45 + 30 * i, partial(self.do, "change.acknowledge", {"uid": notice}))

    def amend(self, uid: str) -> None:
        """The customer wants more, or wants it on another day."""
        row = self.desk.row("sales_order", uid)
        if row is None or row["state"] != "confirmed":
            return
        args: dict[str, Any] = {"uid": uid, "amend_reason": self.words.pick("amend_reasons")}
        if self.rng.random() < 0.5:
            later = self.words.next_working_day(
                date.fromisoformat(str(row["due_date"])) + timedelta(days=self.rng.randint(1, 7))
            )
            args["due_date"] = later.isoformat()
        else:
            args["lines"] = [
                {
                    "uid": line["uid"],
                    "product": line["product"],
                    "qty": str((line["qty"] + 999) // 1000 + 2),
                    "price": f"{line['price'] / 10000:.4f}",
                    "note": line["note"],
                }
                for line in self.desk.lines("order_line", uid)
            ]
        self.spread(self.do("order.amend", args))

    # -- deliveries ------------------------------------------------------------------------------------------------

    def plan(self, uid: str, day: date, parts: int) -> None:
        self.at(self.on(day), partial(shipments.deliver, self, uid, parts))
