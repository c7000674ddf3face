"""What is owed and since when: exposure, overdue, open debts, what is to be invoiced, what a receipt can settle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.money.rules import BUCKETS, MONEY, Claim, Exposure, Target, ageing, due_day
from salesdesk.persistence.reading import Reader

__all__ = ["BUCKETS", "Claim", "Exposure", "ageing", "claims", "exposure", "exposure_of", "overdue"]


def exposure_of(customer: Mapping[str, object] | None) -> Exposure:
    """The buckets that stand in a customer row; they are recomputed with every change of the ledger."""
    row = customer or {}

    def part(key: str) -> int:
        found = row.get(key)
        return found if isinstance(found, int) else 0

    return Exposure(part("unpaid"), part("unbilled"), part("undelivered"), part("deposit"))


def exposure(reader: Reader, customer: str) -> Exposure:
    """未收, 已发未开票, 已订未发 and 未用订金 of a customer, 分; one row is read. Zeros for an unknown customer."""
    return exposure_of(
        reader.row("SELECT unpaid, unbilled, undelivered, deposit FROM customer WHERE uid = ?", (customer,))
    )


def sent_amount(reader: Reader, order: str) -> int:
    """分 of what has left the house of one order."""
    return int(
        reader.value(
            "SELECT coalesce(sum(d.amount), 0) FROM order_line l JOIN delivery_line d ON d.order_line = l.uid AND d.void = 0"
            ' JOIN delivery v ON v.uid = d.delivery AND v.void = 0 WHERE l."order" = ?',
            (order,),
        )
    )


def unsent_amount(reader: Reader, order: str) -> int:
    """分 that an order holds of the 已订未发 of its customer."""
    return int(reader.value("SELECT unsent FROM sales_order WHERE uid = ?", (order,)) or 0)


def claims(reader: Reader, customer: str) -> list[Claim]:
    """All open debts of a customer, the longest due first; their sum is unpaid + unbilled, the opening balance only while positive."""
    found = [
        Claim("发票", number or "", uid, day, due or day, amount)
        for uid, number, day, due, amount in reader.tuples(
            "SELECT uid, number, day, due_date, unpaid FROM sales_invoice WHERE customer = ? AND unpaid != 0 AND +void = 0",
            (customer,),
        )
    ]
    found += [
        Claim("送货", number or "", uid, day, due or day, amount, order or "")
        for uid, number, day, due, amount, order in reader.tuples(
            'SELECT uid, number, day, due, owed, "order" FROM delivery WHERE customer = ? AND owed > 0 AND void = 0',
            (customer,),
        )
    ]
    opening = opening_claim(reader, customer)
    if opening is not None:
        found.append(opening)
    return sorted(found, key=lambda one: (one.due, one.day, one.number))


def opening_claim(reader: Reader, customer: str) -> Claim | None:
    """What is left of 期初应收, due by the customer's terms; None when nothing is."""
    row = reader.row(
        "SELECT uid, opening_left, receivable_day, created_at, settle, credit_days FROM customer WHERE uid = ?",
        (customer,),
    )
    if row is None or (row["opening_left"] or 0) <= 0:
        return None
    day = str(row["receivable_day"] or str(row["created_at"] or "")[:10] or "1970-01-01")
    return Claim(
        "期初", "期初应收", str(row["uid"]), day, due_day(row["settle"], row["credit_days"], day), row["opening_left"]
    )


def opening_day(reader: Reader, customer: str) -> str:
    """Day on which the opening balance is due by the customer's terms."""
    return str(reader.value(f"SELECT {OPENING_DUE} FROM customer WHERE uid = ?", (customer,)) or "1970-01-01")


def overdue(reader: Reader, customer: str, today: str) -> tuple[int, int]:
    """(分 past due, days of the oldest of them); (0, 0) when nothing is late."""
    amount, since = overdue_of(reader, [customer], today).get(customer, (0, today))
    return amount, dates.days_between(since, today)


