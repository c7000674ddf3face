"""Paints the 票据粘贴单: a frame to paste small papers into, and a column beside it that stays readable."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words
from salesdesk.domain.problems import Problem
from salesdesk.services.papers.claim_head import money
from salesdesk.services.papers.lettering import MM_PER_POINT, Lettering
from salesdesk.services.papers.pen import LEADING, THICK, THIN, Page, Pen, fitted
from salesdesk.services.papers.shapes import PaperSize, PastePart, PasteSheet
from salesdesk.services.papers.signing import CAPTION, caption, paint_cut_line

BINDING = 20.8
"""mm left of the paste area; papers pasted further left would disappear in the binding."""
_EDGE = 4.1
_COLUMN = 33.0
"""mm of the column at the right that is never covered."""
_ADVICE = (
    "从右到左、先小后大，错开约 1 厘米，像鱼鳞一样贴平；",
    "每张贴 10–15 张（车票、餐票 15–20 张），同类票据贴在一起；",
    "只在左边涂胶，不要盖住金额、号码和右边这一栏。",
)


def lay_paste_sheet(sheet: PasteSheet, size: PaperSize, lettering: Lettering) -> list[Page]:
    """The pages of a paste sheet; Refused when the paper is too low for its column."""
    if size.form_height < 90 or size.width_mm < 150:
        raise Refused(
            Problem(f"「{size.title}」太小，印不下票据粘贴单", "请换 A4 上半页、A5 横向或 A4", code="paper.too_low")
        )
    pages: list[Page] = []
    for number in range(1, len(sheet.parts) + 1):

        def paint(pen: Pen, number: int = number) -> None:
            _paint(pen, sheet, number, size, lettering)

        pages.append(Page(size.width_mm, size.height_mm, paint))
    return pages


def _paint(pen: Pen, sheet: PasteSheet, number: int, size: PaperSize, let: Lettering) -> None:
    top, bottom = max(_EDGE, size.margins.top - 2), size.form_height - max(_EDGE, size.margins.bottom - 2)
    left, right = BINDING, size.width_mm - max(_EDGE, size.margins.right - 6)
    split = right - _COLUMN
    head = 7.5
    pen.text(left, top + head / 2, let.clean(sheet.company), fitted(let, sheet.company, 70, 10.0, 7.0))
    pen.text((left + right) / 2, top + head / 2, "　".join(sheet.title), 14.0, True, "center")
    code = let.clean(f"编号：{sheet.number}")
    pen.text(right, top + head / 2, code, fitted(let, code, 60, 9.5, 7.0), False, "right")
    frame_top, frame_bottom = top + head + 1, bottom - CAPTION * LEADING * MM_PER_POINT - 1
    pen.box(left, frame_top, right - left, frame_bottom - frame_top)
    pen.line(split, frame_top, split, frame_bottom, THICK)
    _paint_area(pen, let, left, split, frame_top, frame_bottom)
    _paint_column(pen, sheet, sheet.parts[number - 1], let, split, right, frame_top, frame_bottom)
    _paint_edge(pen, size)
    small = caption(let, sheet.printed_by, sheet.stamp, sheet.print_count, number, len(sheet.parts))
    pen.text(right, bottom - CAPTION * LEADING * MM_PER_POINT / 2 + 0.4, small, CAPTION, False, "right")
    if size.cut_line:
        paint_cut_line(pen, size)


def _paint_area(pen: Pen, let: Lettering, left: float, right: float, top: float, bottom: float) -> None:
    """The empty area: its name faint in the middle and how to paste, where the papers will lie on it."""
    pen.text((left + right) / 2, (top + bottom) / 2 - 8, "（　票　据　粘　贴　处　）", 12.0, False, "center")
    step = 8.5 * LEADING * MM_PER_POINT + 0.6
    for place, text in enumerate(_ADVICE):
        room = right - left - 8
        pen.text(
            (left + right) / 2,
            (top + bottom) / 2 + place * step,
            text,
            fitted(let, text, room, 8.5, 6.0),
            False,
            "center",
        )


def _paint_column(
    pen: Pen, sheet: PasteSheet, part: PastePart, let: Lettering, left: float, right: float, top: float, bottom: float
) -> None:
    words = "" if part.amount_fen is None else amount_in_words(part.amount_fen)
    boxes = [
        ("费用类别", part.item, 1.0),
        ("单据张数", "　　　张" if part.vouchers is None else f"{part.vouchers} 张", 0.8),
        ("金额（小写）", "" if part.amount_fen is None else money(part.amount_fen), 0.9),
        ("金额（大写）", words, 1.5),
        ("部门", sheet.department, 0.8),
        *((s.label, s.value or (sheet.claimant if s.label == "报销人" else ""), 1.1) for s in sheet.signatures),
    ]
    share = (bottom - top) / sum(weight for *_, weight in boxes)
    y = top
    for place, (label, raw, weight) in enumerate(boxes):
        high = share * weight
        if place:
            pen.line(left, y, right, y, THIN)
        pen.text(left + 1, y + 2.4, label, 8.0)
        text, room = let.clean(raw), right - left - 3
        chosen = fitted(let, text, room, 10.5, 8.0)
        lines = let.wrap(text, room, chosen)
        most = max(1, int((high - 4.4) / (chosen * LEADING * MM_PER_POINT)))
        while len(lines) > most and chosen > 6.0:
            chosen -= 0.5
            lines = let.wrap(text, room, chosen)
            most = max(1, int((high - 4.4) / (chosen * LEADING * MM_PER_POINT)))
        pen.lines((left + right) / 2, y + 4 + (high - 4) / 2, lines, chosen, False, "center")
        y += high


def _paint_edge(pen: Pen, size: PaperSize) -> None:
    x, middle = BINDING - 7.0, size.form_height / 2
    gap = min(26.0, size.form_height / 5)
    start = 6.0
    for place, sign in enumerate("装订线"):
        level = middle + (place - 1) * gap
        pen.line(x, start, x, level - 3, THIN, (0.4, 1.6))
        pen.text(x, level, sign, CAPTION, False, "center")
        start = level + 3
    pen.line(x, start, x, size.form_height - 6, THIN, (0.4, 1.6))
