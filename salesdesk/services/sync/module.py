"""Manifest of syncing: the list of PCs, and the verbs by which a person settles what a merge left."""

from __future__ import annotations

from salesdesk.services.module import Actions, Module
from salesdesk.services.sync import cases
from salesdesk.services.sync.model import CASE_ANSWER, DEVICE

MODULE = Module(
    "sync",
    "同步",
    "sync",
    995,
    entities=(DEVICE, CASE_ANSWER),
    actions=Actions(cases.VERBS, (cases.recount_codes,)),
    todos=cases.todos,
    page=False,
)
