"""What customers are worth and what they will do: grades by rules (RFM), churn by their own rhythm, the next order (CUS-5).

The forecast is simple on purpose: the next order of a product is due one median gap after the last, of the median quantity
of the last orders; `back_test` makes the same forecast for the past months and tells how far it was off.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.modules.statistics.model import GRADE_RULES
from salesdesk.persistence.reading import Reader

RULES_UID = "bffb61c0-580d-578a-b3a6-d52dc67f59a2"
"""The one record of the rules, the same on every PC."""

# -- grades ------------------------------------------------------------------------------------------------------------


class Rules(NamedTuple):
    """How customers are graded. Each of the three gives points by its steps; the sum of the points gives the grade.

    recency: days since the last order, the fewer the better. frequency: orders a year. value: 元 a year. grades: least points
    of A, B and C; below is D.
    """

    recency: tuple[int, ...] = (30, 60, 120, 240)
    frequency: tuple[int, ...] = (24, 12, 6, 2)
    value: tuple[int, ...] = (200_000, 80_000, 30_000, 5_000)
    grades: tuple[int, ...] = (10, 7, 4)

    @property
    def words(self) -> str:
        """The rules as they stand beside the grades."""
        r, f, v = ("、".join(f"{n:,}" for n in steps) for steps in (self.recency, self.frequency, self.value))
        a, b, c = self.grades
        return (
            f"最近来单在 {r} 天内得 4、3、2、1 分；一年 {f} 单得 4、3、2、1 分；一年 {v} 元得 4、3、2、1 分；"
            f"合计 {a} 分起 A，{b} 分起 B，{c} 分起 C，其余 D"
        )

    def points(self, days: int, orders: int, fen: int) -> tuple[int, int, int]:
        """Points for recency, frequency and value."""
        return (
            next((4 - i for i, most in enumerate(self.recency) if days <= most), 0),
            next((4 - i for i, least in enumerate(self.frequency) if orders >= least), 0),
            next((4 - i for i, least in enumerate(self.value) if fen >= least * 100), 0),
        )

    def grade(self, points: int) -> str:
        """A to D."""
        return next((g for g, least in zip("ABC", self.grades, strict=True) if points >= least), "D")

    def fault(self) -> str:
        """What is wrong with rules somebody typed; "" when they can be used."""
        if any(len(steps) != 4 for steps in self[:3]) or len(self.grades) != 3:
            return "每一项要四个数，等级要三个数"
        if list(self.recency) != sorted(set(self.recency)):
            return "天数要从小到大"
        for steps in (self.frequency, self.value, self.grades):
            if list(steps) != sorted(set(steps), reverse=True):
                return "单数、金额和等级分要从大到小"
        return ""


def numbers(text: str) -> tuple[int, ...] | None:
    """ "30、60、120、240" as numbers; None when it cannot be read."""
    parts = text.replace("，", "、").replace(",", "、").split("、")
    return tuple(int(part) for part in parts) if all(part.strip().isdecimal() for part in parts) else None


def rules_of(reader: Reader) -> Rules:
    """The rules the company wrote down; the usual ones where there are none or they cannot be read."""
    row = reader.row(f"SELECT * FROM {GRADE_RULES.key} WHERE void = 0 AND uid = ?", (RULES_UID,))
    read = {key: numbers(str((row or {}).get(key) or "")) for key in Rules._fields}
    told = {key: steps for key, steps in read.items() if steps is not None}
    found = Rules(**told)
    return found if len(told) == len(read) and not found.fault() else Rules()


class Graded(NamedTuple):
    """One customer: points, the grade they give, and the one in the file."""

    customer: str
    name: str
    days: int
    orders: int
    amount: int
    points: tuple[int, int, int]
    grade: str
    filed: str


def graded(reader: Reader, rules: Rules, today: str) -> list[Graded]:
    """All customers who ordered in the past year, the best first."""
    rows = reader.tuples(
        "SELECT o.customer, c.name, max(o.order_date), count(*), sum(coalesce(o.amount, 0)), coalesce(c.grade, '')"
        " FROM sales_order o JOIN customer c ON c.uid = o.customer WHERE o.void = 0 AND o.state = 'confirmed'"
        " AND o.order_date BETWEEN ? AND ? AND c.void = 0 GROUP BY 1",
        (dates.add_days(today, -364), today),
    )
    found = []
    for uid, name, last, orders, amount, filed in rows:
        days = dates.days_between(last, today)
        points = rules.points(days, orders, amount)
        found.append(Graded(uid, name or "", days, orders, amount, points, rules.grade(sum(points)), filed))
    found.sort(key=lambda g: (-sum(g.points), -g.amount, g.name))
    return found


# -- the next order ----------------------------------------------------------------------------------------------------

LEAST_DAYS = 4
"""Order days of a product from which a rhythm can be seen."""
LOOKED_AT = 6
"""Latest gaps and quantities that count."""
FORGOTTEN = 3
"""A product not ordered for so many of its own gaps is no longer expected."""


class Forecast(NamedTuple):
    """The next order of one product by one customer. qty 1/1000; spread: days by which it is usually earlier or later."""

    day: str
    qty: int
    gap: int
    spread: int
    orders: int
    last: str

    @property
    def why(self) -> str:
        """How it was worked out."""
        return f"最近 {min(self.orders, LOOKED_AT + 1)} 次约 {self.gap} 天一次，上次 {self.last}，数量取中间的一次"


def middle(values: Sequence[int]) -> int:
    """The median, rounded up between two."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else math.ceil((ordered[half - 1] + ordered[half]) / 2)


