"""Manifest of the customer archive."""

from __future__ import annotations

from salesdesk.modules.customers.model import ADDRESS, CONTACT, CUSTOMER
from salesdesk.modules.customers.rules import check_customer
from salesdesk.services.access import reveal_verb
from salesdesk.services.module import Module
from salesdesk.services.records import guard_of, record_verbs
from salesdesk.services.register_io import io_verbs

MODULE = Module(
    "customers",
    "客户档案",
    "people",
    30,
    entities=(CUSTOMER, CONTACT, ADDRESS),
    verbs=(
        *record_verbs(CUSTOMER, check_customer, children={"contacts": CONTACT, "addresses": ADDRESS}),
        *io_verbs(CUSTOMER, check_customer),
        reveal_verb(CUSTOMER),
    ),
    guard=guard_of(CUSTOMER, check_customer),
    main="customer",
)
