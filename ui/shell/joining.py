"""Between two windows: a PC nobody has worked on takes the others' data over, with progress and a way to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent

from salesdesk.desk import join_fresh
from salesdesk.domain.errors import EnvironmentFault, GivenUp, Refused
from ui.kit.dialogs import Question
from ui.kit.widgets import Progress

if TYPE_CHECKING:
    from ui.shell.window import Window

log = logging.getLogger(__name__)


class Joining(Question):
    """Runs `join_fresh` on a thread; `outcome` says how it ended: joined, "" when stopped, else what went wrong in words.

    again: the share has nothing to start from, so the opened desk has to join in the ordinary way.
    """

    _stepped = Signal(int, int)
    _ended = Signal(object)

    def __init__(self, folder: Path, wish: Any) -> None:
        super().__init__(None, "正在取同事的数据", "取完窗口会自己打开。停下也没关系，本机还是原来的样子。", "", 520)
        self.joined = self.again = False
        self.trouble = ""
        self._folder, self._wish = folder, wish
        self._stop = threading.Event()
        self.progress = Progress("正在取", can_cancel=False)
        self.body.addWidget(self.progress)
        self.yes.hide()
        self.no.setText("停下")
        self._stepped.connect(self.progress.update_to)
        self._ended.connect(self._over)
        self._thread = threading.Thread(target=self._work, name="salesdesk-joining")
        self._thread.start()

    def _work(self) -> None:
        wish = self._wish
        try:
            found: Any = join_fresh(
                self._folder, wish.share, wish.passphrase, wish.name, progress=self._progress, letter=wish.letter
            )
        except BaseException as error:
            found = error
        self._ended.emit(found)

    def _progress(self, done: int, whole: int) -> None:
        if self._stop.is_set():
            raise GivenUp
        self._stepped.emit(done, whole)

    def _over(self, found: Any) -> None:
        self._thread.join()
        if isinstance(found, bool):
            self.joined, self.again = found, not found
        elif isinstance(found, Refused | EnvironmentFault):
            self.trouble = str(found)
        elif not isinstance(found, GivenUp):
            log.error("joining failed", exc_info=found)
            self.trouble = "没有取成，本机还是原来的样子。请再试一次；还不行请把日志发给维护人员"
        super().reject()

    def answer(self) -> None:
        """There is nothing to answer."""

    def reject(self) -> None:
        self._stop.set()
        self.no.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        event.ignore()


@dataclass
class Told:
    """What to say in the next window. wish: how to join in the ordinary way, None when there is nothing more to do."""

    tone: str
    text: str
    wish: Any = None

    def tell(self, window: Window) -> None:
        """Say it, and do what is left."""
        self._window = window
        window.banner.say(self.tone, self.text)
        if self.wish is not None:
            window.context.syncer.do(self._join, "加入工作区", self._joined)

    def _join(self, progress: Callable[[int, int], None], stopped: Callable[[], bool]) -> Any:
        wish = self.wish
        return self._window.desk.sync.join(wish.share, wish.passphrase, wish.name, progress, wish.letter, stopped)

    def _joined(self, report: Any) -> None:
        self._window.context.syncer.begin()
        self._window.banner.say("ok", "已加入工作区，以后自动同步；左下角看得到状态")


def take_over(folder: Path, wish: Any) -> Told | None:
    """Between two windows: take the others' data in the place of a file nobody has worked in."""
    dialog = Joining(folder, wish)
    dialog.exec()
    dialog.deleteLater()
    if dialog.joined:
        return Told("ok", "同事的数据取来了，以后自动同步；左下角看得到状态")
    if dialog.again:
        return Told("info", "正在加入工作区……", wish)
    return Told("warn", dialog.trouble) if dialog.trouble else None
