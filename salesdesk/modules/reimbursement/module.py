"""Manifest of the reimbursement desk."""

from __future__ import annotations

from salesdesk.modules.reimbursement import derive, findings, people, service, sheet, vouchers
from salesdesk.modules.reimbursement.flow_model import EVENT, FINDING, RETURN_SLIP
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.staff_model import COMPANY, LOAN, SETTLEMENT, STAFF
from salesdesk.modules.reimbursement.voucher_model import CHECK, VOUCHER, VOUCHER_FILE
from salesdesk.services.module import Module
from salesdesk.services.records import guard_of, record_verbs

MODULE = Module(
    "reimbursement",
    "报销",
    "receipt",
    80,
    entities=(
        CLAIM,
        CLAIM_LINE,
        VOUCHER,
        VOUCHER_FILE,
        CHECK,
        FINDING,
        EVENT,
        RETURN_SLIP,
        STAFF,
        COMPANY,
        LOAN,
        SETTLEMENT,
    ),
    verbs=(
        *service.VERBS,
        *vouchers.VERBS,
        *findings.VERBS,
        *sheet.VERBS,
        *record_verbs(STAFF),
        *record_verbs(COMPANY, people.check_company),
    ),
    derive=(derive.derive,),
    guard=guard_of(COMPANY, people.check_company),
    main="expense_claim",
)
