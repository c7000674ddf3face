"""Finds the headings in somebody else's table, says which of our fields each column is, and where the data ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.problems import Problem
from salesdesk.services.excel_text import Cell

_DEEPEST = 30  # rows looked at for the headings
_SURE, _SYNONYM, _BARE, _PART = 1.0, 0.95, 0.85, 0.5
_BRACKETS = re.compile(r"[(\[【〔{<《][^)\]】〕}>》]*[)\]】〕}>》]")
_DROPPED = re.compile(r"[\s:*＊·、,，。.；;_—\-\"'“”「」/\\|?？!！]+")
_TOTAL = re.compile(
    r"^(本页|本单|本月|以上|全部|总|金额)?(合计|小计|总计|总合计|共计|累计|总数|总额|汇总|total|subtotal|grandtotal|sum)"
    r"(金额|数量|人民币|大写|小写|rmb|元)*"
)
_NOTE = re.compile(
    r"^(备注|说明|注|附注|附|制表|制单|审核|审批|复核|经办|主管|签字|签收|盖章|送货地址|收货地址|交货地址|地址|联系|电话|传真|"
    r"打印|导出|第\d+页|共\d+页|页码|日期|供方|需方|甲方|乙方|采购员|业务员|以上|请|如有|特别|温馨|交货|付款|结算|质量|开户)"
)
_TOLD = re.compile(r"[:：]\s*\S")
_NUMBERISH = re.compile(r"[-+¥$￥]?[\d,]+(\.\d+)?%?$")


def normal_title(title: object) -> str:
    """A heading reduced to what matters for comparing: half width, lower case, without blanks and punctuation."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", str(title)).casefold())


def _bare(title: object) -> str:
    """The heading without what stands in brackets: 单价(元) is 单价."""
    return normal_title(_BRACKETS.sub("", unicodedata.normalize("NFKC", str(title))))


