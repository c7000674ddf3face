"""All arithmetic with money, prices, quantities and rates: whole numbers only, no cent is ever lost or invented."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.money_text import parse_scaled
from salesdesk.domain.money_words import amount_in_words, words_to_amount
from salesdesk.domain.scales import (
    LIMIT,
    MONEY_SCALE,
    PRICE_SCALE,
    QTY_SCALE,
    RATE_SCALE,
    decimals_of,
    round_half_up,
    show_scaled,
)

__all__ = [
    "LIMIT",
    "MONEY_SCALE",
    "PRICE_SCALE",
    "QTY_SCALE",
    "RATE_SCALE",
    "allocate",
    "amount_in_words",
    "decimals_of",
    "line_amount",
    "parse_scaled",
    "round_half_up",
    "show_scaled",
    "tax_split",
    "words_to_amount",
]


_PER_FEN = QTY_SCALE * PRICE_SCALE // MONEY_SCALE


def line_amount(qty: int, price: int) -> int:
    """Amount of an order line in 分 from its stored quantity (1/1000) and unit price (1/10000 元), rounded half up."""
    exact = qty * price
    return (exact + _PER_FEN // 2) // _PER_FEN if exact >= 0 else round_half_up(exact, _PER_FEN)


def tax_split(total_fen: int, rate: int) -> tuple[int, int]:
    """(net, tax) in 分 of a tax-inclusive total, `rate` in 1/10000; the two always add up to the total.

    Net = total / (1 + rate), rounded half up, tax is the rest: 《增值税暂行条例实施细则》第十四条. Raises ValueError for a
    negative rate.
    """
    if rate < 0:
        raise ValueError("税率不能是负数。请填 0 到 100% 之间的税率")
    net = round_half_up(total_fen * RATE_SCALE, RATE_SCALE + rate)
    return net, total_fen - net


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` in proportion to the weights so that the parts add up exactly (largest remainder; ties: first wins).

    Used for freight and discounts spread over lines. When all weights are 0 the parts are as equal as possible. Raises
    ValueError for a negative weight, and for no weights unless the total is 0.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("分摊的依据里有负数。请先把退货行分开，再分摊")
    if not weights:
        if total:
            raise ValueError("没有可以分摊的行。请先填明细，再分摊")
        return []
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole, amount = sum(shares), abs(total)
    parts = [amount * share // whole for share in shares]
    order = sorted(range(len(shares)), key=lambda at: (-(amount * shares[at] % whole), at))
    for at in order[: amount - sum(parts)]:
        parts[at] += 1
    return parts if total >= 0 else [-part for part in parts]
