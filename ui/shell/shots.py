"""Paints every page of the window as a picture, in light and dark and several sizes, without a screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import Clock
from ui.kit.theme import theme
from ui.shell.application import application
from ui.shell.pages import FRAME_PAGES
from ui.shell.window import Window

SIZES = ((1440, 900), (1366, 768))
THEMES = ("light", "dark")
State = tuple[str, Callable[[Window], object]]


def render_all(
    data_folder: Path,
    out_folder: Path,
    sizes: Sequence[tuple[int, int]] = SIZES,
    themes: Sequence[str] = THEMES,
    scale: float = 1.0,
    states: Sequence[State] = (),
    clock: Clock | None = None,
) -> list[Path]:
    """Open the window on a data folder and save each page and each of its `shot_states` as PNG; returns the files.

    scale is that of the screen (1.5 for 150 %) and counts only when no application runs yet. `states` are further pictures:
    a name and what brings the window there.
    """
    app = _application(scale)
    desk = open_desk(data_folder, clock)
    made: list[Path] = []
    try:
        for look in themes:
            theme().apply(app, look)
            for size in sizes:
                made += _render(desk, out_folder, size, look, scale, states)
    finally:
        desk.close()
    return made


def _application(scale: float) -> QApplication:
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if scale != 1.0:
        os.environ["QT_SCALE_FACTOR"] = str(scale)
    return application()


def _render(
    desk: Desk, out: Path, size: tuple[int, int], look: str, scale: float, states: Sequence[State]
) -> list[Path]:
    window = Window(desk)
    QGuiApplication.styleHints().setCursorFlashTime(0)
    window.resize(*size)
    window.show()
    tail = f"{look}_{size[0]}x{size[1]}" + (f"@{scale:g}" if scale != 1.0 else "")
    made: list[Path] = []

    def shoot(name: str) -> None:
        settle(window)
        target = out / f"{name}_{tail}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(target))
        made.append(target)

    for number, key in enumerate([*(m.key for m in window.modules), *FRAME_PAGES], 1):
        window.go(key)
        shoot(f"{number:02d}_{key}")
        for name, reach in window.pages.page(key).shot_states():
            reach()
            shoot(f"{number:02d}_{key}_{name}")
    window.go(window.modules[0].key)
    window.open_palette()
    window.finder.edit.setText("hy")
    shoot("90_palette")
    window.finder.shut()
    window.show_keys()
    shoot("91_keys")
    window.keysheet.shut()
    for name, bring in states:
        bring(window)
        shoot(name)
    window.close()
    window.deleteLater()
    settle(None)
    return made


def settle(window: Window | None) -> None:
    """Let everything arrive and be painted."""
    if window is not None:
        window.ops.wait()
    for _ in range(3):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        QCoreApplication.sendPostedEvents(
            None, QEvent.Type.DeferredDelete.value
        )  # only a running loop does that by itself
    if isinstance(window, QWidget):
        window.repaint()
