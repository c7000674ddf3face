"""Which finished orders are not filed yet, and which dossiers are older than what they hold."""

from __future__ import annotations

from typing import Any

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader

RECENT = 120
_OVER = "(o.stage = 'done' OR (o.stage = 'cancelled' AND o.confirmed_at IS NOT NULL))"
_LAST = (
    "coalesce((SELECT max(d.day) FROM order_line l JOIN delivery_line x ON x.order_line = l.uid AND x.void = 0"
    ' JOIN delivery d ON d.uid = x.delivery AND d.void = 0 WHERE l."order" = o.uid), o.due_date)'
)
_NEWER = (
    " OR EXISTS (SELECT 1 FROM attachment a WHERE a.void = 0 AND a.created_at > g.filed_at AND (a.owner = o.uid OR a.owner IN"
    ' (SELECT x.delivery FROM order_line l JOIN delivery_line x ON x.order_line = l.uid WHERE l."order" = o.uid)'
    ' OR a.owner IN (SELECT i.uid FROM intake i WHERE i."order" = o.uid)))'
    ' OR EXISTS (SELECT 1 FROM order_change c WHERE c.void = 0 AND c."order" = o.uid AND c.made_at > g.filed_at)'
    ' OR EXISTS (SELECT 1 FROM order_problem q WHERE q.void = 0 AND q."order" = o.uid AND q.closed_at > g.filed_at)'
)


def unfiled(
    reader: Reader,
    until: str,
    first: str = "",
    last: str = "",
    customer: str = "",
    renew: bool = False,
    limit: int = 500,
) -> list[Row]:
    """Finished orders without a dossier, or (renew) with one that something was added to since; the oldest first.

    until: only what was finished up to this day. first, last: order days. Rows: uid, number, customer, finished_on, dossier.
    """
    where, params = [f"{_OVER} AND +o.void = 0"], {"until": until, "limit": limit}
    if first:
        where.append("o.order_date >= :first")
    if last:
        where.append("o.order_date <= :last")
    if customer:
        where.append("o.customer = :customer")
    given: dict[str, Any] = {"first": first, "last": last, "customer": customer}
    params |= {k: v for k, v in given.items() if v}
    stale = _NEWER if renew else ""
    return reader.rows(
        f"SELECT o.uid, o.number, o.customer, {_LAST} AS finished_on, g.uid AS dossier FROM sales_order o"
        ' LEFT JOIN dossier g ON g."order" = o.uid AND g.void = 0'
        f" WHERE {' AND '.join(where)} AND (g.uid IS NULL{stale}) AND {_LAST} <= :until ORDER BY o.order_date, o.rowid LIMIT :limit",
        params,
    )


def waiting(reader: Reader, today: str, days: int) -> int:
    """How many orders due within the last 120 days have been finished for some days and are not filed; counts to 1000."""
    return int(
        reader.value(
            "SELECT count(*) FROM (SELECT 1 FROM sales_order o WHERE o.stage IN ('done', 'cancelled') AND +o.void = 0"
            " AND o.confirmed_at IS NOT NULL AND o.due_date >= ?2"
            ' AND NOT EXISTS (SELECT 1 FROM dossier g WHERE g."order" = o.uid AND g.void = 0)'
            f" AND {_LAST} <= ?1 LIMIT 1000)",
            (dates.add_days(today, -days), dates.add_days(today, -RECENT)),
        )
    )


def of_order(reader: Reader, order: str) -> Row | None:
    """The dossier of an order, with the `paths` of its files."""
    row = reader.row('SELECT * FROM dossier WHERE "order" = ? AND void = 0 ORDER BY filed_at DESC LIMIT 1', (order,))
    if row is not None:
        row["paths"] = reader.column("SELECT path FROM dossier_file WHERE dossier = ? AND void = 0", (row["uid"],))
    return row
