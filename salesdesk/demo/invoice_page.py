"""The page of a made invoice as its seller would send it: two parties, the goods, the sums in words and figures, a QR code."""

from __future__ import annotations

import io
from typing import Any

from salesdesk.demo.invoices import DemoInvoice
from salesdesk.domain.money_words import amount_in_words
from salesdesk.services.papers.lettering import MM_PER_POINT, ONE_AT_A_TIME, Lettering
from salesdesk.services.papers.pen import THIN, Page, Pen, new_canvas
from salesdesk.services.papers.shapes import STRAIGHT

WIDE, HIGH = 210.0, 140.0
QR = (8.0, 5.0, 20.0)  # left, top, side
_RULES = (
    (4, 27, 206, 27), (4, 51, 206, 51), (4, 92, 206, 92), (4, 101, 206, 101), (4, 110, 206, 110), (4, 131, 206, 131),
    (4, 27, 4, 131), (206, 27, 206, 131), (105, 27, 105, 51), (10, 27, 10, 51), (111, 27, 111, 51), (10, 110, 10, 131),
)  # fmt: skip


def page_of(made: DemoInvoice) -> bytes:
    """The page as a PDF."""
    stream = io.BytesIO()
    with ONE_AT_A_TIME:
        lettering = Lettering()  # loads the fonts the canvas begins with
        canvas = new_canvas(stream, f"发票 {made.number}", made.seller, "电子发票", f"{made.day}T10:20:30")
        pen = Pen(canvas, lettering)

        def paint(pen: Pen) -> None:
            _frame(pen)
            _words(pen, made)
            _qr(canvas, f"01,32,,{made.number},{_yuan(made.total)},{made.day.replace('-', '')},,B2B6")

        pen.draw_page(Page(WIDE, HIGH, paint), STRAIGHT)
        canvas.save()
    return stream.getvalue()


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _frame(pen: Pen) -> None:
    for rule in _RULES:
        pen.line(*rule, THIN)
    for words, x, top in (("购买方信息", 7, 31.5), ("销售方信息", 108, 31.5), ("备注", 7, 118)):
        for at, sign in enumerate(words):
            pen.text(x, top + 4.0 * at, sign, 8.5, align="center")


def _words(pen: Pen, made: DemoInvoice) -> None:
    net, tax = made.split
    year, month, day = made.day.split("-")
    small, plain = 8.5, 9.0
    pen.text(WIDE / 2, 13, "电子发票（普通发票）", 16, align="center")
    for text, x, y in (
        ("发票号码：", 150, 10), ("开票日期：", 150, 16), ("名称：", 12, 32), ("统一社会信用代码/纳税人识别号：", 12, 44), ("名称：", 113, 32),
        ("统一社会信用代码/纳税人识别号：", 113, 44), ("价税合计（大写）", 20, 105), ("（小写）", 145, 105), ("开票人：", 20, 135),
        (made.number, 168, 10), (f"{year}年{month}月{day}日", 168, 16), (made.buyer, 23, 32), (made.buyer_tax_id, 63, 44),
        (made.seller, 124, 32), (made.seller_tax_id, 164, 44), ("管理员", 34, 135),
        (amount_in_words(made.total).replace("元", "圆"), 60, 105), (f"¥{_yuan(made.total)}", 160, 105),
    ):  # fmt: skip
        pen.text(x, y, text, plain)
    heads = (
        ("项目名称", 24),
        ("规格型号", 58),
        ("单位", 80),
        ("数量", 95),
        ("单价", 117),
        ("金额", 144),
        ("税率/征收率", 160),
        ("税额", 196),
    )
    for text, x in heads:
        pen.text(x, 55, text, small)
    pen.text(8, 61, made.goods, small)
    for text, x in (("1", 102), (_yuan(net), 124), (_yuan(net), 151), (f"{made.rate}%", 172), (_yuan(tax), 203)):
        pen.text(x, 61, text, small, align="right")
    pen.text(22, 97, "合", plain)
    pen.text(38, 97, "计", plain)
    pen.text(151, 97, f"¥{_yuan(net)}", plain, align="right")
    pen.text(203, 97, f"¥{_yuan(tax)}", plain, align="right")


def _qr(canvas: Any, text: str) -> None:
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    left, top, side = (mm / MM_PER_POINT for mm in QR)
    high, dot = HIGH / MM_PER_POINT, side / count
    for line in range(count):
        for column in range(count):
            if code.isDark(line, column):
                x, y = left + column * dot, high - top - (line + 1) * dot
                canvas.addLiteral(f"{x:.2f} {y:.2f} {dot + 0.02:.2f} {dot + 0.02:.2f} re f")
