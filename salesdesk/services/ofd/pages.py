"""Turns the content of OFD pages into display lists: templates, layers, annotations and composites, all flattened.

Hostile files are bounded: objects, characters and nesting are counted over the whole document, and what exceeds the
count is left out and said so.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from salesdesk.domain.errors import BadValue
from salesdesk.services.ofd.display import (
    BLACK,
    IDENTITY,
    Area,
    Box,
    Clip,
    Colour,
    Font,
    Glyph,
    Item,
    Matrix,
    PageContent,
    Path,
    Picture,
    Text,
    after,
    box_of,
    moved,
)
from salesdesk.services.ofd.outlines import read_path
from salesdesk.services.ofd.package import Document, PageRef, child, children, folder_of, numbers, text_at
from salesdesk.services.ofd.resources import Resources, truth
from salesdesk.services.safe_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_OBJECTS = 100_000
MOST_CHARACTERS = 500_000
MOST_SEGMENTS = 1_000_000
DEEPEST = 24
"""Bounds for one document; the longest voucher read so far has some thousands of objects and no nesting."""
_RANK = {"Background": 0, "Body": 1, "Foreground": 2}
_CAPS = {"Butt": 0, "Round": 1, "Square": 2}
_JOINS = {"Miter": 0, "Round": 1, "Bevel": 2}
_A4 = [0.0, 0.0, 210.0, 297.0]


class _Spent(Exception):
    """The document asks for more work than any voucher."""


class _Frame(NamedTuple):
    """Where objects stand: matrix to the page, clips so far, and the drawing parameters of layer and composite."""

    matrix: Matrix
    clips: tuple[Clip, ...] = ()
    params: tuple[_Element, ...] = ()
    alpha: float = 1.0
    template: bool = False


class PageReader:
    """Reads the pages of one document; the bounds count for all of them together."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.resources = Resources(document, document.resources())
        self._objects, self._characters, self._segments = MOST_OBJECTS, MOST_CHARACTERS, MOST_SEGMENTS
        self._annotations: dict[str, list[tuple[_Element, str]]] | None = None

    def pages(self) -> list[PageContent]:
        """All pages in order; what could not be read is missing on them and told in their findings."""
        return [self.page(ref, number) for number, ref in enumerate(self.document.pages, start=1)]

    def page(self, ref: PageRef, number: int) -> PageContent:
        """One page."""
        root = self._root(ref)
        box = self._box(root)
        content = PageContent(ref.id, number, box[2], box[3])
        if root is None:
            content.findings.append(f"第 {number} 页的内容读不出来")
            return content
        try:
            for part, resources, template in self._layers(root, ref):
                params = tuple(resources.chain(part.get("DrawParam")))
                frame = _Frame(moved(-box[0], -box[1]), (), params, template=template)
                self._block(part, frame, resources, content, 0)
            for annot, folder in self._annots(ref.id):
                self._annot(annot, folder, moved(-box[0], -box[1]), content)
        except _Spent:
            content.findings.append(f"第 {number} 页的图元太多，超出部分没有显示")
        return content

    def _root(self, ref: PageRef) -> _Element | None:
        return self.document.part(ref.name) if ref.name else None

    def _box(self, root: _Element | None) -> list[float]:
        area = child(root, "Area")
        if area is None:
            area = child(self.document.root, "CommonData", "PageArea")
        box = numbers(text_at(area, "PhysicalBox"), 4)
        return box if len(box) == 4 and 1 <= box[2] <= 5000 and 1 <= box[3] <= 5000 else _A4

    def _layers(self, root: _Element, ref: PageRef) -> list[tuple[_Element, Resources, bool]]:
        """The layers of templates (True) and page, from back to front."""
        found: list[tuple[float, _Element, Resources, bool]] = []
        for use in children(root, "Template")[:16]:
            template = self.document.templates.get(use.get("TemplateID", ""))
            inner = self._root(template) if template else None
            if template is not None and inner is not None:
                rank = _RANK.get(use.get("ZOrder") or template.z_order or "Background", 0)
                place = rank - 0.5 if rank != 2 else 2.5
                found += [
                    (place, layer, self._own(inner, template), True) for layer in children(inner, "Content", "Layer")
                ]
        own = self._own(root, ref)
        found += [
            (_RANK.get(layer.get("Type", "Body"), 1), layer, own, False) for layer in children(root, "Content", "Layer")
        ]
        return [(layer, resources, template) for _, layer, resources, template in sorted(found, key=lambda one: one[0])]

    def _own(self, root: _Element, ref: PageRef) -> Resources:
        locs = [text_at(one) for one in children(root, "PageRes")]
        found = [self.document.package.find(loc, self.document.folder, folder_of(ref.name)) for loc in locs]
        names = [name for name in found if name]
        return Resources(self.document, names, self.resources) if names else self.resources

    def _annots(self, page_id: str) -> list[tuple[_Element, str]]:
        if self._annotations is None:
            self._annotations = {}
            for page, annot, folder in self.document.annotations():
                self._annotations.setdefault(page, []).append((annot, folder))
        return self._annotations.get(page_id, [])

    def _annot(self, annot: _Element, folder: str, matrix: Matrix, content: PageContent) -> None:
        look = child(annot, "Appearance")
        if look is None or not truth(annot.get("Visible"), True) or not truth(annot.get("Print"), True):
            return
        box = numbers(look.get("Boundary"), 4)
        shift = moved(box[0], box[1]) if len(box) == 4 else IDENTITY
        locs = [text_at(one) for one in children(look, "PageRes")]
        names = [name for loc in locs if (name := self.document.package.find(loc, folder, self.document.folder))]
        resources = Resources(self.document, names, self.resources) if names else self.resources
        self._block(look, _Frame(after(shift, matrix)), resources, content, 0)

    def _block(self, parent: _Element, frame: _Frame, resources: Resources, content: PageContent, depth: int) -> None:
        if depth > DEEPEST:
            raise _Spent
        for one in parent:
            kind = local_name(one)
            if kind == "PageBlock":
                self._block(one, frame, resources, content, depth + 1)
            elif kind in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                self._objects -= 1
                if self._objects < 0:
                    raise _Spent
                if truth(one.get("Visible"), True):
                    self._object(kind, one, frame, resources, content, depth)

    def _object(
        self, kind: str, one: _Element, frame: _Frame, resources: Resources, content: PageContent, depth: int
    ) -> None:
        box = numbers(one.get("Boundary"), 4)
        box = box if len(box) == 4 else [0.0, 0.0, 0.0, 0.0]
        ctm = numbers(one.get("CTM"), 6)
        placed = after(moved(box[0], box[1]), frame.matrix)
        own: Matrix = (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5]) if len(ctm) == 6 else IDENTITY
        matrix = after(own, placed)
        alpha = frame.alpha * min(1.0, max(0.0, (numbers(one.get("Alpha"), 1) or [255.0])[0] / 255))
        params = (*resources.chain(one.get("DrawParam")), *frame.params)
        clips = frame.clips + self._clips(one, matrix, placed)
        inner = frame._replace(matrix=matrix, clips=clips, params=params, alpha=alpha)
        if kind == "TextObject":
            where = box_of(placed, 0.0, 0.0, box[2], box[3])
            content.items += self._text(one, inner, resources, where)
        elif kind == "PathObject":
            content.items += self._path(one, inner, resources)
        elif kind == "ImageObject":
            if len(ctm) != 6:  # without a matrix the picture fills its boundary
                inner = inner._replace(matrix=after((box[2], 0.0, 0.0, box[3], 0.0, 0.0), placed))
            name = resources.media.get(one.get("ResourceID", ""), "")
            mask = resources.media.get(one.get("ImageMask", ""), "")
            if name:
                content.items.append(Picture(one.get("ID", ""), name, inner.matrix, mask, alpha, clips=clips))
            else:
                content.findings.append(f"第 {content.number} 页有一张图片缺失")
        else:
            unit = resources.units.get(one.get("ResourceID", ""))
            for body in children(unit, "Content"):
                self._block(body, inner, resources, content, depth + 1)

    def _clips(self, one: _Element, matrix: Matrix, placed: Matrix) -> tuple[Clip, ...]:
        found: list[Clip] = []
        for clips in children(one, "Clips"):
            outer = matrix if truth(clips.get("TransFlag"), True) else placed
            for clip in children(clips, "Clip")[:16]:
                areas = []
                for area in children(clip, "Area")[:64]:
                    path = child(area, "Path")
                    if path is None:
                        continue
                    box, ctm = numbers(path.get("Boundary"), 4), numbers(area.get("CTM"), 6)
                    inner = moved(box[0], box[1]) if len(box) == 4 else IDENTITY
                    if len(ctm) == 6:
                        inner = after(inner, (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5]))
                    areas.append(Area(self._outline(path), after(inner, outer)))
                if areas:
                    found.append(tuple(areas))
        return tuple(found)

    def _outline(self, one: _Element) -> tuple[tuple[str, tuple[float, ...]], ...]:
        segments = read_path(text_at(one, "AbbreviatedData"))
        self._segments -= len(segments)
        if self._segments < 0:
            raise _Spent
        return segments

    @staticmethod
    def _value(one: _Element, params: tuple[_Element, ...], name: str) -> str | None:
        """An attribute of the object, else of its drawing parameters."""
        return next((v for source in (one, *params) if (v := source.get(name)) is not None), None)

    @staticmethod
    def _colour(
        one: _Element, frame: _Frame, name: str, resources: Resources, default: Colour | None = BLACK
    ) -> Colour | None:
        element = next((e for source in (one, *frame.params) if (e := child(source, name)) is not None), None)
        colour = resources.colour(element, default)
        return colour._replace(alpha=colour.alpha * frame.alpha) if colour else None

    def _path(self, one: _Element, frame: _Frame, resources: Resources) -> list[Item]:
        segments = self._outline(one)
        fill, stroke = truth(one.get("Fill"), False), truth(one.get("Stroke"), True)
        if not segments or not (fill or stroke):
            return []
        number = [
            numbers(self._value(one, frame.params, name), 1) for name in ("LineWidth", "MiterLimit", "DashOffset")
        ]
        return [
            Path(
                one.get("ID", ""),
                segments,
                frame.matrix,
                self._colour(one, frame, "FillColor", resources) if fill else None,
                self._colour(one, frame, "StrokeColor", resources) if stroke else None,
                one.get("Rule") == "Even-Odd",
                number[0][0] if number[0] else 0.353,
                _CAPS.get(self._value(one, frame.params, "Cap") or "", 0),
                _JOINS.get(self._value(one, frame.params, "Join") or "", 0),
                max(1.0, number[1][0]) if number[1] else 3.528,
                tuple(abs(v) for v in numbers(self._value(one, frame.params, "DashPattern"), 16)),
                number[2][0] if number[2] else 0.0,
                frame.clips,
            )
        ]

    def _text(self, one: _Element, frame: _Frame, resources: Resources, where: Box) -> list[Item]:
        font = resources.fonts.get(one.get("Font", ""), Font())
        size = (numbers(one.get("Size"), 1) or [0.0])[0]
        stretch = (numbers(one.get("HScale"), 1) or [1.0])[0]
        weight = (numbers(one.get("Weight"), 1) or [400.0])[0]
        fill, stroke = truth(one.get("Fill"), True), truth(one.get("Stroke"), False)
        downward = one.get("ReadDirection") in ("90", "270")
        glyphs: list[Glyph] = []
        pen = (0.0, 0.0)
        for code in children(one, "TextCode"):
            text = code.text or ""
            self._characters -= len(text)
            if self._characters < 0:
                raise _Spent
            pen = ((numbers(code.get("X"), 1) or [pen[0]])[0], (numbers(code.get("Y"), 1) or [pen[1]])[0])
            glyphs += place(text, pen, code.get("DeltaX"), code.get("DeltaY"), size * stretch, downward, font)
        if not glyphs or not 0 < size < 2000:
            return []
        width = numbers(self._value(one, frame.params, "LineWidth"), 1)
        return [
            Text(
                one.get("ID", ""),
                "".join(glyph.char for glyph in glyphs),
                tuple(glyphs),
                font,
                size,
                frame.matrix,
                where,
                self._colour(one, frame, "FillColor", resources) if fill else None,
                self._colour(one, frame, "StrokeColor", resources) if stroke else None,
                width[0] if width else 0.353,
                stretch if 0.05 < stretch < 20 else 1.0,
                weight >= 600 or font.bold,
                truth(one.get("Italic"), False) or font.italic,
                int((numbers(one.get("CharDirection"), 1) or [0.0])[0]) % 360,
                frame.clips,
                frame.template,
            )
        ]


