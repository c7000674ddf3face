"""A program that fails or is killed loses nothing: the next start offers what was half typed (SYS-7)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault
from tests.desks import small_desk
from tests.ui.hands import Hands, answer
from ui.kit.form import RecordForm
from ui.kit.record_dialog import RecordDialog, create_record
from ui.kit.widgets import LinkButton
from ui.pages.orders.page import OrdersPage
from ui.shell.crash import CrashCatcher, LastRun
from ui.shell.crash_dialog import CrashDialog, EndDialog
from ui.shell.unfinished import offer
from ui.shell.window import Window

ROOT = Path(__file__).resolve().parents[2]

LIFE = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from salesdesk.__main__ import open_window
from tests.ui.hands import Hands
from ui.shell.application import application
app = application()
how, seen = sys.argv[2], []
def boom():
    raise ZeroDivisionError("算错了")
def type_an_order(window):
    hands = Hands(window.ops)
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return")
    hands.type("PO-1")
    hands.press("Return", "Return")
    hands.type("P10012")
    hands.press("Return")
    hands.type("7")
    hands.press("Return", "Return")
def look():
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        seen.append(dialog.windowTitle())
        print(dialog._details)
        dialog._quit()
        return
    window = next((w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()), None)
    if window is None or not window.ops.idle or seen:
        return
    if QApplication.focusWidget() is None:
        window.activateWindow()
        return
    seen.append("window")
    if how == "look":
        QTimer.singleShot(400, lambda: (seen.append(window.banner.text), window.close()))
        return
    type_an_order(window)
    if how == "error":
        QTimer.singleShot(0, boom)
    elif how == "killed":
        QTimer.singleShot(2500, lambda: os._exit(9))
    else:
        window.close()
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
code = open_window(Path(sys.argv[1]))
print(code, *seen)
"""


