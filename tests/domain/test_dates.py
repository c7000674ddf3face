"""Days: every way a clerk types them, and working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesdesk.domain import dates
from salesdesk.domain.errors import BadValue

TODAY = "2026-06-18"  # a Thursday
DAYS = st.dates(date(1900, 7, 1), date(2199, 6, 30)).map(date.isoformat)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-06-18", "2026-06-18"),
        ("2026/6/18", "2026-06-18"),
        ("2026.6.18", "2026-06-18"),
        ("2026年6月18日", "2026-06-18"),
        ("2026年6月18号", "2026-06-18"),
        ("26年6月18日", "2026-06-18"),
        ("26-6-18", "2026-06-18"),
        ("20260618", "2026-06-18"),
        ("260618", "2026-06-18"),
        ("0618", "2026-06-18"),
        ("２０２６．６．１８", "2026-06-18"),
        (" 2026 - 06 - 18 ", "2026-06-18"),
        ("2026-06-18 10:24", "2026-06-18"),
        ("2026-06-18T23:59:59.999", "2026-06-18"),
        ("2026年6月18日 10:24", "2026-06-18"),
        ("6.18", "2026-06-18"),
        ("6。18", "2026-06-18"),
        ("6/18", "2026-06-18"),
        ("6-18", "2026-06-18"),
        ("6月18日", "2026-06-18"),
        ("6月18", "2026-06-18"),
        ("六月十八日", "2026-06-18"),
        ("二〇二六年六月十八日", "2026-06-18"),
        ("1.5", "2026-01-05"),
        ("12.18", "2025-12-18"),  # 182 days back, 183 ahead
        ("12.17", "2026-12-17"),
        ("12.1", "2026-12-01"),
        ("18日", "2026-06-18"),
        ("18号", "2026-06-18"),
        ("二十号", "2026-06-20"),
        ("17号", "2026-07-17"),
        ("+3", "2026-06-21"),
        ("-2", "2026-06-16"),
        ("＋３", "2026-06-21"),
        ("+3天", "2026-06-21"),
        ("+2周", "2026-07-02"),
        ("+1月", "2026-07-18"),
        ("+1年", "2027-06-18"),
        ("3天后", "2026-06-21"),
        ("十天后", "2026-06-28"),
        ("3天前", "2026-06-15"),
        ("两周后", "2026-07-02"),
        ("今天", "2026-06-18"),
        ("明天", "2026-06-19"),
        ("后天", "2026-06-20"),
        ("大后天", "2026-06-21"),
        ("昨天", "2026-06-17"),
        ("前天", "2026-06-16"),
        ("周四", "2026-06-18"),
        ("周五", "2026-06-19"),
        ("周三", "2026-06-24"),
        ("星期日", "2026-06-21"),
        ("礼拜天", "2026-06-21"),
        ("本周五", "2026-06-19"),
        ("本周一", "2026-06-15"),
        ("下周五", "2026-06-26"),
        ("下个星期一", "2026-06-22"),
        ("下下周一", "2026-06-29"),
        ("上周五", "2026-06-12"),
        ("月底", "2026-06-30"),
        ("本月底", "2026-06-30"),
        ("下月底", "2026-07-31"),
        ("下个月底", "2026-07-31"),
        ("下月初", "2026-07-01"),
        ("8月底", "2026-08-31"),
        ("2027年2月底", "2027-02-28"),
        ("年底", "2026-12-31"),
        ("明年底", "2027-12-31"),
        ("下月5号", "2026-07-05"),
        ("下个月五号", "2026-07-05"),
        ("本月20日", "2026-06-20"),
        ("明年1月5日", "2027-01-05"),
        ("去年12月31日", "2025-12-31"),
        ("6月18日 周四", "2026-06-18"),
        ("2026-06-18（星期四）", "2026-06-18"),
        ("06-18 今天", "2026-06-18"),
    ],
)
def test_typed_days(typed: str, day: str) -> None:
    assert dates.parse_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "today", "day"),
    [
        ("1.5", "2026-12-20", "2027-01-05"),
        ("12.28", "2027-01-04", "2026-12-28"),
        ("2.29", "2024-01-10", "2024-02-29"),
        ("2.29", "2027-12-01", "2028-02-29"),
        ("5号", "2026-12-20", "2027-01-05"),
        ("月底", "2024-02-10", "2024-02-29"),
        ("下月底", "2026-01-31", "2026-02-28"),
        ("+1月", "2026-01-31", "2026-02-28"),
        ("周日", "2026-06-21", "2026-06-21"),
        ("下周一", "2026-06-21", "2026-06-22"),
    ],
)
def test_days_around_the_turn_of_year_and_month(typed: str, today: str, day: str) -> None:
    assert dates.parse_day(typed, today) == day


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2026, 6, 18), "2026-06-18"),
        (datetime(2026, 6, 18, 23, 59), "2026-06-18"),
        (46191, "2026-06-18"),
        (46191.99, "2026-06-18"),
        (20260618, "2026-06-18"),
        (20260618.0, "2026-06-18"),
        (260618, "2026-06-18"),
    ],
)
def test_cells(cell: object, day: str) -> None:
    assert dates.parse_day(cell, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "还没有填日期"),
        ("abc", "看不出"),
        ("下周", "看不出"),
        ("2026-02-29", "没有 29 日"),
        ("2.29", "没有 29 日"),
        ("2.30", "没有 30 日"),
        ("6.0", "没有 0 日"),
        ("13.1", "没有 13 月"),
        ("31号", "6 月没有 31 日"),
        ("1026-06-18", "1026 年"),
        ("2026-06", "只有月份"),
        ("6月", "只有月份"),
        ("18/6/2026", "年写在后面"),
        ("2026-6/18", "看不出"),
        ("618", "3 位数字"),
        ("46191", "5 位数字"),
        ("6月18日 周五", "周四"),
        ("2026-06-18 25:00", "时间"),
        ("+99999", "离谱"),
        ("１２３４５６７８９", "9 位数字"),
        (6.18, "数字 6.18"),
        (5, "数字 5"),
        (True, "不是日期"),
        (None, "不是日期"),
        (float("nan"), "不是日期"),
        (float("inf"), "不是日期"),
    ],
)
def test_refused_days_say_why_and_how(typed: object, reason: str) -> None:
    with pytest.raises(BadValue, match=reason) as fault:
        dates.parse_day(typed, TODAY)
    assert fault.value.cure


@example("2000-02-29", "2001-01-01")
@given(DAYS, DAYS)
def test_shown_days_are_read_back(day: str, today: str) -> None:
    assert dates.parse_day(dates.show_day(day), today) == day
    assert dates.parse_day(dates.show_day_short(day, today), today) == day


@given(st.text(alphabet="0123456789-/.年月日号周一二五天下上本个底末初+明后前今: T", max_size=14), DAYS)
def test_any_text_is_a_day_or_refused(text: str, today: str) -> None:
    try:
        day = dates.parse_day(text, today)
    except ValueError as fault:
        assert str(fault)
    else:
        assert date.fromisoformat(day).isoformat() == day


def test_short_days() -> None:
    assert dates.show_day_short("2026-06-18", TODAY) == "06-18 今天"
    assert dates.show_day_short("2026-06-19", TODAY) == "06-19 周五"
    assert dates.show_day_short("2025-06-19", TODAY) == "2025-06-19 周四"
    assert dates.show_day_short("2000-02-29", "2001-01-01") == "2000-02-29 周二"


@given(DAYS, st.integers(-400, 400))
def test_steps_are_reversible(day: str, count: int) -> None:
    later = dates.add_days(day, count)
    assert dates.days_between(day, later) == count
    moved = dates.add_months(day, count)
    assert dates.add_months(moved, -count)[:7] == dates.month_of(day)
    assert moved[8:] == day[8:] or (moved == dates.month_end(moved) and moved[8:] < day[8:])


def test_month_ends() -> None:
    assert dates.add_months("2026-01-31", 1) == "2026-02-28"
    assert dates.add_months("2024-02-29", 12) == "2025-02-28"
    assert dates.add_months("2026-03-31", -1) == "2026-02-28"
    assert dates.month_end("2024-02-03") == "2024-02-29"
    assert dates.month_of("2026-06-18T10:24:31") == "2026-06"
    assert dates.weekday_name("2026-06-21") == "周日"
    with pytest.raises(BadValue, match="太远"):
        dates.add_days("2026-06-18", 10**7)
    with pytest.raises(BadValue, match="太远"):
        dates.add_months("2026-06-18", 10**6)


HOLIDAYS = {"2026-06-19": False, "2026-06-21": True}  # a free Friday, a Sunday worked instead


def test_workdays() -> None:
    assert dates.is_workday("2026-06-18", HOLIDAYS)
    assert not dates.is_workday("2026-06-19", HOLIDAYS)
    assert not dates.is_workday("2026-06-20", HOLIDAYS)
    assert dates.is_workday("2026-06-21", HOLIDAYS)
    assert dates.next_workday("2026-06-18", HOLIDAYS) == "2026-06-21"
    assert dates.next_workday("2026-06-18", HOLIDAYS, including=True) == "2026-06-18"
    assert dates.workdays_between("2026-06-18", "2026-06-22", HOLIDAYS) == 2
    assert dates.workdays_between("2026-06-22", "2026-06-18", HOLIDAYS) == -2
    assert dates.workdays_between("2026-06-18", "2026-06-18", HOLIDAYS) == 0
    first = date(2026, 1, 1)
    with pytest.raises(ValueError, match="没有工作日"):
        dates.next_workday("2026-01-01", {(first + timedelta(days=n)).isoformat(): False for n in range(400)})


@pytest.mark.parametrize(
    ("typed", "stamp"),
    [
        ("2026-06-18T10:24:31", "2026-06-18T10:24:31"),
        ("2026-06-18 10:24:31.5", "2026-06-18T10:24:31"),
        ("2026-06-18 10:24", "2026-06-18T10:24:00"),
        ("2026/6/18 9:05", "2026-06-18T09:05:00"),
        ("6月18日10:24", "2026-06-18T10:24:00"),
        ("昨天 16:00", "2026-06-17T16:00:00"),
        ("10:24", "2026-06-18T10:24:00"),
        ("１０：２４", "2026-06-18T10:24:00"),
        ("2026-06-18", "2026-06-18T00:00:00"),
        (datetime(2026, 6, 18, 10, 24, 31, 999999), "2026-06-18T10:24:31"),
        (date(2026, 6, 18), "2026-06-18T00:00:00"),
        (46191.5, "2026-06-18T12:00:00"),
    ],
)
def test_stamps(typed: object, stamp: str) -> None:
    assert dates.parse_stamp(typed, TODAY) == stamp
    assert dates.show_stamp(stamp) == stamp[:16].replace("T", " ")


def test_a_stamp_with_a_zone_becomes_local() -> None:
    moment = datetime(2026, 6, 18, 10, 24, 31, tzinfo=UTC)
    assert dates.parse_stamp(moment, TODAY) == moment.astimezone().replace(tzinfo=None).isoformat()


@pytest.mark.parametrize("typed", ["", "25:00", "10:61", "2026-06-18 10", "现在"])
def test_refused_stamps(typed: str) -> None:
    with pytest.raises(BadValue):
        dates.parse_stamp(typed, TODAY)
