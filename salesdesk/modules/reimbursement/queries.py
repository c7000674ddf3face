"""What the reimbursement desk reads beside a claim: the person's department and earlier claims, and whether it was printed."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader


def department_of(reader: Reader, claimant: str) -> str:
    """The department on the person's latest claim, "" when there is none."""
    found = reader.value(
        "SELECT department FROM expense_claim WHERE claimant = ? AND void = 0 ORDER BY day DESC, rowid DESC LIMIT 1",
        (claimant,),
    )
    return str(found or "")


def earlier_claims(reader: Reader, claimant: str, but: str = "", limit: int = 4) -> list[Row]:
    """The person's latest other claims, newest first."""
    return reader.rows(
        "SELECT * FROM expense_claim WHERE claimant = ? AND void = 0 AND uid != ? ORDER BY day DESC, rowid DESC LIMIT ?",
        (claimant, but, limit),
    )


def months(reader: Reader) -> list[tuple[str, int]]:
    """Months that have claims, the latest first, with how many: ("2026-06", 12)."""
    return [
        (str(month), int(count))
        for month, count in reader.tuples(
            "SELECT substr(day, 1, 7), count(*) FROM expense_claim WHERE void = 0 AND day IS NOT NULL GROUP BY 1 ORDER BY 1 DESC"
        )
    ]


def prints_of(reader: Reader, claim: str) -> list[Row]:
    """When the claim left the printer, newest first."""
    return reader.rows(
        "SELECT * FROM print_log WHERE owner = ? AND paper = 'expense' AND void = 0 ORDER BY nth DESC", (claim,)
    )
