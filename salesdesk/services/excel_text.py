"""Reads tables that are really text: CSV files, web pages and XML tables that other programs save under the name .xls."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html.parser import HTMLParser
from xml.parsers import expat

Cell = str | int | float | bool | date | datetime | time | None
Merge = tuple[int, int, int, int]
"""Top row, left column, bottom row, right column of a merged area; indexes from 0, both ends inclusive."""

_WIDEST = 702  # columns A…ZZ; beyond that a span or index is damage, not data
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_-]{3,20})["']""")
_WRAPPED = re.compile(r'="([^"]*)"')
_GUARDED = ("'=", "'+", "'-", "'@", "'＝", "'＋", "'－", "'＠")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Unreadable(Exception):
    """The text is no table this program can read; `reason` and `cure` are Chinese sentences without the file name."""

    def __init__(self, reason: str, cure: str, code: str = "file.damaged") -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure
        self.code = code


@dataclass
class TextSheet:
    """One table read from text, rows as they stand; rows and columns that are not filled are None."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[Merge] = field(default_factory=list)
    hidden: bool = False


def decode(data: bytes) -> str | None:
    """The text behind the bytes: UTF-8 (BOM or not), UTF-16 (BOM or not) or GB18030; None when it is not text at all."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16")
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data, "utf-8-sig")
    head = data[:4000]
    if head.count(0) * 5 > len(head):  # ASCII digits and commas in UTF-16 are every other byte zero
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return _strict(data, "utf-16-le" if odd > even else "utf-16-be")
    named = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    if named:
        encoding = named[1].decode().lower()
        encoding = "gb18030" if encoding in ("gb2312", "gbk", "gb18030", "cp936") else encoding
        found = _strict(data, encoding)
        if found is not None:
            return found
    return _strict(data, "utf-8") or _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        found = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return None if _BINARY.search(found) else found


def read_text(text: str, most_rows: int) -> tuple[str, list[TextSheet]]:
    """What the text is ("html", "xml" or "csv") and its tables. Raises Unreadable."""
    start = text[:3000].lstrip("\ufeff \r\n\t").lower()
    if start.startswith("mime-version:"):
        raise Unreadable("它是“单个文件网页”（MHT），不是表格文件", "请用 Excel 打开，另存为 .xlsx 再导入", "file.kind")
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith("<"):
        return "xml", read_spreadsheet_xml(text, most_rows)
    if start.startswith("<") and re.search(r"<(html|table|head|meta|body|style|div|tr|!doctype\s+html)\b", start):
        return "html", read_html(text, most_rows)
    if start.startswith("<?xml"):
        raise Unreadable(
            "它是一个 XML 文件，但不是 Excel 的表格", "请在原来的软件里另选导出格式（xlsx 或 csv）", "file.kind"
        )
    return "csv", [TextSheet("表1", read_csv(text, most_rows))]


# ---- csv ------------------------------------------------------------------------------------------------------------


def read_csv(text: str, most_rows: int) -> list[list[Cell]]:
    """Rows of a text with separators , ; tab | or full-width comma, found by trying which gives the most even table."""
    text = text.removeprefix("\ufeff")
    hinted = re.match(r'"?sep=(.)"?\r?\n', text)
    if hinted:
        text = text[hinted.end() :]
    delimiter = hinted[1] if hinted else _delimiter(text)
    rows: list[list[Cell]] = []
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in table:
            rows.append([_csv_cell(cell) for cell in row])
            if len(rows) > most_rows:
                raise too_many(most_rows)
    except csv.Error as error:
        raise Unreadable(
            f"第 {table.line_num} 行读不下去（{error}），多半是引号没有成对",
            "请用 Excel 打开看看这一行，另存为 .xlsx 再导入",
        ) from None
    return rows


def too_many(most_rows: int) -> Unreadable:
    """The refusal of a table longer than `most_rows`."""
    reason = f"行数太多，超过一次能读的 {most_rows:,} 行"
    return Unreadable(reason, "请按日期或客户拆成几个文件，分几次导入", "file.rows")


