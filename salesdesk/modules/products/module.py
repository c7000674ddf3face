"""Manifest of the product catalogue and its stock."""

from __future__ import annotations

from salesdesk.modules.products.model import CATEGORY, PRODUCT, STOCK_MOVE
from salesdesk.services.module import Module

MODULE = Module(
    "products",
    "产品",
    "box",
    40,
    actions="salesdesk.modules.products.actions",
    entities=(CATEGORY, PRODUCT, STOCK_MOVE),
    main="product",
)
