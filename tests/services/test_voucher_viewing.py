"""A voucher's file on the screen: pages, a picture, a table of its values, or words why there is nothing to be seen."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

from salesdesk.services.pdf_pages import page_count
from salesdesk.services.vouchers.viewing import view_of
from tests.vouchers_made import full_invoice

MADE = full_invoice(n=1, total=106_00)


def test_pages_of_pdf_and_ofd() -> None:
    page = MADE.pdf()
    assert view_of(page, "pdf").pdf == page
    seen = view_of(MADE.ofd(), "ofd")
    assert page_count(seen.pdf) == 1 and not seen.reason


def test_a_photo_is_turned_as_it_was_held() -> None:
    image = Image.new("RGB", (40, 20), "white")
    turned = image.getexif()
    turned[0x0112] = 6  # the camera was held upright
    stream = io.BytesIO()
    image.save(stream, "JPEG", exif=turned)
    assert Image.open(io.BytesIO(view_of(stream.getvalue(), "picture").picture)).size == (20, 40)


def test_values_of_an_xml_and_names_in_an_archive() -> None:
    rows = dict(view_of(MADE.xml(), "xml").rows)
    assert MADE.number in rows.values() and "106.00" in rows.values()
    assert all(" / " in name for name in rows)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as pack:
        pack.writestr("发票.xml", MADE.xml())
    assert [name for name, _ in view_of(stream.getvalue(), "zip").rows] == ["发票.xml"]


def test_what_cannot_be_shown_says_why() -> None:
    for data, form in (
        (b"%PDF-1.4 broken", "pdf"),
        (b"PK broken", "ofd"),
        (b"no picture", "picture"),
        (b"<a", "zip"),
        (b"?", "unknown"),
    ):
        seen = view_of(data, form)
        assert seen.reason and not (seen.pdf or seen.picture or seen.rows), form
    hostile = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert "实体" in view_of(hostile, "xml").reason
