"""The one check of an order, called at every door: typing, paste, import, amendment, confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Money, Price, Qty, Row
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.modules.money.queries import Exposure
from salesdesk.modules.orders.check_table import Pass, PassKey, fault, judge
from salesdesk.modules.orders.price_rules import check_gifts, check_policy, from_policy, quotes_of, to_quote
from salesdesk.modules.pricing.rules import Prices, Quote
from salesdesk.services.rule_stands import Stand

MONEY, PRICE, QTY = Money(), Price(), Qty()


class LastPrice(NamedTuple):
    """What this customer paid for a product the last time. who: the customer, where it may be another one."""

    price: int
    day: str
    number: str
    qty: int
    who: str = ""
    order: str = ""


class Facts(NamedTuple):
    """Everything the check needs to know, read once: rules themselves never touch the database.

    products: product rows by uid. promised: confirmed but undelivered quantity by product, this order left out.
    last: last price by product for this customer. exposure: what he owes and has ordered, this order's undelivered goods left
    out; sent_amount: what of this order has left the house, 分, which stands in the exposure already. overdue: 分 past
    their day and the days of the oldest. twins: numbers of his recent orders with the same content. same_po: numbers of
    his orders with the same 客户单号. workdays: exceptions to Monday–Friday. stood: head of the order as it is confirmed,
    while it is being amended; stood_lines: its lines by uid. What stands unchanged is told, but wants no new reason.
    stands: how the company weighs the rules. passed: problems of this order that somebody let pass. prices: the price
    lists and promotions that may concern it.
    """

    today: str = ""
    customer: Row | None = None
    products: Mapping[str, Row] = MappingProxyType({})
    promised: Mapping[str, int] = MappingProxyType({})
    last: Mapping[str, LastPrice] = MappingProxyType({})
    exposure: Exposure = Exposure()
    sent_amount: int = 0
    overdue: tuple[int, int] = (0, 0)
    twins: Sequence[str] = ()
    same_po: Sequence[str] = ()
    workdays: Mapping[str, bool] = MappingProxyType({})
    stood: Row | None = None
    stood_lines: Mapping[str, Row] = MappingProxyType({})
    stands: Mapping[str, Stand] = MappingProxyType({})
    passed: Mapping[PassKey, Pass] = MappingProxyType({})
    prices: Prices = Prices()


LARGEST = 10**12
"""分 of one line, a hundred 亿; more is a slip of the decimal point, and sums must stay exact in 64 bits."""


def amount_of(line: Row) -> int | None:
    """Amount of a line in 分; None while quantity or price is missing."""
    qty, price = line.get("qty"), line.get("price")
    return None if qty is None or price is None else line_amount(qty, price)


def total_of(lines: Sequence[Row]) -> int:
    """Sum of the line amounts, 分."""
    return sum(amount_of(line) or 0 for line in lines)


def available(facts: Facts, product: str) -> int | None:
    """Stock less what is promised to others; None for an unknown product."""
    row = facts.products.get(product)
    return None if row is None else (row.get("on_hand") or 0) - facts.promised.get(product, 0)


def is_gift(line: Row) -> bool:
    """Whether a line is 赠品."""
    return line.get("kind") == "gift"


def check_order(header: Row, lines: Sequence[Row], facts: Facts) -> list[Problem]:
    """All faults of an order at once, each with place, reason and cure, as the company weighs them (ORD-2, ORD-3).

    `lines` must be the filled lines; a line's position gives its place. STOP forbids confirming, ASK wants a reason of
    whoever may give it, WARN and HINT are told.
    """
    problems = _check_header(header, lines, facts)
    if not lines:
        problems.append(fault("no_lines", "还没有商品", "lines/0/product", "商品明细"))
    seen: dict[str, int] = {}
    need: dict[str, int] = {}
    day = str(header.get("order_date") or facts.today)
    quotes = quotes_of(lines, facts.products, facts.customer, facts.prices, day)
    for i, line in enumerate(lines):
        problems += _check_line(i, line, header, facts, quotes.get(str(line.get("product") or "")))
        product = line.get("product")
        if product:
            need[product] = need.get(product, 0) + (line.get("qty") or 0)
            if product in seen and is_gift(line) == is_gift(lines[seen[product]]):
                told = f"和第 {seen[product] + 1} 行是同一个产品"
                problems.append(fault("same_product", told, f"lines/{i}/product", f"第 {i + 1} 行「产品」"))
            else:
                seen.setdefault(product, i)
    problems += check_gifts(lines, quotes)
    problems += _check_stock(lines, seen, need, facts)
    problems += _check_whole(header, lines, facts)
    return judge(problems, facts.stands, lines, facts.passed)


def _check_header(header: Row, lines: Sequence[Row], facts: Facts) -> list[Problem]:
    problems = []
    for key, title in (("customer", "客户"), ("due_date", "交货日期"), ("order_date", "下单日期")):
        if not header.get(key):
            problems.append(fault("required", "不能空着", key, f"「{title}」", f"请填{title}"))
    customer = facts.customer
    if customer is not None and (customer.get("stopped") or customer.get("void")):
        if facts.stood is None or facts.stood["customer"] != header.get("customer"):
            problems.append(fault("stopped_customer", "这个客户已停用", "customer", "「客户」"))
        else:
            problems += [
                fault("stopped_customer", "这个客户已停用，老订单里不能再加新的行", f"lines/{i}/product", f"第 {i + 1} 行「产品」",
                      "请删掉新加的行，或先到客户档案里启用")
                for i, line in enumerate(lines) if _stood(line, facts) is None
            ]  # fmt: skip
    if header.get("state") == "parked" and not header.get("answer"):
        problems.append(
            fault("unanswered", f"还在等客户答复：{header.get('question') or ''}", "answer", "「客户答复」")
        )
    due, ordered = header.get("due_date"), header.get("order_date")
    if due:
        problems += _check_day(str(due), str(ordered or ""), "due_date", "「交货日期」", facts)
    return problems


def _stood(line: Row, facts: Facts) -> Row | None:
    """The line as it stands confirmed with the same product; None for a new one and outside an amendment."""
    old = facts.stood_lines.get(str(line.get("uid") or ""))
    return old if old is not None and old["product"] == line.get("product") else None


def _check_day(due: str, ordered: str, path: str, place: str, facts: Facts) -> list[Problem]:
    if ordered and due < ordered:
        week = dates.add_days(ordered, 7)
        cures = (Cure(f"改为 {week}", path, week),)
        return [fault("due_before_order", f"{due} 早于下单日期 {ordered}", path, place, cures=cures)]
    if not dates.is_workday(due, facts.workdays):
        later = dates.next_workday(due, facts.workdays)
        cures = (Cure(f"改为 {dates.show_day_short(later, facts.today)}", path, later),)
        return [fault("not_workday", f"{due} 是{dates.weekday_name(due)}，不是工作日", path, place, cures=cures)]
    return []


_TITLES = {"product": "产品", "qty": "数量", "price": "单价", "due_date": "行交期", "gift_reason": "赠品原因"}


def _at(i: int, key: str) -> tuple[str, str]:
    """Path and place of a line's field; asked only where there is something to say."""
    return f"lines/{i}/{key}", f"第 {i + 1} 行「{_TITLES[key]}」"


