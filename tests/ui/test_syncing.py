"""Setting up syncing, one round, the foot of the window and the list of PCs, by keys, with a real share (SYS-1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.services.sync.transport import FolderTransport
from tests.desks import small_desk
from tests.sync.pcs import PASSPHRASE, Pc, first_pc, joined_pc
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit import syncer as syncer_file
from ui.kit.widgets import LinkButton
from ui.pages.sync.again_dialog import AgainDialog
from ui.pages.sync.page import SyncPage
from ui.pages.sync.peers_card import RemoveDialog
from ui.pages.sync.setup_dialog import ENTRY, FOLDER, READY, SetupDialog, Wish
from ui.shell.joining import Joining, take_over
from ui.shell.window import Window

NEW_PASSPHRASE = "换过的新口令九八七"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def pc(tmp_path: Path, share: Path, request: pytest.FixtureRequest) -> Iterator[Pc]:
    """The PC whose window is shown: "alone", "fresh", or joined together with 李强's."""
    kind = getattr(request, "param", "joined")
    if kind == "joined":
        made = first_pc(tmp_path / "a", share)
    else:
        share.mkdir()
        if kind == "alone":
            small_desk(tmp_path / "a").close()
        made = Pc(tmp_path / "a", "王芳")
    yield made
    made.desk.close()


