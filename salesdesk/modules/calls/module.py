"""Manifest of 客户来电."""

from __future__ import annotations

from salesdesk.modules.calls.model import CALL
from salesdesk.modules.calls.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "calls",
    "客户来电",
    "phone",
    26,
    actions="salesdesk.modules.calls.actions",
    entities=(CALL,),
    todos=todos,
    main="call",
)
