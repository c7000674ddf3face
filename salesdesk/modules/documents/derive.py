"""Recomputes what follows from versions, loans, performance and numbers: files, who has it, what was performed, what is in use."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.modules.documents import texts
from salesdesk.persistence.reading import AMONG
from salesdesk.persistence.work import Work


def derive(work: Work, changes: Changes) -> None:
    """The derived columns of every document and contract this operation concerns."""
    documents = set(changes.of("document"))
    files = work.pointed_at(changes, "document_file", "document") | documents
    loans = work.pointed_at(changes, "document_loan", "document") | documents
    contracts = work.pointed_at(changes, "contract_event", "contract") | set(changes.of("contract"))
    if files:
        work.execute(
            "UPDATE document SET files = (SELECT count(*) FROM document_file f WHERE f.document = document.uid AND f.void = 0)"
            f" WHERE uid {AMONG}",
            (json.dumps(sorted(files)),),
        )
        texts.refresh(work, sorted(files))
    if loans:
        work.execute(
            "UPDATE document SET lent_to = (SELECT l.borrower FROM document_loan l WHERE l.document = document.uid"
            f" AND l.state = 'lent' AND l.void = 0 ORDER BY l.rowid DESC LIMIT 1) WHERE uid {AMONG}",
            (json.dumps(sorted(loans)),),
        )
    if contracts:
        live = "FROM contract_event e WHERE e.contract = contract.uid AND e.void = 0"
        work.execute(
            f"UPDATE contract SET performed = (SELECT coalesce(sum(e.amount), 0) {live} AND e.kind = 'performance'),"
            f" breaches = (SELECT count(*) {live} AND e.kind = 'breach' AND e.settled_on IS NULL) WHERE uid {AMONG}",
            (json.dumps(sorted(contracts)),),
        )
    if documents or changes.of("document_number"):
        work.execute(
            "UPDATE document_number SET standing = CASE WHEN void = 0 AND EXISTS (SELECT 1 FROM document d WHERE d.void = 0"
            " AND d.uid = document_number.document AND d.number = document_number.number) THEN 'used' ELSE 'void' END"
            f" WHERE uid {AMONG} OR document {AMONG}",
            (json.dumps(sorted(changes.of("document_number"))), json.dumps(sorted(documents))),
        )
