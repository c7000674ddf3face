"""Tables on paper: how wide each column is, how each cell is written so that nothing is cut, and the lines around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from salesdesk.services.papers.lettering import MM_PER_POINT, Lettering
from salesdesk.services.papers.pen import LEADING, THICK, THIN, Pen, fitted
from salesdesk.services.papers.shapes import SheetColumn

LEAST = 8.0  # smallest type of a cell
PAD = 1.0  # white left and right of a cell's text, mm
_AIR = 1.5  # white above and below a cell's lines together, mm
_TEXT_FLOOR = 24.0  # a text column is not forced wider than this for one long word, mm
_CODE_FLOOR = 42.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's finished lines and their type size."""

    size: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Height in mm the lines need, air included."""
        return len(self.lines) * self.size * LEADING * MM_PER_POINT + _AIR


@dataclass(frozen=True, slots=True)
class GridRow:
    """One table row as drawn: its height in mm and its cells."""

    height: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one printed table with their widths in mm and the type size each is set in."""

    columns: tuple[SheetColumn, ...]
    widths: tuple[float, ...]
    sizes: tuple[float, ...]


def fit_columns(
    lettering: Lettering,
    columns: Sequence[SheetColumn],
    rows: Sequence[Sequence[str]],
    sums: Sequence[Sequence[str]],
    total: float,
    size: float,
) -> Columns:
    """Columns that fill `total` mm: by their weights, or by contents where a weight is 0, but figures always fit.

    rows are cleaned texts; sums are rows printed in bold. A column whose texts all fit on one line in smaller type is set
    in that size throughout, so that figures below one another look alike.
    """
    least = _measure(lettering, columns, rows, sums, size)
    natural, floors = [m.natural for m in least], [m.floor for m in least]
    given = sum(column.weight for column in columns)
    wanted = [
        column.weight / given * total if column.weight > 0 else min(wide, 60.0)
        for column, wide in zip(columns, natural, strict=True)
    ]
    if sum(floors) > total:  # texts give way first, then everything
        texts = [column.kind == "text" for column in columns]
        firm = sum(floor for floor, is_text in zip(floors, texts, strict=True) if not is_text)
        soft = sum(floors) - firm
        if total - firm >= soft * 0.4:
            floors = [f * (total - firm) / soft if is_text else f for f, is_text in zip(floors, texts, strict=True)]
        else:
            floors = [floor * total / (firm + soft) for floor in floors]
    comfort = [
        max(floor, wide) if column.kind == "number" or (column.kind == "code" and wide <= _CODE_FLOOR) else floor
        for column, wide, floor in zip(columns, natural, floors, strict=True)
    ]
    widths = _ease(_spread(wanted, comfort if sum(comfort) <= total else floors, total), natural, size)
    sizes = []
    for column, m, width in zip(columns, least, widths, strict=True):
        smallest = 9.0 if column.kind == "text" and size > 9.0 else LEAST
        fits = size
        while fits > smallest and m.contents * fits / size > width - 2 * PAD:
            fits = max(smallest, fits - 0.5)
        sizes.append(fits if m.contents * fits / size <= width - 2 * PAD else size)
    return Columns(tuple(columns), tuple(widths), tuple(sizes))


def _ease(widths: list[float], natural: Sequence[float], size: float) -> list[float]:
    """Let columns with room to spare give up to a quarter of their width to texts that would wrap.

    First comes what needs more than two lines, then what a little more room keeps on one line.
    """
    spare = [max(0.0, width - max(need, width * 0.75)) for width, need in zip(widths, natural, strict=True)]
    budget = sum(spare)
    if budget <= 0:
        return widths
    gained = [0.0] * len(widths)
    two_lines = [need * min(1.0, 9.0 / size) * 0.56 for need in natural]
    for goals in (two_lines, natural):
        lacking = [(goal - w - g, i) for i, (goal, w, g) in enumerate(zip(goals, widths, gained, strict=True))]
        for more, i in sorted(pair for pair in lacking if pair[0] > 0):
            if more <= budget:
                gained[i] += more
                budget -= more
    used = 1 - budget / sum(spare)
    return [width - s * used + g for width, s, g in zip(widths, spare, gained, strict=True)]


def least_widths(
    lettering: Lettering,
    columns: Sequence[SheetColumn],
    rows: Sequence[Sequence[str]],
    sums: Sequence[Sequence[str]],
    size: float,
) -> tuple[list[float], list[float]]:
    """(comfortable, least) widths of columns in mm, judged by their contents."""
    found = _measure(lettering, columns, rows, sums, size)
    return [min(m.natural, 60.0) for m in found], [m.floor for m in found]


@dataclass(frozen=True, slots=True)
class _Measured:
    """One column: the widest text, the width it would like, and the width it cannot go below, in mm."""

    contents: float
    natural: float
    floor: float


