"""Typing a customer that is here already, going through the duplicates and merging two, by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.modules.test_customer_duplicates import busy_twins, save, uid_of
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit.duplicates_dialog import DuplicatesDialog
from ui.kit.merge_dialog import MergeDialog
from ui.kit.problem_list import ProblemList
from ui.kit.record_dialog import RecordDialog
from ui.kit.register_page import RegisterPage
from ui.kit.widgets import LinkButton
from ui.shell.window import Window


def customers(window: Window) -> RegisterPage:
    window.go("customers")
    window.ops.wait()
    page = window.pages.page("customers")
    assert isinstance(page, RegisterPage)
    return page


def new_customer(window: Window, hands: Hands, name: str) -> ProblemList:
    page = customers(window)
    hands.press("Ctrl+N")
    assert page.front.record is not None
    form = page.front.record.form
    form.box("name").go()
    hands.type(name)
    return form.problems


def said(problems: ProblemList) -> str:
    return "\n".join(p.text for p in problems.problems)


class TestWhileTyping:
    def test_the_twin_is_told_before_saving_and_can_be_opened(
        self, window: Window, desk: Desk, hands: Hands, qtbot: QtBot
    ) -> None:
        problems = new_customer(window, hands, "华源贸易有限公司")
        qtbot.waitUntil(lambda: "苏州华源贸易有限公司" in said(problems), timeout=5000)
        hands.press("Tab")
        hands.wait()
        assert "名称的主要部分相同" in said(problems), "leaving the field does not take it away"
        [link] = [b for b in problems.findChildren(LinkButton) if b.text() == "打开那一条"]
        seen: list[str] = []

        def look(dialog: RecordDialog) -> None:
            seen.append(dialog.form.uid)
            dialog.reject()

        answer(look)
        link.click()
        assert seen == [uid_of(desk, "C00042")]
        page = customers(window)
        assert page.front.record is not None
        assert page.front.record.form.draft.get("name") == "华源贸易有限公司", "what is typed stays"

    def test_it_goes_when_the_name_is_another(self, window: Window, hands: Hands, qtbot: QtBot) -> None:
        problems = new_customer(window, hands, "华源贸易")
        qtbot.waitUntil(lambda: bool(problems.problems), timeout=5000)
        hands.type("二号机械")
        qtbot.waitUntil(lambda: not problems.problems, timeout=5000)

    def test_a_likely_twin_is_saved_with_a_reason(self, window: Window, desk: Desk, hands: Hands, qtbot: QtBot) -> None:
        problems = new_customer(window, hands, "华源贸易有限公司")
        page = customers(window)
        assert page.front.record is not None
        page.front.record.form.box("phone").go()
        hands.type("13812886021")
        qtbot.waitUntil(lambda: "电话相同（138****021）" in said(problems), timeout=5000)

        def give(dialog: object) -> None:
            hands.type("分公司，单独结算")
            hands.press("Ctrl+Return")

        answer(give)
        hands.press("Ctrl+S")
        hands.wait()
        uid = uid_of(desk, "华源贸易有限公司")
        assert desk.history("customer", uid)[0].reason == "分公司，单独结算"


def open_duplicates(window: Window, qtbot: QtBot) -> DuplicatesDialog:
    customers(window)
    window.start_verb("customer.duplicates")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DuplicatesDialog)
    qtbot.waitUntil(lambda: bool(dialog.told.text()) and window.ops.idle, timeout=5000)
    QApplication.processEvents()
    return dialog


class TestFinder:
    def test_group_by_group_apart_and_merged(self, window: Window, desk: Desk, hands: Hands, qtbot: QtBot) -> None:
        kept, away = busy_twins(desk)
        save(desk, "长安阀门经营部", code="C00200")
        dialog = open_duplicates(window, qtbot)
        assert len(dialog.groups) == 2 and not nameless(dialog) and not clipped(dialog)
        line = next(i for i, cells in enumerate(dialog.table.texts()) if "C00200" in cells)
        for _ in range(line):
            hands.press("Down")
        answer(lambda _: (hands.type("老陈自己开的"), hands.press("Return")))
        hands.press("Delete")
        hands.wait()
        assert len(dialog.groups) == 1 and desk.rows("not_same")[0]["why"] == "老陈自己开的"
        if dialog.in_hand is not None and dialog.in_hand[1] != kept:
            hands.press("Down")

        def merge(over: MergeDialog) -> None:
            assert over.uids == [kept, away] and not nameless(over)
            hands.press("Ctrl+Return")
            hands.wait()

        answer(merge)
        hands.press("F8")
        hands.wait()
        assert dialog.groups == [] and dialog.told.text() == "都看过了" and dialog.none.isVisible()
        dialog.reject()
        assert (desk.row("customer", away) or {})["merged_into"] == kept
        window.undo()
        hands.wait()
        assert (desk.row("customer", away) or {})["merged_into"] is None


class TestMerge:
    @pytest.fixture
    def dialog(self, window: Window, desk: Desk, hands: Hands) -> MergeDialog:
        kept, away = busy_twins(desk)
        customers(window)
        window.context.perform("customer.merge", {"uid": kept, "others": away})
        found = QApplication.activeModalWidget()
        assert isinstance(found, MergeDialog)
        hands.wait()
        return found

    def test_values_are_taken_typed_and_merged_by_keys(self, dialog: MergeDialog, desk: Desk, hands: Hands) -> None:
        kept = dialog.uids[0]
        assert "销售订单 2" in dialog.along.text() and "应收余额合计" in dialog.sums.text()
        keys = [f["key"] for f in dialog.data["fields"]]
        name, contact = keys.index("name"), keys.index("contact")
        assert dialog.table.currentColumn() == 2
        while dialog.table.currentRow() != name:
            hands.press("Down")
        hands.press("Space")
        while dialog.table.currentRow() != contact:
            hands.press("Down")
        hands.press("Right")
        hands.type("王芳、李工")
        hands.press("Ctrl+Return")
        hands.wait()
        row = desk.row("customer", kept) or {}
        assert (row["name"], row["contact"]) == ("华源贸易（苏州）有限公司", "王芳、李工")
        assert not isinstance(QApplication.activeModalWidget(), MergeDialog)

    def test_a_covered_telephone_is_taken_unseen(self, dialog: MergeDialog, desk: Desk, hands: Hands) -> None:
        kept, away = dialog.uids
        line = next(i for i, f in enumerate(dialog.data["fields"]) if f["key"] == "phone")
        assert dialog.data["fields"][line]["values"] == ["138****021", "139****222"]
        dialog.table.setCurrentCell(line, 2)
        hands.press("Space")
        assert dialog.sides == {"phone": away} and not dialog.chosen
        hands.press("Ctrl+Return")
        hands.wait()
        assert (desk.row("customer", kept) or {})["phone"] == "13900002222"

    def test_the_other_one_may_be_kept(self, dialog: MergeDialog, desk: Desk, hands: Hands) -> None:
        kept, away = dialog.uids
        hands.press("F6")
        assert dialog.uids == [away, kept] and "留下「华源贸易（苏州）有限公司」" in dialog.hint.text()
        dialog.reject()

    def test_what_cannot_be_is_shown_at_its_field(self, dialog: MergeDialog, desk: Desk, hands: Hands) -> None:
        line = next(i for i, f in enumerate(dialog.data["fields"]) if f["key"] == "credit_limit")
        dialog.table.setCurrentCell(line, dialog.result)
        hands.type("x")
        hands.press("Ctrl+Return")
        hands.wait()
        assert dialog.isVisible() and dialog.banner.isVisible() and dialog.table.currentRow() == line
        dialog.reject()
