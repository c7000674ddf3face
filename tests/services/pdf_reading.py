"""Reads a finished PDF back the way a reader's eye does: which characters and lines stand where, in millimetres."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as raw

MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Glyph:
    """One visible character and the box around its ink, from the top left corner of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line or frame: its edges without the thickness, and the thickness."""

    left: float
    top: float
    right: float
    bottom: float
    thick: float
    dashed: bool = False

    @property
    def upright(self) -> bool:
        return self.right - self.left < 0.05 < self.bottom - self.top

    @property
    def level(self) -> bool:
        return self.bottom - self.top < 0.05 < self.right - self.left


@dataclass(slots=True)
class ReadPage:
    """What stands on one page."""

    width: float
    height: float
    text: str
    glyphs: list[Glyph] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    sizes: set[float] = field(default_factory=set)
    fonts_embedded: bool = True

    def frames(self) -> list[Stroke]:
        """Rectangles, the largest first."""
        boxes = [s for s in self.strokes if not s.upright and not s.level and s.thick > 0.3]
        return sorted(boxes, key=lambda s: -(s.right - s.left) * (s.bottom - s.top))

    def band(self, top: float, bottom: float, left: float = 0.0, right: float = 1e6) -> str:
        """The characters whose middle lies in that part of the page, from left to right."""
        found = [g for g in self.glyphs if top <= g.middle <= bottom and g.left >= left and g.right <= right]
        return "".join(g.text for g in sorted(found, key=lambda g: g.left))

    def line_with(self, words: str) -> str:
        """The line of text in which `words` stand."""
        return next(line for line in self.text.splitlines() if words in line)


def read_pdf(pdf: bytes, strokes: bool = True) -> list[ReadPage]:
    """All pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_read(document[i], strokes) for i in range(len(document))]
    finally:
        document.close()


def texts_of(pdf: bytes) -> list[str]:
    """Only the text of each page, which is quick."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for i in range(len(document)):
            page = document[i]
            reader = page.get_textpage()
            found.append(reader.get_text_range().replace("\r\n", "\n"))
            reader.close()
            page.close()
        return found
    finally:
        document.close()


def metadata_of(pdf: bytes) -> dict[str, str]:
    """Title, Author, CreationDate … of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return dict(document.get_metadata_dict())
    finally:
        document.close()


def _read(page: pypdfium2.PdfPage, strokes: bool) -> ReadPage:
    wide, high = page.get_size()
    reader = page.get_textpage()
    found = ReadPage(wide * MM, high * MM, reader.get_text_range().replace("\r\n", "\n"))
    for i in range(reader.count_chars()):
        # one at the end of a line has a code of its own
        code = ord("-") if raw.FPDFText_IsHyphen(reader, i) == 1 else raw.FPDFText_GetUnicode(reader, i)
        if code > 32 and not chr(code).isspace():
            left, bottom, right, top = reader.get_charbox(i)
            found.glyphs.append(Glyph(chr(code), left * MM, (high - top) * MM, right * MM, (high - bottom) * MM))
            found.sizes.add(round(raw.FPDFText_GetFontSize(reader, i), 2))
    reader.close()
    if strokes:
        for thing in page.get_objects():
            if thing.type == raw.FPDF_PAGEOBJ_PATH:
                found.strokes += list(_strokes(thing, high))
            elif thing.type == raw.FPDF_PAGEOBJ_TEXT:
                found.fonts_embedded &= raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(thing)) == 1
    page.close()
    return found


def _strokes(thing: pypdfium2.PdfObject, high: float) -> Iterator[Stroke]:
    thick = ctypes.c_float()
    raw.FPDFPageObj_GetStrokeWidth(thing, thick)
    matrix = thing.get_matrix()
    xs, ys = [], []
    for i in range(raw.FPDFPath_CountSegments(thing)):
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(thing, i), x, y)
        px, py = matrix.on_point(x.value, y.value)
        xs.append(px * MM)
        ys.append((high - py) * MM)
    dashes = raw.FPDFPageObj_GetDashCount(thing) > 0
    yield Stroke(min(xs), min(ys), max(xs), max(ys), thick.value * matrix.a * MM, dashes)
