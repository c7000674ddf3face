"""What a customer calls our goods."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Int, Link, Qty, Text

CUSTOMER_WORD = Entity(
    "customer_word",
    "客户叫法",
    (
        Field("customer", "客户", Link(entity="customer"), required=True, fixed=True, listed=True),
        Field("words", "客户的叫法", Text(200), required=True, listed=True),
        Field("product", "产品", Link(entity="product"), required=True, listed=True),
        Field("unit", "客户的单位", Text(10), listed=True, note="和我们的单位不一样时才记"),
        Field("unit_qty", "合多少", Qty(least=1), listed=True, note="客户的 1 个单位合我们多少"),
        Field("times", "用过几次", Int(), fixed=True, listed=True),
    ),
    naming="words",
    indexes=(("customer",),),
    icon="tag",
)
