"""What a voucher is probably for: category, city and days, from what was decided before and from what is printed on it."""

from __future__ import annotations

import re
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.errors import BadValue
from salesdesk.domain.patterns import late
from salesdesk.persistence.reading import Reader
from salesdesk.services.vouchers.voucher import Voucher, VoucherKind

JOURNEYS = frozenset((VoucherKind.RAIL, VoucherKind.AIR, VoucherKind.COACH))
"""Kinds that are a leg of a trip."""

WORDS: tuple[tuple[str, str], ...] = (
    ("住宿费", "住宿|酒店|宾馆|旅馆|客房|民宿"),
    ("会务费", "会议|会务|会展|展位|场地"),
    ("培训费", "培训|教育服务|课程"),
    ("交通费", "客运服务|旅客运输|出行|打车|网约车|出租|停车|通行费|汽油|柴油|成品油|加油|过路|ETC"),
    ("业务招待费", "餐饮|餐费|饮食|酒楼|饭店|茶|烟|酒"),
    ("快递费", "快递|收派|寄递|邮政"),
    ("运输费", "货物运输|货运|物流|装卸|搬运|仓储"),
    ("通讯费", "通信|电信|话费|移动通信|宽带"),
    ("办公费", "办公|文具|纸|打印|墨盒|硒鼓|印刷|图书|计算机|软件"),
    ("福利费", "福利|体检|保健|劳保|饮用水"),
)
"""Category → what the items or, failing those, the seller are called; the first that fits counts."""

CITIES = (
    "北京|上海|天津|重庆|广州|深圳|杭州|南京|苏州|无锡|常州|南通|扬州|镇江|徐州|宁波|温州|嘉兴|湖州|绍兴|金华|台州|合肥|芜湖|福州|厦门|"
    "泉州|南昌|九江|赣州|济南|青岛|烟台|潍坊|临沂|淄博|郑州|洛阳|武汉|宜昌|襄阳|长沙|株洲|东莞|佛山|珠海|中山|惠州|汕头|南宁|桂林|海口|"
    "三亚|成都|绵阳|贵阳|遵义|昆明|拉萨|西安|兰州|西宁|银川|乌鲁木齐|石家庄|唐山|保定|太原|大同|呼和浩特|包头|沈阳|大连|长春|吉林|哈尔滨|"
    "大庆|昆山|张家港|常熟|太仓|江阴|宜兴|义乌"
)
_CITY = late(f"({CITIES})")
_CLASS = late(r"\*[^*]+\*")
_NIGHTS = late(r"(\d{1,2})\s*[晚夜]")
_SPAN = late(r"(\d{4}[-./年]\d{1,2}[-./月]\d{1,2})日?\s*(?:至|到|~|—|--)\s*(\d{4}[-./年]\d{1,2}[-./月]\d{1,2})")


class Guess(NamedTuple):
    """What is proposed for one voucher; None where nothing tells."""

    category: str | None = None
    city: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    nights: int | None = None


def guess(reader: Reader, voucher: Voucher, claimant: str, trip: bool) -> Guess:
    """Proposal for one voucher of a claimant; a category somebody chose for the same seller before comes first."""
    category = learned(reader, voucher, claimant) or category_of(voucher, trip)
    first, last, nights = _days(voucher)
    return Guess(category, _city(voucher, category), first, last, nights)


def learned(reader: Reader, voucher: Voucher, claimant: str) -> str | None:
    """The category a person last chose for this seller's goods of this class, the claimant's own choice before anybody else's."""
    if not voucher.seller:
        return None
    goods = _CLASS.match(voucher.items[0].name) if voucher.items else None
    found = reader.value(
        "SELECT v.category FROM expense_voucher v LEFT JOIN expense_claim c ON c.uid = v.claim WHERE v.seller = ?1"
        " AND instr(',' || v.by_hand || ',', ',category,') > 0 AND v.category IS NOT NULL AND v.void = 0"
        " AND (?2 IS NULL OR instr(v.items, ?2) > 0) ORDER BY c.claimant IS NOT ?3, v.rowid DESC LIMIT 1",
        (voucher.seller, goods[0] if goods else None, claimant),
    )
    return str(found) if found else None


def category_of(voucher: Voucher, trip: bool) -> str | None:
    """By the kind of the voucher, then by what its items are called, then by its seller. Food on a trip is 差旅费."""
    if voucher.kind in JOURNEYS:
        return "差旅费"
    if voucher.kind in (VoucherKind.TAXI, VoucherKind.TOLL):
        return "交通费"
    for text in (" ".join(item.name for item in voucher.items), voucher.seller or ""):
        for category, pattern in WORDS:
            if text and re.search(pattern, text):
                return "差旅费" if trip and category == "业务招待费" else category
    return None


def _city(voucher: Voucher, category: str | None) -> str | None:
    """Where it was spent: the destination of a journey; the town in the name of a hotel, restaurant or car hire."""
    if voucher.legs and voucher.legs[-1].destination:
        return town_of(voucher.legs[-1].destination)
    if category not in ("住宿费", "交通费", "业务招待费", "会务费", "差旅费"):
        return None
    found = _CITY.search(voucher.seller or "") or _CITY.search(voucher.extra.get("remark", ""))
    return found[1] if found else None


def town_of(station: str) -> str:
    """The town of a station or airport: 南京南站 is in 南京, 北海 BHY in 北海."""
    station = re.sub(r"\s*[A-Z]{3}$", "", station)
    if found := _CITY.match(station):
        return found[1]
    bare = re.sub(r"(站|机场)$", "", station)
    return re.sub(r"(?<=..)[东南西北]$", "", bare) or station  # 建德东 is in 建德, 丹东 is itself


def _days(voucher: Voucher) -> tuple[str | None, str | None, int | None]:
    """(first day, last day, nights) of what was paid for."""
    days = sorted(leg.day for leg in voucher.legs if leg.day)
    if days:
        return days[0], days[-1], None
    remark = voucher.extra.get("remark", "")
    told = voucher.extra.get("nights") or (m[1] if (m := _NIGHTS.search(remark)) else "")
    nights = int(told) if str(told).isdigit() else None
    span = _SPAN.search(remark)
    if span:
        try:
            first, last = dates.parse_day(span[1], voucher.date or "2000-01-01"), dates.parse_day(span[2], "2000-01-01")
        except BadValue:
            return voucher.date, None, nights
        return first, last, nights if nights is not None else max(0, dates.days_between(first, last)) or None
    return voucher.date, None, nights
