"""Optional reading of printed words in pictures (pip install salesdesk[ocr]); whatever it reads is marked unsure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from salesdesk.domain.problems import Severity
from salesdesk.services.vouchers.face_lines import Page, Run, page_of
from salesdesk.services.vouchers.face_reading import read_face
from salesdesk.services.vouchers.filling import Filling

if TYPE_CHECKING:
    from PIL.Image import Image

PACKAGE = "rapidocr_onnxruntime"
LEAST_SURE = 0.5
_WIDEST = 2400

Box = Sequence[Sequence[float]]


@cache
def available() -> bool:
    """Whether OCR is installed; the window offers it only then."""
    return find_spec(PACKAGE) is not None


@cache
def _engine() -> Any:
    from importlib import import_module

    return import_module(PACKAGE).RapidOCR(use_cls=False, rec_batch_num=1)


def read_picture(image: Image, filling: Filling, qr: str | None) -> list[str]:
    """Read the words of a picture into the voucher; returns them. Nothing happens when OCR is not installed."""
    if not available():
        return []
    import numpy

    grey = image.convert("RGB")
    if grey.width > _WIDEST:
        grey = grey.resize((_WIDEST, round(grey.height * _WIDEST / grey.width)))
    lines, _ = _engine()(numpy.asarray(grey))
    return read_lines(lines or (), grey.width, grey.height, filling, qr)


def read_lines(
    lines: Iterable[tuple[Box, str, float]], width: float, height: float, filling: Filling, qr: str | None
) -> list[str]:
    """Fill the voucher from OCR lines (four corners, text, how sure); their values are `unsure` and say 'ocr'."""
    page = page_from(lines, width, height)
    if not page.lines:
        return []
    if qr:
        filling.take_qr(qr)  # exact, so it goes before what was recognised
    before = set(filling.voucher.sources)
    read_face([page], filling, "ocr", qr)
    read = frozenset(key for key in filling.voucher.sources if key not in before)
    filling.voucher.unsure |= read
    if read:
        filling.say("ocr", "这些内容是从图片上识别的，可能有错字", "请对照票面逐项核对", Severity.WARN)
    return page.texts


def page_from(lines: Iterable[tuple[Box, str, float]], width: float, height: float) -> Page:
    """OCR lines as a page; a character's place is its share of the line, Chinese ones twice as wide as others."""
    runs = []
    for box, text, sure in lines:
        if float(sure) < LEAST_SURE or not text.strip():
            continue
        left, right = min(float(p[0]) for p in box), max(float(p[0]) for p in box)
        top, bottom = min(float(p[1]) for p in box), max(float(p[1]) for p in box)
        shares = [2.0 if ord(ch) > 0x2E7F else 1.1 for ch in text]
        whole, edges = sum(shares), [left]
        for share in shares:
            edges.append(edges[-1] + (right - left) * share / whole)
        runs.append(Run(text, tuple(edges), (top + bottom) / 2, max(1.0, (bottom - top) * 0.8)))
    return page_of(width, height, runs)
