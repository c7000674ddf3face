"""Reads numbers written in Chinese characters: 一百二十, 三千五, 1.2万, 壹佰零伍."""

from __future__ import annotations

import re
from fractions import Fraction

from salesdesk.domain.patterns import late

DIGITS: dict[str, int] = {
    char: value
    for value, chars in enumerate(
        ("零〇", "一壹弌", "二贰貳两兩弍", "三叁叄參参弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for char in chars
}
"""Every accepted form of a digit, small and capital, simplified and traditional."""

_UNITS = {"拾": "十", "佰": "百", "仟": "千", "萬": "万", "億": "亿"}
_SIZES = (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10))
CHARACTERS = "".join(DIGITS) + "".join(_UNITS) + "".join(_UNITS.values()) + "点"
"""All characters a Chinese numeral may contain."""

_PLAIN = late(r"\d+(\.\d*)?|\.\d+", re.ASCII)
_GROUPED = late(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)
_SMALL = {char: "零一二三四五六七八九"[value] for char, value in DIGITS.items()} | _UNITS


class NotANumber(ValueError):
    """The text is no number; the message is a Chinese reason without full stop."""


def decimal(text: str) -> Fraction:
    """Exact value of 1234, 1,234.5, .5 or 12. with separators in correct places only. Raises NotANumber."""
    if _PLAIN.fullmatch(text):
        return Fraction(text.rstrip(".") if text.endswith(".") else text)
    if _GROUPED.fullmatch(text):
        return Fraction(text.replace(",", "").rstrip("."))
    if "," in text:
        raise NotANumber(f"「{text}」里逗号的位置不对")
    if text.count(".") > 1:
        raise NotANumber(f"「{text}」里有 {text.count('.')} 个小数点")
    raise NotANumber(f"「{text}」不是数字")


def numeral(text: str) -> Fraction:
    """Exact value of a number in digits, in Chinese, or mixed (1.2万, 3千5), the way people say it: 三千五 is 3500.

    Raises NotANumber.
    """
    if text and not any(c in _SMALL or c in _UNITS.values() or c == "点" for c in text):
        return decimal(text)
    return _spoken("".join(_SMALL.get(c, c) for c in text), text)


def strict_numeral(text: str) -> int:
    """Value of a whole number in Chinese read by its units only: 壹仟伍 is 1005, 零 adds nothing, 拾 alone is 10.

    Raises NotANumber.
    """
    small = "".join(_SMALL.get(c, c) for c in text)
    if not small or re.search("[一二三四五六七八九]零", small):
        raise NotANumber(f"「{text}」不是数字")
    small = small.replace("零", "")
    return _by_units(small, text) if small else 0


def _by_units(small: str, whole: str) -> int:
    for unit, size in _SIZES:
        left, found, right = small.partition(unit)
        if not found:
            continue
        head = 1 if not left and size == 10 else _by_units(left, whole)
        tail = _by_units(right, whole) if right else 0
        if tail >= size or (size <= 1000 and head > 9):
            break
        return head * size + tail
    if len(small) == 1 and small in "一二三四五六七八九":
        return DIGITS[small]
    raise NotANumber(f"「{whole}」不是数字")


def _spoken(small: str, whole: str) -> Fraction:
    """Value of a part of the numeral `whole`, already in small simplified characters."""
    before, dot, after = small.partition("点")
    if dot and after and all(c in DIGITS for c in after):
        return _spoken(before, whole) + Fraction(_positional(after), 10 ** len(after))
    for unit, size in _SIZES:
        left, found, right = small.partition(unit)
        if found:
            head = Fraction(1) if not left and size == 10 else _spoken(left, whole)
            if size <= 1000 and left and not _is_atom(left):
                raise NotANumber(f"「{whole}」的写法不对")
            tail = _after_unit(right, size, whole)
            if tail >= size or (tail and head.denominator > 1):
                raise NotANumber(f"「{whole}」的写法不对")
            return head * size + tail
    if small and all(c in DIGITS for c in small):
        return Fraction(_positional(small))
    if small and not any(c in DIGITS for c in small):
        return decimal(small)
    raise NotANumber(f"「{whole}」的写法不对")


def _after_unit(right: str, size: int, whole: str) -> Fraction:
    """What follows a unit: 三千五 means five hundred, 三千零五 means five, 三千五十 means fifty."""
    if not right:
        return Fraction(0)
    if right.startswith("零"):
        return _spoken(right.lstrip("零") or "零", whole)
    if len(right) == 1:
        return _spoken(right, whole) * size / 10
    if right.isascii():
        if not right.isdigit() or 10 ** len(right) != size:
            raise NotANumber(f"「{whole}」可以有两种读法")
        return Fraction(int(right))
    if all(c in DIGITS for c in right):
        raise NotANumber(f"「{whole}」的写法不对")
    return _spoken(right, whole)


def _is_atom(left: str) -> bool:
    """Whether this may stand before 千 百 十: one Chinese digit, or a number in digits."""
    return left.isascii() or (len(left) == 1 and left in "一二三四五六七八九") or "点" in left


def _positional(small: str) -> int:
    """二〇二六 read digit by digit."""
    return int("".join(str(DIGITS[c]) for c in small))
