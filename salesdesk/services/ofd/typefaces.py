"""Chooses the typeface each character of an OFD is painted with: the font in the file, Courier, or Noto Sans SC."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from salesdesk.domain.errors import BadValue
from salesdesk.services.ofd.display import Font
from salesdesk.services.ofd.package import Package
from salesdesk.services.papers.lettering import MM_PER_POINT, Lettering

LARGEST_FONT = 30 * 1024 * 1024
_FIXED = ("courier", "consolas", "monospace", "simsun-mono")
_HEAVY = ("黑体", "simhei", "bold", "black", "heavy", "粗")
_COURIER = "Courier"


class Cut(NamedTuple):
    """One character ready for the page: PDF font name and code as hex digits, its width in em, whether it is the file's
    own font (whose widths are right by themselves)."""

    font: str
    code: str
    advance: float
    own: bool = False


class Typefaces:
    """The fonts of one PDF in the making, by OFD font; fonts are embedded when the PDF is saved."""

    def __init__(self, document: Any, lettering: Lettering) -> None:
        self._document = document
        self.lettering = lettering
        self._embedded: dict[tuple[int, str], Any] = {}
        self._cuts: dict[tuple[int, Font, bool, str], Cut | None] = {}

    def cut(self, package: Package, font: Font, bold: bool, char: str) -> Cut | None:
        """How to paint one character; None for one that leaves no mark (joiners, line breaks)."""
        asked = (id(package), font, bold, char)
        if asked not in self._cuts:
            self._cuts[asked] = self._choose(package, font, bold, char)
        return self._cuts[asked]

    def _choose(self, package: Package, font: Font, bold: bool, char: str) -> Cut | None:
        own = self._own(package, font.file, char) if font.file else None
        if own is not None and own.face.charToGlyph.get(ord(char)):
            return self._dynamic(own, char, own.face.getCharWidth(ord(char)) / 1000, True)
        name = f"{font.name} {font.family}".lower()
        if any(word in name for word in _FIXED) and 32 <= ord(char) < 127:
            return Cut(self._document.getInternalFontName(_COURIER), f"{ord(char):02x}", 0.6)
        heavy = bold or any(word in name for word in _HEAVY)
        clean = self.lettering.clean(char)
        for piece_font, piece in self.lettering.runs(clean, heavy):
            from reportlab.pdfbase import pdfmetrics

            width = self.lettering.width(piece, 1.0, heavy) / MM_PER_POINT
            return self._dynamic(pdfmetrics.getFont(piece_font), piece, width, False) if piece else None
        return None

    def _dynamic(self, font: Any, char: str, advance: float, own: bool) -> Cut:
        ((subset, codes),) = font.splitString(char, self._document)
        return Cut(font.getSubsetInternalName(subset, self._document), codes.hex(), advance, own)

    def _own(self, package: Package, file: str, char: str) -> Any:
        """The TrueType font of the file, None when reportlab cannot take it (then Noto stands in)."""
        key = (id(package), file)
        if key not in self._embedded:
            self._embedded[key] = self._load(package, file, f"Ofd{len(self._embedded)}")
        font = self._embedded[key]
        if font is not None and ord(char) in font.face.charToGlyph:
            try:
                font.face.makeSubset([ord(char)])
            except Exception:  # a broken outline must cost this character's look, not the page
                font.face.charToGlyph.pop(ord(char))
        return font

    @staticmethod
    def _load(package: Package, file: str, name: str) -> Any:
        from reportlab.pdfbase import ttfonts

        try:
            data = package.read(file)
            if len(data) > LARGEST_FONT:
                return None
            font: Any = ttfonts.TTFont(name, io.BytesIO(data), asciiReadable=0)
            font.face.makeSubset([32])
        except BadValue:
            return None
        except Exception:  # reportlab raises many kinds for fonts it cannot take: CFF outlines, cut tables, no names
            return None
        return font
