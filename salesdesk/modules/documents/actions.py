"""What can be done with documents, contracts and seals, and what follows from it."""

from __future__ import annotations

from salesdesk.modules.documents import (
    bringing,
    contracts,
    destroying,
    filing,
    flow,
    keeping,
    lending,
    queries,
    rules,
    sheet,
    templates,
)
from salesdesk.modules.documents.archive_model import DESTRUCTION, LOAN
from salesdesk.modules.documents.contract_model import CONTRACT, SEAL_USE
from salesdesk.modules.documents.derive import derive
from salesdesk.modules.documents.guard import guard, review
from salesdesk.modules.documents.model import DOCUMENT, NUMBER, RECEIPT
from salesdesk.services.module import Actions, Quiet
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
        *io_verbs(
            DOCUMENT,
            rules.check_document,
            bringing.BROUGHT,
            bringing.imported,
            ("document_number",),
            (("number",), ("sender", "outer_number"), ("kind", "title", "sender", "day")),
        ),
        *io_verbs(
            CONTRACT,
            contracts.check_contract,
            apply=contracts.imported,
            same=(("code",), ("title", "party", "signed_on")),
        ),
        *io_verbs(
            SEAL_USE,
            contracts.check_seal,
            apply=contracts.imported_seal,
            same=(("day", "seal", "paper", "applicant"),),
        ),
        *(
            verb
            for one in (RECEIPT, LOAN, DESTRUCTION, NUMBER)
            for verb in io_verbs(one)
            if verb.name.endswith(TAKEN_OUT)
        ),
    ),
    derive=(derive,),
    guard=guard,
    review=review,
    takes_filed=filing.take_filed,
    quiet=Quiet("document.read_texts", queries.unread_texts),
)
