"""Puts a block copied from Excel or WPS into a line grid: which column is which, which product is meant, nothing dropped.

A block with a heading row is read by its headings. A block without one that starts where a name is typed is read by what
its columns hold; anywhere else it is laid down cell by cell. Text that names nothing stays in the cell and is marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesdesk.domain.errors import BadValue
from salesdesk.domain.money import PRICE_SCALE, parse_scaled
from salesdesk.domain.text import normalize

if TYPE_CHECKING:
    from ui.kit.lines_grid_model import GridColumn, LinesModel

Block = list[list[str]]


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a paste did: how many rows went in, from which row on, and how many cells nobody could read."""

    rows: int
    first: int
    unknown: int
    by_heading: bool

    @property
    def text(self) -> str:
        told = f"粘贴 {self.rows} 行"
        return told + (f"，{self.unknown} 处没认出，已照原样留在格子里" if self.unknown else "，全部认出")


def read_block(text: str) -> Block:
    """Cells of a copied block: tab-separated, quoted where a cell holds tabs, line breaks or quotes."""
    rows: Block = []
    row: list[str] = []
    at, end = 0, len(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    end = len(text)
    while at < end:
        quoted = _quoted(text, at) if text[at] == '"' else None
        if quoted is not None:
            cell, at = quoted
        else:
            stop = at
            while stop < end and text[stop] not in "\t\n":
                stop += 1
            cell, at = text[at:stop], stop
        row.append(cell)
        if at < end and text[at] == "\t":
            at += 1
            if at == end or text[at] == "\n":
                row.append("")
            else:
                continue
        if at >= end or text[at] == "\n":
            rows.append(row)
            row = []
            at += 1
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def _quoted(text: str, at: int) -> tuple[str, int] | None:
    """A quoted cell and where it ends; None when the quote is only a letter of the cell."""
    stop = at + 1
    while True:
        stop = text.find('"', stop)
        if stop < 0:
            return None
        if text[stop : stop + 2] == '""':
            stop += 2
            continue
        break
    if stop + 1 < len(text) and text[stop + 1] not in "\t\n":
        return None
    return text[at + 1 : stop].replace('""', '"'), stop + 1


def _heading(text: str) -> str:
    return re.sub(r"[\s*:：（(].*$|[*\s]", "", normalize(text)).lower()


def by_heading(block: Block, columns: tuple[GridColumn, ...]) -> list[int | None] | None:
    """Column number for each column of the block when its first row is a heading; None when it is not."""
    known: dict[str, int] = {}
    for i, column in enumerate(columns):
        for word in (column.title, *column.synonyms):
            known.setdefault(_heading(word), i)
    first = block[0]
    found = [known.get(_heading(cell)) if cell.strip() else None for cell in first]
    hits = [f for f in found if f is not None]
    filled = sum(bool(cell.strip()) for cell in first)
    if len(block) < 2 or not hits or len(hits) < min(2, filled) or any(_number(cell) for cell in first):
        return None
    seen: set[int] = set()
    for i, one in enumerate(found):
        if one is not None and one in seen:
            found[i] = None
        elif one is not None:
            seen.add(one)
    return found


def _number(text: str) -> bool:
    try:
        parse_scaled(text, PRICE_SCALE * 100)
    except (BadValue, ValueError):
        return False
    return True


def by_content(
    block: Block, columns: tuple[GridColumn, ...], start: int, seen: list[int] | None = None
) -> list[int | None]:
    """Column number for each column of a block without headings that starts in a naming column.

    The first column names the record; text columns before the first number help to name it (name, specification, unit);
    numbers are the numeric input columns in their order, read-only ones in between are stepped over when the block is
    laid out like the grid itself; text after the numbers is the remark. `seen`: the columns on the screen.
    """
    width = max(len(row) for row in block)
    shown = [(i, columns[i]) for i in (range(len(columns)) if seen is None else seen)]
    onward = [one for one in shown if one[0] >= start]
    if _same_layout(block, [c for _, c in onward], width):
        return [i for i, _ in onward[:width]]
    names = [i for i, c in onward[1:] if c.key.count(".") == 1 and not c.numeric]
    numbers = [i for i, c in shown if c.numeric and c.sets]
    texts = [i for i, c in shown if c.sets and c.source is None and not c.numeric]
    found: list[int | None] = [start]
    seen_number = False
    for at in range(1, width):
        cells = [row[at].strip() for row in block if at < len(row) and row[at].strip()]
        if cells and sum(_number(c) for c in cells) * 2 > len(cells):
            seen_number = True
            found.append(numbers.pop(0) if numbers else None)
        elif not seen_number:
            found.append(names.pop(0) if names else None)
        else:
            found.append(texts.pop(0) if texts else None)
    return found


def _same_layout(block: Block, columns: list[GridColumn], width: int) -> bool:
    """Whether each block column holds numbers exactly where the grid does: a block copied from here, or typed alike."""
    if width > len(columns):
        return False
    for at in range(width):
        cells = [row[at].strip() for row in block if at < len(row) and row[at].strip()]
        numeric = bool(cells) and sum(_number(c) for c in cells) * 2 > len(cells)
        if cells and at and numeric != columns[at].numeric:
            return False
    return True


def paste(model: LinesModel, text: str, row: int, column: int) -> Pasted | None:
    """Put a copied block into the grid at a cell as one undo step; None when there was nothing to paste."""
    block = read_block(text)
    if not block or model.read_only:
        return None
    columns = model.columns
    seen = [i for i in range(len(columns)) if i not in model.hidden]
    headed = by_heading(block, columns)
    if headed is not None:
        targets, block = headed, block[1:]
    elif columns[column].source is not None:
        targets = by_content(block, columns, column, seen)
    else:
        width = max(len(r) for r in block)
        onward: list[int | None] = [i for i in seen if i >= column]
        targets = (onward + [None] * width)[:width]
    rows = [cells for cells in block if any(c.strip() for c in cells)]
    naming = any(t is not None and columns[t].source is not None for t in targets)
    start = min(row, len(model.draft.lines))
    if naming and start < len(model.draft.lines) and headed is not None:
        start = len(model.draft.lines)  # a block with headings is a list of new lines
    if not model.growing:
        rows = rows[: max(0, len(model.draft.lines) - start)]
    unknown = 0

    def act() -> None:
        nonlocal unknown
        for i, cells in enumerate(rows):
            unknown += _lay(model, start + i, cells, targets)

    if not model.change(f"粘贴 {len(rows)} 行", start, start + len(rows), act):
        return None
    return Pasted(len(rows), start, unknown, headed is not None)


def _lay(model: LinesModel, row: int, cells: list[str], targets: list[int | None]) -> int:
    """One pasted row into one line; returns how many cells could not be read."""
    draft, columns = model.draft, model.columns
    words = {
        columns[t].key: cells[i].strip()
        for i, t in enumerate(targets)
        if t is not None and i < len(cells) and cells[i].strip()
    }
    while len(draft.lines) <= row:
        draft.lines.append({})
    named: set[str] = set()
    for column in columns:
        if column.source is None or column.sets in named or column.key not in words:
            continue
        named.add(column.sets)
        family = {c.key: words[c.key] for c in columns if c.key in words and (c.sets == column.sets or not c.sets)}
        found, reason = column.source.match(family)
        path = f"lines/{row}/{column.sets}"
        if found is not None:
            draft.put(path, found.uid)
            continue
        raw = " ".join(dict.fromkeys(words[c.key] for c in columns if c.key in words and c.sets == column.sets))
        draft.put(path, None)
        draft.typed[path] = (
            raw,
            reason or f"没认出「{raw}」",
            f"请选一个{column.source.noun}，或新建{column.source.noun}",
        )
    for i, target in enumerate(targets):
        if target is None or i >= len(cells):
            continue
        column = columns[target]
        if not column.sets or column.source is not None or not cells[i].strip():
            continue
        draft.set(f"lines/{row}/{column.sets}", cells[i].strip())
    for column in columns:
        if column.source is not None and column.raw:
            column.source.adjust(draft, row, words)
    return sum(path.startswith(f"lines/{row}/") for path in draft.typed)


def copied(model: LinesModel, cells: list[tuple[int, int]], heading: bool) -> str:
    """The smallest rectangle around some cells as tab-separated text, with the headings on demand."""
    if not cells:
        return ""
    rows = sorted({r for r, _ in cells if not model.is_blank(r)})
    columns = sorted({c for _, c in cells if model.columns[c].key != "seq" and c not in model.hidden})
    lines = ["\t".join(model.columns[c].title for c in columns)] if heading else []
    chosen = set(cells)
    for row in rows:
        lines.append("\t".join(_cell(model.text(row, model.columns[c])) if (row, c) in chosen else "" for c in columns))
    return "\n".join(lines)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in '\t\n"') else text
