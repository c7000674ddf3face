"""Paints the 付款申请单: who asks for what payment to whom, how far the contract is paid then, and who agrees."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words
from salesdesk.domain.problems import Problem
from salesdesk.services.papers import grid
from salesdesk.services.papers.claim_head import BINDING, chinese_day, money, paint_binding, paint_fields, paint_title
from salesdesk.services.papers.lettering import MM_PER_POINT, Lettering
from salesdesk.services.papers.pen import LEADING, THIN, Page, Pen, fitted
from salesdesk.services.papers.shapes import PaperSize, PaymentSheet
from salesdesk.services.papers.signing import CAPTION, caption, paint_cut_line, paint_sign_boxes

_LABEL = 24.0


class _Box(NamedTuple):
    """One labelled box of a row: its share of the row's width, and whether its value stands out."""

    label: str
    value: str
    weight: float = 1.0
    bold: bool = False


def share_paid(sheet: PaymentSheet) -> str:
    """How much of the contract is paid with this payment: "60.0 %"; "" without a contract amount."""
    if not sheet.contract_fen:
        return ""
    paid = (sheet.paid_fen or 0) + sheet.amount_fen
    tenths = (paid * 2000 + sheet.contract_fen) // (2 * sheet.contract_fen)
    return f"{tenths // 10}.{tenths % 10} %"


def _rows(sheet: PaymentSheet) -> list[tuple[float, tuple[_Box, ...]]]:
    """(least height in row units, boxes) of each row."""

    def known(fen: int | None) -> str:
        return "" if fen is None else money(fen)

    count = "" if sheet.invoice_count is None else f"{sheet.invoice_count} 张"
    wanted = chinese_day(sheet.wanted_day) if sheet.wanted_day else ""
    return [
        (1.5, (_Box("付款事由", sheet.reason),)),
        (1.0, (_Box("收款单位", sheet.payee, 1.6), _Box("付款方式", sheet.way))),
        (1.0, (_Box("开户行", sheet.bank, 1.6), _Box("要求付款日", wanted))),
        (1.0, (_Box("账号", sheet.account, 1.6), _Box("合同号", sheet.contract))),
        (
            1.0,
            (
                _Box("金额大写", f"人民币{amount_in_words(sheet.amount_fen)}", 1.6, True),
                _Box("金额小写", money(sheet.amount_fen), 1.0, True),
            ),
        ),
        (
            1.0,
            (
                _Box("合同总额", known(sheet.contract_fen)),
                _Box("已付", known(sheet.paid_fen)),
                _Box("付后累计", share_paid(sheet), 0.8),
            ),
        ),
        (1.0, (_Box("发票号码", sheet.invoices, 2.2), _Box("发票张数", count))),
        (1.0, (_Box("备注", sheet.note),)),
    ]


class Payment:
    """One payment request laid out on one paper."""

    def __init__(self, sheet: PaymentSheet, size: PaperSize, lettering: Lettering) -> None:
        self.sheet, self.size, self.let = sheet, size, lettering
        low = size.form_height < 135
        self.row = 7.0 if low else 8.6
        self.sign = 12.0 if low else 16.0
        self.x = BINDING
        self.width = size.width_mm - BINDING - max(6.0, size.margins.right - 4)
        self.top = size.margins.top + (14.6 if low else 16.5)
        self.table_top = self.top + 6.5
        self.caption_height = CAPTION * LEADING * MM_PER_POINT + 0.8
        self.laid = [self._lay(least, boxes) for least, boxes in _rows(sheet)]
        self.heights = [max(height for height, *_ in row) for row in self.laid]
        room = size.form_height - size.margins.bottom - self.caption_height - self.sign - self.table_top
        spare = room - sum(self.heights)
        if spare < 0:
            raise Refused(
                Problem(
                    f"「{size.title}」印不下这张付款申请单：事由、发票号码等太长",
                    "请换 A5 横向、A4 上半页或 A4，或写短一些",
                    code="paper.too_low",
                )
            )
        self.heights = [high + min(spare / len(self.heights), 3.0) for high in self.heights]

    def _lay(self, least: float, boxes: tuple[_Box, ...]) -> list[tuple[float, float, _Box, float, list[str]]]:
        """(height, width, box, type size, lines) for each box of a row."""
        whole = sum(box.weight for box in boxes)
        made = []
        for box in boxes:
            width = self.width * box.weight / whole
            room = width - _LABEL - 2 * grid.PAD
            text = self.let.clean(box.value, keep_breaks=True)
            size = 10.5 if "\n" in text else fitted(self.let, text, room, 10.5, 8.5, box.bold)
            lines = self.let.wrap(text, room, size, box.bold)
            need = len(lines) * size * LEADING * MM_PER_POINT + 1.6
            made.append((max(self.row * least, need), width, box, size, lines))
        return made

    def paint(self, pen: Pen) -> None:
        """The whole sheet."""
        sheet = self.sheet
        paint_title(pen, self.x, self.width, self.size.margins.top, sheet.company, sheet.title, sheet.number)
        fields = (
            (f"申请部门：{sheet.department}", 0.36),
            (f"申请人：{sheet.applicant}", 0.28),
            (f"申请日期：{chinese_day(sheet.day)}", 0.36),
        )
        paint_fields(pen, self.x, self.width, self.top + 3.0, fields)
        y = self.table_top
        for row, high in zip(self.laid, self.heights, strict=True):
            x = self.x
            for place, (_, width, box, size, lines) in enumerate(row):
                if place:
                    pen.line(x, y, x, y + high, THIN)
                label = fitted(self.let, box.label, _LABEL - 2, 10.0, 7.0)
                pen.text(x + _LABEL / 2, y + high / 2, box.label, label, False, "center")
                pen.line(x + _LABEL, y, x + _LABEL, y + high, THIN)
                pen.lines(x + _LABEL + grid.PAD, y + high / 2, lines, size, box.bold)
                x += width
            y += high
            pen.line(self.x, y, self.x + self.width, y, THIN)
        grid.draw_frame(pen, self.x, self.table_top, self.width, y - self.table_top)
        paint_sign_boxes(pen, sheet.signatures, self.x, y, self.width, self.sign)
        level = self.size.form_height - self.size.margins.bottom - self.caption_height / 2 + 0.4
        small = caption(self.let, sheet.printed_by, sheet.stamp, sheet.print_count, 1, 1)
        pen.text(self.x + self.width, level, small, CAPTION, False, "right")
        paint_binding(pen, self.size)
        if self.size.cut_line:
            paint_cut_line(pen, self.size)


def lay_payment(sheet: PaymentSheet, size: PaperSize, lettering: Lettering) -> list[Page]:
    """The one page of a payment request; Refused when the paper is too low for its texts."""
    return [Page(size.width_mm, size.height_mm, Payment(sheet, size, lettering).paint)]
