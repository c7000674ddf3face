"""Looks now and then whether a newer program lies on the share, offers it above the page, and starts its installer."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess

from salesdesk import __version__
from salesdesk.domain.errors import EnvironmentFault, GivenUp, Refused
from ui.kit.dialogs import confirm
from ui.kit.syncer import Syncer

if TYPE_CHECKING:
    from salesdesk.services.sync.updates import Release

LOOKED_EVERY_S = 4 * 3600
"""A look costs a listing of one folder of the share; a new version is no matter of minutes."""
WINDOWS = sys.platform == "win32"
INSTALL = ["/UPDATE"]
"""The installer waits until this program has ended, asks nothing, and opens the new one."""


class UpdateWatch(QObject):
    """Lives beside the SyncWatch; `window` is the shell's Window."""

    def __init__(self, window: Any, syncer: Syncer) -> None:
        super().__init__(window)
        self._window, self._syncer = window, syncer
        self._looked = -float(LOOKED_EVERY_S)
        self._asked = self._waits = False
        self.offer: Release | None = None

    def look(self, anew: bool = False) -> None:
        """After a round of syncing: look on the share, unless that was done a while ago; anew: somebody asks, so he is answered."""
        self._tell()
        recent = time.monotonic() - self._looked < LOOKED_EVERY_S
        if (recent and not anew) or not self._syncer.desk.synced:
            return
        self._looked, self._asked = time.monotonic(), anew
        sync = self._syncer.desk.sync

        def ask(progress: object, stopped: object) -> Release | None:
            from salesdesk.services.sync.updates import offered

            return offered(sync)

        self._syncer.do(ask, "看有没有新版本", self._found, self._unknown)

    def _unknown(self, error: BaseException) -> None:
        """The share is away: syncing tells that by itself, and the next look comes by itself. Else it is our defect."""
        if not isinstance(error, EnvironmentFault | Refused | GivenUp):
            self._syncer.crashed.emit(error)
        elif self._asked:
            self._window.toast.say(str(error), tone="warn")

    def _found(self, offer: Release | None) -> None:
        if offer is None:
            if self._asked:
                self._window.toast.say(f"共享盘上没有更新的版本，现在是 {__version__}", tone="ok")
            return
        self.offer, self._waits = offer, True
        self._tell()

    def _tell(self) -> None:
        """Say the offer; where something else stands above the page it waits for a later round."""
        offer = self.offer
        if offer is None or not self._waits or (self._window.strip.banner.isVisible() and not self._asked):
            return
        self._waits = self._asked = False
        told = f"{offer.told}。更新一两分钟，数据不动"
        self._window.strip.banner.say("info", told, [("现在更新", self.take)])

    def take(self) -> None:
        """Fetch the offered installer and check it."""
        offer, sync = self.offer, self._syncer.desk.sync
        self._window.strip.banner.hide()
        if offer is None:
            return

        def fetch(progress: Any, stopped: object) -> Path:
            from salesdesk.services.sync.updates import fetch as copy

            return copy(sync, offer, progress)

        self._syncer.do(fetch, f"拿新版本 {offer.version}", self._fetched)

    def _fetched(self, file: Path) -> None:
        assert self.offer is not None
        if not WINDOWS:
            told = f"已拿到并核对过：{file}。它是给 Windows 用的，这台电脑请用源码升级"
            self._window.strip.banner.say("info", told)
            return
        hint = "程序会先备份、关上，装好后自己打开；没写完的单子留在草稿里。"
        if not confirm(self._window, f"更新到 {self.offer.version}？", hint, "更新", "info"):
            return
        if start_installer(file):
            self._window.close()
        else:
            told = f"安装程序没能启动，可能被杀毒软件拦下了。它在 {file}，也可以退出本程序后自己双击它"
            self._window.strip.banner.say("err", told)


def start_installer(file: Path) -> bool:
    """Start a checked installer, which goes on when this program has ended; False when the system would not."""
    started: Any = QProcess.startDetached(str(file), INSTALL)
    return bool(started[0] if isinstance(started, tuple) else started)
