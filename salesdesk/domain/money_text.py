"""Understands numbers the way a clerk types them: 1,234.5, ¥12, 1.2万, 一百二十, =1000*2+5."""

from __future__ import annotations

import re
from fractions import Fraction

from salesdesk.domain.characters import half_width
from salesdesk.domain.errors import BadValue
from salesdesk.domain.money_words import words_to_amount
from salesdesk.domain.numerals import CHARACTERS, NotANumber, numeral
from salesdesk.domain.patterns import late
from salesdesk.domain.scales import LIMIT, MONEY_SCALE, RATE_SCALE, decimals_of, round_half_up

_CURE = "请写成 1234.5、1,234.5、1.2万 这样的数，或算式 1000*2+5"
_LONGEST = 200
_DEEPEST = 20
_SIGNS = str.maketrans({"×": "*", "✕": "*", "÷": "/", "∶": "/", "x": "*", "X": "*", "﹣": "-", "﹢": "+"})
_CURRENCY = r"(?:¥|人民币|rmb|cny)"
_TOKEN = late(
    rf"\s*(?:(?P<number>[0-9.,{CHARACTERS}]+)(?P<yuan>\s*(?:[元圆][整正]?|块钱?))?|(?P<sign>[-+*/()%])|(?P<currency>{_CURRENCY}))",
    re.IGNORECASE,
)
_PLAIN = late(r"-?\d{1,16}(\.\d{1,16})?", re.ASCII)
_DATE = late(r"\d{4}([-/])\d{1,2}\1\d{1,2}")
_BRACKETED = late(r"\(\s*¥?\s*[\d.,]+\s*\)")
_GAP = late(r"[0-9]\s+[0-9]")
_SPOKEN = late(r"(?P<yuan>\d+)[元圆块](?=.)(?:(?P<jiao>\d)[角毛]?)?(?:(?P<fen>\d)分)?", re.ASCII)
_CAPITAL = late(r"[元圆圓块].*[角分]|^[^0-9]*[角分][整正]?$|[元圆圓]正$")


def parse_scaled(text: str, scale: int) -> int:
    """The stored whole number (value × scale) of what somebody typed.

    Understands full width (１２．５), 。 as decimal point between digits, thousands separators in correct places only,
    ¥ and 元, 万 and 亿, Chinese numerals as spoken (三千五 = 3500), amounts in capitals, and arithmetic with
    + - * / × ÷ ( ) and %, with or without a leading =, evaluated exactly. More decimals than the scale keeps are refused,
    except after a division or percentage, which rounds half up. Raises ValueError (a BadValue with reason and cure) for
    anything else, and beyond 10^15.
    """
    typed = text.strip()
    if _PLAIN.fullmatch(typed):
        whole, _, part = typed.partition(".")
        places = decimals_of(scale)
        part = part.rstrip("0")
        if len(part) <= places:
            value = int(whole + part.ljust(places, "0"))
            if abs(value) <= LIMIT:
                return value
    plain = re.sub(r"(?<=\d)。(?=\d)", ".", half_width(typed)).strip()
    if not plain or plain == "=":
        raise BadValue("这里还没有填数字", _CURE)
    if len(plain) > _LONGEST:
        raise BadValue(f"太长了，有 {len(plain)} 个字", "请只填一个数或一个短算式")
    if _DATE.fullmatch(plain):
        raise BadValue(f"「{typed}」像是日期，不是数字", "如果是要相减，请在前面加等号")
    if _BRACKETED.fullmatch(plain):
        raise BadValue(f"「{typed}」带括号，分不清正负", f"负数请写成 -{plain.strip('()¥ ')}")
    if parts := _SPOKEN.fullmatch(plain):
        jiao, fen = int(parts["jiao"] or 0), int(parts["fen"] or 0)
        exact, rounded, single = int(parts["yuan"]) + Fraction(jiao * 10 + fen, 100), False, True
    elif _CAPITAL.search(plain):
        exact, rounded, single = Fraction(words_to_amount(plain), MONEY_SCALE), False, True
    else:
        reading = _Reading(plain.removeprefix("="), typed)
        exact, rounded, single = reading.value, reading.divided, reading.single
        if reading.percent and single and scale < RATE_SCALE:
            raise BadValue(f"「{typed}」是百分数，这里要填数字", "请去掉 %，或写成算式，如 1000*13%")
    return _stored(exact, scale, rounded, single, typed)


