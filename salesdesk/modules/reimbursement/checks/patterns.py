"""规律: numbers in a row, many from one seller, round amounts, and tickets of somebody else (matters 22 to 24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from salesdesk.domain.dates import days_between
from salesdesk.domain.text import compact
from salesdesk.modules.reimbursement.checks.case import TRANSPORT, Case, Fault, Held
from salesdesk.services.vouchers.voucher import VoucherKind

_TRANSPORT = {str(kind) for kind in TRANSPORT}


class Numbered(NamedTuple):
    """A voucher in its series: seller and what stands before the serial number. held: place in the claim, -1 elsewhere."""

    series: str
    serial: int
    date: str
    number: str
    held: int


def numbered(seller: str, code: str, number: str, date: str, held: int = -1) -> Numbered | None:
    """A voucher's place in its series; None without seller, date or number. Of 20 digits the serial is digits 6 to 20."""
    if not seller or not date:
        return None
    digits = number if number.isdigit() else compact(number)
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) == 20:
        return Numbered(f"{seller}/{digits[:5]}", int(digits[5:]), date, digits, held)
    return Numbered(f"{seller}/{code}", int(digits), date, digits, held)


def runs(vouchers: Sequence[Numbered], gap: int, days: int, least: int) -> list[list[Numbered]]:
    """Vouchers of one series whose numbers follow one another by at most `gap`, made out at most `days` days apart."""
    found: list[list[Numbered]] = []
    for one in sorted(set(vouchers)):
        last = found[-1][-1] if found else None
        if (
            last is not None
            and last.series == one.series
            and 1 <= one.serial - last.serial <= gap
            and abs(days_between(last.date, one.date)) <= days
        ):
            found[-1].append(one)
        elif last is None or (last.series, last.serial) != (one.series, one.serial):
            found.append([one])
    return [run for run in found if len(run) >= least]


def in_a_row(case: Case) -> Iterator[Fault]:
    """22. 连号 of one seller, here or with what was claimed elsewhere; tickets and tolls come in a row by nature."""
    gap, days, least = (case.number("sequence", key) for key in ("gap", "days", "count"))
    known = [
        numbered(h.read.seller or "", h.read.code or "", h.read.number or "", h.read.date or "", at)
        for at, h in enumerate(case.held)
        if h.read.kind not in TRANSPORT
    ]
    known += [numbered(o.seller, o.code, o.number, o.date) for o in case.others if o.kind not in _TRANSPORT]
    mine = {n.number for n in known if n is not None and n.held >= 0}
    apart = [n for n in known if n is not None and (n.held >= 0 or n.number not in mine)]
    for run in runs(apart, gap, days, least):
        own = [n for n in run if n.held >= 0]
        if own:
            numbers = "、".join(n.number[-8:] for n in run)
            yield case.held[own[0].held].fault(
                "sequence", f"同一家的 {len(run)} 张连号：{numbers}", "number", numbers, "不连号"
            )


def one_seller(case: Case) -> Iterator[Fault]:
    """23. Several from one seller on one day."""
    least = case.number("same_seller", "count")
    groups: dict[tuple[str, str], list[Held]] = {}
    for one in case.held:
        if one.read.seller and one.read.date and one.read.kind not in TRANSPORT:
            groups.setdefault((one.read.seller, one.read.date), []).append(one)
    elsewhere: dict[tuple[str, str], set[str]] = {}
    for other in case.others:
        elsewhere.setdefault((other.seller, other.date), set()).add(other.key or other.uid)
    for (seller, day), group in groups.items():
        number = len({*(one.key or one.uid for one in group), *elsewhere.get((seller, day), ())})
        if number >= least:
            yield group[0].fault(
                "same_seller", f"{seller} {day} 开了 {number} 张", "seller", f"{number} 张", f"少于 {least} 张"
            )


def round_amounts(case: Case) -> Iterator[Fault]:
    """23. Amounts without odd yuan."""
    unit = case.number("round_amount", "amount")
    for one in case.held:
        total = one.read.total or 0
        if unit and total > 0 and total % unit == 0 and one.read.kind not in (*TRANSPORT, VoucherKind.QUOTA):
            yield one.fault("round_amount", "是整数金额", "total/round", total, "有零头")


def travellers(case: Case) -> Iterator[Fault]:
    """24. The ticket is somebody else's; colleagues are allowed, so it is only told."""
    for one in case.held:
        name = one.read.extra.get("passenger", "").strip()
        if name and case.claimant and not _same_name(name, case.claimant):
            yield one.fault("other_person", f"票是{name}的", "passenger", name, case.claimant)


def _same_name(printed: str, name: str) -> bool:
    """王*明 may be 王小明."""
    return len(printed) == len(name) and all(a in ("*", b) for a, b in zip(printed, name, strict=True))
