"""Names of people are offered while they are typed, in forms, in long boxes and in grids; whoever is not known may be typed as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Option
from tests.desks import empty_desk
from tests.ui.hands import Hands
from ui.kit.child_grid import ChildGrid
from ui.kit.editors import LineEditor, NoteEdit
from ui.kit.field_box import FieldBox
from ui.kit.suggestions import Suggestions


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path / "data")
    for code, name, department in (("1", "李强", "销售部"), ("2", "李娜", "财务部"), ("3", "陈静", "采购部")):
        made.do("staff.save", {"code": code, "name": name, "department": department})
    yield made
    made.close()


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[QWidget]:
    """An empty window in front."""
    made = QWidget()
    made.resize(900, 600)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.close()


@pytest.fixture
def hands(place: QWidget) -> Hands:
    return Hands()


def shown(edit: QWidget) -> list[str]:
    """What the list under an editor offers."""
    [over] = edit.findChildren(Suggestions)
    popup = over.popup
    return [o.label for o in popup.options] if popup is not None and popup.isVisible() else []


def box_of(desk: Desk, place: QWidget, entity: str, key: str) -> FieldBox:
    box = FieldBox(desk, desk.entity(entity)[key])
    box.setParent(place)
    box.resize(400, 120)
    box.show()
    box.editor.setFocus()
    return box


def test_a_name_is_offered_by_its_initials_and_taken_by_enter(desk: Desk, place: QWidget, hands: Hands) -> None:
    box = box_of(desk, place, "meeting", "chair")
    edit = box.editor
    assert isinstance(edit, LineEditor)
    hands.type("l")
    assert sorted(shown(edit)) == ["李娜　财务部", "李强　销售部"]
    hands.type("q")
    assert shown(edit) == ["李强　销售部"]
    hands.press("Return")
    assert edit.text() == "李强" and shown(edit) == []
    edit.clear()
    hands.type("李")
    first = shown(edit)[0][:2]
    hands.press("Down")
    hands.press("Return")
    assert edit.text() in ("李强", "李娜") and edit.text() != first


def test_whoever_is_not_known_is_typed_as_he_is(desk: Desk, place: QWidget, hands: Hands) -> None:
    edit = box_of(desk, place, "meeting", "chair").editor
    assert isinstance(edit, LineEditor)
    hands.type("周工")
    assert shown(edit) == []
    edit.clear()
    hands.type("李")
    hands.press("Esc")
    assert shown(edit) == [] and edit.text() == "李"


def test_in_a_long_box_each_name_is_offered_for_and_none_twice(desk: Desk, place: QWidget, hands: Hands) -> None:
    edit = box_of(desk, place, "meeting_series", "people").editor
    assert isinstance(edit, NoteEdit)
    hands.type("lq")
    hands.press("Return")
    hands.type("、李")
    assert shown(edit) == ["李娜　财务部"], "李强 stands there already"
    hands.press("Return")
    hands.type("、周工")
    assert edit.toPlainText() == "李强、李娜、周工"
    hands.press("Return")
    assert edit.toPlainText().endswith("\n"), "with nothing offered Enter is what it always was"


def test_in_a_grid_cell_enter_takes_the_name_and_enter_again_goes_on(desk: Desk, place: QWidget, hands: Hands) -> None:
    grid = ChildGrid(desk.entity("meeting_person"), desk.today, desk=desk)
    grid.setParent(place)
    grid.resize(800, 300)
    grid.show()
    grid.add()
    hands.type("cj")
    cell = grid.table.editor
    assert cell is not None and cell.suggestions is not None and cell.suggestions.popup is not None
    assert cell.suggestions.popup.options == [Option("陈静", "陈静　采购部")]
    hands.press("Return")
    assert cell.text() == "陈静"
    hands.press("Return")
    assert grid.draft.lines[0]["name"] == "陈静"
