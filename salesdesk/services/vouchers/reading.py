"""Reads a file of any kind into vouchers: what it is is told by its content; whatever is wrong with it becomes a finding."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from salesdesk.domain.errors import BadValue, system_reason
from salesdesk.domain.problems import Severity
from salesdesk.services.safe_zip import SafeZip
from salesdesk.services.vouchers.filling import Filling, settle
from salesdesk.services.vouchers.voucher import Finding, Voucher

log = logging.getLogger("salesdesk.vouchers")

LARGEST = 60 * 1024 * 1024
"""Bytes of one file."""
MOST_VOUCHERS = 300
"""Read from one archive."""
_DEEPEST = 2
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def read_voucher(path: Path | str, *, ocr: bool = False) -> Voucher:
    """The voucher in a file; of several in it the first, which says so. Never raises for what the file holds.

    ocr: also read the words of pictures, where that is installed.
    """
    return read_file(path, ocr=ocr)[0]


def read_file(path: Path | str, *, ocr: bool = False) -> list[Voucher]:
    """All vouchers in a file, at least one; a file that cannot be read gives one with a finding."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            return [_failed(path.name, b"", "unknown", _too_large(path.stat().st_size))]
        data = path.read_bytes()
    except OSError as reason:
        return [
            _failed(
                path.name,
                b"",
                "unknown",
                BadValue(f"文件读不出来：{system_reason(reason)}", "请确认文件还在，没有被别的程序占用", "unreadable"),
            )
        ]
    return read_bytes(path.name, data, ocr=ocr)


def read_bytes(name: str, data: bytes, *, ocr: bool = False) -> list[Voucher]:
    """The vouchers in the bytes of a file, at least one. Never raises, whatever the bytes are."""
    return _read(name, data, ocr, 0)


def _too_large(size: int) -> BadValue:
    return BadValue(f"文件有 {size // 1024 // 1024} MB，太大了，没有读它", "一张发票最多几 MB，请确认文件", "too_large")


def _read(name: str, data: bytes, ocr: bool, depth: int) -> list[Voucher]:
    form = form_of(data)
    if len(data) > LARGEST:
        return [_failed(name, data, form, _too_large(len(data)))]
    voucher = Voucher(file=name, sha256=hashlib.sha256(data).hexdigest(), form=form)
    try:
        return _readers(ocr, depth)[form](voucher, data)
    except BadValue as reason:
        return [_failed(name, data, form, reason)]
    except Exception as reason:  # a file must never stop the batch; the log keeps what happened
        log.info("unreadable voucher %s", name, exc_info=True)
        told = BadValue("这个文件读不了", "请换一个格式（XML、OFD 或 PDF）再试，或手工登记", "unreadable")
        told.__cause__ = reason
        return [_failed(name, data, form, told)]


