"""Made invoices of the demo company as 数电票 XML and PDF files: from sellers that do not exist, with sums that close."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from salesdesk.domain.money_words import amount_in_words


@dataclass(frozen=True)
class DemoInvoice:
    """One invoice: `total` in 分 with tax; `rate` of the tax in percent."""

    number: str
    day: str
    seller: str
    seller_tax_id: str
    buyer: str
    buyer_tax_id: str
    goods: str
    total: int
    rate: int = 6

    @property
    def split(self) -> tuple[int, int]:
        """(net, tax) in 分."""
        net = round(self.total * 100 / (100 + self.rate))
        return net, self.total - net

    def xml(self) -> bytes:
        """The file as the tax platform would hand it out, without its signature."""
        net, tax = self.split
        item = {
            "ItemName": self.goods,
            "Quantity": "1",
            "UnPrice": _yuan(net),
            "Amount": _yuan(net),
            "TaxRate": f"{self.rate / 100:.2f}",
            "ComTaxAm": _yuan(tax),
            "TotaltaxIncludedAmount": _yuan(self.total),
        }
        sums = {
            "TotalAmWithoutTax": _yuan(net),
            "TotalTaxAm": _yuan(tax),
            "TotalTax-includedAmount": _yuan(self.total),
            "TotalTax-includedAmountInChinese": amount_in_words(self.total).replace("元", "圆"),
            "Drawer": "管理员",
            "RequestTime": f"{self.day} 10:20:30",
        }
        label = {"LabelCode": "02", "LabelName": "普通发票"}
        text = (
            '<?xml version="1.0" encoding="utf-8"?><EInvoice><Header>'
            f"{_tags({'EIid': self.number, 'EInvoiceTag': 'SWEI3200', 'Version': '0.33'})}<InherentLabel>"
            "<InIssuType><LabelCode>Y</LabelCode></InIssuType><EInvoiceType><LabelCode>01</LabelCode></EInvoiceType>"
            f"<GeneralOrSpecialVAT>{_tags(label)}</GeneralOrSpecialVAT></InherentLabel></Header><EInvoiceData>"
            f"<SellerInformation>{_tags({'SellerIdNum': self.seller_tax_id, 'SellerName': self.seller})}</SellerInformation>"
            f"<BuyerInformation>{_tags({'BuyerIdNum': self.buyer_tax_id, 'BuyerName': self.buyer})}</BuyerInformation>"
            f"<BasicInformation>{_tags(sums)}</BasicInformation><IssuItemInformation>{_tags(item)}</IssuItemInformation>"
            f"</EInvoiceData><TaxSupervisionInfo>{_tags({'InvoiceNumber': self.number, 'IssueTime': f'{self.day} 10:20:31'})}"
            "</TaxSupervisionInfo></EInvoice>"
        )
        return text.encode()


def _tags(pairs: dict[str, str]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in pairs.items())


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
