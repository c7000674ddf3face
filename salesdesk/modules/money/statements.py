"""What a 对账单 says: opening balance, every delivery, invoice and receipt of the month, closing balance, ageing; and what changed since."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Price, Qty, Row
from salesdesk.domain.text import normalize
from salesdesk.modules.money import queries
from salesdesk.modules.money.rules import MONEY, Claim, ageing, terms_words
from salesdesk.persistence.reading import Reader

PRICE, QTY = Price(), Qty()


class Entry(NamedTuple):
    """One row of a statement, amounts in 分. key names its origin, so that a later look finds the same row again.

    `balance` is what the customer owes after it. Invoices change no balance: the goods they are for did already.
    """

    key: str
    day: str
    kind: str
    number: str
    po: str = ""
    name: str = ""
    spec: str = ""
    unit: str = ""
    qty: int | None = None
    price: int | None = None
    delivered: int = 0
    invoiced: int = 0
    received: int = 0
    balance: int = 0


@dataclass(frozen=True)
class Figures:
    """All that is told to the customer; `ages` are the open debts at the end by days past due."""

    opening: int
    entries: tuple[Entry, ...]
    ages: tuple[int, ...]
    terms: str = ""

    @property
    def delivered(self) -> int:
        return sum(e.delivered for e in self.entries)

    @property
    def invoiced(self) -> int:
        return sum(e.invoiced for e in self.entries)

    @property
    def received(self) -> int:
        return sum(e.received for e in self.entries)

    @property
    def closing(self) -> int:
        """期初 + 本期发货 − 本期收款."""
        return self.opening + self.delivered - self.received

    def text(self) -> str:
        """JSON to be frozen with the statement."""
        told = {"opening": self.opening, "ages": list(self.ages), "terms": self.terms}
        told["entries"] = [{k: v for k, v in e._asdict().items() if v not in ("", None, 0)} for e in self.entries]
        return json.dumps(told, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Figures:
        """The frozen figures."""
        told = json.loads(text)
        entries = tuple(Entry(**{"key": "", "day": "", "kind": "", "number": "", **e}) for e in told["entries"])
        return cls(told["opening"], entries, tuple(told["ages"]), told["terms"])


def frozen(reader: Reader, statement: str) -> Figures:
    """What a statement told the customer."""
    return Figures.read(
        str(reader.value("SELECT text FROM statement_figures WHERE statement = ? ORDER BY void LIMIT 1", (statement,)))
    )


def month_named(text: str, today: str) -> str:
    """ "2026-06" of what was typed: 2026-6, 2026年6月, 202606, full-width too; "" when it is no month."""
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", normalize(text).replace(" ", ""), re.ASCII)
    try:
        return dates.month_of(dates.parse_day(f"{found[1]}-{found[2]}-1", today)) if found else ""
    except ValueError:
        return ""


def month_days(month: str) -> tuple[str, str]:
    """First and last day of "2026-06"."""
    first = f"{month}-01"
    return first, dates.month_end(first)


def balance_at(reader: Reader, customer: str, day: str) -> int:
    """What the customer owed at the end of a day for goods and charges, 分; invoices as such make no difference."""
    row = reader.row("SELECT receivable, receivable_day FROM customer WHERE uid = ?", (customer,)) or {}
    cutoff = str(row.get("receivable_day") or "")
    if day < cutoff:
        return 0
    span = (customer, cutoff, day)
    goods = reader.value(
        "SELECT coalesce(sum(amount), 0) FROM delivery WHERE customer = ? AND day > ? AND day <= ? AND void = 0", span
    )
    charges = reader.value(
        "SELECT coalesce(sum(l.amount), 0) FROM sales_invoice i JOIN sales_invoice_line l ON l.invoice = i.uid AND l.void = 0"
        " WHERE i.customer = ? AND i.day > ? AND i.day <= ? AND i.void = 0 AND l.about = '其他'",
        span,
    )
    money = reader.value(
        "SELECT coalesce(sum(amount), 0) FROM receipt WHERE customer = ? AND day > ? AND day <= ? AND void = 0", span
    )
    return int((row.get("receivable") or 0) + goods + charges - money)


def figures(reader: Reader, customer: str, first: str, last: str) -> Figures:
    """The statement of a customer from `first` to `last`. What lies within 期初应收 stands in the opening balance only."""
    row = (
        reader.row("SELECT receivable, receivable_day, settle, credit_days FROM customer WHERE uid = ?", (customer,))
        or {}
    )
    cutoff = str(row.get("receivable_day") or "")
    opening = (
        (row.get("receivable") or 0) if cutoff >= first else balance_at(reader, customer, dates.add_days(first, -1))
    )
    start = max(first, dates.add_days(cutoff, 1)) if cutoff else first
    span = (customer, start, last)
    found = [
        Entry(
            f"d{uid}",
            day,
            "发货",
            number or "",
            po or "",
            name or "",
            spec or "",
            unit or "",
            qty,
            price,
            delivered=amount or 0,
        )
        for uid, day, number, po, name, spec, unit, qty, price, amount in reader.tuples(
            "SELECT l.uid, v.day, v.number, o.customer_po, p.name, p.spec, p.unit, l.qty, l.price, l.amount FROM delivery v"
            " JOIN delivery_line l ON l.delivery = v.uid AND l.void = 0 LEFT JOIN product p ON p.uid = l.product"
            ' LEFT JOIN order_line g ON g.uid = l.order_line LEFT JOIN sales_order o ON o.uid = g."order"'
            " WHERE v.customer = ? AND v.day >= ? AND v.day <= ? AND v.void = 0 ORDER BY v.day, v.rowid, l.seq",
            span,
        )
    ]
    for uid, day, number, kind, amount, charges in reader.tuples(
        "SELECT i.uid, i.day, i.number, i.kind, i.amount, (SELECT coalesce(sum(l.amount), 0) FROM sales_invoice_line l"
        " WHERE l.invoice = i.uid AND l.void = 0 AND l.about = '其他') FROM sales_invoice i"
        " WHERE i.customer = ? AND i.day >= ? AND i.day <= ? AND i.void = 0 ORDER BY i.day, i.rowid",
        span,
    ):
        name = f"{kind}{'（红字）' if amount < 0 else ''}"
        found.append(Entry(f"i{uid}", day, "开票", number, name=name, delivered=charges, invoiced=amount))
    for uid, day, number, method, amount in reader.tuples(
        "SELECT uid, day, number, method, amount FROM receipt"
        " WHERE customer = ? AND day >= ? AND day <= ? AND void = 0 ORDER BY day, rowid",
        span,
    ):
        found.append(
            Entry(f"r{uid}", day, "退款" if amount < 0 else "收款", number, name=method or "", received=amount)
        )
    rank = {"发货": 0, "开票": 1}
    found.sort(key=lambda e: (e.day, rank.get(e.kind, 2)))
    balance, told = opening, []
    for one in found:
        balance += one.delivered - one.received
        told.append(Entry(**{**one._asdict(), "balance": balance}))
    ages = _ages(reader, customer, balance, cutoff, last)
    return Figures(opening, tuple(told), tuple(ages), terms_words(row.get("settle"), row.get("credit_days")))


def _ages(reader: Reader, customer: str, balance: int, cutoff: str, last: str) -> list[int]:
    """The closing balance by age: what is owed are the latest goods, money pays for the oldest first. Sums to the balance."""
    claims: list[Claim] = []
    rest = balance
    for number, uid, day, due, amount in reader.tuples(
        "SELECT number, uid, day, due, amount FROM delivery WHERE customer = ?1 AND day > ?2 AND day <= ?3 AND void = 0"
        " UNION ALL SELECT i.number, i.uid, i.day, i.due_date, l.amount FROM sales_invoice i JOIN sales_invoice_line l"
        " ON l.invoice = i.uid WHERE i.customer = ?1 AND i.day > ?2 AND i.day <= ?3 AND i.void = 0 AND l.void = 0"
        " AND l.about = '其他' AND l.amount > 0 ORDER BY 3 DESC",
        (customer, cutoff, last),
    ):
        if rest <= 0:
            break
        part = min(rest, amount or 0)
        claims.append(Claim("送货", number or "", uid, day, due or day, part))
        rest -= part
    if rest:
        opening = queries.opening_day(reader, customer)
        claims.append(Claim("期初", "", customer, opening, opening if rest > 0 else last, rest))
    return ageing(claims, last)


def differences(frozen: Figures, now: Figures) -> list[str]:
    """Which rows of a frozen statement look different today, in words; [] when it still holds."""
    told = []
    if frozen.opening != now.opening:
        told.append(f"期初当时是 {MONEY.show(frozen.opening)}，现在算出来是 {MONEY.show(now.opening)}")
    was, new = {e.key: e for e in frozen.entries}, {e.key: e for e in now.entries}
    for key, one in was.items():
        other = new.get(key)
        if other is None:
            told.append(f"{one.day} {one.kind} {one.number} {one.name}（{MONEY.show(_amount(one))}）现在没有了")
        elif _told(one) != _told(other):
            told.append(
                f"{one.day} {one.kind} {one.number} {one.name}：当时 {MONEY.show(_amount(one))}，现在 {other.day}"
                f" {MONEY.show(_amount(other))}"
            )
    for key, one in new.items():
        if key not in was:
            told.append(f"{one.day} {one.kind} {one.number} {one.name}（{MONEY.show(_amount(one))}）是后来加的")
    return told


def _amount(one: Entry) -> int:
    return one.delivered or one.invoiced or one.received


def _told(one: Entry) -> tuple[object, ...]:
    return one.day, one.number, one.qty, one.price, one.delivered, one.invoiced, one.received


def wanted(reader: Reader, month: str) -> list[Row]:
    """Customers a statement of this month makes sense for: something happened, or something is owed. `state` of the one there is."""
    first, last = month_days(month)
    return reader.rows(
        "SELECT c.uid, c.code, c.name, c.salesperson, c.owed, (SELECT s.state FROM statement s WHERE s.customer = c.uid AND"
        " s.month = ?1 AND s.void = 0 ORDER BY s.state = 'unsent' LIMIT 1) AS state"
        " FROM customer c WHERE c.void = 0 AND coalesce(c.receivable_day, '') < ?3"
        " AND (coalesce(c.owed, 0) != 0 OR c.uid IN (SELECT customer FROM delivery WHERE day BETWEEN ?2 AND ?3 AND void = 0)"
        " OR c.uid IN (SELECT customer FROM receipt WHERE day BETWEEN ?2 AND ?3 AND void = 0)"
        " OR c.uid IN (SELECT customer FROM sales_invoice WHERE day BETWEEN ?2 AND ?3 AND void = 0))"
        " ORDER BY c.code IS NULL, c.code, c.name",
        (month, first, last),
    )
