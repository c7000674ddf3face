"""The day's first copy of the data file, made quietly once the window stands or when the desk is closed."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from pathlib import Path

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence import backup

log = logging.getLogger("salesdesk.backup")

PATIENCE = 5.0
"""Seconds the daily copy waits, so that it does not slow the opening of the window."""


class DailyBackup:
    """One automatic copy on its own thread. `made` is the copy, `fault` what went wrong."""

    def __init__(self, path: Path, folder: Path, now: datetime) -> None:
        self.made: Path | None = None
        self.fault: EnvironmentFault | None = None
        self._path, self._folder, self._now = path, folder, now
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._run, name="daily backup")
        self._thread.start()

    def _run(self) -> None:
        self._go.wait(PATIENCE)
        try:
            if self._path.exists():  # the folder may be gone meanwhile
                self.made = backup.make(self._path, self._folder, self._now)
        except EnvironmentFault as fault:
            self.fault = fault
            log.info("daily backup failed: %s", fault)
        except Exception as error:
            self.fault = EnvironmentFault("今天的自动备份没有做成", "请点「现在备份」再做一次")
            log.info("daily backup failed", exc_info=error)

    def finish(self) -> None:
        """Make the copy now if it is not made yet, and wait for it."""
        self._go.set()
        self._thread.join()


def daily(path: Path, folder: Path, now: datetime, remade: bool = False) -> DailyBackup | None:
    """Start the day's automatic copy when one is due. `remade`: data that can be made again needs none."""
    if remade or not backup.due(path, folder, now):
        return None
    return DailyBackup(path, folder, now)
