"""Reads of the supplies desk: who offers an item cheapest, what is asked for, used and left of a month's budget."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader


def month_before(month: str, by: int) -> str:
    """The year-month `by` months before; 2026-01 less 1 is 2025-12."""
    first = date.fromisoformat(f"{month}-01")
    at = first.year * 12 + first.month - 1 - by
    return f"{at // 12:04d}-{at % 12 + 1:02d}"


def months_before(month: str, count: int) -> list[str]:
    """The `count` months before one, the oldest first."""
    return [month_before(month, by) for by in range(count, 0, -1)]


def best_offer(reader: Reader, supply: str) -> Row | None:
    """The quote to buy by: the vendor marked 先用这家, else the cheapest; the newest quote of each vendor counts."""
    rows = reader.rows(
        "SELECT o.vendor, o.price, o.usual, o.days FROM supply_offer o JOIN supply_vendor v ON v.uid = o.vendor"
        " WHERE o.supply = ? AND o.void = 0 AND v.void = 0 AND coalesce(v.stopped, 0) = 0"
        " ORDER BY coalesce(o.day, ''), o.rowid",
        (supply,),
    )
    newest = {row["vendor"]: row for row in rows}
    return min(newest.values(), key=lambda row: (not row["usual"], row["price"]), default=None)


def price_of(reader: Reader, item: Row) -> tuple[str | None, int | None]:
    """(vendor, price 1/10000) to plan with: the best quote, else the usual vendor at the reference price."""
    offer = best_offer(reader, str(item["uid"]))
    if offer is not None:
        return offer["vendor"], offer["price"]
    return item["vendor"], item["price"]


def requested(reader: Reader) -> dict[str, int]:
    """Asked for and not handed out yet, by item, 1/1000."""
    return dict(
        reader.tuples(
            "SELECT l.supply, sum(l.qty - coalesce(l.issued, 0)) FROM supply_request_line l"
            " JOIN supply_request r ON r.uid = l.request WHERE l.void = 0 AND r.void = 0 AND r.refused IS NULL"
            " AND coalesce(l.issued, 0) < l.qty GROUP BY l.supply"
        )
    )


def used(reader: Reader, first: str, last: str) -> dict[str, int]:
    """Handed out for use less what came back, by item, 1/1000, between two days; lost, broken and miscounted is no use."""
    return dict(
        reader.tuples(
            "SELECT supply, -sum(qty) FROM supply_move WHERE void = 0 AND day BETWEEN ? AND ?"
            " AND kind IN ('领用', '退回') GROUP BY supply",
            (first, last),
        )
    )


def taken_of(reader: Reader, staff: str, supplies: Iterable[str], month: str) -> dict[str, int]:
    """What a person took of some items in a month less what he gave back, 1/1000.

    Never below nothing: what comes back of former months gives nobody more of this one.
    """
    rows = reader.tuples(
        "SELECT supply, -sum(qty) FROM supply_move WHERE staff = ? AND void = 0 AND day BETWEEN ? AND ?"
        " AND kind IN ('领用', '退回') GROUP BY supply",
        (staff, f"{month}-01", f"{month}-31"),
    )
    wanted = set(supplies)
    return {supply: max(0, int(qty)) for supply, qty in rows if supply in wanted}


def quota_of(reader: Reader, supply: str, person: Row) -> Row | None:
    """The quota that holds for a person: his own, else that of his grade, else everybody's."""
    rows = reader.rows("SELECT * FROM supply_quota WHERE supply = ? AND void = 0", (supply,))
    for fits in (
        lambda q: q["staff"] == person["uid"],
        lambda q: not q["staff"] and q["grade"] and q["grade"] == person["grade"],
        lambda q: not q["staff"] and not q["grade"],
    ):
        found = next((row for row in rows if fits(row)), None)
        if found is not None:
            return found
    return None


def budget_of(reader: Reader, month: str) -> int | None:
    """分 that may be spent in a month; None when nobody set it."""
    found = reader.value("SELECT amount FROM supply_budget WHERE month = ? AND void = 0 ORDER BY rowid DESC", (month,))
    return None if found is None else int(found)


_PLANNED = "LEFT JOIN supply_plan p ON p.uid = o.plan"
_OF_MONTH = "coalesce(p.month, substr(o.day, 1, 7)) = ?"


def spent_in(reader: Reader, month: str) -> int:
    """分 ordered out of a month's budget, by a plan in the month it is for.

    Of an order nobody waits for any more only what arrived counts.
    """
    whole = reader.value(
        f"SELECT coalesce(sum(o.amount), 0) FROM supply_order o {_PLANNED} WHERE o.void = 0 AND o.closed IS NULL AND {_OF_MONTH}",
        (month,),
    )
    closed = reader.value(
        f'SELECT coalesce(sum(a.amount), 0) FROM supply_arrival a JOIN supply_order o ON o.uid = a."order" {_PLANNED}'
        f" WHERE a.void = 0 AND o.void = 0 AND o.closed IS NOT NULL AND {_OF_MONTH}",
        (month,),
    )
    return int(whole) + int(closed)


def lines_with_items(reader: Reader, entity: str, link: str, uid: str) -> list[Row]:
    """Live lines of a paper with code, name, spec and unit of their items, in order."""
    return reader.rows(
        'SELECT l.*, s.code AS "supply.code", s.name AS "supply.name", s.spec AS "supply.spec", s.unit AS "supply.unit",'
        ' s.barcode AS "supply.barcode", s.place AS "supply.place", s.pack_unit AS "supply.pack_unit",'
        ' s.pack_qty AS "supply.pack_qty"'
        f' FROM "{entity}" l JOIN supply s ON s.uid = l.supply WHERE l."{link}" = ? AND l.void = 0 ORDER BY l.seq, l.rowid',
        (uid,),
    )
