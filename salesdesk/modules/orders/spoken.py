"""Finds in a sentence what is a quantity, a price, a day or a size, so that DN50 is never ordered as fifty pieces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from salesdesk.domain.characters import half_width
from salesdesk.domain.dates import parse_day
from salesdesk.domain.money import PRICE_SCALE, QTY_SCALE
from salesdesk.domain.numerals import NotANumber, numeral

_HAN_DIGIT = "〇零一二两三四五六七八九"
_D = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?)"
_N = rf"(?:{_D}(?:[百千万][\d{_HAN_DIGIT}]?)?|[{_HAN_DIGIT}十百千万]+)"
UNITS = "个只件套支片根条米箱盒包袋卷桶台付副对把块张瓶组吨颗枚捆扎托盘板罐筒双节段粒斤克升打"
_UNIT = (
    r"(?:公斤(?!级|压力)|千克|[Pp][Cc][Ss]?(?![A-Za-z])|PCS|[Ee][Aa](?![A-Za-z])|[Kk][Gg](?![A-Za-z])|件(?!套)|个(?!人|月|小时|星期|礼拜|工作日)"
    rf"|[{UNITS.replace('件', '').replace('个', '')}])(?!式|型|头|装|制|法兰)"
)
_EACH = r"(?:各自|各|每样|每种|都|均)(?:要|来|订|定|拿|发|给)?"
_MORE = rf"(?:\s*(?:\+|加|零|又|另)?\s*(?P<n2>{_N})\s*(?P<u2>{_UNIT}))?"
_AFTER_DAY = r"(?:之前|以前|前|到货|到|交货|交|发货|发|送|要|给|来拿|来提|提货|用|左右|早上|上午|下午)"
_WEEK = "(?:周|星期|礼拜)"
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


# ---- what is said about the whole order ------------------------------------------------------------------------------

_CHAT = re.compile(
    r"^\s*(?:[\[【].{0,20}[\]】]\s*)?[^\d\s:]{0,16}[:\s]*(?:(?:\d{4}[-/年.])?\d{1,2}[-/月.]\d{1,2}日?\s*)?(?:昨天|今天|上午|下午|晚上|星期.)?\s*"
    r"\d{1,2}:\d{2}(?::\d{2})?\s*:?\s*$"
)
_INDEX = re.compile(r"^\s*(?:\d{1,3}\s*[、)](?!\d)|\d{1,2}\.(?!\d)|\(\d{1,2}\)|[①-⑳])\s*")
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}-\d{7,8})(?!\d)")
_PO = (
    re.compile(
        r"(?:客户单号|采购订单号?|采购单号?|订单编号|订单号|订单|合同编号|合同号|单号|编号|P\.?O\.?(?:号|单号)?)\s*(?:[:#]|是|为|NO\.?|No\.?)?\s*"
        r"(?P<po>[A-Za-z]*[-/]?\d[\w\-/]{2,}|[A-Za-z]{1,6}[-\w]*\d[\w\-/]*)"
    ),
    re.compile(r"(?<![A-Za-z])(?P<po>PO[-_#]?\d[\w\-/]{2,})"),
)
_TOTAL = re.compile(
    rf"(?:一共|总共|共计|合计|总计|总价|总金额|总数|共)\s*(?:是|为|:)?\s*[¥￥]?\s*{_N}\s*(?:元|块钱?|{_UNIT})?"
)
_DAYS = re.compile(
    rf"(?:\d{{4}}|\d{{2}})年\d{{1,2}}月\d{{1,2}}[日号]?|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|(?:今年|明年)?\d{{1,2}}月\d{{1,2}}[日号]?"
    rf"|[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}[日号]|\d{{1,2}}月[底末初]|(?:本|这|下)?个?月[底末初]|年底"
    rf"|(?:本|这|下下|下)个?月(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[号日]|(?:本|这|下下|下)?个?{_WEEK}[一二三四五六日天]"
    rf"|(?:本|这|下)周[内末]|大后天|后天|明天|明日|今天|今日|当天|(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})天(?:之内|以内|内|以后|之后|后)"
)
_WEAK_DAYS = re.compile(
    rf"(?<![\dA-Za-z.-])(?:(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[号日](?=\s*(?:{_AFTER_DAY}|$|[\s、,;。!]))|\d{{1,2}}[./]\d{{1,2}}(?=\s*{_AFTER_DAY}))"
    r"|(?:(?<=交期)|(?<=交期:)|(?<=货期)|(?<=货期:)|(?<=到货)|(?<=日期:)|(?<=时间:)|(?<=交货)|(?<=交货:))\s*(?:\d{1,2}[-./]\d{1,2}|\d{1,2}[号日])(?![\d.])"
)
_DAY_TAIL = re.compile(
    r"\s*(?:之前|以前|前|以内|内)?\s*(?:必须|务必|一定|能不能|就|能|可以|会|希望|帮我|给我)*(?:\s*(?:要货|要用|到货|交货|发货|送货|送到|发出|提货|来提|来拿|要的?|到|交|发|用))*"
)
_DAY_HEAD = re.compile(
    r"(?:要求)?(?:交期|交货期|交货日期|货期|到货日期|到货时间|送货时间|交货时间|到货|时间|最晚|最迟)\s*:?\s*(?:是|在|为)?\s*$"
)
_NEAR_PLACE = re.compile("老地方|老地址|原地址|上次的?地址|上次那个?地方|老位置")
_TO_PLACE = re.compile(
    r"(?:送到|送去|发到|发去|送|发)\s*(?P<name>[\u4e00-\u9fff][\w\u4e00-\u9fff]{0,7}?)(?=$|[\s、,;。!])"
)
_ADDRESS = re.compile(r"(?:收货地址|送货地址|交货地点|交货地址|地址)\s*[:为是]\s*(?P<address>[^;。\n]{4,80})")


def mark_frame(line: Line) -> None:
    """Take what is no goods: who wrote when, running numbers, phones, the customer's own order number, totals."""
    if _CHAT.match(line.text) and line.claim("chat", 0, len(line.text)):
        return
    if found := _INDEX.match(line.text):
        line.claim("chat", found.start(), found.end())
    for found in line.free(_ADDRESS):
        line.claim(
            "address", found.start(), found.end(), line.raw[found.start("address") : found.end("address")].strip()
        )
    for found in line.free(_PHONE):
        line.claim("phone", found.start(), found.end(), found[0])
    for pattern in _PO:
        for found in line.free(pattern):
            line.claim("po", found.start(), found.end(), found["po"])
    for found in line.free(_TOTAL):
        before = line.text[: found.start()]
        if (
            _COUNT.search(before)
            or not re.search(r"[\u4e00-\u9fffA-Za-z]", before)
            or re.search("[元块¥￥金价]", found[0])
        ):
            line.claim("chat", found.start(), found.end())


