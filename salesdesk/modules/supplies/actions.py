"""What can be done with office supplies, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.supplies import (
    arriving,
    checks,
    counting,
    issuing,
    ordering,
    planning,
    requesting,
    service,
    sheet,
    usage,
)
from salesdesk.modules.supplies.derive import derive
from salesdesk.modules.supplies.issue_model import ISSUE
from salesdesk.modules.supplies.ledger import guard
from salesdesk.modules.supplies.model import BUDGET, MOVE, OFFER, QUOTA, SUPPLY, VENDOR
from salesdesk.modules.supplies.purchase_model import ARRIVAL, ORDER, REQUEST
from salesdesk.modules.supplies.together import review
from salesdesk.services.access import reveal_verb
from salesdesk.services.module import Actions
from salesdesk.services.records import record_verbs
from salesdesk.services.register_io import io_verbs

ACTIONS = Actions(
    verbs=(
        *record_verbs(SUPPLY, checks.check_supply),
        *io_verbs(SUPPLY, checks.check_supply, (service.STOCK,), service.apply_stock, ("supply_move",)),
        *requesting.VERBS,
        *planning.VERBS,
        *ordering.VERBS,
        *arriving.VERBS,
        *issuing.VERBS,
        *counting.VERBS,
        *service.VERBS,
        *usage.VERBS,
        *sheet.VERBS,
        *record_verbs(VENDOR, checks.check_vendor),
        reveal_verb(VENDOR),
        *record_verbs(OFFER, checks.check_offer),
        *record_verbs(QUOTA, checks.check_quota),
        *record_verbs(BUDGET, checks.check_budget),
        *io_verbs(OFFER, checks.check_offer),
        *io_verbs(QUOTA, checks.check_quota),
        *(
            verb
            for one in (REQUEST, ORDER, ARRIVAL, ISSUE, MOVE)
            for verb in io_verbs(one)
            if verb.name.endswith((".export", ".print_list"))
        ),
    ),
    derive=(derive,),
    guard=guard,
    review=review,
)
