"""While nothing else is to be done the window reads the words of files, whatever page is in front (DOC-3)."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.modules.documents import texts
from ui.shell.window import Window


def unread(desk: Desk, folder: Path, count: int) -> None:
    """Documents whose files nobody has read: they were secret when they came in."""
    for number in range(count):
        path = folder / f"配方{number}.txt"
        path.write_text(f"钼酸铵 {number} 号", encoding="utf-8")
        uid = desk.do("document.take_in", {"files": str(path), "secrecy": "秘密"}).uid
        desk.do("document.save", {"uid": uid, "secrecy": "内部"})


def test_after_something_was_done_files_are_read_without_the_page(
    window: Window, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    unread(desk, tmp_path, 3)
    assert not desk.find("钼酸铵", "document") and "documents" not in window.pages.made
    window.ops.run("product.save", {"code": "P9", "name": "阀盖", "unit": "只"})
    window.ops.wait()
    assert window.quiet.coming
    qtbot.waitUntil(lambda: len(desk.find("钼酸铵", "document")) == 3, timeout=8000)


def test_batch_after_batch_until_all_are_read_and_never_while_something_is_under_way(
    window: Window, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: object
) -> None:
    texts_seconds, texts.SECONDS = texts.SECONDS, 0.0
    try:
        unread(desk, tmp_path, 4)
        window.ops.read(lambda: None, lambda answer: None)
        window.quiet.begin()
        assert window.quiet.coming, "something is on its way: later"
        window.ops.wait()
        assert not desk.rows("file_words")
        window.quiet.begin()
        qtbot.waitUntil(lambda: len(desk.rows("file_words")) == 4, timeout=8000)
        window.ops.wait()
    finally:
        texts.SECONDS = texts_seconds
