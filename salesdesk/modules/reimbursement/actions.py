"""What can be done with expense claims and their vouchers, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.reimbursement import (
    bundle,
    checking,
    deducting,
    derive,
    findings,
    flow,
    intake,
    loans,
    lookup,
    monthly,
    payments,
    people,
    precheck,
    recognising,
    service,
    sheet,
    voucher_papers,
    vouchers,
)
from salesdesk.modules.reimbursement.guard import guard
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.payment_model import PAYMENT
from salesdesk.modules.reimbursement.recheck import review
from salesdesk.modules.reimbursement.staff_model import COMPANY, LOAN, STAFF
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.services.access import reveal_verb
from salesdesk.services.module import Actions
from salesdesk.services.records import record_verbs
from salesdesk.services.register_io import io_verbs

ACTIONS = Actions(
    verbs=(
        *service.VERBS,
        *intake.VERBS,
        *flow.VERBS,
        *precheck.VERBS,
        *deducting.VERBS,
        *vouchers.VERBS,
        *voucher_papers.VERBS,
        *recognising.VERBS,
        *lookup.VERBS,
        *checking.VERBS,
        *findings.VERBS,
        *loans.VERBS,
        *monthly.VERBS,
        *payments.VERBS,
        *sheet.VERBS,
        *bundle.VERBS,
        *record_verbs(STAFF),
        reveal_verb(STAFF),
        *record_verbs(COMPANY, people.check_company),
        *io_verbs(STAFF),
        *(
            verb
            for one in (CLAIM, VOUCHER, LOAN, PAYMENT)
            for verb in io_verbs(one)
            if verb.name.endswith((".export", ".print_list"))
        ),
    ),
    derive=(derive.derive,),
    guard=guard,
    review=review,
)