def _stored(exact: Fraction, scale: int, rounded: bool, single: bool, typed: str) -> int:
    """The exact value in whole units of the scale, refused when decimals would be lost silently."""
    value = round_half_up(exact.numerator * scale, exact.denominator)
    if abs(value) > LIMIT:
        raise BadValue(f"「{typed}」太大了", "请核对小数点和单位（万、亿）")
    if rounded or value == exact * scale:
        return value
    places = decimals_of(scale)
    limit = f"这里最多 {places} 位小数" if places else "这里只能填整数"
    near = _decimal_text(Fraction(value, scale))
    if single:
        raise BadValue(f"「{typed}」小数位太多，{limit}", f"请改成 {near} 这样的数")
    raise BadValue(f"算出来是 {_decimal_text(exact)}，{limit}", f"请自己定好取舍，例如填 {near}")


def _decimal_text(exact: Fraction) -> str:
    """A finite decimal fraction as text."""
    places = 0
    while exact.denominator != 1 and (exact * 10**places).denominator != 1:
        places += 1
    digits = str(abs(exact.numerator * 10**places // exact.denominator)).rjust(places + 1, "0")
    sign = "-" if exact < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


class _Reading:
    """One typed expression: its exact value, and whether a division, a percent sign or any operator took part."""

    def __init__(self, plain: str, typed: str) -> None:
        self.typed = typed
        self.divided = self.percent = False
        self.single = True
        if _GAP.search(plain):
            raise BadValue(f"「{typed}」的数字中间有空格", "请去掉空格，千位分隔请用逗号，如 1,234.5")
        self._tokens = self._split(plain)
        self._at = 0
        self._deep = 0
        if self._peek() == "¥":
            self._at += 1
        self.value = self._sum()
        if self._at < len(self._tokens):
            raise self._unclear()
        zero = next((t for t in self._tokens if re.match(r"0\d", t)), None)
        if zero and not self.single:
            raise BadValue(f"「{typed}」像是号码，不是数字", "数字前面不要写 0；" + _CURE)

    def _split(self, plain: str) -> list[str]:
        tokens: list[str] = []
        at = 0
        plain = plain.translate(_SIGNS).rstrip()
        while at < len(plain):
            found = _TOKEN.match(plain, at)
            if found is None:
                raise BadValue(f"「{self.typed}」里的「{plain[at:].lstrip()[0]}」不是数字", _CURE)
            tokens.append("¥" if found["currency"] else found["sign"] or found["number"])
            at = found.end()
        return tokens

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _sum(self) -> Fraction:
        value = self._product()
        while (sign := self._peek()) in ("+", "-"):
            self._at += 1
            self.single = False
            value = value + self._product() if sign == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._signed()
        while (sign := self._peek()) in ("*", "/"):
            self._at += 1
            self.single = False
            factor = self._signed()
            if sign == "*":
                value *= factor
                continue
            if not factor:
                raise BadValue(f"「{self.typed}」里除以了 0", "请改一下除数")
            self.divided = True
            value /= factor
        return value

    def _signed(self) -> Fraction:
        sign = self._peek()
        if sign in ("+", "-"):
            self._at += 1
        value = self._single()
        if self._peek() == "%":
            self._at += 1
            self.divided = self.percent = True
            value /= 100
        return -value if sign == "-" else value

    def _single(self) -> Fraction:
        token = self._peek()
        self._at += 1
        if token == "¥":
            token = self._peek()
            self._at += 1
        if token == "(":
            self._deep += 1
            if self._deep > _DEEPEST:
                raise BadValue(f"「{self.typed}」括号套得太多", "请分几步算")
            self.single = False
            value = self._sum()
            if self._peek() != ")":
                raise BadValue(f"「{self.typed}」少了右括号", "请补上")
            self._at += 1
            self._deep -= 1
            return value
        if not token or token in "+-*/)%¥":
            raise self._unclear()
        try:
            return numeral(token)
        except NotANumber as fault:
            raise BadValue(str(fault), _CURE) from None

    def _unclear(self) -> BadValue:
        return BadValue(f"「{self.typed}」看不懂，不像一个数，也不像一个算式", _CURE)
