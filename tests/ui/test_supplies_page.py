"""办公用品 by keys (SUP-1..4): a slip, a request, an arrival, a plan, a blind sheet by scanner, reasons, the ledger of takers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from salesdesk.modules.supplies import queries
from tests.modules.supply_desk import BEAMER, PAPER, PEN, bought, hand_out, item, stock, stock_up
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.pages.supplies.arrival_dialog import ArrivalDialog, BackDialog
from ui.pages.supplies.count_dialog import ReasonsDialog, SheetDialog
from ui.pages.supplies.issue_dialog import IssueDialog
from ui.pages.supplies.page import SuppliesPage
from ui.pages.supplies.panels import SupplyPanel
from ui.pages.supplies.plan_dialog import PlanDialog
from ui.shell.window import Window


@pytest.fixture
def page(desk: Desk, window: Window) -> Iterator[SuppliesPage]:
    """The page in front, the cupboard stocked."""
    stock_up(desk)
    window.go("supplies")
    window.ops.wait()
    made = window.front
    assert isinstance(made, SuppliesPage)
    yield made


def entries(desk: Desk, sheet: str) -> list[Row]:
    with desk.read() as reader:
        return queries.lines_with_items(reader, "supply_entry", "sheet", sheet)


def at(page: SuppliesPage, entity: str, uid: str = "") -> SupplyPanel:
    """A register in front, the record in hand."""
    panel = page.show_register(entity)
    page.ops.wait()
    QApplication.processEvents()
    panel.model.refresh()
    page.ops.wait()
    assert isinstance(panel, SupplyPanel)
    if uid:
        panel.view.select_uid(uid)
    page.window().activateWindow()
    QApplication.processEvents()
    panel.view.setFocus()
    return panel


def test_every_register_is_named_and_nothing_is_cut(page: SuppliesPage, window: Window) -> None:
    window.resize(1366, 768)
    for entity in page.registers:
        at(page, entity.key)
        assert nameless(page) == [] and clipped(page) == [], entity.key
    assert page.tabs.sizeHint().width() <= page.width() - 48, "all tabs stand on their line"


def test_each_register_has_its_own_buttons_also_after_the_ledger_of_takers(page: SuppliesPage) -> None:
    """The view without buttons was shown first: the registers made after it kept those of the items."""
    page.tabs.setCurrentIndex(len(page.registers))
    page.ops.wait()
    for entity in ("supply_plan", "supply_count", "supply_issue"):
        panel = at(page, entity)
        assert all(one.isVisible() for one in panel.buttons[-1:]), entity


def test_a_slip_is_written_by_keys(page: SuppliesPage, desk: Desk, hands: Hands) -> None:
    """SUP-3: person, item by item, Ctrl+Enter; stock and quota stand beside the line, too much in red."""
    desk.do("supply_quota.save", {"supply": PAPER, "qty": 2})
    at(page, "supply_issue")

    def write(dialog: IssueDialog) -> None:
        assert nameless(dialog) == [] and clipped(dialog) == []
        hands.type("zw")
        hands.press("Return")
        hands.wait()
        dialog.grid.setFocus()
        dialog.grid.go(0, dialog.grid.lines.column_of("supply.name"))
        hands.type(PAPER)
        hands.press("Return")
        assert dialog.draft.lines[0]["line.stock"] == "7" and dialog.draft.lines[0]["line.quota"] == "0／2"
        hands.type("9")
        hands.press("Return")
        assert dialog.sum.text() == "1 种，1 种库存不够"
        dialog.grid.go(0, dialog.grid.lines.column_of("qty"))
        hands.type("3")
        hands.press("Return")
        assert dialog.sum.text() == "1 种"
        answer(lambda question: (hands.type("投标"), hands.press("Ctrl+Return")))
        hands.press("Ctrl+Return")
        hands.wait()

    answer(write)
    hands.press("Ctrl+N")
    hands.wait()
    [slip] = desk.rows("supply_issue")
    assert (slip["staff.name"], slip["department"], slip["amount"]) == ("张伟", "销售部", 5550)
    assert stock(desk, PAPER) == (4000, 7400)


def test_a_request_takes_items_in_its_own_form_and_is_handed_out_with_one_key(
    page: SuppliesPage, desk: Desk, hands: Hands
) -> None:
    """SUP-1: the child rows of a plain form name records too; F9 hands out what was asked for."""
    panel = at(page, "supply_request")
    hands.press("Ctrl+N")
    assert panel.record is not None
    form = panel.record.form
    form.box("staff").go()
    hands.type("李娜")
    hands.wait()
    hands.press("Return")
    table = form.grid("lines").table
    table.setFocus()
    table.go(0, table.lines.column_of("supply.name"))
    hands.type("a4")
    hands.wait()
    hands.press("Return")
    hands.type("2")
    hands.press("Return")
    hands.press("Ctrl+S")
    hands.wait()
    [request] = desk.rows("supply_request")
    [line] = desk.lines("supply_request_line", request["uid"])
    assert (line["supply.name"], line["qty"], request["department"]) == ("A4 纸", 2000, "财务部")
    at(page, "supply_request", request["uid"])

    def give(dialog: IssueDialog) -> None:
        assert [one["qty"] for one in dialog.draft.lines] == [2000]
        hands.press("Ctrl+Return")
        hands.wait()

    answer(give)
    hands.press("F9")
    hands.wait()
    assert (desk.row("supply_request", request["uid"]) or {})["state"] == "done" and stock(desk, PAPER)[0] == 5000


def test_an_arrival_is_ticked_with_space_and_differences_are_told(page: SuppliesPage, desk: Desk, hands: Hands) -> None:
    """SUP-2: Space is as ordered; a shortage without words is refused at its cell."""
    order = bought(desk, (PAPER, 10, "18"), (PEN, 20, "1.2"))
    at(page, "supply_order", order)

    def inspect(dialog: ArrivalDialog) -> None:
        assert nameless(dialog) == [] and clipped(dialog) == []
        hands.press("Space")
        assert dialog.draft.lines[0]["sent"] == 10000
        hands.type("18")
        hands.press("Return")
        assert dialog.told.text() == "到了 2/2 行，1 行不符"
        hands.press("Ctrl+Return")
        hands.wait()
        assert "应到 20，实到 18" in dialog.banner.text
        assert dialog.grid.at() == (1, dialog.grid.lines.column_of("reason"))
        hands.type("缺货")
        hands.press("Ctrl+Return")
        hands.wait()

    answer(inspect)
    hands.press("F9")
    hands.wait()
    assert stock(desk, PEN)[0] == 18000 and (desk.row("supply_order", order) or {})["state"] == "part"
    panel = at(page, "supply_order", order)
    panel._with_order("supply_order.text")
    hands.wait()
    assert "中性笔 20支" in QGuiApplication.clipboard().text()


def test_a_plan_shows_its_formula_and_what_is_left(page: SuppliesPage, desk: Desk, hands: Hands) -> None:
    """SUP-1: the formula of the line in hand, the sum against the budget while typing, a further item on the blank row."""
    desk.do("supply_budget.save", {"month": "2026-06", "amount": "500"})
    plan = desk.do("supply_plan.make").uid
    at(page, "supply_plan", plan)

    def revise(dialog: PlanDialog) -> None:
        assert nameless(dialog) == [] and clipped(dialog) == []
        assert dialog.words.text().startswith("A4 纸：申领 0 + 月均用量 0（近 3 个月） + 补到 30 − 库存 7")
        hands.type("30")
        hands.press("Return")
        assert "合计 552.00 元 · 预算 500.00，已下单 0.00，超预算 52.00" in dialog.sum.text()
        dialog.grid.go(0, dialog.grid.lines.column_of("qty"))
        hands.type("5")
        hands.press("Return")
        dialog.grid.go_blank()
        dialog.grid.go(2, dialog.grid.lines.column_of("supply.name"))
        hands.type(BEAMER)
        hands.press("Return")
        hands.type("1")
        hands.press("Return")
        assert dialog.draft.lines[2]["price"] == 30_000_000
        hands.press("Ctrl+Return")
        hands.wait()

    answer(revise)
    hands.press("F9")
    hands.wait()
    lines = {line["supply.name"]: line for line in desk.lines("supply_plan_line", plan)}
    assert lines["A4 纸"]["qty"] == 5000 and lines["投影仪"]["words"] == "手工加的"


def test_a_sheet_is_counted_blind_by_scanner_and_by_hand(page: SuppliesPage, desk: Desk, hands: Hands) -> None:
    """SUP-4: codes add up, 0 is typed, the books are nowhere; what differs is explained by its first letters."""
    count = desk.do("supply_count.plan", {"counters": "王敏"}).uid
    [sheet] = desk.rows("supply_sheet")
    at(page, "supply_sheet", sheet["uid"])

    def enter(dialog: SheetDialog) -> None:
        assert nameless(dialog) == [] and clipped(dialog) == []
        shown = [label.text() for label in dialog.findChildren(QLabel)]
        shown += [dialog.grid.lines.text(r, c) for r in range(3) for c in dialog.grid.lines.columns]
        assert not any(text in ("7", "2") for text in shown), "the books are not on the screen"
        for code in ("4*b001", "B001", "6901"):
            hands.type(code)
            hands.press("Return")
            dialog.scan.setFocus()
        hands.type("9999")
        hands.press("Return")
        assert "没有「9999」" in dialog.banner.text
        row = next(i for i, x in enumerate(dialog.draft.lines) if x["supply.code"] == BEAMER)
        dialog.grid.setFocus()
        dialog.grid.go(row, dialog.grid.lines.column_of("counted"))
        hands.type("2")
        hands.press("Return")
        assert dialog.told.text() == "都盘过了"
        hands.press("Ctrl+Return")
        hands.wait()

    answer(enter)
    hands.press("F9")
    hands.wait()
    assert (desk.row("supply_count", count) or {})["state"] == "second"
    at(page, "supply_count", count)
    answer(lambda question: (hands.type("李强"), hands.press("Ctrl+Return"), hands.wait()))
    hands.press("F9")
    hands.wait()
    again = next(s["uid"] for s in desk.rows("supply_sheet") if s["turn"] == 2)
    assert (desk.row("supply_sheet", again) or {})["counter"] == "李强", "F9 laid out the second count"
    lines = [{"supply": PAPER, "counted": 5}, {"supply": PEN, "counted": 1}]
    desk.do("supply_sheet.enter", {"uid": again, "lines": lines})
    at(page, "supply_count", count)

    def explain(dialog: ReasonsDialog) -> None:
        assert nameless(dialog) == [] and clipped(dialog) == []
        for line in dialog.draft.lines:
            hands.type("丢" if line["line.off"].startswith("-") else "入")
            hands.press("Return")
            hands.press("Return") if dialog.grid.lines.columns[dialog.grid.at()[1]].key != "why" else None
        hands.press("Ctrl+Return")
        hands.wait()

    answer(explain)
    hands.press("F9")
    hands.wait()
    assert (desk.row("supply_count", count) or {})["state"] == "ready"
    at(page, "supply_count", count)
    hands.press("F9")
    hands.wait()
    assert stock(desk, PAPER)[0] == 5000 and stock(desk, PEN) == (1000, 150)


def test_a_sheet_leaves_alone_what_others_filled_in_meanwhile(page: SuppliesPage, desk: Desk, hands: Hands) -> None:
    """SUP-4: the dialog stood open while the other PC's numbers came in; only what was typed here is written."""
    desk.do("supply_count.plan", {"counters": "王敏"})
    [sheet] = desk.rows("supply_sheet")
    at(page, "supply_sheet", sheet["uid"])

    def enter(dialog: SheetDialog) -> None:
        desk.do("supply_sheet.enter", {"uid": sheet["uid"], "lines": [{"supply": BEAMER, "counted": 2}]})
        hands.type("7*b001")
        hands.press("Return", "Ctrl+Return")
        hands.wait()

    answer(enter)
    hands.press("F9")
    hands.wait()
    counted = {e["supply.code"]: e["counted"] for e in entries(desk, sheet["uid"])}
    assert counted == {PAPER: 7000, PEN: None, BEAMER: 2000}


def test_what_comes_back_is_typed_and_the_ledger_of_takers_follows(
    page: SuppliesPage, desk: Desk, hands: Hands
) -> None:
    """SUP-3: F9 on a slip takes back; 领用台账 is summed up as wished."""
    slip = hand_out(desk, (PAPER, 3))
    hand_out(desk, (BEAMER, 1), staff="李娜", kind="借用", due="+1")
    at(page, "supply_issue", slip)

    def back(dialog: BackDialog) -> None:
        assert nameless(dialog) == [] and clipped(dialog) == []
        hands.type("1")
        hands.press("Return")
        hands.press("Ctrl+Return")
        hands.wait()

    answer(back)
    hands.press("F9")
    hands.wait()
    assert item(desk, PAPER)["on_hand"] == 5000
    page.tabs.setCurrentIndex(len(page.registers))
    hands.wait()
    view = page.usage
    assert view is not None and nameless(view) == [] and clipped(view) == []
    assert view.table.texts() == [["张伟", "销售部", "37.00", ""]] and view.sum.text() == "领用 37.00 元"
    view.by.setCurrentIndex(view.by.findData("supply"))
    hands.wait()
    assert view.table.texts() == [["A4 纸", "70g", "2 包", "37.00", ""]]
