"""When the program itself made a mistake: what happened is written down, what was typed is kept, the work can go on."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
import time
import traceback
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from salesdesk import __version__, paths
from salesdesk.desk import support_bundle
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.log_file import Rolling

log = logging.getLogger("salesdesk.crash")

QUIET_S = 60.0
"""A widget that fails while painting fails at every painting: an error of the same place is told once a minute, and always logged."""


class CrashCatcher(QObject):
    """Stands in for sys.excepthook: writes the log, keeps drafts, shows the dialog once at a time in the window's thread."""

    _came = Signal(str, object)

    def __init__(self, log_folder: Path) -> None:
        super().__init__()
        self._folder = log_folder
        self._window: QWidget | None = None
        self._showing = False
        self._told: dict[str, float] = {}
        self._before = (sys.excepthook, threading.excepthook)
        self._faults: TextIO | None = None
        # Never at once: the error may come out of a painting, and a dialog would paint in the middle of it.
        self._came.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on every unexpected error comes here, and what the system ends leaves its place in the program behind."""
        sys.excepthook, threading.excepthook = self.hook, self.thread_hook
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            told = self._folder / paths.FAULT_LOG
            Rolling(
                told, delay=True
            ).roll_when_full()  # Windows tells of much that is no end, each time with all threads
            self._faults = told.open("a", encoding="utf-8")
            faulthandler.enable(self._faults)

    def remove(self) -> None:
        """Give the place back."""
        sys.excepthook, threading.excepthook = self._before
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()

    def watch(self, window: QWidget) -> None:
        """The window whose drafts are kept."""
        self._window = window

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error nobody caught."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(1)
            return
        self.report(error)

    def thread_hook(self, args: threading.ExceptHookArgs) -> None:
        """An error that ended a thread."""
        if args.exc_value is not None:
            self.report(args.exc_value)

    def report(self, error: BaseException) -> None:
        """Write it down and tell the clerk; may be called from any thread. A fault of the machine is no error of the program."""
        if isinstance(error, EnvironmentFault):
            log.info("environment: %s", error)
            self._came.emit(str(error), error)
            return
        log.error("unexpected error", exc_info=error)
        place = f"{type(error).__qualname__}\n{''.join(traceback.format_tb(error.__traceback__)[-1:])}"
        self._came.emit(place, _details(error))

    def end(self, error: Exception) -> None:
        """An error that ended the program, before there was a window or after it: tell it, nothing goes on."""
        log.error("the program ended by an error", exc_info=error)
        from ui.shell.crash_dialog import EndDialog

        dialog = EndDialog(_details(error), partial(support_bundle, self._folder.parent))
        dialog.exec()
        dialog.deleteLater()

    def _show(self, place: str, what: EnvironmentFault | str) -> None:
        told = self._told.get(place)
        if self._showing or (told is not None and time.monotonic() - told < QUIET_S):
            return
        self._showing = True
        try:
            if isinstance(what, str):
                self._show_error(what)
            else:
                from ui.kit.dialogs import tell

                tell(self._window, what.message, what.cure)
        finally:
            self._told[place] = time.monotonic()
            self._showing = False

    def _show_error(self, details: str) -> None:
        unkept = self._keep_drafts()
        from ui.shell.crash_dialog import CrashDialog

        desk = getattr(self._window, "desk", None)
        pack = partial(support_bundle, self._folder.parent) if desk is None else desk.support_bundle
        dialog = CrashDialog(self._window, details, pack, unkept)
        dialog.exec()
        dialog.deleteLater()

    def _keep_drafts(self) -> str | None:
        """Why what is half typed could not be put on disk, as far as somebody can do something about it; None when it could."""
        keep = getattr(self._window, "keep_drafts", None)
        trouble = keep() if keep is not None else None
        if trouble is None or isinstance(trouble, EnvironmentFault):
            return None if trouble is None else str(trouble)
        log.error("drafts could not be kept", exc_info=trouble)
        return "正在填的单子没能存成草稿"


def _details(error: BaseException) -> str:
    """What a maintainer asks for first, with the traceback."""
    return f"salesdesk {__version__}, {sys.platform}\n{''.join(traceback.format_exception(error))}"


class LastRun:
    """Knows whether the last run of the window came to its end, by a note that lies in the data folder as long as one runs."""

    def __init__(self, folder: Path) -> None:
        self._note = folder / "running"
        self.ended_well = True

    def begin(self) -> None:
        """The window stands: look how the last one ended, and leave a note of our own."""
        with contextlib.suppress(OSError):
            self.ended_well = not self._note.exists()
            self._note.write_text(str(os.getpid()), encoding="utf-8")

    def end(self) -> None:
        """The window was closed as it should be."""
        with contextlib.suppress(OSError):
            self._note.unlink(missing_ok=True)
