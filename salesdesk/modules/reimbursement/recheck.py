"""Looks at a claim again after every step that changes it: what stands in the way of passing it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from salesdesk.modules.reimbursement import duplicates, reading_rule
from salesdesk.modules.reimbursement.findings import Found, record
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context

Judge = Callable[[Reader, str], list[Found]]
JUDGES: dict[str, Judge] = {duplicates.RULE: duplicates.judge, reading_rule.RULE: reading_rule.judge}
"""Rule -> what it finds with a claim. A judge speaks only of its own rule, or of its parts ("reading.no_number")."""


def recheck(ctx: Context, claim: str | None) -> None:
    """Bring the findings of one claim up to date; a voucher in no claim is judged when it comes into one."""
    if claim:
        record(ctx.work, claim, chain.from_iterable(judge(ctx.work, claim) for judge in JUDGES.values()), JUDGES)