def mark_places(line: Line, names: Sequence[str]) -> None:
    """Take the names of the customer's addresses, and words that mean the usual one."""
    for name in sorted((n for n in names if len(n) > 1), key=len, reverse=True):
        pattern = re.compile(rf"(?:(?:送货|送|发货|发)(?:到|去)?|到|还是|地址)?\s*{re.escape(plain(name))}")
        for found in line.free(pattern):
            line.claim("place", found.start(), found.end(), name)
    for found in line.free(_NEAR_PLACE):
        line.claim("place", found.start(), found.end(), "")
    for found in line.free(_TO_PLACE):
        if (
            not re.search(r"\d|[货过来给到完]$|^[货过来给我到]", found["name"])
            and found["name"][-1] in "厂库店部区场仓司站点里"
        ):
            line.claim("place", found.start(), found.end(), found["name"])


def mark_days(line: Line, today: str) -> None:
    """Take days to deliver on: 18号前, 下周三, 月底前, 明天要."""
    for pattern in (_DAYS, _WEAK_DAYS):
        for found in line.free(pattern):
            said = found[0].strip()
            day, doubt = _day(said, today)
            tail = _DAY_TAIL.match(line.text, found.end())
            end = tail.end() if tail else found.end()
            head = _DAY_HEAD.search(line.text, 0, found.start())
            start = head.start() if head else found.start()
            for one, other in ((start, end), (found.start(), end), (start, found.end()), (found.start(), found.end())):
                if line.claim("day", one, other, day, doubt):
                    break


