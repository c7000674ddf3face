"""From starting the process to a window one can work in, beside an empty window that only imports the database library."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.folders import small_company
from tests.bench.measure import Result

ROOT = Path(__file__).resolve().parents[2]

_TELL = """
def tell():
    memory = 0
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    except OSError:
        pass
    print("ready", time.time(), memory, time.process_time(), flush=True)
    os._exit(0)
"""

_OURS = f"""
import gc, os, sys, time
from pathlib import Path
from salesdesk.__main__ import load_parts, open_window
gc.disable()
load_parts()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.shell.application import application
{_TELL}
app = application()
shown = []
def look():
    if not shown:
        shown.extend(w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible())
    elif shown[0].ops.idle:
        app.processEvents()
        tell()
timer = QTimer()
timer.timeout.connect(look)
timer.start(2)
open_window(Path(sys.argv[1]))
"""

_EMPTY = f"""
import os, sys, time
import sqlalchemy
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
{_TELL}
app = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.show()
def ready():
    app.processEvents()
    tell()
QTimer.singleShot(0, ready)
app.exec()
"""


def one(code: str, folder: Path) -> tuple[float, float, float]:
    """Milliseconds until the window stood, its memory in MB, and the milliseconds of processor time it took."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    env.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # an installed program is compiled; the first run, thrown away, does it here
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("ready")), None)
    if line is None:
        raise RuntimeError(done.stderr)
    _, moment, memory, busy = line.split()
    return (float(moment) - begun) * 1000, int(memory) / 1024, float(busy) * 1000


def start(rounds: int = 9) -> list[Result]:
    """Alternate runs on the small demo company, the first of each thrown away; ready: everything asked for has come, and
    nothing waits to be painted.

    In processor time too: on a machine that does other work most of the rest is waiting for a turn.
    """
    folder = small_company()
    ours, empty = [], []
    for _ in range(rounds + 1):
        ours.append(one(_OURS, folder))
        empty.append(one(_EMPTY, folder))
    del ours[0], empty[0]
    mine, bare = (statistics.median(ms for ms, _, _ in runs) for runs in (ours, empty))
    ours_busy, empty_busy = (statistics.median(busy for _, _, busy in runs) for runs in (ours, empty))
    memory = statistics.median(mb for _, mb, _ in ours)
    name = "start to usable window, demo company"
    return [
        Result(name, mine, bare, target=1.5),
        Result(f"{name}, processor time", ours_busy, empty_busy, target=1.5),
        Result("memory of the started window", memory, unit="MB", target=200),
    ]
