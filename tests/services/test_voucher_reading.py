"""Vouchers of every kind in every form: what the reader says is what stands there, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from salesdesk.services.vouchers.reading import read_bytes, read_file, read_voucher
from salesdesk.services.vouchers.voucher import Leg, Voucher, VoucherKind
from tests import vouchers_made as made
from tests.vouchers_made import Made
from tests.vouchers_made.as_ofd import packed
from tests.vouchers_made.as_pdf import lines_pdf

KINDS: dict[str, Made] = {
    "full": made.full_invoice(lines=3),
    "special": made.full_invoice(special=True, rate="13%", total=1130_00),
    "free": made.full_invoice(rate="免税", goods="*运输服务*客运服务费"),
    "red": made.full_invoice(red_of="26322000000000000009"),
    "older": made.e_invoice(lines=2),
    "older special": made.e_invoice(special=True),
    "toll": made.toll_invoice(),
    "rail": made.rail_ticket(),
    "refund": made.rail_ticket(business="退", total=10_00),
    "air": made.air_ticket(),
    "air, two legs": made.air_ticket(
        legs=(Leg("2026-06-16", "18:30", "合肥", "广州", "CZ8866", "V"), Leg("2026-06-17", "09:10", "广州", "北海", "CZ3265", "Y"))
    ),
}  # fmt: skip
NOT_PRINTED = {"rail": {"amount", "tax"}, "refund": {"amount", "tax"}}
"""The face of a rail ticket states the fare only."""


def one(data: bytes, name: str = "票") -> Voucher:
    """The only voucher of these bytes."""
    (found,) = read_bytes(name, data)
    return found


def differs(voucher: Voucher, truth: dict[str, Any], without: set[str] | None = None) -> dict[str, Any]:
    """Fields that are not as made: name -> (made, read)."""
    told = voucher.wire()
    return {
        key: (value, told[key]) for key, value in truth.items() if told[key] != value and key not in (without or set())
    }


def codes(voucher: Voucher) -> set[str]:
    """Findings other than what the seal says."""
    return {found.code for found in voucher.findings if not found.code.startswith("seal")}


@pytest.mark.parametrize("name", KINDS)
def test_xml(name: str) -> None:
    voucher = one(KINDS[name].xml())
    assert not differs(voucher, KINDS[name].truth())
    assert (voucher.form, codes(voucher)) == ("xml", set())
    assert set(voucher.sources.values()) <= {"xml", "qr"}
    assert [(i.name, i.amount, i.tax) for i in voucher.items] == [(i.name, i.amount, i.tax) for i in KINDS[name].items]
    assert voucher.legs == KINDS[name].legs


@pytest.mark.parametrize("turn", [0, 90])
@pytest.mark.parametrize("name", KINDS)
def test_pdf_text(name: str, turn: int) -> None:
    voucher = one(KINDS[name].pdf(turn=turn))
    assert not differs(voucher, KINDS[name].truth(), NOT_PRINTED.get(name))
    assert voucher.qr == KINDS[name].qr
    assert (voucher.form, voucher.pages, codes(voucher)) == ("pdf", 1, set())
    assert set(voucher.sources.values()) == {"pdf_text"}
    assert voucher.items == KINDS[name].items
    assert voucher.legs == KINDS[name].legs


@pytest.mark.parametrize("name", ["full", "older", "rail", "air"])
def test_xml_attached_to_a_pdf_is_read_first(name: str) -> None:
    voucher = one(KINDS[name].pdf(attach=True))
    assert not differs(voucher, KINDS[name].truth())
    assert voucher.sources["number"] == "pdf_xml"
    assert voucher.qr == KINDS[name].qr


@pytest.mark.parametrize("carry", ["tags", "xml", "text"])
@pytest.mark.parametrize("name", KINDS)
def test_ofd(name: str, carry: str) -> None:
    voucher = one(KINDS[name].ofd(carry, jbig2=carry == "text"))
    without = NOT_PRINTED.get(name) if carry == "text" else None
    assert not differs(voucher, KINDS[name].truth(), without)
    assert voucher.qr == KINDS[name].qr
    assert (voucher.form, codes(voucher)) == ("ofd", set())
    expected = {"tags": {"ofd_tag", "ofd_text"}, "xml": {"ofd_xml"}, "text": {"ofd_text"}}
    assert voucher.sources["number"] in expected[carry]
    assert len(voucher.items) == len(KINDS[name].items)
    assert voucher.legs == KINDS[name].legs


def test_tags_are_read_before_the_page_and_when_not_well_formed() -> None:
    for broken in (False, True):
        voucher = one(KINDS["older"].ofd("tags", broken_tags=broken))
        assert not differs(voucher, KINDS["older"].truth())
        assert voucher.sources["total"] == "ofd_tag"


@pytest.mark.parametrize("version", ["0.2", "0.31", "0.32", "0.33"])
@pytest.mark.parametrize("labels", [True, False])
def test_full_invoice_xml_of_all_versions(version: str, labels: bool) -> None:
    sample = made.full_invoice(special=True)
    voucher = one(sample.xml(version=version, labels=labels))
    assert not differs(voucher, sample.truth(), set() if labels else {"kind"})
    assert voucher.kind is (VoucherKind.FULL_SPECIAL if labels else None)
    assert codes(voucher) == (set() if labels else {"kind_unknown"})


def test_pilot_xml() -> None:
    assert not differs(one(KINDS["older"].xml(family="inv")), KINDS["older"].truth())


def test_red_invoices_say_what_they_take_back() -> None:
    for data in (KINDS["red"].xml(), KINDS["red"].pdf(), KINDS["red"].ofd("text")):
        voucher = one(data)
        assert (voucher.extra["red"], voucher.extra["red_of"]) == ("yes", "26322000000000000009")
        assert voucher.total == -106_00


def test_toll_and_passenger_particulars() -> None:
    toll = one(made.full_invoice(extra={"plate": "苏E12345"}).xml())
    assert (toll.extra["special"], toll.extra["plate"], toll.extra["from_day"]) == ("toll", "苏E12345", "2026-02-27")
    leg = Leg("2026-06-15", "", "苏州站", "星湖街328号", "出租车", "无")
    ride = one(made.full_invoice(legs=(leg,), extra={"passenger": "王小明"}).xml())
    assert (ride.extra["special"], ride.extra["passenger"], ride.legs) == ("passenger", "王小明", (leg,))


def test_tickets_say_who_travelled() -> None:
    rail = one(KINDS["rail"].pdf())
    assert rail.extra["passenger"] == "王小明"
    assert rail.extra["e_ticket_no"] != rail.number
    assert one(KINDS["refund"].pdf()).extra["business"] == "退"
    assert one(made.rail_ticket(extra={**KINDS["rail"].extra, "original_number": "26329116804000000009"}).pdf()).extra[
        "original_number"
    ] == "26329116804000000009"  # fmt: skip
    air = one(KINDS["air"].pdf())
    assert [air.extra[key] for key in ("fare", "fuel", "fund", "other_taxes")] == ["477.06", "45.87", "50.00", "0.00"]
    assert air.amount is None, "an itinerary states no sum without tax"


def test_what_is_not_there_stays_empty() -> None:
    personal = one(made.full_invoice(buyer="个人", buyer_id="").pdf())
    assert (personal.buyer, personal.buyer_tax_id) == ("个人", None)
    assert personal.seller_tax_id == made.SELLER_ID
    old = one(made.e_invoice(buyer="个人", buyer_id="").pdf())
    assert (old.buyer, old.buyer_tax_id, old.seller) == ("个人", None, made.SELLER)
    nobody = one(made.full_invoice(buyer="", buyer_id="").pdf())
    assert (nobody.buyer, nobody.seller) == (None, made.SELLER)
    bare = one(made.full_invoice(amount=None, tax=None).xml()).wire()
    assert (bare["amount"], bare["tax"], bare["total"]) == (None, None, "106.00"), "never total minus tax"


@pytest.mark.parametrize("said", ["1e999", "NaN", "12.345", "壹佰"])
def test_an_amount_that_is_none_is_told_and_not_taken(said: str) -> None:
    voucher = one(made.full_invoice().xml().replace(b">106.00<", f">{said}<".encode()))
    assert voucher.total is None and voucher.amount == 100_00
    (finding,) = [f for f in voucher.findings if f.code == "unread_total"]
    assert (finding.field, finding.printed, finding.source) == ("total", said, "xml") and said in finding.message


@pytest.mark.parametrize("kind", ["rail", "air", "full", "older"])
def test_a_day_that_is_none_is_told_and_not_taken(kind: str) -> None:
    whole = KINDS[kind].xml()
    written = [KINDS[kind].date, KINDS[kind].date.replace("-", ""), "{}年{}月{}日".format(*KINDS[kind].date.split("-"))]
    for day in written:
        whole = whole.replace(day.encode(), b"2026-02-30")
    voucher = one(whole)
    assert voucher.date is None
    assert [(f.field, f.printed[:10]) for f in voucher.findings if f.code == "unread_date"] == [("date", "2026-02-30")]


def test_a_qr_whose_sum_is_none_is_told() -> None:
    plain = made.full_invoice()
    odd = plain.but(qr=plain.qr.replace("106.00", "NaN"))
    assert odd.qr != plain.qr
    voucher = one(odd.pdf())
    assert [(f.field, f.printed) for f in voucher.findings if f.code == "unread_qr"] == [("qr", "NaN")]
    assert not [f for f in one(made.full_invoice().pdf()).findings if f.code == "unread_qr"]


def test_a_blank_and_a_dash_say_nothing() -> None:
    voucher = one(made.full_invoice().xml().replace(b">100.00<", b">--<").replace(b">6.00<", b">***<"))
    assert (voucher.amount, voucher.tax) == (None, 0)
    assert not [f for f in voucher.findings if f.code.startswith("unread")]


def test_both_sides_of_a_changed_page_are_delivered() -> None:
    """Judging is the rules' work: the reader gives the printed value and the QR as it is."""
    voucher = one(made.full_invoice().but(total=906_00, number="26322000000000000099").pdf())
    assert (voucher.total, voucher.number) == (906_00, "26322000000000000099")
    assert voucher.qr == made.full_invoice().qr
    changed = made.full_invoice()
    from tests.vouchers_made.as_pdf import attached

    voucher = one(attached(changed.but(total=906_00).pdf(), "a.xml", changed.xml()))
    assert (voucher.total, voucher.extra["printed_total"]) == (106_00, "906.00")


