"""Pure rules of the supplies desk: how much to buy and why, what a quota leaves, what is out of a person's own habit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from salesdesk.domain.kinds import Money, Price, Qty
from salesdesk.domain.money import QTY_SCALE
from salesdesk.domain.scales import round_half_up

QTY, MONEY, PRICE = Qty(), Money(), Price()
HABIT_MONTHS = 6
"""Months before the looked-at one that make a person's habit."""
LEAST_HABIT = 3
"""Months with goods taken before anything can be called unusual."""
HABIT_TIMES = 2
"""More than so many times the median is unusual."""
HABIT_OVER = 2 * QTY_SCALE
"""And at least so much above it, so that two pens instead of one are no matter. 1/1000."""


class Need(NamedTuple):
    """What speaks for and against buying one item; quantities in 1/1000 of its unit.

    requested: asked for and not handed out yet. monthly: average use of a month over `months`. target: where the stock is filled up to
    (the maximum, else the minimum) once it would fall below the minimum. pack: content of a pack, 0 without one.
    """

    on_hand: int
    on_order: int
    requested: int
    monthly: int
    months: int
    least: int
    most: int
    pack: int = 0
    unit: str = ""
    pack_unit: str = ""

    @property
    def left(self) -> int:
        """What would be there after a month with nothing bought."""
        return self.on_hand + self.on_order - self.requested - self.monthly

    @property
    def target(self) -> int:
        """What is added so that the stock stands where it should; 0 while it stays at or above the minimum."""
        if self.left >= self.least:
            return 0
        return max(self.most, self.least)

    @property
    def lacking(self) -> int:
        """申领 + 月均用量 + 补到 − 库存 − 在途, never below nothing."""
        if self.left >= self.least:
            return 0
        return max(0, self.target - self.left)

    @property
    def rounded(self) -> int:
        """Whole packs; without packs whole units."""
        step = self.pack or QTY_SCALE
        return -(-self.lacking // step) * step

    @property
    def words(self) -> str:
        """The formula with its figures, as it is printed beside the line."""
        parts = [
            f"申领 {QTY.show(self.requested)}",
            f"+ 月均用量 {QTY.show(self.monthly)}（近 {self.months} 个月）",
            f"+ 补到 {QTY.show(self.target)}",
            f"− 库存 {QTY.show(self.on_hand)}",
            f"− 在途 {QTY.show(self.on_order)}",
        ]
        if self.left >= self.least:
            return f"过一个月还剩 {QTY.show(self.left)}，不低于最低 {QTY.show(self.least)}，不用买"
        said = f"{' '.join(parts)} = {QTY.show(self.lacking)}"
        if self.rounded == self.lacking:
            return said
        by = f"每{self.pack_unit or '包'} {QTY.show(self.pack)} {self.unit}" if self.pack else "按整数"
        return f"{said}，{by}，取整 {QTY.show(self.rounded)}"


def monthly_use(taken: int, months: int) -> int:
    """Average of a month in 1/1000, rounded half up; what came back more than it went is no use."""
    return max(0, round_half_up(taken, months)) if months > 0 else 0


def value_out(on_hand: int, value: int, qty: int) -> int:
    """分 that `qty` of a stock of `on_hand` worth `value` takes along: moving average; the last of it takes the rest."""
    if qty >= on_hand:
        return value
    return round_half_up(value * qty, on_hand)


def part_back(amount: int, qty: int, now: int) -> int:
    """分 of `now` coming back of the `qty`, worth `amount`, that is still out; the last of it takes the rest."""
    return amount if now >= qty else round_half_up(amount * now, qty)


def match_rate(equal: int, counted: int) -> int:
    """账实相符率 in 1/10000: rows that agreed with the books, if need be when counted again, of all rows counted."""
    return round_half_up(equal * 10_000, counted) if counted else 0


class Unusual(NamedTuple):
    """More than a person's own habit: this month's quantity, the median of the months in which he took any, how many those are."""

    qty: int
    usual: int
    months: int

    @property
    def over(self) -> int:
        """How much above the median, 1/1000."""
        return self.qty - self.usual

    def words(self, unit: str) -> str:
        """The figures in one sentence."""
        return (
            f"本月 {QTY.show(self.qty)}{unit}；前 {HABIT_MONTHS} 个月里领过 {self.months} 个月，中位数 {QTY.show(self.usual)}{unit}，"
            f"这次多 {QTY.show(self.over)}{unit}，是平时的 {self.qty / self.usual:.1f} 倍"
        )


def unusual(by_month: Mapping[str, int], month: str, before: Sequence[str]) -> Unusual | None:
    """Whether what was taken in `month` is out of the habit of the months `before`, each ISO year-month.

    The habit is the median of those months in which anything was taken; with fewer than three of them there is none yet.
    """
    past = [by_month[m] for m in before if by_month.get(m, 0) > 0]
    if len(past) < LEAST_HABIT:
        return None
    now, usual = by_month.get(month, 0), int(median(past))
    if now > HABIT_TIMES * usual and now - usual >= HABIT_OVER:
        return Unusual(now, usual, len(past))
    return None
