"""The figures on 今日: today's orders, the month so far, what is late, sales as a row of bars, the latest orders."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Literal, NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders.queries import LEFT
from salesdesk.persistence.reading import Reader

DAYS = 30
COURSE = 14
"""The small lines beside the figures go back this many days."""
OPEN = "('confirmed', 'part')"
LATEST_DELIVERIES = 5000
"""More deliveries than leave any house in two weeks; older ones are not looked at for the course of the open orders."""

Span = Literal["days", "quarter", "year"]
Which = Literal["all", "draft", "parked", "today", "late"]


class Summary(NamedTuple):
    """Amounts in 分; only confirmed orders count as sales.

    before_amount: what the same weekday of last week had brought up to this time of day. last_month_amount: the same days
    of last month. days: (day, ordered amount) of the last 30 days, today last. The courses belong to the four figures,
    oldest first: sales of the last days with any, arrivals logged a day, sales of the month so far added up, undelivered
    value at the end of each day.
    """

    today_amount: int
    today_count: int
    before_amount: int
    month_amount: int
    month_count: int
    last_month_amount: int
    undelivered_amount: int
    undelivered_count: int
    overdue_amount: int
    overdue_count: int
    days: tuple[tuple[str, int], ...]
    sales_course: tuple[int, ...]
    arrivals_course: tuple[int, ...]
    month_course: tuple[int, ...]
    open_course: tuple[int, ...]


class Bar(NamedTuple):
    """Sales of some days: amount in 分, first and last day included."""

    label: str
    first: str
    last: str
    amount: int


class Beginnings(NamedTuple):
    """Whether a new company has got as far as products, customers and orders."""

    products: bool
    customers: bool
    orders: bool


def summary(reader: Reader, today: str, clock: str = "23:59:59") -> Summary:
    """All figures of the page in a few indexed queries; `clock` is the time of day the comparison goes up to."""
    month = f"{dates.month_of(today)}-01"
    start = min(month, dates.add_days(today, 1 - DAYS))
    by_day = amounts_by_day(reader, start, today)
    last_month = dates.add_months(today, -1)
    days = tuple((d, by_day.get(d, 0)) for d in (dates.add_days(today, ago - DAYS + 1) for ago in range(DAYS)))
    of_month = [by_day.get(dates.add_days(month, n), 0) for n in range(dates.days_between(month, today) + 1)]
    waiting, late = _undelivered(reader, today)
    sold = [amount for day, amount in days if amount or day == today]
    return Summary(
        today_amount=by_day.get(today, 0),
        today_count=_ordered(reader, today, today)[1],
        before_amount=_up_to(reader, dates.add_days(today, -7), clock),
        month_amount=sum(of_month),
        month_count=_ordered(reader, month, today)[1],
        last_month_amount=_ordered(reader, f"{dates.month_of(last_month)}-01", last_month)[0],
        undelivered_amount=waiting[0],
        undelivered_count=waiting[1],
        overdue_amount=late[0],
        overdue_count=late[1],
        days=days,
        sales_course=tuple(sold[-COURSE:]),
        arrivals_course=_arrivals(reader, today),
        month_course=tuple(accumulate(of_month)),
        open_course=_open_course(reader, today, waiting[0], dict(days)),
    )


def amounts_by_day(reader: Reader, first: str, last: str) -> dict[str, int]:
    """Confirmed sales per order day, 分; days without any are left out."""
    found = reader.tuples(
        "SELECT order_date, sum(amount) FROM sales_order WHERE void = 0 AND order_date BETWEEN ? AND ? AND state = 'confirmed'"
        " GROUP BY order_date",
        (first, last),
    )
    return {str(day): int(amount or 0) for day, amount in found}


def _ordered(reader: Reader, first: str, last: str) -> tuple[int, int]:
    row = reader.tuples(
        "SELECT coalesce(sum(amount), 0), count(*) FROM sales_order WHERE void = 0 AND order_date BETWEEN ? AND ?"
        " AND state = 'confirmed'",
        (first, last),
    )[0]
    return int(row[0]), int(row[1])


def _up_to(reader: Reader, day: str, clock: str) -> int:
    """Sales of a day confirmed up to a time of day; orders without a time (loaded in bulk) count as early."""
    return int(
        reader.value(
            "SELECT coalesce(sum(amount), 0) FROM sales_order WHERE void = 0 AND order_date = ? AND state = 'confirmed'"
            " AND coalesce(confirmed_at, '') <= ?",
            (day, f"{day}T{clock}"),
        )
    )


def _undelivered(reader: Reader, today: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Undelivered value and number of the open orders with a due day, and of those due before today.

    The lines are added up without putting them together by order, which would take as long as reading them.
    """
    due = f"o.stage IN {OPEN} AND +o.void = 0 AND o.due_date IS NOT NULL"
    late = "FILTER (WHERE o.due_date < ?1)"
    values = (
        f"SELECT coalesce(sum(value), 0), coalesce(sum(value) {late}, 0) FROM (SELECT o.due_date, {LEFT} * l.price / 100000 AS value"
        f' FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0 WHERE {due}) o'
    )
    all_value, late_value = reader.tuples(values, (today,))[0]
    numbers = f"SELECT count(*), count(*) {late} FROM sales_order o WHERE {due}"
    all_count, late_count = reader.tuples(numbers, (today,))[0]
    return (int(all_value), int(all_count)), (int(late_value), int(late_count))


