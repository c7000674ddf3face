"""Loads a very large company in one go, for measurements: a million orders, their lines and deliveries, all consistent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from salesdesk.demo.building import MARK, clear, mark_of
from salesdesk.demo.company import company_settings
from salesdesk.demo.words import Words
from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import new_uid
from salesdesk.domain.kinds import Value
from salesdesk.domain.money import line_amount
from salesdesk.persistence.bulk import Loader, bulk_load
from salesdesk.persistence.migrate import statements, steps

YEARS = 5
VARIANTS = ("PN10", "PN16", "PN25", "PN40", "加长", "保温", "防爆", "快装", "镀镍", "衬氟")
LINES = (1, 1, 2, 2, 2, 3, 3, 4, 4, 3)
"""Lines per order in turn: 2.5 on average."""
ORDER_KEYS = ("uid", "created_at", "created_by", "number", "stage", "state", "customer", "customer_po", "channel", "order_date",
              "due_date", "contact", "settle", "salesperson", "amount", "confirmed_at", "confirmed_by")  # fmt: skip
LINE_KEYS = ("uid", "created_at", "created_by", "order", "seq", "product", "qty", "price", "amount", "delivered",
             "open")  # fmt: skip
DELIVERY_KEYS = (
    "uid",
    "created_at",
    "created_by",
    "number",
    "customer",
    "order",
    "day",
    "consignee",
    "carrier",
    "amount",
    "state",
    "orders",
    "signed_by",
    "signed_on",
    "signed_at",
)
SENT_KEYS = ("uid", "created_at", "created_by", "delivery", "seq", "order_line", "product", "qty", "price", "amount")


@dataclass(frozen=True)
class Size:
    """How many of each."""

    customers: int = 100_000
    products: int = 2_000
    orders: int = 1_000_000
    years: int = YEARS
    lines: tuple[int, ...] = LINES


def build_million(
    folder: Path,
    seed: int,
    today: date | None,
    progress: Callable[[int, int], None],
    size: Size = Size(),
) -> str:
    """Load the large company into an empty data folder. Raises Refused for a folder with other data."""
    last = today or date.today()
    state = mark_of(folder)
    if state and state != "making":
        return f"演示公司已经在 {folder} 里，没有重造；要重造请先删掉这个文件夹"
    if state == "making":
        clear(folder)
    desk = open_desk(folder)
    try:
        desk.settings.put(MARK, "making")
        words = Words(seed)
        company_settings(desk, words)
        with bulk_load(desk.database, "演示数据") as loader:
            customers = load_customers(desk, loader, words, size.customers, last)
            products = load_products(desk, loader, words, size.products, last)
            Orders(desk, loader, words, customers, products, size).load(size.orders, last, progress)
        add_up_money(desk)
        desk.alike.fill(desk.database)
        desk.settings.put(MARK, f"{seed}/1m/{last}")
    finally:
        desk.close()
    return f"演示公司已造好：客户 {size.customers:,}、产品 {size.products:,}、订单 {size.orders:,}"


def add_up_money(desk: Desk) -> None:
    """What is open of the deliveries and owed by the customers, in the same sweeps that brought old files up."""
    step = next(one for one in steps() if one.stem.endswith("_money"))
    with desk.database.local() as work:
        for statement in statements(step.read_text(encoding="utf-8")):
            work.execute(statement)


def load_customers(desk: Desk, loader: Loader, words: Words, count: int, last: date) -> list[tuple[str, str, str, str]]:
    """Load customers with their search keys; returns (uid, contact, settle, salesperson)."""
    rng = words.rng
    at = f"{last - timedelta(days=365 * YEARS)}T08:30:00"
    keys = ("uid", "created_at", "created_by", "code", "name", "short_name", "lifecycle", "grade", "industry", "region", "salesperson",
            "contact", "phone", "address", "tax_id", "settle", "credit_limit", "receivable")  # fmt: skip
    made: list[tuple[str, str, str, str]] = []

    def rows() -> Iterator[tuple[Value, ...]]:
        for number in range(1, count + 1):
            town, trade = words.pick("towns"), words.pick("trades")
            name, short = words.firm(town["name"], trade["word"])
            one = (
                new_uid(),
                words.person(),
                rng.choice(("款到发货", "货到付款", "月结 30 天", "月结 60 天")),
                words.pick("salespeople"),
            )
            made.append(one)
            yield (
                one[0], at, "导入", f"C{number:06d}", name, short, rng.choice(("mature", "mature", "new", "lost")), rng.choice("ABCD"),
                trade["industry"], town["region"], one[3], one[1], words.mobile(), words.address(town), words.tax_id(town["code"]), one[2],
                rng.choice((None, 50_000_000, 200_000_000)), rng.randrange(0, 9_000_000),
            )  # fmt: skip

    loader.fill(desk.entity("customer"), keys, rows())
    loader.index(desk.entity("customer"))
    return made


def load_products(desk: Desk, loader: Loader, words: Words, count: int, last: date) -> list[tuple[str, int]]:
    """Load categories, products and their opening stock; returns (uid, price in 1/10000 元)."""
    at = f"{last - timedelta(days=365 * YEARS)}T08:30:00"
    base = words.products()
    categories = {name: (new_uid(), route) for name, route in dict.fromkeys((p.category, p.route) for p in base)}
    loader.fill(
        desk.entity("product_category"),
        ("uid", "created_at", "created_by", "name", "route"),
        [(uid, at, "导入", name, route) for name, (uid, route) in categories.items()],
    )
    made: list[tuple[str, int]] = []
    products: list[tuple[Value, ...]] = []
    moves: list[tuple[Value, ...]] = []
    for number in range(count):
        one, variant = base[number % len(base)], number // len(base)
        mark = (
            f" {VARIANTS[(variant - 1) % len(VARIANTS)]}{'' if variant <= len(VARIANTS) else f'-{variant}'}"
            if variant
            else ""
        )
        price = round(float(one.price) * (1 + 0.07 * variant), 2)
        uid, stock = new_uid(), words.rng.randrange(0, 400) * 1000
        made.append((uid, round(price * 10_000)))
        products.append(
            (uid, at, "导入", f"P{number + 1:06d}", one.name + mark, one.spec, one.unit, categories[one.category][0], round(price * 10_000),
             round(price * 8_200), round(price * 6_800), 1300, stock)
        )  # fmt: skip
        moves.append((new_uid(), at, "导入", uid, stock, at[:10], "期初"))
    keys = (
        "uid",
        "created_at",
        "created_by",
        "code",
        "name",
        "spec",
        "unit",
        "category",
        "list_price",
        "floor_price",
        "cost",
        "tax_rate",
        "on_hand",
    )
    loader.fill(desk.entity("product"), keys, products)
    loader.fill(
        desk.entity("stock_move"), ("uid", "created_at", "created_by", "product", "qty", "day", "reason"), moves
    )
    for key in ("product_category", "product"):
        loader.index(desk.entity(key))
    return made


class Orders:
    """Orders in the order of their days, a block at a time: headers, lines, deliveries, delivered lines."""

    BLOCK = 20_000

    def __init__(
        self,
        desk: Desk,
        loader: Loader,
        words: Words,
        customers: list[tuple[str, str, str, str]],
        products: list[tuple[str, int]],
        size: Size = Size(),
    ) -> None:
        self.desk, self.loader = desk, loader
        self.rng: random.Random = words.rng
        self.clerks: list[str] = words.names["clerks"]
        self.carriers: list[str] = words.phrases["carriers"]
        self.customers, self.products = customers, products
        self._days, self._lines = 365 * size.years, size.lines
        self._amounts: dict[tuple[int, int], int] = {}
        self._numbers: dict[str, int] = {}

    def load(self, count: int, last: date, progress: Callable[[int, int], None]) -> None:
        """Load that many orders, spread evenly over the years up to the last day."""
        days = self._days
        first = last - timedelta(days=days)
        for start in range(0, count, self.BLOCK):
            stop = min(count, start + self.BLOCK)
            orders: list[tuple[Value, ...]] = []
            lines: list[tuple[Value, ...]] = []
            deliveries: list[tuple[Value, ...]] = []
            sent: list[tuple[Value, ...]] = []
            for i in range(start, stop):
                age = days - i * days // count - 1
                self._one(i, first + timedelta(days=days - age), age, orders, lines, deliveries, sent)
            for key, keys, rows in (
                ("sales_order", ORDER_KEYS, orders),
                ("order_line", LINE_KEYS, lines),
                ("delivery", DELIVERY_KEYS, deliveries),
                ("delivery_line", SENT_KEYS, sent),
            ):
                self.loader.fill(self.desk.entity(key), keys, rows)
            progress(stop, count)
        for series, used in self._numbers.items():
            self.loader.number(series, used)

    def _number(self, prefix: str, month: str) -> str:
        series = f"{prefix}{month}A"
        n = self._numbers[series] = self._numbers.get(series, 0) + 1
        return f"{series}-{n:04d}"

    def _one(self, i: int, day: date, age: int, orders: Any, lines: Any, deliveries: Any, sent: Any) -> None:
        """One order; older than a month it is delivered or cancelled, younger ones may be open or half delivered."""
        rng = self.rng
        chance = rng.random()
        if age > 30:
            stage = "cancelled" if chance < 0.02 else "done"
        else:
            stage = "confirmed" if chance < 0.4 else "part" if chance < 0.6 else "draft" if chance < 0.63 else "done"
        iso, month = day.isoformat(), f"{day:%y%m}"
        at, clerk = f"{iso}T{8 + i % 9:02d}:{i % 60:02d}:{i % 53:02d}", self.clerks[i % 2]
        customer, contact, settle, salesperson = self.customers[int(len(self.customers) * rng.random() ** 2)]
        order, delivery = new_uid(), new_uid()
        whole = gone = 0
        for seq in range(1, self._lines[i % len(self._lines)] + 1):
            index = int(rng.random() * len(self.products))
            product, price = self.products[index]
            qty = (2, 4, 5, 10, 12, 20, 24, 50)[int(rng.random() * 8)] * 1000
            amount = self._amount(index, qty, price)
            line = new_uid()
            out = qty if stage == "done" or (stage == "part" and seq > 1) else qty // 2 if stage == "part" else 0
            owed = qty - out if stage in ("confirmed", "part") else None
            lines.append((line, at, clerk, order, seq, product, qty, price, amount, out, owed))
            whole += amount
            if out:
                part = amount if out == qty else self._amount(index, out, price)
                sent.append((new_uid(), at, clerk, delivery, seq, line, product, out, price, part))
                gone += part
        state = "confirmed" if stage in ("done", "part") else stage
        confirmed = at if state == "confirmed" else None
        number = self._number("XS", month)
        orders.append(
            (order, at, clerk, number, stage, state, customer,
             f"PO{i:08d}" if i % 3 else None, "Excel" if i % 3 else "电话",
             iso, (day + timedelta(days=7)).isoformat(), contact, settle, salesperson, whole, confirmed, clerk if confirmed else None)
        )  # fmt: skip
        if gone:
            left = (day + timedelta(days=min(6, age))).isoformat()
            carrier = self.carriers[i % len(self.carriers)]
            back = (contact, left, f"{left}T17:30:00") if age > 12 else (None, None, None)
            where = "signed" if age > 12 else "new"
            sent_as = self._number("SH", month)
            deliveries.append(
                (delivery, at, clerk, sent_as, customer, order, left, contact, carrier, gone, where, number, *back)
            )

    def _amount(self, index: int, qty: int, price: int) -> int:
        found = self._amounts.get((index, qty))
        if found is None:
            found = self._amounts[index, qty] = line_amount(qty, price)
        return found
