"""Gives the pages of a PDF to a printer at their true size, whatever the driver made of the paper."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from salesdesk.services.pdf_pages import page_images

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
    """Paint the pages at their true size; how many there were."""
    dpi = float(min(FINEST_DPI, max(printer.resolution(), 72)))
    opening = next(iter(page_images(pdf, 20)))
    crisp = abs(opening.width_mm - TRACTOR_MM) <= NEAR_MM or printer.resolution() < COARSE_DPI
    painter = QPainter()
    if not painter.begin(printer):
        return 0
    scale = printer.resolution() / 25.4
    number = 0
    for page in page_images(pdf, dpi, first, last, crisp=crisp):
        if number:
            printer.newPage()
        image = QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not crisp)
        painter.drawImage(QRectF(0, 0, page.width_mm * scale, page.height_mm * scale), image)
        number += 1
    painter.end()
    return number


def print_pdf(parent: QWidget, pdf: bytes, title: str) -> bool:
    """Ask for a printer and print; True when the printer took all pages."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    opening = next(iter(page_images(pdf, 20)))
    set_paper(printer, opening.width_mm, opening.height_mm)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"打印{title}")
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, opening.total > 1)
    dialog.setMinMax(1, opening.total)
    taken = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not taken:
        return False
    if not set_paper(printer, opening.width_mm, opening.height_mm):  # drivers put their own paper back in the dialog
        log.info("the driver keeps its own paper for %s×%s mm", opening.width_mm, opening.height_mm)
    first, last = printer.fromPage() or 1, printer.toPage() or opening.total
    return paint_pdf(printer, pdf, max(1, first), min(last, opening.total)) > 0
