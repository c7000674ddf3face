"""The lists of the order desk side by side: orders, arrivals, slips, deliveries, notices, baskets, with the buttons above them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders import delivery_queries
from ui.kit.button_line import ButtonLine
from ui.kit.desk_list import DeskList, RowVerb
from ui.kit.page import PageContext
from ui.kit.widgets import Button, FilterChip, button, label, row
from ui.pages.orders import papers
from ui.pages.orders.change_list import notice_verbs
from ui.pages.orders.delivery_list import delivery_verbs

SEGMENTS = (
    ("sales_order", "订单"),
    ("intake", "来单登记"),
    ("route_slip", "传递单"),
    ("delivery", "送货单"),
    ("change_notice", "变更告知"),
    ("order_basket", "常用清单"),
)
COLUMNS = {
    "sales_order": ("number", "customer", "customer_po", "order_date", "due_date", "amount", "stage", "salesperson"),
    "intake": ("number", "state", "received_at", "channel", "customer", "from_whom", "customer_po", "content", "order"),
    "route_slip": ("number", "order", "route", "passed_at", "how", "received_by", "received_at"),
    "delivery": (
        "number",
        "state",
        "customer",
        "orders",
        "day",
        "carrier",
        "tracking",
        "eta",
        "amount",
        "signed_by",
        "signed_on",
    ),
    "order_basket": ("name", "customer", "note"),
    "change_notice": ("change", "order", "who", "person", "state", "told_how", "told_at", "ack_by", "ack_at", "note"),
}
EMPTY = {
    "sales_order": ("还没有订单", "按 Ctrl+N 录第一张；接到电话先按 Ctrl+L 记一笔"),
    "intake": ("没有来单", "电话、微信、邮件一到就按 Ctrl+L 登记，录单时自动带过去"),
    "route_slip": ("没有传递单", "确认订单时按产品类别自动生成，给生产或采购"),
    "delivery": ("没有送货单", "在已确认的订单里按 F9 发货"),
    "order_basket": ("还没有常用清单", "把客户常买的存成一张，录单时按 F3 整单放进去；订单的 ⋯ 里也能存"),
    "change_notice": ("没有要告知的变更", "变更已确认的订单时，要告诉谁会自动列在这里"),
}


def _always(row: Row) -> bool:
    return True


def _waiting(row: Row) -> bool:
    return bool(row["state"] == "waiting")


class DeskLists(QWidget):
    """order_wanted(uid): open it. verb_wanted(verb, uid): do it in the open order. enter_wanted(uid): type an arrival in."""

    order_wanted = Signal(str)
    verb_wanted = Signal(str, str)
    enter_wanted = Signal(str)
    new_wanted = Signal()
    log_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.segment = ""
        self.segments: dict[str, FilterChip] = {}
        self._lists: dict[str, DeskList] = {}
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._head())
        column.addWidget(self._stack, 1)

    def _head(self) -> QHBoxLayout:
        line = row(label("销售订单", "title", bold=True), spacing=8)
        line.addSpacing(10)
        for entity, title in SEGMENTS:
            chip = FilterChip(title, None, entity)
            chip.clicked.connect(partial(self.show_segment, entity))
            self.segments[entity] = chip
            line.addWidget(chip)
        self.import_: Button = button("导入订单", "arrow_import", clicked=self.import_wanted.emit)
        self.log: Button = button("登记来单", "phone", shortcut="Ctrl+L", clicked=self.log_wanted.emit)
        self.new: Button = button("新建订单", "add", primary=True, shortcut="Ctrl+N", clicked=self.new_wanted.emit)
        verbs, seat = self.context.desk.registry.verbs, self.context.desk.settings.seat
        for made, verb in ((self.import_, "order.import"), (self.log, "intake.save"), (self.new, "order.save")):
            if verb not in verbs or not seat.may(verbs[verb]):
                made.hide()
        line.addWidget(ButtonLine(self.import_, self.log, self.new, spacing=8), 1)
        return line

    # -- which list is in front ------------------------------------------------------------------------------------

    @property
    def front(self) -> DeskList:
        """The list in front."""
        return self.list_of(self.segment or "sales_order")

    def list_of(self, entity: str) -> DeskList:
        """The list of one kind, made when first wanted."""
        if entity not in self._lists:
            made = DeskList(
                self.context, entity, COLUMNS[entity], self._verbs(entity), EMPTY[entity], f"orders.{entity}"
            )
            made.opened.connect(partial(self._opened, entity))
            self._lists[entity] = made
            self._stack.addWidget(made)
        return self._lists[entity]

    def show_segment(self, entity: str) -> None:
        """Bring one of the lists to the front."""
        self.segment = entity
        for key, chip in self.segments.items():
            chip.setChecked(key == entity)
        one = self.list_of(entity)
        self._stack.setCurrentWidget(one)
        one.shown()

    def refresh(self, changes: Changes) -> None:
        """Something was committed."""
        for one in self._lists.values():
            one.refresh(changes)

    def take_focus(self) -> None:
        """Put the cursor into the list in front."""
        self.front.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what can be done with a row -------------------------------------------------------------------------------

    def _verbs(self, entity: str) -> list[RowVerb]:
        if entity == "sales_order":
            deliver, answer = (
                partial(self.verb_wanted.emit, "order.deliver"),
                partial(self.verb_wanted.emit, "order.answer"),
            )
            return [
                RowVerb("打开", "edit", self.order_wanted.emit, _always, "Enter"),
                RowVerb("发货", "truck", deliver, lambda r: r["stage"] in ("confirmed", "part")),
                RowVerb("合并发货", "truck", self._merge, lambda r: r["stage"] in ("confirmed", "part")),
                RowVerb("记答复", "chat", answer, lambda r: r["stage"] == "parked"),
                RowVerb("打印", "print", partial(self._print, "order"), lambda r: bool(r["number"])),
            ]
        if entity == "intake":
            return [
                RowVerb("去录单", "order", self.enter_wanted.emit, _waiting, "Enter"),
                RowVerb("不是订单", "dismiss", partial(self._perform, "intake.drop"), _waiting),
                RowVerb("看订单", "eye", self._order_of(entity), lambda r: bool(r["order"])),
            ]
        if entity == "route_slip":
            return [
                RowVerb("登记传出", "send", partial(self._perform, "route.pass"), lambda r: not r["passed_at"]),
                RowVerb("登记接收", "check", partial(self._perform, "route.receive"), lambda r: not r["received_at"]),
                RowVerb("打印", "print", partial(self._print, "route"), _always),
                RowVerb("看订单", "eye", self._order_of(entity), _always, "Enter"),
            ]
        if entity == "order_basket":
            return [
                RowVerb("打开", "edit", self._basket, _always, "Enter"),
                RowVerb("作废", "delete", partial(self._perform, "order_basket.void"), _always),
                RowVerb("新建清单", "add", self._basket, _always, bare=True),
            ]
        if entity == "change_notice":
            return notice_verbs(self.context, self._perform, self._order_of(entity))
        return delivery_verbs(self.context, self._perform, self._order_of(entity))

    def _perform(self, verb: str, uid: str) -> None:
        self.context.perform(verb, {"uid": uid})

    def _basket(self, uid: str) -> None:
        from ui.pages.orders.basket_editor import edit_basket

        edit_basket(self.context, uid)

    def _merge(self, uid: str) -> None:
        from ui.pages.orders.merge_dialog import show_merge

        show_merge(self.context, uid, self.window())

    def _print(self, name: str, uid: str) -> None:
        papers.show(self.context, papers.Paper(name, uid, ""))

    def _order_of(self, entity: str) -> Callable[[str], None]:
        def act(uid: str) -> None:
            order = self._first_order(entity, uid)
            if order:
                self.order_wanted.emit(order)

        return act

    def _first_order(self, entity: str, uid: str) -> str:
        """The order a record belongs to; of a note with goods of several orders the first one."""
        found: Row = self.context.desk.row(entity, uid) or {}
        if entity == "delivery" and found and not found["order"]:
            with self.context.desk.read() as reader:
                return next((str(o["uid"]) for o in delivery_queries.orders_on(reader, uid)), "")
        return str(found.get("order") or "")

    def _opened(self, entity: str, uid: str) -> None:
        if entity == "order_basket":
            self._basket(uid)
            return
        order = uid if entity == "sales_order" else self._first_order(entity, uid)
        if order:
            self.order_wanted.emit(order)
        elif entity == "intake":
            self.enter_wanted.emit(uid)
