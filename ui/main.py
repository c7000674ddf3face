"""Starts the window: letters and colours, Qt's own words in Chinese, the safety net, the data, and then the first page."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from salesdesk import paths
from salesdesk.desk import Desk, open_desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.log_file import logging_to
from ui.kit.garbage import Sweeper
from ui.kit.theme import theme
from ui.shell.application import application
from ui.shell.crash import CrashCatcher
from ui.shell.window import Window

log = logging.getLogger(__name__)

LOG_FILE = "window.log"


def main(folder: Path, opened: Future[Desk] | None = None) -> int:
    """Show the window on a data folder until it is closed: 0, or 3 when the data could not be opened.

    opened: the data, where somebody began to open it already.
    """
    app = application()
    catcher = CrashCatcher(paths.logs(folder))
    catcher.install()
    with logging_to(folder, LOG_FILE):
        log.info("started on %s (process %s)", folder, os.getpid())
        try:
            return show(app, folder, catcher, opened)
        finally:
            catcher.remove()


def show(app: QApplication, folder: Path, catcher: CrashCatcher, opened: Future[Desk] | None = None) -> int:
    """The data, the window on it, and Qt's own loop until it is closed; once more when the window only wanted the data closed."""
    told: tuple[str, str] = ("", "")
    while True:
        theme().apply(app, bare=True)
        desk = open_data(app, folder, opened)
        opened = None
        if desk is None:
            return 3
        try:
            code, afterwards = one_window(app, desk, catcher, told)
        finally:
            desk.close()
        if afterwards is None:
            return code
        told = done_between(afterwards, folder)


def one_window(
    app: QApplication, desk: Desk, catcher: CrashCatcher, told: tuple[str, str]
) -> tuple[int, Callable[[Path], str] | None]:
    """A window until it is closed: Qt's code, and what shall be done with the closed data before the next one."""
    look = str(desk.settings.get("ui.theme"))
    theme().apply(app, look, bare=True)
    window = Window(desk)
    theme().apply(app, look)
    catcher.watch(window)
    window.crashed.connect(catcher.report)
    sweeper = Sweeper(window)
    window.show()
    tone, words = told
    if words:
        window.banner.say(tone, words)
    first = Greeter(window, desk)
    QTimer.singleShot(0, first.greet)
    code = app.exec()
    sweeper.stop()
    return code, window.afterwards


def done_between(act: Callable[[Path], str], folder: Path) -> tuple[str, str]:
    """Do something with the closed data folder; tone and words for the next window."""
    try:
        return "ok", act(folder)
    except (EnvironmentFault, Refused) as fault:
        log.warning("not done between two windows: %s", fault)
        return "err", str(fault)


def open_data(app: QApplication, folder: Path, opened: Future[Desk] | None = None) -> Desk | None:
    """Open the data, asking again as long as the clerk wants to try; None when he gives up."""
    while True:
        try:
            if opened is not None:
                return opened.result()
            folder.mkdir(parents=True, exist_ok=True)
            return open_desk(folder)
        except EnvironmentFault as fault:
            message, cure = fault.message, fault.cure
        except OSError as error:
            message, cure = f"数据文件夹 {folder} 打不开：{error.strerror or error}", "请看文件夹还在不在、有没有权限"
        opened = None  # another try is another opening
        log.warning("data not opened: %s", message)
        from ui.shell.not_opened import NotOpened

        theme().apply(app)
        if not NotOpened(message, cure, folder).exec():
            return None


class Greeter:
    """Once the window stands: copies are made from now on, and who is not known yet is asked for company and operator."""

    def __init__(self, window: Window, desk: Desk) -> None:
        self._window, self._desk = window, desk

    def greet(self) -> None:
        """Ask when something is unknown."""
        self._desk.keep_backups()
        if not self._desk.settings.introduced:
            from ui.shell.greeting import greet

            greet(self._window, self._desk)
