"""The card with the order's lines: heading and buttons, the grid, what is wrong, and the totals."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QFrame

from salesdesk.domain.kinds import Money, Qty
from salesdesk.domain.money import amount_in_words
from salesdesk.modules.orders.rules import is_gift
from ui.kit.lines_grid import LinesGrid
from ui.kit.typed_lines import LinesFrame
from ui.kit.widgets import ElidedLabel, QuietButton, label, row
from ui.pages.orders.columns import order_columns
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.problems_panel import ProblemsPanel

MONEY, QTY = Money(), Qty()


class Totals(QFrame):
    """大写, number of pieces, total."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("sunken", True)
        self.words = ElidedLabel("零元整", "grid", "text2")
        self.pieces = label("", "grid", "text2")
        self.total = label("¥0.00", "title", bold=True)
        title = label("含税总额", "grid", "text2")
        line = row(
            label("大写", "grid", "text2"),
            self.words,
            self.pieces,
            title,
            self.total,
            spacing=14,
            margins=(18, 8, 18, 8),
        )
        line.setStretch(1, 1)
        line.setSpacing(14)
        self.setLayout(line)
        self.setFixedHeight(50)

    def show_order(self, order: OrderDraft) -> None:
        """Add up."""
        self.words.set_text(amount_in_words(order.total))
        self.pieces.setText(f"合计 {QTY.show(order.pieces)} 件")
        self.total.setText(f"¥{MONEY.show(order.total)}")
        self.total.setAccessibleName(f"含税总额 {MONEY.show(order.total)} 元")


class LinesCard(LinesFrame):
    """Puts grid, problems and totals together."""

    smart_wanted = Signal()
    copy_wanted = Signal()
    basket_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, order: OrderDraft, stack: QUndoStack) -> None:
        super().__init__("商品明细", LinesGrid(order.draft, order_columns(order.products), stack))
        self._order = order
        self.due_dates = self.gifts = False
        self.smart = QuietButton("智能粘贴", "paste", self.smart_wanted.emit)
        self.smart.setToolTip("微信、短信、邮件里的话，或任何表格：读成明细，看过再放进来（Ctrl+Shift+V）")
        self.basket = QuietButton("常用清单", "cart", self.basket_wanted.emit)
        self.basket.setToolTip("这个客户常买的、上次的、存好的清单，一键放进来（F3）")
        self.copy = QuietButton("复制上次订单", "history", self.copy_wanted.emit)
        self.import_ = QuietButton("导入文件", "arrow_import", self.import_wanted.emit)
        self.problems = ProblemsPanel()
        self.totals = Totals()
        self.lay_out(self.problems, self.totals, (self.smart, self.basket, self.copy, self.import_))
        self.show_gifts(False)
        self.grid.edited.connect(self.refresh)
        self.setMinimumHeight(220)

    def refresh(self) -> None:
        """Count and add up again."""
        kinds = {line.get("product") for _, line in self._order.draft.filled_lines() if line.get("product")}
        self.count.setText(f"{len(kinds)} 种商品" if kinds else "")
        self.totals.show_order(self._order)
        if self.has_gifts and not self.gifts:
            self.show_gifts(True)
        if self.has_due_dates != self.due_dates and not self.due_dates:
            self.due_dates = True
            self.show_due_dates(True)

    def show_delivered(self, on: bool) -> None:
        """Confirmed orders tell what has left the house, drafts what is on stock."""
        lines = self.grid.lines
        self.grid.setColumnHidden(lines.column_of("delivered"), not on)
        self.grid.setColumnHidden(lines.column_of("product.available"), on)

    def show_due_dates(self, on: bool) -> None:
        """A date of its own per line: shown when a line has one, or when it is asked for."""
        self.grid.setColumnHidden(self.grid.lines.column_of("due_date"), not on)
        self.grid.fit_columns()

    def show_gifts(self, on: bool) -> None:
        """行类型 and 赠品原因: shown when a line is a gift, or when one is being made."""
        self.gifts = on
        for key in ("kind", "gift_reason"):
            self.grid.setColumnHidden(self.grid.lines.column_of(key), not on)
        self.grid.fit_columns()

    @property
    def has_gifts(self) -> bool:
        """Whether a line is given away."""
        return any(is_gift(line) for line in self._order.draft.lines)

    @property
    def has_due_dates(self) -> bool:
        """Whether a line is due on another day than the order."""
        return any(line.get("due_date") for line in self._order.draft.lines)
