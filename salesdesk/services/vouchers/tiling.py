"""Puts e-vouchers on paper to be cut and pasted: two on an A4, vector, seals in place, labelled, in the given order.

tile([Piece(data, "pdf", "BX2611A-0001-1  ¥300.00  餐费", VoucherKind.FULL_ORDINARY), …]).pdf
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.services.ofd.images import open_picture
from salesdesk.services.ofd.painting import paint_ofd
from salesdesk.services.papers.lettering import MM_PER_POINT, ONE_AT_A_TIME, Lettering
from salesdesk.services.papers.pen import THIN, Page, Pen, fitted, new_canvas
from salesdesk.services.papers.shapes import STRAIGHT
from salesdesk.services.pdf_pages import UnreadablePdf
from salesdesk.services.pdf_placing import Placement, compose, page_sizes
from salesdesk.services.vouchers.sheets import LABEL, Leaf, Rect, Spot, grid_of, lay_out
from salesdesk.services.vouchers.voucher import VoucherKind

if TYPE_CHECKING:
    from PIL import Image

PRINT_DPI = 300
LEAST_DPI = 150
"""Below this small print on a photo cannot be read from paper."""
_WHITE = 236
_HALF_SHEET = (210.0, 140.0)


class Piece(NamedTuple):
    """One file to be printed. form: "pdf", "ofd" or "picture" as `Voucher.form` has it; label: what stands above it,
    「编号-序号 金额 类别」; kind: None for what is no invoice; supporting: it belongs to the invoice before it."""

    data: bytes
    form: str
    label: str
    kind: VoucherKind | None = None
    supporting: bool = False


class Place(NamedTuple):
    """Where one page of a piece was printed: sheet from 0, box in mm, printed size by true size (pictures: dots per inch)."""

    piece: int
    page: int
    sheet: int
    box: Rect
    scale: float
    dpi: float = 0.0


class Tiled(NamedTuple):
    """The finished PDF, how many sheets of vouchers it has, where each page went, and what the clerk should know."""

    pdf: bytes
    sheets: int
    places: tuple[Place, ...]
    findings: tuple[str, ...]


class _Source(NamedTuple):
    """What a piece is made of: a PDF with its page sizes, or a picture, or why there is neither."""

    pdf: bytes = b""
    sizes: tuple[tuple[float, float], ...] = ()
    image: Image.Image | None = None
    reason: str = ""


def in_pasting_order(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces of a like size together, as they are cut and pasted; each keeps its place among its like, and supporting
    papers stay behind their invoice."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if piece.supporting and groups:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [piece for group in sorted(groups, key=lambda group: _size_rank(group[0])) for piece in group]


def _size_rank(piece: Piece) -> int:
    guess = Leaf(0, 0, 1, *_HALF_SHEET, piece.kind, piece.form == "picture")
    return grid_of(guess).cells


def tile(pieces: Sequence[Piece], front: bytes = b"") -> Tiled:
    """The vouchers on sheets, behind the pages of `front` (the claim's forms) when given. Refused when there is nothing.

    A file that cannot be printed leaves a box with the reason in its place, and a finding; the others go on.
    """
    if not pieces and not front:
        raise Refused("没有要打印的票据")
    findings: dict[str, None] = {}
    sources = [_open(piece, findings) for piece in pieces]
    leaves = [
        Leaf(place, page, max(1, len(source.sizes)), width, height, piece.kind, source.image is not None)
        for place, (piece, source) in enumerate(zip(pieces, sources, strict=True))
        for page, (width, height) in enumerate(source.sizes or (_HALF_SHEET,))
    ]
    spots = lay_out(leaves)
    base = _paint(pieces, sources, spots, findings) if spots else b""
    placements = [
        Placement(spot.leaf.piece, spot.leaf.page, spot.sheet, *spot.box)
        for spot in spots
        if sources[spot.leaf.piece].pdf
    ]
    pdf, failed = compose(base, [source.pdf for source in sources], placements, front)
    for one in failed:
        text = f"「{pieces[one.source].label}」第 {one.page + 1} 页已损坏，纸上留白，请重新下载"
        findings[text] = None
    places = tuple(
        Place(spot.leaf.piece, spot.leaf.page, spot.sheet, spot.box, spot.scale, _dpi(spot, sources)) for spot in spots
    )
    return Tiled(pdf, spots[-1].sheet + 1 if spots else 0, places, tuple(findings))


def _open(piece: Piece, findings: dict[str, None]) -> _Source:
    try:
        if piece.form == "ofd":
            painted = paint_ofd(piece.data)
            findings.update(dict.fromkeys(f"「{piece.label}」{text}" for text in painted.findings))
            return _Source(painted.pdf, tuple(page_sizes(painted.pdf)))
        if piece.form == "pdf":
            return _Source(piece.data, tuple(page_sizes(piece.data)))
        if piece.form == "picture":
            image = crop_white(open_picture(piece.data))
            return _Source(image=image, sizes=((float(image.width), float(image.height)),))
        reason = "这个文件没有可打印的版面，请放入 PDF 或 OFD"
    except (UnreadablePdf, BadValue) as fault:
        reason = str(fault)
    except Refused as fault:
        reason = fault.problems[0].text
    findings[f"「{piece.label}」没有印出来：{reason}"] = None
    return _Source(reason=reason)


def crop_white(image: Image.Image) -> Image.Image:
    """The picture upright (as the camera noted), without transparency, without its white borders (a hundredth is kept)."""
    from PIL import Image as pil
    from PIL import ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode == "RGBA":
        ground = pil.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    ink = image.convert("L").point([255 if v < _WHITE else 0 for v in range(256)]).getbbox()
    if not ink or (ink[2] - ink[0]) * (ink[3] - ink[1]) < 0.02 * image.width * image.height:
        return image
    pad = max(2, round(0.01 * max(image.size)))
    box = (ink[0] - pad, ink[1] - pad, ink[2] + pad, ink[3] + pad)
    return image.crop((max(0, box[0]), max(0, box[1]), min(image.width, box[2]), min(image.height, box[3])))


def _dpi(spot: Spot, sources: Sequence[_Source]) -> float:
    image = sources[spot.leaf.piece].image
    return image.width / (spot.box.width / 25.4) if image is not None else 0.0


def _paint(
    pieces: Sequence[Piece], sources: Sequence[_Source], spots: Sequence[Spot], findings: dict[str, None]
) -> bytes:
    """The sheets without the vouchers that are PDF: labels, lines to cut along, page numbers, pictures, reasons."""
    stream = io.BytesIO()
    with ONE_AT_A_TIME:
        lettering = Lettering()
        canvas = new_canvas(stream, "票据", "", "票据", "")
        pen = Pen(canvas, lettering)
        total = spots[-1].sheet + 1
        by_sheet: dict[int, list[Spot]] = {}
        for spot in spots:
            by_sheet.setdefault(spot.sheet, []).append(spot)
        for sheet, group in by_sheet.items():
            grid = group[0].grid

            def paint(pen: Pen, sheet: int = sheet, group: list[Spot] = group) -> None:
                for cut in group[0].grid.cuts():
                    pen.line(*cut, THIN, (3.0, 2.0))
                for spot in group:
                    source = sources[spot.leaf.piece]
                    _label(pen, spot, pieces[spot.leaf.piece].label)
                    if source.image is not None:
                        _picture(canvas, spot, source.image, pieces[spot.leaf.piece].label, findings)
                    elif source.reason:
                        _reason(pen, spot, source.reason)
                grid = group[0].grid
                pen.text(grid.width - 6, grid.height - 4.5, f"票据 第 {sheet + 1}/{total} 页", 8, align="right")

            pen.draw_page(Page(grid.width, grid.height, paint), STRAIGHT)
        canvas.save()
        findings.update(dict.fromkeys(lettering.findings))
    return stream.getvalue()


def _label(pen: Pen, spot: Spot, text: str) -> None:
    pages = f"（第 {spot.leaf.page + 1}/{spot.leaf.pages} 页）" if spot.leaf.pages > 1 else ""
    words = pen.lettering.clean(text + pages)
    size = fitted(pen.lettering, words, spot.cell.width, 9.0, 6.0)
    pen.text(spot.cell.x, spot.cell.y + LABEL / 2 - 0.4, words, size)


def _reason(pen: Pen, spot: Spot, reason: str) -> None:
    box = spot.box
    pen.box(*box)
    lines = pen.lettering.wrap(pen.lettering.clean(reason), box.width - 12, 10.5)
    pen.lines(box.x + box.width / 2, box.y + box.height / 2, lines, 10.5, align="center")


def _picture(canvas: object, spot: Spot, image: Image.Image, label: str, findings: dict[str, None]) -> None:
    from PIL import Image as pil
    from reportlab.lib.utils import ImageReader

    dpi = image.width / (spot.box.width / 25.4)
    if dpi < LEAST_DPI:
        findings[f"「{label}」的图片只有 {dpi:.0f} dpi，印出来可能看不清，请重新扫描或拍近一些"] = None
    if dpi > PRINT_DPI * 1.2:
        share = PRINT_DPI / dpi
        image = image.resize(
            (max(1, round(image.width * share)), max(1, round(image.height * share))), pil.Resampling.LANCZOS
        )
    box = spot.box
    x, y = box.x / MM_PER_POINT, (spot.grid.height - box.y - box.height) / MM_PER_POINT
    reader = ImageReader(_compressed(image))
    canvas.drawImage(reader, x, y, box.width / MM_PER_POINT, box.height / MM_PER_POINT)  # type: ignore[attr-defined]


def _compressed(image: Image.Image) -> io.BytesIO:
    """As JPEG when it is a photo, as PNG when it has few colours (QR codes and lines stay sharp)."""
    stream = io.BytesIO()
    if image.mode == "RGB" and image.getcolors(4096) is None:
        image.save(stream, "JPEG", quality=88)
    else:
        image.save(stream, "PNG")
    stream.seek(0)
    return stream
