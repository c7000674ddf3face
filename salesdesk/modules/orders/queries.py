"""What the order desk reads: what is left to deliver, slips and notes of an order, who orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader

OPEN = "('confirmed', 'part')"
LEFT = "(l.qty - coalesce(l.delivered, 0) - coalesce(l.closed, 0))"
"""What is still owed of an order line: neither delivered nor closed. Never negative (see `guard`)."""


def marks(values: Sequence[Any]) -> str:
    """Placeholders for an IN list."""
    return ", ".join("?" * len(values))


def promised(reader: Reader, products: Sequence[str], but: str = "") -> dict[str, int]:
    """Confirmed but undelivered quantity of each product, one order left out: `open` of a line, as of the last commit."""
    if not products:
        return {}
    return dict(
        reader.tuples(
            f"SELECT product, sum(open) FROM order_line WHERE product IN ({marks(products)}) AND open > 0"
            ' AND "order" != ? GROUP BY product',
            (*products, but),
        )
    )


def monthly_amounts(reader: Reader, customer: str, months: Sequence[str]) -> list[int]:
    """Ordered value of a customer per month ("2026-06"), 分."""
    if not months:
        return []
    found = dict(
        reader.tuples(
            "SELECT substr(order_date, 1, 7), sum(amount) FROM sales_order WHERE customer = ? AND order_date >= ? AND void = 0"
            " AND state IN ('confirmed') GROUP BY 1",
            (customer, f"{min(months)}-01"),
        )
    )
    return [int(found.get(m, 0)) for m in months]


def last_order(reader: Reader, customer: str, but: str = "") -> Row | None:
    """The customer's latest confirmed order: for 复制上次订单 and the side panel."""
    return reader.row(
        "SELECT * FROM sales_order WHERE customer = ? AND void = 0 AND confirmed_at IS NOT NULL AND uid != ?"
        " ORDER BY order_date DESC, rowid DESC LIMIT 1",
        (customer, but),
    )


def open_lines(reader: Reader, order: str) -> list[Row]:
    """Lines of an order with product words and what is left to deliver."""
    return reader.rows(
        f'SELECT l.*, {LEFT} AS "left", p.code AS "product.code", p.name AS "product.name",'
        ' p.spec AS "product.spec", p.unit AS "product.unit", p.on_hand AS "product.on_hand"'
        ' FROM order_line l JOIN product p ON p.uid = l.product WHERE l."order" = ? AND l.void = 0 ORDER BY l.seq, l.rowid',
        (order,),
    )


def routes_of(reader: Reader, order: str) -> dict[str, list[Row]]:
    """Lines of an order by route (生产/采购); products without a category go to 采购."""
    found: dict[str, list[Row]] = {}
    for row in reader.rows(
        'SELECT l.*, coalesce(c.route, \'buy\') AS route, p.code AS "product.code", p.name AS "product.name",'
        ' p.spec AS "product.spec", p.unit AS "product.unit" FROM order_line l JOIN product p ON p.uid = l.product'
        ' LEFT JOIN product_category c ON c.uid = p.category WHERE l."order" = ? AND l.void = 0 ORDER BY l.seq, l.rowid',
        (order,),
    ):
        found.setdefault(row["route"], []).append(row)
    return found


def progress(reader: Reader, order: str) -> tuple[list[Row], list[Row]]:
    """The order's live 传递单 and 送货单 in the order they were made, for the timeline."""
    slips = reader.rows('SELECT * FROM route_slip WHERE "order" = ? AND void = 0 ORDER BY rowid', (order,))
    return slips, notes_of(reader, order)


def notes_of(reader: Reader, order: str) -> list[Row]:
    """The live 送货单 that carry goods of an order, in the order they were made; also those it shares with other orders."""
    return reader.rows(
        'SELECT * FROM delivery WHERE void = 0 AND ("order" = ?1 OR uid IN (SELECT d.delivery FROM delivery_line d'
        ' JOIN order_line l ON l.uid = d.order_line WHERE l."order" = ?1 AND d.void = 0)) ORDER BY rowid',
        (order,),
    )


def people(reader: Reader, customer: str) -> tuple[list[Row], list[Row]]:
    """A customer's contacts and delivery addresses in their order of entry."""
    contacts = reader.rows(
        "SELECT * FROM customer_contact WHERE customer = ? AND void = 0 ORDER BY seq, rowid", (customer,)
    )
    addresses = reader.rows(
        "SELECT * FROM customer_address WHERE customer = ? AND void = 0 ORDER BY seq, rowid", (customer,)
    )
    return contacts, addresses


def salespeople(reader: Reader) -> list[str]:
    """Names that stand as 业务员 at customers, the most frequent first."""
    return [
        str(name)
        for name in reader.column(
            "SELECT salesperson FROM customer WHERE void = 0 AND salesperson IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 60"
        )
    ]


def products_with_stock(reader: Reader, uids: Sequence[str], order: str = "") -> list[Row]:
    """Products with `available`: stock less what is promised to other orders than `order`."""
    if not uids:
        return []
    taken = promised(reader, uids, order)
    rows = reader.rows(f"SELECT * FROM product WHERE uid IN ({marks(uids)})", uids)
    for row in rows:
        row["available"] = (row["on_hand"] or 0) - taken.get(row["uid"], 0)
    return rows


def product_called(reader: Reader, text: str) -> str | None:
    """Uid of the one product in use whose code, barcode or name this is."""
    for condition in ("code = ?1", "upper(code) = upper(?1)", "barcode = ?1", "name = ?1"):
        found = reader.column(
            f"SELECT uid FROM product WHERE {condition} AND void = 0 AND coalesce(stopped, 0) = 0 LIMIT 2", (text,)
        )
        if len(found) == 1:
            return str(found[0])
    return None
