"""Clears away what Python no longer needs in the window's own thread: a widget freed on another thread ends the program."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1000


class Sweeper(QObject):
    """Takes the garbage collector's place while it lives.

    Python collects in whichever thread happens to pass a threshold; a dialog in a reference cycle would then be destroyed
    by the writer thread, which Qt does not survive. So automatic collection is off and done here by the same thresholds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._before = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.sweep)
        self._timer.start(LOOK_EVERY_MS)

    def sweep(self) -> None:
        """Collect the oldest generation whose count says so."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Leave the collector as it was found: off in the program, where threads work between two windows as well."""
        self._timer.stop()
        if self._before:
            gc.enable()
