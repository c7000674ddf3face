"""How the day's page speaks: greeting, date, amounts short enough for large digits, comparisons in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from salesdesk.domain import dates
from salesdesk.services.module import ToDo

WAN = 1_000_000
"""One 万元 in 分."""
_WEEKDAYS = "一二三四五六日"


def greeting(now: datetime, operator: str) -> str:
    """ "上午好，王敏"; without the name while nobody has given one."""
    hour = now.hour + now.minute / 60
    parts = ((5, "夜深了"), (9, "早上好"), (11.5, "上午好"), (13.5, "中午好"), (18, "下午好"))
    words = next((words for until, words in parts if hour < until), "晚上好")
    return f"{words}，{operator}" if operator else words


def day_line(today: str, holidays: Mapping[str, bool]) -> tuple[str, str, str]:
    """Date, weekday, and which working day of the month it is: ("2026 年 6 月 12 日", "星期五", "本月第 10 个工作日")."""
    day = date.fromisoformat(today)
    worked = dates.workdays_between(dates.add_days(f"{today[:8]}01", -1), today, holidays)
    which = f"本月第 {worked} 个工作日" if dates.is_workday(today, holidays) else f"休息日，本月已过 {worked} 个工作日"
    return f"{day.year} 年 {day.month} 月 {day.day} 日", f"星期{_WEEKDAYS[day.weekday()]}", which


def figure(fen: int) -> tuple[str, str]:
    """An amount in large digits and its unit: ("¥61,160", ""), ("¥286.4", "万"), ("¥1.28", "亿")."""
    sign, size = ("-" if fen < 0 else ""), abs(fen)
    if size < 10 * WAN:
        return f"{sign}¥{(size + 50) // 100:,}", ""
    if size < 10_000 * WAN:
        return f"{sign}¥{size / WAN:,.1f}", "万"
    return f"{sign}¥{size / WAN / 10_000:,.2f}", "亿"


def short(fen: int) -> str:
    """An amount inside a sentence: "¥1.2 万", "¥860"."""
    digits, unit = figure(fen) if abs(fen) < WAN or abs(fen) >= 10 * WAN else (f"¥{fen / WAN:,.2f}", "万")
    return f"{digits} {unit}".rstrip()


def counted(unit: str, number: int) -> str:
    """What stands behind the large digits: "2 单", "万 · 85 单"."""
    return f"{unit} · {number:,} 单" if unit else f"{number:,} 单"


def compared(now: int, before: int, against: str, nothing: str) -> tuple[str, str, str]:
    """(strong part, rest, tone) of a comparison: ("↑ 12.4%", "比上周五同时段", "ok"). `nothing` when there is nothing to compare."""
    if not before:
        return "", nothing, "ok"
    share = (now - before) / before
    if abs(share) < 0.0005:
        return "持平", f"和{against}一样", "neutral"
    told = f"{abs(share):.1%}" if abs(share) < 9.995 else f"{(now / before):,.0f} 倍"
    arrow = "↑" if share > 0 else "↓"
    return f"{arrow} {told}", f"比{' ' if against[0].isdigit() else ''}{against}", "ok" if share > 0 else "warn"


def same_days(today: str) -> str:
    """The days of last month the month is compared with: "10 月 1–22 日"."""
    last = date.fromisoformat(dates.add_months(today, -1))
    return f"{last.month} 月 1 日" if last.day == 1 else f"{last.month} 月 1–{last.day} 日"


def pressing(todos: list[ToDo], today: str) -> tuple[int, int]:
    """(overdue, due today): arrivals and the like are due on the day they came."""
    late = sum(t.stands_for for t in todos if t.due and t.due < today)
    return late, sum(t.stands_for for t in todos if t.due == today)