def titles_of(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """Field key -> every heading it is known by, its own title first; what `find_header` takes."""
    return {one.key: (one.title, *one.synonyms) for one in fields if one.typed}


@dataclass(frozen=True)
class Header:
    """Where the headings stand and what they mean.

    row_index: the last row of headings (index from 0; the data begins below); first_row: the first, one less when the
    headings take two rows. columns: field key -> column index. titles: column index -> heading as written, two rows
    joined. unknown: columns with a heading that fits no field. guessed: fields found only because one heading contains
    the other; worth a look. confidence: 0 (nothing recognised) to 1 (every heading is ours).
    """

    row_index: int
    columns: dict[str, int]
    unknown: list[tuple[int, str]]
    confidence: float
    titles: dict[int, str] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    first_row: int = -1

    @property
    def signature(self) -> str:
        """Same for every file with the same headings, whatever their order; under it a mapping is remembered."""
        return "|".join(sorted({normal_title(title) for title in self.titles.values()}))


def find_header(rows: Sequence[Sequence[Cell]], synonyms: Mapping[str, Sequence[str]]) -> Header:
    """The headings among the first 30 rows, matched by equality, then synonyms, then containment.

    `synonyms`: field key -> headings it is known by, the proper title first (`titles_of`). Title and company lines above
    are passed over; headings over two rows (merged cells) are joined. When no heading is known the row that looks most
    like headings is returned with confidence 0 and no columns. Raises Refused when the table is empty.
    """
    names = _Names(synonyms)
    best: tuple[float, Header] | None = None
    top = [list(row) for row in rows[:_DEEPEST]]
    for index, row in enumerate(top):
        filled = sum(cell is not None for cell in row)
        if not filled:
            continue
        candidates = [_judge(names, [[cell] for cell in map(_heading, row)], index, index)]
        below = top[index + 1] if index + 1 < len(top) else None
        if below and _may_join(row, below):
            candidates.append(_judge(names, _joined(row, below), index + 1, index))
        for score, header in candidates:
            score -= 0.3 * sum(_is_data(cell) for cell in row)
            if best is None or score > best[0] + 1e-9:
                best = (score, header)
    if best is None:
        raise Refused(Problem("这张表是空的", "请换一张表，或检查文件是否选对", code="excel.empty"))
    if best[1].columns:
        return best[1]
    return _unknown_header(top)


def header_at(rows: Sequence[Sequence[Cell]], first: int, last: int, synonyms: Mapping[str, Sequence[str]]) -> Header:
    """The headings where the clerk says they are: rows `first` to `last` (indexes from 0; the same, or one more)."""
    names = _Names(synonyms)
    ways = _joined(rows[first], rows[last]) if last > first else [[text] for text in map(_heading, rows[first])]
    return _judge(names, ways, last, first, several=False)[1]


class _Names:
    """Known headings in the three forms they are compared in."""

    def __init__(self, synonyms: Mapping[str, Sequence[str]]) -> None:
        self.exact: dict[str, dict[str, float]] = {}
        self.bare: dict[str, dict[str, float]] = {}
        self.parts: list[tuple[str, str]] = []
        for key, known in synonyms.items():
            for place, name in enumerate(known):
                score = _SURE if place == 0 else _SYNONYM
                whole = normal_title(name)
                self.exact.setdefault(whole, {}).setdefault(key, score)
                self.bare.setdefault(_bare(name) or whole, {}).setdefault(key, _BARE)
                if len(whole) >= 2:
                    self.parts.append((key, whole))
        self._memo: dict[str, dict[str, float]] = {}

    def scores(self, title: str) -> dict[str, float]:
        """Field key -> how well this heading fits, best first kinds of match only."""
        if title not in self._memo:
            self._memo[title] = self._match(title)
        return self._memo[title]

    def _match(self, title: str) -> dict[str, float]:
        whole = normal_title(title)
        if not whole or len(whole) > 40:
            return {}
        found = dict(self.exact.get(whole, {}))
        for key, score in self.bare.get(_bare(title) or whole, {}).items():
            found.setdefault(key, score)
        if not found and len(whole) >= 2 and not _NUMBERISH.match(whole):
            for key, name in self.parts:
                short, long = (whole, name) if len(whole) <= len(name) else (name, whole)
                if 2 * len(short) >= len(long) and (long.startswith(short) or long.endswith(short)):
                    found[key] = max(found.get(key, 0.0), _PART * len(short) / len(long))
        return found


def _heading(cell: Cell) -> str:
    return re.sub(r"\s+", " ", cell).strip() if isinstance(cell, str) else "" if cell is None else str(cell)


def _is_data(cell: Cell) -> bool:
    """Headings are words; numbers, dates and long sentences are data or remarks."""
    if isinstance(cell, str):
        return bool(_NUMBERISH.match(cell)) or len(cell) > 40
    return isinstance(cell, (int, float, date, datetime, time))


def _is_told(cell: Cell) -> bool:
    """A fact above the table such as 「订单编号：PO-2026-018」, not a group title."""
    return isinstance(cell, str) and bool(_TOLD.search(cell))


def _may_join(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Two rows can be one heading when both hold words only, several each, and one fills gaps the other leaves."""
    if any(map(_is_data, row)) or any(map(_is_data, below)) or any(map(_is_told, row)):
        return False
    gaps = [(a is None) != (b is None) for a, b in zip(row, below, strict=False)]
    return sum(cell is not None for cell in row) > 1 and any(cell is not None for cell in below) and any(gaps)


def _joined(row: Sequence[Cell], below: Sequence[Cell]) -> list[list[str]]:
    """Per column the ways to read its two cells, the full one first; a group title reaches right over the gaps beside it."""
    ways: list[list[str]] = []
    group = ""
    for upper, lower in zip(map(_heading, row), map(_heading, below), strict=False):
        if upper:
            group = upper
        if not lower:
            ways.append([upper])
            group = "" if not upper else group
        elif group:
            ways.append([group + lower, lower])
        else:
            ways.append([lower])
    return ways


def _judge(
    names: _Names, ways: Sequence[Sequence[str]], last: int, first: int, several: bool = True
) -> tuple[float, Header]:
    """Give each field its best column and each column its best field, best fits first, left before right.

    `several`: one known heading among many is chance, not a row of headings.
    """
    fits = sorted(
        (-score, column, way, key)
        for column, texts in enumerate(ways)
        for way, text in enumerate(texts)
        if text
        for key, score in names.scores(text).items()
    )
    columns: dict[str, int] = {}
    taken: set[int] = set()
    total, guessed = 0.0, []
    for negative, column, _way, key in fits:
        if key in columns or column in taken:
            continue
        columns[key] = column
        taken.add(column)
        total -= negative
        if -negative <= _PART:
            guessed.append(key)
    titles = {column: texts[0] for column, texts in enumerate(ways) if texts and texts[0]}
    unknown = [(column, title) for column, title in titles.items() if column not in taken]
    confidence = round(total / max(len(titles), 1), 3) if len(columns) > 1 or len(titles) == 1 or not several else 0.0
    header = Header(
        last,
        columns if confidence else {},
        unknown if confidence or not several else [],
        confidence,
        titles,
        tuple(guessed),
        first,
    )
    return (total if confidence else 0.0), header


def _unknown_header(top: Sequence[Sequence[Cell]]) -> Header:
    """No heading is known: the first row with the most words and no numbers, as long as something stands below it."""
    index = max(
        range(len(top)),
        key=lambda n: (sum(isinstance(c, str) for c in top[n]) - 2 * sum(map(_is_data, top[n])), -n),
    )
    titles = {column: _heading(cell) for column, cell in enumerate(top[index]) if cell is not None}
    return Header(index, {}, list(titles.items()), 0.0, titles, (), index)


# ---- below the headings ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Total:
    """A 合计 or 小计 row: row index, its label, and its cells, kept to be compared with the sum of the rows above."""

    index: int
    label: str
    cells: tuple[Cell, ...]

    @property
    def partial(self) -> bool:
        """A 小计 counts the rows since the one before."""
        return "小计" in self.label or "subtotal" in self.label or "本页" in self.label


@dataclass(frozen=True)
class Body:
    """The rows below the headings, sorted: data (row indexes), totals, and what was passed over with the reason."""

    data: list[int]
    totals: list[Total]
    passed: list[tuple[int, str, str]]
    """(row index, text of the row, why it is no data)"""


def body_of(rows: Sequence[Sequence[Cell]], header: Header, columns: Mapping[str, int] | None = None) -> Body:
    """Sort the rows below the headings into data, totals and remarks; blank rows are left out silently.

    `columns`: field key -> column index when the clerk changed what `header` found. A remark is a row with a single text
    that does not look like a record, or a row without numbers that starts like a remark.
    """
    used = sorted(set((columns if columns is not None else header.columns).values()))
    sorter = _Sorter(used, header)
    data: list[int] = []
    totals: list[Total] = []
    passed: list[tuple[int, str, str]] = []
    for index in range(header.row_index + 1, len(rows)):
        row = rows[index]
        why = sorter.why(row)
        if not why:
            data.append(index)
        elif why == _IS_TOTAL:
            label = next(normal_title(cell) for cell in row if cell is not None)
            totals.append(Total(index, label, tuple(row)))
        elif why != _IS_BLANK:
            passed.append((index, _row_text(row), why))
        if why != _IS_BLANK:
            sorter.after_total = bool(why) and (sorter.after_total or why == _IS_TOTAL)
    return Body(data, totals, passed)


_IS_BLANK, _IS_TOTAL = "空行", "合计"


class _Sorter:
    """Tells records from totals, repeated headings and remarks. Ten thousand rows pass here, so cheap looks come first."""

    def __init__(self, used: Sequence[int], header: Header) -> None:
        self._used = used
        self._heads = {column: normal_title(title) for column, title in header.titles.items()}
        self._suspect: dict[str, bool] = {}
        self.after_total = False

    def why(self, row: Sequence[Cell]) -> str:
        """Why this row is no record; "" when it is one."""
        first: Cell = None
        for first in row:
            if first is not None:
                break
        if first is None:
            return _IS_BLANK
        filled = 0
        for column in self._used:
            if row[column] is not None:
                filled += 1
                if filled == 2:
                    break
        if type(first) is str:
            suspect = self._suspect.get(first)
            if suspect is None:
                suspect = self._suspect[first] = self._looks_special(normal_title(first))
            alone = filled < 2 and row.count(None) == len(row) - 1
            if (suspect or self.after_total or alone) and (why := self._special(row, first)):
                return why
        return "对应的列里没有内容" if self._used and not filled else ""

    def _looks_special(self, plain: str) -> bool:
        return bool(
            _TOTAL.match(plain)
            or _NOTE.match(plain)
            or (plain and any(h.endswith(plain) for h in self._heads.values()))
        )

    def _special(self, row: Sequence[Cell], first: str) -> str:
        plain = normal_title(first)
        match = _TOTAL.match(plain)
        numbers = any(map(_number_like, row))
        if match:
            words = sum(isinstance(cell, str) and not _NUMBERISH.match(cell) for cell in row)
            if words <= 2 and (match.end() == len(plain) or not numbers or len(plain) <= 8):
                return _IS_TOTAL
        if self._repeats_heads(row):
            return "重复的表头"
        remark = bool(_NOTE.match(plain))
        spoken = "：" in first or ":" in first or "※" in first
        if row.count(None) == len(row) - 1 and len(self._used) > 1:
            if remark or spoken or len(first) > 16:
                return "表下的说明"
            if self.after_total:
                return "合计下面的文字"
        if remark and (self.after_total or spoken) and not numbers:
            return "表下的说明"
        return ""

    def _repeats_heads(self, row: Sequence[Cell]) -> bool:
        same = 0
        for column, title in self._heads.items():
            cell = row[column] if column < len(row) else None
            if isinstance(cell, str) and (plain := normal_title(cell)) and title.endswith(plain):
                same += 1
        return same >= 2 and same * 2 > len(self._heads)


def _number_like(cell: Cell) -> bool:
    return (isinstance(cell, (int, float)) and not isinstance(cell, bool)) or (
        isinstance(cell, str) and bool(_NUMBERISH.match(cell))
    )


def _row_text(row: Sequence[Cell]) -> str:
    return " ".join(str(cell) for cell in row if cell is not None)[:120]
