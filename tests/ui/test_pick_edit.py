"""Naming a record by a fragment: typed, offered, taken, never silently dropped; by hand and by scanner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link
from tests.ui.hands import Hands, answer
from ui.kit.lines_grid_model import PickRow
from ui.kit.pick_dialog import PickDialog
from ui.kit.pick_edit import LOOK_UP_MS, EntityPick, PickEdit, picks_of


@dataclass
class Place:
    """A window with the editor and a line after it."""

    window: QWidget
    edit: EntityPick
    after: QLineEdit
    hands: Hands


@pytest.fixture
def place(qtbot: QtBot, desk: Desk) -> Iterator[Place]:
    window = QWidget()
    window.resize(900, 600)
    column = QVBoxLayout(window)
    edit = EntityPick(desk, Field("product", "产品", Link(entity="product")))
    after = QLineEdit()
    column.addWidget(edit)
    column.addWidget(after)
    column.addStretch(1)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    edit.setFocus()
    yield Place(window, edit, after, Hands())


def uid_of(desk: Desk, code: str) -> str:
    return next(str(r["uid"]) for r in desk.rows("product") if r["code"] == code)


def pause(qtbot: QtBot, place: Place) -> None:
    """A person looks up from the keys."""
    qtbot.waitUntil(lambda: place.edit.list_open or bool(place.edit.error), timeout=2000)


def test_a_fragment_offers_and_enter_takes(qtbot: QtBot, desk: Desk, place: Place) -> None:
    place.hands.type("qf")
    pause(qtbot, place)
    popup = place.edit.popup
    assert popup.parentWidget() is place.window and not popup.isWindow()
    assert QApplication.focusWidget() is place.edit
    assert [r.code for r in popup.rows] == ["P10012", "P10013"]
    assert place.edit.text() == "qf", "nothing is written into the text before it is taken"
    place.hands.press("Down", "Return")
    assert place.edit.uid == uid_of(desk, "P10013")
    assert place.edit.text() == "不锈钢球阀 DN50"
    assert not place.edit.list_open


def test_tab_takes_too_and_goes_on(qtbot: QtBot, desk: Desk, place: Place) -> None:
    place.hands.type("四氟")
    pause(qtbot, place)
    place.hands.press("Tab")
    assert place.edit.uid == uid_of(desk, "P20031")
    assert QApplication.focusWidget() is place.after


def test_a_scanner_never_waits_for_the_list(desk: Desk, place: Place) -> None:
    QTest.keyClicks(place.hands.focus, "P20031")
    place.hands.press("Return")
    assert place.edit.uid == uid_of(desk, "P20031")


def test_an_exact_code_beats_a_longer_one(desk: Desk, place: Place) -> None:
    desk.do("product.save", {"code": "P1001", "name": "样品", "unit": "只"})
    QTest.keyClicks(place.hands.focus, "p1001")
    place.hands.press("Return")
    assert place.edit.text() == "样品"


def test_what_means_several_is_asked_about(desk: Desk, place: Place) -> None:
    QTest.keyClicks(place.hands.focus, "dn50")
    place.hands.press("Tab")
    assert QApplication.focusWidget() is place.edit, "two products are meant: the list asks which"
    assert place.edit.list_open and len(place.edit.popup.rows) == 2
    place.hands.press("Down", "Tab")
    assert place.edit.uid
    assert QApplication.focusWidget() is place.after


def test_what_names_nothing_stays_and_offers_to_make_it(qtbot: QtBot, place: Place) -> None:
    asked: list[str] = []
    place.edit.create_wanted.connect(asked.append)
    place.hands.type("没有的东西")
    place.hands.press("Tab")
    assert QApplication.focusWidget() is place.edit
    assert place.edit.text() == "没有的东西"
    assert place.edit.property("error") is True
    assert "没有找到" in place.edit.error
    place.hands.press("Shift+Return")
    assert asked == ["没有的东西"]
    fault = place.edit.fault()
    assert fault is not None and "没有的东西" in fault.reason


def test_a_click_elsewhere_leaves_the_text_and_marks_it(qtbot: QtBot, place: Place) -> None:
    place.hands.type("没有的东西")
    place.after.setFocus(Qt.FocusReason.MouseFocusReason)
    assert place.edit.text() == "没有的东西"
    assert place.edit.property("error") is True
    assert place.edit.value() is None
    assert not place.edit.list_open


def test_escape_closes_the_list_then_brings_the_old_record_back(qtbot: QtBot, desk: Desk, place: Place) -> None:
    place.edit.choose(uid_of(desk, "P10012"))
    place.edit.selectAll()
    place.hands.type("四氟")
    pause(qtbot, place)
    place.hands.press("Escape")
    assert not place.edit.list_open and place.edit.text() == "四氟"
    place.hands.press("Escape")
    assert place.edit.uid == uid_of(desk, "P10012")
    assert place.edit.text() == "不锈钢球阀 DN25"


def test_emptying_the_text_empties_the_value(qtbot: QtBot, desk: Desk, place: Place) -> None:
    place.edit.choose(uid_of(desk, "P10012"))
    picked: list[str] = []
    place.edit.picked.connect(picked.append)
    place.edit.selectAll()
    place.hands.press("Delete", "Tab")
    assert place.edit.value() is None
    assert picked == [""]


def test_a_composition_stays_whole(qtbot: QtBot, place: Place) -> None:
    for text in ("q", "qiu", "qiu fa"):
        QApplication.sendEvent(place.edit, QInputMethodEvent(text, []))
        qtbot.wait(LOOK_UP_MS + 10)
    assert place.edit.text() == ""
    done = QInputMethodEvent()
    done.setCommitString("球阀")
    QApplication.sendEvent(place.edit, done)
    pause(qtbot, place)
    assert place.edit.text() == "球阀"
    assert len(place.edit.popup.rows) == 2


def test_f7_opens_the_whole_list_and_takes_from_it(qtbot: QtBot, desk: Desk, place: Place) -> None:
    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, PickDialog)
        assert dialog.filter.text == "dn50"
        assert dialog.model.rowCount() == 2
        hands = Hands()
        hands.press("Down", "End", "Return")

    place.hands.type("dn50")
    answer(look)
    place.hands.press("F7")
    assert place.edit.uid in {uid_of(desk, "P10013"), uid_of(desk, "P20031")}
    assert place.window.focusWidget() is place.edit


def test_f7_given_up_changes_nothing(qtbot: QtBot, place: Place) -> None:
    place.hands.type("dn50")
    answer(lambda dialog: Hands().press("Escape", "Escape"))
    place.hands.press("F7")
    assert place.edit.text() == "dn50"
    assert not place.edit.uid


def test_stopped_records_are_not_offered(desk: Desk) -> None:
    desk.do("product.save", {"uid": uid_of(desk, "P10012"), "stopped": True})
    assert [r.code for r in picks_of(desk, "product", "球阀")] == ["P10013"]
    assert "P10012" not in [r.code for r in picks_of(desk, "product", "")]


def test_price_and_stock_stand_at_the_right(desk: Desk) -> None:
    row = picks_of(desk, "product", "P10012")[0]
    assert "¥48.60" in row.right and "320" in row.right
    assert row.detail == "304 / PN16"


def test_any_source_will_do(qtbot: QtBot) -> None:
    """The editor knows no register: whoever embeds it says where rows come from."""
    window = QWidget()
    edit = PickEdit(
        Field("x", "东西", Link()), lambda typed: [PickRow("1", "", f"{typed}一"), PickRow("2", "", f"{typed}二")]
    )
    QVBoxLayout(window).addWidget(edit)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    edit.setFocus()
    hands = Hands()
    hands.type("天")
    hands.press("Down", "Down", "Return")
    assert edit.uid == "2" and edit.text() == "天二"
