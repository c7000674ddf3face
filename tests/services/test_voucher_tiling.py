"""E-vouchers on paper: places measured in the finished PDF, seals where they belong, order, pictures, files that fail."""

from __future__ import annotations

import io

import pypdfium2
import pypdfium2.raw as raw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from salesdesk.domain.errors import Refused
from salesdesk.services.vouchers.sheets import HALVES, QUARTERS, SLIPS, WHOLE, Leaf, Rect, lay_out
from salesdesk.services.vouchers.tiling import Piece, Tiled, crop_white, in_pasting_order, tile
from salesdesk.services.vouchers.voucher import VoucherKind as Kind
from tests.services.pdf_reading import read_pdf, texts_of
from tests.services.pdf_stamping import stamped_pdf, unembedded_pdf
from tests.vouchers_made import full_invoice, hotel_bill, locked, rail_ticket
from tests.vouchers_made.others import pages_of

DOTS = 144 / 25.4


def sheet_image(done: Tiled, sheet: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(done.pdf)
    try:
        return document[sheet].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()


def colour_at(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    found = image.getpixel((round(x * DOTS), round(y * DOTS)))
    assert isinstance(found, tuple)
    return found


def photo(width: int, height: int, border: int = 0, form: str = "PNG", **more: object) -> bytes:
    """A picture with dark contents and a white border."""
    image = Image.new("RGB", (width + 2 * border, height + 2 * border), "white")
    ImageDraw.Draw(image).rectangle((border, border, border + width - 1, border + height - 1), fill=(30, 90, 30))
    stream = io.BytesIO()
    image.save(stream, form, **more)
    return stream.getvalue()


def test_every_character_of_two_invoices_lands_where_its_box_says() -> None:
    files = [full_invoice(n=i).pdf() for i in (1, 2)]
    done = tile([Piece(data, "pdf", f"BX-{i + 1}　¥106.00　餐费", Kind.FULL_ORDINARY) for i, data in enumerate(files)])
    assert (done.sheets, pages_of(done.pdf), done.findings) == (1, 1, ())
    (sheet,) = read_pdf(done.pdf)
    assert (sheet.width, sheet.height) == pytest.approx((210, 297), abs=0.1)
    for place, data in zip(done.places, files, strict=True):
        assert place.scale == pytest.approx(0.914, abs=0.001)
        for glyph in read_pdf(data)[0].glyphs:
            x, y = place.box.x + glyph.left * place.scale, place.box.y + glyph.top * place.scale
            assert any(g.text == glyph.text and abs(g.left - x) < 0.5 and abs(g.top - y) < 0.5 for g in sheet.glyphs)
    assert [round(s.top, 1) for s in sheet.strokes if s.dashed] == [148.5]
    assert "BX-1" in sheet.band(6, 11.5) and "餐费" in sheet.band(151, 157)
    assert "票据 第 1/1 页" in sheet.text


def test_labels_stand_outside_the_vouchers() -> None:
    done = tile([Piece(stamped_pdf("1 0 0"), "pdf", "BX2611A-0001-1　¥1,234.00　差旅费") for _ in range(2)])
    (sheet,) = read_pdf(done.pdf)
    for place in done.places:
        inside = [g for g in sheet.glyphs if place.box.y < g.middle < place.box.y + place.box.height]
        assert "".join(g.text for g in inside) == "STAMPED"


def test_each_seal_stays_on_its_own_invoice() -> None:
    colours = {"1 0 0": (255, 0, 0), "0 0 1": (0, 0, 255), "0 0.5 0": (0, 127, 0)}
    boxes = [(150.0, 100.0, 40.0, 30.0), (20.0, 50.0, 30.0, 20.0), (90.0, 8.0, 30.0, 20.0)]
    pieces = [Piece(stamped_pdf(c, at), "pdf", f"{i}") for i, (c, at) in enumerate(zip(colours, boxes, strict=True))]
    done = tile(pieces)
    for number, place in enumerate(done.places):
        image = sheet_image(done, place.sheet)
        for other, (x, y, width, height) in enumerate(boxes):
            spot = (
                place.box.x + (x + width / 2) * place.scale,
                place.box.y + (y + height / 2) * place.scale,
            )
            wanted = list(colours.values())[number] if other == number else (255, 255, 255)
            assert colour_at(image, *spot) == pytest.approx(wanted, abs=2)


def test_vouchers_stay_vector() -> None:
    done = tile([Piece(stamped_pdf("1 0 0"), "pdf", "1"), Piece(full_invoice(n=1).ofd(), "ofd", "2")])
    document = pypdfium2.PdfDocument(done.pdf)
    try:
        kinds = [thing.type for thing in document[0].get_objects(max_depth=3)]
    finally:
        document.close()
    assert kinds.count(raw.FPDF_PAGEOBJ_IMAGE) == 1  # the QR code of the second, no more
    assert kinds.count(raw.FPDF_PAGEOBJ_TEXT) > 20
    assert "电子发票" in texts_of(done.pdf)[0]


def test_turned_and_cropped_pages_fill_their_box() -> None:
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(600, 400))
    canvas.setFillColorRGB(0, 0, 1)
    canvas.rect(0, 0, 600, 400, fill=1)
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(100, 300, 50, 50, fill=1, stroke=0)  # the top left corner of what is shown
    canvas.setCropBox((100, 50, 500, 350))
    canvas.save()
    done = tile([Piece(stream.getvalue(), "pdf", "1"), Piece(full_invoice(n=1).pdf(turn=90), "pdf", "2")])
    first, second = done.places
    image = sheet_image(done)
    assert colour_at(image, first.box.x + 3, first.box.y + 3) == (255, 0, 0)
    assert colour_at(image, first.box.x + first.box.width - 1, first.box.y + first.box.height - 1) == (0, 0, 255)
    assert colour_at(image, first.box.x - 1, first.box.y + 3) == (255, 255, 255)
    for turn in (90, 180, 270):
        document = pypdfium2.PdfDocument(full_invoice(n=1).pdf())
        document[0].set_rotation(turn)
        out = io.BytesIO()
        document.save(out)
        turned = tile([Piece(out.getvalue(), "pdf", "1")])
        place = turned.places[0]
        wanted = document[0].render(scale=2 * place.scale).to_pil().convert("L").resize((60, 60))
        box = [
            round(v * DOTS)
            for v in (place.box.x, place.box.y, place.box.x + place.box.width, place.box.y + place.box.height)
        ]
        shown = sheet_image(turned).crop((box[0], box[1], box[2], box[3])).convert("L").resize((60, 60))
        document.close()
        apart = [abs(a - b) for a, b in zip(wanted.tobytes(), shown.tobytes(), strict=True)]
        assert sum(apart) / len(apart) < 3
    assert second.scale > 0.5 and "电子发票" in texts_of(done.pdf)[0]


def test_sheets_by_kind_and_order() -> None:
    invoice, rail = full_invoice(n=1).pdf(), rail_ticket(n=1).pdf()
    pieces = [
        Piece(invoice, "pdf", "1", Kind.FULL_ORDINARY),
        Piece(rail, "pdf", "2", Kind.RAIL),
        *[Piece(rail, "pdf", f"{i}", Kind.RAIL) for i in (3, 4, 5, 6)],
        Piece(stamped_pdf("1 0 0", pages=2), "pdf", "7", Kind.FULL_ORDINARY),
        Piece(hotel_bill(), "pdf", "8", None, True),
        Piece(invoice, "pdf", "9", Kind.AIR),
    ]
    done = tile(pieces)
    assert [(p.piece, p.sheet) for p in done.places] == [
        (0, 0), (1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (6, 3), (6, 3), (7, 4), (8, 5)
    ]  # fmt: skip
    widths = [round(page.width) for page in read_pdf(done.pdf, strokes=False)]
    assert widths == [210, 297, 297, 210, 210, 210]  # railway tickets four on a sheet lying on its side
    assert "（第 2/2 页）" in texts_of(done.pdf)[3] and "STAMPED" in texts_of(done.pdf)[3]
    two = tile(pieces[:3])
    assert [(p.sheet, round(p.scale, 2)) for p in two.places] == [(0, 0.91), (0, 0.91), (1, 0.91)]


def test_pages_of_one_invoice_are_not_parted() -> None:
    done = tile([Piece(stamped_pdf("1 0 0"), "pdf", "1"), Piece(stamped_pdf("0 0 1", pages=2), "pdf", "2")])
    assert [(p.piece, p.page, p.sheet) for p in done.places] == [(0, 0, 0), (1, 0, 1), (1, 1, 1)]


def test_pasting_order_groups_like_sizes_and_keeps_papers_with_their_invoice() -> None:
    def piece(label: str, kind: Kind | None, supporting: bool = False) -> Piece:
        return Piece(b"", "pdf", label, kind, supporting)

    pieces = [
        piece("rail 1", Kind.RAIL),
        piece("hotel", Kind.FULL_ORDINARY),
        piece("bill", None, True),
        piece("rail 2", Kind.RAIL),
        piece("meal", Kind.FULL_SPECIAL),
    ]
    assert [p.label for p in in_pasting_order(pieces)] == ["hotel", "bill", "meal", "rail 1", "rail 2"]


def test_pictures_are_cropped_placed_and_judged_by_their_dots() -> None:
    good, poor = photo(2400, 1500, border=300), photo(600, 400, border=40, form="JPEG")
    done = tile(
        [Piece(good, "picture", "清楚", Kind.PAPER_SPECIAL), Piece(poor, "picture", "模糊", Kind.PAPER_SPECIAL)]
    )
    first, second = done.places
    assert first.dpi > 300 and 75 < second.dpi < 90
    assert done.findings == (f"「模糊」的图片只有 {second.dpi:.0f} dpi，印出来可能看不清，请重新扫描或拍近一些",)
    image = sheet_image(done)
    for place in done.places:
        for x, y in ((4, 4), (place.box.width - 4, 4), (4, place.box.height - 4)):
            assert colour_at(image, place.box.x + x, place.box.y + y) == pytest.approx((30, 90, 30), abs=6)


def test_cropping() -> None:
    assert crop_white(Image.open(io.BytesIO(photo(400, 300, border=100)))).size == (412, 312)
    blank = Image.new("RGB", (400, 300), "white")
    assert crop_white(blank).size == (400, 300)
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    assert crop_white(clear).getpixel((5, 5)) == (255, 255, 255)
    turned = Image.new("RGB", (400, 300), "black")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    stream = io.BytesIO()
    turned.save(stream, "JPEG", exif=exif)
    assert crop_white(Image.open(io.BytesIO(stream.getvalue()))).size == (300, 400)


def test_files_that_cannot_be_printed_leave_a_box_and_a_finding() -> None:
    bad = [
        Piece(b"%PDF-1.4 nothing", "pdf", "坏"),
        Piece(locked(), "pdf", "密"),
        Piece(b"PK\x03\x04", "ofd", "残"),
        Piece(b"GIF8", "picture", "图"),
        Piece(b"<EInvoice/>", "xml", "文"),
        Piece(stamped_pdf("1 0 0"), "pdf", "好"),
    ]
    done = tile(bad)
    assert [f[:4] for f in done.findings] == [f"「{p.label}」没" for p in bad[:5]]
    assert "请放入 PDF 或 OFD" in done.findings[4]
    text = "".join(texts_of(done.pdf))
    assert "STAMPED" in text and text.count("打不开") == 3
    assert done.sheets == 3


def test_a_damaged_page_stays_white_and_is_told() -> None:
    data = stamped_pdf("1 0 0", pages=2).replace(b"Kids[6 0 R 7 0 R]", b"Kids[6 0 R 9 0 R]")
    done = tile([Piece(data, "pdf", "残页")])
    assert done.findings == ("「残页」第 2 页已损坏，纸上留白，请重新下载",)
    assert texts_of(done.pdf)[0].count("STAMPED") == 1


def test_the_claim_goes_in_front_of_its_vouchers() -> None:
    done = tile([Piece(stamped_pdf("1 0 0"), "pdf", "1")], front=hotel_bill())
    assert ["宾客账单" in text for text in texts_of(done.pdf)] == [True, False]
    assert "STAMPED" in texts_of(done.pdf)[1]
    alone = tile([], front=hotel_bill())
    assert (alone.sheets, pages_of(alone.pdf)) == (0, 1)
    with pytest.raises(Refused, match="没有要打印的票据"):
        tile([])


def test_a_ticket_with_fonts_left_out_still_shows_its_words() -> None:
    done = tile([Piece(unembedded_pdf("铁路电子客票"), "pdf", "1", Kind.RAIL)])
    assert "铁路电子客票" in texts_of(done.pdf)[0]
    place = done.places[0]
    image = sheet_image(done).convert("L")
    for i in range(6):  # ink in the cell of every character
        left = place.box.x + (30 + 30 * i) * 25.4 / 72 * place.scale
        top = place.box.y + (397 - 226) * 25.4 / 72 * place.scale
        cell = image.crop(tuple(round(v * DOTS) for v in (left, top, left + 9, top + 9)))  # type: ignore[arg-type]
        assert cell.getextrema()[0] < 100


@given(
    st.lists(
        st.tuples(
            st.floats(20, 300),
            st.floats(20, 400),
            st.sampled_from([None, Kind.RAIL, Kind.TAXI]),
            st.booleans(),
            st.integers(1, 3),
        ),
        max_size=14,
    )
)
def test_any_pages_keep_order_room_and_proportion(papers: list[tuple[float, float, Kind | None, bool, int]]) -> None:
    leaves = [
        Leaf(piece, page, pages, width, height, kind, picture)
        for piece, (width, height, kind, picture, pages) in enumerate(papers)
        for page in range(pages)
    ]
    spots = lay_out(leaves)
    assert [spot.leaf for spot in spots] == leaves
    assert [spot.sheet for spot in spots] == sorted(spot.sheet for spot in spots)
    assert {spot.sheet for spot in spots} == set(range(len({spot.sheet for spot in spots})))
    taken: dict[int, list[Rect]] = {}
    for spot in spots:
        assert spot.grid in (WHOLE, HALVES, QUARTERS, SLIPS)
        box, cell = spot.box, spot.cell
        assert box.x >= cell.x - 0.01 and box.x + box.width <= cell.x + cell.width + 0.01
        assert box.y >= cell.y + 5 and box.y + box.height <= cell.y + cell.height + 0.01
        assert box.width / box.height == pytest.approx(spot.leaf.width / spot.leaf.height)
        assert cell not in taken.setdefault(spot.sheet, [])
        taken[spot.sheet].append(cell)
