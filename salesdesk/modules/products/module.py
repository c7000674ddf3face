"""Manifest of the product catalogue and its stock."""

from __future__ import annotations

from salesdesk.modules.products import service
from salesdesk.modules.products.model import CATEGORY, PRODUCT, STOCK_MOVE
from salesdesk.modules.products.rules import check_category, check_product, derive_stock
from salesdesk.modules.products.stock_in import STOCK, apply_stock
from salesdesk.services.access import reveal_verb
from salesdesk.services.module import Module
from salesdesk.services.records import guard_of, record_verbs
from salesdesk.services.register_io import io_verbs

MODULE = Module(
    "products",
    "产品",
    "box",
    40,
    entities=(CATEGORY, PRODUCT, STOCK_MOVE),
    verbs=(
        *record_verbs(CATEGORY, check_category),
        *record_verbs(PRODUCT, check_product),
        *io_verbs(PRODUCT, check_product, (STOCK,), apply_stock, ("stock_move",)),
        *service.VERBS,
        reveal_verb(PRODUCT),
    ),
    derive=(derive_stock,),
    guard=guard_of(PRODUCT, check_product),
    main="product",
)
