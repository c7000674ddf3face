"""Everything the page of missing orders shows, read in one go beside the window."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.desk import Desk
from salesdesk.domain.clock import stamp
from salesdesk.domain.kinds import Row
from salesdesk.modules.omissions import queries, timeliness
from salesdesk.modules.omissions.queries import Find
from salesdesk.modules.omissions.timeliness import Month


@dataclass(frozen=True)
class Board:
    """One reading: the find, arrivals not entered, the month's measure, the latest answers."""

    now: str
    find: Find
    waiting: list[Row]
    month: Month
    answers: list[Row]


def read_board(desk: Desk, month: str) -> Board:
    """Look through everything; a second or two for a million orders."""
    now = stamp(desk.database.clock.now())
    with desk.read() as reader:
        find = queries.look(reader, now[:10])
        waiting = queries.waiting(reader)
        measured = timeliness.month_of(reader, month, timeliness.target_of(desk.settings, desk.holidays()), now)
    return Board(now, find, waiting, measured, desk.rows("omission_answer", limit=200))
