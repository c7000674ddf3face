"""How many decimals money, prices, quantities and rates keep, and how they are rounded."""

from __future__ import annotations

from functools import cache, lru_cache

MONEY_SCALE = 100
"""Money is stored in 分, 1/100 元."""
PRICE_SCALE = 10000
"""A unit price is stored in 1/10000 元."""
QTY_SCALE = 1000
"""A quantity is stored in 1/1000 of its unit."""
RATE_SCALE = 10000
"""A rate is stored in 1/10000: 13 % is 1300."""
LIMIT = 10**15
"""Largest absolute stored value: ten trillion 元, far inside SQLite's 64-bit integers even when multiplied by a rate."""


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator as a whole number, halves away from zero (四舍五入). Raises ZeroDivisionError."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


@cache
def decimals_of(scale: int) -> int:
    """How many decimals a scale keeps: 100 -> 2. Raises ValueError for anything but a power of ten."""
    places = len(str(scale)) - 1
    if scale != 10**places:
        raise ValueError(f"scale {scale} is not a power of ten")
    return places


@lru_cache(maxsize=4096)  # lists and the checks of a file show the same prices and quantities again and again
def show_scaled(
    value: int, scale: int, min_decimals: int = 0, max_decimals: int | None = None, group: bool = True
) -> str:
    """A stored value as decimal text: show_scaled(123450, 100) is "1,234.5".

    Decimals that are zero are left out down to `min_decimals`; more than `max_decimals` (default: all the scale has) are
    rounded half up. `group` sets thousands separators.
    """
    places = decimals_of(scale)
    if max_decimals is not None and max_decimals < places:
        value, scale, places = round_half_up(value, 10 ** (places - max_decimals)), 10**max_decimals, max_decimals
    whole, part = divmod(abs(value), scale)
    text = f"{whole:,}" if group else str(whole)
    if part or min_decimals:
        decimals = (str(part).zfill(places).rstrip("0") if part else "").ljust(min_decimals, "0")
        text = f"{text}.{decimals}"
    return f"-{text}" if value < 0 else text
