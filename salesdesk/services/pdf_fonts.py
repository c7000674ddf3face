"""Lends our Noto Sans SC to pdfium for Chinese text whose font is neither in the PDF nor on this PC.

The railway's e-tickets name 宋体 without embedding it; on a PC that has no Chinese font pdfium would leave the text out.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

from salesdesk.services.papers.lettering import FONT_FOLDER

_CHINESE = frozenset((134, 136))  # GB2312 and Big5, as Windows numbers character sets
_FIRST = 0x5D01
_FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
_NAMES = (b"NotoSansSC-Regular", b"NotoSansSC-Bold")
_kept: list[Any] = []  # pdfium calls into these as long as the program runs


def lend_fonts() -> None:
    """Do it once; call before the first PDF is opened, under the lock that guards pdfium."""
    if _kept:
        return
    import pypdfium2.raw as raw

    info = raw.FPDF_GetDefaultSystemFontInfo()
    _kept.append(info)
    if not info:
        return
    fields = dict(raw.FPDF_SYSFONTINFO._fields_)
    table = info.contents

    def usual(name: str) -> Any:
        """The system's own function, apart from the field that will be overwritten."""
        return fields[name](ctypes.cast(getattr(table, name), ctypes.c_void_p).value)

    map_font, font_data, face_name, charset_of, delete = map(
        usual, ("MapFont", "GetFontData", "GetFaceName", "GetFontCharset", "DeleteFont")
    )

    def lent(handle: int | None) -> int:
        """Which of our files a handle means, -1 for the system's fonts."""
        place = (handle or 0) - _FIRST
        return place if 0 <= place < len(_FILES) else -1

    def on_map(this: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> int | None:
        found: int | None = map_font(this, weight, italic, charset, pitch, face, exact)
        if found or charset not in _CHINESE:
            return found
        return _FIRST + (weight >= 600)

    def on_data(this: Any, handle: int, wanted: int, buffer: Any, size: int) -> int:
        place = lent(handle)
        if place < 0:
            return int(font_data(this, handle, wanted, buffer, size))
        return 0 if wanted else _copy(FONT_FOLDER / _FILES[place], buffer, size)

    def on_name(this: Any, handle: int, buffer: Any, size: int) -> int:
        place = lent(handle)
        if place < 0:
            return int(face_name(this, handle, buffer, size))
        name = _NAMES[place] + b"\0"
        if buffer and size >= len(name):
            ctypes.memmove(buffer, name, len(name))
        return len(name)

    def on_charset(this: Any, handle: int) -> int:
        return 134 if lent(handle) >= 0 else int(charset_of(this, handle))

    def on_delete(this: Any, handle: int) -> None:
        if lent(handle) < 0:
            delete(this, handle)

    ours = {
        "MapFont": on_map,
        "GetFontData": on_data,
        "GetFaceName": on_name,
        "GetFontCharset": on_charset,
        "DeleteFont": on_delete,
    }
    for name, function in ours.items():
        bridge = fields[name](function)
        _kept.append(bridge)
        setattr(table, name, bridge)
    raw.FPDF_SetSystemFontInfo(info)


def _copy(path: Path, buffer: Any, size: int) -> int:
    """The size of a font file, after copying it when the buffer is large enough; 0 when it is gone."""
    try:
        length = path.stat().st_size
        if buffer and size >= length:
            ctypes.memmove(buffer, path.read_bytes(), length)
    except OSError:
        return 0
    return length
