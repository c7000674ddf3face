"""What a page is, and what the frame around it offers: the desk, doing verbs, going elsewhere, telling the clerk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import summary
from salesdesk.services.module import Module
from salesdesk.services.roles import Role
from ui.kit.ops import Ops

if TYPE_CHECKING:
    from salesdesk.services.drafts import SavedDraft
    from ui.kit.syncer import Syncer

OWN_PAGES = {"sync.settle": "merges"}
"""Verbs that are done on a page of their own, which is shown with what is known so far."""
OpenWindow = Callable[["PageContext", str, dict[str, Any]], object]
"""(context, entity, preset): opens a window of its own for an action of any register."""


class PageContext(QObject):
    """What a page may use of the world around it; the shell fills it in, a test makes a plain one.

    beside: shows one record over what is being typed. own_windows: actions of any register done in a window of their own.
    """

    navigated = Signal(object)  # (page key, uid, action, args)
    told = Signal(object)  # (text, undo, tone)
    syncer_made = Signal(object)

    def __init__(self, desk: Desk, ops: Ops, window: QWidget | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.ops = ops
        self.window = window
        self.beside: Callable[[PageContext, str, str], object] | None = None
        self.own_windows: Mapping[str, OpenWindow] = {}

    @cached_property
    def syncer(self) -> Syncer:
        """What works with the share beside the window; made when syncing is first wanted."""
        from ui.kit.syncer import Syncer

        made = Syncer(self.desk, self)
        self.syncer_made.emit(made)
        return made

    def may(self, verb: str) -> bool:
        """Whether there is such a verb and the operator's role allows it."""
        known = self.desk.registry.verbs.get(verb)
        return known is not None and self.desk.settings.seat.may(known)

    def allows(self, what: str, least: Role = Role.MANAGER) -> bool:
        """Whether the operator's role is enough for what is no verb, such as taking a PC out; else he is told why not."""
        try:
            self.desk.settings.seat.asked(what, least)
        except Refused as refused:
            self.toast(summary(refused.problems), tone="err")
            return False
        return True

    def show_record(self, entity: str, uid: str) -> None:
        """Show one record on the page that keeps its kind."""
        self.navigate(entity, uid)

    def navigate(self, page_key: str, uid: str = "", action: str = "", args: Mapping[str, Any] | None = None) -> None:
        """Show another page, there a record, there an action (for example "new"). Keys are module keys; "settings" too.

        `page_key` may also be an entity key: the page that shows this kind of record is found.
        """
        self.navigated.emit((page_key, uid, action, dict(args or {})))

    def show_beside(self, entity: str, uid: str) -> None:
        """Show one record over what is being typed, which stays as it is."""
        if self.beside is not None:
            self.beside(self, entity, uid)

    def toast(self, text: str, undo: bool = False, tone: str = "") -> None:
        """Say something in passing at the foot of the window, with 撤销 when `undo`."""
        self.told.emit((text, undo, tone))

    def ask(self, verb: str, preset: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Ask for a verb's parameters in a dialog made from its declaration; None when given up."""
        from ui.kit.messages import ask_params

        return ask_params(self, verb, preset)

    def perform(
        self,
        verb: str,
        preset: Mapping[str, Any] | None = None,
        done: Callable[[Any], object] | None = None,
        busy: Any = None,
    ) -> None:
        """Ask for what is missing, then do it: what a plain verb button is connected to."""
        if verb in OWN_PAGES:
            self.navigate(OWN_PAGES[verb], action="show", args=preset)
            return
        entity, _, action = verb.rpartition(".")
        if action in self.own_windows:
            self.own_windows[action](self, entity, dict(preset or {}))
            return
        args = self.ask(verb, preset)
        if args is not None:
            self.ops.run(verb, args, done=done, busy=busy)


class Page(QWidget):
    """Base of all pages. A page lives once and is refreshed, never rebuilt; it starts reading in `on_shown`.

    key and title: of the module. `refresh(changes)` comes after every commit, also while the page is hidden: remember
    that something is stale and read when shown.
    """

    key = ""
    title = ""

    badge_changed = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.desk = context.desk
        self.ops = context.ops
        self.setObjectName("page")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 14, 24, 14)
        self.column.setSpacing(12)

    def on_shown(self) -> None:
        """The page came to the front."""

    def refresh(self, changes: Changes) -> None:
        """Something was committed anywhere; reread what it touches."""

    def open_record(self, entity: str, uid: str) -> None:
        """Show one record."""

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """Do something named, asked for by another page or the palette: "new" (args may name an `entity`), a verb's name …"""

    def can_leave(self) -> bool:
        """Whether the clerk may go elsewhere now; a page that must keep him says why itself and answers False."""
        return True

    def undo(self) -> bool:
        """Take back a step of an editor of its own; False lets the window undo the last operation."""
        return False

    def redo(self) -> bool:
        """Bring back a step of an editor of its own; False lets the window redo."""
        return False

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """(keys, what they do) of this page, for its foot line and the F1 sheet."""
        return ()

    def current_record(self) -> tuple[str, str] | None:
        """(entity, uid) of the record in front of the clerk, for the palette's actions; None when there is none."""
        return None

    def keep_draft(self) -> None:
        """Put what is half typed on disk now: the window is closing, or something went wrong."""

    def resume(self, kept: SavedDraft) -> None:
        """Go on with a form a crash left behind; a page that only offers it says so by itself when it is shown."""

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """(name, how to get there) of states worth a picture besides the first sight of the page."""
        return ()


class PageMaker(Protocol):
    """`make(context)` of ui/pages/<key>/page.py."""

    def __call__(self, context: PageContext) -> Page: ...


class RegisterMaker(Protocol):
    """`RegisterPage(context, module)` of ui/kit/register_page.py, for modules without a page of their own."""

    def __call__(self, context: PageContext, module: Module) -> Page: ...
