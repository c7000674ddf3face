"""What stands on an OFD page, as plain things to be painted or read: texts, paths and pictures, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x' = a·x + c·y + e, y' = b·x + d·y + f."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def after(inner: Matrix, outer: Matrix) -> Matrix:
    """One matrix doing `inner` first and then `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def moved(x: float, y: float) -> Matrix:
    """A shift."""
    return (1.0, 0.0, 0.0, 1.0, x, y)


def at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a point comes to lie."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def box_of(matrix: Matrix, x: float, y: float, width: float, height: float) -> Box:
    """The upright rectangle around a transformed one."""
    corners = [at(matrix, px, py) for px in (x, x + width) for py in (y, y + height)]
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


class Box(NamedTuple):
    """Edges in mm from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Colour(NamedTuple):
    """Red, green, blue and opacity, each 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0


BLACK = Colour(0.0, 0.0, 0.0)

Segment = tuple[str, tuple[float, ...]]
"""("M", (x, y)), ("L", (x, y)), ("B", (x1, y1, x2, y2, x3, y3)) for a cubic curve, or ("C", ()) for close."""


class Area(NamedTuple):
    """One part of a clip: a path in its own space, and the matrix to the page."""

    segments: tuple[Segment, ...]
    matrix: Matrix


Clip = tuple[Area, ...]
"""Areas that together let through; several clips of one thing narrow one another."""


class Font(NamedTuple):
    """A font as the file names it. file: archive name of an embedded one, else ""."""

    name: str = ""
    family: str = ""
    bold: bool = False
    italic: bool = False
    file: str = ""


class Glyph(NamedTuple):
    """One character with its origin on the baseline, in the object's own space (mm before the matrix).

    room: how far away the next character stands along the line, 0 where the file does not say.
    """

    char: str
    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True)
class Text:
    """A TextObject. size in mm before the matrix; box: its boundary on the page; id: what CustomTag ObjectRefs name.

    turned: degrees each character is turned clockwise; template: it stands on a template page.
    """

    id: str
    text: str
    glyphs: tuple[Glyph, ...]
    font: Font
    size: float
    matrix: Matrix
    box: Box
    fill: Colour | None = BLACK
    stroke: Colour | None = None
    width: float = 0.353
    stretch: float = 1.0
    bold: bool = False
    italic: bool = False
    turned: int = 0
    clips: tuple[Clip, ...] = ()
    template: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A PathObject; lengths in mm before the matrix. cap and join as in PDF (0, 1, 2)."""

    id: str
    segments: tuple[Segment, ...]
    matrix: Matrix
    fill: Colour | None = None
    stroke: Colour | None = BLACK
    even_odd: bool = False
    width: float = 0.353
    cap: int = 0
    join: int = 0
    miter: float = 3.528
    dash: tuple[float, ...] = ()
    dash_offset: float = 0.0
    clips: tuple[Clip, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """An image over the unit square (top left 0, 0) of its matrix. name: in the archive, or "" with the bytes in `data`."""

    id: str
    name: str
    matrix: Matrix
    mask: str = ""
    alpha: float = 1.0
    data: bytes = b""
    clips: tuple[Clip, ...] = ()


Item = Text | Path | Picture


@dataclass(slots=True)
class PageContent:
    """One page: its ID, size in mm, and everything on it from back to front, in mm from the top left corner."""

    id: str
    number: int
    width: float
    height: float
    items: list[Item] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def texts(self) -> Iterator[Text]:
        """The text runs, in the order they are painted."""
        return (item for item in self.items if isinstance(item, Text))

    def by_id(self) -> dict[str, str]:
        """Text by object ID, for CustomTag references; runs of one ID are joined, the page's own beat a template's."""
        own: dict[str, str] = {}
        behind: dict[str, str] = {}
        for text in self.texts():
            if text.id:
                found = behind if text.template else own
                found[text.id] = found.get(text.id, "") + text.text
        return behind | own
