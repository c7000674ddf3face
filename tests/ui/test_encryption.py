"""加密 by hand: the code is typed back before anything happens; a PC without the key asks for it; chairs change in one process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from salesdesk.desk import DATA_FILE, encrypt_data, open_desk
from salesdesk.persistence import keys
from salesdesk.services import encryption, secrets
from tests.desks import empty_desk
from tests.ui.hands import Hands, answer
from ui.kit.print_preview import PrintPreview
from ui.kit.theme import theme
from ui.main import _take_over
from ui.shell.application import application
from ui.shell.encryption_box import CodeDialog, Converting
from ui.shell.not_opened import KeyWanted
from ui.shell.window import Window

ROOT = Path(__file__).resolve().parents[2]


def test_the_code_is_typed_back_from_the_paper(qtbot: QtBot) -> None:
    code, other = encryption.new_code(), encryption.new_code()
    dialog = CodeDialog(None, code)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    assert dialog.shown.text() == code.text and not dialog.typed.isVisible()
    QTest.keyClick(dialog.yes, Qt.Key.Key_Space)
    assert not dialog.shown.isVisible() and QApplication.focusWidget() is dialog.typed
    for wrong in ("ABCDE", other.text):
        dialog.typed.clear()
        QTest.keyClicks(dialog.typed, wrong)
        QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
        assert dialog.isVisible() and dialog.banner.text
    dialog.typed.clear()
    QTest.keyClicks(dialog.typed, code.text.lower())
    QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    assert not dialog.isVisible() and dialog.result()


def test_a_pc_without_the_key_asks_for_the_code(qtbot: QtBot, tmp_path: Path) -> None:
    empty_desk(tmp_path).close()
    code = encryption.new_code()
    encrypt_data(tmp_path, code)
    keys.forget(code.name)
    secrets.forget(tmp_path, f"file:{code.name.hex()}")
    dialog = KeyWanted("没有钥匙", tmp_path)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    QTest.keyClicks(dialog.code, encryption.new_code().text)
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    assert dialog.isVisible() and "不是这份数据的" in dialog.banner.text
    dialog.code.clear()
    QTest.keyClicks(dialog.code, code.text)
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    open_desk(tmp_path).close()


def test_what_the_next_window_says(tmp_path: Path) -> None:
    empty_desk(tmp_path).close()
    told = Converting(encryption.new_code()).restore(tmp_path)
    assert told.tone == "warn" and "keys" in told.text  # tests keep keys in files, and that is said
    assert encryption.encrypted(tmp_path / DATA_FILE)
    assert Converting(encryption.new_code()).restore(tmp_path).tone == "err"
    assert Converting(None).restore(tmp_path).tone == "ok"
    assert not encryption.encrypted(tmp_path / DATA_FILE)


LIFE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from salesdesk.__main__ import open_window
from salesdesk.services import encryption
from ui.shell.application import application
from ui.shell.encryption_box import Converting
from ui.shell.login import Login
app = application()
seen, windows = [], []
def look():
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, Login):
        who = "李强" if windows else "王敏"
        dialog.who.setCurrentIndex(dialog.who.findData(who))
        dialog.password.setText({"王敏": "songjiang-9", "李强": "huangshan-7"}[who])
        dialog.answer()
        return
    window = next((w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()), None)
    if window is None or not window.ops.idle or id(window) in windows:
        return
    windows.append(id(window))
    seen.append(window.desk.settings.operator)
    if len(windows) == 1:
        QTimer.singleShot(0, window.guard.change)
    elif len(windows) == 2:
        window.open_anew(Converting(encryption.new_code()))
    else:
        seen.append(str(encryption.encrypted(window.desk.database.path)))
        window.close()
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
code = open_window(Path(sys.argv[1]))
print(code, *seen)
"""


def test_something_stands_on_the_screen_while_the_file_is_written_anew(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file takes minutes; without a window the clerk would start the program again or switch the PC off."""
    theme().apply(application(), "light")
    seen, go_on = [], threading.Event()

    def convert(folder: Path, code: encryption.Code) -> bool:
        assert go_on.wait(20), "nobody saw anything"
        return True

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog) and not seen:
            dialog.reject()  # it stays
            seen.append((dialog.windowTitle(), dialog.isVisible()))
            go_on.set()

    monkeypatch.setattr("ui.shell.encryption_box.encrypt_data", convert)
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    told = _take_over(tmp_path, Converting(encryption.new_code()))
    timer.stop()
    assert told is not None and told.tone == "ok" and seen == [("正在加密数据文件", True)]


def test_chairs_change_and_the_file_is_encrypted_in_one_life_of_the_program(tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    desk.do("operator.begin", {"password": "songjiang-9"})
    uid = desk.do("operator.save", {"name": "李强", "role": "clerk"}).uid
    desk.do("operator.password", {"uid": uid, "password": "huangshan-7"})
    desk.close()
    env = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", LIFE, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=110)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "王敏", "李强", "李强", "True"]


def test_the_code_goes_onto_paper_and_nowhere_else(window: Window, qtbot: QtBot) -> None:
    code = encryption.new_code()
    dialog = CodeDialog(window, code, window.context)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    seen: list[bytes] = []

    def look(preview: object) -> None:
        assert isinstance(preview, PrintPreview)
        seen.append(preview.pdf)
        names = [one.accessibleName() for one in preview.findChildren(QPushButton) if one.isVisible()]
        assert "打印" in names and "另存 PDF" not in names and "复制" not in names
        Hands().press("Ctrl+S")
        preview.reject()

    answer(look)
    dialog.printing.setFocus()
    QTest.keyClick(dialog.printing, Qt.Key.Key_Space)
    assert seen and code.text in PdfDocument(seen[0])[0].get_textpage().get_text_bounded()
    QTest.keyClick(dialog.yes, Qt.Key.Key_Space)
    assert not dialog.printing.isVisible(), "not while it is typed back"
    assert not list(window.desk.folder.rglob("*.pdf"))
