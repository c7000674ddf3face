"""The card with the order's lines: heading and buttons, the grid, what is wrong, and the totals."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from salesdesk.domain.kinds import Money, Qty
from salesdesk.domain.money import amount_in_words
from salesdesk.modules.orders.rules import is_gift
from ui.kit.lines_grid import LinesGrid
from ui.kit.lines_grid_paste import Pasted
from ui.kit.widgets import ElidedLabel, QuietButton, label, row, rule, set_ink
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


class LinesCard(QFrame):
    """Puts grid, problems and totals together."""

    paste_wanted = Signal()
    smart_wanted = Signal()
    copy_wanted = Signal()
    basket_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, order: OrderDraft, stack: QUndoStack) -> None:
        super().__init__()
        self.setObjectName("card")
        self._order = order
        self.due_dates = self.gifts = False
        self.count = label("", "caption", "text2")
        self.note = ElidedLabel("", "caption", "warn")
        self.paste = QuietButton("从 Excel 粘贴", "paste", self.paste_wanted.emit)
        self.smart = QuietButton("智能粘贴", "paste", self.smart_wanted.emit)
        self.copy = QuietButton("复制上次订单", "history", self.copy_wanted.emit)
        self.basket = QuietButton("常用清单", "cart", self.basket_wanted.emit)
        self.basket.setToolTip("这个客户常买的、上次的、存好的清单，一键放进来（F3）")
        self.import_ = QuietButton("导入文件", "arrow_import", self.import_wanted.emit)
        self.add = QuietButton("添加行", "add", self._add)
        self.paste.setToolTip("把 Excel、WPS 里复制的区域放进来（Ctrl+V）")
        self.smart.setToolTip("微信、短信、邮件里的话，或任何表格：读成明细，看过再放进来（Ctrl+Shift+V）")
        self.add.setToolTip("到空白行（Ctrl+Ins 插到当前行前面）")
        self.grid = LinesGrid(order.draft, order_columns(order.products), stack)
        self.grid.setAccessibleName("商品明细")
        self.problems = ProblemsPanel()
        self.totals = Totals()
        title = label("商品明细", "body", bold=True)
        head = row(title, self.count, self.note, self.paste, self.smart, self.basket, self.copy, self.import_, self.add,
                   spacing=6, margins=(18, 6, 10, 6))  # fmt: skip
        head.setStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.grid, 1)
        column.addWidget(self.problems)
        column.addWidget(rule())
        column.addWidget(self.totals)
        self.show_gifts(False)
        self.grid.pasted.connect(self._pasted)
        self.grid.edited.connect(self.refresh)
        self.setMinimumHeight(220)

    def _pasted(self, done: Pasted) -> None:
        self.say(done.text, "warn" if done.unknown else "ok")

    def say(self, text: str, tone: str = "text2") -> None:
        """Say something above the grid; "" takes it away."""
        self.note.set_text(text)
        set_ink(self.note, tone)

    def _add(self) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go_blank()

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

    def set_read_only(self, on: bool) -> None:
        """Lock or unlock the lines."""
        self.grid.lines.set_read_only(on)
        for one in (self.paste, self.smart, self.basket, self.copy, self.import_, self.add):
            one.setVisible(not on)

    def buttons(self) -> list[QWidget]:
        """The buttons of the heading, for tests of names."""
        return [self.paste, self.smart, self.basket, self.copy, self.import_, self.add]
