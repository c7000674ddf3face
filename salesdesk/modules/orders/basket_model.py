"""常用清单: what a customer usually orders, named and kept, to be put into an order by one key (ORD-13)."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Int, Link, Note, Price, Qty, Text

BASKET = Entity(
    "order_basket",
    "常用清单",
    (
        Field("name", "清单名", Text(60, True), required=True, listed=True, search=True),
        Field("customer", "客户", Link(entity="customer"), listed=True, note="空着就是每个客户都能用"),
        Field("note", "说明", Note(), listed=True),
    ),
    indexes=(("customer",),),
    icon="cart",
)
BASKET_LINE = Entity(
    "order_basket_line",
    "清单行",
    (
        Field("basket", "清单", Link(entity="order_basket"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("product", "产品", Link(entity="product"), required=True, listed=True),
        Field("qty", "常用数量", Qty(least=1), listed=True),
        Field("price", "单价", Price(least=0), note="空着就按平常的办法取价"),
        Field("note", "备注", Text(200)),
    ),
    naming="product",
    parent=("order_basket", "basket"),
    icon="cart",
)
