"""Files dropped on a dialog: each once, none silently lost, and one that vanished meanwhile is no crash."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from ui.kit.file_list import FileList


def test_files_are_listed_once_told_when_too_many_and_left_out(qtbot: QtBot, tmp_path: Path) -> None:
    made = [tmp_path / f"图“{i}”😀.png" for i in range(4)]
    for path in made:
        path.write_bytes(b"x" * 2048)
    files = FileList(3)
    qtbot.addWidget(files)
    told: list[str] = []
    files.full.connect(told.append)
    files.add([made[0], made[0], tmp_path, tmp_path / "nothing.png"])
    assert files.paths == [made[0]] and told == []
    with qtbot.waitSignal(files.changed):
        files.add(made)
    assert files.paths == made[:3] and told == ["图“3”😀.png"]
    made[1].unlink()
    gone = files.findChildren(QAbstractButton)[0]
    assert gone.accessibleName() == "不要 图“0”😀.png"
    gone.click()
    assert files.paths == made[1:3] and files.text() == f"{made[1]}\n{made[2]}"
