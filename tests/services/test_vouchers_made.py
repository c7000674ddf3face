"""The vouchers tests are made of: what they claim to be, other programs can open."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest
import zxingcpp
from lxml import etree
from PIL import Image

from salesdesk.domain.company_checks import tax_id_problem
from tests import vouchers_made as made

KINDS = {
    "full": made.full_invoice(lines=3),
    "special": made.full_invoice(special=True),
    "red": made.full_invoice(red_of="26322000000000000009"),
    "older": made.e_invoice(),
    "toll": made.toll_invoice(),
    "rail": made.rail_ticket(),
    "air": made.air_ticket(),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_made_voucher_closes_and_opens_in_every_form(name: str) -> None:
    voucher = KINDS[name]
    if voucher.items:
        assert sum(i.amount or 0 for i in voucher.items) == voucher.amount
        assert (voucher.amount or 0) + (voucher.tax or 0) == voucher.total
    assert voucher.number in etree.fromstring(voucher.xml()).xpath("string()")
    for carry in ("tags", "xml", "text"):
        assert zipfile.ZipFile(io.BytesIO(voucher.ofd(carry))).testzip() is None
    document = pypdfium2.PdfDocument(voucher.pdf(attach=True))
    assert document.count_attachments() == 1
    assert voucher.number in document[0].get_textpage().get_text_range()
    document.close()
    for picture in (voucher.qr_png(), voucher.picture()):
        assert zxingcpp.read_barcode(Image.open(io.BytesIO(picture))).text == voucher.qr


def test_the_tax_numbers_are_right() -> None:
    assert tax_id_problem(made.BUYER_ID) is None
    assert tax_id_problem(made.SELLER_ID) is None


def test_a_planted_fault_leaves_the_rest_alone() -> None:
    good = made.full_invoice(total=106_00)
    bad = good.but(total=107_00)
    assert (bad.qr, bad.amount, bad.number) == (good.qr, good.amount, good.number)
    assert bad.truth()["total"] == "107.00"