def _csv_cell(cell: str) -> Cell:
    cell = cell.strip()
    if not cell:
        return None
    if cell[0] == "=":
        wrapped = _WRAPPED.fullmatch(cell)  # ="0012": how other programs keep leading zeros
        return wrapped[1].strip() or None if wrapped else cell
    return cell[1:] if cell.startswith(_GUARDED) else cell


def _delimiter(text: str) -> str:
    sample = text[:20_000]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    best, delimiter = (0.0, 0), ","
    for sign in (",", "\t", ";", "|", "，"):
        try:
            widths = Counter(
                len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if any(row)
            )
        except csv.Error:
            continue
        split = {width: count for width, count in widths.items() if width > 1}
        if split:
            width, count = max(split.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]))
            score = (count / widths.total(), width)
            if score > best:
                best, delimiter = score, sign
    return delimiter


# ---- web page -------------------------------------------------------------------------------------------------------


def read_html(text: str, most_rows: int) -> list[TextSheet]:
    """All tables of a page one below the other in a single sheet, the way Excel opens such a file."""
    parser = _Tables(most_rows)
    parser.feed(text)
    parser.close()
    parser.end_row()
    if not parser.sheet.rows:
        reason = "它其实是一个网页，里面没有表格；多半是导出时登录过期，存下来的是登录页"
        raise Unreadable(reason, "请在原来的系统里重新登录，再导出一次", "file.kind")
    return [parser.sheet]


