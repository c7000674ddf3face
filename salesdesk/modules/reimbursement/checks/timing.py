"""时间: years, future and old vouchers, rest days, and whether the trip could have gone like that (matters 19 to 21)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

from salesdesk.domain.dates import days_between, weekday_name
from salesdesk.modules.reimbursement.checks.authenticity import unread
from salesdesk.modules.reimbursement.checks.case import Case, Fault, Held, is_refund
from salesdesk.services.vouchers.voucher import FULL, Leg, VoucherKind

HOUR = 60
TREATS = ("餐饮", "餐费", "汽油", "柴油", "成品油", "娱乐")


def dates(case: Case) -> Iterator[Fault]:
    """19. The year in the number, the future, last year's vouchers, old ones."""
    oldest = case.number("too_old", "days")
    for one in case.held:
        day = one.read.date
        if not day:
            continue
        number = one.key
        if one.read.kind in FULL and len(number) == 20 and number.isdigit() and number[:2] != day[2:4]:
            yield one.fault(
                "number_year", f"号码是 20{number[:2]} 年的，日期是 {day[:4]} 年", "number", number, f"{day[2:4]} 开头"
            )
        if day > case.today:
            yield one.fault("future", f"开票日期 {day} 还没到", "date", day, f"不晚于 {case.today}")
        year, claimed = int(day[:4]), case.day
        if year < int(claimed[:4]):
            yield one.fault("last_year", f"是 {year} 年的票", "date", day, f"{claimed[:4]} 年")
            if claimed > f"{year + 1}-05-31":
                yield one.fault(
                    "last_year_late", f"{year} 年的票，过了 {year + 1}-05-31", "date", day, f"{year + 1}-05-31 前报"
                )
        age = days_between(day, claimed)
        if age > oldest:  # of last year's vouchers one reason is enough
            told = year < int(claimed[:4]) and case.uses("last_year")
            yield one.fault("too_old", f"开票 {age} 天了", "date", day, f"{oldest} 天内", slight=told)


def known(case: Case) -> Iterator[Fault]:
    """19. Without its day a voucher can be judged neither old nor doubled; 定额发票 print none, there the line may say it."""
    for one in case.held:
        day = one.read.date
        if one.read.kind is VoucherKind.QUOTA:
            day = day or one.day or str(case.line_of.get(one.line, {}).get("day") or "")
        if not day and not unread(one):
            printed = next((found.printed for found in one.read.findings if found.code == "unread_date"), "")
            yield one.fault("date_unread", "看不出日期", "date", printed or "空", "开票日期")


def rest_days(case: Case) -> Iterator[Fault]:
    """20. 招待, 加油, 餐饮 on a day off, as far as the holiday table knows: yes, no, or not known."""
    for one in case.held:
        treat = case.category(one) == "业务招待费" or any(w in item.name for item in one.read.items for w in TREATS)
        if not treat or not one.day:
            continue
        works, weekday = case.calendar.works(one.day), weekday_name(one.day)
        if works is False:
            yield one.fault("rest_day", f"{one.day} {weekday}是休息日", "day", one.day, "工作日", source="节假日")
        elif works is None and weekday in ("周六", "周日"):
            told = f"{one.day} 是{weekday}，「节假日」里没有 {one.day[:4]} 年的调休，不知道是不是上班"
            yield one.fault("rest_day", told, "day", one.day, "工作日", source="节假日")


def trip(case: Case) -> Iterator[Fault]:
    """21. Everything of a trip lies between its days; nobody leaves two places in one hour or sits on two seats of one train."""
    first, last = str(case.header.get("trip_from") or ""), str(case.header.get("trip_to") or "")
    if first and last:
        for one in case.held:
            days = () if is_refund(one) else one.sure_days
            out = sorted({day for day in days if not first <= day <= last})
            if out:
                yield one.fault(
                    "outside_trip", f"{'、'.join(out)} 不在出差期间", "day", "、".join(out), f"{first} 至 {last}"
                )
    legs = [
        (one, leg)
        for one, leg in case.legs()
        if one.read.kind in (VoucherKind.RAIL, VoucherKind.AIR, VoucherKind.COACH)
    ]
    for at, (one, leg) in enumerate(legs):
        for other, before in legs[:at]:
            if leg.day != before.day or _traveller(one) != _traveller(other) or one.uid == other.uid:
                continue
            if leg.carrier and leg.carrier == before.carrier and leg.origin == before.origin and _traveller(one):
                told = f"{_traveller(one)} {leg.day} {leg.carrier} 有两张票，另一张是{other.place}"
                yield one.fault("same_train", told, "legs", f"{leg.carrier} {leg.seat}", other.read.number)
            elif _same_hour(leg, before):
                told = f"{leg.day} {before.time} 从{before.origin}、{leg.time} 从{leg.origin}出发"
                yield one.fault(
                    "two_places", told, "legs/time", f"{leg.time} {leg.origin}", f"{before.time} {before.origin}"
                )


def _traveller(one: Held) -> str:
    return one.read.extra.get("passenger", "")


def _same_hour(leg: Leg, before: Leg) -> bool:
    """Two departures within an hour from different places, unless one goes on where the other arrived."""
    minutes = _minutes(leg.time), _minutes(before.time)
    if None in minutes or _place(leg.origin) == _place(before.origin):
        return False
    apart = abs((minutes[0] or 0) - (minutes[1] or 0))
    change = _place(leg.origin) == _place(before.destination) or _place(before.origin) == _place(leg.destination)
    return apart < HOUR and not change


def _minutes(text: str) -> int | None:
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return None
    return at.hour * 60 + at.minute


def _place(station: str) -> str:
    """上海虹桥 and 上海南 are one place."""
    return station[:2]
