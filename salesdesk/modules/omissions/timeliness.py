"""处理及时率: how many arrivals of a month were entered in time, with the arrivals behind the number (ORD-12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.domain.working_time import WorkingHours, told
from salesdesk.persistence.reading import Reader
from salesdesk.services.settings import Settings

Verdict = Literal["timely", "late", "open"]


@dataclass(frozen=True)
class Target:
    """Until when an arrival must be entered: the end of its working day (hours 0), or within some working hours."""

    hours: int = 0
    time: WorkingHours = field(default_factory=WorkingHours)

    @property
    def words(self) -> str:
        """What counts as in time."""
        return f"收到后 {self.hours} 个工作小时内录入" if self.hours else "收到当天下班前录入"

    def met(self, received: str, entered: str) -> bool:
        """Whether something received then was entered in time."""
        if self.hours:
            return self.time.minutes(received, entered) <= self.hours * 60
        return entered <= self.time.end_of_day(received)


@dataclass(frozen=True)
class Handled:
    """One arrival: minutes of working time until it was entered and until the order was confirmed, None when not yet."""

    row: Row
    verdict: Verdict
    to_entry: int | None
    to_confirm: int | None

    @property
    def words(self) -> str:
        """The verdict with the time it took."""
        if self.to_entry is None:
            return "还没录入，已超时" if self.verdict == "late" else "还没录入，没到时限"
        return f"{told(self.to_entry)}录入" + ("" if self.verdict == "timely" else "，超时")


@dataclass(frozen=True)
class Month:
    """A month's measure; arrivals that are no orders and those still within their time are left out of the rate."""

    month: str
    target: str
    timely: int
    late: int
    open: int
    dropped: int
    entry_minutes: int | None
    confirm_minutes: int | None
    rows: tuple[Handled, ...]

    @property
    def counted(self) -> int:
        """Arrivals the rate is made of."""
        return self.timely + self.late

    @property
    def rate(self) -> float | None:
        """Share entered in time, None when nothing counts."""
        return self.timely / self.counted if self.counted else None


def target_of(settings: Settings, holidays: Mapping[str, bool]) -> Target:
    """What the company has set itself; holidays: the days of the table 节假日 (`working_days.known_days`)."""
    hours = int(settings.get("intake.hours")) if settings.get("intake.target") == "hours" else 0
    return Target(hours, WorkingHours(str(settings.get("work.opens")), str(settings.get("work.closes")), holidays))


def month_of(reader: Reader, month: str, target: Target, now: str) -> Month:
    """Measure the arrivals received in a month ("2026-06")."""
    first = f"{month}-01"
    rows = reader.rows(
        'SELECT i.uid, i.number, i.state, i.channel, i.received_at, i.customer, i.from_whom, i.customer_po, o.uid AS "order",'
        " o.number AS order_number, o.created_at AS entered_at, o.confirmed_at, c.name AS name FROM intake i"
        ' LEFT JOIN sales_order o ON o.uid = i."order" LEFT JOIN customer c ON c.uid = i.customer'
        " WHERE i.state IN ('waiting', 'entered', 'dropped') AND i.received_at >= ? AND i.received_at < ? AND i.void = 0"
        " ORDER BY i.received_at, i.rowid",
        (first, dates.add_months(first, 1)),
    )
    judged = tuple(_judged(row, target, now) for row in rows if row["state"] != "dropped")
    entries = [h.to_entry for h in judged if h.to_entry is not None]
    confirms = [h.to_confirm for h in judged if h.to_confirm is not None]
    count = {v: sum(h.verdict == v for h in judged) for v in ("timely", "late", "open")}
    return Month(
        month,
        target.words,
        count["timely"],
        count["late"],
        count["open"],
        len(rows) - len(judged),
        round(median(entries)) if entries else None,
        round(median(confirms)) if confirms else None,
        judged,
    )


def _judged(row: Row, target: Target, now: str) -> Handled:
    received, entered, confirmed = str(row["received_at"]), row["entered_at"], row["confirmed_at"]
    if row["state"] != "entered" or entered is None:
        return Handled(row, "open" if target.met(received, now) else "late", None, None)
    minutes = target.time.minutes
    return Handled(
        row,
        "timely" if target.met(received, str(entered)) else "late",
        minutes(received, str(entered)),
        minutes(received, str(confirmed)) if confirmed else None,
    )
