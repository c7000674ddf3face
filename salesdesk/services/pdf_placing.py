"""Places pages of PDFs onto the sheets of another one, as vectors, with their seals and annotations where they belong."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from salesdesk.services.pdf_pages import MM_PER_POINT, UnreadablePdf, one_at_a_time, open_pdf

MOST_PAGES = 300
"""Of one voucher; a longer file is no voucher."""


_BATCH = 4
"""Sheets made at a time: pdfium looks through the whole document for every page it writes anew."""


class Placement(NamedTuple):
    """Page `page` of source `source` onto `sheet` (all from 0), filling the box in mm from the sheet's top left corner."""

    source: int
    page: int
    sheet: int
    x: float
    y: float
    width: float
    height: float


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height in mm of every page as it is shown (turned pages turned); UnreadablePdf when there is none."""
    with one_at_a_time:
        document = open_pdf(pdf)
        try:
            count = len(document)
            if not count:
                raise UnreadablePdf("这个 PDF 一页都没有，文件不完整，请重新下载")
            if count > MOST_PAGES:
                raise UnreadablePdf(f"这个 PDF 有 {count} 页，不像票据，没有打印")
            sizes = [document.get_page_size(i) for i in range(count)]
        finally:
            document.close()
    return [(max(1.0, w * MM_PER_POINT), max(1.0, h * MM_PER_POINT)) for w, h in sizes]


def compose(base: bytes, sources: Sequence[bytes], placements: Sequence[Placement], front: bytes = b"") -> bytes:
    """The sheets of `base` with the pages placed, behind all pages of `front`.

    Annotations (seals of the tax bureau, 下载次数) are painted into their page first, as for printing; a page taken as it is
    would lose them or leave them at their old place on the sheet.
    """
    import pypdfium2

    with one_at_a_time:
        target = pypdfium2.PdfDocument.new()
        try:
            if front:
                _take_over(target, open_pdf(front))
            if base:
                sheets = open_pdf(base)
                try:
                    for first in range(0, len(sheets), _BATCH):
                        numbers = list(range(first, min(first + _BATCH, len(sheets))))
                        _take_over(target, _batch(sheets, numbers, sources, placements))
                finally:
                    sheets.close()
            stream = io.BytesIO()
            target.save(stream)
            return stream.getvalue()
        finally:
            target.close()


def _take_over(target: Any, source: Any) -> None:
    try:
        target.import_pages(source)
    finally:
        source.close()


def _batch(sheets: Any, numbers: list[int], sources: Sequence[bytes], placements: Sequence[Placement]) -> Any:
    """A document of a few sheets with their pages placed."""
    import pypdfium2

    target = pypdfium2.PdfDocument.new()
    try:
        target.import_pages(sheets, pages=numbers)
        here = [one._replace(sheet=one.sheet - numbers[0]) for one in placements if one.sheet in numbers]
        _place(target, sources, here)
    except BaseException:
        target.close()
        raise
    return target


def _place(target: Any, sources: Sequence[bytes], placements: Sequence[Placement]) -> None:
    by_source: dict[int, list[Placement]] = {}
    for one in placements:
        by_source.setdefault(one.source, []).append(one)
    sheets: dict[int, Any] = {}
    try:
        for number, group in by_source.items():
            source = open_pdf(sources[number])
            try:
                with contextlib.suppress(
                    RuntimeError
                ):  # a file with a broken form is still printed, without its fields
                    source.init_forms()
                for one in group:
                    if one.sheet not in sheets:
                        sheets[one.sheet] = target[one.sheet]
                    _draw(target, sheets[one.sheet], source, one)
            finally:
                source.close()
        for sheet in sheets.values():
            sheet.gen_content()
    finally:
        for sheet in sheets.values():
            sheet.close()


def _draw(target: Any, sheet: Any, source: Any, one: Placement) -> None:
    import pypdfium2
    import pypdfium2.raw as raw

    page = source[one.page]
    turn = page.get_rotation()
    raw.FPDFPage_Flatten(page, raw.FLAT_PRINT)
    wide, high = page.get_size()
    page.set_rotation(0)  # pdfium would clip the form by the turned page, and not turn it
    page.close()
    form = source.page_as_xobject(one.page, target)
    try:
        thing = form.as_pageobject()
    finally:
        form.close()
    # The page's own turn is not part of the form: bring it upright with its lower left corner at 0, 0.
    turns = {90: (0, -1, 1, 0, 0, high), 180: (-1, 0, 0, -1, wide, high), 270: (0, 1, -1, 0, wide, 0)}
    matrix = pypdfium2.PdfMatrix(*turns.get(turn, (1, 0, 0, 1, 0, 0)))
    matrix = matrix.scale(one.width / MM_PER_POINT / wide, one.height / MM_PER_POINT / high)
    low = sheet.get_height() - (one.y + one.height) / MM_PER_POINT
    thing.transform(matrix.translate(one.x / MM_PER_POINT, low))
    sheet.insert_obj(thing)
