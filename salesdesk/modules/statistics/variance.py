"""波动原因: why sales are higher or lower than before, in parts that add up to the difference to the cent (STA-3).

One-off orders come out first, then customers who came or went, then products that came or went; what customers and
products of both periods did is parted into price, volume and mix, the textbook way: price is what the new price makes of
the new quantity, volume what the old prices and the old mix make of the change of quantity (within goods of one unit),
mix the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

ONE_OFF_TIMES = 3
"""So many times a customer's usual order makes an order extraordinary …"""
ONE_OFF_SHARE = 20
"""… when it also is at least one part in so many of the sales of its period."""


class Deal(NamedTuple):
    """What one paper sold of one product to one customer: qty 1/1000 of the unit, amount in 分."""

    doc: str
    customer: str
    product: str
    unit: str
    qty: int
    amount: int


class Share(NamedTuple):
    """What one customer, product or paper adds to a part, in 分; before and now tell from what to what."""

    key: str
    amount: int
    before: int = 0
    now: int = 0


class Part(NamedTuple):
    """One cause: key, its effect in 分, and who is behind it, the largest first."""

    key: str
    amount: int
    shares: tuple[Share, ...] = ()


TITLES = {
    "one_off": "一次性大单",
    "customers_in": "回来和新来的客户",
    "customers_out": "这期没来的客户",
    "products_new": "上期没卖的产品",
    "products_gone": "这期没卖的产品",
    "price": "价格",
    "volume": "数量",
    "mix": "产品结构",
    "other": "老客户增减",
}
"""Parts in the order they are told. other: what cannot be parted, as invoices and receipts name no goods."""


def half_up(value: int, scale: int) -> int:
    """value / scale rounded half away from zero."""
    if scale < 0:
        value, scale = -value, -scale
    return -((-2 * value + scale) // (2 * scale)) if value < 0 else (2 * value + scale) // (2 * scale)


def parts_of(before: Sequence[Deal], now: Sequence[Deal]) -> list[Part]:
    """The causes of the difference between two periods; their amounts sum to it exactly."""
    odd = one_off(before, now)
    was, is_ = ([d for d in deals if d.doc not in odd] for deals in (before, now))
    found = [
        Part(
            "one_off",
            _total(d for d in now if d.doc in odd) - _total(d for d in before if d.doc in odd),
            _shares(
                _by((d for d in before if d.doc in odd), "doc"), _by((d for d in now if d.doc in odd), "doc"),
            ),
        )
    ]  # fmt: skip
    old, new = _by(was, "customer"), _by(is_, "customer")
    found.append(_side("customers_in", {}, {k: v for k, v in new.items() if k not in old}))
    found.append(_side("customers_out", {k: v for k, v in old.items() if k not in new}, {}))
    was = [d for d in was if d.customer in new]
    is_ = [d for d in is_ if d.customer in old]
    goods_was, goods_is = _goods(was), _goods(is_)
    first, second = ({p: g[1] for p, g in goods.items() if p} for goods in (goods_was, goods_is))
    found.append(_side("products_new", {}, {k: v for k, v in second.items() if k not in first}))
    found.append(_side("products_gone", {k: v for k, v in first.items() if k not in second}, {}))
    return [*found, *_price_volume_mix(goods_was, goods_is)]


def _price_volume_mix(was: dict[str, tuple[int, int, str]], now: dict[str, tuple[int, int, str]]) -> list[Part]:
    price: list[Share] = []
    moved: list[Share] = []
    groups: dict[str, list[int]] = {}
    other = mix = 0
    kept = [p for p in was if p in now]
    for product in kept:
        (q0, a0, unit), (q1, a1, _) = was[product], now[product]
        if not product or q0 <= 0 or q1 <= 0:
            other += a1 - a0
            continue
        at_old_price = half_up(q1 * a0, q0)
        price.append(Share(product, a1 - at_old_price, half_up(a0 * 100_000, q0), half_up(a1 * 100_000, q1)))
        moved.append(Share(product, at_old_price - a0, q0, q1))
        group = groups.setdefault(unit, [0, 0, 0, 0])
        for i, value in enumerate((q0, q1, a0, at_old_price - a0)):
            group[i] += value
    volume = 0
    for q0, q1, a0, quantity in groups.values():
        same = half_up(a0 * (q1 - q0), q0)
        volume += same
        mix += quantity - same
    nameless = now.get("", (0, 0, ""))[1] - was.get("", (0, 0, ""))[1] if ("" in was) != ("" in now) else 0
    return [
        Part("price", sum(s.amount for s in price), _largest(price)),
        Part("volume", volume, _largest(moved)),
        Part("mix", mix),
        Part("other", other + nameless),
    ]


def one_off(before: Sequence[Deal], now: Sequence[Deal]) -> set[str]:
    """Papers that are extraordinary for their customer and weigh in their period; of a customer with at least two others."""
    found: set[str] = set()
    docs: dict[str, dict[str, int]] = {}
    for deal in (*before, *now):
        of = docs.setdefault(deal.customer, {})
        of[deal.doc] = of.get(deal.doc, 0) + deal.amount
    for deals in (before, now):
        least = half_up(_total(deals), ONE_OFF_SHARE)
        for customer, doc in {(d.customer, d.doc) for d in deals}:
            amount = docs[customer][doc]
            if len(docs[customer]) < 3 or amount <= 0 or amount < least:
                continue
            others = [n for other, n in docs[customer].items() if other != doc]
            if amount >= ONE_OFF_TIMES * median(others):
                found.add(doc)
    return found


def median(values: Sequence[int]) -> float:
    """The middle of some numbers."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _total(deals: Iterable[Deal]) -> int:
    return sum(d.amount for d in deals)


def _by(deals: Iterable[Deal], key: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for deal in deals:
        name = getattr(deal, key)
        found[name] = found.get(name, 0) + deal.amount
    return found


def _goods(deals: Iterable[Deal]) -> dict[str, tuple[int, int, str]]:
    """Product -> (qty, amount, unit)."""
    found: dict[str, tuple[int, int, str]] = {}
    for deal in deals:
        qty, amount, unit = found.get(deal.product, (0, 0, deal.unit))
        found[deal.product] = (qty + deal.qty, amount + deal.amount, unit)
    return found


def _side(key: str, before: dict[str, int], now: dict[str, int]) -> Part:
    shares = _shares(before, now)
    return Part(key, sum(now.values()) - sum(before.values()), shares)


def _shares(before: dict[str, int], now: dict[str, int]) -> tuple[Share, ...]:
    keys = dict.fromkeys((*before, *now))
    return _largest([Share(k, now.get(k, 0) - before.get(k, 0), before.get(k, 0), now.get(k, 0)) for k in keys])


TOLD = 20
"""Shares of a part that are kept; the amount of the part holds all."""


def _largest(shares: list[Share]) -> tuple[Share, ...]:
    return tuple(sorted((s for s in shares if s.amount), key=lambda s: (-abs(s.amount), s.key))[:TOLD])
