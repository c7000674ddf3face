"""One page of a PDF from a stranger: its words with their places, its QR codes, its notes; never more work than a page deserves."""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from salesdesk.services.pdf_pages import one_at_a_time
from salesdesk.services.vouchers.face_lines import Page, Run, page_of
from salesdesk.services.vouchers.qr import codes_in

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_CHARACTERS = 30_000
MOST_PIXELS = 12_000_000
MOST_IMAGES = 40
MOST_OBJECTS = 5000
MOST_NOTES = 100
_FAR = 1e7
_USUAL, _FINE = 2.0, 4.0  # pixels for each point: 144 and 288 dpi


class Ruler:
    """Turns places of a page as it is stored into points from the top left corner of the page as it is shown."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_cropbox()
        self.left, self.bottom, self.right, self.top = left, bottom, right, top
        self.turn = page.get_rotation()
        wide, high = right - left, top - bottom
        if not all(map(math.isfinite, (left, bottom, right, top))) or wide <= 0 or high <= 0:
            wide = high = 0.0
        self.width, self.height = (high, wide) if self.turn in (90, 270) else (wide, high)

    def placed(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) from the top left corner."""
        if self.turn == 90:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.turn == 180:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        if self.turn == 270:
            return self.top - top, self.right - right, self.top - bottom, self.right - left
        return left - self.left, self.top - top, right - self.left, self.top - bottom


def words_of(page: Any) -> Page:
    """The words of the page; empty when it has none or a size that makes no sense."""
    ruler = Ruler(page)
    if not ruler.width:
        return page_of(0, 0, ())
    text = page.get_textpage()
    try:
        return page_of(ruler.width, ruler.height, _runs(text, ruler))
    finally:
        text.close()


def _runs(text: Any, ruler: Ruler) -> Iterator[Run]:
    """Characters written one after the other on one height, without wide gaps."""
    import pypdfium2.raw as raw

    box = raw.FS_RECTF()
    unicode_of, box_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    shown: list[str] = []
    edges: list[float] = []
    y = size = right = 0.0
    for at in range(min(text.count_chars(), MOST_CHARACTERS)):
        code = unicode_of(text, at)
        if code == 32 and shown and shown[-1] != " " and raw.FPDFText_IsGenerated(text, at) != 1:
            shown.append(" ")
            edges.append(right)
            continue
        if code < 33 or 0xD800 <= code < 0xE000 or code > 0x10FFFF or code == 0xFFFE or not box_of(text, at, box):
            continue
        x0, top, x1, bottom = ruler.placed(box.left, box.bottom, box.right, box.top)
        high, middle = bottom - top, (top + bottom) / 2
        if not (-_FAR < x0 <= x1 < _FAR and -_FAR < middle < _FAR and high > 0):  # nan fails too
            continue
        near = -0.6 * size < x0 - right < 0.5 * size
        if shown and not (near and abs(middle - y) < 0.35 * size and 0.6 < high / size < 1.6):
            yield Run("".join(shown), (*edges, right), y, size)
            shown, edges = [], []
        if not shown:
            y, size = middle, high
        shown.append(chr(code))
        edges.append(x0)
        right = x1
    if shown:
        yield Run("".join(shown), (*edges, right), y, size)


def notes_of(page: Any) -> list[str]:
    """Texts of stamps and notes laid over the page."""
    import pypdfium2.raw as raw

    found = []
    for at in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page, at)
        if not note:
            continue
        length = raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
        if 2 < length <= 2000:
            buffer = ctypes.create_string_buffer(length)
            raw.FPDFAnnot_GetStringValue(
                note, b"Contents", ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length
            )
            found.append(buffer.raw[: length - 2].decode("utf-16-le", "replace"))
        raw.FPDFPage_CloseAnnot(note)
    return found


def first_page_codes(pdf: bytes, seconds: float = 4.0) -> list[str]:
    """Invoice QR texts of the first page of a PDF made by ourselves."""
    import pypdfium2

    with one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            try:
                return page_codes(page, written=True, until=time.monotonic() + seconds)
            finally:
                page.close()
        finally:
            document.close()


def page_codes(page: Any, *, written: bool, until: float) -> list[str]:
    """Invoice QR texts of the page: in its pictures, else on the page as painted (a QR may be drawn as squares).

    written: the page has words, so a quick look at it is enough. until: `time.monotonic()` at which to stop.
    """
    import pypdfium2.raw as raw

    if raw.FPDFPage_CountObjects(page) < 1 and raw.FPDFPage_GetAnnotCount(page) < 1:
        return []
    carried = [code for image in _pictures(page, until) for code in codes_in(image, thorough=not written)]
    if carried:
        whole = None if written else painted_page(page, _USUAL, until)
        return list(dict.fromkeys([*carried, *(codes_in(whole) if whole else ())]))
    for fine in (_USUAL,) if written else (_USUAL, _FINE):
        painted = painted_page(page, fine, until)
        if painted and (found := codes_in(painted, thorough=not written)):
            return found
    return []


def _pictures(page: Any, until: float) -> Iterator[Image]:
    """Pictures on the page that may hold a QR: about square, neither tiny nor huge."""
    import pypdfium2
    import pypdfium2.raw as raw

    seen = 0
    for picture in islice(page.get_objects(max_depth=4), MOST_OBJECTS):
        if picture.type != raw.FPDF_PAGEOBJ_IMAGE:
            continue
        seen += 1
        if seen > MOST_IMAGES or time.monotonic() > until:
            return
        try:
            wide, high = picture.get_px_size()
            if not (20 <= wide <= 3000 and 20 <= high <= 3000 and 0.7 < wide / high < 1.4):
                continue
            image = picture.get_bitmap(render=False).to_pil().copy()
        except (pypdfium2.PdfiumError, ValueError, OSError, RuntimeError, NotImplementedError):
            continue
        yield image


def painted_page(page: Any, scale: float, until: float) -> Image | None:
    """The page in grey, smaller when it is larger than a voucher can be; None when it has no size or takes too long."""
    import pypdfium2
    import pypdfium2.raw as raw

    wide, high = page.get_size()
    if not (math.isfinite(wide) and math.isfinite(high)) or wide <= 0 or high <= 0:
        return None
    scale = min(scale, math.sqrt(MOST_PIXELS / (wide * high)))
    across, down = math.ceil(wide * scale), math.ceil(high * scale)
    if not (8 <= across <= 20_000 and 8 <= down <= 20_000):
        return None
    bitmap = pypdfium2.PdfBitmap.new_native(across, down, raw.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
    return bitmap.to_pil().copy() if _paint(page, bitmap, across, down, until) else None


def _paint(page: Any, bitmap: Any, across: int, down: int, until: float) -> bool:
    """Paint step by step, so that a page made to take forever is left in time."""
    import pypdfium2.raw as raw

    ask: Callable[[Any], int] = lambda _: int(time.monotonic() > until)  # noqa: E731
    pause = raw.IFSDK_PAUSE(version=1, NeedToPauseNow=raw.IFSDK_PAUSE._fields_[1][1](ask))
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, across, down, 0, raw.FPDF_ANNOT, pause)
    raw.FPDF_RenderPage_Close(page)
    return bool(state == raw.FPDF_RENDER_DONE)
