"""Shows how the price of a product went: what was ordered at, what the lists said, what the 标准售价 was."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Price, Qty
from salesdesk.modules.pricing import queries
from salesdesk.modules.pricing.queries import PricePoint
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import button, label, row

PRICE, QTY = Price(), Qty()
INK = {"订单": "text", "价目表": "info", "标准售价": "text2"}


class PriceHistory(QDialog):
    """A table newest first; Esc closes it."""

    def __init__(self, context: PageContext, product: str, name: str, customer: str) -> None:
        super().__init__(context.window)
        self.setWindowTitle(f"价格历史 - {name}")
        self._desk: Desk = context.desk
        self._asked = product, customer
        self.note = label("正在读…", "caption", "text2")
        self.table = PlainTable("价格历史", ("日期", "来自", "含税单价", "数量", "单号、价目表", "谁"), (4, 5))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(f"{name} 的价格历史", "subtitle", bold=True))
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addLayout(row(1, button("关闭", clicked=self.accept)))
        self.resize(760, 600)
        context.ops.read(self._read, self._show, token=("price history", id(self)))

    def _read(self) -> list[PricePoint]:
        product, customer = self._asked
        with self._desk.read() as reader:
            return queries.history(reader, product, customer)

    def _show(self, found: list[PricePoint]) -> None:
        whose = "这个客户的成交价和适用的价目表" if self._asked[1] else "所有客户的成交价和价目表"
        self.note.setText(f"{whose}，最近 {len(found)} 条，新的在上面" if found else "这个产品还没有价格记录")
        self.table.setRowCount(len(found))
        for i, one in enumerate(found):
            qty = "" if one.qty is None else f"满 {QTY.show(one.qty)}" if one.what == "价目表" else QTY.show(one.qty)
            for column, text in enumerate((one.day, one.what, PRICE.show(one.price), qty, one.name, one.who)):
                self.table.put(i, column, text, INK.get(one.what, "text"))
        self.table.finish()


def show_price_history(context: PageContext, product: str, name: str, customer: str = "") -> None:
    """Open the price history of a product, for one customer or for all."""
    dialog = PriceHistory(context, product, name, customer)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
