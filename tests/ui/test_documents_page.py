"""The page 文件 by keys: a letter typed in, a folder dropped, words read in the background and searched, versions opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.ui.hands import Hands, answer, clipped, nameless
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


def button(inside: QWidget, text: str) -> QPushButton:
    """The visible button of that name."""
    [found] = [b for b in inside.findChildren(QPushButton) if b.isVisible() and b.text().startswith(text)]
    return found


def press_button(page: DocumentsPage, hands: Hands, text: str, *typed: str) -> None:
    """Press a button by the keyboard and fill in what its dialog asks, field after field."""

    def fill(dialog: QDialog) -> None:
        for place, one in enumerate(typed):
            if place:
                hands.press("Tab")
            hands.type(one)
        hands.press("Ctrl+Return")

    if typed:
        answer(fill)
    button(page, text).setFocus()
    hands.press("Space")
    page.ops.wait()
    page.window().activateWindow()  # a dialog that is gone may have kept the keyboard
    QApplication.processEvents()


def test_old_papers_are_looked_through_and_destroyed_by_keys(
    window: Window, page: DocumentsPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    desk.settings.put("operator.role", "manager")
    for title in ("旧图", "旧报告"):
        uid = desk.do("document.take_in", {"files": str(paper(tmp_path, f"{title}.txt", title))}).uid
        desk.do("document.file", {"uid": uid, "retention": "5 年", "day": "2020-02-01"})
    panel = page.show_register("destruction")
    page.ops.wait()
    press_button(page, hands, "鉴定", "", "王敏、周经理")
    panel.view.select_row(0)
    panel.view.setFocus()
    hands.press("Enter")
    page.ops.wait()
    record = panel.record
    assert record is not None and record.isVisible() and clipped(page) == []
    table = record.form.grid("lines").table
    assert table.lines.rowCount() == 2, "nothing is added to what was listed"
    assert not [b for b in record.findChildren(QPushButton) if b.isVisible() and b.text().startswith("添加")]
    shown = [[table.lines.index(r, c).data() for c in range(1, 4)] for r in range(2)]
    assert shown == [["资料〔2026〕1号", "旧图", "2025-01-31"], ["资料〔2026〕2号", "旧报告", "2025-01-31"]]
    table.setFocus()
    table.setCurrentIndex(table.lines.index(1, table.lines.column_of("decision")))
    hands.type("延长")
    hands.press("Return")
    for key, text in (("years", "5"), ("why", "还在质保")):
        table.setCurrentIndex(table.lines.index(1, table.lines.column_of(key)))
        hands.type(text)
        hands.press("Return")
    hands.press("Ctrl+S")
    page.ops.wait()
    press_button(page, hands, "批准销毁", "钱总")
    press_button(page, hands, "登记销毁", "张伟", "陈刚")
    states = {r["title"]: (r["state"], r["keep_until"]) for r in desk.rows("document")}
    assert states == {"旧图": ("destroyed", "2025-01-31"), "旧报告": ("filed", "2030-01-31")}
    assert len([p for p in (desk.folder / "attachments").rglob("*") if p.is_file()]) == 1
    assert not window.toast.offers_undo, "what is gone is not offered back"
    assert nameless(page) == []


def test_the_form_shows_what_there_is_and_a_mark_brings_its_button(
    page: DocumentsPage, hands: Hands, desk: Desk
) -> None:
    hands.press("Ctrl+N")
    record = page.front.record
    assert record is not None
    assert not record.form.box("number").isVisible() and not record.form.box("reviewed_by").isVisible()
    assert record.form.box("title").isVisible()
    hands.press("Escape")
    uid = desk.do("document.save", {"kind": "资料", "title": "图纸"}).uid
    desk.do("document.file", {"uid": uid})
    page.show_register("document").open(uid)
    page.ops.wait()
    record = page.front.record
    assert record is not None and record.form.box("number").isVisible()

    def names() -> list[str]:
        return [v.name for v in page.front.verbs.fitting(page.front.entity, record.form.row)]

    assert "document.hold" in names() and "document.release" not in names()
    desk.do("document.hold", {"uid": uid, "why": "在审计"})
    record.show_record(uid)
    assert "document.release" in names() and record.form.box("held_why").isVisible()


def test_an_undone_number_stays_in_the_book_as_void(page: DocumentsPage, desk: Desk) -> None:
    uid = desk.do("document.save", {"kind": "外来文件", "title": "通知", "sender": "市局"}).uid
    desk.do("document.register", {"uid": uid})
    desk.do("system.undo")
    panel = page.show_register("document_number")
    page.ops.wait()
    assert panel.model.rowCount() == 1
    [row] = desk.rows("document_number")
    assert (row["number"], row["standing"]) == ("收文〔2026〕1号", "void")
