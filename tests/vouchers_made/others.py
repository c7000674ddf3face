"""Papers that are no invoice, files that hold several, and files behind a password."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pypdfium2
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.vouchers_made.as_ofd import packed, plain_ofd
from tests.vouchers_made.as_pdf import lines_pdf, pdf_of
from tests.vouchers_made.made import Made


def trip_list() -> bytes:
    """行程单 of a ride-hailing platform, beside its invoice."""
    return lines_pdf(
        ["滴滴出行-行程单", "DIDI TRAVEL - TRIP TABLE", "申请日期：2026-06-18 行程起止日期：2026-06-15 至 2026-06-15",
         "共1笔行程，合计39.54元", "序号 车型 上车时间 城市 起点 终点 里程[公里] 金额[元]",
         "1 快车 06-15 08:12 苏州市 苏州站 星湖街328号 12.3 39.54"]
    )  # fmt: skip


def hotel_bill() -> bytes:
    """酒店水单."""
    return lines_pdf(
        ["湖畔酒店 宾客账单", "姓名 王小明 房号 1208 入住 2026-06-15 离店 2026-06-17", "06-15 房费 380.00", "06-16 房费 380.00",
         "合计 760.00", "此账单不作报销凭证"]
    )  # fmt: skip


def boarding_pass() -> bytes:
    """登机牌."""
    return lines_pdf(["登机牌 BOARDING PASS", "姓名 王小明 航班 CZ8866 日期 16JUN 座位 20K", "合肥 HFE 至 广州 CAN"])


def payment_slip() -> bytes:
    """A payment record printed from a phone."""
    return lines_pdf(["支付成功", "￥39.54", "商品 滴滴快车 交易单号 4200002211202606181234567890", "支付方式 零钱"])


def office_ofd() -> bytes:
    """A notice as OFD."""
    return plain_ofd(["关于开展年度培训的通知", "各部门：", "请于 2026 年 6 月 30 日前报送人员名单。"])


def office_word() -> bytes:
    """The shell of a Word file: also a ZIP."""
    return packed(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": "<document>发票号码 26322000000000000001</document>"}
    )


def joined(vouchers: Sequence[Made]) -> bytes:
    """One PDF with a page for each."""
    return pdf_of(vouchers)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP as platforms deliver several vouchers."""
    return packed(files)


def locked(password: str = "geheim") -> bytes:
    """A PDF that opens only with a password."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password, ownerPassword="owner"))
    canvas.drawString(100, 100, "locked")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()
