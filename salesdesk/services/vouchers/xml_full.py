"""Reads 数电票 XML (EInvoice): all versions, empty labels, red invoices, toll and passenger particulars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from salesdesk.domain.patterns import late
from salesdesk.services.safe_xml import local_name
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.printed import day_of, plain, tax_of, written_id
from salesdesk.services.vouchers.voucher import Item, Leg, VoucherKind
from salesdesk.services.vouchers.xml_values import MOST_ITEMS, Values, children

if TYPE_CHECKING:
    from lxml.etree import _Element

_RED = late(r"被红冲(?:蓝字)?(?:数电|全电)?(?:发?票)?号码[::]?(\d{20})")


def read_full(values: Values, filling: Filling, source: str) -> None:
    """数电票 of all versions; labels may be empty, amounts may carry more zeros, rates may be shares or percentages."""
    data = values.within("EInvoiceData") or values
    seller, buyer = data.within("SellerInformation"), data.within("BuyerInformation")
    basic = data.within("BasicInformation") or data
    number = values.first("InvoiceNumber")
    if not number and plain(found := values.first("EIid")).isdecimal():
        number = found
    lines = tuple(_line(element, filling, source) for element in data.elements("IssuItemInformation")[:MOST_ITEMS])
    filling.take(
        source,
        kind=_kind(values),
        number=plain(number) or None,
        date=filling.day(values.first("IssueTime") or basic.first("RequestTime"), source),
        buyer=buyer.first("BuyerName") if buyer else None,
        buyer_tax_id=written_id(buyer.first("BuyerIdNum")) if buyer else None,
        seller=seller.first("SellerName") if seller else None,
        seller_tax_id=written_id(seller.first("SellerIdNum")) if seller else None,
        amount=filling.fen("amount", basic.first("TotalAmWithoutTax"), source),
        tax=filling.fen("tax", basic.first("TotalTaxAm"), source, tax_of),
        total=filling.fen("total", basic.first("TotalTax-includedAmount", "TotalTaxIncludedAmount"), source),
        total_in_words=basic.first("TotalTax-includedAmountInChinese", "TotalTaxIncludedAmountInChinese"),
        items=lines,
    )
    remark = data.first("Remark")
    filling.more(remark=remark, version=values.first("Version"), drawer=basic.first("Drawer"))
    special = data.within("SpecificInformation")
    issued = values.within("InIssuType")
    red = bool(issued and issued.first("LabelCode").upper() == "N")
    red_of = (
        plain(special.first("OriginalInvoiceCode", "OriginalInvoiceNumber", "OriginalInvoiceNo")) if special else ""
    )
    if not red_of and (said := _RED.search(plain(remark))):
        red_of = said[1]
    if red or red_of:
        filling.more(red="yes", red_of=red_of)
    if special:
        _special(special, filling)


def _kind(values: Values) -> VoucherKind | None:
    label = values.within("GeneralOrSpecialVAT")
    name, code = (plain(label.first("LabelName")), label.first("LabelCode").lstrip("0")) if label else ("", "")
    if "专用" in name or (not name and code == "1"):
        return VoucherKind.FULL_SPECIAL
    if "普通" in name or (not name and code == "2"):
        return VoucherKind.FULL_ORDINARY
    return None


def _line(element: _Element, filling: Filling, source: str) -> Item:
    said = dict(children(element))
    return Item(
        said.get("ItemName", ""),
        said.get("SpecMod", ""),
        said.get("MeaUnits", ""),
        said.get("Quantity", ""),
        said.get("UnPrice", ""),
        filling.fen("items", said.get("Amount"), source),
        said.get("TaxRate", ""),
        tax_of(said.get("ComTaxAm", "")),
    )


def _special(special: Values, filling: Filling) -> None:
    """SpecificInformation: journeys of passengers, toll passages."""
    if "PlateNumber" in special:
        filling.more(
            special="toll",
            plate=special.first("PlateNumber"),
            vehicle=special.first("VehicleType"),
            from_day=day_of(special.first("StartDatesOfPassage")),
            to_day=day_of(special.first("EndDatesOfPassage")),
        )
    legs = []
    for element in special.root.iter():
        if "Passenger" not in local_name(element) or not len(element):
            continue
        said = dict(children(element))
        leg = Leg(
            day_of(_like(said, r"Date|Day")) or "",
            "",
            _like(said, r"Depart(?!.*(Date|Time))|Origin|StartP"),
            _like(said, r"Destin|Arriv(?!.*(Date|Time))|EndP"),
            _like(said, r"Type|Vehicle|Tool"),
            _like(said, r"Grade|Class|Seat"),
        )
        if any(leg):
            legs.append(leg)
            filling.more(
                special="passenger",
                passenger=_like(said, r"^(?!.*(Id|Type|Num)).*(Traveler|Traveller|Passenger|Name)"),
                id_no=_like(said, r"Id(Num|No|Card)"),
            )
    filling.take("xml", legs=tuple(legs[:100]))


def _like(said: dict[str, str], pattern: str) -> str:
    """The first text whose element's name fits; issuers do not agree on the names inside."""
    return next((text for name, text in said.items() if text and re.search(pattern, name)), "")