def overdue_of(reader: Reader, customers: Sequence[str], today: str) -> dict[str, tuple[int, str]]:
    """(分 past due, the day since which) of some customers by uid; those with nothing late are left out."""
    one = len(customers) == 1
    among = "IN (?1)" if one else "IN (SELECT value FROM json_each(?1))"
    rows = reader.tuples(
        "SELECT customer, sum(amount), min(CASE WHEN amount > 0 THEN due END) FROM ("
        "SELECT customer, coalesce(due_date, day) AS due, unpaid AS amount FROM sales_invoice"
        f" WHERE customer {among} AND unpaid != 0 AND +void = 0"
        f" UNION ALL SELECT customer, min(coalesce(due, day)), sum(owed) FROM delivery WHERE customer {among} AND owed > 0"
        " AND void = 0 AND coalesce(due, day) < ?2 GROUP BY customer"  # added up along the index, which holds it all
        f" UNION ALL SELECT uid, {OPENING_DUE}, opening_left FROM customer WHERE uid {among} AND opening_left > 0)"
        " WHERE due < ?2 GROUP BY customer",
        (customers[0] if one else json.dumps(list(customers)), today),
    )
    return {customer: (int(amount), str(since)) for customer, amount, since in rows if amount > 0}


def to_bill(reader: Reader, customer: str) -> list[Row]:
    """Deliveries of a customer that have no invoice for all of their amount, the oldest first, with `order_number`."""
    return reader.rows(
        'SELECT v.uid, v.number, v.day, v.amount, v.to_bill, v."order", o.number AS order_number, o.customer_po'
        ' FROM delivery v LEFT JOIN sales_order o ON o.uid = v."order"'
        " WHERE v.customer = ? AND v.to_bill > 0 AND v.void = 0 ORDER BY v.day, v.rowid",
        (customer,),
    )


def billed(reader: Reader, delivery: str) -> list[Problem]:
    """What speaks against taking a delivery back: the invoices that stand for it."""
    numbers = reader.column(
        "SELECT b.number FROM sales_invoice_line l JOIN sales_invoice i ON i.uid = l.invoice AND i.void = 0"
        " JOIN sales_invoice b ON b.uid = coalesce(i.red_of, i.uid) WHERE l.delivery = ? AND l.void = 0"
        " GROUP BY b.uid HAVING sum(l.amount) > 0",
        (delivery,),
    )
    if not numbers:
        return []
    told = f"这张送货单已经开票：{'、'.join(numbers[:3])}"
    cure = "请先红冲或作废发票；货款以后再补的，写明原因"
    return [Problem(told, cure, path="uid", place="送货单", code="billed", severity=Severity.ASK)]


def bound(reader: Reader, order: str, customer: str | None = None) -> list[str]:
    """What stands on an order, as 发票 26320001（200.00）: invoices less what is cancelled in red, and receipts held for it.
    With `customer` only those of others than him."""
    rows = reader.tuples(
        "SELECT '发票', b.number, sum(l.amount), b.customer FROM sales_invoice_line l JOIN sales_invoice i ON i.uid = l.invoice"
        " JOIN sales_invoice b ON b.uid = coalesce(i.red_of, i.uid)"
        ' WHERE l."order" = ?1 AND l.void = 0 AND i.void = 0 GROUP BY b.uid HAVING sum(l.amount) != 0'
        " UNION ALL SELECT '回款', r.number, sum(l.amount), r.customer FROM receipt_line l JOIN receipt r ON r.uid = l.receipt"
        ' WHERE l."order" = ?1 AND l.invoice IS NULL AND l.void = 0 AND r.void = 0 GROUP BY r.uid',
        (order,),
    )
    return [
        f"{kind} {number}（{MONEY.show(amount)}）"
        for kind, number, amount, whose in rows
        if customer is None or whose != customer
    ]


def reds_of(reader: Reader, invoice: str) -> list[tuple[str, int]]:
    """(number, 分 below zero) of the live red invoices of a blue one, the oldest first."""
    found: list[tuple[str, int]] = reader.tuples(
        "SELECT number, amount FROM sales_invoice WHERE red_of = ? AND void = 0 ORDER BY rowid", (invoice,)
    )
    return found