def place(
    text: str,
    start: tuple[float, float],
    delta_x: str | None,
    delta_y: str | None,
    size: float,
    downward: bool,
    font: Font,
) -> list[Glyph]:
    """Every character with its origin. Distances that are missing repeat the last one given; without any, characters
    stand one after the other by their usual width (full-width one size, others half of it, Courier six tenths)."""
    count = len(text) - 1
    dx, dy = deltas(delta_x, count), deltas(delta_y, count)
    natural = not dx and not dy
    fixed = "courier" in f"{font.name}{font.family}".lower()
    x, y = start
    found: list[Glyph] = []
    for i, char in enumerate(text):
        wide = unicodedata.east_asian_width(char) in "WFA"
        usual = size * (1.0 if wide else 0.6 if fixed else 0.5)
        step_x = dx[i] if i < len(dx) else 0.0
        step_y = dy[i] if i < len(dy) else 0.0
        if natural and i < count:
            step_x, step_y = (0.0, size) if downward else (usual, 0.0)
        room = abs(step_x) if step_x > 0 and not step_y else 0.0
        found.append(Glyph(char, x, y, room))
        x, y = x + step_x, y + step_y
    return found


def deltas(text: str | None, count: int) -> list[float]:
    """Distances between `count` + 1 characters: "g n v" stands for n times v; a short list repeats its last value."""
    if not text or count < 1:
        return []
    found: list[float] = []
    words = iter(text.replace(",", " ").split())
    for word in words:
        times = 1
        if word.lower() == "g":
            told = numbers(next(words, ""), 1)
            times = max(0, min(count, int(told[0]))) if told else 0
            word = next(words, "")
        value = numbers(word, 1)
        if not value:
            break
        found += value * times
        if len(found) >= count:
            return found[:count]
    return found + [found[-1]] * (count - len(found)) if found else []


def read_pages(document: Document) -> list[PageContent]:
    """All pages of a document as display lists; BadValue when Document.xml itself cannot be read."""
    return PageReader(document).pages()


def page_texts(document: Document) -> dict[tuple[str, str], str]:
    """Text by (page ID, object ID), as CustomTag ObjectRefs name it; a template's texts count for each page with it."""
    try:
        pages = read_pages(document)
    except BadValue:
        return {}
    return {(page.id, key): text for page in pages for key, text in page.by_id().items()}
