"""Paints what stands below a form: the places to sign, the small print, and the line to cut along."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.services.papers.grid import PAD
from salesdesk.services.papers.lettering import Lettering
from salesdesk.services.papers.pen import THIN, Pen, fitted
from salesdesk.services.papers.shapes import PaperSize, Signature

CAPTION = 8.0  # type size of the small print


def caption(lettering: Lettering, printed_by: str, stamp: str, print_count: int, number: int, pages: int) -> str:
    """The small print at the lower right: who printed it when, for which time, and the page."""
    pieces = []
    if printed_by or stamp:
        pieces.append(" ".join(["打印：" + printed_by, stamp[:16].replace("T", " ")]).strip())
    if print_count > 1:
        pieces.append(f"第 {print_count} 次打印")
    pieces.append(f"第 {number}/{pages} 页")
    return lettering.clean("　".join(pieces))


def paint_sign_line(
    pen: Pen, signatures: Sequence[Signature], x: float, y: float, width: float, height: float, size: float
) -> None:
    """Labels in one line, each with its printed name or a rule to write on."""
    clean = pen.lettering.clean
    share = width / sum(s.weight for s in signatures)
    level = y + height * 0.62
    for s in signatures:
        room = share * s.weight
        label = clean(s.label) + "："
        chosen = fitted(pen.lettering, label + clean(s.value), room - 2, size, 8.0)
        wide = pen.text(x, level, label, chosen)
        if s.value:
            pen.text(x + wide, level, clean(s.value), chosen)
        elif room - wide - 4 > 4:
            pen.line(x + wide + 0.5, level + 1.9, x + room - 4, level + 1.9, THIN)
        x += room


def paint_sign_boxes(
    pen: Pen, signatures: Sequence[Signature], x: float, y: float, width: float, height: float
) -> None:
    """A row of boxes to sign in: the label small at the top left, room for name, stamp and time below."""
    clean = pen.lettering.clean
    share = width / sum(s.weight for s in signatures)
    pen.box(x, y, width, height)
    for place, s in enumerate(signatures):
        room = share * s.weight
        if place:
            pen.line(x, y, x, y + height)
        label = clean(s.label)
        pen.text(x + PAD, y + 2.6, label, fitted(pen.lettering, label, room - 2 * PAD, 9.0, 6.0))
        value = clean(s.value)
        chosen = fitted(pen.lettering, value, room - 2 * PAD, 10.0, 6.0)
        pen.text(x + room / 2, y + 4.5 + (height - 4.5) / 2, value, chosen, False, "center")
        x += room


def paint_cut_line(pen: Pen, size: PaperSize) -> None:
    """The dashed line where the lower half of the page is cut off."""
    pen.line(0, size.form_height, size.width_mm, size.form_height, THIN, (3.0, 2.0))
