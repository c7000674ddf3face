"""A list of records that open in a shape of their own, with the buttons that move the one in hand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row, Value
from salesdesk.services.lists import Query
from ui.kit.button_line import ButtonLine
from ui.kit.filter_bar import FilterBar
from ui.kit.page import PageContext
from ui.kit.reveal import KEYS, Reveals
from ui.kit.table_view import TableView
from ui.kit.theme import theme
from ui.kit.widgets import Button, EmptyState, button, label, row
from ui.kit.window_model import ListModel


@dataclass(frozen=True)
class RowVerb:
    """A button for the record in hand. fits: whether it makes sense for that record. bare: needs none."""

    title: str
    icon: str
    act: Callable[[str], object]
    fits: Callable[[Row], bool]
    keys: str = ""
    bare: bool = False


class DeskList(QWidget):
    """One register of a desk such as that of the orders; `place` is where its columns and filters are remembered."""

    opened = Signal(str)

    def __init__(
        self,
        context: PageContext,
        entity: str,
        order: Sequence[str],
        verbs: Sequence[RowVerb],
        empty: tuple[str, str],
        place: str = "",
    ) -> None:
        super().__init__()
        self.context, self.entity = context, entity
        self._verbs = tuple(verbs)
        self._stale = False
        place = place or entity
        self.filter = FilterBar(context.desk, entity, place)
        self.model = ListModel(context.desk, entity, self.filter.query(), self)
        fresh = context.desk.settings.get(f"ui.table.{place}") is None
        self.table = TableView(self.model, place)
        if fresh and order:
            self._arrange(order)
        self.reveals = Reveals(context, entity, self)
        self.table.take_reveals(self.reveals)
        self.told = label("", "caption", "text2")
        self.buttons: list[Button] = []
        for verb in self._verbs:
            made = button(verb.title, verb.icon, shortcut=verb.keys, clicked=partial(self.do, verb))
            made.setEnabled(verb.bare)
            self.buttons.append(made)
        self.empty = EmptyState(context.desk.entity(entity).icon, *empty)
        self._empty_words = empty
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        middle = QWidget()
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        inner.addWidget(middle, 1)
        inner.addLayout(row(self.told, 1, ButtonLine(*self.buttons, spacing=8), spacing=8, margins=(14, 8, 12, 8)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._above = row(self.filter, spacing=8)
        self._above.setStretch(0, 1)
        column.addLayout(self._above)
        column.addWidget(card, 1)
        self.filter.changed.connect(self._filtered)
        self.filter.down.connect(self._down)
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self._chosen)
        self.table.told.connect(self.told.setText)
        self.table.typed.connect(self.filter.type_on)
        self.table.menu_for = self._menu
        self.model.counted.connect(self._counted)
        self._count()
        self._counted(self.model.rowCount())

    def above(self, *chips: QWidget) -> None:
        """Put further pills beside the filter."""
        for chip in chips:
            chip.setFixedHeight(theme().px("control"))
            self._above.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)

    def _arrange(self, order: Sequence[str]) -> None:
        """The usual order and choice of columns, until somebody changes them."""
        columns = self.table.columns
        columns.order = [*order, *(k for k in columns.order if k not in order)]
        columns.shown = set(order)
        self.table.set_shown(order[0], True)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def shown(self) -> None:
        """The list came to the front."""
        if self._stale:
            self._stale = False
            self.model.refresh()
            self._count()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.select_row(0)
        self.told.setText(self.table.selection_text())

    def refresh(self, changes: Changes) -> None:
        """Something was committed."""
        if self.isVisible():
            self.model.refresh(changes)
            self._count()
        else:
            self._stale = True

    def _count(self) -> None:
        field, desk, entity = self.filter.counted_field, self.context.desk, self.entity
        if field:
            self.context.ops.read(
                lambda: desk.choice_counts(entity, field), self._counts_came, token=("counts", id(self))
            )

    def _counts_came(self, counts: dict[Value, int]) -> None:
        self.filter.set_counts(counts)

    def _filtered(self, query: Query) -> None:
        current = self.model.query
        self.model.set_query(self.filter.query(Query(sort=current.sort, descending=current.descending)))

    def _counted(self, count: object) -> None:
        nothing = not count
        self._stack.setCurrentIndex(1 if nothing else 0)
        if nothing and self.filter.narrowed:
            told = self.filter.text or self.filter.told()
            self.empty.say(f"没有找到「{told}」", "改几个字再找；在空的搜索框里按退格，可以去掉最后一个筛选")
        elif nothing:
            self.empty.say(*self._empty_words)

    def _down(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.select_row(0)

    # -- the record in hand ----------------------------------------------------------------------------------------

    def current(self) -> Row | None:
        """The record in hand."""
        index = self.table.currentIndex()
        found = self.model.row(index.row()) if index.isValid() else {}
        return found if found.get("uid") else None

    def _chosen(self, uid: str) -> None:
        found = self.current()
        for verb, made in zip(self._verbs, self.buttons, strict=True):
            made.setEnabled(verb.bare or (found is not None and verb.fits(found)))

    def do(self, verb: RowVerb) -> None:
        """Do a verb on the record in hand."""
        found = self.current()
        if verb.bare:
            verb.act("")
        elif found is not None and verb.fits(found):
            verb.act(str(found["uid"]))

    def _menu(self, uid: str) -> list[QAction]:
        found = self.context.desk.row(self.entity, uid)
        made = []
        for verb in self._verbs:
            if found is not None and not verb.bare and verb.fits(found):
                action = QAction(verb.title)
                action.triggered.connect(partial(verb.act, uid))
                made.append(action)
        if self.reveals.may:
            eye = QAction(f"显示完整内容\t{KEYS}")
            eye.triggered.connect(partial(self.reveals.ask, uid))
            made.append(eye)
        return made