def _arrivals(reader: Reader, today: str) -> tuple[int, ...]:
    start = dates.add_days(today, 1 - COURSE)
    found = dict(
        reader.tuples(
            "SELECT substr(received_at, 1, 10), count(*) FROM intake WHERE state IN ('waiting', 'entered', 'dropped')"
            " AND received_at >= ? AND void = 0 GROUP BY 1",
            (start,),
        )
    )
    return tuple(int(found.get(dates.add_days(start, n), 0)) for n in range(COURSE))


def _open_course(reader: Reader, today: str, now: int, sold: dict[str, int]) -> tuple[int, ...]:
    """Undelivered value at the end of each day, from today backwards: less what came that day, plus what left."""
    start = dates.add_days(today, 1 - COURSE)
    left = dict(
        reader.tuples(
            "SELECT day, sum(amount) FROM (SELECT day, amount FROM delivery WHERE void = 0 ORDER BY rowid DESC LIMIT ?)"
            " WHERE day BETWEEN ? AND ? GROUP BY day",
            (LATEST_DELIVERIES, start, today),
        )
    )
    course = [now]
    for ago in range(COURSE - 1):
        day = dates.add_days(today, -ago)
        course.append(course[-1] - sold.get(day, 0) + int(left.get(day) or 0))
    return tuple(max(0, value) for value in reversed(course))


def sales(reader: Reader, today: str, span: Span = "days") -> tuple[Bar, ...]:
    """Confirmed sales up to today: the last 30 days by day, this quarter by week (from Monday), this year by month."""
    if span == "days":
        parts = [(d[5:], d, d) for d in (dates.add_days(today, n - DAYS + 1) for n in range(DAYS))]
    elif span == "quarter":
        parts = _weeks(today)
    else:
        months = [f"{today[:4]}-{number:02d}-01" for number in range(1, int(today[5:7]) + 1)]
        parts = [(f"{int(m[5:7])}月", m, min(dates.month_end(m), today)) for m in months]
    by_day = amounts_by_day(reader, parts[0][1], today)
    return tuple(
        Bar(label, first, last, sum(a for d, a in by_day.items() if first <= d <= last)) for label, first, last in parts
    )


def _weeks(today: str) -> list[tuple[str, str, str]]:
    """The weeks of this quarter that have begun; the first one may begin inside a week."""
    day = date.fromisoformat(today)
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1).isoformat()
    parts: list[tuple[str, str, str]] = []
    while first <= today:
        last = min(dates.add_days(first, 6 - date.fromisoformat(first).weekday()), today)
        parts.append((first[5:], first, last))
        first = dates.add_days(last, 1)
    return parts


_WHICH: dict[str, str] = {  # the + keeps SQLite from walking all live orders by date: few stand at any of these stages
    "all": "o.void = 0",
    "draft": "+o.void = 0 AND o.stage = 'draft'",
    "parked": "+o.void = 0 AND o.stage = 'parked'",
    "today": f"+o.void = 0 AND o.stage IN {OPEN} AND o.due_date = :today",
    "late": f"+o.void = 0 AND o.stage IN {OPEN} AND o.due_date < :today",
}


def recent_orders(reader: Reader, today: str, which: Which = "all", limit: int = 8) -> list[Row]:
    """The latest orders of one kind with the customer's name as `customer.name`; the late ones by how long they are due."""
    order = "o.due_date, o.rowid" if which == "late" else "o.order_date DESC, o.rowid DESC"
    return reader.rows(
        'SELECT o.*, c.name AS "customer.name" FROM sales_order o LEFT JOIN customer c ON c.uid = o.customer'
        f" WHERE {_WHICH[which]} ORDER BY {order} LIMIT :limit",
        {"today": today, "limit": limit},
    )


def order_counts(reader: Reader, today: str) -> dict[Which, int]:
    """How many orders stand at each kind but "all": the numbers on the pills."""
    kinds: tuple[Which, ...] = ("draft", "parked", "today", "late")
    return {
        kind: int(reader.value(f"SELECT count(*) FROM sales_order o WHERE {_WHICH[kind]}", {"today": today}))
        for kind in kinds
    }


def beginnings(reader: Reader) -> Beginnings:
    """What there is of the first things a company needs."""
    have = [
        bool(reader.value(f"SELECT EXISTS (SELECT 1 FROM {t} WHERE void = 0)"))
        for t in ("product", "customer", "sales_order")
    ]
    return Beginnings(*have)
