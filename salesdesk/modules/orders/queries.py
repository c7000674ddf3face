"""What the order desk reads: the facts for the check, the side panel, what is left to deliver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.money import queries as money
from salesdesk.modules.orders import policies, releases
from salesdesk.modules.orders.model import ORDER_LINE
from salesdesk.modules.orders.rules import Facts, LastPrice
from salesdesk.modules.pricing.queries import prices
from salesdesk.persistence.reading import Reader
from salesdesk.services.working_days import known_days

OPEN = "('confirmed', 'part')"
LEFT = "(l.qty - coalesce(l.delivered, 0) - coalesce(l.closed, 0))"
"""What is still owed of an order line: neither delivered nor closed. Never negative (see `guard`)."""


def marks(values: Sequence[Any]) -> str:
    """Placeholders for an IN list."""
    return ", ".join("?" * len(values))


def facts(
    reader: Reader,
    header: Row,
    lines: Sequence[Row],
    today: str,
    uid: str = "",
    duplicate_days: int = 7,
    amending: bool = True,
) -> Facts:
    """Everything `check_order` needs for one order, in a handful of indexed queries.

    amending: a confirmed order is being changed, so that what stands in it already is not judged anew.
    """
    products = list(dict.fromkeys(str(line["product"]) for line in lines if line.get("product")))
    customer = str(header.get("customer") or "")
    rows = reader.rows(f"SELECT * FROM product WHERE uid IN ({marks(products)})", products) if products else []
    row = reader.get("customer", customer)
    exposure = money.exposure_of(row)
    stored = reader.get("sales_order", uid) if uid and amending else None
    stood = stored if stored is not None and stored["state"] == "confirmed" else None
    return Facts(
        today=today,
        customer=row,
        products={r["uid"]: r for r in rows},
        promised=promised(reader, products, uid),
        last={p: found[0] for p, found in last_prices(reader, customer, products, uid, 1).items() if found}
        if customer
        else {},
        exposure=exposure._replace(undelivered=exposure.undelivered - money.unsent_amount(reader, uid))
        if uid
        else exposure,
        sent_amount=money.sent_amount(reader, uid) if uid else 0,
        overdue=money.overdue(reader, customer, today) if row and str(row["late_from"] or "9999") < today else (0, 0),
        twins=twins(reader, header, lines, uid, duplicate_days) if customer else (),
        same_po=same_po(reader, header, uid) if customer else (),
        stood=stood,
        stood_lines={str(row["uid"]): row for row in reader.of_parent(ORDER_LINE, uid)} if stood else {},
        workdays=known_days(reader),
        stands=policies.stands(reader),
        passed=releases.passed(reader, uid),
        prices=prices(reader, row, products, str(header.get("order_date") or today)),
    )


def promised(reader: Reader, products: Sequence[str], but: str = "") -> dict[str, int]:
    """Confirmed but undelivered quantity of each product, one order left out."""
    if not products:
        return {}
    return dict(
        reader.tuples(
            f'SELECT l.product, sum({LEFT}) FROM order_line l JOIN sales_order o ON o.uid = l."order"'
            f" WHERE l.product IN ({marks(products)}) AND l.void = 0 AND {LEFT} > 0"
            f" AND o.void = 0 AND o.stage IN {OPEN} AND o.uid != ? GROUP BY l.product",
            (*products, but),
        )
    )


def last_prices(
    reader: Reader, customer: str, products: Sequence[str], but: str = "", limit: int = 5
) -> dict[str, list[LastPrice]]:
    """The latest prices this customer paid for some products, newest first, from orders that were confirmed."""
    if not products:
        return {}
    found: dict[str, list[LastPrice]] = {}
    for product, price, day, number, qty in reader.tuples(
        'SELECT l.product, l.price, o.order_date, o.number, l.qty FROM sales_order o JOIN order_line l ON l."order" = o.uid'
        f" WHERE o.customer = ? AND o.void = 0 AND l.void = 0 AND o.confirmed_at IS NOT NULL AND o.uid != ?"
        f" AND l.product IN ({marks(products)}) ORDER BY o.order_date DESC, o.rowid DESC",
        (customer, but, *products),
    ):
        kept = found.setdefault(product, [])
        if len(kept) < limit:
            kept.append(LastPrice(price, day, number or "", qty))
    return found


def twins(reader: Reader, header: Row, lines: Sequence[Row], uid: str, days: int) -> tuple[str, ...]:
    """Numbers of the customer's other recent orders with exactly the same products and quantities."""
    if not lines or not header.get("order_date"):
        return ()
    wanted = sorted((str(line.get("product") or ""), int(line.get("qty") or 0)) for line in lines)
    since = dates.add_days(str(header["order_date"]), -days)
    found = []
    for other, number in reader.tuples(  # the same number of lines and total quantity first, then the exact comparison
        'SELECT o.uid, o.number FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0'
        " WHERE o.customer = ? AND o.order_date >= ? AND o.void = 0 AND o.uid != ? AND o.state != 'cancelled'"
        " GROUP BY o.uid HAVING count(*) = ? AND sum(l.qty) = ? LIMIT 5",
        (header["customer"], since, uid, len(wanted), sum(qty for _, qty in wanted)),
    ):
        have = sorted(reader.tuples('SELECT product, qty FROM order_line WHERE "order" = ? AND void = 0', (other,)))
        if have == wanted:
            found.append(number or "草稿")
    return tuple(found)


def same_po(reader: Reader, header: Row, uid: str) -> tuple[str, ...]:
    """Numbers of the customer's other orders that carry the same 客户单号."""
    if not header.get("customer_po"):
        return ()
    return tuple(
        reader.column(
            "SELECT number FROM sales_order WHERE customer_po = ? AND customer = ? AND void = 0 AND uid != ? AND state != 'cancelled'"
            " LIMIT 5",
            (header["customer_po"], header["customer"], uid),
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
