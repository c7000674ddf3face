"""Writes amounts in capitals (大写) for papers and vouchers, and reads them back by value."""

from __future__ import annotations

import re

from salesdesk.domain.characters import half_width
from salesdesk.domain.errors import BadValue
from salesdesk.domain.numerals import NotANumber, strict_numeral
from salesdesk.domain.patterns import late
from salesdesk.domain.scales import LIMIT

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
_CURRENCY = late(r"^(人民币|RMB|CNY)(\(大写\)|大写)?:?", re.IGNORECASE)
_NEGATIVE = late(r"^(\(负数?\)|负数?|-)")
_PARTS = late(r"(?:(?P<yuan>[^元角分]+)元)?零*(?:(?P<jiao>[^元角分]+)角)?零*(?:(?P<fen>[^元角分]+)分)?零*[整正]?")


def amount_in_words(fen: int) -> str:
    """The amount in capitals: 140950 分 -> "壹仟肆佰零玖元伍角"; without the 人民币 before it.

    Rules: 中国人民银行《支付结算办法》附一 (正确填写票据和结算凭证的基本规定). 整 only after 元; 壹 stands before 拾; several
    zeros are one 零; where 元位 is 0 and 角 is not, 零 is written (the first of the two forms allowed); negative amounts
    begin with 负; nothing at all is 零元整. Raises ValueError beyond 10^15 分.
    """
    if abs(fen) > LIMIT:
        raise BadValue("金额太大，写不成大写", "请核对金额，最大十万亿元")
    if fen == 0:
        return "零元整"
    yuan, cents = divmod(abs(fen), 100)
    jiao, odd = divmod(cents, 10)
    words = "负" if fen < 0 else ""
    if yuan:
        words += _whole(yuan) + "元"
    if not cents:
        return words + "整"
    if yuan and (not jiao or yuan % 10 == 0):
        words += "零"
    if jiao:
        words += _CAPITALS[jiao] + "角"
    if odd:
        words += _CAPITALS[odd] + "分"
    return words


def words_to_amount(text: str) -> int:
    """分 of an amount in capitals, compared by value: 元 or 圆, 整 or 正, 零 missing or too many make no difference.

    Accepts 人民币 before it, 负 or （负数） for negative amounts, and small characters (一百元). Raises ValueError.
    """
    said = "".join(half_width(text).split()).replace("圆", "元").replace("圓", "元")
    negative = False
    rest = _CURRENCY.sub("", said)
    if found := _NEGATIVE.match(rest):
        negative, rest = True, _CURRENCY.sub("", rest[found.end() :])
    parts = _PARTS.fullmatch(rest)
    if not rest or parts is None or not any(parts.groups()):
        raise BadValue(f"「{text}」不是大写金额", "请写成 壹仟肆佰零玖元伍角 这样")
    try:
        yuan, jiao, odd = (strict_numeral(parts[name]) if parts[name] else 0 for name in ("yuan", "jiao", "fen"))
    except NotANumber:
        raise BadValue(f"大写金额「{text}」有认不出的地方", "请写成 壹仟肆佰零玖元伍角 这样") from None
    if jiao > 9 or odd > 9:
        raise BadValue(f"大写金额「{text}」的角、分不能满十", "请核对角和分")
    fen = yuan * 100 + jiao * 10 + odd
    if fen > LIMIT:
        raise BadValue(f"大写金额「{text}」太大", "请核对亿和万")
    return -fen if negative else fen


def _whole(number: int) -> str:
    """A positive whole number in capitals; a gap between its digits is one 零."""
    for size, unit in _UNITS:
        if number >= size:
            head, rest = divmod(number, size)
            if not rest:
                return _whole(head) + unit
            return _whole(head) + unit + ("零" if rest < size // 10 else "") + _whole(rest)
    return _CAPITALS[number]
