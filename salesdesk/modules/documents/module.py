"""Manifest of the document desk."""

from __future__ import annotations

from salesdesk.modules.documents.archive_model import DESTRUCTION, DESTRUCTION_LINE, LOAN
from salesdesk.modules.documents.contract_model import CONTRACT, CONTRACT_EVENT, SEAL_USE, TEMPLATE
from salesdesk.modules.documents.model import DOCUMENT, FILE, NUMBER, RECEIPT, WORDS
from salesdesk.modules.documents.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "documents",
    "文件",
    "document",
    68,
    actions="salesdesk.modules.documents.actions",
    entities=(
        DOCUMENT,
        RECEIPT,
        LOAN,
        CONTRACT,
        SEAL_USE,
        DESTRUCTION,
        NUMBER,
        TEMPLATE,
        FILE,
        WORDS,
        DESTRUCTION_LINE,
        CONTRACT_EVENT,
    ),
    todos=todos,
    main="document",
)
