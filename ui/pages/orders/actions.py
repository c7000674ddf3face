"""What can be done with the order in front: save, confirm, change, park, cancel, deliver, print; each through its verb."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from salesdesk.domain.problems import Problem, Severity, summary
from salesdesk.services.module import Outcome
from ui.kit.messages import ask_reason
from ui.kit.page import PageContext
from ui.pages.orders import follow_up, papers
from ui.pages.orders.entry import EntryView
from ui.pages.orders.entry_head import Item
from ui.pages.orders.entry_more import EntryMore
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.reason_dialog import ask_amendment
from ui.pages.orders.ship_actions import ShipActions
from ui.pages.orders.surroundings import placed


class OrderActions(QObject):
    """Does verbs for one EntryView and says what came of them."""

    copied = Signal(object)  # a new OrderDraft's lines: 复制成新订单

    def __init__(self, view: EntryView) -> None:
        super().__init__(view)
        self._view = view
        self.shipping = ShipActions(view, self.may)
        self.more = EntryMore(self, view)
        self.busy = False
        self.own = 0  # the operation this view did itself last
        self._args_lines: list[int] = []  # grid row of each line that was sent
        self._after = ""
        self._sent = 0

    @property
    def _order(self) -> Any:
        return self._view.order

    def connect_all(self) -> None:
        """Buttons and keys."""
        view, head, lines = self._view, self._view.head, self._view.lines
        head.back_wanted.connect(self._back)
        head.saved_wanted.connect(self.save)
        head.primary_wanted.connect(self.primary)
        head.second_wanted.connect(self.give_up_amending)
        head.print_wanted.connect(self.print_first)
        head.menu.aboutToShow.connect(self._fill_menu)
        lines.paste_wanted.connect(view.paste)
        lines.copy_wanted.connect(self.copy_last)
        lines.import_wanted.connect(self.import_file)
        view.grid.create_wanted.connect(self.new_product)
        view.grid.picker_wanted.connect(self.pick_product)
        view.header.create_wanted.connect(self.new_customer)
        self.more.connect_all()
        for keys, act in (
            ("Ctrl+S", self.save),
            ("F8", self.primary),
            ("F9", self.shipping.deliver),
            ("Shift+F9", self.shipping.merge),
            ("F10", self.show_changes),
            ("F11", partial(follow_up.follow, view.context, self._order)),
            ("Alt+Left", self._back),
            ("F6", self.more.next_part),
        ):
            shortcut = QShortcut(QKeySequence(keys), view, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def may(self, verb: str) -> bool:
        """Whether the verb exists and whoever sits here may do it."""
        return self._view.context.may(verb)

    # -- what is offered -------------------------------------------------------------------------------------------

    def show_buttons(self) -> None:
        """Head and menu for the state the order is in."""
        order, head = self._order, self._view.head
        state, stage = order.state, order.stage
        primary: tuple[str, str, str] | None = None
        if order.amending:
            primary = ("提交变更", "send", "F8")
        elif state in ("", "draft", "parked") and self.may("order.confirm"):
            primary = ("确认订单", "send", "F8")
        elif stage in ("confirmed", "part") and self.may("order.deliver"):
            primary = ("发货", "truck", "F9")
        title = "新建销售订单" if not order.draft.uid else "变更销售订单" if order.amending else "销售订单"
        head.show_order(order, title, primary)
        head.print.setVisible(
            bool(order.draft.uid) and not order.amending and bool(papers.papers_of(self._view.context.desk, order))
        )
        head.set_menu(self._menu())

    def _fill_menu(self) -> None:
        self._view.head.set_menu(self._menu())

    def due_by_line(self) -> None:
        """按行填交期: a column for lines that are due on another day than the order."""
        lines = self._view.lines
        lines.due_dates = True
        lines.show_due_dates(True)

    def _menu(self) -> list[Item | None]:
        order, state = self._order, self._order.state
        items: list[Item | None] = []
        if order.amending:
            return [("放弃变更", "", self.give_up_amending), *self.more.items()]
        if state in ("confirmed",) and self.may("order.amend"):
            items.append(("变更订单…", "", self.amend))
        if state in ("", "draft", "parked") and not order.empty and self.may("order.park"):
            items.append(("转待确认…", "", partial(self.ask, "order.park")))
        if state == "parked" and self.may("order.answer"):
            items.append(("记客户答复…", "", self.answer))
        if order.row.get("confirmed_at"):
            items.append(("变更与告知…", "F10", self.show_changes))
            items += follow_up.items(self._view.context, order)
        items += self.shipping.items()
        if order.draft.uid:
            items += [
                None,
                *[
                    (one.title, "", partial(papers.show, self._view.context, one))
                    for one in papers.papers_of(self._view.context.desk, order)
                ],
            ]
            items += [None, ("复制成新订单", "", self.copy_as_new), ("看历史", "", self.show_history)]
        if (
            state in ("draft", "parked", "confirmed")
            and order.stage in ("draft", "parked", "confirmed")
            and self.may("order.cancel")
        ):
            items += [None, ("取消订单…", "", partial(self.ask, "order.cancel"))]
        if state in ("draft", "parked") and self.may("order.void"):
            items.append(("作废草稿", "", self.void))
        items += self.more.items()
        if not order.locked and not order.empty:
            items.append(("按价目表填单价", "", self._view.reprice))
        if not order.locked and not self._view.lines.due_dates:
            items.append(("按行填交期", "", self.due_by_line))
        if not order.draft.uid:
            items.append(("不要这张了", "", self.throw_away))
        return items

    def primary(self) -> None:
        """F8, or the one coloured button."""
        order = self._order
        if order.amending:
            self.submit_amendment()
        elif order.state in ("", "draft", "parked"):
            self.confirm()
        elif order.stage in ("confirmed", "part"):
            self.shipping.deliver()

    # -- storing ---------------------------------------------------------------------------------------------------

    def _send(self, verb: str, more: dict[str, Any], after: str, button: object = None) -> None:
        view = self._view
        if self.busy:
            return
        view.settle()
        self._args_lines = [i for i, _ in view.order.draft.filled_lines()]
        self.busy, self._after, self._sent = True, after, view.edits
        view.context.ops.run(verb, {**view.order.args(), **more}, self._stored, self._refused, button)

    def save(self) -> None:
        """存草稿."""
        order = self._order
        if order.locked or order.amending:
            return
        self._send("order.save", {}, "save", self._view.head.save)

    def confirm(self, reason: str = "") -> None:
        """确认订单; asks for a reason when only the rules that may be overridden object."""
        given = reason or self._view.reason
        self._send("order.confirm", {"reason": given} if given else {}, "confirm", self._view.head.primary)

    def amend(self) -> None:
        """Unlock a confirmed order."""
        self._order.amending = True
        self._view.tried = False
        self._view.reason = ""
        self._view.show_state()
        self._view.to_lines()

    def give_up_amending(self) -> None:
        """Show the confirmed order as it is stored."""
        view = self._view
        view.autosave.drop()
        view.order.load(view.order.draft.uid)
        self._fresh_grid()
        view.show_state()

    def submit_amendment(self, reason: str = "") -> None:
        """Ask for the classified reason, then change the order."""
        self._view.settle()
        answer = ask_amendment(self._view.window(), self._order.number)
        if answer is None:
            return
        kind, words = answer
        self._amendment = {"amend_reason": kind, "reason": words or reason or self._view.reason}
        self._send("order.amend", self._amendment, "amend", self._view.head.primary)

    _amendment: dict[str, Any]

    def _stored(self, outcome: Outcome) -> None:
        self.busy = False
        self.own = outcome.changes.op
        view = self._view
        view.autosave.drop()
        view.refused, view.tried = [], False
        if self._after == "then":
            view.order.saved(outcome.uid)
            self._run_asked(*self._then)
        elif self._after == "save":
            meanwhile = view.edits != self._sent
            view.order.saved(outcome.uid, meanwhile)
            view.show_state()
            if meanwhile:  # typed on while it was being saved: that is not on disk yet
                view.autosave.touch()
            view.head.say_kept(f"已保存 {view.context.desk.database.clock.now():%H:%M:%S}")
        else:
            view.reason = ""
            view.order.load(outcome.uid)
            self._fresh_grid()
            view.show_state()
            view.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            if self._after == "amend" and outcome.data.get("change"):
                self.show_changes()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.busy = False
        view = self._view
        rows: list[tuple[int, dict[str, Any]]] = [(i, {}) for i in self._args_lines]
        told = [placed(p, rows) for p in problems]
        stops = [p for p in told if p.severity is Severity.STOP]
        asks = [p for p in told if p.severity is Severity.ASK]
        if self.more.beyond(asks) and self._after in ("confirm", "amend"):
            view.refuse(told)
            more = self._amendment if self._after == "amend" else {}
            ways = self.more.ways(partial(self._send, f"order.{self._after}"), self._after, more, asks)
            view.banner.say("err", summary(self.more.beyond(asks)), ways)
            return
        if asks and not stops and self._after in ("confirm", "amend"):
            reason = ask_reason(view.window(), "要放行，请写明原因", asks)
            if reason is None:
                view.refuse(told)
            elif self._after == "confirm":
                view.reason = reason
                self.confirm(reason)
            else:
                view.reason = reason
                self._send("order.amend", {**self._amendment, "reason": reason}, "amend", view.head.primary)
            return
        view.refuse(told)
        if not any(p.path for p in told):
            view.banner.say("err", summary(told))

    def give_reason(self, problem: Problem) -> None:
        """写原因放行: kept until the order is confirmed."""
        view = self._view
        if self.more.beyond([problem]):
            self.more.ask_manager()
            return
        asks = [p for p in view.problems() if p.severity is Severity.ASK] or [problem]
        reason = ask_reason(view.window(), "要放行，请写明原因", asks)
        if reason:
            view.reason = reason
            view.lines.say(f"确认时会记下原因：{reason}", "info")
            view.show_problems()

    def _fresh_grid(self) -> None:
        self._view.stack.clear()
        self._view.grid.lines.reload()

    # -- asking first ----------------------------------------------------------------------------------------------

    def ask(self, verb: str) -> None:
        """A verb on the stored order that needs a word more; what is typed is saved before."""
        view = self._view
        view.settle()
        args = view.context.ask(verb, {"uid": view.order.draft.uid or "-"})
        if args is None:
            return
        self.save_then(verb, args)

    def save_then(self, verb: str, args: dict[str, Any]) -> None:
        """Save what is typed, if anything is, and do a verb with the stored order."""
        view = self._view
        if view.order.locked or (view.order.draft.uid and not view.order.draft.changed):
            self._run_asked(verb, args)
        else:
            self._then = (verb, args)
            self._send("order.save", {}, "then", view.head.save)

    _then: tuple[str, dict[str, Any]]

    def _run_asked(self, verb: str, args: dict[str, Any]) -> None:
        self.busy = True
        self._view.context.ops.run(verb, {**args, "uid": self._view.order.draft.uid}, self._reload, self.verb_refused)

    def answer(self) -> None:
        """记客户答复."""
        self.ask("order.answer")

    def void(self) -> None:
        """作废草稿; 撤销 in the toast brings it back."""
        view = self._view
        self.busy = True
        view.context.ops.run("order.void", {"uid": view.order.draft.uid}, self._gone, self.verb_refused)

    def _gone(self, outcome: Outcome) -> None:
        self.busy = False
        self._view.autosave.drop()
        self._view.order.draft.changed = False
        self._view.done.emit(self._view)

    def throw_away(self) -> None:
        """A new order that is not wanted after all."""
        self._view.autosave.drop()
        self._view.order.draft.changed = False
        self._view.done.emit(self._view)

    def _reload(self, outcome: Outcome) -> None:
        self.busy = False
        view = self._view
        view.autosave.drop()
        view.order.load(view.order.draft.uid)
        self._fresh_grid()
        view.show_state()

    def verb_refused(self, problems: tuple[Problem, ...]) -> None:
        """A verb on the stored order said no."""
        self.busy = False
        self._view.banner.say("err", summary(list(problems)))

    # -- more ------------------------------------------------------------------------------------------------------

    def copy_last(self) -> None:
        """复制上次订单: the customer's last confirmed order as one step."""
        view, order = self._view, self._order
        view.settle()
        if not order.draft.values.get("customer"):
            view.lines.say("先选客户，才知道复制谁的上次订单", "warn")
            view.header.locate("customer")
            return
        at = len(order.draft.lines)
        made = 0

        def act() -> None:
            nonlocal made
            made = order.copy_last()

        view.grid.lines.change("复制上次订单", at, at, act)
        view.lines.say(
            f"已复制 {made} 行，请核对数量和单价" if made else "这个客户还没有确认过的订单", "ok" if made else "warn"
        )
        view.to_lines()

    def copy_as_new(self) -> None:
        """复制成新订单."""
        self.copied.emit(self._view)

    def import_file(self) -> None:
        """导入客户发来的 Excel 订单."""
        from ui.pages.orders.import_dialog import import_order

        self._view.settle()
        import_order(self._view.context, str(self._order.draft.values.get("customer") or ""))

    def pick_product(self, row: int) -> None:
        """F7: the whole product list."""
        from ui.kit.pick_dialog import pick_record

        grid = self._view.grid
        typed = grid.editor.text() if grid.editor is not None else ""
        uid = pick_record(self._view.window(), self._view.context.desk, "product", typed, ())
        if uid:
            self._view.take_product(uid)
        else:
            grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def new_product(self, text: str) -> None:
        """新建产品 from a text that named none: a code when it has no Chinese, else a name."""
        from ui.kit.record_dialog import create_record

        preset = {"code": text} if text.isascii() else {}
        uid = create_record(self._view.context, "product", "" if text.isascii() else text, preset)
        if uid:
            self._view.take_product(uid)
        else:
            self._view.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def new_customer(self, text: str) -> None:
        """新建客户 from a text that named none."""
        from ui.kit.record_dialog import create_record

        view = self._view
        uid = create_record(view.context, "customer", text)
        if uid:
            view.header.change("选客户", partial(view.order.set_customer, uid))
            view.header.locate("customer_po")

    def print_first(self) -> None:
        """打印预览: the paper that fits the state, others are in the menu."""
        found = papers.papers_of(self._view.context.desk, self._order)
        if found:
            papers.show(self._view.context, found[0])

    def show_history(self) -> None:
        """看历史."""
        from ui.kit.history_dialog import show_history

        show_history(self._view.context, "sales_order", self._order.draft.uid, f"订单 {self._order.number}")

    def show_changes(self) -> None:
        """变更与告知: versions, who must know, who has taken note."""
        if self._order.row.get("confirmed_at") and not self._order.amending:
            from ui.pages.orders.change_dialog import show_changes

            show_changes(self._view.context, self._order.draft.uid)

    def _back(self) -> None:
        self._view.closing()
        self._view.done.emit(self._view)


class OpenOrder(EntryView):
    """One open order with everything that can be done with it."""

    actions_: OrderActions

    def __init__(self, context: PageContext, order: OrderDraft) -> None:
        super().__init__(context, order, OrderActions)
