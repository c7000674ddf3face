"""The price of an order line while it is typed: taken from the price policy, followed when the quantity changes, or given by hand.

A price that stands as it was filled in goes on following the policy; one that was typed stays. 「9.5折」 and 「48.6*0.95」
in the 单价 cell are worked out and kept in words as the line's 价格依据; 「赠」 makes the line a gift. The cell takes
numbers, so the input method is off there: 「9.5z」 means 9.5折, 「z」 means 赠.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesdesk.desk import Desk
from salesdesk.domain.draft import Draft
from salesdesk.domain.errors import BadValue
from salesdesk.domain.kinds import Discount, Price, Row
from salesdesk.domain.money import RATE_SCALE, round_half_up
from salesdesk.modules.orders import fact_queries
from salesdesk.modules.orders.price_rules import GIFT, sold
from salesdesk.modules.orders.rules import amount_of
from salesdesk.modules.pricing.queries import prices
from salesdesk.modules.pricing.rules import Prices, Quote
from ui.pages.orders.products import Products

PRICE, DISCOUNT = Price(), Discount()
FILLED = "price.filled"
"""Display key of a line: the price the program put there, so that one typed by hand is told from it."""
GIFT_WORDS = ("赠", "赠品", "送", "z", "zp")


class LinePrices:
    """Fills and follows the prices of one order's lines."""

    def __init__(self, desk: Desk, draft: Draft, products: Products) -> None:
        self._desk, self._draft, self._products = desk, draft, products
        self._kept: dict[tuple[str, str, str], tuple[Row | None, Prices]] = {}  # by customer, day, product

    def forget(self) -> None:
        """Read again: price lists, promotions or customers have changed."""
        self._kept.clear()

    def _day(self) -> str:
        return str(self._draft.values.get("order_date") or self._desk.today)

    def _read(self, uids: Sequence[str]) -> tuple[Row | None, Prices]:
        customer = self._draft.values.get("customer")
        with self._desk.read() as reader:
            who = reader.get("customer", str(customer)) if customer else None
            return who, prices(reader, who, uids, self._day())

    def quote(self, line: Row) -> Quote | None:
        """What the policy says about a line's product for the quantity of the whole order."""
        product = self._products.row(str(line["product"])) if line.get("product") else None
        if product is None:
            return None
        uid, day = str(product["uid"]), self._day()
        key = str(self._draft.values.get("customer") or ""), day, uid
        if key not in self._kept:
            self._kept[key] = self._read([uid])
        who, found = self._kept[key]
        return found.quote(who, product, sold(self._draft.lines).get(uid) or None, day)

    def recognise(self) -> bool:
        """Lines that came from the file: those that stand at the price of the policy go on following it. False without one."""
        lines = [line for line in self._draft.lines if line.get("product") and line.get("kind") != GIFT]
        if not lines:
            return False
        who, found = self._read(list(dict.fromkeys(str(line["product"]) for line in lines)))
        if not found.steps and not found.promotions:
            return False
        amounts = sold(lines)
        for line in lines:
            product = self._products.row(str(line["product"]))
            if product is not None:
                quote = found.quote(who, product, amounts[str(line["product"])], self._day())
                line[FILLED] = quote.price if quote.agreed else None
        return True

    def refill(self) -> int:
        """按价目表填单价: every line takes the price of the policy; returns how many changed."""
        if not self.recognise():
            return 0
        changed = 0
        for line in self._draft.lines:
            if line.get(FILLED) is not None and line.get("price") != line[FILLED] and line.get("kind") != GIFT:
                line["price"] = line[FILLED]
                line["amount"] = amount_of(line)
                changed += 1
            if line.get(FILLED) is not None:
                line["price_why"] = self._why(line)
        return changed

    # -- while it is typed ---------------------------------------------------------------------------------------------

    def fill(self, number: int, fresh: bool) -> set[str]:
        """After product (`fresh`) or quantity of a line were set: its price, unless one was given by hand."""
        line = self._draft.lines[number]
        path = f"lines/{number}/price"
        by_hand = line.get("price") is not None and line["price"] != line.get(FILLED)
        if not line.get("product") or line.get("kind") == GIFT:
            return set()
        if not fresh and (by_hand or path in self._draft.typed):
            return set()
        quote = self.quote(line)
        if quote is None:
            return set()
        if not fresh and not quote.agreed and line.get("price") is not None and not line.get("price_why"):
            return set()  # the last price and the 标准售价 hold for any quantity
        price, why = self._chosen(line, quote)
        if price is None:
            return set()
        self._draft.typed.pop(path, None)
        line["price"] = line[FILLED] = price
        line["price_why"] = why
        return {path}

    def _chosen(self, line: Row, quote: Quote) -> tuple[int | None, str | None]:
        """The policy's price; without one what this customer paid last, else the 标准售价."""
        if quote.agreed:
            return quote.price, quote.words
        customer, product = self._draft.values.get("customer"), str(line["product"])
        if customer:
            with self._desk.read() as reader:
                last = fact_queries.last_prices(reader, str(customer), [product], self._draft.uid, 1).get(product)
            if last:
                return last[0].price, None
        return quote.price, None

    def typed(self, number: int) -> set[str]:
        """After something was typed into 单价: a discount is worked out, a sum kept in words, 「赠」 makes a gift."""
        line, path = self._draft.lines[number], f"lines/{number}/price"
        said = self._draft.said.strip()
        if said.lower() not in GIFT_WORDS:
            said = re.sub(r"(?<=[\d.])\s*[zZ](?![a-zA-Z])", "折", said)
        raw = self._draft.typed.get(path)
        if raw is not None and said.lower() in GIFT_WORDS:
            del self._draft.typed[path]
            line |= {"kind": GIFT, "price": 0, "price_why": None}
            return {path}
        if raw is not None and "折" in said:
            self._discounted(line, path, said)
            return {path}
        if line.get("price"):
            line["kind"] = None if line.get("kind") == GIFT else line.get("kind")
        line["price_why"] = said[:100] if line.get("price") is not None and _is_sum(said) else self._why(line)
        return {path}

    def _why(self, line: Row) -> str | None:
        """The policy's words where the typed price is just its price."""
        quote = self.quote(line) if line.get("price") is not None and line.get("kind") != GIFT else None
        return quote.words if quote is not None and quote.agreed and quote.price == line["price"] else None

    def _discounted(self, line: Row, path: str, said: str) -> None:
        """9.5折 of the list price (before promotions), or of the 标准售价."""
        before, _, after = said.partition("折")
        try:
            rate = DISCOUNT.parse(f"{before}折")
        except BadValue as fault:
            self._draft.typed[path] = (said, fault.reason, fault.cure)
            return
        quote = self.quote(line)
        if quote is None or quote.base is None or not isinstance(rate, int):
            self._draft.typed[path] = (said, "没有价目表价也没有标准售价，算不出折扣", "请直接填单价，或写成 48.6*0.95")
            return
        del self._draft.typed[path]
        line["price"] = round_half_up(quote.base * rate, RATE_SCALE)
        words = f"{DISCOUNT.edit(rate)} 原价 {PRICE.show(quote.base)} {after.strip(' ，,：:')}"
        line["price_why"] = words.strip()[:200]


def _is_sum(said: str) -> bool:
    """Whether a typed price is a calculation worth keeping."""
    return bool(re.search(r"[\d.)%]\s*[-+*/×÷xX]\s*[\d.(]", said))
