"""Manifest of the follow-up: feedback, promises, problems."""

from __future__ import annotations

from salesdesk.modules.progress.model import LINE_FEEDBACK, LINE_PROMISE
from salesdesk.modules.progress.problem_model import ORDER_PROBLEM
from salesdesk.modules.progress.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "progress",
    "跟进",
    "flag",
    25,
    actions="salesdesk.modules.progress.actions",
    entities=(LINE_FEEDBACK, LINE_PROMISE, ORDER_PROBLEM),
    todos=todos,
    main="order_problem",
)
