"""Order lines with their three dates and what was last heard of them; what was heard and promised of one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.progress.rules import ROUTE_PARTY, SOON, state_words
from salesdesk.persistence.reading import Reader

OPEN = "('confirmed', 'part')"
Which = Literal["all", "late", "today", "soon", "silent"]
MOST = 3000
"""Lines the sheet shows; a house with more open lines narrows them first."""

_FIRST = "(SELECT p.promised FROM line_promise p WHERE p.line = l.uid AND p.void = 0 ORDER BY p.made_at, p.uid LIMIT 1)"
_ASKED = "coalesce(l.due_date, o.due_date)"
_DUE = "coalesce(l.promised, l.due_date, o.due_date)"
_LEFT = "l.qty - coalesce(l.delivered, 0) - coalesce(l.closed, 0)"
_OPEN_LINES = 'FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0'
_OPEN = f"o.stage IN {OPEN} AND +o.void = 0 AND {_LEFT} > 0"
_PASSED = "l.promised < :today"
_SILENT = "coalesce(l.heard_at, '') < :since AND coalesce(substr(l.asked_at, 1, 10), '') < :today"
_WANTED = (
    'SELECT l.uid, l."order", l.seq, l.product, l.qty, coalesce(l.delivered, 0) AS delivered,'
    f' {_LEFT} AS "left", {_ASKED} AS asked, {_FIRST} AS first, l.promised AS promise,'
    " (SELECT count(*) - 1 FROM line_promise p WHERE p.line = l.uid AND p.void = 0) AS moved,"
    " (SELECT f.uid FROM line_feedback f WHERE f.line = l.uid AND f.void = 0 AND f.kind = 'told'"
    " ORDER BY f.said_at DESC, f.uid DESC LIMIT 1) AS heard,"
    " l.asked_at,"
    ' o.number AS "order.number", o.customer_po AS "order.po", o.customer, o.salesperson, o.confirmed_at, c.name AS "customer.name",'
    ' c.short_name AS "customer.short", p.code AS "product.code", p.name AS "product.name", p.spec AS "product.spec",'
    " p.unit AS \"product.unit\", coalesce(k.route, 'buy') AS route"
    ' FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0 JOIN product p ON p.uid = l.product'
    " LEFT JOIN product_category k ON k.uid = p.category LEFT JOIN customer c ON c.uid = o.customer"
)


def lines_of(reader: Reader, order: str) -> list[Row]:
    """All lines of one order, delivered ones too."""
    return _heard(reader, reader.rows(f"{_WANTED} WHERE o.uid = ? ORDER BY l.seq, l.rowid", (order,)))


def lines_named(reader: Reader, lines: Sequence[str]) -> dict[str, Row]:
    """Lines by their uids."""
    wanted = f"{_WANTED} WHERE l.uid IN ({', '.join('?' * len(lines))})"
    found = reader.rows(wanted, tuple(lines)) if lines else []
    return {row["uid"]: row for row in _heard(reader, found)}


def open_lines(
    reader: Reader, today: str, which: Which = "all", route: str = "", ask_days: int = 3, text: str = ""
) -> list[Row]:
    """Undelivered lines of confirmed orders by the day they are promised for, the earliest first; at most MOST.

    late: that day has passed; today; soon: within the next seven days; silent: due within `ask_days` days or late, and
    nothing heard within the last `ask_days` days. text: part of order number, customer, code or name.
    """
    last = {
        "late": dates.add_days(today, -1),
        "today": today,
        "soon": dates.add_days(today, SOON),
        "silent": dates.add_days(today, ask_days),
        "all": "9999-12-31",
    }[which]
    where = [f"o.stage IN {OPEN} AND o.void = 0 AND {_LEFT} > 0", f"{_DUE} <= :last"]
    params: dict[str, Any] = {"last": last, "today": today}
    if which == "today":
        where.append(f"{_DUE} = :today")
    if which == "soon":
        where.append(f"{_DUE} >= :today")
    if which == "silent":
        params["since"] = dates.add_days(today, -ask_days)
        where.append("coalesce(l.heard_at, '') < :since")
    if route:
        where.append("coalesce(k.route, 'buy') = :route")
        params["route"] = route
    if text.strip():
        params["text"] = text.strip()
        where.append(
            "(instr(upper(o.number), upper(:text)) OR instr(c.name, :text) OR instr(upper(p.code), upper(:text))"
            " OR instr(p.name, :text) OR instr(coalesce(o.customer_po, ''), :text))"
        )
    wanted = f"{_WANTED} WHERE {' AND '.join(where)} ORDER BY {_DUE}, o.number, l.seq LIMIT {MOST}"
    rows = reader.rows(wanted, params)
    return _heard(reader, rows)


class Pressing(NamedTuple):
    """What presses: lines whose promise has passed, silent lines of other orders, and how many orders there are of each.

    Rows: order, promise, due, order.number, who, product.name, route_party.
    """

    passed: list[Row]
    silent: list[Row]
    passed_orders: int
    silent_orders: int


def pressing(reader: Reader, today: str, days: int, most: int) -> Pressing:
    """The lines of the first `most` orders of each kind, the orders by their earliest such line.

    Silent: due within `days` days or late, nobody answered within the last `days` days and nobody was asked today. One walk
    over the open lines finds the orders; names are looked up only of those that are told.
    """
    params = {"today": today, "until": dates.add_days(today, days), "since": dates.add_days(today, -days), "most": most}
    passed, silent = "passed IS NOT NULL", "passed IS NULL AND silent IS NOT NULL"
    found = reader.tuples(
        f"WITH pressing AS MATERIALIZED (SELECT o.uid, o.number, min(CASE WHEN {_PASSED} THEN {_DUE} END) AS passed,"
        f" min(CASE WHEN {_SILENT} THEN {_DUE} END) AS silent {_OPEN_LINES} WHERE {_OPEN} AND {_DUE} <= :until GROUP BY o.rowid)"
        f" SELECT 'passed', * FROM (SELECT uid FROM pressing WHERE {passed} ORDER BY passed, number LIMIT :most)"
        f" UNION ALL SELECT 'silent', * FROM (SELECT uid FROM pressing WHERE {silent} ORDER BY silent, number LIMIT :most)"
        f" UNION ALL SELECT 'passed_orders', count(*) FROM pressing WHERE {passed}"
        f" UNION ALL SELECT 'silent_orders', count(*) FROM pressing WHERE {silent}",
        params,
    )
    orders = {kind: [one for of, one in found if of == kind] for kind in Pressing._fields}
    wanted = (
        f'SELECT l."order", l.promised AS promise, {_DUE} AS due, o.number AS "order.number",'
        " coalesce(c.short_name, c.name, '') AS who, p.name AS \"product.name\","
        " CASE k.route WHEN 'make' THEN '生产' ELSE '采购' END AS route_party"
        f" {_OPEN_LINES} JOIN product p ON p.uid = l.product LEFT JOIN product_category k ON k.uid = p.category"
        " LEFT JOIN customer c ON c.uid = o.customer"
        f" WHERE o.uid IN (SELECT value FROM json_each(:orders)) AND {_OPEN} AND {_DUE} <= :until"
    )

    def lines(kind: str, which: str) -> list[Row]:
        sql = f"{wanted} AND {which} ORDER BY due, o.number, l.seq, l.rowid"
        return reader.rows(sql, {**params, "orders": json.dumps(orders[kind])})

    numbers = orders["passed_orders"] + orders["silent_orders"]
    return Pressing(lines("passed", _PASSED), lines("silent", _SILENT), *map(int, numbers))


def counts(reader: Reader, today: str, ask_days: int = 3) -> dict[Which, int]:
    """How many open lines stand at each view, in one walk over the open lines."""
    soon, ask, since = dates.add_days(today, SOON), dates.add_days(today, ask_days), dates.add_days(today, -ask_days)
    wanted = (
        "SELECT count(*), sum(due < :today), sum(due = :today), sum(due BETWEEN :today AND :soon),"
        f" sum(due <= :ask AND NOT coalesce(said, 0)) FROM (SELECT {_DUE} AS due,"
        " l.heard_at >= :since AS said"
        ' FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0'
        f" WHERE o.stage IN {OPEN} AND o.void = 0 AND {_LEFT} > 0)"
    )
    row = reader.tuples(wanted, {"today": today, "soon": soon, "ask": ask, "since": since})[0]
    kinds: tuple[Which, ...] = ("all", "late", "today", "soon", "silent")
    return {kind: int(number or 0) for kind, number in zip(kinds, row, strict=True)}


def _heard(reader: Reader, rows: list[Row]) -> list[Row]:
    """Add what was last said of each line: percent, words, ready, said_by, said_at."""
    wanted = [row["heard"] for row in rows if row["heard"]]
    said: dict[str, Row] = {}
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        marks = ", ".join("?" * len(part))
        said |= {r["uid"]: r for r in reader.rows(f"SELECT * FROM line_feedback WHERE uid IN ({marks})", part)}
    for row in rows:
        one = said.get(row["heard"]) or {}
        for key in ("percent", "words", "ready", "said_by", "said_at", "party", "how", "note"):
            row[f"last.{key}"] = one.get(key)
        row["due"] = row["promise"] or row["asked"]
        row["last"] = state_words(one.get("percent"), one.get("words"))
        row["route_party"] = ROUTE_PARTY.get(str(row["route"]), "采购")
    return rows


def course_of(reader: Reader, line: str) -> tuple[list[Row], list[Row]]:
    """(feedback, promises) of one line, the oldest first."""
    heard = reader.rows("SELECT * FROM line_feedback WHERE line = ? AND void = 0 ORDER BY said_at, uid", (line,))
    promised = reader.rows("SELECT * FROM line_promise WHERE line = ? AND void = 0 ORDER BY made_at, uid", (line,))
    return heard, promised


def course_of_order(reader: Reader, order: str) -> list[Row]:
    """Everything that was heard or promised of an order, the latest first, with the product's name, at most 200."""
    return reader.rows(
        'SELECT f.*, p.name AS "product.name" FROM line_feedback f LEFT JOIN product p ON p.uid = f.product'
        ' WHERE f."order" = ? AND f.void = 0 ORDER BY f.said_at DESC, f.uid DESC LIMIT 200',
        (order,),
    )


def promise_changes(reader: Reader, first: str, last: str) -> list[Row]:
    """How often promises were changed, by reason: rows of why, count, days (by how much later in sum); days included."""
    return reader.rows(
        "SELECT why, count(*) AS count, sum(CAST(julianday(promised) - julianday(before) AS INTEGER)) AS days"
        " FROM line_promise WHERE void = 0 AND before IS NOT NULL AND made_at >= ? AND made_at < ? || 'U'"
        " GROUP BY why ORDER BY 2 DESC, 1",
        (first, last),
    )