def test_a_wrong_sum_is_read_as_printed() -> None:
    voucher = one(made.full_invoice().but(tax=7_00).pdf())
    assert (voucher.amount, voucher.tax, voucher.total) == (100_00, 7_00, 106_00)


def test_long_names_items_and_odd_texts() -> None:
    long = made.full_invoice(
        goods="*餐饮服务*大型商务宴会餐费含酒水服务费及场地布置费", seller="内蒙古（呼和浩特）烎火餐饮管理有限责任公司"
    )
    voucher = one(long.pdf())
    assert voucher.items[0].name == long.items[0].name
    assert voucher.seller == long.seller


def test_text_outside_the_page_is_not_there() -> None:
    hidden = one(made.full_invoice().pdf(outside="发票号码：99999999999999999999"))
    assert not differs(hidden, made.full_invoice().truth())


@pytest.mark.parametrize("mark", ["仅供预览", "样票", "作废"])
def test_marks_that_forbid_use(mark: str) -> None:
    for data in (made.full_invoice().pdf(stamp=mark), made.full_invoice().ofd("text", stamp=mark)):
        voucher = one(data)
        assert codes(voucher) == {"preview_mark"}
        assert not differs(voucher, made.full_invoice().truth())


def test_a_remark_about_voiding_is_no_mark() -> None:
    assert not codes(one(made.full_invoice(extra={"remark": "原合同作废，按新合同执行"}).pdf()))


