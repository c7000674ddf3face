"""开票收款: receipts, invoices, statements and calls as registers, with dialogs of their own where typing is more than a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtGui import QAction

from salesdesk.domain.changes import Changes
from salesdesk.services.module import Outcome
from ui.kit.dialogs import tell
from ui.kit.page import Page, PageContext
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.kit.widgets import button
from ui.pages.money.ageing import AgeingView
from ui.pages.money.batch_dialog import make_statements
from ui.pages.money.receipt_dialog import receive

MONEY = {"customer", "sales_order", "delivery", "sales_invoice", "receipt", "receipt_line", "chase"}


class ReceiptPanel(RegisterPanel):
    """New receipts are written in their own dialog; an old one is settled further there too."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "receipt")
        self.settle = button("核销…", "check", clicked=self._settle)
        self.settle.setToolTip("把选中的回款冲到订单、发票上")
        self.buttons.insert(1, self.settle)

    def new(self, preset: Mapping[str, Any] | None = None) -> None:
        made = receive(self.context, preset=dict(preset) if isinstance(preset, Mapping) else None)
        if made:
            self._saved(made)

    def _settle(self) -> None:
        uid = self.in_hand()
        if uid:
            receive(self.context, uid)
        else:
            self.context.toast("先在列表里选一笔回款", tone="warn")

    def _row_actions(self, uid: str) -> Sequence[QAction]:
        return [self._action("核销…", self._settle), *super()._row_actions(uid)]


class StatementPanel(RegisterPanel):
    """The batch has a dialog with a preview."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "statement")
        batch = button("批量对账单", "print", primary=True, shortcut="Ctrl+N", clicked=self.batch)
        one = button("做一份", "document", clicked=lambda: context.perform("statement.make"))
        kept = [b for b in self.buttons if b is self.more]
        for gone in self.buttons:
            if gone is not self.more:
                gone.deleteLater()
        self.buttons = [*kept, one, batch]

    def new(self, preset: Mapping[str, Any] | None = None) -> None:
        self.batch()

    def ask(self, verb: str) -> None:
        uid = self.record.uid if self.record is not None and self.record.isVisible() else self.in_hand()
        self._ask_for(verb, uid)

    def _ask_for(self, verb: str, uid: str) -> None:
        if verb == "statement.compare":
            self.ops.run(verb, {"uid": uid}, done=self._compared)
        elif uid:
            super()._ask_for(verb, uid)

    def _compared(self, outcome: Outcome) -> None:
        told = outcome.data["differences"]
        lines = told[:20] + ([f"……另有 {len(told) - 20} 处"] if len(told) > 20 else [])
        closing = f"期末当时 {outcome.data['then']}，现在 {outcome.data['now']}"
        tell(self.window(), outcome.message, "\n".join([*lines, closing]), tone="warn" if told else "ok")

    def batch(self) -> None:
        """Ask for many statements at once."""
        make_statements(self.context)


class MoneyPage(RegisterPage):
    """The registers as tabs, and 账龄 as the last one."""

    def __init__(self, context: PageContext) -> None:
        module = next(m for m in context.desk.registry.modules if m.key == "money")
        self.ageing: AgeingView | None = None
        super().__init__(context, module)
        self.tabs.addTab("账龄")
        self.tabs.setVisible(True)

    def make_panel(self, entity: str) -> RegisterPanel:
        if entity == "receipt":
            return ReceiptPanel(self.context)
        if entity == "statement":
            return StatementPanel(self.context)
        return super().make_panel(entity)

    @property
    def _aged(self) -> bool:
        return self.tabs.currentIndex() >= len(self.registers)

    @property
    def front(self) -> RegisterPanel:
        return self.panel(self.registers[0].key) if self._aged else super().front

    def _turn(self, index: int) -> None:
        if index < len(self.registers):
            self._actions.show()
            super()._turn(index)
            return
        if self.ageing is None:
            self.ageing = AgeingView(self.context)
            self.stack.addWidget(self.ageing)
        self.stack.setCurrentWidget(self.ageing)
        self._actions.hide()
        self.number.setText("")

    def _show_number(self, number: object = None) -> None:
        if not self._aged:
            super()._show_number(number)

    def on_shown(self) -> None:
        if not self._aged:
            super().on_shown()
            if self.window().focusWidget() is self.tabs:  # where Qt puts the keyboard when a page with tabs comes up
                self.front.search()
        elif self.ageing is not None:
            self.ageing.list.setFocus()

    def refresh(self, changes: Changes) -> None:
        super().refresh(changes)
        if self.ageing is not None and MONEY & changes.touched.keys():
            self.ageing.stale()

    def current_record(self) -> tuple[str, str] | None:
        if self._aged and self.ageing is not None:
            return ("customer", self.ageing.customer) if self.ageing.customer else None
        return super().current_record()

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        if action == "receipt.save" and args.get("uid"):
            receive(self.context, str(args["uid"]))
        elif action == "statement.batch":
            make_statements(self.context, str(args.get("month") or ""))
        elif action == "ageing":
            self.tabs.setCurrentIndex(len(self.registers))
        else:
            super().run_action(action, args)

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return [*super().shot_states(), ("ageing", lambda: self.tabs.setCurrentIndex(len(self.registers)))]


def make(context: PageContext) -> Page:
    """The page of the module money."""
    return MoneyPage(context)
