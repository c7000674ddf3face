"""OFD pages as PDF: read back with pdfium, every character, line, picture and seal where the file puts it."""

from __future__ import annotations

import io
from itertools import pairwise

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.services.ofd import images, painting
from salesdesk.services.ofd.images import jbig2_body, open_picture
from salesdesk.services.ofd.painting import ofd_to_pdf, paint_ofd
from tests.services.ofd_building import FONTS, ofd_file, ofd_parts, page_xml, path_object, text_object, zipped
from tests.services.ofd_signing import sealed
from tests.services.pdf_reading import Glyph, read_pdf
from tests.vouchers_made import full_invoice
from tests.vouchers_made.as_picture import jbig2

DOTS = 144 / 25.4  # per mm of the rendered pictures


def rendered(pdf: bytes, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()


def colour_at(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    found = image.getpixel((round(x * DOTS), round(y * DOTS)))
    assert isinstance(found, tuple)
    return found


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def glyphs(pdf: bytes) -> list[Glyph]:
    return read_pdf(pdf)[0].glyphs


def test_every_character_keeps_its_place_and_none_overlaps_the_next() -> None:
    code = 'X="0" Y="4" DeltaX="g 4 3.175 g 10 1.5875"'
    found = glyphs(ofd_to_pdf(ofd_file(page_xml(text_object(7, "36 30 82 6", "建设银行62555588890", code=code)))))
    assert "".join(g.text for g in found) == "建设银行62555588890"
    for i, glyph in enumerate(found):
        cell = 36 + (3.175 * i if i < 4 else 12.7 + 1.5875 * (i - 4))
        room = 3.175 if i < 4 else 1.5875
        assert cell - 0.05 <= glyph.left and glyph.right <= cell + room + 0.05
        assert abs(glyph.bottom - 34) < 0.5  # the baseline
    assert all(one.right <= two.left + 0.05 for one, two in pairwise(found))


def test_courier_and_turned_and_scaled_text() -> None:
    fixed = text_object(7, "10 10 80 6", "9156", 4.2333, code='X="0" Y="5" DeltaX="2.54"', font=2)
    down = text_object(8, "10 30 9 40", "购方", code='X="1" Y="3" DeltaX="0" DeltaY="8"')
    big = text_object(9, "100 30 40 20", "大", code='X="0" Y="3"', more='CTM="2 0 0 2 5 5"')
    found = {g.text: g for g in glyphs(ofd_to_pdf(ofd_file(page_xml(fixed + down + big))))}
    for i, char in enumerate("915"):
        assert abs((found[char].left + found[char].right) / 2 - (10 + 2.54 * (i + 0.5))) < 0.5
    assert abs(found["方"].bottom - found["购"].bottom - 8) < 0.5
    assert abs(found["大"].left - 105) < 0.5 and abs(found["大"].right - found["大"].left - 6.35) < 0.7


def test_all_texts_of_a_whole_invoice_stay_within_half_a_millimetre() -> None:
    """Against the display list: the ink of every character lies in its cell, half a millimetre more at most."""
    from salesdesk.services.ofd.display import at
    from salesdesk.services.ofd.package import Package
    from salesdesk.services.ofd.pages import read_pages

    data = full_invoice(n=3).ofd()
    (page,) = read_pages(Package(data).documents[0])
    wanted = [
        (g.char, *at(text.matrix, g.x, g.y), g.room or text.size)
        for text in page.texts()
        for g in text.glyphs
        if not g.char.isspace()
    ]
    found = glyphs(ofd_to_pdf(data))
    for char, x, y, room in wanted:
        near = [g.text for g in found if x - 0.5 <= g.left and g.right <= x + room + 0.5 and abs(g.bottom - y) < 3]
        assert char in near, (char, x, y)
    assert len(found) == len(wanted)


def test_lines_fills_clips_and_alpha() -> None:
    red = '<ofd:FillColor Value="255 0 0"/>'
    objects = (
        path_object(5, "10 10 50 20", "M 0 0 L 50 0 L 50 20 L 0 20 C", 'Fill="true" Stroke="false"', red)
        + path_object(6, "100 50 40 0", "M 0 0 L 40 0", 'LineWidth="0.5" DashPattern="2 1"')
        + path_object(
            7,
            "10 60 20 20",
            "M 0 0 L 20 0 L 20 20 L 0 20 C",
            'Fill="true" Stroke="false" Alpha="128"',
            '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 10 20"><ofd:AbbreviatedData>M 0 0 L 10 0 L 10 20 L 0 20 C'
            f"</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>{red}",
        )
    )
    pdf = ofd_to_pdf(ofd_file(page_xml(objects)))
    dashed = next(s for s in read_pdf(pdf)[0].strokes if s.dashed)
    assert (dashed.left, dashed.top, dashed.right, dashed.thick) == pytest.approx((100, 50, 140, 0.5), abs=0.01)
    image = rendered(pdf)
    assert colour_at(image, 30, 20) == (255, 0, 0) and colour_at(image, 61, 20) == (255, 255, 255)
    assert colour_at(image, 15, 70) == pytest.approx((255, 127, 127), abs=2)  # half covering, left half only
    assert colour_at(image, 25, 70) == (255, 255, 255)


def media(*names: str) -> str:
    listed = "".join(
        f'<ofd:MultiMedia ID="{50 + i}" Type="Image"><ofd:MediaFile>{n}</ofd:MediaFile></ofd:MultiMedia>'
        for i, n in enumerate(names)
    )
    return f"{FONTS}<ofd:MultiMedias>{listed}</ofd:MultiMedias>"


def test_pictures_masks_and_jbig2_stand_in_place() -> None:
    half = Image.new("L", (40, 40), 255)
    ImageDraw.Draw(half).rectangle((0, 0, 19, 39), fill=0)  # dark on the left
    files = {
        "Doc_0/Res/a.png": png(Image.new("RGB", (8, 8), (0, 0, 255))),
        "Doc_0/Res/b.jb2": jbig2(half),
        "Doc_0/Res/broken.png": b"\x89PNG\r\n\x1a\nnothing",
    }
    objects = (
        '<ofd:ImageObject ID="8" Boundary="10 10 20 20" CTM="20 0 0 20 0 0" ResourceID="50"/>'
        '<ofd:ImageObject ID="9" Boundary="50 10 20 20" CTM="20 0 0 20 0 0" ResourceID="51"/>'
        '<ofd:ImageObject ID="10" Boundary="90 10 20 20" ResourceID="50" ImageMask="51"/>'
        '<ofd:ImageObject ID="11" Boundary="130 10 20 20" ResourceID="52"/>'
    )
    data = ofd_file(page_xml(objects), resources=media("a.png", "b.jb2", "broken.png"), more=files)
    done = paint_ofd(data)
    image = rendered(done.pdf)
    blue, white, black = (0, 0, 255), (255, 255, 255), (0, 0, 0)
    spots = {(20, 20): blue, (9, 20): white, (55, 20): black, (65, 20): white, (95, 20): blue, (105, 20): white}
    assert {spot: colour_at(image, *spot) for spot in spots} == spots
    assert done.findings == ("有一个图片显示不了：图片读不出来，格式不认识或文件已损坏",)


@pytest.mark.parametrize("form", ["png", "jpg", "ofd"])
@pytest.mark.parametrize("old", [False, True])
def test_seals_of_every_form_are_in_place_as_ink(form: str, old: bool) -> None:
    seal = Image.new("RGB", (60, 40), "white")
    ImageDraw.Draw(seal).rectangle((0, 0, 59, 39), outline=(230, 0, 0), width=8)
    stream = io.BytesIO()
    seal.save(stream, "JPEG" if form == "jpg" else "PNG", **({"quality": 95} if form == "jpg" else {}))
    frame = path_object(
        3, "0 0 30 20", "M 2 2 L 28 2 L 28 18 L 2 18 C", 'LineWidth="4"', '<ofd:StrokeColor Value="230 0 0"/>'
    )
    picture = ofd_file(page_xml(frame, "0 0 30 20")) if form == "ofd" else stream.getvalue()
    black = path_object(7, "95 10 10 4", "M 0 0 L 10 0 L 10 4 L 0 4 C", 'Fill="true"')
    parts = sealed(ofd_parts(page_xml(black, "0 0 210 140")), picture, form, "90 8 30 20", old=old)
    image = rendered(ofd_to_pdf(zipped(parts)))
    for x, y in ((91, 18), (119, 18), (105, 27)):
        assert colour_at(image, x, y) == pytest.approx((230, 0, 0), abs=12)
    assert colour_at(image, 110, 18) == pytest.approx((255, 255, 255), abs=6)
    assert colour_at(image, 100, 12) == pytest.approx((0, 0, 0), abs=6)  # the seal's white covers nothing
    assert colour_at(image, 88, 18) == (255, 255, 255)


def test_a_seal_cut_into_strips_shows_only_its_strip() -> None:
    parts = sealed(
        ofd_parts(page_xml("")), png(Image.new("RGB", (9, 9), (230, 0, 0))), box="90 20 40 40", clip="8 0 8 40"
    )
    image = rendered(ofd_to_pdf(zipped(parts)))
    assert [colour_at(image, x, 40)[1] for x in (95, 102, 110)] == [255, 0, 255]


def test_an_unreadable_seal_is_told() -> None:
    parts = sealed(ofd_parts(page_xml("")), b"nothing")
    assert paint_ofd(zipped(parts)).findings == ("有一个印章显示不了：图片读不出来，格式不认识或文件已损坏",)
    parts["Doc_0/Signs/Sign_0/SignedValue.dat"] = b"x"
    assert paint_ofd(zipped(parts)).findings == ("印章的图案读不出来，页面上没有画出印章",)


def test_the_crossed_circle_is_drawn() -> None:
    done = paint_ofd(
        ofd_file(page_xml(text_object(7, "20 20 80 12", "⊗叁佰圆整", 10, code='X="0" Y="10" DeltaX="10"')))
    )
    image = rendered(done.pdf)
    assert min(colour_at(image, 24.4, 26.2)) < 100  # where its strokes cross
    assert min(colour_at(image, 20.6, 26.2)) < 140  # the ring's left edge
    assert done.findings == ()


def test_an_embedded_font_is_used_and_a_broken_one_costs_nothing() -> None:
    from salesdesk.services.papers.lettering import FONT_FOLDER

    whole = (FONT_FOLDER / "NotoSansSC-Bold.ttf").read_bytes()
    for font, same in ((whole, False), (whole[:5000], True), (b"OTTO" + bytes(99), True)):
        resources = (
            '<ofd:Fonts><ofd:Font ID="1" FontName="自带"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'
        )
        page = page_xml(text_object(7, "20 20 80 12", "章", 10))
        pdf = ofd_to_pdf(ofd_file(page, resources=resources, more={"Doc_0/Res/f.ttf": font}))
        plain = ofd_to_pdf(ofd_file(page))
        assert (rendered(pdf).tobytes() == rendered(plain).tobytes()) is same
        assert glyphs(pdf)[0].text == "章"


def test_the_same_file_gives_the_same_bytes() -> None:
    data = full_invoice(n=1).ofd(jbig2=True)
    assert ofd_to_pdf(data) == ofd_to_pdf(data)


@pytest.mark.parametrize(
    ("data", "words"), [(b"PK\x03\x04", "打不开"), (ofd_file(), "一页都没有"), (zipped({"a": b""}), "没有 OFD.xml")]
)
def test_what_cannot_be_shown_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        ofd_to_pdf(data)


def test_pictures_that_lie_about_their_size_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_PIXELS", 100)
    with pytest.raises(BadValue, match="太大"):
        open_picture(png(Image.new("L", (11, 10))))
    with pytest.raises(BadValue, match="不合理"):
        open_picture(jbig2(Image.new("L", (11, 10), 255)))


def test_a_seal_printed_over_and_over_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "MOST_MARKS", 60)
    frame = path_object(3, "0 0 30 20", "M 2 2" + " L 3 3" * 48)
    parts = sealed(ofd_parts(page_xml("")), ofd_file(page_xml(frame, "0 0 30 20")), "ofd")
    assert paint_ofd(zipped(parts)).findings == ()
    signature = "Doc_0/Signs/Sign_0/Signature.xml"
    parts[signature] = parts[signature].replace(
        b"<ofd:StampAnnot", b'<ofd:StampAnnot PageRef="1" Boundary="0 0 9 9"/><ofd:StampAnnot'
    )
    assert paint_ofd(zipped(parts)).findings == ("文件里的图元太多，超出部分没有显示",)


def test_many_pictures_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "MOST_PIXELS_IN_ALL", 150)
    objects = "".join(f'<ofd:ImageObject ID="{i}" Boundary="{i} 9 9 9" ResourceID="{50 + i}"/>' for i in range(2))
    files = {f"Doc_0/Res/{i}.png": png(Image.new("L", (10, 10), i)) for i in range(2)}
    data = ofd_file(page_xml(objects), resources=media("0.png", "1.png"), more=files)
    assert paint_ofd(data).findings == ("有一个图片显示不了：文件里的图片加起来太大了",)


def test_damaged_jbig2_is_refused() -> None:
    whole = jbig2(Image.new("L", (40, 40), 0))
    assert jbig2_body(whole)[:2] == (40, 40)
    for cut in (b"", whole[:8], whole[:20], whole[:-30]):
        with pytest.raises(BadValue):
            open_picture(cut)


def test_jbig2_in_random_order_reads_like_the_sequential_one() -> None:
    whole = jbig2(Image.new("L", (40, 40), 0))
    at, heads, bodies = 13, b"", b""
    while at < len(whole):
        length = int.from_bytes(whole[at + 7 : at + 11], "big")
        heads += whole[at : at + 11]
        bodies += whole[at + 11 : at + 11 + length]
        at += 11 + length
    mixed = whole[:8] + b"\x00" + whole[9:13] + heads + bodies
    assert jbig2_body(mixed) == jbig2_body(whole)
