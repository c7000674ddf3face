"""Manifest of the money desk."""

from __future__ import annotations

from salesdesk.modules.money import (
    billing,
    cancelling,
    chasing,
    exchange,
    receiving,
    statement_files,
    statement_service,
)
from salesdesk.modules.money.derive import derive_money
from salesdesk.modules.money.model import CHASE, FIGURES, INVOICE, INVOICE_LINE, RECEIPT, RECEIPT_LINE, STATEMENT
from salesdesk.services.module import Module

MODULE = Module(
    "money",
    "开票收款",
    "money",
    26,
    entities=(RECEIPT, RECEIPT_LINE, INVOICE, INVOICE_LINE, STATEMENT, FIGURES, CHASE),
    verbs=(
        *receiving.VERBS,
        *billing.VERBS,
        *cancelling.VERBS,
        *statement_service.VERBS,
        *statement_files.VERBS,
        *chasing.VERBS,
        *exchange.VERBS,
    ),
    derive=(derive_money,),
    guard=receiving.guard,
    todos=chasing.todos,
    main="receipt",
)
