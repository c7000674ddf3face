"""What a voucher's file looks like: its pages as a PDF, its picture, or, where it has no face, its values as a table."""

from __future__ import annotations

import io
from typing import NamedTuple

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.services.pdf_pages import UnreadablePdf, page_count

MOST_ROWS = 2000


class View(NamedTuple):
    """One of `pdf`, `picture` (PNG, JPEG or BMP bytes) and `rows` (name, value) is filled; else `reason` says why nothing is to be seen.

    findings: what of the pages could not be painted.
    """

    pdf: bytes = b""
    picture: bytes = b""
    rows: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    findings: tuple[str, ...] = ()


def view_of(data: bytes, form: str) -> View:
    """The view of one file; `form` as `Voucher.form` has it. Never raises for what is wrong with the file."""
    try:
        if form == "pdf":
            page_count(data)
            return View(pdf=data)
        if form == "ofd":
            from salesdesk.services.ofd.painting import paint_ofd

            painted = paint_ofd(data)
            return View(pdf=painted.pdf, findings=tuple(painted.findings))
        if form == "picture":
            return View(picture=_upright(data))
        if form == "xml":
            return View(rows=_values(data))
        if form == "zip":
            return View(rows=_entries(data))
    except (UnreadablePdf, BadValue) as fault:
        return View(reason=str(fault))
    except Refused as fault:
        return View(reason=fault.problems[0].text)
    return View(reason="这种文件没有可以看的版面，请另存出来用别的程序打开")


def _upright(data: bytes) -> bytes:
    """The picture as the camera held it, in a format every window reads."""
    from PIL import ImageOps

    from salesdesk.services.ofd.images import open_picture

    stream = io.BytesIO()
    image = ImageOps.exif_transpose(open_picture(data))
    image.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _values(data: bytes) -> tuple[tuple[str, str], ...]:
    """Every value of an XML in the order of the file, under its own name and that of what it is part of."""
    from salesdesk.services.safe_xml import local_name, parse_xml

    found: list[tuple[str, str]] = []
    for element in parse_xml(data).iter():
        text = (element.text or "").strip() if isinstance(element.tag, str) else ""
        if text and len(element) == 0:
            parent = element.getparent()
            above = local_name(parent) if parent is not None else ""
            found.append((f"{above} / {local_name(element)}" if above else local_name(element), text))
        if len(found) >= MOST_ROWS:
            break
    return tuple(found)


def _entries(data: bytes) -> tuple[tuple[str, str], ...]:
    from salesdesk.services.safe_zip import SafeZip

    pack = SafeZip(data)
    return tuple((name, f"{len(pack.read(name)):,} 字节") for name in pack.names()[:MOST_ROWS])
