"""Shows the first order being made: four notes on the real order page, each gone as soon as its part is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from salesdesk.domain.draft import Draft
from ui.kit.coach import Coach, Mark

if TYPE_CHECKING:
    from ui.pages.orders.actions import OpenOrder
    from ui.shell.window import Window

CLOSING = "第一张订单录好了。确认过的订单按 F9 发货；打错了按 Ctrl+Z 撤销；按 F1 看这一页全部的键。"


def show_first_order(window: Window) -> Coach | None:
    """A new order in front with the notes over it; None when the page does not let her go there."""
    from ui.pages.orders.page import OrdersPage

    window.show_place("orders", action="new")
    page = window.front
    if not isinstance(page, OrdersPage) or page.entry is None:
        return None
    lesson = Lesson(page.entry)
    return Coach(window, lesson.marks, CLOSING, lesson.there)


class Lesson:
    """What the notes point at and how they know that something is done."""

    def __init__(self, view: OpenOrder) -> None:
        self._view = view
        self.marks = (
            Mark(
                "先选客户",
                "打客户名称里的几个字，或者拼音首字母，按 Enter 选中。名单里没有的，按 Shift+Enter 新建。",
                self._customer,
                lambda: bool(self._draft.values.get("customer")),
            ),
            Mark(
                "交货日期",
                "按 Enter 走到这一格，打 6.18、+7 或者 下周五 都行。再按 Enter 就到明细。",
                self._due,
                lambda: bool(self._draft.values.get("due_date")) and (self._in_lines() or bool(self._filled())),
            ),
            Mark(
                "录明细",
                "打产品编码或名称的几个字，Enter 选中；打数量，Enter；单价会自己带出来，再按 Enter 到下一行。也可以从 Excel 复制过来按 Ctrl+V。",
                self._lines,
                lambda: bool(self._filled()),
            ),
            Mark(
                "确认",
                "按 F8 确认：库存、限价、额度都会先查一遍，有问题写在右边，照着改就行。还没定的按 Ctrl+S 存草稿。",
                self._primary,
                lambda: bool(self._draft.uid),
            ),
        )

    def there(self) -> bool:
        """Whether the order is still open."""
        return isValid(self._view)

    @property
    def _draft(self) -> Draft:
        return self._view.order.draft

    def _filled(self) -> int:
        return sum(1 for line in self._draft.lines if line.get("product") and line.get("qty"))

    def _in_lines(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self._view.grid or self._view.grid.isAncestorOf(focus))

    def _customer(self) -> QWidget | None:
        return self._view.header.editors["customer"]

    def _due(self) -> QWidget | None:
        return self._view.header.editors["due_date"]

    def _lines(self) -> QWidget | None:
        return self._view.grid

    def _primary(self) -> QWidget | None:
        return self._view.head.primary
