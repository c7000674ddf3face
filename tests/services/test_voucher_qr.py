"""QR texts of invoices: six, eight or nine fields, never by the place of a field alone; and the codes in bad pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from salesdesk.services.vouchers.printed import day_of, money_of, plain, tax_id_of, tax_of
from salesdesk.services.vouchers.qr import codes_in, qr_fields
from salesdesk.services.vouchers.voucher import VoucherKind
from tests.vouchers_made.as_picture import qr_image


@pytest.mark.parametrize(
    ("text", "kind", "code", "number", "money", "means", "date"),
    [
        ("01,10,012001900111,51142414,47.26,20190720,65431824771847114698,8BDD,",
         VoucherKind.E_ORDINARY, "012001900111", "51142414", 4726, "amount", "2019-07-20"),
        ("01,31,,24992000000000000017,4449.00,20240528,,B2B6",
         VoucherKind.FULL_SPECIAL, None, "24992000000000000017", 444900, "total", "2024-05-28"),
        ("01,32,,25992000000000000026,264,20250106,,9B52",
         VoucherKind.FULL_ORDINARY, None, "25992000000000000026", 26400, "total", "2025-01-06"),
        ("01,51,,26999132621000000031,56.00,20260423,,219a",
         VoucherKind.RAIL, None, "26999132621000000031", 5600, "total", "2026-04-23"),
        ("01,10,22999130671000000042,166.05,20220317,b2b2",
         VoucherKind.RAIL, None, "22999130671000000042", 16605, "amount", "2022-03-17"),
        ("01,61,,9223372036854775807,620,20210728,,7890",
         VoucherKind.AIR, None, "9223372036854775807", 62000, "total", "2021-07-28"),
        ("01,08,032002100113,20190720,6.2,20190721,12345678901234567890,AAAA",
         VoucherKind.E_SPECIAL, "032002100113", "20190720", 620, "amount", "2019-07-21"),
        ("01,04,1100094140,87654321,,20101118,,AAAA", VoucherKind.PAPER_ORDINARY, "1100094140", "87654321", None, "amount", "2010-11-18"),
        ("01，32，，25992000000000000026，-264.00，20250106，，9B52",
         VoucherKind.FULL_ORDINARY, None, "25992000000000000026", -26400, "total", "2025-01-06"),
    ],
)  # fmt: skip
def test_formats(
    text: str, kind: VoucherKind, code: str | None, number: str, money: int | None, means: str, date: str
) -> None:
    fields = qr_fields(text)
    assert fields is not None
    assert (fields.kind, fields.code, fields.number, fields.money, fields.means, fields.date) == (
        kind,
        code,
        number,
        money,
        means,
        date,
    )


@pytest.mark.parametrize(
    "text",
    ["", "https://inv-veri.chinatax.gov.cn/", "01,31", "01,31,,123,4.00,20240528,,B2B6", "a,b,c,d,e,f,g",
     "weixin,10,abc,20190720,1,2", "1" * 5000, "01,99,,24992000000000000017,x,y,z"],
)  # fmt: skip
def test_other_codes_are_none(text: str) -> None:
    assert qr_fields(text) is None
    assert qr_fields(None) is None


@given(st.lists(st.text(alphabet="0123456789.,-AB年", max_size=22), max_size=12).map(",".join))
def test_any_text_is_taken_calmly(text: str) -> None:
    fields = qr_fields(text)
    assert fields is None or fields.number.isdecimal()


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("scale", [1, 2, 9])
def test_small_large_and_inverted_codes(scale: int, invert: bool) -> None:
    text = "01,32,,25992000000000000026,264.00,20250106,,9B52"
    image = qr_image(text, scale)
    if invert:
        image = image.point([255 - v for v in range(256)])
    assert codes_in(image) == [text]


def test_transparent_colour_and_other_codes_beside_it() -> None:
    text = "01,32,,25992000000000000026,264.00,20250106,,9B52"
    sheet = Image.new("RGBA", (900, 400), (0, 0, 0, 0))
    sheet.paste(qr_image("https://example.cn/x").convert("RGBA"), (20, 20))
    sheet.paste(qr_image(text).convert("RGBA"), (500, 100))
    assert codes_in(sheet) == [text]
    assert codes_in(Image.new("L", (1, 1))) == []


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("¥1,234.50", 123450), ("￥ 620", 62000), ("CNY 47.07", 4707), ("-3.2", -320), ("¥-12.00", -1200), ("-¥12.00", -1200),
        ("97.090000", 9709), ("１２．３４", 1234), ("12.345", None), ("1e5", None), ("--3", None), ("-¥-3", None), ("", None), (None, None),
        ("***", None), ("1,23", None), ("9" * 30, None), ("0", 0), ("12元", 1200),
    ],
)  # fmt: skip
def test_money_as_printed(text: str | None, fen: int | None) -> None:
    assert money_of(text) == fen


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年06月18日", "2026-06-18"), ("2019 07 20", "2019-07-20"), ("20260618", "2026-06-18"), ("2026-06-18 10:20:31", "2026-06-18"),
        ("20260227172851000", "2026-02-27"), ("2026/6/8", "2026-06-08"), ("２０２６年６月８日", "2026-06-08"), ("2026年13月01日", None),
        ("2026-02-30", None), ("", None), (None, None), ("1999", None),
    ],
)  # fmt: skip
def test_days_as_printed(text: str | None, day: str | None) -> None:
    assert day_of(text) == day


def test_tax_numbers_taxes_and_plain_texts() -> None:
    assert tax_id_of(" 91320594MA1N0ABC17 ") == "91320594MA1N0ABC17"
    assert tax_id_of("9111000007311XXXX") == "9111000007311XXXX"
    assert tax_id_of("苏州安正阀门有限公司") is None
    assert tax_id_of("ABCDEFGHIJKLMNOPQR") is None
    assert (tax_of("***"), tax_of("免税"), tax_of("6.00"), tax_of("")) == (0, 0, 600, None)
    assert plain("名　称：\x00 甲") == "名称:甲"
