"""Opens any table file a customer may send and hands over its cells; what cannot be read is told with reason and cure."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem, Severity
from salesdesk.services.excel_header import Body, Header, body_of, find_header, header_at, normal_title, titles_of
from salesdesk.services.excel_ole import SIGNATURE, OldWorkbook
from salesdesk.services.excel_out import column_letters
from salesdesk.services.excel_package import Package, Place, locked, wrong_kind
from salesdesk.services.excel_text import Cell, Merge, TextSheet, Unreadable, decode, read_text, too_many
from salesdesk.services.files import owner_of, read_whole

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = [
    "MOST_ROWS",
    "SUFFIXES",
    "Body",
    "Cell",
    "Header",
    "Workbook",
    "body_of",
    "column_letters",
    "find_header",
    "header_at",
    "normal_title",
    "open_workbook",
    "titles_of",
]

MOST_ROWS = 200_000
"""Rows of one sheet that are read at most."""

MOST_BYTES = 256 * 1024 * 1024
"""Size of a file that is read at most."""

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods", ".csv", ".tsv", ".txt")
"""Names the file chooser offers; what a file really is shows only in its first bytes."""

_HALF = "请让对方重新发一次，或重新下载、重新保存一次"
_RESAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 再导入"
_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"\xff\xd8\xff", "一张图片（JPG）"),
    (b"\x89PNG", "一张图片（PNG）"),
    (b"GIF8", "一张图片（GIF）"),
    (b"BM", "一张图片（BMP）"),
    (b"Rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf", "压缩包（7z）"),
    (b"\x1f\x8b", "压缩包（GZ）"),
    (b"MZ", "一个程序，请不要打开它"),
    (b"{\\rtf", "一份 RTF 文档"),
)
_INVISIBLE = "\u200b\u200e\u200f\ufeff\u2060"


class Workbook:
    """An opened table file. Its bytes are in memory: the clerk may go on working with the file itself.

    path: where it was. kind: what it really is (xlsx, xls, xlsb, ods, csv, html or xml). sheets: names of its tables,
    visible ones first, hidden ones last. hidden: names of the hidden ones. notes: what the clerk should know about the
    whole file; `findings` tells the same about one sheet.
    """

    def __init__(
        self,
        path: Path,
        kind: str,
        *,
        book: CalamineWorkbook | None = None,
        package: Package | None = None,
        tables: Sequence[TextSheet] = (),
        notes: Sequence[Problem] = (),
    ) -> None:
        self.path = path
        self.kind = kind
        self.notes = tuple(notes)
        self._book = book
        self._package = package
        self._tables = {table.name: table for table in tables}
        self._found: dict[str, tuple[Problem, ...]] = {}
        self._unread: dict[str, dict[Place, str]] = {}
        self._merged: dict[str, tuple[Merge, ...]] = {}
        self._rows: dict[str, list[list[Cell]]] = {}
        if book is not None:
            names, self.hidden = _sheets_of(book)
        else:
            names = list(self._tables)
            self.hidden = frozenset(name for name, table in self._tables.items() if table.hidden)
        self.sheets: tuple[str, ...] = tuple(sorted(names, key=lambda name: name in self.hidden))

    def rows(self, sheet: str = "") -> list[list[Cell]]:
        """All rows of a sheet (default: the first) from row 1 on, so that index + 1 is the row number in Excel.

        Texts are stripped, empty cells None, whole numbers int, dates date or datetime objects. Rows all have the same
        length; empty ones at the end are left out. The list is the reader's own and may be changed. Raises Refused.
        """
        name = self._name(sheet)
        self._ensure(name)
        return [list(row) for row in self._rows[name]]

    def filled(self, sheet: str = "") -> bool:
        """Whether anything stands in a sheet."""
        name = self._name(sheet)
        self._ensure(name)
        return bool(self._rows[name])

    def merged(self, sheet: str = "") -> tuple[Merge, ...]:
        """Merged areas of a sheet; their value stands in the top left cell only."""
        self._ensure(self._name(sheet))
        return self._merged[self._name(sheet)]

    def unread(self, sheet: str = "") -> dict[Place, str]:
        """Cells whose value is not to be trusted, (row, column) from 0 -> reason: errors, formulas never calculated."""
        self._ensure(self._name(sheet))
        return dict(self._unread[self._name(sheet)])

    def findings(self, sheet: str = "") -> tuple[Problem, ...]:
        """What the clerk should know about a sheet although it could be read."""
        self._ensure(self._name(sheet))
        return self._found[self._name(sheet)]

    def _ensure(self, name: str) -> None:
        if name not in self._rows:
            self._rows[name] = self._read(name)

    def _name(self, sheet: str) -> str:
        if not sheet:
            return self.sheets[0]
        if sheet not in self.sheets:
            names = "、".join(self.sheets[:8])
            raise Refused(
                Problem(f"《{self.path.name}》里没有「{sheet}」这张表", f"里面有：{names}", code="file.sheet")
            )
        return sheet

    def _read(self, name: str) -> list[list[Cell]]:
        try:
            if self._book is None:
                table = self._tables[name]
                rows, merges = table.rows, table.merged
                found, unread = list[Problem](), dict[Place, str]()
            else:
                found, unread, texts = self._scan(name)
                rows, merges = _calamine_rows(self._book, name)
                for (row, column), text in texts.items():
                    if row < len(rows) and column < len(rows[row]):
                        rows[row][column] = text
        except Unreadable as reason:
            raise _refused(self.path, reason, sheet=name if len(self.sheets) > 1 else "") from None
        while rows and not any(cell is not None for cell in rows[-1]):
            rows.pop()
        width = max(map(len, rows), default=0)
        for cells in rows:
            if len(cells) < width:
                cells += [None] * (width - len(cells))
        if name in self.hidden:
            found.append(
                Problem(f"「{name}」是隐藏的表", "请确认要导入的是它", code="file.hidden", severity=Severity.HINT)
            )
        self._found[name], self._unread[name], self._merged[name] = tuple(found), unread, tuple(merges)
        return rows

    def _scan(self, name: str) -> tuple[list[Problem], dict[Place, str], dict[Place, str]]:
        """Findings, untrustworthy cells, and error texts calamine leaves out."""
        if self._package is None:
            return [], {}, {}
        scan = self._package.scan(name, MOST_ROWS)
        found = []
        unread = {place: f"公式出错（{text}）" for place, text in scan.errors.items()}
        unread.update(dict.fromkeys(scan.no_result, "公式还没有算出结果"))
        if scan.errors:
            found.append(
                Problem(
                    f"「{name}」有 {len(scan.errors)} 格公式出错（{_some(scan.errors)}）",
                    "请在 Excel 里改好这些公式，保存后再导入",
                    code="excel.formula_error",
                    severity=Severity.WARN,
                )
            )
        if scan.no_result:
            found.append(
                Problem(
                    f"「{name}」有 {len(scan.no_result)} 格公式没有结果（{_some(scan.no_result)}），读出来是空的",
                    "请用 Excel 打开保存一次，再导入",
                    code="excel.formula_no_result",
                    severity=Severity.WARN,
                )
            )
        return found, unread, scan.errors


def open_workbook(path: str | os.PathLike[str]) -> Workbook:
    """Open a table file by what it really is, whatever its name says.

    Raises Refused (not found, empty, half written, password, no table at all, too large) or EnvironmentFault (locked by
    another program, share away); both name the file, the reason and the cure.
    """
    path = Path(path)
    data = read_whole(path, MOST_BYTES)
    try:
        return _open(path, data)
    except Unreadable as reason:
        raise _refused(path, reason) from None


def _open(path: Path, data: bytes) -> Workbook:
    if path.name.startswith(("~$", ".~")):
        raise Unreadable("是表格打开时留下的临时文件，不是表格本身", f"请选《{path.name.lstrip('.~$')}》", "file.kind")
    if not data:
        raise Unreadable("是空的，一个字节也没有", _HALF, "file.empty")
    if not data.strip(b"\0"):
        raise Unreadable("内容全是空白，多半是保存时断了电或拔了 U 盘", _HALF)
    notes = []
    owner = owner_of(path)
    if owner is not None:
        who = f"{owner} 的" if owner else ""
        text = f"《{path.name}》正在{who} Excel 或 WPS 里打开着，这里读到的是上次保存的内容"
        notes.append(Problem(text, "有改动的话，请先保存再导入", code="file.open_elsewhere", severity=Severity.HINT))
    if data.startswith(b"PK"):
        package = Package(data)
        return Workbook(path, package.kind, book=_calamine(data), package=package, notes=notes)
    if data.startswith(SIGNATURE):
        _check_ole(data)
        return Workbook(path, "xls", book=_calamine(data), notes=notes)
    if data[:1] == b"\x09" and data[1:2] in b"\x00\x02\x04" and data[2:4] in (b"\x04\x00", b"\x06\x00"):
        raise Unreadable("是三十年前的 Excel 2/3/4 格式", _RESAVE, "file.kind")
    for start, what in _FORMATS:
        if data.startswith(start) and (start != b"BM" or b"\0" in data[:30]):
            raise wrong_kind(what)
    text_of = decode(data)
    if text_of is None:
        raise Unreadable("看不出是什么格式，不是表格，或者已经损坏", _HALF)
    kind, tables = read_text(text_of, MOST_ROWS)
    if not any(cell is not None for table in tables for row in table.rows for cell in row):
        raise Unreadable("里面没有内容", "请打开看看是不是选错了文件", "file.empty")
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        real = {"html": "网页", "xml": "XML 表格", "csv": "纯文本"}[kind]
        text = f"《{path.name}》名字是 {path.suffix or '没有后缀'}，内容其实是{real}，已按{real}读入"
        notes.append(Problem(text, "请核对一下日期和金额", code="file.disguised", severity=Severity.HINT))
    return Workbook(path, kind, tables=tables, notes=notes)


def _check_ole(data: bytes) -> None:
    """Old binary container: an encrypted .xlsx, Word, Outlook … share it with .xls and .et; its streams tell which."""
    container = OldWorkbook(data)
    if container.locked:
        raise locked()
    if not container.workbook:
        if "WordDocument" in container.streams:
            raise wrong_kind("Word 文档")
        if "PowerPoint Document" in container.streams:
            raise wrong_kind("PPT 演示文稿")
        raise Unreadable("文件不完整，或者不是表格", _HALF)


def _calamine(data: bytes) -> CalamineWorkbook:
    import python_calamine as calamine

    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError:
        raise locked() from None
    except BaseException as error:
        raise _damage(error) from None


def _damage(error: BaseException) -> Unreadable:
    """calamine's own errors, and the panics of its Rust code, which are no `Exception`; anything else goes on."""
    if isinstance(error, Unreadable) or not (isinstance(error, Exception) or type(error).__name__ == "PanicException"):
        raise error
    return Unreadable(f"内容不完整或已损坏（{str(error)[:80]}）", f"{_HALF}；或者{_RESAVE[1:]}")


