"""The frame driven by keys: going places, doing, undoing, being told, and what happens when things go wrong."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem, Severity
from salesdesk.services.backups import DailyBackup
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless, tab_stops
from ui.kit.ops import Ops
from ui.kit.page import Page, PageContext
from ui.kit.theme import theme
from ui.main import open_data
from ui.shell.crash import CrashCatcher
from ui.shell.crash_dialog import CrashDialog
from ui.shell.keysheet import verb_keys
from ui.shell.shots import render_all
from ui.shell.window import SMALLEST, Window


def places(window: Window) -> list[str]:
    return [*(m.key for m in window.modules), "settings"]


def test_the_window_opens_where_it_stood(desk: Desk, qtbot: QtBot) -> None:
    """Not a title bar lower with every start: what is kept counts with the frame, as what is restored does."""
    stood = []
    for _start in range(3):
        window = Window(desk)
        qtbot.addWidget(window)
        window.resize(*SMALLEST)
        if not stood:
            window.move(40, 30)
        with qtbot.waitExposed(window):
            window.show()
        assert window.geometry().topLeft() != window.pos(), "no frame, so nothing is tried here"
        stood.append(window.pos().toTuple())  # type: ignore[attr-defined]
        window.ops.wait()
        window.close()
    assert stood == [(40, 30)] * 3


# -- going places -------------------------------------------------------------------------------------------------


def test_alt_and_a_number_goes_to_that_place(window: Window, hands: Hands) -> None:
    for number, module in enumerate(window.modules[:9], 1):
        hands.press(f"Alt+{number}")
        assert window.front is not None and window.front.key == module.key
        assert window.navigation.items[module.key].isChecked()


def test_the_strip_is_walked_by_arrows_and_opened_by_enter(window: Window, hands: Hands) -> None:
    window.navigation.items[window.modules[0].key].setFocus()
    hands.press("Down", "Return")
    assert window.front is not None and window.front.key == window.modules[1].key


def test_a_page_is_made_when_it_is_first_wanted_and_only_once(window: Window) -> None:
    first = window.modules[0].key
    assert list(window.pages.made) == [first]
    window.go("settings")
    page = window.front
    window.go(first)
    window.go("settings")
    assert window.front is page


def test_a_page_may_keep_the_clerk(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    front = window.front
    assert front is not None
    monkeypatch.setattr(front, "can_leave", lambda: False)
    assert not window.go("settings")
    assert window.front is front
    assert not window.navigation.settings.isChecked()


def test_an_unknown_place_is_told_not_crashed_into(window: Window) -> None:
    window.context.navigate("attachment", "x")
    assert window.toast.isVisible()


def test_entities_lead_to_the_page_that_keeps_them(window: Window, desk: Desk) -> None:
    window.context.navigate("customer", str(desk.rows("customer")[0]["uid"]))
    assert window.front is not None and window.front.key == "customers"


def test_the_strip_shrinks_on_narrow_windows(window: Window, qtbot: QtBot) -> None:
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: window.navigation.narrow)
    assert window.navigation.width() == 60
    assert "Alt+1" in window.navigation.items[window.modules[0].key].toolTip()
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: not window.navigation.narrow)


# -- every control ------------------------------------------------------------------------------------------------


def test_every_control_has_a_name_and_every_text_fits(window: Window) -> None:
    faults: list[str] = []
    for size in ((1440, 900), (1366, 768)):
        window.resize(*size)
        for key in places(window):
            window.go(key)
            window.ops.wait()
            assert tab_stops(window)
            faults += [f"{key}: {one}" for one in (*nameless(window), *clipped(window))]
    assert not faults


def test_tab_comes_round(window: Window, hands: Hands) -> None:
    """Tab reaches every control of the settings page and comes back; nothing swallows it."""
    window.go("settings")
    first = hands.focus
    seen = {first}
    for _ in range(200):
        hands.press("Tab")
        if hands.focus is first:
            break
        seen.add(hands.focus)
    assert hands.focus is first
    assert {edit.editor for edit in window.front.edits.values()} <= seen  # type: ignore[union-attr]


# -- doing and undoing --------------------------------------------------------------------------------------------


def test_what_was_done_is_told_with_an_undo(window: Window, hands: Hands, desk: Desk) -> None:
    window.ops.run("order.save", order_args(("P10012", "12", "48.6")))
    hands.wait()
    assert window.toast.offers_undo
    assert len(desk.rows("sales_order")) == 1
    assert desk.last_undoable().title in window.navigation.undo.toolTip()  # type: ignore[union-attr]
    window.setFocus()
    hands.press("Ctrl+Z")
    hands.wait()
    assert not desk.rows("sales_order")
    assert not window.toast.offers_undo
    hands.press("Ctrl+Y")
    hands.wait()
    assert len(desk.rows("sales_order")) == 1


def test_the_toast_button_undoes(window: Window, hands: Hands, desk: Desk) -> None:
    window.ops.run("order.save", order_args(("P10012", "12", "48.6")))
    hands.wait()
    window.toast.undo_wanted.emit()
    hands.wait()
    assert not desk.rows("sales_order")


def test_an_edit_with_typed_letters_keeps_ctrl_z_for_itself(window: Window, hands: Hands, desk: Desk) -> None:
    window.ops.run("order.save", order_args(("P10012", "12", "48.6")))
    hands.wait()
    window.go("settings")
    edit = hands.focus
    assert isinstance(edit, QLineEdit)
    before = edit.text()
    hands.press("End")
    hands.type("x")
    hands.press("Ctrl+Z")
    hands.wait()
    assert edit.text() == before
    assert len(desk.rows("sales_order")) == 1
    hands.press("Ctrl+Z")  # nothing of its own left: now the last operation
    hands.wait()
    assert not desk.rows("sales_order")


def test_a_page_undoes_its_own_steps_first(
    window: Window, hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.ops.run("order.save", order_args(("P10012", "12", "48.6")))
    hands.wait()
    steps = [True]
    monkeypatch.setattr(window.front, "undo", lambda: bool(steps and steps.pop()))
    window.undo()
    hands.wait()
    assert len(desk.rows("sales_order")) == 1
    window.undo()
    hands.wait()
    assert not desk.rows("sales_order")


def test_nothing_to_undo_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    desk = open_desk(tmp_path)
    window = Window(desk)
    qtbot.addWidget(window)
    window.show()
    window.undo()
    window.ops.wait()
    assert "没有可以撤销的操作" in window.toast.text
    window.close()
    desk.close()


def test_counts_follow_the_work(window: Window, hands: Hands) -> None:
    before = window.navigation.items["orders"].count
    window.ops.run("intake.save", {"channel": "电话", "content": "要 12 只球阀"})
    hands.wait()
    assert window.navigation.items["orders"].count == before + 1
    assert "待办" in window.navigation.items["orders"].accessibleName()


def test_ctrl_l_registers_an_arrival_from_anywhere(window: Window, hands: Hands, desk: Desk, qtbot: QtBot) -> None:
    def fill(dialog: object) -> None:
        typing = Hands()
        while not (isinstance(typing.focus, QPlainTextEdit)):
            typing.press("Tab")
        typing.type("华源要球阀 12 只")
        typing.press("Ctrl+Return")

    answer(fill)
    window.setFocus()
    hands.press("Ctrl+L")
    qtbot.waitUntil(lambda: bool(desk.rows("intake")))
    hands.wait()
    assert [row["content"] for row in desk.rows("intake")] == ["华源要球阀 12 只"]


# -- dialogs made from declarations -------------------------------------------------------------------------------


def test_a_verb_asks_for_what_it_needs_and_says_what_is_missing(window: Window, desk: Desk) -> None:
    uid = desk.do("order.save", order_args(("P10012", "12", "48.6"))).uid
    seen: list[str] = []

    def fill(dialog: object) -> None:
        typing = Hands()
        typing.press("Ctrl+Return")  # empty: stays open
        edit = dialog.edits[0]  # type: ignore[attr-defined]
        seen.append(edit.label.error)
        assert isinstance(typing.focus, QComboBox)
        typing.press("Down", "Return" if False else "Ctrl+Return")

    answer(fill)
    args = window.context.ask("order.cancel", {"uid": uid})
    assert seen == ["不能空着"]
    assert args == {"uid": uid, "cancel_reason": "客户取消"}


def test_giving_up_a_dialog_gives_nothing(window: Window) -> None:
    answer(lambda dialog: Hands().press("Escape"))
    assert window.context.ask("stock.move") is None


def test_a_record_is_found_by_its_first_letters(window: Window, desk: Desk) -> None:
    def fill(dialog: object) -> None:
        typing = Hands()
        typing.type("qf")
        typing.press("Down", "Return", "Tab")
        typing.type("1５")
        typing.press("Ctrl+Return")

    answer(fill)
    args = window.context.ask("stock.move")
    product = desk.row("product", str(args["product"])) if args else None
    assert product is not None and product["code"] == "P10013"
    assert args is not None and args["qty"] == "1５"


def test_a_wrong_number_is_marked_where_it_stands(window: Window) -> None:
    told: list[str] = []

    def fill(dialog: object) -> None:
        typing = Hands()
        typing.type("P10012")
        typing.press("Tab")
        typing.type("abc")
        typing.press("Tab")
        edits = {e.field.key: e for e in dialog.edits}  # type: ignore[attr-defined]
        told.append(edits["qty"].label.error)
        typing.press("Escape")

    answer(fill)
    assert window.context.ask("stock.move") is None
    assert told and told[0]


def test_dialogs_name_all_their_controls(window: Window, desk: Desk) -> None:
    faults: list[str] = []
    for verb in ("intake.save", "stock.move", "order.cancel", "route.pass"):

        def look(dialog: object, verb: str = verb) -> None:
            faults.extend(f"{verb}: {one}" for one in (*nameless(dialog), *clipped(dialog)))  # type: ignore[arg-type]
            dialog.reject()  # type: ignore[attr-defined]

        answer(look)
        window.context.ask(verb)
    assert not faults


# -- refusals, faults, crashes ------------------------------------------------------------------------------------


def test_a_refusal_nobody_took_is_shown_with_its_cure(window: Window) -> None:
    window.ops.run("order.save", {"customer": "没有这家"})
    window.ops.wait()
    assert window.banner.isVisible()
    assert "没有找到" in window.banner.text
    window.ops.run("order.save", order_args(("P10012", "1", "48.6")))
    window.ops.wait()
    assert not window.banner.isVisible()


def test_a_reason_lets_pass_what_needs_one(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def do(verb: str, args: dict[str, object], progress: object = None) -> object:
        asked.append(dict(args))
        if "reason" not in args:
            raise Refused(Problem("低于限价 3.60", "请写明原因", severity=Severity.ASK))
        return type("Outcome", (), {"message": "已确认", "changes": None, "problems": ()})()

    monkeypatch.setattr(window.desk, "do", do)

    def fill(dialog: object) -> None:
        typing = Hands()
        typing.type("老客户")
        typing.press("Ctrl+Return")

    answer(fill)
    monkeypatch.setattr(window, "_done", lambda outcome: None)
    window.ops.run("order.confirm", {"uid": "u"})
    window.ops.wait()
    assert asked == [{"uid": "u"}, {"uid": "u", "reason": "老客户"}]


def test_a_fault_of_the_machine_offers_to_try_again(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    real, times = window.desk.do, []

    def do(verb: str, args: dict[str, object], progress: Callable[[int, int], None] | None = None) -> object:
        times.append(verb)
        if len(times) == 1:
            raise EnvironmentFault("磁盘满了，这次没有保存", "请腾出空间后再保存一次")
        return real(verb, args, progress)

    monkeypatch.setattr(window.desk, "do", do)
    window.ops.run("order.save", order_args(("P10012", "1", "48.6")))
    window.ops.wait()
    assert "磁盘满了" in window.banner.text
    hands = Hands()
    again = next(w for w in tab_stops(window) if w.accessibleName() == "再试一次")
    again.setFocus()
    hands.press("Space")
    window.ops.wait()
    assert len(window.desk.rows("sales_order")) == 1
    assert not window.banner.isVisible()


@pytest.mark.expected_log("unexpected error")
def test_a_crash_keeps_drafts_and_the_program_goes_on(
    window: Window, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[bool] = []
    monkeypatch.setattr(window.front, "keep_draft", lambda: kept.append(True))
    catcher = CrashCatcher(tmp_path)
    catcher.watch(window)
    texts: list[str] = []

    def read(dialog: object) -> None:
        assert isinstance(dialog, CrashDialog)
        assert not nameless(dialog) and not clipped(dialog)
        texts.append(dialog.findChildren(QPlainTextEdit)[0].toPlainText())
        Hands().press("Return")

    answer(read)
    try:
        raise ZeroDivisionError("算错了")
    except ZeroDivisionError as error:
        threading.Thread(target=catcher.report, args=(error,)).start()
    qtbot.waitUntil(lambda: bool(texts))
    assert "算错了" in texts[0]
    assert kept == [True]


def test_the_hook_gives_its_place_back(tmp_path: Path) -> None:
    before = sys.excepthook
    catcher = CrashCatcher(tmp_path)
    catcher.install()
    assert sys.excepthook == catcher.hook
    catcher.remove()
    assert sys.excepthook is before


def test_an_unexpected_error_of_a_verb_reaches_the_crash_dialog(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Window(desk)
    qtbot.addWidget(window)
    crashes: list[object] = []
    window.crashed.connect(crashes.append)
    monkeypatch.setattr(desk, "do", lambda *args: 1 / 0)
    window.ops.run("order.save")
    window.ops.wait()
    assert isinstance(crashes[0], ZeroDivisionError)
    window.close()


# -- doing beside the window --------------------------------------------------------------------------------------


def test_only_the_latest_read_of_a_token_is_delivered(desk: Desk, qtbot: QtBot) -> None:
    ops, got, gate = Ops(desk), [], threading.Event()

    def slow() -> str:
        gate.wait(5)
        return "old"

    ops.read(slow, got.append, token="list")
    ops.read(lambda: "new", got.append, token="list")
    gate.set()
    ops.wait()
    assert got == ["new"]
    ops.close()


def test_answers_for_a_closed_page_are_left_out(desk: Desk, qtbot: QtBot) -> None:
    ops = Ops(desk)
    page = Listening(PageContext(desk, ops))
    heard = page.heard
    ops.read(lambda: 1, page.hear)
    page.deleteLater()
    QApplication.sendPostedEvents(page, 0)
    import shiboken6

    shiboken6.delete(page)
    ops.wait()
    assert not heard
    ops.close()


class Listening(Page):
    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.heard: list[object] = []

    def hear(self, answer: object) -> None:
        self.heard.append(answer)


def test_big_numbers_arrive_whole(desk: Desk, qtbot: QtBot) -> None:
    ops, got = Ops(desk), []
    ops.read(lambda: {3_000_000_000: "三十亿"}, got.append)
    ops.wait()
    assert got == [{3_000_000_000: "三十亿"}]
    ops.close()


def test_a_long_verb_shows_progress_and_can_be_stopped(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()

    def do(verb: str, args: object, progress: Callable[[int, int], None]) -> None:
        for step in range(10_000):
            started.set()
            progress(step, 10_000)
            threading.Event().wait(0.005)

    monkeypatch.setattr(window.desk, "do", do)
    window.ops.run("customer.import", {"file": "x"})
    qtbot.waitUntil(lambda: window.progress.isVisible() and started.is_set())
    assert window.navigation.isEnabled()
    window.progress.cancelled.emit()
    window.ops.wait()
    assert not window.progress.isVisible()
    assert "什么都没有改" in window.toast.text


# -- settings, first start, keys, pictures ------------------------------------------------------------------------


def test_a_setting_counts_at_once(window: Window, hands: Hands, desk: Desk) -> None:
    window.go("settings")
    hands.press("Ctrl+A")
    hands.type("苏州新名阀门")
    hands.press("Tab")
    hands.wait()
    assert desk.settings.company == "苏州新名阀门"
    assert "苏州新名阀门" in window.windowTitle()


def test_a_wrong_setting_is_marked_and_not_kept(window: Window, hands: Hands, desk: Desk) -> None:
    window.context.navigate("settings", action="order.default_lead_days")
    hands.press("Ctrl+A")
    hands.type("七")
    hands.press("Tab")
    hands.wait()
    assert desk.settings.get("order.default_lead_days") == 7
    assert window.front.edits["order.default_lead_days"].label.error == "请填整数"  # type: ignore[union-attr]


def test_the_look_changes_and_is_remembered(window: Window, desk: Desk) -> None:
    window.change_look()
    window.ops.wait()
    assert theme().dark and desk.settings.get("ui.theme") == "dark"
    window.change_look()
    window.ops.wait()
    assert not theme().dark


def test_the_window_comes_back_where_it_was(desk: Desk, qtbot: QtBot) -> None:
    first = Window(desk)
    qtbot.addWidget(first)
    first.show()
    first.setGeometry(30, 40, 1100, 700)
    first.close()
    second = Window(desk)
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (min(1100, second.screen().availableGeometry().width()), 700) or (
        second.height() <= second.screen().availableGeometry().height() or second.height() == SMALLEST[1]
    )
    second.close()


def test_f1_shows_every_key_and_gives_the_focus_back(window: Window, hands: Hands, desk: Desk) -> None:
    window.go("settings")
    before = hands.focus
    hands.press("F1")
    assert window.keysheet.isVisible()
    assert not nameless(window.keysheet.sheet) and not clipped(window.keysheet.sheet)
    hands.press("Escape")
    assert not window.keysheet.isVisible()
    assert hands.focus is before


def test_the_key_sheet_is_made_from_the_verbs(desk: Desk) -> None:
    listed = {title for keys in verb_keys(desk).values() for _, title in keys}
    declared = {v.title for m in desk.registry.modules if m.page for v in m.actions.verbs if v.shortcut}
    assert listed == declared and "确认订单" in listed


def test_data_that_cannot_be_opened_is_told_with_its_cure(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, expected_log: Callable[[str], None]
) -> None:
    expected_log("data not opened")
    (tmp_path / "salesdesk.db").write_bytes(b"not a database, only text that is long enough to be looked at" * 80)
    seen: list[str] = []

    def read(dialog: object) -> None:
        seen.append(dialog.banner.text)  # type: ignore[attr-defined]
        Hands().press("Escape")

    answer(read)
    assert open_data(qapp, tmp_path) is None
    assert seen and "salesdesk.db" in seen[0]


def test_pictures_of_every_page(desk: Desk, tmp_path: Path, qapp: QApplication) -> None:
    folder = desk.folder
    desk.close()
    made = render_all(folder, tmp_path / "out", sizes=((1280, 720),), themes=("light",))
    assert len(made) >= len(desk.registry.modules) - 2
    assert all(path.stat().st_size > 4000 for path in made)
    logging.getLogger(__name__).info("%d pictures", len(made))


def test_a_failed_backup_is_told_and_made_at_once(window: Window, desk: Desk) -> None:
    """The day's quiet copy failed: the window says so, and one button makes it."""
    desk.daily = DailyBackup(desk.database.path, desk.folder / "backups", desk.database.clock.now())
    desk.daily.finish()
    desk.daily.fault = EnvironmentFault("磁盘满了", "请清出一点地方")
    window.read_news()
    window.ops.wait()
    assert window.banner.isVisible() and "自动备份没有做成：磁盘满了。请清出一点地方" in window.banner.text
    [now] = [b for b in window.banner.findChildren(QAbstractButton) if b.text() == "现在备份"]
    now.click()
    window.ops.wait()
    assert "已备份并核对过" in window.banner.text and desk.daily.fault is None
    window.banner.hide()
    window.read_news()
    window.ops.wait()
    assert not window.banner.isVisible()


