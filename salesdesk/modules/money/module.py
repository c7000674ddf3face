"""Manifest of the money desk."""

from __future__ import annotations

from salesdesk.modules.money.derive import derive_money
from salesdesk.modules.money.model import CHASE, INVOICE, INVOICE_LINE, RECEIPT, RECEIPT_LINE, STATEMENT
from salesdesk.services.module import Module

MODULE = Module(
    "money",
    "开票收款",
    "money",
    26,
    entities=(INVOICE, INVOICE_LINE, RECEIPT, RECEIPT_LINE, CHASE, STATEMENT),
    derive=(derive_money,),
    main="receipt",
)
