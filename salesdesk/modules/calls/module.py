"""Manifest of 客户来电."""

from __future__ import annotations

from salesdesk.modules.calls import service
from salesdesk.modules.calls.model import CALL
from salesdesk.modules.calls.todos import todos
from salesdesk.services.module import Module

MODULE = Module("calls", "客户来电", "phone", 26, entities=(CALL,), verbs=service.VERBS, todos=todos, main="call")
