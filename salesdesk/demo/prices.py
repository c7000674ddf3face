"""The demo company's price policy: dealer prices by grade, one customer's agreement, and what is on offer this month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from salesdesk.demo.words import DemoProduct
from salesdesk.desk import Desk

GRADES = (("A", "A 级经销价", 0.9), ("B", "B 级经销价", 0.94))
LISTED = 24
"""Products on a list: enough to look through."""


def enter_price_policy(desk: Desk, products: Sequence[DemoProduct], customer: str, last: date) -> None:
    """Two lists by grade with a step each, an agreement with one customer, a discount and a gift around the last day."""
    since = (last - timedelta(days=20)).isoformat()
    step = max(1, len(products) // LISTED)
    listed = products[::step][:LISTED]
    for grade, name, share in GRADES:
        desk.do("price_list.save", {"name": name, "grade": grade, "note": "每季度核一次"})
        for one in listed:
            price = max(float(one.price) * share, float(one.floor))
            line = {"list": name, "product": one.code, "valid_from": since}
            desk.do("price_line.save", {**line, "price": f"{price:.2f}"})
            more = max(price * 0.97, float(one.floor))
            if more < price - 0.02:
                desk.do("price_line.save", {**line, "from_qty": 100, "price": f"{more:.2f}"})
    agreed = "年度协议价"
    desk.do("price_list.save", {"name": agreed, "customer": customer, "note": "按年度采购协议"})
    for one in listed[:8]:
        price = max(float(one.price) * 0.88, float(one.floor))
        desk.do(
            "price_line.save",
            {
                "list": agreed,
                "product": one.code,
                "price": f"{price:.2f}",
                "valid_from": since,
                "valid_to": last.replace(month=12, day=31).isoformat(),
            },
        )
    days = {"valid_from": (last - timedelta(days=5)).isoformat(), "valid_to": (last + timedelta(days=20)).isoformat()}
    desk.do(
        "promotion.save",
        {
            "name": "季末让利",
            "kind": "满量折扣",
            "from_qty": 200,
            "discount": "9.8折",
            "category": listed[0].category,
            **days,
        },
    )
    gift = listed[-1]
    desk.do(
        "promotion.save",
        {"name": "买五十赠一", "kind": "买赠", "from_qty": 50, "gift_qty": 1, "product": gift.code, **days},
    )
