"""关闭余量 and 重开余量: which lines, how much, and why; one dialog for both ways."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.orders import queries
from salesdesk.modules.orders.delivery_model import CLOSE_REASON
from salesdesk.modules.orders.model import ORDER
from salesdesk.modules.orders.remainder import REST
from salesdesk.services.module import Outcome
from ui.kit.lines_dialog import LinesDialog, space
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.widgets import label, row

QTY = Qty()


def _columns(verb: str, there: str) -> tuple[GridColumn, ...]:
    return (
        GridColumn("seq", "", 34, align="center"),
        GridColumn("product.code", "产品编码", 86, faint=True),
        GridColumn("product.name", "产品名称", 170, stretch=True),
        GridColumn("product.spec", "规格", 90, faint=True),
        GridColumn("product.unit", "单位", 44, faint=True),
        GridColumn("line.qty", "订购", 70, align="right", faint=True, numeric=True),
        GridColumn("line.delivered", "已发", 70, align="right", faint=True, numeric=True),
        GridColumn("line.there", there, 80, align="right", faint=True, numeric=True),
        GridColumn("qty", verb, 90, sets="qty", needed=True, align="right", numeric=True),
    )


class RestDialog(LinesDialog):
    """Everything is filled in; Space takes a line out or in."""

    def __init__(self, context: PageContext, order: str, reopening: bool, parent: QWidget | None = None) -> None:
        self.verb = "order.reopen_rest" if reopening else "order.close_rest"
        title = "重开余量" if reopening else "关闭余量"
        super().__init__(parent or context.window, title, yes=title, width=860)
        self._context, self._order = context, order
        desk = context.desk
        with desk.read() as reader:
            number = reader.named("sales_order", order)
            key = "closed" if reopening else "left"
            lines = [r for r in queries.open_lines(reader, order) if (r[key] or 0) > 0]
        told = "关闭过的又要发了，回到没发。" if reopening else "没发的不再发，订单就算完成；以后可以重开。"
        self.hint.setText(f"订单 {number}。{told}该知道的人会自动列进变更告知。")
        self.hint.show()
        self.reason = QComboBox()
        self.reason.setAccessibleName("关闭原因")
        for option in CLOSE_REASON.options:
            self.reason.addItem(option.label, option.key)
        self.reason.setFixedWidth(150)
        self.words = QLineEdit()
        self.words.setAccessibleName("说明")
        self.words.setPlaceholderText(
            "为什么又要发，例如客户来电说还要" if reopening else "例如：王经理电话说剩下的不要了"
        )
        head = (label("为什么重开", "grid", "text2"), self.words)
        self.body.addLayout(
            row(*(head if reopening else (label("关闭原因", "grid", "text2"), self.reason, self.words)), spacing=10)
        )
        draft = Draft(ORDER, REST, lines=[self._line(one, key) for one in lines], today=desk.today)
        columns = _columns("这次重开" if reopening else "这次关闭", "已关闭" if reopening else "没发")
        self.set_lines(draft, columns, "余量", 200)
        self.grid.installEventFilter(self)
        self.sum = label("", "grid", "text2")
        self.show_lines()
        self.body.addWidget(self.sum)
        self.grid.edited.connect(self._add_up)
        self._add_up()
        self.resize(880, 480)
        (self.words if reopening else self.reason).setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _line(found: Row, key: str) -> Row:
        return {
            "order_line": found["uid"],
            "qty": found[key],
            "line.most": found[key],
            "line.qty": QTY.show(found["qty"]),
            "line.delivered": QTY.show(found["delivered"] or 0),
            "line.there": QTY.show(found[key]),
            **{f"product.{k}": found[f"product.{k}"] for k in ("code", "name", "spec", "unit")},
        }

    def _add_up(self) -> None:
        lines = self.draft.lines
        chosen = [line for line in lines if line.get("qty")]
        pieces = QTY.show(sum(line["qty"] for line in chosen))
        self.sum.setText(f"{len(chosen)} 行，共 {pieces}" if chosen else "一行也没选")
        self.yes.setEnabled(bool(chosen))
        self.grid.lines.set_problems(
            [
                Problem(f"只有 {QTY.show(line['line.most'])}", "请改小", path=f"lines/{i}/qty", code="too_much")
                for i, line in enumerate(lines)
                if (line.get("qty") or 0) > line["line.most"]
            ]
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.grid and self.grid.editor is None and space(event):
            self._toggle(self.grid.currentIndex().row())
            return True
        return super().eventFilter(watched, event)

    def _toggle(self, at: int) -> None:
        if not 0 <= at < len(self.draft.lines):
            return
        line = self.draft.lines[at]
        qty = None if line.get("qty") else line["line.most"]

        def act() -> None:
            self.draft.put(f"lines/{at}/qty", qty)

        self.grid.lines.change("这一行", at, at + 1, act)
        self.grid.go(min(at + 1, len(self.draft.lines) - 1), self.grid.lines.column_of("qty"))

    def answer(self) -> None:
        """Do it; what is refused is told here."""
        self.grid.settle()
        unreadable = self.draft.problems()
        if unreadable:
            self.refuse(unreadable)
            return
        lines = [
            {"order_line": line["order_line"], "qty": QTY.wire(line["qty"])}
            for line in self.draft.lines
            if line.get("qty")
        ]
        if not lines:
            self.refuse([Problem("一行也没选", "请在要的行上按空格")])
            return
        args: dict[str, Any] = {"uid": self._order, "lines": lines, "note": self.words.text().strip() or None}
        if self.verb == "order.close_rest":
            args["close_reason"] = self.reason.currentData()
        self._context.ops.run(self.verb, args, self._done, self._refused, self.yes)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))
        if any(p.path == "note" for p in problems):
            self.words.setFocus()

    def _done(self, outcome: Outcome) -> None:
        self.accept()


def show_rest(context: PageContext, order: str, reopening: bool, parent: QWidget | None = None) -> RestDialog:
    """Open it for an order."""
    dialog = RestDialog(context, order, reopening, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
