"""Writes a list to an .xlsx or .csv file the clerk can go on working with: real numbers, real dates, header, filter."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal
from xml.sax.saxutils import escape, quoteattr

from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Kind, Money, Price, Qty, Rate, Stamp, Value
from salesdesk.domain.problems import Problem
from salesdesk.services.files import write_atomically

CsvEncoding = Literal["utf-8-sig", "gb18030"]
MOST_ROWS = 1_048_575
"""Rows below the header one Excel sheet can hold."""

_MOST_BYTES = 2_000_000_000  # of one sheet's XML; beyond 2 GiB a zip needs extensions some readers lack
_MOST_TEXT = 32_767  # characters in one cell
_CHUNK = 400  # rows turned into XML at a time
_REMEMBERED = 50_000  # texts of one column
_LEVEL = 1  # deflate: 6 takes twice as long for a file a fifth smaller
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_AWKWARD = re.compile("[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_SCALES: dict[type[Kind], int] = {Money: 100, Price: 10_000, Qty: 1000, Rate: 10_000, Int: 1}

# Positions in cellXfs of _STYLES.
_HEAD, _MONEY, _PRICE, _WHOLE, _BROKEN, _PERCENT, _PERCENTS, _DAY, _STAMP, _GUARDED = range(1, 11)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, kind of its values (as stored), width in half-width characters (0: the kind's own)."""

    title: str
    kind: Kind
    width: int = 0


Part = tuple[str, Sequence[Column], Iterable[Sequence[Value]]]
"""A sheet: its title, its columns, its rows."""


def write_table(
    path: str | os.PathLike[str],
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    encoding: CsvEncoding = "utf-8-sig",
    mark: str = "",
) -> int:
    """Write rows of stored values to `path` and return how many there were; the suffix .csv gives CSV, others .xlsx.

    mark: who took the list out and when; it stands at the foot of every printed page and in the file's properties, in a
    CSV in its last line. `title` names the sheet. A row has one value per column (a Link column: the name to show, not the uid). The file
    appears whole or not at all. Raises Refused when there are more rows than a sheet holds, EnvironmentFault when the
    target is open in Excel, the disk is full or the share is away.
    """
    path = Path(path)
    counted = 0

    def fill(file: BinaryIO) -> None:
        nonlocal counted
        if path.suffix.lower() == ".csv":
            counted = _write_csv(file, columns, rows, encoding, mark)
        else:
            counted = _write_xlsx(file, path.name, [(title, columns, rows)], mark)

    write_atomically(path, fill)
    return counted


def write_book(path: str | os.PathLike[str], sheets: Sequence[Part], mark: str = "") -> int:
    """Write several tables as sheets of one workbook, in their order; returns the rows of all. Raises as `write_table`."""
    path = Path(path)
    counted = 0

    def fill(file: BinaryIO) -> None:
        nonlocal counted
        counted = _write_xlsx(file, path.name, sheets, mark)

    write_atomically(path, fill)
    return counted


def sheet_name(title: str) -> str:
    """A name Excel accepts for a sheet, as near to `title` as can be: at most 31 characters, none of []:*?/\\."""
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip().strip("'").strip()
    while len(name.encode("utf-16-le")) > 62:
        name = name[:-1]
    name = name.strip().strip("'").strip()
    return f"{name}表" if name.lower() == "history" else name or "表1"


# ---- xlsx -----------------------------------------------------------------------------------------------------------


