"""Starts the window: letters and colours, Qt's own words in Chinese, the safety net, the data, and then the first page."""

from __future__ import annotations

import logging
import logging.handlers
import os
from pathlib import Path

from PySide6.QtCore import QTimer

from salesdesk import paths
from salesdesk.desk import Desk, open_desk
from salesdesk.domain.errors import EnvironmentFault
from ui.kit.dialogs import Question
from ui.kit.garbage import Sweeper
from ui.kit.theme import theme
from ui.shell.application import application
from ui.shell.crash import CrashCatcher
from ui.shell.greeting import greet
from ui.shell.window import Window

log = logging.getLogger(__name__)

KEPT_LOGS = 5
LOG_BYTES = 1_000_000


def main(folder: Path) -> int:
    """Show the window on a data folder until it is closed: 0, or 3 when the data could not be opened."""
    write_log(folder)
    app = application()
    catcher = CrashCatcher(paths.logs(folder))
    catcher.install()
    try:
        theme().apply(app)
        desk = open_data(folder)
        if desk is None:
            return 3
        try:
            theme().apply(app, str(desk.settings.get("ui.theme")))
            window = Window(desk)
            catcher.watch(window)
            window.crashed.connect(catcher.report)
            sweeper = Sweeper(window)
            window.show()
            first = Greeter(window, desk)
            QTimer.singleShot(0, first.greet)
            code = app.exec()
            sweeper.stop()
            return code
        finally:
            desk.close()
    finally:
        catcher.remove()


def write_log(folder: Path) -> None:
    """Keep a few log files in the data folder; a folder that cannot be written is told later, by opening the data."""
    target = paths.logs(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        keeper = logging.handlers.RotatingFileHandler(
            target / "window.log", maxBytes=LOG_BYTES, backupCount=KEPT_LOGS, encoding="utf-8", delay=True
        )
    except OSError:
        return
    keeper.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(keeper)
    root.setLevel(min(root.level or logging.INFO, logging.INFO))
    log.info("started on %s (process %s)", folder, os.getpid())


def open_data(folder: Path) -> Desk | None:
    """Open the data, asking again as long as the clerk wants to try; None when he gives up."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return open_desk(folder)
        except EnvironmentFault as fault:
            message, cure = fault.message, fault.cure
        except OSError as error:
            message, cure = f"数据文件夹 {folder} 打不开：{error.strerror or error}", "请看文件夹还在不在、有没有权限"
        log.warning("data not opened: %s", message)
        if not NotOpened(message, cure, folder).exec():
            return None


class NotOpened(Question):
    """The data could not be opened: why, what to do, and another try."""

    def __init__(self, message: str, cure: str, folder: Path) -> None:
        super().__init__(None, "数据打不开", f"数据文件夹：{folder}", "再试一次", 560)
        self.banner.say("err", f"{message}。\n{cure}" if cure else message)
        self.no.setText("退出")


class Greeter:
    """Asks for company and operator once the window stands."""

    def __init__(self, window: Window, desk: Desk) -> None:
        self._window, self._desk = window, desk

    def greet(self) -> None:
        """Ask when something is unknown."""
        greet(self._window, self._desk)
