"""差旅费报销单, 票据粘贴单 and 付款申请单 on paper: true sums, nothing cut, nothing outside the form (EXP-5)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words
from salesdesk.services.papers.claim_head import money
from salesdesk.services.papers.payment import share_paid
from salesdesk.services.papers.shapes import TravelAllowance, TravelLeg, TravelOther
from salesdesk.services.printing import (
    PAPERS,
    PastePart,
    PasteSheet,
    PaymentSheet,
    PrintJob,
    TravelClaimSheet,
    custom_paper,
    render_many,
)
from tests.services.pdf_reading import ReadPage, read_pdf, texts_of

ON_PAPERS = ["A4-upper", "A5L", "240x120", "A4"]
LEG = TravelLeg("06-10 08:15", "苏州", "06-10 09:40", "南京南", "高铁二等", 2, 19900)


def trip(legs: int = 3, others: int = 2, **changes: object) -> TravelClaimSheet:
    values: dict[str, object] = {
        "company": "苏州安正阀门有限公司",
        "department": "销售一部",
        "claimant": "陈志远",
        "day": "2026-06-18",
        "number": "BX2606A-0004",
        "reason": "拜访南京华源、合肥庐州两家客户",
        "post": "销售经理",
        "people": 2,
        "start": "2026-06-10",
        "end": "2026-06-12",
        "days_milli": 2500,
        "legs": (LEG,) * legs,
        "allowances": (TravelAllowance("伙食补助", 2, 2500, 10000),),
        "others": (TravelOther("住宿费", 1, 64000),) * others,
        "vouchers": 8,
        "stamp": "2026-06-18T10:24:31",
    }
    return TravelClaimSheet(**(values | changes))  # type: ignore[arg-type]


def payment(**changes: object) -> PaymentSheet:
    values: dict[str, object] = {
        "company": "苏州安正阀门有限公司",
        "number": "FK2606A-0002",
        "day": "2026-06-18",
        "department": "采购部",
        "applicant": "李强",
        "reason": "DN50 球阀 200 只的合同进度款",
        "payee": "南京华源机电有限公司",
        "bank": "中国工商银行南京鼓楼支行",
        "account": "4301 0123 4567 8901 234",
        "way": "银行转账",
        "amount_fen": 12345678,
        "contract": "HT-2026-018",
        "contract_fen": 41152260,
        "paid_fen": 12345678,
        "invoices": "26322000000012345678",
        "invoice_count": 1,
        "wanted_day": "2026-06-30",
        "stamp": "2026-06-18T10:24:31",
    }
    return PaymentSheet(**(values | changes))  # type: ignore[arg-type]


def pages_of(sheet: TravelClaimSheet | PasteSheet | PaymentSheet, key: str) -> list[ReadPage]:
    return read_pdf(render_many([PrintJob(sheet, PAPERS[key])]).pdf)


def inside(page: ReadPage, key: str) -> None:
    """Every character lies on the form, right of the binding's dots."""
    size = PAPERS[key]
    assert page.width == pytest.approx(size.width_mm, abs=0.1) and page.height == pytest.approx(size.height_mm, abs=0.1)
    for glyph in page.glyphs:
        assert glyph.left > 11 and glyph.right < size.width_mm - 3, glyph
        assert glyph.top > 2 and glyph.bottom < size.form_height - 3, glyph


@pytest.mark.parametrize("key", ON_PAPERS)
def test_a_trip_has_true_sums_and_says_what_is_still_paid(key: str) -> None:
    sheet = trip(loan_fen=300000, approved_fen=205000)
    (page,) = pages_of(sheet, key)
    inside(page, key)
    total = 3 * 19900 + 2 * 25 * 1000 + 2 * 64000
    text = page.text
    assert f"报销总额：人民币{amount_in_words(total)}" in text and money(total) in text
    assert "核准金额：¥2,050.00" in text and "预借旅费：¥3,000.00" in text and "退还金额：¥950.00" in text
    assert "补领金额：" in text and "补领金额：¥" not in text
    for wanted in (
        "差旅费报销单",
        "出差人：陈志远（共 2 人）",
        "职别：销售经理",
        "附单据 8 张",
        "2×2.5×100.00",
        "共 2.5 天",
    ):
        assert wanted in text
    bold = page.line_with("合　计")
    assert re.findall(r"[\d,]+\.\d\d", bold) == ["597.00", "500.00", "1,280.00"]


def test_without_a_loan_there_is_room_to_write_and_without_deduction_no_approved_amount() -> None:
    (page,) = pages_of(trip(loan_fen=None, vouchers=None, days_milli=None, start="", end=""), "A5L")
    assert "核准金额" not in page.text and "预借旅费：" in page.text and "补领金额：¥" not in page.text
    assert "　　年　　月" in page.text and "附单据" in page.text


@pytest.mark.parametrize("key", ON_PAPERS)
@pytest.mark.parametrize("count", [1, 2, 7, 8, 23, 60])
def test_a_long_trip_is_continued_and_no_journey_is_lost(key: str, count: int) -> None:
    legs = tuple(LEG._replace(origin=f"站{i:02d}", amount_fen=100 + i) for i in range(count))
    found = pages_of(trip()._replace(legs=legs), key)
    joined = "".join(page.text for page in found)
    assert all(joined.count(f"站{i:02d}") == 1 for i in range(count))
    for page in found:
        inside(page, key)
    assert joined.count("报销总额：人民币") == 1 and "报销总额：人民币" in found[-1].text
    assert all("过次页" in page.text and "接下页" in page.text for page in found[:-1])
    sums = [
        re.findall(r"[\d,]+\.\d\d", page.line_with("过次页" if page is not found[-1] else "合　计"))[0]
        for page in found
    ]
    assert sums[-1].replace(",", "") == f"{sum(leg.amount_fen for leg in legs) / 100:.2f}"
    assert [float(s.replace(",", "")) for s in sums] == sorted(float(s.replace(",", "")) for s in sums)


