"""漏单检测 finds what is planted and alarms little without cause; 处理及时率 follows the times (ORD-12, ORD-14)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.domain.working_time import WorkingHours, told
from salesdesk.modules.omissions.rules import holes, own_gaps, quantile, rhythm_of, split_number
from tests.desks import order_args, small_desk

START = date(2026, 1, 5)


def days_of(*gaps: int) -> list[str]:
    """Order days with these intervals between them."""
    found, day = [START], START
    for gap in gaps:
        day += timedelta(days=gap)
        found.append(day)
    return [d.isoformat() for d in found]


def after(last: str, days: int) -> str:
    return (date.fromisoformat(last) + timedelta(days=days)).isoformat()


# -- rhythm -------------------------------------------------------------------------------------------------------


def test_below_four_order_days_nobody_speaks_of_a_rhythm() -> None:
    assert rhythm_of(days_of(7, 7)) is None and rhythm_of([*days_of(7, 7), *days_of(7, 7)]) is None
    assert rhythm_of(days_of(7, 7, 7)) is not None


def test_a_weekly_customer_is_missed_in_his_second_week() -> None:
    found = rhythm_of(days_of(7, 7, 8, 7, 6, 7, 7, 7))
    assert found is not None and found.median == 7 and found.sure == "high"
    assert not found.missed(after(found.last, 10)) and found.missed(after(found.last, 12))
    assert found.late(after(found.last, 12)) == 5 and found.alarm == after(found.last, found.patience + 1)


def test_one_long_holiday_does_not_spoil_the_rhythm() -> None:
    found = rhythm_of(days_of(7, 7, 7, 40, 7, 7, 7, 7, 7, 7, 7, 7))
    assert found is not None and found.median == 7 and found.sure == "high"


def test_who_has_left_is_not_asked_for_ever() -> None:
    found = rhythm_of(days_of(7, 7, 7, 7, 7))
    assert found is not None and found.gone(after(found.last, 200)) and not found.missed(after(found.last, 200))


def test_an_irregular_customer_is_never_sure() -> None:
    found = rhythm_of(days_of(1, 30, 2, 60, 5, 90, 3, 45))
    assert found is not None and found.sure == "low"


@given(st.lists(st.integers(1, 60), min_size=3, max_size=24))
def test_the_middle_is_the_median_and_patience_never_shorter(gaps: list[int]) -> None:
    found = rhythm_of(days_of(*gaps))
    assert found is not None
    assert found.median == max(1, round(median(gaps))) and found.low <= median(gaps) <= found.high
    assert found.patience >= max(found.median + 2, 1.5 * found.median)
    assert found.patience >= quantile(sorted(gaps), 0.9)
    assert not found.missed(found.last) and found.expected <= found.alarm


def test_planted_omissions_are_found_and_false_alarms_counted() -> None:
    """300 customers of many rhythms, looked at on every day of a quarter; every tenth forgets one order."""
    rng = random.Random(5)
    planted = caught = alarms = checked = 0
    for number in range(300):
        usual, jitter = rng.choice((3, 5, 7, 10, 14, 21, 30)), rng.choice((0.05, 0.15, 0.3))
        gaps = [max(1, round(rng.gauss(usual, usual * jitter))) for _ in range(14)]
        days = days_of(*gaps)
        found = rhythm_of(days)
        assert found is not None
        if number % 10 == 0:  # the order that should have come is not entered; looked at one whole interval later
            planted += 1
            caught += found.missed(after(found.last, 2 * usual + 2))
        else:  # the next order comes as usual: was there an alarm on any day before?
            checked += 1
            following = max(1, round(rng.gauss(usual, usual * jitter)))
            alarms += any(found.missed(after(found.last, ahead)) for ahead in range(1, following))
    assert caught == planted == 30
    assert alarms / checked <= 0.05, f"{alarms} of {checked} customers were asked for nothing"


# -- holes --------------------------------------------------------------------------------------------------------


def pairs(*numbers: str) -> list[tuple[str, str]]:
    return [(n, f"2026-06-{i + 1:02d}") for i, n in enumerate(numbers)]


def test_a_hole_in_a_running_series() -> None:
    found = holes(pairs("PO-0007", "PO-0008", "PO-0010", "PO-0011", "PO-0012"))
    assert [(h.missing, h.before, h.after, h.since) for h in found] == [
        (("PO-0009",), "PO-0008", "PO-0010", "2026-06-03")
    ]


@pytest.mark.parametrize(
    "numbers",
    [
        ("PO-1", "PO-2", "PO-4"),  # too few to speak of a series
        ("PO-100", "PO-140", "PO-171", "PO-230", "PO-231"),  # numbers for many suppliers
        ("PO-1", "PO-2", "PO-3", "PO-4", "PO-40", "PO-41", "PO-42"),  # a new block, too wide to be an omission
        ("20260601-1", "20260603-1", "20260609-1", "20260610-1"),  # a day's number
        ("老地方", "微信", "电话", "同上"),
        ("PO-098", "PO-099", "PO-100", "PO-101"),  # over the hundred
    ],
)
def test_no_alarm_without_cause(numbers: tuple[str, ...]) -> None:
    assert holes(pairs(*numbers)) == []


def test_dated_numbers_count_within_their_month() -> None:
    assert split_number("CG202606012") == ("CG202606", "012", "")
    found = holes(pairs("CG202606001", "CG202606002", "CG202606003", "CG202606005", "CG202606006"))
    assert found[0].missing == ("CG202606004",)


@given(st.integers(1, 500), st.integers(8, 40), st.data())
def test_any_one_missing_number_is_found(first: int, size: int, data: st.DataObject) -> None:
    numbers = [f"A{n}" for n in range(first, first + size)]
    gone = data.draw(st.integers(1, size - 2))
    found = holes(pairs_on_days([n for i, n in enumerate(numbers) if i != gone]))
    assert [h.missing for h in found] == [(numbers[gone],)]
    assert holes(pairs_on_days(numbers)) == []


def pairs_on_days(numbers: list[str]) -> list[tuple[str, str]]:
    return [(n, (START + timedelta(days=i)).isoformat()) for i, n in enumerate(numbers)]


def test_our_own_numbers() -> None:
    assert own_gaps(["XS2606A-0001", "XS2606A-0004", "XS2606B-0002", "老单"]) == {
        "XS2606A": ["XS2606A-0002", "XS2606A-0003"]
    }


# -- working time -------------------------------------------------------------------------------------------------


def test_nights_and_weekends_do_not_count() -> None:
    hours = WorkingHours()
    assert hours.minutes("2026-06-12T17:00:00", "2026-06-15T09:00:00") == 60
    assert hours.minutes("2026-06-13T10:00:00", "2026-06-14T10:00:00") == 0
    assert hours.end_of_day("2026-06-12T18:00:00") == "2026-06-15T17:30:00"
    assert hours.end_of_day("2026-06-12T10:00:00") == "2026-06-12T17:30:00"
    assert [told(m) for m in (5, 60, 75)] == ["5 分钟", "1 小时", "1 小时 15 分"]


@given(st.lists(st.integers(0, 20_000), min_size=3, max_size=3).map(sorted))
def test_working_time_adds_up(marks: list[int]) -> None:
    a, b, c = ((datetime(2026, 6, 1) + timedelta(minutes=m)).isoformat(timespec="seconds") for m in marks)
    hours = WorkingHours()
    assert hours.minutes(a, c) == hours.minutes(a, b) + hours.minutes(b, c)


# -- in the file --------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """长安 orders every week until 04-27, with one of his numbers missing; every third arrival is entered the next morning."""
    made = small_desk(tmp_path / "data")
    clock = made.database.clock
    assert isinstance(clock, FixedClock)
    noon = clock.moment
    for week in range(9):
        clock.moment = datetime(2026, 3, 2, 9, 0) + timedelta(days=7 * week)
        came = made.do("intake.save", {"channel": "电话", "customer": "C00043", "content": "要垫片"}).uid
        clock.moment += timedelta(minutes=30) if week % 3 else timedelta(days=1)
        made.do(
            "order.confirm",
            {
                **order_args(("P20031", str(10 + week), "3.20"), customer="C00043", due="2026-06-30"),
                "order_date": clock.moment.date().isoformat(),
                "customer_po": f"PO-{100 + week + (week > 4)}",
                "intake": came,
                "reason": "测试",
            },
        )
    clock.moment = noon
    yield made
    made.close()


def groups(desk: Desk) -> list[tuple[str, str]]:
    return [(t.title, t.verb) for t in desk.todos() if t.group == "漏单"]


def test_the_find_stands_on_today_until_it_is_settled(desk: Desk) -> None:
    assert groups(desk) == []
    told_ = desk.do("omission.look", {})
    assert "1 家客户该来单没来，客户单号缺 1 个，本厂单号缺 0 个" in told_.message
    late, hole = told_.data["late"][0], told_.data["holes"][0]
    assert (late["name"], late["median"], late["last"]) == ("重庆长安阀门经营部", 7, "2026-04-27")
    assert hole["missing"] == ["PO-105"]
    assert groups(desk) == [
        ("重庆长安阀门经营部 的单号缺 PO-105", "omission.holes_asked"),
        ("重庆长安阀门经营部 该来单了，晚了 39 天", "omission.asked"),
    ]
    desk.do("omission.asked", {"uid": "C00043", "why": "客户没有需要", "until": "+7"})
    desk.do("omission.holes_asked", {"uid": "C00043", "numbers": "PO-105", "why": "不是发给我们的"})
    assert groups(desk) == []
    assert desk.do("omission.look", {}).data["late"] == []


def test_an_order_or_a_late_number_settles_it_by_itself(desk: Desk) -> None:
    desk.do("omission.look", {})
    desk.do(
        "order.confirm",
        {**order_args(("P20031", "7", "3.20"), customer="C00043"), "customer_po": "PO-105", "reason": "补"},
    )
    assert groups(desk) == []
    desk.do("system.undo", {})
    assert len(groups(desk)) == 2


def test_asking_again_comes_back_after_its_day(desk: Desk) -> None:
    desk.do("omission.asked", {"uid": "C00043", "why": "客户停产或放假", "until": "2026-06-15"})
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = datetime(2026, 6, 16, 9, 0)
    assert [r["days_late"] for r in desk.do("omission.look", {}).data["late"]] == [43]


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    for verb, args in (
        ("omission.asked", {"uid": "C00043", "why": "其他", "until": "2026-06-01"}),
        ("omission.holes_asked", {"uid": "C00043", "why": "其他", "numbers": "、"}),
        ("omission.asked", {"uid": "C00043"}),
    ):
        with pytest.raises(Refused):
            desk.do(verb, args)


def test_a_gap_in_our_own_numbers_is_explained(desk: Desk) -> None:
    with desk.database.work("号跳过去") as work:
        work.next_number("XS")
    desk.do("order.save", order_args(("P20031", "7", "3.20")))
    desk.do("order.save", order_args(("P20031", "8", "3.20")))
    with desk.database.work("号跳过去") as work:
        work.next_number("XS")
    desk.do("order.save", order_args(("P20031", "9", "3.20")))
    found = desk.do("omission.look", {}).data["numbers"]
    assert [(r["series"], r["missing"]) for r in found] == [("XS2606A", ["XS2606A-0004"])]
    todo = next(t for t in desk.todos() if t.verb == "omission.explained")
    desk.do("omission.explained", {**todo.args, "why": "号作废没用"})
    assert not [t for t in desk.todos() if t.verb == "omission.explained"]


# -- 处理及时率 -----------------------------------------------------------------------------------------------------


def test_the_rate_of_a_month_with_its_arrivals(desk: Desk) -> None:
    march = desk.do("timeliness.read", {"month": "2026-03-15"}).data
    assert (march["timely"], march["late"], march["rate"]) == (3, 2, 0.6)
    assert [(r["verdict"], r["minutes"]) for r in march["rows"]] == [
        ("late", 540), ("timely", 30), ("timely", 30), ("late", 540), ("timely", 30),
    ]  # fmt: skip


def test_the_target_is_the_companys(desk: Desk) -> None:
    desk.settings.put("intake.target", "hours")
    desk.settings.put("intake.hours", 10)
    assert desk.do("timeliness.read", {"month": "2026-03-15"}).data["rate"] == 1
    assert "10 个工作小时" in desk.do("timeliness.read", {"month": "2026-03-15"}).message


def test_what_waits_counts_as_late_only_when_its_time_is_over(desk: Desk) -> None:
    desk.do("intake.save", {"customer": "C00043", "content": "x", "received_at": "2026-06-12 11:00"})
    desk.do("intake.save", {"customer": "C00043", "content": "y", "received_at": "2026-06-11 11:00"})
    gone = desk.do("intake.save", {"customer": "C00043", "content": "广告", "received_at": "2026-06-10 11:00"}).uid
    desk.do("intake.drop", {"uid": gone, "reason": "广告"})
    june = desk.do("timeliness.read", {}).data
    assert (june["timely"], june["late"], june["open"], june["dropped"]) == (0, 1, 1, 1)
