"""Paints the test page by which a clerk measures how far a printer prints off."""

from __future__ import annotations

from salesdesk.services.papers.lettering import Lettering
from salesdesk.services.papers.pen import THICK, THIN, Page, Pen
from salesdesk.services.papers.shapes import PaperSize

INSET = 20.0  # the frame stands this far from every edge, mm


def lay_ruler(size: PaperSize, lettering: Lettering) -> list[Page]:
    """One page: a frame 20 mm inside the paper's edges with a millimetre scale along its top and left side."""

    def paint(pen: Pen) -> None:
        width, height = size.width_mm - 2 * INSET, size.height_mm - 2 * INSET
        pen.box(INSET, INSET, width, height, THICK)
        for mm in range(0, int(width) + 1):
            tick = 4.0 if mm % 10 == 0 else 2.6 if mm % 5 == 0 else 1.4
            pen.line(INSET + mm, INSET, INSET + mm, INSET + tick, THIN)
            if mm % 20 == 0 and 0 < mm < width - 5:
                pen.text(INSET + mm, INSET + 6.4, str(mm), 8.0, False, "center")
        for mm in range(0, int(height) + 1):
            tick = 4.0 if mm % 10 == 0 else 2.6 if mm % 5 == 0 else 1.4
            pen.line(INSET, INSET + mm, INSET + tick, INSET + mm, THIN)
            if mm % 20 == 0 and 0 < mm < height - 5:
                pen.text(INSET + 6.0, INSET + mm, str(mm), 8.0)
        texts = (
            (f"打印校准页　{size.title}", 13.0, True),
            (f"边框应离纸的左边和上边各 {INSET:g} 毫米，宽 {width:g} 毫米，高 {height:g} 毫米。", 10.0, False),
            ("偏左几毫米，横向偏移就填几；偏右填负数。偏上几毫米，纵向偏移就填几；偏下填负数。", 10.0, False),
            ("量得的宽度若不同：缩放 = 应有宽度 ÷ 量得宽度。连续纸请多走几页，看第十页偏了多少。", 10.0, False),
        )
        y = size.height_mm / 2 - 8
        for text, points, bold in texts:
            for line in lettering.wrap(lettering.clean(text), width - 24, points, bold):
                pen.text(size.width_mm / 2 + 4, y, line, points, bold, "center")
                y += 6.2

    return [Page(size.width_mm, size.height_mm, paint)]
