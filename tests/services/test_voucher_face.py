"""Faces as issuers really print them: no labels, labels and values in one run, tables of other shapes, list pages, stamps."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as raw
import pytest
from reportlab.pdfgen.canvas import Canvas

from salesdesk.services.vouchers.reading import read_bytes
from salesdesk.services.vouchers.voucher import Leg, Voucher, VoucherKind
from tests import vouchers_made as made
from tests.vouchers_made import as_pdf
from tests.vouchers_made.face import Placed, face
from tests.vouchers_made.made import Made

FULL, OLDER = made.full_invoice(lines=2), made.e_invoice(lines=2)
_LABEL = re.compile(r"：$|^（小写）|^价税|^[购买方信息销售备注密码区]$|^[合计]$|项目名称|规格|^单|^数|^金|^税|货物")
Words = list[Placed]


def printed(words: Words, qr: str = "", pages: tuple[Words, ...] = ()) -> Voucher:
    """What is read from a page of these words, and from those behind it."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for at, one in enumerate((words, *pages)):
        canvas.setPageSize((as_pdf.WIDE * as_pdf.mm, as_pdf.HIGH * as_pdf.mm))
        as_pdf.draw(canvas, one)
        if qr and at == 0:
            image = as_pdf.ImageReader(as_pdf.qr_image(qr))
            canvas.drawImage(image, 8 * as_pdf.mm, 115 * as_pdf.mm, 20 * as_pdf.mm, 20 * as_pdf.mm)
        canvas.showPage()
    canvas.save()
    (voucher,) = read_bytes("票.pdf", out.getvalue())
    return voucher


def same(voucher: Voucher, sample: Made) -> None:
    """All values as made."""
    told = voucher.wire()
    assert {key: told[key] for key in sample.truth()} == sample.truth()


def joined(words: Words) -> Words:
    """Label and value written in one go."""
    found, used = [], set[int]()
    for word in words:
        if word.text.endswith("：") and len(word.text) > 2:
            after = [w for w in words if abs(w.y - word.y) < 1.2 and w.x > word.x and len(w.text) > 1]
            value = min(after, key=lambda w: w.x, default=None)
            if value and not value.text.endswith("："):
                used.add(id(value))
                word = replace(word, text=word.text + value.text)
        found.append(word)
    return [w for w in found if id(w) not in used]


def shuffled(words: Words) -> Words:
    """The order of writing says nothing."""
    return random.Random(5).sample(words, len(words))


def uneven(words: Words) -> Words:
    """Labels and values half a millimetre off one another."""
    rng = random.Random(5)
    return [replace(w, y=w.y + rng.uniform(-0.5, 0.5)) for w in words]


def spaced(words: Words) -> Words:
    """Heads written as 单 价."""
    return [
        replace(w, text=" ".join(w.text)) if w.text in ("单位", "数量", "单价", "金额", "税额") else w for w in words
    ]


def circled(words: Words) -> Words:
    """The sign against adding to the capitals."""
    return [replace(w, text="⊗" + w.text) if w.key == "TaxInclusiveTotalAmountWithWords" else w for w in words]


@pytest.mark.parametrize("change", [joined, shuffled, uneven, spaced, circled])
@pytest.mark.parametrize("sample", [FULL, OLDER], ids=["full", "older"])
@pytest.mark.parametrize("qr", [True, False])
def test_ways_of_printing(sample: Made, change: Callable[[Words], Words], qr: bool) -> None:
    voucher = printed(change(face(sample)), sample.qr if qr else "")
    same(voucher, sample)
    assert not voucher.unsure


@pytest.mark.parametrize("sample", [FULL, OLDER], ids=["full", "older"])
def test_labels_that_are_drawn_and_not_written(sample: Made) -> None:
    """The QR is the anchor, sums are chosen because they close, parties by the place of their tax numbers: all unsure."""
    bare = [w for w in face(sample) if not _LABEL.search(w.text)]
    voucher = printed(bare, sample.qr)
    same(voucher, sample)
    assert voucher.unsure == {"buyer", "buyer_tax_id", "seller", "seller_tax_id", "amount", "tax", "total"}


def test_sums_are_chosen_and_never_made() -> None:
    bare = [w for w in face(FULL) if not _LABEL.search(w.text) and w.key != "TaxTotalAmount"]
    voucher = printed(bare, FULL.qr)
    assert (voucher.amount, voucher.tax) == (None, None)
    assert (voucher.total, voucher.sources["total"]) == (FULL.total, "qr")
    unclear = [*bare, Placed("¥50.00", 150, 120), Placed("¥56.00", 170, 120)]
    assert printed(unclear, FULL.qr).tax is None


def test_a_toll_invoice_has_dates_where_others_have_quantities() -> None:
    sample = made.toll_invoice()
    words = [
        replace(
            w,
            text={
                "规格型号": "车牌号",
                "单位": "类型",
                "数量": "通行日期起",
                "单价": "通行日期止",
                "1": "20210601",
            }.get(w.text, w.text),
        )
        for w in face(sample)
    ]
    words = [replace(w, text="20210602") if w.text == sample.items[0].price and w.x == 122 else w for w in words]
    voucher = printed([*words, Placed("苏E12345", 58, 64, 3.0)], sample.qr)
    same(voucher, sample)
    assert (voucher.items[0].qty, voucher.items[0].price) == ("", "")
    assert "20210601" in voucher.items[0].spec


