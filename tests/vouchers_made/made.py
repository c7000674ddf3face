"""One voucher with all its values, and the invoices, tickets and slips a test may ask for."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import Any

from salesdesk.domain.company_checks import tax_id_check_digit
from salesdesk.domain.money_words import amount_in_words
from salesdesk.domain.scales import round_half_up
from salesdesk.services.vouchers.voucher import MONEY, Item, Leg, VoucherKind


def tax_id(first17: str) -> str:
    """A tax number with the right check digit."""
    return first17 + tax_id_check_digit(first17)


BUYER, BUYER_ID = "苏州安正阀门有限公司", tax_id("91320594MA1N0ABC1")
SELLER, SELLER_ID = "苏州湖畔酒店管理（集团）有限公司", tax_id("91320508757302864")

QR_KIND = {
    VoucherKind.FULL_SPECIAL: "31",
    VoucherKind.FULL_ORDINARY: "32",
    VoucherKind.RAIL: "51",
    VoucherKind.AIR: "61",
    VoucherKind.E_SPECIAL: "08",
    VoucherKind.E_ORDINARY: "10",
    VoucherKind.TOLL: "14",
    VoucherKind.PAPER_SPECIAL: "01",
    VoucherKind.PAPER_ORDINARY: "04",
    VoucherKind.PAPER_ROLL: "11",
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """What stands on one voucher. `qr` is its QR text; `words` the total in capitals; money in 分."""

    kind: VoucherKind
    code: str = ""
    number: str = ""
    date: str = "2026-06-18"
    buyer: str = BUYER
    buyer_id: str = BUYER_ID
    seller: str = SELLER
    seller_id: str = SELLER_ID
    amount: int | None = None
    tax: int | None = None
    total: int | None = None
    words: str = ""
    items: tuple[Item, ...] = ()
    legs: tuple[Leg, ...] = ()
    qr: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def but(self, **changes: Any) -> Made:
        """The same with some values changed and nothing else adjusted: a fault, or a harmless variant."""
        return replace(self, **changes)

    def xml(self, version: str = "0.33", labels: bool = True, family: str = "") -> bytes:
        """The structured file of its kind: EInvoice, fp:eInvoice, rai, atr; family="inv" gives the pilot of the ministry."""
        from tests.vouchers_made.as_xml import xml_of

        return xml_of(self, version, labels, family)

    def ofd(self, carry: str = "tags", jbig2: bool = False, stamp: str = "", broken_tags: bool = False) -> bytes:
        """An OFD whose values are in custom tags, in an attached XML, or only on the page (carry = tags / xml / text)."""
        from tests.vouchers_made.as_ofd import ofd_of

        return ofd_of(self, carry, jbig2, stamp, broken_tags)

    def pdf(self, *, attach: bool = False, stamp: str = "", turn: int = 0, qr: bool = True, outside: str = "") -> bytes:
        """A page with text and QR. attach: the XML as attachment; turn: page rotation; outside: text beyond the page's edge."""
        from tests.vouchers_made.as_pdf import pdf_of

        return pdf_of([self], attach=attach, stamp=stamp, turn=turn, qr=qr, outside=outside)

    def qr_png(self, scale: int = 4) -> bytes:
        """The QR alone."""
        from tests.vouchers_made.as_picture import png, qr_image

        return png(qr_image(self.qr, scale))

    def picture(self, turn: float = 0, contrast: float = 1.0, dpi: int = 150, form: str = "PNG") -> bytes:
        """The page as a photo would show it: turned by degrees, paler with less contrast."""
        from tests.vouchers_made.as_picture import picture_of

        return picture_of(self, turn, contrast, dpi, form)

    def truth(self) -> dict[str, Any]:
        """The values a complete reader finds, in wire form; empty ones are None."""
        return {
            "kind": str(self.kind),
            "code": self.code or None,
            "number": self.number or None,
            "date": self.date or None,
            "buyer": self.buyer or None,
            "buyer_tax_id": self.buyer_id or None,
            "seller": self.seller or None,
            "seller_tax_id": self.seller_id or None,
            "amount": MONEY.wire(self.amount),
            "tax": MONEY.wire(self.tax),
            "total": MONEY.wire(self.total),
            "total_in_words": self.words or None,
        }


def crc(n: int, number: str) -> str:
    """Four hex digits as they end a QR text; nobody says how they are computed."""
    return f"{zlib.crc32(f'{number}{n}'.encode()) & 0xFFFF:04X}"


def yuan(fen: int | None) -> str:
    """1234 -> "12.34"; "" for None."""
    return MONEY.wire(fen) or ""


def split(total: int, rate: str) -> tuple[int, int]:
    """(net, tax) of a total; a rate that is no percentage (免税, 不征税, ***) means no tax."""
    if not rate.endswith("%"):
        return total, 0
    per_mille = int(float(rate[:-1]) * 10)
    net = round_half_up(total * 1000, 1000 + per_mille)
    return net, total - net


