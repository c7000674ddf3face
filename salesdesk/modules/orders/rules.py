"""The one check of an order, called at every door: typing, paste, import, amendment, confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from salesdesk.domain import dates
from salesdesk.domain.kinds import Money, Price, Qty, Row
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.modules.money.queries import Exposure

MONEY, PRICE, QTY = Money(), Price(), Qty()


@dataclass(frozen=True)
class LastPrice:
    """What this customer paid for a product the last time."""

    price: int
    day: str
    number: str
    qty: int


@dataclass(frozen=True)
class Facts:
    """Everything the check needs to know, read once: rules themselves never touch the database.

    products: product rows by uid. promised: confirmed but undelivered quantity by product, this order left out.
    last: last price by product for this customer. exposure: what he owes and has ordered, this order's undelivered goods left
    out; sent_amount: what of this order has left the house, 分, which stands in the exposure already.
    twins: numbers of his recent orders with the same content. same_po: numbers of his orders with the same 客户单号.
    workdays: exceptions to Monday–Friday.
    """

    today: str = ""
    customer: Row | None = None
    products: Mapping[str, Row] = field(default_factory=dict)
    promised: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, LastPrice] = field(default_factory=dict)
    exposure: Exposure = field(default_factory=Exposure)
    sent_amount: int = 0
    twins: Sequence[str] = ()
    same_po: Sequence[str] = ()
    workdays: Mapping[str, bool] = field(default_factory=dict)


LARGEST = 10**12
"""分 of one line, a hundred 亿; more is a slip of the decimal point, and sums must stay exact in 64 bits."""


def amount_of(line: Row) -> int | None:
    """Amount of a line in 分; None while quantity or price is missing."""
    if line.get("qty") is None or line.get("price") is None:
        return None
    return line_amount(line["qty"], line["price"])


def total_of(lines: Sequence[Row]) -> int:
    """Sum of the line amounts, 分."""
    return sum(amount_of(line) or 0 for line in lines)


def available(facts: Facts, product: str) -> int | None:
    """Stock less what is promised to others; None for an unknown product."""
    row = facts.products.get(product)
    return None if row is None else (row.get("on_hand") or 0) - facts.promised.get(product, 0)


def check_order(header: Row, lines: Sequence[Row], facts: Facts) -> list[Problem]:
    """All faults of an order at once, each with place, reason and cure (ORD-2, ORD-3).

    `lines` must be the filled lines; a line's position gives its place. STOP forbids confirming, ASK wants a reason,
    WARN and HINT are told.
    """
    problems = _check_header(header, facts)
    if not lines:
        problems.append(Problem("还没有商品", "至少录一行", path="lines/0/product", place="商品明细", code="no_lines"))
    seen: dict[str, int] = {}
    need: dict[str, int] = {}
    for i, line in enumerate(lines):
        problems += _check_line(i, line, header, facts)
        product = line.get("product")
        if product:
            need[product] = need.get(product, 0) + (line.get("qty") or 0)
            if product in seen:
                problems.append(
                    Problem(
                        f"和第 {seen[product] + 1} 行是同一个产品",
                        "确实要分两行就不用管，否则合并数量",
                        path=f"lines/{i}/product",
                        place=f"第 {i + 1} 行「产品」",
                        code="same_product",
                        severity=Severity.WARN,
                    )
                )
            else:
                seen[product] = i
    problems += _check_stock(lines, seen, need, facts)
    problems += _check_whole(header, lines, facts)
    return problems


def _check_header(header: Row, facts: Facts) -> list[Problem]:
    problems = []
    for key, title in (("customer", "客户"), ("due_date", "交货日期"), ("order_date", "下单日期")):
        if not header.get(key):
            problems.append(Problem("不能空着", f"请填{title}", path=key, place=f"「{title}」", code="required"))
    customer = facts.customer
    if customer is not None and (customer.get("stopped") or customer.get("void")):
        problems.append(
            Problem(
                "这个客户已停用",
                "请换客户，或先到客户档案里启用",
                path="customer",
                place="「客户」",
                code="stopped_customer",
            )
        )
    if header.get("state") == "parked" and not header.get("answer"):
        problems.append(
            Problem(
                f"还在等客户答复：{header.get('question') or ''}",
                "先记下客户答复；不等了就写明原因",
                path="answer",
                place="「客户答复」",
                code="unanswered",
                severity=Severity.ASK,
            )
        )
    due, ordered = header.get("due_date"), header.get("order_date")
    if due:
        problems += _check_day(str(due), str(ordered or ""), "due_date", "「交货日期」", facts)
    return problems


def _check_day(due: str, ordered: str, path: str, place: str, facts: Facts) -> list[Problem]:
    if ordered and due < ordered:
        return [
            Problem(
                f"{due} 早于下单日期 {ordered}",
                "请改交货日期",
                path=path,
                place=place,
                code="due_before_order",
                cures=(Cure(f"改为 {dates.add_days(ordered, 7)}", path, dates.add_days(ordered, 7)),),
            )
        ]
    if not dates.is_workday(due, facts.workdays):
        later = dates.next_workday(due, facts.workdays)
        return [
            Problem(
                f"{due} 是{dates.weekday_name(due)}，不是工作日",
                "请和客户确认当天能不能收货",
                path=path,
                place=place,
                code="not_workday",
                severity=Severity.WARN,
                cures=(Cure(f"改为 {dates.show_day_short(later, facts.today)}", path, later),),
            )
        ]
    return []


def _check_line(i: int, line: Row, header: Row, facts: Facts) -> list[Problem]:
    def at(key: str) -> tuple[str, str]:
        title = {"product": "产品", "qty": "数量", "price": "单价", "due_date": "行交期"}[key]
        return f"lines/{i}/{key}", f"第 {i + 1} 行「{title}」"

    problems: list[Problem] = []
    for key, what in (("product", "选产品"), ("qty", "填数量"), ("price", "填单价")):
        if line.get(key) in (None, ""):
            path, place = at(key)
            problems.append(Problem("不能空着", f"请{what}", path=path, place=place, code="required"))
    product = facts.products.get(str(line.get("product") or ""))
    if product is None:
        return problems
    path, place = at("product")
    if product.get("stopped") or product.get("void"):
        problems.append(
            Problem(
                f"「{product['name']}」已停用",
                "请换一个产品，或到产品里启用",
                path=path,
                place=place,
                code="stopped_product",
            )
        )
    if line.get("qty") is not None and line["qty"] <= 0:
        path, place = at("qty")
        problems.append(Problem("数量要大于 0", "退货请另开退货单", path=path, place=place, code="qty"))
    problems += _check_price(i, line, product, facts, at("price"))
    if (amount_of(line) or 0) > LARGEST:
        path, place = at("qty")
        problems.append(
            Problem(f"这一行的金额超过 {MONEY.show(LARGEST)} 元", "请核对数量和单价的小数点", path, place, "too_much")
        )
    if line.get("due_date"):
        path, place = at("due_date")
        problems += _check_day(str(line["due_date"]), str(header.get("order_date") or ""), path, place, facts)
    return problems


def _check_price(i: int, line: Row, product: Row, facts: Facts, at: tuple[str, str]) -> list[Problem]:
    price = line.get("price")
    if price is None:
        return []
    path, place = at
    floor, cost = product.get("floor_price"), product.get("cost")
    if floor is not None and price < floor:
        return [
            Problem(
                f"{PRICE.show(price)} 低于限价 {PRICE.show(floor)}",
                "改到限价以上，或写明特价原因",
                path=path,
                place=place,
                code="below_floor",
                severity=Severity.ASK,
                value=PRICE.show(price),
                cures=(Cure(f"改为 {PRICE.show(floor)}", path, PRICE.wire(floor)),),
            )
        ]
    if cost is not None and price < cost:
        return [
            Problem(
                f"{PRICE.show(price)} 低于成本价",
                "请和主管确认",
                path=path,
                place=place,
                code="below_cost",
                severity=Severity.ASK,
            )
        ]
    last = facts.last.get(str(line["product"]))
    if last is not None and last.price and abs(price - last.price) * 10 > last.price * 3:
        word = "高" if price > last.price else "低"
        return [
            Problem(
                f"比上次 {PRICE.show(last.price)}（{last.day}）{word}了三成以上",
                "请核对单价",
                path=path,
                place=place,
                code="price_jump",
                severity=Severity.WARN,
                cures=(Cure(f"改为 {PRICE.show(last.price)}", path, PRICE.wire(last.price)),),
            )
        ]
    return []


def _check_stock(lines: Sequence[Row], seen: Mapping[str, int], need: Mapping[str, int], facts: Facts) -> list[Problem]:
    problems = []
    for product, wanted in need.items():
        have = available(facts, product)
        if have is None or wanted <= have:
            continue
        i = seen[product]
        left = max(have, 0)
        cures = (
            (Cure(f"改为 {QTY.show(left)}", f"lines/{i}/qty", QTY.wire(left)),)
            if left and lines[i].get("qty") == wanted
            else ()
        )
        problems.append(
            Problem(
                f"可用库存只有 {QTY.show(left)}，缺 {QTY.show(wanted - left)}",
                "可以先确认，缺的部分传给生产或采购",
                path=f"lines/{i}/qty",
                place=f"第 {i + 1} 行「数量」",
                code="short_stock",
                severity=Severity.WARN,
                value=QTY.show(lines[i].get("qty")),
                cures=cures,
            )
        )
    return problems


def _check_whole(header: Row, lines: Sequence[Row], facts: Facts) -> list[Problem]:
    problems = []
    customer = facts.customer
    limit = (customer or {}).get("credit_limit")
    if customer is not None and limit is not None:
        have = facts.exposure
        total = max(0, total_of(lines) - facts.sent_amount)
        if have.total + total > limit:
            parts = [
                f"{name} {MONEY.show(amount)}"
                for name, amount in (
                    ("未收", have.unpaid),
                    ("已发未开票", have.unbilled),
                    ("已订未发", have.undelivered),
                    ("减预收订金", have.deposit),
                )
                if amount or name == "未收"
            ]
            problems.append(
                Problem(
                    f"超信用额度：额度 {MONEY.show(limit)}，{'，'.join(parts)}，"
                    f"本单 {MONEY.show(total)}，超出 {MONEY.show(have.total + total - limit)}",
                    "请先催款；主管同意放行的，把原因写上",
                    path="customer",
                    place="「客户」",
                    code="over_credit",
                    severity=Severity.ASK,
                )
            )
    if facts.same_po:
        problems.append(
            Problem(
                f"客户单号「{header.get('customer_po')}」已经录过：{'、'.join(facts.same_po[:3])}",
                "请打开那张看看，是补单就写明原因",
                path="customer_po",
                place="「客户单号」",
                code="same_po",
                severity=Severity.ASK,
            )
        )
    elif facts.twins:
        problems.append(
            Problem(
                f"和 {'、'.join(facts.twins[:3])} 的客户、产品、数量都一样，可能重复下单",
                "请和客户核对是不是同一张单",
                path="customer",
                place="整单",
                code="duplicate_order",
                severity=Severity.ASK,
            )
        )
    return problems


def check_delivery(wanted: Sequence[tuple[Row, int]]) -> list[Problem]:
    """Nothing may be delivered beyond what is left of its order line, and the warehouse should have it.

    `wanted`: (order line row, quantity to deliver); a row may carry the stock as `product.on_hand`, and may come twice.
    """
    problems = []
    taken: dict[object, int] = {}
    out: dict[object, int] = {}
    if not wanted:
        problems.append(
            Problem("没有要送的商品", "至少有一行送货数量大于 0", path="lines", place="送货明细", code="no_lines")
        )
    for i, (line, qty) in enumerate(wanted):
        left = line["qty"] - (line["delivered"] or 0) - (line.get("closed") or 0) - taken.get(line.get("uid"), 0)
        taken[line.get("uid")] = taken.get(line.get("uid"), 0) + max(qty, 0)
        out[line.get("product")] = out.get(line.get("product"), 0) + max(qty, 0)
        place, path = f"第 {i + 1} 行「数量」", f"lines/{i}/qty"
        if qty <= 0:
            problems.append(Problem("送货数量要大于 0", "不送的行请删掉", path=path, place=place, code="qty"))
        elif qty > left:
            problems.append(
                Problem(
                    f"只剩 {QTY.show(left)} 没发，不能发 {QTY.show(qty)}",
                    "关闭的余量要先重开" if line.get("closed") else "请改小送货数量；客户加量请先改订单",
                    path=path,
                    place=place,
                    code="over_delivery",
                    cures=(Cure(f"改为 {QTY.show(left)}", path, QTY.wire(left)),) if left > 0 else (),
                )
            )
        elif "product.on_hand" in line and out[line.get("product")] > (line["product.on_hand"] or 0):
            problems.append(
                Problem(
                    f"账上库存只有 {QTY.show(line['product.on_hand'] or 0)}，发了就是负数",
                    "请看是不是有入库没登记",
                    path=path,
                    place=place,
                    code="short_stock",
                    severity=Severity.WARN,
                )
            )
    return problems
