"""Looks for what may be missing in the whole file, and remembers the find of the day for 今日."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader

if TYPE_CHECKING:
    from salesdesk.modules.omissions.rules import Rhythm

FOUND = "omission.found"
"""Setting that keeps the last find: days pass slowly, and a million orders are not looked through after every save."""
YEARS_BACK = 730
NUMBERS_BACK = 180
OWN_LATEST = 20_000
"""Latest papers of each kind whose numbers are looked at."""
MOST = 300
AT_ONCE = 400

Progress = Callable[[int, int], None]


class Find(NamedTuple):
    """What was found on a day. Plain rows, so that they can be kept as JSON.

    late: customer, name, orders, last, median, low, high, expected, days_late, sure. holes: customer, name, missing
    (list), before, after, since. numbers: series, missing (list).
    """

    day: str = ""
    late: Sequence[Row] = ()
    holes: Sequence[Row] = ()
    numbers: Sequence[Row] = ()
    customers: int = 0

    def text(self) -> str:
        """JSON for keeping."""
        return json.dumps(self._asdict(), ensure_ascii=False)


def look(reader: Reader, today: str, progress: Progress = lambda done, whole: None) -> Find:
    """Look through everything; a second or two for a million orders."""
    late, customers = late_customers(reader, today, progress)
    return Find(today, late, po_holes(reader, today), number_gaps(reader), customers)


def remembered(reader: Reader) -> Find:
    """The last find, empty when nobody ever looked."""
    raw = reader.value("SELECT value FROM setting WHERE key = ?", (FOUND,))
    try:
        return Find(**json.loads(json.loads(raw))) if raw else Find()
    except (TypeError, ValueError):  # kept by another version of the program
        return Find()


def late_customers(reader: Reader, today: str, progress: Progress = lambda done, whole: None) -> tuple[list[Row], int]:
    """(customers whose order is remarkably late, how many have a rhythm at all); the surest and latest first."""
    from salesdesk.modules.omissions import rules

    since = dates.add_days(today, -YEARS_BACK)
    candidates: list[str] = []
    regular = 0
    for customer, n, first, last in reader.tuples(
        "SELECT customer, count(DISTINCT order_date), min(order_date), max(order_date) FROM sales_order"
        " WHERE customer IS NOT NULL AND void = 0 AND order_date BETWEEN ? AND ? GROUP BY customer",
        (since, today),
    ):
        if n >= rules.LEAST_DAYS:
            regular += 1
            mean = dates.days_between(first, last) / (n - 1)
            if dates.days_between(last, today) > mean / 2:  # the exact look is for those who may be late at all
                candidates.append(customer)
    answered = _answered(reader, "rhythm", today)
    found: list[Row] = []
    for start in range(0, len(candidates), AT_ONCE):
        progress(start, len(candidates))
        part = [c for c in candidates[start : start + AT_ONCE] if (c, "") not in answered]
        rows = reader.tuples(
            "SELECT o.customer, o.order_date FROM json_each(?) j JOIN sales_order o ON o.customer = j.value"
            " WHERE o.void = 0 AND o.order_date BETWEEN ? AND ? ORDER BY j.key",
            (json.dumps(part), since, today),
        )
        for customer, days in groupby(rows, key=lambda row: row[0]):
            rhythm = rules.rhythm_of([day for _, day in days])
            if rhythm is not None and rhythm.missed(today):
                found.append(_late_row(customer, rhythm, today))
    order = {"high": 0, "some": 1, "low": 2}
    found.sort(key=lambda r: (order[r["sure"]], -r["days_late"] / r["median"]))
    return _named(reader, found), regular


def _late_row(customer: str, rhythm: Rhythm, today: str) -> Row:
    return {
        "customer": customer,
        "orders": rhythm.orders,
        "last": rhythm.last,
        "median": rhythm.median,
        "low": rhythm.low,
        "high": rhythm.high,
        "expected": rhythm.expected,
        "days_late": rhythm.late(today),
        "sure": rhythm.sure,
    }


def _named(reader: Reader, rows: list[Row]) -> list[Row]:
    """The rows of customers we still deal with, with their names; most `MOST`."""
    known = {
        uid: (name, phone)
        for uid, name, phone in reader.tuples(
            "SELECT uid, name, phone FROM customer WHERE uid IN (SELECT value FROM json_each(?)) AND void = 0"
            " AND coalesce(stopped, 0) = 0 AND coalesce(lifecycle, '') != 'lost'",
            (json.dumps([r["customer"] for r in rows]),),
        )
    }
    return [{**r, "name": known[r["customer"]][0]} for r in rows if r["customer"] in known][:MOST]


def po_holes(reader: Reader, today: str) -> list[Row]:
    """Holes in the customers' own order numbers of the last half year, the latest first."""
    rows = reader.tuples(
        "SELECT customer, customer_po, order_date FROM sales_order WHERE void = 0 AND order_date BETWEEN ? AND ?"
        " AND customer_po IS NOT NULL AND customer IS NOT NULL UNION ALL"
        " SELECT customer, customer_po, substr(received_at, 1, 10) FROM intake WHERE void = 0 AND customer_po IS NOT NULL"
        " AND customer IS NOT NULL AND state IN ('waiting', 'dropped') AND received_at >= ?",
        (since := dates.add_days(today, -NUMBERS_BACK), today, since),
    )
    from salesdesk.modules.omissions import rules

    by_customer: dict[str, list[tuple[str, str]]] = {}
    for customer, number, day in rows:
        by_customer.setdefault(customer, []).append((number, day))
    answered = _answered(reader, "hole", today)
    found: list[Row] = []
    for customer, numbers in by_customer.items():
        if len(numbers) < rules.LEAST_NUMBERS:
            continue
        for hole in rules.holes(numbers):
            missing = [n for n in hole.missing if (customer, n) not in answered]
            if missing:
                found.append(
                    {
                        "customer": customer,
                        "missing": missing,
                        "before": hole.before,
                        "after": hole.after,
                        "since": hole.since,
                    }
                )
    found.sort(key=lambda r: r["since"], reverse=True)
    return _named(reader, found)