def _day(said: str, today: str) -> tuple[str | None, str]:
    text = re.sub("(?:之内|以内|内)$", "后", said) if re.search("天(?:之内|以内|内)$", said) else said
    text = text.replace("个周", "周").replace("这", "本") if _WEEK_NAMED.search(text) else text
    try:
        day = parse_day(text, today)
    except ValueError:
        return None, f"「{said}」没说清是哪一天"
    return (day, "") if day >= today else (day, f"「{said}」已经过去了")


_WEEK_NAMED = re.compile(_WEEK)

# ---- numbers that belong to the goods --------------------------------------------------------------------------------

_SIZES = (
    re.compile(
        r"(?<![A-Za-z0-9.])\d+(?:\.\d+)?\s*(?:[-~]\s*\d+(?:\.\d+)?\s*)?(?:[Mm][Pp][Aa]|[Kk][Pp][Aa]|mm|MM|cm|CM|bar|BAR|℃|°|[Kk][Ww]|[Vv](?![A-Za-z])|Hz|#|寸|分(?!钟)|目|孔|芯|平方|公斤级|公斤压力|丝)"
    ),
    re.compile(r"(?<![A-Za-z0-9.])\d+/\d+(?:\"|寸)?(?![\d/])"),
    re.compile(r"(?<![A-Za-z0-9.])\d+(?:\.\d+)?(?:\s*[xX×*]\s*\d+(?:\.\d+)?)+(?:mm|MM)?(?!\d)"),
    re.compile(
        rf"(?<![A-Za-z0-9.])(?:304L?|316L?|321|201|202|430|410|2205|2507|1\.4404|6061|7075)(?!\d|\s*{_UNIT}|\.\d)"
    ),
    re.compile(
        r"(?<![A-Za-z0-9])(?![xX]\d+(?![\w.]))(?:[A-Za-zΦφØ]{1,12}[-. ]?\d[A-Za-z0-9.]*(?:[-/xX×*][A-Za-z0-9.]+)*)"
    ),
    re.compile(r"(?<![A-Za-z0-9.])\d+[A-Za-z]+[A-Za-z0-9]*(?:[-/][A-Za-z0-9.]+)+"),
    re.compile(r"(?<!\d)[〇零一二两三四五六七八九十](?=通|氟|元乙丙|角|位|字|爪|翼|层|级|号)"),
)
_TIMES = re.compile(r"(?P<head>[A-Za-zΦφØ]{1,12}[-.]?\d[A-Za-z0-9.\-/]*)[xX×*](?P<n>\d+)$")
_PACKS = re.compile(
    rf"\(?(?:每|一|1)\s*(?:箱|盒|包|袋|件|卷|捆)\s*(?:是|装|有)?\s*{_N}\s*{_UNIT}\)?|\(?{_D}\s*{_UNIT}\s*(?:/|一|每)\s*(?:箱|盒|包|袋|件|卷|捆)\)?"
)


def mark_sizes(line: Line, known: Callable[[str], bool]) -> None:
    """Take what names a product or its size; `known` tells whether a word stands in the catalogue (P10012*20)."""
    for found in line.free(_PACKS):
        line.claim("pack", found.start(), found.end())
    for pattern in _SIZES:
        for found in line.free(pattern):
            end = found.end()
            times = _TIMES.fullmatch(found[0])
            if times and not known(found[0]) and known(times["head"]):
                end = found.start() + times.end("head")
                line.claim("size", found.start(), end)
                sure = re.match(r"(?i)dn|pn|m\d", times["head"]) is None
                doubt = "" if sure else f"「{found[0]}」按 {times['n']} 个读，也可能是规格"
                line.claim("count", end, found.end(), Count(amount(times["n"], QTY_SCALE), doubt=doubt))
            else:
                line.claim("size", found.start(), end)


# ---- prices and quantities -------------------------------------------------------------------------------------------

