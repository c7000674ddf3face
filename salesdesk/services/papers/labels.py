"""Paints stickers for archive boxes: wide ones for the front, narrow upright ones for the back, with lines to cut along."""

from __future__ import annotations

from salesdesk.services.papers.lettering import Lettering
from salesdesk.services.papers.pen import THICK, THIN, Page, Pen
from salesdesk.services.papers.shapes import Label, LabelSheet, PaperSize

FRONT = (90.0, 66.0)
"""Width and height of a front sticker in mm; eight go on an A4 sheet."""
SPINE = (42.0, 128.0)
"""Width and height of a sticker for the back; eight go on an A4 sheet."""


def lay_labels(sheet: LabelSheet, size: PaperSize, lettering: Lettering) -> list[Page]:
    """As many pages as the stickers need, row by row; ValueError when not even one fits on the paper."""
    wide, high = SPINE if sheet.spine else FRONT
    columns = int((size.width_mm - 12) // wide)
    rows = int((size.height_mm - 12) // high)
    if not columns or not rows or not sheet.labels:
        raise ValueError(f"no sticker of {wide:g}×{high:g} mm fits on {size.key}")
    left, top = (size.width_mm - columns * wide) / 2, (size.height_mm - rows * high) / 2

    def paint(pen: Pen, some: tuple[Label, ...]) -> None:
        for place, label in enumerate(some):
            x, y = left + place % columns * wide, top + place // columns * high
            pen.box(x, y, wide, high, THIN)
            if sheet.spine:
                _spine(pen, lettering, sheet, label, x, y)
            else:
                _front(pen, lettering, sheet, label, x, y)

    room = columns * rows
    pages = [sheet.labels[start : start + room] for start in range(0, len(sheet.labels), room)]
    return [
        Page(size.width_mm, size.height_mm, lambda pen, some=some: paint(pen, some))  # type: ignore[misc]
        for some in pages
    ]


def _lines(
    lettering: Lettering, text: str, width: float, largest: float, most: int, smallest: float = 7.0
) -> tuple[list[str], float]:
    """A text broken to a width in the largest type in which it takes at most so many lines."""
    points = largest
    while True:
        lines = lettering.wrap(lettering.clean(text), width, points, True)
        if len(lines) <= most or points <= smallest:
            return lines, points
        points -= 1.0


def _front(pen: Pen, lettering: Lettering, sheet: LabelSheet, label: Label, x: float, y: float) -> None:
    wide = FRONT[0]
    pen.text(x + wide / 2, y + 7, sheet.company, 9.0, False, "center")
    pen.line(x + 6, y + 11, x + wide - 6, y + 11, THICK)
    lines, points = _lines(lettering, label.head, wide - 12, 20.0, 1)
    pen.text(x + wide / 2, y + 19, lines[0] if lines else "", points, True, "center")
    at = y + 29
    for title, value in label.lines:
        pen.text(x + 6, at, title, 9.0)
        for line in lettering.wrap(lettering.clean(value), wide - 30, 9.0)[:2]:
            pen.text(x + 24, at, line, 9.0, True)
            at += 4.4
        at += 2.0


def _spine(pen: Pen, lettering: Lettering, sheet: LabelSheet, label: Label, x: float, y: float) -> None:
    """Upright: everything centred one below the other, as it is read on a shelf."""
    wide = SPINE[0]
    at = y + 9
    for line in lettering.wrap(lettering.clean(sheet.company), wide - 6, 8.0):
        pen.text(x + wide / 2, at, line, 8.0, False, "center")
        at += 4.0
    pen.line(x + 4, at, x + wide - 4, at, THICK)
    at += 9
    lines, points = _lines(lettering, label.head, wide - 6, 22.0, 2)
    for line in lines:
        pen.text(x + wide / 2, at, line, points, True, "center")
        at += points * 0.45
    at += 3
    for title, value in label.lines:
        pen.text(x + wide / 2, at, title, 8.0, False, "center")
        at += 5.2
        for line in lettering.wrap(lettering.clean(value), wide - 6, 10.0)[:3]:
            pen.text(x + wide / 2, at, line, 10.0, True, "center")
            at += 5.0
        at += 2.6
