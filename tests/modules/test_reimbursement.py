"""The expense claim through the door: checks with places, sums that follow the lines, and paper that says the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words
from salesdesk.domain.problems import Severity
from salesdesk.modules.reimbursement import queries
from salesdesk.modules.reimbursement.rules import check_claim, settle_loan, total_of
from tests.desks import empty_desk
from tests.services.pdf_reading import ReadPage, read_pdf, texts_of

LINES = (
    {"item": "差旅费", "summary": "苏州到南京高铁往返", "amount": "279.50", "note": "二等座"},
    {"item": "业务招待费", "summary": "华源技术交流 4 人午餐", "amount": "1,234.56"},
    {"item": "交通费", "summary": "出租车 2 次", "amount": "0.05"},
)
HEADER = {"day": "2026-06-11", "claimant": "陈志远", "department": "销售一部", "vouchers": 7}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path)
    yield made
    made.close()


def claim(desk: Desk, **changes: Any) -> str:
    return desk.do("claim.save", {**HEADER, "lines": [dict(line) for line in LINES], **changes}).uid


def refused(desk: Desk, verb: str, args: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        desk.do(verb, args)
    return [(p.path, p.code) for p in caught.value.problems if p.severity is Severity.STOP]


# -- saving -------------------------------------------------------------------------------------------------------


def test_the_amount_is_the_sum_of_the_lines(desk: Desk) -> None:
    uid = claim(desk)
    row = desk.row("expense_claim", uid)
    assert row is not None and row["amount"] == 151411 and row["number"] == "BX2606A-0001"
    assert [line["seq"] for line in desk.lines("expense_line", uid)] == [1, 2, 3]


def test_the_amount_follows_when_lines_change(desk: Desk) -> None:
    uid = claim(desk)
    kept, changed, dropped = desk.lines("expense_line", uid)
    lines = [
        {"uid": changed["uid"], "item": "业务招待费", "summary": "同一顿", "amount": "100"},
        {"uid": kept["uid"], **LINES[0]},
    ]
    desk.do("claim.save", {"uid": uid, "lines": lines})
    row = desk.row("expense_claim", uid)
    assert row is not None and row["amount"] == 37950
    now = desk.lines("expense_line", uid)
    assert [line["uid"] for line in now] == [changed["uid"], kept["uid"]] and dropped["uid"] not in {
        x["uid"] for x in now
    }
    desk.do("claim.save", {"uid": uid, "note": "改备注，不动明细"})
    again = desk.row("expense_claim", uid)
    assert again is not None and again["amount"] == 37950 and again["note"] == "改备注，不动明细"


def test_undo_takes_back_the_save_as_a_whole(desk: Desk) -> None:
    uid = claim(desk)
    desk.do("claim.save", {"uid": uid, "department": "财务部", "lines": [dict(LINES[2])]})
    desk.do("system.undo")
    row = desk.row("expense_claim", uid)
    assert row is not None and (row["amount"], row["department"]) == (151411, "销售一部")
    assert len(desk.lines("expense_line", uid)) == 3
    desk.do("system.redo")
    row = desk.row("expense_claim", uid)
    assert row is not None and (row["amount"], row["department"]) == (5, "财务部")


def test_all_faults_are_told_at_once_with_their_places(desk: Desk) -> None:
    lines = [{"item": "差旅费", "summary": "没有金额"}, {"item": "没这项", "summary": "x", "amount": "3"}]
    assert refused(desk, "claim.save", {"claimant": "", "lines": lines}) == [("lines/1/item", "bad_value")]
    lines[1]["item"] = "其他"
    found = refused(desk, "claim.save", {"claimant": "", "lines": lines})
    assert {("claimant", "required"), ("department", "required"), ("lines/0/amount", "required")} <= set(found)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lines": []}, ("lines/0/amount", "no_lines")),
        ({"day": "2026-06-13"}, ("day", "future")),
        ({"lines": [{**LINES[0], "amount": "0"}]}, ("lines/0/amount", "zero")),
        ({"lines": [{**LINES[0], "amount": "-5"}]}, ("lines", "total")),
        ({"vouchers": "-1"}, ("vouchers", "bad_value")),
        ({"loan": "-1"}, ("loan", "bad_value")),
        ({"lines": [{**LINES[0], "amount": "12.345"}]}, ("lines/0/amount", "bad_value")),
    ],
)
def test_what_is_refused(desk: Desk, changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in refused(desk, "claim.save", {**HEADER, "lines": [dict(LINES[0])], **changes})
    assert desk.count("expense_claim") == 0


def test_missing_vouchers_are_worth_a_word_but_pass(desk: Desk) -> None:
    outcome = desk.do("claim.save", {**HEADER, "vouchers": None, "lines": [dict(LINES[0])]})
    assert [p.code for p in outcome.problems] == ["vouchers"]


def test_somebody_elses_newer_change_is_told(desk: Desk) -> None:
    uid = claim(desk)
    seen = (desk.row("expense_claim", uid) or {})["seen"]
    desk.do("claim.save", {"uid": uid, "department": "财务部"})
    assert refused(desk, "claim.save", {"uid": uid, "seen": seen, "department": "行政部"}) == [
        ("department", "overtaken")
    ]
    desk.do("claim.save", {"uid": uid, "seen": seen, "note": "别的字段不碰"})


def test_a_voided_claim_is_out_of_use(desk: Desk) -> None:
    uid = claim(desk)
    desk.do("claim.void", {"uid": uid})
    assert refused(desk, "claim.save", {"uid": uid, "note": "x"}) == [("uid", "unknown_record")]
    assert [path for path, _ in refused(desk, "claim.void", {"uid": uid})] == ["uid"]
    assert desk.count("expense_claim") == 0 and desk.lines("expense_line", uid) == []
    desk.do("system.undo")
    assert desk.count("expense_claim") == 1 and len(desk.lines("expense_line", uid)) == 3


# -- rules --------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(-10_000_00, 10_000_000_00), max_size=20), st.one_of(st.none(), st.integers(0, 10**9)))
def test_sums_and_the_loan_always_agree(amounts: list[int], loan: int | None) -> None:
    lines = [{"amount": a} for a in amounts]
    assert total_of(lines) == sum(amounts)
    assert settle_loan(total_of(lines), loan) + (loan or 0) == sum(amounts)


@given(st.lists(st.integers(1, 10_000_00), min_size=1, max_size=10))
def test_a_right_claim_has_nothing_to_say(amounts: list[int]) -> None:
    assert check_claim({"day": "2026-06-12", "vouchers": 1}, [{"amount": a} for a in amounts], "2026-06-12") == []


# -- what stands beside it ----------------------------------------------------------------------------------------


def test_department_and_earlier_claims_come_from_the_persons_own_claims(desk: Desk) -> None:
    first = claim(desk)
    second = claim(desk, day="2026-06-12", department="销售二部")
    claim(desk, claimant="周宁", department="财务部")
    with desk.read() as reader:
        assert queries.department_of(reader, "陈志远") == "销售二部"
        assert queries.department_of(reader, "没来过") == ""
        assert [c["uid"] for c in queries.earlier_claims(reader, "陈志远")] == [second, first]
        assert [c["uid"] for c in queries.earlier_claims(reader, "陈志远", second)] == [first]
    desk.do("claim.void", {"uid": second})
    with desk.read() as reader:
        assert queries.department_of(reader, "陈志远") == "销售一部"


# -- paper --------------------------------------------------------------------------------------------------------


def printed(
    desk: Desk, uid: str, folder: Path, verb: str = "expense.preview", paper: str = "A4-upper"
) -> tuple[list[ReadPage], str]:
    target = folder / "单.pdf"
    outcome = desk.do(verb, {"uid": uid, "paper": paper, "out": str(target)})
    assert outcome.data["paper"] == paper and outcome.data["findings"] == []
    pdf = target.read_bytes()
    return read_pdf(pdf, strokes=False), "\n".join(texts_of(pdf))


def in_boxes(page: ReadPage, words: str, below: float = 1e6) -> str:
    """The signs that stand in one box each, on the height of some words."""
    starts = [
        line
        for line in {round(g.middle, 1) for g in page.glyphs}
        if words.replace(" ", "") in page.band(line - 1.2, line + 1.2).replace(" ", "") and line < below
    ]
    return page.band(min(starts) - 1.2, min(starts) + 1.2)


@pytest.mark.parametrize("paper", ["A4-upper", "A5L", "240x120"])
def test_the_paper_says_what_was_saved(desk: Desk, tmp_path: Path, paper: str) -> None:
    uid = claim(desk, loan="2000")
    pages, text = printed(desk, uid, tmp_path, paper=paper)
    flat = text.replace(" ", "").replace("\n", "")
    assert len(pages) == 1
    assert amount_in_words(151411) == "壹仟伍佰壹拾肆元壹角壹分" and amount_in_words(151411) in flat
    for words in ("苏州安正阀门有限公司", "BX2606A-0001", "陈志远", "销售一部", "苏州到南京高铁往返", "二等座"):
        assert words in flat
    assert "¥151411" in in_boxes(pages[0], "合计").replace(" ", "")
    for summary, signs in (("苏州到南京高铁往返", "¥27950"), ("华源技术交流4人午餐", "¥123456"), ("出租车2次", "¥005")):
        assert signs in in_boxes(pages[0], summary)
    assert "2,000.00" in text and "485.89" in text


def test_every_print_is_counted_and_a_preview_is_not(desk: Desk, tmp_path: Path) -> None:
    uid = claim(desk)
    printed(desk, uid, tmp_path)
    with desk.read() as reader:
        assert queries.prints_of(reader, uid) == []
    printed(desk, uid, tmp_path, "expense.print")
    _, text = printed(desk, uid, tmp_path, "expense.print", "A5L")
    with desk.read() as reader:
        assert [p["nth"] for p in queries.prints_of(reader, uid)] == [2, 1]
    assert "第 2 次打印" in text


def test_a_changed_claim_prints_what_stands_now(desk: Desk, tmp_path: Path) -> None:
    uid = claim(desk)
    desk.do("claim.save", {"uid": uid, "lines": [{**LINES[0], "amount": "10086"}]})
    pages, text = printed(desk, uid, tmp_path)
    assert "¥1008600" in in_boxes(pages[0], "合计") and "壹万零捌拾陆元整" in text.replace(" ", "")


def test_a_voided_claim_is_not_printed(desk: Desk, tmp_path: Path) -> None:
    uid = claim(desk)
    desk.do("claim.void", {"uid": uid})
    for verb in ("expense.print", "expense.preview"):
        found = refused(desk, verb, {"uid": uid, "out": str(tmp_path / "x.pdf")})
        assert [path for path, _ in found] == ["uid"]
    assert not (tmp_path / "x.pdf").exists()
