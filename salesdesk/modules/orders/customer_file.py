"""What a customer's order file may tell: which columns we look for, and the 客户单号 above the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Money, Price, Qty, Text
from salesdesk.domain.patterns import late
from salesdesk.modules.orders.model import ORDER, ORDER_LINE

_NUMBER_ABOVE = late(
    r"(?:采购|订单|合同|PO|P/O)\s*(?:单|订单)?\s*(?:编号|单号|号码|号|NO\.?)\s*[:：]?\s*(?P<number>[A-Za-z0-9][\w\-/.]*)?\s*$",
    re.I,
)

COLUMNS = (
    replace(ORDER["customer"], required=False),
    replace(ORDER["customer_po"]),
    replace(ORDER["order_date"], required=False),
    Field(
        "code",
        "产品编码",
        Text(80),
        synonyms=(
            "编码",
            "货号",
            "物料编码",
            "料号",
            "商品编码",
            "存货编码",
            "品号",
            "物料号",
            "产品编号",
            "物料代码",
            "图号",
            "条码",
            "产品代码",
        ),
    ),
    Field(
        "name",
        "品名",
        Text(200),
        synonyms=(
            "名称",
            "产品名称",
            "商品名称",
            "物料名称",
            "货物名称",
            "存货名称",
            "产品",
            "货名",
            "物料描述",
            "品名规格",
            "产品描述",
            "商品",
        ),
    ),
    Field("spec", "规格", Text(120), synonyms=("规格型号", "型号", "规格/型号", "型号规格")),
    Field("unit", "单位", Text(10), synonyms=("计量单位", "采购单位")),
    Field(
        "qty",
        "数量",
        Qty(least=1),
        required=True,
        synonyms=(*ORDER_LINE["qty"].synonyms, "订购数", "采购数", "订货量", "下单数量"),
    ),
    Field("price", "单价", Price(least=0), synonyms=ORDER_LINE["price"].synonyms),
    Field("amount", "金额", Money(), synonyms=ORDER_LINE["amount"].synonyms),
    Field("due_date", "交货日期", Day(ahead=True), synonyms=ORDER["due_date"].synonyms),
    Field("note", "备注", Text(200), synonyms=ORDER_LINE["note"].synonyms),
)
"""What a customer's file may tell; only the quantity is indispensable, and some word that names the product."""


def number_above(rows: Sequence[Sequence[object]]) -> str | None:
    """The 客户单号 written above the table, as in 「订单编号：PO-2026-018」; None when there is none or several."""
    found = set()
    for row in rows:
        cells = [str(cell) for cell in row if cell is not None]
        for i, cell in enumerate(cells):
            hit = _NUMBER_ABOVE.search(cell)
            if hit:
                value = hit["number"] or (cells[i + 1].strip() if i + 1 < len(cells) else "")
                if value:
                    found.add(value)
    return found.pop() if len(found) == 1 else None
