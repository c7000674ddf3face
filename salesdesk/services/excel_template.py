"""Fills the clerk's own Excel form: words in {{ }} and named cells get values, one row is repeated, everything else stays.

    pdf = fill(Path("对账单模板.xlsx"), {"客户名称": "华源", "期末": Decimal("120.50")}, rows, row_keys)

The repeated row is the one that holds a {{word}} of `row_keys`. Styles, row heights, merged cells, formulas, print area, breaks
and signature rows below move down with it; formulas that end on the repeated row grow over all of its copies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.files import read_whole

LARGEST = 20 * 1024 * 1024
_WORD = r"\{\{\s*([^{}]+?)\s*\}\}"
_REF = r"(\$?[A-Z]{1,3})(\$?)(\d+)"


def words_in(path: Path) -> set[str]:
    """All {{words}} and names of a template. Raises Refused for a file that is no .xlsx, EnvironmentFault when it is locked."""
    book = _open(path)
    found: set[str] = set(book.defined_names)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    found.update(re.findall(_WORD, cell.value))
    return found


def check(path: Path, head: Sequence[str], row_keys: Sequence[str]) -> list[Problem]:
    """What is wrong with a template: nothing to fill, unknown words, or two rows that would both be repeated."""
    book = _open(path)
    known = set(head) | set(row_keys)
    problems = []
    used = 0
    repeated: list[str] = []
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            rows = False
            for cell in row:
                for word in re.findall(_WORD, cell.value) if isinstance(cell.value, str) else ():
                    used += 1
                    rows = rows or word in row_keys
                    if word not in known:
                        problems.append(
                            Problem(
                                f"不认识「{word}」",
                                f"可用的有：{'、'.join((*head, *row_keys))}",
                                place=f"{path.name} {sheet.title} {cell.coordinate}",
                                code="template.word",
                            )
                        )
            if rows:
                repeated.append(f"{sheet.title} 第 {row[0].row} 行")
    used += sum(1 for name in book.defined_names if name in head)
    if not used:
        problems.append(
            Problem(
                f"{path.name} 里没有要填的地方",
                "在要填的格里写 {{客户名称}}、{{期末}}，明细那一行写 {{日期}}、{{品名}} 等",
                code="template.empty",
            )
        )
    if len(repeated) > 1:
        problems.append(
            Problem(f"{path.name} 有 {len(repeated)} 行明细：{'、'.join(repeated)}", "每个文件只留一行明细，它会按行数重复",
                    code="template.rows")
        )  # fmt: skip
    return problems


def fill(path: Path, head: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], row_keys: Sequence[str]) -> bytes:
    """The filled workbook. Raises Refused with every fault of the template; EnvironmentFault when it cannot be read."""
    problems = check(path, list(head), row_keys)
    if problems:
        raise Refused(problems)
    book = _open(path)
    for sheet in book.worksheets:
        place = _repeated(sheet, set(row_keys))
        if place:
            _repeat(book, sheet, place, rows)
        for cells in sheet.iter_rows():
            for cell in cells:
                _put(cell, head)
    for name, value in head.items():
        if name in book.defined_names:
            for title, ref in book.defined_names[name].destinations:
                cell = book[title][ref.replace("$", "")]
                _set(cell[0][0] if isinstance(cell, tuple) else cell, value)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _open(path: Path) -> Any:
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise Refused(
            Problem(f"《{path.name}》不是 .xlsx 文件", "请在 Excel 或 WPS 里另存为 .xlsx 再选", code="template.kind")
        )
    content = read_whole(path, LARGEST)
    import warnings
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions of Excel that openpyxl leaves out
            return load_workbook(BytesIO(content))
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise Refused(
            Problem(
                f"《{path.name}》打不开，内容不是完好的 Excel 文件",
                "请在 Excel 里打开它另存一份再选",
                code="template.broken",
            )
        ) from error


def _set(cell: Any, value: Any) -> None:
    """Write a value where it can stand: not into the hidden part of a merged cell. Text never becomes a formula."""
    if type(cell).__name__ == "MergedCell":
        return
    cell.value = float(value) if isinstance(value, Decimal) else value
    if isinstance(value, str):
        cell.data_type = "s"
    if not isinstance(value, str) and cell.number_format == "General":
        if isinstance(value, Decimal):
            cell.number_format = "#,##0.00"
        elif hasattr(value, "isoformat"):
            cell.number_format = "yyyy-mm-dd"


def _put(cell: Any, values: Mapping[str, Any]) -> None:
    """Replace the words of a cell: a cell that is one word alone gets the value itself, with its type."""
    text = cell.value
    if not isinstance(text, str) or "{{" not in text:
        return
    alone = re.fullmatch(_WORD, text.strip())
    if alone and alone[1] in values:
        _set(cell, values[alone[1]])
        return

    def word(found: re.Match[str]) -> str:
        return _text(values[found[1]]) if found[1] in values else found[0]

    _set(cell, re.sub(_WORD, word, text))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _repeated(sheet: Any, keys: set[str]) -> int:
    """Number of the row that is repeated; 0 when the sheet has none."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and keys & set(re.findall(_WORD, cell.value)):
                return int(cell.row)
    return 0


