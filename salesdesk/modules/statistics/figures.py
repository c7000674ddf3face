"""Everything a report says, worked out at one moment and kept as text that can be proved unchanged by its hash."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.facts import DIMENSIONS, PAPER, facts, figure_sql
from salesdesk.modules.statistics.measures import Measure
from salesdesk.modules.statistics.periods import Period
from salesdesk.modules.statistics.variance import Deal, Part, Share, parts_of
from salesdesk.persistence.reading import Reader


class Kept(NamedTuple):
    """One line of a table as it was told: now, the period before, a year ago; amounts in 分, qty 1/1000."""

    key: str
    name: str
    amount: int
    qty: int
    net: int
    cost: int
    docs: int
    before: int
    year_before: int
    customers: int = 0

    @property
    def profit(self) -> int:
        """销售利润 without tax."""
        return self.net - self.cost


class Paper(NamedTuple):
    """What one paper added to the report."""

    uid: str
    number: str
    name: str
    amount: int
    qty: int
    net: int
    cost: int


class Figures(NamedTuple):
    """One report. tables: dimension -> lines, the largest first; whole: their sum; course: (label, amount) of its steps."""

    measured: str
    period: str
    first: str
    last: str
    whole: Kept
    tables: dict[str, list[Kept]]
    course: list[tuple[str, int]]
    papers: list[Paper]
    parts: list[Part]
    goods: bool
    names: dict[str, str]
    drafted: tuple[str, str] = ("", "")

    def text(self) -> str:
        """JSON for keeping: equal figures give equal text."""
        told: dict[str, Any] = self._asdict()
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def buyers(self) -> int:
        """How many customers bought."""
        return sum(1 for one in self.tables.get("customer", ()) if one.docs)


def read_back(text: str) -> Figures:
    """Figures from their kept text."""
    told = json.loads(text)
    told["whole"] = Kept(*told["whole"])
    told["tables"] = {name: [Kept(*row) for row in rows] for name, rows in told["tables"].items()}
    told["course"] = [(label, amount) for label, amount in told["course"]]
    told["papers"] = [Paper(*row) for row in told["papers"]]
    told["parts"] = [Part(key, amount, tuple(Share(*s) for s in shares)) for key, amount, shares in told["parts"]]
    told["drafted"] = tuple(told["drafted"])
    return Figures(**told)


def work_out(reader: Reader, measure: Measure, period: Period, today: str) -> Figures:
    """All figures of a report as they stand now."""
    tables: dict[str, list[Kept]] = {}
    whole = Kept("", "合计", 0, 0, 0, 0, 0, 0, 0)
    for name in DIMENSIONS:
        if not queries.goods_known(measure, name):
            continue
        found = queries.table(reader, measure, name, period, today)
        tables[name] = [_kept(line) for line in found.lines]
        if name == "customer":
            whole = _kept(found.whole)
    before, now = deals(reader, measure, period.compared(today)[0]), deals(reader, measure, period)
    parts = parts_of(before, now)
    papers = [
        Paper(str(r["uid"]), str(r["number"] or ""), str(r["name"] or ""), r["amount"], r["qty"], r["net"], r["cost"])
        for r in queries.papers(reader, measure, period.first, period.last, limit=-1)
    ]
    return Figures(
        measured=measure.words,
        period=period.label,
        first=period.first,
        last=period.last,
        whole=whole,
        tables=tables,
        course=[(_step(point.period), point.amount) for point in queries.course(reader, measure, period)],
        papers=papers,
        parts=parts,
        goods=measure.by_goods,
        names=names_of_parts(reader, parts, measure),
    )


def _kept(line: queries.Line) -> Kept:
    now = line.now
    return Kept(
        line.key, line.name, now.amount, now.qty, now.net, now.cost, now.docs, line.before.amount,
        line.year_before.amount, line.customers,
    )  # fmt: skip


def _step(period: Period) -> str:
    return f"{int(period.last[5:7])} 月" if period.kind == "month" else f"{int(period.first[8:])}"


def deals(reader: Reader, measure: Measure, period: Period) -> list[Deal]:
    """What was sold in a period by paper, customer and product, as the measure counts it."""
    return [
        Deal(doc, customer or "", product or "", unit or "", qty, amount)
        for doc, customer, product, unit, qty, amount in reader.tuples(
            "SELECT f.doc, f.customer, f.product, g.unit, sum(f.m_qty), sum(f.m_amount) FROM (SELECT f.doc, f.customer,"
            f" f.product, {figure_sql(measure, 'qty')} AS m_qty, {figure_sql(measure, 'amount')} AS m_amount"
            f" FROM ({facts(measure.by)}) f) f LEFT JOIN product g ON g.uid = f.product GROUP BY 1, 2, 3",
            {"first": period.first, "last": period.last},
        )
    ]


def names_of_parts(reader: Reader, parts: list[Part], measure: Measure) -> dict[str, str]:
    """How the customers, products and papers behind the parts are called."""
    keys = {part.key: [s.key for s in part.shares] for part in parts}
    found = queries.names_of(reader, "customer", [*keys.get("customers_in", ()), *keys.get("customers_out", ())])
    goods = [k for key in ("products_new", "products_gone", "price", "volume") for k in keys.get(key, ())]
    found |= queries.names_of(reader, "product", goods)
    table = PAPER[measure.by]
    for uid, number, name in reader.tuples(
        f"SELECT t.uid, t.number, (SELECT name FROM customer c WHERE c.uid = t.customer) FROM {table} t"
        " WHERE t.uid IN (SELECT value FROM json_each(?))",
        (json.dumps(keys.get("one_off", [])),),
    ):
        found[uid] = f"{name} {number}"
    found.pop("", None)
    return found
