"""Paints OFD pages as a vector PDF, which is both preview and print: `ofd_to_pdf(data)`.

Every character stands where the file puts it; where a substitute typeface is wider than the room, the glyph is narrowed,
so that no text runs into its neighbour. Seals are painted last, as ink that lets the text beneath show through.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.ofd.display import (
    Area,
    Clip,
    Colour,
    Glyph,
    Item,
    Matrix,
    PageContent,
    Path,
    Picture,
    Segment,
    Text,
    after,
    at,
    moved,
)
from salesdesk.services.ofd.images import masked, open_picture
from salesdesk.services.ofd.package import Package
from salesdesk.services.ofd.pages import read_pages
from salesdesk.services.ofd.seals import Stamp, stamps
from salesdesk.services.ofd.typefaces import Cut, Typefaces
from salesdesk.services.papers.lettering import MM_PER_POINT, ONE_AT_A_TIME, Lettering
from salesdesk.services.papers.pen import new_canvas
from salesdesk.services.papers.shapes import Rendered

POINTS = 1 / MM_PER_POINT
MOST_PIXELS_IN_ALL = 150_000_000
"""Of all pictures of one file: a scanned contract of ten pages at 300 dpi has 87 million."""
MOST_MARKS = 2_000_000
"""Glyphs and path segments painted for one file, those of clips and of every print of a seal counted again."""
_NARROWEST = 0.4
_SLANT = 0.21  # of an oblique typeface
_CROSSED = "⊗"
_RING = (
    "M 0.06 0.38 B 0.06 0.589 0.231 0.76 0.44 0.76 B 0.649 0.76 0.82 0.589 0.82 0.38 B 0.82 0.171 0.649 0 0.44 0 "
    "B 0.231 0 0.06 0.171 0.06 0.38 C M 0.171 0.111 L 0.709 0.649 M 0.171 0.649 L 0.709 0.111"
)


def ofd_to_pdf(data: bytes) -> bytes:
    """The pages of an OFD as PDF; Refused (with reason and cure) when the file is no OFD that can be shown."""
    return paint_ofd(data).pdf


def paint_ofd(data: bytes) -> Rendered:
    """The PDF with its page count and what could not be shown."""
    try:
        package = Package(data)
        document = package.documents[0]
        pages = read_pages(document)
    except BadValue as fault:
        raise Refused(Problem(fault.reason, fault.cure, code="ofd.unreadable")) from fault
    if not pages:
        raise Refused(Problem("OFD 里一页都没有", "文件不完整，请重新下载", code="ofd.empty"))
    stream = io.BytesIO()
    with ONE_AT_A_TIME:
        lettering = Lettering()
        painter = Painter(new_canvas(stream, "", "", "OFD", ""), lettering)
        painter.pages(package, pages, stamps(document))
    findings = [*document.findings, *(f for page in pages for f in page.findings), *painter.findings]
    return Rendered(stream.getvalue(), len(pages), tuple(dict.fromkeys(findings)))


class Painter:
    """The hand that puts display lists onto a reportlab canvas."""

    def __init__(self, canvas: Any, lettering: Lettering) -> None:
        self._canvas = canvas
        self._faces = Typefaces(canvas._doc, lettering)
        self._images: dict[tuple[int, str, str], Any] = {}
        self._pixels = MOST_PIXELS_IN_ALL
        self._marks = MOST_MARKS
        self._seals: dict[bytes, tuple[Package, list[PageContent]]] = {}
        self._notes: dict[str, None] = {}

    @property
    def findings(self) -> list[str]:
        """What could not be painted, in the clerk's words."""
        return [*self._notes, *self._faces.lettering.findings]

    def pages(self, package: Package, pages: Sequence[PageContent], stamped: Sequence[Stamp]) -> None:
        """The whole document, seals last on each page."""
        ids = {page.id for page in pages}
        for page in pages:
            base: Matrix = (POINTS, 0.0, 0.0, -POINTS, 0.0, page.height * POINTS)
            self._canvas.setPageSize((page.width * POINTS, page.height * POINTS))
            self.paint(package, page.items, base)
            for stamp in stamped:
                if stamp.page_id == page.id or (len(pages) == 1 and stamp.page_id not in ids):
                    self.stamp(stamp, base)
            self._canvas.showPage()
        self._canvas.save()

    def paint(self, package: Package, items: Sequence[Item], base: Matrix) -> None:
        """All items; base leads from mm at the top left of the page to PDF points."""
        for item in items:
            self._marks -= _marks(item)
            if self._marks < 0:
                self._notes["文件里的图元太多，超出部分没有显示"] = None
                return
            self._canvas.saveState()
            for clip in item.clips:
                self._clip(clip, base)
            if isinstance(item, Path):
                self._path(item, base)
            elif isinstance(item, Text):
                self._text(package, item, base)
            else:
                self._picture(package, item, base)
            self._canvas.restoreState()

    def stamp(self, stamp: Stamp, base: Matrix) -> None:
        """A seal, over what is already there."""
        x, y, width, height = stamp.box
        canvas = self._canvas
        canvas.saveState()
        if stamp.clip is not None:
            cx, cy, cw, ch = stamp.clip
            corners = [(x + cx, y + cy), (x + cx + cw, y + cy), (x + cx + cw, y + cy + ch), (x + cx, y + cy + ch)]
            segments: list[Segment] = [("M" if i == 0 else "L", corner) for i, corner in enumerate(corners)]
            self._clip((Area((*segments, ("C", ())), moved(0, 0)),), base)
        canvas.setBlendMode("Multiply")
        place: Matrix = (width, 0.0, 0.0, height, x, y)
        if stamp.picture.form == "ofd" or stamp.picture.data.startswith(b"PK\x03\x04"):
            self._seal_page(stamp, base)
        else:
            self._image(
                ("seal", stamp.picture.data), lambda: open_picture(stamp.picture.data), after(place, base), "印章"
            )
        canvas.restoreState()

    def _seal_page(self, stamp: Stamp, base: Matrix) -> None:
        """A seal whose picture is itself an OFD: its first page, fitted into the box; its own seals are not followed."""
        x, y, width, height = stamp.box
        data = stamp.picture.data
        if data not in self._seals:
            try:
                inner = Package(data)
                self._seals[data] = (inner, read_pages(inner.documents[0]))
            except BadValue as fault:
                self._notes[f"印章的图案读不出来：{fault.reason}"] = None
                return
        package, pages = self._seals[data]
        if pages:
            fit: Matrix = (width / pages[0].width, 0.0, 0.0, height / pages[0].height, x, y)
            self.paint(package, pages[0].items, after(fit, base))

    def _clip(self, clip: Clip, base: Matrix) -> None:
        outlines = [_outline(area.segments, after(area.matrix, base)) for area in clip]
        self._canvas.addLiteral(f"{' '.join(outlines)} W n")

    def _ink(self, fill: Colour | None, stroke: Colour | None) -> str:
        """Operators for the colours; opacity goes through the canvas, which names it for the page."""
        alpha = [colour.alpha if colour else 1.0 for colour in (fill, stroke)]
        if min(alpha) < 1:
            self._canvas.setFillAlpha(round(alpha[0], 3))
            self._canvas.setStrokeAlpha(round(alpha[1], 3))
        parts = []
        if fill:
            parts.append(f"{fill.red:.3f} {fill.green:.3f} {fill.blue:.3f} rg")
        if stroke:
            parts.append(f"{stroke.red:.3f} {stroke.green:.3f} {stroke.blue:.3f} RG")
        return " ".join(parts)

    def _path(self, path: Path, base: Matrix) -> None:
        matrix = after(path.matrix, base)
        parts = [self._ink(path.fill, path.stroke)]
        if path.stroke:
            grow = _grow(matrix)
            dash = " ".join(f"{v * grow:.3f}" for v in path.dash) if sum(path.dash) > 0 else ""
            parts.append(
                f"{path.width * grow:.3f} w {path.cap} J {path.join} j {path.miter:.2f} M [{dash}] {path.dash_offset * grow:.3f} d"
            )
        parts.append(_outline(path.segments, matrix))
        star = "*" if path.even_odd else ""
        parts.append("B" + star if path.fill and path.stroke else "f" + star if path.fill else "S")
        self._canvas.addLiteral(" ".join(parts))

    def _text(self, package: Package, text: Text, base: Matrix) -> None:
        bold = text.bold
        cuts = [self._faces.cut(package, text.font, bold, glyph.char) for glyph in text.glyphs]
        mode = 3 if not (text.fill or text.stroke) else 2 if text.fill and text.stroke else 1 if text.stroke else 0
        matrix = after(text.matrix, base)
        grow = _grow(matrix)
        parts = [self._ink(text.fill, text.stroke or text.fill), f"BT {mode} Tr {text.width * grow:.3f} w"]
        for glyph, cut, squeeze, shift in fitted(text, cuts):
            if cut is None or glyph.char.isspace():
                continue
            if glyph.char == _CROSSED and not cut.own:
                continue
            where = after(_upright(text, glyph, shift), matrix)
            a, b, c, d, e, f = where
            size = text.size * grow
            parts.append(
                f"{cut.font} {size:.3f} Tf {squeeze * 100:.1f} Tz "
                f"{a / grow:.4f} {b / grow:.4f} {c / grow:.4f} {d / grow:.4f} {e:.3f} {f:.3f} Tm <{cut.code}> Tj"
            )
        self._canvas.addLiteral(" ".join([*parts, "ET"]))
        self._crossed(text, cuts, matrix)

    def _crossed(self, text: Text, cuts: Sequence[Cut | None], matrix: Matrix) -> None:
        """⊗, which no usual typeface has, drawn: the sign that fills the blanks before 大写 amounts."""
        from salesdesk.services.ofd.outlines import read_path

        colour = text.fill or text.stroke
        for glyph, cut in zip(text.glyphs, cuts, strict=True):
            if glyph.char == _CROSSED and colour and not (cut and cut.own):
                place = after((text.size, 0.0, 0.0, text.size, 0.0, 0.0), after(_upright(text, glyph, 0.0), matrix))
                width = 0.05 * text.size * _grow(matrix)
                self._canvas.addLiteral(
                    f"{self._ink(None, colour)} {width:.3f} w {_outline(read_path(_RING), place)} S"
                )

    def _picture(self, package: Package, picture: Picture, base: Matrix) -> None:
        def load() -> Any:
            image = open_picture(picture.data or package.read(picture.name))
            return masked(image, open_picture(package.read(picture.mask))) if picture.mask else image

        if picture.alpha < 1:
            self._canvas.setFillAlpha(round(picture.alpha, 3))
        key = (id(package), picture.name, picture.mask)
        self._image(key, load, after(picture.matrix, base), "图片")

    def _image(self, key: Any, load: Any, place: Matrix, what: str) -> None:
        from reportlab.lib.utils import ImageReader

        if key not in self._images:
            try:
                image = load()
                self._pixels -= image.width * image.height
                if self._pixels < 0:
                    raise BadValue("文件里的图片加起来太大了", "请确认文件来源")
                self._images[key] = ImageReader(image)
            except BadValue as fault:
                self._notes[f"有一个{what}显示不了：{fault.reason}"] = None
                self._images[key] = None
        reader = self._images[key]
        if reader is not None:
            self._canvas.transform(*after((1.0, 0.0, 0.0, -1.0, 0.0, 1.0), place))
            self._canvas.drawImage(reader, 0, 0, 1, 1, mask="auto")