def held(reader: Reader, receipt: str) -> dict[tuple[str, str], int]:
    """What a receipt settles now: 分 by (invoice, order), both "" for the opening balance."""
    rows = reader.tuples(
        "SELECT coalesce(invoice, ''), coalesce(\"order\", ''), sum(amount) FROM receipt_line WHERE receipt = ? AND void = 0"
        " GROUP BY 1, 2",
        (receipt,),
    )
    return {(invoice, "" if invoice else order): amount for invoice, order, amount in rows}


def targets(reader: Reader, customer: str, receipt: str = "") -> list[Target]:
    """What a receipt of this customer can settle, the longest due first; what `receipt` itself settles counts as open again.

    Open invoices, orders with delivered goods without invoice, the opening balance, then confirmed orders that can take a
    deposit.
    """
    mine = held(reader, receipt)
    found = []
    for row in reader.rows(
        "SELECT uid, number, day, due_date, unpaid FROM sales_invoice WHERE customer = ? AND +void = 0 AND (unpaid > 0 OR uid IN"
        " (SELECT invoice FROM receipt_line WHERE receipt = ? AND void = 0))",
        (customer, receipt),
    ):
        open_ = row["unpaid"] + mine.get((row["uid"], ""), 0)
        found.append(
            Target("发票", row["number"], row["due_date"] or row["day"], open_, invoice=row["uid"], day=row["day"])
        )
    opening = opening_claim(reader, customer)
    left = (opening.amount if opening else 0) + mine.get(("", ""), 0)
    if left > 0:
        row = reader.row("SELECT receivable_day FROM customer WHERE uid = ?", (customer,)) or {}
        day = opening.day if opening else str(row.get("receivable_day") or "")
        found.append(Target("期初", "期初应收", opening.due if opening else day, left, day=day))
    for row in reader.rows(
        "SELECT o.uid, o.number, o.order_date, o.due_date, coalesce(o.unbilled, 0) AS unbilled, coalesce(o.unsent, 0) AS unsent,"
        " coalesce(o.prepaid, 0) AS prepaid,"
        " (SELECT min(v.due) FROM order_line l JOIN delivery_line d ON d.order_line = l.uid JOIN delivery v ON v.uid = d.delivery"
        '  WHERE l."order" = o.uid AND d.owed > 0 AND d.void = 0) AS due'
        " FROM sales_order o WHERE o.customer = ? AND o.void = 0 AND (o.unbilled > 0 OR o.unsent > 0 OR o.uid IN"
        ' (SELECT "order" FROM receipt_line WHERE receipt = ? AND void = 0)) ORDER BY o.order_date',
        (customer, receipt),
    ):
        open_ = max(0, row["unbilled"] + row["unsent"] - row["prepaid"]) + mine.get(("", row["uid"]), 0)
        late = row["unbilled"] > 0 or bool(row["due"])
        found.append(
            Target("货款" if late else "订金", row["number"] or "", row["due"] or "9999-12-31", open_, order=row["uid"],
                   day=row["order_date"] or "")
        )  # fmt: skip
    return sorted((t for t in found if t.open > 0), key=lambda t: (t.due, t.day, t.number))


_CALLED_LATER = (
    "SELECT k.customer FROM chase k WHERE k.next_day > ?1 AND k.void = 0 AND NOT EXISTS (SELECT 1 FROM chase n"
    " WHERE n.customer = k.customer AND n.void = 0 AND n.at || n.rowid > k.at || k.rowid)"
)
"""Customers who, as it was noted at the last call, are to be called only after today."""


