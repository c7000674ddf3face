"""The words of a page by their place: lines from top to bottom, and what stands to the right of a label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import median
from typing import NamedTuple

from salesdesk.domain.patterns import late
from salesdesk.domain.text import is_han, normalize
from salesdesk.services.vouchers.printed import plain

MOST_RUNS = 6000
"""Runs looked at on one page; a full invoice has some hundred."""


class Run(NamedTuple):
    """Characters written in one go, with their places in points from the top left corner of the upright page.

    edges: left edge of every character and the right edge of the last. y: middle of the characters. size: their height.
    """

    text: str
    edges: tuple[float, ...]
    y: float
    size: float

    @property
    def left(self) -> float:
        return self.edges[0]

    @property
    def right(self) -> float:
        return self.edges[-1]


class Cell(NamedTuple):
    """A text without wide gaps inside a line."""

    text: str
    left: float
    right: float


class Glyph(NamedTuple):
    """One visible character of a line, folded to half width for comparing, as printed for keeping."""

    folded: str
    printed: str
    left: float
    right: float
    spaced: bool = False  # a blank is written before it


class Line:
    """Everything on one height of the page, from left to right."""

    def __init__(self, runs: Sequence[Run]) -> None:
        ordered = sorted(runs, key=lambda run: run.left)
        self.y = sum(run.y for run in ordered) / len(ordered)
        self.size = max(run.size for run in ordered)
        self.glyphs: list[Glyph] = []
        for run in ordered:
            spaced = False
            for at, ch in enumerate(run.text):
                left, right = run.edges[at], run.edges[at + 1]
                for folded in ch if ch.isascii() and ch != " " else _folded(ch):
                    self.glyphs.append(Glyph(folded, ch, left, right, spaced))
                spaced = ch.isspace()
        self.text = "".join(glyph.folded for glyph in self.glyphs)
        self._cells: dict[tuple[int, int, float], list[Cell]] = {}

    def cells(self, first: int = 0, end: int | None = None, gap: float = 1.1) -> list[Cell]:
        """The line's texts between gaps wider than `gap` characters, from glyph `first` on."""
        end = len(self.glyphs) if end is None else end
        known = self._cells.get((first, end, gap))
        if known is None:
            known = self._cells[first, end, gap] = list(self._cut(first, end, gap * self.size))
        return known

    def _cut(self, first: int, end: int, gap: float) -> Iterator[Cell]:
        glyphs, start = self.glyphs, first
        for at in range(first + 1, end + 1):
            if at == end or glyphs[at].left - glyphs[at - 1].right > gap:
                cell = self._cell(start, at)
                if cell.text:
                    yield cell
                start = at

    @cached_property
    def labels(self) -> list[int]:
        """Where labels begin."""
        return [found.start() for found in _LABEL.finditer(self.text)]

    def _cell(self, start: int, end: int) -> Cell:
        said = ""
        for at in range(start, end):
            glyph = self.glyphs[at]
            if at > start and glyph.printed == self.glyphs[at - 1].printed and glyph.left == self.glyphs[at - 1].left:
                continue  # the second half of a character that folds into two
            if at > start and self._apart(self.glyphs[at - 1], glyph):
                said += " "
            said += glyph.printed
        return (
            Cell(normalize(said), self.glyphs[start].left, self.glyphs[end - 1].right)
            if end > start
            else Cell("", 0, 0)
        )

    def _apart(self, before: Glyph, glyph: Glyph) -> bool:
        """Whether a blank stands between: written, or as a gap, which between Chinese characters must be wider."""
        wide = 0.55 if is_han(before.printed) and is_han(glyph.printed) else 0.2
        return glyph.spaced or glyph.left - before.right > wide * self.size

    def find(self, pattern: str) -> list[tuple[int, int]]:
        """Where a pattern stands among the folded characters, blanks aside."""
        return [found.span() for found in re.finditer(pattern, self.text)]


@lru_cache(maxsize=8192)
def _folded(ch: str) -> str:
    """The visible characters one character is for comparing; none for a blank."""
    return "".join(unicodedata.normalize("NFKC", ch).split())


