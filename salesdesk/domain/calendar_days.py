"""Steps on the calendar: days and months forth and back, month ends, weekdays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from salesdesk.domain.errors import BadValue

EARLIEST, LATEST = 1900, 2199
"""Years a business day may lie in."""
_HALF_YEAR = 184


def day_in(year: int, month: int, day: int) -> date:
    """The day, or a BadValue that says what does not exist."""
    if not EARLIEST <= year <= LATEST:
        raise BadValue(f"{year} 年太离谱", f"年份请填 {EARLIEST} 到 {LATEST}")
    if not 1 <= month <= 12:
        raise BadValue(f"没有 {month} 月", "月份请填 1 到 12，顺序是年、月、日")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise BadValue(f"{year} 年 {month} 月没有 {day} 日", f"这个月最后一天是 {last} 日")
    return date(year, month, day)


def nearest_day(month: int, day: int, today: date) -> date | None:
    """The month-day in the year that brings it nearest to today (at most half a year off; of two the coming one).

    None when there is none, as for 2-30, or 2-29 far from a leap year.
    """
    found = []
    for year in (today.year + 1, today.year, today.year - 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    best = min(found, key=lambda d: abs((d - today).days), default=None)
    return best if best is not None and abs((best - today).days) <= _HALF_YEAR else None


def add_days(iso: str, days: int) -> str:
    """The day that many days later (earlier when negative). Raises ValueError outside the calendar."""
    try:
        return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()
    except OverflowError:
        raise BadValue(f"加 {days} 天太远了", "请核对天数") from None


def add_months(iso: str, months: int) -> str:
    """The same day of the month that many months later; the last day where that month is shorter (01-31 + 1 = 02-28)."""
    day = date.fromisoformat(iso)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise BadValue(f"加 {months} 个月太远了", "请核对月数")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()


def days_between(start: str, end: str) -> int:
    """Calendar days from start to end; negative when end is before start."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def month_of(iso: str) -> str:
    """ "2026-06" of a day or stamp."""
    return iso[:7]


def month_end(iso: str) -> str:
    """The last day of the month the day lies in."""
    day = date.fromisoformat(iso)
    return day.replace(day=monthrange(day.year, day.month)[1]).isoformat()


def weekday_name(iso: str) -> str:
    """周一 … 周日."""
    return "周" + "一二三四五六日"[date.fromisoformat(iso).weekday()]
