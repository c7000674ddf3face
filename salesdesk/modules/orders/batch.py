"""The facts of many orders at once, read in a handful of queries: for importing a file of thousands of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.money.queries import Exposure, exposure_of, overdue
from salesdesk.modules.orders import policies
from salesdesk.modules.orders.check_table import Stand
from salesdesk.modules.orders.matching import Catalogue
from salesdesk.modules.orders.queries import OPEN, marks
from salesdesk.modules.orders.rules import Facts, LastPrice
from salesdesk.modules.pricing.queries import prices_for
from salesdesk.modules.pricing.rules import Prices
from salesdesk.persistence.reading import Reader

Content = tuple[tuple[str, int], ...]


class HasOrder(Protocol):
    """What the batch needs of an order to be written."""

    header: Row
    lines: list[Row]


@dataclass
class Batch:
    """Facts shared by all orders of one file. Orders already judged count for the following ones."""

    today: str
    customers: Mapping[str, Row]
    catalogue: Catalogue
    promised: dict[str, int]
    last: Mapping[tuple[str, str], LastPrice]
    exposure: dict[str, Exposure]
    recent: Mapping[str, dict[Content, list[str]]]
    numbers: Mapping[tuple[str, str], list[str]]
    stands: Mapping[str, Stand]
    overdue: Mapping[str, tuple[int, int]]
    prices: Prices

    @classmethod
    def load(cls, reader: Reader, orders: Sequence[HasOrder], catalogue: Catalogue, today: str, days: int) -> Batch:
        """Read what the check needs for these orders."""
        who = list(dict.fromkeys(str(o.header["customer"]) for o in orders))
        since = dates.add_days(min((str(o.header["order_date"]) for o in orders), default=today), -days)
        customers: dict[str, Row] = {}
        last: dict[tuple[str, str], LastPrice] = {}
        numbers: dict[tuple[str, str], list[str]] = {}
        recent: dict[str, dict[Content, list[str]]] = {}
        sizes = {(o.header["customer"], len(o.lines), sum(line["qty"] for line in o.lines)) for o in orders}
        for start in range(0, len(who), 500):
            part = who[start : start + 500]
            inside = f"o.customer IN ({marks(part)})"
            customers |= {
                r["uid"]: r for r in reader.rows(f"SELECT * FROM customer WHERE uid IN ({marks(part)})", part)
            }
            for customer, product, price, day, number, qty in reader.tuples(
                "SELECT o.customer, l.product, l.price, o.order_date, o.number, l.qty FROM sales_order o"
                f' JOIN order_line l ON l."order" = o.uid AND l.void = 0 WHERE {inside} AND o.void = 0 AND o.confirmed_at IS NOT NULL'
                " ORDER BY o.order_date, o.rowid",
                part,
            ):
                last[customer, product] = LastPrice(price, day, number or "", qty)
            for customer, po, number in reader.tuples(
                f"SELECT o.customer, o.customer_po, o.number FROM sales_order o WHERE {inside} AND o.customer_po IS NOT NULL"
                " AND o.void = 0 AND o.state != 'cancelled'",
                part,
            ):
                numbers.setdefault((customer, po), []).append(number)
            alike: list[str] = []  # first the same number of lines and total quantity, then the exact comparison
            for uid, customer, count, qty in reader.tuples(
                f'SELECT o.uid, o.customer, count(*), sum(l.qty) FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0'
                f" WHERE {inside} AND o.order_date >= ? AND o.void = 0 AND o.state != 'cancelled' GROUP BY o.uid",
                (*part, since),
            ):
                if (customer, count, qty) in sizes:
                    alike.append(uid)
            for customer, number, pairs in _contents(reader, alike):
                recent.setdefault(customer, {}).setdefault(pairs, []).append(number)
        promised = dict(
            reader.tuples(
                'SELECT l.product, sum(l.qty - coalesce(l.delivered, 0)) FROM sales_order o JOIN order_line l ON l."order" = o.uid'
                f" WHERE o.stage IN {OPEN} AND o.void = 0 AND l.void = 0 GROUP BY l.product"
            )
        )
        ordered = [str(o.header["order_date"]) for o in orders] or [today]
        wanted = (
            (buyer, str(line["product"]))
            for o in orders
            if (buyer := customers.get(str(o.header["customer"]))) is not None
            for line in o.lines
        )
        prices = prices_for(reader, wanted, min(ordered), max(ordered))
        exposure = {uid: exposure_of(row) for uid, row in customers.items()}
        late = {uid: overdue(reader, uid, today) for uid in customers}
        stands = policies.stands(reader)
        return cls(today, customers, catalogue, promised, last, exposure, recent, numbers, stands, late, prices)

    def of(self, header: Row, lines: Sequence[Row]) -> Facts:
        """The facts for one order; afterwards it counts as promised and as credit used by the following ones."""
        customer = str(header["customer"])
        content = tuple(sorted((str(line["product"]), int(line["qty"])) for line in lines))
        po = str(header.get("customer_po") or "")
        have = self.exposure.get(customer, Exposure())
        facts = Facts(
            today=self.today,
            customer=self.customers.get(customer),
            products=self.catalogue.rows,
            promised={p: self.promised.get(p, 0) for line in lines if (p := str(line["product"]))},
            last={p: found for line in lines if (found := self.last.get((customer, p := str(line["product"]))))},
            exposure=have,
            twins=self.recent.get(customer, {}).get(content, ()),
            same_po=self.numbers.get((customer, po), ()) if po else (),
            stands=self.stands,
            overdue=self.overdue.get(customer, (0, 0)),
            prices=self.prices,
        )
        for line in lines:
            self.promised[str(line["product"])] = self.promised.get(str(line["product"]), 0) + int(line["qty"])
        ordered = sum(line["amount"] or 0 for line in lines)
        self.exposure[customer] = replace(have, undelivered=have.undelivered + ordered)
        return facts


def _contents(reader: Reader, uids: Sequence[str]) -> Iterator[tuple[str, str, Content]]:
    """Customer, number and content of some orders."""
    for start in range(0, len(uids), 500):
        part = uids[start : start + 500]
        found: dict[str, tuple[str, str, list[tuple[str, int]]]] = {}
        for uid, customer, number, product, qty in reader.tuples(
            'SELECT o.uid, o.customer, o.number, l.product, l.qty FROM sales_order o JOIN order_line l ON l."order" = o.uid'
            f" WHERE o.uid IN ({marks(part)}) AND l.void = 0",
            part,
        ):
            found.setdefault(uid, (customer, number or "草稿", []))[2].append((product, qty))
        for customer, number, pairs in found.values():
            yield customer, number, tuple(sorted(pairs))
