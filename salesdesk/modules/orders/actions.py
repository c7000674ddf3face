"""What can be done with orders and deliveries, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.orders import (
    baskets,
    change_sheet,
    changes,
    counting,
    delivery_sheet,
    importing,
    intake,
    passing,
    reading,
    recheck,
    remainder,
    ruling,
    service,
    sheet,
    shipping,
    signing,
    words,
)
from salesdesk.modules.orders.guard import guard
from salesdesk.modules.orders.model import DELIVERY, ORDER
from salesdesk.services.access import reveal_verb
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=(
        *service.VERBS,
        *shipping.VERBS,
        *counting.VERBS,
        *signing.VERBS,
        *remainder.VERBS,
        *delivery_sheet.VERBS,
        *passing.VERBS,
        *intake.VERBS,
        *importing.VERBS,
        *sheet.VERBS,
        *reading.VERBS,
        *words.VERBS,
        *changes.VERBS,
        *change_sheet.VERBS,
        *ruling.VERBS,
        *baskets.VERBS,
        *recheck.VERBS,
        reveal_verb(ORDER),
        reveal_verb(DELIVERY),
    ),
    derive=(service.derive_orders, changes.derive_notices, shipping.derive_notes),
    guard=guard,
    review=recheck.review,
    merged=recheck.after_merge,
)
