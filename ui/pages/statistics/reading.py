"""What one look at the numbers reads, in one go beside the window."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from salesdesk.modules.statistics import figures, queries, variance, words
from salesdesk.modules.statistics.measures import Measure, all_measures
from salesdesk.modules.statistics.periods import Kind, Period, period_of

PAPERS = 200


class Wish(NamedTuple):
    """What the person wants to see: a period of a kind, a side, a 口径, narrowed to keys."""

    kind: Kind
    day: str
    dimension: str
    measure: str = ""
    where: tuple[tuple[str, str | None], ...] = ()


class Look(NamedTuple):
    """One reading. parts and cause are told of the whole company only, not of a narrowed look."""

    measures: list[Measure]
    measure: Measure
    period: Period
    table: queries.Table
    course: list[queries.Point]
    buyers: int
    parts: list[variance.Part]
    names: dict[str, str]
    cause: str
    advice: str


def chosen(measures: list[Measure], uid: str) -> Measure:
    """The measure of a uid, else the usual one."""
    return next((m for m in measures if m.uid == uid), measures[0])


def look(desk: Desk, wish: Wish) -> Look:
    """Read everything the view shows."""
    with desk.read() as reader:
        measures = all_measures(reader)
        measure = chosen(measures, wish.measure)
        period = period_of(wish.kind, wish.day, measure.closing)
        dimension = wish.dimension if queries.goods_known(measure, wish.dimension) else "customer"
        where = dict(wish.where)
        found = queries.table(reader, measure, dimension, period, desk.today, where)
        course = queries.course(reader, measure, period, where)
        bought = queries.grouped(reader, measure, "customer", period.first, period.last, where)
        parts: list[variance.Part] = []
        names: dict[str, str] = {}
        cause = advice = ""
        if not where:
            before = figures.deals(reader, measure, period.compared(desk.today)[0])
            now = figures.deals(reader, measure, period)
            parts = variance.parts_of(before, now)
            names = figures.names_of_parts(reader, parts, measure)
            told = figures.Figures(
                measure.words, period.label, period.first, period.last, _kept(found.whole), {}, [], [], parts,
                measure.by_goods, names,
            )  # fmt: skip
            cause, advice = words.cause_words(told), words.advice_words(told)
    return Look(measures, measure, period, found, course, len(bought), parts, names, cause, advice)


def _kept(line: queries.Line) -> figures.Kept:
    now = line.now
    return figures.Kept(
        "", "合计", now.amount, now.qty, now.net, now.cost, now.docs, line.before.amount, line.year_before.amount
    )


def papers(desk: Desk, measure: Measure, period: Period, where: dict[str, str | None]) -> list[Row]:
    """The papers behind a line."""
    with desk.read() as reader:
        return queries.papers(reader, measure, period.first, period.last, where, PAPERS)