def _write_xlsx(file: BinaryIO, name: str, sheets: Sequence[Part], mark: str) -> int:
    whole = 0
    names = _unlike([sheet_name(title) for title, _, _ in sheets])
    listed, defined = [], []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as pack:
        numbers = range(1, len(sheets) + 1)
        _put(pack, "[Content_Types].xml", _TYPES.format(sheets="".join(_SHEET_TYPE.format(n=n) for n in numbers)))
        _put(pack, "_rels/.rels", _RELS)
        _put(pack, "docProps/core.xml", _CORE.format(title=escape(_clean(sheets[0][0])), mark=escape(_clean(mark))))
        rels = "".join(_SHEET_REL.format(n=n) for n in numbers) + _STYLE_REL.format(n=len(sheets) + 1)
        _put(pack, "xl/_rels/workbook.xml.rels", _BOOK_RELS.format(rels=rels))
        _put(pack, "xl/styles.xml", _STYLES)
        for n, (sheet, (_, columns, rows)) in enumerate(zip(names, sheets, strict=True), start=1):
            counted, size = 0, 0
            last = column_letters(len(columns) - 1)
            with pack.open(f"xl/worksheets/sheet{n}.xml", "w") as out:
                out.write(_sheet_head(columns).encode())
                for chunk, counted in _chunks(columns, rows):
                    size += len(chunk)
                    if counted > MOST_ROWS or size > _MOST_BYTES:
                        raise _too_many(name)
                    out.write(chunk)
                bottom = counted + 1
                out.write((_SHEET_TAIL.format(ref=f"A1:{last}{bottom}") + _foot(mark) + "</worksheet>").encode())
            quoted = escape("'" + sheet.replace("'", "''") + "'")
            listed.append(f'<sheet name={quoteattr(sheet)} sheetId="{n}" r:id="rId{n}"/>')
            area = f"{quoted}!$A$1:${last}${bottom}"
            defined.append(_DEFINED.format(n=n - 1, area=area, head=f"{quoted}!$1:$1"))
            whole += counted
        _put(pack, "xl/workbook.xml", _BOOK.format(sheets="".join(listed), names="".join(defined)))
    return whole


def _unlike(names: Sequence[str]) -> list[str]:
    """Sheet names that differ, as Excel wants them: the second of a name gets a number."""
    return [f"{name[:28]}{names[:n].count(name) + 1}" if name in names[:n] else name for n, name in enumerate(names)]


def _foot(mark: str) -> str:
    """The foot of every printed page: the mark at the left, the page at the right. & begins a code there."""
    text = escape(_clean(mark).replace("&", "&&")[:200])
    return (
        f"<headerFooter><oddFooter>&amp;L&amp;8 {text}&amp;R&amp;8 第 &amp;P 页</oddFooter></headerFooter>"
        if mark
        else ""
    )


def _put(pack: zipfile.ZipFile, name: str, text: str) -> None:
    """Through `open`, which sets a fixed date: the same rows give the same bytes."""
    with pack.open(name, "w") as part:
        part.write(text.encode())


def _too_many(name: str) -> Refused:
    return Refused(
        Problem(
            f"《{name}》装不下：Excel 一张表最多 {MOST_ROWS:,} 行",
            "请按日期或客户分几次导出，或另存为 CSV",
            code="excel.too_many_rows",
        )
    )


