"""The figures on 今日: today's orders, the month so far, what is late, the last weeks as a row of bars."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader


@dataclass(frozen=True, slots=True)
class Summary:
    """Amounts in 分. `days` holds (day, ordered amount) for the last 30 days, today last; only confirmed orders count."""

    today_amount: int
    today_count: int
    same_weekday_amount: int
    month_amount: int
    month_count: int
    last_month_amount: int
    undelivered_amount: int
    undelivered_count: int
    overdue_amount: int
    overdue_count: int
    days: tuple[tuple[str, int], ...]


def summary(reader: Reader, today: str) -> Summary:
    """All figures of the page in a few indexed queries."""

    def ordered(first: str, last: str) -> tuple[int, int]:
        row = reader.tuples(
            "SELECT coalesce(sum(amount), 0), count(*) FROM sales_order WHERE void = 0 AND order_date BETWEEN ? AND ?"
            " AND state = 'confirmed'",
            (first, last),
        )[0]
        return int(row[0]), int(row[1])

    month = dates.month_of(today)
    first = f"{month}-01"
    last_month_day = dates.add_months(today, -1)
    amount, count = ordered(today, today)
    month_amount, month_count = ordered(first, today)
    start = dates.add_days(today, -29)
    by_day = dict(
        reader.tuples(
            "SELECT order_date, sum(amount) FROM sales_order WHERE void = 0 AND order_date BETWEEN ? AND ? AND state = 'confirmed'"
            " GROUP BY order_date",
            (start, today),
        )
    )
    waiting = _undelivered(reader, "9999-12-31")
    late = _undelivered(reader, dates.add_days(today, -1))
    return Summary(
        today_amount=amount,
        today_count=count,
        same_weekday_amount=ordered(dates.add_days(today, -7), dates.add_days(today, -7))[0],
        month_amount=month_amount,
        month_count=month_count,
        last_month_amount=ordered(f"{dates.month_of(last_month_day)}-01", last_month_day)[0],
        undelivered_amount=waiting[0],
        undelivered_count=waiting[1],
        overdue_amount=late[0],
        overdue_count=late[1],
        days=tuple((d, int(by_day.get(d, 0))) for d in (dates.add_days(start, i) for i in range(30))),
    )


def _undelivered(reader: Reader, until: str) -> tuple[int, int]:
    """Undelivered value and number of the open orders due up to a day."""
    row = reader.tuples(
        "SELECT coalesce(sum((l.qty - coalesce(l.delivered, 0)) * l.price / 100000), 0), count(DISTINCT o.uid) FROM sales_order o"
        ' JOIN order_line l ON l."order" = o.uid AND l.void = 0'
        " WHERE o.stage IN ('confirmed', 'part') AND o.void = 0 AND o.due_date <= ?",
        (until,),
    )[0]
    return int(row[0]), int(row[1])


def recent_orders(reader: Reader, limit: int = 8) -> list[Row]:
    """The latest orders with the customer's name as `customer.name`."""
    return reader.rows(
        'SELECT o.*, c.name AS "customer.name" FROM sales_order o LEFT JOIN customer c ON c.uid = o.customer'
        " WHERE o.void = 0 ORDER BY o.order_date DESC, o.rowid DESC LIMIT ?",
        (limit,),
    )