@pytest.mark.parametrize(
    ("data", "paper"),
    [
        (made.trip_list(), "trip_list"),
        (made.hotel_bill(), "hotel_bill"),
        (made.boarding_pass(), "boarding_pass"),
        (made.payment_slip(), "payment"),
        (made.office_ofd(), None),
        (made.office_word(), None),
        (lines_pdf(["会议通知", "请各部门于 6 月 18 日参加。合计 3 人"]), None),
        (b"<html><body>invoice 26322000000000000001</body></html>", None),
        (b'<?xml version="1.0"?><note><to>a</to></note>', None),
    ],
)
def test_papers_that_are_no_invoice(data: bytes, paper: str | None) -> None:
    voucher = one(data)
    assert codes(voucher) == {"not_invoice"}
    assert (voucher.kind, voucher.number, voucher.total) == (None, None, None)
    assert voucher.extra.get("paper") == paper


def test_booking_files_and_fiscal_bills() -> None:
    einv = (
        b'<xbrl xmlns:einv="http://xbrl.mof.gov.cn/taxonomy/2023-12-31/einv"><einv:InvoiceNo>1</einv:InvoiceNo></xbrl>'
    )
    assert codes(one(einv)) == {"not_invoice"}
    fiscal = one(b"<EInvoice><Header><EInvoiceTag>CZ-EI</EInvoiceTag></Header><EInvoiceData/></EInvoice>")
    assert (fiscal.kind, codes(fiscal)) == (VoucherKind.FISCAL, {"by_hand"})
    taxi = one(lines_pdf(["江苏省出租汽车统一发票", "金额 23.00 元"]))
    assert (taxi.kind, codes(taxi)) == (VoucherKind.TAXI, {"by_hand"})