def _marks(item: Item) -> int:
    """How much work an item is."""
    clips = sum(1 + len(area.segments) for clip in item.clips for area in clip)
    own = len(item.segments) if isinstance(item, Path) else len(item.glyphs) if isinstance(item, Text) else 1
    return 1 + own + clips


def _grow(matrix: Matrix) -> float:
    """By how much a matrix enlarges lengths, on average."""
    return max(1e-6, math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])))


def _outline(segments: Sequence[Segment], matrix: Matrix) -> str:
    parts = []
    for command, values in segments:
        points = [at(matrix, values[i], values[i + 1]) for i in range(0, len(values), 2)]
        parts += [f"{x:.3f} {y:.3f}" for x, y in points]
        parts.append({"M": "m", "L": "l", "B": "c", "C": "h"}[command])
    return " ".join(parts)


def _upright(text: Text, glyph: Glyph, shift: float) -> Matrix:
    """From a glyph's own space (mm, y up) to the object's (mm, y down)."""
    turn: Matrix = {
        90: (0.0, 1.0, 1.0, 0.0, glyph.x, glyph.y),
        180: (-1.0, 0.0, 0.0, 1.0, glyph.x, glyph.y),
        270: (0.0, -1.0, -1.0, 0.0, glyph.x, glyph.y),
    }.get(text.turned, (1.0, 0.0, 0.0, -1.0, glyph.x, glyph.y))
    inner: Matrix = (1.0, 0.0, _SLANT, 1.0, shift, 0.0) if text.italic else moved(shift, 0.0)
    return after(inner, turn)


