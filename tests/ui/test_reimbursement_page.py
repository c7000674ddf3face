"""The expense claim as it is filled in: keyboard only, faults and their places, nothing lost, paper that says the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from tests.services.pdf_reading import texts_of
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit.autosave import unfinished
from ui.kit.paper_preview import PaperPreview
from ui.kit.theme import theme
from ui.kit.widgets import LinkButton
from ui.pages.reimbursement.claim_actions import ClaimActions
from ui.pages.reimbursement.claim_draft import ClaimDraft
from ui.pages.reimbursement.claim_view import ClaimView
from ui.pages.reimbursement.columns import Items
from ui.pages.reimbursement.page import ReimbursementPage
from ui.shell.application import application
from ui.shell.window import Window

STORED = {
    "day": "2026-06-10", "claimant": "陈志远", "department": "销售一部", "vouchers": 3,
    "lines": [
        {"item": "差旅费", "summary": "苏州到南京高铁往返", "amount": "279.50"},
        {"item": "住宿费", "summary": "南京 2 晚", "amount": "640"},
    ],
}  # fmt: skip


@pytest.fixture
def page(window: Window) -> Iterator[ReimbursementPage]:
    """The page in front."""
    window.go("reimbursement")
    window.ops.wait()
    made = window.front
    assert isinstance(made, ReimbursementPage)
    yield made


def view(page: ReimbursementPage) -> ClaimView:
    assert page.view is not None
    return page.view


def acts(page: ReimbursementPage) -> ClaimActions:
    assert page.actions_ is not None
    return page.actions_


def stored(desk: Desk, **changes: Any) -> str:
    return desk.do("claim.save", {**STORED, **changes}).uid


def told(page: ReimbursementPage) -> list[tuple[str, str]]:
    return [(p.place, p.message) for p in view(page).lines.problems.problems]


def fill(hands: Hands) -> None:
    """A new claim by keyboard: department, day, vouchers, loan, two lines."""
    hands.press("Ctrl+N")
    hands.type("销售一部")
    hands.press("Return")
    hands.type("6.11")
    hands.press("Return")
    hands.type("3")
    hands.press("Return")
    hands.type("1000")
    hands.press("Return")
    for item, summary, amount in (("clf", "苏州到南京高铁往返", "139.75*2"), ("zs", "南京 2 晚", "640")):
        hands.type(item)
        hands.press("Return")
        hands.type(summary)
        hands.press("Return")
        hands.type(amount)
        hands.press("Return")


# -- filling in ---------------------------------------------------------------------------------------------------


def test_a_whole_claim_by_keyboard(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    fill(hands)
    totals = view(page).lines.totals
    assert totals.total.text() == "¥919.50" and totals.words.text_whole() == "玖佰壹拾玖元伍角"
    assert (totals.balance_title.text(), totals.balance.text()) == ("应退", "¥80.50")
    hands.press("Ctrl+S")
    hands.wait()
    row = desk.rows("expense_claim")[0]
    assert (row["claimant"], row["department"], row["day"], row["vouchers"]) == ("王敏", "销售一部", "2026-06-11", 3)
    assert (row["amount"], row["loan"]) == (91950, 100000)
    lines = desk.lines("expense_line", row["uid"])
    assert [(x["item"], x["summary"], x["amount"]) for x in lines] == [
        ("差旅费", "苏州到南京高铁往返", 27950),
        ("住宿费", "南京 2 晚", 64000),
    ]
    head = view(page).head
    assert head.number.text() == row["number"] and head.kept.text().startswith("已保存")
    assert unfinished(desk, "expense_claim") == []


def test_the_department_of_a_known_person_is_known(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    stored(desk)
    page.new_claim()
    hands.press("Shift+Tab") if hands.focus is not view(page).header.boxes["claimant"].editor else None
    hands.press("Ctrl+A")
    hands.type("陈志远")
    hands.press("Return")
    assert view(page).claim.draft.values["department"] == "销售一部"
    hands.wait()
    assert view(page).panel.earlier.isVisible() and view(page).panel.earlier.title.text() == "陈志远 最近报销"
    hands.press("Ctrl+Z")
    assert view(page).claim.draft.values["claimant"] == "王敏"


def test_a_line_without_an_item_takes_the_one_above(page: ReimbursementPage, hands: Hands) -> None:
    page.new_claim()
    view(page).to_lines()
    hands.press("Tab")
    hands.type("打车")
    hands.press("Return")
    hands.type("20")
    hands.press("Return")
    assert view(page).claim.draft.lines[0]["item"] == "差旅费"
    hands.type("招待")
    hands.press("Return")
    hands.type("午餐")
    hands.press("Return")
    hands.type("180")
    hands.press("Return", "Tab")
    hands.type("晚餐")
    hands.press("Return")
    assert [line["item"] for line in view(page).claim.draft.lines] == ["差旅费", "业务招待费", "业务招待费"]


def test_f7_offers_every_item(page: ReimbursementPage, hands: Hands) -> None:
    page.new_claim()
    view(page).to_lines()

    def choose(dialog: Any) -> None:
        Hands().press("Down", "Down", "Return") if dialog.isActiveWindow() else None
        dialog.accept()

    answer(choose)
    hands.press("F7")
    assert view(page).claim.draft.lines[0]["item"] == "住宿费"


def test_unknown_items_stay_in_the_cell(page: ReimbursementPage, hands: Hands) -> None:
    page.new_claim()
    view(page).to_lines()
    hands.type("月球")
    hands.press("Return")
    editor = view(page).grid.editor
    assert editor is not None and editor.text() == "月球" and editor.complaint
    hands.press("Escape")
    assert view(page).claim.draft.lines == []


def test_a_block_from_excel_is_one_step(page: ReimbursementPage, hands: Hands) -> None:
    page.new_claim()
    view(page).to_lines()
    QApplication.clipboard().setText(
        "费用类别\t事由\t报销金额\n差旅\t高铁\t279.5\n其它吧\t不认识\t12\n快递费\t寄样\tabc\n"
    )
    hands.press("Ctrl+V")
    draft = view(page).claim.draft
    assert [line.get("item") for line in draft.lines] == ["差旅费", None, "快递费"]
    assert "2 处没认出" in view(page).lines.note.text_whole()
    assert set(draft.typed) == {"lines/1/item", "lines/2/amount"}
    hands.press("Ctrl+Z")
    assert draft.lines == [] and draft.typed == {}


# -- faults -------------------------------------------------------------------------------------------------------


def test_nothing_is_complained_about_before_saving(page: ReimbursementPage, hands: Hands) -> None:
    page.new_claim()
    view(page).to_lines()
    hands.type("clf")
    hands.press("Return")
    assert told(page) == []


def test_saving_shows_every_fault_and_goes_to_the_first(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    page.new_claim()
    view(page).to_lines()
    hands.type("clf")
    hands.press("Return", "Return")
    hands.type("12.345")
    hands.press("Return")
    hands.press("Ctrl+S")
    hands.wait()
    places = [place for place, _ in told(page)]
    assert {"「部门」", "第 1 行「摘要」", "第 1 行「金额」"} <= set(places) and desk.count("expense_claim") == 0
    assert view(page).claim.draft.typed["lines/0/amount"][0] == "12.345"
    department = view(page).header.boxes["department"]
    assert department.label.error == "不能空着"
    view(page).locate("lines/0/summary")
    hands.type("高铁")
    hands.press("Return")
    assert view(page).grid.at() == (0, view(page).grid.lines.column_of("amount"))
    hands.type("12.3")
    hands.press("Return")
    view(page).locate("department")
    hands.type("财务部")
    hands.press("Ctrl+S")
    hands.wait()
    assert desk.rows("expense_claim")[0]["amount"] == 1230


def test_rows_are_named_as_they_stand_on_the_screen(page: ReimbursementPage, hands: Hands) -> None:
    page.new_claim()
    view(page).header.set_text("department", "财务部")
    view(page).to_lines()
    for amount in ("5", "0"):
        hands.type("qt")
        hands.press("Return")
        hands.type("邮费")
        hands.press("Return")
        hands.type(amount)
        hands.press("Return")
    view(page).grid.go(1, 1)
    hands.press("Ctrl+Insert", "Ctrl+S")
    hands.wait()
    assert ("第 3 行「金额」", "金额是 0") in told(page)
    assert view(page).grid.at()[0] == 2


def test_no_lines_and_a_day_to_come_are_refused(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    page.new_claim()
    view(page).header.set_text("department", "财务部")
    view(page).header.set_text("day", "6.13")
    hands.press("Ctrl+S")
    hands.wait()
    assert {message for _, message in told(page)} == {"报销日期 2026-06-13 还没到", "还没有费用"}
    assert desk.count("expense_claim") == 0


# -- undo, drafts -------------------------------------------------------------------------------------------------


def test_undo_goes_back_through_lines_and_head(page: ReimbursementPage, hands: Hands) -> None:
    fill(hands)
    claim = view(page).claim
    for _ in range(20):
        hands.press("Ctrl+Z")
    assert claim.draft.lines == [] and claim.draft.values.get("department") is None and claim.total == 0
    for _ in range(20):
        hands.press("Ctrl+Y")
    assert claim.total == 91950 and claim.draft.values["department"] == "销售一部"


def test_undo_after_saving_brings_a_dropped_line_back_as_a_new_one(
    page: ReimbursementPage, hands: Hands, desk: Desk
) -> None:
    uid = stored(desk)
    page.open_claim(uid)
    view(page).grid.go(0, 1)
    hands.press("Ctrl+Delete", "Ctrl+S")
    hands.wait()
    assert [x["amount"] for x in desk.lines("expense_line", uid)] == [64000]
    hands.press("Ctrl+Z", "Ctrl+S")
    hands.wait()
    assert [x["amount"] for x in desk.lines("expense_line", uid)] == [27950, 64000]
    assert desk.rows("expense_claim")[0]["amount"] == 91950


def test_what_is_typed_survives_a_crash(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    fill(hands)
    hands.press("Return")
    view(page).autosave.flush()
    hands.wait()
    kept = unfinished(desk, "expense_claim")
    assert len(kept) == 1 and kept[0].title == "王敏"
    other = ReimbursementPage(page.context)  # the program started anew
    other.on_shown()
    hands.wait()
    assert "没填完的报销单「王敏」" in other.banner.text
    other.recover(kept[0])
    assert view(other).claim.total == 91950 and view(other).claim.draft.values["vouchers"] == 3
    acts(other).save()
    hands.wait()
    assert desk.rows("expense_claim")[0]["amount"] == 91950 and unfinished(desk, "expense_claim") == []
    other.deleteLater()


def test_leaving_keeps_the_rest_and_offers_it_in_the_list(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    uid = stored(desk)
    page.open_claim(uid)
    hands.type("qt")
    hands.press("Return")
    hands.type("没存")
    hands.press("Return", "Alt+Left")
    hands.wait()
    assert page.view is None and "陈志远" in page.banner.text
    page.open_claim(uid)
    assert "没存完的改动" in view(page).banner.text and len(view(page).claim.draft.lines) == 2
    page.recover(unfinished(desk, "expense_claim")[0])
    assert [line.get("summary") for line in view(page).claim.draft.lines][-1] == "没存"
    hands.wait()


def test_an_untouched_new_claim_leaves_nothing_behind(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    hands.press("Ctrl+N", "Alt+Left")
    hands.wait()
    assert page.view is None and unfinished(desk, "expense_claim") == [] and not page.banner.isVisible()


# -- the stored claim ---------------------------------------------------------------------------------------------


def test_the_list_opens_prints_and_voids(page: ReimbursementPage, hands: Hands, desk: Desk, window: Window) -> None:
    uid = stored(desk)
    second = stored(desk, claimant="周宁", day="2026-06-11")
    page.list.model.refresh()
    page.list.go(second)
    assert page.lists.number.text() == "2 张" and hands.focus is page.list.table
    hands.press("Delete")
    hands.wait()
    assert desk.count("expense_claim") == 1 and window.toast.offers_undo
    hands.press("Ctrl+Z")
    hands.wait()
    assert desk.count("expense_claim") == 2
    page.list.go(uid)
    hands.press("Return")
    assert view(page).claim.draft.uid == uid
    hands.press("Alt+Left")
    assert page.list.table.current_uid() == uid


def test_the_preview_shows_what_is_saved_and_counts_only_prints(
    page: ReimbursementPage, hands: Hands, desk: Desk
) -> None:
    uid = stored(desk, loan="1000")
    page.open_claim(uid)
    hands.type("qt")
    hands.press("Return")
    hands.type("邮费")
    hands.press("Return")
    hands.type("12.08")
    seen: list[str] = []

    def look(dialog: PaperPreview) -> None:
        page.ops.wait()
        seen.extend(texts_of(dialog.pdf))
        keys = [dialog.papers.itemData(i) for i in range(dialog.papers.count())]
        assert keys == ["A4-upper", "A5L", "240x120", "A4", "custom"]
        dialog.papers.setCurrentIndex(2)
        dialog.papers.activated.emit(2)
        page.ops.wait()
        seen.extend(texts_of(dialog.pdf))
        dialog.printed.emit()

    answer(look)
    hands.press("Ctrl+P")
    hands.wait()
    assert len(seen) == 2
    for text in seen:
        flat = text.replace(" ", "").replace("\n", "")
        assert "玖佰叁拾壹元伍角捌分" in flat and "邮费" in flat
    assert desk.rows("expense_claim")[0]["amount"] == 93158
    hands.wait()
    assert len(view(page).claim.prints) == 1 and view(page).panel.settling.printed.value.text().startswith("1 次")


def test_a_voided_claim_is_shown_locked_and_not_printed(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    uid = stored(desk)
    page.open_claim(uid)
    acts(page).void()
    hands.wait()
    assert page.view is None and desk.count("expense_claim") == 0
    page.open_claim(uid)
    assert view(page).locked and "已作废" in view(page).banner.text
    assert not view(page).head.print.isVisible() and not view(page).head.save.isVisible()
    acts(page).print()
    assert QApplication.activeModalWidget() is None


def test_copying_makes_a_new_claim_of_today(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    page.open_claim(stored(desk))
    acts(page).copied.emit()
    claim = view(page).claim
    assert claim.draft.uid == "" and claim.draft.values["day"] == "2026-06-12" and claim.total == 91950
    hands.press("Ctrl+S")
    hands.wait()
    assert desk.count("expense_claim") == 2 and len({r["number"] for r in desk.rows("expense_claim")}) == 2


def test_a_save_taken_back_leaves_the_words_on_the_screen(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    fill(hands)
    hands.press("Ctrl+S")
    hands.wait()
    page.ops.run("system.undo")
    hands.wait()
    assert desk.count("expense_claim") == 0 and view(page).claim.total == 91950 and view(page).claim.draft.uid == ""
    hands.press("Ctrl+S")
    hands.wait()
    assert desk.rows("expense_claim")[0]["amount"] == 91950


def test_another_hand_on_the_same_claim_is_told(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    uid = stored(desk)
    page.open_claim(uid)
    page.ops.run("claim.save", {"uid": uid, "department": "财务部"})
    hands.wait()
    assert view(page).claim.draft.values["department"] == "财务部"
    view(page).header.set_text("department", "行政部")
    page.ops.run("claim.save", {"uid": uid, "department": "仓储部"})
    hands.wait()
    assert "刚被别处改过" in view(page).banner.text
    hands.press("Ctrl+S")
    hands.wait()
    assert any("你改的是「行政部」" in message for _, message in told(page))


def test_a_viewer_may_look_and_not_write(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    uid = stored(desk)
    desk.settings.put("operator.role", "viewer")
    other = ReimbursementPage(page.context)
    assert other.new_claim() is None and not other.lists.new.isVisibleTo(other)
    shown = other.open_claim(uid)
    assert shown is not None and shown.locked
    other.deleteLater()
    hands.wait()


# -- looks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "look"), [((1440, 900), "light"), ((1366, 768), "dark"), ((1280, 720), "light"), ((1000, 640), "dark")]
)
def test_nothing_is_clipped_or_nameless(
    page: ReimbursementPage, window: Window, hands: Hands, desk: Desk, size: tuple[int, int], look: str
) -> None:
    theme().apply(application(), look)
    window.resize(*size)
    QApplication.processEvents()
    assert page.list.empty.isVisible() and clipped(page) == [] and nameless(page) == []
    uid = stored(desk, loan="5000")
    page.list.model.refresh()
    QApplication.processEvents()
    assert clipped(page) == [] and nameless(page) == []
    page.open_claim(uid)
    view(page).header.set_text("vouchers", "")
    hands.wait()
    assert clipped(page) == [] and nameless(page) == []
    page.new_claim()
    hands.press("Ctrl+S")
    hands.wait()
    assert clipped(page) == []
    theme().apply(application(), "light")


def test_the_palette_begins_and_prints_claims(
    window: Window, page: ReimbursementPage, hands: Hands, desk: Desk
) -> None:
    uid = stored(desk)
    window.go("today")
    window.start_verb("claim.save", new=True)
    assert window.front is page and page.view is not None and page.view.claim.draft.uid == ""
    window.show_place("expense_claim", uid)
    assert view(page).claim.draft.uid == uid and page.current_record() == ("expense_claim", uid)
    hands.wait()


def test_the_items_by_letters() -> None:
    items = Items()
    assert [row.title for row in items.find("f", 9)][:1] == ["福利费"]
    for typed, meant in (
        ("差旅费", "差旅费"),
        ("clf", "差旅费"),
        ("zhaodai", "业务招待费"),
        ("快递", "快递费"),
        ("QT", "其他"),
    ):
        found = items.exact(typed)
        assert found is not None and found.title == meant
    assert items.exact("费") is None and items.exact("") is None
    assert items.match({"item": "差旅"})[0] is not None and items.match({"item": "月球"})[0] is None


def test_shares_add_up(desk: Desk) -> None:
    claim = ClaimDraft(desk)
    for row, (item, amount) in enumerate((("差旅费", "100"), ("交通费", "30"), ("差旅费", "20"))):
        claim.draft.set(f"lines/{row}/item", item)
        claim.draft.set(f"lines/{row}/amount", amount)
    assert claim.shares() == [("差旅费", 12000), ("交通费", 3000)] and claim.total == 15000


def test_clicking_an_earlier_claim_opens_it(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    first = stored(desk)
    second = stored(desk, day="2026-06-11")
    page.open_claim(second)
    hands.wait()
    line = view(page).panel.earlier._lines[0]
    link = line.findChild(LinkButton)
    assert isinstance(link, LinkButton)
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert view(page).claim.draft.uid == first
    hands.wait()
