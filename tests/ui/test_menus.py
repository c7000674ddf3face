"""Items of a menu that is filled anew go, and what they called with them."""

from __future__ import annotations

import gc
import re
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from ui.kit import menus


class Heavy:
    """Something an item would keep alive."""

    def act(self) -> None:
        """Chosen."""


def items_alive() -> int:
    """Items Python still holds, also those whose Qt side is gone."""
    gc.collect()
    return sum(type(one) is QAction for one in gc.get_objects())


def test_items_go_when_the_menu_is_filled_anew(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    before = items_alive()
    for _ in range(20):
        menu.clear()
        menus.item(menu, "改", partial(Heavy.act, Heavy()))
        menus.line(menu)
        menus.item(menu, "删", Heavy().act)
    assert items_alive() - before <= 3
    alive = [one for one in gc.get_objects() if isinstance(one, Heavy)]
    assert len(menu.actions()) == 3
    assert len(alive) <= 2


def test_an_item_does_what_it_says(qtbot: QtBot) -> None:
    menu, done = QMenu(), []
    qtbot.addWidget(menu)
    menus.item(menu, "改", lambda: done.append("改")).trigger()
    assert done == ["改"]


@pytest.mark.parametrize("asked", [r"\.addSeparator\(", r'menu\.addAction\(\s*[f"]'])
def test_menus_are_filled_in_one_place(repository: Path, asked: str) -> None:
    for path in (repository / "ui").rglob("*.py"):
        assert not re.search(asked, path.read_text(encoding="utf-8")), path
