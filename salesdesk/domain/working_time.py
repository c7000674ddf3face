"""Working time between two moments: nights, weekends and holidays do not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from salesdesk.domain import dates


@dataclass(frozen=True)
class WorkingHours:
    """When people work: "08:30" to "17:30" on working days; the lunch break counts as working time."""

    opens: str = "08:30"
    closes: str = "17:30"
    holidays: Mapping[str, bool] = field(default_factory=dict, hash=False)

    def minutes(self, start: str, end: str) -> int:
        """Whole working minutes from one stamp to a later one; 0 when `end` is not later."""
        if end <= start:
            return 0
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        opens, closes = time.fromisoformat(self.opens), time.fromisoformat(self.closes)
        whole = timedelta()
        for ahead in range((last.date() - first.date()).days + 1):
            day = first.date() + timedelta(days=ahead)
            if not dates.is_workday(day.isoformat(), self.holidays):
                continue
            begins, stops = max(first, datetime.combine(day, opens)), min(last, datetime.combine(day, closes))
            whole += max(timedelta(), stops - begins)
        return int(whole.total_seconds()) // 60

    def end_of_day(self, stamp: str) -> str:
        """When the working day ends that a moment belongs to: after closing or on a free day, that of the next one."""
        day = stamp[:10]
        if stamp[11:16] > self.closes or not dates.is_workday(day, self.holidays):
            day = dates.next_workday(day, self.holidays)
        return f"{date.fromisoformat(day).isoformat()}T{self.closes}:00"


def told(minutes: int) -> str:
    """ "25 分钟", "1 小时 10 分", "3 小时"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
