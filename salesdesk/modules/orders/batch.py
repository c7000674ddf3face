"""The facts of many orders at once, read in a handful of queries: for importing a file of thousands of lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.money.queries import Exposure, exposure_of, overdue_of
from salesdesk.modules.orders import policies
from salesdesk.modules.orders.matching import Catalogue
from salesdesk.modules.orders.queries import marks
from salesdesk.modules.orders.rules import Facts, LastPrice
from salesdesk.modules.pricing.queries import prices_for
from salesdesk.modules.pricing.rules import Prices
from salesdesk.persistence.reading import Reader
from salesdesk.services.rule_stands import Stand
from salesdesk.services.working_days import known_days

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
    last: Mapping[str, Mapping[str, LastPrice]]
    exposure: dict[str, Exposure]
    recent: Mapping[str, dict[Content, list[str]]]
    numbers: Mapping[tuple[str, str], list[str]]
    stands: Mapping[str, Stand]
    overdue: Mapping[str, tuple[int, int]]
    prices: Prices
    workdays: Mapping[str, bool]

    @classmethod
    def load(cls, reader: Reader, orders: Sequence[HasOrder], catalogue: Catalogue, today: str, days: int) -> Batch:
        """Read what the check needs for these orders."""
        who = list(dict.fromkeys(str(o.header["customer"]) for o in orders))
        since = dates.add_days(min((str(o.header["order_date"]) for o in orders), default=today), -days)
        customers: dict[str, Row] = {}
        last: dict[str, dict[str, LastPrice]] = {}
        numbers: dict[tuple[str, str], list[str]] = {}
        recent: dict[str, dict[Content, list[str]]] = {}
        goods = json.dumps(list({line["product"] for o in orders for line in o.lines}))
        numbered = json.dumps(list({po for o in orders if (po := o.header.get("customer_po"))}))
        sizes = {
            (o.header["customer"], sum(line["qty"] for line in o.lines), max(line["product"] for line in o.lines))
            for o in orders
        }
        for start in range(0, len(who), 500):
            part = who[start : start + 500]
            inside = f"o.customer IN ({marks(part)})"
            customers |= {
                r["uid"]: r for r in reader.rows(f"SELECT * FROM customer WHERE uid IN ({marks(part)})", part)
            }
            for customer, product, price, day, number, qty in reader.tuples(
                "SELECT o.customer, l.product, l.price, o.order_date, o.number, l.qty FROM sales_order o"
                f' JOIN order_line l ON l."order" = o.uid AND l.void = 0 WHERE {inside} AND o.void = 0 AND o.confirmed_at IS NOT NULL'
                " AND +l.product IN (SELECT value FROM json_each(?)) ORDER BY o.customer, o.order_date, o.rowid",
                (*part, goods),
            ):
                last.setdefault(customer, {})[product] = LastPrice(price, day, number or "", qty)
            for customer, po, number in reader.tuples(
                f"SELECT o.customer, o.customer_po, o.number FROM sales_order o WHERE +{inside}"
                " AND o.customer_po IN (SELECT value FROM json_each(?)) AND +o.void = 0 AND o.state != 'cancelled'",
                (*part, numbered),
            ):
                numbers.setdefault((customer, po), []).append(number)
            alike = [  # first the same total quantity and last product, then the exact comparison
                uid
                for uid, *size in reader.tuples(
                    "SELECT o.uid, o.customer, sum(l.qty), max(l.product) FROM sales_order o"
                    ' JOIN order_line l ON l."order" = o.uid AND l.void = 0'
                    f" WHERE {inside} AND o.order_date >= ? AND o.void = 0 AND o.state != 'cancelled'"
                    " GROUP BY o.customer, o.order_date, o.rowid",
                    (*part, since),
                )
                if tuple(size) in sizes
            ]
            for customer, number, pairs in _contents(reader, alike):
                recent.setdefault(customer, {}).setdefault(pairs, []).append(number)
        promised = dict(reader.tuples("SELECT product, sum(open) FROM order_line WHERE open > 0 GROUP BY product"))
        ordered = [str(o.header["order_date"]) for o in orders] or [today]
        wanted = (
            (buyer, str(line["product"]))
            for o in orders
            if (buyer := customers.get(str(o.header["customer"]))) is not None
            for line in o.lines
        )
        prices = prices_for(reader, wanted, min(ordered), max(ordered))
        exposure = {uid: exposure_of(row) for uid, row in customers.items()}
        late = {
            uid: (amount, dates.days_between(day, today))
            for uid, (amount, day) in overdue_of(reader, who, today).items()
        }
        stands = policies.stands(reader)
        return cls(today, customers, catalogue, promised, last, exposure, recent, numbers, stands, late, prices,
                   known_days(reader))  # fmt: skip

    def of(self, header: Row, lines: Sequence[Row]) -> Facts:
        """The facts for one order, good until an order is counted in."""
        customer = str(header["customer"])
        po = str(header.get("customer_po") or "")
        recent = self.recent.get(customer)
        return Facts(
            today=self.today,
            customer=self.customers.get(customer),
            products=self.catalogue.rows,
            promised=self.promised,
            last=self.last.get(customer, {}),
            exposure=self.exposure.get(customer, Exposure()),
            twins=recent.get(_content(lines), ()) if recent else (),
            same_po=self.numbers.get((customer, po), ()) if po else (),
            workdays=self.workdays,
            stands=self.stands,
            overdue=self.overdue.get(customer, (0, 0)),
            prices=self.prices,
        )

    def count_in(self, header: Row, lines: Sequence[Row]) -> None:
        """From now on this order counts as promised and as credit used."""
        customer, promised = str(header["customer"]), self.promised
        worth = 0
        for line in lines:
            product = line["product"]
            promised[product] = promised.get(product, 0) + line["qty"]
            worth += line["amount"] or 0
        have = self.exposure.get(customer, Exposure())
        self.exposure[customer] = have._replace(undelivered=have.undelivered + worth)


def _content(lines: Sequence[Row]) -> Content:
    """What makes two orders of a customer twins."""
    return tuple(sorted((line["product"], line["qty"]) for line in lines))


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
