"""A window on a small company, and hands that type where the focus is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.desks import small_desk
from tests.ui.hands import Hands, nobody_asked
from ui.kit.theme import theme
from ui.shell.application import application
from ui.shell.window import Window


@pytest.fixture(autouse=True)
def _garbage_in_the_window_thread() -> Iterator[None]:
    """As in the running program: Python frees widgets in this thread only, never in a reader's."""
    gc.disable()
    yield
    left = nobody_asked()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    gc.enable()
    assert not left, f"{len(left)} answer(s) wait for a dialog that never opened"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two customers, three products, an operator."""
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, desk: Desk) -> Iterator[Window]:
    """The window at its usual size, in front and active."""
    theme().apply(application(), "light")
    made = Window(desk)
    made.resize(1440, 900)
    crashes: list[object] = []
    made.crashed.connect(crashes.append)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.ops.wait()
    yield made
    made.ops.wait()
    made.close()
    assert not crashes


@pytest.fixture
def hands(window: Window) -> Hands:
    """Keys for whatever has the focus in the window."""
    return Hands(window.ops)
