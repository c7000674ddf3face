"""Items of menus, made so that they go when the menu is filled anew.

`QMenu.addAction("text")` lets Qt make the item, and PySide keeps the Python side of it, with whatever it calls, for as long
as the menu lives; of an item made here it hears of the end.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu


def item(menu: QMenu, title: str, act: Callable[..., object] | None = None, icon: QIcon | None = None) -> QAction:
    """Add an item at the end; `act` is called when it is chosen."""
    made = QAction(title, menu)
    if icon is not None:
        made.setIcon(icon)
    if act is not None:
        made.triggered.connect(act)
    menu.addAction(made)
    return made


def line(menu: QMenu) -> None:
    """Add a line between items."""
    made = QAction(menu)
    made.setSeparator(True)
    menu.addAction(made)
