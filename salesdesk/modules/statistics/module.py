"""Manifest of 统计."""

from __future__ import annotations

from salesdesk.modules.statistics import loyalty_service, measure_service, outputs, report_service, sheet, targets
from salesdesk.modules.statistics.keeping import derive_reports
from salesdesk.modules.statistics.model import FIGURES, GRADE_RULES, MEASURE, REPORT, TARGET
from salesdesk.modules.statistics.summary import check_pieces, derive_pieces
from salesdesk.modules.statistics.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "statistics",
    "统计",
    "chart",
    45,
    entities=(REPORT, FIGURES, MEASURE, TARGET, GRADE_RULES),
    verbs=(
        *report_service.VERBS,
        *outputs.VERBS,
        *sheet.VERBS,
        *measure_service.VERBS,
        *targets.VERBS,
        *loyalty_service.VERBS,
    ),
    derive=(derive_pieces, derive_reports),
    todos=todos,
    verify=check_pieces,
    main="sales_report",
)