def _repeat(book: Any, sheet: Any, place: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make one copy of a row for each entry; without entries the row stays, emptied."""
    extra = max(0, len(rows) - 1)
    columns = sheet.max_column
    pattern = [sheet.cell(place, c) for c in range(1, columns + 1)]
    texts = [cell.value for cell in pattern]
    styles = [copy(cell._style) for cell in pattern]
    height = sheet.row_dimensions[place].height
    merged = [str(area) for area in sheet.merged_cells.ranges]
    if extra:
        for area in merged:
            sheet.unmerge_cells(area)
        _move_down(sheet, place, extra)
        for area in merged:
            sheet.merge_cells(_moved_area(area, place, extra))
        _refer(book, sheet, place, extra)
        _move_frames(sheet, place, extra)
    inside = [a for a in merged if _rows_of(a) == (place, place)]
    from openpyxl.formula.translate import Translator

    for i, entry in enumerate(rows or [{}]):
        row = place + i
        if i:
            sheet.row_dimensions[row].height = height
            for area in inside:
                sheet.merge_cells(re.sub(r"\d+", str(row), area))
        for c, (text, style) in enumerate(zip(texts, styles, strict=True), 1):
            cell = sheet.cell(row, c)
            cell._style = copy(style)
            if type(cell).__name__ == "MergedCell":
                continue
            if isinstance(text, str) and text.startswith("="):
                origin = pattern[c - 1].coordinate
                cell.value = Translator(text, origin=origin).translate_formula(cell.coordinate)
            else:
                cell.value = text
                _put(cell, entry if entry else dict.fromkeys(re.findall(_WORD, str(text or ""))))


def _move_down(sheet: Any, place: int, extra: int) -> None:
    """Carry all cells and row heights below the repeated row down."""
    heights = {r: (d.height, d.hidden) for r, d in sheet.row_dimensions.items() if r > place}
    last = sheet.max_row
    if last > place:
        end = sheet.cell(last, sheet.max_column).coordinate
        sheet.move_range(f"A{place + 1}:{end}", rows=extra, translate=False)
    for r in heights:
        sheet.row_dimensions[r].height = None
        sheet.row_dimensions[r].hidden = False
    for r, (height, hidden) in heights.items():
        sheet.row_dimensions[r + extra].height = height
        sheet.row_dimensions[r + extra].hidden = hidden


def _rows_of(area: str) -> tuple[int, int]:
    numbers = [int(n) for n in re.findall(r"\d+", area)]
    return numbers[0], numbers[-1]


def _moved_area(area: str, place: int, extra: int) -> str:
    """An area after `extra` rows were put in below row `place`: what lies below moves, what ends on it or later grows."""
    first, _, last = area.partition(":")

    def at(ref: str, grows: bool) -> str:
        return re.sub(_REF, lambda m: f"{m[1]}{m[2]}{_row(int(m[3]), place, extra, grows)}", ref)

    if not last:
        return at(first, False)
    single = _rows_of(area) == (place, place)
    return f"{at(first, False)}:{at(last, not single)}"


def _row(row: int, place: int, extra: int, grows: bool = False) -> int:
    return row + extra if row > place or (grows and row == place) else row


def _refer(book: Any, sheet: Any, place: int, extra: int) -> None:
    """Let formulas and names follow: ranges that end on the repeated row take in all its copies."""
    from openpyxl.formula.tokenizer import Token, Tokenizer

    def shifted(operand: str) -> str:
        first, _, last = operand.partition(":")
        one: Callable[[str, bool], str] = lambda ref, grows: re.sub(  # noqa: E731
            _REF + r"(?!\d)", lambda m: f"{m[1]}{m[2]}{_row(int(m[3]), place, extra, grows)}", ref
        )
        return f"{one(first, False)}:{one(last, True)}" if last else one(first, False)

    for other in book.worksheets:
        for cells in other.iter_rows():
            for cell in cells:
                if not isinstance(cell.value, str) or not cell.value.startswith("="):
                    continue
                if other is sheet and cell.row == place:
                    continue
                tokens = Tokenizer(cell.value)
                for token in tokens.items:
                    if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                        title, mark, ref = token.value.rpartition("!")
                        mine = (title.strip("'") == sheet.title) if mark else other is sheet
                        if mine:
                            token.value = f"{title}{mark}{shifted(ref)}"
                cell.value = "=" + "".join(token.value for token in tokens.items)
    for name in book.defined_names.values():
        title, mark, ref = str(name.attr_text).rpartition("!")
        if mark and title.strip("'") == sheet.title:
            name.attr_text = f"{title}!{shifted(ref)}"


def _move_frames(sheet: Any, place: int, extra: int) -> None:
    """Print area, page breaks, pictures, validations and coloured ranges move as their cells do."""
    if sheet.print_area:
        areas = [part.rpartition("!")[2].replace("$", "") for part in str(sheet.print_area).split(",")]
        sheet.print_area = ",".join(_grown(area, place, extra) for area in areas)
    for one in sheet.row_breaks.brk:
        one.id = _row(int(one.id), place, extra)
    for picture in sheet._images:
        marker = getattr(picture.anchor, "_from", None)
        if marker is not None and marker.row + 1 > place:
            marker.row += extra
            end = getattr(picture.anchor, "to", None)
            if end is not None:
                end.row += extra
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = type(rule.sqref)(" ".join(_grown(str(a), place, extra) for a in rule.sqref.ranges))
    kept = list(sheet.conditional_formatting)
    if kept:
        from openpyxl.formatting.formatting import ConditionalFormattingList

        made = ConditionalFormattingList()
        for one in kept:
            for rule in one.rules:
                made.add(" ".join(_grown(str(a), place, extra) for a in one.sqref.ranges), rule)
        sheet.conditional_formatting = made


def _grown(area: str, place: int, extra: int) -> str:
    first, _, last = area.partition(":")
    at: Callable[[str, bool], str] = lambda ref, grows: re.sub(  # noqa: E731
        _REF, lambda m: f"{m[1]}{m[2]}{_row(int(m[3]), place, extra, grows)}", ref
    )
    return f"{at(first, False)}:{at(last or first, True)}"
