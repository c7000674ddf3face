"""Days, weeks, months, quarters and years of a report, natural or by the company's own closing day."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from salesdesk.domain import dates

Kind = Literal["day", "week", "month", "quarter", "year"]
KINDS: dict[Kind, str] = {"day": "日", "week": "周", "month": "月", "quarter": "季", "year": "年"}
PAPERS: dict[Kind, str] = {"day": "日报", "week": "周报", "month": "月报", "quarter": "季报", "year": "年报"}
_MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}


class Period(NamedTuple):
    """One stretch of days, both ends included. closing: last day of the financial month, 0 for natural months."""

    kind: Kind
    first: str
    last: str
    closing: int = 0

    @property
    def label(self) -> str:
        """ "2026 年 11 月", "2026 年第 48 周（11-23 至 11-29）"; financial months also tell their days."""
        year, month = self.last[:4], int(self.last[5:7])
        span = f"（{self.first[5:]} 至 {self.last[5:]}）"
        if self.kind == "day":
            return f"{int(year)} 年 {month} 月 {int(self.last[8:])} 日"
        if self.kind == "week":
            from datetime import date

            of, week, _ = date.fromisoformat(self.first).isocalendar()
            return f"{of} 年第 {week} 周{span}"
        tail = f"（{self.first} 至 {self.last}）" if self.closing else ""
        if self.kind == "month":
            return f"{year} 年 {month} 月{tail}"
        if self.kind == "quarter":
            return f"{year} 年第 {(month + 2) // 3} 季度{tail}"
        return f"{year} 年{tail}"

    @property
    def key(self) -> str:
        """2026-11-30, 2026-W48, 2026-11, 2026-Q4, 2026: what `named` reads back."""
        if self.kind == "day":
            return self.first
        if self.kind == "week":
            from datetime import date

            of, week, _ = date.fromisoformat(self.first).isocalendar()
            return f"{of}-W{week:02d}"
        year, month = self.last[:4], int(self.last[5:7])
        return {"month": self.last[:7], "quarter": f"{year}-Q{(month + 2) // 3}"}.get(self.kind, year)

    @property
    def days(self) -> int:
        """How many days it has."""
        return dates.days_between(self.first, self.last) + 1

    @property
    def previous(self) -> Period:
        """The period of the same kind that ends the day before."""
        return period_of(self.kind, dates.add_days(self.first, -1), self.closing)

    @property
    def next(self) -> Period:
        """The period of the same kind that begins the day after."""
        return period_of(self.kind, dates.add_days(self.last, 1), self.closing)

    def compared(self, today: str) -> tuple[Period, Period]:
        """What it is compared with: the period before and the same one a year ago; of one that still goes on only the part
        of them that had gone by: up to the same day of the month, quarter or year, or the same weekday."""
        if self.last <= today:
            return self.previous, self.year_before
        if self.kind in _MONTHS:
            ends = (dates.add_months(today, -_MONTHS[self.kind]), dates.add_months(today, -12))
        else:
            ends = (dates.add_days(today, -self.days), dates.add_days(today, -364))
        before, ago = self.previous, self.year_before
        return before._replace(last=min(before.last, ends[0])), ago._replace(last=min(ago.last, ends[1]))

    @property
    def year_before(self) -> Period:
        """同期: the same month, quarter, year or day a year earlier; a week is compared with the one 52 weeks earlier,
        so that it has the same working days."""
        if self.kind == "week":
            return period_of("week", dates.add_days(self.first, -364))
        return period_of(self.kind, dates.add_months(self.last, -12), self.closing)


def period_of(kind: Kind, day: str, closing: int = 0) -> Period:
    """The period of a kind that holds a day. Weeks run from Monday to Sunday.

    closing 1–28: financial months end on that day, quarters and years are made of financial months.
    """
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        from datetime import date

        first = dates.add_days(day, -date.fromisoformat(day).weekday())
        return Period(kind, first, dates.add_days(first, 6))
    month = day[:7]
    if closing and int(day[8:]) > closing:
        month = dates.add_months(f"{month}-01", 1)[:7]
    size = _MONTHS[kind]
    year, number = int(month[:4]), int(month[5:])
    end = (number - 1) // size * size + size
    last_month = f"{year:04d}-{end:02d}"
    first_month = f"{year:04d}-{end - size + 1:02d}"
    if not closing:
        return Period(kind, f"{first_month}-01", dates.month_end(f"{last_month}-01"))
    before = dates.add_months(f"{first_month}-01", -1)[:7]
    return Period(kind, dates.add_days(f"{before}-{closing:02d}", 1), f"{last_month}-{closing:02d}", closing)


_FORMS: tuple[tuple[Kind, str], ...] = (
    ("day", r"(\d{4})-(\d{2})-(\d{2})"),
    ("week", r"(\d{4})-?W(\d{1,2})"),
    ("month", r"(\d{4})-(\d{1,2})"),
    ("quarter", r"(\d{4})-?Q([1-4])"),
    ("year", r"(\d{4})"),
)


def named(kind: Kind, text: str, closing: int = 0) -> Period | None:
    """The period a person names: 2026-11, 2026-W48, 2026-Q4, 2026, or any day inside; None when it cannot be read."""
    from datetime import date

    typed = text.strip().upper()
    for form, pattern in _FORMS:
        found = re.fullmatch(pattern, typed)
        if found is None or form not in (kind, "day"):
            continue
        parts = [int(n) for n in found.groups()]
        try:
            if form == "week":
                day = date.fromisocalendar(parts[0], parts[1], 1).isoformat()
            elif form == "quarter":
                day = date(parts[0], parts[1] * 3, 1).isoformat()
            else:
                day = date(parts[0], *[*parts[1:], 1, 1][:2]).isoformat()
        except ValueError:
            return None
        return period_of(kind, day, closing)
    return None


def finished(kind: Kind, today: str, closing: int = 0) -> Period:
    """The latest period of a kind that is over."""
    return period_of(kind, today, closing).previous


def steps_of(period: Period) -> list[Period]:
    """The parts a period is drawn by: months of a quarter or year, days of a week or month, a day stands alone."""
    if period.kind == "day":
        return [period]
    kind: Kind = "month" if period.kind in ("quarter", "year") else "day"
    found = [period_of(kind, period.first, period.closing)]
    while found[-1].last < period.last:
        found.append(found[-1].next)
    return found