def _measure(
    lettering: Lettering,
    columns: Sequence[SheetColumn],
    rows: Sequence[Sequence[str]],
    sums: Sequence[Sequence[str]],
    size: float,
) -> list[_Measured]:
    found: list[_Measured] = []
    small = LEAST / size
    for place, column in enumerate(columns):
        texts = {row[place] for row in rows}
        widest = max((max(lettering.width(line, size) for line in t.split("\n")) for t in texts), default=0.0)
        widest = max(widest, max((lettering.width(row[place], size, bold=True) for row in sums), default=0.0))
        head = lettering.width(column.title, size, bold=True)
        floor = max(lettering.longest_word(column.title, LEAST) * 1.06, 4.0)
        if column.kind == "number":
            floor = max(floor, widest * small)
        elif column.kind == "code":
            floor = max(floor, min(widest * small, _CODE_FLOOR))
        else:
            longest = max((lettering.longest_word(t, LEAST) for t in texts), default=0.0)
            floor = max(floor, min(longest, _TEXT_FLOOR), min(widest * small, 20.0))
        found.append(_Measured(widest, max(widest, head) + 2 * PAD + 0.2, floor + 2 * PAD + 0.2))
    return found


def _spread(wanted: Sequence[float], floors: Sequence[float], total: float) -> list[float]:
    """Widths in proportion to `wanted` that sum to `total`, none below its floor (the floors fit together)."""
    fixed: dict[int, float] = {}
    while True:
        free = [i for i in range(len(wanted)) if i not in fixed]
        room = total - sum(fixed.values())
        share = sum(wanted[i] for i in free)
        widths = [fixed.get(i, wanted[i] * room / share if share else 0.0) for i in range(len(wanted))]
        low = [i for i in free if widths[i] < floors[i] - 1e-9]
        if not low:
            return widths
        for i in low:
            fixed[i] = floors[i]


def write_cell(lettering: Lettering, column: SheetColumn, text: str, width: float, size: float) -> Cell:
    """How to write a cleaned text into a cell of `width` mm: one line, then two, then smaller, then as many as needed."""
    inner = width - 2 * PAD
    if "\n" not in text and lettering.width(text, size) <= inner:
        return Cell(size, (text,))
    if column.kind == "number":
        text = text.replace("\n", " ")
        chosen = fitted(lettering, text, inner, size, LEAST)
        if lettering.width(text, chosen) > inner + 1e-6:
            lettering.note_unfit(text)
            chosen = fitted(lettering, text, inner, chosen, 4.0)
            return Cell(chosen, tuple(lettering.wrap(text, inner, chosen)))
        return Cell(chosen, (text,))
    if "\n" not in text:
        chosen = fitted(lettering, text, inner, size, LEAST if column.kind == "code" or size <= 9.0 else 9.0)
        if lettering.width(text, chosen) <= inner + 1e-6:
            return Cell(chosen, (text,))
    lines: list[str] = []
    for chosen in (9.0, 8.5, LEAST):
        lines = lettering.wrap(text, inner, chosen)
        if len(lines) <= 2:
            break
    return Cell(chosen, tuple(_balanced(lettering, text, lines, inner, chosen)))


def _balanced(lettering: Lettering, text: str, lines: list[str], width: float, size: float) -> list[str]:
    """The same number of lines, but of like lengths, so that no single character stands alone on the last one."""
    if len(lines) < 2 or len(lines) > 4 or "\n" in text:
        return lines
    low, high = width / len(lines), width
    for _ in range(5):
        middle = (low + high) / 2
        tried = lettering.wrap(text, middle, size)
        if len(tried) <= len(lines):
            high, lines = middle, tried
        else:
            low = middle
    return lines


def write_row(lettering: Lettering, table: Columns, texts: Sequence[str], least_height: float) -> GridRow:
    """One row laid out; it is as high as its highest cell, at least `least_height` mm."""
    cells = tuple(
        write_cell(lettering, column, text, width, size)
        for column, text, width, size in zip(table.columns, texts, table.widths, table.sizes, strict=True)
    )
    return GridRow(max(least_height, max((cell.height for cell in cells if len(cell.lines) > 1), default=0.0)), cells)


def split_row(row: GridRow, most: float, least_height: float) -> Iterator[GridRow]:
    """The row itself, or, when it is higher than `most` mm, pieces of it that continue line by line."""
    if row.height <= most:
        yield row
        return
    lines_left = [list(cell.lines) for cell in row.cells]
    while any(lines_left):
        cells: list[Cell] = []
        for cell, left in zip(row.cells, lines_left, strict=True):
            room = max(1, int((most - _AIR) / (cell.size * LEADING * MM_PER_POINT)))
            cells.append(Cell(cell.size, tuple(left[:room])))
            del left[:room]
        yield GridRow(max(least_height, max(cell.height for cell in cells)), tuple(cells))


