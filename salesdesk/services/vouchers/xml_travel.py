"""Reads the XML of journeys: 铁路电子客票 (rai) and 航空运输电子客票行程单 (atr)."""

from __future__ import annotations

import re

from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.printed import day_of, plain, tax_of, written_id
from salesdesk.services.vouchers.voucher import Leg, VoucherKind
from salesdesk.services.vouchers.xml_values import Values, text_of


def read_rail(values: Values, filling: Filling, source: str) -> None:
    """铁路电子客票: the fare is the whole with tax; the ticket's own number is not the invoice's."""
    leg = Leg(
        day_of(values.first("TravelDate")) or "",
        _time(values.first("DepartureTime")),
        values.first("DepartureStation"),
        values.first("DestinationStation"),
        values.first("TrainNumber"),
        values.first("SeatLevel"),
    )
    filling.take(
        source,
        kind=VoucherKind.RAIL,
        number=plain(values.first("ElectronicInvoiceRailwayETicketNumber")),
        date=filling.day(values.first("DateOfIssue"), source),
        buyer=values.first("NameOfPurchaser"),
        buyer_tax_id=written_id(values.first("UnifiedSocialCreditCodeOfPurchaser")),
        seller=values.first("NameOfSeller"),
        seller_tax_id=written_id(values.first("UnifiedSocialCreditCodeOfSeller")),
        amount=filling.fen("amount", values.first("TotalAmountExcludingTax"), source),
        tax=filling.fen("tax", values.first("TaxAmount"), source, tax_of),
        total=filling.fen("total", values.first("Fare"), source),
        legs=(leg,) if any(leg) else (),
    )
    filling.more(
        passenger=values.first("Name"),
        id_no=values.first("IdNumber"),
        e_ticket_no=plain(values.first("ETicketNumber")),
        business=values.first("TypeOfBusiness"),
        carriage=values.first("Carriage"),
        seat_no=values.first("Seat"),
        rate=values.first("TaxRate"),
        refund=values.first("AmountRefunded"),
        original_number=plain(values.first("NumberOfOriginalInvoice")),
        remark=values.first("Remarks"),
    )


def read_air(values: Values, filling: Filling, source: str) -> None:
    """航空行程单: fare + fuel + tax + fund + other = total. It states no sum without tax, so `amount` stays empty."""
    columns = {
        name: [text_of(e) for e in values.elements(name)][:20]
        for name in ("CarrierDate", "DepartureTime", "DepartureStation", "DestinationStation", "Flight", "Class")
    }
    flights = columns["Flight"] or columns["DepartureStation"]
    legs = tuple(
        Leg(day_of(day) or "", _time(time), origin, destination, flight, seat)
        for day, time, origin, destination, flight, seat in (
            tuple(found[at] if at < len(found) else "" for found in columns.values()) for at in range(len(flights))
        )
    )
    filling.take(
        source,
        kind=VoucherKind.AIR,
        number=plain(values.first("ElectronicInvoiceAirTransportReceiptNumber")),
        date=filling.day(values.first("IssueDate"), source),
        buyer=values.first("NameOfPurchaser"),
        buyer_tax_id=written_id(values.first("UnifiedSocialCreditCodeOfPurchaser")),
        seller=values.first("NameOfSeller", "IssueParty"),
        seller_tax_id=written_id(values.first("UnifiedSocialCreditCodeOfSeller")),
        tax=filling.fen("tax", values.first("VatTaxAmount"), source, tax_of),
        total=filling.fen("total", values.first("TotalAmount"), source),
        legs=tuple(leg for leg in legs if any(leg)),
    )
    filling.more(
        passenger=values.first("PassengerName"),
        id_no=values.first("ValidIdNumber"),
        e_ticket_no=plain(values.first("ETicketNumber", "ElectronicTicketNum")),
        fare=values.first("Fare"),
        fuel=values.first("FuelSurcharge"),
        fund=values.first("CivilAviationDevelopmentFund"),
        other_taxes=values.first("OtherTaxes"),
        rate=values.first("VatRate"),
        check_code=values.first("VerificationCode"),
        status=values.first("IssuingStatus"),
    )


def _time(text: str) -> str:
    """ "HH:MM" of a time as written ("08:30", "0830", "08:30:00"); "" for anything else."""
    found = re.match(r"([01]?\d|2[0-3]):?([0-5]\d)", plain(text), re.ASCII)
    return f"{int(found[1]):02}:{found[2]}" if found else ""
