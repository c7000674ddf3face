"""The program started twice on one data folder: the first window comes forward, the second says nothing of a bad end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.desks import small_desk
from tests.ui.hands import answer
from ui.main import give_back, main
from ui.shell import already_open, holding
from ui.shell.already_open import AlreadyOpen, wait_for
from ui.shell.holding import Holding, lock_file

ROOT = Path(__file__).resolve().parents[2]

FIRST = """
import subprocess, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from salesdesk.__main__ import open_window
from ui.shell.application import application
app = application()
seen = []
def look():
    window = next((w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()), None)
    if window is None or not window.ops.idle:
        return
    if not seen:
        window.showMinimized()
        seen.append(subprocess.Popen([sys.executable, "-m", "salesdesk", "--data", sys.argv[1]], stdout=subprocess.PIPE))
    elif not window.isMinimized():
        seen.append("called")
        timer.stop()
        window.close()
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
code = open_window(Path(sys.argv[1]))
print(code, *seen[1:], seen[0].wait(30), seen[0].stdout.read())
"""
HOLDS = """
import sys, time
from PySide6.QtCore import QCoreApplication
from pathlib import Path
from ui.shell.holding import Holding
app = QCoreApplication([])
one = Holding()
print(one.take(Path(sys.argv[1])), flush=True)
time.sleep(60)
"""


def run(script: str, folder: Path) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", script, str(folder)]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


def test_the_second_start_calls_the_first_window_and_ends(tmp_path: Path) -> None:
    small_desk(tmp_path).close()
    with run(FIRST, tmp_path) as first:
        told, errors = first.communicate(timeout=90)
    assert told.split() == ["0", "called", "0", "b''"], errors
    assert not (tmp_path / "running").exists() and not lock_file(tmp_path).exists()


def test_a_window_that_died_holds_nothing(tmp_path: Path, qapp: QApplication) -> None:
    with run(HOLDS, tmp_path) as other:
        assert other.stdout is not None and other.stdout.readline().strip() == "True"
        mine = Holding()
        assert not mine.take(tmp_path) and holding.holder(tmp_path)[0] == other.pid
        other.kill()
    assert mine.take(tmp_path) and mine.take(tmp_path)
    mine.let_go()
    assert not lock_file(tmp_path).exists()


def test_a_lock_left_by_another_process_of_the_same_number_holds_nothing(tmp_path: Path, qapp: QApplication) -> None:
    """After a power cut Windows counts its processes from the beginning; the program opened at logon may get its number again."""
    dead, mine, second = Holding(), Holding(), Holding()
    assert dead.take(tmp_path)
    left = lock_file(tmp_path).read_bytes()
    dead.let_go()
    lock_file(tmp_path).write_bytes(left)
    assert holding.holder(tmp_path)[0] == os.getpid()
    assert mine.take(tmp_path) and not second.take(tmp_path)
    mine.let_go()
    assert second.take(tmp_path)
    second.let_go()


def test_one_that_does_not_answer_is_named_and_the_draft_is_left_alone(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_desk(tmp_path).close()
    monkeypatch.setattr(holding, "ANSWERS_WITHIN", 0.1)
    (tmp_path / "running").write_text("1", encoding="utf-8")
    with run(HOLDS, tmp_path) as other:
        assert other.stdout is not None
        other.stdout.readline()
        seen: list[str] = []

        def give_up(dialog: AlreadyOpen) -> None:
            seen.append(dialog.banner.text)
            words = next(one for one in dialog.banner.findChildren(QLabel) if one.text())
            assert words.height() >= words.heightForWidth(words.width()), "what it says is cut off"
            dialog.no.click()

        answer(give_up)
        assert main(tmp_path) == 0
        other.kill()
    assert "已经在另一个窗口里开着" in seen[0] and str(other.pid) in seen[0]
    assert (tmp_path / "running").read_text(encoding="utf-8") == "1"


def test_at_log_in_nobody_is_disturbed(tmp_path: Path, qapp: QApplication) -> None:
    first, second = Holding(), Holding()
    assert first.take(tmp_path)
    assert not wait_for(second, tmp_path, silent=True)
    first.let_go()
    give_back(None)


def test_another_pc_is_named_and_can_be_overruled_when_it_is_off(tmp_path: Path, qtbot: QtBot) -> None:
    """A PC that lost its power cannot give the folder back, and nobody here can tell whether it still runs."""
    lock = QLockFile(str(lock_file(tmp_path)))
    lock_file(tmp_path).parent.mkdir()
    assert lock.tryLock(0)
    words = lock_file(tmp_path).read_text(encoding="utf-8")
    here = holding.holder(tmp_path)[1]  # Windows writes it in capitals
    lock.unlock()
    lock_file(tmp_path).write_text(words.replace(here, "前台"), encoding="utf-8")
    seen: list[str] = []

    def overrule(dialog: AlreadyOpen) -> None:
        seen.append(dialog.banner.text)
        dialog.force.click()

    answer(overrule)
    mine = Holding()
    assert wait_for(mine, tmp_path)
    assert "正在电脑「前台」上开着" in seen[0]
    mine.let_go()


def test_a_window_on_the_screen_of_another_user_is_named_instead_of_called(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would come forward where nobody here sees it, and the program would seem not to start at all."""
    first, seen = Holding(), []
    assert first.take(tmp_path)
    sessions = iter((2, 1, 2, 1))
    monkeypatch.setattr(already_open, "session_of", lambda process: next(sessions))
    monkeypatch.setattr(already_open, "call_forward", lambda folder: pytest.fail("called forward"))

    def leave(dialog: AlreadyOpen) -> None:
        seen.append(dialog.banner.text)
        dialog.no.click()

    answer(leave)
    assert not wait_for(Holding(), tmp_path)
    assert "另一个 Windows 用户" in seen[0]
    first.let_go()
