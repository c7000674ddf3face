"""The 费用报销单 on paper: true sums, every digit in its box, room to bind and to sign, continued when it is long."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words
from salesdesk.services.papers.claim import digits
from salesdesk.services.papers.claim_head import money
from salesdesk.services.printing import PAPERS, ExpenseClaimSheet, ExpenseLine, render_expense_claim
from tests.services.pdf_reading import ReadPage, Stroke, metadata_of, read_pdf, texts_of

ON_PAPERS = ["A4-upper", "A5L", "240x120", "A4"]
ITEMS = (
    ExpenseLine("差旅费（住宿）", "南京出差 6 月 10–12 日，2 晚", 64000, "标准内"),
    ExpenseLine("市内交通", "滴滴出行 4 次", 8750),
    ExpenseLine("业务招待费", "华源贸易技术交流，4 人，午餐，经领导事先批准，附菜单及签到表各一份", 123456, "超标自理"),
    ExpenseLine("差旅费（高铁）", "苏州—南京往返", 5),
)


def claim(count: int = 4, **changes: object) -> ExpenseClaimSheet:
    values: dict[str, object] = {
        "company": "苏州安正阀门有限公司",
        "department": "销售一部",
        "claimant": "陈志远",
        "day": "2026-06-18",
        "number": "BX260618-0004",
        "lines": tuple(ITEMS[i % len(ITEMS)] for i in range(count)),
        "vouchers": 7,
        "stamp": "2026-06-18T10:24:31",
    }
    return ExpenseClaimSheet(**(values | changes))  # type: ignore[arg-type]


def digit_boxes(page: ReadPage) -> tuple[list[float], list[tuple[float, float]]]:
    """The upright edges of the digit boxes, and the (top, bottom) of every table row below the head."""
    table = page.frames()[0]
    inner = sorted({round(s.left, 1) for s in page.strokes if s.upright and (s.thick < 0.22 or s.thick > 0.35)})
    step = (inner[-1] - inner[0]) / (len(inner) - 1)
    assert all(b - a == pytest.approx(step, abs=0.11) for a, b in pairwise(inner))
    edges = [inner[0] - step + step * i for i in range(len(inner) + 2)]
    uprights = {round(s.left, 1) for s in page.strokes if s.upright}
    assert all(any(abs(edge - u) < 0.15 for u in uprights) for edge in (edges[0], edges[-1]))
    levels = sorted(
        {
            round(s.top, 2)
            for s in page.strokes
            if s.level and table.top < s.top <= table.bottom and s.left < table.left + 1
        }
    )
    return edges, list(pairwise(levels))


def amounts(page: ReadPage) -> list[str]:
    """What stands in the digit boxes of each row, read box by box, and checked to lie inside its box."""
    edges, levels = digit_boxes(page)
    found = []
    for top, bottom in levels:
        if not any(
            s.upright and s.thick < 0.22 and s.top <= top + 0.1 and s.bottom >= bottom - 0.1 for s in page.strokes
        ):
            continue  # the head, or a line of words below the boxes
        signs = [g for g in page.glyphs if top < g.middle < bottom and edges[0] < (g.left + g.right) / 2 < edges[-1]]
        if not signs:
            continue
        row = ""
        for left, right in pairwise(edges):
            inside = [g for g in signs if left < (g.left + g.right) / 2 < right]
            assert len(inside) <= 1
            for g in inside:
                assert left + 0.2 < g.left and g.right < right - 0.2 and top + 0.2 < g.top and g.bottom < bottom - 0.2
            row += inside[0].text if inside else " "
        found.append(row)
    return found


def fen(row: str) -> int:
    """分 of what stands in the boxes."""
    assert re.fullmatch(r" *¥-?\d{3,}", row)
    return int(row.strip().lstrip("¥"))


@pytest.mark.parametrize("key", ON_PAPERS)
def test_every_digit_stands_inside_its_box_and_the_sum_is_true(key: str) -> None:
    sheet = claim(4)
    (page,) = read_pdf(render_expense_claim(sheet, key).pdf)
    rows = amounts(page)
    assert [fen(row) for row in rows] == [64000, 8750, 123456, 5, 196211]
    assert rows[3] == "     ¥005" and len(rows[0]) == 9
    edges, _ = digit_boxes(page)
    widths = [b - a for a, b in pairwise(edges)]
    assert len(widths) == 9 and max(widths) - min(widths) < 0.05 and min(widths) >= 4.2
    assert "".join(g.text for g in page.glyphs).count("百十万千百十元角分") == 1


@pytest.mark.parametrize("key", ON_PAPERS)
def test_head_words_signatures_and_margins(key: str) -> None:
    size = PAPERS[key]
    (page,) = read_pdf(render_expense_claim(claim(3, vouchers=None, loan_fen=200000), key).pdf)
    text = page.text
    for wanted in (
        "苏州安正阀门有限公司",
        "部门：销售一部",
        "报销人：陈志远",
        "2026 年 6 月 18 日",
        "编号：BX260618-0004",
    ):
        assert wanted in text
    assert "费　用　报　销　单" in text and "附单据" in text and "张" in text
    assert f"金额大写：人民币{amount_in_words(196206)}" in text and "¥1,962.06" in text
    assert "原借款：¥2,000.00" in text and "应退款：¥37.94" in text
    table, signs = page.frames()[:2]
    assert table.left == pytest.approx(25, abs=0.5) and signs.left == pytest.approx(25, abs=0.5)
    assert signs.bottom - signs.top >= 10.5 and signs.bottom < size.form_height - 5
    for label in ("领导审批", "部门负责人", "会计", "出纳", "报销人"):
        assert label in page.band(signs.top, signs.top + 5)
    assert page.width == pytest.approx(size.width_mm, abs=0.5) and page.height == pytest.approx(size.height_mm, abs=0.5)
    assert page.fonts_embedded and min(page.sizes) >= 8
    assert all(g.bottom <= size.form_height - size.margins.bottom + 0.5 for g in page.glyphs)


def test_the_cut_line_is_at_half_an_a4() -> None:
    (page,) = read_pdf(render_expense_claim(claim(), "A4-upper").pdf)
    cut = [s for s in page.strokes if s.dashed and s.level]
    assert [(s.left, s.top, s.right) for s in cut] == [pytest.approx((0, 148.5, 210), abs=0.3)]
    assert not [s for s in read_pdf(render_expense_claim(claim(), "A5L").pdf)[0].strokes if s.dashed and s.level]


def test_unused_rows_are_struck_out_unless_not_wished() -> None:
    def slanted(sheet: ExpenseClaimSheet) -> list[Stroke]:
        (page,) = read_pdf(render_expense_claim(sheet, "A5L").pdf)
        return [s for s in page.strokes if not s.upright and not s.level and s.thick < 0.3]

    assert len(slanted(claim(2))) == 1 and not slanted(claim(2, cancel_blank=False))


@pytest.mark.parametrize("key", ON_PAPERS)
def test_a_long_claim_goes_on_with_true_sums(key: str) -> None:
    for count in (1, 5, 6, 7, 8, 9, 17, 40):
        sheet = claim(count)
        pages = read_pdf(render_expense_claim(sheet, key).pdf)
        running, seen = 0, []
        for number, page in enumerate(pages, start=1):
            rows = [fen(row) for row in amounts(page)]
            if number > 1:
                assert "承前页" in page.text and rows.pop(0) == running
            closing = rows.pop()
            seen += rows
            running += sum(rows)
            assert closing == running
            assert ("过次页" in page.text) == (number < len(pages))
            assert (f"合计见第 {len(pages)} 页" in page.text) == (number < len(pages))
            assert f"第 {number}/{len(pages)} 页" in page.text
        assert seen == [line.amount_fen for line in sheet.lines]
        assert sum(text.count("人民币") for text in (page.text for page in pages)) == 1
        assert amount_in_words(running) in pages[-1].text


@settings(max_examples=15)
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20))
def test_any_amounts_stand_in_boxes_and_add_up(fens: list[int]) -> None:
    sheet = claim()._replace(lines=tuple(ExpenseLine("其他", "更正", amount) for amount in fens))
    pages = read_pdf(render_expense_claim(sheet, "A5L").pdf)
    rows = [fen(row) for row in amounts(pages[-1])]
    assert rows[-1] == sum(fens)
    printed = [fen(row) for page in pages for row in amounts(page)]
    assert len(printed) == len(fens) + 2 * len(pages) - 1


def test_money_in_boxes() -> None:
    assert digits(123450, 9) == "  ¥123450"
    assert digits(5, 9) == "     ¥005"
    assert digits(-100, 9) == "    ¥-100"
    assert digits(123456789, 9) == "¥123456789"  # one box more is drawn then
    assert money(123450) == "¥1,234.50" and money(-5) == "-¥0.05" and money(0) == "¥0.00"


def test_large_amounts_get_more_boxes() -> None:
    (page,) = read_pdf(render_expense_claim(claim(lines=(ExpenseLine("设备款", "预付", 12_345_678_901),)), "A5L").pdf)
    edges, _ = digit_boxes(page)
    assert len(edges) == 13 and [fen(row) for row in amounts(page)] == [12_345_678_901] * 2
    with pytest.raises(Refused):
        render_expense_claim(claim(lines=(ExpenseLine("设备款", "预付", 10**15),)), "A5L")


def test_sums_that_are_not_true_are_never_printed() -> None:
    with pytest.raises(ValueError, match="not 1"):
        render_expense_claim(claim(total_fen=1))
    with pytest.raises(ValueError, match="is not 196211 fen"):
        render_expense_claim(claim(words="壹元整"))
    assert render_expense_claim(claim(total_fen=196211, words="壹仟玖佰陆拾贰圆壹角壹分")).pages == 1


def test_loan_and_approved_amount_settle() -> None:
    def settled(**changes: object) -> str:
        return texts_of(render_expense_claim(claim(3, **changes), "A5L").pdf)[0]

    assert (
        "原借款：\n" in settled() or "原借款： " in settled() or "原借款：应退（补）款：" in settled().replace("\n", "")
    )
    assert "应补款：¥1,962.06" in settled(loan_fen=0)
    assert "应退（补）款：¥0.00" in settled(loan_fen=196206)
    approved = settled(loan_fen=200000, approved_fen=190000)
    assert "核准金额：¥1,900.00" in approved and "应退款：¥100.00" in approved


def test_long_texts_wrap_inside_their_columns() -> None:
    line = ExpenseLine(
        "差旅费（含住宿、市内交通、伙食补助）" * 2, "赴南京拜访客户并参加展会" * 9, 100, "超标部分自理" * 6
    )
    pages = read_pdf(render_expense_claim(claim(lines=(line,) * 3), "A5L").pdf)
    text = "".join(g.text for page in pages for g in page.glyphs)
    assert text.count("展") == 27 and text.count("自") == 18
    for page in pages:
        for s in (s for s in page.strokes if s.upright and s.left > 26):
            for g in page.glyphs:
                if s.top + 0.2 < g.middle < s.bottom - 0.2:
                    assert not g.left + 0.1 < s.left < g.right - 0.1, (g, s)


def test_its_own_data_and_the_same_bytes() -> None:
    first = render_expense_claim(claim())
    assert first.pdf == render_expense_claim(claim()).pdf
    assert metadata_of(first.pdf)["Title"] == "费用报销单 BX260618-0004"


def test_paper_too_low_is_refused() -> None:
    with pytest.raises(Refused, match="太矮"):
        render_expense_claim(claim(), "241x93")
