"""Understands days the way people type them: 6.18, 6月18日, +3, 周五, 下周五, 月底, 18号, Excel's numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from salesdesk.domain.calendar_days import (
    add_days,
    add_months,
    day_in,
    month_end,
    nearest_day,
    weekday_name,
)
from salesdesk.domain.characters import half_width
from salesdesk.domain.errors import BadValue
from salesdesk.domain.numerals import NotANumber, numeral
from salesdesk.domain.patterns import late

_CURE = "请写成 2026-06-18、6.18、18号、+3、周五、月底 这样"
_EXCEL_FIRST, _EXCEL_LAST = 20000, 80000
_EXCEL_ZERO = datetime(1899, 12, 30)
"""Day 0 of Excel's 1900 system for every day after its invented 1900-02-29."""

_TODAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "今天": 0,
    "今日": 0,
    "当天": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
}
_WHICH = {"上上": -2, "上": -1, "本": 0, "这": 0, "": 0, "下": 1, "下下": 2}
_YEARS = {"前": -2, "去": -1, "今": 0, "本": 0, "": 0, "明": 1, "后": 2}
_STEPS = {"": "天", "日": "天", "个月": "月"}
_WEEKDAYS = "一二三四五六日"
_NUMERAL = late(r"[〇零一二两三四五六七八九十]+")
_ISO = late(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = late(r"(?<=[\d日号天])[T ]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$", re.ASCII)
_WEEKDAY_AFTER = late(r"(?<=[\d日号])[( ,]*(?:(?:周|星期|礼拜)(?P<name>[一二三四五六日天])|今天)\)?$")


_BEHIND, _HALF_YEAR = 60, 184
"""Days past until which a day that should lie ahead keeps its year, and days to look from to find the coming one."""


def parse_day(text: object, today: str, ahead: bool = False) -> str:
    """ISO day of what was typed or what a cell holds; `today` is the ISO day that 明天, 18号 or 6.18 refer to.

    Accepts date and datetime objects, Excel serial numbers (given as numbers), full and short dates in the order year,
    month, day, +3 and -2, weekdays (周五 is the coming one, today included; weeks begin on Monday), 月底, 下月5号 and the
    like; a time or a weekday behind the date is allowed, but the weekday must be the right one. A month and day without a
    year take the year nearest to today. ahead: the day is a promise or a limit, so that one without a year that would be
    more than two months past means the coming year (12.31 typed in June). Raises ValueError (a BadValue with reason and
    cure).
    """
    day = _moment(text, today).date()
    if ahead and isinstance(text, str) and "年" not in text and (date.fromisoformat(today) - day).days > _BEHIND:
        try:
            later = _moment(text, add_days(today, _HALF_YEAR)).date()
        except BadValue:  # the weekday behind it fits the past one
            return day.isoformat()
        day = later if 365 <= (later - day).days <= 366 else day
    return day.isoformat()


def parse_stamp(text: object, today: str) -> str:
    """Local ISO stamp to the second; a day without time is midnight, a time alone (10:24) is today. Raises ValueError."""
    if isinstance(text, str) and re.fullmatch(r"\s*\d{1,2}[:：]\d{2}([:：]\d{2})?\s*", text):
        text = f"{today} {text.strip()}"
    return _moment(text, today).isoformat(timespec="seconds")


def _moment(raw: object, today: str) -> datetime:
    if isinstance(raw, datetime):
        local = raw if raw.tzinfo is None else raw.astimezone().replace(tzinfo=None)
        return local.replace(microsecond=0)
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise BadValue(f"「{raw}」不是日期", _CURE)
    if isinstance(raw, str):
        if _ISO.fullmatch(raw):
            return datetime.combine(day_in(int(raw[:4]), int(raw[5:7]), int(raw[8:])), time.min)
        return _typed(raw, date.fromisoformat(today))
    if _EXCEL_FIRST <= raw <= _EXCEL_LAST:
        return _EXCEL_ZERO + timedelta(seconds=round(raw * 86400))
    if abs(raw) < 1e9 and raw == raw // 1 and len(str(int(raw))) in (6, 8):
        return _typed(str(int(raw)), date.fromisoformat(today))
    shown = f"{raw:g}" if abs(raw) < 1e15 else "很大的数"
    raise BadValue(f"单元格里是数字 {shown}，不是日期", "请把单元格格式改成日期，或改成文字 2026-06-18")


def _typed(raw: str, today: date) -> datetime:
    plain = " ".join(half_width(raw).replace("。", ".").split())
    if not plain:
        raise BadValue("这里还没有填日期", _CURE)
    hour = minute = second = 0
    if found := _TIME.search(plain):
        hour, minute, second = (int(part or 0) for part in found.groups())
        plain = plain[: found.start()]
    named = _WEEKDAY_AFTER.search(plain)
    day = _day("".join((plain[: named.start()] if named else plain).split()), raw.strip(), today)
    if named and named["name"]:
        right = weekday_name(day.isoformat())
        if right[1] != named["name"].replace("天", "日"):
            raise BadValue(f"{day.isoformat()} 是{right}，和写的星期对不上", "请核对日期，或把星期去掉")
    if hour > 23 or minute > 59 or second > 59:
        raise BadValue(f"「{raw.strip()}」里的时间不对", "请写成 10:24 这样")
    return datetime(day.year, day.month, day.day, hour, minute, second)


def _day(plain: str, typed: str, today: date) -> date:
    if plain in _TODAYS:
        return _shift(today, _TODAYS[plain])
    for pattern, meaning in _WEEK_FORMS:
        if found := pattern.fullmatch(plain):
            return meaning(found, today)
    digits = _NUMERAL.sub(_in_digits, plain)
    for pattern, meaning in _FORMS:
        if found := pattern.fullmatch(digits):
            return meaning(found, today)
    if re.fullmatch(r"\d{4}[-/.年]\d{1,2}月?|\d{1,2}月", digits):
        raise BadValue(f"「{typed}」只有月份，没有日", "请写到日，如 6.18 或 6月底")
    if re.fullmatch(r"\d{1,2}([-/.])\d{1,2}\1\d{4}", digits):
        raise BadValue(f"「{typed}」的年写在后面，分不清月和日", "请把年写在前面，如 2026-06-18")
    if digits.isdecimal():
        raise BadValue(f"「{typed}」是 {len(digits)} 位数字，看不出是哪一天", _CURE)
    raise BadValue(f"「{typed}」看不出是哪一天", _CURE)


def _in_digits(found: re.Match[str]) -> str:
    try:
        value = numeral(found[0])
    except NotANumber:
        return found[0]
    return str(value) if value.denominator == 1 else found[0]


def _shift(today: date, days: int) -> date:
    return _checked(add_days(today.isoformat(), days))


def _checked(iso: str) -> date:
    day = date.fromisoformat(iso)
    return day_in(day.year, day.month, day.day)


def _coming(found: re.Match[str], today: date) -> date:
    """周五: the coming one, today included."""
    return _shift(today, (_weekday(found) - today.weekday()) % 7)


def _of_week(found: re.Match[str], today: date) -> date:
    """本周五, 下周五: of this week or the next, from Monday to Sunday."""
    return _shift(today, _weekday(found) - today.weekday() + 7 * _WHICH[found["which"]])


def _weekday(found: re.Match[str]) -> int:
    return _WEEKDAYS.index(found["name"].replace("天", "日"))


def _steps(found: re.Match[str], today: date) -> date:
    """+3, -2, +2周, +1月, 3天后, 10天前."""
    parts = found.groupdict()
    back = parts.get("sign") == "-" or (parts.get("side") or "").endswith("前")
    count = int(parts["count"]) * (-1 if back else 1)
    unit = parts["unit"] or ""
    unit = _STEPS.get(unit, unit)
    if unit in ("月", "年"):
        return _checked(add_months(today.isoformat(), count * (12 if unit == "年" else 1)))
    return _shift(today, count * (7 if unit in ("周", "星期") else 1))


def _month_edge(found: re.Match[str], today: date) -> date:
    """月底, 下月初."""
    return _edge(add_months(today.isoformat(), _WHICH[found["which"] or ""]), found["edge"])


def _named_month_edge(found: re.Match[str], today: date) -> date:
    """6月底, 2026年6月底."""
    month = int(found["month"])
    year = found["year"]
    first = (day_in(_full_year(year), month, 1) if year else _nearest(month, 15, today)).replace(day=1)
    return _edge(first.isoformat(), found["edge"])


def _edge(iso: str, edge: str) -> date:
    return _checked(iso[:8] + "01" if edge == "初" else month_end(iso))


def _year_edge(found: re.Match[str], today: date) -> date:
    """年底, 明年初."""
    year = today.year + _YEARS[found["which"] or ""]
    return day_in(year, 1, 1) if found["edge"] == "初" else day_in(year, 12, 31)


def _day_of_month(found: re.Match[str], today: date) -> date:
    """下月5号."""
    month = _checked(add_months(today.replace(day=1).isoformat(), _WHICH[found["which"]]))
    return day_in(month.year, month.month, int(found["day"]))


def _day_alone(found: re.Match[str], today: date) -> date:
    """18号: of this month, or of the next when it is past."""
    day = int(found["day"])
    month = today.replace(day=1)
    if day < today.day:
        month = _checked(add_months(month.isoformat(), 1))
    return day_in(month.year, month.month, day)


def _of_year(found: re.Match[str], today: date) -> date:
    """明年6月18日."""
    return day_in(today.year + _YEARS[found["which"]], int(found["month"]), int(found["day"]))


def _full(found: re.Match[str], today: date) -> date:
    """2026-06-18, 26.6.18, 20260618, 260618."""
    return day_in(_full_year(found["year"]), int(found["month"]), int(found["day"]))


def _without_year(found: re.Match[str], today: date) -> date:
    """6.18, 6月18日, 0618."""
    return _nearest(int(found["month"]), int(found["day"]), today)


def _nearest(month: int, day: int, today: date) -> date:
    """The month-day nearest to today; this year's complaint when there is none."""
    return nearest_day(month, day, today) or day_in(today.year, month, day)


def _full_year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


_Meaning = Callable[[re.Match[str], date], date]


def _forms(*rows: tuple[str, _Meaning]) -> tuple[tuple[re.Pattern[str], _Meaning], ...]:
    return tuple((late(pattern, re.ASCII), meaning) for pattern, meaning in rows)


_WEEK_FORMS = _forms(
    (r"(?:周|星期|礼拜)(?P<name>[一二三四五六日天])", _coming),
    (r"(?P<which>上上|上|本|这|下下|下)个?(?:周|星期|礼拜)(?P<name>[一二三四五六日天])", _of_week),
)
_FORMS = _forms(
    (r"(?P<year>\d{4}|\d{2})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})", _full),
    (r"(?P<year>\d{4}|\d{2})年(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?", _full),
    (r"(?P<year>\d{4}|\d{2})(?P<month>\d{2})(?P<day>\d{2})", _full),
    (r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})", _without_year),
    (r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?", _without_year),
    (r"(?P<month>\d{2})(?P<day>\d{2})", _without_year),
    (r"(?P<day>\d{1,2})[日号]", _day_alone),
    (r"(?P<sign>[-+])(?P<count>\d{1,5})(?P<unit>天|日|周|星期|个?月|年)?", _steps),
    (r"(?P<count>\d{1,5})(?P<unit>天|日|周|星期|个月|年)(?P<side>后|以后|之后|前|以前|之前)", _steps),
    (r"(?P<which>上上|上|本|这|下下|下)?个?月(?P<edge>[底末初])", _month_edge),
    (r"(?:(?P<year>\d{4}|\d{2})年)?(?P<month>\d{1,2})月(?P<edge>[底末初])", _named_month_edge),
    (r"(?P<which>[今本明去])?年(?P<edge>[底末初])", _year_edge),
    (r"(?P<which>上上|上|本|这|下下|下)个?月(?P<day>\d{1,2})[日号]?", _day_of_month),
    (r"(?P<which>[前去今本明后])年(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?", _of_year),
)
