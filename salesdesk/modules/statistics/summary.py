"""Sums of past months kept ready: who touches a paper of a month drops its sums, so what is read is never out of date.

`sales_piece` names the stretches of days whose sums in `sales_sum` stand; a stretch not named there is added up from the
papers themselves. The write transaction only deletes names (`derive_pieces`); `refresh` adds the missing sums up again.
Stretches are cut at the beginning of months and after every closing day in use, so that natural and financial months,
quarters and years are made of whole stretches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Value
from salesdesk.domain.problems import Problem
from salesdesk.modules.statistics.facts import DIMENSIONS, KEPT, SUMS, facts, sums
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.history import ever

BASES = ("order", "delivery", "invoice", "payment")
_AMONG = "IN (SELECT value FROM json_each(?))"
_DAYS = {
    "order": ("sales_order", "order_date"),
    "delivery": ("delivery", "day"),
    "invoice": ("sales_invoice", "day"),
    "payment": ("receipt", "day"),
}
"""Base -> the paper that carries its day."""


class Piece(NamedTuple):
    """A stretch of days whose sums are kept together."""

    first: str
    last: str


# -- dropping, inside every write --------------------------------------------------------------------------------------


def derive_pieces(work: Work, changes: Changes) -> None:
    """Before each commit: drop the sums of the stretches that touched papers lie in, or lay in before."""
    if not changes.touched.keys() & _WATCHED:
        return
    newest = work.value("SELECT max(last) FROM sales_piece")
    if newest is None:
        return
    was = work.befores(_RECORDS) if changes.op else []
    papers = {base: set(changes.of(table)) for base, (table, _) in _DAYS.items()}
    for base, line, parent in _LINES:
        if changes.of(line):
            papers[base] |= _column(work, f'SELECT DISTINCT "{parent}" FROM {line} WHERE uid', changes.of(line))
    for base, uids in papers.items():
        table, key = _DAYS[base]
        days = _column(work, f"SELECT DISTINCT {key} FROM {table} WHERE uid", uids)
        if changes.op:
            days |= {str(before[key]) for entity, _, before in was if entity == table and before.get(key)}
        else:
            days |= {str(day) for day in ever(work, uids, key)}  # a merge does not tell what was before
        _drop(work, base, {day for day in days if day <= newest})
    told = {
        uid for entity, uid, before in was if entity == "sales_order" and before.keys() & {"salesperson", "channel"}
    }
    _later_papers(work, told if changes.op else papers["order"])
    _records(work, changes, was)


_LINES = (
    ("order", "order_line", "order"),
    ("delivery", "delivery_line", "delivery"),
    ("invoice", "sales_invoice_line", "invoice"),
)
_RECORDS = ("sales_order", "delivery", "sales_invoice", "receipt", "product", "customer")
_WATCHED = {*_RECORDS, *(line for _, line, _ in _LINES)}


def _later_papers(work: Work, orders: Iterable[str]) -> None:
    """Who sold an order and how it came also stands on its deliveries and invoices."""
    sent = _column(
        work,
        'SELECT DISTINCT d.delivery FROM delivery_line d JOIN order_line l ON l.uid = d.order_line WHERE l."order"',
        orders,
    )
    billed = _column(work, 'SELECT DISTINCT invoice FROM sales_invoice_line WHERE "order"', orders)
    via = _column(work, 'SELECT uid FROM delivery WHERE "order"', orders)
    billed |= _column(work, "SELECT DISTINCT invoice FROM sales_invoice_line WHERE delivery", via)
    _drop(work, "delivery", _column(work, "SELECT DISTINCT day FROM delivery WHERE uid", sent))
    _drop(work, "invoice", _column(work, "SELECT DISTINCT day FROM sales_invoice WHERE uid", billed))


def _records(work: Work, changes: Changes, was: list[tuple[str, str, dict[str, Value]]]) -> None:
    """A cost, a tax rate or a customer's salesperson changed: they are read at their present values."""
    if changes.op:
        goods = any(entity == "product" and before.keys() & {"cost", "tax_rate"} for entity, _, before in was)
        people = any(entity == "customer" and "salesperson" in before for entity, _, before in was)
    else:
        goods, people = bool(changes.of("product")), bool(changes.of("customer"))
    if goods:
        work.execute("DELETE FROM sales_piece WHERE base IN ('order', 'delivery')")
    if people:
        work.execute("DELETE FROM sales_piece WHERE base IN ('invoice', 'payment')")


def _column(work: Work, sql: str, uids: Iterable[str]) -> set[str]:
    given = list(uids)
    return {one for one in work.column(f"{sql} {_AMONG}", (json.dumps(given),)) if one} if given else set()


def _drop(work: Work, base: str, days: set[str]) -> None:
    if days:
        work.execute(
            "DELETE FROM sales_piece WHERE base = ? AND EXISTS (SELECT 1 FROM json_each(?) j"
            " WHERE j.value BETWEEN sales_piece.first AND sales_piece.last)",
            (base, json.dumps(list(days))),
        )


# -- adding up ---------------------------------------------------------------------------------------------------------


