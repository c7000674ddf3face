"""One register on the screen: the list at the left, the record in hand at the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.masking import covered
from salesdesk.services.lists import Query, watched_kinds
from salesdesk.services.module import Outcome
from ui.kit import menus
from ui.kit.filter_bar import FilterBar
from ui.kit.page import PageContext
from ui.kit.record_panel import RecordPanel
from ui.kit.register_exchange import Exchange
from ui.kit.register_verbs import RegisterVerbs
from ui.kit.reveal import KEYS, Reveals
from ui.kit.table_view import TableView
from ui.kit.widgets import Banner, Button, Card, EmptyState, IconButton, button, label, row
from ui.kit.window_model import ListModel

DETAIL_WIDTH = 496
WITH_LINES = 640
"""Of a record with a table of lines."""


class RegisterPanel(QWidget):
    """The list of one record type with everything that can be done to it. `buttons` are those for the page's title line."""

    opened = Signal(str)  # uid of the record at the right, "" when put away
    counted = Signal(object)

    def __init__(self, context: PageContext, entity: str) -> None:
        super().__init__()
        self.context, self.desk, self.ops = context, context.desk, context.ops
        self.entity = context.desk.entity(entity)
        self.verbs = RegisterVerbs.of(self.desk, entity)
        self._key = f"ui.panel.{entity}"
        self._stale = False
        self._wanted = ""
        self._watched = watched_kinds(self.desk.database.schema, self.entity)
        self.filter = FilterBar(self.desk, entity)
        self.model = ListModel(self.desk, entity, self.filter.query(), self)
        self.view = TableView(self.model)
        self.view.menu_for = self._row_actions
        self.record: RecordPanel | None = None
        self.exchange = Exchange(context, entity, self.filter, self.model)
        self.buttons: list[QWidget] = []
        self.banner = Banner(closable=True)
        self._offered = False
        self.reveals = Reveals(context, entity, self)
        self._make_actions()
        self._lay_out()
        self._connect()
        self._show_emptiness()
        self.read_counts()

    # -- putting together ----------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        title, verbs = self.entity.title, self.verbs
        if verbs.fetch is not None:
            self.buttons.append(button("导入", "arrow_import", clicked=self.exchange.fetch))
        if verbs.export is not None:
            self.buttons.append(button("导出", "arrow_export", clicked=self.exchange.export))
        if verbs.print_list is not None:
            self.buttons.append(button("打印清单", "print", clicked=self.exchange.print_list))
        for verb in verbs.of_list:
            made = button(verb.title, verb.icon, primary=not verbs.creates and verb is verbs.of_list[0])
            made.clicked.connect(partial(self.context.perform, verb.name))
            self.buttons.append(made)
        self.creator: Button | None = None
        if verbs.creates:
            self.creator = button(self._new_title(), "add", primary=True, shortcut="Ctrl+N", clicked=self.new)
            self.buttons.append(self.creator)
        self.more = IconButton("more", f"{title}列表的更多选项", clicked=self._show_more)
        self.buttons.insert(0, self.more)

    def _new_title(self) -> str:
        verb = self.verbs.save
        title = verb.title if verb is not None else ""
        return f"新建{self.entity.title}" if title.startswith("保存") else title

    def _lay_out(self) -> None:
        self._told = label("", "caption", "text2")
        self._none = EmptyState(
            self.entity.icon, f"还没有{self.entity.title}", self._lesson(), self._creating(self._new_title())
        )
        self._clear = button("清空搜索和筛选", "dismiss", clicked=self._clear_filters)
        self._no_hit = EmptyState("search", "没有找到", "", self._clear)
        self._new_hit = button("", "add", clicked=self.new_from_search)
        below = self._no_hit.layout()
        if isinstance(below, QVBoxLayout) and self.verbs.creates:
            below.insertWidget(below.count() - 1, self._new_hit, 0, Qt.AlignmentFlag.AlignHCenter)
        self.stack = QStackedLayout()
        card = Card(margins=(1, 12, 1, 1))
        bar = QVBoxLayout()
        bar.setContentsMargins(13, 0, 13, 2)
        bar.addWidget(self.filter)
        card.body.addLayout(bar)
        card.body.addLayout(self.stack, 1)
        for part in (self.view, self._none, self._no_hit):  # a stack without a parent would show them as windows
            self.stack.addWidget(part)
        card.body.addLayout(row(self._told, 1, margins=(14, 0, 14, 7)))
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(12)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(card)
        card.setMinimumWidth(360)
        self.splitter.setStretchFactor(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.banner)
        whole.addWidget(self.splitter, 1)

    def _creating(self, title: str) -> Button | None:
        if not self.verbs.creates:
            return None
        return button(title, "add", primary=True, shortcut="Ctrl+N", clicked=self.new)

    def _lesson(self) -> str:
        ways = []
        if self.verbs.creates:
            ways.append("按 Ctrl+N 新建第一条")
        if self.verbs.fetch is not None:
            ways.append("把手上的 Excel 表从「导入」拿进来，表头不用改")
        if not ways and self.verbs.of_list:
            ways.append(f"点「{self.verbs.of_list[0].title}」开始")
        return "；".join(ways) + ("。" if ways else "别处办理时会自动出现在这里。")

    def _connect(self) -> None:
        self.filter.changed.connect(self._narrow)
        self.filter.down.connect(self._into_list)
        self.view.opened.connect(self.open)
        self.view.chosen.connect(self._chosen)
        self.view.told.connect(self._told.setText)
        self.view.typed.connect(self.filter.type_on)
        self.view.delete_wanted.connect(self.void)
        self.view.take_reveals(self.reveals)
        self.model.counted.connect(self._counted)
        self.model.failed.connect(self.ops.crashed)
        self.splitter.splitterMoved.connect(self._moved)
        for keys, act in (("Ctrl+N", self.new), ("Ctrl+F", self.search), ("F6", self.other_side)):
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- the list ------------------------------------------------------------------------------------------------------

    def _narrow(self, query: Query) -> None:
        self.model.set_query(self.filter.query(self.model.query))
        self._show_emptiness()

    def _counted(self, number: int) -> None:
        self._show_emptiness()
        self._told.setText(self.view.selection_text())
        self.counted.emit(number)

    def _show_emptiness(self) -> None:
        if self.model.rowCount():
            self.stack.setCurrentIndex(0)
        elif not self.filter.narrowed:
            self.stack.setCurrentIndex(1)
        else:
            text, chips = self.filter.text, self.filter.told()
            what = f"「{text}」" if text else f"「{chips}」的{self.entity.title}"
            hint = f"现在只看「{chips}」。" if text and chips else ""
            self._no_hit.say(f"没有找到{what}", f"{hint}可以用名称里的几个字、编码或拼音首字母找，例如 szhy。")
            self._new_hit.setText(f"新建{self.entity.title}「{text}」" if text else self._new_title())
            self.stack.setCurrentIndex(2)

    def _clear_filters(self) -> None:
        self.filter.clear()
        self.filter.box.setFocus()

    def _into_list(self) -> None:
        if self.model.rowCount():
            if not self.view.currentIndex().isValid():
                self.view.select_row(0)
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def search(self) -> None:
        """Put the keyboard into the search box."""
        self.filter.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.box.selectAll()

    def other_side(self) -> None:
        """Between the list and the record."""
        if self.record is not None and self.record.isVisible() and not self.record.isAncestorOf(self._focused()):
            self.record.form.begin()
        else:
            self._into_list()

    def _focused(self) -> QWidget:
        return self.window().focusWidget() or self

    def read_counts(self) -> None:
        """Numbers on the pills, read beside the window."""
        field, desk, entity = self.filter.counted_field, self.desk, self.entity.key
        if field:
            self.ops.read(lambda: desk.choice_counts(entity, field), self.filter.set_counts, token=f"counts {id(self)}")

    def refresh(self, changes: Changes) -> None:
        """After every commit; a hidden register only remembers."""
        if not self._watched & changes.touched.keys() and self.record is None:
            return
        if not self.isVisible():
            self._stale = True
            return
        self.model.refresh(changes)
        if self.record is not None:
            self.record.refresh(changes)
        if self._wanted:
            self.view.select_uid(self._wanted)
            self._wanted = ""
        self._show_emptiness()
        if self.entity.key in changes.touched:
            self.read_counts()

    def on_shown(self) -> None:
        """The register came to the front."""
        if not self._offered:
            self._offered = True
            self.offer_drafts()
        if self._stale:
            self._stale = False
            self.model.refresh()
            self.read_counts()
            if self.record is not None and self.record.uid and not self.record.form.dirty:
                self.record.show_record(self.record.uid)
            self._show_emptiness()

    def offer_drafts(self) -> None:
        """Say when a form of this register was left half typed, by a crash or by closing the window."""
        found = [d for d in self.desk.drafts.all(self.entity.key) if "form" in d.payload] if self.verbs.save else []
        if found:
            kept = found[0]
            more = f"（另有 {len(found) - 1} 份）" if len(found) > 1 else ""
            text = f"上次有一份没保存的{self.entity.title}「{kept.title}」，停在 {kept.saved_at[5:16].replace('T', ' ')}{more}"
            self.banner.say("warn", text, (("接着填", self.resume), ("不要了", self._drop_draft)))

    def resume(self) -> None:
        """Go on with the form that was left half typed last."""
        self.banner.hide()
        keeper = self._panel().form.keeper
        if keeper.offer():
            keeper.recover()
            self.opened.emit(self._panel().uid)

    def _drop_draft(self) -> None:
        self.banner.hide()
        found = [d for d in self.desk.drafts.all(self.entity.key) if "form" in d.payload]
        if found:
            drafts, uid = self.desk.drafts, found[0].uid
            self.ops.write(lambda: drafts.drop(uid))

    # -- the record ----------------------------------------------------------------------------------------------------

    def _panel(self) -> RecordPanel:
        """The right side, made when first needed."""
        fresh = self.record is None
        if self.record is None:
            self.record = RecordPanel(self.context, self.entity.key, self.verbs)
            self.record.setMinimumWidth(380)
            self.record.closed.connect(self.put_away)
            self.record.form.left.connect(self.put_away)
            self.record.saved.connect(self._saved)
            self.record.asked.connect(self.ask)
            self.record.paper_wanted.connect(self._print_paper)
            self.splitter.addWidget(self.record)
            self.splitter.setStretchFactor(1, 0)
        if fresh or not self.record.isVisible():  # a splitter shows what is put into it by itself
            self.record.show()
            whole = self.splitter.width()
            usual = WITH_LINES if self.record.form.wide else DETAIL_WIDTH
            wide = min(int((self.desk.settings.get(self._key) or {}).get("width", usual)), whole - 372)
            self.splitter.setSizes([whole - wide, wide])
        return self.record

    def _blocked(self, uid: str, go_on: Callable[[], None]) -> bool:
        """Whether the form at the right still holds something unsaved; then it says so and offers both ways out."""
        record = self.record
        if record is None or not record.form.dirty or (uid and record.uid == uid):
            return False
        record.show()
        name = record.form.title

        def save_first() -> None:
            self._after_save = go_on
            record.form.save()

        def drop_first() -> None:
            record.form.discard()
            go_on()

        record.form.banner.say(
            "warn", f"「{name}」还有没保存的改动", (("保存并继续", save_first), ("放弃改动", drop_first))
        )
        return True

    _after_save: Callable[[], None] | None = None
    begin_with: Mapping[str, Any] = MappingProxyType({})  # of a new record, while the list was narrowed from outside

    def open(self, uid: str) -> None:
        """Show a record at the right and put the keyboard into it."""
        if self._blocked(uid, partial(self.open, uid)):
            return
        panel = self._panel()
        if panel.uid != uid and not panel.show_record(uid):
            self.context.toast(f"这条{self.entity.title}已经不在了", tone="warn")
            return
        if self.view.current_uid() != uid:
            self.view.select_uid(uid)
        panel.form.begin()
        self.opened.emit(uid)

    def _chosen(self, uid: str) -> None:
        """Another row came in hand: the open record follows, unless it holds something unsaved."""
        record = self.record
        if uid and record is not None and record.isVisible() and record.uid != uid and not record.form.dirty:
            record.show_record(uid)
            self.opened.emit(uid)

    def new(self, preset: Mapping[str, Any] | None = None) -> None:
        """Begin a new record at the right."""
        if not self.verbs.creates:
            return
        given = dict(preset) if isinstance(preset, Mapping) else {}
        given = {**self.begin_with, **given} if self.filter.led else given
        if self._blocked("", partial(self.new, given)):
            return
        panel = self._panel()
        panel.show_new(given)
        panel.form.keeper.offer()
        panel.form.begin()
        self.opened.emit("")

    def new_from_search(self) -> None:
        """新建 with what was searched for as the name."""
        name = self.entity.naming
        typed = self.filter.text
        fits = typed and name in self.entity.by_key and self.entity[name].typed
        self.new({name: typed} if fits else None)

    def put_away(self) -> None:
        """Close the right side; what is unsaved stays there and on the disk."""
        record = self.record
        if record is None:
            return
        if record.form.dirty:
            record.form.keeper.keep()
            self.context.toast(f"「{record.form.title}」没保存的改动先放在这里，再打开时接着填", tone="info")
        record.hide()
        self._into_list()
        self.opened.emit("")

    def _saved(self, uid: str) -> None:
        self._wanted = uid
        if self._after_save is not None:
            act, self._after_save = self._after_save, None
            self._wanted = ""
            act()

    def _moved(self, place: int, index: int) -> None:
        if self.record is not None:
            kept = {"width": self.splitter.sizes()[1]}
            self.desk.settings.habit(self._key, kept)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def in_hand(self) -> str:
        """The record an action concerns."""
        if self.record is not None and self.record.isVisible() and self.record.isAncestorOf(self._focused()):
            return self.record.uid
        return self.view.current_uid()

    def ask(self, verb: str) -> None:
        """Do a record's verb; what it needs to know is asked for."""
        uid = self.record.uid if self.record is not None and self.record.isVisible() else self.in_hand()
        if uid:
            self.context.perform(verb, {"uid": uid})

    def _ask_for(self, verb: str, uid: str) -> None:
        self.context.perform(verb, {"uid": uid})

    def void(self) -> None:
        """Take the record in hand out of use; 撤销 brings it back."""
        uid = self.in_hand()
        if uid and self.verbs.void is not None:
            self.ops.run(self.verbs.void.name, {"uid": uid}, done=self._voided)

    def _voided(self, outcome: Outcome) -> None:
        if self.record is not None and self.record.uid == outcome.uid:
            self.record.form.keeper.forget()
            self.record.form.new()
            self.record.hide()
            self._into_list()

    def _row_actions(self, uid: str) -> Sequence[QAction]:
        """What the context menu of a row offers."""
        found = []
        data = self.desk.row(self.entity.key, uid) or {}
        for paper in self.verbs.papers:
            title = self.desk.registry.verbs[f"{paper}.preview"].title.replace("预览", "打印")
            found.append(self._action(title, partial(self.exchange.print_paper, paper, uid)))
        if self.reveals.may and any(covered(f, self.reveals.veil(uid)) for f in self.entity if data.get(f.key)):
            found.append(self._action(f"显示完整内容\t{KEYS}", partial(self.reveals.ask, uid)))
        for verb in self.verbs.fitting(self.entity, data):
            found.append(self._action(verb.title, partial(self._ask_for, verb.name, uid)))
        if data.get("void") and self.verbs.restore is not None:
            found.append(self._action("恢复", partial(self._ask_for, self.verbs.restore.name, uid)))
        elif self.verbs.void is not None:
            found.append(self._action("作废\tDelete", self.void))
        return found

    def _action(self, title: str, act: Callable[[], object]) -> QAction:
        made = QAction(title, self)
        made.triggered.connect(act)
        return made

    def _print_paper(self, paper: str) -> None:
        if self.record is not None:
            self.exchange.print_paper(paper, self.record.uid)

    def _show_more(self) -> None:
        menu = QMenu(self)
        voided = menus.item(menu, "同时显示已作废的")
        voided.setCheckable(True)
        voided.setChecked(self.filter.voided)
        voided.toggled.connect(self.filter.set_voided)
        menus.line(menu)
        menus.item(menu, "全部选中\tCtrl+A", self.view.selectAll)
        menus.item(menu, "复制选中的行（带表头）\tCtrl+Shift+C", partial(self.view.copy, True))
        menu.exec(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        open_record = self.record is not None and self.record.isVisible()
        if event.matches(QKeySequence.StandardKey.Save) and open_record and self.record is not None:
            self.record.form.save()
        elif event.key() == Qt.Key.Key_Escape and open_record:
            self.put_away()
        else:
            super().keyPressEvent(event)
