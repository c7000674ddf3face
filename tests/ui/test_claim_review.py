"""The vouchers of a claim looked through by keyboard: picture, values, findings; files dropped; the next step; papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from salesdesk.desk import Desk
from salesdesk.services.attachments import LARGEST
from tests.modules.claim_desk import claim_desk, row, to_check
from tests.ui.hands import Hands, answer, clipped, nameless
from tests.vouchers_made import full_invoice, rail_ticket
from tests.vouchers_made.as_picture import page_image, png
from ui.kit.file_list import FilesEdit
from ui.kit.form import RecordForm
from ui.kit.paper_preview import PaperPreview
from ui.kit.theme import theme
from ui.kit.widgets import IconButton, LinkButton
from ui.pages.reimbursement.claim_head import FORM, VOUCHERS
from ui.pages.reimbursement.claim_view import ClaimView
from ui.pages.reimbursement.page import ReimbursementPage
from ui.shell.application import application
from ui.shell.window import SMALLEST, Window

FOOD: dict[str, Any] = {"goods": "*纸制品*复印纸", "seller": "苏州园区文具商行"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company with three people and the rules laid out."""
    made = claim_desk(tmp_path / "data")
    made.settings.put("operator.role", "manager")
    made.do("standards.set_up")
    made.settings.put("operator.role", "clerk")
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


