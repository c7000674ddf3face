"""A small real company for tests: one desk on a fresh folder, with a few customers and products."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import FixedClock

NOON = datetime(2026, 6, 12, 12, 0, 0)
"""A Friday."""


def empty_desk(folder: Path, moment: datetime = NOON, letter: str = "A") -> Desk:
    """A desk with an operator and a company name, nothing else."""
    desk = open_desk(folder, FixedClock(moment), letter)
    desk.settings.put("operator.name", "王敏")
    desk.settings.put("company.name", "苏州安正阀门有限公司")
    desk.settings.put("report.auto", "none")  # tests of other things count what is on 今日
    return desk


def small_desk(folder: Path, moment: datetime = NOON) -> Desk:
    """Two customers, three products in two routes, some stock."""
    desk = empty_desk(folder, moment)
    desk.do(
        "customer.save",
        {
            "code": "C00042",
            "name": "苏州华源贸易有限公司",
            "contact": "王芳",
            "phone": "138 1288 6021",
            "address": "苏州市工业园区星湖街 328 号",
            "credit_limit": "200000",
            "receivable": "20000",
            "salesperson": "李强",
        },
    )
    desk.do("customer.save", {"code": "C00043", "name": "重庆长安阀门经营部", "contact": "陈刚"})
    desk.do("product_category.save", {"name": "阀门", "route": "生产"})
    desk.do("product_category.save", {"name": "密封件", "route": "采购"})
    for code, name, spec, unit, price, floor, category, stock in (
        ("P10012", "不锈钢球阀 DN25", "304 / PN16", "只", "48.60", "40", "阀门", 320),
        ("P10013", "不锈钢球阀 DN50", "304 / PN16", "只", "92.50", "80", "阀门", 96),
        ("P20031", "四氟垫片 DN50", "PTFE 3mm", "片", "3.20", "2.5", "密封件", 12400),
    ):
        desk.do(
            "product.save",
            {
                "code": code,
                "name": name,
                "spec": spec,
                "unit": unit,
                "list_price": price,
                "floor_price": floor,
                "category": category,
                "pack_unit": "箱",
                "pack_qty": 12,
            },
        )
        desk.do("stock.move", {"product": code, "qty": stock, "reason": "期初"})
    return desk


def order_args(*lines: tuple[str, str, str], customer: str = "C00042", due: str = "2026-06-18") -> dict[str, object]:
    """Wire arguments of an order: lines of (product code, quantity, price)."""
    return {
        "customer": customer,
        "due_date": due,
        "lines": [{"product": p, "qty": q, "price": price} for p, q, price in lines],
    }
