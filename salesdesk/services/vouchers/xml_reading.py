"""Reads a voucher from XML: which family it is of, and who reads that family."""

from __future__ import annotations

from salesdesk.domain.errors import BadValue
from salesdesk.domain.problems import Severity
from salesdesk.services.safe_xml import local_name, parse_xml
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.voucher import VoucherKind
from salesdesk.services.vouchers.xml_full import read_full
from salesdesk.services.vouchers.xml_older import read_older, read_pilot
from salesdesk.services.vouchers.xml_travel import read_air, read_rail
from salesdesk.services.vouchers.xml_values import Values

LARGEST = 6 * 1024 * 1024
"""Bytes; 2000 lines of goods need about one million."""


def read_xml(data: bytes, filling: Filling, source: str) -> bool:
    """Fill the voucher from an XML file; False when it is no voucher of a known family.

    Raises BadValue with a code for a broken or hostile file. source: "xml", "ofd_xml" or "pdf_xml".
    """
    if len(data) > LARGEST:
        raise BadValue(f"XML 有 {len(data) // 1024 // 1024} MB，太大了", "请确认这是发票文件", "too_large")
    values = Values(parse_xml(data))
    family = family_of(values)
    if family in _READERS:
        _READERS[family](values, filling, source)
    elif family == "fiscal":
        filling.take(source, kind=VoucherKind.FISCAL)
        filling.say("by_hand", "这是财政电子票据，不自动读取", "请对照票面手工登记", Severity.WARN)
    elif family == "booking":
        filling.say("not_invoice", "这是记账系统导出的入账文件，不是发票", "请放发票原件（XML、OFD 或 PDF）")
    else:
        return False
    return True


_READERS = {"full": read_full, "older": read_older, "pilot": read_pilot, "rail": read_rail, "air": read_air}


def family_of(values: Values) -> str:
    """full, older, pilot, rail, air, fiscal, booking, or "" for anything else."""
    spaces = values.spaces()
    if "ElectronicInvoiceRailwayETicketNumber" in values:
        return "rail"
    if "ElectronicInvoiceAirTransportReceiptNumber" in values:
        return "air"
    if spaces & {"einv", "efi_tlf", "inv_tlf"}:
        return "booking"
    if values.first("EInvoiceTag").upper().startswith("CZ") or "efi" in spaces:
        return "fiscal"
    if "EInvoiceData" in values or "TaxSupervisionInfo" in values:
        return "full"
    if "NumberOfInvoice" in values:
        return "pilot"
    if "InvoiceNo" in values and ("TaxInclusiveTotalAmount" in values or "TaxExclusiveTotalAmount" in values):
        return "older"
    return "full" if local_name(values.root) == "EInvoice" else ""