_LABEL = late(
    r"名称:|名称$|纳税人识别号|统一社会信用代码|地址、电话|地址电话|开户行|发票代码|发票号码|开票日期|填开日期|校验码|机器编号|开票人|收款人|复核|"
    r"\(小写\)|\(大写\)|价税合计|购买方名称|电子客票号|销售方:|备注|验证码|提示信息|保险费|填开单位|销售网点代号|原发票号码|票价:|退票费:"
)


class Labelled(NamedTuple):
    """A label's value and the texts after it, where the label stands, and the number of its line."""

    value: str
    cells: list[str]
    left: float
    y: float
    line: int


@dataclass
class Page:
    """One page: its size in points and its lines."""

    width: float
    height: float
    lines: list[Line]
    scattered: str = ""

    def said(self) -> list[str]:
        """Everything on the page, the large letters scattered over it as one text."""
        return [*self.texts, self.scattered] if self.scattered else self.texts

    @cached_property
    def texts(self) -> list[str]:
        """Cells of all lines, top to bottom."""
        return [cell.text for line in self.lines for cell in line.cells()]

    @cached_property
    def plain_texts(self) -> list[str]:
        """The same for comparing."""
        return [plain(text) for text in self.texts]

    def top(self, share: float = 0.35) -> list[str]:
        """Whole lines of the upper part, where titles stand."""
        return [line.text for line in self.lines if line.y <= self.height * share]

    def labelled(self, pattern: str, *, gap: float = 1.6) -> list[Labelled]:
        """For every place where the label stands, the text right of it on the same line, up to a gap or the next label."""
        found = []
        for number, line in enumerate(self.lines):
            for start, end in line.find(pattern):
                while end < len(line.text) and line.text[end] in ":：":
                    end += 1
                stop = next((at for at in line.labels if at >= end), len(line.glyphs))
                cells = line.cells(end, stop, gap) if end < stop else []
                if not cells:
                    last = line.glyphs[stop].left if stop < len(line.glyphs) else self.width
                    cells = self._beside(number, line.glyphs[end - 1].right, last)
                at = line.glyphs[start]
                value = cells[0].text if cells else ""
                found.append(Labelled(value, [c.text for c in cells], at.left, line.y, number))
        return found

    def _beside(self, number: int, after: float, before: float) -> list[Cell]:
        """Texts between two places, on a line so near that it is the same one to the eye."""
        line = self.lines[number]
        return [
            cell
            for other in self.lines[max(0, number - 1) : number + 2]
            if other is not line and abs(other.y - line.y) < 0.8 * min(line.size, other.size) and not other.labels
            for cell in other.cells()
            if after - 0.5 * line.size <= cell.left < before
        ]


def page_of(width: float, height: float, runs: Iterable[Run]) -> Page:
    """Group runs into lines; whatever lies outside the page is dropped, as a reader would not see it.

    Large single letters, as a mark across the page has them, are kept apart so that they do not get into the values.
    """
    seen = [
        run
        for run in list(runs)[:MOST_RUNS]
        if run.text.strip() and 0 <= run.y <= height and run.right > 0 and run.left < width
    ]
    usual = median(run.size for run in seen) if seen else 0.0
    large = [run for run in seen if len(run.text) == 1 and run.size > 1.6 * usual]
    if len(large) >= 2:
        seen = [run for run in seen if run not in large]
    lines: list[list[Run]] = []
    for run in sorted(seen, key=lambda run: run.y):
        row = next((row for row in lines[-3:] if abs(row[0].y - run.y) <= 0.42 * min(row[0].size, run.size)), None)
        if row is None:
            lines.append([run])
        else:
            row.append(run)
    made = [Line(row) for row in lines]
    across = "".join(run.text for run in sorted(large, key=lambda run: run.left)) if len(large) > 1 else ""
    scattered = "".join(ch for at, ch in enumerate(across) if at == 0 or across[at - 1] != ch)
    return Page(width, height, sorted((line for line in made if line.glyphs), key=lambda line: line.y), scattered)
