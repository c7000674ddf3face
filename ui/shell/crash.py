"""When the program itself made a mistake: what happened is written down, what was typed is kept, the work can go on."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

log = logging.getLogger("salesdesk.crash")

QUIET_S = 60.0
"""A widget that fails while painting fails at every painting: the same error is told once a minute, and always logged."""


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
            from ui.shell.crash_dialog import CrashDialog

            dialog = CrashDialog(self._window, details, self._folder)
            dialog.exec()
            dialog.deleteLater()
        finally:
            self._last = (details, time.monotonic())
            self._showing = False
