"""What is taken out of a page, and a page that was closed, leaves nothing behind in memory."""

from __future__ import annotations

import gc
import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QLayoutItem, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ui.kit.freed import empty, heads
from ui.kit.garbage import Sweeper
from ui.pages.orders.page import OrdersPage
from ui.shell.window import Window


def dead() -> int:
    """Python sides that are still held though their Qt side is gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return sum(isinstance(one, QObject | QLayoutItem) and not isValid(one) for one in gc.get_objects())


def test_between_two_windows_nobody_else_clears_away(qtbot: QtBot) -> None:
    """The program is started with the collector off; on again, the thread that encrypts freed the widgets of the closed window."""
    assert not gc.isenabled()
    Sweeper().stop()
    assert not gc.isenabled()


def test_an_emptied_layout_has_neither_parts_nor_their_places(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    line = QHBoxLayout(holder)
    for _ in range(3):
        line.addWidget(QPushButton("删"))
        line.addStretch(1)
    places = [line.itemAt(at) for at in range(line.count())]
    assert all(isValid(place) for place in places)
    empty(line)
    assert not line.count()
    assert not any(isValid(place) for place in places)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not holder.findChildren(QPushButton)


def test_heads_go_with_their_table(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    before = dead()
    for _ in range(10):
        table = QTableView(holder)
        heads(table).sectionResized.connect(holder.update)
        assert table.horizontalHeader().sectionsClickable()
        table.deleteLater()
        del table
    assert dead() == before


def test_a_closed_order_leaves_nothing_behind(window: Window) -> None:
    window.go("orders")
    window.ops.wait()
    page = window.front
    assert isinstance(page, OrdersPage)

    def once() -> int:
        page.new_order()
        page.ops.wait()
        assert page.entry is not None
        page.close_front()
        page.ops.wait()
        assert page.entry is None
        return dead()

    once()
    before = once()
    assert max(once() for _ in range(4)) <= before


def test_layouts_are_emptied_in_one_place(repository: Path) -> None:
    for path in (repository / "ui").rglob("*.py"):
        if path.name not in ("freed.py", "flow.py"):
            assert not re.search(r"\.takeAt\(", path.read_text(encoding="utf-8")), path
