"""What follows from deliveries, invoices and receipts: what is owed, since when, and what a receipt would settle. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.problems import Problem

MONEY = Money()
LARGEST = 10**13
"""The most one invoice or receipt may be, 分 (一千亿元): beyond it a decimal point is missing."""
BUCKETS = ("未到期", "1–30 天", "31–60 天", "61–90 天", "90 天以上")
"""Ageing by days past due."""
ON_DAY = "款到发货"
ON_ARRIVAL = "货到付款"
MONTHLY = {"月结 30 天": 30, "月结 60 天": 60, "月结 90 天": 90}


class Exposure(NamedTuple):
    """How far a customer is trusted, 分: invoiced and not paid (with the opening balance), delivered and not invoiced, ordered
    and not delivered, and his money that no debt has used up yet."""

    unpaid: int = 0
    unbilled: int = 0
    undelivered: int = 0
    deposit: int = 0

    @property
    def owed(self) -> int:
        """应收余额: what he owes for goods and invoices less what he paid ahead; negative when he has paid more."""
        return self.unpaid + self.unbilled - self.deposit

    @property
    def total(self) -> int:
        """What counts against the credit limit."""
        return self.owed + self.undelivered


def due_day(settle: str | None, credit_days: int | None, day: str) -> str:
    """Day on which money for a delivery or invoice of `day` is due.

    月结 N 天 counts from the end of the month; a 账期 of the customer takes the place of N. 款到发货 and 货到付款 are due at
    once, unless a 账期 is given; 其他 is due after the 账期.
    """
    if settle in MONTHLY:
        return dates.add_days(dates.month_end(day), MONTHLY[settle] if credit_days is None else credit_days)
    return dates.add_days(day, credit_days or 0)


def terms_words(settle: str | None, credit_days: int | None) -> str:
    """The terms as a sentence for the statement: 月结 30 天（月底起算）."""
    if settle in MONTHLY:
        return f"月结，月底起 {MONTHLY[settle] if credit_days is None else credit_days} 天"
    if credit_days:
        return f"{settle or '账期'}，{credit_days} 天内"
    return settle or "未约定"


def bucket(due: str, today: str) -> int:
    """Index into BUCKETS; due today is not late yet."""
    late = dates.days_between(due, today)
    return 0 if late <= 0 else 1 if late <= 30 else 2 if late <= 60 else 3 if late <= 90 else 4


class Sent(NamedTuple):
    """One delivered order line: its uid, the 送货单, the day, 分."""

    uid: str
    delivery: str
    day: str
    amount: int


class Billed(NamedTuple):
    """What one invoice bills of an order, 分; `delivery` when the invoice names it. Red ones are negative."""

    day: str
    amount: int
    delivery: str = ""


@dataclass
class Spread:
    """Money of one order: `to_bill` and `owed` by delivered line, 分.

    to_bill: delivered and not invoiced. owed: of that, neither paid nor part of the opening balance; `unbilled` is its sum.
    deposit: paid to this order and not used up. moved: debt of the opening balance that got an invoice since.
    ahead: invoiced before delivery.
    """

    to_bill: dict[str, int] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)
    unbilled: int = 0
    deposit: int = 0
    moved: int = 0
    ahead: int = 0


def spread(sent: Sequence[Sent], billed: Sequence[Billed], paid: int, cutoff: str = "") -> Spread:
    """What of an order is to be invoiced and to be paid; `sent` in order of the days.

    Everything up to and including `cutoff` is part of the customer's opening balance. `paid`: allocated to the order
    itself by receipts after the cutoff; it pays for delivered goods without invoice first, the rest is a deposit.
    Together with the invoices the debts always add up: invoiced after the cutoff + unbilled − moved = growth of
    max(delivered, invoiced) since the cutoff (tests/modules/test_money_rules.py).
    """
    found = Spread()
    named: dict[str, int] = {}
    for paper in billed:
        named[paper.delivery] = named.get(paper.delivery, 0) + paper.amount
    pool = max(0, sum(one.amount for one in billed))
    left = {one.uid: one.amount for one in sent}
    for one in sent:  # invoices that name the delivery first, then the oldest
        used = max(0, min(left[one.uid], named.get(one.delivery, 0) if one.delivery else 0, pool))
        named[one.delivery] = named.get(one.delivery, 0) - used
        left[one.uid] -= used
        pool -= used
    for one in sent:
        used = max(0, min(left[one.uid], pool))
        left[one.uid] -= used
        pool -= used
    found.to_bill = left
    delivered, invoiced = sum(one.amount for one in sent), sum(one.amount for one in billed)
    before = max(
        sum(one.amount for one in sent if one.day <= cutoff), sum(one.amount for one in billed if one.day <= cutoff), 0
    )
    since = sum(one.amount for one in billed if one.day > cutoff)
    unbilled = sum(left[one.uid] for one in sent if one.day > cutoff)
    found.moved = since + unbilled - (max(delivered, invoiced, 0) - before)
    found.ahead = max(0, invoiced - delivered)
    rest = max(0, paid)
    for one in sent:
        open_ = left[one.uid] if one.day > cutoff else 0
        used = min(open_, rest)
        found.owed[one.uid] = open_ - used
        rest -= used
    found.unbilled = sum(found.owed.values())
    found.deposit = rest + min(0, paid)
    return found


class Claim(NamedTuple):
    """One open debt: what it is, its paper, its day and due day, 分 (negative for a red invoice)."""

    kind: str  # 期初, 发票, 送货
    number: str
    uid: str
    day: str
    due: str
    amount: int
    order: str = ""

    def late(self, today: str) -> int:
        """Days past due; 0 when not late."""
        return max(0, dates.days_between(self.due, today))


def ageing(claims: Sequence[Claim], today: str) -> list[int]:
    """分 per bucket; the sum is the sum of the claims."""
    sums = [0] * len(BUCKETS)
    for one in claims:
        sums[bucket(one.due, today)] += one.amount
    return sums


class Target(NamedTuple):
    """Something a receipt can settle: an invoice, an order, or (neither) the opening balance; how much at most, 分."""

    kind: str
    number: str
    due: str
    open: int
    invoice: str = ""
    order: str = ""
    day: str = ""


def propose(amount: int, targets: Sequence[Target]) -> list[int]:
    """How much of a receipt goes to each target, oldest due first (按账龄自动核销); what is left stays 预收."""
    given = [0] * len(targets)
    rest = amount
    for i in sorted(range(len(targets)), key=lambda i: (targets[i].due, targets[i].day, i)):
        part = min(max(0, targets[i].open), max(0, rest))
        given[i] = part
        rest -= part
    return given


def too_large(amount: int, path: str, place: str) -> list[Problem]:
    """The fault of an amount beyond anything a customer pays."""
    if abs(amount) <= LARGEST:
        return []
    return [Problem(f"金额超过 {MONEY.show(LARGEST)} 元", "请核对小数点", path=path, place=place, code="too_much")]


def total_of(lines: Sequence[Row]) -> int:
    """Sum of the lines, 分."""
    return sum(int(line.get("amount") or 0) for line in lines)
