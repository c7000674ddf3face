"""标准: nights, heads, days, seats and cabins against the company's standards, with the exact excess (matters 17 and 18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from salesdesk.domain.dates import add_days, days_between
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.checks.case import Case, Fault, Held, shown
from salesdesk.modules.standards.limits import allowed, cabin_named, seat_named
from salesdesk.modules.standards.model import CABIN, GUESTS, LOCAL, LODGING, MEAL, SEAT
from salesdesk.services.vouchers.voucher import VoucherKind

LONGEST_STAY = 366
_FAR = (VoucherKind.RAIL, VoucherKind.AIR, VoucherKind.COACH, VoucherKind.TOLL)


class Limit(NamedTuple):
    """What may be spent on one voucher: 分, how it came about in words, whether the company confirmed the standard."""

    amount: int
    words: str
    confirmed: bool


def over(case: Case) -> Iterator[Fault]:
    """17. What is beyond the standard, after what was already cut; standards nobody confirmed give a hint."""
    limits = {one.uid: found for one in case.held if (found := limit_of(case, one)) is not None}
    for line, group in case.by_line.items():
        yield from _over_line(case, line, [one for one in group if one.uid in limits], limits)
    yield from _over_local(case)
    yield from _over_allowance(case)
    yield from _over_class(case)


def limit_of(case: Case, one: Held) -> Limit | None:
    """The limit for a night's lodging or a meal with guests; None where there is no standard or nobody says how many."""
    if one.read.total is None:
        return None
    if is_lodging(case, one):
        nights = nights_of(one)
        return _lodging(case, one, nights) if nights else None
    if case.category(one) == "业务招待费":
        heads = one.persons or case.line_of.get(one.line, {}).get("persons")
        found = case.standards.find(GUESTS, one.day or case.day, city_of(case, one), case.grade)
        if heads and found is not None and found.amount is not None:
            return Limit(found.amount * heads, f"{heads} 人 × {shown(found.amount)}", found.confirmed)
    return None


def _lodging(case: Case, one: Held, nights: int) -> Limit | None:
    heads, city = one.persons or 1, city_of(case, one)
    first = one.date_from or _arrival(case) or one.read.date or case.day
    found = [case.standards.find(LODGING, add_days(first, n), city, case.grade) for n in range(nights)]
    each = [s for s in found if s is not None and s.amount is not None]
    if len(each) != nights:
        return None
    amount = sum(s.amount or 0 for s in each) * heads
    whose = f"{heads} 人 × " if heads > 1 else ""
    return Limit(amount, f"{city or '不分城市'} {nights} 晚，{whose}共 {shown(amount)}", all(s.confirmed for s in each))


def nights_of(one: Held) -> int | None:
    """How many nights: as entered, as on the voucher, else between arrival and departure."""
    said = one.read.extra.get("nights", "")
    nights = one.nights or (int(said) if said.isascii() and said.isdigit() else None)
    if nights is None and one.date_from and one.date_to and one.date_to > one.date_from:
        nights = days_between(one.date_from, one.date_to)
    return nights if nights and nights <= LONGEST_STAY else None


def is_lodging(case: Case, one: Held) -> bool:
    """Whether it pays for nights."""
    return case.category(one) == "住宿费" or any("住宿" in i.name or "房费" in i.name for i in one.read.items)


def city_of(case: Case, one: Held) -> str:
    """Where it was spent: as entered, else where the line leads, else the one place of the trip."""
    line = case.line_of.get(one.line, {})
    places = str(case.header.get("places") or "").replace("，", "、").split("、")
    return one.city or str(line.get("destination") or "") or (places[0].strip() if len(places) == 1 else "")


def _arrival(case: Case) -> str:
    return str(case.header.get("trip_from") or "")


