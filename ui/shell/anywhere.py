"""What opens over whatever is in front: an arrival is logged and a call answered without leaving the page."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from salesdesk.desk import Desk
from ui.kit.page import Page, PageContext

OPENERS = {"intake.save": "ui.pages.orders.intake_dialog", "call.card": "ui.pages.calls.call_dialog"}
"""Verb -> file with `open_anywhere(context, args)`; loaded when first wanted."""


def opens_anywhere(verb: str, desk: Desk, args: Mapping[str, Any] | None = None) -> bool:
    """Whether a verb has a window of its own; one that changes a stored record has not."""
    known = desk.registry.verbs.get(verb)
    return verb in OPENERS and known is not None and desk.settings.seat.may(known) and not (args or {}).get("uid")


def open_over(context: PageContext, verb: str, front: Page | None, args: Mapping[str, Any] | None = None) -> None:
    """Open it; the customer of the record in front is taken along."""
    given = dict(args or {})
    if front is not None and "customer" not in given:
        given["customer"] = customer_of(context.desk, front.current_record())
    importlib.import_module(OPENERS[verb]).open_anywhere(context, given)


def customer_of(desk: Desk, record: tuple[str, str] | None) -> str:
    """The customer a record is about, "" when it is about none."""
    if record is None:
        return ""
    entity, uid = record
    if entity == "customer":
        return uid
    if entity not in desk.registry.entities or "customer" not in desk.entity(entity).by_key:
        return ""
    return str((desk.row(entity, uid) or {}).get("customer") or "")
