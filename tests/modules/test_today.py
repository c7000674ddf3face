"""The figures of the day against sums made another way: from the lists of the desk, order by order, in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.money import line_amount
from salesdesk.modules.today import queries
from tests.desks import NOON, order_args, small_desk

TODAY = "2026-06-12"
PRICES = {"P10012": "48.60", "P10013": "92.50", "P20031": "3.20"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def at(desk: Desk, moment: datetime) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = moment


def busy(desk: Desk, seed: int = 7) -> None:
    """Ten weeks of orders, some late, some half delivered, some cancelled, parked or only drafts."""
    random = Random(seed)
    for number in range(46):
        moment = NOON - timedelta(
            days=random.randrange(70), hours=random.randrange(-5, 4), minutes=random.randrange(60)
        )
        at(desk, moment)
        day = moment.date()
        lines = [
            (code, str(random.randrange(1, 9)), PRICES[code])
            for code in random.sample(sorted(PRICES), random.randrange(1, 4))
        ]
        due = (day + timedelta(days=random.randrange(1, 30))).isoformat()
        args = {**order_args(*lines, due=due), "order_date": day.isoformat(), "reason": "测试"}
        kind = number % 9
        if kind == 0:
            desk.do("order.save", {k: v for k, v in args.items() if k != "reason"})
            continue
        uid = desk.do("order.confirm", args).uid
        if kind == 1:
            desk.do("order.cancel", {"uid": uid, "cancel_reason": "客户取消"})
        elif kind in (2, 3, 4):
            saved = desk.lines("order_line", uid)
            part = saved[: 1 if kind == 2 else len(saved)]
            desk.do(
                "order.deliver",
                {"uid": uid, "lines": [{"order_line": x["uid"], "qty": str(x["qty"] // 1000)} for x in part]},
            )
    at(desk, NOON)


def confirmed(desk: Desk) -> list[dict[str, object]]:
    return [o for o in desk.rows("sales_order") if o["state"] == "confirmed"]


def sold(desk: Desk, first: str, last: str) -> int:
    return sum(int(str(o["amount"])) for o in confirmed(desk) if first <= str(o["order_date"]) <= last)


def left(desk: Desk, order: str) -> int:
    """What is still to be delivered, counted from the deliveries and not from the derived field."""
    sent: dict[str, int] = {}
    for delivery in desk.rows("delivery"):
        for line in desk.lines("delivery_line", str(delivery["uid"])):
            sent[str(line["order_line"])] = sent.get(str(line["order_line"]), 0) + int(line["qty"])
    return sum(
        line_amount(line["qty"] - sent.get(line["uid"], 0), line["price"]) for line in desk.lines("order_line", order)
    )


def test_the_figures_agree_with_the_lists(desk: Desk) -> None:
    busy(desk)
    with desk.read() as reader:
        found = queries.summary(reader, TODAY, "12:00:00")
    assert found.today_amount == sold(desk, TODAY, TODAY)
    assert found.today_count == sum(o["order_date"] == TODAY for o in confirmed(desk))
    assert found.month_amount == sold(desk, "2026-06-01", TODAY) > 0
    assert found.month_count == sum(str(o["order_date"]) >= "2026-06-01" for o in confirmed(desk))
    assert found.last_month_amount == sold(desk, "2026-05-01", "2026-05-12") > 0
    waiting = {str(o["uid"]): left(desk, str(o["uid"])) for o in confirmed(desk)}
    waiting = {uid: value for uid, value in waiting.items() if value}
    assert (found.undelivered_amount, found.undelivered_count) == (sum(waiting.values()), len(waiting))
    late = [str(o["uid"]) for o in confirmed(desk) if str(o["due_date"]) < TODAY and str(o["uid"]) in waiting]
    assert (found.overdue_amount, found.overdue_count) == (sum(waiting[uid] for uid in late), len(late))
    assert late and len(waiting) > len(late)


def test_the_days_are_thirty_and_today_is_the_last(desk: Desk) -> None:
    busy(desk)
    with desk.read() as reader:
        days = queries.summary(reader, TODAY).days
    assert len(days) == 30 and days[-1][0] == TODAY and days[0][0] == "2026-05-14"
    assert all(amount == sold(desk, day, day) for day, amount in days)


def test_the_courses_end_at_their_figures(desk: Desk) -> None:
    busy(desk)
    with desk.read() as reader:
        found = queries.summary(reader, TODAY)
    assert found.sales_course[-1] == found.today_amount and all(found.sales_course[:-1])
    assert found.month_course[-1] == found.month_amount and len(found.month_course) == 12
    assert list(found.month_course) == sorted(found.month_course)
    assert found.open_course[-1] == found.undelivered_amount and len(found.open_course) == queries.COURSE


def test_the_open_value_goes_down_when_something_leaves(desk: Desk) -> None:
    at(desk, NOON - timedelta(days=3))
    uid = desk.do("order.confirm", {**order_args(("P10012", "10", "48.60")), "order_date": "2026-06-09"}).uid
    at(desk, NOON)
    line = desk.lines("order_line", uid)[0]
    desk.do("order.deliver", {"uid": uid, "lines": [{"order_line": line["uid"], "qty": "4"}]})
    with desk.read() as reader:
        course = queries.summary(reader, TODAY).open_course
    assert course[-5:] == (0, 48600, 48600, 48600, 29160)


def test_last_week_counts_up_to_the_same_time_of_day(desk: Desk) -> None:
    for hour, qty in ((9, "1"), (15, "10")):
        at(desk, datetime(2026, 6, 5, hour, 30))
        desk.do("order.confirm", {**order_args(("P10012", qty, "48.60")), "order_date": "2026-06-05", "reason": "测试"})
    with desk.read() as reader:
        assert queries.summary(reader, TODAY, "12:00:00").before_amount == 4860
        assert queries.summary(reader, TODAY, "15:30:00").before_amount == 53460


@pytest.mark.parametrize("span", ["days", "quarter", "year"])
def test_bars_follow_one_another_and_miss_nothing(desk: Desk, span: queries.Span) -> None:
    busy(desk)
    with desk.read() as reader:
        bars = queries.sales(reader, TODAY, span)
    assert bars[-1].last == TODAY
    for before, after in pairwise(bars):
        assert date.fromisoformat(before.last) + timedelta(days=1) == date.fromisoformat(after.first)
    assert all(bar.amount == sold(desk, bar.first, bar.last) for bar in bars)
    assert sum(bar.amount for bar in bars) == sold(desk, bars[0].first, TODAY)


def test_weeks_begin_on_mondays_and_months_on_the_first(desk: Desk) -> None:
    with desk.read() as reader:
        weeks = queries.sales(reader, TODAY, "quarter")
        months = queries.sales(reader, TODAY, "year")
        first_day = queries.sales(reader, "2027-01-01", "year")
    assert weeks[0].first == "2026-04-01" and weeks[0].last == "2026-04-05"
    assert all(date.fromisoformat(week.first).weekday() == 0 for week in weeks[1:])
    assert [m.label for m in months] == ["1月", "2月", "3月", "4月", "5月", "6月"]
    assert months[1].last == "2026-02-28" and [(b.first, b.last) for b in first_day] == [("2027-01-01", "2027-01-01")]


def test_recent_orders_and_their_numbers(desk: Desk) -> None:
    busy(desk)
    with desk.read() as reader:
        counts = queries.order_counts(reader, TODAY)
        for kind, number in counts.items():
            rows = queries.recent_orders(reader, TODAY, kind, 100)
            assert len(rows) == number
            assert all(row["customer.name"] == "苏州华源贸易有限公司" for row in rows)
        late = queries.recent_orders(reader, TODAY, "late", 100)
        latest = queries.recent_orders(reader, TODAY, "all", 5)
    assert counts["draft"] == 6 and counts["late"] == len(late) > 0
    assert [o["due_date"] for o in late] == sorted(o["due_date"] for o in late)
    assert [o["uid"] for o in latest] == [o["uid"] for o in desk.rows("sales_order")[:5]]


def test_arrivals_are_counted_on_their_day(desk: Desk) -> None:
    for stamp in ("2026-06-12T08:00:00", "2026-06-12T09:00:00", "2026-06-10T09:00:00", "2026-05-01T09:00:00"):
        desk.do("intake.save", {"channel": "电话", "received_at": stamp, "from_whom": "王芳"})
    with desk.read() as reader:
        assert queries.summary(reader, TODAY).arrivals_course[-3:] == (1, 0, 2)


def test_a_new_company_has_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    from tests.desks import empty_desk

    made = empty_desk(tmp_path / "new")
    with made.read() as reader:
        assert queries.beginnings(reader) == queries.Beginnings(False, False, False)
        found = queries.summary(reader, TODAY)
        assert queries.recent_orders(reader, TODAY) == []
    assert found.month_amount == found.undelivered_count == 0 and found.sales_course == (0,)
    made.close()
