"""Manifest of 漏单检测 and 处理及时率."""

from __future__ import annotations

from salesdesk.modules.omissions.model import ANSWER
from salesdesk.modules.omissions.todos import todos
from salesdesk.services.module import Module

MODULE = Module(
    "omissions",
    "漏单检测",
    "scan",
    25,
    actions="salesdesk.modules.omissions.actions",
    entities=(ANSWER,),
    todos=todos,
    main="omission_answer",
)