def test_a_page_that_is_too_high_for_the_window_scrolls(window: Window, qtbot: QtBot) -> None:
    """The smallest window with a banner in it: the page is as high as it must be, and all of it can be reached."""
    window.show()
    window.resize(*SMALLEST)
    window.go("statistics")
    window.ops.wait()
    qtbot.wait(20)
    bar, need = window.room.verticalScrollBar(), window.pages.page("statistics").minimumSizeHint().height()
    assert need > window.room.height() and window.pages.height() == need and bar.isVisible()
    bar.setValue(bar.maximum())
    assert window.pages.mapTo(window, window.pages.rect().bottomLeft()).y() < SMALLEST[1]
    window.resize(SMALLEST[0], need + 80)
    qtbot.wait(20)
    assert window.pages.height() == window.room.height() and not bar.isVisible()
    window.go("customers")
    window.resize(*SMALLEST)
    window.ops.wait()
    qtbot.wait(20)
    assert window.pages.height() == window.room.height() and not bar.isVisible()


def test_every_place_is_reached_on_a_low_screen(window: Window, qtbot: QtBot) -> None:
    window.resize(1280, SMALLEST[1])
    qtbot.wait(50)
    places = window.navigation.places
    items = list(window.navigation.items.values())
    assert all(item.height() >= 24 for item in items)
    foot = window.navigation.status.mapTo(window.navigation, window.navigation.status.rect().topLeft()).y()
    assert places.mapTo(window.navigation, places.rect().bottomLeft()).y() < foot
    window.go(items[-1].key)
    qtbot.wait(50)
    last = items[-1].mapTo(places.viewport(), items[-1].rect().bottomLeft()).y()
    assert 0 < last <= places.viewport().height()
    window.resize(1440, 900)
    qtbot.wait(50)
    assert items[0].height() >= 34
