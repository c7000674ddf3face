"""The registers of the supplies desk that have more buttons than a plain one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtGui import QAction, QKeySequence, QShortcut

from salesdesk.domain.kinds import Row
from ui.kit.page import PageContext
from ui.kit.register_panel import RegisterPanel
from ui.kit.verb_lines import VerbLines, ask_lines
from ui.kit.widgets import button
from ui.pages.supplies.arrival_dialog import ArrivalDialog, BackDialog
from ui.pages.supplies.count_dialog import ReasonsDialog, SheetDialog
from ui.pages.supplies.issue_dialog import IssueDialog
from ui.pages.supplies.plan_dialog import PlanDialog

Step = tuple[str, str, str, tuple[str, ...], Callable[..., VerbLines]]
"""Title, icon, the verb it asks, the states it fits (empty: all), the dialog."""

STEPS: dict[str, tuple[Step, ...]] = {
    "supply_request": (("发放", "gift", "supply_issue.hand_out", ("waiting", "planned"), IssueDialog),),
    "supply_plan": (("改计划", "edit", "supply_plan.revise", ("draft",), PlanDialog),),
    "supply_order": (("到货验收", "truck", "supply_arrival.inspect", ("open", "part"), ArrivalDialog),),
    "supply_issue": (("退回、归还", "undo", "supply_issue.give_back", ("used", "out", "part"), BackDialog),),
    "supply_sheet": (("录入实盘数", "scan", "supply_sheet.enter", (), SheetDialog),),
    "supply_count": (("差异原因", "edit", "supply_count.explain", ("explain", "ready"), ReasonsDialog),),
}
NEXT = {
    ("supply_plan", "approved"): "supply_plan.order",
    ("supply_count", "second"): "supply_count.second",
    ("supply_count", "ready"): "supply_count.book",
}
"""Where the next step is a verb that needs no lines."""
WORDS = {
    "supply_request": "先选一张还没领完的申领单",
    "supply_plan": "先选一份待批、已批的采购计划",
    "supply_order": "先选一张没到齐的采购单",
    "supply_issue": "先选一张还有东西没退的领用单",
    "supply_sheet": "先选一张盘点表",
    "supply_count": "先选一次还没调整的盘点；盘点表没录完的先录盘点表",
}


class SupplyPanel(RegisterPanel):
    """F9 goes on with the record in hand: hand out, inspect, count."""

    def __init__(self, context: PageContext, entity: str) -> None:
        super().__init__(context, entity)
        self.steps = [step for step in STEPS.get(entity, ()) if context.may(step[2])]
        for title, icon, _, _, _ in self.steps:
            made = button(title, icon, shortcut="F9", clicked=lambda: self.go_on())
            self.buttons.insert(1, made)
        if entity == "supply_issue" and context.may("supply_issue.hand_out"):
            self.buttons.append(button("登记领用", "add", primary=True, shortcut="Ctrl+N", clicked=self.new))
        if entity == "supply_order":
            self.buttons.insert(1, button("复制文字", "chat", clicked=partial(self._with_order, "supply_order.text")))
            self.buttons.insert(1, button("存 Excel", "excel", clicked=partial(self._with_order, "supply_order.excel")))
        QShortcut(QKeySequence("F9"), self, lambda: self.go_on())

    def new(self, preset: Mapping[str, Any] | None = None) -> None:
        if self.entity.key == "supply_issue":
            self._ran(ask_lines(IssueDialog(self.context)))
        else:
            super().new(preset)

    def go_on(self, wanted: str = "") -> None:
        """The next step of the record in hand, or of the one that is wanted."""
        uid = wanted or self._in_hand()
        data = self.desk.row(self.entity.key, uid) if uid else None
        verb = NEXT.get((self.entity.key, str(data.get("state")))) if data is not None and not data["void"] else None
        if verb is not None and self.context.may(verb):
            self.context.perform(verb, {"uid": uid}, lambda outcome: self._ran(uid))
            return
        for _, _, _, states, dialog in self.steps:
            if data is None or data["void"] or (states and data["state"] not in states):
                self.context.toast(WORDS[self.entity.key], tone="warn")
                return
            self._ran(ask_lines(dialog(self.context, uid)))

    def _in_hand(self) -> str:
        return self.in_hand() or (self.record.uid if self.record is not None and self.record.isVisible() else "")

    def _ran(self, made: str) -> None:
        if made and self.desk.list_id(self.entity.key, made) is not None:
            self._saved(made)

    def _with_order(self, verb: str) -> None:
        uid = self._in_hand()
        if uid:
            self.ops.run(verb, {"uid": uid})
        else:
            self.context.toast("先选一张采购单", tone="warn")

    def _row_actions(self, uid: str) -> Sequence[QAction]:
        data: Row = self.desk.row(self.entity.key, uid) or {}
        fitting = [s for s in self.steps if not data.get("void") and (not s[3] or data.get("state") in s[3])]
        return [*(self._action(f"{s[0]}\tF9", self.go_on) for s in fitting), *super()._row_actions(uid)]
