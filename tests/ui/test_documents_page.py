"""The page 文件 by keys: a letter typed in, a folder dropped, words read in the background and searched, versions opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.ui.hands import Hands, clipped, nameless
from ui.pages.documents.page import DocumentsPage
from ui.pages.documents.versions_dialog import Versions
from ui.shell.window import Window


@pytest.fixture
def page(window: Window) -> DocumentsPage:
    window.go("documents")
    window.ops.wait()
    found = window.front
    assert isinstance(found, DocumentsPage)
    return found


def drop(page: DocumentsPage, where: QPointF, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    page.dropEvent(
        QDropEvent(where, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )
    page.ops.wait()


def paper(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_letter_is_typed_in_and_its_next_step_offered(page: DocumentsPage, hands: Hands, desk: Desk) -> None:
    hands.press("Ctrl+N")
    hands.type("外来")
    hands.press("Tab", "Tab")
    hands.type("关于年检的通知")
    hands.press("Tab")
    hands.type("市局")
    hands.press("Ctrl+S")
    page.ops.wait()
    [letter] = desk.rows("document")
    assert (letter["title"], letter["sender"], letter["state"]) == ("关于年检的通知", "市局", "received")
    panel = page.front
    assert panel.record is not None
    assert [v.name for v in panel.verbs.fitting(panel.entity, panel.record.form.row)] == ["document.register"]
    assert nameless(page) == [] and clipped(page) == []


def test_a_dropped_folder_is_read_in_the_background_and_found(
    page: DocumentsPage, hands: Hands, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "资料"
    folder.mkdir()
    paper(folder, "工艺.txt", "阀座研磨用金刚砂")
    paper(folder, "点检.txt", "每周点检油位")
    drop(page, QPointF(5, 5), folder)
    assert {r["title"] for r in desk.rows("document")} == {"工艺", "点检"}
    assert page.front.model.rowCount() == 2
    hands.press("Ctrl+F")
    hands.type("金刚砂")
    qtbot.waitUntil(lambda: page.front.model.rowCount() == 1)
    page.front.view.select_row(0)
    assert (desk.row("document", page.front.in_hand()) or {})["title"] == "工艺"


def test_f9_opens_the_file_and_lists_versions_when_there_are_several(
    page: DocumentsPage, hands: Hands, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile()).read_text(encoding="utf-8"))
    )
    drop(page, QPointF(5, 5), paper(tmp_path, "说明.txt", "第一版"))
    page.front.view.select_row(0)
    page.front.view.setFocus()
    hands.press("F9")
    page.ops.wait()
    assert opened == ["第一版"]
    hands.press("Enter")
    page.ops.wait()
    record = page.front.record
    assert record is not None and record.isVisible()
    inside = record.mapTo(page, record.rect().center())
    drop(page, QPointF(inside), paper(tmp_path, "说明.txt", "第二版"))
    assert len(desk.rows("document")) == 1, "dropped on the record it is a version of it"
    hands.press("F9")
    page.ops.wait()
    [dialog] = [w for w in QApplication.topLevelWidgets() if isinstance(w, Versions) and w.isVisible()]
    assert [line[:2] for line in dialog.table.texts()] == [["2", "说明.txt"], ["1", "说明.txt"]]
    assert nameless(dialog) == [] and clipped(dialog) == []
    hands.press("Down", "Enter")
    page.ops.wait()
    assert opened == ["第一版", "第一版"] and not dialog.isVisible()
