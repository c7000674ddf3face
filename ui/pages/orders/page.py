"""The order desk: four lists and the orders that are open for typing, several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from salesdesk.domain.changes import Changes
from salesdesk.services.drafts import SavedDraft
from salesdesk.services.lists import Condition
from ui.kit.autosave import unfinished
from ui.kit.desk_list import DeskList
from ui.kit.front_stack import FrontStack
from ui.kit.page import Page, PageContext
from ui.kit.widgets import Banner
from ui.pages.orders import papers
from ui.pages.orders.actions import OpenOrder
from ui.pages.orders.delivery_list import DIALOGS
from ui.pages.orders.desk_lists import DeskLists
from ui.pages.orders.entry import HINTS
from ui.pages.orders.intake_dialog import IntakeDialog
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.smart_paste import intake_words
from ui.pages.orders.tabs import OpenTabs

ENTRY_VERBS = (
    "order.deliver",
    "order.close_rest",
    "order.reopen_rest",
    "order.answer",
    "order.park",
    "order.cancel",
    "order.amend",
    "order.confirm",
    "order.void",
)


class OrdersPage(Page):
    """Lists in the back, open orders in front of them."""

    key = "orders"
    title = "销售订单"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.entries: list[OpenOrder] = []
        self._last = ("", "")
        self._asked_recovery = False
        self.banner = Banner(closable=True)
        self.tabs = OpenTabs()
        self.front = FrontStack()
        self.lists = DeskLists(context)
        self.front.addWidget(self.lists)
        self.column.addWidget(self.banner)
        self.column.addWidget(self.tabs)
        self.column.addWidget(self.front, 1)
        self._connect()
        self.show_segment("sales_order")

    def _connect(self) -> None:
        lists, tabs = self.lists, self.tabs
        lists.order_wanted.connect(self.open_order)
        lists.verb_wanted.connect(self._in_entry)
        lists.enter_wanted.connect(self._enter_intake)
        lists.new_wanted.connect(self.new_order)
        lists.log_wanted.connect(self.log_intake)
        lists.import_wanted.connect(self.import_file)
        tabs.home_wanted.connect(self.go_home)
        tabs.chosen.connect(self._bring)
        tabs.closed.connect(self._put_away)
        for keys, act in (
            ("Ctrl+W", self.close_front), ("Ctrl+PgDown", partial(self.step_tab, 1)), ("Ctrl+PgUp", partial(self.step_tab, -1)),
            ("Ctrl+F", self.search), ("Ctrl+L", self.log_intake),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- lists -----------------------------------------------------------------------------------------------------

    def list_of(self, entity: str) -> DeskList:
        """The list of one kind."""
        return self.lists.list_of(entity)

    def show_segment(self, entity: str) -> None:
        """Bring one of the four lists to the front."""
        self.lists.show_segment(entity)
        self.front.setCurrentWidget(self.lists)
        self._show_tabs()

    def go_home(self) -> None:
        """Back to the list that was in front last."""
        self.show_segment(self.lists.segment)

    def search(self) -> None:
        """Ctrl+F goes to the search box of the list."""
        if self.entry is None:
            self.lists.front.filter.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- open orders -----------------------------------------------------------------------------------------------

    def new_order(self, args: Mapping[str, Any] | None = None) -> OpenOrder:
        """A new order in front; args may hold an `intake` or a `customer`."""
        order = OrderDraft(self.desk)
        given = args if isinstance(args, Mapping) else {}
        if given.get("intake"):
            order.take_intake(str(given["intake"]))
        if given.get("customer"):
            order.set_customer(str(given["customer"]))
        return self._add(order)

    def open_order(self, uid: str) -> OpenOrder | None:
        """A stored order in front; one that is open already is not opened twice."""
        for view in self.entries:
            if view.order.draft.uid == uid:
                self._bring(view)
                return view
        order = OrderDraft(self.desk)
        kept = next((d for d in unfinished(self.desk, "sales_order") if d.payload.get("uid") == uid), None)
        if not order.load(uid):
            self.context.toast("没有这张订单，可能已经撤销。请刷新列表", tone="warn")
            return None
        view = self._add(order)
        if kept is not None:
            at = kept.saved_at[5:16].replace("T", " ")
            choices = (
                ("接着改", partial(self._resume, view, kept.payload)),
                ("不要了", partial(self._forget, view, kept.uid)),
            )
            view.banner.say("warn", f"这张订单有没存完的改动（{at}）。", choices)
        return view

    def _resume(self, view: OpenOrder, payload: dict[str, Any]) -> None:
        view.order.recover(payload)
        view.grid.lines.reload()
        view.stack.clear()
        view.show_state()

    def _forget(self, view: OpenOrder, key: str) -> None:
        self.ops.write(lambda: self.desk.drafts.drop(key))
        view.banner.hide()

    def _add(self, order: OrderDraft) -> OpenOrder:
        view = OpenOrder(self.context, order)
        view.done.connect(self._entry_done)
        view.titled.connect(self._show_tabs)
        view.actions_.copied.connect(self._copy_as_new)
        self.entries.append(view)
        self.front.addWidget(view)
        self._bring(view)
        return view

    def _bring(self, view: OpenOrder) -> None:
        self.front.setCurrentWidget(view)
        self._show_tabs()
        view.begin()

    def _copy_as_new(self, source: OpenOrder) -> None:
        order = OrderDraft(self.desk)
        order.copy_from(source.order)
        self._add(order)

    def _entry_done(self, view: OpenOrder) -> None:
        """Back to the list; the order stays open as a tab while anything of it is unsaved."""
        if not view.order.draft.changed or view.order.empty:
            self._remove(view)
        self.go_home()
        if view.order.draft.uid and self.lists.segment == "sales_order":
            self.lists.front.table.select_uid(view.order.draft.uid)
        self.lists.take_focus()

    def _remove(self, view: OpenOrder) -> None:
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
        places: list[QWidget] = [self.lists, *self.entries]
        at = (places.index(self.front.currentWidget()) + by) % len(places)
        chosen = places[at]
        if isinstance(chosen, OpenOrder):
            self._bring(chosen)
        else:
            self.go_home()

    @property
    def entry(self) -> OpenOrder | None:
        """The open order in front, None while a list is."""
        front = self.front.currentWidget()
        return front if isinstance(front, OpenOrder) else None

    def _show_tabs(self, *_: object) -> None:
        self.tabs.show_open(self.entries, self.entry)

    def _put_away(self, view: OpenOrder) -> None:
        """Close a tab: what is unsaved stays on disk as a draft that can be recovered."""
        view.closing()
        changed = view.order.draft.changed and not view.order.empty
        front = self.entry is view
        self._remove(view)
        if changed:
            self.context.toast(f"{view.order.title} 没存完的内容已留着，订单列表上方可以恢复")
            self._asked_recovery = False
        if front:
            self.go_home()

    # -- recovery --------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        """Offer what a crash or a closed window left behind."""
        if not self._asked_recovery:
            self._asked_recovery = True
            self.offer_recovery()
        if self.entry is None:
            self.lists.front.shown()

    def offer_recovery(self) -> None:
        """The banner 「恢复 N 张未完成的订单」."""
        open_now = {v.order.draft.key for v in self.entries}
        found = [d for d in unfinished(self.desk, "sales_order") if d.uid not in open_now]
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

    def resume(self, kept: SavedDraft) -> None:
        """The one that was typed last, in front; the others are offered."""
        if kept.entity == "sales_order":
            self.recover([kept])
            self.offer_recovery()

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
        elif entity in self.lists.segments:
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
            status, day = str(args.get("stage") or args.get("status") or ""), str(args.get("day") or "")
            more = [
                Condition(field, operator, tuple(value) if isinstance(value, list) else value)
                for field, operator, value in args.get("where") or ()
            ]
            self.lists.front.filter.choose(status, day, str(args.get("title") or ""), more)
        elif action in ("rules", "rule.list", "rule.set"):
            from ui.pages.orders.rules_dialog import show_rules

            show_rules(self.context)
        elif action == "intake.save":
            self.log_intake()
        elif action == "order_basket.save":
            from ui.pages.orders.basket_editor import edit_basket

            edit_basket(self.context, uid)
        elif action == "order.import":
            self.import_file(str(args.get("customer") or ""))
        elif action == "progress.feedback" and uid:
            from ui.pages.orders.progress_dialog import show_progress

            show_progress(self.context, uid)
        elif action in ENTRY_VERBS and uid:
            self._in_entry(action, uid)
        elif action in DIALOGS and uid:
            DIALOGS[action](self.context, uid)
        elif action.endswith((".print", ".preview")) and uid:
            papers.show(self.context, papers.Paper(action.rsplit(".", 1)[0], uid, ""))
        elif action in self.desk.registry.verbs:
            self.context.perform(action, {k: v for k, v in {**args, "uid": uid}.items() if k != "entity" and v})
        self._last = ("", "")

    def _in_entry(self, verb: str, uid: str) -> None:
        view = self.open_order(uid)
        if view is not None:
            acts, ship = view.actions_, view.actions_.shipping
            act = {"order.deliver": ship.deliver, "order.close_rest": ship.close_rest, "order.reopen_rest": ship.reopen_rest,
                   "order.answer": acts.answer, "order.amend": acts.amend, "order.confirm": acts.confirm,
                   "order.void": acts.void}.get(verb)  # fmt: skip
            act() if act is not None else view.actions_.ask(verb)

    def _enter_intake(self, uid: str) -> None:
        """Make an order from an arrival: its words or its table go through 智能粘贴."""
        view = self.new_order({"intake": uid})
        self.ops.read(partial(intake_words, self.desk, uid), partial(self._words_came, view))

    def _words_came(self, view: OpenOrder, words: str) -> None:
        if view in self.entries:
            view.smart.look_through(words)

    def log_intake(self) -> None:
        """登记来单."""
        dialog = IntakeDialog(self.context, self.window(), self._enter_intake)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def import_file(self, customer: str = "") -> None:
        """导入客户发来的 Excel 订单."""
        from ui.pages.orders.import_dialog import import_order

        import_order(self.context, customer)

    # -- the frame -------------------------------------------------------------------------------------------------

    def refresh(self, changes: Changes) -> None:
        """Something was committed anywhere."""
        self.lists.refresh(changes)
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
        found = self.lists.front.table.current_uid()
        return (self.lists.segment, found) if found else None

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of what is in front."""
        if self.entry is not None:
            return (*HINTS, ("F2", "在格子里改"), ("Tab", "逐格走"), ("..", "抄上一行"), ("//", "抄第一行"), ("Ctrl+Ins", "插入行"), ("*", "跳到数量"),
                    ("/", "跳到单价"), ("+ -", "数量加一、减一"), ("Ctrl+Shift+C", "带表头复制"), ("Ctrl+Shift+V", "智能粘贴"),
                    ("F3", "常用清单"), ("F6", "表头、明细、问题、旁边的数之间走"), ("F9", "发货"), ("Shift+F9", "合并发货"),
                    ("F10", "变更与告知"), ("F11", "跟进"),
                    ("Ctrl+PgDn", "下一张打开的订单"), ("Ctrl+W", "收起这张"))  # fmt: skip
        return (
            ("Enter", "打开"),
            ("Ctrl+F", "搜索"),
            ("Ctrl+N", "新建订单"),
            ("Ctrl+L", "登记来单"),
            ("Ctrl+PgDn", "打开的订单"),
        )

    def keep_draft(self) -> None:
        """Put what is half typed on disk now."""
        for view in self.entries:
            view.closing()

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """States worth a picture."""
        return (
            ("new", self.new_order),
            ("intakes", partial(self.show_segment, "intake")),
            ("deliveries", partial(self.show_segment, "delivery")),
        )


def make(context: PageContext) -> Page:
    """The page of the module `orders`."""
    return OrdersPage(context)
