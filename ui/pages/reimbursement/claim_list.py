"""The list of the expense claims with what can be done to the one in hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row
from salesdesk.services.lists import Query
from ui.kit.filter_bar import FilterBar
from ui.kit.page import PageContext
from ui.kit.table_view import TableView
from ui.kit.widgets import Button, EmptyState, FilterChip, button, label, row
from ui.kit.window_model import ListModel

COLUMNS = ("number", "day", "claimant", "department", "vouchers", "amount", "note")
NOTHING = ("还没有报销单", "按 Ctrl+N 填第一张：大写、应退应补自动算好，打出来签字")
PLACE = "reimbursement.expense_claim"


class ClaimList(QWidget):
    """Filter, table, and the buttons below it."""

    opened = Signal(str)
    new_wanted = Signal()
    print_wanted = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self._stale = False
        desk = context.desk
        self.number = label("", "body", "text2")
        self.new = button("新建报销单", "add", primary=True, shortcut="Ctrl+N", clicked=self.new_wanted.emit)
        self.filter = FilterBar(desk, "expense_claim", PLACE)
        self.voided = FilterChip("含作废")
        self.voided.toggled.connect(self.filter.set_voided)
        self.model = ListModel(desk, "expense_claim", self.filter.query(), self)
        fresh = desk.settings.get(f"ui.table.{PLACE}") is None
        self.table = TableView(self.model, PLACE)
        if fresh:
            self._arrange()
        self.told = label("", "caption", "text2")
        self.open = button("打开", "edit", shortcut="Enter", clicked=self._open_current)
        self.print = button("打印", "print", shortcut="Ctrl+P", clicked=self._print_current)
        self.void = button("作废", "delete", shortcut="Delete", clicked=self.void_current)
        self.first = button("新建报销单", "add", clicked=self.new_wanted.emit)
        self.empty = EmptyState("receipt", *NOTHING, self.first)
        self._lay_out()
        self._connect()
        self._counted(self.model.rowCount())
        self._chosen("")

    def _arrange(self) -> None:
        """The usual columns, until somebody changes them."""
        columns = self.table.columns
        columns.order = [*COLUMNS, *(k for k in columns.order if k not in COLUMNS)]
        columns.shown = set(COLUMNS)
        self.table.set_shown(COLUMNS[0], True)

    def _lay_out(self) -> None:
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        inner.addWidget(place, 1)
        inner.addLayout(row(self.told, 1, self.open, self.print, self.void, spacing=8, margins=(14, 8, 12, 8)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(row(label("报销", "title", bold=True), self.number, 1, self.new, spacing=12))
        line = row(self.filter, self.voided, spacing=8)
        line.setStretch(0, 1)
        line.setAlignment(self.voided, Qt.AlignmentFlag.AlignTop)
        self.voided.setFixedHeight(self.filter.box.sizeHint().height())
        column.addLayout(line)
        column.addWidget(card, 1)

    def _connect(self) -> None:
        self.filter.changed.connect(self._filtered)
        self.filter.down.connect(self._down)
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self._chosen)
        self.table.told.connect(self.told.setText)
        self.table.typed.connect(self.filter.type_on)
        self.table.delete_wanted.connect(self.void_current)
        self.table.menu_for = self._menu
        self.model.counted.connect(self._counted)
        for keys, act in (("Ctrl+F", self.search), ("Ctrl+P", self._print_current)):
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        known = self.context.desk.registry.verbs["claim.save"]
        self.may_write = self.context.desk.settings.seat.may(known)
        for one in (self.new, self.void, self.first):
            one.setVisible(self.may_write)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def shown(self) -> None:
        """The list came to the front."""
        if self._stale:
            self._stale = False
            self.model.refresh()

    def refresh(self, changes: Changes) -> None:
        """Something was committed."""
        if not self.isVisible():
            self._stale = True
        else:
            self.model.refresh(changes)
            self._chosen(self.table.current_uid())

    def _filtered(self, query: Query) -> None:
        current = self.model.query
        self.model.set_query(self.filter.query(Query(sort=current.sort, descending=current.descending)))

    def _counted(self, count: object) -> None:
        number = int(count) if isinstance(count, int) else 0
        self.number.setText(f"{number:,} 张" if number else "")
        self._stack.setCurrentIndex(0 if number else 1)
        self.first.setVisible(self.may_write)
        if not number and self.filter.narrowed:
            told = self.filter.text or self.filter.told()
            self.empty.say(f"没有找到「{told}」", "改几个字再找；在空的搜索框里按退格，可以去掉最后一个筛选")
        elif not number:
            self.empty.say(*NOTHING)

    def _down(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.select_row(0)

    def go(self, uid: str = "") -> None:
        """Put the keyboard into the list, on one claim if given."""
        if uid:
            self.table.select_uid(uid)
        if self.model.rowCount():
            self._down()
        else:
            (self.first if self.first.isVisibleTo(self) else self.filter.box).setFocus(Qt.FocusReason.OtherFocusReason)

    def search(self) -> None:
        """Ctrl+F."""
        self.filter.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.box.selectAll()

    # -- the claim in hand -----------------------------------------------------------------------------------------

    def current(self) -> Row | None:
        """The claim in hand."""
        index = self.table.currentIndex()
        found = self.model.row(index.row()) if index.isValid() else {}
        return found if found.get("uid") else None

    def _chosen(self, uid: str) -> None:
        found = self.current()
        live = found is not None and not found["void"]
        self.open.setEnabled(found is not None)
        self.print.setEnabled(live)
        self.void.setEnabled(live)

    def _open_current(self) -> None:
        found = self.current()
        if found is not None:
            self.opened.emit(str(found["uid"]))

    def _print_current(self) -> None:
        found = self.current()
        if found is not None and not found["void"]:
            self.print_wanted.emit(str(found["uid"]))

    def void_current(self) -> None:
        """作废; 撤销 brings it back."""
        found = self.current()
        if found is not None and not found["void"] and self.may_write:
            self.context.ops.run("claim.void", {"uid": found["uid"]})

    def _menu(self, uid: str) -> Sequence[QAction]:
        found = self.current()
        if found is None or found["void"]:
            return []
        acts = [("打印\tCtrl+P", self._print_current)] + (
            [("作废\tDelete", self.void_current)] if self.may_write else []
        )
        made = []
        for title, act in acts:
            action = QAction(title, self)
            action.triggered.connect(act)
            made.append(action)
        return made

    def buttons(self) -> list[Button]:
        """For tests of names."""
        return [self.new, self.open, self.print, self.void]
