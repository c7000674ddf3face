"""Enters the demo company's products, opening stock and customers through the same verbs the clerk uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from salesdesk.demo.words import DemoProduct, Words
from salesdesk.desk import Desk


@dataclass
class DemoCustomer:
    """One customer as the story needs him: how often he orders, what he likes, how much below list he pays."""

    uid: str
    name: str
    weight: float
    discount: float
    since: date
    likes: list[int] = field(default_factory=list)
    town: str = ""


def company_settings(desk: Desk, words: Words) -> None:
    """Name and address printed on the papers, and who sits at this PC."""
    firm = words.names["company"]
    desk.settings.put("company.name", firm["name"])
    desk.settings.put("company.address", firm["address"])
    desk.settings.put("company.phone", firm["phone"])
    desk.settings.put("company.tax_id", words.tax_id("320507"))
    desk.settings.put("operator.name", words.names["clerks"][0])


def lay_out_rules(desk: Desk) -> None:
    """Rules, standards and holidays as they come with the program; only the 主管 may lay them out."""
    role = desk.settings.get("operator.role")
    desk.settings.put("operator.role", "manager")
    desk.do("standards.set_up")
    desk.settings.put("operator.role", role)


def enter_products(desk: Desk, words: Words, count: int) -> list[DemoProduct]:
    """Categories and products, spread evenly over all families when fewer than all are wanted."""
    every = words.products()
    step = max(1.0, len(every) / count)
    chosen = [every[int(i * step)] for i in range(min(count, len(every)))]
    for category, route in dict.fromkeys((p.category, p.route) for p in chosen):
        desk.do("product_category.save", {"name": category, "route": route})
    for one in chosen:
        desk.do(
            "product.save",
            {
                "code": one.code,
                "name": one.name,
                "spec": one.spec,
                "unit": one.unit,
                "category": one.category,
                "list_price": one.price,
                "floor_price": one.floor,
                "cost": one.cost,
                "pack_unit": one.pack_unit or None,
                "pack_qty": one.pack_qty or None,
                "aliases": one.aliases or None,
                "min_stock": words.rng.choice((10, 20, 50, 100)),
                "lead_days": words.rng.choice((3, 5, 7, 10, 15)),
            },
        )
    return chosen


def opening_stock(desk: Desk, words: Words, products: list[DemoProduct]) -> None:
    """What lay in the warehouse on the first day."""
    for one in products:
        most = 60 if float(one.price) > 500 else 400 if float(one.price) > 20 else 2000
        qty = words.rng.randrange(0, most, 5)
        if qty:
            desk.do("stock.move", {"product": one.code, "qty": qty, "reason": "期初", "note": "建账"})


def enter_customer(desk: Desk, words: Words, number: int, products: int, today: date, fresh: bool) -> DemoCustomer:
    """One customer with contacts and addresses, invented from the word lists."""
    rng = words.rng
    town, trade = words.pick("towns"), words.pick("trades")
    name, short = words.firm(town["name"], trade["word"])
    if number == 1:  # the one whose order file lies among the samples
        sample = words.names["sample_customer"]
        name, short = sample["name"], sample["short"]
        town = next(t for t in words.names["towns"] if t["name"] == sample["town"])
        trade = next(t for t in words.names["trades"] if t["word"] == sample["trade"])
    potential = number > 1 and not fresh and rng.random() < 0.05
    weight = 12.0 if number == 1 else 0.02 if potential else rng.paretovariate(1.16)
    grade = "A" if weight > 6 else "B" if weight > 2.4 else rng.choice("BCC") if weight > 1.2 else rng.choice("CD")
    contact, phone = words.person(), words.mobile()
    settle = rng.choice(
        {"A": ["月结 60 天", "月结 30 天"], "B": ["月结 30 天"], "C": ["月结 30 天", "货到付款"], "D": ["款到发货"]}[
            grade
        ]
    )
    limit = {"A": 2_000_000, "B": 800_000, "C": 300_000, "D": 150_000}[grade]
    address = words.address(town)
    args: dict[str, Any] = {
        "code": f"C{number:05d}",
        "name": name,
        "short_name": short,
        "lifecycle": "potential"
        if potential
        else "new"
        if fresh
        else rng.choice(("mature", "mature", "mature", "new")),
        "grade": grade,
        "industry": trade["industry"],
        "region": town["region"],
        "salesperson": words.pick("salespeople"),
        "tags": " ".join(sorted(rng.sample(words.names["tags"], rng.randint(0, 2)))) or None,
        "contact": contact,
        "phone": phone,
        "address": address,
        "invoice_title": name if rng.random() < 0.5 else None,
        "tax_id": words.tax_id(town["code"]),
        "bank": f"{words.pick('banks')}{town['name']}支行",
        "bank_account": words.bank_account(),
        "invoice_address": address,
        "invoice_phone": f"{town['area']}-8000{rng.randint(1000, 9999)}",
        "settle": settle,
        "credit_limit": limit if rng.random() < 0.85 else None,
        "credit_days": {"月结 60 天": 60, "月结 30 天": 30}.get(settle, 0),
        "file_box": f"{rng.randint(1, 4)} 柜/{rng.randint(1, 20)} 盒/{rng.randint(1, 80)}",
        "verified_on": today.isoformat() if rng.random() < 0.6 else None,
        "contacts": [{"name": contact, "title": "采购", "phone": phone}],
        "addresses": [{"name": "老地方", "address": address, "consignee": contact, "phone": phone}],
    }
    for _ in range(rng.choices((0, 1, 2), (50, 35, 15))[0]):
        args["contacts"].append({"name": words.person(), "title": words.pick("job_titles"), "phone": words.mobile()})
    if rng.random() < 0.3:
        args["addresses"].append(
            {
                "name": words.pick("places"),
                "address": words.address(town),
                "consignee": words.person(),
                "phone": words.mobile(),
                "note": "送货前打电话",
            }
        )
    made = desk.do("customer.save", args)
    likes = rng.sample(range(products), min(products, rng.randint(6, 24)))
    return DemoCustomer(
        made.uid, name, weight, {"A": 0.9, "B": 0.94, "C": 0.98, "D": 1.0}[grade], today, likes, town["name"]
    )
