"""The price policy's registers, with a way from a list to its prices and from a price to its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut

from salesdesk.services.lists import Condition
from ui.kit.page import PageContext
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.kit.widgets import button
from ui.pages.pricing.history_dialog import show_price_history

LIST, PRICE, PROMOTION = "price_list", "price_line", "promotion"


class PricingPage(RegisterPage):
    """价目表, 价目明细 and 促销."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, next(m for m in context.desk.registry.modules if m.key == "pricing"))
        QShortcut(QKeySequence("F9"), self, self.go_on)

    def panel(self, entity: str) -> RegisterPanel:
        """The register, with the one button that leads on from it."""
        fresh = entity not in self.panels
        panel = super().panel(entity)
        if fresh and entity in (LIST, PRICE):
            title, icon = ("看价目", "box") if entity == LIST else ("价格历史", "history")
            made = button(title, icon, shortcut="F9", clicked=self.go_on)
            self._lines[entity].insert(1, made)
            panel.buttons.append(made)
        return panel

    def go_on(self) -> None:
        """F9: from a list to its prices, from a price to its history."""
        uid, entity = self.front.in_hand(), self.front.entity.key
        row = self.desk.row(entity, uid) if uid else None
        if row is None:
            self.context.toast("请先在列表里选一条", tone="warn")
        elif entity == LIST:
            self.show_prices(uid, str(row["name"]))
        elif row.get("product"):
            of = self.desk.row(LIST, str(row["list"])) if entity == PRICE else row
            customer = str((of or {}).get("customer") or "")
            show_price_history(self.context, str(row["product"]), str(row.get("product.name") or ""), customer)

    def show_prices(self, uid: str, name: str) -> None:
        """The prices of one list; a new one begins with that list."""
        panel = self.show_register(PRICE)
        panel.filter.choose(title=name, more=(Condition("list", "=", uid),))
        panel.begin_with = {"list": name}

    def key_hints(self) -> Sequence[tuple[str, str]]:
        hints = list(super().key_hints())
        return [*hints[:2], ("F9", "看价目、价格历史"), *hints[2:]]

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return [*super().shot_states(), ("prices", partial(self._first_list))]

    def _first_list(self) -> None:
        panel = self.show_register(LIST)
        if panel.model.rowCount():
            panel.view.select_row(0)
            self.go_on()


def make(context: PageContext) -> PricingPage:
    """The page."""
    return PricingPage(context)
