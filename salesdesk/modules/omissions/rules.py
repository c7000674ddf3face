"""Says from numbers and days alone what may be missing: holes in series, and customers past their usual rhythm."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from salesdesk.domain import dates

Sure = Literal["high", "some", "low"]
SURE_WORDS: dict[Sure, str] = {"high": "很准", "some": "大致准", "low": "拿不准"}

LEAST_DAYS = 4
"""Order days below which nobody can speak of a rhythm (ORD-14)."""
LATEST_GAPS = 24
"""Only the latest intervals count: a customer's rhythm of years ago says nothing."""
GONE_AFTER = 4
"""So many usual intervals without an order, and at least `GONE_DAYS`: the customer has left, that is no missed order."""
GONE_DAYS = 120


class Rhythm(NamedTuple):
    """How often a customer orders. Days; low and high bound the middle half of his intervals."""

    orders: int
    last: str
    median: int
    low: int
    high: int
    patience: int
    sure: Sure

    @property
    def expected(self) -> str:
        """The day the next order was to be expected."""
        return dates.add_days(self.last, self.median)

    @property
    def alarm(self) -> str:
        """The first day on which its absence is remarkable."""
        return dates.add_days(self.last, self.patience + 1)

    def late(self, today: str) -> int:
        """Days past the expected one; negative before it."""
        return dates.days_between(self.expected, today)

    def missed(self, today: str) -> bool:
        """Whether an order is remarkably late, and not so late that the customer has simply left."""
        return self.alarm <= today and not self.gone(today)

    def gone(self, today: str) -> bool:
        """Whether he has not ordered for so long that asking after one order makes no sense."""
        return dates.days_between(self.last, today) > max(GONE_AFTER * self.median, GONE_DAYS)


def rhythm_of(days: Sequence[str]) -> Rhythm | None:
    """The rhythm in a customer's order days (ISO, any order, doubles count once); None below four of them.

    Remarkable is an absence longer than nine tenths of his intervals and half as long again as usual, two days at
    least: the median and the quantiles do not mind a single outlier. How sure: by the number of intervals and by how
    wide the middle half of them is against the median.
    """
    known = sorted(set(days))
    if len(known) < LEAST_DAYS:
        return None
    recent = known[-LATEST_GAPS - 1 :]
    gaps = sorted(dates.days_between(a, b) for a, b in itertools.pairwise(recent))
    median = max(1, round(quantile(gaps, 0.5)))
    low, high = quantile(gaps, 0.25), quantile(gaps, 0.75)
    patience = max(math.ceil(quantile(gaps, 0.9)), math.ceil(1.5 * median), median + 2)
    spread = (high - low) / median
    sure: Sure = "low"
    if len(gaps) >= 7 and spread <= 0.5:
        sure = "high"
    elif len(gaps) >= 4 and spread <= 1:
        sure = "some"
    return Rhythm(len(known), known[-1], median, math.floor(low), math.ceil(high), patience, sure)


def quantile(ordered: Sequence[int], share: float) -> float:
    """The value below which a share of ordered numbers lies, between neighbours in proportion."""
    at = share * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


# -- holes in series ---------------------------------------------------------------------------------------------------

LEAST_NUMBERS = 4
WIDEST_HOLE = 3
"""More numbers missing in one place than this were never meant for us."""
RUNNING_SHARE = 0.7
"""Of a series meant for us alone at least so many numbers follow one another."""
_LAST_DIGITS = r"^(?P<head>.*?)(?P<digits>[0-9]+)(?P<tail>[^0-9]*)$"
_DATED = r"^((?:20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])?)([0-9]{2,5})$"
_LONG_AS_DATED = 8


class Hole(NamedTuple):
    """Numbers that should stand between two that came. since: the day on which the later one came."""

    missing: tuple[str, ...]
    before: str
    after: str
    since: str


def split_number(text: str) -> tuple[str, str, str] | None:
    """(what stays, the running digits, what follows) of a paper's number; a date in front of the counter stays."""
    found = re.match(_LAST_DIGITS, text.strip())
    if found is None:
        return None
    head, digits = found["head"], found["digits"]
    if len(digits) >= _LONG_AS_DATED and (dated := re.match(_DATED, digits)):
        head, digits = head + dated[1], dated[2]
    return head, digits, found["tail"]


def holes(numbers: Sequence[tuple[str, str]]) -> list[Hole]:
    """Holes in the series of one customer's (number, day) pairs.

    A series is what differs in its last digits only and runs on nearly without gaps; a customer who numbers his orders
    to all his suppliers in one go has wide gaps and makes no alarm.
    """
    series: dict[tuple[str, str, int], dict[int, tuple[str, str]]] = {}
    for text, day in numbers:
        parts = split_number(text)
        if parts is None or len(parts[1]) > 15:
            continue
        head, digits, tail = parts
        width = len(digits) if digits.startswith("0") else 0
        series.setdefault((head, tail, width), {}).setdefault(int(digits), (text, day))
    found: list[Hole] = []
    for (head, tail, width), members in _joined(series).items():
        known = sorted(members)
        steps = [b - a for a, b in itertools.pairwise(known)]
        if len(known) < LEAST_NUMBERS or sum(s == 1 for s in steps) < RUNNING_SHARE * len(steps):
            continue
        for a, b in itertools.pairwise(known):
            if 1 < b - a <= WIDEST_HOLE + 1:
                size = width or len(members[a][0]) - len(head) - len(tail)
                gone = tuple(f"{head}{n:0{size}d}{tail}" for n in range(a + 1, b))
                found.append(Hole(gone, members[a][0], members[b][0], members[b][1]))
    return sorted(found, key=lambda h: h.since, reverse=True)


def _joined(
    series: dict[tuple[str, str, int], dict[int, tuple[str, str]]],
) -> dict[tuple[str, str, int], dict[int, tuple[str, str]]]:
    """PO-099 and PO-100 are one series: numbers without a leading zero join the zero-filled ones of their length."""
    for key in [k for k in series if k[2] == 0]:
        head, tail, _ = key
        for width in sorted({k[2] for k in series if k[:2] == (head, tail) and k[2]}):
            own = {n: v for n, v in series[key].items() if len(str(n)) == width}
            series[(head, tail, width)].update(own)
            for n in own:
                del series[key][n]
    return series


def own_gaps(numbers: Sequence[str]) -> dict[str, list[str]]:
    """Numbers missing in the middle of our own series (XS2606A-0007), by series; most 50 of each."""
    series: dict[str, list[int]] = {}
    for text in numbers:
        head, dash, digits = text.rpartition("-")
        if dash and digits.isdecimal():
            series.setdefault(head, []).append(int(digits))
    found = {}
    for head, known in series.items():
        have = set(known)
        if max(have) - min(have) + 1 > len(have):
            gone = (n for n in range(min(have), max(have) + 1) if n not in have)
            found[head] = [f"{head}-{n:04d}" for _, n in zip(range(50), gone, strict=False)]
    return found
