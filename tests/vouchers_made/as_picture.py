"""QR codes and photos of vouchers."""

from __future__ import annotations

import io
import struct

import zxingcpp
from PIL import Image, TiffImagePlugin

from tests.vouchers_made.made import Made


def qr_image(text: str, scale: int = 4, quiet: bool = True) -> Image.Image:
    """The QR of a text, grey, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = code.to_image(scale=scale, add_quiet_zones=quiet)
    high, wide = drawn.shape
    return Image.frombytes("L", (wide, high), bytes(memoryview(drawn)))


def png(image: Image.Image) -> bytes:
    """The picture as PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def page_image(pdf: bytes, dpi: int) -> Image.Image:
    """The first page of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        image = page.render(scale=dpi / 72).to_pil().convert("L")
        page.close()
        return image
    finally:
        document.close()


def picture_of(made: Made, turn: float, contrast: float, dpi: int, form: str) -> bytes:
    """The printed page, turned counter-clockwise by degrees and made paler."""
    image = page_image(made.pdf(), dpi)
    if contrast < 1:
        image = image.point([int(200 - (200 - v) * contrast) if v < 200 else v for v in range(256)])
    if turn:
        image = image.rotate(turn, Image.Resampling.BILINEAR, expand=True, fillcolor=235)
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def jbig2(image: Image.Image) -> bytes:
    """A bilevel picture as a JBIG2 file: one generic region, coded as a fax of group 4."""
    fax = io.BytesIO()
    image.convert("1").save(fax, "TIFF", compression="group4")
    tiff = Image.open(io.BytesIO(fax.getvalue()))
    assert isinstance(tiff, TiffImagePlugin.TiffImageFile)
    (start,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    white_is_one = tiff.tag_v2[262] == 1
    coded = fax.getvalue()[start : start + length]
    wide, high = image.size
    if white_is_one:  # JBIG2 knows black as one only
        fax = io.BytesIO()
        image.point([255 - v for v in range(256)]).convert("1").save(fax, "TIFF", compression="group4")
        tiff = Image.open(io.BytesIO(fax.getvalue()))
        assert isinstance(tiff, TiffImagePlugin.TiffImageFile)
        (start,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
        coded = fax.getvalue()[start : start + length]

    def segment(number: int, kind: int, data: bytes, page: int = 1) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, page, len(data)) + data

    page_info = struct.pack(">IIIIBH", wide, high, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", wide, high, 0, 0, 0, 1) + coded
    return (
        b"\x97JB2\r\n\x1a\n\x01"
        + struct.pack(">I", 1)
        + segment(0, 48, page_info)
        + segment(1, 38, region)
        + segment(2, 49, b"")
        + segment(3, 51, b"", 0)
    )
