"""统计: the numbers, and the registers of reports, 口径 and targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from salesdesk.domain.changes import Changes
from salesdesk.services.module import Outcome
from ui.kit.dialogs import tell
from ui.kit.page import Page, PageContext
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.pages.statistics.compare_dialog import show_compared
from ui.pages.statistics.customers import CustomersView
from ui.pages.statistics.numbers import NumbersView
from ui.pages.statistics.standing import TargetsView

SOLD = {
    "sales_order",
    "order_line",
    "delivery",
    "delivery_line",
    "sales_invoice",
    "receipt",
    "product",
    "sales_measure",
}
OWN = (("目标进度", TargetsView), ("客户预测", CustomersView))
"""Tabs behind the registers."""


class ReportPanel(RegisterPanel):
    """Reports: what differs is told in a dialog."""

    def ask(self, verb: str) -> None:
        uid = self.record.uid if self.record is not None and self.record.isVisible() else self.in_hand()
        self._ask_for(verb, uid)

    def _ask_for(self, verb: str, uid: str) -> None:
        if verb == "sales_report.compare" and uid:
            self.ops.run(verb, {"uid": uid}, done=self._compared)
        elif uid or verb in ("sales_report.make", "sales_report.due"):
            super()._ask_for(verb, uid)

    def _compared(self, outcome: Outcome) -> None:
        if outcome.data["papers"]:
            show_compared(self.context, outcome)
        else:
            tell(self.window(), "没有变", f"{outcome.message}。每张单都和做报表时一样。", tone="ok")


class StatisticsPage(RegisterPage):
    """数字 is the first tab, the registers follow."""

    def __init__(self, context: PageContext) -> None:
        self._before = 0  # tabs that stand before the registers
        self.numbers: NumbersView | None = None
        self.views: dict[str, TargetsView | CustomersView] = {}
        module = next(m for m in context.desk.registry.modules if m.key == "statistics")
        super().__init__(context, module)
        self.tabs.blockSignals(True)
        self.tabs.insertTab(0, "数字")
        for title, _ in OWN:
            self.tabs.addTab(title)
        self._before = 1
        self.tabs.setCurrentIndex(0)
        self.tabs.blockSignals(False)
        self._turn(0)
        for keys, by in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(
                lambda by=by: self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())
            )

    def make_panel(self, entity: str) -> RegisterPanel:
        return ReportPanel(self.context, entity) if entity == "sales_report" else super().make_panel(entity)

    @property
    def _counting(self) -> bool:
        return self._before == 1 and self.tabs.currentIndex() == 0

    @property
    def _aside(self) -> bool:
        """Whether a view of its own is shown, not a register."""
        return self._before == 1 and not 0 < self.tabs.currentIndex() <= len(self.registers)

    def _own(self, index: int) -> TargetsView | CustomersView:
        """The view of one of the last tabs, made when first wanted."""
        title, make_view = OWN[index - 1 - len(self.registers)]
        if title not in self.views:
            self.views[title] = make_view(self.context)
            self.stack.addWidget(self.views[title])
            self._actions.addWidget(QWidget())
        return self.views[title]

    def _show_view(self, view: QWidget) -> None:
        self.stack.setCurrentWidget(view)
        self._actions.hide()
        self.number.setText("")

    @property
    def front(self) -> RegisterPanel:
        index = 0 if self._aside else max(0, self.tabs.currentIndex() - self._before)
        return self.panel(self.registers[index].key)

    def _turn(self, index: int) -> None:
        if self._before <= index < self._before + len(self.registers):
            self._actions.show()
            super()._turn(index - self._before)
        elif index > len(self.registers):
            self._show_view(self._own(index))
        else:
            if self.numbers is None:
                self.numbers = NumbersView(self.context)
                self.stack.addWidget(self.numbers)
                self._actions.addWidget(QWidget())
            self._show_view(self.numbers)
            self.number.setText("")
        if self._before:
            self.hints.set_hints(self.key_hints())

    def _show_number(self, number: object = None) -> None:
        if not self._aside:
            super()._show_number(number)

    def show_register(self, entity: str) -> RegisterPanel:
        index = next((i for i, e in enumerate(self.registers) if e.key == entity), 0)
        self.tabs.setCurrentIndex(index + self._before)
        return self.front

    def on_shown(self) -> None:
        if not self._aside:
            super().on_shown()
        elif self._counting and self.numbers is not None:
            if self.context.may("statistics.refresh"):  # for the next look; this one is right either way
                self.ops.write(partial(self.desk.do, "statistics.refresh"))
            self.numbers.table.setFocus()

    def refresh(self, changes: Changes) -> None:
        super().refresh(changes)
        if self.numbers is not None and SOLD & changes.touched.keys():
            self.numbers.stale()
        if (SOLD | {"sales_target", "customer"}) & changes.touched.keys():
            for view in self.views.values():
                view.stale()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._counting and self.numbers is not None and self.numbers.wish.where:
            self.numbers.widen()
            return
        super().keyPressEvent(event)

    def current_record(self) -> tuple[str, str] | None:
        return None if self._aside else super().current_record()

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        if action == "statistics.rebuild":
            self.context.perform(action, args)
        elif action == "numbers":
            self.tabs.setCurrentIndex(0)
        else:
            super().run_action(action, args)

    def key_hints(self) -> Sequence[tuple[str, str]]:
        if self._counting:
            return (("↑↓", "选"), ("Enter", "看里面"), ("Esc", "退回"), ("Ctrl+←→", "前后一期"), ("Ctrl+C", "复制行"),
                    ("Ctrl+PgDn", "下一块"), ("F1", "全部快捷键"))  # fmt: skip
        if self._aside:
            return (
                ("↑↓", "选"),
                ("Enter", "打开"),
                ("Ctrl+C", "复制行"),
                ("Ctrl+PgDn", "下一块"),
                ("F1", "全部快捷键"),
            )
        return super().key_hints()

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        found: list[tuple[str, Callable[[], object]]] = []
        view = self.numbers
        if view is not None:
            found = [
                ("region", lambda: view.sides.setCurrentIndex(4)),
                ("causes", lambda: view.tabs.setCurrentIndex(1)),
                ("papers", lambda: view.tabs.setCurrentIndex(2)),
            ]
        last = len(self.registers) + 1
        own = [
            ("targets", partial(self.tabs.setCurrentIndex, last)),
            ("customers", partial(self.tabs.setCurrentIndex, last + 1)),
        ]
        return [*found, *super().shot_states(), *own]


def make(context: PageContext) -> Page:
    """The page of the module statistics."""
    return StatisticsPage(context)