def _over_line(case: Case, line: str, group: list[Held], limits: dict[str, Limit]) -> Iterator[Fault]:
    row = case.line_of.get(line)
    rest: int | None = None
    if row is not None:
        face = sum(one.read.total or 0 for one in case.by_line[line])
        claimed = (row.get("amount") or 0) - (row.get("cut") or 0)
        rest = sum(max(0, (one.read.total or 0) - limits[one.uid].amount) for one in group) - max(0, face - claimed)
    for one in group:
        limit, total = limits[one.uid], one.read.total or 0
        excess = total - limit.amount
        if rest is not None:
            excess = min(excess, rest)
            rest -= max(0, excess)
        if excess > 0:
            told = f"超标准 {shown(excess)} 元（{limit.words}）"
            yield one.fault(
                _rule(limit.confirmed), told, "total", total, limit.amount, excess=excess, source="报销标准"
            )


def _rule(confirmed: bool, rule: str = "over_limit") -> str:
    return rule if confirmed else "limit_unsure"


def _over_local(case: Case) -> Iterator[Fault]:
    """市内交通 per person and day of a trip; rides of which only the invoice's day is known, against all its days together."""
    if case.header.get("kind") != "trip":
        return
    days: dict[str, list[Held]] = {}
    for one in case.held:
        ride = case.category(one) == "交通费" or one.read.kind is VoucherKind.TAXI
        if ride and one.read.kind not in _FAR and one.read.total is not None:
            days.setdefault(one.sure_days[0] if one.sure_days else "", []).append(one)
    lines = {one.line for rides in days.values() for one in rides}
    cut = sum(case.line_of.get(line, {}).get("cut") or 0 for line in lines)
    for day, rides in sorted(days.items()):
        found = case.standards.find(LOCAL, day or case.day, city_of(case, rides[-1]), case.grade)
        number = 1 if day else trip_days(case)
        if found is None or found.amount is None or not number:
            continue
        limit = found.amount * number * (case.header.get("persons") or 1)
        spent = sum(one.read.total or 0 for one in rides)
        excess = max(0, spent - limit)
        excess, cut = max(0, excess - cut), max(0, cut - excess)
        if excess:
            when = day or f"{number} 天"
            told = f"{when} 市内交通共 {shown(spent)}，超标准 {shown(excess)} 元"
            key = f"total/{day or 'trip'}"
            yield rides[-1].fault(_rule(found.confirmed), told, key, spent, limit, excess=excess, source="报销标准")


def _over_allowance(case: Case) -> Iterator[Fault]:
    """补助 per person and day; one for local transport is told by its words."""
    for line in _allowances(case):
        kind = LOCAL if "交通" in str(line.get("summary") or "") else MEAL
        day = str(line.get("day") or case.header.get("trip_from") or case.day)
        found = case.standards.find(
            kind, day, str(line.get("destination") or case.header.get("places") or ""), case.grade
        )
        given = line.get("standard")
        if found is None or found.amount is None or given is None or given <= found.amount:
            continue
        excess = (given - found.amount) * (line.get("persons") or 1) * (line.get("days") or 1000) // 1000 - (
            line.get("cut") or 0
        )
        if excess > 0:
            told = f"补助每天 {shown(given)}，标准 {shown(found.amount)}，共超 {shown(excess)} 元"
            yield case.line_fault(_rule(found.confirmed), line, told, "standard", given, found.amount, excess=excess)


def _over_class(case: Case) -> Iterator[Fault]:
    for one, leg in case.legs():
        rail = one.read.kind is VoucherKind.RAIL
        if not rail and one.read.kind is not VoucherKind.AIR:
            continue
        named = seat_named(leg.seat) if rail else cabin_named(leg.seat)
        found = case.standards.find(SEAT if rail else CABIN, leg.day, "", case.grade)
        if named and found is not None and found.classes and not allowed(found.classes, named):
            told = f"{leg.day} {leg.origin}—{leg.destination} 坐的是{named}"
            yield one.fault(
                _rule(found.confirmed, "over_class"), told, "legs/seat", leg.seat, found.classes, source="报销标准"
            )


