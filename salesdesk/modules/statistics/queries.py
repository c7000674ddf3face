"""Sales of a period from any side, beside the period before and the same one a year ago; the papers behind each figure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import add
from typing import Any, NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.products.rules import goods_words
from salesdesk.modules.statistics.facts import DIMENSIONS, GOODS, PAPER, Dimension, facts, figure_sql, narrowed
from salesdesk.modules.statistics.measures import Measure
from salesdesk.modules.statistics.periods import Period, steps_of
from salesdesk.modules.statistics.summary import Cover, Piece, cover
from salesdesk.persistence.reading import Reader

Where = Mapping[str, str | None]
"""Dimension -> the key it is narrowed to; None: what names none."""
NONE_NAMES = {"customer": "（没有客户）", "product": "（不分产品）", "category": "（没有类别）", "region": "（没填区域）",
              "salesperson": "（没填业务员）", "channel": "（没填来单方式）"}  # fmt: skip


APART = ("customer", "region")
"""Dimensions no paper stands in twice. One paper sells several products, one delivery may hold orders of several people."""


class Sum(NamedTuple):
    """What sales come to: papers, qty (1/1000), amount as the measure counts it, net and cost (all 分)."""

    docs: int = 0
    qty: int = 0
    amount: int = 0
    net: int = 0
    cost: int = 0

    @property
    def profit(self) -> int:
        """销售利润: without tax, at the products' present cost."""
        return self.net - self.cost


_sum_of: Callable[[tuple[int, ...]], Sum] = partial(tuple.__new__, Sum)
"""What `Sum._make` does, without a call of Python for each: a look at everything makes a hundred thousand."""


def added(sums: Iterable[Sum]) -> Sum:
    """All of them together."""
    docs = qty = amount = net = cost = 0
    for one in sums:
        docs, qty, amount = docs + one.docs, qty + one.qty, amount + one.amount
        net, cost = net + one.net, cost + one.cost
    return Sum(docs, qty, amount, net, cost)


def _figures(measure: Measure) -> str:
    parts = (f"sum({figure_sql(measure, what)}) AS m_{what}" for what in ("qty", "amount", "net", "cost"))
    return ", ".join(parts)


def _stretch(reader: Reader, measure: Measure, dimension: str, piece: str) -> dict[str, Sum]:
    """One kept stretch as it lies there, nothing added up: what a month, a year or everything asks for."""
    figures = ", ".join(figure_sql(measure, what, "") for what in ("qty", "amount", "net", "cost"))
    rows = reader.tuples(
        f"SELECT key, docs, {figures} FROM sales_sum WHERE base = ? AND dim = ? AND piece = ?",
        (measure.by, dimension, piece),
    )
    return {row[0]: _sum_of(row[1:]) for row in rows}


def grouped(
    reader: Reader, measure: Measure, dimension: str, first: str, last: str, where: Where | None = None
) -> dict[str, Sum]:
    """Key of a dimension ("" for none) -> its sum over the days from first to last, both included.

    Kept sums are used where they stand; a narrowed question is answered from the papers. A category has no count of its
    own of papers (docs 0): one paper may hold several.
    """
    dim = DIMENSIONS[dimension]
    found = Cover([], [Piece(first, last)]) if where else cover(reader, measure.by, first, last)
    if dim.name != dim.kept or not found.kept:
        return _added_up(reader, measure, dim, found, where or {})
    largest = max(found.kept, key=lambda piece: dates.days_between(piece.first, piece.last))
    sold = _stretch(reader, measure, dim.kept, largest.key)
    others = found._replace(kept=[piece for piece in found.kept if piece is not largest])
    for key, one in _added_up(reader, measure, dim, others, {}).items() if others.kept or others.rest else ():
        have = sold.get(key)
        sold[key] = one if have is None else Sum(*map(add, have, one))
    return sold


def _added_up(reader: Reader, measure: Measure, dim: Dimension, over: Cover, where: Where) -> dict[str, Sum]:
    """Kept stretches and papers of other days added up, as `grouped` tells them."""
    parts: list[str] = []
    joins, conditions, given = narrowed(where)
    params: dict[str, Any] = dict(given)
    if over.kept:
        params |= {"by": measure.by, "dim": dim.kept, "pieces": json.dumps([piece.key for piece in over.kept])}
        parts.append(
            f"SELECT nullif(f.key, '') AS {dim.kept}, sum(f.docs) AS docs, {_figures(measure)} FROM json_each(:pieces) s"
            " CROSS JOIN sales_sum f ON f.base = :by AND f.dim = :dim AND f.piece = s.value GROUP BY f.key"
        )
    for i, piece in enumerate(over.rest):
        params |= {f"first{i}": piece.first, f"last{i}": piece.last}
        sql = facts(measure.by).replace(":first", f":first{i}").replace(":last", f":last{i}")
        parts.append(
            f"SELECT f.{dim.kept}, count(DISTINCT f.doc) AS docs, {_figures(measure)} FROM ({sql}) f{joins}"
            f" WHERE 1{conditions} GROUP BY 1"
        )
    if len(parts) == 1 and dim.name == dim.kept:
        return {row[0] or "": _sum_of(row[1:]) for row in reader.tuples(parts[0], params)}
    sums = ", ".join(f"sum(f.m_{what})" for what in ("qty", "amount", "net", "cost"))
    rows = reader.tuples(
        f"SELECT coalesce({dim.key}, ''), sum(f.docs), {sums} FROM ({' UNION ALL '.join(parts)}) f{dim.join} GROUP BY 1",
        params,
    )
    return {key: Sum(0 if dim.name == "category" else docs, *rest) for key, docs, *rest in rows}


