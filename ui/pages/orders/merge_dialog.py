"""合并发货: what is owed to one customer across all his orders, picked line by line onto one 送货单."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders import delivery_queries
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.pages.orders.delivery_dialog import COLUMNS, QTY, DeliveryDialog

_LEFT_OUT = ("line.qty", "line.delivered")


class MergeDialog(DeliveryDialog):
    """The lines of the order in hand are filled in; those of his other orders wait for Space or a number."""

    title = "合并发货"
    verb = "delivery.save"
    columns = (
        COLUMNS[0],
        GridColumn("order.number", "订单", 116, faint=True),
        GridColumn("order.due", "交期", 84, faint=True),
        *(c for c in COLUMNS[1:7] if c.key not in _LEFT_OUT),
        GridColumn("line.open", "没发", 70, align="right", faint=True, numeric=True),
        *COLUMNS[7:],
    )

    def __init__(self, context: PageContext, order: str, parent: QWidget | None) -> None:
        super().__init__(context, order, parent)
        self.resize(1080, 660)

    def read_lines(self) -> list[Row]:
        """Everything this customer is still to get, what is due first at the top."""
        with self._context.desk.read() as reader:
            return delivery_queries.owed_lines(reader, str(self._order.get("customer") or ""))

    def told(self) -> str:
        """Whose goods, how many orders; and where the orders go to different places."""
        orders = len({r["order"] for r in self._lines})
        where = len({r["order.address"] for r in self._lines if r["order.address"]})
        places = f"，收货地址有 {where} 处，请看清" if where > 1 else ""
        customer = self._order.get("customer.name") or ""
        return (
            f"{customer} · {orders} 张订单 {len(self._lines)} 行没发完{places}。空格：这一行全发或不发；数字：发多少。"
        )

    def wanted(self) -> dict[str, Any]:
        """Only the lines say which orders."""
        return {}

    def _line(self, found: Row) -> Row:
        line = super()._line(found)
        line["qty"] = found["left"] if found["order"] == self._uid else None
        line["order.number"] = found["order.number"]
        line["order.due"] = (
            dates.show_day_short(str(found["due"] or ""), self._context.desk.today) if found["due"] else ""
        )
        line["line.open"] = QTY.show(found["left"])
        return line


def show_merge(context: PageContext, order: str, parent: QWidget | None) -> MergeDialog:
    """Open it for the customer of an order."""
    dialog = MergeDialog(context, order, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
