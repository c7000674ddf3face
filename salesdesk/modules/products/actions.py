"""What can be done with products and their stock, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.products import service
from salesdesk.modules.products.model import CATEGORY, PRODUCT
from salesdesk.modules.products.rules import check_category, check_product, derive_stock
from salesdesk.modules.products.stock_in import STOCK, apply_stock
from salesdesk.modules.products.twins import review
from salesdesk.services.access import reveal_verb
from salesdesk.services.module import Actions
from salesdesk.services.records import guard_of, record_verbs
from salesdesk.services.register_io import io_verbs

ACTIONS = Actions(
    verbs=(
        *record_verbs(CATEGORY, check_category),
        *record_verbs(PRODUCT, check_product),
        *io_verbs(PRODUCT, check_product, (STOCK,), apply_stock, ("stock_move",)),
        *service.VERBS,
        reveal_verb(PRODUCT),
    ),
    derive=(derive_stock,),
    review=review,
    guard=guard_of(PRODUCT, check_product),
)
