"""How claims get on: what is open and for how long, days at each step, and what a month came to by person and category (EXP-6)."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.duplicates import RULE as DUPLICATE
from salesdesk.persistence.reading import Reader

OPEN = ("head", "check", "returned", "passed", "finance", "finance_returned", "paid")
"""States in which somebody still has something to do."""
_AMONG_OPEN = "('head', 'check', 'returned', 'passed', 'finance', 'finance_returned', 'paid')"
_SINCE_PASSED = "('passed', 'finance', 'finance_returned', 'paid', 'told')"


class Waiting(NamedTuple):
    """One open claim: days since it was handed in first, days in its present state, days past its due day (0: not late)."""

    row: Row
    age: int
    stays: int
    late: int


def backlog(reader: Reader, today: str) -> list[Waiting]:
    """All open claims, the most overdue first."""
    rows = reader.rows(
        "SELECT c.*, (SELECT min(e.at) FROM claim_event e WHERE e.claim = c.uid AND e.step = '提交' AND e.void = 0) AS first_at"
        f" FROM expense_claim c WHERE c.void = 0 AND c.state IN {_AMONG_OPEN} ORDER BY coalesce(c.due, '9999'), c.rowid"
    )
    return [
        Waiting(
            row,
            _days(row["first_at"] or row["state_at"], today),
            _days(row["state_at"], today),
            max(0, _days(row["due"], today)) if row["due"] else 0,
        )
        for row in rows
    ]


def _days(since: object, today: str) -> int:
    return dates.days_between(str(since)[:10], today) if since else 0


def events_of(reader: Reader, claim: str) -> list[Row]:
    """The steps of one claim, the first first."""
    return reader.rows("SELECT * FROM claim_event WHERE claim = ? AND void = 0 ORDER BY at, rowid", (claim,))


def slips_of(reader: Reader, claim: str) -> list[Row]:
    """The return slips of one claim, newest first."""
    return reader.rows("SELECT * FROM return_slip WHERE claim = ? AND void = 0 ORDER BY at DESC, rowid DESC", (claim,))


class StepTime(NamedTuple):
    """How long claims stayed in a state: how often, minutes on average and at most, calendar time."""

    state: str
    times: int
    average: int
    longest: int


def step_times(reader: Reader, first: str, last: str) -> list[StepTime]:
    """Stays that ended between two days, inclusive, in the order of the way."""
    found = {
        str(state): StepTime(str(state), int(times), round(average), int(longest))
        for state, times, average, longest in reader.tuples(
            "SELECT e.state_from, count(*), avg(e.minutes), max(e.minutes) FROM claim_event e JOIN expense_claim c ON c.uid = e.claim"
            " WHERE e.void = 0 AND c.void = 0 AND e.minutes IS NOT NULL AND e.state_from IS NOT NULL AND e.at >= ? AND e.at < ?"
            " GROUP BY e.state_from",
            (first, dates.add_days(last, 1)),
        )
    }
    return [found[state] for state in ("draft", *OPEN) if state in found]


class Share(NamedTuple):
    """What one person claimed in one category: 分; `approved` counts claims that were passed only."""

    claimant: str
    department: str
    item: str
    lines: int
    claimed: int
    approved: int
    cut: int


class Person(NamedTuple):
    """One person's month: claims handed in, how often they came back, 分 claimed and approved, cut, and duplicates kept out."""

    claimant: str
    department: str
    claims: int
    returned: int
    claimed: int
    approved: int
    cut: int
    blocked: int

    @property
    def saved(self) -> int:
        """分 the pre-check kept from being paid."""
        return self.cut + self.blocked


class MonthOfClaims(NamedTuple):
    """A month of claims by the day on them."""

    month: str
    shares: tuple[Share, ...]
    people: tuple[Person, ...]
    steps: tuple[StepTime, ...]

    @property
    def claimed(self) -> int:
        return sum(one.claimed for one in self.people)

    @property
    def approved(self) -> int:
        return sum(one.approved for one in self.people)

    @property
    def saved(self) -> int:
        return sum(one.saved for one in self.people)

    @property
    def returned(self) -> int:
        return sum(one.returned for one in self.people)


def month_of(reader: Reader, month: str) -> MonthOfClaims:
    """Claims dated in a month ("2026-06") that were handed in."""
    first = f"{month}-01"
    last = dates.add_days(dates.add_months(first, 1), -1)
    handed_in = "c.void = 0 AND c.state != 'draft' AND c.day >= ?1 AND c.day <= ?2"
    passed = f"CASE WHEN c.state IN {_SINCE_PASSED} THEN l.amount - coalesce(l.cut, 0) ELSE 0 END"
    shares = tuple(
        Share(*row)
        for row in reader.tuples(
            f"SELECT c.claimant, c.department, l.item, count(*), sum(l.amount), sum({passed}), sum(coalesce(l.cut, 0))"
            f" FROM expense_claim c JOIN expense_line l ON l.claim = c.uid AND l.void = 0 WHERE {handed_in}"
            " GROUP BY c.claimant, c.department, l.item ORDER BY c.claimant, c.department, sum(l.amount) DESC",
            (first, last),
        )
    )
    counts = {
        (claimant, department): (claims, returned)
        for claimant, department, claims, returned in reader.tuples(
            "SELECT c.claimant, c.department, count(*), sum(coalesce(c.returns, 0)) FROM expense_claim c"
            f" WHERE {handed_in} GROUP BY c.claimant, c.department",
            (first, last),
        )
    }
    kept_out = {
        (claimant, department): int(kept)
        for claimant, department, kept in reader.tuples(
            "SELECT c.claimant, c.department, sum(coalesce(v.total, 0) - coalesce(v.cut, 0)) FROM expense_claim c"
            f" JOIN expense_voucher v ON v.claim = c.uid AND v.void = 0 AND v.standing = 'rejected' WHERE {handed_in}"
            " AND EXISTS (SELECT 1 FROM claim_finding f WHERE f.voucher = v.uid AND f.rule = ?3 AND f.void = 0)"
            " GROUP BY c.claimant, c.department",
            (first, last, DUPLICATE),
        )
    }
    people = tuple(
        Person(
            *who,
            claims,
            returned,
            sum(one.claimed for one in shares if (one.claimant, one.department) == who),
            sum(one.approved for one in shares if (one.claimant, one.department) == who),
            sum(one.cut for one in shares if (one.claimant, one.department) == who),
            kept_out.get(who, 0),
        )
        for who, (claims, returned) in sorted(counts.items())
    )
    return MonthOfClaims(month, shares, people, tuple(step_times(reader, first, last)))
