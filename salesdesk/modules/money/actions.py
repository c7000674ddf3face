"""What can be done with receipts, invoices and statements, and what follows from it."""

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
from salesdesk.services.module import Actions

ACTIONS = Actions(
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
)
