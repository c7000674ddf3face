"""The dialog after an error of the program itself: nothing is lost, and the work can go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from ui.kit.dialogs import Question
from ui.kit.widgets import QuietButton, button
from ui.shell.bundle_button import BundleButton


class CrashDialog(Question):
    """One sentence; what happened in detail can be copied, looked at, or packed into a bundle without data of the company."""

    said = "已经保存的数据没有变，正在填的单子存成了草稿，可以接着工作。"
    button = "继续工作"

    def __init__(
        self, parent: QWidget | None, details: str, pack: Callable[[], Path], unkept: str | None = None
    ) -> None:
        """unkept: why what was being typed is not on disk, when it is not."""
        said = (
            self.said
            if unkept is None
            else f"已经保存的数据没有变，但是{unkept.rstrip('。')}。先别关窗口，能保存的先保存。"
        )
        super().__init__(parent, "程序出了一个错", said, self.button, 560)
        self._details = details
        self.text = QPlainTextEdit(details)
        self.text.setReadOnly(True)
        self.text.setFixedHeight(180)
        self.text.setAccessibleName("错误详情")
        self.text.hide()
        self.body.addWidget(self.text)
        self.no.hide()
        self.copy = QuietButton("复制详情", "copy", self._copy)
        self.look = QuietButton("看详情", "chevron_down", self._look)
        self.bundle = BundleButton(pack, self.banner)
        for at, one in enumerate((self.copy, self.look, self.bundle)):
            self.buttons.insertWidget(at, one)
        self.quit = button("退出程序", clicked=self._quit)
        self.buttons.insertWidget(4, self.quit)
        self.yes.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self.banner.say(
            "ok", "已复制，到微信或邮件里按 Ctrl+V，发给维护的人。里面可能带着单子上的字；不带客户资料的是「诊断包」"
        )

    def _look(self) -> None:
        shown = self.text.isHidden()
        self.text.setVisible(shown)
        self.look.setText("收起详情" if shown else "看详情")
        self.look.set_icon("chevron_up" if shown else "chevron_down")
        self.adjustSize()

    def _quit(self) -> None:
        self.reject()
        window = self.parentWidget()
        if window is not None:
            window.close()
        QApplication.exit(1)


class EndDialog(CrashDialog):
    """The same where nothing can go on: the program could not open its window, or failed while it closed."""

    said = "程序只好关上，已经保存的数据没有变。请再打开一次；还不行，请点「诊断包」。"
    button = "退出程序"

    def __init__(self, details: str, pack: Callable[[], Path]) -> None:
        super().__init__(None, details, pack)
        self.quit.hide()
