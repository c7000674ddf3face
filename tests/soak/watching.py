"""What the soak counts: memory, widgets, objects by kind, and every log line that should not be."""

from __future__ import annotations

import gc
import logging
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from PySide6 import QtCore
from PySide6.QtWidgets import QApplication

from tests.conftest import HARMLESS  # which also keeps the environment of whoever runs this away

EXPECTED = ("closed while the share did not answer",)
"""What a closing in the middle of a round says on a slow machine."""


def memory_mb() -> float:
    """Resident memory of this process; 0 where the system does not tell it this way."""
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
    """Listens to the log and keeps samples."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
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

    def look(self, acts: int) -> Sample:
        """Take one sample; counting the objects by kind costs a moment and is done now and then."""
        gc.collect()
        objects = gc.get_objects()
        if len(self.samples) % 8 == 3:
            self.kinds.append(Counter(type(one).__qualname__ for one in objects))
        found = Sample(time.monotonic() - self._begun, memory_mb(), len(QApplication.allWidgets()), len(objects), acts)
        self.samples.append(found)
        return found

    def grown(self) -> list[tuple[str, int]]:
        """The kinds of objects of which there are many more than at the first count after warming up."""
        if len(self.kinds) < 2:
            return []
        more = self.kinds[-1] - self.kinds[len(self.kinds) // 3]
        return [(kind, n) for kind, n in more.most_common(15) if n > 200]
