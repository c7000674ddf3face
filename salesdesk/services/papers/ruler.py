"""Paints the test page by which a clerk measures how far a printer prints off."""

from __future__ import annotations

from salesdesk.services.papers.lettering import Lettering
from salesdesk.services.papers.pen import THICK, THIN, Page, Pen
from salesdesk.services.papers.shapes import PaperSize, RulerSheet

INSET = 20.0  # the frame stands this far from every edge, mm


def lay_ruler(size: PaperSize, lettering: Lettering, sheet: RulerSheet) -> list[Page]:
    """Pages with a frame 20 mm inside the paper's edges with a millimetre scale along its top and left side."""

    def paint(pen: Pen, number: int = 1) -> None:
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
            (f"打印校准页　{size.title}　第 {number}/{sheet.pages} 张", 13.0, True),
            (sheet.company, 10.0, False),
            ("用尺子量粗框，把毫米数填进「打印机校准」：", 10.0, False),
            (
                f"第 1 张：左边到纸边（应为 {INSET:g}）、上边到纸边（应为 {INSET:g}）、框宽（应为 {width:g}）。",
                10.0,
                False,
            ),
            *(
                ((f"第 {sheet.pages} 张：只量上边到纸边（应为 {INSET:g}），看出每张走偏多少。", 10.0, False),)
                if sheet.pages > 1
                else ()
            ),
        )
        y = size.height_mm / 2 - 12
        for text, points, bold in texts:
            if not text:
                continue
            for line in lettering.wrap(lettering.clean(text), width - 24, points, bold):
                pen.text(size.width_mm / 2 + 4, y, line, points, bold, "center")
                y += 6.2

    return [
        Page(size.width_mm, size.height_mm, lambda pen, number=number: paint(pen, number))  # type: ignore[misc]
        for number in range(1, sheet.pages + 1)
    ]