def _check_line(i: int, line: Row, header: Row, facts: Facts, quote: Quote | None) -> list[Problem]:
    problems: list[Problem] = []
    for key, what in (("product", "选产品"), ("qty", "填数量"), ("price", "填单价")):
        if line.get(key) in (None, ""):
            problems.append(fault("required", "不能空着", *_at(i, key), f"请{what}"))
    product = facts.products.get(str(line.get("product") or ""))
    if product is None:
        return problems
    if (product.get("stopped") or product.get("void")) and _stood(line, facts) is None:
        problems.append(fault("stopped_product", f"「{product['name']}」已停用", *_at(i, "product")))
    if line.get("qty") is not None and line["qty"] <= 0:
        problems.append(fault("qty", "数量要大于 0", *_at(i, "qty")))
    problems += _check_gift(i, line) if is_gift(line) else _check_price(i, line, product, facts, quote)
    if (amount_of(line) or 0) > LARGEST:
        problems.append(fault("too_much", f"这一行的金额超过 {MONEY.show(LARGEST)} 元", *_at(i, "qty")))
    if line.get("due_date"):
        problems += _check_day(str(line["due_date"]), str(header.get("order_date") or ""), *_at(i, "due_date"), facts)
    return problems


def _check_gift(i: int, line: Row) -> list[Problem]:
    """A gift costs the customer nothing and says why it is given."""
    problems = []
    if line.get("price"):
        path, place = _at(i, "price")
        cures = (Cure("改为 0", path, "0"),)
        problems.append(
            fault("gift_price", f"这一行是赠品，单价却是 {PRICE.show(line['price'])}", path, place, cures=cures)
        )
    if not str(line.get("gift_reason") or "").strip():
        problems.append(fault("gift_reason", "赠品没有写原因", *_at(i, "gift_reason")))
    return problems


