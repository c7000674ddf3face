"""What stands below the lines of both expense claims: the sum in capitals, and below the frame signatures, notes and small print."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.papers.claim_head import BINDING, money, paint_binding
from salesdesk.services.papers.grid import PAD
from salesdesk.services.papers.lettering import MM_PER_POINT, Lettering
from salesdesk.services.papers.pen import LEADING, Pen, fitted
from salesdesk.services.papers.shapes import ExpenseClaimSheet, PaperSize, TravelClaimSheet
from salesdesk.services.papers.signing import CAPTION, caption, paint_cut_line, paint_sign_boxes

_NOTE = 8.5
_STEP = _NOTE * LEADING * MM_PER_POINT


class ClaimFoot:
    """The part below the table of one claim on one paper. row, sign: mm of a sum row and of the boxes to sign in."""

    def __init__(
        self,
        sheet: ExpenseClaimSheet | TravelClaimSheet,
        size: PaperSize,
        lettering: Lettering,
        row: float,
        sign: float,
    ) -> None:
        self.sheet, self.size, self.let = sheet, size, lettering
        self.row, self.sign = row, sign
        self.x = BINDING
        self.width = size.width_mm - BINDING - max(6.0, size.margins.right - 4)
        self.caption_height = CAPTION * LEADING * MM_PER_POINT + 0.8
        self.notes: list[str] = []
        for text in sheet.footnotes:
            self.notes += lettering.wrap(lettering.clean(text, keep_breaks=True), self.width, _NOTE)

    def space_above(self, table_top: float) -> float:
        """mm the lines of a page may take below `table_top`, three sum rows and the foot taken off.

        Raises Refused when the paper has no room for three lines.
        """
        foot = self.row * 3 + self.sign + self.caption_height + len(self.notes) * _STEP
        space = self.size.form_height - self.size.margins.bottom - table_top - foot
        if space < 3 * self.row:
            told = f"「{self.size.title}」太矮，印不下{self.sheet.title}"
            raise Refused(Problem(told, "请换 A5 横向或 A4 上半页", code="paper.too_low"))
        return space

    def paint_words(self, pen: Pen, y: float, label: str, words: str, total: int, elsewhere: str) -> float:
        """The row with the sum in capitals and figures; on a page before the last one `elsewhere` says where it stands."""
        last, level = not elsewhere, y + self.row / 2
        side = pen.text(self.x + self.width - 2, level, money(total) if last else "", 11.0, True, "right")
        at = self.x + PAD + pen.text(self.x + PAD, level, label, 10.0)
        said = f"人民币{words}" if last else elsewhere
        room = self.x + self.width - 5 - side - at
        size = fitted(self.let, said, room, 11.0, 8.0, bold=last)
        pen.lines(at, level, self.let.wrap(said, room, size, bold=last), size, last)
        pen.line(self.x, y + self.row, self.x + self.width, y + self.row)
        return y + self.row

    def paint(self, pen: Pen, y: float, number: int, pages: int, more: float = 0.0) -> None:
        """Everything below the frame that ends at `y`: boxes to sign (`more` mm higher), notes, small print, borders."""
        sheet = self.sheet
        if sheet.signatures:
            paint_sign_boxes(pen, sheet.signatures, self.x, y, self.width, self.sign + more)
        y += self.sign + more + 0.4
        for place, text in enumerate(self.notes):
            pen.text(self.x, y + _STEP * (place + 0.5), text, _NOTE)
        level = self.size.form_height - self.size.margins.bottom - self.caption_height / 2 + 0.4
        small = caption(self.let, sheet.printed_by, sheet.stamp, sheet.print_count, number, pages)
        pen.text(self.x + self.width, level, small, CAPTION, False, "right")
        paint_binding(pen, self.size)
        if self.size.cut_line:
            paint_cut_line(pen, self.size)
