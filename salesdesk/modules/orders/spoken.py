"""Finds quantities and prices in a sentence, in every way customers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from salesdesk.domain.characters import half_width
from salesdesk.domain.money import PRICE_SCALE, QTY_SCALE
from salesdesk.domain.numerals import NotANumber, numeral

_HAN_DIGIT = "〇零一二两三四五六七八九"
DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?)"
NUMBER = rf"(?:{DIGITS}(?:[百千万][\d{_HAN_DIGIT}]?)?|[{_HAN_DIGIT}十百千万]+)"
UNITS = "个只件套支片根条米箱盒包袋卷桶台付副对把块张瓶组吨颗枚捆扎托盘板罐筒双节段粒斤克升打"
UNIT = (
    r"(?:公斤(?!级|压力)|千克|[Pp][Cc][Ss]?(?![A-Za-z])|PCS|[Ee][Aa](?![A-Za-z])|[Kk][Gg](?![A-Za-z])|件(?!套)|个(?!人|月|小时|星期|礼拜|工作日)"
    rf"|[{UNITS.replace('件', '').replace('个', '')}])(?!式|型|头|装|制|法兰)"
)
_EACH = r"(?:各自|各|每样|每种|都|均)(?:要|来|订|定|拿|发|给)?"
_MORE = rf"(?:\s*(?:\+|加|零|又|另)?\s*(?P<n2>{NUMBER})\s*(?P<u2>{UNIT}))?"
LOOSE = frozenset("个只件支把台颗枚根条片块张粒套副付") | {"pcs", "pc", "ea"}
"""Counting words customers use for one another: 120 个 of what we count in 只."""
TAX_OUT = re.compile("不含税|未税|不带票|不开票")


def plain(text: str) -> str:
    """Half width, character by character, so that places stay; a Chinese comma parts goods and never groups digits."""
    return half_width(text.replace("，", "、")).replace("﹡", "*").replace("✕", "×").replace("\t", " ")


def amount(text: str, scale: int) -> int | None:
    """A number in digits or Chinese in stored units (`scale` per one); None when it is no number or too fine or too large."""
    try:
        value: Fraction = Fraction(1, 2) if text == "半" else numeral(text)
    except (NotANumber, ValueError):
        return None
    scaled = value * scale
    return int(scaled) if scaled.denominator == 1 and 0 <= scaled <= 10**12 else None


@dataclass(frozen=True, slots=True)
class Count:
    """A quantity as said: 1/1000 of `unit` ("" when none was said); `second` is what was added (3箱+5只). doubt: why not sure."""

    qty: int | None
    unit: str = ""
    each: bool = False
    second: tuple[int, str] | None = None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A recognised stretch of a line: what kind (count, bare, price, day, place, po, size, pack, chat), where, and its value."""

    kind: str
    start: int
    end: int
    text: str
    value: Count | int | str | None = None
    doubt: str = ""


