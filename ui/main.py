"""Starts the window: letters and colours, Qt's own words in Chinese, the safety net, the data, and then the first page."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from salesdesk import paths
from salesdesk.desk import Desk, open_desk
from salesdesk.domain.errors import EnvironmentFault, system_reason
from salesdesk.log_file import logging_to
from ui.kit.garbage import Sweeper
from ui.kit.theme import theme
from ui.shell.application import application, start_in_documents
from ui.shell.crash import CrashCatcher, LastRun
from ui.shell.holding import Holding
from ui.shell.window import Window

if TYPE_CHECKING:
    from ui.shell.joining import Told

log = logging.getLogger(__name__)

LOG_FILE = paths.LOG_FILES[0]
LOAD_AFTER_MS = 1_500
"""By then the first page stands. The code behind the verbs, which no start waits for, is there before it is wanted."""


def main(folder: Path, opened: Future[Desk] | None = None, minimized: bool = False) -> int:
    """Show the window on a data folder until it is closed: 0, or 3 when the data could not be opened.

    opened: the data, where somebody began to open it already. minimized: at first only in the task bar.
    """
    app = application()
    start_in_documents()
    holding = Holding(app)
    if not settle(app, holding, folder, minimized):
        give_back(opened)
        return 0
    catcher = CrashCatcher(paths.logs(folder))
    catcher.install()
    with logging_to(folder, LOG_FILE), contextlib.ExitStack() as logs:
        log.info("started on %s (process %s)", folder, os.getpid())
        try:
            return show(app, folder, catcher, holding, logs, opened, minimized)
        except Exception as error:
            theme().apply(app)
            catcher.end(error)
            return 1
        finally:
            catcher.remove()
            holding.let_go()


def show(
    app: QApplication,
    folder: Path,
    catcher: CrashCatcher,
    holding: Holding,
    logs: contextlib.ExitStack,
    opened: Future[Desk] | None = None,
    minimized: bool = False,
) -> int:
    """The data, the window on it, and Qt's own loop until it is closed. logs: of every further folder a window opens on."""
    logged = {folder}
    theme().apply(app, bare=True)
    told: Told | None = None
    sits = ""
    while True:
        desk = open_data(app, folder, opened)
        if desk is None:
            return 3
        try:
            if not let_in(app, desk, sits):
                return 0
            look = str(desk.settings.get("ui.theme"))
            theme().apply(app, look, bare=True)
            desk.keep_backups()  # before the pages read, so that the window does not wait for them
            window = Window(desk)
            theme().apply(app, look)
            catcher.watch(window)
            window.crashed.connect(catcher.report)
            sweeper = Sweeper(window)
            window.showMinimized() if minimized else window.show()
            first = Greeter(window, desk, told)
            QTimer.singleShot(0, first.greet)
            code = app.exec()
            sweeper.stop()
            if code == 0:
                LastRun(folder).end()
        finally:
            desk.close()
        opened, sits, minimized = None, window.guard.sits_down, False
        if window.wish is not None:
            told = _take_over(folder, window.wish)
            folder = getattr(window.wish, "folder", folder)
        elif not sits:
            return code
        if not settle(app, holding, folder):
            return code
        if folder not in logged:
            logged.add(folder)
            logs.enter_context(logging_to(folder, LOG_FILE))
            log.info("another folder: %s", folder)


def settle(app: QApplication, holding: Holding, folder: Path, minimized: bool = False) -> bool:
    """Hold a folder for this window; False when another window has it open, which then was called forward."""
    if holding.take(folder):
        return True
    from ui.shell.already_open import wait_for

    theme().apply(app)
    return wait_for(holding, folder, silent=minimized)


def give_back(opened: Future[Desk] | None) -> None:
    """Close data that somebody began to open and nobody is going to show."""
    if opened is not None:
        with contextlib.suppress(EnvironmentFault, OSError):
            opened.result().close()


def _take_over(folder: Path, wish: Any) -> Told | None:
    """The window was closed to be opened anew on other data: a copy that is put back, or what other PCs have."""
    if hasattr(wish, "restore"):
        from ui.shell.between import Unattended

        doing = getattr(wish, "doing", "")
        told: Told = Unattended(doing, partial(wish.restore, folder)).run() if doing else wish.restore(folder)
        return told
    from ui.shell.joining import take_over

    return take_over(folder, wish)


def let_in(app: QApplication, desk: Desk, sits: str) -> bool:
    """Where passwords are set, ask who sits down; False when nobody does. sits: uid of whoever just showed his password."""
    desk.settings.seat.trust(sits)
    if not desk.settings.seat.locked:
        return True
    from ui.shell.login import log_in

    theme().apply(app, str(desk.settings.get("ui.theme")))
    return log_in(None, desk)


def open_data(app: QApplication, folder: Path, opened: Future[Desk] | None = None) -> Desk | None:
    """Open the data, asking again as long as the clerk wants to try; None when he gives up."""
    while True:
        try:
            if opened is not None:
                return opened.result()
            folder.mkdir(parents=True, exist_ok=True)
            return open_desk(folder)
        except EnvironmentFault as caught:
            fault = caught
        except OSError as error:
            message = f"数据文件夹 {folder} 打不开：{system_reason(error)}"
            fault = EnvironmentFault(message, "请看文件夹还在不在、有没有权限")
        opened = None  # another try is another opening
        log.warning("data not opened: %s", fault.message)
        from ui.shell.not_opened import not_opened

        theme().apply(app)
        if not not_opened(fault, folder).exec():
            return None


class Greeter:
    """Once the window stands: the code behind the verbs is loaded, and who is not known yet is asked for company and operator."""

    def __init__(self, window: Window, desk: Desk, told: Told | None = None) -> None:
        self._window, self._desk, self._told = window, desk, told

    def greet(self) -> None:
        """Go on with what led to this window, ask when something is unknown, offer what a bad end left behind."""
        last, settings = LastRun(self._desk.folder), self._desk.settings
        last.begin()
        QTimer.singleShot(LOAD_AFTER_MS, self.load)
        if self._told is not None:
            self._told.tell(self._window)
        if not settings.introduced or (settings.get("first.visiting") and self._told is None):
            from ui.shell.first_start import greet

            greet(self._window)
        elif not last.ended_well and self._told is None:
            from ui.shell.unfinished import offer

            offer(self._window)

    def load(self) -> None:
        """Load the code behind the verbs beside the window; whoever wants one sooner loads it himself."""
        threading.Thread(target=lambda: self._desk.registry.verbs, name="salesdesk-loading", daemon=True).start()
