"""Manifest of 规则与标准: registers only, shown by the generic register page."""

from __future__ import annotations

from salesdesk.modules.standards.model import CITY_TIER, EXPENSE_RULE, REQUIREMENT, STANDARD
from salesdesk.services.module import Module
from salesdesk.services.working_days import HOLIDAY

MODULE = Module(
    "standards",
    "规则与标准",
    "shield",
    82,
    actions="salesdesk.modules.standards.actions",
    entities=(EXPENSE_RULE, STANDARD, CITY_TIER, REQUIREMENT, HOLIDAY),
    main="expense_rule",
)
