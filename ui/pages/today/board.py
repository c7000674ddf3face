"""Everything the day's page shows, read in one go beside the window."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from salesdesk.modules.omissions import queries as omissions
from salesdesk.modules.today import queries
from salesdesk.modules.today.queries import Bar, Beginnings, Span, Summary, Which
from salesdesk.services.module import ToDo

SHOWN_ORDERS = 6


class Board(NamedTuple):
    """One reading. `bars` are those of `span`, `orders` those of `which`; `looked`: the day of the last 漏单检测."""

    now: datetime
    operator: str
    summary: Summary
    span: Span
    bars: tuple[Bar, ...]
    todos: list[ToDo]
    later: list[tuple[ToDo, Row]]
    which: Which
    orders: list[Row]
    counts: dict[Which, int]
    begun: Beginnings
    looked: str

    @property
    def today(self) -> str:
        """Local day of the reading."""
        return self.now.date().isoformat()


def read_board(desk: Desk, span: Span, which: Which) -> Board:
    """Read the figures, the bars, what wants doing and the latest orders."""
    now = desk.database.clock.now()
    today = now.date().isoformat()
    with desk.read() as reader:
        found = queries.summary(reader, today, f"{now:%H:%M:%S}")
        bars = queries.sales(reader, today, span)
        orders = queries.recent_orders(reader, today, which, SHOWN_ORDERS)
        counts = queries.order_counts(reader, today)
        begun = queries.beginnings(reader)
        looked = omissions.remembered(reader).day
    todos, later = desk.todos_and_later()
    return Board(now, desk.settings.operator, found, span, bars, todos, later, which, orders, counts, begun, looked)


def look_for_omissions(desk: Desk) -> str:
    """Look through all orders for what may be missing; the find as text to keep. Once a day, beside the window."""
    with desk.read() as reader:
        return omissions.look(reader, desk.today).text()
