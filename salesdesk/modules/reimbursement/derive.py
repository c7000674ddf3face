"""Recomputes what follows from lines, vouchers, findings and settlements: sums of a claim, what a loan still is."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.persistence.reading import AMONG
from salesdesk.persistence.work import Work

_LIVE = "v.void = 0 AND v.standing IS NOT 'rejected'"


def derive(work: Work, changes: Changes) -> None:
    """Sums of every claim and loan this operation concerns."""
    if not any(changes.of(key) for key in WATCHED):
        return
    claims, loans = _claims(work, changes), set(changes.of("staff_loan"))
    loans.update(work.pointed_at(changes, "loan_settlement", "loan"))
    loans.update(work.pointed_at(changes, "expense_claim", "loan_record"))
    if claims:
        _sum_claims(work, json.dumps(sorted(claims)))
    if loans:
        _sum_loans(work, json.dumps(sorted(loans)))


WATCHED = ("expense_claim", "expense_line", "expense_voucher", "claim_finding", "staff_loan", "loan_settlement")


def _claims(work: Work, changes: Changes) -> set[str]:
    found = set(changes.of("expense_claim"))
    for entity in ("expense_line", "expense_voucher", "claim_finding"):
        found |= work.pointed_at(changes, entity, "claim")
    return found


def _sum_claims(work: Work, claims: str) -> None:
    """A voided claim, whose lines are out of use with it, keeps what it came to."""
    work.execute(
        "UPDATE expense_line SET approved = amount - coalesce(cut, 0),"
        f" attached = (SELECT count(*) FROM expense_voucher v WHERE v.line = expense_line.uid AND {_LIVE}),"
        f" attached_total = (SELECT coalesce(sum(v.total), 0) FROM expense_voucher v WHERE v.line = expense_line.uid AND {_LIVE})"
        f" WHERE claim {AMONG}",
        (claims,),
    )
    lines = "FROM expense_line l WHERE l.claim = expense_claim.uid AND l.void = 0"
    vouchers = f"FROM expense_voucher v WHERE v.claim = expense_claim.uid AND {_LIVE}"
    findings = "FROM claim_finding f WHERE f.claim = expense_claim.uid AND f.void = 0 AND f.state = 'open'"
    work.execute(
        f"UPDATE expense_claim SET amount = (SELECT coalesce(sum(l.amount), 0) {lines}),"
        f" cut = (SELECT coalesce(sum(l.cut), 0) {lines}),"
        f" approved = (SELECT coalesce(sum(l.amount - coalesce(l.cut, 0)), 0) {lines}),"
        f" payable = (SELECT coalesce(sum(l.amount - coalesce(l.cut, 0)), 0) {lines}) - coalesce(loan, 0),"
        f" attached = (SELECT count(*) {vouchers}), attached_total = (SELECT coalesce(sum(v.total), 0) {vouchers}),"
        f" stops = (SELECT count(*) {findings} AND f.severity = 'stop'),"
        f" doubts = (SELECT count(*) {findings} AND f.severity IN ('ask', 'warn'))"
        f" WHERE uid {AMONG} AND void = 0",
        (claims,),
    )


def _sum_loans(work: Work, loans: str) -> None:
    work.execute(
        "UPDATE staff_loan SET"
        " settled = (SELECT coalesce(sum(s.amount), 0) FROM loan_settlement s WHERE s.loan = staff_loan.uid AND s.void = 0),"
        " reserved = (SELECT coalesce(sum(c.loan), 0) FROM expense_claim c WHERE c.loan_record = staff_loan.uid"
        " AND c.void = 0 AND c.state NOT IN ('paid', 'told'))"
        f" WHERE uid {AMONG}",
        (loans,),
    )
    work.execute(
        "UPDATE staff_loan SET rest = amount - settled,"
        " state = CASE WHEN settled <= 0 THEN 'open' WHEN settled < amount THEN 'part' ELSE 'settled' END"
        f" WHERE uid {AMONG}",
        (loans,),
    )