def total(reader: Reader, measure: Measure, first: str, last: str, where: Where | None = None) -> Sum:
    """All sales of the days together."""
    return added(grouped(reader, measure, "salesperson", first, last, where).values())


def names_of(reader: Reader, dimension: str, keys: Iterable[str]) -> dict[str, str]:
    """Key -> how people call it."""
    wanted = [key for key in keys if key]
    entity = DIMENSIONS[dimension].entity
    called = {"": NONE_NAMES[dimension]}
    if not entity:
        return called | {key: key for key in wanted}
    column = "name, spec" if entity == "product" else "name, NULL"
    for uid, name, spec in reader.tuples(
        f"SELECT uid, {column} FROM {entity} WHERE uid IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)
    ):
        called[uid] = goods_words(name, spec) if entity == "product" else str(name or "")
    return called


class Line(NamedTuple):
    """One row of a table of sales: now, before, and a year ago; customers: how many bought."""

    key: str
    name: str
    now: Sum
    before: Sum
    year_before: Sum
    customers: int = 0


class Table(NamedTuple):
    """Sales by one dimension. `whole` adds all lines up."""

    dimension: str
    lines: list[Line]
    whole: Line


def table(
    reader: Reader, measure: Measure, dimension: str, period: Period, today: str, where: Where | None = None
) -> Table:
    """One line for every key that sold anything in the period or in one of the two it is compared with; the largest first."""
    spans = (period, *period.compared(today))
    three = [grouped(reader, measure, dimension, one.first, one.last, where) for one in spans]
    keys = list(dict.fromkeys(key for found in three for key in found))
    called = names_of(reader, dimension, keys)
    bought = customers_by_region(reader, measure, period, where) if dimension == "region" else {}
    none = Sum()
    lines = [
        Line(
            key,
            called.get(key, key),
            three[0].get(key, none),
            three[1].get(key, none),
            three[2].get(key, none),
            bought.get(key, 0),
        )
        for key in keys
    ]
    lines.sort(key=lambda one: (-one.now.amount, -one.before.amount, one.name))
    sums = [added(found.values()) for found in three]
    if dimension not in APART:
        sums = [
            one._replace(docs=added(grouped(reader, measure, "customer", days.first, days.last, where).values()).docs)
            for one, days in zip(sums, spans, strict=True)
        ]
    return Table(dimension, lines, Line("", "合计", sums[0], sums[1], sums[2], sum(bought.values())))


def customers_by_region(reader: Reader, measure: Measure, period: Period, where: Where | None = None) -> dict[str, int]:
    """客户分布: how many customers bought, by region."""
    bought = [key for key in grouped(reader, measure, "customer", period.first, period.last, where) if key]
    return dict(
        reader.tuples(
            "SELECT coalesce(c.region, ''), count(*) FROM json_each(?) j JOIN customer c ON c.uid = j.value GROUP BY 1",
            (json.dumps(bought),),
        )
    )


class Point(NamedTuple):
    """One step of a course: a day of a month, a month of a year."""

    period: Period
    amount: int


def course(reader: Reader, measure: Measure, period: Period, where: Where | None = None) -> list[Point]:
    """The amounts of the days or months a period consists of."""
    steps = steps_of(period)
    if steps[0].kind == "month":
        return [Point(step, total(reader, measure, step.first, step.last, where).amount) for step in steps]
    joins, conditions, given = narrowed(where or {})
    by_day = dict(
        reader.tuples(
            f"SELECT f.day, sum({figure_sql(measure, 'amount')}) FROM ({facts(measure.by)}) f{joins}"
            f" WHERE 1{conditions} GROUP BY 1",
            {**given, "first": period.first, "last": period.last},
        )
    )
    return [Point(step, by_day.get(step.first, 0)) for step in steps]


def papers(
    reader: Reader, measure: Measure, first: str, last: str, where: Where | None = None, limit: int = 500
) -> list[Row]:
    """The papers behind a figure, the latest first: uid, number, day, customer, name, qty, amount, net, cost (of what is narrowed)."""
    joins, conditions, given = narrowed(where or {})
    paper = PAPER[measure.by]
    return reader.rows(
        f"SELECT f.doc AS uid, (SELECT number FROM {paper} t WHERE t.uid = f.doc) AS number, f.day, f.customer,"
        f" (SELECT name FROM customer k WHERE k.uid = f.customer) AS name,"
        f" sum({figure_sql(measure, 'qty')}) AS qty, sum({figure_sql(measure, 'amount')}) AS amount,"
        f" sum({figure_sql(measure, 'net')}) AS net, sum({figure_sql(measure, 'cost')}) AS cost"
        f" FROM ({facts(measure.by)}) f{joins} WHERE 1{conditions} GROUP BY f.doc"
        " ORDER BY f.day DESC, number DESC LIMIT :most",
        {**given, "first": first, "last": last, "most": limit},
    )


def goods_known(measure: Measure, dimension: str) -> bool:
    """Whether a dimension means anything under a measure."""
    return measure.by_goods or dimension not in GOODS