def pieces_between(first: str, last: str, closings: Iterable[int]) -> list[Piece]:
    """The stretches from the month of `first` up to `last`, cut at months and after closing days; the last one ends on `last`."""
    cuts = sorted({1, *(n + 1 for n in closings)})
    found: list[str] = []
    month = first[:7]
    while month <= last[:7]:
        found += [f"{month}-{day:02d}" for day in cuts if f"{month}-{day:02d}" <= dates.month_end(f"{month}-01")]
        month = dates.add_months(f"{month}-01", 1)[:7]
    found.append(f"{month}-01")
    return [Piece(a, min(dates.add_days(b, -1), last)) for a, b in pairwise(found) if a <= last]


def missing(reader: Reader, today: str, closings: Iterable[int]) -> list[tuple[str, Piece]]:
    """The stretches that are over and whose sums do not stand."""
    wanted: list[tuple[str, Piece]] = []
    have = set(reader.tuples("SELECT base, first, last FROM sales_piece"))
    for base in BASES:
        table, key = _DAYS[base]
        begin = reader.value(f"SELECT min({key}) FROM {table} WHERE void = 0 AND {key} IS NOT NULL")
        if begin:
            whole = pieces_between(str(begin), dates.add_days(today, -1), closings)
            wanted += [(base, p) for p in whole if (base, p.first, p.last) not in have]
    return wanted


def refresh(
    work: Work, today: str, closings: Iterable[int], progress: Callable[[int, int], None] = lambda done, whole: None
) -> int:
    """Add up what is missing; returns how many stretches. Needs no operation: nothing of it is shared."""
    wanted = missing(work, today, closings)
    for done, (base, piece) in enumerate(wanted):
        progress(done, len(wanted))
        overlapping = work.tuples(
            "SELECT first, last FROM sales_piece WHERE base = ? AND first <= ? AND last >= ?",
            (base, piece.last, piece.first),
        )
        for first, last in overlapping:
            work.execute("DELETE FROM sales_piece WHERE base = ? AND first = ? AND last = ?", (base, first, last))
        work.execute(
            "DELETE FROM sales_sum WHERE base = ? AND dim IN ('customer', 'product', 'salesperson', 'channel')"
            " AND piece BETWEEN ? AND ?",
            (base, min([piece.first, *(first for first, _ in overlapping)]), piece.last),
        )
        work.execute("DROP TABLE IF EXISTS temp.fact")
        work.execute(f"CREATE TEMP TABLE fact AS {facts(base)}", {"first": piece.first, "last": piece.last})
        for name in KEPT:
            work.execute(_KEEP.format(name=name, columns=", ".join(SUMS), key=name, sums=sums()), (base, piece.first))
        work.execute("DROP TABLE temp.fact")
        work.execute("INSERT INTO sales_piece(base, first, last) VALUES (?, ?, ?)", (base, *piece))
    if wanted:
        progress(len(wanted), len(wanted))
    return len(wanted)


_KEEP = (
    "INSERT INTO sales_sum(base, dim, piece, key, docs, {columns})"
    " SELECT ?, '{name}', ?, coalesce({key}, ''), count(DISTINCT doc), {sums} FROM temp.fact GROUP BY 4"
)


def rebuild(
    work: Work, today: str, closings: Iterable[int], progress: Callable[[int, int], None] = lambda done, whole: None
) -> int:
    """Forget all kept sums and add them up anew."""
    work.execute("DELETE FROM sales_piece")
    work.execute("DELETE FROM sales_sum")
    return refresh(work, today, closings, progress)


# -- reading -----------------------------------------------------------------------------------------------------------


class Cover(NamedTuple):
    """How days are read: kept stretches, and the days left over that are added up from the papers."""

    kept: list[Piece]
    rest: list[Piece]


def cover(reader: Reader, base: str, first: str, last: str) -> Cover:
    """The kept stretches that lie wholly between two days, and what lies between and around them."""
    kept = [
        Piece(*row)
        for row in reader.tuples(
            "SELECT first, last FROM sales_piece WHERE base = ? AND first >= ? AND last <= ? ORDER BY first",
            (base, first, last),
        )
    ]
    rest: list[Piece] = []
    at = first
    for piece in kept:
        if piece.first > at:
            rest.append(Piece(at, dates.add_days(piece.first, -1)))
        at = dates.add_days(piece.last, 1)
    if at <= last:
        rest.append(Piece(at, last))
    return Cover(kept, rest)


# -- checking ----------------------------------------------------------------------------------------------------------


def check_pieces(reader: Reader) -> list[Problem]:
    """Add every kept stretch up from the papers again and tell each dimension that comes out differently."""
    found: list[Problem] = []
    columns = ", ".join(("key", "docs", *SUMS))
    for base, first, last in reader.tuples("SELECT base, first, last FROM sales_piece ORDER BY base, first"):
        for name in KEPT:
            counted = reader.tuples(
                f"SELECT coalesce({DIMENSIONS[name].key}, '') AS key, count(DISTINCT doc), {sums()} FROM ({facts(base)}) f"
                " GROUP BY 1 ORDER BY 1",
                {"first": first, "last": last},
            )
            kept = reader.tuples(
                f"SELECT {columns} FROM sales_sum WHERE base = ? AND dim = ? AND piece = ? ORDER BY key",
                (base, name, first),
            )
            if counted != kept:
                wrong = len(set(counted) ^ set(kept))
                found.append(
                    Problem(
                        f"统计汇总 {first} 至 {last}（{base}，{DIMENSIONS[name].title}）和逐单加起来不一样，差 {wrong} 行",
                        "在统计页点「重算」，或运行 salesdesk do statistics.rebuild",
                        place="统计",
                        code="summary",
                    )
                )
    return found
