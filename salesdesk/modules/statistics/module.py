"""Manifest of 统计."""

from __future__ import annotations

from salesdesk.modules.statistics.model import FIGURES, GRADE_RULES, MEASURE, REPORT, TARGET
from salesdesk.modules.statistics.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "statistics",
    "统计",
    "chart",
    45,
    actions="salesdesk.modules.statistics.actions",
    entities=(REPORT, FIGURES, MEASURE, TARGET, GRADE_RULES),
    todos=todos,
    main="sales_report",
)
