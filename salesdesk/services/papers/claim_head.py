"""What all expense forms share: the title with its double line, the fields below it, and the line to bind along."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.money import MONEY_SCALE, show_scaled
from salesdesk.services.papers.grid import PAD
from salesdesk.services.papers.pen import THIN, Pen, fitted
from salesdesk.services.papers.shapes import PaperSize
from salesdesk.services.papers.signing import CAPTION

BINDING = 25.0
"""White in mm left of the form, where it is bound together with its vouchers."""


def money(fen: int) -> str:
    """An amount as it is printed: 123450 分 → "¥1,234.50", negative "-¥5.00"."""
    text = show_scaled(abs(fen), MONEY_SCALE, 2, 2, True)
    return f"-¥{text}" if fen < 0 else f"¥{text}"


def chinese_day(day: str) -> str:
    """2026-06-18 → "2026 年 6 月 18 日"; room to write when there is none."""
    parts = day.split("-")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        return f"{int(parts[0])} 年 {int(parts[1])} 月 {int(parts[2])} 日"
    return day or "　　　年　　月　　日"


def paint_title(pen: Pen, x: float, width: float, y: float, company: str, title: str, number: str) -> None:
    """Company, title with a double line under it, and the number at the right; takes about 14 mm from `y` down."""
    let = pen.lettering
    company, number = let.clean(company), let.clean(number)
    middle, right = x + width / 2, x + width
    pen.text(middle, y + 2.4, company, fitted(let, company, width, 11.0, 8.0), False, "center")
    shown = "　".join(let.clean(title)) if len(title) <= 5 else let.clean(title)
    size = fitted(let, shown, width * 0.6, 17.0, 11.0, bold=True)
    wide = pen.text(middle, y + 8.6, shown, size, True, "center")
    for level in (12.6, 13.4):
        pen.line(middle - wide / 2 - 3, y + level, middle + wide / 2 + 3, y + level, THIN)
    if number:
        text = f"编号：{number}"
        pen.text(right, y + 8.8, text, fitted(let, text, width * 0.26, 9.5, 6.0), False, "right")


def paint_fields(pen: Pen, x: float, width: float, level: float, fields: Sequence[tuple[str, float]]) -> None:
    """Texts beside one another, each with its share of the width; the last one stands at the right edge."""
    let = pen.lettering
    for place, (raw, share) in enumerate(fields):
        text, room, last = let.clean(raw), width * share, place == len(fields) - 1
        chosen = fitted(let, text, room - 2, 10.0, 8.0)
        lines = let.wrap(text, room - 2, chosen)
        pen.lines(x + room if last else x, level, lines, chosen, False, "right" if last else "left")
        x += room


def paint_settlement(
    pen: Pen, x: float, y: float, width: float, height: float, fields: Sequence[tuple[str, str]], filled: bool
) -> None:
    """Labelled amounts of equal width in one row: loan, approved, what is still paid or given back; empty unless `filled`."""
    room = width / len(fields)
    for place, (label, text) in enumerate(fields):
        left = x + room * place
        if place:
            pen.line(left, y, left, y + height)
        wide = pen.text(left + PAD, y + height / 2, label, 10.0)
        if filled:
            size = fitted(pen.lettering, text, room - wide - 3, 10.0, 6.0)
            pen.text(left + PAD + wide, y + height / 2, text, size)


def paint_binding(pen: Pen, size: PaperSize) -> None:
    """The dotted 装订线 in the left border."""
    x, top, bottom = BINDING - 8.0, size.margins.top, size.form_height - size.margins.bottom
    third = (bottom - top) / 4
    start = top
    for place, sign in enumerate("装订线", start=1):
        level = top + third * place
        pen.line(x, start, x, level - 3, THIN, (0.4, 1.6))
        pen.text(x, level, sign, CAPTION, False, "center")
        start = level + 3
    pen.line(x, start, x, bottom, THIN, (0.4, 1.6))
