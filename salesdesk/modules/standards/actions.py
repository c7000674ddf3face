"""What can be done with rules and standards."""

from __future__ import annotations

from salesdesk.modules.standards import book, service
from salesdesk.modules.standards.checks import check_standard
from salesdesk.modules.standards.model import CITY_TIER, EXPENSE_RULE, REQUIREMENT, STANDARD
from salesdesk.services.module import Actions
from salesdesk.services.records import record_verbs
from salesdesk.services.register_io import io_verbs
from salesdesk.services.roles import Role
from salesdesk.services.working_days import HOLIDAY

_OWN = {verb.name for verb in service.VERBS}

_MANAGED = ("save", "void", "restore", "import")
"""What only the 主管 does with standards, tiers and required papers."""

ACTIONS = Actions(
    verbs=(
        *book.VERBS,
        *(v for v in io_verbs(EXPENSE_RULE) if not v.name.endswith("import")),
        *(
            v._replace(role=Role.MANAGER) if v.name.rpartition(".")[2] in _MANAGED else v
            for v in (
                *record_verbs(STANDARD, check_standard),
                *io_verbs(STANDARD, check_standard, apply=service.take_imported),
                *(verb for entity in (CITY_TIER, REQUIREMENT) for verb in (*record_verbs(entity), *io_verbs(entity))),
            )
            if v.name not in _OWN
        ),
        *record_verbs(HOLIDAY),
        *io_verbs(HOLIDAY),
        *service.VERBS,
    ),
)
