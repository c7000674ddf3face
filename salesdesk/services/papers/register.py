"""Paints a list of the program as a printed register, over as many pages as it needs, upright or turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salesdesk.services.papers import grid
from salesdesk.services.papers.lettering import MM_PER_POINT, Lettering
from salesdesk.services.papers.pen import LEADING, Page, Pen, fitted
from salesdesk.services.papers.shapes import Margins, PaperSize, TableSheet
from salesdesk.services.papers.signing import CAPTION, caption

BODY = 9.0
ROW = 5.8


@dataclass(frozen=True, slots=True)
class _Band:
    """Columns that stand side by side on one page; a wide register has several bands."""

    places: tuple[int, ...]
    table: grid.Columns
    rows: Sequence[tuple[str, ...]]
    head: grid.GridRow


def _turned(size: PaperSize) -> PaperSize:
    m = size.margins
    return size._replace(
        width_mm=size.height_mm,
        height_mm=size.width_mm,
        margins=Margins(m.left, m.top, m.right, m.bottom),
    )


class Register:
    """One TableSheet laid out on one paper."""

    def __init__(self, sheet: TableSheet, size: PaperSize, lettering: Lettering) -> None:
        self.sheet, self.let = sheet, lettering
        if any(len(row) != len(sheet.columns) for row in sheet.rows):
            raise ValueError("every row needs one text per column")
        if sheet.totals and len(sheet.totals) != len(sheet.columns):
            raise ValueError("totals need one text per column")
        clean = lettering.clean
        self.rows = [tuple([clean(text, keep_breaks=True) for text in row]) for row in sheet.rows]
        self.totals = tuple(map(clean, sheet.totals))
        sums = [grid.without_label(self.totals)] if self.totals else []
        comfort, least = grid.least_widths(lettering, sheet.columns, self.rows, sums, BODY)
        self.size = self._orient(size, comfort)
        self.x = self.size.margins.left
        self.width = self.size.width_mm - self.size.margins.left - self.size.margins.right
        self.bands = [self._band(places, sums) for places in self._split(least)]
        self._lay_head()
        self.caption_height = CAPTION * LEADING * MM_PER_POINT + 0.6
        self.footnotes: list[str] = []
        for note in sheet.footnotes:
            self.footnotes += lettering.wrap(clean(note, keep_breaks=True), self.width, 8.5)

    def _orient(self, size: PaperSize, comfort: Sequence[float]) -> PaperSize:
        if size.continuous or size.form_height_mm:
            return size
        upright = size if size.height_mm >= size.width_mm else _turned(size)
        lying = _turned(upright)
        if self.sheet.landscape is not None:
            return lying if self.sheet.landscape else upright
        if size.height_mm < size.width_mm:
            return size
        room = upright.width_mm - upright.margins.left - upright.margins.right
        return lying if sum(comfort) > room else upright

    def _split(self, least: Sequence[float]) -> list[tuple[int, ...]]:
        """Which columns stand together, the key columns first in each band."""
        if sum(least) <= self.width or len(least) <= 1:
            return [tuple(range(len(least)))]
        keys = tuple(range(min(self.sheet.key_columns, len(least) - 1)))
        if sum(least[i] for i in keys) > self.width / 2:
            keys = ()
        bands: list[tuple[int, ...]] = []
        current = list(keys)
        used = sum(least[i] for i in keys)
        for place in range(len(keys), len(least)):
            if used + least[place] > self.width and len(current) > len(keys):
                bands.append(tuple(current))
                current, used = list(keys), sum(least[i] for i in keys)
            current.append(place)
            used += least[place]
        return [*bands, tuple(current)]

    def _band(self, places: tuple[int, ...], sums: Sequence[tuple[str, ...]]) -> _Band:
        columns = tuple(self.sheet.columns[i] for i in places)
        texts = self._texts(self.rows, places)
        table = grid.fit_columns(self.let, columns, texts, self._texts(sums, places), self.width, BODY)
        return _Band(places, table, texts, grid.head_row(self.let, table, BODY, ROW + 0.4))

    def _texts(self, rows: Sequence[tuple[str, ...]], places: tuple[int, ...]) -> Sequence[tuple[str, ...]]:
        if len(places) == len(self.sheet.columns):
            return rows
        return [tuple([row[i] for i in places]) for row in rows]

    def _lay_head(self) -> None:
        clean = self.let.clean
        self.head_lines: list[tuple[str, float, bool]] = []
        for text, size in ((clean(self.sheet.company), 10.5), (clean(self.sheet.title), 15.0)):
            if text:
                size = fitted(self.let, text, self.width, size, 9.0, bold=True)
                self.head_lines += [(line, size, True) for line in self.let.wrap(text, self.width, size, bold=True)]
        self.count_text = f"共 {len(self.rows)} 条"
        room = self.width - self.let.width(self.count_text, BODY) - 6
        self.filter_lines = self.let.wrap(clean(self.sheet.filters), room, BODY)
        self.top = self.size.margins.top + sum(size * 1.4 * MM_PER_POINT for _, size, _ in self.head_lines) + 1.0
        self.table_top = self.top + len(self.filter_lines) * BODY * LEADING * MM_PER_POINT + 1.2

    def pages(self) -> list[Page]:
        """The finished pages, band after band."""
        laid: list[tuple[_Band, list[grid.GridRow], bool]] = []
        for band in self.bands:
            space = (
                self.size.form_height
                - self.size.margins.bottom
                - self.caption_height
                - self.table_top
                - band.head.height
            )
            notes = len(self.footnotes) * 8.5 * LEADING * MM_PER_POINT + (1.0 if self.footnotes else 0.0)
            tail = (ROW if self.totals else 0.0) + notes
            current: list[grid.GridRow] = []
            used = 0.0
            for row in band.rows:
                written = grid.write_row(self.let, band.table, row, ROW)
                for piece in grid.split_row(written, space - tail, ROW):
                    if used + piece.height > space + 1e-6:
                        laid.append((band, current, False))
                        current, used = [], 0.0
                    current.append(piece)
                    used += piece.height
            if used + tail > space + 1e-6:  # the sums keep the last row with them
                laid.append((band, current[:-1], False))
                current = current[-1:]
            laid.append((band, current, True))
        pages: list[Page] = []
        for number, (band, rows, last) in enumerate(laid, start=1):

            def paint(
                pen: Pen, band: _Band = band, rows: list[grid.GridRow] = rows, last: bool = last, number: int = number
            ) -> None:
                self._paint(pen, band, rows, last, number, len(laid))

            pages.append(Page(self.size.width_mm, self.size.height_mm, paint))
        return pages

    def _paint(self, pen: Pen, band: _Band, rows: list[grid.GridRow], last: bool, number: int, pages: int) -> None:
        pen.ghost(self.size.width_mm, self.size.form_height, self.let.clean(self.sheet.watermark))
        y = self.size.margins.top
        for text, size, bold in self.head_lines:
            high = size * 1.4 * MM_PER_POINT
            pen.text(self.x + self.width / 2, y + high / 2, text, size, bold, "center")
            y += high
        y = self.top
        step = BODY * LEADING * MM_PER_POINT
        for place, line in enumerate(self.filter_lines):
            pen.text(self.x, y + step * (place + 0.5), line, BODY)
        pen.text(self.x + self.width, y + step * (len(self.filter_lines) - 0.5), self.count_text, BODY, False, "right")
        y = self.table_top
        grid.draw_cells(pen, self.x, y, band.table, band.head, head=True)
        grid.draw_rules(pen, self.x, y, band.table.widths, [band.head.height, *[row.height for row in rows]])
        y += band.head.height
        for row in rows:
            grid.draw_cells(pen, self.x, y, band.table, row)
            y += row.height
        if last and self.totals:
            texts = [self.totals[i] for i in band.places]
            grid.draw_sum_row(pen, self.x, y, band.table, texts, BODY, ROW)
            y += ROW
        grid.draw_frame(pen, self.x, self.table_top, self.width, y - self.table_top)
        if last:
            small = 8.5 * LEADING * MM_PER_POINT
            for place, line in enumerate(self.footnotes):
                pen.text(self.x, y + 1.0 + small * (place + 0.5), line, 8.5)
        level = self.size.form_height - self.size.margins.bottom - self.caption_height / 2
        text = caption(self.let, self.sheet.printed_by, self.sheet.stamp, 1, number, pages)
        pen.text(self.x + self.width, level, text, CAPTION, False, "right")
        if len(self.bands) > 1:
            names = f"栏：{band.table.columns[0].title} … {band.table.columns[-1].title}"
            pen.text(self.x, level, self.let.clean(names), CAPTION)


def lay_register(sheet: TableSheet, size: PaperSize, lettering: Lettering) -> list[Page]:
    """The pages of a register."""
    return Register(sheet, size, lettering).pages()
