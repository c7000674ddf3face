"""Reads the facts for the check of one order."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.money import queries as money
from salesdesk.modules.orders import policies, releases
from salesdesk.modules.orders.model import ORDER_LINE
from salesdesk.modules.orders.queries import marks, promised
from salesdesk.modules.orders.rules import Facts, LastPrice
from salesdesk.modules.pricing.queries import prices
from salesdesk.persistence.reading import Reader
from salesdesk.services.working_days import known_days


def facts(
    reader: Reader,
    header: Row,
    lines: Sequence[Row],
    today: str,
    uid: str = "",
    duplicate_days: int = 7,
    amending: bool = True,
    customer: Row | None = None,
) -> Facts:
    """Everything `check_order` needs for one order, in a handful of indexed queries.

    amending: a confirmed order is being changed, so that what stands in it already is not judged anew. customer: his row,
    where it was read already.
    """
    products = list(dict.fromkeys(str(line["product"]) for line in lines if line.get("product")))
    who = str(header.get("customer") or "")
    rows = reader.rows(f"SELECT * FROM product WHERE uid IN ({marks(products)})", products) if products else []
    row = customer if customer is not None else reader.get("customer", who)
    exposure = money.exposure_of(row)
    stored = reader.get("sales_order", uid) if uid and amending else None
    stood = stored if stored is not None and stored["state"] == "confirmed" else None
    return Facts(
        today=today,
        customer=row,
        products={r["uid"]: r for r in rows},
        promised=promised(reader, products, uid),
        last={p: found[0] for p, found in last_prices(reader, who, products, uid, 1).items() if found} if who else {},
        exposure=exposure._replace(undelivered=exposure.undelivered - money.unsent_amount(reader, uid))
        if uid
        else exposure,
        sent_amount=money.sent_amount(reader, uid) if uid else 0,
        overdue=money.overdue(reader, who, today) if row and str(row["late_from"] or "9999") < today else (0, 0),
        twins=twins(reader, header, lines, uid, duplicate_days) if who else (),
        same_po=same_po(reader, header, uid) if who else (),
        stood=stood,
        stood_lines={str(row["uid"]): row for row in reader.of_parent(ORDER_LINE, uid)} if stood else {},
        workdays=known_days(reader),
        stands=policies.stands(reader),
        passed=releases.passed(reader, uid),
        prices=prices(reader, row, products, str(header.get("order_date") or today)),
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
        "SELECT o.uid, o.number FROM sales_order o"
        " WHERE o.customer = ? AND o.order_date >= ? AND o.void = 0 AND o.uid != ? AND o.state != 'cancelled'"
        ' AND (SELECT count(*) = ? AND sum(l.qty) = ? FROM order_line l WHERE l."order" = o.uid AND l.void = 0) LIMIT 5',
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