def dropped(case: Case) -> Iterator[Fault]:
    """17. A line that was cut is gone, and what was cut of it is claimed again within what the department approved.

    Whatever 费用项目 it is claimed under: without the cuts that went with their lines no more is left to claim than the
    approved amount less those cuts. Told of the newest lines first, then of the largest; what is cut of them again settles it.
    """
    most = case.header.get("head_amount")
    lost = sum(gone["cut"] for gone in case.dropped)
    if most is None or not lost:
        return
    again = min(lost, sum(line.get("amount") or 0 for line in case.lines) + lost - most)
    names = "、".join(f"「{gone['summary']}」" for gone in case.dropped)[:60]
    for line in sorted(case.lines, key=lambda row: (not _since(case, row), -(row.get("amount") or 0))):
        share = min(again, max(0, line.get("amount") or 0))
        if share <= 0:
            continue
        again -= share
        cut = line.get("cut") or 0
        if share > cut:
            claimed, excess = line["amount"] - cut, share - cut
            told = f"核减过 {shown(lost)} 元的{names}删了，这一行又把 {shown(excess)} 元报了进来"
            yield case.line_fault("cut_gone", line, told, "amount", claimed, claimed - excess, excess=excess)


def _since(case: Case, line: Row) -> bool:
    """Whether a line came when a cut line had gone."""
    return bool(case.dropped_at) and str(line.get("created_at") or "") >= case.dropped_at


def just_below(case: Case) -> Iterator[Fault]:
    """23. Spent up to the very limit of a standard."""
    percent = case.number("below_limit", "percent")
    for one in case.held:
        limit = limit_of(case, one)
        total = one.read.total or 0
        if (
            limit is not None
            and limit.confirmed
            and limit.amount
            and limit.amount * percent <= total * 100 <= limit.amount * 100
        ):
            yield one.fault(
                "below_limit", f"正好贴着标准（{limit.words}）", "total/limit", total, limit.amount, source="报销标准"
            )


def allowances(case: Case) -> Iterator[Fault]:
    """18. No more days of allowance than were travelled; a day with 餐补 has no meal on a voucher as well."""
    days = trip_days(case)
    if not days:
        return
    for line in _allowances(case):
        if (line.get("days") or 0) > days * 1000:
            told = f"补助 {line['days'] / 1000:g} 天，出差 {days} 天"
            yield case.line_fault(
                "allowance_days",
                line,
                told,
                "days",
                f"{line['days'] / 1000:g} 天",
                f"{days} 天",
                source=_days_from(case),
            )
    meal = max(
        (line.get("days") or 0 for line in _allowances(case) if "交通" not in str(line.get("summary") or "")), default=0
    )
    eaten = [one for one in case.held if _is_meal(case, one) and one.day]
    if meal + 1000 * len({one.day for one in eaten}) > days * 1000:
        for one in eaten if meal else ():
            yield one.fault(
                "allowance_meal", f"{one.day} 拿了餐补又报餐费", "day", one.day, "餐补和餐费二选一", source="报销单"
            )


def _is_meal(case: Case, one: Held) -> bool:
    return case.category(one) != "业务招待费" and any("餐饮" in i.name or "餐费" in i.name for i in one.read.items)


def _allowances(case: Case) -> list[Row]:
    return [line for line in case.lines if line.get("part") == "allowance"]


def trip_days(case: Case) -> int:
    """Days on the way: from the first to the last ticket when there are two or more, else as the claim says; 0 when unknown."""
    days = sorted(leg.day for _, leg in case.legs())
    if len(days) > 1 and days[-1] > days[0]:
        return days_between(days[0], days[-1]) + 1
    first, last = case.header.get("trip_from"), case.header.get("trip_to")
    if first and last:
        return max(0, days_between(str(first), str(last)) + 1)
    return int(case.header.get("trip_days") or 0)


def _days_from(case: Case) -> str:
    return "车票、机票" if len({leg.day for _, leg in case.legs()}) > 1 else "出差起止日期"


def split(line: Row, excess: int, why: str) -> tuple[int, int, str]:
    """核减: (claimed, approved, reason) of a line of which `excess` is too much; 分, and never below nothing."""
    claimed = int(line.get("amount") or 0) - int(line.get("cut") or 0)
    cut = min(claimed, excess)
    return claimed, claimed - cut, f"{why} {shown(cut)} 元"
