"""What can be done with reports, measures and targets, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.statistics import (
    loyalty_service,
    measure_service,
    outputs,
    report_service,
    sheet,
    target_split,
    targets,
)
from salesdesk.modules.statistics.keeping import derive_reports
from salesdesk.modules.statistics.summary import check_pieces, derive_pieces
from salesdesk.services.module import Actions

ACTIONS = Actions(
    verbs=(
        *report_service.VERBS,
        *outputs.VERBS,
        *sheet.VERBS,
        *measure_service.VERBS,
        *targets.VERBS,
        *target_split.VERBS,
        *loyalty_service.VERBS,
    ),
    derive=(derive_pieces, derive_reports),
    verify=check_pieces,
)
