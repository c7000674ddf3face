"""按时交付率 against the first promise and against the promise in force, and what the problems of a time came to (ORD-12)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader

MEANING = (
    "按订单行算：承诺交期落在这段日子里、到今天为止已经到期的行；最后一次发货不晚于承诺那天就算按时。"
    "首次承诺率比第一次说的交期，现承诺率比最后一次说的交期；没登记承诺的行按要求交期算，首次按确认订单时的那版。取消的订单不算。"
)
"""The definition that stands beside the figures."""


Judged = list[tuple[Row, bool]]
"""Lines that were due, and whether each was complete in time."""
AWAY = 92
"""Days by which a line's own day may differ from its order's and still be found."""


@dataclass(frozen=True)
class Rate:
    """Lines that were due, and how many of them were complete in time."""

    due: int = 0
    on_time: int = 0

    @property
    def share(self) -> int | None:
        """1/10000; None when nothing was due."""
        return (self.on_time * 10_000 + self.due // 2) // self.due if self.due else None


@dataclass(frozen=True)
class Punctuality:
    """Both rates of a time, and per customer, salesperson and route: name -> (first, current)."""

    first: Rate
    current: Rate
    by: dict[str, dict[str, tuple[Rate, Rate]]] = field(default_factory=dict)


def punctuality(reader: Reader, first: str, last: str, today: str) -> Punctuality:
    """On-time delivery of the lines promised for the days first to last, both included."""
    until = min(last, today)
    lines = _lines(reader, first, until)
    at_first = [(row, row["first"] or row["asked_first"]) for row in lines]
    now = [(row, row["promise"] or row["asked"]) for row in lines]
    one = [
        (row, _in_time(row, day)) for row, day in at_first if day and first <= day <= until and _counts(row, day, today)
    ]
    two = [(row, _in_time(row, day)) for row, day in now if day and first <= day <= until and _counts(row, day, today)]
    by = {key: _by(key, one, two) for key in ("customer.name", "salesperson", "route")}
    return Punctuality(_rate(ok for _, ok in one), _rate(ok for _, ok in two), by)


def _by(key: str, first: Judged, current: Judged) -> dict[str, tuple[Rate, Rate]]:
    found: dict[str, tuple[list[bool], list[bool]]] = {}
    for which, judged in enumerate((first, current)):
        for row, in_time in judged:
            found.setdefault(str(row[key] or ""), ([], []))[which].append(in_time)
    return {name: (_rate(one), _rate(two)) for name, (one, two) in found.items()}


def _rate(found: Iterable[bool]) -> Rate:
    told = list(found)
    return Rate(len(told), sum(told))


def _in_time(row: Row, day: str) -> bool:
    return bool(row["complete"]) and str(row["last_day"]) <= day


def _counts(row: Row, day: str, today: str) -> bool:
    """A line due today and still open is not late yet."""
    return day < today or bool(row["complete"])


def _lines(reader: Reader, first: str, last: str) -> list[Row]:
    """Lines with any of their days in the time, with `complete` and the day of the last delivery."""
    wanted = (
        'WITH wanted AS (SELECT l.uid FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0'
        " WHERE o.stage IN ('confirmed', 'part', 'done') AND o.void = 0 AND o.due_date BETWEEN :first AND :last"
        ' UNION SELECT l.uid FROM sales_order o CROSS JOIN order_line l ON l."order" = o.uid AND l.void = 0'
        " WHERE o.stage IN ('confirmed', 'part', 'done') AND o.void = 0 AND o.due_date BETWEEN :near AND :far"
        " AND l.due_date BETWEEN :first AND :last"
        " UNION SELECT p.line FROM line_promise p WHERE p.void = 0 AND p.promised BETWEEN :first AND :last"
        ' UNION SELECT l.uid FROM order_change c CROSS JOIN order_line l ON l."order" = c."order" AND l.void = 0'
        " WHERE c.void = 0 AND c.version = 2 AND c.made_at >= :ago)"
        ' SELECT l.uid, l."order", coalesce(l.due_date, o.due_date) AS asked, o.salesperson,'
        " c.name AS \"customer.name\", coalesce(k.route, 'buy') AS route,"
        " (SELECT p.promised FROM line_promise p WHERE p.line = l.uid AND p.void = 0 ORDER BY p.made_at, p.uid LIMIT 1) AS first,"
        " (SELECT p.promised FROM line_promise p WHERE p.line = l.uid AND p.void = 0"
        " ORDER BY p.made_at DESC, p.uid DESC LIMIT 1) AS promise,"
        ' (SELECT c.before FROM order_change c WHERE c."order" = o.uid AND c.void = 0 AND c.version = 2) AS version1,'
        " coalesce(l.delivered, 0) + coalesce(l.closed, 0) >= l.qty OR o.stage = 'done' AS complete,"
        " (SELECT max(d.day) FROM delivery_line x JOIN delivery d ON d.uid = x.delivery AND d.void = 0"
        " WHERE x.order_line = l.uid AND x.void = 0) AS last_day"
        ' FROM wanted w CROSS JOIN order_line l ON l.uid = w.uid CROSS JOIN sales_order o ON o.uid = l."order"'
        " CROSS JOIN product p ON p.uid = l.product LEFT JOIN product_category k ON k.uid = p.category"
        " LEFT JOIN customer c ON c.uid = o.customer"
        " WHERE o.stage IN ('confirmed', 'part', 'done') AND o.void = 0"
        " AND l.qty > coalesce(l.closed, 0)"  # a line of which all was closed is no delivery
    )
    near, far, ago = dates.add_days(first, -AWAY), dates.add_days(last, AWAY), dates.add_days(first, -366)
    rows = reader.rows(wanted, {"first": first, "last": last, "near": near, "far": far, "ago": ago})
    for row in rows:
        row["asked_first"] = _asked_at_first(row)
        row["complete"] = bool(row["complete"]) and row["last_day"] is not None
    return rows


def _asked_at_first(row: Row) -> str:
    """The day asked for when the order was confirmed: of the first version, for a line that was in it."""
    if not row["version1"]:
        return str(row["asked"] or "")
    told = json.loads(row["version1"])
    line = next((one for one in told["lines"] if one["uid"] == row["uid"]), None)
    return str((line.get("due_date") or told["header"].get("due_date") if line else row["asked"]) or "")


def problem_figures(reader: Reader, first: str, last: str, today: str) -> list[Row]:
    """Problems found in a time, by kind and grade: count, closed, overdue when closed or still open, reported in time,
    average hours from found to closed (rounded down); days included."""
    return reader.rows(
        "SELECT kind, coalesce(grade, '普通') AS grade, count(*) AS count, sum(state = 'closed') AS closed,"
        " sum(coalesce(substr(closed_at, 1, 10), ?3) > due) AS overdue,"
        " sum(grade IS NOT NULL AND reported_at IS NOT NULL AND reported_at <= report_due) AS reported_in_time,"
        " CAST(avg((julianday(closed_at) - julianday(found_at)) * 24) AS INTEGER) AS hours"
        " FROM order_problem WHERE void = 0 AND found_at >= ?1 AND found_at < ?2 || 'U' GROUP BY 1, 2 ORDER BY 1, 2",
        (first, last, today),
    )
