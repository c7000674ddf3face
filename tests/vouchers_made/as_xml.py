"""The structured files of the four families, written as their issuers write them."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from salesdesk.services.vouchers.voucher import VoucherKind
from tests.vouchers_made.made import Made, yuan

FP = "http://www.edrm.org.cn/schema/e-invoice/2019"
INV = "http://xbrl.mof.gov.cn/taxonomy/2021-09-30/inv"
RAI = "http://xbrl.mof.gov.cn/taxonomy/2021-11-30/rai"
ATR = "http://xbrl.mof.gov.cn/taxonomy/2023-12-31/atr"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def xml_of(made: Made, version: str, labels: bool, family: str) -> bytes:
    """The file of the voucher's kind; family "inv" for the ministry's pilot of code-and-number invoices."""
    if family == "inv":
        return pilot(made)
    if made.kind is VoucherKind.RAIL:
        return rail(made)
    if made.kind is VoucherKind.AIR:
        return air(made)
    return older(made) if made.code else full(made, version, labels)


def _tags(pairs: Iterable[tuple[str, str]], prefix: str = "") -> str:
    return "".join(f"<{prefix}{tag}>{escape(text)}</{prefix}{tag}>" for tag, text in pairs)


def _rate(rate: str, version: str) -> str:
    if not rate.endswith("%"):
        return rate
    share = float(rate[:-1]) / 100
    return {"0.2": f"{share:.2f}", "0.31": f"{share:.6f}"}.get(version, rate if version == "0.32" else f"{share:.2f}")


def full(made: Made, version: str, labels: bool) -> bytes:
    """数电票 EInvoice. labels=False leaves the kind's labels empty, as ride-hailing platforms do."""
    special = made.kind is VoucherKind.FULL_SPECIAL
    kind = ("01", "增值税专用发票") if special else ("02", "普通发票")
    red = made.extra.get("red_of", "")

    def label(tag: str, code: str, name: str) -> str:
        return f"<{tag}>{_tags([('LabelCode', code), ('LabelName', name)])}</{tag}>" if labels else f"<{tag}/>"

    lines = "".join(
        "<IssuItemInformation>"
        + _tags(
            [('ItemName', i.name), ('SpecMod', i.spec), ('MeaUnits', i.unit), ('Quantity', i.qty), ('UnPrice', i.price),
             ('Amount', yuan(i.amount)), ('TaxRate', _rate(i.rate, version)), ('ComTaxAm', yuan(i.tax)),
             ('TotaltaxIncludedAmount', yuan((i.amount or 0) + (i.tax or 0))), ('TaxClassificationCode', '3070401000000000000')]
        )
        + "</IssuItemInformation>"
        for i in made.items
    )  # fmt: skip
    special_part = ""
    if red:
        special_part += f"<RedEInvoice><OriginalInvoiceCode>{red}</OriginalInvoiceCode></RedEInvoice>"
    if made.extra.get("plate"):
        special_part += "<Toll>" + _tags(
            [("PlateNumber", made.extra["plate"]), ("VehicleType", "客车"), ("StartDatesOfPassage", "20260227172851000"),
             ("EndDatesOfPassage", "20260227192851000")]
        ) + "</Toll>"  # fmt: skip
    for leg in made.legs:
        special_part += "<PassengerTransportation>" + _tags(
            [("Traveler", made.extra.get("passenger", "")), ("TravelDate", leg.day), ("DeparturePlace", leg.origin),
             ("DestinationPlace", leg.destination), ("TransportationType", leg.carrier), ("Grade", leg.seat)]
        ) + "</PassengerTransportation>"  # fmt: skip
    text = (
        f"{HEAD}<EInvoice><Header>{_tags([('EIid', made.number), ('EInvoiceTag', 'SWEI3200'), ('Version', version)])}"
        f"<InherentLabel>{label('InIssuType', 'N' if red else 'Y', '是否蓝字发票')}{label('EInvoiceType', '01', '电子发票')}"
        f"{label('GeneralOrSpecialVAT', *kind)}{label('TaxpayerType', '01', '一般纳税人')}</InherentLabel></Header>"
        "<EInvoiceData><SellerInformation>"
        f"{_tags([('SellerIdNum', made.seller_id), ('SellerName', made.seller), ('SellerAddr', '苏州市'), ('SellerTelNum', '0512')])}"
        f"</SellerInformation><BuyerInformation>{_tags([('BuyerIdNum', made.buyer_id), ('BuyerName', made.buyer)])}"
        "</BuyerInformation><BasicInformation>"
        f"{_tags([('TotalAmWithoutTax', yuan(made.amount)), ('TotalTaxAm', yuan(made.tax))])}"
        f"{_tags([('TotalTax-includedAmount', yuan(made.total)), ('TotalTax-includedAmountInChinese', made.words)])}"
        f"{_tags([('Drawer', '李开票'), ('RequestTime', f'{made.date} 10:20:30')])}</BasicInformation>{lines}"
        f"<SpecificInformation>{special_part}</SpecificInformation>"
        f"<AdditionalInformation>{_tags([('Remark', made.extra.get('remark', ''))])}</AdditionalInformation></EInvoiceData>"
        f"<TaxSupervisionInfo>{_tags([('InvoiceNumber', made.number), ('IssueTime', f'{made.date} 10:20:31')])}"
        f"{_tags([('TaxBureauCode', '13200000000'), ('TaxBureauName', '国家税务总局江苏省税务局')])}</TaxSupervisionInfo>"
        "<TaxBureauSignature><SignatureValue>MEUCIQ==</SignatureValue></TaxBureauSignature></EInvoice>"
    )
    return text.encode()


