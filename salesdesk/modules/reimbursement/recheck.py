"""Looks at a claim again after every step that changes it, and after a merge: what stands in the way of passing it."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement import duplicates, reading_rule
from salesdesk.modules.reimbursement.checks.gathering import gather
from salesdesk.modules.reimbursement.checks.judging import judge, severity_of
from salesdesk.modules.reimbursement.findings import VALUES, identity, record
from salesdesk.modules.reimbursement.found import Found
from salesdesk.modules.standards.book import Ruling
from salesdesk.modules.standards.rule_table import RULES
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context

JUDGED = {*RULES, duplicates.RULE, reading_rule.RULE}
"""Rules of which this look has the whole say; parts ("reading.no_number") go with their rule."""


MOST_REVIEWED = 500
"""Claims looked at again after one merge; the others are looked at by 初审检查."""
SETTLED = ("paid", "told")
ELSEWHERE = frozenset((duplicates.RULE, "original_both", "red_pair"))
"""Rules about vouchers of other claims: worth telling although the money is gone."""


def look(reader: Reader, claim: str, today: str) -> list[Found]:
    """Everything that is wrong with a claim now, all at once."""
    case = gather(reader, claim, today)
    ruling = case.rulings[duplicates.RULE]
    doubled = duplicates.judge(reader, claim) if ruling.stand.used else []
    return [
        *(_weighed(one, ruling) for one in doubled),
        *judge(case),
        *reading_rule.judge(reader, claim),
    ]


def _weighed(one: Found, ruling: Ruling) -> Found:
    """A doubled voucher as the company weighs it; what its search already found slight stays slight."""
    severity = max(one.severity, severity_of(ruling.stand), key=duplicates.GRAVITY.index)
    return one._replace(severity=severity, rule_version=str(ruling.version))


def recheck(ctx: Context, claim: str | None) -> None:
    """Bring the findings of one claim up to date; a voucher in no claim is judged when it comes into one."""
    if claim:
        record(ctx.work, claim, look(ctx.work, claim, ctx.today), JUDGED)


def review(reader: Reader, changes: Changes, today: str) -> list[tuple[str, str, Problem]]:
    """What is wrong with claims now that the work of several PCs has met, and no PC has found alone (EXP-2, EXP-3).

    Nothing is written: the findings themselves are kept with the claim at its next step.
    """
    told: list[tuple[str, str, Problem]] = []
    for claim in _met(reader, changes)[:MOST_REVIEWED]:
        row = reader.get("expense_claim", claim) or {}
        known = {
            identity(one): tuple(one[key] for key in VALUES)
            for one in reader.rows(
                "SELECT * FROM claim_finding WHERE claim = ? AND void = 0 AND state != 'gone'", (claim,)
            )
        }
        for found in look(reader, claim, today):
            one = found._asdict()
            new = known.get(identity(one)) != tuple(one[key] or None for key in VALUES)
            if found.severity not in (Severity.STOP, Severity.ASK) or not new:
                continue
            if row["state"] in SETTLED and found.rule not in ELSEWHERE:
                continue
            words = f"报销单 {row['number']}（{row['claimant']}）：{found.message}"
            told.append(("expense_claim", claim, Problem(words, found.cure or "请打开看看", code=found.rule)))
    return told


def _met(reader: Reader, changes: Changes) -> list[str]:
    """Claims in use that a merge touched, and those that have a voucher with a touched one of theirs in common."""
    touched = {entity: json.dumps(sorted(changes.of(entity))) for entity in WATCHED}
    among = "IN (SELECT value FROM json_each(?))"
    return reader.column(
        f"SELECT uid FROM expense_claim WHERE void = 0 AND (uid {among} OR uid IN (SELECT claim FROM expense_line WHERE uid {among})"
        f" OR uid IN (SELECT claim FROM expense_voucher WHERE uid {among} OR key IN (SELECT v.key FROM expense_voucher v"
        f" WHERE v.key IS NOT NULL AND (v.uid {among} OR v.claim {among})))) ORDER BY day DESC, uid",
        (
            touched[CLAIM],
            touched["expense_line"],
            touched["expense_voucher"],
            touched["expense_voucher"],
            touched[CLAIM],
        ),
    )


CLAIM = "expense_claim"
WATCHED = (CLAIM, "expense_line", "expense_voucher")
