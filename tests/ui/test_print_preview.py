"""What is previewed is what is printed: the same bytes, the true size, counted and logged."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.services.vouchers.tiling import Piece, tile
from salesdesk.services.vouchers.voucher import VoucherKind
from tests import vouchers_made as made
from tests.desks import order_args
from tests.ui.hands import Hands
from ui.kit import print_out
from ui.kit.paper_preview import PaperPreview
from ui.kit.print_out import nearest_size, paint_pdf, set_paper
from ui.shell.window import Window


@pytest.fixture
def preview(qtbot: QtBot, window: Window, desk: Desk) -> PaperPreview:
    """The preview of a 送货单, open and active."""
    order = desk.do("order.save", order_args(("P10012", "10", "48.60")))
    desk.do("order.confirm", {"uid": order.uid})
    delivery = desk.do("order.deliver", {"uid": order.uid})
    made = PaperPreview(window.context, "delivery", delivery.uid)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    window.ops.wait()
    return made


def millimetres(pdf: bytes) -> tuple[float, float]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        wide, high = document[0].get_size()
        return round(wide / 72 * 25.4, 1), round(high / 72 * 25.4, 1)
    finally:
        document.close()


def test_the_paper_is_shown_and_another_size_is_another_paper(preview: PaperPreview, window: Window) -> None:
    assert preview.sheets.pages == 1
    assert millimetres(preview.pdf) == (241.3, 139.7) or millimetres(preview.pdf)[0] == 241.0
    at = preview.papers.findData("A4")
    preview.papers.setCurrentIndex(at)
    preview._paper_chosen(at)
    window.ops.wait()
    assert millimetres(preview.pdf) == (210.0, 297.0)


def test_zoom_and_pages_by_keys(preview: PaperPreview) -> None:
    before = preview.sheets.zoom
    Hands().press("Ctrl++")
    assert preview.sheets.zoom > before
    Hands().press("Ctrl+0")
    assert preview.page == 1


def test_looking_leaves_no_trace_and_printing_is_counted(
    preview: PaperPreview, window: Window, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.rows("print_log") == []
    taken: list[bytes] = []

    def take(parent: object, pdf: bytes, title: str) -> str:
        taken.append(pdf)
        return "针打"

    monkeypatch.setattr(print_out, "print_pdf", take)
    shown = preview.pdf
    Hands().press("Ctrl+P")
    window.ops.wait()
    assert taken == [shown], "the printer gets the bytes that were shown"
    assert [r["nth"] for r in desk.rows("print_log")] == [1]


def test_a_printer_that_was_not_chosen_prints_nothing(
    preview: PaperPreview, window: Window, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_out, "print_pdf", lambda parent, pdf, title: "")
    preview.print()
    window.ops.wait()
    assert desk.rows("print_log") == []
    assert preview.isVisible()


def test_saving_writes_the_same_bytes_and_says_when_it_cannot(
    preview: PaperPreview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "送货单.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    preview.save()
    assert target.read_bytes() == preview.pdf
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(tmp_path / "没有" / "x.pdf"), ""))
    preview.save()
    assert "《x.pdf》没能保存：找不到文件夹" in preview.banner.text


def test_the_printer_paints_the_true_size(preview: PaperPreview, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    target = tmp_path / "out.pdf"
    printer.setOutputFileName(str(target))
    wide, high = millimetres(preview.pdf)
    assert set_paper(printer, wide, high)
    assert paint_pdf(printer, preview.pdf) == 1
    got = millimetres(target.read_bytes())
    assert abs(got[0] - wide) < 1 and abs(got[1] - high) < 1


def test_pages_on_their_side_are_printed_whole(qtbot: QtBot, tmp_path: Path) -> None:
    """EXP-5: railway tickets stand on sheets lying on their side, between sheets of invoices standing upright."""
    rail, invoice = (made.rail_ticket().pdf(), VoucherKind.RAIL), (made.full_invoice().pdf(), VoucherKind.FULL_ORDINARY)
    pdf = tile([Piece(data, "pdf", "1", kind) for data, kind in (invoice, rail, rail, rail, invoice)]).pdf
    for first, shapes in ((1, [(210, 297), (297, 210), (210, 297)]), (2, [(297, 210), (210, 297)])):
        target = tmp_path / f"{first}.pdf"
        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(target))
        set_paper(printer, 210.0, 297.0)
        assert paint_pdf(printer, pdf, first) == len(shapes)
        document = pypdfium2.PdfDocument(target.read_bytes())
        got = [tuple(round(side / 72 * 25.4) for side in document.get_page_size(i)) for i in range(len(document))]
        document.close()
        assert got == shapes


def test_the_printers_own_paper_is_preferred_when_it_fits() -> None:
    unit = QPageSize.Unit.Millimeter
    known = [
        QPageSize(QPageSize.PageSizeId.A4),
        QPageSize(QSizeF(241, 140), unit, "我的连续纸", QPageSize.SizeMatchPolicy.ExactMatch),
    ]
    size, way = nearest_size(known, 241.0, 139.7)
    assert size.name() == "我的连续纸" and way == QPageLayout.Orientation.Portrait
    size, way = nearest_size(known, 297.0, 210.0)
    assert size.id() == QPageSize.PageSizeId.A4 and way == QPageLayout.Orientation.Landscape
    size, way = nearest_size(known, 241.0, 93.1)
    assert round(size.size(unit).width()) == 241 and round(size.size(unit).height(), 1) == 93.1


A4 = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF())


class Driver(QPrinter):
    """A printer into a file. keeps: whether it stays with A4 whatever paper it is given, as some Windows drivers do."""

    keeps = False
    target = ""

    def __init__(self, *_: object) -> None:
        super().__init__(QPrinter.PrinterMode.ScreenResolution)
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(self.target)

    def setPageLayout(self, layout: QPageLayout) -> bool:
        return super().setPageLayout(A4 if self.keeps else layout)


class Dialog(QPrintDialog):
    """The print dialog answered with 打印; like that of many drivers it puts the driver's own paper back on the way."""

    def exec(self) -> int:
        QPrinter.setPageLayout(self.printer(), A4)
        return int(QDialog.DialogCode.Accepted)


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both in the place of Windows'; the file that is printed into."""
    monkeypatch.setattr(Driver, "target", str(tmp_path / "印.pdf"))
    monkeypatch.setattr(Driver, "keeps", False)
    monkeypatch.setattr(print_out, "QPrinter", Driver)
    monkeypatch.setattr(print_out, "QPrintDialog", Dialog)
    return tmp_path / "印.pdf"


@pytest.mark.expected_log("non-native printers")  # Windows' own dialog, asked to print into a file
def test_a_dialog_that_puts_other_paper_in_does_not_change_the_print(preview: PaperPreview, driver: Path) -> None:
    wide, high = millimetres(preview.pdf)
    assert print_out.print_pdf(preview, preview.pdf, "送货单")
    got = millimetres(driver.read_bytes())
    assert abs(got[0] - wide) < 1 and abs(got[1] - high) < 1 and abs(got[1] - 297) > 50


@pytest.mark.expected_log("non-native printers")
def test_a_driver_that_keeps_its_own_paper_is_told_before_anything_is_printed(
    preview: PaperPreview, driver: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Driver, "keeps", True)
    told: list[str] = []
    answers = iter((False, True))
    monkeypatch.setattr(print_out, "confirm", lambda parent, title, text, yes: told.append(text) or next(answers))
    assert print_out.print_pdf(preview, preview.pdf, "送货单") == "" and not driver.exists()
    assert "A4 210×297" in told[0] and "纸张规格" in told[0]
    assert print_out.print_pdf(preview, preview.pdf, "送货单") and driver.exists(), "her decision"
