"""The dialog when the data could not be opened."""

from __future__ import annotations

from pathlib import Path

from ui.kit.dialogs import Question


class NotOpened(Question):
    """The data could not be opened: why, what to do, and another try."""

    def __init__(self, message: str, cure: str, folder: Path) -> None:
        super().__init__(None, "数据打不开", f"数据文件夹：{folder}", "再试一次", 560)
        self.banner.say("err", f"{message}。\n{cure}" if cure else message)
        self.no.setText("退出")