@given(
    st.lists(st.integers(-(10**7), 10**9), max_size=12),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 30), st.integers(0, 10**6)), max_size=5),
    st.lists(st.integers(0, 10**9), max_size=12),
)
@settings(max_examples=25, deadline=None)
def test_the_printed_total_is_the_sum_of_all_printed_amounts(
    fares: list[int], allowed: list[tuple[int, int, int]], others: list[int]
) -> None:
    sheet = trip()._replace(
        legs=tuple(LEG._replace(amount_fen=fen) for fen in fares),
        allowances=tuple(TravelAllowance("补助", people, half * 500, rate) for people, half, rate in allowed),
        others=tuple(TravelOther("其他", 1, fen) for fen in others),
    )
    texts = texts_of(render_many([PrintJob(sheet, PAPERS["A4-upper"])]).pdf)
    last = next(line for line in texts[-1].splitlines() if "合　计" in line)
    parts = [round(float(n.replace(",", "")) * 100) for n in re.findall(r"-?[\d,]+\.\d\d", last)]
    total = sum(fares) + sum(one.amount_fen for one in sheet.allowances) + sum(others)
    assert sum(parts) == total and money(total) in texts[-1]
    for people, half, rate in allowed:
        exact = people * half * rate / 2
        assert abs(TravelAllowance("", people, half * 500, rate).amount_fen - exact) <= 0.5


def test_a_trip_whose_sum_is_not_true_is_not_printed() -> None:
    with pytest.raises(ValueError, match="sum to"):
        render_many([PrintJob(trip(total_fen=1), PAPERS["A5L"])])


@pytest.mark.parametrize("sheet", [trip(), payment(), PasteSheet("公司", "BX1")], ids=["trip", "payment", "paste"])
def test_paper_that_is_too_low_is_refused_in_words(sheet: TravelClaimSheet | PaymentSheet | PasteSheet) -> None:
    with pytest.raises(Refused, match="印不下"):
        render_many([PrintJob(sheet, custom_paper(200, 62))])


@pytest.mark.parametrize("key", ON_PAPERS)
def test_the_paste_sheet_keeps_its_column_free(key: str) -> None:
    sheet = PasteSheet(
        "苏州安正阀门有限公司", "BX2606A-0004", "陈志远", "销售一部",
        (PastePart("住宿", 1, 100), PastePart("市内交通", 12, 12345678987), PastePart()), stamp="2026-06-18T10:24:31", printed_by="王芳",
    )  # fmt: skip
    _, page, blank = pages_of(sheet, key)
    inside(page, key)
    assert "第 3/3 页" in blank.text and "¥" not in blank.text
    (frame,) = page.frames()[:1]
    assert frame.left == pytest.approx(20.8, abs=0.5)
    split = max(s.left for s in page.strokes if s.upright and s.thick > 0.3 and frame.left < s.left < frame.right - 5)
    assert frame.right - split == pytest.approx(33, abs=0.5)
    column = "".join(g.text for g in page.glyphs if g.left > split and frame.top < g.middle < frame.bottom)
    assert amount_in_words(12345678987) in column and money(12345678987) in column and "12张" in column
    assert "陈志远" in column and "审批" in column and "市内交通" in column
    area = [g for g in page.glyphs if frame.left < g.left < split and frame.top < g.middle < frame.bottom]
    assert all(g.right < split for g in area) and "第 2/3 页" in page.text


@pytest.mark.parametrize("key", ON_PAPERS)
def test_a_payment_request_says_what_is_paid_then(key: str) -> None:
    (page,) = pages_of(payment(), key)
    inside(page, key)
    text = page.text
    for wanted in (
        "付　款　申　请　单", f"人民币{amount_in_words(12345678)}", "¥123,456.78", "¥411,522.60", "60.0 %", "2026 年 6 月 30 日",
        "4301 0123 4567 8901 234", "总经理", "申请人：李强", "26322000000012345678", "1 张",
    ):  # fmt: skip
        assert wanted in text
    signs = page.frames()[1]
    assert signs.bottom < PAPERS[key].form_height - 5 and signs.bottom - signs.top > 11


def test_a_payment_request_that_does_not_fit_says_so() -> None:
    many = "、".join(f"263220000000123456{i:02d}" for i in range(40))
    with pytest.raises(Refused, match="印不下"):
        render_many([PrintJob(payment(invoices=many), PAPERS["240x120"])])
    (page,) = pages_of(payment(invoices=many), "A4")
    assert page.text.replace("\n", "").count("2632200000001234560") == 10


def test_the_share_paid_is_rounded_and_empty_without_a_contract() -> None:
    assert share_paid(payment(contract_fen=None)) == "" and share_paid(payment(contract_fen=0)) == ""
    assert share_paid(payment(amount_fen=1, paid_fen=None, contract_fen=3)) == "33.3 %"
    assert share_paid(payment(amount_fen=2, paid_fen=1, contract_fen=3)) == "100.0 %"
