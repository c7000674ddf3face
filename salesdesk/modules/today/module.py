"""Manifest of 今日: what wants doing in every subject, and 临时任务, which belong to no other."""

from __future__ import annotations

from salesdesk.modules.today.model import TASK
from salesdesk.modules.today.tasks import todos
from salesdesk.services.module import Module

MODULE = Module(
    "today",
    "今日",
    "home",
    10,
    actions="salesdesk.modules.today.actions",
    entities=(TASK,),
    todos=todos,
)