def head_row(lettering: Lettering, table: Columns, size: float, least_height: float) -> GridRow:
    """The heading of a table: titles in bold, wrapped where a column is narrow."""
    cells: list[Cell] = []
    for column, width in zip(table.columns, table.widths, strict=True):
        title = lettering.clean(column.title)
        inner = width - 2 * PAD
        chosen = fitted(lettering, title, inner, size, LEAST, bold=True)
        if lettering.width(title, chosen, bold=True) <= inner + 1e-6:
            cells.append(Cell(chosen, (title,)))
        else:
            cells.append(Cell(LEAST, tuple(lettering.wrap(title, inner, LEAST, bold=True))))
    return GridRow(max([least_height, *[cell.height for cell in cells]]), tuple(cells))


def draw_cells(pen: Pen, x: float, y: float, table: Columns, row: GridRow, head: bool = False) -> None:
    """The texts of one row, without lines."""
    for column, width, cell in zip(table.columns, table.widths, row.cells, strict=True):
        side = "center" if head else column.side
        at = x + PAD if side == "left" else x + width - PAD if side == "right" else x + width / 2
        pen.lines(at, y + row.height / 2, cell.lines, cell.size, head, side)
        x += width


def draw_rules(pen: Pen, x: float, y: float, widths: Sequence[float], heights: Sequence[float]) -> None:
    """The inner lines of a block of rows and its lower edge; the frame around the table is drawn by the caller."""
    bottom = y + sum(heights)
    across = x + sum(widths)
    level = y
    for height in heights:
        level += height
        pen.line(x, level, across, level, THIN)
    for width in widths[:-1]:
        x += width
        pen.line(x, y, x, bottom, THIN)


def draw_sum_row(
    pen: Pen, x: float, y: float, table: Columns, texts: Sequence[str], size: float, height: float
) -> None:
    """A row such as 合计: its first text spreads over the empty cells after it, figures stand under their columns."""
    lettering, widths = pen.lettering, table.widths
    pen.line(x, y + height, x + sum(widths), y + height, THIN)
    label = label_place(texts)
    place = 0
    while place < len(widths):
        span, text, column = 1, texts[place], table.columns[place]
        side = column.side
        if place == 0 and label is not None:
            span = label + 1
            while span < len(widths) and not texts[span]:
                span += 1
            text, side = texts[label], "left"
        width = sum(widths[place : place + span])
        inner = width - 2 * PAD
        chosen = fitted(lettering, text, inner, size, LEAST, bold=True)
        if lettering.width(text, chosen, bold=True) > inner + 1e-6:
            lettering.note_unfit(text)
            chosen = fitted(lettering, text, inner, chosen, 4.0, bold=True)
        at = x + PAD if side == "left" else x + width - PAD if side == "right" else x + width / 2
        pen.text(at, y + height / 2, text, chosen, True, side)
        x += width
        place += span
        if place < len(widths):
            pen.line(x, y, x, y + height, THIN)


def label_place(texts: Sequence[str]) -> int | None:
    """Which text of a sum row is its label (the first one, unless that is a figure); None when there is none."""
    first = next((i for i, text in enumerate(texts) if text), None)
    return None if first is None or figure(texts[first]) is not None else first


def without_label(texts: Sequence[str]) -> tuple[str, ...]:
    """A sum row's figures alone; its label may spread over several columns and decides no width."""
    label = label_place(texts)
    return tuple("" if i == label else text for i, text in enumerate(texts))


def draw_frame(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    """The strong frame around a table."""
    pen.box(x, y, width, height, THICK)


def figure(text: str) -> Decimal | None:
    """The number a printed figure stands for ("¥1,234.50" → 1234.50), or None for a text that is none."""
    bare = text.replace(",", "").replace("¥", "").replace("￥", "").replace("−", "-").strip()
    negative = bare.startswith("(") and bare.endswith(")")
    try:
        value = Decimal(bare.strip("()"))
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    return -value if negative else value


def sum_text(texts: Sequence[str]) -> str:
    """The exact sum of printed figures, written like them: as many decimals as the longest, grouped when they are."""
    values = [value for value in map(figure, texts) if value is not None]
    if not values:
        return ""
    total = sum(values, Decimal(0))
    places = max(max(0, -int(value.as_tuple().exponent)) for value in values)
    plain = any(abs(v) >= 1000 and "," not in t for t in texts for v in [figure(t)] if v is not None)
    grouped = any("," in text for text in texts) or not plain
    return f"{total:,.{places}f}" if grouped else f"{total:.{places}f}"
