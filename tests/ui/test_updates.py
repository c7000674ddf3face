"""A newer program on the share is offered in the window, fetched, checked and started; and one invoice is looked at alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.services.sync import updates
from tests.sync.pcs import Pc, first_pc, joined_pc
from tests.sync.test_updates import installer
from tests.ui.hands import Hands, answer
from tests.vouchers_made.as_ofd import plain_ofd
from tests.vouchers_made.as_xml import full
from tests.vouchers_made.made import full_invoice
from ui.kit import syncer as syncer_file
from ui.kit.print_preview import PrintPreview
from ui.pages.sync.page import SyncPage
from ui.shell import update_watch
from ui.shell.look import FileWords, view_file
from ui.shell.settings_page import SettingsPage
from ui.shell.window import Window


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Pc]:
    """The PC that made the workspace, its operator the 主管."""
    made = first_pc(tmp_path / "主管", tmp_path / "share", "王芳")
    made.desk.settings.put("operator.role", "manager")
    yield made
    made.desk.close()


@pytest.fixture
def desk(manager: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The clerk's, joined; rounds go when the test says so."""
    monkeypatch.setattr(syncer_file, "FIRST_AFTER_MS", 10_000_000)
    monkeypatch.setattr(syncer_file, "AFTER_CHANGE_MS", 10_000_000)
    pc = joined_pc(tmp_path / "内勤", tmp_path / "share", "李雷")
    yield pc.desk
    pc.desk.close()


def finished(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.context.syncer.idle, timeout=20_000)
    QApplication.processEvents()
    window.ops.wait()


def looked(window: Window, qtbot: QtBot) -> None:
    """A round, and a look for a newer program after it."""
    window.context.syncer.sync_now()
    finished(window, qtbot)
    assert window.sync_watch is not None
    window.sync_watch.updates.look(anew=True)
    finished(window, qtbot)


def test_a_newer_program_is_offered_fetched_checked_and_started(
    window: Window, manager: Pc, hands: Hands, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path] = []
    monkeypatch.setattr(update_watch, "start_installer", lambda file: started.append(file) or True)
    monkeypatch.setattr(update_watch, "WINDOWS", True)
    release = updates.publish(manager.desk.sync, installer(tmp_path), "对账单能批量发")
    looked(window, qtbot)
    banner = window.strip.banner
    assert banner.isVisible() and "9.1.0" in banner.text and "对账单能批量发" in banner.text and "王芳" in banner.text
    answer(lambda sure: (sure.yes.setFocus(), Hands().press("Space")))
    assert window.sync_watch is not None
    window.sync_watch.updates.take()
    finished(window, qtbot)
    assert [one.name for one in started] == [release.file] and started[0].read_bytes().startswith(b"MZ")
    qtbot.waitUntil(lambda: not window.isVisible())


def test_an_exchanged_program_is_told_and_not_started(
    window: Window, manager: Pc, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path] = []
    monkeypatch.setattr(update_watch, "start_installer", started.append)
    release = updates.publish(manager.desk.sync, installer(tmp_path))
    looked(window, qtbot)
    (tmp_path / "share" / "salesdesk" / "app" / release.file).write_bytes(b"MZ somebody else's")
    assert window.sync_watch is not None
    window.sync_watch.updates.take()
    finished(window, qtbot)
    assert "不一样" in window.toast.text and not started


def test_without_a_newer_one_nothing_is_said(window: Window, manager: Pc, qtbot: QtBot, tmp_path: Path) -> None:
    updates.publish(manager.desk.sync, installer(tmp_path, "0.0.1"))
    looked(window, qtbot)
    assert not window.strip.banner.isVisible()


def test_an_offer_waits_until_what_stands_above_the_page_is_gone(
    window: Window, manager: Pc, qtbot: QtBot, tmp_path: Path
) -> None:
    updates.publish(manager.desk.sync, installer(tmp_path))
    window.strip.banner.say("err", "别的事")
    assert window.sync_watch is not None
    window.sync_watch.updates._looked = -1e9  # the start has looked already
    window.context.syncer.sync_now()
    finished(window, qtbot)
    assert window.strip.banner.text == "别的事"
    window.strip.banner.hide()
    window.context.syncer.sync_now()
    finished(window, qtbot)
    assert "9.1.0" in window.strip.banner.text


def test_who_asks_in_the_settings_is_answered(
    window: Window, manager: Pc, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    window.go("settings")
    hands.wait()
    page = window.front
    assert isinstance(page, SettingsPage) and page.newer.isVisible()
    page.newer.click()
    finished(window, qtbot)
    assert "没有更新的版本" in window.toast.text
    updates.publish(manager.desk.sync, installer(tmp_path))
    page.newer.click()
    finished(window, qtbot)
    assert "9.1.0" in window.strip.banner.text
    window.strip.banner.hide()
    (tmp_path / "share").rename(tmp_path / "away")
    page.newer.click()
    finished(window, qtbot)
    (tmp_path / "away").rename(tmp_path / "share")
    assert "共享" in window.toast.text and "没有更新" not in window.toast.text


def test_an_installer_that_is_blocked_leaves_the_window_open_and_says_where_it_is(
    window: Window, manager: Pc, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_watch, "WINDOWS", True)
    release = updates.publish(manager.desk.sync, installer(tmp_path))
    looked(window, qtbot)
    answer(lambda sure: (sure.yes.setFocus(), Hands().press("Space")))
    assert window.sync_watch is not None
    window.sync_watch.updates.take()  # no system runs this file
    finished(window, qtbot)
    assert window.isVisible() and release.file in window.strip.banner.text and "没能启动" in window.strip.banner.text


def test_the_manager_puts_a_new_one_there_from_the_list_of_pcs(
    window: Window, desk: Desk, hands: Hands, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.press("Ctrl+Shift+S")
    hands.wait()
    page = window.front
    assert isinstance(page, SyncPage) and page.peers.newer.isHidden(), "only for the 主管"
    desk.settings.put("operator.role", "manager")
    page.read()
    hands.wait()
    assert not page.peers.newer.isHidden()
    file = installer(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))

    def news(dialog: Any) -> None:
        hands.type("修了打印")
        hands.press("Ctrl+Return")

    answer(news)
    page.peers.newer.click()
    finished(window, qtbot)
    offer = updates.offered(desk.sync)
    assert offer is not None and offer.news == "修了打印"


def test_one_invoice_is_looked_at_without_opening_any_data(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "发票 一.xml"
    file.write_bytes(full(full_invoice(), "V1.0", labels=True))
    words = view_file(file)
    qtbot.addWidget(words)
    assert isinstance(words, FileWords)
    assert "价税合计 ¥106.00" in words.hint.text() and "数电普票" in words.hint.text()
    assert "106.00" in [value for _, value in words.table.texts()], "an XML has no page, so its words are listed"
    painted = tmp_path / "发票 一.ofd"
    painted.write_bytes(plain_ofd(["电子发票"]))
    preview = view_file(painted)
    qtbot.addWidget(preview)
    assert isinstance(preview, PrintPreview) and preview.pdf.startswith(b"%PDF")
    preview.show()
    assert preview.focusWidget() is preview.area, "arrows scroll; no button wears the ring before anything was pressed"
    gone = view_file(tmp_path / "没有.ofd")
    qtbot.addWidget(gone)
    assert isinstance(gone, PrintPreview) and not gone.pdf and gone.banner.text