def forecast(orders: Sequence[tuple[str, int]], today: str) -> Forecast | None:
    """The next order after (day, qty) pairs known on a day; None without a rhythm, or when it was given up long ago."""
    by_day: dict[str, int] = {}
    for day, qty in orders:
        if day <= today:
            by_day[day] = by_day.get(day, 0) + qty
    days = sorted(by_day)
    if len(days) < LEAST_DAYS:
        return None
    gaps = [dates.days_between(a, b) for a, b in pairwise(days)][-LOOKED_AT:]
    gap = middle(gaps)
    if dates.days_between(days[-1], today) > FORGOTTEN * gap:
        return None
    spread = middle([abs(g - gap) for g in gaps])
    sizes = sorted(by_day[day] for day in days[-LOOKED_AT:])
    qty = sizes[len(sizes) // 2]  # one that was really ordered, no half pieces
    return Forecast(dates.add_days(days[-1], gap), qty, gap, spread, len(days), days[-1])


class Expected(NamedTuple):
    """A forecast with whom and what it is about."""

    customer: str
    name: str
    salesperson: str
    product: str
    goods: str
    unit: str
    forecast: Forecast


class Error(NamedTuple):
    """How far the forecast was off in the months it was tried on: pairs tried, median days and 1/10000 of the quantity."""

    tried: int
    came: int
    days: int
    qty: int

    @property
    def words(self) -> str:
        """As it stands above the sheet."""
        if not self.tried:
            return "过去三个月还没有够多的单来试这个预测"
        if not self.came:
            return f"用同样的办法试过去三个月：{self.tried} 次预测都没有等到单，只能作参考"
        hit = self.came * 100 // self.tried
        return f"用同样的办法试过去三个月：{self.tried} 次预测里 {hit}% 来了单，日期一般差 {self.days} 天，数量一般差 {self.qty / 100:.0f}%"


def _histories(reader: Reader, today: str) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """(customer, product) -> its orders of two years; only pairs with a rhythm at all."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for customer, product, day, qty in reader.tuples(
        'SELECT o.customer, l.product, o.order_date, sum(l.qty) FROM sales_order o JOIN order_line l ON l."order" = o.uid'
        " WHERE o.void = 0 AND l.void = 0 AND o.state = 'confirmed' AND o.order_date BETWEEN ? AND ?"
        " AND coalesce(l.kind, 'goods') = 'goods' GROUP BY 1, 2, 3",
        (dates.add_days(today, -730), today),
    ):
        found.setdefault((customer, product), []).append((day, qty))
    return {pair: orders for pair, orders in found.items() if len(orders) >= LEAST_DAYS}


def expected(reader: Reader, today: str, ahead: int = 60) -> tuple[list[Expected], Error]:
    """Orders expected within some days (late ones first), and how well the same forecast did in the past three months."""
    histories = _histories(reader, today)
    found = {pair: made for pair, orders in histories.items() if (made := forecast(orders, today))}
    found = {pair: made for pair, made in found.items() if made.day <= dates.add_days(today, ahead)}
    customers = _named(reader, "customer", "name, salesperson", {c for c, _ in found})
    products = _named(reader, "product", "name, unit", {p for _, p in found})
    rows = [
        Expected(customer, *customers[customer], product, *products[product], made)
        for (customer, product), made in found.items()
        if customer in customers and product in products
    ]
    rows.sort(key=lambda e: (e.forecast.day, e.name, e.goods))
    return rows, back_test(histories.values(), today)


def _named(reader: Reader, entity: str, columns: str, uids: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    return {
        uid: (str(a or ""), str(b or ""))
        for uid, a, b in reader.tuples(
            f"SELECT uid, {columns} FROM {entity} WHERE void = 0 AND coalesce(stopped, 0) = 0"
            " AND uid IN (SELECT value FROM json_each(?))",
            (json.dumps(list(uids)),),
        )
    }


def back_test(histories: Iterable[Sequence[tuple[str, int]]], today: str, months: int = 3) -> Error:
    """Forecast as of the beginning of each of the last months, and compare with what then came."""
    days_off: list[int] = []
    qty_off: list[int] = []
    tried = 0
    starts = [dates.add_months(today, -n) for n in range(months, 0, -1)]
    for orders in histories:
        for start, end in zip(starts, [*starts[1:], today], strict=True):
            made = forecast(orders, start)
            if made is None or not start < made.day <= end:
                continue
            tried += 1
            after = sorted((day, qty) for day, qty in orders if day > start)
            if not after or dates.days_between(made.day, after[0][0]) > made.gap:
                continue
            days_off.append(abs(dates.days_between(made.day, after[0][0])))
            came = sum(qty for day, qty in after if day == after[0][0])
            qty_off.append(abs(came - made.qty) * 10_000 // max(1, made.qty))
    return Error(tried, len(days_off), middle(days_off) if days_off else 0, middle(qty_off) if qty_off else 0)
