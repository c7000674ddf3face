"""Keeps what follows from the ledger: what of an order, a delivery, an invoice is open, and how much each customer owes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from salesdesk.domain.changes import Changes
from salesdesk.modules.money.queries import OPENING_DUE
from salesdesk.modules.money.rules import Billed, Sent, due_day, spread
from salesdesk.persistence.reading import AMONG, among
from salesdesk.persistence.work import Work

OPEN = "('confirmed', 'part')"
UNSENT = "((l.qty - coalesce(l.delivered, 0) - coalesce(l.closed, 0)) * l.price + 50000) / 100000"
"""分 of what is left of an order line, rounded half up as `line_amount` does."""
_LINKS = ("customer", "order", "invoice", "delivery", "order_line", "receipt", "red_of")
_TABLES = (
    "customer",
    "sales_order",
    "order_line",
    "delivery",
    "delivery_line",
    "sales_invoice",
    "sales_invoice_line",
    "receipt",
    "receipt_line",
)
_TERMS = {"receivable_day", "settle", "credit_days"}
"""Fields of a customer on which it depends how his papers count and when they are due."""
_STARTS = _TERMS | {"receivable", "created_at", "void"}
"""Fields of a customer on which his own sums depend."""
_ABOUT_ORDERS = {"delivery_line", "sales_invoice_line", "receipt_line"}


def derive_money(work: Work, changes: Changes) -> None:
    """Recompute, before the commit, everything the touched records bear on."""
    if not changes.touched.keys() & set(_TABLES):
        return
    touched = _Touched(work, changes)
    # of an order made by this very operation nothing was delivered, invoiced or paid before it
    bare = work.made if changes.op and not changes.touched.keys() & _ABOUT_ORDERS else frozenset[str]()
    unsent = _unsent(work, touched.orders)
    busy, sent_to = _orders(work, touched.orders - bare)
    moved = touched.column("SELECT DISTINCT customer FROM sales_order WHERE uid", unsent | busy | touched.handed_over)
    _invoices(work, touched.invoices)
    _receipts(work, touched.receipts)
    _customers(work, touched.customers | moved | sent_to)


class _Touched:
    """Which orders, invoices, receipts and customers must be looked at again; also those a record pointed at before.

    handed_over: orders that have another customer now. The customers of the other orders are looked at when an order's figures
    move; most drafts move none.
    """

    def __init__(self, work: Work, changes: Changes) -> None:
        self.work = work
        seen: dict[str, set[str]] = {key: set(changes.of(key)) for key in _TABLES}
        retermed = set[str]()
        if not changes.op:
            retermed = _written(work, seen["customer"], _TERMS)
            seen["customer"] = _written(work, seen["customer"], _STARTS)
        self.handed_over: set[str] = set()
        for entity, uid, was in work.befores(_TABLES):
            if entity == "customer" and was.keys() & _TERMS:
                retermed.add(uid)
            if entity == "sales_order" and "customer" in was:
                self.handed_over.add(uid)
            for key in _LINKS:
                if was.get(key):
                    table = {"order": "sales_order", "invoice": "sales_invoice", "red_of": "sales_invoice"}.get(
                        key, key
                    )
                    seen[table].add(str(was[key]))
        orders = seen["sales_order"]
        orders |= self.column(
            'SELECT DISTINCT "order" FROM order_line WHERE uid', seen["order_line"] - changes.of("order_line")
        )
        orders |= work.owners(changes, "order_line")
        sent = 'SELECT DISTINCT l."order" FROM delivery_line d JOIN order_line l ON l.uid = d.order_line WHERE d.'
        orders |= self.column(f"{sent}uid", seen["delivery_line"]) | self.column(f"{sent}delivery", seen["delivery"])
        orders |= self.column('SELECT "order" FROM sales_invoice_line WHERE uid', seen["sales_invoice_line"])
        orders |= self.column('SELECT "order" FROM sales_invoice_line WHERE invoice', seen["sales_invoice"])
        orders |= self.column('SELECT "order" FROM receipt_line WHERE uid', seen["receipt_line"])
        orders |= self.column('SELECT "order" FROM receipt_line WHERE receipt', seen["receipt"])
        orders |= self.column("SELECT uid FROM sales_order WHERE customer", retermed)
        invoices = seen["sales_invoice"]
        invoices |= self.column("SELECT invoice FROM sales_invoice_line WHERE uid", seen["sales_invoice_line"])
        invoices |= self.column("SELECT invoice FROM receipt_line WHERE uid", seen["receipt_line"])
        invoices |= self.column("SELECT invoice FROM receipt_line WHERE receipt", seen["receipt"])
        invoices |= self.column("SELECT uid FROM sales_invoice WHERE customer", retermed)
        invoices |= self.column("SELECT red_of FROM sales_invoice WHERE uid", invoices)
        invoices |= self.column("SELECT uid FROM sales_invoice WHERE red_of", invoices)
        receipts = seen["receipt"]
        receipts |= self.column("SELECT receipt FROM receipt_line WHERE uid", seen["receipt_line"])
        receipts |= self.column("SELECT uid FROM receipt WHERE customer", retermed)
        customers = seen["customer"]
        for table, uids in (("sales_invoice", invoices), ("receipt", receipts)):
            customers |= self.column(f"SELECT DISTINCT customer FROM {table} WHERE uid", uids)
        self.orders, self.invoices, self.receipts, self.customers = orders, invoices, receipts, customers

    def column(self, sql: str, uids: Iterable[str]) -> set[str]:
        """The non-empty values of `sql` with its last column among some uids."""
        given = list(uids)
        if not given:
            return set()
        some, values = among(given)
        return {one for one in self.work.column(f"{sql} {some}", values) if one}


def _written(work: Work, uids: Iterable[str], keys: set[str]) -> set[str]:
    """Those of the records a merge touched of which it may have written one of these fields, new ones among them."""
    spared, written = set[str](), set[str]()
    for fields, some in work.wrote.items():
        (written if "uid" in fields or not keys.isdisjoint(fields) else spared).update(some)
    return set(uids) - (spared - written)


def _unsent(work: Work, orders: Collection[str]) -> set[str]:
    """已订未发 of each order, before what was invoiced ahead is taken off; returns the orders whose figures are others now."""
    if not orders:
        return set()
    some, values = among(orders)
    figures = [f"coalesce({one}, 0)" for one in ("unsent", "unbilled", "prepaid", "moved")]
    before = set(
        work.tuples(
            f"SELECT uid, {', '.join(figures)} FROM sales_order WHERE uid {some}"
            f" AND (void = 0 AND stage IN {OPEN} OR {' OR '.join(figures)})",
            values,
        )
    )
    if not before:  # drafts
        return set()
    some, values = among([str(uid) for uid, *_ in before])
    after = work.tuples(
        f"UPDATE sales_order SET unbilled = 0, prepaid = 0, moved = 0, unsent = CASE WHEN void = 0 AND stage IN {OPEN} THEN ("
        f' SELECT coalesce(sum({UNSENT}), 0) FROM order_line l WHERE l."order" = sales_order.uid AND l.void = 0'
        f" AND l.qty > coalesce(l.delivered, 0) + coalesce(l.closed, 0)) ELSE 0 END WHERE uid {some}"
        " RETURNING uid, unsent, unbilled, prepaid, moved",
        values,
    )
    return {uid for uid, *_ in before.symmetric_difference(after)}


def _orders(work: Work, orders: Collection[str]) -> tuple[set[str], set[str]]:
    """Spread invoices and payments of each order over its deliveries; returns the orders that have any of the three, and
    the customers on those deliveries: another PC may have given the order to somebody else meanwhile."""
    if not orders:
        return set(), set()
    some = (json.dumps(list(orders)),)
    sent: dict[str, list[Sent]] = {}
    sent_to = set[str]()
    for order, uid, delivery, day, amount, void, customer in work.tuples(
        'SELECT l."order", d.uid, v.uid, v.day, d.amount, d.void OR v.void, v.customer FROM order_line l'
        " JOIN delivery_line d ON d.order_line = l.uid JOIN delivery v ON v.uid = d.delivery"
        f' WHERE l."order" {AMONG} ORDER BY v.day, v.rowid, d.rowid',
        some,
    ):
        sent.setdefault(order, []).append(Sent(uid, delivery, day or "", 0 if void else amount or 0))
        sent_to.add(customer)
    billed: dict[str, list[Billed]] = {}
    for order, day, amount, delivery in work.tuples(
        'SELECT l."order", i.day, l.amount, l.delivery FROM sales_invoice_line l JOIN sales_invoice i ON i.uid = l.invoice'
        f' WHERE l."order" {AMONG} AND l.void = 0 AND +i.void = 0',
        some,
    ):
        billed.setdefault(order, []).append(Billed(day or "", amount or 0, delivery or ""))
    paid = dict(
        work.tuples(
            'SELECT l."order", sum(l.amount) FROM receipt_line l JOIN receipt r ON r.uid = l.receipt'
            " JOIN customer c ON c.uid = r.customer"
            f' WHERE l."order" {AMONG} AND +l.invoice IS NULL AND l.void = 0 AND +r.void = 0'
            " AND r.day > coalesce(c.receivable_day, '') GROUP BY 1",
            some,
        )
    )
    busy = sent.keys() | billed.keys() | paid.keys()
    if not busy:
        return set(), set()
    terms = {
        uid: (cutoff or "", settle or usual, credit_days if settle in (None, usual) else None)
        for uid, cutoff, settle, usual, credit_days in work.tuples(
            "SELECT o.uid, c.receivable_day, o.settle, c.settle, c.credit_days FROM sales_order o"
            f" JOIN customer c ON c.uid = o.customer WHERE o.uid {AMONG}",
            (json.dumps(list(busy)),),
        )
    }
    lines: list[tuple[int, int, str]] = []
    heads: list[tuple[int, int, int, int, str]] = []
    dues: dict[str, str] = {}
    for order in busy:
        cutoff, settle, credit_days = terms.get(order, ("", None, None))
        found = spread(sent.get(order, ()), billed.get(order, ()), paid.get(order, 0), cutoff)
        lines += [(found.to_bill[one.uid], found.owed[one.uid], one.uid) for one in sent.get(order, ())]
        heads.append((found.unbilled, found.deposit, found.moved, found.ahead, order))
        for one in sent.get(order, ()):
            if one.day:
                dues[one.delivery] = due_day(settle, credit_days, one.day)
    work.execute_many("UPDATE delivery_line SET to_bill = ?, owed = ? WHERE uid = ?", lines)
    work.execute_many(
        "UPDATE sales_order SET unbilled = ?, prepaid = ?, moved = ?, unsent = max(0, unsent - ?) WHERE uid = ?", heads
    )
    work.execute_many(
        "UPDATE delivery SET due = ?1, (to_bill, owed) = (SELECT coalesce(sum(to_bill), 0), coalesce(sum(owed), 0)"
        " FROM delivery_line l WHERE l.delivery = ?2 AND l.void = 0) WHERE uid = ?2",
        [(due, uid) for uid, due in dues.items()],
    )
    return set(busy), sent_to


def _invoices(work: Work, invoices: Collection[str]) -> None:
    """What of each invoice is paid and open. A red one lowers the invoice it cancels; those before the opening count there."""
    if not invoices:
        return
    some = (json.dumps(list(invoices)),)
    rows = work.tuples(
        "SELECT i.uid, i.void, i.day > coalesce(c.receivable_day, ''), i.amount, b.uid IS NOT NULL AND b.void = 0"
        " AND b.day > coalesce(c.receivable_day, ''),"
        " (SELECT coalesce(sum(r.amount), 0) FROM sales_invoice r WHERE r.red_of = i.uid AND r.void = 0),"
        " (SELECT coalesce(sum(l.amount), 0) FROM receipt_line l JOIN receipt r ON r.uid = l.receipt"
        "  WHERE l.invoice = i.uid AND l.void = 0 AND r.void = 0),"
        " (SELECT coalesce(sum(l.amount), 0) FROM receipt_line l JOIN receipt r ON r.uid = l.receipt"
        "  WHERE l.invoice = i.uid AND l.void = 0 AND r.void = 0 AND r.day > coalesce(c.receivable_day, ''))"
        " FROM sales_invoice i JOIN customer c ON c.uid = i.customer LEFT JOIN sales_invoice b ON b.uid = i.red_of"
        f" WHERE i.uid {AMONG}",
        some,
    )
    work.execute_many(
        "UPDATE sales_invoice SET paid = ?, unpaid = ?, state = ? WHERE uid = ?",
        [
            (paid, left := 0 if void or not counts or inside else (amount or 0) + reds - since,
             _state(bool(counts), (amount or 0) < 0 or (reds < 0 and (amount or 0) + reds <= 0), left, paid), uid)
            for uid, void, counts, amount, inside, reds, paid, since in rows
        ],
    )  # fmt: skip


def _state(counts: bool, red: bool, left: int, paid: int) -> str:
    """How far an invoice is paid, as model.PAID."""
    if red or not counts:
        return "red" if red else "opening"
    return "paid" if left <= 0 else "part" if paid else "open"


def _receipts(work: Work, receipts: Collection[str]) -> None:
    """未核销 of each receipt; one before the opening is part of it."""
    if not receipts:
        return
    work.execute(
        "UPDATE receipt SET rest = CASE WHEN void = 1 OR day <= coalesce((SELECT receivable_day FROM customer c"
        " WHERE c.uid = receipt.customer), '') THEN 0 ELSE coalesce(amount, 0) - (SELECT coalesce(sum(l.amount), 0)"
        f" FROM receipt_line l WHERE l.receipt = receipt.uid AND l.void = 0) END WHERE uid {AMONG}",
        (json.dumps(list(receipts)),),
    )


def _customers(work: Work, customers: Collection[str]) -> None:
    """The buckets of each customer; they add up to 应收余额 and to what counts against the limit."""
    if not customers:
        return
    some = (json.dumps(list(customers)),)
    cut = "coalesce(c.receivable_day, '')"

    def sums(sql: str) -> dict[str, Sequence[Any]]:
        return {row[0]: row[1:] for row in work.tuples(sql, some)}

    orders = sums(
        "SELECT customer, sum(unbilled), sum(unsent), sum(prepaid), sum(moved) FROM sales_order"
        f" WHERE customer {AMONG} AND void = 0 GROUP BY 1"
    )
    invoices = sums(f"SELECT customer, sum(unpaid) FROM sales_invoice WHERE customer {AMONG} AND +void = 0 GROUP BY 1")
    receipts = sums(f"SELECT customer, sum(rest) FROM receipt WHERE customer {AMONG} AND +void = 0 GROUP BY 1")
    billed = sums(
        "SELECT c.uid, sum(l.amount) FROM customer c JOIN sales_invoice i ON i.customer = c.uid"
        " JOIN sales_invoice_line l ON l.invoice = i.uid"
        f" WHERE c.uid {AMONG} AND +i.void = 0 AND l.void = 0 AND l.about = '期初' AND i.day > {cut} GROUP BY 1"
    )
    settled = sums(
        "SELECT c.uid, sum(l.amount) FROM customer c JOIN receipt r ON r.customer = c.uid"
        " JOIN receipt_line l ON l.receipt = r.uid LEFT JOIN sales_invoice i ON i.uid = l.invoice"
        f" WHERE c.uid {AMONG} AND +r.void = 0 AND l.void = 0 AND r.day > {cut}"
        f' AND ((l.invoice IS NULL AND l."order" IS NULL) OR i.day <= {cut}) GROUP BY 1'
    )
    none = (0, 0, 0, 0)
    made = []
    for uid, opening in work.tuples(f"SELECT uid, coalesce(receivable, 0) FROM customer WHERE uid {AMONG}", some):
        unbilled, unsent, prepaid, moved = (n or 0 for n in orders.get(uid, none))
        left = opening - moved - (billed.get(uid, none)[0] or 0) - (settled.get(uid, none)[0] or 0)
        unpaid = (invoices.get(uid, none)[0] or 0) + max(0, left)
        deposit = prepaid + (receipts.get(uid, none)[0] or 0) + max(0, -left)
        made.append((unpaid, unbilled, unsent, deposit, unpaid + unbilled - deposit, left, uid))
    work.execute_many(
        "UPDATE customer SET unpaid = ?, unbilled = ?, undelivered = ?, deposit = ?, owed = ?, opening_left = ? WHERE uid = ?",
        made,
    )
    work.execute(f"UPDATE customer SET late_from = {LATE_FROM} WHERE uid {AMONG}", some)


LATE_FROM = (
    "(SELECT min(due) FROM (SELECT min(coalesce(i.due_date, i.day)) AS due FROM sales_invoice i"
    " WHERE i.customer = customer.uid AND i.unpaid > 0 AND i.void = 0 UNION ALL SELECT min(coalesce(v.due, v.day)) FROM delivery v"
    f" WHERE v.customer = customer.uid AND v.owed > 0 AND v.void = 0 UNION ALL SELECT CASE WHEN opening_left > 0 THEN {OPENING_DUE} END))"
)
"""The earliest due day of a customer's open debts."""
