"""OFD packages and pages: paths as makers write them, places of characters, templates, composites, hostile files."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain.errors import BadValue
from salesdesk.services.ofd import pages as reading
from salesdesk.services.ofd.display import Path, Picture, Text, at
from salesdesk.services.ofd.outlines import read_path
from salesdesk.services.ofd.package import Package
from salesdesk.services.ofd.pages import deltas, page_texts, read_pages
from tests.services.ofd_building import (
    FONTS,
    HEAD,
    SPACE,
    ofd_file,
    ofd_parts,
    page_xml,
    path_object,
    text_object,
    zipped,
)


def first_page(data: bytes) -> reading.PageContent:
    return read_pages(Package(data).documents[0])[0]


def test_characters_stand_where_the_distances_say() -> None:
    code = 'X="1" Y="4" DeltaX="g 2 3 1.5" DeltaY="0"'
    page = first_page(ofd_file(page_xml(text_object(7, "10 20 80 6", "甲乙12", code=code))))
    (text,) = page.texts()
    assert (text.text, text.id, page.width, page.height) == ("甲乙12", "7", 210, 140)
    places = [at(text.matrix, g.x, g.y) for g in text.glyphs]
    assert places == [(11, 24), (14, 24), (17, 24), (18.5, 24)]
    assert tuple(text.box) == (10, 20, 90, 26)


def test_a_text_may_turn_back_to_the_next_line() -> None:
    code = 'X="0" Y="4" DeltaX="2 -2 2" DeltaY="0 4.5 0"'
    (text,) = first_page(ofd_file(page_xml(text_object(7, "0 0 9 9", "abcd", code=code)))).texts()
    assert [(g.x, g.y) for g in text.glyphs] == [(0, 4), (2, 4), (0, 8.5), (2, 8.5)]


@pytest.mark.parametrize(
    ("text", "count", "found"),
    [
        ("g 4 1.59 3.17 g 2 1.59", 7, [1.59] * 4 + [3.17] + [1.59] * 2),
        ("2.54", 3, [2.54] * 3),
        ("g 999999 1", 2, [1, 1]),
        ("g", 2, []),
        ("g 2", 2, []),
        ("1,2", 2, [1, 2]),
        ("", 2, []),
        (None, 2, []),
        ("abc", 2, []),
    ],
)
def test_distances(text: str | None, count: int, found: list[float]) -> None:
    assert deltas(text, count) == found


@given(st.text("gG0123456789.- ,e", max_size=40), st.integers(0, 30))
def test_distances_of_any_text_never_fail_nor_grow(text: str, count: int) -> None:
    found = deltas(text, count)
    assert found == [] or len(found) == count
    assert all(math.isfinite(value) for value in found)


@given(st.text("MLQBACSz0123456789.- ", max_size=80))
def test_any_path_text_is_read_without_failing(text: str) -> None:
    for command, values in read_path(text):
        assert len(values) == {"M": 2, "L": 2, "B": 6, "C": 0}[command]
        assert all(math.isfinite(value) for value in values)


def test_a_full_circle_of_two_arcs_keeps_its_radius() -> None:
    for command, values in read_path("M 0 5 A 5 5 0 1 1 10 5 A 5 5 0 1 1 0 5 C"):
        for x, y in [values[-2:]] if command == "B" else []:
            assert math.hypot(x - 5, y - 5) == pytest.approx(5)
    (_, half, *_rest) = read_path("M 0 5 A 5 5 0 0 1 10 5")
    assert min(half[1][1::2]) < 1.0  # sweep 1 goes over the top, as y grows downwards


def test_quadratic_curves_and_repeated_numbers() -> None:
    assert [c for c, _ in read_path("M 0 0 10 0 10 10 C")] == ["M", "L", "L", "C"]
    assert read_path("M 0 0 Q 3 3 6 0")[1] == ("B", (2, 2, 4, 2, 6, 0))
    assert read_path("L 1 1") == () and len(read_path("M 0 0 L 1 1 X 3 3 L 4 4")) == 2


def test_template_comes_before_or_after_the_page_by_its_order() -> None:
    names = {
        "Doc_0/T0.xml": page_xml(text_object(5, "0 0 9 9", "底")),
        "Doc_0/T1.xml": page_xml(text_object(6, "0 0 9 9", "面")),
    }
    common = '<ofd:TemplatePage ID="8" BaseLoc="T0.xml"/><ofd:TemplatePage ID="9" BaseLoc="/Doc_0/T1.xml" ZOrder="Foreground"/>'
    use = '<ofd:Template TemplateID="9"/><ofd:Template TemplateID="8"/>'
    data = ofd_file(page_xml(text_object(6, "0 0 9 9", "页"), before=use), common=common, more=names)
    page = first_page(data)
    assert [text.text for text in page.texts()] == ["底", "页", "面"]
    assert page.by_id() == {"5": "底", "6": "页"}  # the page's own object goes before the template's of the same ID
    assert page_texts(Package(data).documents[0])[("1", "6")] == "页"


def test_paths_of_any_spelling_find_their_file() -> None:
    parts = ofd_parts(page_xml(text_object(7, "0 0 9 9", "内")))
    parts["doc_0/pages/PAGE_0/content.xml"] = parts.pop("Doc_0/Pages/Page_0/Content.xml")
    assert next(first_page(zipped(parts)).texts()).text == "内"
    package = Package(zipped(parts))
    assert package.find("../../../OFD.xml", "Doc_0") == "OFD.xml"  # never above the root
    assert package.find("\\Doc_0\\Document.xml") == "Doc_0/Document.xml"


def test_attachments_tags_and_custom_data() -> None:
    document = (
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments><ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>"
    )
    more = {
        "Doc_0/Attachs/Attachments.xml": f'<ofd:Attachments {SPACE}><ofd:Attachment Name="original_invoice" Format="XML">'
        '<ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment><ofd:Attachment Name="gone"><ofd:FileLoc>x.xml'
        "</ofd:FileLoc></ofd:Attachment></ofd:Attachments>",
        "Doc_0/Attachs/original_invoice.xml": "<eInvoice/>",
        "Doc_0/Tags/CustomTags.xml": f'<ofd:CustomTags {SPACE}><ofd:CustomTag TypeID="fp"><ofd:FileLoc>Tag.xml</ofd:FileLoc>'
        "</ofd:CustomTag></ofd:CustomTags>",
        "Doc_0/Tags/Tag.xml": '<:eInvoice xmlns:=""><:InvoiceNo><ofd:ObjectRef PageRef="1">7</ofd:ObjectRef></:InvoiceNo></:eInvoice>',
    }
    data = '<ofd:CustomDatas><ofd:CustomData Name="发票号码">12345678</ofd:CustomData></ofd:CustomDatas>'
    document_ = Package(ofd_file(page_xml(""), document=document, more=more, data=data)).documents[0]
    (attached,) = document_.attachments
    assert (attached.title, attached.format, attached.name) == (
        "original_invoice",
        "xml",
        "Doc_0/Attachs/original_invoice.xml",
    )
    assert [tag.type_id for tag in document_.tags] == ["fp"]  # not well-formed, as one maker writes it
    assert document_.custom_data == {"发票号码": "12345678"}


def test_composites_draw_params_and_clips_are_flattened() -> None:
    resources = (
        f'{FONTS}<ofd:ColorSpaces><ofd:ColorSpace ID="30" Type="CMYK"/></ofd:ColorSpaces>'
        '<ofd:DrawParams><ofd:DrawParam ID="20" LineWidth="2" Relative="21"><ofd:StrokeColor Value="#FF 0 0"/></ofd:DrawParam>'
        '<ofd:DrawParam ID="21" Relative="20" Cap="Round" DashPattern="3 1"/></ofd:DrawParams>'
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40" Width="10" Height="10"><ofd:Content>'
        + path_object(
            41, "1 1 8 8", "M 0 0 L 8 8", 'Fill="true"', '<ofd:FillColor Value="0 255 0 0" ColorSpace="30" Alpha="51"/>'
        )
        + "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    corner = "<ofd:AbbreviatedData>M 0 0 L 5 0 L 5 5 C</ofd:AbbreviatedData>"
    area = f'<ofd:Area><ofd:Path Boundary="1 1 5 5">{corner}</ofd:Path></ofd:Area>'
    clip = f"<ofd:Clips><ofd:Clip>{area}</ofd:Clip></ofd:Clips>"
    body = f'<ofd:CompositeObject ID="9" Boundary="50 60 20 20" CTM="2 0 0 2 0 0" ResourceID="40">{clip}</ofd:CompositeObject>'
    (path,) = first_page(ofd_file(page_xml(body, layer='DrawParam="20"'), resources=resources)).items
    assert isinstance(path, Path)
    assert at(path.matrix, 0, 0) == (52, 62) and at(path.matrix, 8, 8) == (68, 78)
    assert (path.width, path.cap, path.dash, path.stroke) == (2, 1, (3, 1), (1, 0, 0, 1))
    assert path.fill == pytest.approx((1, 0, 1, 0.2))
    ((clipped,),) = path.clips
    assert at(clipped.matrix, 0, 0) == (52, 62)


def test_annotations_and_pictures() -> None:
    annots = {
        "Doc_0/Annots.xml": f'<ofd:Annotations {SPACE}><ofd:Page PageID="1"><ofd:FileLoc>A.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
        "Doc_0/A.xml": f'<ofd:PageAnnot {SPACE}><ofd:Annot><ofd:Appearance Boundary="100 50 9 9">'
        + text_object(61, "1 1 8 8", "下载次数：1")
        + '</ofd:Appearance></ofd:Annot><ofd:Annot Visible="false"><ofd:Appearance Boundary="0 0 9 9">'
        + text_object(62, "1 1 8 8", "看不见")
        + "</ofd:Appearance></ofd:Annot></ofd:PageAnnot>",
        "Doc_0/Res/a.png": b"png",
    }
    resources = (
        FONTS
        + '<ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
    )
    image = '<ofd:ImageObject ID="8" Boundary="10 10 30 20" ResourceID="5"/><ofd:ImageObject ID="9" Boundary="0 0 1 1" ResourceID="77"/>'
    data = ofd_file(
        page_xml(image), resources=resources, document="<ofd:Annotations>Annots.xml</ofd:Annotations>", more=annots
    )
    page = first_page(data)
    picture, text = page.items
    assert isinstance(picture, Picture) and isinstance(text, Text)
    assert picture.name == "Doc_0/Res/a.png" and at(picture.matrix, 1, 1) == (40, 30)
    assert text.text == "下载次数：1" and tuple(text.box)[:2] == (101, 51)
    assert page.findings == ["第 1 页有一张图片缺失"]


def nest(depth: int) -> str:
    return "<ofd:PageBlock>" * depth + text_object(7, "0 0 9 9", "深") + "</ofd:PageBlock>" * depth


def test_hostile_files_are_cut_short_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40"><ofd:Content>'
        + 2 * ('<ofd:CompositeObject ID="9" Boundary="0 0 9 9" ResourceID="40"/>')
        + "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    body = '<ofd:CompositeObject ID="9" Boundary="0 0 9 9" ResourceID="40"/>'
    monkeypatch.setattr(reading, "MOST_CHARACTERS", 5)
    monkeypatch.setattr(reading, "MOST_SEGMENTS", 5)
    for data in (
        ofd_file(page_xml(body), resources=loop),
        ofd_file(page_xml(nest(60))),
        ofd_file(page_xml(text_object(7, "0 0 9 9", "一二三四五六"))),
        ofd_file(page_xml(path_object(7, "0 0 9 9", "M 0 0" + " L 1 1" * 9))),
    ):
        assert first_page(data).findings == ["第 1 页的图元太多，超出部分没有显示"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "压缩包打不开"),
        (zipped({"a.txt": b""}), "没有 OFD.xml"),
        (zipped({"OFD.xml": f"{HEAD}<ofd:OFD {SPACE}/>".encode()}), "没有写文档在哪里"),
        (zipped({"OFD.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}), "定义了实体"),
    ],
)
def test_what_is_no_ofd_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(BadValue, match=words):
        Package(data)


def test_missing_and_broken_parts_are_told_and_the_rest_is_read() -> None:
    parts = ofd_parts(
        page_xml(text_object(7, "0 0 9 9", "一")), page_xml(""), page_xml(text_object(8, "0 0 9 9", "三"))
    )
    del parts["Doc_0/Pages/Page_1/Content.xml"]
    parts["Doc_0/PublicRes.xml"] = b"\x00\x01"
    document = Package(zipped(parts)).documents[0]
    pages = read_pages(document)
    assert [[t.text for t in page.texts()] for page in pages] == [["一"], [], ["三"]]
    assert pages[1].findings == ["第 2 页的内容读不出来"]
    assert [f[:24] for f in document.findings] == ["OFD 里的 Doc_0/PublicRes.x", "OFD 第 2 页的内容缺失"]


def test_a_document_without_its_root_is_refused() -> None:
    parts = ofd_parts(page_xml(""))
    del parts["Doc_0/Document.xml"]
    with pytest.raises(BadValue, match="缺少文档"):
        read_pages(Package(zipped(parts)).documents[0])
