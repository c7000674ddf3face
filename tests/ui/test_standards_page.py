"""规则与标准 in the window: laid out with one button, a rule changed as a new version, seen but not touched by the clerk."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.ui.hands import Hands
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.shell.window import Window


def rules(window: Window) -> RegisterPanel:
    window.go("standards")
    window.ops.wait()
    page = window.front
    assert isinstance(page, RegisterPage)
    return page.show_register("expense_rule")


def texts(panel: RegisterPanel) -> list[str]:
    return [b.text() for b in panel.buttons if isinstance(b, QPushButton)]


def test_the_manager_lays_out_and_changes_a_rule(qtbot: QtBot, desk: Desk, window: Window, hands: Hands) -> None:
    desk.settings.put("operator.role", "manager")
    panel = rules(window)
    assert "装入参考值" in texts(panel) and panel.creator is None, "rules are laid out by the program, not made here"
    next(b for b in panel.buttons if isinstance(b, QPushButton) and b.text() == "装入参考值").click()
    hands.wait()
    qtbot.waitUntil(lambda: panel.model.rowCount() == desk.count("expense_rule") > 50, timeout=3000)

    uid = next(r["uid"] for r in desk.rows("expense_rule") if r["code"] == "too_old")
    panel.open(uid)
    hands.wait()
    record = panel.record
    assert record is not None
    record.form.box("days").go()
    hands.press("Ctrl+A")
    hands.type("90")
    hands.press("Ctrl+S")
    hands.wait()
    rows = sorted((r for r in desk.rows("expense_rule") if r["code"] == "too_old"), key=lambda r: int(r["version"]))
    assert [(r["version"], r["days"]) for r in rows] == [(1, 180), (2, 90)]


def test_the_clerk_sees_the_rules_and_changes_none(desk: Desk, window: Window, hands: Hands) -> None:
    desk.settings.put("operator.role", "manager")
    desk.do("standards.set_up")
    desk.settings.put("operator.role", "clerk")
    panel = rules(window)
    hands.wait()
    assert panel.model.rowCount() > 50 and "装入参考值" not in texts(panel)
    panel.open(str(desk.rows("expense_rule")[0]["uid"]))
    hands.wait()
    assert panel.record is not None
    assert not any(box.isEnabled() for box in panel.record.form.findChildren(QComboBox))
