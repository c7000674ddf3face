"""Finds what a message says about the whole order, and the numbers that belong to the goods: DN50, M16×90, 0-1.6MPa."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from salesdesk.domain.dates import parse_day
from salesdesk.domain.money import QTY_SCALE
from salesdesk.modules.orders.spoken import COUNT, DIGITS, NUMBER, UNIT, Count, Line, amount, plain

_AFTER_DAY = r"(?:之前|以前|前|到货|到|交货|交|发货|发|送|要|给|来拿|来提|提货|用|左右|早上|上午|下午)"
_WEEK = "(?:周|星期|礼拜)"

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
    rf"(?:一共|总共|共计|合计|总计|总价|总金额|总数|共)\s*(?:是|为|:)?\s*[¥￥]?\s*{NUMBER}\s*(?:元|块钱?|{UNIT})?"
)
_DAYS = re.compile(
    rf"(?:\d{{4}}|\d{{2}})年\d{{1,2}}月\d{{1,2}}[日号]?|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|(?:今年|明年)?\d{{1,2}}月\d{{1,2}}[日号]?"
    rf"|[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}[日号]|\d{{1,2}}月[底末初]|(?:本|这|下)?个?月[底末初]|年底"
    rf"|(?:本|这|下下|下)个?月(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[号日]|(?:本|这|下下|下)?个?{_WEEK}[一二三四五六日天]"
    rf"|(?:本|这|下)周[内末]|大后天|后天|明天|明日|今天|今日|当天|(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})天(?:之内|以内|内|以后|之后|后)"
)
_WEAK_DAYS = re.compile(
    rf"(?<![\dA-Za-z.-])(?:(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[号日](?=\s*(?:{_AFTER_DAY}|$|[\s、,;。!]))"
    rf"|\d{{1,2}}[./]\d{{1,2}}(?=\s*{_AFTER_DAY}))"
    r"|(?:(?<=交期)|(?<=交期:)|(?<=货期)|(?<=货期:)|(?<=到货)|(?<=货日期:)|(?<=时间:)|(?<=交货)|(?<=交货:))\s*(?:\d{1,2}[-./]\d{1,2}|\d{1,2}[号日])(?![\d.])"
)
_DAY_TAIL = re.compile(
    r"\s*(?:之前|以前|前|以内|内)?\s*(?:必须|务必|一定|能不能|就|能|可以|会|希望|帮我|给我)*(?:\s*(?:要货|要用|到货|交货|发货|送货|送到|发出|提货|来提|来拿|要的?|到|交|发|用))*"
)
_ORDER_DAY = re.compile(r"(?<!货)(?<!要求)(?<!交付)(?<!到达)日期\s*:?\s*$|(?:下单|制单|开单|订货)(?:时间|于)?\s*:?\s*$")
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
            COUNT.search(before)
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
            if _ORDER_DAY.search(line.text, 0, found.start()):
                line.claim("chat", found.start(), found.end())
                continue
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
        day = parse_day(text, today, ahead=True)
    except ValueError:
        return None, f"「{said}」没说清是哪一天"
    return (day, "") if day >= today else (day, f"「{said}」已经过去了")


_WEEK_NAMED = re.compile(_WEEK)

# ---- numbers that belong to the goods --------------------------------------------------------------------------------

_SIZES = (
    re.compile(
        r"(?<![A-Za-z0-9.])\d+(?:\.\d+)?\s*(?:[-~]\s*\d+(?:\.\d+)?\s*)?(?:[Mm][Pp][Aa]|[Kk][Pp][Aa]|mm|MM|cm|CM"
        r"|bar|BAR|℃|°|[Kk][Ww]|[Vv](?![A-Za-z])|Hz|#|寸|分(?!钟)|目|孔|芯|平方|公斤级|公斤压力|丝)"
    ),
    re.compile(r"(?<![A-Za-z0-9.])\d+/\d+(?:\"|寸)?(?![\d/])"),
    re.compile(r"(?<![A-Za-z0-9.])\d+(?:\.\d+)?(?:\s*[xX×*]\s*\d+(?:\.\d+)?)+(?:mm|MM)?(?!\d)"),
    re.compile(
        rf"(?<![A-Za-z0-9.])(?:304L?|316L?|321|201|202|430|410|2205|2507|1\.4404|6061|7075)(?!\d|\s*{UNIT}|\.\d)"
    ),
    re.compile(
        r"(?<![A-Za-z0-9])(?![xX]\d+(?![\w.]))(?:[A-Za-zΦφØ]{1,12}[-. ]?\d[A-Za-z0-9.]*(?:[-/xX×*][A-Za-z0-9.]+)*)"
    ),
    re.compile(r"(?<![A-Za-z0-9.])\d+[A-Za-z]+[A-Za-z0-9]*(?:[-/][A-Za-z0-9.]+)+"),
    re.compile(r"(?<!\d)[〇零一二两三四五六七八九十](?=通|氟|元乙丙|角|位|字|爪|翼|层|级|号)"),
)
_TIMES = re.compile(r"(?P<head>[A-Za-zΦφØ]{1,12}[-.]?\d[A-Za-z0-9.\-/]*)[xX×*](?P<n>\d+)$")
_PACKS = re.compile(
    rf"\(?(?:每|一|1)\s*(?:箱|盒|包|袋|件|卷|捆)\s*(?:是|装|有)?\s*{NUMBER}\s*{UNIT}\)?|\(?{DIGITS}\s*{UNIT}\s*(?:/|一|每)\s*(?:箱|盒|包|袋|件|卷|捆)\)?"
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
