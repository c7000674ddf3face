"""Reads a voucher from a photo or scan: its QR, and its words where OCR is installed and wanted."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from salesdesk.domain.errors import BadValue
from salesdesk.domain.problems import Severity
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.judging import judge
from salesdesk.services.vouchers.qr import codes_in
from salesdesk.services.vouchers.voucher import Voucher

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 120_000_000
"""A phone makes up to 50 million, a scanner at 600 dpi 35 million."""
FORMS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")


def opened(data: bytes) -> Image:
    """The first picture of the file, upright as its camera meant it. Raises BadValue with a code."""
    from PIL import Image as pictures
    from PIL import ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the size is looked at below, before anything is unpacked
        try:
            image = pictures.open(io.BytesIO(data), formats=FORMS)
            wide, high = image.size
            if wide * high > MOST_PIXELS or max(wide, high) > 60_000:
                raise BadValue(f"图片有 {wide}×{high} 点，太大了，没有读它", "请缩小后再放进来", "hostile")
            if image.format == "JPEG":
                image.draft("L", (3000, 3000))
            image.load()
            return ImageOps.exif_transpose(image)
        except BadValue:
            raise
        except pictures.DecompressionBombError as reason:
            raise BadValue("图片的尺寸大得不正常，没有读它", "请缩小后再放进来", "hostile") from reason
        except Exception as reason:  # the decoders raise whatever they like for damaged bytes
            raise BadValue("图片打不开，文件已损坏或没有下载完整", "请重新拍照或下载", "damaged") from reason


def read_image(voucher: Voucher, data: bytes, *, ocr: bool = False) -> list[Voucher]:
    """The vouchers of a picture: one for every invoice QR in it. Raises BadValue with a code for what cannot be opened."""
    image = opened(data)
    codes = codes_in(image)
    made = []
    for at, code in enumerate(codes or [None]):
        one = Voucher(file=voucher.file, sha256=voucher.sha256, form="picture", pages=1)
        filling, texts = Filling(one), list[str]()
        if ocr and len(codes) < 2:
            from salesdesk.services.vouchers.ocr import read_picture

            texts = read_picture(image, filling, code)
        if code:
            filling.take_qr(code)
        if len(codes) > 1:
            told = f"这张图片里有 {len(codes)} 张发票，这是第 {at + 1} 张"
            filling.say("several_in_file", told, "可以分开登记；最好一张拍一张", Severity.WARN)
        judge(filling, texts, bool(texts))
        made.append(one)
    return made
