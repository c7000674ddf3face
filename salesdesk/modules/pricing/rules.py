"""Which price holds for a customer, a product, a quantity and a day, and why; knows no database.

The order of precedence (PRD-2): the customer's own list before a list of his grade before a list for everybody; among
those the newest 生效日期, then the highest quantity step that is reached. Without a list the product's 标准售价 holds.
On that price the one promotion that is worth most to the customer works, or all that are marked 可叠加 together, when
they are worth more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from salesdesk.domain.kinds import Discount, Price, Qty, Row
from salesdesk.domain.money import RATE_SCALE, round_half_up

PRICE, QTY, DISCOUNT = Price(), Qty(), Discount()
ONE = 1000
"""The quantity asked about while none is typed: one unit."""
TIERS = ("通用价目表", "等级价目表", "客户价目表")


class Step(NamedTuple):
    """One line of a price list: from `from_qty` (1/1000) on the unit price is `price` (1/10000 元, tax included).

    customer, grade: for whom the list is, both "" for everybody. Days are ISO text, "" for open; valid_to still counts.
    """

    uid: str
    list: str
    list_name: str
    product: str
    price: int
    from_qty: int = 0
    customer: str = ""
    grade: str = ""
    valid_from: str = ""
    valid_to: str = ""

    @property
    def tier(self) -> int:
        """2 for a customer's own list, 1 for a grade's, 0 for everybody's."""
        return 2 if self.customer else 1 if self.grade else 0


class Promotion(NamedTuple):
    """One promotion. kind: special (`price` holds), discount (`discount`/10000 of the price), gift (each `from_qty` brings
    `gift_qty` of `gift`, "" meaning the same product). gift_price: what the given product costs else, for comparing.
    """

    uid: str
    name: str
    kind: str
    valid_from: str
    valid_to: str
    from_qty: int = 0
    price: int = 0
    discount: int = RATE_SCALE
    gift: str = ""
    gift_name: str = ""
    gift_price: int = 0
    gift_qty: int = 0
    customer: str = ""
    grade: str = ""
    product: str = ""
    category: str = ""
    stacks: bool = False

    def holds(self, customer: str, grade: str, product: Row, day: str) -> bool:
        """Whether it is for this customer, this product and this day, whatever the quantity."""
        return (
            self.valid_from <= day <= self.valid_to
            and self.customer in ("", customer)
            and self.grade in ("", grade)
            and self.product in ("", product["uid"])
            and self.category in ("", product.get("category") or "")
        )

    @property
    def words(self) -> str:
        """What it does: 「9.5 折」, 「特价 45.00」, 「满 10 赠 1」."""
        if self.kind == "special":
            return f"特价 {PRICE.show(self.price)}"
        if self.kind == "discount":
            return DISCOUNT.show(self.discount)
        what = f"「{self.gift_name}」" if self.gift and self.gift != self.product else ""
        return f"每满 {QTY.show(self.from_qty)} 赠 {QTY.show(self.gift_qty)}{what}"


class Gift(NamedTuple):
    """Goods that a promotion adds for nothing: an order line of the kind 赠品 at price 0."""

    product: str
    name: str
    qty: int
    promotion: str


@dataclass(frozen=True)
class Quote:
    """The answer. price: what one unit costs now, None when nothing says a price. base: before promotions.

    step: the list line it stands on, None when it is the 标准售价. promotions: those that work on it. steps, offers: what
    else would hold at another quantity. The words are made when somebody reads them: most quotes only price a line.
    """

    price: int | None
    base: int | None
    product: Row = field(default_factory=dict)
    qty: int = ONE
    step: Step | None = None
    promotions: tuple[Promotion, ...] = ()
    steps: Sequence[Step] = ()
    offers: Sequence[Promotion] = ()

    @property
    def agreed(self) -> bool:
        """Whether a price list or a promotion says it; the 标准售价 alone binds nobody."""
        return self.price is not None and (self.step is not None or any(p.kind != "gift" for p in self.promotions))

    @cached_property
    def gifts(self) -> tuple[Gift, ...]:
        """What the promotions add for nothing."""
        return tuple(_gift(p, self.product, self.qty) for p in self.promotions if p.kind == "gift")

    @cached_property
    def why(self) -> tuple[str, ...]:
        """Every reason for the price, one sentence each."""
        told = [
            _why_base(self.step, self.base, self.product),
            *(_why(p, self.base, self.price) for p in self.promotions),
        ]
        return tuple(w for w in told if w)

    @cached_property
    def hint(self) -> str:
        """What a few more would bring; "" for nothing."""
        return _hint(self.step, self.steps, self.offers, self.product, self.qty)

    @cached_property
    def words(self) -> str:
        """In short, for the line's 价格依据: 价目表「A 级经销价」满 100；促销「六月特惠」9.5 折."""
        told = []
        if self.step is not None:
            reached = f"满 {QTY.show(self.step.from_qty)}" if self.step.from_qty else ""
            told.append(f"价目表「{self.step.list_name}」{reached}")
        told += [f"促销「{p.name}」{p.words}" for p in self.promotions if p.kind != "gift"]
        return "；".join(told)[:200]


@dataclass(frozen=True)
class Prices:
    """The price lists and promotions that may matter for some customers and products, read once."""

    steps: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    promotions: Sequence[Promotion] = ()

    def quote(self, customer: Row | None, product: Row, qty: int | None, day: str) -> Quote:
        """The price of one product for a customer (None while unknown)."""
        who = customer or {}
        some = self._by_goods
        offers = [p for key in ("", product["uid"], product.get("category") or "-") for p in some.get(key, ())]
        return quote(self.steps, offers, str(who.get("uid") or ""), str(who.get("grade") or ""), product, qty, day)

    @cached_property
    def _by_goods(self) -> dict[str, list[Promotion]]:
        """Promotions by the product or category they are for, "" for all goods."""
        found: dict[str, list[Promotion]] = {}
        for one in self.promotions:
            found.setdefault(one.product or one.category, []).append(one)
        return found


