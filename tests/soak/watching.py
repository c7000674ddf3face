"""What the soak counts: memory, widgets, objects by kind, and every log line that should not be."""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from PySide6 import QtCore
from PySide6.QtWidgets import QApplication, QWidget

from tests.conftest import HARMLESS  # which also keeps the environment of whoever runs this away

EXPECTED = ("closed while the share did not answer",)
"""What a closing in the middle of a round says on a slow machine."""


HANG_S = 120.0
"""A window that takes nothing in for so long is hung; a busy machine makes a slow answer, not this."""
_SCREEN = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
app.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


def pictures(folder: Path, name: str) -> list[str]:
    """What stands on the screen, one PNG for each window; while the window still answers."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for at, window in enumerate(w for w in QApplication.topLevelWidgets() if w.isVisible()):
        path = folder / f"{name}-{at}-{type(window).__name__}.png"
        window.grab().save(str(path))
        made.append(str(path))
    return made


def picture_from_outside(path: Path) -> list[str]:
    """The whole screen seen by another process, for a window that does not answer; [] where there is no screen to see."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith("offscreen"):
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run([sys.executable, "-c", _SCREEN, str(path)], timeout=60, check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [str(path)]


class Pulse:
    """Feels from a thread of its own whether the window still lives: `beat` at every step, `hung` once when none came for too long."""

    def __init__(self, trail: TextIO, hung: Callable[[str], object], limit: float = HANG_S) -> None:
        self.doing = "starting"
        self._trail, self._hung, self._limit = trail, hung, limit
        self._last = time.monotonic()
        self._over = threading.Event()
        threading.Thread(target=self._feel, name="soak-pulse", daemon=True).start()

    def beat(self, doing: str) -> None:
        """The window lives, and is at this."""
        self.doing, self._last = doing, time.monotonic()

    def stop(self) -> None:
        """The window was closed as it should be."""
        self._over.set()

    def _feel(self) -> None:
        while not self._over.wait(1.0):
            silent = time.monotonic() - self._last
            if silent > self._limit:
                print(f"HUNG for {silent:.0f} s: {self.doing}", file=self._trail)
                faulthandler.dump_traceback(self._trail, all_threads=True)
                self._hung(f"the window hung for {silent:.0f} s: {self.doing}")
                return


def memory_mb() -> float:
    """Resident memory of this process; 0 where the system does not tell it this way.

    What the C library keeps of freed memory is given back first, where it can be: it is no use of the program.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    try:
        with Path("/proc/self/status").open(encoding="utf-8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
    except OSError:
        return 0.0


class Sample(NamedTuple):
    """One look, taken with 今日 in front and nothing open."""

    at: float
    memory: float
    widgets: int
    objects: int
    acts: int


class Watch(logging.Handler):
    """Listens to the log and keeps samples. before: operations of both PCs that were in the log when the work began."""

    def __init__(self, before: tuple[int, int] = (0, 0)) -> None:
        super().__init__(logging.INFO)
        self.before = before
        self.lines: list[str] = []
        self.samples: list[Sample] = []
        self.kinds: list[Counter[str]] = []
        self._begun = time.monotonic()
        logging.getLogger().addHandler(self)
        QtCore.qInstallMessageHandler(self._qt)

    def _qt(self, kind: Any, context: Any, text: str) -> None:
        if kind != QtCore.QtMsgType.QtDebugMsg and kind != QtCore.QtMsgType.QtInfoMsg:
            logging.getLogger("qt").warning("%s", text)

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        fault = record.levelno < logging.WARNING and text.startswith(
            ("environment", "sync:", "automatic backup", "segment")
        )
        if (record.levelno >= logging.WARNING or fault) and not any(word in text for word in (*HARMLESS, *EXPECTED)):
            trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
            self.lines.append(f"{record.levelname} {record.name}: {text}\n{trace}".strip())

    @property
    def told(self) -> list[str]:
        """The lines that should not be, as findings."""
        return [f"log: {line}" for line in self.lines]

    def look(self, acts: int) -> Sample:
        """Take one sample; counting the objects by kind costs a moment and is done now and then."""
        gc.collect()
        objects = gc.get_objects()
        if len(self.samples) % 8 == 3:
            kinds = Counter(type(one).__qualname__ for one in objects)
            self.kinds.append(kinds + Counter(f"widgets in {holder(one)}" for one in QApplication.allWidgets()))
        found = Sample(time.monotonic() - self._begun, memory_mb(), len(QApplication.allWidgets()), len(objects), acts)
        self.samples.append(found)
        return found

    def grown(self) -> list[tuple[str, int]]:
        """The kinds of objects of which there are many more than at the first count after warming up."""
        if len(self.kinds) < 2:
            return []
        more = self.kinds[-1] - self.kinds[len(self.kinds) // 3]
        return [(kind, n) for kind, n in more.most_common(25) if n > (20 if kind.startswith("widgets in") else 200)]


def holder(widget: QWidget) -> str:
    """The innermost page or dialog a widget belongs to."""
    while not widget.isWindow() and not type(widget).__module__.startswith("ui.pages"):
        widget = widget.parentWidget()
    return type(widget).__qualname__
