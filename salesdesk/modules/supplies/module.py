"""Manifest of the office supplies desk."""

from __future__ import annotations

from salesdesk.modules.supplies.count_model import COUNT, COUNT_LINE, ENTRY, SHEET
from salesdesk.modules.supplies.issue_model import BACK, ISSUE, ISSUE_LINE
from salesdesk.modules.supplies.model import BUDGET, MOVE, OFFER, QUOTA, SUPPLY, VENDOR
from salesdesk.modules.supplies.purchase_model import (
    ARRIVAL,
    ARRIVAL_LINE,
    ORDER,
    ORDER_LINE,
    PLAN,
    PLAN_LINE,
    REQUEST,
    REQUEST_LINE,
)
from salesdesk.modules.supplies.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "supplies",
    "办公用品",
    "notebook",
    85,
    actions="salesdesk.modules.supplies.actions",
    entities=(
        SUPPLY,
        REQUEST,
        REQUEST_LINE,
        PLAN,
        PLAN_LINE,
        ORDER,
        ORDER_LINE,
        ARRIVAL,
        ARRIVAL_LINE,
        ISSUE,
        ISSUE_LINE,
        BACK,
        COUNT,
        COUNT_LINE,
        SHEET,
        ENTRY,
        MOVE,
        VENDOR,
        OFFER,
        QUOTA,
        BUDGET,
    ),
    todos=todos,
    main="supply",
)
