"""The folder with the data is not where it was: moved, renamed or on a drive that is not there. Nothing empty takes its place."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from salesdesk import paths
from salesdesk.domain.errors import system_reason
from salesdesk.domain.problems import Problem
from salesdesk.services.data_place import OWN_FOLDER, holds_data
from ui.kit.dialogs import Question, confirm
from ui.kit.theme import theme
from ui.kit.widgets import button
from ui.shell.application import application


class LostFolder(Question):
    """It is looked for again, shown, or given up for an empty company. After `exec`: `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(None, "数据文件夹不见了", f"数据原来在：{folder}", "再找一次", 560)
        self.folder = folder
        self.banner.say(
            "err",
            "那里没有数据文件。文件夹可能被移走、改了名，或者它所在的盘没有插上。\n"
            "放回原处、插好盘，再点「再找一次」；移到了别处，点「它在这里…」。",
        )
        self.no.setText("退出")
        self.show_it = button("它在这里…", "folder_open", clicked=self._choose)
        self.anew = button("从头开始…", clicked=self._begin_anew)
        self.buttons.insertWidget(0, self.anew)
        self.buttons.insertWidget(2, self.show_it)

    def answer(self) -> None:
        if holds_data(self.folder):
            self.accept()
        else:
            self.refuse([Problem(f"「{self.folder}」还是没有", "请看盘插好没有、文件夹有没有改名")])

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "数据文件夹现在在哪里", str(self.folder.parent))
        if not chosen:
            return
        found = next((one for one in (Path(chosen), Path(chosen) / OWN_FOLDER) if holds_data(one)), None)
        if found is None:
            self.refuse([Problem(f"「{chosen}」里没有 {paths.DATA_FILE}", "请选里面有这个文件的文件夹")])
            return
        try:
            paths.choose_folder(found)
        except OSError as error:
            self.refuse([Problem(f"记不下这个位置（{system_reason(error)}）", "请看磁盘满没满，再选一次")])
            return
        self.folder = found
        self.accept()

    def _begin_anew(self) -> None:
        told = "会开一家空的公司。原来的数据以后找到了，在「设置 → 备份」里可以从它的备份恢复。"
        if not confirm(self, "从头开始？", told, "从头开始"):
            return
        try:
            paths.forget_folder()
        except OSError as error:
            self.refuse([Problem(f"没有做成（{system_reason(error)}）", "请看磁盘满没满，再试一次")])
            return
        self.folder = paths.data_folder()
        self.accept()


def find_folder(folder: Path) -> Path | None:
    """Ask where the data are; None when the program is to end."""
    theme().apply(application())
    dialog = LostFolder(folder)
    answered = bool(dialog.exec())
    found = dialog.folder if answered else None
    dialog.deleteLater()
    return found