@pytest.mark.parametrize("kind", [VoucherKind.PAPER_SPECIAL, VoucherKind.PAPER_ORDINARY, VoucherKind.PAPER_ROLL])
@pytest.mark.parametrize(("turn", "contrast"), [(0, 1.0), (7, 0.25), (90, 0.5), (183, 0.5)])
def test_photos_by_their_qr(kind: VoucherKind, turn: int, contrast: float) -> None:
    sample = made.paper_invoice(kind=kind)
    voucher = one(sample.picture(turn=turn, contrast=contrast, form="JPEG"))
    assert (voucher.form, voucher.kind, voucher.key, voucher.date) == (
        "picture",
        kind,
        f"{sample.code}-{sample.number}",
        sample.date,
    )
    assert (voucher.amount, voucher.total) == (sample.amount, None), "the QR of these carries the sum without tax"
    assert set(voucher.sources.values()) == {"qr"}
    assert not codes(voucher)


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "WEBP", "GIF"])
def test_picture_files(form: str) -> None:
    voucher = one(made.full_invoice().picture(form=form))
    assert (voucher.number, voucher.total) == (made.full_invoice().number, 106_00)
    assert codes(voucher) == {"copy_only"}, "a picture is no original of an electronic invoice"


def test_a_picture_without_qr_is_left_to_the_clerk() -> None:
    from tests.vouchers_made.as_picture import page_image, png

    voucher = one(png(page_image(made.paper_invoice().pdf(qr=False), 100)))
    assert (codes(voucher), voucher.kind) == ({"no_qr"}, None)


def test_several_invoices_in_one_pdf_are_told_apart() -> None:
    three = [made.full_invoice(n=1), made.full_invoice(n=2, lines=2), made.rail_ticket()]
    found = read_bytes("合并.pdf", made.joined(three))
    assert [one.number for one in found] == [one.number for one in three]
    assert all("several_in_file" in codes(one) for one in found)
    assert [one.extra["page"] for one in found] == ["1", "2", "3"]
    assert "3 张发票" in found[0].findings[0].message
    twice = read_bytes("两份.pdf", made.joined([made.full_invoice(), made.full_invoice()]))
    assert len(twice) == 1, "two copies of one invoice are one"


def test_zips_are_opened_whatever_they_are_called(tmp_path: Path) -> None:
    a, b = made.full_invoice(n=1), made.rail_ticket()
    pack = made.zipped({"甲.xml": a.xml(), "乙/乙.ofd": b.ofd(), "__MACOSX/x": b"1"})
    (tmp_path / "发票.xml").write_bytes(pack)
    found = read_file(tmp_path / "发票.xml")
    assert [(one.file, one.number) for one in found] == [
        ("发票.xml/甲.xml", a.number),
        ("发票.xml/乙/乙.ofd", b.number),
    ]
    assert read_voucher(tmp_path / "发票.xml").number == a.number
    (tmp_path / "票.xml").write_bytes(made.zipped({"票.xml": a.xml()}))
    assert read_voucher(tmp_path / "票.xml").number == a.number
    (tmp_path / "错名.pdf").write_bytes(a.ofd())
    assert (read_voucher(tmp_path / "错名.pdf").form, read_voucher(tmp_path / "错名.pdf").number) == ("ofd", a.number)