def _chinese_day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{year}年{month}月{day}日"


def older(made: Made) -> bytes:
    """eInvoice of 2019, as it lies inside OFDs of 2020 to 2024."""
    goods = "".join(
        "<fp:GoodsInfo>"
        + _tags(
            [("Item", i.name), ("Specification", i.spec), ("MeasurementDimension", i.unit), ("Price", i.price), ("Quantity", i.qty),
             ("Amount", yuan(i.amount)), ("TaxScheme", i.rate), ("TaxAmount", yuan(i.tax))],
            "fp:",
        )
        + "</fp:GoodsInfo>"
        for i in made.items
    )  # fmt: skip
    type_code = "1" if made.kind is VoucherKind.E_SPECIAL else "0"
    head = [
        ("DocID", "01"), ("InvoiceCode", made.code), ("InvoiceNo", made.number), ("TypeCode", type_code),
        ("IssueDate", _chinese_day(made.date)), ("InvoiceCheckCode", made.extra.get("check_code", "")),
        ("MachineNo", made.extra.get("machine_no", "")), ("TaxControlCode", "00664<120+*>"),
    ]  # fmt: skip
    sums = [
        ("TaxInclusiveTotalAmount", yuan(made.total)), ("TaxInclusiveTotalAmountWithWords", made.words), ("Note", ""),
        ("TaxTotalAmount", yuan(made.tax)), ("TaxExclusiveTotalAmount", yuan(made.amount)), ("GraphCode", made.qr),
    ]  # fmt: skip
    text = (
        f'{HEAD}<eInvoice xmlns:fp="{FP}" Version="1.0">{_tags(head, "fp:")}'
        f"<fp:Buyer>{_tags([('BuyerName', made.buyer), ('BuyerTaxID', made.buyer_id)], 'fp:')}</fp:Buyer>"
        f"<fp:Seller>{_tags([('SellerName', made.seller), ('SellerTaxID', made.seller_id)], 'fp:')}</fp:Seller>"
        f"{_tags(sums, 'fp:')}<fp:GoodsInfos>{goods}</fp:GoodsInfos></eInvoice>"
    )
    return text.encode()


def _xbrl(prefix: str, space: str, made: Made, facts: Iterable[tuple[str, str]]) -> bytes:
    context = f"As_Of_{made.date.replace('-', '_')}"
    body = "".join(f'<{prefix}:{tag} contextRef="{context}">{escape(text)}</{prefix}:{tag}>' for tag, text in facts)
    return (
        f'{HEAD}<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:{prefix}="{space}"><context id="{context}"><entity>'
        f'<identifier scheme="http://xbrl.mof.gov.cn">{made.number}</identifier></entity></context>{body}</xbrl>'
    ).encode()


