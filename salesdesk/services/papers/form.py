"""Paints a business form with lines: 送货单, 传递单 and every other sheet that people sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from salesdesk.domain.errors import Refused
from salesdesk.domain.money import MONEY_SCALE, words_to_amount
from salesdesk.domain.problems import Problem
from salesdesk.services.papers import grid
from salesdesk.services.papers.lettering import MM_PER_POINT, Lettering
from salesdesk.services.papers.pen import LEADING, THIN, Page, Pen, fitted
from salesdesk.services.papers.shapes import PaperSize, Sheet
from salesdesk.services.papers.signing import CAPTION, caption, paint_cut_line, paint_sign_boxes, paint_sign_line


@dataclass(frozen=True, slots=True)
class Measures:
    """Type sizes (pt) and heights (mm) of a form, chosen by the height of its paper."""

    title: float
    body: float
    row: float
    pair: float
    sign: float
    box: float


def measures(size: PaperSize) -> Measures:
    """Low paper is set close, high paper with more air."""
    high = size.form_height
    if high <= 100:
        return Measures(13.5, 9.0, 5.2, 4.7, 7.0, 10.5)
    if high <= 150:
        return Measures(15.0, 9.5, 6.0, 5.3, 8.5, 13.0)
    return Measures(17.0, 10.0, 6.8, 6.0, 11.0, 16.0)


@dataclass(slots=True)
class _Part:
    """What one page holds: its table rows, whether the sums stand on it, and its boxes of text."""

    rows: list[grid.GridRow] = field(default_factory=list)
    figures: list[tuple[str, ...]] = field(default_factory=list)
    blanks: int = 0
    blank_height: float = 0.0
    sums: bool = False
    notes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


class Form:
    """One Sheet laid out on one paper."""

    def __init__(self, sheet: Sheet, size: PaperSize, lettering: Lettering) -> None:
        self.sheet, self.size, self.let = sheet, size, lettering
        self.m = measures(size)
        self.low = size.form_height <= 150
        clean = lettering.clean
        self.x = size.margins.left
        self.width = size.width_mm - size.margins.left - size.margins.right
        self.rows = [tuple(clean(text, keep_breaks=True) for text in row) for row in sheet.rows]
        if any(len(row) != len(sheet.columns) for row in self.rows):
            raise ValueError("every row needs one text per column")
        if sheet.totals and len(sheet.totals) != len(sheet.columns):
            raise ValueError("totals need one text per column")
        self.totals = tuple(map(clean, sheet.totals))
        self.subtotal = any(column.total for column in sheet.columns)
        sums = [grid.without_label(self.totals)] if self.totals else []
        if self.subtotal:
            sums.append(self._subtotal(self.rows, label=""))
        self.table = grid.fit_columns(lettering, sheet.columns, self.rows, sums, self.width, self.m.body)
        self.head = grid.head_row(lettering, self.table, self.m.body, self.m.row)
        self.pairs = self._lay_pairs()
        self.title_height = self._title_height()
        self.words_lines = self._lay_words()
        self.footnotes = self._lay_footnotes()
        self.caption_height = CAPTION * LEADING * MM_PER_POINT + 0.6
        self.parts = self._flow()

    # -- measuring -----------------------------------------------------------------------------------------------

    def _title_height(self) -> float:
        stacked = self.size.form_height > 150 and bool(self.sheet.company)
        title = self.let.clean(self.sheet.title)
        if stacked and len(title) <= 4:
            title = "　".join(title)
        company = self.let.clean(self.sheet.company)
        self.number = f"No. {self.let.clean(self.sheet.number)}" if self.sheet.number else ""
        side = self.let.width(self.number, self.m.body) + 4 if self.number else 0.0
        middle = self.width - 2 * side
        one_line = f"{company}　{title}" if company else title
        self.title_lines: list[tuple[str, float]] = []
        if not stacked:
            size = fitted(self.let, one_line, middle, self.m.title, self.m.title - 3, bold=True)
            if self.let.width(one_line, size, bold=True) <= middle:
                self.title_lines.append((one_line, size))
        if not self.title_lines:
            for text, size, room in ((company, self.m.title, self.width), (title, self.m.title - 1, middle)):
                if text:
                    size = fitted(self.let, text, room, size, 9.0, bold=True)
                    self.title_lines += [(line, size) for line in self.let.wrap(text, room, size, bold=True)]
        return sum(size * 1.35 * MM_PER_POINT for _, size in self.title_lines) + 1.6

    def _lay_pairs(self) -> list[list[tuple[float, float, str, list[str]]]]:
        """Lines of the head: for each pair its left edge, type size, label and value lines."""
        sheet, body = self.sheet, self.m.body
        pairs = [(self.let.clean(label) + "：", self.let.clean(value)) for label, value in sheet.pairs]
        count = max(1, min(sheet.pair_columns, len(pairs) or 1))
        table = [pairs[i : i + count] for i in range(0, len(pairs), count)]
        shares = {1: [1.0], 2: [0.57, 0.43], 3: [0.42, 0.3, 0.28]}.get(count, [1 / count] * count)
        widths = [self.width * share for share in shares]
        needs = [0.0] * count
        for row in table:
            for i, (label, value) in enumerate(row):
                if not (len(row) == 1 and count > 1):  # a last lonely pair may run over the whole width
                    needs[i] = max(needs[i], self.let.width(label + value, body) + 4)
        if any(need > width for need, width in zip(needs, widths, strict=True)):
            least = self.width * 0.18
            needs = [max(need, least) for need in needs]
            spare = self.width - sum(needs)
            if spare >= 0:
                widths = [need + spare / count for need in needs]
            else:
                widths = [
                    least + (need - least) * (self.width - least * count) / (sum(needs) - least * count)
                    for need in needs
                ]
        laid = []
        for row in table:
            x, line = self.x, []
            for i, (label, value) in enumerate(row):
                room = (self.width if len(row) == 1 else widths[i]) - 3
                size = fitted(self.let, label + value, room, body, 9.0)
                inner = room - self.let.width(label, size)
                line.append((x, size, label, self.let.wrap(value, inner, size)))
                x += widths[i]
            laid.append(line)
        return laid

    def _pair_height(self, line: Sequence[tuple[float, float, str, list[str]]]) -> float:
        extra = max(len(values) for *_, values in line) - 1
        return self.m.pair + extra * self.m.body * LEADING * MM_PER_POINT

    def _lay_words(self) -> list[str]:
        if not (self.sheet.words or self.sheet.words_amount):
            return []
        text = self.let.clean(self.sheet.words_label) + self.let.clean(self.sheet.words)
        self._compare_words()
        self.words_size = self.m.body + 1
        figure = self.let.width(self.let.clean(self.sheet.words_amount), self.words_size + 0.5, bold=True)
        room = self.width - figure - 8
        self.words_size = fitted(self.let, text, room, self.words_size, 9.0, bold=True)
        return self.let.wrap(text, room, self.words_size, bold=True)

    def _compare_words(self) -> None:
        """Tell when the amount in capitals and the figure beside it are not the same amount."""
        value = grid.figure(self.sheet.words_amount)
        if value is None or not self.sheet.words:
            return
        try:
            written = Decimal(words_to_amount(self.sheet.words)) / MONEY_SCALE
        except ValueError:
            written = None
        if written != value:
            words, amount = self.sheet.words, self.sheet.words_amount
            self.let.remark(f"大写「{words}」与小写「{amount}」不是同一个金额，请核对后再打印")

    def _lay_footnotes(self) -> list[str]:
        lines = []
        for note in self.sheet.footnotes:
            lines += self.let.wrap(self.let.clean(note, keep_breaks=True), self.width, 8.5)
        return lines

    @property
    def _sums_height(self) -> float:
        high = self.m.row if self.totals else 0.0
        if self.words_lines:
            high += max(self.m.row + 0.8, len(self.words_lines) * self.words_size * LEADING * MM_PER_POINT + 1.6)
        return high

    @property
    def _foot_height(self) -> float:
        """Below the table on every page: signatures, footnotes, captions."""
        signs = (self.m.box + 1.5 if self.sheet.sign_boxes else self.m.sign) if self.sheet.signatures else 1.0
        notes = len(self.footnotes) * 8.5 * LEADING * MM_PER_POINT
        return signs + notes + (0.5 if notes else 0.0) + self.caption_height

    # -- flowing rows over pages ----------------------------------------------------------------------------------

    def _flow(self) -> list[_Part]:
        m, size = self.m, self.size
        top = size.margins.top + self.title_height + sum(map(self._pair_height, self.pairs)) + 0.8
        self.table_top = top
        space = size.form_height - size.margins.bottom - self._foot_height - top - self.head.height
        page_sum = m.row if self.subtotal else 0.0
        most = space - page_sum - self._sums_height
        if most < m.row:
            raise Refused(
                Problem(
                    f"「{size.title}」放不下这张{self.sheet.title}的表头和签字栏",
                    "请换高一些的纸，或减少表头、附注的行数",
                    code="paper.too_low",
                )
            )
        waiting: list[tuple[grid.GridRow, tuple[str, ...]]] = []
        for texts in self.rows:
            row = grid.write_row(self.let, self.table, texts, m.row)
            for place, piece in enumerate(grid.split_row(row, most, m.row)):
                waiting.append((piece, texts if place == 0 else ()))
        parts: list[_Part] = []
        left = sum(row.height for row, _ in waiting)
        at = 0
        while True:
            part = _Part()
            parts.append(part)
            tail = self._sums_height + (page_sum if len(parts) > 1 else 0.0)
            if left + tail <= space + 1e-6:
                part.sums = True
                self._take(part, waiting[at:])
                break
            used = 0.0
            start = at
            while at < len(waiting) - 1 and used + waiting[at][0].height <= space - page_sum + 1e-6:
                used += waiting[at][0].height
                at += 1
            self._take(part, waiting[start:at])
            left -= used
        self._place_notes(parts, space, page_sum)
        return parts

    @staticmethod
    def _take(part: _Part, rows: Sequence[tuple[grid.GridRow, tuple[str, ...]]]) -> None:
        part.rows = [row for row, _ in rows]
        part.figures = [texts for _, texts in rows if texts]

    def _place_notes(self, parts: list[_Part], space: float, page_sum: float) -> None:
        """Put the text boxes under the sums, on further pages when they are long, then fill up with blank rows."""
        m = self.m
        step = m.body * LEADING * MM_PER_POINT
        room = (
            space
            - sum(row.height for row in parts[-1].rows)
            - self._sums_height
            - (page_sum if len(parts) > 1 else 0.0)
        )
        last_with_rows = parts[-1]
        for label, text in self.sheet.notes:
            name = self.let.clean(label) + "："
            lines = self.let.wrap(name + self.let.clean(text, keep_breaks=True), self.width - 2 * grid.PAD, m.body)
            while lines:
                fits = int((room - 1.8) / step)
                if fits < min(2, len(lines)):
                    parts.append(_Part())
                    room = space + self.head.height
                    fits = int((room - 1.8) / step)
                parts[-1].notes.append((name, tuple(lines[:fits])))
                room -= len(lines[:fits]) * step + 1.8
                lines = lines[fits:]
        if parts[-1] is not last_with_rows:
            return
        wanted = self.sheet.fill_rows
        last_with_rows.blank_height = m.row
        if (
            wanted < 0 and self.low
        ):  # blank rows a little higher or lower than usual, so that the form ends in its place
            last_with_rows.blanks = max(0, int(room / m.row + 0.5))
            last_with_rows.blank_height = room / max(1, last_with_rows.blanks)
            return
        fitting = max(0, int((room + 1e-6) / m.row))
        last_with_rows.blanks = max(0, min(fitting, (10 if wanted < 0 else wanted) - len(last_with_rows.rows)))

    def _subtotal(self, rows: Sequence[Sequence[str]], label: str = "本页小计") -> tuple[str, ...]:
        sums = [
            grid.sum_text([row[i] for row in rows]) if column.total else ""
            for i, column in enumerate(self.sheet.columns)
        ]
        if label and not sums[0]:
            sums[0] = label
        return tuple(sums)

    # -- painting -------------------------------------------------------------------------------------------------

    def pages(self) -> list[Page]:
        """The finished pages, once per copy when copies are printed separately."""
        sheet = self.sheet
        plies = "　".join(sheet.copies) if self.size.continuous else ""  # other paper comes out once, with no plies
        copies = sheet.copies if sheet.separate_copies and sheet.copies else (plies,)
        pages: list[Page] = []
        for copy in copies:
            for number, part in enumerate(self.parts, start=1):

                def paint(pen: Pen, part: _Part = part, number: int = number, copy: str = copy) -> None:
                    self._paint(pen, part, number, self.let.clean(copy))

                pages.append(Page(self.size.width_mm, self.size.height_mm, paint))
        return pages

    def _paint(self, pen: Pen, part: _Part, number: int, copy: str) -> None:
        sheet, x = self.sheet, self.x
        self._paint_head(pen)
        y = top = self.table_top
        if part.rows or part.blanks or part.sums:
            grid.draw_cells(pen, x, y, self.table, self.head, head=True)
            grid.draw_rules(pen, x, y, self.table.widths, [self.head.height])
            y += self.head.height
            heights = [row.height for row in part.rows] + [part.blank_height] * part.blanks
            grid.draw_rules(pen, x, y, self.table.widths, heights)
            for row in part.rows:
                grid.draw_cells(pen, x, y, self.table, row)
                y += row.height
            if part.blanks and sheet.blank_mark:
                self._paint_blank_mark(pen, y + part.blank_height / 2)
            y += part.blank_height * part.blanks
            if self.subtotal and len(self.parts) > 1:
                y = self._paint_sum(pen, y, self._subtotal(part.figures))
        if part.sums:
            y = self._paint_sums(pen, y)
        for name, lines in part.notes:
            y = self._paint_note(pen, y, name, lines)
        grid.draw_frame(pen, x, top, self.width, y - top)
        self._paint_foot(pen, y, number, copy)

    def _paint_head(self, pen: Pen) -> None:
        y = self.size.margins.top
        middle = self.x + self.width / 2
        for place, (text, size) in enumerate(self.title_lines):
            high = size * 1.35 * MM_PER_POINT
            pen.text(middle, y + high / 2, text, size, True, "center")
            if place == len(self.title_lines) - 1:
                pen.text(self.x + self.width, y + high / 2, self.number, self.m.body, False, "right")
            y += high
        y += 1.6
        for line in self.pairs:
            for x, size, label, values in line:
                for place, value in enumerate(values):
                    level = y + self.m.pair / 2 + place * self.m.body * LEADING * MM_PER_POINT
                    indent = self.let.width(label, size)
                    if place == 0:
                        pen.text(x, level, label, size)
                    pen.text(x + indent, level, value, size)
            y += self._pair_height(line)

    def _paint_blank_mark(self, pen: Pen, level: float) -> None:
        texts = [i for i, column in enumerate(self.sheet.columns) if column.kind == "text"]
        place = max(texts, key=lambda i: self.table.widths[i], default=0)
        x = self.x + sum(self.table.widths[:place])
        mark = self.let.clean(self.sheet.blank_mark)
        pen.text(x + self.table.widths[place] / 2, level, mark, 9.0, False, "center")

    def _paint_sum(self, pen: Pen, y: float, texts: tuple[str, ...]) -> float:
        grid.draw_sum_row(pen, self.x, y, self.table, texts, self.m.body, self.m.row)
        return y + self.m.row

    def _paint_sums(self, pen: Pen, y: float) -> float:
        if self.totals:
            y = self._paint_sum(pen, y, self.totals)
        if self.words_lines:
            high = self._sums_height - (self.m.row if self.totals else 0.0)
            pen.line(self.x, y + high, self.x + self.width, y + high, THIN)
            pen.lines(self.x + grid.PAD, y + high / 2, self.words_lines, self.words_size, True)
            amount = self.let.clean(self.sheet.words_amount)
            pen.text(self.x + self.width - grid.PAD, y + high / 2, amount, self.words_size + 0.5, True, "right")
            y += high
        return y

    def _paint_note(self, pen: Pen, y: float, name: str, lines: Sequence[str]) -> float:
        size = self.m.body
        step = size * LEADING * MM_PER_POINT
        high = len(lines) * step + 1.8
        pen.line(self.x, y + high, self.x + self.width, y + high, THIN)
        for place, line in enumerate(lines):
            level = y + 0.9 + step * (place + 0.5)
            x = self.x + grid.PAD
            if line.startswith(name):
                pen.text(x, level, name, size, True)
                x += self.let.width(name, size, True)
                line = line[len(name) :]
            pen.text(x, level, line, size)
        return y + high

    def _paint_foot(self, pen: Pen, y: float, number: int, copy: str) -> None:
        sheet, x, right = self.sheet, self.x, self.x + self.width
        if self.low:  # on low paper people sign at the same height on every page
            y = self.size.form_height - self.size.margins.bottom - self._foot_height
        if sheet.signatures:
            if sheet.sign_boxes:
                paint_sign_boxes(pen, sheet.signatures, x, y + 1.5, self.width, self.m.box)
                y += self.m.box + 1.5
            else:
                paint_sign_line(pen, sheet.signatures, x, y, self.width, self.m.sign, self.m.body)
                y += self.m.sign
        else:
            y += 1.0
        step = 8.5 * LEADING * MM_PER_POINT
        for place, line in enumerate(self.footnotes):
            pen.text(x, y + step * (place + 0.5), line, 8.5)
        level = self.size.form_height - self.size.margins.bottom - self.caption_height / 2
        side = pen.text(
            right,
            level,
            caption(self.let, sheet.printed_by, sheet.stamp, sheet.print_count, number, len(self.parts)),
            CAPTION,
            False,
            "right",
        )
        if copy:
            size = fitted(self.let, copy, self.width - side - 4, 8.5 if not sheet.separate_copies else 9.5, 6.0)
            pen.text(x, level, copy, size, sheet.separate_copies)
        if self.size.cut_line:
            paint_cut_line(pen, self.size)


def lay_form(sheet: Sheet, size: PaperSize, lettering: Lettering) -> list[Page]:
    """The pages of a business form; Refused when the paper is too low for its head and signatures."""
    try:
        return Form(sheet, size, lettering).pages()
    except Refused:
        lighter = _lightened(sheet)
        if lighter == sheet:
            raise
        return Form(lighter, size, lettering).pages()


def _lightened(sheet: Sheet) -> Sheet:
    """The same form with long head entries and footnotes below the table, where they may run on to a further page."""
    long = tuple(pair for pair in sheet.pairs if len(pair[1]) > 60)
    notes = (*long, *((("说明", "\n".join(sheet.footnotes)),) if sheet.footnotes else ()))
    short = tuple(pair for pair in sheet.pairs if pair not in long)
    return sheet._replace(pairs=short, footnotes=(), notes=(*sheet.notes, *notes))
