"""Manifest of the customer archive."""

from __future__ import annotations

from salesdesk.modules.customers.model import ADDRESS, CONTACT, CUSTOMER
from salesdesk.services.module import Module

MODULE = Module(
    "customers",
    "客户档案",
    "people",
    30,
    actions="salesdesk.modules.customers.actions",
    entities=(CUSTOMER, CONTACT, ADDRESS),
    main="customer",
)
