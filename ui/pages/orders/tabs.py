"""The strip of open orders above the page, shown when there is something to choose between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit.freed import empty
from ui.kit.widgets import FilterChip, IconButton
from ui.pages.orders.entry import EntryView

LONGEST = 12


class OpenTabs(QWidget):
    """home_wanted: the list. chosen(view): another order. closed(view): put it away."""

    home_wanted = Signal()
    chosen = Signal(object)
    closed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(6)
        self._shown: list[tuple[str, str, bool, bool]] = []
        self.hide()

    def show_open(self, entries: Sequence[EntryView], front: EntryView | None) -> None:
        """Show the open orders; a point says that something of an order is not saved."""
        wanted = len(entries) > 1 or (bool(entries) and front is None)
        self.setVisible(wanted)
        told = [(v.order.title, v.order.number, v.order.draft.changed, v is front) for v in entries] if wanted else []
        if told == self._shown:
            return
        self._shown = told
        empty(self._line)
        home = FilterChip("订单列表")
        home.setChecked(front is None)
        home.clicked.connect(self.home_wanted)
        self._line.addWidget(home)
        for view, (title, number, changed, current) in zip(entries, told, strict=False):
            name = title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
            chip = FilterChip(f"{name} •" if changed else name)
            chip.setToolTip(f"{title} {number}".strip() + ("，有没保存的改动" if changed else ""))
            chip.setChecked(current)
            chip.clicked.connect(partial(self.chosen.emit, view))
            gone = IconButton("dismiss", f"收起 {title}", "Ctrl+W", clicked=partial(self.closed.emit, view))
            gone.setFixedSize(24, 24)
            gone.setIconSize(gone.iconSize() * 0.7)
            self._line.addWidget(chip)
            self._line.addWidget(gone)
        self._line.addStretch(1)
