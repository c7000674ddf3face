"""Manifest of the money desk."""

from __future__ import annotations

from salesdesk.modules.money.model import CHASE, FIGURES, INVOICE, INVOICE_LINE, RECEIPT, RECEIPT_LINE, STATEMENT
from salesdesk.modules.money.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "money",
    "开票收款",
    "money",
    26,
    actions="salesdesk.modules.money.actions",
    entities=(RECEIPT, RECEIPT_LINE, INVOICE, INVOICE_LINE, STATEMENT, FIGURES, CHASE),
    todos=todos,
    main="receipt",
)
