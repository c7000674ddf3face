"""What the price policy says about the lines of an order: which prices differ from it, and which gifts are due (PRD-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesdesk.domain.kinds import Price, Qty, Row
from salesdesk.domain.problems import Cure, Problem
from salesdesk.modules.orders.check_table import fault
from salesdesk.modules.pricing.rules import Prices, Quote

PRICE, QTY = Price(), Qty()
GIFT = "gift"
NEW_LINE = "lines/+"
"""Path of a cure that adds a line; its value holds (field, wire value) of that line."""


def sold(lines: Sequence[Row]) -> dict[str, int]:
    """Quantity of each product that is paid for, over all its lines: steps are reached by the whole order."""
    found: dict[str, int] = {}
    for line in lines:
        if line.get("product") and line.get("kind") != GIFT:
            found[str(line["product"])] = found.get(str(line["product"]), 0) + (line.get("qty") or 0)
    return found


def quotes_of(
    lines: Sequence[Row], products: Mapping[str, Row], customer: Row | None, prices: Prices, day: str
) -> dict[str, Quote]:
    """The price that holds for each product of an order."""
    if not prices.steps and not prices.promotions:
        return {}
    return {
        product: prices.quote(customer, products[product], qty or None, day)
        for product, qty in sold(lines).items()
        if product in products
    }


def check_policy(line: Row, quote: Quote, at: tuple[str, str]) -> Problem | None:
    """A price that differs from what the policy says: below wants a reason, above is told."""
    price = line["price"]
    if quote.price is None or price == quote.price:
        return None
    below = price < quote.price
    why = line.get("price_why")
    own = f"（{why}）" if why and why != quote.words else ""
    told = f"{PRICE.show(price)}{own} {'低于' if below else '高于'}{quote.words} 的 {PRICE.show(quote.price)}"
    cures = (to_quote(quote, at[0]),)
    return fault("below_list" if below else "above_list", told, *at, cures=cures, value=PRICE.show(price))


def from_policy(line: Row) -> bool:
    """Whether the price was taken from a list or a promotion when it was typed."""
    return str(line.get("price_why") or "").startswith(("价目表「", "促销「"))


def to_quote(quote: Quote, path: str) -> Cure:
    """The button that takes the price of the policy."""
    return Cure(f"改为 {PRICE.show(quote.price)}", path, PRICE.wire(quote.price))


def check_gifts(lines: Sequence[Row], quotes: Mapping[str, Quote]) -> list[Problem]:
    """Gifts a promotion promises that are not on the order yet, each with a button that adds the line."""
    given: dict[str, int] = {}
    for line in lines:
        if line.get("kind") == GIFT and line.get("product"):
            given[str(line["product"])] = given.get(str(line["product"]), 0) + (line.get("qty") or 0)
    problems = []
    for product, quote in quotes.items():
        at = next(i for i, li in enumerate(lines) if li.get("product") == product and li.get("kind") != GIFT)
        for gift in quote.gifts:
            have = min(given.get(gift.product, 0), gift.qty)
            given[gift.product] = given.get(gift.product, 0) - have
            if have == gift.qty:
                continue
            line = {
                "kind": GIFT,
                "product": gift.product,
                "qty": QTY.wire(gift.qty - have),
                "price": "0",
                "gift_reason": f"促销「{gift.promotion}」",
            }
            told = f"促销「{gift.promotion}」该送「{gift.name}」{QTY.show(gift.qty)}，还缺 {QTY.show(gift.qty - have)}"
            cures = (Cure(f"加赠品 {QTY.show(gift.qty - have)}", NEW_LINE, tuple(line.items())),)
            problems.append(fault("gift_missing", told, f"lines/{at}/qty", f"第 {at + 1} 行「数量」", cures=cures))
    return problems
