"""Draws black lines and text on a page in millimetres, counted from the top left corner like a ruler laid on the paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from salesdesk.services.papers.lettering import MM_PER_POINT, REGULAR, Lettering
from salesdesk.services.papers.shapes import Calibration

THIN = 0.28  # two dots of a 24-pin head
THICK = 0.4
_HALF_HEIGHT = 0.37  # of the type size: from the baseline up to the middle of figures and Chinese characters
LEADING = 1.2  # line distance as a share of the type size


@dataclass(frozen=True, slots=True)
class Page:
    """One page ready to be painted."""

    width_mm: float
    height_mm: float
    paint: Callable[[Pen], None]


class Pen:
    """The drawing hand of one document.

    It writes PDF operators straight onto reportlab's page (addLiteral), which is three times as fast as its drawString
    and line, whose number formatting in Python would cost most of the time of a batch.
    """

    def __init__(self, canvas: Any, lettering: Lettering) -> None:
        from reportlab.pdfbase import pdfmetrics

        self._canvas = canvas
        self._font: Callable[[str], Any] = pdfmetrics.getFont
        self.lettering = lettering
        self._height = 0.0
        self._stroke = 0.0

    def draw_page(self, page: Page, calibration: Calibration) -> None:
        """Paint one page and turn it over."""
        canvas = self._canvas
        self._height = page.height_mm
        self._stroke = 0.0
        high = page.height_mm / MM_PER_POINT
        canvas.setPageSize((page.width_mm / MM_PER_POINT, high))
        if calibration.dx_mm or calibration.dy_mm:
            canvas.translate(calibration.dx_mm / MM_PER_POINT, -calibration.dy_mm / MM_PER_POINT)
        if calibration.scale != 1.0:
            canvas.translate(0, high)
            canvas.scale(calibration.scale, calibration.scale)
            canvas.translate(0, -high)
        canvas.setLineCap(2)  # square ends meet in clean corners
        page.paint(self)
        canvas.showPage()

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = THIN, dash: Sequence[float] = ()) -> None:
        """A line in mm; dash as (on, off) mm."""
        self._set_stroke(width)
        path = f"{x1 / MM_PER_POINT:.2f} {self._up(y1):.2f} m {x2 / MM_PER_POINT:.2f} {self._up(y2):.2f} l S"
        if dash:
            path = f"[{' '.join(f'{d / MM_PER_POINT:.2f}' for d in dash)}] 0 d {path} [] 0 d"
        self._canvas.addLiteral(path)

    def box(self, x: float, y: float, width: float, height: float, line: float = THICK) -> None:
        """A frame whose line runs on the middle of the given edges."""
        self._set_stroke(line)
        left, low = x / MM_PER_POINT, self._up(y + height)
        self._canvas.addLiteral(f"{left:.2f} {low:.2f} {width / MM_PER_POINT:.2f} {height / MM_PER_POINT:.2f} re S")

    def _set_stroke(self, width: float) -> None:
        if width != self._stroke:
            self._stroke = width
            self._canvas.addLiteral(f"{width / MM_PER_POINT:.3f} w")

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        size: float,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
    ) -> float:
        """One line of cleaned text whose characters are centred on the height `middle`; returns its width in mm."""
        if not text:
            return 0.0
        wide = self.lettering.width(text, size, bold)
        left = x if align == "left" else x - wide if align == "right" else x - wide / 2
        base = self._up(middle) - _HALF_HEIGHT * size
        document = self._canvas._doc
        parts = [f"BT 1 0 0 1 {left / MM_PER_POINT:.2f} {base:.2f} Tm"]
        for name, piece in self.lettering.runs(text, bold):
            font = self._font(name)
            for subset, codes in font.splitString(piece, document):
                parts.append(f"{font.getSubsetInternalName(subset, document)} {size:g} Tf <{codes.hex()}> Tj")
        self._canvas.addLiteral(" ".join([*parts, "ET"]))
        return wide

    def ghost(self, width: float, height: float, text: str) -> None:
        """A cleaned text three times in pale grey across a page of this size, beneath all that is painted later."""
        if not text:
            return
        size = fitted(self.lettering, text, 0.6 * math.hypot(width, height), 36.0, 12.0)
        half, turn = self.lettering.width(text, size) / 2, math.atan2(height, width)
        for share in (0.2, 0.5, 0.8):
            self._canvas.saveState()
            self._canvas.translate(width / 2 / MM_PER_POINT, self._up(height * share))
            self._canvas.rotate(math.degrees(turn))
            self._canvas.setFillGray(0.88)
            self._canvas.translate(0, -self._height / MM_PER_POINT)  # text() counts from the top of the page
            self.text(-half, 0.0, text, size)
            self._canvas.restoreState()

    def lines(
        self,
        x: float,
        middle: float,
        lines: Sequence[str],
        size: float,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Several lines of cleaned text, centred together on the height `middle`."""
        step = size * LEADING * MM_PER_POINT
        first = middle - step * (len(lines) - 1) / 2
        for place, line in enumerate(lines):
            self.text(x, first + place * step, line, size, bold, align)

    def _up(self, y: float) -> float:
        return (self._height - y) / MM_PER_POINT


def fitted(lettering: Lettering, text: str, width: float, size: float, least: float = 8.0, bold: bool = False) -> float:
    """The largest type size from `size` down to `least`, in half points, at which the text fits in one line.

    Returns `least` also when the text is still too wide; the caller then wraps it.
    """
    while size > least and lettering.width(text, size, bold) > width + 1e-6:
        size = max(least, size - 0.5)
    return size


def new_canvas(stream: Any, title: str, author: str, subject: str, stamp: str) -> Any:
    """A reportlab canvas with our font from the start, the document's data, and the dates of `stamp` (deterministic)."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0  # plain compressed pages: smaller and quicker than text-safe ones
    canvas: Any = Canvas(stream, pageCompression=1, invariant=1, initialFontName=REGULAR, lang="zh-CN")
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setSubject(subject)
    canvas.setCreator("salesdesk")
    digits = [int(part) for part in stamp.replace("T", "-").replace(":", "-").split("-") if part.isdigit()]
    if len(digits) >= 3:
        canvas._doc._timeStamp.YMDhms = tuple([*digits, 0, 0, 0][:6])
    canvas._doc.updateSignature(f"{stamp} {title} {subject}".encode())
    return canvas
