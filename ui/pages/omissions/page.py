"""漏单检测: one pill for each kind of what may be missing, a table with one verb, and the month's 处理及时率."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.changes import Changes
from salesdesk.domain.working_time import told
from salesdesk.modules.omissions.queries import FOUND
from salesdesk.modules.omissions.timeliness import Month, target_of
from ui.kit.page import Page, PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Button, EmptyState, FilterChip, IconButton, QuietButton, button, label, row, set_ink
from ui.pages.omissions.board import Board, read_board
from ui.pages.omissions.tables import KINDS, OPEN_KINDS, Kind, Line, lines_of

TOUCHING = {"sales_order", "intake", "omission_answer", "customer"}


class KindTable(PlainTable):
    """The rows of one kind; Enter does the verb, Ctrl+Enter shows the record."""

    wanted = Signal()
    opened = Signal()

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.title, kind.columns, kind.wide)
        self.setWordWrap(False)
        self.kind = kind
        self.lines: list[Line] = []
        self.cellDoubleClicked.connect(self.opened.emit)

    def show_lines(self, lines: list[Line]) -> None:
        """Show other rows; the place in hand stays."""
        at = max(0, self.currentRow())
        self.lines = lines
        self.setRowCount(len(lines))
        for i, line in enumerate(lines):
            for column, (text, ink) in enumerate(line.cells):
                self.put(i, column, text, ink)
        self.finish()
        if lines:
            self.setCurrentCell(min(at, len(lines) - 1), 0)

    @property
    def current(self) -> Line | None:
        """The row in hand."""
        at = self.currentRow()
        return self.lines[at] if 0 <= at < len(self.lines) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            (self.opened if held else self.wanted).emit()
        else:
            super().keyPressEvent(event)


class OmissionsPage(Page):
    """Looks when it is shown and after every change that matters while it is in front."""

    key = "omissions"
    title = "漏单检测"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.board: Board | None = None
        self.kind = "waiting"
        self._chosen = False
        self.month = self.desk.today[:7]
        self.told = label("正在查……", "grid", "text2")
        self.again: Button = button("再查一遍", "refresh", shortcut="F5", clicked=self.read)
        self.pills: dict[str, FilterChip] = {}
        self.tables: dict[str, KindTable] = {}
        self.places: dict[str, QStackedLayout] = {}
        self._lay_out()
        QShortcut(QKeySequence("F5"), self, self.read).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        heading = row(label(self.title, "title", bold=True), spacing=8)
        heading.addSpacing(10)
        place = QWidget()
        self._stack = QStackedLayout(place)
        for kind in KINDS:
            pill = FilterChip(kind.title, None, kind.key)
            pill.clicked.connect(partial(self.choose, kind.key))
            self.pills[kind.key] = pill
            heading.addWidget(pill)
            self._stack.addWidget(self._part(kind))
        heading.addStretch(1)
        heading.addWidget(self.again)
        self.verb = button("", clicked=self.do)
        self.verb.setMinimumWidth(150)  # its words change with the kind
        self.record = QuietButton("看记录", "eye", self.open)
        self.record.setToolTip("Ctrl+Enter")
        self.column.addLayout(heading)
        self.column.addWidget(self.told)
        self.column.addWidget(place, 1)
        self.column.addLayout(row(1, self.record, self.verb, spacing=10))
        self.choose(self.kind, by_hand=False)

    def _part(self, kind: Kind) -> QWidget:
        table = KindTable(kind)
        table.wanted.connect(self.do)
        table.opened.connect(self.open)
        self.tables[kind.key] = table
        inner = QWidget()
        stack = QStackedLayout(inner)
        stack.addWidget(table)
        stack.addWidget(EmptyState("checkmark_circle", *kind.nothing))
        self.places[kind.key] = stack
        if kind.key != "month":
            return inner
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        self.rate = label("", "figure", bold=True)
        self.rate_words = label("", "grid", "text2")
        self.month_name = label("", "body", bold=True)
        before = IconButton("chevron_left", "上个月", clicked=partial(self.step_month, -1))
        after = IconButton("chevron_right", "下个月", clicked=partial(self.step_month, 1))
        column.addLayout(row(before, self.month_name, after, self.rate, self.rate_words, 1, spacing=10))
        column.addWidget(inner, 1)
        return part

    # -- reading ---------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        self.read()
        self.front.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: Changes) -> None:
        if self.isVisible() and TOUCHING & set(changes.touched):
            self.read()

    def read(self) -> None:
        """Look through everything again, beside the window."""
        self.told.setText("正在查……")
        self.ops.read(partial(read_board, self.desk, self.month), self._came, token="omissions-page")

    def _came(self, board: Board) -> None:
        self.board = board
        hours = target_of(self.desk.settings, self.desk.holidays()).time
        for kind in KINDS:
            lines = lines_of(kind.key, board, hours)
            self.tables[kind.key].show_lines(lines)
            self.places[kind.key].setCurrentIndex(0 if lines else 1)
            if kind.key in OPEN_KINDS:
                self.pills[kind.key].set_count(len(lines))
        self._show_month(board.month)
        at = board.now[11:16]
        sure = sum(r["sure"] != "low" for r in board.find.late)
        self.told.setText(
            f"{at} 查过：{board.find.customers:,} 家客户看得出下单规律，{len(board.find.late)} 家该来单没来，其中 {sure} 家把握大"
        )
        if not self._chosen:
            first = next((k for k in OPEN_KINDS if self.tables[k].lines), "waiting")
            self.choose(first, by_hand=False)
        self.ops.write(partial(self.desk.settings.put, FOUND, board.find.text()))
        self._show_verb()

    def _show_month(self, month: Month) -> None:
        self.month_name.setText(f"{month.month[:4]} 年 {int(month.month[5:])} 月")
        self.rate.setText("—" if month.rate is None else f"{month.rate:.1%}")
        set_ink(self.rate, "text" if month.rate is None or month.rate >= 0.95 else "err")
        parts = [month.target, f"按时 {month.timely}，超时 {month.late}"]
        if month.open:
            parts.append(f"没到时限 {month.open}")
        if month.dropped:
            parts.append(f"不是订单 {month.dropped} 不算")
        if month.entry_minutes is not None:
            parts.append(f"一般 {told(month.entry_minutes)}录入")
        if month.confirm_minutes is not None:
            parts.append(f"{told(month.confirm_minutes)}确认")
        self.rate_words.setText(" · ".join(parts))

    # -- choosing --------------------------------------------------------------------------------------------------

    @property
    def front(self) -> KindTable:
        """The table in front."""
        return self.tables[self.kind]

    def choose(self, key: str, by_hand: bool = True) -> None:
        """Bring one kind to the front."""
        self.kind = key
        self._chosen = self._chosen or by_hand
        for name, pill in self.pills.items():
            pill.setChecked(name == key)
        self._stack.setCurrentIndex([k.key for k in KINDS].index(key))
        self._show_verb()
        if by_hand:
            self.front.setFocus(Qt.FocusReason.OtherFocusReason)

    def step_month(self, by: int) -> None:
        """Another month's 处理及时率."""
        self.month = dates.add_months(f"{self.month}-01", by)[:7]
        self.read()

    def _show_verb(self) -> None:
        table = self.front
        self.verb.setText(f"{table.kind.verb_title}  Enter")
        self.verb.setAccessibleName(table.kind.verb_title)
        self.verb.setEnabled(table.current is not None)
        has_record = table.current is not None and bool(table.current.entity)
        self.record.setEnabled(has_record)
        self.record.setVisible(bool(table.current is None or table.current.verb))

    # -- doing -----------------------------------------------------------------------------------------------------

    def do(self) -> None:
        """The one verb of the row in hand."""
        line = self.front.current
        if line is None:
            return
        if not line.verb:
            self.open()
        elif line.verb in self.desk.registry.verbs:
            self.context.perform(line.verb, line.args)
        else:
            self.context.navigate("orders", action=line.verb, args=line.args)

    def open(self) -> None:
        """The record of the row in hand."""
        line = self.front.current
        if line is not None and line.entity:
            self.context.show_record(line.entity, line.uid)

    # -- the frame -------------------------------------------------------------------------------------------------

    def open_record(self, entity: str, uid: str) -> None:
        """An answer stands in 核对记录."""
        self.choose("answers")

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        if action in self.pills:
            self.choose(action)

    def current_record(self) -> tuple[str, str] | None:
        line = self.front.current
        return (line.entity, line.uid) if line is not None and line.entity else None

    def key_hints(self) -> Sequence[tuple[str, str]]:
        return (("↑↓", "选一行"), ("Enter", "办"), ("Ctrl+Enter", "看记录"), ("F5", "再查一遍"), ("F12", "客户来电"))

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return tuple((key, partial(self.choose, key)) for key in ("late", "holes", "month"))


def make(context: PageContext) -> OmissionsPage:
    """The page for the shell."""
    return OmissionsPage(context)
