"""Windows that open over any page: a record beside what is typed, the search for twins, a merge; loaded when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.kit.page import OpenWindow, PageContext


def fit_out(context: PageContext) -> None:
    """Give the pages the windows that are made of forms and lists, which themselves need a context."""
    context.beside = _beside
    context.own_windows = OWN_WINDOWS


def _beside(context: PageContext, entity: str, uid: str) -> None:
    from ui.kit.record_dialog import show_record

    show_record(context, entity, uid)


def _duplicates(context: PageContext, entity: str, preset: dict[str, Any]) -> None:
    from ui.kit.duplicates_dialog import open_window

    open_window(context, entity, preset)


def _merge(context: PageContext, entity: str, preset: dict[str, Any]) -> None:
    from ui.kit.merge_dialog import open_window

    open_window(context, entity, preset)


OWN_WINDOWS: Mapping[str, OpenWindow] = {"duplicates": _duplicates, "merge": _merge}
