"""One record beside its list: its name, what can be done with it, its form and its history."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QTabBar, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Choice, Option
from ui.kit.form import RecordForm
from ui.kit.freed import empty
from ui.kit.history_panel import HistoryPanel
from ui.kit.page import PageContext
from ui.kit.record_dialog import make_linked
from ui.kit.register_verbs import RegisterVerbs
from ui.kit.widgets import Card, Chip, ElidedLabel, IconButton, QuietButton, button, row

MOST_BUTTONS = 3
LINE_ROOM = 440
"""Logical pixels a line of buttons has in the panel at its usual width."""


class RecordPanel(Card):
    """closed: the person put it away. saved(uid): its form was written. asked(verb): a button of the record was pressed."""

    closed = Signal()
    saved = Signal(str)
    asked = Signal(str)
    paper_wanted = Signal(str)

    def __init__(self, context: PageContext, entity: str, verbs: RegisterVerbs) -> None:
        super().__init__(margins=(18, 12, 6, 12))
        self.context, self.verbs = context, verbs
        self.entity = context.desk.entity(entity)
        self.name = ElidedLabel("", "subtitle", bold=True)
        self.chip = Chip()
        self.form = RecordForm(context, entity)
        self.form.saved.connect(self._saved)
        self.form.changed.connect(self._show_state)
        self.form.linked_wanted.connect(partial(make_linked, context))
        self.save = button("保存", "save", primary=True, shortcut="Ctrl+S", clicked=self.form.save)
        self.form.busy_button = self.save
        self.discard = button("放弃改动", "dismiss", clicked=self._discard)
        close = IconButton("dismiss", "收起", "Esc", clicked=self.closed.emit)
        self.void = IconButton("delete", "作废", "Delete", clicked=partial(self.asked.emit, f"{entity}.void"))
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("资料和历史")
        self.tabs.addTab("资料")
        self.tabs.addTab("历史")
        self.tabs.currentChanged.connect(self._turn)
        self.history = HistoryPanel(context.desk, context.ops)
        self.stack = QStackedLayout()
        self._actions = row(spacing=2)
        head = row(self.name, self.chip, self.void, close, spacing=8, margins=(0, 0, 8, 0))
        head.setStretch(0, 1)
        line = row(self.tabs, 1, spacing=4, margins=(0, 0, 8, 0))
        line.addLayout(self._actions)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(line)
        column.addLayout(self.stack, 1)
        self._more_actions = row(spacing=2, margins=(0, 0, 8, 0))
        column.insertLayout(2, self._more_actions)
        self.foot = QWidget()
        self.foot.setLayout(row(1, self.discard, self.save, spacing=10, margins=(0, 2, 12, 0)))
        column.addWidget(self.foot)
        self.body.addLayout(column)
        self.stack.addWidget(self.form)  # only now: a stack without a parent would show them as windows
        self.stack.addWidget(self.history)
        self.foot.setVisible(not self.form.read_only)
        self.form.cover.reveals.changed.connect(self._revealed)
        self._show_state()

    # -- showing -------------------------------------------------------------------------------------------------------

    @property
    def uid(self) -> str:
        """The record shown."""
        return self.form.uid

    def show_record(self, uid: str) -> bool:
        """Show a record."""
        if not self.form.load(uid):
            return False
        self._show_state()
        if self.tabs.currentIndex() == 1:
            self._tell_history()
        return True

    def show_new(self, preset: dict[str, object] | None = None) -> None:
        """Begin a new record."""
        self.tabs.setCurrentIndex(0)
        self.form.new(preset)
        self._show_state()

    def refresh(self, changes: Changes) -> None:
        """An operation may have touched the record."""
        self.form.refresh(changes)
        self._show_state()
        if self.uid and self.tabs.currentIndex() == 1:
            self.history.reload()

    def _turn(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        self.foot.setVisible(tab == 0 and not self.form.read_only)
        if tab == 1:
            self._tell_history()

    def _tell_history(self) -> None:
        self.history.show_record(self.entity.key, self.uid, self.form.cover.reveals.veil(self.uid))

    def _revealed(self, uid: str) -> None:
        if self.tabs.currentIndex() == 1:
            self._tell_history()

    def hideEvent(self, event: QHideEvent) -> None:
        """The page was left: what was revealed is covered again, unless it is being changed just now."""
        super().hideEvent(event)
        if not self.form.dirty:
            self.form.cover.reveals.cover_all()

    def _status(self) -> Option | None:
        """The chip beside the name: 已作废, or the status the program keeps."""
        if self.form.row.get("void"):
            return Option("void", "已作废", "neutral", "delete")
        if self.form.dirty:
            return Option("dirty", "未保存", "warn", "edit")
        kept = [f for f in self.entity if isinstance(f.kind, Choice) and f.listed]
        kept.sort(key=lambda f: not (f.fixed or f.derived))
        return self.entity.option(kept[0].key, self.form.row.get(kept[0].key)) if kept and self.uid else None

    def _show_state(self) -> None:
        form = self.form
        self.name.set_text(form.title)
        self.chip.set_option(self._status())
        gone = bool(form.row.get("void"))
        self.void.setVisible(bool(self.uid) and self.verbs.void is not None and not gone)
        self.save.setEnabled(not gone and (form.dirty or not form.uid))
        self.discard.setVisible(form.dirty)
        self.tabs.setTabEnabled(1, bool(self.uid))
        self._show_actions()

    def _show_actions(self) -> None:
        for line in (self._actions, self._more_actions):
            empty(line)
        if not self.uid:
            return
        if self.form.row.get("void"):
            if self.verbs.restore is not None:
                self._actions.addWidget(QuietButton("恢复", "undo", partial(self.asked.emit, self.verbs.restore.name)))
            return
        verbs = self.verbs.fitting(self.entity, self.form.row)[:MOST_BUTTONS]
        crowded = (
            len(self.verbs.papers) + len(verbs) > MOST_BUTTONS
        )  # beside the tabs they would be cut: a line of their own
        line = self._more_actions if crowded else self._actions
        buttons = []
        for paper in self.verbs.papers:
            title = self.context.desk.registry.verbs[f"{paper}.preview"].title.replace("预览", "打印")
            buttons.append(QuietButton(title, "print", partial(self.paper_wanted.emit, paper)))
        buttons += [QuietButton(verb.title, verb.icon, partial(self.asked.emit, verb.name)) for verb in verbs]
        if crowded:  # what would be cut stays in the menu of the row
            while sum(one.sizeHint().width() + line.spacing() for one in buttons) > LINE_ROOM:
                buttons.pop().deleteLater()
        for one in buttons:
            line.addWidget(one)
        if crowded:
            line.addStretch(1)

    def _saved(self, uid: str) -> None:
        self._show_state()
        self.saved.emit(uid)

    def _discard(self) -> None:
        self.form.discard()
        self._show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_E and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.form.cover.reveal()
        else:
            super().keyPressEvent(event)
