"""What the pre-check reads of standards, tiers and required papers: one query a table."""

from __future__ import annotations

from salesdesk.modules.standards.limits import Requirement, Standard, Standards
from salesdesk.persistence.reading import Reader


def standards(reader: Reader) -> Standards:
    """All spending standards with the tiers of cities."""
    rows = reader.rows(
        "SELECT uid, kind, grade, tier, season_from, season_to, amount, classes, valid_from, valid_to, confirmed"
        " FROM expense_standard WHERE void = 0 ORDER BY rowid"
    )
    found = tuple(Standard(**{**row, "confirmed": bool(row["confirmed"])}) for row in rows)
    return Standards(found, dict(reader.tuples("SELECT city, tier FROM city_tier WHERE void = 0")))


def requirements(reader: Reader) -> tuple[Requirement, ...]:
    """What each category of expense needs beside its voucher."""
    found = reader.tuples("SELECT category, need, from_amount FROM expense_requirement WHERE void = 0 ORDER BY rowid")
    return tuple(Requirement(str(category), str(need), amount or 0) for category, need, amount in found)
