"""What concerns the claim as a whole beside its vouchers, photos for vouchers entered by hand, OCR where installed, any month."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from salesdesk.desk import Desk
from salesdesk.services.vouchers import ocr
from tests.modules.claim_desk import claim, claim_desk, row, to_check, voucher
from tests.ui.hands import Hands, answer
from tests.ui.test_claim_review import drop_on, opened, put
from tests.vouchers_made import paper_invoice, trip_list
from tests.vouchers_made.as_picture import page_image, png
from ui.kit.widgets import LinkButton
from ui.pages.reimbursement.claim_head import FORM
from ui.pages.reimbursement.page import ReimbursementPage
from ui.pages.reimbursement.review_view import ReviewView
from ui.shell.window import Window


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company with three people; a 主管 sits here, so that everything may be answered."""
    made = claim_desk(tmp_path / "data")
    made.settings.put("operator.role", "manager")
    yield made
    made.close()


@pytest.fixture
def page(window: Window) -> ReimbursementPage:
    """The page in front."""
    window.go("reimbursement")
    window.ops.wait()
    made = window.front
    assert isinstance(made, ReimbursementPage)
    return made


def short(desk: Desk) -> str:
    """A claim of two lines: one claims more than its voucher, one has none."""
    uid = claim(desk, "200", "50")
    line = desk.lines("expense_line", uid)[0]["uid"]
    voucher(desk, claim=uid, line=line, number="26322000000000000001", seller="甲", buyer="苏州安正阀门有限公司")
    return to_check(desk, uid)


def links(review: ReviewView) -> dict[str, LinkButton]:
    return {b.text(): b for b in review.findings.findChildren(LinkButton) if b.isVisible()}


def test_what_is_wrong_with_the_lines_is_shown_answered_and_cut(
    page: ReimbursementPage, hands: Hands, desk: Desk
) -> None:
    uid = short(desk)
    view = opened(page, uid)
    review = view.review
    assert review.voucher is not None, "the vouchers come first"
    for _ in range(2):
        hands.press("Alt+Down")
    one = review.current
    assert one is not None and one.is_whole and review.voucher is None and not review.values.isVisible()
    assert {f["rule"] for f in review.findings.findings} == {"sum_short", "no_voucher"}
    assert not review.accept_.isEnabled() and not review.reject_.isEnabled()
    told = [found.text() for found in review.findings.findChildren(QLabel) if found.isVisible()]
    assert told[told.index("哪一项") + 1] == "金额" and "单上写的" in told and "票上写的" not in told

    def why(dialog: Any) -> None:
        Hands().type("公司规定可以不用票")
        Hands().press("Return")

    answer(why)
    hands.press("Ctrl+R")
    hands.wait()
    answered = [f for f in desk.rows("claim_finding") if f["state"] in ("answered", "overridden")]
    assert [f["reason"] for f in answered] == ["公司规定可以不用票"]
    links(review)["改单子"].click()
    hands.wait()
    assert view.side == FORM


def test_passing_leads_to_what_is_wrong_with_the_lines(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    uid = short(desk)
    for one in desk.rows("claim_finding"):
        if one["voucher"] and one["state"] == "open" and one["severity"] != "hint":
            desk.do("finding.answer", {"uid": one["uid"], "reason": "看过"})
    desk.do("voucher.accept", {"uid": desk.rows("expense_voucher")[0]["uid"]})
    view = opened(page, uid)
    hands.press("F9")
    hands.wait()
    one = view.review.current
    assert row(desk, uid)["state"] == "check" and one is not None and one.is_whole and one.open


def test_papers_of_the_whole_claim_are_dropped_and_seen(
    page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    uid = short(desk)
    review = opened(page, uid).review
    review.strip.go(uid)
    hands.wait()
    assert review.picture.none.isVisible()
    drop_on(review.picture, put(tmp_path / "证", {"出差审批.pdf": trip_list()}))
    hands.wait()
    kept = [f for f in desk.rows("voucher_file") if f["claim"] == uid]
    assert [(f["voucher"], f["role"], f["support"]) for f in kept] == [(None, "support", "行程单")]
    assert review.picture.current is not None and review.picture.current["uid"] == kept[0]["uid"]


def test_a_photo_dropped_on_a_voucher_entered_by_hand_is_its_file(
    page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    uid = short(desk)
    review = opened(page, uid).review
    assert review.picture.none.isVisible() and review.picture.files.count() == 0
    photo = png(page_image(paper_invoice().pdf(qr=False), 60))
    drop_on(review.picture, put(tmp_path / "照片", {"出租车票.png": photo}))
    hands.wait()
    [file] = desk.rows("voucher_file")
    assert (file["voucher"], file["role"]) == (desk.rows("expense_voucher")[0]["uid"], "copy")
    assert review.picture.area.sheets.pages == 1 and desk.count("expense_voucher") == 1
    assert not review.picture.acceptDrops(), "further files go to the claim, as everywhere"


@pytest.mark.parametrize("installed", [True, False])
def test_ocr_is_offered_only_where_it_is_installed(
    page: ReimbursementPage,
    hands: Hands,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    installed: bool,
) -> None:
    from tests.services.test_voucher_ocr import stand_in

    stand_in(monkeypatch, installed)
    photo = png(page_image(paper_invoice().pdf(qr=False), 100))
    files = "\n".join(map(str, put(tmp_path / "照片", {"a.png": photo})))
    uid = desk.do("claim.intake", {"claimant": "陈志远", "files": files}).uid
    review = opened(page, uid).review
    assert review.picture.recognise.isVisible() is installed
    if installed:
        review.picture.recognise.click()
        hands.wait()
        now = review.voucher
        assert now is not None and now.row["number"] == "51142001" and "number" in now.voucher.unsure
        assert "没把握 · 文字识别" in review.values.boxes["number"].label.hint

    def whose(dialog: Any) -> None:
        assert ("ocr" in dialog.boxes) is installed
        Hands().press("Escape")

    answer(whose)
    page.back()
    drop_on(page.list, put(tmp_path / "照片", {"b.png": photo}))
    hands.wait()
    ocr._engine.cache_clear()


def test_the_claims_of_any_month(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    for who, day in (("陈志远", "2026-03-05"), ("周宁", "2026-03-31"), ("王小明", "2026-06-01")):
        desk.do("claim.submit", {"uid": claim(desk, claimant=who, day=day)})
    hands.wait()

    def choose(dialog: Any) -> None:
        Hands().press("Down", "Return")

    def shown() -> set[str]:
        hands.wait()
        model = page.list.model
        return {str((desk.row("expense_claim", model.uid(i)) or {})["claimant"]) for i in range(model.rowCount())}

    page.list.go()
    answer(choose)
    hands.press("Ctrl+M")
    assert shown() == {"陈志远", "周宁"} and page.list.month.isChecked()
    page.list.month.click()
    assert shown() == {"陈志远", "周宁", "王小明"}
    page.lists.show_month("2026-03", "周宁")
    assert shown() == {"周宁"}
