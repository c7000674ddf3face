"""Opens the pictures of an OFD (PNG, JPEG, BMP, GIF, TIFF, JBIG2) for painting, whatever their size claims to be."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from salesdesk.domain.errors import BadValue
from salesdesk.services.pdf_pages import page_images

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 60_000_000
"""A page of A4 at 600 dpi has 35 million."""
_FORMS = ("PNG", "JPEG", "BMP", "GIF", "TIFF")
_JBIG2 = b"\x97JB2\r\n\x1a\n"
_MOST_SEGMENTS = 4000


def open_picture(data: bytes) -> Image.Image:
    """The picture as L, RGB or RGBA; BadValue when it is none or too large."""
    from PIL import Image

    try:
        if data.startswith(_JBIG2):
            return open_jbig2(data)
        image: Image.Image = Image.open(io.BytesIO(data), formats=_FORMS)
        if image.width * image.height > MOST_PIXELS:
            raise BadValue(f"图片有 {image.width}×{image.height} 点，太大了，没有打开", "请确认文件来源")
        image.load()
    except BadValue:
        raise
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError, Warning, EOFError) as fault:
        raise BadValue("图片读不出来，格式不认识或文件已损坏", "请重新下载") from fault
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L", "I;16", "I") else "RGB")


def masked(image: Image.Image, mask: Image.Image) -> Image.Image:
    """The picture where the mask is dark, nothing where it is white."""
    from PIL import ImageChops

    cover = ImageChops.invert(mask.convert("L").resize(image.size))
    found = image.convert("RGBA")
    found.putalpha(ImageChops.multiply(found.getchannel("A"), cover))
    return found


def open_jbig2(data: bytes) -> Image.Image:
    """A JBIG2 file as a grey picture: its segments wrapped as the only image of a PDF, which pdfium decodes."""
    from PIL import Image

    width, height, body = jbig2_body(data)
    page = next(page_images(_pdf_of(width, height, body), 72))
    return Image.frombuffer("RGBX", (page.width, page.height), page.pixels, "raw", "BGRX", page.stride, 1).convert("L")


def jbig2_body(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and the segments of the first page as PDF wants them: without file header, end of page, end of file.

    ITU-T T.88: 7.2 segment header, 7.4.8 page information, annex D the two orders a file may have.
    """
    flags = data[8] if len(data) > 8 else 0
    at = 9 if flags & 2 else 13
    heads: list[tuple[bytes, int, int]] = []
    parts: list[bytes] = []
    while at < len(data) and len(heads) < _MOST_SEGMENTS:
        head, kind, length, at = _segment_head(data, at)
        heads.append((head, kind, length))
        if flags & 1:
            parts.append(data[at : at + length])
            at += length
        elif kind == 51:
            break
    if not flags & 1:  # all heads first, then all data
        for _, _, length in heads:
            parts.append(data[at : at + length])
            at += length
    width = height = 0
    body = b""
    for (head, kind, length), part in zip(heads, parts, strict=True):
        if len(part) < length:
            raise BadValue("JBIG2 图片不完整", "请重新下载")
        if kind == 48 and not width and length >= 19:
            width, height = struct.unpack(">II", part[:8])
        if kind not in (49, 51):
            body += head + part
    if not (0 < width <= 20_000 and 0 < height <= 20_000 and width * height <= MOST_PIXELS):
        raise BadValue(f"JBIG2 图片的尺寸 {width}×{height} 不合理，没有打开", "请确认文件来源")
    return width, height, body


def _segment_head(data: bytes, start: int) -> tuple[bytes, int, int, int]:
    """Bytes of a segment's head, its kind, the length of its data, and where the head ends."""
    try:
        number, flags, count = struct.unpack_from(">IBB", data, start)
        at = start + 5
        referred = count >> 5
        if referred == 7:
            referred = struct.unpack_from(">I", data, at)[0] & 0x1FFFFFFF
            at += 4 + (referred + 8) // 8
        else:
            at += 1
        at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4)
        at += 4 if flags & 0x40 else 1
        (length,) = struct.unpack_from(">I", data, at)
    except struct.error as fault:
        raise BadValue("JBIG2 图片不完整", "请重新下载") from fault
    if length > len(data):
        raise BadValue("JBIG2 图片不完整", "请重新下载")
    return data[start : at + 4], flags & 0x3F, length, at + 4


def _pdf_of(width: int, height: int, body: bytes) -> bytes:
    paint = f"q {width} 0 0 {height} 0 0 cm /I Do Q".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(paint), paint),
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 1"
        f"/Filter/JBIG2Decode/Length {len(body)}>>stream\n".encode()
        + body
        + b"\nendstream",
    ]
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, thing in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