def late_customers(reader: Reader, today: str, limit: int) -> list[Row]:
    """The first customers with debts past due whom nobody is to call later, those waiting longest first.

    Rows: uid, name, since (the oldest due day), late 分 and days, and of the last call about it at, next_day, promised_day, said.
    late is 0 where a red invoice has made up for it.
    """
    rows = reader.rows(
        "SELECT c.uid, c.name, c.late_from AS since FROM customer c WHERE c.void = 0 AND c.late_from < ?1"
        f" AND c.uid NOT IN ({_CALLED_LATER}) ORDER BY c.late_from, c.rowid LIMIT ?2",
        (today, limit),
    )
    uids = [row["uid"] for row in rows]
    calls = {
        row["customer"]: row
        for row in reader.rows(
            "SELECT customer, at, next_day, promised_day, said, max(at || rowid) FROM chase"
            " WHERE customer IN (SELECT value FROM json_each(?)) AND void = 0 GROUP BY customer",
            (json.dumps(uids),),
        )
    }
    late = overdue_of(reader, uids, today)
    for row in rows:
        call, (amount, since) = calls.get(row["uid"], {}), late.get(row["uid"], (0, today))
        row |= {key: call.get(key) for key in ("at", "next_day", "promised_day", "said")}
        row |= {"late": amount, "days": dates.days_between(since, today)}
    return rows


def late_count(reader: Reader, today: str) -> int:
    """How many customers `late_customers` would tell without a limit; counted in the index alone."""
    late = "SELECT count(*) FROM customer WHERE void = 0 AND late_from < ?1"
    rest = f"SELECT count(*) FROM customer WHERE uid IN ({_CALLED_LATER}) AND +void = 0 AND +late_from < ?1"
    return int(reader.value(f"SELECT ({late}) - ({rest})", (today,)))


OPENING_DUE = (
    "CASE WHEN settle LIKE '月结%' THEN date(coalesce(receivable_day, substr(created_at, 1, 10)), 'start of month', '+1 month',"
    " '-1 day', coalesce(credit_days, CAST(substr(settle, 4, 2) AS INTEGER)) || ' days')"
    " ELSE date(coalesce(receivable_day, substr(created_at, 1, 10)), coalesce(credit_days, 0) || ' days') END"
)
DEBTS = (
    "SELECT customer, coalesce(due_date, day) AS due, unpaid AS amount FROM sales_invoice WHERE unpaid != 0 AND void = 0"
    " UNION ALL SELECT customer, coalesce(due, day), owed FROM delivery WHERE owed > 0 AND void = 0"
    f" UNION ALL SELECT uid, {OPENING_DUE}, opening_left FROM customer WHERE opening_left > 0"
)
"""Every open debt of every customer: customer, due, amount."""


def ageing_table(reader: Reader, today: str) -> list[Row]:
    """One row per customer who owes: `uid`, `code`, `name`, `salesperson`, `b0` … `b4` 分 by days past due, `owed`, `deposit`."""
    late = "julianday(?1) - julianday(d.due)"
    sums = ", ".join(
        f"sum(CASE WHEN {low} THEN d.amount ELSE 0 END) AS b{i}"
        for i, low in enumerate(
            (
                f"{late} <= 0",
                f"{late} BETWEEN 1 AND 30",
                f"{late} BETWEEN 31 AND 60",
                f"{late} BETWEEN 61 AND 90",
                f"{late} > 90",
            )
        )
    )
    return reader.rows(
        f"SELECT c.uid, c.code, c.name, c.salesperson, c.owed, c.deposit, g.* FROM (SELECT d.customer AS who, {sums},"
        f" sum(d.amount) AS whole FROM ({DEBTS}) d GROUP BY d.customer) g JOIN customer c ON c.uid = g.who"
        " WHERE c.void = 0 AND g.whole != 0 ORDER BY g.b4 DESC, g.b3 DESC, g.b2 DESC, g.b1 DESC, g.b0 DESC",
        (today,),
    )


def chases(reader: Reader, customer: str, limit: int = 50) -> Sequence[Row]:
    """What was said about money, newest first."""
    return reader.rows(
        "SELECT * FROM chase WHERE customer = ? AND void = 0 ORDER BY at DESC, rowid DESC LIMIT ?", (customer, limit)
    )
