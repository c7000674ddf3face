"""Keeps the pages: each is made when it is first wanted, lives once, and hears of every change; and the room they have."""

from __future__ import annotations

import importlib
import importlib.util
from contextlib import ExitStack
from typing import Any, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from salesdesk.services.module import Module
from ui.kit.page import Page, PageContext, PageMaker, RegisterMaker
from ui.kit.widgets import EmptyState

FRAME_PAGES = {"settings": "ui.shell.settings_page", "sync": "ui.pages.sync.page", "merges": "ui.pages.sync.merges"}
"""Pages that belong to no subject of the navigation: the file with `make(context)`."""


class Pages(QStackedWidget):
    """The place where the page in front is shown. need_changed: it may want another height than before."""

    need_changed = Signal()

    def __init__(self, context: PageContext, modules: list[Module]) -> None:
        super().__init__()
        self._context = context
        self._modules = {m.key: m for m in modules}
        self.made: dict[str, Page] = {}

    def page(self, key: str) -> Page:
        """The page of a key, made now if it was never wanted before."""
        found = self.made.get(key)
        if found is None:
            own = FRAME_PAGES.get(key)
            found = make_own(self._context, own) if own else make_page(self._context, self._modules[key])
            found.key = found.key or key
            self.made[key] = found
            self.addWidget(found)
        return found

    def keep_drafts(self) -> None:
        """Put everything half typed on disk, in dialogs too; what goes wrong with one is raised after the others are safe."""
        from ui.kit.form import RecordForm

        forms: Any = self.window().findChildren(RecordForm)
        with ExitStack() as every:
            for form in forms:
                every.callback(form.keeper.keep)
            for page in self.made.values():
                every.callback(page.keep_draft)

    @property
    def front(self) -> Page | None:
        """The page that is shown."""
        return cast("Page | None", self.currentWidget())

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.need_changed.emit()
        return done


class PageRoom(QScrollArea):
    """The part of the window the pages have; in a window too low for the page in front, that scrolls instead of being cut."""

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self._pages = pages
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewport(QWidget())  # one that Qt made is only known after a look through all classes of widgets
        self.setWidget(pages)
        for ground in (self.viewport(), pages):
            ground.setAutoFillBackground(False)
        pages.need_changed.connect(self._fit)
        pages.currentChanged.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The page is as wide as the room, and as high unless it cannot do with so little."""
        front, room = self._pages.front, self.maximumViewportSize()
        need = front.minimumSizeHint().height() if front is not None else 0
        bar = self.verticalScrollBar().sizeHint().width() if need > room.height() else 0
        self._pages.resize(room.width() - bar, max(room.height(), need))


def make_page(context: PageContext, module: Module) -> Page:
    """The module's own page, else the register page, else a word that there is nothing yet."""
    place = f"ui.pages.{module.key}"
    if importlib.util.find_spec(place) is not None and importlib.util.find_spec(f"{place}.page") is not None:
        maker: PageMaker = importlib.import_module(f"{place}.page").make
        return maker(context)
    if module.main and importlib.util.find_spec("ui.kit.register_page") is not None:
        register: RegisterMaker = importlib.import_module("ui.kit.register_page").RegisterPage
        return register(context, module)
    page = Page(context)
    page.key, page.title = module.key, module.title
    page.column.addWidget(EmptyState(module.icon, module.title, "这一页还没有内容。按 Ctrl+K 可以直接搜记录和动作。"))
    return page


def make_own(context: PageContext, place: str) -> Page:
    """A page that belongs to the frame, not to a module."""
    maker: PageMaker = importlib.import_module(place).make
    return maker(context)
