"""Makes a 送货单: how much of each line leaves today, by whom, to whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.money import line_amount, show_scaled
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.orders import queries
from salesdesk.modules.orders.model import DELIVERY
from salesdesk.modules.orders.shipping import WANTED
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import SENT, SENT_WORDS, ask_leave
from ui.kit.lines_dialog import LinesDialog, space
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.widgets import QuietButton, label, row
from ui.pages.orders.delivery_head import DeliveryHead

QTY = Qty()
COLUMNS = (
    GridColumn("seq", "", 34, align="center"),
    GridColumn("product.code", "产品编码", 86, faint=True),
    GridColumn("product.name", "产品名称", 170, stretch=True),
    GridColumn("product.spec", "规格", 90, faint=True),
    GridColumn("product.unit", "单位", 44, faint=True),
    GridColumn("line.qty", "订购", 70, align="right", faint=True, numeric=True),
    GridColumn("line.delivered", "已发", 70, align="right", faint=True, numeric=True),
    GridColumn("product.stock", "库存", 70, align="right", faint=True, numeric=True),
    GridColumn("qty", "本次发货", 90, sets="qty", needed=True, align="right", numeric=True),
    GridColumn("note", "备注", 90, sets="note"),
)


class DeliveryDialog(LinesDialog):
    """Everything that is left is filled in; smaller numbers, 0 or an empty cell leave a rest for the next time.

    Space fills a line or empties it.
    """

    title = "发货"
    verb = "order.deliver"
    columns: tuple[GridColumn, ...] = COLUMNS

    def __init__(self, context: PageContext, order: str, parent: QWidget | None) -> None:
        super().__init__(parent, self.title, yes="开送货单", width=900)
        self._context, self._uid = context, order
        desk = context.desk
        self._order = desk.row("sales_order", order) or {}
        self._lines = self.read_lines()
        self.hint.setText(self.told())
        self.hint.show()
        start = {"day": desk.today, "consignee": self._order.get("contact")}
        start |= {k: self._order.get(k) for k in ("phone", "address")}
        self.head = DeliveryHead(start, context, "sales_order", order)
        self.editors = self.head.editors
        self.body.addWidget(self.head)
        draft = Draft(DELIVERY, WANTED, lines=[self._line(r) for r in self._lines], today=desk.today)
        self.set_lines(draft, self.columns, "送货明细", 220)
        self.grid.installEventFilter(self)
        self.sum = label("", "grid", "text2")
        self.body.addSpacing(4)
        self.body.addLayout(row(label("送货明细", "body", bold=True), self.sum, 1, QuietButton("全部发完", "check", self.all),
                                QuietButton("都不发", "dismiss", self.none), spacing=8))  # fmt: skip
        self.show_lines()
        self.print_after = QCheckBox("开单后打开打印预览")
        self.print_after.setChecked(bool(desk.settings.get("orders.print_after_delivery", True)))
        self.buttons.insertWidget(0, self.print_after)
        self.grid.edited.connect(self._add_up)
        self._add_up()
        self.resize(960, 620)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go(0, self.grid.lines.column_of("qty"))

    def read_lines(self) -> list[Row]:
        """Order lines of which something is left."""
        with self._context.desk.read() as reader:
            return [r for r in queries.open_lines(reader, self._uid) if r["left"] > 0]

    def told(self) -> str:
        """What it is about, above the head."""
        customer = self._order.get("customer.name") or ""
        return f"订单 {self._order.get('number')} · {customer}。没发完的以后再发，送货单可以开多张。"

    def wanted(self) -> dict[str, Any]:
        """What the verb needs to know besides head and lines."""
        return {"uid": self._uid}

    def _line(self, found: Row) -> Row:
        return {
            "order_line": found["uid"],
            "qty": found["left"],
            "product.code": found["product.code"],
            "product.name": found["product.name"],
            "product.spec": found["product.spec"],
            "product.unit": found["product.unit"],
            "product.stock": QTY.show(found["product.on_hand"] or 0),
            "line.qty": QTY.show(found["qty"]),
            "line.delivered": QTY.show(found["delivered"] or 0),
            "line.left": found["left"],
            "line.price": found["price"],
        }

    def _add_up(self) -> None:
        lines = self.draft.lines
        pieces = sum(line.get("qty") or 0 for line in lines)
        amount = sum(line_amount(line.get("qty") or 0, line["line.price"] or 0) for line in lines)
        rest = sum(max(0, line["line.left"] - (line.get("qty") or 0)) for line in lines)
        told = f"本次 {QTY.show(pieces)} 件，¥{show_scaled(amount, 100, 2)}"
        self.sum.setText(told + (f"，还剩 {QTY.show(rest)} 件以后发" if rest else "，发完"))
        over = [
            Problem(f"只剩 {QTY.show(line['line.left'])} 没发", "请改小", path=f"lines/{i}/qty", code="over_delivery")
            for i, line in enumerate(lines)
            if (line.get("qty") or 0) > line["line.left"]
        ]
        self.grid.lines.set_problems(over)

    def all(self) -> None:
        """Everything that is left."""
        self._set({i: line["line.left"] for i, line in enumerate(self.draft.lines)}, "全部发完")

    def none(self) -> None:
        """Nothing yet; type the few that go."""
        self._set(dict.fromkeys(range(len(self.draft.lines))), "都不发")

    def _set(self, wanted: dict[int, int | None], title: str) -> None:
        self.grid.settle()

        def act() -> None:
            for i, qty in wanted.items():
                self.draft.put(f"lines/{i}/qty", qty)

        if wanted:
            self.grid.lines.change(title, min(wanted), max(wanted) + 1, act)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.grid and self.grid.editor is None and space(event):
            self.toggle(self.grid.currentIndex().row())
            return True
        return super().eventFilter(watched, event)

    def toggle(self, line: int) -> None:
        """All of one line, or nothing of it; then on to the next."""
        if 0 <= line < len(self.draft.lines):
            here = self.draft.lines[line]
            self._set({line: None if here.get("qty") else here["line.left"]}, "这一行")
            self.grid.go(min(line + 1, len(self.draft.lines) - 1), self.grid.lines.column_of("qty"))

    def answer(self, leave: Mapping[str, str] | None = None) -> None:
        """Make the 送货单; what is refused is told here and the dialog stays."""
        if not self.readable():
            return
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("qty")]
        lines = [
            {"order_line": line["order_line"], "qty": QTY.wire(line["qty"]), "note": line.get("note")}
            for line in (self.draft.lines[i] for i in self.sent)
        ]
        self._given = {**self.wanted(), **self.head.args(), "lines": lines, **(leave or {})}
        self._context.ops.run(self.verb, self._given, self._made, self._refused, self.yes)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        leave = ask_leave(self._context.ops, self, "要发货，请写明原因", self.verb, self._given, problems)
        if leave:
            self.answer(leave)
            return
        if leave is SENT:
            self.banner.say("info", SENT_WORDS)
            return
        self.banner.say("err", summary(list(problems)))
        any(self.go_to(one) for one in problems)

    def _made(self, outcome: Outcome) -> None:
        self.accept()
        settings, chosen = self._context.desk.settings, self.print_after.isChecked()
        self._context.ops.write(lambda: settings.put("orders.print_after_delivery", chosen))
        if chosen and "delivery.preview" in self._context.desk.registry.verbs:
            from ui.pages.orders.papers import Paper, show

            show(self._context, Paper("delivery", outcome.uid, ""))
