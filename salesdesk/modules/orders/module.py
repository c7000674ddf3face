"""Manifest of the order desk."""

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
    policies,
    reading,
    recheck,
    remainder,
    service,
    sheet,
    shipping,
    signing,
    words,
)
from salesdesk.modules.orders.basket_model import BASKET, BASKET_LINE
from salesdesk.modules.orders.change_model import CHANGE_NOTICE, ORDER_CHANGE
from salesdesk.modules.orders.check_model import CHECK_RULE, ORDER_RELEASE
from salesdesk.modules.orders.guard import guard
from salesdesk.modules.orders.model import DELIVERY, DELIVERY_LINE, INTAKE, LAYOUT, ORDER, ORDER_LINE, ROUTE_SLIP
from salesdesk.modules.orders.todos import todos
from salesdesk.services.access import reveal_verb
from salesdesk.services.module import Module

MODULE = Module(
    "orders",
    "销售订单",
    "order",
    20,
    entities=(
        INTAKE,
        ORDER,
        ORDER_LINE,
        ROUTE_SLIP,
        DELIVERY,
        DELIVERY_LINE,
        LAYOUT,
        words.CUSTOMER_WORD,
        ORDER_CHANGE,
        CHANGE_NOTICE,
        CHECK_RULE,
        ORDER_RELEASE,
        BASKET,
        BASKET_LINE,
    ),
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
        *policies.VERBS,
        *baskets.VERBS,
        *recheck.VERBS,
        reveal_verb(ORDER),
        reveal_verb(DELIVERY),
    ),
    derive=(service.derive_orders, changes.derive_notices, shipping.derive_notes),
    guard=guard,
    review=recheck.review,
    todos=todos,
    main="sales_order",
    merged=recheck.after_merge,
)
