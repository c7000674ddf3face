"""办公用品: registers from the items to the budget on a line of tabs, and 领用台账 as the last one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from salesdesk.domain.changes import Changes
from ui.kit.page import Page, PageContext
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.pages.supplies.panels import STEPS, SupplyPanel
from ui.pages.supplies.usage_view import UsageView

SHORT = {
    "supply_order": "采购单",
    "supply_back": "退还",
    "supply_move": "流水",
    "supply_vendor": "供应商",
    "supply_offer": "报价",
    "supply_quota": "定额",
    "supply_budget": "预算",
}


class SuppliesPage(RegisterPage):
    """The tabs have a line of their own: there are many."""

    def __init__(self, context: PageContext) -> None:
        module = next(m for m in context.desk.registry.modules if m.key == "supplies")
        self.usage: UsageView | None = None
        super().__init__(context, module)
        for i, entity in enumerate(self.registers):
            self.tabs.setTabText(i, SHORT.get(entity.key, entity.title))
        self.tabs.addTab("领用台账")
        self.heading.setMinimumHeight(36)  # the line stays as high where 领用台账 has no buttons in it

    def make_panel(self, entity: str) -> RegisterPanel:
        return SupplyPanel(self.context, entity)

    @property
    def _used(self) -> bool:
        return self.tabs.currentIndex() >= len(self.registers)

    @property
    def front(self) -> RegisterPanel:
        return self.panel(self.registers[0].key) if self._used else super().front

    def _turn(self, index: int) -> None:
        if index < len(self.registers):
            self._actions.show()
            super()._turn(index)
            return
        if self.usage is None:
            self.usage = UsageView(self.context)
            self.stack.addWidget(self.usage)
        self.stack.setCurrentWidget(self.usage)
        self._actions.hide()
        self.number.setText("")
        self.usage.read()

    def _show_number(self, number: object = None) -> None:
        if not self._used:
            super()._show_number(number)

    def on_shown(self) -> None:
        if self._used and self.usage is not None:
            self.usage.read()
            self.usage.table.setFocus()
            return
        super().on_shown()
        if self.window().focusWidget() is self.tabs:  # where Qt puts the keyboard when a page with tabs comes up
            self.front.search()

    def refresh(self, changes: Changes) -> None:
        super().refresh(changes)
        if self.usage is not None and "supply_move" in changes.touched:
            self.usage.stale()

    def current_record(self) -> tuple[str, str] | None:
        return None if self._used else super().current_record()

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        uid = str(args.get("uid") or args.get("order") or "")
        if action == "supply_issue.hand_out" and args.get("entity") != "supply_request":
            panel = self.show_register("supply_issue")
            panel.new()
            return
        for entity, steps in STEPS.items():
            for _, _, verb, _, _ in steps:
                if action == verb and isinstance(panel := self.show_register(entity), SupplyPanel):
                    panel.go_on(uid)
                    return
        if action == "supply.usage":
            self.tabs.setCurrentIndex(len(self.registers))
        else:
            super().run_action(action, args)

    def key_hints(self) -> Sequence[tuple[str, str]]:
        hints = [hint for hint in super().key_hints() if hint[0] not in ("Ctrl+C", "Ctrl+Z")]
        return [*hints[:2], ("F9", "下一步"), *hints[2:]]

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return [*super().shot_states(), ("usage", lambda: self.tabs.setCurrentIndex(len(self.registers)))]


def make(context: PageContext) -> Page:
    """The page of the module supplies."""
    return SuppliesPage(context)
