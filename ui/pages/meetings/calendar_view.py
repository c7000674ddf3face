"""The calendar with its title, its buttons to turn, and what the colours mean."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from salesdesk.domain.clock import stamp
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.queries import Entry
from ui.kit.chips import Chip, FilterChip
from ui.kit.page import PageContext
from ui.kit.widgets import Card, IconButton, button, label, row
from ui.pages.meetings.calendar_canvas import CalendarCanvas, Marks


class CalendarView(QWidget):
    """Reads what stands in the days that are shown; opened and wanted as the canvas says them."""

    opened = Signal(object)
    wanted = Signal(str)
    counted = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context, self.desk = context, context.desk
        self.stale = True
        self.canvas = CalendarCanvas(self.desk.today)
        self.canvas.opened.connect(self.opened)
        self.canvas.wanted.connect(self.wanted)
        self.canvas.moved.connect(self.read)
        self.heading = label("", "subtitle", bold=True)
        self.modes = {mode: FilterChip(title, key=mode) for mode, title in (("week", "周"), ("month", "月"))}
        for mode, chip in self.modes.items():
            chip.clicked.connect(partial(self._turn_to, mode))
            chip.setToolTip("按 W 看一周" if mode == "week" else "按 M 看一月")
        back = IconButton("chevron_left", "往前", "PgUp", clicked=partial(self.canvas.turn, -1))
        on = IconButton("chevron_right", "往后", "PgDn", clicked=partial(self.canvas.turn, 1))
        today = button("今天", clicked=self.go_today)
        today.setToolTip("按 T 回到今天")
        card = Card(margins=(14, 10, 14, 12))
        kind = self.desk.entity("meeting")["state"].kind
        legend = [Chip(one) for one in getattr(kind, "options", ())]
        dashed = label("虚线：例会，还没准备", "caption", "text2")
        card.body.addLayout(row(back, on, today, self.heading, 1, dashed, *legend, *self.modes.values(), spacing=8))
        card.body.addWidget(self.canvas, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        self._show_mode()

    def read(self) -> None:
        """Read the days in sight beside the window."""
        self.stale = False
        self._show_mode()
        days, desk = self.canvas.days, self.desk

        def job() -> tuple[list[Entry], Marks, str]:
            with desk.read() as reader:
                entries = queries.of_days(reader, days[0], days[-1])
                return entries, queries.day_marks(reader, days[0], days[-1]), stamp(desk.database.clock.now())

        self.context.ops.read(job, self._came, token=("meetings", id(self)))

    def _came(self, found: tuple[list[Entry], Marks, str]) -> None:
        entries, marks, now = found
        self.canvas.set_entries(entries, marks, now)
        live = [e for e in entries if e.state != "cancelled"]
        self.counted.emit(f"{len(live)} 个会" if live else "")

    def _show_mode(self) -> None:
        self.heading.setText(self.canvas.title())
        for mode, chip in self.modes.items():
            chip.setChecked(mode == self.canvas.mode)

    def _turn_to(self, mode: str) -> None:
        self.canvas.show_day(self.canvas.day, "month" if mode == "month" else "week")
        self._show_mode()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_today(self) -> None:
        """Back to today."""
        self.canvas.show_day(self.desk.today)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