@pytest.fixture
def desk(pc: Pc) -> Desk:
    return pc.desk


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes by itself: the test says when."""
    monkeypatch.setattr(syncer_file, "FIRST_AFTER_MS", 10_000_000)
    monkeypatch.setattr(syncer_file, "AFTER_CHANGE_MS", 10_000_000)


@pytest.fixture(autouse=True)
def _still(still: None) -> None:
    return None


def finished(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.context.syncer.idle, timeout=20_000)
    QApplication.processEvents()
    window.ops.wait()


def foot(window: Window) -> str:
    status = window.navigation.status
    return f"{status.first.text_whole()}，{status.second.text_whole()}"


def sync_page(window: Window, hands: Hands) -> SyncPage:
    hands.press("Ctrl+Shift+S")
    hands.wait()
    page = window.pages.page("sync")
    assert isinstance(page, SyncPage) and window.front is page
    return page


def in_setup(window: Window, hands: Hands, act: Callable[[SetupDialog], object]) -> None:
    sync_page(window, hands)
    answer(act)
    hands.press("Space")  # the one button of the page has the keyboard


@pytest.mark.parametrize("pc", ["alone"], indirect=True)
class TestTheFirstTime:
    def test_a_pc_alone_says_so_and_runs_nothing(self, window: Window, hands: Hands) -> None:
        assert foot(window).startswith("已保存在本机")
        assert "syncer" not in window.context.__dict__, "not even made"
        assert not [t for t in threading.enumerate() if t.name == "salesdesk-sync"]

    def test_a_workspace_is_made_by_keys_alone(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, share: Path
    ) -> None:
        seen: list[str] = []

        def fill(dialog: SetupDialog) -> None:
            hands.type("共享")
            hands.press("Ctrl+Return")
            assert "完整路径" in dialog.folder_label.error and dialog.step == FOLDER
            dialog.folder.selectAll()
            hands.type(str(share))
            hands.press("Ctrl+Return")
            finished(window, qtbot)
            assert dialog.step == ENTRY and "还没有工作区" in dialog.kind.text()
            assert not clipped(dialog) and not nameless(dialog)
            hands.type("12345")
            hands.press("Ctrl+Return")
            assert "太短" in dialog.making.label.error
            dialog.making.first.selectAll()
            hands.type(PASSPHRASE)
            dialog.making.again.setFocus()
            hands.type(PASSPHRASE[:-1])
            hands.press("Ctrl+Return")
            assert "不一样" in dialog.making.label_again.error
            hands.type(PASSPHRASE[-1])
            hands.press("Ctrl+Return")
            assert "勾上" in dialog.banner.text and dialog.known.hasFocus(), "the loss must be known"
            hands.press("Space")
            dialog.name.setFocus()
            dialog.name.selectAll()
            hands.type("前台")
            hands.press("Ctrl+Return")
            qtbot.waitUntil(lambda: dialog.step == READY, timeout=20_000)
            seen.append(dialog.ready.text)
            hands.press("Return")

        in_setup(window, hands, fill)
        finished(window, qtbot)
        assert "同步好了" in seen[0]
        assert foot(window).startswith("最后同步") and (share / "salesdesk" / "ws.json").exists()
        assert [one.name for one in pc.desk.sync.peers()] == ["前台"]

    def test_a_folder_of_a_cloud_is_warned_of_once(
        self, window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
    ) -> None:
        cloud = tmp_path / "我的坚果云" / "销售"
        cloud.mkdir(parents=True)

        def fill(dialog: SetupDialog) -> None:
            hands.type(str(cloud))
            hands.press("Ctrl+Return")
            assert "坚果云" in dialog.place.text and dialog.step == FOLDER
            hands.press("Ctrl+Return")
            finished(window, qtbot)
            assert dialog.step == ENTRY
            hands.press("Esc")

        in_setup(window, hands, fill)
        assert list(cloud.iterdir()) == [], "nothing was written"

    def test_joining_with_own_work_tells_a_wrong_passphrase_and_keeps_both_sides(
        self, window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path, share: Path, pc: Pc
    ) -> None:
        other = first_pc(tmp_path / "b", share, "李强")
        other.desk.do("customer.save", {"code": "C00900", "name": "无锡九号有限公司"})
        other.sync()

        def fill(dialog: SetupDialog) -> None:
            hands.type(str(share))
            hands.press("Ctrl+Return")
            finished(window, qtbot)
            assert "两边都不会丢" in dialog.kind.text() and dialog.letter.currentText() == "B"
            hands.type("不是这个口令啊")
            hands.press("Ctrl+Return")
            finished(window, qtbot)
            assert dialog.step == ENTRY and "口令不对" in dialog.joining.label.error
            hands.type(PASSPHRASE)
            hands.press("Ctrl+Return")
            qtbot.waitUntil(lambda: dialog.step == READY, timeout=20_000)
            hands.press("Return")

        in_setup(window, hands, fill)
        finished(window, qtbot)
        assert pc.customer("C00900") and foot(window).startswith("最后同步")
        other.desk.close()

    def test_a_folder_that_is_away_is_told_in_words(
        self, window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
    ) -> None:
        def fill(dialog: SetupDialog) -> None:
            hands.type(str(tmp_path / "没有"))
            hands.press("Ctrl+Return")
            finished(window, qtbot)
            assert "共享盘不可用" in dialog.banner.text and dialog.step == FOLDER

        in_setup(window, hands, fill)
        assert not (tmp_path / "没有").exists()


@pytest.mark.parametrize("pc", ["fresh"], indirect=True)
def test_a_pc_nobody_worked_on_closes_takes_the_others_data_and_opens_again(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path, share: Path, pc: Pc
) -> None:
    other = first_pc(tmp_path / "b", share, "李强")

    def fill(dialog: SetupDialog) -> None:
        hands.type(str(share))
        hands.press("Ctrl+Return")
        finished(window, qtbot)
        assert "整份取过来" in dialog.kind.text()
        hands.type(PASSPHRASE)
        dialog.name.setText("新来的")
        hands.press("Ctrl+Return")
        finished(window, qtbot)

    in_setup(window, hands, fill)
    assert isinstance(window.wish, Wish) and not window.isVisible(), "the window closes for it"
    pc.desk.close()
    told = take_over(pc.folder, window.wish)
    assert told is not None and told.tone == "ok" and told.wish is None
    pc.desk = pc.opened()
    assert pc.customer("C00042") and [one.name for one in pc.desk.sync.peers()] == ["新来的", "李强"]
    other.desk.close()


def test_taking_over_with_a_wrong_passphrase_leaves_the_file_as_it_is(
    qtbot: QtBot, tmp_path: Path, share: Path
) -> None:
    first_pc(tmp_path / "b", share, "李强").desk.close()
    fresh = Pc(tmp_path / "c", "新来的")
    fresh.desk.close()
    dialog = Joining(fresh.folder, Wish(str(share), "不是这个口令啊", "新来的", "C"))
    dialog.exec()
    assert "口令不对" in dialog.trouble and not dialog.joined
    fresh.desk = fresh.opened()
    assert not fresh.desk.synced
    fresh.desk.close()


class TestGoingRound:
    def test_one_round_by_key_brings_others_work_to_the_page_and_says_how_it_stands(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, tmp_path: Path, share: Path
    ) -> None:
        other = joined_pc(tmp_path / "b", share, "李强")
        other.desk.do("customer.save", {"code": "C00900", "name": "无锡九号有限公司"})
        other.sync()
        page = sync_page(window, hands)
        hands.press("F5")
        finished(window, qtbot)
        assert pc.customer("C00900") and [one.name for one in page.peers.peers] == ["王芳", "李强"]
        assert foot(window) == "最后同步 12:00，都已送出"
        assert "收到" in window.toast.text
        assert not clipped(window) and not nameless(page)
        other.desk.close()

    def test_by_itself_soon_after_a_change_and_pages_hear_of_what_came_in(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, tmp_path: Path, share: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        other = joined_pc(tmp_path / "b", share, "李强")
        other.desk.do("customer.save", {"code": "C00900", "name": "无锡九号有限公司"})
        other.sync()
        heard: list[Any] = []
        syncer = window.context.syncer
        syncer.merged.connect(heard.append)
        monkeypatch.setattr(syncer_file, "AFTER_CHANGE_MS", 30)
        monkeypatch.setattr(syncer_file, "GATHER_MS", 10)
        window.ops.run("customer.save", {"uid": pc.customer("C00042")["uid"], "note": "自己送出去"})
        qtbot.waitUntil(lambda: any(one.of("customer") for one in heard), timeout=10_000)
        finished(window, qtbot)
        assert any(pc.customer("C00900")["uid"] in one.of("customer") for one in heard)
        other.sync()
        assert other.customer("C00042")["note"] == "自己送出去"
        other.desk.close()

    def test_a_share_that_goes_away_does_not_hinder_entry(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, tmp_path: Path, share: Path
    ) -> None:
        page = sync_page(window, hands)
        share.rename(tmp_path / "gone")
        hands.press("F5")
        finished(window, qtbot)
        assert foot(window).startswith("共享盘不可用，不影响录单")
        assert "盘符" in page.fault.text, "with its cure"
        window.ops.run("customer.save", {"uid": pc.customer("C00042")["uid"], "note": "照常"})
        window.ops.wait()
        assert pc.customer("C00042")["note"] == "照常" and "待发 1 步" in foot(window)
        (tmp_path / "gone").rename(share)
        hands.press("F5")
        finished(window, qtbot)
        assert foot(window) == "最后同步 12:00，都已送出" and page.fault.isHidden()

    @pytest.mark.expected_log("closed while the share did not answer")
    def test_closing_does_not_wait_for_a_share_that_hangs(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hung, let_go = threading.Event(), threading.Event()
        read = FolderTransport.read

        def hanging(self: FolderTransport, name: str) -> bytes | None:
            hung.set()
            let_go.wait(20)
            return read(self, name)

        monkeypatch.setattr(FolderTransport, "read", hanging)
        monkeypatch.setattr(syncer_file, "PATIENCE_S", 0.1)
        syncer = window.context.syncer
        syncer.sync_now()
        assert hung.wait(10)
        saved: list[Any] = []
        window.ops.run("customer.save", {"uid": pc.customer("C00042")["uid"], "note": "没等"}, done=saved.append)
        window.ops.wait()
        assert saved, "entry does not wait for the share"
        window.close()
        let_go.set()
        assert syncer._thread is not None
        syncer._thread.join(10)
        assert not syncer._thread.is_alive()

    def test_how_often_is_a_setting(self, window: Window, hands: Hands, pc: Pc) -> None:
        assert window.context.syncer.by_itself
        pc.desk.settings.put("sync.minutes", 0)
        window.setting_changed("sync.minutes")
        assert not window.context.syncer.by_itself

    def test_the_foot_leads_to_the_page_by_keys(self, window: Window, hands: Hands) -> None:
        window.navigation.status.setFocus()
        hands.press("Return")
        assert window.front is window.pages.page("sync")


class TestThePcs:
    def test_this_pc_is_renamed_and_another_one_removed(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, tmp_path: Path, share: Path
    ) -> None:
        other = joined_pc(tmp_path / "b", share, "李强")
        other.sync()
        pc.sync()
        page = sync_page(window, hands)

        def rename(dialog: Any) -> None:
            dialog.editor.selectAll()
            hands.type("前台")
            hands.press("Return")

        answer(rename)
        hands.press("F2")
        finished(window, qtbot)
        assert [one.name for one in page.peers.peers] == ["前台", "李强"]
        hands.press("Down")

        def remove(dialog: RemoveDialog) -> None:
            hands.type("短")
            hands.press("Ctrl+Return")
            assert "太短" in dialog.box.label.error
            dialog.box.first.selectAll()
            hands.type(NEW_PASSPHRASE)
            dialog.box.again.setFocus()
            hands.type(NEW_PASSPHRASE)
            hands.press("Ctrl+Return")
            qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)

        answer(remove)
        hands.press("Delete")
        finished(window, qtbot)
        assert [one.removed for one in page.peers.peers] == [False, True]
        assert page.peers.table.texts()[1][5] == "已移除"
        other.desk.close()

    def test_a_clerk_hears_at_once_that_taking_out_is_not_his(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, tmp_path: Path, share: Path
    ) -> None:
        other = joined_pc(tmp_path / "b", share, "李强")
        pc.sync()
        pc.desk.do("operator.begin", {})
        pc.desk.do("operator.save", {"name": "小吴", "role": "内勤"})
        pc.desk.settings.seat.enter("小吴", "")
        page = sync_page(window, hands)
        told: list[str] = []
        page.context.toast = lambda text, *more, **how: told.append(text)
        hands.press("Down", "Delete")
        assert told == ["「移除电脑」要主管才能做，小吴是内勤。请主管来做"]
        pc.desk.do("operator.login", {"name": "王芳"})
        pc.desk.do("operator.save", {"name": "小周", "role": "只读"})
        pc.desk.settings.seat.enter("小周", "")
        page.leave()
        assert told[1:] == ["「停止同步」要内勤才能做，小周是只读。请内勤来做"] and window.context.syncer.by_itself
        other.desk.close()

    def test_one_that_was_taken_out_comes_in_again_with_the_new_passphrase(
        self, window: Window, hands: Hands, qtbot: QtBot, pc: Pc, tmp_path: Path, share: Path
    ) -> None:
        other = joined_pc(tmp_path / "b", share, "李强")
        pc.sync()
        other.sync()
        other.desk.sync.remove(pc.desk.letter, NEW_PASSPHRASE)
        pc.desk.do("customer.save", {"code": "C00777", "name": "移除后做的有限公司"})
        page = sync_page(window, hands)
        hands.press("F5")
        finished(window, qtbot)
        assert "这台电脑已不在工作区里" in page.fault.text and "待发" in page.words.text_whole()

        def come_in(dialog: AgainDialog) -> None:
            hands.type(PASSPHRASE)
            hands.press("Return")
            qtbot.waitUntil(lambda: bool(dialog.box.label.error), timeout=20_000)
            dialog.box.first.selectAll()
            hands.type(NEW_PASSPHRASE)
            hands.press("Return")
            qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)

        answer(come_in)
        next(b for b in page.fault.findChildren(LinkButton) if b.text() == "用口令再加入…").click()
        finished(window, qtbot)
        assert page.fault.isHidden() and page.standing is not None and page.standing.state.kind == "ok"
        other.sync()
        assert other.customer("C00777")
        other.desk.close()

    def test_the_sheet_for_the_next_pc_names_folder_and_steps_and_no_passphrase(self, pc: Pc, share: Path) -> None:
        from pypdfium2 import PdfDocument

        from salesdesk.services.sync import join_sheet

        document = PdfDocument(join_sheet.make(pc.desk.sync, "苏州启明"))
        text = document[0].get_textpage().get_text_range()
        document.close()
        plain = "".join(text.split())
        assert str(share).replace(" ", "")[-12:] in plain and "王芳（A）" in plain and "选「加入」" in plain
        assert PASSPHRASE not in plain