def _chunks(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[tuple[bytes, int]]:
    """Sheet XML of a few hundred rows at a time, with the number of rows so far."""
    tails = [_Tails(column.kind) for column in columns]
    cells = "".join(f'<c r="{column_letters(index)}\0"%s' for index in range(len(columns)))
    pattern = f'<row r="\0">{cells}</row>'
    number = 1
    for batch in _batches(rows, len(columns)):
        columns_of = [tail.all_of(values) for tail, values in zip(tails, zip(*batch, strict=True), strict=True)]
        parts = [
            pattern.replace("\0", str(row)) % tails_of
            for row, tails_of in enumerate(zip(*columns_of, strict=True), number + 1)
        ]
        number += len(batch)
        yield "".join(parts).encode(), number - 1


def _batches(rows: Iterable[Sequence[Value]], width: int) -> Iterator[list[Sequence[Value]]]:
    source = iter(rows)
    while batch := list(islice(source, _CHUNK)):
        if any(len(row) != width for row in batch):
            raise ValueError(f"every row needs {width} values, one per column")
        yield batch


class _Memory(dict[Value, str]):
    """Value -> text, made once: values repeat down a column. Forgets everything when it grows too large."""

    def __init__(self, make: Callable[[Value], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Value) -> str:
        self[value] = made = self._make(value)
        return made

    def all_of(self, values: Iterable[Value]) -> list[str]:
        """The texts of a column of values."""
        if len(self) > _REMEMBERED:
            self.clear()
        return [self[value] for value in values]


class _Tails(_Memory):
    """Value -> XML of its cell from behind the reference on; an empty cell is just closed."""

    def __init__(self, kind: Kind) -> None:
        tail = _tail_of(kind)
        super().__init__(lambda value: "/>" if value is None else tail(value))


def _text_tail(value: Value) -> str:
    text = str(value)
    style = f' s="{_GUARDED}"' if text.startswith(_FORMULA_SIGNS) else ""
    if _AWKWARD.search(text) or len(text) > _MOST_TEXT:
        text = escape(_clean(text))
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'{style} t="inlineStr"><is><t{kept}>{text}</t></is></c>'


def _tail_of(kind: Kind) -> Callable[[Value], str]:
    """The function value -> rest of the cell for one kind; a value of a wrong type is written as text."""
    if isinstance(kind, (Money, Price)):
        scale, style = (_SCALES[Money], _MONEY) if isinstance(kind, Money) else (_SCALES[Price], _PRICE)
        start = f' s="{style}"><v>'
        return lambda value: f"{start}{value / scale}</v></c>" if type(value) is int else _text_tail(value)
    if isinstance(kind, (Qty, Rate, Int)):
        percent = isinstance(kind, Rate)
        by = _SCALES[Rate if percent else Qty if isinstance(kind, Qty) else Int]
        whole_by = 100 if percent else by
        whole, broken = (_PERCENT, _PERCENTS) if percent else (_WHOLE, _BROKEN)

        def measure(value: Value) -> str:
            if type(value) is not int:
                return _text_tail(value)
            return f' s="{broken if value % whole_by else whole}"><v>{value / by:.15g}</v></c>'

        return measure
    if isinstance(kind, (Day, Stamp)):
        style, serial_of = (_DAY, _day_serial) if isinstance(kind, Day) else (_STAMP, _stamp_serial)

        def moment(value: Value) -> str:
            serial = serial_of(str(value))
            return f' s="{style}"><v>{serial}</v></c>' if serial else _text_tail(value)

        return moment
    if isinstance(kind, (Flag, Choice)):
        return lambda value: _text_tail(kind.show(value))
    return _text_tail


def _day_serial(day: str) -> str:
    """Excel's number of an ISO day; "" for what Excel cannot hold as a date."""
    serial = _serial(day)
    return "" if serial is None else str(serial)


def _stamp_serial(stamp: str) -> str:
    """Excel's number of a local ISO moment, the time as fraction."""
    serial = _serial(stamp[:10])
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return ""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return "" if serial is None else f"{serial + seconds / 86400:.10f}"


def _serial(day: str) -> int | None:
    """Days since 1899-12-30; before 1 March 1900 Excel's calendar is wrong (it has 29 Feb 1900), so text is safer."""
    try:
        number = (date.fromisoformat(day) - date(1899, 12, 30)).days
    except ValueError:
        return None
    return number if number >= 61 else None


def _clean(text: str) -> str:
    """Text Excel can hold: forbidden control characters go, text that looks like Excel's _x000D_ escapes is kept as typed."""
    text = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 5] + "…（截断）"


def column_letters(index: int) -> str:
    """Excel's name of the column with this index from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _shown_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _sheet_head(columns: Sequence[Column]) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{min(max(c.width or c.kind.width + 2, _shown_width(c.title) + 4), 80)}"'
        ' customWidth="1"/>'
        for n, c in enumerate(columns, 1)
    )
    head = "".join(
        f'<c r="{column_letters(n)}1" s="{_HEAD}" t="inlineStr"><is><t xml:space="preserve">{escape(_clean(c.title))}'
        "</t></is></c>"
        for n, c in enumerate(columns)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        'state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData><row r="1" ht="22" customHeight="1">{head}</row>'
    )


# ---- csv ------------------------------------------------------------------------------------------------------------


def _write_csv(
    file: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]], encoding: CsvEncoding, mark: str
) -> int:
    """Comma separated with \\r\\n; texts that Excel would compute or round (=…, long digit runs) are kept as text."""
    out = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="", write_through=False)
    table = csv.writer(out)
    table.writerow([_guarded(column.title) for column in columns])
    texts = [_Memory(_csv_text(column.kind)) for column in columns]
    counted = 0
    for batch in _batches(rows, len(columns)):
        columns_of = [text.all_of(values) for text, values in zip(texts, zip(*batch, strict=True), strict=True)]
        table.writerows(zip(*columns_of, strict=True))
        counted += len(batch)
    if mark:
        table.writerow([mark])
    out.flush()
    out.detach()
    return counted


def _csv_text(kind: Kind) -> Callable[[Value], str]:
    def text(value: Value) -> str:
        if value is None:
            return ""
        if kind.numeric and type(value) is int:
            return str(kind.wire(value))
        return str(value) if isinstance(kind, Day) else _guarded(kind.show(value))

    return text


def _guarded(text: str) -> str:
    """A leading apostrophe stops formulas; a leading tab stops Excel from rounding a card or tax number to 15 digits."""
    if text.startswith(_FORMULA_SIGNS):
        return "'" + text
    if len(text) > 11 and text.isascii() and text.isdigit():
        return "\t" + text
    return text


# ---- fixed parts of the package -------------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE_KIND = "application/vnd.openxmlformats-package.core-properties+xml"

_SHEET_TYPE = f'<Override PartName="/xl/worksheets/sheet{{n}}.xml" ContentType="{_KIND}.worksheet+xml"/>'
_TYPES = (
    f'{_XML}<Types xmlns="{_PACK}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    "{sheets}"
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/docProps/core.xml" ContentType="{_CORE_KIND}"/></Types>'
)
_RELS = (
    f'{_XML}<Relationships xmlns="{_PACK}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACK}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_CORE = (
    f'{_XML}<cp:coreProperties xmlns:cp="{_PACK}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:description>{mark}</dc:description></cp:coreProperties>'
)
_SHEET_REL = f'<Relationship Id="rId{{n}}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{{n}}.xml"/>'
_STYLE_REL = f'<Relationship Id="rId{{n}}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
_BOOK_RELS = f'{_XML}<Relationships xmlns="{_PACK}/relationships">{{rels}}</Relationships>'
_DEFINED = (
    '<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">{area}</definedName>'
    '<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{head}</definedName>'
)
_BOOK = (
    f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{{sheets}}</sheets>'
    "<definedNames>{names}</definedNames></workbook>"
)
_SHEET_TAIL = (
    '</sheetData><autoFilter ref="{ref}"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" '
    'footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
)
_FORMATS = ("#,##0.00##", "#,##0.###", "0.##%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm")  # numFmtId 164…
_XFS = ((4, ""), (164, ""), (3, ""), (165, ""), (9, ""), (166, ""), (167, ""), (168, ""), (49, ' quotePrefix="1"'))
_BLANK_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">'
    + "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(f)}/>' for n, f in enumerate(_FORMATS, 164))
    + '</numFmts><fonts count="2"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/><charset val="134"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF7"/><bgColor indexed="64"/></patternFill></fill></fills>'
    f'<borders count="2">{_BLANK_BORDER}<border><left/><right/><top/><bottom style="thin"><color rgb="FF8FA3BF"/>'
    "</bottom><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_XFS) + 2}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" '
    'applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    + "".join(
        f'<xf numFmtId="{n}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"{more}/>'
        for n, more in _XFS
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
