"""Manifest of the price policy."""

from __future__ import annotations

from salesdesk.modules.pricing.model import PRICE_LIST, PRICE_LIST_LINE, PROMOTION
from salesdesk.modules.pricing.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "pricing",
    "价格政策",
    "tag",
    45,
    actions="salesdesk.modules.pricing.actions",
    entities=(PRICE_LIST, PRICE_LIST_LINE, PROMOTION),
    todos=todos,
    main="price_list",
)
