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
        if suffix in (".docx", ".docm", ".wps") and data.startswith(b"PK"):
            return _told(_word(data), "Word", "Word，没有文字")
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
    return FileText("", "旧版 Word，另存为 .docx 才能搜" if suffix == ".doc" else "这种文件不读文字")


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
