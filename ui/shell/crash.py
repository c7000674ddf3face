"""When the program itself made a mistake: what happened is written down, what was typed is kept, the work can go on."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from ui.kit.dialogs import Question
from ui.kit.widgets import QuietButton, button

log = logging.getLogger("salesdesk.crash")

QUIET_S = 60.0
"""A widget that fails while painting fails at every painting: the same error is told once a minute, and always logged."""


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


class CrashCatcher(QObject):
    """Stands in for sys.excepthook: writes the log, keeps drafts, shows the dialog once at a time in the window's thread."""

    _came = Signal(object)

    def __init__(self, log_folder: Path) -> None:
        super().__init__()
        self._folder = log_folder
        self._window: QWidget | None = None
        self._showing = False
        self._last = ("", 0.0)
        self._before = sys.excepthook
        self._came.connect(self._show)

    def install(self) -> None:
        """From now on every unexpected error comes here."""
        sys.excepthook = self.hook

    def remove(self) -> None:
        """Give the place back."""
        sys.excepthook = self._before

    def watch(self, window: QWidget) -> None:
        """The window whose drafts are kept."""
        self._window = window

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error nobody caught."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(1)
            return
        self.report(error)

    def report(self, error: BaseException) -> None:
        """Write it down and tell the clerk; may be called from any thread."""
        details = "".join(traceback.format_exception(error))
        log.error("unexpected error\n%s", details)
        self._came.emit(details)

    def _show(self, details: str) -> None:
        told, at = self._last
        if self._showing or (details == told and time.monotonic() - at < QUIET_S):
            return
        self._showing = True
        try:
            keep = getattr(self._window, "keep_drafts", None)
            if keep is not None:
                try:
                    keep()
                except Exception:
                    log.exception("drafts could not be kept")
            dialog = CrashDialog(self._window, details, self._folder)
            dialog.exec()
            dialog.deleteLater()
        finally:
            self._last = (details, time.monotonic())
            self._showing = False