def test_names_in_archives_of_chinese_windows() -> None:
    pack = made.zipped({"fapiao.xml": made.full_invoice().xml()})
    (voucher,) = read_bytes("票.zip", pack.replace(b"fapiao.xml", "发票一.xml".encode("gbk")))
    assert (voucher.file, voucher.number) == ("票.zip/发票一.xml", made.full_invoice().number)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_xml_in_other_encodings(encoding: str) -> None:
    sample = made.full_invoice()
    text = sample.xml().decode().replace("UTF-8", {"utf-8-sig": "UTF-8"}.get(encoding, encoding))
    assert not differs(one(text.encode(encoding)), sample.truth())
    assert not differs(one(b"\r\n" + sample.xml()), sample.truth()), "blank lines before the head"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_invoice_and_its_trip_list_in_one_pdf(order: tuple[int, int]) -> None:
    """Platforms put them into one file, in either order."""
    parts = (made.full_invoice().pdf(), made.trip_list())
    out, whole = io.BytesIO(), pypdfium2.PdfDocument.new()
    for at in order:
        whole.import_pages(pypdfium2.PdfDocument(parts[at]))
    whole.save(out)
    voucher = one(out.getvalue())
    assert not differs(voucher, made.full_invoice().truth())
    assert (voucher.pages, codes(voucher)) == (2, set())


def test_a_scan_in_a_pdf_is_read_by_its_qr() -> None:
    from PIL import Image

    scan = Image.open(io.BytesIO(made.full_invoice().picture(turn=2, dpi=200)))
    out = io.BytesIO()
    scan.save(out, "PDF", resolution=200)
    voucher = one(out.getvalue())
    assert (voucher.form, voucher.number, voucher.sources["number"]) == ("pdf", made.full_invoice().number, "qr")


def test_a_qr_drawn_as_squares_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some makers draw the code instead of carrying a picture, in PDF and in OFD."""
    from tests.vouchers_made import as_ofd, as_pdf
    from tests.vouchers_made.as_picture import qr_image

    sample = made.full_invoice()
    code = qr_image(sample.qr, 1)
    step = 20 / code.width
    dots = [
        (8 + x * step, 5 + y * step)
        for x in range(code.width)
        for y in range(code.height)
        if code.getpixel((x, y)) == 0
    ]
    squares = "".join(
        f'<ofd:PathObject ID="{500 + at}" Boundary="{x:.3f} {y:.3f} {step:.3f} {step:.3f}" Stroke="false" Fill="true"><ofd:FillColor '
        f'Value="0 0 0"/><ofd:AbbreviatedData>M 0 0 L {step:.3f} 0 L {step:.3f} {step:.3f} L 0 {step:.3f} C</ofd:AbbreviatedData>'
        "</ofd:PathObject>"
        for at, (x, y) in enumerate(dots)
    )
    plain = as_ofd.page_xml
    monkeypatch.setattr(
        as_ofd, "page_xml", lambda words, image: plain(words, False).replace("</ofd:Layer>", squares + "</ofd:Layer>")
    )
    assert one(sample.ofd("text")).qr == sample.qr

    def drawn(canvas: Any, *_: Any) -> None:
        for x, y in dots:
            canvas.rect(
                x * as_pdf.mm,
                (as_pdf.HIGH - y - step) * as_pdf.mm,
                step * as_pdf.mm,
                step * as_pdf.mm,
                stroke=0,
                fill=1,
            )

    monkeypatch.setattr(as_pdf.Canvas, "drawImage", drawn)
    assert one(sample.pdf()).qr == sample.qr


def test_an_ofd_that_only_says_its_values_in_its_head() -> None:
    whole = made.e_invoice()
    data = packed(
        {
            "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocInfo><ofd:CustomDatas>'
            f'<ofd:CustomData Name="发票代码">{whole.code}</ofd:CustomData><ofd:CustomData Name="发票号码">{whole.number}</ofd:CustomData>'
            '<ofd:CustomData Name="合计金额">300.00</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages/></ofd:Document>',
        }
    )
    voucher = one(data)
    assert (voucher.key, voucher.amount, voucher.total) == (f"{whole.code}-{whole.number}", 300_00, None)
    assert (voucher.kind, set(voucher.sources.values())) == (VoucherKind.E_ORDINARY, {"ofd_tag"})
