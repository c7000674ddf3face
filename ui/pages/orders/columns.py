"""The columns of an order's lines."""

from __future__ import annotations

from salesdesk.domain.kinds import Qty, Row
from salesdesk.modules.orders.model import ORDER_LINE
from salesdesk.modules.products.model import PRODUCT
from ui.kit.lines_grid_model import GridColumn
from ui.pages.orders.products import Products

QTY = Qty()


def _stock(line: Row) -> str:
    value = line.get("product.available")
    return "" if value is None or not line.get("product") else QTY.show(int(value))


def _delivered(line: Row) -> str:
    closed = f"（关 {QTY.show(line['closed'])}）" if line.get("closed") else ""
    return QTY.show(int(line.get("delivered") or 0)) + closed if line.get("product") else ""


def _kind(line: Row) -> str:
    return "" if not line.get("product") else str(ORDER_LINE["kind"].kind.show(line.get("kind") or "goods"))


def order_columns(products: Products) -> tuple[GridColumn, ...]:
    """序 产品编码 名称 规格 单位 数量 单价 金额 可用库存 备注; headings customers use are those of the declared fields."""
    line = ORDER_LINE
    name_words = ("品名", "名称", "产品", "商品", "产品名称", "商品名称", "物料名称", "货物名称", "存货名称")
    return (
        GridColumn("seq", "", 36, align="center"),
        GridColumn("product.code", "产品编码", 84, sets="product", source=products, raw=False, faint=True,
                   synonyms=(*PRODUCT["code"].synonyms, *PRODUCT["barcode"].synonyms, "编码", "条码", "商品编码")),
        GridColumn("product.name", "产品名称", 190, sets="product", needed=True, stretch=True, source=products,
                   prompt="编码 / 名称 / 拼音首字母", synonyms=(*PRODUCT["name"].synonyms, *name_words)),
        GridColumn("product.spec", "规格", 96, faint=True, synonyms=PRODUCT["spec"].synonyms),
        GridColumn("product.unit", "单位", 44, faint=True, synonyms=PRODUCT["unit"].synonyms),
        GridColumn("qty", "数量", 80, sets="qty", needed=True, align="right", numeric=True, synonyms=line["qty"].synonyms),
        GridColumn("price", "单价", 80, sets="price", needed=True, align="right", numeric=True, synonyms=line["price"].synonyms),
        GridColumn("amount", "金额", 100, align="right", bold=True, numeric=True, synonyms=line["amount"].synonyms),
        GridColumn("product.available", "可用库存", 76, align="right", faint=True, numeric=True, show=_stock),
        GridColumn("delivered", "已发", 76, align="right", faint=True, numeric=True, show=_delivered),
        GridColumn("due_date", "行交期", 92, sets="due_date", synonyms=line["due_date"].synonyms),
        GridColumn("kind", "行类型", 72, sets="kind", show=_kind),
        GridColumn("gift_reason", "赠品原因", 110, sets="gift_reason"),
        GridColumn("note", "备注", 72, sets="note", synonyms=line["note"].synonyms),
    )  # fmt: skip
