"""Logging in, locking, changing chairs and approving, with real keys typed into the focus widget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.services import passwords
from tests.desks import order_args
from tests.ui.hands import answer
from ui.kit.approval_dialog import Approval
from ui.kit.import_wizard import ImportWizard
from ui.kit.merge_dialog import MergeDialog
from ui.kit.operator_dialog import OperatorDialog
from ui.kit.operators_dialog import OperatorsDialog, PasswordDialog
from ui.shell.login import Cover, LockScreen, Login
from ui.shell.palette_search import BEYOND, actions
from ui.shell.window import Window

LOVELY = "songjiang-9"
OTHER = "huangshan-7"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MEMORY", 64 * 1024)
    monkeypatch.setattr(passwords, "ROUNDS", 1)


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """王敏 is the 主管 and sits here, 李强 is a clerk; both have passwords."""
    desk.do("operator.begin", {"password": LOVELY})
    desk.do("operator.login", {"name": "王敏", "password": LOVELY})
    uid = desk.do("operator.save", {"name": "李强", "role": "clerk"}).uid
    desk.do("operator.password", {"uid": uid, "password": OTHER})
    return desk


def in_front() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def soon(act: Callable[[], object]) -> None:
    """Act on the dialog that is about to open; one that fails closes it, so that the test ends with the failure."""

    def safely() -> None:
        if QApplication.activeModalWidget() is None:
            QTimer.singleShot(20, safely)
            return
        try:
            act()
        except BaseException:
            while (dialog := QApplication.activeModalWidget()) is not None:
                dialog.hide()
            raise

    QTimer.singleShot(0, safely)


def type_in(text: str, then: Qt.Key = Qt.Key.Key_Return) -> None:
    QTest.keyClicks(in_front(), text)
    QTest.keyClick(in_front(), then)


def test_nobody_gets_in_without_the_password(qtbot: QtBot, staffed: Desk) -> None:
    staffed.settings.seat.lock()
    dialog = Login(None, staffed, "登录", "", "登录")
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    assert in_front() is dialog.password
    assert dialog.password.echoMode() is QLineEdit.EchoMode.Password
    type_in(OTHER)
    assert dialog.isVisible() and "不对" in dialog.banner.text and not dialog.password.text()
    type_in(LOVELY)
    assert not dialog.isVisible() and not staffed.settings.seat.locked


def test_the_key_locks_and_the_password_brings_everything_back(qtbot: QtBot, staffed: Desk, window: Window) -> None:
    window.start_verb("order.save", new=True)
    window.ops.wait()
    seen: list[object] = []

    def at_the_lock() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, LockScreen)
        covers = window.findChildren(Cover)
        seen.append([c.isVisible() and c.size() == window.size() for c in covers])
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        seen.append(dialog.isVisible())
        dialog.password.setFocus()
        QTest.keyClicks(dialog.password, OTHER)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
        seen.append(staffed.settings.seat.locked)
        QTest.keyClicks(dialog.password, LOVELY)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)

    page = window.front
    before = window.focusWidget()
    soon(at_the_lock)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    window.ops.wait()
    assert seen == [[True], True, True]
    assert not staffed.settings.seat.locked
    assert window.front is page and window.focusWidget() is before
    assert not [c for c in window.findChildren(Cover) if c.parent() is not None and c.isVisible()]


def test_an_empty_chair_locks_after_the_minutes_of_the_settings(staffed: Desk, window: Window) -> None:
    seen: list[str] = []

    def unlock() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, LockScreen)
        seen.append(dialog.windowTitle())
        QTest.keyClicks(dialog.password, LOVELY)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)

    window.guard.look(idle=9 * 60)
    assert seen == []
    soon(unlock)
    window.guard.look(idle=10 * 60)
    assert seen == ["已锁定"]
    staffed.settings.put("lock.minutes", 0)
    window.guard.look(idle=10_000)
    assert not staffed.settings.seat.locked


def test_without_passwords_nothing_watches(desk: Desk, window: Window) -> None:
    assert window.guard._looking == 0
    window.guard.look(idle=100_000)
    assert not window.findChildren(Cover)


def test_leaving_the_lock_ends_the_program_with_drafts_kept(staffed: Desk, window: Window) -> None:
    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        dialog.reject()

    soon(leave)
    window.guard.look(idle=10 * 60)
    assert not window.isVisible() and not window.guard.sits_down


def test_another_operator_takes_the_chair(qtbot: QtBot, staffed: Desk, window: Window) -> None:
    def sit() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Login)
        dialog.who.setFocus()
        QTest.keyClick(dialog.who, Qt.Key.Key_Down if dialog.who.currentIndex() == 0 else Qt.Key.Key_Up)
        dialog._chosen()
        assert dialog.who.currentData() == "李强"
        QTest.keyClicks(dialog.password, OTHER)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)

    soon(sit)
    window.guard.change()
    assert window.guard.sits_down and not window.isVisible()
    assert staffed.settings.operator == "李强"
    other = Window(staffed)
    qtbot.addWidget(other)
    other.ops.wait()
    assert not other.context.may("operator.save") and other.context.may("order.save")
    other.close()


def test_the_list_is_begun_and_kept_by_keys(qtbot: QtBot, desk: Desk, window: Window) -> None:
    dialog = OperatorsDialog(window.context)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    assert dialog.begin.isVisible() and not dialog.table.isVisible()

    def password() -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, PasswordDialog)
        QTest.keyClicks(asked.new, LOVELY)
        QTest.keyClicks(asked.twice, OTHER)
        QTest.keyClick(asked.yes, Qt.Key.Key_Space)
        assert asked.isVisible() and not asked.twice.text()
        QTest.keyClicks(asked.twice, LOVELY)
        QTest.keyClick(asked.yes, Qt.Key.Key_Space)
        assert not asked.isVisible()

    soon(password)
    QTest.keyClick(dialog.begin, Qt.Key.Key_Space)
    window.ops.wait()
    assert dialog.table.texts() == [["王敏（您）", "主管", "已设", "在用", ""]]
    assert desk.settings.seat.guarded and not desk.settings.seat.locked  # he has just shown it


def test_rights_are_turned_with_the_space_key(qtbot: QtBot, staffed: Desk, window: Window) -> None:
    uid = next(p.uid for p in staffed.settings.seat.people if p.name == "李强")
    dialog = OperatorDialog(window, window.context, staffed.row("operator", uid))
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    dialog.wanted.setFocus()
    QTest.keyClicks(dialog.wanted, "stock.move")
    item = dialog.rights._items["stock.move"]
    dialog.rights.setCurrentItem(item)
    assert item.text(1) == "按角色：可以"
    QTest.keyClick(dialog.rights, Qt.Key.Key_Space)
    assert item.text(1) == "可以"
    QTest.keyClick(dialog.rights, Qt.Key.Key_Space)
    assert item.text(1) == "不可以"
    QTest.keyClick(dialog.yes, Qt.Key.Key_Space)
    window.ops.wait()
    assert staffed.row("operator", uid)["denied"] == "stock.move"  # type: ignore[index]
    assert not dialog.isVisible()


def test_the_manager_agrees_at_the_clerks_pc(staffed: Desk, window: Window) -> None:
    staffed.do("rule.set", {"code": "below_floor", "who": "manager"})
    staffed.do("operator.login", {"name": "李强", "password": OTHER})

    def agree() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Approval)
        QTest.keyClicks(dialog.reason, "laokehu")
        QTest.keyClick(dialog.reason, Qt.Key.Key_Tab)
        QTest.keyClicks(dialog.password, LOVELY)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)

    soon(agree)
    window.ops.run("order.confirm", order_args(("P10012", "2", "30")))
    window.ops.wait()
    window.ops.wait()
    with staffed.read() as reader:
        told = reader.row("SELECT operator, reason FROM operation WHERE verb = 'order.confirm'")
    assert told == {"operator": "李强", "reason": "laokehu（主管 王敏 批准）"}


def test_the_request_is_sent_from_the_palette_and_answered_on_today(staffed: Desk, window: Window) -> None:
    staffed.do("operator.login", {"name": "李强", "password": OTHER})
    entry = next(e for e in actions(staffed) if e.target == "standards.set_up")
    assert BEYOND in entry.detail

    def send() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Approval) and dialog.send.isVisible() and "也可以发给能批的人" in dialog.hint.text()
        QTest.keyClick(dialog.send, Qt.Key.Key_Space)
        assert dialog.isVisible(), "a reason is wanted first"
        QTest.keyClicks(dialog.reason, "nianchu")
        QTest.keyClick(dialog.send, Qt.Key.Key_Space)

    soon(send)
    window.ops.run("rule.set", {"code": "below_floor", "who": "manager"})
    window.ops.wait()
    window.ops.wait()
    assert not [t for t in staffed.todos() if t.verb == "approval.decide"]
    staffed.do("operator.login", {"name": "王敏", "password": LOVELY})
    (todo,) = [t for t in staffed.todos() if t.verb == "approval.decide"]
    assert "李强 申请" in todo.title and "nianchu" in todo.detail
    staffed.do(todo.verb, {"uid": todo.uid})
    with staffed.read() as reader:
        told = reader.value("SELECT reason FROM operation ORDER BY id DESC LIMIT 1")
    assert told == "nianchu，李强 申请"


class TestEveryDialogAsksForLeave:
    """What whoever sits here may not do is allowed beside him or asked for, in whatever dialog it was tried."""

    def test_merging_is_asked_for_at_another_pc(self, staffed: Desk, window: Window, qtbot: QtBot) -> None:
        clerk = next(p for p in staffed.settings.seat.people if p.name == "李强")
        staffed.do("operator.save", {"uid": clerk.uid, "name": "李强", "role": "clerk", "denied": "customer.merge"})
        staffed.do("operator.login", {"name": "李强", "password": OTHER})
        one, other = (str(r["uid"]) for r in staffed.rows("customer"))
        dialog = MergeDialog(window.context, "customer", {"uid": one, "others": other})
        qtbot.addWidget(dialog)
        dialog.open()

        def send(asked: Approval) -> None:
            assert asked.send.isVisible()
            QTest.keyClicks(asked.reason, "tong yi jia")
            QTest.keyClick(asked.send, Qt.Key.Key_Space)

        answer(send)
        dialog.answer()
        window.ops.wait()
        window.ops.wait()
        assert dialog.isVisible() and "申请已发出" in dialog.banner.text
        staffed.do("operator.login", {"name": "王敏", "password": LOVELY})
        (todo,) = [t for t in staffed.todos() if t.verb == "approval.decide"]
        staffed.do(todo.verb, {"uid": todo.uid})
        assert len(staffed.rows("customer")) == 1

    def test_importing_is_allowed_beside_the_clerk_only(
        self, staffed: Desk, window: Window, qtbot: QtBot, tmp_path: Path
    ) -> None:
        """The file lies on this PC, so nobody at another one could do it."""
        file = tmp_path / "客户.csv"
        file.write_text("客户编码,客户名称\nC00900,南通新客户有限公司\n", encoding="utf-8-sig")
        clerk = next(p for p in staffed.settings.seat.people if p.name == "李强")
        staffed.do("operator.save", {"uid": clerk.uid, "name": "李强", "role": "clerk", "denied": "customer.import"})
        staffed.do("operator.login", {"name": "李强", "password": OTHER})
        wizard = ImportWizard(window.context, "customer", str(file))
        qtbot.addWidget(wizard)
        wizard.open()
        window.ops.wait()

        def agree(asked: Approval) -> None:
            assert not asked.send.isVisible()
            QTest.keyClicks(asked.reason, "zhanhui")
            QTest.keyClick(asked.reason, Qt.Key.Key_Tab)
            QTest.keyClicks(asked.password, LOVELY)
            QTest.keyClick(asked.password, Qt.Key.Key_Return)

        answer(agree)
        wizard.run()
        qtbot.waitUntil(lambda: not wizard.isVisible(), timeout=10_000)
        window.ops.wait()
        assert len([r for r in staffed.rows("customer") if r["code"] == "C00900"]) == 1
        with staffed.read() as reader:
            told = reader.row("SELECT operator, reason FROM operation WHERE verb = 'customer.import'")
        assert told == {"operator": "李强", "reason": "zhanhui（主管 王敏 批准）"}