def _check_price(i: int, line: Row, product: Row, facts: Facts, quote: Quote | None) -> list[Problem]:
    """Floor, cost, price policy, else last price; the first objects.

    A price that stands in the confirmed order for at least this quantity was agreed then.
    """
    price = line.get("price")
    if price is None:
        return []
    path, place = _at(i, "price")
    old = _stood(line, facts)
    agreed = old is not None and old["price"] == price and (line.get("qty") or 0) <= (old["qty"] or 0)
    floor, cost = product.get("floor_price"), product.get("cost")
    found: Problem | None = None
    if floor is not None and price < floor:
        cures = (
            to_quote(quote, path)
            if quote and (quote.price or 0) >= floor
            else Cure(f"改为 {PRICE.show(floor)}", path, PRICE.wire(floor)),
        )
        told = f"{PRICE.show(price)} 低于限价 {PRICE.show(floor)}"
        found = fault("below_floor", told, path, place, cures=cures, value=PRICE.show(price))
    elif cost is not None and price < cost:
        found = fault("below_cost", f"{PRICE.show(price)} 低于成本价", path, place)
    elif quote is not None and quote.agreed:
        found = check_policy(line, quote, (path, place))
    elif price == 0:
        found = fault(
            "zero_price", "单价是 0", path, place, cures=(Cure("改为赠品", path.replace("price", "kind"), "gift"),)
        )
    if found is not None:
        return [found._replace(severity=Severity.WARN, cure="确认时就是这个价", cures=()) if agreed else found]
    if quote is not None and quote.agreed:
        return []
    last = facts.last.get(str(line["product"]))
    usual = last.price if last is not None and last.price else product.get("list_price")
    if not agreed and from_policy(line) and price != usual:
        told = f"{PRICE.show(price)} 取自{line['price_why']}，这个客户这一天不适用"
        back = (Cure(f"改为 {PRICE.show(usual)}", path, PRICE.wire(usual)),) if usual else ()
        return [fault("price_stale", told, path, place, cures=back)]
    if not agreed and last is not None and last.price and abs(price - last.price) * 10 > last.price * 3:
        word = "高" if price > last.price else "低"
        cures = (Cure(f"改为 {PRICE.show(last.price)}", path, PRICE.wire(last.price)),)
        told = f"比上次 {PRICE.show(last.price)}（{last.day}）{word}了三成以上"
        return [fault("price_jump", told, path, place, cures=cures)]
    return []


def _check_stock(lines: Sequence[Row], seen: Mapping[str, int], need: Mapping[str, int], facts: Facts) -> list[Problem]:
    problems = []
    for product, wanted in need.items():
        have = available(facts, product)
        if have is None or wanted <= have:
            continue
        i, left = seen[product], max(have, 0)
        path = f"lines/{i}/qty"
        whole = left and lines[i].get("qty") == wanted
        cures = (Cure(f"改为 {QTY.show(left)}", path, QTY.wire(left)),) if whole else ()
        told = f"可用库存只有 {QTY.show(left)}，缺 {QTY.show(wanted - left)}"
        value = QTY.show(lines[i].get("qty"))
        problems.append(fault("short_stock", told, path, f"第 {i + 1} 行「数量」", cures=cures, value=value))
    return problems


def _check_whole(header: Row, lines: Sequence[Row], facts: Facts) -> list[Problem]:
    problems = [*_check_credit(header, lines, facts)]
    if facts.same_po:
        told = f"客户单号「{header.get('customer_po')}」已经录过：{'、'.join(facts.same_po[:3])}"
        found = fault("same_po", told, "customer_po", "「客户单号」")
        kept = facts.stood is not None and facts.stood["customer_po"] == header.get("customer_po")
        problems.append(found._replace(severity=Severity.WARN) if kept else found)
    elif facts.twins:
        told = f"和 {'、'.join(facts.twins[:3])} 的客户、产品、数量都一样，可能重复下单"
        problems.append(fault("duplicate_order", told, "customer", "整单"))
    return problems


def _check_credit(header: Row, lines: Sequence[Row], facts: Facts) -> list[Problem]:
    """Credit limit and what is overdue. An amendment that adds nothing to the amount needs no new consent."""
    customer = facts.customer
    if customer is None:
        return []
    problems = []
    same = facts.stood is not None and facts.stood["customer"] == header.get("customer")
    whole = total_of(lines)
    more = not same or whole > total_of(list(facts.stood_lines.values()))
    limit = customer.get("credit_limit")
    have, total = facts.exposure, max(0, whole - facts.sent_amount)
    if limit is not None and have.total + total > limit:
        parts = [
            f"{name} {MONEY.show(amount)}"
            for name, amount in (
                ("未收", have.unpaid), ("已发未开票", have.unbilled), ("已订未发", have.undelivered), ("减预收订金", have.deposit),
            ) if amount or name == "未收"
        ]  # fmt: skip
        over = MONEY.show(have.total + total - limit)
        told = f"超信用额度：额度 {MONEY.show(limit)}，{'，'.join(parts)}，本单 {MONEY.show(total)}，超出 {over}"
        found = fault("over_credit", told, "customer", "「客户」")
        problems.append(found if more else found._replace(severity=Severity.WARN))
    amount, days = facts.overdue
    if amount > 0 and more:
        told = f"有 {MONEY.show(amount)} 过了账期没收，最久的 {days} 天"
        problems.append(fault("overdue", told, "customer", "「客户」"))
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
