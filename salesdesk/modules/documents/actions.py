"""What can be done with documents, contracts and seals, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.documents import contracts, destroying, filing, flow, keeping, lending, rules, sheet, templates
from salesdesk.modules.documents.archive_model import DESTRUCTION, LOAN
from salesdesk.modules.documents.contract_model import CONTRACT, SEAL_USE
from salesdesk.modules.documents.derive import derive
from salesdesk.modules.documents.guard import guard
from salesdesk.modules.documents.model import DOCUMENT, NUMBER, RECEIPT
from salesdesk.services.module import Actions
from salesdesk.services.register_io import io_verbs

TAKEN_OUT = (".export", ".print_list")

ACTIONS = Actions(
    verbs=(
        *flow.VERBS,
        *keeping.VERBS,
        *lending.VERBS,
        *destroying.VERBS,
        *contracts.VERBS,
        *templates.VERBS,
        *sheet.VERBS,
        *io_verbs(DOCUMENT, rules.check_document, apply=flow.imported),
        *io_verbs(CONTRACT, contracts.check_contract, apply=contracts.imported),
        *io_verbs(SEAL_USE, contracts.check_seal, apply=contracts.imported_seal),
        *(
            verb
            for one in (RECEIPT, LOAN, DESTRUCTION, NUMBER)
            for verb in io_verbs(one)
            if verb.name.endswith(TAKEN_OUT)
        ),
    ),
    derive=(derive,),
    guard=guard,
    takes_filed=filing.take_filed,
)
