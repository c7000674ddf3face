"""Paints the 费用报销单: lines with digit boxes, true sums, the amount in capitals, and places to sign."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words, words_to_amount
from salesdesk.domain.problems import Problem
from salesdesk.services.papers import grid
from salesdesk.services.papers.claim_foot import ClaimFoot
from salesdesk.services.papers.claim_head import (
    chinese_day,
    money,
    paint_fields,
    paint_settlement,
    paint_title,
)
from salesdesk.services.papers.lettering import Lettering
from salesdesk.services.papers.pen import THICK, THIN, Page, Pen, fitted
from salesdesk.services.papers.shapes import ExpenseClaimSheet, PaperSize, SheetColumn

# Names of the digit boxes from 千亿 down to 分.
_PLACES = "千百十亿千百十万千百十元角分"
_USUAL_BOXES = 9  # 百十万千百十元角分
_ITEM = SheetColumn("费用项目（用途）", 0.215)
_SUMMARY = SheetColumn("摘　要", 0.36)
_NOTE = SheetColumn("备　注", 0.165)


def digits(fen: int, boxes: int) -> str:
    """The signs of an amount, one per box from left to right, blanks before ¥: 1234.50 in 9 → "  ¥123450".

    ¥ stands right before the first digit, a minus between them; amounts below one 元 keep the 0 of 元.
    """
    signs = f"{abs(fen):03d}"
    return (("¥-" if fen < 0 else "¥") + signs).rjust(boxes)


@dataclass(frozen=True, slots=True)
class _Line:
    """One drawn line: its cells item, summary, note; its amount; whether it is 承前页 or 过次页."""

    height: float
    cells: tuple[grid.Cell, ...]
    amount_fen: int | None


class Claim:
    """One expense claim laid out on one paper."""

    def __init__(self, sheet: ExpenseClaimSheet, size: PaperSize, lettering: Lettering) -> None:
        self.sheet, self.size, self.let = sheet, size, lettering
        self.total = sum(line.amount_fen for line in sheet.lines)
        if sheet.total_fen is not None and sheet.total_fen != self.total:
            raise ValueError(f"claim {sheet.number}: lines sum to {self.total} fen, not {sheet.total_fen}")
        self.words = sheet.words or amount_in_words(self.total)
        if words_to_amount(self.words) != self.total:
            raise ValueError(f"claim {sheet.number}: {self.words!r} is not {self.total} fen")
        low = size.form_height < 135
        self.row = 6.4 if low else 7.2
        self.foot = ClaimFoot(sheet, size, lettering, self.row, 11.0 if low else 13.5)
        self.x, self.width = self.foot.x, self.foot.width
        self.box = 4.7 if size.width_mm >= 200 else 4.2
        amounts = [line.amount_fen for line in sheet.lines]
        running = [sum(amounts[:i]) for i in range(len(amounts) + 1)]
        needed = max(len(digits(fen, 0)) for fen in [*amounts, *running, self.total])
        self.boxes = min(len(_PLACES), max(_USUAL_BOXES, needed))
        if needed > len(_PLACES):
            raise Refused(Problem("报销金额太大，超过一千亿元，格子印不下", "请核对金额", code="claim.too_large"))
        amount = self.box * self.boxes
        share = (self.width - amount) / (_ITEM.weight + _SUMMARY.weight + _NOTE.weight)
        self.item, self.summary = _ITEM.weight * share, _SUMMARY.weight * share
        self.note = self.width - amount - self.item - self.summary
        self.table = grid.Columns((_ITEM, _SUMMARY, _NOTE), (self.item, self.summary, self.note), (9.5, 9.5, 9.5))
        self.amount_x = self.x + self.item + self.summary
        self.note_x = self.amount_x + amount
        self.top = size.margins.top + (15.0 if low else 17.0)
        self.table_top = self.top + 7.2
        self.head = 9.6
        self.space = self.foot.space_above(self.table_top + self.head)
        self.parts = self._flow()

    def _write(self, item: str, summary: str, note: str, fen: int | None) -> list[_Line]:
        texts = [self.let.clean(text, keep_breaks=True) for text in (item, summary, note)]
        row = grid.write_row(self.let, self.table, texts, self.row)
        pieces = list(grid.split_row(row, self.space - self.row, self.row))
        return [_Line(p.height, p.cells, fen if place == 0 else None) for place, p in enumerate(pieces)]

    def _flow(self) -> list[list[_Line]]:
        parts: list[list[_Line]] = [[]]
        used, carried = 0.0, 0
        for line in self.sheet.lines:
            for piece in self._write(line.item, line.summary, line.note, line.amount_fen):
                if used + piece.height > self.space + 1e-6:
                    brought = self._write("承前页", "", "", carried)
                    parts.append(brought)
                    used = sum(b.height for b in brought)
                parts[-1].append(piece)
                used += piece.height
                carried += piece.amount_fen or 0
        return parts

    def pages(self) -> list[Page]:
        """The finished sheets."""
        pages: list[Page] = []
        for number in range(1, len(self.parts) + 1):

            def paint(pen: Pen, number: int = number) -> None:
                self._paint(pen, number)

            pages.append(Page(self.size.width_mm, self.size.height_mm, paint))
        return pages

    def _paint(self, pen: Pen, number: int) -> None:
        last = number == len(self.parts)
        self._paint_head(pen)
        self._paint_table_head(pen)
        y = self.table_top + self.head
        for line in self.parts[number - 1]:
            self._paint_texts(pen, y, line)
            if line.amount_fen is not None:
                self._paint_digits(pen, y, line.height, line.amount_fen)
            self._paint_row_lines(pen, y, line.height)
            y += line.height
        blank_top = y
        room = self.table_top + self.head + self.space - y
        if self.size.form_height > 200 and len(self.parts) == 1:  # a whole A4 is not filled with blank rows
            room = max(0.0, self.table_top + self.head + 10 * self.row - y)
        blanks = int(room / self.row + 0.5)
        for _ in range(blanks):  # as high as the room allows, so that the form always ends in its place
            self._paint_row_lines(pen, y, room / blanks)
            y += room / blanks
        if last and self.sheet.cancel_blank and y > blank_top:
            pen.line(self.note_x, blank_top, self.amount_x, y, THIN)
        y = self._paint_total(pen, y, number, last)
        elsewhere = "" if last else f"接下页，合计见第 {len(self.parts)} 页"
        y = self.foot.paint_words(pen, y, "金额大写：", self.words, self.total, elsewhere)
        y = self._paint_settlement(pen, y, last)
        grid.draw_frame(pen, self.x, self.table_top, self.width, y - self.table_top)
        self.foot.paint(pen, y, number, len(self.parts), 0.0 if blanks else room)

    def _paint_head(self, pen: Pen) -> None:
        sheet = self.sheet
        paint_title(pen, self.x, self.width, self.size.margins.top, sheet.company, sheet.title, sheet.number)
        vouchers = f"附单据 {'　　' if sheet.vouchers is None else sheet.vouchers} 张"
        fields = (
            (f"部门：{sheet.department}", 0.27),
            (f"报销人：{sheet.claimant}", 0.24),
            (f"报销日期：{chinese_day(sheet.day)}", 0.31),
            (vouchers, 0.18),
        )
        paint_fields(pen, self.x, self.width, self.top + 3.4, fields)

    def _paint_table_head(self, pen: Pen) -> None:
        y, half = self.table_top, self.head / 2
        amount = self.box * self.boxes
        for x, width, title in (
            (self.x, self.item, _ITEM.title),
            (self.x + self.item, self.summary, _SUMMARY.title),
            (self.note_x, self.note, _NOTE.title),
        ):
            size = fitted(self.let, title, width - 2, 10.0, 8.0, bold=True)
            pen.text(x + width / 2, y + half, title, size, True, "center")
        pen.text(self.amount_x + amount / 2, y + half / 2, "金　　额", 10.0, True, "center")
        pen.line(self.amount_x, y + half, self.note_x, y + half)
        for place, name in enumerate(_PLACES[-self.boxes :]):
            pen.text(self.amount_x + self.box * (place + 0.5), y + half * 1.5, name, 8.5, False, "center")
        self._paint_verticals(pen, y, self.head, half)
        pen.line(self.x, y + self.head, self.x + self.width, y + self.head)

    def _paint_verticals(self, pen: Pen, y: float, height: float, skip: float = 0.0, texts: bool = True) -> None:
        """Column lines and, below `skip` mm, the lines between the digit boxes; 元|角 is marked by a stronger one."""
        if texts:
            pen.line(self.x + self.item, y, self.x + self.item, y + height)
        for x in (self.amount_x, self.note_x):
            pen.line(x, y, x, y + height)
        for place in range(1, self.boxes):
            x = self.amount_x + self.box * place
            pen.line(x, y + skip, x, y + height, THICK if place == self.boxes - 2 else 0.2)

    def _paint_row_lines(self, pen: Pen, y: float, height: float) -> None:
        self._paint_verticals(pen, y, height)
        pen.line(self.x, y + height, self.x + self.width, y + height)

    def _paint_texts(self, pen: Pen, y: float, line: _Line) -> None:
        for x, cell in zip((self.x, self.x + self.item, self.note_x), line.cells, strict=True):
            pen.lines(x + grid.PAD, y + line.height / 2, cell.lines, cell.size)

    def _paint_digits(self, pen: Pen, y: float, height: float, fen: int, bold: bool = False) -> None:
        for place, sign in enumerate(digits(fen, self.boxes)):
            if sign != " ":
                pen.text(self.amount_x + self.box * (place + 0.5), y + height / 2, sign, 10.5, bold, "center")

    def _paint_total(self, pen: Pen, y: float, number: int, last: bool) -> float:
        sofar = sum(line.amount_fen or 0 for line in self.parts[number - 1])  # 承前页 carries the pages before
        pen.text(
            self.x + (self.item + self.summary) / 2,
            y + self.row / 2,
            "合　计" if last else "过次页",
            10.5,
            True,
            "center",
        )
        self._paint_digits(pen, y, self.row, sofar, bold=True)
        self._paint_verticals(pen, y, self.row, texts=False)
        pen.line(self.x, y + self.row, self.x + self.width, y + self.row)
        return y + self.row

    def _paint_settlement(self, pen: Pen, y: float, last: bool) -> float:
        sheet = self.sheet
        basis = self.total if sheet.approved_fen is None else sheet.approved_fen
        fields: list[tuple[str, str]] = []
        if sheet.approved_fen is not None:
            fields.append(("核准金额：", money(sheet.approved_fen)))
        fields.append(("原借款：", "" if sheet.loan_fen is None else money(sheet.loan_fen)))
        if sheet.loan_fen is None or not last:
            fields.append(("应退（补）款：", ""))
        else:
            rest = sheet.loan_fen - basis
            label = "应退款：" if rest > 0 else "应补款：" if rest < 0 else "应退（补）款："
            fields.append((label, money(abs(rest))))
        paint_settlement(pen, self.x, y, self.width, self.row, fields, last)
        return y + self.row


def lay_claim(sheet: ExpenseClaimSheet, size: PaperSize, lettering: Lettering) -> list[Page]:
    """The pages of an expense claim; ValueError when its sums are not true, Refused when the paper is too low."""
    return Claim(sheet, size, lettering).pages()
