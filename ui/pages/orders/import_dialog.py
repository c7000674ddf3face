"""Takes in a customer's own Excel order: whose it is, which column is what, what is wrong, and then as drafts."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QDialog, QVBoxLayout

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders.model import ORDER
from salesdesk.services.module import Outcome
from ui.kit.editor_base import LineEditor
from ui.kit.editors import DayEdit
from ui.kit.import_wizard import ImportWizard, _Seen, choose_file
from ui.kit.page import PageContext
from ui.kit.pick_edit import EntityPick
from ui.kit.widgets import FieldLabel, labelled, row


class OrderImport(ImportWizard):
    """The import window of the registers, with the customer and what his table may leave out."""

    def __init__(self, context: PageContext, file: str, customer: str) -> None:
        desk = context.desk
        self.customer = EntityPick(desk, ORDER["customer"], can_create=False)
        self.po = LineEditor(ORDER["customer_po"], desk.today)
        self.due = DayEdit(ORDER["due_date"], desk.today)
        if customer:
            self.customer.choose(customer)
        self.made = ""
        super().__init__(context, "sales_order", file)
        self.setWindowTitle("导入客户订单")
        for editor in (self.customer, self.po, self.due):
            editor.committed.connect(self.check)

    def _lay_out(self) -> None:
        super()._lay_out()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        fields = row(
            labelled(FieldLabel("客户", hint="表里有客户列可以不选"), self.customer),
            labelled(FieldLabel("客户单号", hint="表里没有单号时填"), self.po),
            labelled(FieldLabel("交货日期", hint="表里没有交期时填"), self.due),
            spacing=14,
        )
        column.insertLayout(2, fields)

    @property
    def importing(self) -> str:
        return "order.import"

    def args(self) -> dict[str, Any]:
        args = super().args()
        for key, value in (
            ("customer", self.customer.uid),
            ("customer_po", self.po.text().strip()),
            ("due_date", self.due.value()),
        ):
            if value:
                args[key] = value
        return args

    def check(self) -> None:
        self.summary.setText("正在读……")
        self.go.setEnabled(False)
        self.ops.read(_Look(self.desk, self.args()), self._checked, token=f"import {id(self)}")

    def _checked(self, found: _Seen) -> None:
        super()._checked(found)
        if found.outcome is None:
            return
        stops = [p for p in found.problems if p.severity is Severity.STOP]
        told = stops or [p for p in found.problems if p.severity in (Severity.ASK, Severity.WARN)]
        if told and not self.banner.isVisible():
            more = f"\n……另有 {len(told) - 3} 处" if len(told) > 3 else ""
            self.banner.say("err" if stops else "warn", "\n".join(p.text for p in told[:3]) + more)

    def _show_button(self) -> None:
        super()._show_button()
        orders, lines = self.data.get("orders", 0), self.data.get("lines", 0)
        if self._good and orders:
            self.go.setText(f"导入 {orders} 张订单，{lines} 行")

    def _done(self, outcome: Outcome) -> None:
        self.made = outcome.uid
        super()._done(outcome)


class _Look:
    """Reads the file on a reading thread."""

    def __init__(self, desk: Desk, args: dict[str, Any]) -> None:
        self._desk, self._args = desk, args

    def __call__(self) -> _Seen:
        from salesdesk.services.excel_in import open_workbook

        try:
            outcome = self._desk.do("order.check_import", self._args)
            return _Seen(outcome, outcome.problems, open_workbook(str(self._args["file"])).sheets)
        except Refused as refused:
            return _Seen(None, refused.problems, ())
        except EnvironmentFault as fault:
            return _Seen(None, [Problem(fault.message, fault.cure)], ())


def import_order(context: PageContext, customer: str = "", file: str = "") -> None:
    """Choose a file and import it; a single order opens afterwards."""
    file = file or choose_file(context.window, "订单")
    if not file:
        return
    dialog = OrderImport(context, file, customer)
    done = dialog.exec() == QDialog.DialogCode.Accepted
    made = dialog.made
    dialog.deleteLater()
    if done and made:
        context.navigate("sales_order", made)