def put(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Files as they lie on the clerk's desk."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def drop_on(target: QWidget, paths: list[Path]) -> None:
    """Drag them over a widget and let go."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPoint(20, 20), Qt.DropAction.CopyAction, mime, left, none))


def taken(desk: Desk, folder: Path, files: Mapping[str, bytes], claimant: str = "陈志远") -> str:
    """A claim made of files."""
    return desk.do("claim.intake", {"claimant": claimant, "files": "\n".join(map(str, put(folder, files)))}).uid


def opened(page: ReimbursementPage, uid: str, side: int = VOUCHERS) -> ClaimView:
    """A claim in front, read."""
    view = page.open_claim(uid)
    assert view is not None
    page.ops.wait()
    view.show_side(side)
    page.ops.wait()
    return view


def three(folder: Path) -> dict[str, bytes]:
    """Three invoices of different sums, the first as XML and PDF."""
    made = [full_invoice(n=n, total=total, **FOOD) for n, total in ((1, 106_00), (12, 212_00), (30, 58_50))]
    return {"一.xml": made[0].xml(), "一.pdf": made[0].pdf(), "二.pdf": made[1].pdf(), "三.pdf": made[2].pdf()}


def back(window: QWidget) -> None:
    """A dialog was closed: the window is in front again, as a window manager would have it."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)


def standings(desk: Desk, claim: str) -> list[str]:
    found = [v for v in desk.rows("expense_voucher") if v["claim"] == claim]
    return [str(v["standing"]) for v in sorted(found, key=lambda v: v["seq"])]


# -- files dropped ------------------------------------------------------------------------------------------------


def test_files_dropped_on_the_list_become_a_claim_with_its_pictures(
    page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    def whose(dialog: Any) -> None:
        assert "4 个文件" in dialog.hint.text()
        Hands().type("周宁")
        answer(lambda result: told.extend(result.table.texts()))
        Hands().press("Ctrl+Return")

    told: list[list[str]] = []
    answer(whose)
    drop_on(page.list, put(tmp_path / "票", three(tmp_path)))
    hands.wait()
    assert ["一.pdf", "同一张票的另一份"] in told
    view = page.view
    assert view is not None and view.side == VOUCHERS
    claim = row(desk, view.claim.draft.uid)
    assert (claim["claimant"], claim["department"], claim["amount"]) == ("周宁", "销售一部", 376_50)
    review = view.review
    back(page.window())
    assert review.count.text() == "0/3 已核" and hands.focus is review.strip
    assert review.picture.current is not None and review.picture.current["form"] == "pdf"
    assert review.picture.area.sheets.pages == 1
    assert review.values.boxes["total"].editor.value() == 106_00


def test_more_files_join_the_open_claim_and_what_was_refused_is_told(
    page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    uid = taken(desk, tmp_path / "一", {"a.xml": full_invoice(n=1, total=106_00, **FOOD).xml()})
    view = opened(page, uid)
    good, huge = put(tmp_path / "二", {"好.pdf": full_invoice(n=40, total=53_00, **FOOD).pdf(), "太大.pdf": b""})
    with huge.open("r+b") as file:
        file.truncate(LARGEST + 1)
    told: list[list[str]] = []
    answer(lambda result: told.extend(result.table.texts()))
    drop_on(view, [good, huge])
    hands.wait()
    assert [name for name, words in told if words.startswith("没有收下")] == ["《太大.pdf》"]
    assert view.review.count.text() == "0/2 已核" and row(desk, uid)["amount"] == 159_00


# -- looking through ----------------------------------------------------------------------------------------------


def test_keys_walk_accept_and_reject(page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path) -> None:
    uid = taken(desk, tmp_path / "票", three(tmp_path))
    review = opened(page, uid).review
    first = review.strip.uid
    hands.press("Alt+Down")
    assert review.strip.uid != first
    hands.press("PgUp")
    assert review.strip.uid == first
    hands.press("F8")
    hands.wait()
    assert standings(desk, uid) == ["accepted", "waiting", "waiting"] and review.count.text() == "1/3 已核"
    if review.strip.uid == first:  # open findings kept it in hand
        hands.press("F4")
    second = review.strip.uid
    assert second != first

    def why(dialog: Any) -> None:
        Hands().press("Ctrl+A")
        Hands().type("抬头不对")
        Hands().press("Return")

    answer(why)
    hands.press("Delete")
    hands.wait()
    rejected = next(v for v in desk.rows("expense_voucher") if v["standing"] == "rejected")
    assert (rejected["uid"], rejected["reject_reason"]) == (second, "抬头不对")
    back(page.window())
    review.begin()
    review.strip.go(second)
    assert "剔除原因：抬头不对" in [one.text() for one in review.checks.findChildren(QLabel)]
    hands.press("Alt+Down")
    hands.press("Return")
    hands.wait()
    assert standings(desk, uid) == ["accepted", "rejected", "accepted"]


def test_a_value_is_corrected_marked_and_taken_back(
    page: ReimbursementPage, hands: Hands, desk: Desk, window: Window, tmp_path: Path
) -> None:
    uid = taken(desk, tmp_path / "票", {"a.pdf": full_invoice(n=1, total=106_00, **FOOD).pdf()})
    review = opened(page, uid).review
    total = review.values.boxes["total"]
    assert "PDF" in total.label.hint
    hands.press("F2")
    assert total.isAncestorOf(hands.focus)
    hands.type("108")
    hands.press("Tab")
    hands.wait()
    voucher = desk.rows("expense_voucher")[0]
    assert voucher["total"] == 108_00 and "total" in voucher["by_hand"]
    assert total.label.hint == "手工"
    hands.press("Esc")
    assert hands.focus is review.strip
    hands.press("Ctrl+Z")
    hands.wait()
    assert desk.rows("expense_voucher")[0]["total"] == 106_00 and total.editor.value() == 106_00


def test_a_finding_is_answered_by_keyboard(page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path) -> None:
    old = full_invoice(n=3, number="25322000000000000003", total=106_00, date="2025-12-30", **FOOD)
    uid = taken(desk, tmp_path / "票", {"a.xml": old.xml()})
    review = opened(page, uid).review
    assert "last_year" in [f["rule"] for f in review.findings.findings]
    before = row(desk, uid)["doubts"]

    def why(dialog: Any) -> None:
        Hands().type("年底出差，票晚到")
        Hands().press("Return")

    answer(why)
    hands.press("Ctrl+R")
    hands.wait()
    finding = next(f for f in desk.rows("claim_finding") if f["rule"] == "last_year")
    assert (finding["state"], finding["reason"]) == ("answered", "年底出差，票晚到")
    assert row(desk, uid)["doubts"] == before - 1


def test_a_check_by_hand_is_noted_with_its_picture(
    page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    uid = taken(desk, tmp_path / "票", {"a.xml": full_invoice(n=1, total=106_00, **FOOD).xml()})
    review = opened(page, uid).review
    assert "unverified" in [f["rule"] for f in review.findings.findings]
    [proof] = put(tmp_path / "证", {"查验.png": b"\x89PNG seen"})

    def note(dialog: Any) -> None:
        files = next(edit.editor for edit in dialog.edits if isinstance(edit.editor, FilesEdit))
        drop_on(files, [proof])
        Hands().press("Ctrl+Return")

    answer(note)
    hands.press("F6")
    hands.wait()
    check = desk.rows("voucher_check")[0]
    assert (check["kind"], check["result"], check["claim"]) == ("网上查验", "ok", uid)
    assert review.review is not None and review.review.vouchers[0].checks[0]["files"] == 1
    assert "unverified" not in [f["rule"] for f in review.findings.findings] and review.checks.isVisible()


def test_a_duplicate_says_who_had_it_and_opens_that_claim(
    page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    same = full_invoice(n=1, total=106_00, **FOOD)
    first = taken(desk, tmp_path / "一", {"a.xml": same.xml()}, "周宁")
    second = taken(desk, tmp_path / "二", {"b.pdf": same.pdf()})
    view = opened(page, second)
    links = [
        b for b in view.review.findings.findChildren(LinkButton) if b.text() == f"打开 {row(desk, first)['number']}"
    ]
    assert len(links) == 1 and view.review.findings.first_open()
    links[0].click()
    hands.wait()
    assert page.view is not None and page.view.claim.draft.uid == first


def test_pictures_zoom_and_turn(page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path) -> None:

    ticket = rail_ticket(n=2)
    photo = png(page_image(ticket.pdf(), 110))
    uid = taken(desk, tmp_path / "票", {"票.xml": ticket.xml(), "照片.png": photo})
    picture = opened(page, uid).review.picture
    assert picture.files.count() == 2 and picture.area.sheets.pages == 1
    wide = picture.area.sheets.width_of_page()
    hands.press("F7")
    assert picture.area.sheets.turn == 90 and picture.area.sheets.width_of_page() < wide
    hands.press("Ctrl+1")
    assert picture.area.sheets.zoom == 1.0 and picture.zoom.text() == "100%"
    hands.press("Ctrl+-")
    assert picture.area.sheets.zoom == 0.75
    hands.press("Ctrl+0")
    assert picture.area.fitted
    at = next(i for i in range(2) if "XML" in picture.files.itemText(i))
    picture.files.setCurrentIndex(at)
    picture.files.activated.emit(at)
    hands.wait()
    assert any(ticket.number in cells for cells in picture.table.texts())


def test_the_tools_of_a_picture_stand_beside_one_another_in_the_smallest_window(
    page: ReimbursementPage, window: Window, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    window.resize(*SMALLEST)
    ticket = rail_ticket(n=3)
    uid = taken(desk, tmp_path / "票", {"票.xml": ticket.xml(), "票.pdf": ticket.pdf()})
    picture = opened(page, uid).review.picture
    hands.wait()
    tools = [*picture.findChildren(IconButton), picture.files, picture.zoom]
    places = [tool.geometry() for tool in tools if tool.isVisible() and tool.parentWidget() is picture]
    assert len(places) > 5
    assert not [(one, two) for at, one in enumerate(places) for two in places[at + 1 :] if one.intersects(two)]
    assert all(picture.rect().contains(place) for place in places)


# -- the way ------------------------------------------------------------------------------------------------------


def test_the_next_step_is_the_one_primary_button(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    uid = desk.do(
        "claim.save",
        {"claimant": "陈志远", "vouchers": 1, "lines": [{"summary": "纸", "item": "办公费", "amount": "58"}]},
    ).uid
    view = opened(page, uid, FORM)
    head = view.head
    assert (head.next.accessibleName(), head.next.property("kind"), head.save.property("kind")) == (
        "提交",
        "primary",
        "",
    )
    view.header.set_text("note", "补一句")
    assert (head.next.property("kind"), head.save.property("kind")) == ("", "primary")
    hands.press("F9")  # saves first
    hands.wait()
    claim = row(desk, uid)
    assert (claim["state"], claim["note"]) == ("head", "补一句") and head.next.accessibleName() == "登记部门审批"

    def approve(dialog: Any) -> None:
        Hands().type("李总")
        Hands().press("Ctrl+Return")

    answer(approve)
    hands.press("F9")
    hands.wait()
    assert row(desk, uid)["head_by"] == "李总" and head.next.accessibleName() == "初审通过"
    steps = [s.title for s in view.panel.steps.line.steps]
    assert steps[:3] == ["登记", "提交", "部门审批"] and "待初审" in steps and steps[-1] == "反馈报销人"


def test_lines_are_cut_with_a_reason_and_the_totals_say_so(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    lines = [{"summary": f"第{i}笔", "item": "办公费", "amount": str(100 * i)} for i in (1, 2)]
    uid = to_check(desk, desk.do("claim.save", {"claimant": "陈志远", "vouchers": 1, "lines": lines}).uid)
    view = opened(page, uid, FORM)
    actions = page.actions_
    assert actions is not None

    def cut(dialog: Any) -> None:
        typing = Hands(page.ops)
        typing.press("Down")
        typing.type("30")
        typing.press("Return")
        typing.type("超过规定")
        typing.press("Ctrl+Return")
        page.ops.wait()

    answer(cut)
    actions.deduct()
    hands.wait()
    stored = desk.lines("expense_line", uid)
    assert [(line["cut"], line["cut_reason"]) for line in stored] == [(None, None), (3000, "超过规定")]
    assert "核准 ¥270.00" in view.lines.totals.approved.text()
    assert not view.grid.isColumnHidden(view.grid.lines.column_of("cut"))


def test_a_trip_has_its_own_head_and_lines(page: ReimbursementPage, hands: Hands, desk: Desk) -> None:
    view = page.new_claim()
    assert view is not None
    view.header.set_text("kind", "差旅")
    view.header.set_text("claimant", "陈志远")
    assert view.header.boxes["trip_from"].isVisible() and not view.header.boxes["note"].isVisible()
    view.header.locate("department")
    for text in ("销售一部", "6.10", "拜访客户", "6.10", "6.12", "南京"):
        hands.press("Ctrl+A")
        hands.type(text)
        hands.press("Return")
    view.to_lines()
    grid = view.grid.lines
    grid.type_in(0, grid.column_of("days"), "2.5")
    grid.type_in(0, grid.column_of("standard"), "100")
    grid.type_in(1, grid.column_of("origin"), "苏州")
    grid.type_in(1, grid.column_of("destination"), "南京")
    grid.type_in(1, grid.column_of("amount"), "99.5")
    assert view.claim.total == 349_50 and view.claim.draft.lines[0]["summary"] == "补助 1 人 × 2.5 天 × 100.00 元"
    hands.press("Ctrl+S")
    hands.wait()
    claim = desk.rows("expense_claim")[0]
    assert (claim["kind"], claim["places"], claim["trip_to"], claim["amount"]) == ("trip", "南京", "2026-06-12", 349_50)
    assert [line["part"] for line in desk.lines("expense_line", claim["uid"])] == ["allowance", "leg"]


def test_the_whole_bundle_is_one_pdf(page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path) -> None:
    uid = taken(desk, tmp_path / "票", three(tmp_path))
    opened(page, uid)
    actions = page.actions_
    assert actions is not None
    names = [item[0] for item in actions.papers() if item]
    assert names[:3] == ["整套（单据加电子票）", "票据粘贴单", "票据汇总表"]
    seen: list[int] = []

    def look(dialog: PaperPreview) -> None:
        page.ops.wait()
        seen.append(dialog.sheets.pages)

    answer(look)
    actions.print_paper("bundle", uid)
    hands.wait()
    assert seen == [4]  # the form, the summary, three invoices on two sheets


# -- lists and looks ----------------------------------------------------------------------------------------------


def test_every_register_is_reached_and_late_claims_stand_out(
    page: ReimbursementPage, hands: Hands, desk: Desk, window: Window
) -> None:
    desk.do(
        "claim.save", {"claimant": "周宁", "vouchers": 1, "lines": [{"summary": "纸", "item": "办公费", "amount": "8"}]}
    )
    late = to_check(
        desk,
        desk.do(
            "claim.save",
            {"claimant": "陈志远", "vouchers": 1, "lines": [{"summary": "纸", "item": "办公费", "amount": "5"}]},
        ).uid,
    )
    for key, chip in page.lists.segments.items():
        chip.click()
        hands.wait()
        assert page.lists.segment == key and clipped(page) == [] and nameless(page) == []
    window.show_place("staff_loan", action="new")
    assert page.lists.segment == "staff_loan"
    page.run_action("filter", {"entity": "expense_claim", "where": [["state", "in", ["check"]]], "title": "在办"})
    hands.wait()
    assert page.list.model.rowCount() == 1 and page.list.model.uid(0) == late
    page.list.filter.clear()
    page.list.backlog.click()
    hands.wait()
    assert page.list.backlog.text() == "在办 1" and page.list.model.rowCount() == 1
    page.list.show_person("周宁")
    hands.wait()
    assert page.list.model.rowCount() == 1 and page.list.model.uid(0) != late


def test_a_loan_is_typed_and_saved_in_its_list(window: Window, hands: Hands, desk: Desk) -> None:
    """Its verbs are of the family `loan`, not `staff_loan`."""
    window.show_place("staff_loan", action="new")
    hands.wait()
    page = window.front
    assert isinstance(page, ReimbursementPage)
    record = page.lists.panel("staff_loan").record
    assert record is not None and not record.form.read_only
    window.activateWindow()
    for key, text in (("borrower", "周宁"), ("amount", "300"), ("purpose", "南京出差")):
        record.form._boxes[key].editor.setFocus()
        hands.type(text)
    hands.press("Ctrl+S")
    hands.wait()
    (row,) = desk.rows("staff_loan")
    assert (row["borrower"], row["amount"], row["purpose"]) == ("周宁", 30_000, "南京出差")
    assert not RecordForm(window.context, "payment_request").read_only


def test_a_voucher_of_the_ledger_opens_its_claim_with_it_in_hand(
    page: ReimbursementPage, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    uid = taken(desk, tmp_path / "票", three(tmp_path))
    wanted = next(v for v in desk.rows("expense_voucher") if v["claim"] == uid and v["seq"] == 3)
    page.open_record("expense_voucher", wanted["uid"])
    hands.wait()
    assert page.view is not None and page.view.side == VOUCHERS and page.view.review.strip.uid == wanted["uid"]


@pytest.mark.parametrize(("size", "look"), [((1440, 900), "light"), ((1366, 768), "dark"), ((1280, 720), "light")])
def test_nothing_is_clipped_or_nameless(
    page: ReimbursementPage, window: Window, hands: Hands, desk: Desk, tmp_path: Path, size: tuple[int, int], look: str
) -> None:
    theme().apply(application(), look)
    window.resize(*size)
    uid = to_check(desk, taken(desk, tmp_path / "票", three(tmp_path)))
    for side in (VOUCHERS, FORM):
        opened(page, uid, side)
        hands.wait()
        assert clipped(page) == [] and nameless(page) == []
    theme().apply(application(), "light")