def live(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", LIFE, str(folder), how]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=60)


@pytest.mark.parametrize(("how", "code"), [("error", 0), ("killed", 9)])
def test_the_next_start_offers_what_was_half_typed(tmp_path: Path, how: str, code: int) -> None:
    small_desk(tmp_path).close()
    done = live(tmp_path, how)
    assert done.returncode == code, done.stderr
    if how == "error":
        assert done.stdout.splitlines()[-1].split() == ["1", "window", "程序出了一个错"], done.stderr
        log = (tmp_path / "logs" / "window.log").read_text(encoding="utf-8")
        assert "unexpected error" in log and "builtins.ZeroDivisionError: ⟦算错了⟧" in log
    after = live(tmp_path, "look")
    assert "上次程序没有正常退出。填了一半的销售订单「苏州华源贸易有限公司" in after.stdout, after.stderr
    assert live(tmp_path, "look").stdout.split() == ["0", "window"]  # that one came to its end: no word any more


def test_an_ordinary_end_is_no_crash(tmp_path: Path) -> None:
    small_desk(tmp_path).close()
    assert live(tmp_path, "close").stdout.split() == ["0", "window"]
    assert not (tmp_path / "running").exists()


def test_going_on_puts_the_order_in_front_as_it_was_typed(window: Window, hands: Hands, desk: Desk) -> None:
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return")
    hands.type("PO-88")
    hands.press("Return", "Return")
    window.keep_drafts()
    hands.wait()
    page = window.front
    assert isinstance(page, OrdersPage)
    page.entries[0].order.draft.key = "another process had this one"  # so that it counts as left behind
    window.go("today")
    offer(window)
    hands.wait()
    assert "「苏州华源" in window.banner.text
    link = next(b for b in window.banner.findChildren(LinkButton) if b.text() == "接着填")
    link.click()
    hands.wait()
    assert window.front is page and page.entry is not None
    assert page.entry.order.draft.values["customer_po"] == "PO-88"
    assert not window.banner.isVisible()


@pytest.mark.parametrize(
    ("entity", "field"),
    [
        ("customer", "name"),
        ("meeting", "title"),
        ("order_problem", "what"),
        ("staff_loan", "purpose"),
        ("contract", "title"),
    ],
)
def test_going_on_brings_back_the_form_of_any_page(window: Window, hands: Hands, entity: str, field: str) -> None:
    """Left by another run: the draft lies on the disk, nothing of it is open."""
    form = RecordForm(window.context, entity)
    form.new({})
    form.draft.set(field, "打了一半的字")
    kept = form.payload()
    form.deleteLater()
    window.desk.drafts.keep("left-behind", entity, "打了一半的字", kept)
    offer(window)
    hands.wait()
    link = next(b for b in window.banner.findChildren(LinkButton) if b.text() == "接着填")
    link.click()
    hands.wait()
    shown = [one for one in window.findChildren(RecordForm) if one.isVisible() and one.entity.key == entity]
    assert [one.draft.get(field) for one in shown] == ["打了一半的字"]


def test_a_form_in_a_dialog_is_kept_as_well(window: Window, hands: Hands) -> None:
    def act(dialog: RecordDialog) -> None:
        hands.type("新客户还没打完")
        window.keep_drafts()
        window.ops.wait()
        (kept,) = window.desk.drafts.all("customer")
        assert "新客户还没打完" in str(kept.payload)

    answer(act)
    create_record(window.context, "customer")


def test_nothing_half_typed_no_word(window: Window) -> None:
    offer(window)
    window.ops.wait()
    assert not window.banner.isVisible()


@pytest.mark.expected_log("unexpected error")
def test_one_sentence_copy_details_and_a_bundle(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    catcher = CrashCatcher(window.desk.folder / "logs")
    catcher.watch(window)
    seen: list[str] = []

    def act(dialog: object) -> None:
        assert isinstance(dialog, CrashDialog)
        words = [one.text() for one in dialog.findChildren(QLabel) if one.isVisible() and one.text()]
        assert words == ["程序出了一个错", "已经保存的数据没有变，正在填的单子存成了草稿，可以接着工作。"]
        dialog.copy.click()
        seen.append(QGuiApplication.clipboard().text())
        dialog.look.click()
        assert dialog.text.isVisible()
        dialog.bundle.click()
        qtbot.waitUntil(lambda: bool(opened), timeout=20_000)
        seen.append(dialog.banner.text)

    answer(act)
    try:
        raise ZeroDivisionError("算错了")
    except ZeroDivisionError as error:
        catcher.report(error)
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=30_000)
    assert seen[0].startswith("salesdesk 0") and "ZeroDivisionError: 算错了" in seen[0]
    assert "没有客户资料" in seen[1] and list((window.desk.folder / "support").glob("诊断包-*.zip"))


@pytest.mark.expected_log("unexpected error")
def test_two_widgets_that_fail_at_every_painting_are_told_once_each(window: Window, qtbot: QtBot) -> None:
    catcher = CrashCatcher(window.desk.folder / "logs")
    catcher.watch(window)
    told: list[str] = []

    def first() -> None:
        raise ValueError(f"another word each time {len(told)}")

    def second() -> None:
        raise KeyError("苏州华源")

    for act in (first, second, first, second, first):
        before = len(told)
        if before < 2:
            answer(lambda dialog: (told.append(dialog._details), dialog.accept()))
        try:
            act()
        except (ValueError, KeyError) as error:
            catcher.report(error)
        assert len(told) == before, "a dialog in the middle of a painting"
        qtbot.waitUntil(lambda before=before: len(told) == min(before + 1, 2))  # type: ignore[misc]
    QGuiApplication.processEvents()
    assert ["ValueError" in told[0], "KeyError" in told[1], len(told)] == [True, True, 2]


@pytest.mark.expected_log("unexpected error")
def test_a_page_whose_draft_cannot_be_kept_takes_no_other_draft_along(
    window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return")
    hands.wait()
    window.desk.drafts.drop(next((one.uid for one in window.desk.drafts.all()), ""))
    window.go("today")
    broken = window.pages.page("today")
    monkeypatch.setattr(broken, "keep_draft", lambda: 1 / 0)
    heard: list[BaseException] = []
    window.crashed.disconnect()
    window.crashed.connect(heard.append)
    assert not window.close() and isinstance(heard[0], ZeroDivisionError), "told over the window, which stands"
    hands.wait()
    assert [one.entity for one in window.desk.drafts.all()] == ["sales_order"]
    assert window.close() and len(heard) == 1, "the next time it closes"


def test_what_python_writes_of_crashes_does_not_grow_for_ever(tmp_path: Path) -> None:
    told = tmp_path / "logs" / "fault.txt"
    told.parent.mkdir()
    told.write_bytes(b"Windows fatal exception\n" * 50_000)
    catcher = CrashCatcher(told.parent)
    catcher.install()
    catcher.remove()
    assert told.stat().st_size == 0 and told.with_name("fault.txt.1").stat().st_size > 1_000_000


@pytest.fixture
def full_disk(window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order is half typed, and from now on no draft can be written."""

    def local() -> object:
        raise EnvironmentFault("《salesdesk.db》没能保存：磁盘满了", "请清理一些空间，再试一次")

    monkeypatch.setattr(window.desk.database, "local", local)
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return")


def test_a_draft_the_disk_has_no_room_for_is_told_and_written_later(
    window: Window, full_disk: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.front
    assert isinstance(page, OrdersPage)
    qtbot.waitUntil(lambda: "磁盘满了" in window.banner.text, timeout=10_000)
    head = page.entries[0].head
    assert head.kept.text() == "没能自动保存" and head.kept_icon.isHidden(), "no tick beside that"
    monkeypatch.undo()
    qtbot.waitUntil(lambda: bool(window.desk.drafts.all()), timeout=10_000)
    qtbot.waitUntil(lambda: page.entries[0].head.kept.text().startswith("已自动保存"), timeout=10_000)


@pytest.mark.expected_log("unexpected error")
def test_an_error_says_when_the_draft_could_not_be_kept(window: Window, full_disk: None, qtbot: QtBot) -> None:
    catcher = CrashCatcher(window.desk.folder / "logs")
    catcher.watch(window)
    said: list[str] = []
    answer(lambda dialog: said.append(dialog.hint.text()))
    catcher.report(ZeroDivisionError("算错了"))
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "没能存成草稿" in said[0] and "磁盘满了" in said[0] and "存成了草稿" not in said[0]


def test_a_window_whose_draft_cannot_be_kept_closes_at_the_second_wish_only(
    window: Window, full_disk: None, hands: Hands
) -> None:
    assert not window.close(), "what was typed would be gone without a word"
    hands.wait()
    assert "没能存成草稿" in window.banner.text and "磁盘满了" in window.banner.text
    assert window.close()


def test_a_fault_of_the_machine_is_told_as_such_and_not_as_our_error(window: Window, qtbot: QtBot) -> None:
    catcher = CrashCatcher(window.desk.folder / "logs")
    catcher.watch(window)
    said: list[str] = []
    answer(lambda dialog: (said.append(dialog.windowTitle()), said.append(dialog.banner.text), dialog.accept()))
    catcher.report(EnvironmentFault("《salesdesk.db》没能保存：磁盘满了", "请清理一些空间，再试一次"))
    qtbot.waitUntil(lambda: len(said) == 2, timeout=10_000)
    assert said == ["《salesdesk.db》没能保存：磁盘满了", "请清理一些空间，再试一次"]


@pytest.mark.expected_log("ended by an error")
@pytest.mark.parametrize("where", ["open_data", "Window"])
def test_a_start_that_fails_says_so_and_ends(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    from ui import main

    small_desk(tmp_path).close()
    monkeypatch.setattr(main, where, lambda *_: 1 / 0)
    seen: list[str] = []

    def act(dialog: EndDialog) -> None:
        assert not dialog.quit.isVisible() and dialog.yes.text() == "退出程序"
        seen.append(dialog._details)
        dialog.bundle.click()
        qtbot.waitUntil(lambda: "诊断包已做好" in dialog.banner.text, timeout=20_000)
        dialog.accept()

    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: True)
    answer(act)
    assert main.main(tmp_path) == 1
    assert "ZeroDivisionError" in seen[0]


def test_a_run_that_left_its_note_did_not_end_well(tmp_path: Path) -> None:
    first, second, third = LastRun(tmp_path), LastRun(tmp_path), LastRun(tmp_path)
    first.begin()
    second.begin()
    second.end()
    third.begin()
    assert (first.ended_well, second.ended_well, third.ended_well) == (True, False, True)
