"""One window for one data folder: the second start calls the first window forward instead of opening the same data twice."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QLockFile, QObject, QSysInfo, Qt
from PySide6.QtWidgets import QApplication, QWidget

log = logging.getLogger(__name__)

PLACE = "window"
"""Folder in the data folder: `held` belongs to the window that stands, `wanted` is left there to call it forward."""
ANSWERS_WITHIN = 3.0
"""Seconds a living window takes at most to come forward; a dialog in front of it answers as well."""


class Holding(QObject):
    """A data folder held by this window; whoever starts the program once more on it calls the window forward."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._lock: QLockFile | None = None
        self._watcher: QFileSystemWatcher | None = None

    def take(self, folder: Path) -> bool:
        """Hold this folder and no other; False when another window holds it. One that cannot be written holds nothing."""
        if folder == self._folder:
            return True
        self.let_go()
        place = folder / PLACE
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / "wanted").unlink(missing_ok=True)
        except OSError:
            return True  # opening the data will say what is wrong with the folder
        lock = QLockFile(str(lock_file(folder)))
        lock.setStaleLockTime(0)  # a window may stand for weeks; one that died is known by its process
        if not lock.tryLock(0) and not (self._is_ours(folder) and lock.removeStaleLockFile() and lock.tryLock(0)):
            if lock.error() == QLockFile.LockError.LockFailedError:
                return False
            log.info("the folder is not held: %s", lock.error())
            return True
        self._folder, self._lock = folder, lock
        self._watcher = QFileSystemWatcher([str(place)], self)
        self._watcher.directoryChanged.connect(self._look)
        return True

    @staticmethod
    def _is_ours(folder: Path) -> bool:
        """Whether the lock bears this very process's number: mostly one from before the PC was started anew, where numbers come
        again. One that another window of this process holds cannot be removed."""
        process, name = holder(folder)
        return process == os.getpid() and name.lower() == QSysInfo.machineHostName().lower()

    def let_go(self) -> None:
        """Hold nothing any more."""
        if self._watcher is not None:
            self._watcher.deleteLater()
        if self._lock is not None:
            self._lock.unlock()
        self._folder = self._lock = self._watcher = None

    def _look(self, place: str) -> None:
        call = Path(place) / "wanted"
        with contextlib.suppress(OSError):
            if call.exists():
                call.unlink()
                come_forward()


def come_forward() -> None:
    """Put what the clerk has open in front of the other programs."""
    widget: QWidget | None = QApplication.activeModalWidget()
    if widget is None:
        widget = next((w for w in QApplication.topLevelWidgets() if w.isWindow() and w.isVisible()), None)
    if widget is not None:
        whole = widget.window()
        for one in (whole.parentWidget(), whole):
            if one is not None and one.isMinimized():
                one.setWindowState(one.windowState() & ~Qt.WindowState.WindowMinimized)
        whole.raise_()
        whole.activateWindow()


def lock_file(folder: Path) -> Path:
    """What says that a folder is held."""
    return folder / PLACE / "held"


def holder(folder: Path) -> tuple[int, str]:
    """Process and PC that hold a folder; (0, "") when nobody knows."""
    found: Any = QLockFile(str(lock_file(folder))).getLockInfo()
    return int(found[0]), str(found[1])


def session_of(process: int) -> int | None:
    """Windows session a process shows its windows in, one for each person logged in; None where nobody can tell."""
    if sys.platform == "win32":
        import ctypes

        found = ctypes.c_ulong()
        if process and ctypes.windll.kernel32.ProcessIdToSessionId(process, ctypes.byref(found)):
            return found.value
    return None


def call_forward(folder: Path) -> bool:
    """Ask the window that holds a folder to come forward; False when it does not answer."""
    call = folder / PLACE / "wanted"
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(holder(folder)[0])  # else it only blinks in the task bar
    try:
        call.write_bytes(b"")
    except OSError:
        return False
    until = time.monotonic() + ANSWERS_WITHIN
    while call.exists():
        if time.monotonic() > until:
            with contextlib.suppress(OSError):
                call.unlink()
            return False
        QCoreApplication.processEvents()
        time.sleep(0.05)
    return True
