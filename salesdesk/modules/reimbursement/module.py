"""Manifest of the reimbursement desk."""

from __future__ import annotations

from salesdesk.modules.reimbursement.flow_model import EVENT, FINDING, RETURN_SLIP
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.payment_model import PAYMENT
from salesdesk.modules.reimbursement.staff_model import COMPANY, LOAN, SETTLEMENT, STAFF
from salesdesk.modules.reimbursement.todos import todos
from salesdesk.modules.reimbursement.voucher_model import CHECK, VOUCHER, VOUCHER_FILE
from salesdesk.services.module import Module

MODULE = Module(
    "reimbursement",
    "报销",
    "receipt",
    80,
    actions="salesdesk.modules.reimbursement.actions",
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
        PAYMENT,
    ),
    todos=todos,
    main="expense_claim",
)
