"""The order desk: four lists and the orders that are open for typing, several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row
from ui.kit.page import Page, PageContext
from ui.kit.widgets import Banner, Button, FilterChip, IconButton, button, label, row
from ui.pages.orders import papers
from ui.pages.orders.autosave import unfinished
from ui.pages.orders.change_list import notice_verbs
from ui.pages.orders.entry import HINTS, EntryView
from ui.pages.orders.intake_dialog import IntakeDialog
from ui.pages.orders.list import DeskList, RowVerb
from ui.pages.orders.order_draft import OrderDraft

SEGMENTS = (("sales_order", "订单"), ("intake", "来单登记"), ("route_slip", "传递单"), ("delivery", "送货单"),
            ("change_notice", "变更告知"))  # fmt: skip
COLUMNS = {
    "sales_order": ("number", "customer", "customer_po", "order_date", "due_date", "amount", "stage", "salesperson"),
    "intake": ("number", "state", "received_at", "channel", "customer", "from_whom", "customer_po", "content", "order"),
    "route_slip": ("number", "order", "route", "passed_at", "how", "received_by", "received_at"),
    "delivery": ("number", "customer", "order", "day", "carrier", "tracking", "amount"),
    "change_notice": ("change", "order", "who", "person", "state", "told_how", "told_at", "ack_by", "ack_at", "note"),
}
EMPTY = {
    "sales_order": ("还没有订单", "按 Ctrl+N 录第一张；接到电话先按 Ctrl+L 记一笔"),
    "intake": ("没有来单", "电话、微信、邮件一到就按 Ctrl+L 登记，录单时自动带过去"),
    "route_slip": ("没有传递单", "确认订单时按产品类别自动生成，给生产或采购"),
    "delivery": ("没有送货单", "在已确认的订单里按 F9 发货"),
    "change_notice": ("没有要告知的变更", "变更已确认的订单时，要告诉谁会自动列在这里"),
}
ENTRY_VERBS = ("order.deliver", "order.answer", "order.park", "order.cancel", "order.amend", "order.confirm", "order.void")


class OrdersPage(Page):
    """Lists in the back, open orders in front of them."""

    key = "orders"
    title = "销售订单"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.entries: list[EntryView] = []
        self._last = ("", "")
        self._asked_recovery = False
        self._lists: dict[str, DeskList] = {}
        self._segment = "sales_order"
        self.banner = Banner(closable=True)
        self.tabs = QWidget()
        self._tab_line = QHBoxLayout(self.tabs)
        self._tab_line.setContentsMargins(0, 0, 0, 0)
        self._tab_line.setSpacing(6)
        self.tabs.hide()
        self.segments: dict[str, FilterChip] = {}
        self.front = QStackedWidget()
        self._list_side = QWidget()
        side = QVBoxLayout(self._list_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(10)
        side.addLayout(self._head())
        self._list_stack = QStackedWidget()
        side.addWidget(self._list_stack, 1)
        self.front.addWidget(self._list_side)
        self.column.addWidget(self.banner)
        self.column.addWidget(self.tabs)
        self.column.addWidget(self.front, 1)
        self._keys()
        self.show_segment("sales_order")

    def _head(self) -> QHBoxLayout:
        line = row(label("销售订单", "title", bold=True), spacing=8)
        line.addSpacing(10)
        for entity, title in SEGMENTS:
            chip = FilterChip(title, None, entity)
            chip.clicked.connect(partial(self.show_segment, entity))
            self.segments[entity] = chip
            line.addWidget(chip)
        line.addStretch(1)
        self.import_: Button = button("导入订单", "arrow_import", clicked=partial(self.run_action, "order.import", {}))
        self.log: Button = button("登记来单", "phone", shortcut="Ctrl+L", clicked=self.log_intake)
        self.new: Button = button("新建订单", "add", primary=True, shortcut="Ctrl+N", clicked=self.new_order)
        for one in (self.import_, self.log, self.new):
            line.addWidget(one)
        verbs, role = self.desk.registry.verbs, self.desk.settings.role
        for made, verb in ((self.import_, "order.import"), (self.log, "intake.save"), (self.new, "order.save")):
            if verb not in verbs or role < verbs[verb].role:
                made.hide()
        return line

    def _keys(self) -> None:
        for keys, act in (("Ctrl+W", self.close_front), ("Ctrl+PgDown", partial(self.step_tab, 1)), ("Ctrl+PgUp", partial(self.step_tab, -1)),
                          ("Ctrl+F", self.search), ("Ctrl+L", self.log_intake)):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- lists -----------------------------------------------------------------------------------------------------

    def list_of(self, entity: str) -> DeskList:
        """The list of one kind, made when first wanted."""
        if entity not in self._lists:
            made = DeskList(self.context, entity, COLUMNS[entity], self._verbs(entity), EMPTY[entity])
            made.opened.connect(partial(self._open_from, entity))
            self._lists[entity] = made
            self._list_stack.addWidget(made)
        return self._lists[entity]

    def show_segment(self, entity: str) -> None:
        """Bring one of the four lists to the front."""
        self._segment = entity
        for key, chip in self.segments.items():
            chip.setChecked(key == entity)
        one = self.list_of(entity)
        self._list_stack.setCurrentWidget(one)
        self.front.setCurrentWidget(self._list_side)
        one.shown()
        self._show_tabs()

    def _verbs(self, entity: str) -> list[RowVerb]:
        if entity == "sales_order":
            return [
                RowVerb("打开", "edit", partial(self.open_order), lambda r: True, "Enter"),
                RowVerb("发货", "truck", partial(self._in_entry, "order.deliver"), lambda r: r["stage"] in ("confirmed", "part")),
                RowVerb("记答复", "chat", partial(self._in_entry, "order.answer"), lambda r: r["stage"] == "parked"),
                RowVerb("打印", "print", partial(self._print, "order"), lambda r: bool(r["number"])),
            ]
        if entity == "intake":
            return [
                RowVerb("去录单", "order", self._enter_intake, lambda r: r["state"] == "waiting", "Enter"),
                RowVerb("不是订单", "dismiss", partial(self._perform, "intake.drop"), lambda r: r["state"] == "waiting"),
                RowVerb("看订单", "eye", self._order_of("intake"), lambda r: bool(r["order"])),
            ]
        if entity == "route_slip":
            return [
                RowVerb("登记传出", "send", partial(self._perform, "route.pass"), lambda r: not r["passed_at"]),
                RowVerb("登记接收", "check", partial(self._perform, "route.receive"), lambda r: not r["received_at"]),
                RowVerb("打印", "print", partial(self._print, "route"), lambda r: True),
                RowVerb("看订单", "eye", self._order_of("route_slip"), lambda r: True, "Enter"),
            ]
        if entity == "change_notice":
            return notice_verbs(self.context, self._perform, self._order_of(entity))
        return [
            RowVerb("打印", "print", partial(self._print, "delivery"), lambda r: True),
            RowVerb("作废", "delete", partial(self._perform, "delivery.void"), lambda r: not r["void"]),
            RowVerb("看订单", "eye", self._order_of("delivery"), lambda r: True, "Enter"),
        ]

    def _perform(self, verb: str, uid: str) -> None:
        self.context.perform(verb, {"uid": uid})

    def _print(self, name: str, uid: str) -> None:
        papers.show(self.context, papers.Paper(name, uid, ""))

    def _order_of(self, entity: str) -> Callable[[str], None]:
        def act(uid: str) -> None:
            found = self.desk.row(entity, uid)
            if found and found["order"]:
                self.open_order(str(found["order"]))

        return act

    def _open_from(self, entity: str, uid: str) -> None:
        found: Row = self.desk.row(entity, uid) or {}
        if entity == "sales_order":
            self.open_order(uid)
        elif found.get("order"):
            self.open_order(str(found["order"]))
        elif entity == "intake":
            self._enter_intake(uid)

    def search(self) -> None:
        """Ctrl+F goes to the search box of the list."""
        if self.front.currentWidget() is self._list_side:
            self.list_of(self._segment).filter.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- open orders -----------------------------------------------------------------------------------------------

    def new_order(self, args: Mapping[str, Any] | None = None) -> EntryView:
        """A new order in front; args may hold an `intake` or a `customer`."""
        order = OrderDraft(self.desk)
        given = args if isinstance(args, Mapping) else {}
        if given.get("intake"):
            order.take_intake(str(given["intake"]))
        if given.get("customer"):
            order.set_customer(str(given["customer"]))
        return self._add(order)

    def open_order(self, uid: str) -> EntryView | None:
        """A stored order in front; one that is open already is not opened twice."""
        for view in self.entries:
            if view.order.draft.uid == uid:
                self._bring(view)
                return view
        order = OrderDraft(self.desk)
        kept = next((d for d in unfinished(self.ops) if d.payload.get("uid") == uid), None)
        if not order.load(uid):
            self.context.toast("没有这张订单，可能已经撤销。请刷新列表", tone="warn")
            return None
        view = self._add(order)
        if kept is not None:
            view.banner.say("warn", f"这张订单有没存完的改动（{kept.saved_at[5:16].replace('T', ' ')}）。",
                            (("接着改", partial(self._resume, view, kept.payload)), ("不要了", partial(self._forget, view, kept.uid))))  # fmt: skip
        return view

    def _resume(self, view: EntryView, payload: dict[str, Any]) -> None:
        view.order.recover(payload)
        view.grid.lines.reload()
        view.stack.clear()
        view.show_state()

    def _forget(self, view: EntryView, key: str) -> None:
        self.ops.write(lambda: self.desk.drafts.drop(key))
        view.banner.hide()

    def _add(self, order: OrderDraft) -> EntryView:
        view = EntryView(self.context, order)
        view.done.connect(self._entry_done)
        view.titled.connect(self._show_tabs)
        view.actions_.copied.connect(self._copy_as_new)
        self.entries.append(view)
        self.front.addWidget(view)
        self._bring(view)
        return view

    def _bring(self, view: EntryView) -> None:
        self.front.setCurrentWidget(view)
        self._show_tabs()
        view.begin()

    def _copy_as_new(self, source: EntryView) -> None:
        order = OrderDraft(self.desk)
        order.copy_from(source.order)
        self._add(order)

    def _entry_done(self, view: EntryView) -> None:
        """Back to the list; the order stays open as a tab while anything of it is unsaved."""
        if not view.order.draft.changed or view.order.empty:
            self._remove(view)
        self.show_segment(self._segment)
        one = self.list_of(self._segment)
        if view.order.draft.uid:
            one.table.select_uid(view.order.draft.uid)
        one.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, view: EntryView) -> None:
        self.entries.remove(view)
        self.front.removeWidget(view)
        view.deleteLater()
        self._show_tabs()

    def close_front(self) -> None:
        """Ctrl+W: the order in front is kept as a draft and put away."""
        view = self.entry
        if view is not None:
            view.closing()
            self._entry_done(view)

    def step_tab(self, by: int) -> None:
        """Ctrl+PgDown and Ctrl+PgUp walk the open orders and the list."""
        places: list[QWidget] = [self._list_side, *self.entries]
        at = (places.index(self.front.currentWidget()) + by) % len(places)
        chosen = places[at]
        if isinstance(chosen, EntryView):
            self._bring(chosen)
        else:
            self.show_segment(self._segment)

    @property
    def entry(self) -> EntryView | None:
        """The open order in front, None while a list is."""
        front = self.front.currentWidget()
        return front if isinstance(front, EntryView) else None

    def _show_tabs(self, *_: object) -> None:
        """The strip of open orders: shown when there is something to choose between."""
        wanted = len(self.entries) > 1 or (bool(self.entries) and self.entry is None)
        self.tabs.setVisible(wanted)
        while self._tab_line.count():
            item = self._tab_line.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        if not wanted:
            return
        home = FilterChip("订单列表")
        home.setChecked(self.entry is None)
        home.clicked.connect(partial(self.show_segment, self._segment))
        self._tab_line.addWidget(home)
        for view in self.entries:
            order = view.order
            name = order.title if len(order.title) <= 12 else order.title[:11] + "…"
            chip = FilterChip(f"{name} •" if order.draft.changed else name)
            chip.setToolTip(f"{order.title} {order.number}".strip() + ("，有没保存的改动" if order.draft.changed else ""))
            chip.setChecked(view is self.entry)
            chip.clicked.connect(partial(self._bring, view))
            self._tab_line.addWidget(chip)
            gone = IconButton("dismiss", f"收起 {order.title}", "Ctrl+W", clicked=partial(self._put_away, view))
            gone.setFixedSize(24, 24)
            gone.setIconSize(gone.iconSize() * 0.7)
            self._tab_line.addWidget(gone)
        self._tab_line.addStretch(1)

    def _put_away(self, view: EntryView) -> None:
        """Close a tab: what is unsaved stays on disk as a draft that can be recovered."""
        view.closing()
        changed = view.order.draft.changed and not view.order.empty
        front = self.entry is view
        self._remove(view)
        if changed:
            self.context.toast(f"{view.order.title} 没存完的内容已留着，订单列表上方可以恢复")
            self._asked_recovery = False
        if front:
            self.show_segment(self._segment)

    # -- recovery --------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        """Offer what a crash or a closed window left behind."""
        if not self._asked_recovery:
            self._asked_recovery = True
            self.offer_recovery()
        if self.entry is None:
            self.list_of(self._segment).shown()

    def offer_recovery(self) -> None:
        """The banner 「恢复 N 张未完成的订单」."""
        open_now = {v.order.draft.key for v in self.entries}
        found = [d for d in unfinished(self.ops) if d.uid not in open_now]
        if not found:
            return
        names = "、".join(d.title for d in found[:3]) + ("等" if len(found) > 3 else "")
        self.banner.say("warn", f"有 {len(found)} 张未完成的订单：{names}（最后保存 {found[0].saved_at[5:16].replace('T', ' ')}）",
                        ((f"恢复 {len(found)} 张未完成的订单", partial(self.recover, found)), ("都不要了", partial(self.discard, found))))  # fmt: skip

    def recover(self, found: Sequence[Any]) -> None:
        """Open every unfinished order as it was typed."""
        self.banner.hide()
        for kept in found:
            order = OrderDraft(self.desk)
            order.recover(kept.payload)
            self._add(order)

    def discard(self, found: Sequence[Any]) -> None:
        """Forget the unfinished orders; saved ones stay as they are."""
        self.banner.hide()
        keys = [kept.uid for kept in found]
        for key in keys:
            self.ops.write(partial(self.desk.drafts.drop, key))

    # -- asked from outside ----------------------------------------------------------------------------------------

    def open_record(self, entity: str, uid: str) -> None:
        """Show one record: an order opens, the others come in hand in their list."""
        self._last = (entity, uid)
        if entity in ("sales_order", "order_line", ""):
            self.open_order(uid)
        elif entity in self.segments:
            self.show_segment(entity)
            one = self.list_of(entity)
            if not one.table.select_uid(uid):
                one.filter.clear()
                one.table.select_uid(uid)
            one.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """new, open, filter, or the name of a verb; args may hold uid and entity."""
        entity = str(args.get("entity") or self._last[0] or "sales_order")
        uid = str(args.get("uid") or (self._last[1] if self._last[0] == entity else ""))
        if action in ("new", "order.new", "order.save"):
            if entity == "intake" and action == "new":
                self.log_intake()
            elif entity == "intake" and uid:
                self._enter_intake(uid)
            else:
                self.new_order(args)
        elif action == "open" and uid:
            self.open_record(entity, uid)
        elif action == "filter":
            self.show_segment(str(args.get("entity") or "sales_order"))
            self.list_of(self._segment).filter.choose(str(args.get("stage") or args.get("status") or ""), str(args.get("day") or ""))
        elif action == "intake.save":
            self.log_intake()
        elif action == "order.import":
            self._import(str(args.get("customer") or ""))
        elif action in ENTRY_VERBS and uid:
            self._in_entry(action, uid)
        elif action.endswith((".print", ".preview")) and uid:
            self._print(action.rsplit(".", 1)[0], uid)
        elif action in self.desk.registry.verbs:
            self.context.perform(action, {k: v for k, v in {**args, "uid": uid}.items() if k != "entity" and v})
        self._last = ("", "")

    def _in_entry(self, verb: str, uid: str) -> None:
        view = self.open_order(uid)
        if view is not None:
            act = {"order.deliver": view.actions_.deliver, "order.answer": view.actions_.answer, "order.amend": view.actions_.amend,
                   "order.confirm": view.actions_.confirm, "order.void": view.actions_.void}.get(verb)  # fmt: skip
            act() if act is not None else view.actions_.ask(verb)

    def _enter_intake(self, uid: str) -> None:
        self.new_order({"intake": uid})

    def log_intake(self) -> None:
        """登记来单."""
        dialog = IntakeDialog(self.context, self.window(), self._enter_intake)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _import(self, customer: str) -> None:
        from ui.pages.orders.import_dialog import import_order

        import_order(self.context, customer)

    # -- the frame -------------------------------------------------------------------------------------------------

    def refresh(self, changes: Changes) -> None:
        """Something was committed anywhere."""
        for one in self._lists.values():
            one.refresh(changes)
        for view in list(self.entries):
            view.refresh(changes)

    def undo(self) -> bool:
        """A step of the open order."""
        return self.entry.undo() if self.entry is not None else False

    def redo(self) -> bool:
        """A step forward in the open order."""
        return self.entry.redo() if self.entry is not None else False

    def current_record(self) -> tuple[str, str] | None:
        """What the palette's actions are about."""
        if self.entry is not None:
            uid = self.entry.order.draft.uid
            return ("sales_order", uid) if uid else None
        found = self.list_of(self._segment).table.current_uid()
        return (self._segment, found) if found else None

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of what is in front."""
        if self.entry is not None:
            return (*HINTS, ("F2", "在格子里改"), ("Tab", "逐格走"), ("..", "抄上一行"), ("//", "抄第一行"), ("Ctrl+Ins", "插入行"), ("*", "跳到数量"),
                    ("/", "跳到单价"), ("+ -", "数量加一、减一"), ("Ctrl+Shift+C", "带表头复制"), ("Ctrl+Shift+V", "智能粘贴"),
                    ("F6", "表头、明细、问题之间走"), ("F9", "发货"), ("F10", "变更与告知"),
                    ("Ctrl+PgDn", "下一张打开的订单"), ("Ctrl+W", "收起这张"))  # fmt: skip
        return (("Enter", "打开"), ("Ctrl+F", "搜索"), ("Ctrl+N", "新建订单"), ("Ctrl+L", "登记来单"), ("Ctrl+PgDn", "打开的订单"))

    def keep_draft(self) -> None:
        """Put what is half typed on disk now."""
        for view in self.entries:
            view.closing()

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """States worth a picture."""
        return (("new", self.new_order), ("intakes", partial(self.show_segment, "intake")), ("deliveries", partial(self.show_segment, "delivery")))


def make(context: PageContext) -> Page:
    """The page of the module `orders`."""
    return OrdersPage(context)
