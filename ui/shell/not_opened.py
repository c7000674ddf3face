"""The dialogs when the data could not be opened: something is wrong with the machine or the file, or the key is missing."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from salesdesk.desk import recover_key, support_bundle
from salesdesk.domain.errors import EnvironmentFault, FileDamaged, KeyMissing, Refused
from salesdesk.services.backups import kept
from ui.kit.dialogs import Question
from ui.kit.widgets import FieldLabel, button
from ui.shell.bundle_button import BundleButton


class NotOpened(Question):
    """The data could not be opened: why, what to do, and another try."""

    def __init__(self, message: str, cure: str, folder: Path) -> None:
        super().__init__(None, "数据打不开", f"数据文件夹：{folder}", "再试一次", 560)
        self.banner.say("err", f"{message}。\n{cure}" if cure else message)
        self.no.setText("退出")
        self.buttons.insertWidget(0, BundleButton(partial(support_bundle, folder), self.banner))


class Damaged(NotOpened):
    """The data file is damaged: one of its copies can be put in its place at once, and the damaged file is kept."""

    def __init__(self, message: str, folder: Path) -> None:
        cure = "可以用一份备份换上：备份以后录的要重新录（同步过的会自己回来），损坏的文件会留着。"
        super().__init__(message, cure, folder)
        self._folder = folder
        self.restore = button("从备份恢复…", "history", clicked=self._restore)
        self.buttons.insertWidget(0, self.restore)
        self.restore.setFocus()

    def _restore(self) -> None:
        from ui.shell.backup_box import Restoring, choose_copy

        file = choose_copy(self, kept(self._folder), date.today().isoformat())
        if file is None:
            return
        told = Restoring(file).restore(self._folder)
        if told.tone == "err":
            self.banner.say("err", told.text)
        else:
            self.accept()


class KeyWanted(NotOpened):
    """The data is encrypted and this PC has no key: the recovery code that was written down brings it back."""

    def __init__(self, message: str, folder: Path) -> None:
        super().__init__(message, "请输入加密时写在纸上的恢复码", folder)
        self.yes.setText("打开")
        self._folder = folder
        self.code = QLineEdit()
        self.code.setAccessibleName("恢复码")
        self.code.setPlaceholderText("六组，每组五个字，大小写都行")
        self.body.addWidget(FieldLabel("恢复码", True))
        self.body.addWidget(self.code)
        self.code.setFocus()

    def answer(self) -> None:
        try:
            recover_key(self._folder, self.code.text())
        except Refused as refused:
            self.refuse(refused.problems)
            self.code.setFocus()
            return
        self.accept()


def not_opened(fault: EnvironmentFault, folder: Path) -> NotOpened:
    """The dialog for what kept the data from being opened."""
    if isinstance(fault, KeyMissing):
        return KeyWanted(fault.message, folder)
    if isinstance(fault, FileDamaged):
        return Damaged(fault.message, folder)
    return NotOpened(fault.message, fault.cure, folder)
