"""Another window has the data folder open: it is called forward, and where it does not come, it is said why."""

from __future__ import annotations

import logging
import os
import socket
from pathlib import Path

from salesdesk.domain.errors import system_reason
from ui.kit.dialogs import Question
from ui.kit.widgets import button
from ui.shell.holding import Holding, call_forward, holder, lock_file, session_of

log = logging.getLogger(__name__)


def elsewhere(host: str) -> bool:
    """Whether a folder is held by another PC."""
    return bool(host) and host.casefold() != socket.gethostname().casefold()


def of_somebody_else(process: int) -> bool:
    """Whether the window of a process stands on the screen of another person logged in to this PC, where nobody here sees it."""
    theirs = session_of(process)
    return theirs is not None and theirs != session_of(os.getpid())


class AlreadyOpen(Question):
    """The folder is open in a window that does not come forward, or on another PC: why not here, and another try."""

    def __init__(self, folder: Path) -> None:
        super().__init__(None, "已经打开了", f"数据文件夹：{folder}", "再试一次", 560)
        self._held = lock_file(folder)
        process, host = holder(folder)
        if elsewhere(host):
            told = (
                f"这个数据文件夹正在电脑「{host}」上开着，不能两台一起开，会弄坏数据。\n"
                "请先关掉那边的窗口。想几台电脑一起用，请在各自电脑上装好，用「同步」合在一起。"
            )
        elif of_somebody_else(process):
            told = (
                "这台电脑上另一个 Windows 用户还登录着，正开着这个数据文件夹，他的窗口在这里看不到。\n"
                "请切换到那个用户，存好、退出程序，再回来点「再试一次」。"
            )
        else:
            told = (
                "这个数据文件夹已经在另一个窗口里开着，那个窗口现在没有反应，多半正忙着。\n"
                f"请等它一会，在任务栏里点它；一直不动，就在任务管理器里结束它（进程 {process}），再试一次。"
            )
        self.banner.say("warn", told)
        self.no.setText("退出")
        if elsewhere(host):  # that PC lost its power, or was given another name: nobody here can tell
            self.force = button("那边没有开着，打开", clicked=self._force)
            self.buttons.insertWidget(0, self.force)

    def _force(self) -> None:
        try:
            self._held.unlink(missing_ok=True)
        except OSError as error:
            self.banner.say("err", f"那边还占着（{system_reason(error)}），请先关掉那边的窗口。")
            return
        self.accept()


def wait_for(holding: Holding, folder: Path, silent: bool = False) -> bool:
    """Hold a folder, or call the window forward that does; False when there is nothing more to do here.

    silent: at log-in of the PC nobody asked for the window, so the one that stands is left where it is.
    """
    while not holding.take(folder):
        process, host = holder(folder)
        log.info("the folder is open in another window (process %s)", process)
        seen = not elsewhere(host) and not of_somebody_else(process)
        if silent or (seen and call_forward(folder)):
            return False
        dialog = AlreadyOpen(folder)
        again = bool(dialog.exec())
        dialog.deleteLater()
        if not again:
            return False
    return True
