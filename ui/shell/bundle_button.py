"""诊断包 in one click: packed beside the window, then its folder opens; asked for from settings, after a crash, without data."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices

from salesdesk.domain.errors import EnvironmentFault
from ui.kit.widgets import Banner, QuietButton

HINT = "日志、版本、检查结果，没有客户资料；做好后打开它所在的文件夹"


class BundleButton(QuietButton):
    """pack: makes the bundle and returns the file, in a thread. banner: where it is told."""

    _ended = Signal(object)

    def __init__(self, pack: Callable[[], Path], banner: Banner) -> None:
        super().__init__("诊断包", "archive", self._begin)
        self.setToolTip(HINT)
        self._pack, self._banner = pack, banner
        self._ended.connect(self._over)

    def _begin(self) -> None:
        self.set_busy(True)
        threading.Thread(target=self._work, name="salesdesk-support", daemon=True).start()

    def _work(self) -> None:
        try:
            found: object = self._pack()
        except EnvironmentFault as fault:
            found = fault
        except Exception as error:
            found = error
        with contextlib.suppress(RuntimeError):  # the button is gone, the file lies in its folder
            self._ended.emit(found)

    def _over(self, found: object) -> None:
        self.set_busy(False)
        if isinstance(found, Path):
            self._banner.say("ok", f"诊断包已做好，里面没有客户资料，请发给维护的人：{found}")
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(found.parent)))
        elif isinstance(found, EnvironmentFault):
            self._banner.say("err", str(found))
        elif isinstance(found, Exception):
            self._banner.say("err", "诊断包没有做成，请打开数据文件夹，把 logs 文件夹发给维护的人")
            raise found
