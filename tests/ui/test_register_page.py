"""A register made from its declaration, used from the keyboard alone: find, open, change, make, void, undo, export, import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.services.excel_in import open_workbook
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit import import_wizard
from ui.kit.import_wizard import ImportWizard
from ui.kit.print_preview import PrintPreview
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.shell.window import Window


@pytest.fixture
def page(window: Window) -> RegisterPage:
    """The customer page in front, the keyboard in its search box."""
    window.go("customers")
    window.ops.wait()
    found = window.front
    assert isinstance(found, RegisterPage)
    return found


@pytest.fixture
def panel(page: RegisterPage) -> RegisterPanel:
    return page.front


def named(panel: RegisterPanel) -> list[str]:
    return [str(panel.model.row(n)["name"]) for n in range(panel.model.rowCount())]


def search(qtbot: QtBot, hands: Hands, panel: RegisterPanel, text: str) -> None:
    hands.type(text)
    qtbot.waitUntil(lambda: panel.model.query.text == text, timeout=2000)


def button_called(inside: QWidget, text: str) -> QPushButton:
    one: QPushButton
    for one in inside.findChildren(QPushButton):
        if one.text() == text:
            return one
    raise AssertionError(f"no button 「{text}」")


# -- finding ---------------------------------------------------------------------------------------------------------


def test_the_page_begins_in_the_search_box(panel: RegisterPanel) -> None:
    assert QApplication.focusWidget() is panel.filter.box
    assert len(named(panel)) == 2


def test_initials_find_and_down_goes_into_the_list(qtbot: QtBot, hands: Hands, panel: RegisterPanel) -> None:
    search(qtbot, hands, panel, "cqca")
    assert named(panel) == ["重庆长安阀门经营部"], "重 is read chong here"
    hands.press("Down")
    assert QApplication.focusWidget() is panel.view
    hands.press("Return")
    assert panel.record is not None and panel.record.isVisible()
    assert panel.record.form.title == "重庆长安阀门经营部"


def test_letters_typed_into_the_list_go_to_the_search_box(qtbot: QtBot, hands: Hands, panel: RegisterPanel) -> None:
    hands.press("Down")
    hands.type("szhy")
    qtbot.waitUntil(lambda: panel.model.query.text == "szhy", timeout=2000)
    assert QApplication.focusWidget() is panel.filter.box
    assert named(panel) == ["苏州华源贸易有限公司"]


def test_nothing_found_keeps_the_text_and_offers_to_make_it(
    qtbot: QtBot, hands: Hands, panel: RegisterPanel, desk: Desk
) -> None:
    search(qtbot, hands, panel, "南通恒力")
    assert panel.stack.currentIndex() == 2
    assert panel.filter.text == "南通恒力"
    assert panel._new_hit.text() == "新建客户「南通恒力」"
    panel._new_hit.click()
    assert panel.record is not None and panel.record.form.editor("name").raw() == "南通恒力"
    hands.press("Ctrl+S")
    hands.wait()
    assert "南通恒力" in [r["name"] for r in desk.rows("customer")]


def test_pills_count_narrow_and_are_remembered(
    qtbot: QtBot, hands: Hands, panel: RegisterPanel, desk: Desk, window: Window
) -> None:
    desk.do("customer.save", {"uid": str(panel.model.row(0)["uid"]), "lifecycle": "成熟"})
    panel.read_counts()
    window.ops.wait()
    chips = {c.key: c for c in panel.filter._status_chips}
    assert chips["mature"].text() == "成熟 1" and chips["new"].text() == "新客户 1"
    assert not chips["lost"].isVisible()
    chips["mature"].click()
    assert len(named(panel)) == 1
    assert desk.settings.get("ui.filter.customer")["status"] == "mature"
    again = RegisterPanel(window.context, "customer")
    qtbot.addWidget(again)
    assert len(named(again)) == 1
    panel.search()
    hands.press("Backspace")
    assert len(named(panel)) == 2, "Backspace in the empty box takes the last filter away"


def test_a_period_narrows_by_the_day_of_the_list(window: Window, desk: Desk) -> None:
    desk.do("stock.move", {"product": "P10012", "qty": "5", "day": "2026-05-02"})
    window.go("products")
    page = window.front
    assert isinstance(page, RegisterPage)
    panel = page.show_register("stock_move")
    everything = panel.model.rowCount()
    panel.filter.choose(day="month")
    assert panel.model.rowCount() == everything - 1
    panel.filter.choose(day="today")
    assert panel.model.rowCount() == everything - 1
    panel.filter.clear()
    assert panel.model.rowCount() == everything


def test_an_empty_register_teaches_the_next_key(window: Window, desk: Desk) -> None:
    for row in desk.rows("customer"):
        desk.do("customer.void", {"uid": row["uid"]})
    window.go("customers")
    page = window.front
    assert isinstance(page, RegisterPage)
    assert page.front.stack.currentIndex() == 1
    assert "Ctrl+N" in page.front._none._hint.text()


# -- changing --------------------------------------------------------------------------------------------------------


def test_a_record_is_made_changed_and_found_by_keys_alone(hands: Hands, panel: RegisterPanel, desk: Desk) -> None:
    hands.press("Ctrl+N")
    hands.type("A1")
    hands.press("Return")
    hands.type("安徽新客户")
    hands.press("Ctrl+S")
    hands.wait()
    assert named(panel)[0] == "安徽新客户"
    assert panel.view.current_uid() == panel.record.uid if panel.record else False
    hands.press("Escape")
    assert QApplication.focusWidget() is panel.view
    hands.press("Down", "Return")
    assert panel.record is not None and panel.record.form.title == "苏州华源贸易有限公司"


def test_the_open_record_follows_the_list(hands: Hands, panel: RegisterPanel) -> None:
    hands.press("Down", "Return", "F6")
    assert QApplication.focusWidget() is panel.view
    hands.press("Down")
    assert panel.record is not None and panel.record.form.title == named(panel)[1]


def test_unsaved_words_hold_the_form_and_offer_both_ways_out(hands: Hands, panel: RegisterPanel, desk: Desk) -> None:
    hands.press("Down", "Return")
    record = panel.record
    assert record is not None
    first = record.uid
    record.form.box("region").go()
    hands.type("昆山")
    hands.press("F6", "Down", "Return")
    assert record.uid == first, "the form stays until it is saved or given up"
    assert "还有没保存的改动" in record.form.banner.text
    save = button_called(record.form.banner, "保存并继续")
    save.click()
    hands.wait()
    row = desk.row("customer", first)
    assert row is not None and row["region"] == "昆山"
    assert record.uid != first


def test_voiding_takes_one_key_and_undo_brings_it_back(hands: Hands, panel: RegisterPanel, window: Window) -> None:
    hands.press("Down", "Down", "Delete")
    hands.wait()
    assert len(named(panel)) == 1
    assert window.toast.isVisible()
    hands.press("Ctrl+Z")
    hands.wait()
    assert len(named(panel)) == 2


def test_a_record_in_use_is_not_voided_and_says_why(
    hands: Hands, panel: RegisterPanel, desk: Desk, window: Window
) -> None:
    desk.do("order.save", order_args(("P10012", "1", "48.60")))
    hands.press("Down", "Delete")
    hands.wait()
    assert len(named(panel)) == 2
    assert "用着它" in window.banner.text


def test_voided_records_can_be_shown_and_restored(hands: Hands, panel: RegisterPanel, desk: Desk) -> None:
    uid = str(panel.model.row(1)["uid"])
    desk.do("customer.void", {"uid": uid})
    panel.model.refresh()
    panel.filter.set_voided(True)
    assert len(named(panel)) == 2
    panel.open(uid)
    assert panel.record is not None and not panel.record.save.isEnabled()
    panel.ask("customer.restore")
    hands.wait()
    row = desk.row("customer", uid)
    assert row is not None and not row["void"]


def test_history_is_told_in_words(hands: Hands, panel: RegisterPanel, desk: Desk) -> None:
    uid = str(panel.model.row(0)["uid"])
    desk.do("customer.save", {"uid": uid, "region": "昆山"})
    panel.open(uid)
    assert panel.record is not None
    panel.record.tabs.setCurrentIndex(1)
    hands.wait()
    lines = panel.record.history.timeline.text().splitlines()
    assert "区域：昆山" in lines[0]
    assert "新建客户" in lines[-1]


def test_buttons_stand_where_the_verbs_belong(window: Window, desk: Desk) -> None:
    window.go("products")
    page = window.front
    assert isinstance(page, RegisterPage)
    assert [page.tabs.tabText(i) for i in range(page.tabs.count())] == ["产品", "产品类别", "出入库流水"]
    titles = [b.accessibleName() for b in page.show_register("stock_move").buttons if isinstance(b, QPushButton)]
    assert titles == ["登记出入库", "按盘点数核对库存"]
    titles = [b.accessibleName() for b in page.show_register("product").buttons if isinstance(b, QPushButton)]
    assert titles[-1] == "新建产品" and "导入" in titles and "导出" in titles


def test_a_viewer_sees_no_buttons_that_change(qtbot: QtBot, window: Window, desk: Desk) -> None:
    desk.settings.put("operator.role", "viewer")
    panel = RegisterPanel(window.context, "customer")
    qtbot.addWidget(panel)
    assert [b.accessibleName() for b in panel.buttons if isinstance(b, QPushButton)] == ["导出", "打印清单"]


def test_going_elsewhere_and_back_finds_everything_as_it_was(hands: Hands, page: RegisterPage, window: Window) -> None:
    hands.press("Down", "Down", "Return")
    panel = page.front
    assert panel.record is not None
    uid = panel.record.uid
    hands.press("Alt+1", "Alt+3")
    window.go("customers")
    assert panel.record.isVisible() and panel.record.uid == uid
    assert page.current_record() == ("customer", uid)


def test_a_change_made_while_away_is_seen_on_return(page: RegisterPage, window: Window, desk: Desk) -> None:
    window.go("products")
    window.ops.run("customer.save", {"name": "远处新建"})
    window.ops.wait()
    window.go("customers")
    window.ops.wait()
    assert "远处新建" in named(page.front)


def test_what_was_half_typed_is_offered_again(
    qtbot: QtBot, hands: Hands, panel: RegisterPanel, window: Window, desk: Desk
) -> None:
    hands.press("Ctrl+N")
    hands.type("C9")
    hands.press("Return")
    hands.type("半张客户")
    window.keep_drafts()
    hands.wait()
    again = RegisterPanel(window.context, "customer")
    qtbot.addWidget(again)
    again.show()
    again.on_shown()
    assert "半张客户" in again.banner.text
    again.resume()
    assert again.record is not None and again.record.form.editor("name").raw() == "半张客户"
    assert not again.banner.isVisible()
    again.record.form.save()
    window.ops.wait()
    assert desk.drafts.all("customer") == []


# -- in and out --------------------------------------------------------------------------------------------------------


def test_export_writes_what_the_list_shows(
    qtbot: QtBot, hands: Hands, panel: RegisterPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "客户.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    search(qtbot, hands, panel, "cqca")
    answer(lambda dialog: dialog.accept())
    panel.exchange.export()
    hands.wait()
    rows = open_workbook(target).rows()
    assert rows[0][:2] == ["客户编码", "客户名称"]
    assert [r[1] for r in rows[1:]] == ["重庆长安阀门经营部"]


def test_the_list_is_previewed_as_it_will_be_printed(hands: Hands, panel: RegisterPanel) -> None:
    seen: list[int] = []

    def look(dialog: object) -> None:
        assert isinstance(dialog, PrintPreview)
        seen.append(dialog.sheets.pages)
        assert dialog.pdf.startswith(b"%PDF")
        dialog.area.larger()
        dialog.copy()
        dialog.reject()

    answer(look)
    panel.exchange.print_list()
    hands.wait()
    assert seen == [1]
    assert not QApplication.clipboard().image().isNull()


def table(path: Path, rows: list[list[object]]) -> str:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    book.close()
    return str(path)


def test_an_import_shows_each_rows_fate_before_it_is_done(
    qtbot: QtBot, hands: Hands, panel: RegisterPanel, window: Window, desk: Desk, tmp_path: Path
) -> None:
    file = table(tmp_path / "新客户.xlsx", [["公司名称", "编码", "手机", "额度"], ["南通一厂", "C1", "13812340001", 5000],
                 ["南通二厂", "C2", "13812340002", "abc"], ["苏州华源贸易有限公司", "C00042", "13812886021", 250000]])  # fmt: skip
    wizard = ImportWizard(window.context, "customer", file)
    qtbot.addWidget(wizard)
    wizard.show()
    hands.wait()
    assert "新增 1" in wizard.summary.text() and "更新 1" in wizard.summary.text() and "有错 1" in wizard.summary.text()
    assert [r[0] for r in wizard.rows.rows] == ["3"], "the wrong row is shown first"
    assert "abc" in wizard.rows.rows[0][2]
    assert not wizard.go.isEnabled()
    wizard.skip.setChecked(True)
    assert wizard.go.isEnabled()
    wizard.run()
    hands.wait()
    assert {r["code"]: r["credit_limit"] for r in desk.rows("customer") if r["code"]} == {
        "C00042": 25000000,
        "C00043": None,
        "C1": 500000,
    }
    assert "南通一厂" in named(panel)
    hands.wait()
    window.undo()
    hands.wait()
    assert "南通一厂" not in named(panel), "one import is one step"


def test_a_column_can_be_given_another_meaning(qtbot: QtBot, window: Window, desk: Desk, tmp_path: Path) -> None:
    file = table(tmp_path / "怪表.xlsx", [["公司名称", "对方联系方式A"], ["南通一厂", "13812340001"]])
    wizard = ImportWizard(window.context, "customer", file)
    qtbot.addWidget(wizard)
    wizard.show()
    window.ops.wait()
    assert "客户名称" in wizard.banner.text
    assert not wizard.go.isEnabled()
    wizard.mapping = {"name": "公司名称", "phone": "对方联系方式A"}
    wizard.check()
    window.ops.wait()
    wizard.run()
    window.ops.wait()
    assert [r["phone"] for r in desk.rows("customer") if r["name"] == "南通一厂"] == ["13812340001"]


def test_a_file_that_is_no_table_says_so(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    broken = tmp_path / "坏的.xlsx"
    broken.write_bytes(b"PK\x03\x04 half a file")
    wizard = ImportWizard(window.context, "customer", str(broken))
    qtbot.addWidget(wizard)
    wizard.show()
    window.ops.wait()
    assert wizard.banner.isVisible() and wizard.banner.text
    assert not wizard.go.isEnabled()


def test_the_import_button_asks_for_a_file_and_may_be_given_up(
    panel: RegisterPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_wizard, "choose_file", lambda parent, title: "")
    panel.exchange.fetch()


# -- how it looks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1280, 720)])
def test_nothing_is_clipped_and_everything_has_a_name(
    window: Window, page: RegisterPage, size: tuple[int, int]
) -> None:
    window.resize(*size)
    page.front.view.select_row(0)
    page.front.open(page.front.view.current_uid())
    window.ops.wait()
    QApplication.processEvents()
    assert clipped(page) == []
    assert nameless(page) == []


def test_arguments_of_export_are_plain(panel: RegisterPanel) -> None:
    panel.filter.choose(status="new")
    assert json.loads(panel.exchange.narrowing()["where"]) == [["lifecycle", "=", "new"]]
