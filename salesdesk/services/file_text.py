"""Reads the words out of a kept file (PDF, Word, Excel, OFD, plain text), so that it can be found by what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from salesdesk.domain.errors import BadValue, EnvironmentFault, Refused
from salesdesk.services.files import read_whole

MOST = 3000
"""Characters kept of one file: about three pages, so that the search stays small; the rest is found by opening it."""
LARGEST = 50 * 1024 * 1024
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".heic")
WORD = (".docx", ".docm", ".doc", ".dot", ".wps")
PLAIN = (".txt", ".md", ".csv", ".log", ".json", ".xml", ".html", ".htm", ".eml")
SHEETS = (".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods")


class FileText(NamedTuple):
    """text: at most `MOST` characters, blanks run together. how: what it was read as, or why nothing was, in words."""

    text: str
    how: str


def text_of(path: Path, name: str) -> FileText:
    """The words of a file that lies at `path` and is called `name`; never raises for what the file contains.

    Raises EnvironmentFault when the disk does not play along, Refused when the file is not there.
    """
    data = read_whole(path, LARGEST)
    suffix = Path(name).suffix.lower()
    try:
        if data.startswith(b"%PDF"):
            return _told(_pdf(data), "PDF", "扫描件，没有文字")
        if suffix in WORD and data.startswith(b"PK"):
            return _told(_word(data), "Word", "Word，没有文字")
        if suffix in WORD:
            return _told(_old_word(data), "Word", "Word，没有文字")
        if suffix == ".ofd":
            return _told(_ofd(data), "OFD", "OFD，没有文字")
        if suffix in SHEETS:
            return _told(_excel(path), "Excel", "Excel，没有文字")
        if suffix in PLAIN:
            return _told(_plain(data), "文本", "空文本")
    except (BadValue, Refused, EnvironmentFault, ValueError) as fault:
        return FileText("", f"读不了：{str(fault)[:40]}")
    if suffix in PICTURES:
        return FileText("", "图片，没有文字")
    return FileText("", "这种文件不读文字")


def _told(pieces: Iterable[str], how: str, none: str) -> FileText:
    """The pieces joined until there are enough."""
    found, length = [], 0
    for piece in pieces:
        words = " ".join(piece.split())
        if words:
            found.append(words)
            length += len(words) + 1
        if length > MOST:
            break
    text = " ".join(found)[:MOST].strip()
    return FileText(text, how if text else none)


def _pdf(data: bytes) -> Iterator[str]:
    from salesdesk.services.pdf_pages import one_at_a_time, open_pdf

    with one_at_a_time:
        document = open_pdf(data)
        try:
            for page in document:
                layer = page.get_textpage()
                try:
                    yield layer.get_text_range()
                finally:
                    layer.close()
                    page.close()
        finally:
            document.close()


def _word(data: bytes) -> Iterator[str]:
    """Paragraph by paragraph; the runs of one paragraph belong together, since Word cuts words at will."""
    from salesdesk.services.safe_xml import local_name, parse_xml
    from salesdesk.services.safe_zip import SafeZip

    pack = SafeZip(data)
    parts = ["word/document.xml", *(n for n in sorted(pack.names()) if n.startswith(("word/header", "word/footer")))]
    for name in parts:
        for paragraph in parse_xml(pack.read(name)).iter():
            if local_name(paragraph) == "p":
                yield "".join(
                    (one.text or "") if local_name(one) == "t" else " "
                    for one in paragraph.iter()
                    if local_name(one) in ("t", "tab", "br")
                )


def _old_word(data: bytes) -> Iterator[str]:
    """The text of a Word 97–2003 file: its pieces in the order in which they are read ([MS-DOC] 2.4.1), field codes left out."""
    import struct

    from salesdesk.services.excel_text import Unreadable
    from salesdesk.services.ole_file import SIGNATURE, Container

    if not data.startswith(SIGNATURE):
        raise BadValue("不是 Word 文件，或者已经损坏")
    try:
        box = Container(data)
        main = box.read("WordDocument")
        mark, flags = struct.unpack_from("<H8xH", main)
        if mark != 0xA5EC:
            raise BadValue("加了密，或者不是 Word 文档")
        if flags & 0x0100:
            raise BadValue("文档有密码")
        at, size = struct.unpack_from("<II", main, 0x01A2)
        clx = box.read("1Table" if flags & 0x0200 else "0Table")[at : at + size]
        at = 0
        while clx[at] == 1:  # properties that pieces share come first
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        (size,) = struct.unpack_from("<I", clx, at + 1)
        count = (size - 4) // 12
        ends = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
        places = [struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * i + 2)[0] for i in range(count)]
    except (Unreadable, struct.error, IndexError) as fault:
        raise BadValue("文档不完整或已损坏") from fault
    whole = ""
    for first, last, place in zip(ends, ends[1:], places, strict=False):
        if place & 0x4000_0000:  # one byte a character
            start = (place & 0x3FFF_FFFF) // 2
            whole += main[start : start + last - first].decode("cp1252", "replace")
        else:
            whole += main[place : place + 2 * (last - first)].decode("utf-16-le", "replace")
        if len(whole) > 4 * MOST:
            break
    yield from _fields_shown(whole).replace("\x07", "\r").split("\r")


def _fields_shown(text: str) -> str:
    """Of a field such as a page number only what is seen: between its marks 0x14 and 0x15, not the code before."""
    shown, inside = [], 0
    for one in text:
        if one == "\x13":
            inside += 1
        elif one in "\x14\x15":
            inside = max(0, inside - 1) if one == "\x14" else inside
        elif not inside:
            shown.append(one if one >= " " or one in "\t\r\x07" else " ")
    return "".join(shown)


def _excel(path: Path) -> Iterator[str]:
    from salesdesk.services.excel_in import open_workbook

    book = open_workbook(path)
    for sheet in book.sheets:
        yield sheet
        for row in book.rows(sheet):
            yield " ".join(str(cell) for cell in row if cell is not None)


def _ofd(data: bytes) -> Iterator[str]:
    from salesdesk.services.ofd.package import Package
    from salesdesk.services.ofd.pages import read_pages

    for document in Package(data).documents:
        for page in read_pages(document):
            yield " ".join(text.text for text in page.texts())


def _plain(data: bytes) -> Iterator[str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            yield data[: 4 * MOST].decode(encoding, "strict" if len(data) <= 4 * MOST else "ignore")
            return
        except UnicodeDecodeError:
            continue
