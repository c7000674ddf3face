"""After a run that did not come to its end: what was half typed then is offered at once, wherever it belongs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from salesdesk.services.drafts import SavedDraft

if TYPE_CHECKING:
    from ui.shell.window import Window


def offer(window: Window) -> None:
    """Say that the last run ended badly, and take the clerk to the form he had in hand."""
    window.ops.read(window.desk.drafts.all, partial(_tell, window), token="unfinished")


def _tell(window: Window, found: list[SavedDraft]) -> None:
    kept = next((one for one in found if one.entity in window.desk.registry.entities), None)
    if kept is None:
        return
    title = window.desk.entity(kept.entity).title
    more = f"，另有 {len(found) - 1} 份" if len(found) > 1 else ""
    at = kept.saved_at[5:16].replace("T", " ")
    told = f"上次程序没有正常退出。填了一半的{title}「{kept.title}」还在，停在 {at}{more}。"
    window.banner.say("warn", told, (("接着填", partial(_resume, window, kept)), ("以后再说", window.banner.hide)))


def _resume(window: Window, kept: SavedDraft) -> None:
    """The page of the form, and the form as it was typed."""
    window.banner.hide()
    window.show_place(kept.entity)
    if window.front is not None:
        window.front.resume(kept)
