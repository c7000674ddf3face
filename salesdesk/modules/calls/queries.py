"""Reads everything a customer may ask about on the telephone, in a handful of indexed queries."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.money import queries as money
from salesdesk.persistence.reading import Reader

OPEN = "('confirmed', 'part')"
MOST_LINES = 200
LEFT = "(l.qty - coalesce(l.delivered, 0) - coalesce(l.closed, 0))"
PROMISED = "coalesce(l.promised, l.due_date, o.due_date)"
"""The day that was promised last; where nothing was promised, the day asked for."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One line we still owe: quantity in 1/1000, the day promised, days past it (0 when not)."""

    order: str
    number: str
    customer_po: str
    product: str
    spec: str
    unit: str
    left: int
    ordered: int
    promised: str
    late: int
    on_hand: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Amounts in 分: not paid yet, delivered but not invoiced, ordered but not delivered, deposit not used; overdue and since."""

    unpaid: int = 0
    unbilled: int = 0
    undelivered: int = 0
    deposit: int = 0
    overdue: int = 0
    oldest_days: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about one customer. change, shipment: the last ones, empty when there is none. questions: what waits
    for his answer; arrivals: what he sent and nobody entered yet; promises: open promises of earlier calls."""

    customer: str
    name: str
    contact: str
    phone: str
    salesperson: str
    owed: tuple[Owed, ...]
    owed_orders: int
    owed_count: int
    change: Row
    shipment: Row
    shipped: tuple[Row, ...]
    questions: tuple[Row, ...]
    arrivals: tuple[Row, ...]
    promises: tuple[Row, ...]
    balance: Balance

    @property
    def late(self) -> int:
        """Lines past their promised day."""
        return sum(1 for one in self.owed if one.late > 0)


def card(reader: Reader, customer: str, today: str) -> Card:
    """The card of one customer; empty parts where there is nothing."""
    who = reader.get("customer", customer) or {}
    owed = owed_lines(reader, customer, today)
    shipment = last_shipment(reader, customer)
    return Card(
        customer,
        str(who.get("name") or ""),
        str(who.get("contact") or ""),
        str(who.get("phone") or ""),
        str(who.get("salesperson") or ""),
        owed,
        *_counts(reader, customer, owed),
        last_change(reader, customer),
        shipment,
        tuple(shipped_goods(reader, str(shipment["uid"]))) if shipment else (),
        tuple(open_questions(reader, customer)),
        tuple(unentered(reader, customer)),
        tuple(open_promises(reader, customer)),
        balance(reader, who, today),
    )


def _counts(reader: Reader, customer: str, owed: tuple[Owed, ...]) -> tuple[int, int]:
    """(orders, lines) owed in all, also where more are owed than are listed."""
    if len(owed) < MOST_LINES:
        return len({one.order for one in owed}), len(owed)
    orders, lines = reader.tuples(
        f'SELECT count(DISTINCT o.uid), count(*) FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0'
        f" AND {LEFT} > 0 WHERE o.customer = ? AND o.void = 0 AND o.stage IN {OPEN}",
        (customer,),
    )[0]
    return int(orders), int(lines)


def owed_lines(reader: Reader, customer: str, today: str) -> tuple[Owed, ...]:
    """What was confirmed and is not delivered, the earliest promise first."""
    rows = reader.tuples(
        f"SELECT o.uid, o.number, o.customer_po, p.name, p.spec, p.unit, {LEFT}, l.qty, {PROMISED} AS promised, p.on_hand"
        f' FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0 AND {LEFT} > 0'
        f" JOIN product p ON p.uid = l.product WHERE o.customer = ? AND o.void = 0 AND o.stage IN {OPEN}"
        " ORDER BY promised, o.order_date, l.seq LIMIT ?",
        (customer, MOST_LINES),
    )
    return tuple(
        Owed(order, str(number or ""), str(po or ""), str(name), str(spec or ""), str(unit or ""), int(left), int(qty),
             str(day or ""), max(0, dates.days_between(str(day), today)) if day else 0, int(stock or 0))
        for order, number, po, name, spec, unit, left, qty, day, stock in rows
    )  # fmt: skip


def last_change(reader: Reader, customer: str) -> Row:
    """The latest change of one of his orders."""
    return (
        reader.row(
            'SELECT c.uid, c.number, c.version, c.kind, c.summary, c.made_at, o.number AS order_number, o.uid AS "order"'
            ' FROM sales_order o JOIN order_change c ON c."order" = o.uid WHERE o.customer = ? AND c.void = 0'
            " ORDER BY c.made_at DESC, c.rowid DESC LIMIT 1",
            (customer,),
        )
        or {}
    )


def last_shipment(reader: Reader, customer: str) -> Row:
    """The latest live delivery."""
    return (
        reader.row(
            "SELECT uid, number, day, carrier, tracking, eta, amount FROM delivery WHERE customer = ? AND void = 0"
            " ORDER BY day DESC, rowid DESC LIMIT 1",
            (customer,),
        )
        or {}
    )


def shipped_goods(reader: Reader, delivery: str) -> list[Row]:
    """What was on a delivery."""
    return reader.rows(
        "SELECT p.name AS product, p.spec, p.unit, d.qty FROM delivery_line d JOIN product p ON p.uid = d.product"
        " WHERE d.delivery = ? AND d.void = 0 ORDER BY d.seq, d.rowid",
        (delivery,),
    )


def open_questions(reader: Reader, customer: str) -> list[Row]:
    """Orders that wait for his answer."""
    return reader.rows(
        "SELECT uid, number, question, order_date FROM sales_order WHERE customer = ? AND void = 0 AND stage = 'parked'"
        " ORDER BY order_date",
        (customer,),
    )


def unentered(reader: Reader, customer: str) -> list[Row]:
    """What he sent and nobody entered yet."""
    return reader.rows(
        "SELECT uid, number, received_at, channel, customer_po, substr(content, 1, 80) AS content FROM intake"
        " WHERE customer = ? AND state = 'waiting' AND void = 0 ORDER BY received_at",
        (customer,),
    )


def open_promises(reader: Reader, customer: str) -> list[Row]:
    """Promises of earlier calls that are not kept."""
    return reader.rows(
        "SELECT uid, promise, due, at, from_whom FROM call WHERE customer = ? AND due IS NOT NULL AND done_at IS NULL"
        " AND void = 0 ORDER BY due",
        (customer,),
    )


def latest_calls(reader: Reader, customer: str, limit: int = 5) -> list[Row]:
    """His latest calls, newest first."""
    return reader.rows(
        "SELECT * FROM call WHERE customer = ? AND void = 0 ORDER BY at DESC, rowid DESC LIMIT ?", (customer, limit)
    )


def balance(reader: Reader, who: Row, today: str) -> Balance:
    """What he owes, from the ledger."""
    owed = money.exposure_of(who)
    overdue, oldest = money.overdue(reader, str(who.get("uid") or ""), today)
    return Balance(
        owed.unpaid, owed.unbilled, owed.undelivered, owed.deposit, overdue, oldest, limit=who.get("credit_limit")
    )
