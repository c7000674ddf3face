"""What is read of price lists and promotions: for one order, for a whole file, for the panel beside a line, for the history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.modules.pricing.rules import Prices, Promotion, Quote, Step
from salesdesk.persistence.reading import Reader
from salesdesk.services.history import values_of

_STEPS = (
    "SELECT l.uid, l.product, l.price, coalesce(l.from_qty, 0), coalesce(l.valid_from, ''), coalesce(l.valid_to, '')"
    " FROM json_each(?1) j CROSS JOIN price_line l ON l.list = ?2 AND l.product = j.value WHERE l.void = 0"
    " AND (l.valid_from IS NULL OR l.valid_from <= ?4) AND (l.valid_to IS NULL OR l.valid_to >= ?3)"
)


def prices(reader: Reader, customer: Row | None, products: Sequence[str], day: str) -> Prices:
    """Everything that may price these products for one customer on one day, in two indexed queries."""
    return prices_for(reader, [(customer or {}, p) for p in products], day, day)


def prices_for(reader: Reader, wanted: Iterable[tuple[Row, str]], first: str, last: str) -> Prices:
    """The same for many pairs of a customer's row and a product, between two days; read only what concerns them."""
    lists = reader.tuples(
        "SELECT uid, name, coalesce(customer, ''), coalesce(grade, '') FROM price_list WHERE void = 0 AND coalesce(stopped, 0) = 0"
    )
    found: dict[str, list[Step]] = {}
    for (of, name, customer, grade), products in _concerned(lists, wanted):
        for uid, product, price, qty, since, until in reader.tuples(_STEPS, (json.dumps(products), of, first, last)):
            step = Step(uid, of, name, product, price, qty, customer, grade, since, until)
            found.setdefault(product, []).append(step)
    return Prices(found, promotions(reader, first, last))


Head = tuple[str, str, str, str]
"""A price list: uid, name, customer, grade."""


def _concerned(lists: Sequence[Head], wanted: Iterable[tuple[Row, str]]) -> list[tuple[Head, list[str]]]:
    """Each list that is for one of the customers, his grade or everybody, with the products asked of it."""
    by_customer: dict[str, dict[str, None]] = {}
    by_grade: dict[str, dict[str, None]] = {}
    every: dict[str, None] = {}
    if lists:
        for who, product in wanted:
            by_customer.setdefault(who.get("uid") or "-", {})[product] = None
            by_grade.setdefault(who.get("grade") or "-", {})[product] = None
            every[product] = None
    found = []
    for head in lists:
        _, _, customer, grade = head
        asked = by_customer.get(customer, {}) if customer else by_grade.get(grade, {}) if grade else every
        if asked:
            found.append((head, list(asked)))
    return found


def promotions(reader: Reader, first: str, last: str) -> list[Promotion]:
    """Promotions in force on any day between two days."""
    return [
        Promotion(
            row["uid"],
            row["name"],
            row["kind"],
            row["valid_from"],
            row["valid_to"],
            row["from_qty"] or 0,
            row["price"] or 0,
            row["discount"] or 10_000,
            row["gift_product"] or "",
            row["gift_name"] or "",
            row["gift_price"] or 0,
            row["gift_qty"] or 0,
            row["customer"] or "",
            row["grade"] or "",
            row["product"] or "",
            row["category"] or "",
            bool(row["stacks"]),
        )
        for row in reader.rows(
            "SELECT p.*, g.name AS gift_name, g.list_price AS gift_price FROM promotion p"
            " LEFT JOIN product g ON g.uid = p.gift_product WHERE p.valid_to >= ? AND p.valid_from <= ? AND p.void = 0"
            " AND coalesce(p.stopped, 0) = 0 ORDER BY p.valid_from, p.uid",
            (first, last),
        )
    ]


def reasons(reader: Reader, customer: str, product: str, qty: int | None, day: str) -> Quote:
    """The price of a product for a customer (both uids) and every reason for it: what stands beside an order line."""
    row = reader.get("product", product)
    if row is None:
        return Quote(None, None)
    who = reader.get("customer", customer)
    return prices(reader, who, [product], day).quote(who, row, qty, day)


def in_force(reader: Reader, list_uid: str, day: str, category: str = "") -> list[Row]:
    """The lines of a list that hold on a day: of each product the newest ladder only."""
    rows = reader.rows(
        "SELECT l.* FROM price_line l JOIN product p ON p.uid = l.product WHERE l.list = ? AND l.void = 0 AND p.void = 0"
        " AND (l.valid_from IS NULL OR l.valid_from <= ?) AND (l.valid_to IS NULL OR l.valid_to >= ?)"
        " AND ? IN ('', p.category) ORDER BY p.code, l.from_qty, l.rowid",
        (list_uid, day, day, category),
    )
    newest: dict[str, str] = {}
    for row in rows:
        newest[row["product"]] = max(newest.get(row["product"], ""), row["valid_from"] or "")
    return [row for row in rows if (row["valid_from"] or "") == newest[row["product"]]]


class PricePoint(NamedTuple):
    """One moment in the history of a price, 1/10000 元. what: 订单, 价目表, 标准售价; name: its number or name; who: the customer
    it was for, or who changed it."""

    day: str
    price: int
    what: str
    name: str
    who: str = ""
    qty: int | None = None


def history(reader: Reader, product: str, customer: str = "", limit: int = 40) -> list[PricePoint]:
    """How the price of a product went, newest first: what was ordered at, what lists said, what the 标准售价 was (PRD-2)."""
    mine = "o.customer = :customer AND " if customer else ""
    found = [
        PricePoint(day, price, "订单", number or "", name, qty)
        for day, price, number, name, qty in reader.tuples(
            'SELECT o.order_date, l.price, o.number, c.name, l.qty FROM order_line l JOIN sales_order o ON o.uid = l."order"'
            f" JOIN customer c ON c.uid = o.customer WHERE {mine}l.product = :product AND l.void = 0 AND o.void = 0"
            " AND l.price IS NOT NULL AND o.confirmed_at IS NOT NULL ORDER BY l.rowid DESC LIMIT :limit",
            {"product": product, "customer": customer, "limit": limit},
        )
    ]
    for day, price, name, who, qty in reader.tuples(
        "SELECT coalesce(l.valid_from, substr(l.created_at, 1, 10)), l.price, p.name, coalesce(c.name, ''), l.from_qty"
        " FROM price_line l JOIN price_list p ON p.uid = l.list LEFT JOIN customer c ON c.uid = p.customer"
        " WHERE l.product = :product AND l.void = 0 AND p.void = 0 AND (:customer = '' OR p.customer = :customer OR"
        " (p.customer IS NULL AND (p.grade IS NULL OR p.grade = (SELECT grade FROM customer WHERE uid = :customer))))"
        " ORDER BY l.valid_from DESC LIMIT :limit",
        {"product": product, "customer": customer, "limit": limit},
    ):
        found.append(PricePoint(day, price, "价目表", name, who, qty or None))
    for at, who, listed in values_of(reader, product, "list_price", limit):
        if isinstance(listed, int):
            found.append(PricePoint(at[:10], listed, "标准售价", "", who))
    return sorted(found, key=lambda p: p.day, reverse=True)[:limit]
