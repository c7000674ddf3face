"""Everything that stands beside an order while it is typed, read in one go outside the window's thread."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from salesdesk.desk import Desk
from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders import beside, change_queries, fact_queries, queries, releases
from salesdesk.modules.orders.rules import Facts, check_order
from salesdesk.modules.progress import queries as progress
from ui.pages.orders.order_draft import OrderDraft

MONTHS = 6


@dataclass
class Question:
    """A copy of what is typed, safe to read from another thread."""

    header: Row
    lines: list[tuple[int, Row]]
    uid: str
    product: str
    today: str
    qty: int | None = None

    @classmethod
    def of(cls, order: OrderDraft, row: int) -> Question:
        """Ask about an order and the product of one of its rows."""
        lines = order.draft.lines
        line = lines[row] if 0 <= row < len(lines) else {}
        product = str(line.get("product") or "")
        return cls(
            dict(order.draft.values),
            [(i, copy.copy(line)) for i, line in order.draft.filled_lines()],
            order.draft.uid,
            product,
            order.draft.today,
            line.get("qty"),
        )


@dataclass
class Surroundings:
    """The answer, about the customer asked for. Amounts in 分; `months` are (label, 分) up to the current month."""

    customer: str
    facts: Facts
    problems: list[Problem] = field(default_factory=list)
    product: Row | None = None
    goods: beside.Goods = field(default_factory=beside.Goods)
    owing: beside.Owing = field(default_factory=beside.Owing)
    releases: list[Row] = field(default_factory=list)
    last_order: Row | None = None
    months: list[tuple[str, int]] = field(default_factory=list)
    slips: list[Row] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)
    followed: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    old_prints: list[change_queries.OldPrint] = field(default_factory=list)


def look_around(desk: Desk, asked: Question) -> Surroundings:
    """Check the order and gather the side panel's facts."""
    days = int(desk.settings.get("order.duplicate_days"))
    customer = str(asked.header.get("customer") or "")
    lines = [line for _, line in asked.lines]
    with desk.read() as reader:
        facts = fact_queries.facts(reader, asked.header, lines, asked.today, asked.uid, days)
        found = Surroundings(customer, facts, [placed(p, asked.lines) for p in check_order(asked.header, lines, facts)])
        found.product = facts.products.get(asked.product)
        if asked.product:
            day = str(asked.header.get("order_date") or asked.today)
            found.goods = beside.goods(reader, customer, asked.product, asked.qty, day, asked.uid)
        if customer:
            found.owing = beside.owing(reader, customer, asked.today, asked.uid)
            found.last_order = queries.last_order(reader, customer, asked.uid)
            first = dates.month_of(asked.today) + "-01"
            months = [dates.month_of(dates.add_months(first, -ago)) for ago in range(MONTHS - 1, -1, -1)]
            amounts = queries.monthly_amounts(reader, customer, months)
            found.months = [(f"{int(m[5:])}月", a) for m, a in zip(months, amounts, strict=True)]
        if asked.uid:
            found.slips, found.deliveries = queries.progress(reader, asked.uid)
            found.followed = progress.lines_of(reader, asked.uid) if found.slips else []
            found.releases = releases.of_order(reader, asked.uid)
            found.notices = change_queries.open_notices(reader, asked.uid)
            found.old_prints = [p for p in change_queries.outdated_prints(reader, asked.uid) if not p.again]
    return found


def placed(problem: Problem, lines: list[tuple[int, Row]]) -> Problem:
    """A problem counted in filled lines, told in rows of the grid."""

    def moved(path: str) -> str:
        parts = path.split("/")
        if len(parts) != 3 or parts[0] != "lines" or int(parts[1]) >= len(lines):
            return path
        return f"lines/{lines[int(parts[1])][0]}/{parts[2]}"

    path = moved(problem.path)
    if path == problem.path:
        return problem
    before, after = int(problem.path.split("/")[1]) + 1, int(path.split("/")[1]) + 1
    place = problem.place.replace(f"第 {before} 行", f"第 {after} 行")
    return problem._replace(path=path, place=place, cures=tuple(c._replace(path=moved(c.path)) for c in problem.cures))