class _Tables(HTMLParser):
    """Collects rows and cells, spans included; unclosed <td> and <tr> are common and closed by the next one."""

    def __init__(self, most_rows: int) -> None:
        super().__init__(convert_charrefs=True)
        self.sheet = TextSheet("表1")
        self._most = most_rows
        self._row: list[Cell] | None = None
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._hanging: dict[int, int] = {}  # column -> rows still covered by a rowspan above
        self._number: int | float | None = None
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "title", "xml"):
            self._mute += 1
        elif tag == "tr":
            self.end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row = []
            said = dict(attrs)
            self._cell = []
            self._span = (max(1, _count(said.get("rowspan"), 1)), max(1, _count(said.get("colspan"), 1)))
            self._number = _number(said.get("x:num"))
        elif tag == "table":
            self.end_row()
            self._hanging.clear()
        elif tag in ("br", "p", "div") and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "title", "xml"):
            self._mute = max(0, self._mute - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._mute:
            self._cell.append(re.sub(r"\s+", " ", data))

    def _skip_hanging(self) -> None:
        assert self._row is not None
        while self._hanging.get(len(self._row), 0) > 0:
            self._hanging[len(self._row)] -= 1
            self._row.append(None)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._skip_hanging()
        text = "\n".join(line.strip() for line in "".join(self._cell).split("\n")).strip()
        top, left = len(self.sheet.rows), len(self._row)
        down, across = self._span[0], max(1, min(self._span[1], _WIDEST - left))
        self._row.append(self._number if self._number is not None else text or None)
        self._row += [None] * (across - 1)
        if down > 1:
            self._hanging.update({left + offset: down - 1 for offset in range(across)})
        if self._span != (1, 1):
            self.sheet.merged.append((top, left, top + down - 1, left + across - 1))
        self._cell = None

    def end_row(self) -> None:
        """Take over the row being read, if any."""
        self._end_cell()
        if self._row is None:
            return
        self._skip_hanging()
        self.sheet.rows.append(self._row)
        self._row = None
        if len(self.sheet.rows) > self._most:
            raise too_many(self._most)


def _count(said: str | None, usual: int) -> int:
    """A span attribute, kept within reason."""
    return min(int(said[:6]), _WIDEST) if said and said.isascii() and said.isdigit() else usual


def _number(said: str | None) -> int | float | None:
    """A number written in the file; whole ones as int."""
    try:
        number = float(said) if said else None
    except ValueError:
        return None
    return int(number) if number is not None and number.is_integer() else number


# ---- XML spreadsheet 2003 -------------------------------------------------------------------------------------------


class NoDoctype(ET.TreeBuilder):
    """Builds a tree and refuses documents that declare entities: those could blow up or read other files."""

    def doctype(self, name: str, pubid: str | None, system: str | None, *_: object) -> None:
        raise Unreadable(
            "文件里有不允许的 DOCTYPE 声明，不像正常导出的表", "请用 Excel 打开，另存为 .xlsx 再导入", "file.unsafe"
        )


def parse_xml(text: str | bytes) -> ET.Element:
    """The root of an XML text; raises Unreadable for damage and for any DOCTYPE."""
    parser = ET.XMLParser(target=NoDoctype())
    try:
        parser.feed(text)
        root: ET.Element = parser.close()
    except (ET.ParseError, ValueError) as error:
        raise Unreadable(f"内容不完整或已损坏（{error}）", "请重新导出或重新下载一次") from None
    return root


def check_xml(content: bytes) -> None:
    """Raise Unreadable unless the XML is whole and declares no entities; builds nothing, so it is cheap for large parts."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = NoDoctype().doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable(f"内容不完整或已损坏（{error}）", "请重新导出或重新下载一次") from None


def read_spreadsheet_xml(text: str, most_rows: int) -> list[TextSheet]:
    """The sheets of an “XML 电子表格 2003” file, with numbers, dates and merged areas."""
    body = re.sub(
        r"^\ufeff?\s*<\?xml[^>]*\?>", "", text, count=1
    )  # the text is decoded already, its encoding note is moot
    sheets = []
    for number, sheet in enumerate(parse_xml(body).iter(f"{_SS}Worksheet"), 1):
        visible = sheet.findtext(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible", "")
        found = TextSheet(sheet.get(f"{_SS}Name") or f"表{number}", hidden=visible.startswith("SheetHidden"))
        for row in sheet.iterfind(f"{_SS}Table/{_SS}Row"):
            index = _at(row, len(found.rows), most_rows)
            if index >= most_rows:
                raise too_many(most_rows)
            found.rows += [[] for _ in range(index - len(found.rows))]
            found.rows.append(list(_xml_row(row, index, found.merged)))
        sheets.append(found)
    if not sheets:
        raise Unreadable("里面一张表也没有", "请重新导出一次")
    return sheets


def _at(element: ET.Element, usual: int, most: int) -> int:
    """Index from 0 of a row or cell: its ss:Index, else the next one."""
    said = element.get(f"{_SS}Index")
    return max(usual, min(int(said) - 1, most)) if said and said.isascii() and said.isdigit() else usual


def _xml_row(row: ET.Element, index: int, merged: list[Merge]) -> Iterator[Cell]:
    column = 0
    for cell in row.iterfind(f"{_SS}Cell"):
        start = _at(cell, column, _WIDEST)
        yield from [None] * (start - column)
        data = cell.find(f"{_SS}Data")
        yield _xml_value(data) if data is not None else None
        across, down = (_count(cell.get(f"{_SS}{name}"), 0) for name in ("MergeAcross", "MergeDown"))
        yield from [None] * across
        if across or down:
            merged.append((index, start, index + down, start + across))
        column = start + 1 + across


def _xml_value(data: ET.Element) -> Cell:
    text = "".join(data.itertext()).strip()
    kind = data.get(f"{_SS}Type", "String")
    if not text:
        return None
    if kind == "Number":
        number = _number(text)
        return text if number is None else number
    if kind == "Boolean":
        return text == "1"
    if kind == "DateTime":
        return _moment(text)
    return text


def _moment(text: str) -> date | time | str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.year < 1900:
        return moment.time()
    return moment.date() if moment.time() == time() else moment
