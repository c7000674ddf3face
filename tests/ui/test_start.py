"""The program from its start to its end, in a process of its own."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.desks import empty_desk, order_args, small_desk
from ui.shell.application import start_in_documents

ROOT = Path(__file__).resolve().parents[2]

LIFE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from salesdesk.__main__ import open_window
from ui.shell.application import application
app = application()
seen = []
def look():
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        seen.append(dialog.windowTitle())
        dialog.reject()
        return
    window = next((w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()), None)
    if window is not None and window.ops.idle:
        seen.append(window.front.key)
        window.close()
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
code = open_window(Path(sys.argv[1]))
print(code, *seen)
print(*sys.modules, file=sys.stderr)
"""


def live(folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", LIFE, str(folder)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120)


def test_a_first_start_asks_who_is_there_and_ends_well(tmp_path: Path) -> None:
    done = live(tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "欢迎使用销售内勤工作台", "today"]
    assert (tmp_path / "new" / "salesdesk.db").exists()
    assert "started on" in (tmp_path / "new" / "logs" / "window.log").read_text(encoding="utf-8")


def test_a_later_start_goes_straight_to_today(tmp_path: Path) -> None:
    empty_desk(tmp_path).close()
    done = live(tmp_path)
    assert done.stdout.split() == ["0", "today"], done.stderr


def holds_actions(name: str) -> bool:
    """Whether a module of the program declares verbs or what follows from them, which only those who act need."""
    path = ROOT.joinpath(*name.split(".")).with_suffix(".py")
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assigned = (node.targets for node in tree.body if isinstance(node, ast.Assign))
    return any(isinstance(t, ast.Name) and t.id in ("VERBS", "ACTIONS") for targets in assigned for t in targets)


def test_a_start_leaves_the_code_behind_the_verbs_alone(tmp_path: Path) -> None:
    """The page of the day stands with everything that waits, and no subject's actions were loaded for it."""
    desk = small_desk(tmp_path)
    order = desk.do("order.save", order_args(("P10012", "2", "48.60")))
    desk.do("order.confirm", {"uid": order.uid, "reason": "测试"})
    desk.close()
    done = live(tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = {name for name in done.stderr.split() if name.startswith("salesdesk.modules.")}
    assert {"salesdesk.modules.orders.module", "salesdesk.modules.orders.todos"} <= loaded
    assert not {name for name in loaded if holds_actions(name)}
    assert holds_actions("salesdesk.modules.orders.actions") and holds_actions("salesdesk.modules.orders.service")


def test_damaged_data_are_told_and_the_program_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "salesdesk.db").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    done = live(tmp_path)
    assert done.stdout.split() == ["3", "数据打不开"], done.stderr


def test_an_installed_program_saves_nothing_into_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shortcuts start it there, and a file dialog that is told no folder opens where the program runs."""
    program = tmp_path / "Programs" / "salesdesk"
    program.mkdir(parents=True)
    monkeypatch.chdir(program)
    start_in_documents()
    assert Path.cwd() == program, "from source it stays where it was started"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    start_in_documents()
    kept = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    assert Path.cwd() == (kept if kept.is_dir() else Path.home())


def test_qt_speaks_chinese(qtbot: QtBot, qapp: QApplication) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    texts = "".join(action.text() for action in edit.createStandardContextMenu().actions())
    assert "粘贴" in texts