def quote(
    lists: Mapping[str, Sequence[Step]],
    promotions: Sequence[Promotion],
    customer: str,
    grade: str,
    product: Row,
    qty: int | None,
    day: str,
) -> Quote:
    """The price that holds. `lists`: list lines by product; `product`: uid, list_price, category, unit; qty in 1/1000."""
    wanted = ONE if qty is None else qty
    steps = [
        s
        for s in lists.get(product["uid"], ())
        if s.customer in ("", customer)
        and s.grade in ("", grade)
        and s.valid_from <= day
        and (not s.valid_to or s.valid_to >= day)
    ]
    step = max((s for s in steps if s.from_qty <= wanted), key=_rank, default=None)
    base = step.price if step is not None else product.get("list_price")
    fitting = [p for p in promotions if p.holds(customer, grade, product, day)]
    chosen = _best(base, product, wanted, [p for p in fitting if p.from_qty <= wanted])
    return Quote(_after(base, chosen), base, product, wanted, step, chosen, steps, fitting)


def _rank(step: Step) -> tuple[int, str, int, int, str]:
    """Greatest wins; the lower price and the uid only so that two PCs with the same lists say the same."""
    return step.tier, step.valid_from, step.from_qty, -step.price, step.uid


def _after(base: int | None, chosen: Sequence[Promotion]) -> int | None:
    """The unit price after some promotions: the lowest 特价 first, then every 折扣, rounded half up to 1/10000 元."""
    price = base
    for one in chosen:
        if one.kind == "special":
            price = one.price if price is None else min(price, one.price)
    for one in chosen:
        if one.kind == "discount" and price is not None:
            price = round_half_up(price * one.discount, RATE_SCALE)
    return price


def _worth(base: int | None, product: Row, qty: int, chosen: Sequence[Promotion]) -> int:
    """What some promotions save the customer on this quantity, unrounded (1/10⁷ 元); gifts count at their own price."""
    price = _after(base, chosen)
    worth = qty * (base - price) if base is not None and price is not None else 0
    for one in chosen:
        if one.kind == "gift":
            each = one.gift_price if one.gift not in ("", product["uid"]) else (price or 0)
            worth += _gift(one, product, qty).qty * each
    return worth


def _best(base: int | None, product: Row, qty: int, fitting: Sequence[Promotion]) -> tuple[Promotion, ...]:
    """The one promotion worth most, or all 可叠加 ones together when they are worth more."""
    if not fitting:
        return ()
    sets: list[tuple[Promotion, ...]] = [(p,) for p in fitting]
    together = tuple(p for p in fitting if p.stacks)
    if len(together) > 1:
        sets.append(together)
    if base is None:  # nothing to compare with: only a 特价 says a price
        sets = [(p,) for p in fitting if p.kind == "special"] or [(p,) for p in fitting if p.kind == "gift"]
        return min(sets, key=lambda s: (s[0].price, s[0].uid), default=())
    best = max(sets, key=lambda s: (_worth(base, product, qty, s), len(s), s[0].valid_from, s[0].uid), default=())
    useful = _worth(base, product, qty, best) > 0 or any(p.kind == "gift" for p in best)
    return best if useful else ()


def _gift(one: Promotion, product: Row, qty: int) -> Gift:
    """What a 买赠 adds to a quantity: 每满 10 赠 1 gives 2 for 25."""
    times = qty // one.from_qty if one.from_qty > 0 else 1
    name = one.gift_name if one.gift else str(product.get("name") or "")
    return Gift(one.gift or product["uid"], name, times * one.gift_qty, one.name)


def _unit(product: Row) -> str:
    return f" {product['unit']}" if product.get("unit") else ""


def _why_base(step: Step | None, base: int | None, product: Row) -> str:
    if step is None:
        return "" if base is None else f"没有适用的价目表，按标准售价 {PRICE.show(base)}"
    reached = f"满 {QTY.show(step.from_qty)}{_unit(product)} " if step.from_qty else ""
    since = f"（{step.valid_from} 起）" if step.valid_from else ""
    return f"{TIERS[step.tier]}「{step.list_name}」{since}：{reached}{PRICE.show(step.price)}"


def _why(one: Promotion, base: int | None, price: int | None) -> str:
    until = f"（到 {one.valid_to}）"
    if one.kind == "gift":
        return f"促销「{one.name}」{until}：{one.words}"
    return f"促销「{one.name}」{until}：{one.words}，{PRICE.show(base)} → {PRICE.show(price)}"


def _hint(step: Step | None, steps: Sequence[Step], fitting: Sequence[Promotion], product: Row, qty: int) -> str:
    """The nearest step that is not reached yet and would be cheaper, or the nearest promotion that wants more."""
    unit = _unit(product)
    higher = [
        s
        for s in steps
        if s.from_qty > qty
        and (step is None or (s.list == step.list and s.valid_from == step.valid_from and s.price < step.price))
    ]
    if higher:
        near = min(higher, key=lambda s: s.from_qty)
        return f"再加 {QTY.show(near.from_qty - qty)}{unit}，满 {QTY.show(near.from_qty)} 是 {PRICE.show(near.price)}"
    more = [p for p in fitting if p.from_qty > qty]
    if more:
        near_one = min(more, key=lambda p: (p.from_qty, p.uid))
        return f"再加 {QTY.show(near_one.from_qty - qty)}{unit}，可享「{near_one.name}」{near_one.words}"
    return ""
