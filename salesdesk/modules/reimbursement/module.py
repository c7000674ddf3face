"""Manifest of the reimbursement desk."""

from __future__ import annotations

from salesdesk.modules.reimbursement import service, sheet
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.services.module import Module

MODULE = Module(
    "reimbursement",
    "报销",
    "receipt",
    80,
    entities=(CLAIM, CLAIM_LINE),
    verbs=(*service.VERBS, *sheet.VERBS),
    main="expense_claim",
)