_PER = rf"(?:\s*(?:/|每|一|1)\s*{_UNIT})"
_CENTS = rf"(?P<dec>(?:\d{{1,2}}|[{_HAN_DIGIT}]{{1,2}})(?![\d.]|\s*{_UNIT}(?<!一个)|[百千万十]))?(?:毛|角)?"
_PRICES = (
    re.compile(
        rf"(?P<sign>含税单价|未税单价|不含税单价|单价|价格|含税价|不含税价|未税价|含税|不含税|未税|价钱?|按|@|[¥￥])\s*(?:[:是为按=]|\s)*[¥￥]?\s*(?P<p>{_N})"
        rf"(?:(?P<yuan>块钱?|元)(?:(?P<dec>\d{{1,2}}|[{_HAN_DIGIT}]{{1,2}})(?=毛|角|$|[\s、,;。()一/每含不]))?(?:毛|角)?)?{_PER}?(?!\s*{_UNIT}|[\d.])"
    ),
    re.compile(
        rf"(?P<p>{_N})(?P<yuan>块钱|元|块)(?P<dec>\d{{1,2}}|[{_HAN_DIGIT}]{{1,2}})?(?:毛|角)?{_PER}?\s*(?:的价|含税|不含税|未税)?(?![\d.])"
    ),
    re.compile(rf"(?P<p>{_D})\s*(?:/\s*{_UNIT}|一{_UNIT})"),
    re.compile(rf"(?:每|一){_UNIT}\s*(?P<p>\d+\.\d+)(?:元|块)?"),
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
                others = [m for m in _COUNT.finditer(line.text) if m.start() != found.start() and m["unit"] != "块"]
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
_RANGE = re.compile(rf"(?P<n>{_N})\s*(?:-|~|到|至)\s*{_N}\s*(?P<unit>{_UNIT})")
_FEW = re.compile(
    rf"(?:十几|几十|几百|几|好几|[一二两三四五六七八九](?=[一二两三四五六七八九]{_UNIT})[一二两三四五六七八九]|若干|一些)\s*(?P<unit>{_UNIT})"
)
_COUNT = re.compile(
    rf"(?P<about>大概|大约|约|差不多|估计)?\s*(?:一共|总共|共计|共)?\s*(?P<each>{_EACH})?\s*[xX×*]?\s*(?P<n>半|{_N})(?P<vague>来|多|余)?\s*(?P<unit>{_UNIT})"
    rf"(?P<half>半)?{_MORE}(?P<tail>左右|上下|的样子|\?)?"
)
_BARE_SAID = (
    re.compile(rf"(?P<each>{_EACH})\s*[:=]?\s*(?P<n>{_N})(?P<vague>来|多)?(?![\w%.号寸分])"),
    re.compile(r"(?<![A-Za-z0-9.])[xX×*]\s*(?P<n>\d+(?:\.\d+)?)(?![\w.%]|\s*[xX×*])"),
    re.compile(rf"(?:数量|要|订购|订|来|qty|QTY|Qty)\s*[:=]?\s*(?P<n>{_N})(?P<vague>来|多)?(?=$|[\s、,;。!)(])"),
    re.compile(rf"(?<=[\u4e00-\u9fff\w\s)])\s*(?:[:=]|-{{2,}}|—+)\s*(?P<n>{_N})\s*(?=$|[\s、,;。!])"),
)
_BARE = re.compile(
    r"(?<![\w.%#/+-])\d+(?:\.\d+)?(?![\w.%#/+-]|\s*[xX×*])|(?<=[\u4e00-\u9fff)])\d+(?![\w.%#/]|\s*[xX×*])|(?<=\s)[一二两三四五六七八九]?[十百千万][一二三四五六七八九十百千]*(?=\s*$|[\s、,;。])",
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
    for found in line.free(_COUNT):
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
    bare = re.fullmatch(_N, line.text.strip())
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
    number = re.fullmatch(rf"[¥￥$]?\s*(?P<p>{_D})\s*(?:元|块|RMB)?\s*(?:/\s*\S{{1,3}})?", line.text)
    if number:
        return amount(number["p"], PRICE_SCALE)
    mark_prices(line)
    found = [m.value for m in line.marks if m.kind == "price" and isinstance(m.value, int)]
    return found[0] if len(found) == 1 else None