def number_gaps(reader: Reader) -> list[Row]:
    """Holes in our own numbers, voided papers counted as there; each kind of paper by its latest numbers."""
    answered = {number for _, number in _answered(reader, "number", "")}
    from salesdesk.modules.omissions import rules

    found: list[Row] = []
    for entity in reader.schema.entities.values():
        if entity.code != "number" or "number" not in entity.by_key:
            continue
        numbers = reader.column(
            f'SELECT number FROM "{entity.key}" WHERE number IS NOT NULL ORDER BY rowid DESC LIMIT {OWN_LATEST}'
        )
        for series, missing in rules.own_gaps(numbers).items():
            left = [n for n in missing if n not in answered]
            if left:
                found.append({"entity": entity.key, "title": entity.title, "series": series, "missing": left})
    return found


def _answered(reader: Reader, kind: str, today: str) -> set[tuple[str, str]]:
    """(customer, number) pairs somebody asked after; a rhythm counts as asked until its day."""
    return {
        (str(customer or ""), str(subject or ""))
        for customer, subject in reader.tuples(
            "SELECT customer, subject FROM omission_answer WHERE kind = ? AND void = 0 AND coalesce(until, '9999') > ?",
            (kind, today),
        )
    }


def still_late(reader: Reader, find: Find, today: str) -> list[Row]:
    """Those of the remembered late customers who have not ordered and were not asked since."""
    answered = _answered(reader, "rhythm", today)
    ordered = set(
        reader.column(
            "SELECT json_extract(j.value, '$[0]') FROM json_each(?) j WHERE EXISTS (SELECT 1 FROM sales_order o"
            " WHERE o.customer = json_extract(j.value, '$[0]') AND o.void = 0"
            " AND o.order_date > json_extract(j.value, '$[1]'))",
            (json.dumps([(r["customer"], r["last"]) for r in find.late]),),
        )
    )
    return [
        {**r, "days_late": dates.days_between(r["expected"], today)}
        for r in find.late
        if r["customer"] not in ordered and (r["customer"], "") not in answered
    ]


def still_holes(reader: Reader, find: Find, today: str) -> list[Row]:
    """Those of the remembered holes that nothing filled and nobody asked after since."""
    answered = _answered(reader, "hole", today)
    wanted = [(r["customer"], n) for r in find.holes for n in r["missing"]]
    came = {
        (str(c), str(n))
        for c, n in reader.tuples(
            "SELECT json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]') FROM json_each(?) j"
            " WHERE EXISTS (SELECT 1 FROM sales_order o WHERE o.customer_po = json_extract(j.value, '$[1]')"
            " AND o.customer = json_extract(j.value, '$[0]') AND o.void = 0)",
            (json.dumps(wanted),),
        )
    }
    found = []
    for r in find.holes:
        left = [n for n in r["missing"] if (r["customer"], n) not in answered | came]
        if left:
            found.append({**r, "missing": left})
    return found


def still_gaps(reader: Reader, find: Find) -> list[Row]:
    """Those of the remembered gaps in our own numbers that nobody explained since."""
    answered = {n for _, n in _answered(reader, "number", "")}
    found = [{**r, "missing": [n for n in r["missing"] if n not in answered]} for r in find.numbers]
    return [r for r in found if r["missing"]]


def waiting(reader: Reader) -> list[Row]:
    """Arrivals nobody entered, the oldest first, with the customer's name."""
    return reader.rows(
        "SELECT i.*, (SELECT c.name FROM customer c WHERE c.uid = i.customer) AS name FROM intake i"
        " WHERE i.state = 'waiting' AND i.void = 0 ORDER BY i.received_at LIMIT ?",
        (MOST,),
    )


def told(find: Find) -> dict[str, Any]:
    """The find for scripts."""
    return find._asdict()
