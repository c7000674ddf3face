"""Sums of past sales kept ready: who touches a paper takes away the standing of its stretches, so what is read is never out of date.

`sales_piece` names stretches of days; the sums in `sales_sum` of one that stands are those of the papers, what no standing
stretch covers is added up from the papers themselves. The write transaction only takes standing away (`derive_pieces`);
`refresh` adds up again what is missing. Stretches are cut at the beginning of months and after every closing day in use,
so that natural and financial months are made of whole ones. Each also goes into the sum of its year and the sum of all:
those always hold exactly what their stretches hold, standing or not, and so follow by what changed in one of them.
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
from salesdesk.persistence.reading import Reader, among
from salesdesk.persistence.work import Work
from salesdesk.services.history import ever

BASES = ("order", "delivery", "invoice", "payment")
_DAYS = {
    "order": ("sales_order", "order_date"),
    "delivery": ("delivery", "day"),
    "invoice": ("sales_invoice", "day"),
    "payment": ("receipt", "day"),
}
"""Base -> the paper that carries its day."""


class Piece(NamedTuple):
    """A stretch of days whose sums are kept together, under the name `key`: its first day, "2026" or ALL."""

    first: str
    last: str
    key: str = ""


ALL = "all"


def wholes_of(piece: str) -> tuple[str, str]:
    """The larger sums a stretch goes into: its natural year, and all of them."""
    return piece[:4], ALL


# -- dropping, inside every write --------------------------------------------------------------------------------------


def derive_pieces(work: Work, changes: Changes) -> None:
    """Before each commit: drop the sums of the stretches that touched papers lie in, or lay in before."""
    if not changes.touched.keys() & _WATCHED:
        return
    newest = work.value("SELECT max(last) FROM sales_piece WHERE stands = 1")
    if newest is None:
        return
    was = work.befores(_RECORDS) if changes.op else []
    papers = {base: set(changes.of(table)) for base, (table, _) in _DAYS.items()}
    for base, line in _LINES:
        if changes.of(line):
            papers[base] |= work.owners(changes, line)
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
    ("order", "order_line"),
    ("delivery", "delivery_line"),
    ("invoice", "sales_invoice_line"),
)
_RECORDS = ("sales_order", "delivery", "sales_invoice", "receipt", "product", "customer")
_WATCHED = {*_RECORDS, *(line for _, line in _LINES)}


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
        work.execute("UPDATE sales_piece SET stands = 0 WHERE base IN ('order', 'delivery')")
    if people:
        work.execute("UPDATE sales_piece SET stands = 0 WHERE base IN ('invoice', 'payment')")


def _column(work: Work, sql: str, uids: Iterable[str]) -> set[str]:
    given = list(uids)
    if not given:
        return set()
    some, values = among(given)
    return {one for one in work.column(f"{sql} {some}", values) if one}


def _drop(work: Work, base: str, days: set[str]) -> None:
    if days:
        work.execute(
            "UPDATE sales_piece SET stands = 0 WHERE base = ? AND stands = 1 AND EXISTS (SELECT 1 FROM json_each(?) j"
            " WHERE j.value BETWEEN sales_piece.first AND sales_piece.last)",
            (base, json.dumps(list(days))),
        )


# -- adding up ---------------------------------------------------------------------------------------------------------


def pieces_between(first: str, last: str, closings: Iterable[int]) -> list[Piece]:
    """The whole stretches from the month of `first` up to `last`, cut at months and after closing days."""
    cuts = sorted({1, *(n + 1 for n in closings)})
    found: list[str] = []
    month = first[:7]
    while month <= last[:7]:
        found += [f"{month}-{day:02d}" for day in cuts if f"{month}-{day:02d}" <= dates.month_end(f"{month}-01")]
        month = dates.add_months(f"{month}-01", 1)[:7]
    found.append(f"{month}-01")
    return [Piece(a, dates.add_days(b, -1), a) for a, b in pairwise(found) if dates.add_days(b, -1) <= last]


def _known(reader: Reader, base: str, condition: str = "") -> list[Piece]:
    """The stretches of a base that are named, without the larger sums."""
    return [
        Piece(*row)
        for row in reader.tuples(
            f"SELECT first, last, piece FROM sales_piece WHERE base = ? AND length(piece) = 10{condition} ORDER BY first",
            (base,),
        )
    ]


def _wanted(reader: Reader, base: str, today: str, closings: Iterable[int]) -> list[Piece]:
    """The stretches of a base that are over, from its first paper or what was added up of older ones."""
    table, key = _DAYS[base]
    begin = [reader.value(f"SELECT min({key}) FROM {table} WHERE void = 0 AND {key} IS NOT NULL")]
    begin.append(reader.value("SELECT min(first) FROM sales_piece WHERE base = ?", (base,)))
    first = min((str(day) for day in begin if day), default="")
    return pieces_between(first, dates.add_days(today, -1), closings) if first else []


def refresh(
    work: Work,
    today: str,
    closings: Iterable[int],
    progress: Callable[[int, int], None] = lambda done, whole: None,
    most: int = 0,
) -> int:
    """Add up what is missing, at most so many stretches at a time (0: all); returns how many. Nothing of it is shared."""
    cuts = list(closings)
    missing: list[tuple[str, Piece]] = []
    for base in BASES:
        wanted = _wanted(work, base, today, cuts)
        if not set(_known(work, base)) <= set(wanted):  # the months are cut otherwise now
            _forget(work, base)
        stand = set(_known(work, base, " AND stands = 1"))
        missing += [(base, piece) for piece in wanted if piece not in stand]
    now, later = (missing[:most], missing[most:]) if most else (missing, [])
    for done, (base, piece) in enumerate(now):
        progress(done, len(now))
        _add_up(work, base, piece)
    for base in {base for base, _ in now} - {base for base, _ in later}:
        _name_wholes(work, base)
    if now:
        progress(len(now), len(now))
    return len(now)


def _add_up(work: Work, base: str, piece: Piece) -> None:
    """The sums of one stretch from its papers, in its own place and in the larger sums it goes into."""
    work.execute("DROP TABLE IF EXISTS temp.fact")
    work.execute(f"CREATE TEMP TABLE fact AS {facts(base)}", {"first": piece.first, "last": piece.last})
    for dim in KEPT:
        place = (base, dim, piece.key)
        for whole in wholes_of(piece.key):
            work.execute(_CARRY.format(sign="-"), (whole, *place))
        work.execute("DELETE FROM sales_sum WHERE base = ? AND dim = ? AND piece = ?", place)
        work.execute(
            f"INSERT INTO sales_sum(base, dim, piece, key, {_COLUMNS}) SELECT ?, ?, ?, coalesce({dim}, ''),"
            f" count(DISTINCT doc), {sums()} FROM temp.fact GROUP BY 4",
            place,
        )
        for whole in wholes_of(piece.key):
            work.execute(_CARRY.format(sign=""), (whole, *place))
    work.execute("DROP TABLE temp.fact")
    work.execute(
        "INSERT INTO sales_piece(base, piece, first, last, stands) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT(base, piece) DO UPDATE SET stands = 1",
        (base, piece.key, piece.first, piece.last),
    )


_COLUMNS = ", ".join(("docs", *SUMS))
_CARRY = (
    f"INSERT INTO sales_sum(base, dim, piece, key, {_COLUMNS}) SELECT base, dim, ?, key, "
    + ", ".join(f"{{sign}}{key}" for key in ("docs", *SUMS))
    + " FROM sales_sum WHERE base = ? AND dim = ? AND piece = ? ON CONFLICT(base, dim, piece, key) DO UPDATE SET "
    + ", ".join(f"{key} = {key} + excluded.{key}" for key in ("docs", *SUMS))
)
"""Puts the sums of one stretch into a larger one, or takes them out again."""


def _name_wholes(work: Work, base: str) -> None:
    """Let the larger sums stand over the days of their stretches; keys nothing is left of go."""
    extent: dict[str, tuple[str, str]] = {}
    for piece in _known(work, base):
        for whole in wholes_of(piece.key):
            extent[whole] = (extent.get(whole, (piece.first, ""))[0], piece.last)
    for whole, (first, last) in extent.items():
        work.execute(
            "INSERT INTO sales_piece(base, piece, first, last, stands) VALUES (?, ?, ?, ?, 1)"
            " ON CONFLICT(base, piece) DO UPDATE SET first = excluded.first, last = excluded.last, stands = 1",
            (base, whole, first, last),
        )
        for dim in KEPT:
            place = (base, dim, whole)
            work.execute("DELETE FROM sales_sum WHERE base = ? AND dim = ? AND piece = ? AND docs = 0", place)


def _forget(work: Work, base: str) -> None:
    work.execute("DELETE FROM sales_piece WHERE base = ?", (base,))
    work.execute("DELETE FROM sales_sum WHERE base = ?", (base,))


def rebuild(
    work: Work, today: str, closings: Iterable[int], progress: Callable[[int, int], None] = lambda done, whole: None
) -> int:
    """Forget all kept sums and add them up anew."""
    for base in BASES:
        _forget(work, base)
    return refresh(work, today, closings, progress)


# -- reading -----------------------------------------------------------------------------------------------------------


class Cover(NamedTuple):
    """How days are read: kept stretches, and the days left over that are added up from the papers."""

    kept: list[Piece]
    rest: list[Piece]


def cover(reader: Reader, base: str, first: str, last: str) -> Cover:
    """The largest standing stretches that lie wholly between two days, and what lies between and around them."""
    kept: list[Piece] = []
    rest: list[Piece] = []
    at = first
    for row in reader.tuples(
        "SELECT first, last, piece FROM sales_piece WHERE base = ? AND stands = 1 AND first >= ? AND last <= ?"
        " ORDER BY first, last DESC, length(piece)",
        (base, first, last),
    ):
        piece = Piece(*row)
        if piece.first < at:  # inside the one before
            continue
        if piece.first > at:
            rest.append(Piece(at, dates.add_days(piece.first, -1)))
        kept.append(piece)
        at = dates.add_days(piece.last, 1)
    if at <= last:
        rest.append(Piece(at, last))
    return Cover(kept, rest)


# -- checking ----------------------------------------------------------------------------------------------------------


def check_pieces(reader: Reader) -> list[Problem]:
    """Add every standing stretch up from the papers again, every larger sum from its stretches; tell what comes out differently."""
    found: list[Problem] = []
    columns = ", ".join(("key", "docs", *SUMS))
    added = ", ".join(("key", "sum(docs)", *(f"sum({key})" for key in SUMS)))
    for base, piece, first, last in reader.tuples(
        "SELECT base, piece, first, last FROM sales_piece WHERE stands = 1 ORDER BY base, first, last"
    ):
        for name in KEPT:
            if len(piece) == 10:
                counted = reader.tuples(
                    f"SELECT coalesce({DIMENSIONS[name].key}, '') AS key, count(DISTINCT doc), {sums()}"
                    f" FROM ({facts(base)}) f GROUP BY 1 ORDER BY 1",
                    {"first": first, "last": last},
                )
            else:
                counted = reader.tuples(
                    f"SELECT {added} FROM sales_sum WHERE base = ? AND dim = ? AND length(piece) = 10"
                    " AND piece BETWEEN ? AND ? GROUP BY key ORDER BY key",
                    (base, name, first, last),
                )
            kept = reader.tuples(
                f"SELECT {columns} FROM sales_sum WHERE base = ? AND dim = ? AND piece = ? ORDER BY key",
                (base, name, piece),
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
