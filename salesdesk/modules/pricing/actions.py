"""What can be done with prices and promotions, and what must hold of them."""

from __future__ import annotations

from salesdesk.modules.pricing import exchange, service, sheet
from salesdesk.modules.pricing.checks import check_line, check_list, check_promotion
from salesdesk.modules.pricing.model import PRICE_LIST, PRICE_LIST_LINE, PROMOTION
from salesdesk.services.module import Actions
from salesdesk.services.records import guard_of, record_verbs
from salesdesk.services.register_io import io_verbs

OWN = {verb.name for verb in service.VERBS}

ACTIONS = Actions(
    verbs=(
        *(v for v in record_verbs(PRICE_LIST, check_list) if v.name not in OWN),
        *(v for v in record_verbs(PRICE_LIST_LINE, check_line) if v.name not in OWN),
        *record_verbs(PROMOTION, check_promotion),
        *io_verbs(PROMOTION, check_promotion),
        *(v for e in (PRICE_LIST, PRICE_LIST_LINE) for v in io_verbs(e) if not v.name.endswith("import")),
        *exchange.VERBS,
        *service.VERBS,
        *sheet.VERBS,
    ),
    guard=guard_of(PRICE_LIST_LINE, check_line),
)
