"""Between two windows: a PC nobody has worked on takes the others' data over, with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk.desk import join_fresh
from ui.shell.between import Between

if TYPE_CHECKING:
    from ui.shell.window import Window


class Joining(Between):
    """Runs `join_fresh`; `outcome` says how it ended: joined, "" when stopped, else what went wrong in words.

    again: the share has nothing to start from, so the opened desk has to join in the ordinary way.
    """

    thread_name = "salesdesk-joining"
    defect = ("joining failed", "没有取成，本机还是原来的样子。请再试一次；还不行请把日志发给维护人员")

    def __init__(self, folder: Path, wish: Any) -> None:
        self.joined = self.again = False
        self._folder, self._wish = folder, wish
        hint = "取完窗口会自己打开。停下也没关系，本机还是原来的样子。"
        super().__init__("正在取同事的数据", hint, "正在取", "停下")

    def work(self) -> bool:
        wish = self._wish
        return join_fresh(self._folder, wish.share, wish.passphrase, wish.name, progress=self.step, letter=wish.letter)

    def take(self, found: Any) -> None:
        self.joined, self.again = found, not found


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
