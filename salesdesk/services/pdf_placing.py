"""Places pages of PDFs onto the sheets of another one, as vectors, with their seals and annotations where they belong."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from salesdesk.services.pdf_pages import MM_PER_POINT, UnreadablePdf, one_at_a_time, open_pdf

MOST_PAGES = 300
"""Of one voucher; a longer file is no voucher."""


MOST_SHEETS = 5000
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


class Composed(NamedTuple):
    """The finished PDF, and the placements whose page is damaged, so that their place stayed white."""

    pdf: bytes
    failed: tuple[Placement, ...]


def page_sizes(pdf: bytes, most: int = MOST_PAGES) -> list[tuple[float, float]]:
    """Width and height in mm of every page as it is shown (turned pages turned); UnreadablePdf when there is none.

    A damaged page counts as large as an invoice; `compose` tells that it failed.
    """
    with one_at_a_time:
        document = open_pdf(pdf)
        try:
            count = len(document)
            if not count:
                raise UnreadablePdf("这个 PDF 一页都没有，文件不完整，请重新下载")
            if count > most:
                raise UnreadablePdf(f"这个 PDF 有 {count} 页，不像票据，没有打印")
            return [_size(document, number) for number in range(count)]
        finally:
            document.close()


def _size(document: Any, number: int) -> tuple[float, float]:
    import pypdfium2

    try:
        wide, high = document.get_page_size(number)
    except pypdfium2.PdfiumError:
        return 210.0, 140.0
    return max(1.0, wide * MM_PER_POINT), max(1.0, high * MM_PER_POINT)


def compose(base: bytes, sources: Sequence[bytes], placements: Sequence[Placement], front: bytes = b"") -> Composed:
    """The sheets of `base` with the pages placed, behind all pages of `front`.

    Annotations (seals of the tax bureau, 下载次数) are painted into their page first, as for printing; a page taken as it is
    would lose them or leave them at their old place on the sheet. Others may use pdfium between two batches of sheets.
    """
    import pypdfium2

    failed: list[Placement] = []
    with one_at_a_time:
        target = pypdfium2.PdfDocument.new()
    try:
        if front:
            with one_at_a_time:
                _take_over(target, open_pdf(front))
        count = len(page_sizes(base, MOST_SHEETS)) if base else 0
        for first in range(0, count, _BATCH):
            numbers = list(range(first, min(first + _BATCH, count)))
            with one_at_a_time:
                _take_over(target, _batch(base, numbers, sources, placements, failed))
        stream = io.BytesIO()
        with one_at_a_time:
            target.save(stream)
        return Composed(stream.getvalue(), tuple(failed))
    finally:
        with one_at_a_time:
            target.close()


def _take_over(target: Any, source: Any) -> None:
    try:
        target.import_pages(source)
    finally:
        source.close()


def _batch(
    base: bytes,
    numbers: list[int],
    sources: Sequence[bytes],
    placements: Sequence[Placement],
    failed: list[Placement],
) -> Any:
    """A document of a few sheets with their pages placed."""
    import pypdfium2

    target = pypdfium2.PdfDocument.new()
    try:
        sheets = open_pdf(base)
        try:
            target.import_pages(sheets, pages=numbers)
        finally:
            sheets.close()
        _place(target, numbers[0], sources, [one for one in placements if one.sheet in numbers], failed)
    except BaseException:
        target.close()
        raise
    return target


def _place(
    target: Any, first: int, sources: Sequence[bytes], placements: Sequence[Placement], failed: list[Placement]
) -> None:
    import pypdfium2

    by_source: dict[int, list[Placement]] = {}
    for one in placements:
        by_source.setdefault(one.source, []).append(one)
    sheets = {number: target[number - first] for number in sorted({one.sheet for one in placements})}
    try:
        for number, group in by_source.items():
            source = open_pdf(sources[number])
            try:
                with contextlib.suppress(
                    RuntimeError
                ):  # a file with a broken form is still printed, without its fields
                    source.init_forms()
                for one in group:
                    try:
                        _draw(target, sheets[one.sheet], source, one)
                    except pypdfium2.PdfiumError:
                        failed.append(one)
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
