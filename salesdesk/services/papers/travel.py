"""Paints the 差旅费报销单: journeys, allowances and other costs side by side, true sums, loan set off, places to sign."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.domain.kinds import Money, Qty
from salesdesk.domain.money import amount_in_words
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
from salesdesk.services.papers.pen import THIN, Page, Pen, fitted
from salesdesk.services.papers.shapes import PaperSize, SheetColumn, TravelClaimSheet

_BODY = 9.0
_JOURNEY = (
    SheetColumn("出发", 23),
    SheetColumn("到达", 23),
    SheetColumn("交通工具", 14),
    SheetColumn("张数", 8.5, "center"),
    SheetColumn("金额", 18, kind="number"),
)
_ALLOWANCE = (
    SheetColumn("项目", 14),
    SheetColumn("人×天×标准", 21, "center", "code"),
    SheetColumn("金额", 17, kind="number"),
)
_OTHER = (SheetColumn("项目", 17), SheetColumn("张数", 8.5, "center"), SheetColumn("金额", 17, kind="number"))
_GROUPS = (("交　通　费", _JOURNEY), ("出 差 补 贴", _ALLOWANCE), ("其 他 费 用", _OTHER))
_COLUMNS = tuple(column for _, columns in _GROUPS for column in columns)
_AMOUNTS = (4, 7, 10)
"""Places of the amounts among the columns."""
_PAPERS = (3, 9)
"""Places of the counts of papers."""
_MONEY, _QTY = Money(), Qty()


@dataclass(frozen=True, slots=True)
class _Row:
    """One drawn row and what it adds to each sum: amounts in 分 and counts of papers."""

    row: grid.GridRow
    amounts: tuple[int, int, int]
    papers: tuple[int, int]


class Travel:
    """One travel claim laid out on one paper."""

    def __init__(self, sheet: TravelClaimSheet, size: PaperSize, lettering: Lettering) -> None:
        self.sheet, self.size, self.let = sheet, size, lettering
        parts = (sheet.legs, sheet.allowances, sheet.others)
        self.total = sum(one.amount_fen for part in parts for one in part)
        if sheet.total_fen is not None and sheet.total_fen != self.total:
            raise ValueError(f"travel claim {sheet.number}: parts sum to {self.total} fen, not {sheet.total_fen}")
        low = size.form_height < 135
        self.row = 5.6 if low else 6.6
        self.foot = ClaimFoot(sheet, size, lettering, self.row, 10.0 if low else 13.0)
        self.x, self.width = self.foot.x, self.foot.width
        self.field_top = size.margins.top + (14.6 if low else 16.0)
        self.field_gap = 5.0 if low else 5.8
        self.table_top = self.field_top + 2 * self.field_gap
        texts = self._texts()
        sums = grid.without_label(self._sum_texts("合计", (self.total,) * 3, (999, 999)))
        self.table = grid.fit_columns(lettering, _COLUMNS, texts, [sums], self.width, _BODY)
        self.head = 10.0 if low else 11.0
        self.space = self.foot.space_above(self.table_top + self.head)
        self.parts = self._flow(texts)

    def _texts(self) -> list[tuple[str, ...]]:
        """One text per column for each row; the three tables stand side by side and may be of different length."""
        sheet = self.sheet
        journeys = [
            (
                "\n".join(filter(None, (one.departed, one.origin))),
                "\n".join(filter(None, (one.arrived, one.destination))),
                one.vehicle,
                str(one.vouchers or ""),
                _MONEY.show(one.amount_fen),
            )
            for one in sheet.legs
        ]
        allowances = [
            (
                one.item,
                f"{one.people}×{_QTY.show(one.days_milli)}×{_MONEY.show(one.rate_fen)}",
                _MONEY.show(one.amount_fen),
            )
            for one in sheet.allowances
        ]
        others = [(one.item, str(one.vouchers or ""), _MONEY.show(one.amount_fen)) for one in sheet.others]
        count = max(len(journeys), len(allowances), len(others))
        blank = tuple("" for _ in range(5))
        clean = self.let.clean
        found = []
        for i in range(count):
            texts = [
                *(journeys[i] if i < len(journeys) else blank),
                *(allowances[i] if i < len(allowances) else blank[:3]),
                *(others[i] if i < len(others) else blank[:3]),
            ]
            found.append(tuple(clean(text, keep_breaks=True) for text in texts))
        return found

    def _flow(self, texts: list[tuple[str, ...]]) -> list[list[_Row]]:
        sheet = self.sheet
        pages: list[list[_Row]] = [[]]
        used = 0.0
        for i, row_texts in enumerate(texts):
            whole = grid.write_row(self.let, self.table, row_texts, self.row)
            leg = sheet.legs[i] if i < len(sheet.legs) else None
            extra = sheet.allowances[i] if i < len(sheet.allowances) else None
            other = sheet.others[i] if i < len(sheet.others) else None
            amounts = tuple(one.amount_fen if one else 0 for one in (leg, extra, other))
            papers = (leg.vouchers if leg else 0, other.vouchers if other else 0)
            for place, piece in enumerate(grid.split_row(whole, self.space, self.row)):
                if used + piece.height > self.space + 1e-6:
                    pages.append([])
                    used = 0.0
                first = place == 0
                pages[-1].append(
                    _Row(
                        piece,
                        (amounts[0], amounts[1], amounts[2]) if first else (0, 0, 0),
                        papers if first else (0, 0),
                    )
                )
                used += piece.height
        return pages

    def _sum_texts(self, label: str, amounts: tuple[int, ...], papers: tuple[int, ...]) -> tuple[str, ...]:
        found = [""] * len(_COLUMNS)
        found[0] = label
        for place, fen in zip(_AMOUNTS, amounts, strict=True):
            found[place] = _MONEY.show(fen)
        for place, count in zip(_PAPERS, papers, strict=True):
            found[place] = str(count) if count else ""
        return tuple(found)

    def pages(self) -> list[Page]:
        """The finished sheets."""
        made: list[Page] = []
        for number in range(1, len(self.parts) + 1):

            def paint(pen: Pen, number: int = number) -> None:
                self._paint(pen, number)

            made.append(Page(self.size.width_mm, self.size.height_mm, paint))
        return made

    def _paint(self, pen: Pen, number: int) -> None:
        last = number == len(self.parts)
        self._paint_head(pen)
        y = self._paint_table_head(pen)
        rows = self.parts[number - 1]
        for one in rows:
            grid.draw_cells(pen, self.x, y, self.table, one.row)
            y += one.row.height
        room = self.table_top + self.head + self.space - y
        if self.size.form_height > 200 and len(self.parts) == 1:  # a whole A4 is not filled with blank rows
            room = max(0.0, self.table_top + self.head + 8 * self.row - y)
        blanks = int(room / self.row + 0.5)
        heights = [one.row.height for one in rows] + [room / max(1, blanks)] * blanks
        grid.draw_rules(pen, self.x, self.table_top + self.head, self.table.widths, heights)
        y = self.table_top + self.head + sum(heights)
        so_far = [one for part in self.parts[:number] for one in part]
        sums = self._sum_texts(
            "合　计" if last else "过次页",
            tuple(sum(one.amounts[i] for one in so_far) for i in range(3)),
            tuple(sum(one.papers[i] for one in so_far) for i in range(2)),
        )
        grid.draw_sum_row(pen, self.x, y, self.table, sums, _BODY, self.row)
        elsewhere = "" if last else f"接下页，总额见第 {len(self.parts)} 页"
        y = self.foot.paint_words(pen, y + self.row, "报销总额：", amount_in_words(self.total), self.total, elsewhere)
        y = self._paint_settlement(pen, y, last)
        grid.draw_frame(pen, self.x, self.table_top, self.width, y - self.table_top)
        self.foot.paint(pen, y, number, len(self.parts), 0.0 if blanks else room)

    def _paint_head(self, pen: Pen) -> None:
        sheet = self.sheet
        paint_title(pen, self.x, self.width, self.size.margins.top, sheet.company, sheet.title, sheet.number)
        people = f"（共 {sheet.people} 人）" if sheet.people > 1 else ""
        level = self.field_top + self.field_gap / 2
        paint_fields(
            pen,
            self.x,
            self.width,
            level,
            (
                (f"部门：{sheet.department}", 0.25),
                (f"出差人：{sheet.claimant}{people}", 0.27),
                (f"职别：{sheet.post}", 0.2),
                (f"报销日期：{chinese_day(sheet.day)}", 0.28),
            ),
        )
        days = "" if sheet.days_milli is None else f"　共 {_QTY.show(sheet.days_milli)} 天"
        span = f"自 {chinese_day(sheet.start)} 至 {chinese_day(sheet.end)}{days}"
        papers = f"附单据 {'　　' if sheet.vouchers is None else sheet.vouchers} 张"
        fields = ((f"事由：{sheet.reason}", 0.38), (span, 0.46), (papers, 0.16))
        paint_fields(pen, self.x, self.width, level + self.field_gap, fields)

    def _paint_table_head(self, pen: Pen) -> float:
        y, half = self.table_top, self.head / 2
        x, place = self.x, 0
        for title, columns in _GROUPS:
            width = sum(self.table.widths[place : place + len(columns)])
            pen.text(x + width / 2, y + half / 2, title, 9.5, True, "center")
            pen.line(x, y + half, x + width, y + half, THIN)
            for column, wide in zip(columns, self.table.widths[place : place + len(columns)], strict=True):
                size = fitted(self.let, column.title, wide - 1, 9.0, 6.5, bold=True)
                pen.text(x + wide / 2, y + half * 1.5, column.title, size, True, "center")
                pen.line(x, y + half, x, y + self.head, THIN)
                x += wide
            place += len(columns)
            pen.line(x, y, x, y + self.head, THIN)
        pen.line(self.x, y + self.head, self.x + self.width, y + self.head, THIN)
        return y + self.head

    def _paint_settlement(self, pen: Pen, y: float, last: bool) -> float:
        sheet = self.sheet
        basis = self.total if sheet.approved_fen is None else sheet.approved_fen
        rest = None if sheet.loan_fen is None or not last else basis - sheet.loan_fen
        fields = [
            ("预借旅费：", "" if sheet.loan_fen is None else money(sheet.loan_fen)),
            ("补领金额：", money(rest) if rest is not None and rest > 0 else ""),
            ("退还金额：", money(-rest) if rest is not None and rest < 0 else ""),
        ]
        if sheet.approved_fen is not None:
            fields.insert(0, ("核准金额：", money(sheet.approved_fen)))
        paint_settlement(pen, self.x, y, self.width, self.row, fields, last)
        return y + self.row


def lay_travel_claim(sheet: TravelClaimSheet, size: PaperSize, lettering: Lettering) -> list[Page]:
    """The pages of a travel claim; ValueError when its sums are not true, Refused when the paper is too low."""
    return Travel(sheet, size, lettering).pages()