class Line:
    """One line of a text with what was recognised in it; a stretch belongs to the first that claims it."""

    def __init__(self, text: str) -> None:
        self.raw = text
        self.text = plain(text)
        self.marks: list[Mark] = []
        self._taken = bytearray(len(self.text))

    def claim(self, kind: str, start: int, end: int, value: Count | int | str | None = None, doubt: str = "") -> bool:
        """Take a stretch; False when part of it is taken already."""
        if start >= end or any(self._taken[start:end]):
            return False
        self._taken[start:end] = b"\1" * (end - start)
        self.marks.append(Mark(kind, start, end, self.text[start:end], value, doubt))
        return True

    def free(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches that touch nothing taken."""
        at = 0
        while found := pattern.search(self.text, at):
            if found.end() > found.start() and not any(self._taken[found.start() : found.end()]):
                yield found
                at = max(found.end(), at + 1)
            else:
                at = found.start() + 1

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Stretches nobody took."""
        at = 0
        for mark in sorted(self.marks, key=lambda m: m.start):
            if mark.start > at:
                yield at, mark.start
            at = max(at, mark.end)
        if at < len(self.text):
            yield at, len(self.text)


# ---- prices and quantities -------------------------------------------------------------------------------------------

_PER = rf"(?:\s*(?:/|每|一|1)\s*{UNIT})"
_CENTS = rf"(?P<dec>(?:\d{{1,2}}|[{_HAN_DIGIT}]{{1,2}})(?![\d.]|\s*{UNIT}(?<!一个)|[百千万十]))?(?:毛|角)?"
_PRICES = (
    re.compile(
        rf"(?P<sign>含税单价|未税单价|不含税单价|单价|价格|含税价|不含税价|未税价|含税|不含税|未税|价钱?|按|@|[¥￥])\s*(?:[:是为按=]|\s)*[¥￥]?\s*(?P<p>{NUMBER})"
        rf"(?:(?P<yuan>块钱?|元)(?:(?P<dec>\d{{1,2}}|[{_HAN_DIGIT}]{{1,2}})(?=毛|角|$|[\s、,;。()一/每含不]))?(?:毛|角)?)?{_PER}?(?!\s*{UNIT}|[\d.])"
    ),
    re.compile(
        rf"(?P<p>{NUMBER})(?P<yuan>块钱|元|块)(?P<dec>\d{{1,2}}|[{_HAN_DIGIT}]{{1,2}})?(?:毛|角)?{_PER}?\s*(?:的价|含税|不含税|未税)?(?![\d.])"
    ),
    re.compile(rf"(?P<p>{DIGITS})\s*(?:/\s*{UNIT}|一{UNIT})"),
    re.compile(rf"(?:每|一){UNIT}\s*(?P<p>\d+\.\d+)(?:元|块)?"),
)
_HARD_YUAN = re.compile("元|钱|含税|未税|一|/|每|毛|角")


def mark_prices(line: Line) -> None:
    """Take unit prices: 单价48.6, @48.6, 48块6一个, 48.6元/只."""
    for number, pattern in enumerate(_PRICES):
        for found in line.free(pattern):
            groups = found.groupdict()
            whole, dec = groups["p"], groups.get("dec")
            if (
                number == 1
                and groups["yuan"] == "块"
                and not dec
                and not _HARD_YUAN.search(found[0][found.end("p") - found.start() :])
            ):
                others = [m for m in COUNT.finditer(line.text) if m.start() != found.start() and m["unit"] != "块"]
                if not others:
                    continue  # 20块 alone: pieces of a thing counted in 块
            value = amount(whole, PRICE_SCALE)
            if value is None:
                continue
            if dec:
                digits = "".join(str(_HAN_DIGIT_VALUE.get(c, c)) for c in dec)
                value += int(digits) * PRICE_SCALE // 10 ** len(digits)
            line.claim("price", found.start(), found.end(), value)


_HAN_DIGIT_VALUE = dict(zip(_HAN_DIGIT, "00122345678", strict=False)) | dict(
    zip("三四五六七八九", "3456789", strict=True)
)
_RANGE = re.compile(rf"(?P<n>{NUMBER})\s*(?:-|~|到|至)\s*{NUMBER}\s*(?P<unit>{UNIT})")
_FEW = re.compile(
    rf"(?:十几|几十|几百|几|好几|[一二两三四五六七八九](?=[一二两三四五六七八九]{UNIT})[一二两三四五六七八九]|若干|一些)\s*(?P<unit>{UNIT})"
)
COUNT = re.compile(
    rf"(?P<about>大概|大约|约|差不多|估计)?\s*(?:一共|总共|共计|共)?\s*(?P<each>{_EACH})?\s*[xX×*]?\s*(?P<n>半|{NUMBER})(?P<vague>来|多|余)?\s*(?P<unit>{UNIT})"
    rf"(?P<half>半)?{_MORE}(?P<tail>左右|上下|的样子|\?)?"
)
_BARE_SAID = (
    re.compile(rf"(?P<each>{_EACH})\s*[:=]?\s*(?P<n>{NUMBER})(?P<vague>来|多)?(?![\w%.号寸分])"),
    re.compile(r"(?<![A-Za-z0-9.])[xX×*]\s*(?P<n>\d+(?:\.\d+)?)(?![\w.%]|\s*[xX×*])"),
    re.compile(rf"(?:数量|要|订购|订|来|qty|QTY|Qty)\s*[:=]?\s*(?P<n>{NUMBER})(?P<vague>来|多)?(?=$|[\s、,;。!)(])"),
    re.compile(rf"(?<=[\u4e00-\u9fff\w\s)])\s*(?:[:=]|-{{2,}}|—+)\s*(?P<n>{NUMBER})\s*(?=$|[\s、,;。!])"),
)
_BARE = re.compile(
    r"(?<![\w.%#/+-])\d+(?:\.\d+)?(?![\w.%#/+-]|\s*[xX×*])"
    r"|(?<=[\u4e00-\u9fff)])\d+(?![\w.%#/]|\s*[xX×*])"
    r"|(?<=\s)[一二两三四五六七八九]?[十百千万][一二三四五六七八九十百千]*(?=\s*$|[\s、,;。])",
    re.ASCII,
)


def mark_counts(line: Line) -> None:
    """Take quantities; what is only roughly said carries a doubt, ranges carry no number at all."""
    for found in line.free(_RANGE):
        line.claim(
            "count",
            found.start(),
            found.end(),
            Count(None, _unit(found["unit"]), doubt=f"「{found[0].strip()}」没说定多少"),
        )
    for found in line.free(_FEW):
        line.claim(
            "count",
            found.start(),
            found.end(),
            Count(None, _unit(found["unit"]), doubt=f"「{found[0].strip()}」没说定多少"),
        )
    for found in line.free(COUNT):
        _claim_count(line, found)
    for pattern in _BARE_SAID:
        for found in line.free(pattern):
            groups = found.groupdict()
            qty = amount(found["n"], QTY_SCALE)
            if qty:
                doubt = f"「{found[0].strip()}」是个大概数" if groups.get("vague") else ""
                line.claim("count", found.start(), found.end(), Count(qty, each=bool(groups.get("each")), doubt=doubt))
    for found in line.free(_BARE):
        qty = amount(found[0], QTY_SCALE)
        attached = line.text[found.end() : found.end() + 1]
        if qty and not re.match(r"[\u4e00-\u9fff]", attached):
            line.claim("bare", found.start(), found.end(), Count(qty))


def _claim_count(line: Line, found: re.Match[str]) -> None:
    said = found[0].strip()
    qty = amount(found["n"], QTY_SCALE)
    if qty is None:
        line.claim(
            "count", found.start(), found.end(), Count(None, _unit(found["unit"]), doubt=f"「{said}」看不出是多少")
        )
        return
    doubt = ""
    if found["vague"] or found["about"] or found["tail"] or "?" in line.text[found.end() : found.end() + 2]:
        doubt = f"「{said}」是个大概数"
    if found["half"]:
        qty += QTY_SCALE // 2
    if found["n"] == "半" and not doubt:
        doubt = f"「{said}」请核对是多少"
    unit, second = _unit(found["unit"]), None
    if found["n2"]:
        more = amount(found["n2"], QTY_SCALE)
        if more is None or _unit(found["u2"]) == unit:
            end = found.start("n2")
            line.claim("count", found.start(), end, Count(qty, unit, bool(found["each"]), None, doubt))
            return
        second = (more, _unit(found["u2"]))
    line.claim("count", found.start(), found.end(), Count(qty or None, unit, bool(found["each"]), second, doubt))


def _unit(said: str) -> str:
    return {"pc": "pcs"}.get(said.lower(), said.lower()) if said.isascii() else said


def read_count(text: str) -> Count:
    """The quantity of one cell of a table: 120, 1,200只, 3箱+5只, 一百二."""
    line = Line(text.strip())
    bare = re.fullmatch(NUMBER, line.text.strip())
    if bare:
        return Count(
            amount(bare[0], QTY_SCALE) or None, doubt="" if amount(bare[0], QTY_SCALE) else f"数量「{text}」读不出来"
        )
    mark_counts(line)
    found = [m.value for m in line.marks if m.kind in ("count", "bare") and isinstance(m.value, Count)]
    if len(found) == 1:
        return found[0]
    return Count(None, doubt=f"数量「{text.strip()}」读不出来")


def read_price(text: str) -> int | None:
    """The price of one cell of a table: 48.6, ¥48.60, 48.6元/只; None when it is none."""
    line = Line(text.strip())
    number = re.fullmatch(rf"[¥￥$]?\s*(?P<p>{DIGITS})\s*(?:元|块|RMB)?\s*(?:/\s*\S{{1,3}})?", line.text)
    if number:
        return amount(number["p"], PRICE_SCALE)
    mark_prices(line)
    found = [m.value for m in line.marks if m.kind == "price" and isinstance(m.value, int)]
    return found[0] if len(found) == 1 else None
