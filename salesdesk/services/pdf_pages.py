"""Turns the pages of a PDF into pictures, for the preview and for the printer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MM_PER_POINT = 25.4 / 72
_MOST_PIXELS = 200_000_000

one_at_a_time = threading.RLock()
"""Held by whoever calls pdfium, which knows no threads."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: 4 bytes each in the order blue, green, red, 255 (Qt's Format_RGB32), rows of `stride` bytes.

    number counts from 1 of total; width_mm and height_mm are the true size of the page.
    """

    number: int
    total: int
    width: int
    height: int
    stride: int
    pixels: bytes
    width_mm: float
    height_mm: float


class UnreadablePdf(ValueError):
    """The bytes are no PDF that can be shown: damaged, cut off, or protected by a password."""


def page_images(
    pdf: bytes, dpi: float, first: int = 1, last: int | None = None, crisp: bool = False
) -> Iterator[PageImage]:
    """The pages `first` to `last` (from 1, both included) at `dpi`, made one at a time so that a long PDF needs little
    memory.

    crisp: pure black and white without smoothing, for 24-pin printers, whose drivers would turn grey into dots.
    Raises UnreadablePdf; ValueError for a dpi or page range that makes no sense.
    """
    if not 10 <= dpi <= 1200:
        raise ValueError(f"dpi {dpi:g} is out of range")
    with one_at_a_time:
        document = open_pdf(pdf)
        try:
            total = len(document)
            end = total if last is None else last
            if not 1 <= first <= end <= total:
                raise ValueError(f"pages {first}–{end} of {total}")
        except BaseException:
            document.close()
            raise
    return _pages(document, range(first, end + 1), total, dpi, crisp)


def _pages(document: Any, numbers: range, total: int, dpi: float, crisp: bool) -> Iterator[PageImage]:
    try:
        for number in numbers:
            with one_at_a_time:
                image = _page(document, number, total, dpi, crisp)
            yield image
    finally:
        with one_at_a_time:
            document.close()


def _page(document: Any, number: int, total: int, dpi: float, crisp: bool) -> PageImage:
    page = document[number - 1]
    try:
        wide, high = page.get_size()
        if wide * high * (dpi / 72) ** 2 > _MOST_PIXELS:
            raise ValueError(f"page {number} is too large for {dpi:g} dpi")
        bitmap = page.render(
            scale=dpi / 72,
            prefer_bgrx=True,
            force_bitmap_format=None,
            no_smoothtext=crisp,
            no_smoothimage=crisp,
            no_smoothpath=crisp,
            optimize_mode="print" if crisp else None,
        )
        try:
            return PageImage(
                number,
                total,
                bitmap.width,
                bitmap.height,
                bitmap.stride,
                bytes(bitmap.buffer),
                wide * MM_PER_POINT,
                high * MM_PER_POINT,
            )
        finally:
            bitmap.close()
    finally:
        page.close()


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has; UnreadablePdf when it is none."""
    with one_at_a_time:
        document = open_pdf(pdf)
        try:
            return len(document)
        finally:
            document.close()


def signature_count(pdf: bytes) -> int:
    """How many digital signatures the PDF carries (unchecked); UnreadablePdf when it is none."""
    import pypdfium2.raw as raw

    with one_at_a_time:
        document = open_pdf(pdf)
        try:
            return max(0, int(raw.FPDF_GetSignatureCount(document)))
        finally:
            document.close()


def open_pdf(pdf: bytes) -> Any:
    """A pypdfium2 document, to be used and closed under `one_at_a_time`; UnreadablePdf when the bytes are none."""
    import pypdfium2

    from salesdesk.services.pdf_fonts import lend_fonts

    lend_fonts()
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as reason:
        raise UnreadablePdf("这个 PDF 打不开：文件损坏、没有下载完，或者有密码") from reason
