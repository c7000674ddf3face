"""Fills the clerk's own Excel form: words in {{ }} and named cells get values, one row is repeated, everything else stays.

    pdf = fill(Path("对账单模板.xlsx"), {"客户名称": "华源", "期末": Decimal("120.50")}, rows, row_keys)

The repeated row is the one that holds a {{word}} of `row_keys`; what is below moves down with all that points at it, see
`excel_rows`. Words stand in headers and footers too. `losses` tells what a filled form cannot keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem, Severity
from salesdesk.services.excel_rows import RowCopies, is_formula
from salesdesk.services.files import read_whole

LARGEST = 20 * 1024 * 1024
_WORD = r"\{\{\s*([^{}]+?)\s*\}\}"


def words_in(path: Path) -> set[str]:
    """All {{words}} and names of a template. Raises Refused for a file that is no .xlsx, EnvironmentFault when it is locked."""
    book = _open(path)
    found: set[str] = set(book.defined_names)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                found.update(re.findall(_WORD, _text_of(cell)))
        for side in _margins(sheet):
            found.update(re.findall(_WORD, side.text))
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
                for word in re.findall(_WORD, _text_of(cell)):
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


def fill(
    path: Path,
    head: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    row_keys: Sequence[str],
    macros: bool = False,
) -> bytes:
    """The filled workbook. Raises Refused with every fault of the template; EnvironmentFault when it cannot be read.

    macros: keep those of a .xlsm; the result then must be called .xlsm too, or Excel does not open it.
    """
    problems = check(path, list(head), row_keys)
    if problems:
        raise Refused(problems)
    book = _open(path, macros)
    book.calculation.fullCalcOnLoad = True  # what was worked out in the template is none of the result's
    for sheet in book.worksheets:
        place = _repeated(sheet, set(row_keys))
        if place:
            _repeat(book, sheet, place, rows)
        for cells in sheet.iter_rows():
            for cell in cells:
                _put(cell, head)
        for side in _margins(sheet):
            side.text = re.sub(_WORD, lambda m: _text(head[m[1]]) if m[1] in head else m[0], side.text)
    for name, value in head.items():
        if name in book.defined_names:
            for title, ref in book.defined_names[name].destinations:
                cell = book[title][ref.replace("$", "")]
                _set(cell[0][0] if isinstance(cell, tuple) else cell, value)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _open(path: Path, macros: bool = False) -> Any:
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
            return load_workbook(BytesIO(content), rich_text=True, keep_vba=macros)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise Refused(_broken(path)) from error


def _broken(path: Path) -> Problem:
    return Problem(
        f"《{path.name}》打不开，内容不是完好的 Excel 文件", "请在 Excel 里打开它另存一份再选", code="template.broken"
    )


def _text_of(cell: Any) -> str:
    """The text of a cell, also where parts of it have a font of their own; "" for anything else."""
    value = cell.value
    return str(value) if isinstance(value, str) or type(value).__name__ == "CellRichText" else ""


def _margins(sheet: Any) -> Iterator[Any]:
    """The parts of headers and footers that say something."""
    for kind in ("odd", "even", "first"):
        for place in ("Header", "Footer"):
            for side in ("left", "center", "right"):
                found = getattr(getattr(sheet, f"{kind}{place}"), side)
                if found.text:
                    yield found


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
    text = _text_of(cell)
    if "{{" not in text:
        return
    alone = re.fullmatch(_WORD, text.strip())
    if alone and alone[1] in values:
        _set(cell, values[alone[1]])
        return

    def word(found: re.Match[str]) -> str:
        return _text(values[found[1]]) if found[1] in values else found[0]

    if not isinstance(cell.value, str):
        runs = [run if isinstance(run, str) else run.text for run in cell.value]
        if re.findall(_WORD, text) == [found for run in runs for found in re.findall(_WORD, run)]:
            for i, run in enumerate(cell.value):  # each part keeps its font
                if isinstance(run, str):
                    cell.value[i] = re.sub(_WORD, word, run)
                else:
                    run.text = re.sub(_WORD, word, run.text)
            return
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
            if keys & set(re.findall(_WORD, _text_of(cell))):
                return int(cell.row)
    return 0


def _repeat(book: Any, sheet: Any, place: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make one copy of a row for each entry; without entries the row stays, emptied."""
    copies = RowCopies(book, sheet, place, len(rows))
    contents = copies.make()
    for row, entry in zip(copies.places, rows or [{}], strict=True):
        for column, content in enumerate(contents, 1):
            cell = sheet.cell(row, column)
            if type(cell).__name__ == "MergedCell" or is_formula(content):
                continue
            cell.value = deepcopy(content)
            _put(cell, entry or dict.fromkeys(re.findall(_WORD, _text_of(cell))))


def losses(path: Path) -> list[Problem]:
    """What a template holds that a filled one cannot keep, to be told beside the result. Raises like `fill`."""
    import zipfile

    found: list[str] = []
    try:
        with zipfile.ZipFile(BytesIO(read_whole(path, LARGEST))) as package:
            for name in package.namelist():
                for pattern, inside, word in _LOST:
                    if re.match(pattern, name) and (not inside or re.search(inside, package.read(name))):
                        found.append(word)
    except zipfile.BadZipFile as error:
        raise Refused(_broken(path)) from error
    return [
        Problem(
            f"模板里的{word}填好以后没有了", "要留着，请在填好的文件里再加，或从模板里去掉",
            place=path.name, code="template.lost", severity=Severity.WARN,
        )
        for word in dict.fromkeys(found)
    ]  # fmt: skip


_LOST: tuple[tuple[str, bytes, str], ...] = (
    (r"xl/drawings/drawing\d+\.xml", rb"<(xdr:)?(sp|grpSp|cxnSp)[ >]", "文本框、图形"),
    (r"xl/(ctrlProps|activeX)/", b"", "按钮、控件"),
    (r"xl/embeddings/", b"", "嵌入的文件"),
    (r"xl/slicers/", b"", "切片器"),
    (r"xl/worksheets/sheet\d+\.xml", rb"<legacyDrawingHF", "页眉页脚里的图片"),
    (r"xl/worksheets/sheet\d+\.xml", rb"<x14:sparklineGroup", "迷你图"),
    (r"xl/worksheets/sheet\d+\.xml", rb"<x14:dataValidation ", "引用别的表的下拉选项"),
    (r"xl/worksheets/sheet\d+\.xml", rb"<x14:conditionalFormatting ", "较新的条件格式"),
)
"""Part of the package, what is looked for in it, and how people call it."""
