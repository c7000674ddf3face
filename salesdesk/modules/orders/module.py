"""Manifest of the order desk."""

from __future__ import annotations

from salesdesk.modules.orders.basket_model import BASKET, BASKET_LINE
from salesdesk.modules.orders.change_model import CHANGE_NOTICE, ORDER_CHANGE
from salesdesk.modules.orders.check_model import CHECK_RULE, ORDER_RELEASE
from salesdesk.modules.orders.model import DELIVERY, DELIVERY_LINE, INTAKE, LAYOUT, ORDER, ORDER_LINE, ROUTE_SLIP
from salesdesk.modules.orders.todos import todos
from salesdesk.modules.orders.word_model import CUSTOMER_WORD
from salesdesk.services.module import Module

MODULE = Module(
    "orders",
    "销售订单",
    "order",
    20,
    actions="salesdesk.modules.orders.actions",
    entities=(
        INTAKE,
        ORDER,
        ORDER_LINE,
        ROUTE_SLIP,
        DELIVERY,
        DELIVERY_LINE,
        LAYOUT,
        CUSTOMER_WORD,
        ORDER_CHANGE,
        CHANGE_NOTICE,
        CHECK_RULE,
        ORDER_RELEASE,
        BASKET,
        BASKET_LINE,
    ),
    todos=todos,
    main="sales_order",
)
