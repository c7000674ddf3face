"""Runs all rules on a case and weighs what they found as the company has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from salesdesk.domain.problems import Severity
from salesdesk.modules.reimbursement.checks import (
    amounts,
    authenticity,
    completeness,
    legality,
    patterns,
    spending,
    timing,
)
from salesdesk.modules.reimbursement.checks.case import Case, Fault
from salesdesk.modules.reimbursement.found import Found
from salesdesk.modules.standards.book import ruling_of
from salesdesk.modules.standards.rule_table import RULES
from salesdesk.services.rule_stands import ANYBODY, BLOCK, WARN, Stand

Check = Callable[[Case], Iterator[Fault]]
CHECKS: tuple[Check, ...] = (
    authenticity.duplicates,
    authenticity.qr_differs,
    authenticity.files_differ,
    authenticity.replaced,
    authenticity.seals,
    authenticity.marked,
    authenticity.lengths,
    authenticity.verification,
    legality.titles,
    legality.tax_ids,
    legality.special,
    legality.goods,
    legality.paper_tickets,
    completeness.papers,
    completeness.counts,
    completeness.originals,
    amounts.known,
    amounts.sums,
    amounts.words,
    spending.over,
    spending.allowances,
    spending.dropped,
    timing.known,
    timing.dates,
    timing.rest_days,
    timing.trip,
    patterns.in_a_row,
    patterns.one_seller,
    patterns.round_amounts,
    spending.just_below,
    patterns.travellers,
)
"""In the order of the 24 matters."""


def severity_of(stand: Stand) -> Severity:
    """阻断 stops the claim whoever may let it pass later, unless anybody's reason is enough."""
    if stand.weight == BLOCK:
        return Severity.ASK if stand.who == ANYBODY else Severity.STOP
    return Severity.WARN if stand.weight == WARN else Severity.HINT


def judge(case: Case) -> list[Found]:
    """Everything the rules in use object to, all at once, each with weight, cure and version of its rule."""
    found: dict[tuple[str, str, str, str], Found] = {}
    for check in CHECKS:
        for fault in check(case):
            rule = RULES[fault.rule]
            ruling = case.rulings.get(fault.rule) or ruling_of(rule)
            if not ruling.stand.used:
                continue
            severity = Severity.HINT if fault.slight else severity_of(ruling.stand)
            one = Found(
                fault.rule, fault.message, severity, fault.voucher, fault.line, fault.field, fault.printed, fault.expected,
                fault.source, fault.cure or rule.cure, fault.excess, str(ruling.version),
            )  # fmt: skip
            found.setdefault((one.voucher, one.line, one.rule, one.field), one)
    return list(found.values())
