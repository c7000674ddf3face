"""Watches the chair: locks when nobody is there or by a key, lets another operator sit down, and knows the menu of the name."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QTimerEvent
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QMenu, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from ui.kit import menus
from ui.kit.theme import theme

_SIGNS = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel)
LOOKS_EVERY_MS = 10_000


class Guard(QObject):
    """Belongs to one window. `sits_down`: uid of whoever the closed window is opened anew for."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window: Any = window
        self._desk = desk
        self.sits_down = ""
        self.leaving = False
        self._locking = False
        self._last = time.monotonic()
        self._looking = 0
        QShortcut(QKeySequence("Ctrl+Alt+L"), window, self.lock_now)
        app = QGuiApplication.instance()
        self._app = app if isinstance(app, QGuiApplication) else None
        if self._app is not None:
            self._app.focusWindowChanged.connect(self._window_changed)
        self.watch()

    # -- nobody there ----------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Begin to look for signs of life, or cease to, as the operator and the settings want it now."""
        wanted = self._minutes() > 0
        if wanted and not self._looking:
            self._looking = self.startTimer(LOOKS_EVERY_MS)
            self._last = time.monotonic()
        elif not wanted and self._looking:
            self.killTimer(self._looking)
            self._looking = 0

    def _minutes(self) -> int:
        person = self._desk.settings.seat.person
        if person is None or not person.password:
            return 0
        return int(self._desk.settings.get("lock.minutes"))

    def _window_changed(self, window: QWindow | None) -> None:
        self._last = time.monotonic()
        if window is not None and self._looking:
            window.installEventFilter(self)  # a window only: the widgets' own events are too many to listen to

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS:
            self._last = time.monotonic()
        return False

    def timerEvent(self, event: QTimerEvent) -> None:
        self.look()

    def look(self, idle: float | None = None) -> None:
        """Lock when nobody was there for the minutes of the settings; idle: seconds, else as watched."""
        minutes = self._minutes()
        idle = time.monotonic() - self._last if idle is None else idle
        if minutes and idle >= minutes * 60:
            self.lock()

    # -- locking ---------------------------------------------------------------------------------------------------

    def lock_now(self) -> None:
        """The key: lock through the door, which says why when there is no password."""
        self._window.ops.run("operator.lock")

    def leave(self) -> None:
        """Close the window without asking: drafts are kept, and somebody else, or nobody, shall see what is here."""
        self.leaving = True
        self._window.close()

    def settle(self, changes: Changes) -> None:
        """Something was done: when it was locking, show the lock; when rights changed, follow them."""
        seat = self._desk.settings.seat
        if "operator" not in changes.touched and not seat.locked:
            return
        self._window.setting_changed("operator.name")
        if seat.locked and not self._locking:
            self.lock()
        else:
            self.watch()

    def lock(self) -> None:
        """Cover everything until the password is shown; what is half typed is put on disk first and stays in place."""
        from ui.shell.login import lock

        if self._locking or not self._window.isVisible():
            return
        self._locking = True
        self._desk.settings.seat.lock()
        self._window.keep_drafts()
        opened = lock(self._window, self._desk)
        self._locking = False
        self._last = time.monotonic()
        if not opened:
            self.leave()

    # -- who sits here ---------------------------------------------------------------------------------------------

    def menu(self, place: QPoint) -> None:
        """The menu of the name at the foot of the strip."""
        made = QMenu(self._window)
        self.fill(made)
        made.exec(place)
        made.deleteLater()

    def fill(self, menu: QMenu) -> None:
        """Its entries."""
        seat = self._desk.settings.seat
        look = theme()
        if seat.people:
            menus.item(menu, "换操作员…", self.change, look.icon("person"))
            if seat.person is not None:
                known = "改我的密码…" if seat.person.password else "设我的密码…"
                menus.item(menu, known, self.set_password, look.icon("lock"))
            if seat.person is not None and seat.person.password:
                menus.item(menu, "锁定\tCtrl+Alt+L", self.lock_now, look.icon("lock"))
            menus.line(menu)
        menus.item(menu, "操作员名单…", self.show_list, look.icon("person_add"))

    def change(self) -> None:
        """Another operator sits down: the window is made anew with his rights; drafts are kept."""
        from ui.shell.login import log_in

        window = self._window
        if window.front is not None and not window.front.can_leave():
            return
        trouble = window.keep_drafts()
        if trouble is not None:
            window.strip.tell_unkept(trouble)
            return
        window.ops.wait()
        before = self._desk.settings.seat.person
        now = self._desk.settings.seat.person if log_in(window, self._desk) else None
        if now is not None and now != before:
            self.sits_down = now.uid
            self.leave()

    def set_password(self) -> None:
        """One's own password."""
        from ui.kit.operators_dialog import ask_password

        person = self._desk.settings.seat.person
        if person is not None:
            ask_password(self._window.context, person.uid, person.name, own=bool(person.password))

    def show_list(self) -> None:
        """The list of operators."""
        from ui.kit.operators_dialog import show_operators

        show_operators(self._window.context)

    def stop(self) -> None:
        """The window closes."""
        if self._app is not None:
            self._app.focusWindowChanged.disconnect(self._window_changed)
        if self._looking:
            self.killTimer(self._looking)
            self._looking = 0
