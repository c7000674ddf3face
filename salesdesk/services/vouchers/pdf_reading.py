"""Reads vouchers from a PDF: attached XML first, then its words with the QR; several invoices are told apart."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass, field
from typing import Any

from salesdesk.domain.errors import BadValue
from salesdesk.domain.problems import Severity
from salesdesk.services.pdf_pages import one_at_a_time
from salesdesk.services.vouchers.face_lines import Page, page_of
from salesdesk.services.vouchers.face_reading import printed_differs, read_face
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.judging import judge
from salesdesk.services.vouchers.pdf_page import notes_of, page_codes, words_of
from salesdesk.services.vouchers.printed import plain
from salesdesk.services.vouchers.qr import qr_fields
from salesdesk.services.vouchers.sealed import note_pdf_signatures
from salesdesk.services.vouchers.voucher import Voucher
from salesdesk.services.vouchers.xml_reading import LARGEST as LARGEST_XML
from salesdesk.services.vouchers.xml_reading import read_xml

MOST_PAGES = 60
MOST_ATTACHMENTS = 20
SECONDS = 6.0
"""For one file; a real voucher takes hundredths."""
UNPACKED = 64 * 1024 * 1024
"""Bytes of unpacked streams any file may have; beyond, STEEPEST for each byte of the file: scans reach 20, bombs 1000."""
STEEPEST, MOST_UNPACKED = 100, 500 * 1024 * 1024


@dataclass
class _Invoice:
    """The pages of one invoice in the file."""

    first: int
    pages: list[Page] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    number: str = ""


def read_pdf(voucher: Voucher, data: bytes, *, ocr: bool = False) -> list[Voucher]:
    """The vouchers of a PDF; `voucher` carries file name and hash. Raises BadValue with a code for what cannot be opened."""
    import pypdfium2

    most = min(MOST_UNPACKED, max(UNPACKED, STEEPEST * len(data)))
    if _unpacked(data, most) > most:
        raise BadValue("PDF 解开后大得不正常，可能是恶意文件，没有读它", "请确认文件来源", "hostile")
    until = time.monotonic() + SECONDS
    with one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as reason:
            if getattr(reason, "err_code", None) == 4:
                raise BadValue(
                    "PDF 加了密码，读不了", "请用密码打开后另存一份没有密码的，再放进来", "encrypted"
                ) from reason
            raise BadValue("PDF 打不开，文件已损坏或没有下载完整", "请重新下载", "damaged") from reason
        try:
            voucher.pages = len(document)
            signed = b"/Sig" in data
            attached = _attached(document)
            invoices, late = _invoices(document, until)
            found = [
                _read(
                    voucher,
                    one,
                    at,
                    len(invoices),
                    attached if at == 0 else [],
                    late,
                    _pictures(document, one) if ocr else None,
                )
                for at, one in enumerate(invoices)
            ]
            if signed and found[0].number:
                note_pdf_signatures(found[0], data)
            return found
        finally:
            document.close()


def _unpacked(data: bytes, most: int) -> int:
    """Bytes all packed streams of the file would need, counted up to the limit; a stream packed several times over counts too."""
    whole, at = 0, data.find(b"stream")
    while at >= 0 and whole <= most:
        start = at + 6
        start += 2 if data[start : start + 2] == b"\r\n" else 1
        if data[at - 3 : at] != b"end" and data[start : start + 1] in (b"\x78", b"\x68", b"\x58", b"\x48"):
            whole += _size(data[start : start + 50_000_000], 3, most - whole)
        at = data.find(b"stream", start)
    return whole


def _size(packed: bytes, depth: int, most: int) -> int:
    """Bytes a packed stream unpacks to, and what that unpacks to in turn."""
    unpacker, whole, rest, head = zlib.decompressobj(), 0, packed, b""
    try:
        while rest and whole <= most and not unpacker.eof:
            part = unpacker.decompress(rest, 1 << 20)
            if len(head) < 1 << 22:
                head += part
            whole += len(part)
            rest = unpacker.unconsumed_tail
            if not part and not rest:
                break
    except zlib.error:
        pass
    if depth > 1 and whole <= most and head[:1] == b"\x78" and len(head) > 2:
        whole += _size(head, depth - 1, most - whole)
    return whole


def _attached(document: Any) -> list[bytes]:
    """XML files inside the PDF."""
    import pypdfium2

    found = []
    for at in range(min(document.count_attachments(), MOST_ATTACHMENTS)):
        try:
            data = bytes(document.get_attachment(at).get_data())
        except pypdfium2.PdfiumError:
            continue
        if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" and len(data) <= LARGEST_XML:
            found.append(data)
    return found


def _invoices(document: Any, until: float) -> tuple[list[_Invoice], bool]:
    """The invoices of the file in order, and whether there was more than could be read in time."""
    found: list[_Invoice] = []
    late = len(document) > MOST_PAGES
    for at in range(min(len(document), MOST_PAGES)):
        if time.monotonic() > until:
            late = True
            break
        page, codes, notes = _page(document, at, until)
        numbers = [fields.number for code in codes if (fields := qr_fields(code))]
        number = numbers[0] if numbers else _printed_number(page)
        if found and (not number or number == found[-1].number):
            found[-1].pages.append(page)
            found[-1].notes += notes
            continue
        if found and not found[-1].number and number:
            found[-1].pages.insert(0, page)  # an invoice behind its covering letter or trip list
            found[-1].first, found[-1].codes, found[-1].number = at + 1, codes[:1], number
            found[-1].notes += notes
            continue
        if len(codes) > 1:
            page = page_of(0, 0, ())  # nobody can tell which words belong to which
        found.append(_Invoice(at + 1, [page], codes[:1], notes, number))
        for code, extra in zip(codes[1:], numbers[1:], strict=False):
            found.append(_Invoice(at + 1, [page_of(0, 0, ())], [code], notes, extra))
    return found or [_Invoice(1, [page_of(0, 0, ())])], late


def _page(document: Any, at: int, until: float) -> tuple[Page, list[str], list[str]]:
    import pypdfium2

    try:
        page = document[at]
    except pypdfium2.PdfiumError:
        return page_of(0, 0, ()), [], []
    try:
        words = words_of(page)
        return words, page_codes(page, written=bool(words.lines), until=until), notes_of(page)
    except pypdfium2.PdfiumError:
        return page_of(0, 0, ()), [], []
    finally:
        page.close()


def _printed_number(page: Page) -> str:
    for found in page.labelled("发票号码"):
        if (number := plain(found.value)).isdecimal() and len(number) in (8, 18, 19, 20):
            return number
    return ""


def _pictures(document: Any, invoice: _Invoice) -> Any:
    """The first page painted, for OCR; None when it has words."""
    from salesdesk.services.vouchers.pdf_page import painted_page

    if invoice.pages[0].lines:
        return None
    page = document[invoice.first - 1]
    try:
        return painted_page(page, 2.5, time.monotonic() + SECONDS)
    finally:
        page.close()


def _read(
    like: Voucher, invoice: _Invoice, at: int, of: int, attached: list[bytes], late: bool, picture: Any
) -> Voucher:
    voucher = Voucher(file=like.file, sha256=like.sha256, form="pdf", pages=like.pages)
    filling = Filling(voucher)
    for data in attached:
        try:
            read_xml(data, filling, "pdf_xml")
        except BadValue as reason:
            filling.say("attachment", f"PDF 里附带的 XML 没有读：{reason.reason}", reason.cure, Severity.WARN)
    qr = invoice.codes[0] if invoice.codes else None
    pages = [page for page in invoice.pages if page.lines]
    if voucher.number and pages:
        printed = Voucher()
        read_face(pages, Filling(printed), "pdf_text", qr)
        printed_differs(voucher, printed)
    if pages:
        read_face(pages, filling, "pdf_text", qr)
    elif picture is not None:
        from salesdesk.services.vouchers.ocr import read_picture

        read_picture(picture, filling, qr)
    if qr:
        filling.take_qr(qr)
    if of > 1:
        filling.more(page=str(invoice.first))
        told = f"这个 PDF 里有 {of} 张发票，这是第 {at + 1} 张（第 {invoice.first} 页）"
        filling.say("several_in_file", told, "可以分开登记；最好一张一个文件", Severity.WARN)
    if late:
        filling.say(
            "too_long",
            f"PDF 太长或太复杂，只读了前面几页（共 {like.pages} 页）",
            "请把发票单独存成一个文件",
            Severity.WARN,
        )
    judge(filling, [text for page in pages for text in page.said()] + invoice.notes, bool(pages))
    return voucher