def fitted(text: Text, cuts: Sequence[Cut | None]) -> Iterator[tuple[Glyph, Cut | None, float, float]]:
    """Each glyph with its horizontal scale and its shift in mm within its room.

    The file's own font is trusted. A substitute is narrowed to the room up to the next character and, in the half-width
    cells Chinese typefaces keep for figures and letters, stands in the middle. The last character follows its fellows.
    """
    rooms: dict[bool, float] = {}
    for glyph in text.glyphs:
        if 0.2 * text.size <= glyph.room:
            wide = unicodedata.east_asian_width(glyph.char) in "WF"
            rooms[wide] = min(rooms.get(wide, glyph.room), glyph.room)
    for glyph, cut in zip(text.glyphs, cuts, strict=True):
        if cut is None or cut.own or text.turned:
            yield glyph, cut, text.stretch, 0.0
            continue
        wide = unicodedata.east_asian_width(glyph.char) in "WF"
        room = glyph.room if glyph.room >= 0.2 * text.size else rooms.get(wide, 0.0)
        advance = cut.advance * text.size * text.stretch
        if not room or not advance:
            yield glyph, cut, text.stretch, 0.0
        elif advance > room:
            yield glyph, cut, text.stretch * max(_NARROWEST, room / advance), 0.0
        elif not wide and room <= 0.65 * text.size:
            yield glyph, cut, text.stretch, (room - advance) / 2
        else:
            yield glyph, cut, text.stretch, 0.0
