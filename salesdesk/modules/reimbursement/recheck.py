"""Looks at a claim again after every step that changes it: what stands in the way of passing it."""

from __future__ import annotations

from salesdesk.modules.reimbursement import duplicates, reading_rule
from salesdesk.modules.reimbursement.checks.gathering import gather
from salesdesk.modules.reimbursement.checks.judging import judge, severity_of
from salesdesk.modules.reimbursement.findings import record
from salesdesk.modules.reimbursement.found import Found
from salesdesk.modules.standards.book import Ruling
from salesdesk.modules.standards.rule_table import RULES
from salesdesk.services.module import Context

JUDGED = {*RULES, duplicates.RULE, reading_rule.RULE}
"""Rules of which this look has the whole say; parts ("reading.no_number") go with their rule."""


def look(ctx: Context, claim: str) -> list[Found]:
    """Everything that is wrong with a claim now, all at once."""
    case = gather(ctx.work, claim, ctx.today)
    ruling = case.rulings[duplicates.RULE]
    doubled = duplicates.judge(ctx.work, claim) if ruling.stand.used else []
    return [
        *(_weighed(one, ruling) for one in doubled),
        *judge(case),
        *reading_rule.judge(ctx.work, claim),
    ]


def _weighed(one: Found, ruling: Ruling) -> Found:
    """A doubled voucher as the company weighs it; what its search already found slight stays slight."""
    severity = max(one.severity, severity_of(ruling.stand), key=duplicates.GRAVITY.index)
    return one._replace(severity=severity, rule_version=str(ruling.version))


def recheck(ctx: Context, claim: str | None) -> None:
    """Bring the findings of one claim up to date; a voucher in no claim is judged when it comes into one."""
    if claim:
        record(ctx.work, claim, look(ctx, claim), JUDGED)
