"""Writes small PDFs byte by byte: a page with a coloured seal as an annotation, as the tax platforms' PDFs have it."""

from __future__ import annotations

from collections.abc import Sequence

POINT = 72 / 25.4


def raw_pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, thing in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, start))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def stamped_pdf(
    colour: str,
    at: tuple[float, float, float, float] = (150.0, 100.0, 40.0, 30.0),
    size: tuple[float, float] = (210.0, 140.0),
    text: str = "STAMPED",
    pages: int = 1,
) -> bytes:
    """Pages of `size` mm with `text` and, as an annotation, a seal filled with `colour` ("1 0 0") at x, y, width, height
    in mm from the top left corner."""
    wide, high = (v * POINT for v in size)
    left, top, width, height = (v * POINT for v in at)
    kids = b" ".join(b"%d 0 R" % (6 + i) for i in range(pages))
    seal = f"{colour} rg 0 0 {width:.3f} {height:.3f} re f".encode()
    rect = f"{left:.3f} {high - top - height:.3f} {left + width:.3f} {high - top:.3f}".encode()
    shape = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.3f} {height:.3f}]".encode()
    words = f"BT /F 14 Tf {20 * POINT:.3f} {high - 30 * POINT:.3f} Td ({text}) Tj ET".encode()
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide:.3f} {high:.3f}]/Contents 3 0 R/Annots[5 0 R]"
        "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    ).encode()
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
            stream(words),
            stream(seal, shape),
            b"<</Type/Annot/Subtype/Stamp/F 4/Rect[%s]/AP<</N 4 0 R>>>>" % rect,
            *[page] * pages,
        ]
    )


def unembedded_pdf(text: str) -> bytes:
    """A ticket as the railway writes it: 宋体 named, not embedded, coded by GBK, without a table back to Unicode."""
    code = text.encode("gbk").hex().encode()
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[6 0 R]/Count 1>>",
            stream(b"BT /F 30 Tf 30 200 Td <%s> Tj ET" % code),
            b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[5 0 R]>>",
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
            b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/SimSun/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0"
            b"/Ascent 859/Descent -141/CapHeight 700/StemV 80>>>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 397]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>",
        ]
    )