def pilot(made: Made) -> bytes:
    """The ministry's pilot (inv)."""
    return _xbrl(
        "inv", INV, made,
        [("TypeOfVoucher", f"增值税{made.kind.label}".replace("电子专票", "电子专用发票").replace("电子普票", "电子普通发票")),
         ("CodeOfInvoice", made.code), ("NumberOfInvoice", made.number), ("DateOfIssue", made.date),
         ("IdentifyingCode", made.extra.get("check_code", "")), ("NameOfPurchaser", made.buyer),
         ("UnifiedSocialCreditCodeOfPurchaser", made.buyer_id), ("NameOfSeller", made.seller),
         ("UnifiedSocialCreditCodeOfSeller", made.seller_id), ("TotalAmountExcludingTax", yuan(made.amount)),
         ("TotalTaxAmount", yuan(made.tax)), ("TaxIncludedAmountInFigures", yuan(made.total)),
         ("TaxIncludedAmountInWords", made.words)],
    )  # fmt: skip


def rail(made: Made) -> bytes:
    """铁路电子客票 (rai)."""
    leg = made.legs[0]
    refund = made.extra.get("business") == "退"
    return _xbrl(
        "rai", RAI, made,
        [("TypeOfVoucher", "电子发票（铁路电子客票）"), ("ElectronicInvoiceRailwayETicketNumber", made.number),
         ("ETicketNumber", made.extra.get("e_ticket_no", "")), ("DateOfIssue", made.date),
         ("TypeOfBusiness", made.extra.get("business", "售")), ("DepartureStation", leg.origin),
         ("DestinationStation", leg.destination), ("TrainNumber", leg.carrier), ("TravelDate", leg.day),
         ("DepartureTime", leg.time), ("SeatLevel", leg.seat), ("Carriage", made.extra.get("carriage", "")),
         ("Seat", made.extra.get("seat_no", "")), ("Fare", yuan(made.total)), ("TotalAmountExcludingTax", yuan(made.amount)),
         ("TaxRate", "0.06" if refund else "0.09"), ("TaxAmount", yuan(made.tax)), ("NameOfPurchaser", made.buyer),
         ("UnifiedSocialCreditCodeOfPurchaser", made.buyer_id), ("IdNumber", made.extra.get("id_no", "")),
         ("Name", made.extra.get("passenger", "")), ("NumberOfOriginalInvoice", made.extra.get("original_number", ""))],
    )  # fmt: skip


def air(made: Made) -> bytes:
    """航空运输电子客票行程单 (atr), legs in tuples."""
    legs = "".join(
        "<atr:DetailInformationOfAirTicketTuple>"
        + _tags(
            [("DepartureStation", leg.origin), ("DestinationStation", leg.destination), ("Carrier", "南航"), ("Flight", leg.carrier),
             ("Class", leg.seat), ("CarrierDate", leg.day), ("DepartureTime", leg.time)],
            "atr:",
        )
        + "</atr:DetailInformationOfAirTicketTuple>"
        for leg in made.legs
    )  # fmt: skip
    whole = _xbrl(
        "atr", ATR, made,
        [("ElectronicInvoiceAirTransportReceiptNumber", made.number), ("IssueDate", made.date),
         ("PassengerName", made.extra["passenger"]), ("ValidIdNumber", made.extra["id_no"]),
         ("ETicketNumber", made.extra["e_ticket_no"]), ("NameOfSeller", made.seller), ("NameOfPurchaser", made.buyer),
         ("UnifiedSocialCreditCodeOfPurchaser", made.buyer_id), ("Fare", made.extra["fare"]),
         ("FuelSurcharge", made.extra["fuel"]), ("VatRate", "0.09"), ("VatTaxAmount", yuan(made.tax)),
         ("CivilAviationDevelopmentFund", made.extra["fund"]), ("OtherTaxes", made.extra["other_taxes"]),
         ("TotalAmount", yuan(made.total)), ("VerificationCode", made.extra["check_code"])],
    )  # fmt: skip
    return whole.replace(b"</xbrl>", legs.encode() + b"</xbrl>")
