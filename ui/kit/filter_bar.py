"""Narrows a list: a search box, pills for status and period with their numbers, and what was chosen last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.calendar_days import month_end
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Link, Stamp, Value
from salesdesk.services.lists import Condition, Query
from ui.kit.flow import Flow
from ui.kit.theme import icon, theme
from ui.kit.widgets import FilterChip

QUIET_MS = 120
"""A list is searched this long after the last key."""
MOST_CHIPS = 7
MOST_STATES = 13
"""Of a state the program keeps, those nothing stands at step back."""
RANGES = (("today", "今天"), ("week", "本周"), ("month", "本月"))


def status_field(entity: Entity) -> Field | None:
    """The field whose options become pills: the status the program keeps, or the first choice shown in the list."""
    listed = [f for f in entity if f.listed and isinstance(f.kind, Choice) and f.kind.options]
    kept = [f for f in listed if f.fixed or f.derived]
    sizes = [(f, len(f.kind.options)) for f in (*kept, *listed) if isinstance(f.kind, Choice)]
    fits = [f for f, size in sizes if size <= (MOST_STATES if f in kept else MOST_CHIPS)]
    if fits:
        return fits[0]
    return next((f for f in entity.links if f.listed and "category" in f.key), None)


def day_field(entity: Entity) -> Field | None:
    """The day a list is asked by: the one it is ordered by, or the first one shown."""
    days = [f for f in entity if f.listed and isinstance(f.kind, (Day, Stamp))]
    return next((f for f in days if f.key in entity.order), days[0] if days else None)


def period(name: str, today: str) -> tuple[str, str]:
    """First and last day of 今天, 本周 (Monday to Sunday) or 本月."""
    day = date.fromisoformat(today)
    if name == "week":
        monday = day - timedelta(days=day.weekday())
        return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
    if name == "month":
        return today[:8] + "01", month_end(today)
    return today, today


def search_prompt(desk: Desk, entity: Entity) -> str:
    """What can be typed into the search box, in words."""
    own = [f.title.removeprefix(entity.title) for f in entity if f.search][:3]
    if own:
        return f"搜{'、'.join(own)}或拼音首字母"
    linked = [f.title for f in entity.links if f.listed and isinstance(f.kind, Link)][:2]
    numbers = [f.title for f in entity if f.listed and getattr(f.kind, "search", False)][:2]
    return f"搜{'、'.join(numbers + linked)}" if numbers or linked else "搜索"


class SearchBox(QLineEdit):
    """Types what is looked for. Backspace on an empty box takes away the last filter; ↓ and Enter go to the list."""

    searched = Signal()
    emptied_further = Signal()
    down = Signal()

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self.setPlaceholderText(prompt)
        self.setAccessibleName("搜索")
        self.setToolTip(f"{prompt}（Ctrl+F）")
        self.setClearButtonEnabled(True)
        self._sign = QAction(self)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self._retheme()
        theme().changed.connect(self._retheme)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(QUIET_MS)
        self._later.timeout.connect(self.searched)
        self.textChanged.connect(self._typed)

    def _retheme(self) -> None:
        self._sign.setIcon(theme().icon("search", "text3"))

    def _typed(self, text: str) -> None:
        self._later.start()

    def search_now(self) -> None:
        """Do not wait for the pause after the last key."""
        if self._later.isActive():
            self._later.stop()
            self.searched.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Backspace and not self.text():
            self.emptied_further.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.search_now()
            self.down.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.search_now()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """The line above a list. `changed` carries the query to show; order and parent of the given query stay as they are."""

    changed = Signal(object)
    down = Signal()

    def __init__(self, desk: Desk, entity: str, place: str = "", base: Query | None = None) -> None:
        super().__init__()
        self._desk, self._entity = desk, desk.entity(entity)
        self._base = base or Query()
        self._key = f"ui.filter.{place or entity}"
        self._status, self._day = status_field(self._entity), day_field(self._entity)
        self.voided = False
        self.box = SearchBox(search_prompt(desk, self._entity))
        self.box.setFixedWidth(300)
        self.box.searched.connect(self._tell)
        self.box.emptied_further.connect(self._drop_last)
        self.box.down.connect(self.down)
        flow = Flow(self)
        flow.addWidget(self.box)
        self._status_chips: list[FilterChip] = []
        self._day_chips: list[FilterChip] = []
        self._order: list[str] = []  # chips in the order they were pressed
        self._more: tuple[Condition, ...] = ()  # conditions from outside, shown as one pill that takes them away
        self._more_chip = FilterChip("")
        self._more_chip.setIcon(icon("dismiss"))
        self._more_chip.setFixedHeight(theme().px("control"))
        self._more_chip.clicked.connect(self._drop_more)
        self._more_chip.hide()
        flow.addWidget(self._more_chip)
        for key, title in self._options():
            self._add(flow, FilterChip(title, None, key), self._status_chips)
        if self._day is not None:
            for key, title in RANGES:
                chip = self._add(flow, FilterChip(title, None, key), self._day_chips)
                chip.setToolTip(f"按{self._day.title}")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._recall()

    def _options(self) -> list[tuple[str, str]]:
        """Pills of the status field: its options, or the records of a short register it points at."""
        if self._status is None:
            return []
        if isinstance(self._status.kind, Choice):
            return [(o.key, o.label) for o in self._status.kind.options]
        assert isinstance(self._status.kind, Link)
        target = self._desk.entity(self._status.kind.entity)
        rows = self._desk.rows(target.key, limit=MOST_CHIPS + 1)
        return [(str(r["uid"]), str(r[target.naming])) for r in rows] if len(rows) <= MOST_CHIPS else []

    def _add(self, flow: Flow, chip: FilterChip, group: list[FilterChip]) -> FilterChip:
        chip.setFixedHeight(theme().px("control"))
        chip.clicked.connect(self._pressed)
        flow.addWidget(chip)
        group.append(chip)
        return chip

    # -- the query -----------------------------------------------------------------------------------------------------

    def query(self, order: Query | None = None) -> Query:
        """What is asked for now, in the order of another query."""
        base = order or self._base
        conditions = [*self._base.conditions, *self._more]
        status = self._chosen(self._status_chips)
        if status is not None and self._status is not None:
            conditions.append(Condition(self._status.key, "=", status))
        day = self._chosen(self._day_chips)
        if day is not None and self._day is not None:
            first, last = period(day, self._desk.today)
            end = f"{last}T23:59:59" if isinstance(self._day.kind, Stamp) else last
            conditions += [Condition(self._day.key, ">=", first), Condition(self._day.key, "<=", end)]
        return base._replace(conditions=tuple(conditions), text=self.box.text().strip(), voided=self.voided)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        chosen = self._chosen(self._status_chips) or self._chosen(self._day_chips)
        return bool(self.box.text().strip() or chosen or self._more)

    @property
    def led(self) -> bool:
        """Whether the list shows what was asked for from outside."""
        return bool(self._more)

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.box.text().strip()

    def told(self) -> str:
        """The filters in words, for an empty list."""
        chips = [c for c in (*self._status_chips, *self._day_chips) if c.isChecked()]
        words = [c.text().rsplit(" ", 1)[0] for c in chips]
        return "、".join([self._more_chip.text(), *words] if self._more else words)

    def set_text(self, text: str) -> None:
        """Search for something at once."""
        self.box.setText(text)
        self.box.search_now()

    def type_on(self, text: str) -> None:
        """Letters typed into the list go on here."""
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.box.setText(text)

    def choose(self, status: str = "", day: str = "", title: str = "", more: Sequence[Condition] = ()) -> None:
        """Set the pills from outside, e.g. from a figure that was clicked; `more` conditions get one pill called `title`."""
        self._more = tuple(more)
        self._more_chip.set_title(title)
        self._more_chip.setToolTip("按一下看全部")
        self._more_chip.setChecked(bool(more))
        self._more_chip.setVisible(bool(more))
        for chips, key in ((self._status_chips, status), (self._day_chips, day)):
            for chip in chips:
                chip.setChecked(chip.key == key)
        self._remember()
        self._tell()

    def clear(self) -> None:
        """Show everything again."""
        self.box.clear()
        self.box.search_now()
        self.choose()

    def set_voided(self, voided: bool) -> None:
        """Show voided records too, struck through."""
        self.voided = voided
        self._tell()

    def set_counts(self, counts: Mapping[Value, int]) -> None:
        """Numbers on the status pills; a pill nothing stands at steps back."""
        for chip in self._status_chips:
            number = counts.get(chip.key, 0)
            chip.set_count(number)
            chip.setVisible(bool(number) or chip.isChecked())

    @property
    def counted_field(self) -> str:
        """Field the pills count, "" when there are none."""
        return self._status.key if self._status is not None else ""

    # -- pressing ------------------------------------------------------------------------------------------------------

    @staticmethod
    def _chosen(chips: list[FilterChip]) -> str | None:
        return next((c.key for c in chips if c.isChecked()), None)

    def _pressed(self) -> None:
        chip = self.sender()
        for group in (self._status_chips, self._day_chips):
            if chip in group:
                for other in group:
                    if other is not chip:
                        other.setChecked(False)
        if isinstance(chip, FilterChip):
            self._order = [k for k in self._order if k != chip.key] + [chip.key]
        self._remember()
        self._tell()

    def _drop_last(self) -> None:
        """Backspace: take away the filter pressed last."""
        active = [c for c in (*self._status_chips, *self._day_chips) if c.isChecked()]
        if self._more:
            self._drop_more()
        elif active:
            active.sort(key=lambda c: self._order.index(c.key) if c.key in self._order else -1)
            active[-1].setChecked(False)
            self._remember()
            self._tell()

    def _drop_more(self) -> None:
        self.choose(self._chosen(self._status_chips) or "", self._chosen(self._day_chips) or "")

    def _tell(self) -> None:
        self.changed.emit(self.query())

    def _remember(self) -> None:
        kept = {"status": self._chosen(self._status_chips), "day": self._chosen(self._day_chips)}
        self._desk.settings.habit(self._key, kept)

    def _recall(self) -> None:
        kept: dict[str, Any] = self._desk.settings.get(self._key) or {}
        for chips, key in ((self._status_chips, kept.get("status")), (self._day_chips, kept.get("day"))):
            for chip in chips:
                chip.setChecked(key is not None and chip.key == key)
