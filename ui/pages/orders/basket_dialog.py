"""F3: the baskets of a customer, to be put into the order: what he usually takes, his last order, the named ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTableWidgetItem, QVBoxLayout, QWidget

from salesdesk.domain.kinds import Price, Qty
from salesdesk.modules.orders.baskets import Basket, Item
from salesdesk.modules.products.rules import goods_words
from ui.kit.plain_table import PlainTable
from ui.kit.theme import theme
from ui.kit.widgets import EmptyState, button, label, row

QTY, PRICE = Qty(), Price()
HEADINGS = ("产品", "数量", "单位", "说明")


class BasketDialog(QDialog):
    """↑↓ choose a basket, Enter puts all of it into the order; → goes to its lines, Space leaves one out. Esc closes."""

    def __init__(
        self, parent: QWidget | None, baskets: Sequence[Basket], taken: Callable[[Basket, list[Item]], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("常用清单")
        self._baskets, self._taken = list(baskets), taken
        self.list = QListWidget()
        self.list.setAccessibleName("清单")
        self.list.setFixedWidth(220)
        self.table = PlainTable("清单里的产品", HEADINGS, (0,))
        self.table.setWordWrap(False)
        self.hint = label("", "caption", "text2")
        self.take = button("放进订单", "add", primary=True, shortcut="Enter", clicked=self.put)
        self.count = label("", "caption", "text2")
        for one in self._baskets:
            self.list.addItem(one.title)
            self.list.item(self.list.count() - 1).setSizeHint(QSize(0, theme().row_height))
        side = QVBoxLayout()
        side.setSpacing(6)
        side.addWidget(self.hint)
        side.addWidget(self.table, 1)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.list)
        body.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("常用清单", "subtitle", bold=True))
        empty = EmptyState("cart", "还没有清单", "客户下过两次单就有「常买的」；在订单的 ⋯ 里可以「存为常用清单」。")
        empty.setVisible(not self._baskets)
        column.addWidget(empty, 1)
        column.addLayout(body, 1)
        for part in (self.list, self.table, self.hint):
            part.setVisible(bool(self._baskets))
        self.take.setVisible(bool(self._baskets))
        column.addLayout(row(self.count, 1, button("关闭", clicked=self.reject), self.take, spacing=10))
        self.resize(780, 480)
        self.list.currentRowChanged.connect(self._show)
        self.table.itemChanged.connect(self._count)
        self.list.installEventFilter(self)
        self.table.installEventFilter(self)
        if self._baskets:
            self.list.setCurrentRow(0)
            self.list.setFocus()

    @property
    def basket(self) -> Basket | None:
        """The basket in hand."""
        at = self.list.currentRow()
        return self._baskets[at] if 0 <= at < len(self._baskets) else None

    def _show(self, at: int) -> None:
        basket = self._baskets[at]
        self.hint.setText(basket.hint)
        self.table.blockSignals(True)
        self.table.setRowCount(len(basket.items))
        for i, one in enumerate(basket.items):
            words = goods_words(one.name, one.spec, one.code)
            gone = one.words == "已停用"
            self.table.put(i, 0, words, "text3" if gone else "text")
            item = self.table.item(i, 0)
            assert item is not None
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked if gone else Qt.CheckState.Checked)
            self.table.put(i, 1, QTY.show(one.qty) if one.qty is not None else "")
            number = self.table.item(i, 1)
            assert number is not None
            number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.put(i, 2, one.unit)
            price = f"单价 {PRICE.show(one.price)} " if one.price is not None else ""
            self.table.put(i, 3, f"{price}{one.words}".strip(), "err" if gone else "text2")
        if basket.items:
            self.table.setCurrentCell(0, 0)
        self.table.blockSignals(False)
        self._count()

    def _count(self, item: QTableWidgetItem | None = None) -> None:
        chosen = len(self.chosen())
        self.count.setText(f"选了 {chosen} 种，空格可以去掉一种")
        self.take.setEnabled(chosen > 0)

    def chosen(self) -> list[Item]:
        """The products that are ticked."""
        basket = self.basket
        if basket is None:
            return []
        found = []
        for i, one in enumerate(basket.items):
            item = self.table.item(i, 0)
            if item is not None and item.checkState() == Qt.CheckState.Checked:
                found.append(one)
        return found

    def put(self) -> None:
        """Put what is ticked into the order and close."""
        basket, items = self.basket, self.chosen()
        if basket is not None and items:
            self.accept()
            self._taken(basket, items)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter puts in from both sides; arrows change sides; Space ticks."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.put()
                return True
            if watched is self.list and key == Qt.Key.Key_Right:
                self.table.setFocus()
                return True
            if watched is self.table and key == Qt.Key.Key_Left:
                self.list.setFocus()
                return True
            if watched is self.table and key == Qt.Key.Key_Space:
                item = self.table.item(self.table.currentRow(), 0)
                if item is not None:
                    on = item.checkState() == Qt.CheckState.Checked
                    item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
                return True
        return super().eventFilter(watched, event)
