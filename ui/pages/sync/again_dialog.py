"""A PC that was taken out, or lost its keys, comes in again with the passphrase of today; what it did meanwhile comes along."""

from __future__ import annotations

from typing import Any

from ui.kit.dialogs import Question
from ui.kit.page import PageContext
from ui.pages.sync.passphrase_box import PassphraseBox


class AgainDialog(Question):
    """Asks for the passphrase and joins; stays open and says why when that fails."""

    def __init__(self, context: PageContext) -> None:
        hint = (
            "请向主管要现在的口令。加入以后，这台电脑没送出的都会送出，同事这段时间做的也会收到；单号字母可能换一个。"
        )
        super().__init__(context.window, "用口令再加入", hint, "加入", 520)
        self.context = context
        self.box = PassphraseBox(False, "现在的口令")
        self.body.addWidget(self.box)
        self.box.setFocus()

    def answer(self) -> None:
        if not self.yes.isEnabled() or not self.box.check():
            return
        self.yes.set_busy(True)
        sync, passphrase = self.context.desk.sync, self.box.text
        self.context.syncer.do(
            lambda progress, stopped: sync.join(sync.share, passphrase, "", progress, "", stopped),
            "加入工作区", self._joined, self._failed,
        )  # fmt: skip

    def _joined(self, report: Any) -> None:
        self.yes.set_busy(False)
        self.context.toast("已再加入工作区，没送出的都送出了")
        self.context.syncer.begin()
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self.yes.set_busy(False)
        if not self.box.explain(error, self):
            self.context.syncer.crashed.emit(error)
