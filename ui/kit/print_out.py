"""Gives the pages of a PDF to a printer at their true size, whatever the driver made of the paper."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from salesdesk.services.pdf_pages import page_images
from ui.kit.dialogs import confirm

log = logging.getLogger(__name__)

NEAR_MM = 3.0
"""A paper the printer knows counts as ours when both sides differ by no more than this."""
FINEST_DPI = 360
COARSE_DPI = 200
"""24-pin printers stay below; their letters are printed without grey."""
TRACTOR_MM = 241.0


def nearest_size(known: list[QPageSize], wide: float, high: float) -> tuple[QPageSize, QPageLayout.Orientation]:
    """The printer's own paper that fits, upright or turned; else a size of our own, exactly as wide and high."""
    unit = QPageSize.Unit.Millimeter
    best: tuple[float, QPageSize, QPageLayout.Orientation] | None = None
    for size in known:
        box = size.size(unit)
        for turned, (w, h) in ((False, (box.width(), box.height())), (True, (box.height(), box.width()))):
            off = max(abs(w - wide), abs(h - high))
            way = QPageLayout.Orientation.Landscape if turned else QPageLayout.Orientation.Portrait
            if off <= NEAR_MM and (best is None or off < best[0]):
                best = (off, size, way)
    if best is not None:
        return best[1], best[2]
    own = QPageSize(QSizeF(wide, high), unit, f"{wide:g}×{high:g} 毫米", QPageSize.SizeMatchPolicy.ExactMatch)
    return own, QPageLayout.Orientation.Portrait


def set_paper(printer: QPrinter, wide: float, high: float) -> bool:
    """Put the paper in; False when the driver did not take it. To be called again after the print dialog."""
    size, way = nearest_size(QPrinterInfo(printer).supportedPageSizes(), wide, high)
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(size, way, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter))
    got = printer.pageLayout().fullRect(QPageLayout.Unit.Millimeter)
    return abs(got.width() - wide) <= NEAR_MM and abs(got.height() - high) <= NEAR_MM


def paint_pdf(printer: QPrinter, pdf: bytes, first: int = 1, last: int | None = None) -> int:
    """Paint the pages at their true size; how many there were. The paper is in for the first page; others may lie on their
    side, as sheets of railway tickets between those of invoices."""
    dpi = float(min(FINEST_DPI, max(printer.resolution(), 72)))
    opening = next(iter(page_images(pdf, 20)))
    paper = (opening.width_mm, opening.height_mm)
    if first > 1:
        start = next(iter(page_images(pdf, 20, first, first)))
        paper = _change_paper(printer, paper, (start.width_mm, start.height_mm))
    crisp = abs(opening.width_mm - TRACTOR_MM) <= NEAR_MM or printer.resolution() < COARSE_DPI
    painter = QPainter()
    if not painter.begin(printer):
        return 0
    scale = printer.resolution() / 25.4
    number = 0
    for page in page_images(pdf, dpi, first, last, crisp=crisp):
        if number:
            paper = _change_paper(printer, paper, (page.width_mm, page.height_mm))
            printer.newPage()
        image = QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not crisp)
        painter.drawImage(QRectF(0, 0, page.width_mm * scale, page.height_mm * scale), image)
        number += 1
    painter.end()
    return number


def _change_paper(printer: QPrinter, before: tuple[float, float], now: tuple[float, float]) -> tuple[float, float]:
    """Take other paper for the page about to begin when its size differs; the size it has."""
    if max(abs(a - b) for a, b in zip(before, now, strict=True)) > NEAR_MM:
        set_paper(printer, *now)
    return now


def printer_names() -> list[str]:
    """The printers of this PC, the usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    names = [name for name in QPrinterInfo.availablePrinterNames() if name]
    return sorted(names, key=lambda name: name != usual)


def has_paper(name: str, wide: float, high: float) -> bool:
    """Whether the driver of a printer knows this paper; a driver that tells no papers is believed."""
    known = QPrinterInfo.printerInfo(name).supportedPageSizes()
    return knows(known, wide, high)


def knows(known: list[QPageSize], wide: float, high: float) -> bool:
    """Whether a paper is among those a driver tells of, upright or turned."""
    unit = QPageSize.Unit.Millimeter
    return not known or any(
        max(abs(w - wide), abs(h - high)) <= NEAR_MM
        for box in (size.size(unit) for size in known)
        for w, h in ((box.width(), box.height()), (box.height(), box.width()))
    )


def missing_paper(name: str, wide: float, high: float) -> str:
    """What to tell the clerk whose printer does not know the paper, with the cure."""
    return (
        f"打印机「{name}」的驱动里没有 {wide:g}×{high:g} 毫米的纸，可能会按 A4 走纸、位置错乱。"
        "请在 Windows「打印服务器属性 → 纸张规格」里新建一种（宽高就填这两个数），再到打印机首选项里选它。"
    )


def fallback(printer: QPrinter, wide: float, high: float) -> str:
    """What the driver made of the paper when it is not the one asked for: "A4 210×297"; "" when it took ours."""
    layout = printer.pageLayout()
    got = layout.fullRect(QPageLayout.Unit.Millimeter)
    if abs(got.width() - wide) <= NEAR_MM and abs(got.height() - high) <= NEAR_MM:
        return ""
    return f"{layout.pageSize().name()} {got.width():.0f}×{got.height():.0f}"


def print_to(name: str, pdf: bytes, title: str) -> str:
    """Print all pages on a printer without asking; answers what went wrong, "" when nothing did."""
    printer = QPrinter(QPrinterInfo.printerInfo(name), QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    opening = next(iter(page_images(pdf, 20)))
    set_paper(printer, opening.width_mm, opening.height_mm)
    if not paint_pdf(printer, pdf):
        return f"打印机「{name}」没有接受，请看它是不是开着、有没有纸。"
    other = fallback(printer, opening.width_mm, opening.height_mm)
    told = missing_paper(name, opening.width_mm, opening.height_mm)
    return f"驱动把纸换成了 {other}。{told}" if other else ""


def print_pdf(
    parent: QWidget, pdf: bytes, title: str, name: str = "", remake: Callable[[str], bytes] | None = None
) -> str:
    """Ask for a printer and print; answers the name of the printer that took all pages, "" when none did.

    name: the printer proposed. remake: the same paper corrected for another printer, when that one is chosen.
    """
    info = QPrinterInfo.printerInfo(name) if name else QPrinterInfo()
    printer = (
        QPrinter(QPrinter.PrinterMode.HighResolution)
        if info.isNull()
        else QPrinter(info, QPrinter.PrinterMode.HighResolution)
    )
    printer.setDocName(title)
    opening = next(iter(page_images(pdf, 20)))
    wide, high = opening.width_mm, opening.height_mm
    set_paper(printer, wide, high)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"打印{title}")
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, opening.total > 1)
    dialog.setMinMax(1, opening.total)
    taken = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not taken:
        return ""
    chosen = printer.printerName()
    if not set_paper(printer, wide, high):  # drivers put their own paper back in the dialog
        log.info("the driver keeps its own paper for %s×%s mm", wide, high)
        other = fallback(printer, wide, high)
        told = f"驱动把纸换成了 {other}，不是 {wide:g}×{high:g} 毫米。\n{missing_paper(chosen, wide, high)}"
        if not confirm(parent, "纸张不对", told, "仍要打印"):
            return ""
    if remake is not None and chosen != name:
        pdf = remake(chosen)
    first, last = printer.fromPage() or 1, printer.toPage() or opening.total
    done = paint_pdf(printer, pdf, max(1, first), min(last, opening.total)) > 0
    return (chosen or "PDF") if done else ""
