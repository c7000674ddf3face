"""Real keys through a real X server, as fast as a barcode scanner: not one of them may land in the wrong cell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from salesdesk.desk import open_desk
from tests.desks import small_desk

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed: no real keys to send"),
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="no display: run under Xvfb, as `dev.py test` does"),
]

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from salesdesk.desk import open_desk
from ui.kit.theme import theme
from ui.shell.application import application
from ui.shell.window import Window

app = application()
theme().apply(app, "light")
desk = open_desk(Path(sys.argv[1]))
window = Window(desk)
window.setWindowTitle("keys under test")
window.resize(1300, 800)
window.show()
window.go("orders")
view = window.front.new_order({"customer": sys.argv[2]})
view.to_lines()
window.activateWindow()

def look():
    if view.grid.hasFocus() and window.isActiveWindow():
        print("ready", flush=True)
    else:
        window.activateWindow()
        view.to_lines()
        QTimer.singleShot(100, look)

def finish():
    line = sys.stdin.readline()
    view.settle()
    view.actions_.save()
    window.ops.wait()
    window.close()
    desk.close()
    app.quit()

from PySide6.QtCore import QSocketNotifier
notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
notifier.activated.connect(finish)
QTimer.singleShot(200, look)
app.exec()
"""


def read_line(running: subprocess.Popen[str], seconds: float) -> str:
    """One line the program says, or a failure with what it said instead."""
    assert running.stdout is not None
    os.set_blocking(running.stdout.fileno(), False)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line = running.stdout.readline()
        if line:
            return line.strip()
        if running.poll() is not None:
            break
        time.sleep(0.05)
    running.kill()
    raise AssertionError(f"the window was not ready: {running.stderr.read() if running.stderr else ''}")


@pytest.mark.parametrize("gap", [2, 8, 40])
def test_no_key_is_lost_at_any_speed(tmp_path: Path, gap: int) -> None:
    """Twelve lines: code, Enter, quantity, Enter, Enter, then every third price; read back from the file."""
    folder = tmp_path / "data"
    desk = small_desk(folder)
    customer = desk.find("华源", "customer")[0].uid
    desk.close()
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), customer],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        assert read_line(running, 60) == "ready"
        expected = []
        keys: list[str] = []
        for i in range(12):
            code, listed = (("P10012", "48.60"), ("P10013", "92.50"), ("P20031", "3.20"))[i % 3]
            qty, price = str(7 + i * 11), ("50.25" if i % 3 == 0 else "")
            keys += [*code, "Return", *qty, "Return", *price, "Return"]
            expected.append((code, int(qty) * 1000, round(float(price or listed) * 10000)))
        named = [{".": "period"}.get(k, k) for k in keys]
        subprocess.run(["xdotool", "key", "--delay", str(gap), *named], check=True, timeout=120)
        time.sleep(1.0)
        assert running.stdin is not None
        running.stdin.write("done\n")
        running.stdin.flush()
        running.wait(30)
    finally:
        running.kill()
        for pipe in (running.stdin, running.stdout, running.stderr):
            if pipe is not None:
                pipe.close()
        running.wait()
    desk = open_desk(folder)
    order = desk.rows("sales_order")[0]
    codes = {row["uid"]: row["code"] for row in desk.rows("product")}
    saved = [(codes[line["product"]], line["qty"], line["price"]) for line in desk.lines("order_line", order["uid"])]
    desk.close()
    assert saved == expected
