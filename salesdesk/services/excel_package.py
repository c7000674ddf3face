"""Looks into an .xlsx package before it is read: is it whole, is it safe, which formulas have no result yet."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Literal

from salesdesk.services.excel_text import Unreadable, check_xml, parse_xml

MOST_UNPACKED = 600 * 1024 * 1024
"""Bytes all parts of a package may have when unpacked; 200,000 rows of 30 columns need about half of it."""

_MOST_CELLS = 12_000_000
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_REL = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_REF = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_ERROR = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>.{0,2000}?<(?:\w+:)?v>([^<]*)</', re.DOTALL)
_NO_RESULT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)
_WITH_VALUE = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>\s*<(?!/)')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\br="([0-9]{1,7})"')
_WIDE = re.compile(rb' r="[A-Z]{3}[0-9]')
_HALF = "请让对方重新发一次，或重新下载、重新保存一次"

PackageKind = Literal["xlsx", "xlsb", "ods"]
Place = tuple[int, int]
"""Row and column index from 0."""


@dataclass
class Scan:
    """What a sheet's XML shows that its values do not: error cells with their text, formulas never calculated."""

    errors: dict[Place, str] = field(default_factory=dict)
    no_result: list[Place] = field(default_factory=list)


class Package:
    """An opened .xlsx, .xlsb or .ods package. Raises Unreadable when it is damaged, unsafe or something else."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._parts = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError):
            raise Unreadable("文件不完整，像是没有传完或没有存完", _HALF) from None
        unpacked = sum(info.file_size for info in self._parts.values())
        if unpacked > MOST_UNPACKED:
            raise Unreadable(
                f"解开后有 {unpacked / 1048576:,.0f} MB，大得不正常，没有打开",
                "请确认文件来源；真是这么大的表，请拆成几个文件",
                "file.unsafe",
            )
        self.kind: PackageKind = self._kind()
        self._sheets = self._sheet_parts() if self.kind == "xlsx" else {}

    def _kind(self) -> PackageKind:
        names = self._parts
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "xl/workbook.bin" in names:
            return "xlsb"
        if "content.xml" in names and b"spreadsheet" in self.read("mimetype", 200):
            if b"encryption-data" in self.read("META-INF/manifest.xml"):
                raise locked()
            check_xml(
                self.read("content.xml")
            )  # the reader of .ods never comes to an end when a closing tag is missing
            return "ods"
        for part, what in (
            ("word/document.xml", "Word 文档"),
            ("ppt/presentation.xml", "PPT 演示文稿"),
            ("OFD.xml", "OFD 版式文件（多半是电子发票）"),
        ):
            if part in names:
                raise wrong_kind(what)
        if "[Content_Types].xml" in names:
            raise Unreadable("文件不完整，缺少工作簿的主体", _HALF)
        raise wrong_kind("压缩包", "请先解压，再选里面的表格")

    def read(self, name: str, most: int = -1) -> bytes:
        """Content of one part, b"" when there is none."""
        info = self._parts.get(name)
        if info is None:
            return b""
        try:
            with self._zip.open(info) as part:
                return part.read(most)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
            raise Unreadable("文件内容已损坏，像是没有传完或没有存完", _HALF) from None
        except RuntimeError:  # the zip itself has a password
            raise locked() from None

    def _sheet_parts(self) -> dict[str, str]:
        """Sheet name -> part; only worksheets. Every part named must be there."""
        links = parse_xml(self.read("xl/_rels/workbook.xml.rels") or b"<none/>")
        targets = {one.get("Id"): (one.get("Target", ""), one.get("Type", "")) for one in links}
        found: dict[str, str] = {}
        for sheet in parse_xml(self.read("xl/workbook.xml")).iterfind("{*}sheets/{*}sheet"):
            target, kind = targets.get(sheet.get(_REL) or sheet.get(_STRICT_REL), ("", ""))
            if kind and not kind.endswith("/worksheet"):
                continue
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            name = sheet.get("name", "")
            if part not in self._parts:
                raise Unreadable(f"文件不完整，缺少「{name}」这张表的内容", _HALF)
            found[name] = part
        if not found:
            raise Unreadable("里面没有工作表（只有图表或宏）", "请打开看看，把数据放到一张普通的表里")
        return found

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the worksheets of an .xlsx, in order."""
        return tuple(self._sheets)

    def scan(self, sheet: str, most_rows: int) -> Scan:
        """Errors and formulas without result of one sheet; raises Unreadable when it is too long or too wide to read."""
        part = self._sheets.get(sheet)
        if part is None:
            return Scan()
        xml = self.read(part)
        if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
            xml = xml.decode("utf-16", "replace").encode()
        _check_size(xml, most_rows)
        found = Scan()
        if b't="e"' in xml:
            for match in _ERROR.finditer(xml):
                if place := _place(match[1]):
                    found.errors[place] = match[2].decode("utf-8", "replace")
        prefixed = b":worksheet" in xml[:3000]
        if b"<f" in xml or (prefixed and b":f" in xml):
            for match in _NO_RESULT.finditer(xml):
                if b't="str"' not in match[1] and (place := _place(match[1])):
                    found.no_result.append(place)
        return found


def _check_size(xml: bytes, most_rows: int) -> None:
    """A forgotten blank in the last row or column makes a table of millions of cells; rows that are only coloured do not count."""
    last = 0
    tail = max(xml.rfind(b"<row"), xml.rfind(b":row "))
    if tail >= 0 and (match := _LAST_ROW.search(xml, max(0, tail - 30))):
        last = int(match[1])
    if last <= most_rows and not _WIDE.search(xml):
        return
    right = bottom = 0
    for match in _WITH_VALUE.finditer(xml):
        bottom = max(bottom, int(match[2]))
        right = max(right, column_index(match[1]))
    if bottom > most_rows:
        raise Unreadable(
            f"有内容的最后一行是第 {bottom:,} 行，超过一次能读的 {most_rows:,} 行",
            "请删去表格下面多余的行，或拆成几个文件分几次导入",
            "file.rows",
        )
    if bottom * (right + 1) > _MOST_CELLS:
        raise Unreadable(
            f"有内容的最后一格在第 {bottom:,} 行第 {right + 1:,} 列，范围大得不正常",
            "请删去表格右边和下面多余的内容，再保存一次",
            "file.rows",
        )


def column_index(letters: bytes) -> int:
    """Index from 0 of a column named as in Excel: b"A" is 0, b"AA" is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _place(attributes: bytes) -> Place | None:
    match = _REF.search(attributes)
    return (int(match[2]) - 1, column_index(match[1])) if match else None


def locked() -> Unreadable:
    """The refusal of a file with an opening password."""
    cure = "请用 Excel 或 WPS 打开（输入密码），取消密码后另存一份再导入"
    return Unreadable("有打开密码，读不了", cure, "file.password")


def wrong_kind(what: str, cure: str = "请选 .xlsx、.xls 或 .csv 格式的表格文件") -> Unreadable:
    """The refusal of a file that is no table, whatever its name says."""
    return Unreadable(f"它其实是{what}，不是表格", cure, "file.kind")
