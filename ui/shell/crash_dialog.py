"""The dialog after an error of the program itself: nothing is lost, and the work can go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from ui.kit.dialogs import Question
from ui.kit.widgets import QuietButton, button


class CrashDialog(Question):
    """Tells the clerk, in this order: nothing is lost, what to do, and where the details are."""

    def __init__(self, parent: QWidget | None, details: str, folder: Path) -> None:
        super().__init__(
            parent,
            "程序出了一个错",
            "已经保存的数据没有变，正在填的单子已存为草稿。可以继续工作；如果同样的操作再次出错，请把日志发给维护的人。",
            "继续工作",
            560,
        )
        self._details, self._folder = details, folder
        text = QPlainTextEdit(details)
        text.setReadOnly(True)
        text.setFixedHeight(180)
        text.setAccessibleName("错误详情")
        self.body.addWidget(text)
        self.no.hide()
        self.buttons.insertWidget(0, QuietButton("复制详情", "copy", self._copy))
        self.buttons.insertWidget(1, QuietButton("打开日志文件夹", "folder_open", self._open))
        self.buttons.insertWidget(3, button("退出程序", clicked=self._quit))
        self.yes.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _quit(self) -> None:
        self.reject()
        window = self.parentWidget()
        if window is not None:
            window.close()
        QApplication.exit(1)