def _items(total: int, rate: str, goods: str, lines: int) -> tuple[Item, ...]:
    parts = [total // lines] * lines
    parts[0] += total - sum(parts)
    made = []
    for at, part in enumerate(parts):
        net, tax = split(part, rate)
        name = goods if at == 0 else f"{goods}{at + 1}"
        made.append(Item(name, "", "次", "1", yuan(net), net, rate, tax))
    return tuple(made)


def full_invoice(
    *,
    special: bool = False,
    n: int = 1,
    number: str = "",
    total: int = 106_00,
    rate: str = "6%",
    goods: str = "*餐饮服务*餐费",
    lines: int = 1,
    red_of: str = "",
    **changes: Any,
) -> Made:
    """数电票; red_of: the number it takes back (the total is negative then)."""
    number = number or f"26322000000{n:09}"
    kind = VoucherKind.FULL_SPECIAL if special else VoucherKind.FULL_ORDINARY
    if red_of and total > 0:
        total = -total
    items = _items(total, rate, goods, lines)
    day = changes.pop("date", "2026-06-18")
    made = Made(
        kind=kind,
        number=number,
        date=day,
        amount=sum(i.amount or 0 for i in items),
        tax=sum(i.tax or 0 for i in items),
        total=total,
        words=_words(total),
        items=items,
        qr=f"01,{QR_KIND[kind]},,{number},{yuan(total)},{day.replace('-', '')},,{crc(n, number)}",
        extra={"red_of": red_of} if red_of else {},
    )
    return made.but(**changes)


def _words(total: int) -> str:
    said = amount_in_words(abs(total)).replace("元", "圆")
    return f"（负数）{said}" if total < 0 else said


def e_invoice(
    *,
    special: bool = False,
    n: int = 1,
    number: str = "",
    code: str = "",
    total: int = 318_00,
    rate: str = "6%",
    goods: str = "*餐饮服务*餐费",
    lines: int = 1,
    kind: VoucherKind | None = None,
    **changes: Any,
) -> Made:
    """增值税电子普通 / 专用发票 with code, 8-digit number and check code; the QR carries the net amount."""
    kind = kind or (VoucherKind.E_SPECIAL if special else VoucherKind.E_ORDINARY)
    default_code = {VoucherKind.E_SPECIAL: "032002100113", VoucherKind.TOLL: "032002100112"}
    code, number = code or default_code.get(kind, "032002100111"), number or f"{51142000 + n:08}"
    items = _items(total, rate, goods, lines)
    net = sum(i.amount or 0 for i in items)
    day = changes.pop("date", "2021-06-18")
    check = f"{65431824771847000000 + n:020}"
    made = Made(
        kind=kind,
        code=code,
        number=number,
        date=day,
        amount=net,
        tax=sum(i.tax or 0 for i in items),
        total=total,
        words=_words(total),
        items=items,
        qr=f"01,{QR_KIND[kind]},{code},{number},{yuan(net)},{day.replace('-', '')},{check},{crc(n, number)},",
        extra={"check_code": check, "machine_no": "661911908051"},
    )
    return made.but(**changes)


def toll_invoice(*, n: int = 1, total: int = 51_50, **changes: Any) -> Made:
    """通行费电子票 (code and number)."""
    return e_invoice(n=n, total=total, rate="3%", goods="*经营租赁*通行费", kind=VoucherKind.TOLL, **changes)


def paper_invoice(
    *, kind: VoucherKind = VoucherKind.PAPER_SPECIAL, n: int = 1, total: int = 1130_00, **changes: Any
) -> Made:
    """A paper invoice, of which usually only a photo exists."""
    code = {VoucherKind.PAPER_SPECIAL: "3200214130", VoucherKind.PAPER_ROLL: "032002100107"}.get(kind, "032002100104")
    return e_invoice(n=n, total=total, rate="13%", goods="*金属制品*螺栓", kind=kind, code=code, **changes)


def rail_ticket(
    *,
    n: int = 1,
    number: str = "",
    total: int = 56_00,
    day: str = "2026-06-15",
    date: str = "2026-06-18",
    origin: str = "苏州",
    destination: str = "上海虹桥",
    train: str = "G7001",
    seat: str = "二等座",
    passenger: str = "王小明",
    business: str = "售",
    **changes: Any,
) -> Made:
    """电子发票（铁路电子客票）; the page prints the fare only, net and tax stand in the attached XML."""
    number = number or f"26329116804{n:09}"
    net, tax = split(total, "6%" if business == "退" else "9%")
    made = Made(
        kind=VoucherKind.RAIL,
        number=number,
        date=date,
        seller="",
        seller_id="",
        amount=net,
        tax=tax,
        total=total,
        legs=(Leg(day, "08:30", origin, destination, train, seat),),
        qr=f"01,51,,{number},{yuan(total)},{date.replace('-', '')},,{crc(n, number).lower()}",
        extra={
            "passenger": passenger,
            "id_no": "3205021990****1234",
            "e_ticket_no": f"39116804{n:013}",
            "business": business,
            "carriage": "05",
            "seat_no": "12A",
        },
    )
    return made.but(**changes)


def air_ticket(
    *,
    n: int = 1,
    number: str = "",
    fare: int = 477_06,
    fuel: int = 45_87,
    fund: int = 50_00,
    other: int = 0,
    date: str = "2026-06-20",
    legs: tuple[Leg, ...] = (Leg("2026-06-16", "18:30", "合肥", "广州", "CZ8866", "V"),),
    passenger: str = "王小明",
    seller: str = "中国南方航空股份有限公司",
    **changes: Any,
) -> Made:
    """电子发票（航空运输电子客票行程单): fare + fuel + tax + fund + other = total; amount is fare + fuel."""
    number = number or f"26328000000{n:09}"
    tax = round_half_up((fare + fuel) * 9, 100)
    total = fare + fuel + tax + fund + other
    said = yuan(total)
    made = Made(
        kind=VoucherKind.AIR,
        number=number,
        date=date,
        seller=seller,
        seller_id="",
        amount=None,
        tax=tax,
        total=total,
        legs=legs,
        qr=f"01,61,,{number},{said.removesuffix('.00')},{date.replace('-', '')},,{crc(n, number)}",
        extra={
            "passenger": passenger,
            "id_no": "340102********1234",
            "e_ticket_no": f"784{n:010}",
            "fare": yuan(fare),
            "fuel": yuan(fuel),
            "fund": yuan(fund),
            "other_taxes": yuan(other),
            "check_code": "7890",
        },
    )
    return made.but(**changes)
