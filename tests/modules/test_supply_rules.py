"""Pure sums of the supplies desk: what to buy, what goods are worth, whose habit is left."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from salesdesk.modules.supplies.queries import month_before, months_before
from salesdesk.modules.supplies.rules import Need, match_rate, monthly_use, part_back, unusual, value_out

QTY = st.integers(0, 500_000)


def test_the_formula_is_what_it_says() -> None:
    need = Need(7000, 2000, 3000, 4000, 3, 10_000, 30_000, 5000, "包", "箱")
    assert (need.left, need.target, need.lacking, need.rounded) == (2000, 30_000, 28_000, 30_000)
    assert need.words == ("申领 3 + 月均用量 4（近 3 个月） + 补到 30 − 库存 7 − 在途 2 = 28，每箱 5 包，取整 30")
    enough = need._replace(on_hand=30_000)
    assert enough.rounded == 0 and enough.words == "过一个月还剩 25，不低于最低 10，不用买"


@given(QTY, QTY, QTY, QTY, QTY, QTY, st.integers(0, 24_000))
def test_a_plan_fills_up_and_never_by_a_part_of_a_pack(
    on_hand: int, on_order: int, asked: int, monthly: int, least: int, most: int, pack: int
) -> None:
    need = Need(on_hand, on_order, asked, monthly, 3, least, most, pack)
    step = pack or 1000
    assert need.rounded % step == 0 and 0 <= need.rounded - need.lacking < step
    if need.left >= least:
        assert need.rounded == 0
    else:
        assert need.left + need.rounded >= max(least, most)


@given(st.lists(st.tuples(st.integers(1, 90_000), st.integers(0, 900_000)), min_size=1, max_size=6), st.data())
def test_whatever_leaves_takes_its_share_and_the_last_takes_the_rest(
    bought: list[tuple[int, int]], data: st.DataObject
) -> None:
    on_hand, value = sum(q for q, _ in bought), sum(v for _, v in bought)
    whole, out = value, 0
    while on_hand:
        qty = data.draw(st.integers(1, on_hand))
        amount = value_out(on_hand, value, qty)
        assert 0 <= amount <= value
        on_hand, value, out = on_hand - qty, value - amount, out + amount
    assert value == 0 and out == whole


@given(st.integers(0, 10**7), st.lists(st.integers(1, 50_000), min_size=1, max_size=6))
def test_parts_that_come_back_sum_to_the_whole(amount: int, parts: list[int]) -> None:
    qty, got = sum(parts), 0
    for part in parts:
        got += part_back(amount - got, qty, part)
        qty -= part
    assert got == amount


def test_use_months_and_rates() -> None:
    assert [monthly_use(10_000, 3), monthly_use(-5, 3), monthly_use(5, 0)] == [3333, 0, 0]
    assert [match_rate(2, 3), match_rate(0, 0)] == [6667, 0]
    assert month_before("2026-01", 1) == "2025-12"
    assert months_before("2026-02", 3) == ["2025-11", "2025-12", "2026-01"]


def test_a_habit_wants_three_months_and_a_real_excess() -> None:
    before = months_before("2026-06", 6)
    usual = dict(zip(before, (3000, 0, 2000, 4000, 0, 3000), strict=True))
    found = unusual({**usual, "2026-06": 12_000}, "2026-06", before)
    assert found is not None and (found.usual, found.over, found.months) == (3000, 9000, 4)
    assert found.words("包") == "本月 12包；前 6 个月里领过 4 个月，中位数 3包，这次多 9包，是平时的 4.0 倍"
    assert unusual({**usual, "2026-06": 6000}, "2026-06", before) is None, "twice as much is not more than twice"
    assert unusual({"2026-04": 1000, "2026-05": 1000, "2026-06": 90_000}, "2026-06", before) is None, "no habit yet"
    few = dict.fromkeys(before, 500)
    assert unusual({**few, "2026-06": 2000}, "2026-06", before) is None, "one and a half more is no matter"