def test_price_before_quantity_and_the_riders_below() -> None:
    sample = made.full_invoice(goods="*运输服务*客运服务费", rate="3%", total=39_54)
    moved = {"单价": 88, "数量": 118, "1": 118, sample.items[0].price: 88}
    words = [replace(w, x=moved[w.text]) if w.text in moved and w.x < 130 else w for w in face(sample)]
    words = [w for w in words if w.text not in ("规格型号", "单位", "次")]
    for y, row in (
        (78, ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级", "交通工具类型")),
        (83, ("王小明", "320502********1234", "2026-06-15", "苏州站", "星湖街328号", "无", "出租车")),
        (87, ("王小明", "320502********1234", "2026-06-16", "星湖街328号", "苏州站", "无", "出租车")),
    ):
        words += [Placed(text, x, y, 3.0) for text, x in zip(row, (10, 30, 70, 95, 130, 165, 182), strict=True)]
    voucher = printed(words, sample.qr)
    same(voucher, sample)
    assert (voucher.items[0].qty, voucher.items[0].price) == ("1", sample.items[0].price)
    assert voucher.legs == (
        Leg("2026-06-15", "", "苏州站", "星湖街328号", "出租车", "无"),
        Leg("2026-06-16", "", "星湖街328号", "苏州站", "出租车", "无"),
    )
    assert (voucher.extra["special"], voucher.extra["passenger"]) == ("passenger", "王小明")


def test_goods_on_list_pages_stand_for_the_line_that_names_the_list() -> None:
    sample = made.e_invoice(lines=3)
    first = sample.but(items=(sample.items[0]._replace(name="(详见销货清单)", amount=sample.amount, tax=sample.tax),))
    behind = [Placed("销售货物或者提供应税劳务清单", 105, 12, 5, "center"), *[w for w in face(sample) if 57 < w.y < 97]]
    voucher = printed(face(first), sample.qr, (behind,))
    same(voucher, sample)
    assert [i.name for i in voucher.items] == [i.name for i in sample.items]
    assert voucher.pages == 2


def test_stations_and_train_on_different_heights() -> None:
    sample = made.rail_ticket()
    words = [replace(w, y=w.y - 3) if w.text == "G7001" else w for w in face(sample)]
    words = [
        part
        for w in words
        for part in ([replace(w, text="苏州"), Placed("站", w.x + 22, w.y, 4)] if w.text == "苏州站" else [w])
    ]
    assert printed(words, sample.qr).legs == sample.legs


def test_a_stamp_laid_over_the_page_counts_as_a_mark() -> None:
    document = pypdfium2.PdfDocument(FULL.pdf())
    page = document[0]
    note = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_STAMP)
    text = "仅供预览".encode("utf-16-le") + b"\0\0"
    buffer = (raw.FPDF_WCHAR * (len(text) // 2)).from_buffer_copy(text)
    raw.FPDFAnnot_SetStringValue(note, b"Contents", buffer)
    raw.FPDFPage_CloseAnnot(note)
    page.close()
    out = io.BytesIO()
    document.save(out)
    document.close()
    (voucher,) = read_bytes("票.pdf", out.getvalue())
    assert {f.code for f in voucher.findings} == {"preview_mark"}


def test_letters_written_one_by_one_across_the_page_are_a_mark() -> None:
    across = [Placed(ch, 50 + 25 * at, 120 - 25 * at, 12) for at, ch in enumerate("仅供预览")]
    assert "preview_mark" in {f.code for f in printed([*face(FULL), *across], FULL.qr).findings}


def test_two_invoices_on_one_sheet() -> None:
    first, second = made.full_invoice(n=1), made.full_invoice(n=2)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(as_pdf.WIDE * as_pdf.mm, 2 * as_pdf.HIGH * as_pdf.mm))
    for at, one in enumerate((first, second)):
        as_pdf.draw(canvas, face(one), as_pdf.HIGH * (2 - at))
        image = as_pdf.ImageReader(as_pdf.qr_image(one.qr))
        canvas.drawImage(
            image, 8 * as_pdf.mm, (as_pdf.HIGH * (2 - at) - 25) * as_pdf.mm, 20 * as_pdf.mm, 20 * as_pdf.mm
        )
    canvas.save()
    found = read_bytes("拼版.pdf", out.getvalue())
    assert {one.number for one in found} == {first.number, second.number}
    assert all("several_in_file" in {f.code for f in one.findings} for one in found)
    assert all(set(one.sources.values()) == {"qr"} for one in found), "words cannot be told apart"


def test_kinds_by_their_titles() -> None:
    for kind in (VoucherKind.PAPER_SPECIAL, VoucherKind.PAPER_ORDINARY, VoucherKind.PAPER_ROLL):
        sample = made.paper_invoice(kind=kind)
        same(printed(face(sample)), sample)
