"""设置 → 备份 with real keys: copies are shown, a drill is green or red, and a copy is put back by choosing it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QFileDialog
from pytest import MonkeyPatch
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk, open_desk
from tests.desks import small_desk
from tests.ui.hands import Hands, answer
from ui.main import open_data
from ui.shell.backup_box import RestoreDialog, Restoring
from ui.shell.settings_page import SettingsPage
from ui.shell.window import Window

ROOT = Path(__file__).resolve().parents[2]

LIFE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.main import main
from ui.shell.application import application
from ui.shell.backup_box import Restoring
app = application()
seen = []
def look():
    window = next((w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()), None)
    if window is None or not window.ops.idle:
        return
    seen.append(window.desk.count("customer"))
    if len(seen) == 1:
        window.open_anew(Restoring(Path(sys.argv[2])))
    else:
        seen.append(window.banner.text)
        window.close()
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
code = main(Path(sys.argv[1]))
print(code, *seen)
"""


def test_the_clerk_chooses_a_copy_and_the_window_closes_for_it(
    window: Window, desk: Desk, hands: Hands, tmp_path: Path
) -> None:
    desk.backup()
    desk.do("customer.save", {"name": "备份以后录的"})
    hands.press("Ctrl+,")
    hands.wait()
    page = window.front
    assert isinstance(page, SettingsPage)
    assert "最近一份" in page.backups.state.text() and "一共留着 1 份" in page.backups.state.text()
    told: list[Any] = []

    def choose(dialog: Any) -> None:
        told.append(dialog.windowTitle())
        if isinstance(dialog, RestoreDialog):
            told.append(dialog.table.texts())
            answer(lambda sure: (told.append(sure.windowTitle()), sure.accept()))
        Hands().press("Ctrl+Return")

    answer(choose)
    page.backups.restore.setFocus()
    hands.press("Space")
    hands.wait()
    hands.wait()
    assert told[0] == "从备份恢复" and told[1][0][1] == "备份" and "12:00" in told[1][0][0]
    assert told[2] == "恢复这份备份？"
    assert isinstance(window.wish, Restoring) and not window.isVisible()
    desk.close()
    assert "已恢复" in window.wish.restore(desk.folder).text
    again = open_desk(desk.folder, desk.database.clock)
    assert not [r for r in again.rows("customer") if r["name"] == "备份以后录的"]
    again.close()


def test_the_drill_shows_green_or_red_and_red_stands_on_today(window: Window, desk: Desk, hands: Hands) -> None:
    made = desk.backup()
    window.go("settings")
    page = window.front
    assert isinstance(page, SettingsPage)
    page.backups.drill.setFocus()
    hands.press("Space")
    hands.wait()
    hands.wait()
    assert "能恢复" in page.backups.told.text()
    made.write_bytes(made.read_bytes()[:30000])
    assert hands.focus is page.backups.drill, "a button keeps the keyboard while it is busy"
    hands.press("Space")
    hands.wait()
    hands.wait()
    assert made.name in page.backups.told.text() and "能恢复" not in page.backups.told.text()
    assert [t for t in desk.todos() if t.verb == "backup.drill"]


def test_a_copy_is_taken_along(
    window: Window, desk: Desk, hands: Hands, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: str(tmp_path))
    window.go("settings")
    page = window.front
    assert isinstance(page, SettingsPage)
    page.backups.portable.setFocus()
    hands.press("Space")
    hands.wait()
    assert (tmp_path / "salesdesk-copy" / "salesdesk.db").exists()


def test_the_window_opens_again_on_the_restored_data(tmp_path: Path) -> None:
    """The whole way in a process of its own: closed, put back, opened, told."""
    desk = small_desk(tmp_path)
    made = desk.backup()
    desk.do("customer.save", {"name": "备份以后录的"})
    desk.close()
    env = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", LIFE, str(tmp_path), str(made)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    code, first, second, *words = done.stdout.split()
    assert (code, int(first) - int(second)) == ("0", 1) and "已恢复" in words[0]


def test_a_damaged_file_is_replaced_by_a_copy_from_the_dialog_that_tells_of_it(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, expected_log: Callable[[str], None]
) -> None:
    expected_log("data not opened")
    made = small_desk(tmp_path)
    made.backup()
    made.close()
    file = tmp_path / "salesdesk.db"
    file.write_bytes(b"not a database, only text that is long enough to be looked at" * 80)
    told: list[str] = []

    def damaged(dialog: Any) -> None:
        told.append(dialog.banner.text)
        answer(lambda copies: (answer(lambda sure: sure.accept()), copies.answer()))
        assert QApplication.focusWidget() is dialog.restore
        Hands().press("Space")

    answer(damaged)
    desk = open_data(qapp, tmp_path)
    assert desk is not None and desk.rows("customer") and "换上" in told[0]
    desk.close()
    kept = list((tmp_path / "backups").glob("*replaced*"))
    assert kept and b"not a database" in kept[0].read_bytes()
