"""The QR code of an invoice: found in a picture, and taken apart without counting on the place of a field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from salesdesk.services.vouchers.printed import day_of, money_of, plain
from salesdesk.services.vouchers.voucher import VoucherKind

if TYPE_CHECKING:
    from PIL.Image import Image

KINDS: dict[str, VoucherKind] = {
    "01": VoucherKind.PAPER_SPECIAL,
    "04": VoucherKind.PAPER_ORDINARY,
    "08": VoucherKind.E_SPECIAL,
    "10": VoucherKind.E_ORDINARY,
    "11": VoucherKind.PAPER_ROLL,
    "14": VoucherKind.TOLL,
    "31": VoucherKind.FULL_SPECIAL,
    "32": VoucherKind.FULL_ORDINARY,
    "51": VoucherKind.RAIL,
    "61": VoucherKind.AIR,
}
_WITH_TAX = frozenset(("31", "32", "51", "61"))
LONGEST = 400
MOST_PIXELS = 25_000_000
_USUAL_PIXELS, _FEW_PIXELS = 8_000_000, 2_500_000


class QrFields(NamedTuple):
    """What the QR of an invoice says. money in 分; `means` tells which printed sum it must equal ("" when nobody knows).

    odd: what stands in the place of the sum and is none.
    """

    type: str
    kind: VoucherKind | None
    code: str | None
    number: str
    money: int | None
    means: Literal["amount", "total", ""]
    date: str | None
    check_code: str | None
    odd: str = ""


def qr_fields(text: str | None) -> QrFields | None:
    """The parts of an invoice QR, None for any other text.

    `版本,种类,代码,号码,金额,日期,校验码,4-hex[,]` with code and check code missing or empty; 6, 8 or 9 fields. The last is a
    checksum nobody documents and is not looked at. The sum is without tax for code-and-number invoices (and the rail pilot
    of 2022), with tax for 31, 32, 51 and 61.
    """
    if not text or len(text) > LONGEST:
        return None
    parts = [plain(part) for part in text.replace("，", ",").split(",")]
    if len(parts) < 5 or not (parts[0].isdecimal() and len(parts[0]) <= 2) or not (_digits(parts[1], 2)):
        return None
    rest = [part for part in parts[2:] if part]
    at = next((i for i, part in enumerate(rest) if _digits(part, 8, 18, 19, 20)), None)
    if at is None or at > 1:
        return None
    code = rest[0] if at == 1 and _digits(rest[0], 10, 12) else None
    if at == 1 and code is None:
        return None
    number, after = rest[at], rest[at + 1 :]
    money = money_of(after[0]) if after else None
    odd = after[0] if after and money is None and not (_digits(after[0], 8) and day_of(after[0])) else ""
    if money is not None and _digits(after[0], 8) and day_of(after[0]) and not (after[1:] and day_of(after[1])):
        money = None  # the sum is missing, this is the day already
    else:
        after = after[1:]
    day = day_of(after[0]) if after and _digits(after[0], 8) else None
    check = next((part for part in after[1:] if _digits(part, 20)), None)
    kind = KINDS.get(parts[1])
    if parts[1] == "10" and code is None and len(number) == 20:
        kind = VoucherKind.RAIL
    if kind is None and day is None:
        return None
    means: Literal["amount", "total", ""] = "total" if parts[1] in _WITH_TAX else "amount" if kind else ""
    return QrFields(parts[1], kind, code, number, money, means, day, check, odd)


def _digits(text: str, *lengths: int) -> bool:
    return len(text) in lengths and text.isascii() and text.isdecimal()


def invoice_codes(texts: Iterable[str]) -> list[str]:
    """The texts that are an invoice's, each once, in order."""
    return list(dict.fromkeys(text for text in texts if qr_fields(text)))


def codes_in(image: Image, *, thorough: bool = True) -> list[str]:
    """Invoice QR texts in a picture, turned, pale or small as it may be; empty when there is none.

    thorough: try again with more contrast, larger, smaller and smoothed when the plain look finds nothing. A picture of
    many pixels is looked at smaller first, then as it is (up to 25 million pixels).
    """
    from PIL import ImageFilter, ImageOps

    whole: Any = image if image.mode == "L" else _grey(image)
    grey = _within(whole, _USUAL_PIXELS)
    if found := _decode(grey):
        return found
    if not thorough:
        return []
    if grey is not whole and (found := _decode(_within(whole, MOST_PIXELS))):
        return found
    if found := _decode(ImageOps.autocontrast(grey, cutoff=2)):
        return found
    if grey.width * grey.height < _FEW_PIXELS and min(grey.size) >= 20:
        if found := _decode(grey.resize((grey.width * 2, grey.height * 2), 3)):
            return found
    elif found := _decode(ImageOps.autocontrast(grey.reduce(2), cutoff=2)):
        return found
    return _decode(ImageOps.autocontrast(grey.filter(ImageFilter.GaussianBlur(1.2)), cutoff=5))


def _within(image: Image, pixels: int) -> Image:
    """The picture, made smaller when it has more pixels."""
    if image.width * image.height <= pixels:
        return image
    shrink = (pixels / (image.width * image.height)) ** 0.5
    return image.resize((max(1, int(image.width * shrink)), max(1, int(image.height * shrink))))


def _grey(image: Image) -> Image:
    from PIL import Image as pictures

    if image.mode in ("RGBA", "LA", "PA", "P"):
        flat = image.convert("RGBA")
        white = pictures.new("RGBA", flat.size, "white")
        white.alpha_composite(flat)
        return white.convert("L")
    return image.convert("L")


def _decode(image: Image) -> list[str]:
    import zxingcpp

    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return invoice_codes(code.text for code in found)
