"""What can be done with customers, and what must hold of them."""

from __future__ import annotations

from salesdesk.modules.customers import uniting
from salesdesk.modules.customers.checks import check_customer
from salesdesk.modules.customers.likeness import LIKENESS
from salesdesk.modules.customers.model import ADDRESS, CONTACT, CUSTOMER
from salesdesk.services.access import reveal_verb
from salesdesk.services.duplicates import duplicate_verbs
from salesdesk.services.module import Actions
from salesdesk.services.record_merging import merge_verbs
from salesdesk.services.records import guard_of, record_verbs
from salesdesk.services.register_io import io_verbs

CHILDREN = {"contacts": CONTACT, "addresses": ADDRESS}

ACTIONS = Actions(
    verbs=(
        *record_verbs(CUSTOMER, check_customer, children=CHILDREN),
        *io_verbs(CUSTOMER, check_customer),
        *duplicate_verbs(LIKENESS, check_customer, CHILDREN),
        *merge_verbs(uniting.MERGING),
        reveal_verb(CUSTOMER),
    ),
    guard=guard_of(CUSTOMER, check_customer),
    alike=(LIKENESS,),
    merged=uniting.after,
)