def _sheets_of(book: CalamineWorkbook) -> tuple[list[str], frozenset[str]]:
    import python_calamine as calamine

    names, hidden = [], set()
    for sheet in book.sheets_metadata:
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet:
            names.append(sheet.name)
            if sheet.visible != calamine.SheetVisibleEnum.Visible:
                hidden.add(sheet.name)
    if not names:
        raise Unreadable("里面没有工作表（只有图表或宏）", "请打开看看，把数据放到一张普通的表里")
    return names, frozenset(hidden)


def _calamine_rows(book: CalamineWorkbook, name: str) -> tuple[list[list[Cell]], list[Merge]]:
    try:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS:
            raise too_many(MOST_ROWS)
        cells: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        merges = [(*top_left, *bottom_right) for top_left, bottom_right in sheet.merged_cell_ranges or ()]
    except BaseException as error:
        raise _damage(error) from None
    known = _Cleaned()
    if bool in set(map(type, chain.from_iterable(cells))):  # True equals 1: flags go past the memory
        return [[cell if type(cell) is bool else known[cell] for cell in row] for row in cells], merges
    return [list(map(known.__getitem__, row)) for row in cells], merges


class _Cleaned(dict[Any, Cell]):
    """Cell as calamine gives it -> as `Workbook.rows` does; cells repeat, so each distinct one is cleaned once.

    Texts lose outer blanks and invisible marks, and are None when nothing is left.
    """

    def __missing__(self, cell: Any) -> Cell:
        self[cell] = found = self._clean(cell)
        return found

    def _clean(self, cell: Any) -> Cell:
        if isinstance(cell, float):
            return int(cell) if cell.is_integer() else cell
        if isinstance(cell, timedelta):
            return _hours(cell)
        if not isinstance(cell, str):
            found: Cell = cell
            return found
        text = cell.strip()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text and (text[0] in _INVISIBLE or text[-1] in _INVISIBLE):
            text = text.strip(_INVISIBLE).strip()
        return text or None


def _hours(duration: timedelta) -> str:
    """A duration such as 30:00:00, which no time of day can hold."""
    seconds = round(duration.total_seconds())
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _some(places: Mapping[Place, str] | Sequence[Place]) -> str:
    first = [f"{column_letters(column)}{row + 1}" for row, column in list(places)[:3]]
    return "、".join(first) + ("…" if len(places) > 3 else "")


def _refused(path: Path, reason: Unreadable, sheet: str = "") -> Refused:
    where = f"《{path.name}》" + (f"的「{sheet}」" if sheet else "")
    return Refused(Problem(f"{where}{reason.reason}", reason.cure, code=reason.code, value=str(path)))
