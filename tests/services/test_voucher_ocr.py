"""Recognised words of pictures: read like a page, marked unsure, behind what the QR says; nothing without the extra."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from salesdesk.services.vouchers import ocr
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.reading import read_bytes
from salesdesk.services.vouchers.voucher import Voucher, VoucherKind
from tests import vouchers_made as made
from tests.services import ocr_lines

Recorded = list[tuple[list[list[float]], str, float]]


def recorded(lines: ocr_lines.Lines) -> Recorded:
    """The lines in the form of the engine's answer."""
    return [
        ([[left, top], [right, top], [right, bottom], [left, bottom]], text, 0.98)
        for left, top, right, bottom, text in lines
    ]


@pytest.mark.parametrize(
    ("lines", "sample"),
    [(ocr_lines.PAPER_SPECIAL, made.paper_invoice()), (ocr_lines.FULL_ORDINARY, made.full_invoice())],
    ids=["paper", "full"],
)
def test_recorded_lines(lines: ocr_lines.Lines, sample: made.Made) -> None:
    voucher = Voucher(form="picture")
    ocr.read_lines(recorded(lines), *ocr_lines.SIZE, Filling(voucher), None)
    told, truth = voucher.wire(), sample.truth()
    assert {key: told[key] for key in truth} == truth
    assert [(i.name, i.qty, i.amount, i.rate, i.tax) for i in voucher.items] == [
        (i.name, i.qty, i.amount, i.rate, i.tax) for i in sample.items
    ]
    assert set(voucher.sources.values()) == {"ocr"}
    assert voucher.unsure == set(voucher.sources), "everything recognised is unsure"
    assert [f.code for f in voucher.findings] == ["ocr"]


def test_the_qr_goes_before_what_was_recognised() -> None:
    sample = made.paper_invoice()
    wrong = tuple((*one[:4], one[4].replace("51142001", "51142007")) for one in ocr_lines.PAPER_SPECIAL)
    voucher = Voucher(form="picture")
    ocr.read_lines(recorded(wrong), *ocr_lines.SIZE, Filling(voucher), sample.qr)
    assert (voucher.number, voucher.sources["number"]) == (sample.number, "qr")
    assert voucher.unsure >= {"buyer", "total"} and not voucher.unsure & {"number", "code", "date", "amount"}


def test_old_paper_prints_code_and_number_without_labels_and_titles_are_misread() -> None:
    voucher = Voucher(form="picture")
    lines: ocr_lines.Lines = (
        (353, 26, 557, 52, "北京增值税支用发票"), (167, 41, 287, 60, "1100094140"), (612, 38, 756, 63, "No87654321"),
        (768, 46, 832, 63, "1100094140"), (757, 65, 829, 80, "87654321"), (636, 84, 815, 106, "开票日期：2010年11月18日"),
    )  # fmt: skip
    ocr.read_lines(recorded(lines), 911, 534, Filling(voucher), None)
    assert (voucher.kind, voucher.code, voucher.number, voucher.date) == (
        VoucherKind.PAPER_SPECIAL,
        "1100094140",
        "87654321",
        "2010-11-18",
    )


def test_unsure_and_empty_lines_are_left_out() -> None:
    box = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]]
    voucher = Voucher(form="picture")
    assert ocr.read_lines([(box, "发票号码：51142001", 0.2), (box, "  ", 0.99)], 100, 100, Filling(voucher), None) == []
    assert not voucher.findings


class _Engine:
    """Stands for the recogniser: answers what was recorded."""

    def __init__(self, **_: object) -> None: ...

    def __call__(self, _: object) -> tuple[Recorded, float]:
        return recorded(ocr_lines.PAPER_SPECIAL), 0.1


def stand_in(monkeypatch: pytest.MonkeyPatch, installed: bool) -> None:
    """The recogniser as installed, or not."""
    module = ModuleType(ocr.PACKAGE)
    module.RapidOCR = _Engine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, ocr.PACKAGE, module)
    monkeypatch.setattr(ocr, "available", lambda: installed)
    ocr._engine.cache_clear()


@pytest.mark.parametrize("installed", [True, False])
def test_pictures_and_scans_use_it_only_where_it_is_installed(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, installed)
    from tests.vouchers_made.as_picture import page_image, png

    picture = png(page_image(made.paper_invoice().pdf(qr=False), 100))
    (voucher,) = read_bytes("a.png", picture, ocr=True)
    assert voucher.number == ("51142001" if installed else None)
    assert {f.code for f in voucher.findings} == ({"ocr"} if installed else {"no_qr"})
    (voucher,) = read_bytes("a.png", picture)
    assert voucher.number is None, "nobody asked for it"
    ocr._engine.cache_clear()


def test_words_that_name_no_invoice_are_not_called_none_of_one() -> None:
    """OCR that misses the title proves nothing; only a supporting paper it names is said to be one."""
    from salesdesk.services.vouchers.judging import judge

    for text, code in (("某某服务", "no_number"), ("滴滴出行行程单", "not_invoice")):
        voucher = Voucher(form="picture")
        filling = Filling(voucher)
        filling.say("ocr", "识别的")
        judge(filling, [text], True)
        assert code in {f.code for f in voucher.findings}
