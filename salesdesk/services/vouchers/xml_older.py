"""Reads the XML of code-and-number invoices: eInvoice of 2019 inside OFDs, and the ministry's pilot (inv)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.printed import money_of, plain, tax_of, written_id
from salesdesk.services.vouchers.qr import qr_fields
from salesdesk.services.vouchers.titles import kind_in, kind_of_code
from salesdesk.services.vouchers.voucher import Item
from salesdesk.services.vouchers.xml_values import MOST_ITEMS, Values, children

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_older(values: Values, filling: Filling, source: str) -> None:
    """eInvoice (fp): the sum without tax, the tax and the whole; GraphCode is the QR text or, with one maker, its picture."""
    buyer, seller = values.within("Buyer"), values.within("Seller")
    code, number = plain(values.first("InvoiceCode")), plain(values.first("InvoiceNo"))
    qr = values.first("GraphCode")
    fields = qr_fields(qr)
    filling.take(
        source,
        kind=fields.kind if fields and fields.kind else kind_of_code(code),
        code=code,
        number=number,
        date=filling.day(values.first("IssueDate"), source),
        buyer=buyer.first("BuyerName") if buyer else None,
        buyer_tax_id=written_id(buyer.first("BuyerTaxID")) if buyer else None,
        seller=seller.first("SellerName") if seller else None,
        seller_tax_id=written_id(seller.first("SellerTaxID")) if seller else None,
        amount=filling.fen("amount", values.first("TaxExclusiveTotalAmount"), source),
        tax=filling.fen("tax", values.first("TaxTotalAmount"), source, tax_of),
        total=filling.fen("total", values.first("TaxInclusiveTotalAmount"), source),
        total_in_words=values.first("TaxInclusiveTotalAmountWithWords"),
        items=tuple(_goods(element) for element in values.elements("GoodsInfo")[:MOST_ITEMS]),
    )
    if fields:
        filling.take_qr(qr)
    original = "-".join(
        part for part in (plain(values.first("OriginalInvoiceCode")), plain(values.first("OriginalInvoiceNo"))) if part
    )
    filling.more(
        check_code=plain(values.first("InvoiceCheckCode")),
        machine_no=plain(values.first("MachineNo")),
        remark=values.first("Note"),
        red="yes" if original else "",
        red_of=original,
    )


def _goods(element: _Element) -> Item:
    said = dict(children(element))
    return Item(
        said.get("Item", ""),
        said.get("Specification", ""),
        said.get("MeasurementDimension", ""),
        said.get("Quantity", ""),
        said.get("Price", ""),
        money_of(said.get("Amount")),
        said.get("TaxScheme", ""),
        tax_of(said.get("TaxAmount", "")),
    )


def read_pilot(values: Values, filling: Filling, source: str) -> None:
    """The ministry's pilot (inv) of 2021."""
    code, number = plain(values.first("CodeOfInvoice")), plain(values.first("NumberOfInvoice"))
    filling.take(
        source,
        kind=kind_in(values.first("TypeOfVoucher", "TypeOfInvoice")) or kind_of_code(code),
        code=code,
        number=number,
        date=filling.day(values.first("DateOfIssue", "IssueDate"), source),
        buyer=values.first("NameOfPurchaser"),
        buyer_tax_id=written_id(
            values.first("UnifiedSocialCreditCodeOfPurchaser", "TaxpayerIdentificationNumberOfPurchaser")
        ),
        seller=values.first("NameOfSeller"),
        seller_tax_id=written_id(
            values.first("UnifiedSocialCreditCodeOfSeller", "TaxpayerIdentificationNumberOfSeller")
        ),
        amount=filling.fen("amount", values.first("TotalAmountExcludingTax"), source),
        tax=filling.fen("tax", values.first("TotalTaxAmount"), source, tax_of),
        total=filling.fen(
            "total", values.first("TaxIncludedAmountInFigures", "TotalAmountIncludingTaxInFigures"), source
        ),
        total_in_words=values.first("TaxIncludedAmountInWords", "TotalAmountIncludingTaxInWords"),
    )
    filling.more(
        check_code=plain(values.first("IdentifyingCode")),
        machine_no=plain(values.first("NumberOfMachine")),
        remark=values.first("Remarks", "Remark"),
    )