def form_of(data: bytes) -> str:
    """xml, ofd, pdf, picture, zip, word, other or unknown, told by the first bytes and, for archives, by what lies inside."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t\x00")
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[:4] in (b"II*\x00", b"MM\x00*", b"GIF8", b"\x89PNG") or data[:3] == b"\xff\xd8\xff" or data[:2] == b"BM":
        return "picture"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "picture"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and b"<" in data[2:4]:
        return "xml"
    if head[:1] == b"<":
        return "html" if head[:15].lower().startswith((b"<!doctype html", b"<html")) else "xml"
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "office"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"hevc", b"avif"):
        return "heic"
    if data[:6] in (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"):
        return "archive"
    return "unknown"


_Reader = Callable[[Voucher, bytes], list[Voucher]]

_TURNED_AWAY = {
    "html": ("not_invoice", "这是网页，不是发票", "请下载发票原件（PDF、OFD 或 XML），不要另存网页"),
    "office": ("not_invoice", "这是 Office 文件，不是发票", "请放发票原件；说明材料可以作为附件"),
    "heic": ("unknown_format", "这是苹果手机的 HEIC 照片，读不了", "请在手机里存成 JPG，或截图后再放进来"),
    "archive": ("unknown_format", "这是 RAR 或 7z 压缩包，读不了", "请先解压，再把里面的文件放进来"),
    "unknown": ("unknown_format", "认不出这是什么文件", "请放发票的 XML、OFD、PDF 或图片"),
}


def _readers(ocr: bool, depth: int) -> dict[str, _Reader]:
    """The reader of every form."""

    def pdf(voucher: Voucher, data: bytes) -> list[Voucher]:
        from salesdesk.services.vouchers.pdf_reading import read_pdf

        return read_pdf(voucher, data, ocr=ocr)

    def picture(voucher: Voucher, data: bytes) -> list[Voucher]:
        from salesdesk.services.vouchers.picture_reading import read_image

        return read_image(voucher, data, ocr=ocr)

    def archive(voucher: Voucher, data: bytes) -> list[Voucher]:
        return _archive(voucher, data, ocr, depth)

    def turned_away(voucher: Voucher, data: bytes) -> list[Voucher]:
        code, message, cure = _TURNED_AWAY[voucher.form]
        raise BadValue(message, cure, code) if data else BadValue("文件是空的", "请重新下载", "empty")

    readers: dict[str, _Reader] = dict.fromkeys(_TURNED_AWAY, turned_away)
    return readers | {"xml": _xml, "pdf": pdf, "picture": picture, "zip": archive}


def _xml(voucher: Voucher, data: bytes) -> list[Voucher]:
    from salesdesk.services.vouchers.xml_reading import read_xml

    filling = Filling(voucher)
    if not read_xml(data, filling, "xml"):
        filling.say("not_invoice", "这个 XML 不是发票", "请放发票原件（XML、OFD 或 PDF）")
    settle(voucher)
    return [voucher]


def _archive(voucher: Voucher, data: bytes, ocr: bool, depth: int) -> list[Voucher]:
    """An OFD, an Office file, or an archive with vouchers inside."""
    pack = SafeZip(data)
    names = [name for name in pack.names() if not any(part in name for part in _SKIPPED)]
    if any(name.lower() == "ofd.xml" for name in names):
        from salesdesk.services.vouchers.ofd_reading import read_ofd

        voucher.form = "ofd"
        return read_ofd(voucher, data)
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise BadValue("这是 Office 文件，不是发票", "请放发票原件；说明材料可以作为附件", "not_invoice")
    if not names:
        raise BadValue("压缩包是空的", "请重新下载", "empty")
    if depth >= _DEEPEST:
        raise BadValue("压缩包里套着压缩包，没有再往里打开", "请先解压，再把里面的文件放进来", "hostile")
    found: list[Voucher] = []
    for name in names:
        try:
            inside = _read(Path(name).name, pack.read(name), ocr, depth + 1)
        except BadValue as reason:
            inside = [_failed(Path(name).name, b"", "unknown", reason)]
        for one in inside:
            one.file = f"{voucher.file}/{_spelled(name)}" if "/" not in one.file else f"{voucher.file}/{one.file}"
        found += inside
        if len(found) >= MOST_VOUCHERS:
            found = found[:MOST_VOUCHERS]
            told = f"压缩包里文件太多，只读了前 {MOST_VOUCHERS} 张"
            found[-1].findings.append(Finding("too_many", told, "请分成几个压缩包", severity=Severity.WARN))
            break
    return found


def _spelled(name: str) -> str:
    """A name of an archive packed on Chinese Windows, which writes GBK where the standard has the signs of old DOS."""
    try:
        return name if name.isascii() else name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _failed(name: str, data: bytes, form: str, reason: BadValue) -> Voucher:
    voucher = Voucher(
        file=name, sha256=hashlib.sha256(data).hexdigest() if data else "", form=_FORMS.get(form, "unknown")
    )
    voucher.findings.append(Finding(reason.code or "damaged", reason.reason, reason.cure))
    return voucher


_FORMS = {form: form for form in ("xml", "ofd", "pdf", "picture", "zip")}
