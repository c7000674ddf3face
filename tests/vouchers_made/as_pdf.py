"""Vouchers as PDF pages: text with geometry, the QR as a picture, attachments, stamps."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import pypdfium2
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from salesdesk.paths import RESOURCES
from tests.vouchers_made.as_picture import qr_image
from tests.vouchers_made.face import HIGH, QR_AT, WIDE, Placed, face
from tests.vouchers_made.made import Made

FONT = "Made-SC"


@cache
def font() -> str:
    """The font, registered once."""
    pdfmetrics.registerFont(TTFont(FONT, str(RESOURCES / "fonts" / "NotoSansSC-Regular.ttf")))
    return FONT


def draw(canvas: Canvas, words: Sequence[Placed], high: float = HIGH) -> None:
    """Put the words on the current page."""
    for word in words:
        canvas.setFont(font(), word.size * mm)
        put = {"left": canvas.drawString, "right": canvas.drawRightString, "center": canvas.drawCentredString}[
            word.align
        ]
        put(word.x * mm, (high - word.y) * mm, word.text)


def page(canvas: Canvas, made: Made, *, stamp: str = "", qr: bool = True, outside: str = "", turn: int = 0) -> None:
    """One voucher on one page. turn 90: the page is upright, its content lies on its side and /Rotate sets it right."""
    canvas.setPageSize((WIDE * mm, HIGH * mm))  # reportlab exchanges the two itself when the page is turned
    if turn == 90:
        canvas.setPageRotation(90)
        canvas.translate(HIGH * mm, 0)
        canvas.rotate(90)
    draw(canvas, face(made))
    if qr and made.qr:
        left, top, side = QR_AT
        canvas.drawImage(ImageReader(qr_image(made.qr)), left * mm, (HIGH - top - side) * mm, side * mm, side * mm)
    if stamp:
        canvas.saveState()
        canvas.setFillGray(0.6)
        draw(canvas, [Placed(stamp, 60, 75, 12)])
        canvas.restoreState()
    if outside:
        draw(canvas, [Placed(outside, 30, HIGH + 40)])
    canvas.showPage()


def pdf_of(
    vouchers: Sequence[Made],
    *,
    attach: bool = False,
    stamp: str = "",
    turn: int = 0,
    qr: bool = True,
    outside: str = "",
) -> bytes:
    """One page for each voucher; attach: the XML of the first as an attachment."""
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1)
    for made in vouchers:
        page(canvas, made, stamp=stamp, qr=qr, outside=outside, turn=turn)
    canvas.save()
    return attached(out.getvalue(), f"{vouchers[0].number}.xml", vouchers[0].xml()) if attach else out.getvalue()


def lines_pdf(lines: Sequence[str], pages: int = 1) -> bytes:
    """Plain lines of text on A4."""
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1)
    for _ in range(pages):
        canvas.setPageSize((210 * mm, 297 * mm))
        draw(canvas, [Placed(line, 20, 25 + 8 * at, 4) for at, line in enumerate(lines)], 297)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def attached(pdf: bytes, name: str, data: bytes) -> bytes:
    """The PDF with a file inside."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        attachment = document.new_attachment(name)
        attachment.set_data(data)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()
    finally:
        document.close()
