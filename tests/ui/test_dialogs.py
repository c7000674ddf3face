"""Enter in dialogs and forms: it answers, goes on or presses the button it stands on, from the number pad as well."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.hands import Hands, answer
from ui.kit.dialogs import FRAME, Question, StepQuestion, confirm
from ui.kit.import_missing import MissingDialog
from ui.kit.theme import theme
from ui.kit.widgets import button
from ui.shell.application import application
from ui.shell.window import Window

MAIN = (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
PAD = (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)


@pytest.fixture(params=[MAIN, PAD], ids=["main", "pad"])
def enter(request: pytest.FixtureRequest) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """Each of the two keys that are called Enter."""
    theme().apply(application(), "light")
    key: tuple[Qt.Key, Qt.KeyboardModifier] = request.param
    return key


def press(key: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    QTest.keyClick(QApplication.focusWidget(), *key)


def shown(qtbot: QtBot, dialog: Question, *edits: QLineEdit) -> None:
    """The dialog with these lines in front, the keyboard in the first."""
    qtbot.addWidget(dialog)
    for edit in edits:
        dialog.body.addWidget(edit)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    (edits[0] if edits else dialog.yes).setFocus()


def test_enter_on_the_careful_button_gives_up(enter: tuple[Qt.Key, Qt.KeyboardModifier], qtbot: QtBot) -> None:
    answer(lambda dialog: press(enter))
    assert not confirm(None, "恢复这份备份？", "数据会回到那时的样子", "恢复")


def test_enter_in_a_line_answers(enter: tuple[Qt.Key, Qt.KeyboardModifier], qtbot: QtBot) -> None:
    dialog = Question(None, "问")
    shown(qtbot, dialog, QLineEdit())
    press(enter)
    assert dialog.result() == Question.DialogCode.Accepted and not dialog.isVisible()


def test_enter_presses_a_button_of_the_dialog(enter: tuple[Qt.Key, Qt.KeyboardModifier], qtbot: QtBot) -> None:
    pressed: list[int] = []
    dialog = Question(None, "问")
    choose = button("选文件…", clicked=lambda: pressed.append(1))
    dialog.body.addWidget(choose)
    shown(qtbot, dialog)
    choose.setFocus()
    press(enter)
    assert pressed == [1] and dialog.isVisible()


def test_enter_walks_the_fields_to_the_button_that_answers(
    enter: tuple[Qt.Key, Qt.KeyboardModifier], qtbot: QtBot
) -> None:
    dialog, edits = StepQuestion(None, "问"), (QLineEdit(), QLineEdit())
    shown(qtbot, dialog, *edits)
    press(enter)
    assert edits[1].hasFocus()
    press(enter)
    assert dialog.yes.hasFocus() and dialog.isVisible(), "not the button that gives up"
    press(enter)
    assert dialog.result() == Question.DialogCode.Accepted and not dialog.isVisible()


def test_a_dialog_is_no_higher_than_the_screen(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """1440×900 at 150 % leaves 600 pixels; the buttons of the dialog with many lines lay below."""
    low = QRect(0, 0, 960, 560)
    monkeypatch.setattr(Question, "screen", lambda self: SimpleNamespace(availableGeometry=lambda: low))
    dialog = MissingDialog(
        window.context, window, window.desk.entity("product_category"), [f"类{n}" for n in range(60)]
    )
    dialog.show()
    assert dialog.height() <= low.height() - FRAME
    foot = dialog.yes.mapTo(dialog, dialog.yes.rect().bottomLeft()).y()
    assert dialog.yes.isVisible() and foot < dialog.height()
    dialog.close()


def test_enter_goes_on_in_a_form(window: Window, hands: Hands, enter: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    window.show_place("customer", action="new")
    hands.wait()
    before = QApplication.focusWidget()
    press(enter)
    assert QApplication.focusWidget() is not before
