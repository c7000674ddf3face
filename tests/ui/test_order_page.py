"""The order page as the clerk uses it: keyboard only, mistakes and their cures, drafts that survive, delivery in parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.problems import Severity
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit.dialogs import Question
from ui.kit.theme import theme
from ui.pages.orders.actions import OpenOrder
from ui.pages.orders.delivery_dialog import DeliveryDialog
from ui.pages.orders.intake_dialog import IntakeDialog
from ui.pages.orders.page import OrdersPage
from ui.shell.application import application
from ui.shell.window import Window


@pytest.fixture
def page(window: Window) -> Iterator[OrdersPage]:
    """The order page in front."""
    window.go("orders")
    window.ops.wait()
    made = window.front
    assert isinstance(made, OrdersPage)
    yield made


def entry(page: OrdersPage) -> OpenOrder:
    assert page.entry is not None
    return page.entry


def settled(page: OrdersPage) -> None:
    """Let the check run and its answer arrive."""
    if page.entry is not None:
        page.entry.check()
    page.ops.wait()


def messages(page: OrdersPage) -> list[str]:
    return [f"{p.place} {p.message}" for p in entry(page).lines.problems.problems]


def press(page: OrdersPage, title: str) -> None:
    """Click a button of the problem strip."""
    line = next(line for line in entry(page).lines.problems._lines if any(b.text() == title for b in line.buttons))
    QTest.mouseClick(next(b for b in line.buttons if b.text() == title), Qt.MouseButton.LeftButton)


def new_order(hands: Hands, customer: str = "hy") -> None:
    """Ctrl+N, the customer by initials, his number, the due date: to the first line."""
    hands.press("Ctrl+N")
    hands.type(customer)
    hands.press("Return")
    hands.type("PO-1")
    hands.press("Return", "Return")


# -- typing a whole order -----------------------------------------------------------------------------------------


def test_thirty_lines_by_keyboard_only(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    new_order(hands)
    for i in range(30):
        hands.type(("P10012", "P10013", "P20031")[i % 3])
        hands.press("Return")
        hands.type(str(i + 1))
        hands.press("Return")
        if i % 2:
            hands.type("90.5" if i % 3 == 1 else "50")
        hands.press("Return")
    hands.press("Ctrl+S")
    hands.wait()
    saved = desk.rows("sales_order")[0]
    lines = desk.lines("order_line", saved["uid"])
    assert saved["customer.name"] == "苏州华源贸易有限公司" and saved["customer_po"] == "PO-1"
    assert [line["qty"] for line in lines] == [(i + 1) * 1000 for i in range(30)]
    assert [line["product.name"] for line in lines[:3]] == ["不锈钢球阀 DN25", "不锈钢球阀 DN50", "四氟垫片 DN50"]
    assert lines[0]["price"] == 486000 and lines[3]["price"] == 500000
    assert saved["contact"] == "王芳" and saved["salesperson"] == "李强"
    assert entry(page).head.number.text() == saved["number"]


def test_saving_twice_keeps_the_lines_and_undo_survives_it(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    new_order(hands)
    hands.type("P10012")
    hands.press("Return")
    hands.type("5")
    hands.press("Return", "Return", "Ctrl+S")
    hands.wait()
    uid = entry(page).order.draft.uid
    first = [line["uid"] for line in desk.lines("order_line", uid)]
    entry(page).grid.go(0, 5)
    hands.press("Ctrl+Delete", "Ctrl+S")
    hands.wait()
    assert desk.lines("order_line", uid) == []
    entry(page).grid.setFocus()
    hands.press("Ctrl+Z", "Ctrl+S")
    hands.wait()
    again = desk.lines("order_line", uid)
    assert [line["qty"] for line in again] == [5000] and first != [line["uid"] for line in again]


def test_the_last_price_of_this_customer_comes_first(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    desk.do("order.confirm", {**order_args(("P10012", "3", "45.5")), "customer": "C00042"})
    new_order(hands)
    hands.type("P10012")
    hands.press("Return")
    assert entry(page).order.draft.lines[0]["price"] == 455000
    settled(page)
    prices = entry(page).panel.prices
    assert prices.isVisible() and entry(page).around is not None
    assert [p.price for p in entry(page).around.goods.mine] == [455000]  # type: ignore[union-attr]
    assert "320" not in prices.stock.value.text() and "317" in prices.stock.value.text(), "3 are promised"


def test_totals_and_capitals_follow(page: OrdersPage, hands: Hands) -> None:
    new_order(hands)
    hands.type("P10012")
    hands.press("Return")
    hands.type("1000")
    hands.press("Return", "Return")
    totals = entry(page).lines.totals
    assert totals.total.text() == "¥48,600.00" and totals.pieces.text() == "合计 1,000 件"
    assert totals.words.text_whole() == "肆万捌仟陆佰元整"
    assert entry(page).lines.count.text() == "1 种商品"


def test_the_head_is_undone_like_a_cell(page: OrdersPage, hands: Hands) -> None:
    new_order(hands)
    view = entry(page)
    assert view.order.draft.values["contact"] == "王芳"
    while view.stack.canUndo():
        view.stack.undo()
    assert view.order.draft.values.get("customer") is None and view.order.draft.values.get("contact") is None
    while view.stack.canRedo():
        view.stack.redo()
    assert view.order.draft.values["contact"] == "王芳" and view.order.draft.values["customer_po"] == "PO-1"
    assert view.head.undo.toolTip().startswith("撤销：")


def test_an_unknown_customer_stays_as_typed(page: OrdersPage, hands: Hands) -> None:
    hands.press("Ctrl+N")
    hands.type("没有这家")
    hands.press("Return")
    view = entry(page)
    editor = view.header.editors["customer"]
    assert editor.hasFocus() and view.order.draft.values.get("customer") is None
    view.grid.setFocus()
    assert view.order.draft.typed["customer"][0] == "没有这家"
    settled(page)
    assert any("没有找到" in m for m in messages(page))


# -- problems and cures -------------------------------------------------------------------------------------------


def low_price_order(hands: Hands) -> None:
    new_order(hands)
    hands.type("P10012")
    hands.press("Return")
    hands.type("5")
    hands.press("Return")
    hands.type("39.00")
    hands.press("Return")


def test_wrong_cells_are_told_and_cured(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    low_price_order(hands)
    hands.type("P10013")
    hands.press("Return")
    hands.type("110")
    hands.press("Return", "Return")
    settled(page)
    assert messages(page) == ["第 1 行「单价」 39.00 低于限价 40.00", "第 2 行「数量」 可用库存只有 96，缺 14"]
    grid = entry(page).grid
    cell = grid.lines.index(0, grid.lines.column_of("price"))
    assert "低于限价 40.00" in str(grid.lines.data(cell, Qt.ItemDataRole.AccessibleTextRole))
    press(page, "改为 40.00")
    settled(page)
    press(page, "改为 96")
    settled(page)
    assert messages(page) == [] and not entry(page).lines.problems.isVisible()
    hands.press("F8")
    hands.wait()
    assert desk.rows("sales_order")[0]["stage"] == "confirmed"
    assert entry(page).head.primary.text().startswith("发货")
    assert entry(page).grid.lines.read_only


def test_locating_moves_the_cursor(page: OrdersPage, hands: Hands) -> None:
    low_price_order(hands)
    settled(page)
    press(page, "定位")
    grid = entry(page).grid
    assert hands.focus is grid and grid.at() == (0, grid.lines.column_of("price"))


def test_confirming_with_a_reason(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    low_price_order(hands)

    def give(dialog: Question) -> None:
        editor = dialog.findChild(QPlainTextEdit)
        assert editor is not None
        editor.setPlainText("老客户特价，刘经理同意")
        dialog.answer()

    entry(page).settle()
    answer(give)
    hands.press("F8")
    hands.wait()
    order = desk.rows("sales_order")[0]
    assert order["stage"] == "confirmed"
    assert "老客户特价" in desk.history("sales_order", order["uid"])[0].reason


def test_confirming_an_empty_order_jumps_to_the_first_fault(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    hands.press("Ctrl+N")
    hands.wait()
    assert messages(page) == [], "nobody is scolded before he tried"
    hands.press("F8")
    hands.wait()
    assert any("客户" in m for m in messages(page)) and any("还没有商品" in m for m in messages(page))
    assert hands.focus is entry(page).header.editors["customer"]
    assert entry(page).header.labels["customer"].error == "请先选客户"
    assert desk.rows("sales_order") == []


def test_pasting_says_what_was_not_recognised(page: OrdersPage, hands: Hands) -> None:
    new_order(hands)
    rows = "\n".join(f"{'P10012' if i % 6 else 'QQ-' + str(i)}\t{i + 1}" for i in range(12))
    QApplication.clipboard().setText(f"编码\t数量\n{rows}\n")
    hands.press("Ctrl+V")
    view = entry(page)
    assert view.lines.note.text_whole() == "粘贴 12 行，2 处没认出，已照原样留在格子里"
    settled(page)
    assert sum(p.severity is Severity.STOP for p in view.problems()) == 2
    assert page.undo() and view.order.draft.lines == []


# -- drafts -------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_on_disk_within_two_seconds(page: OrdersPage, hands: Hands, desk: Desk, qtbot: QtBot) -> None:
    low_price_order(hands)
    qtbot.waitUntil(lambda: bool(desk.drafts.all("sales_order")), timeout=2000)
    kept = desk.drafts.all("sales_order")[0]
    assert kept.title == "苏州华源贸易有限公司" and kept.payload["lines"][0]["qty"] == 5000
    hands.wait()
    assert entry(page).head.kept.text().startswith("已自动保存")


def test_a_new_window_offers_the_unfinished_order(page: OrdersPage, hands: Hands, desk: Desk, qtbot: QtBot) -> None:
    low_price_order(hands)
    hands.type("不认识的东西")
    entry(page).settle()
    entry(page).autosave.flush()
    page.ops.wait()
    theme().apply(application(), "light")
    other = Window(desk)
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    other.go("orders")
    found = other.front
    assert isinstance(found, OrdersPage)
    assert "1 张未完成的订单" in found.banner.text
    found.recover(desk.drafts.all("sales_order"))
    view = found.entry
    assert view is not None and view.order.draft.values["customer_po"] == "PO-1"
    assert view.order.draft.lines[0]["product.code"] == "P10012" and view.order.draft.lines[0]["price"] == 390000
    assert view.order.draft.typed["lines/1/product"][0] == "不认识的东西"
    other.ops.wait()
    other.close()


def test_a_saved_order_leaves_no_draft(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    low_price_order(hands)
    entry(page).autosave.flush()
    hands.press("Ctrl+S")
    hands.wait()
    assert desk.drafts.all("sales_order") == []


def test_two_orders_open_at_once(page: OrdersPage, hands: Hands) -> None:
    new_order(hands)
    first = entry(page)
    new_order(hands, "cq")
    second = entry(page)
    assert first is not second and page.tabs.isVisible() and len(page.entries) == 2
    hands.press("Ctrl+PgUp")
    assert entry(page) is first
    assert first.order.customer_name == "苏州华源贸易有限公司" and second.order.customer_name == "重庆长安阀门经营部"


# -- the life of an order -----------------------------------------------------------------------------------------


@pytest.fixture
def confirmed(desk: Desk) -> str:
    args = order_args(("P10012", "20", "48.60"), ("P20031", "100", "3.20"))
    return desk.do("order.confirm", args).uid


def open_dialogs(kind: type[QWidget]) -> list[QWidget]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def dialog_of(kind: type[QWidget]) -> QWidget:
    found = open_dialogs(kind)
    assert found, f"no {kind.__name__} is open"
    _in_hand(found[-1])
    return found[-1]


def _in_hand(window: QWidget) -> None:
    for _ in range(300):
        focus = QApplication.focusWidget()
        if focus is not None and focus.window() is window:
            return
        QTest.qWait(10)
    raise AssertionError("the keys did not come to the window")


def back_to(window: Window) -> None:
    """The dialog is gone and the window has the keys again."""
    window.ops.wait()
    window.activateWindow()
    _in_hand(window)


def test_delivering_in_parts(page: OrdersPage, window: Window, hands: Hands, desk: Desk, confirmed: str) -> None:
    desk.settings.put("orders.print_after_delivery", False)
    page.open_order(confirmed)
    hands.wait()
    hands.press("F9")
    dialog = dialog_of(DeliveryDialog)
    assert isinstance(dialog, DeliveryDialog)
    assert [line["qty"] for line in dialog.draft.lines] == [20000, 100000]
    hands.type("5")
    hands.press("Return")
    assert "还剩" in dialog.sum.text()
    hands.press("Ctrl+Return")
    hands.wait()
    assert not open_dialogs(DeliveryDialog)
    back_to(window)
    assert desk.row("sales_order", confirmed)["stage"] == "part"  # type: ignore[index]
    steps = [s.title for s in entry(page).panel.timeline.steps]
    settled(page)
    steps = [s.title for s in entry(page).panel.timeline.steps]
    assert any(s.startswith("发货 SH") for s in steps) and "发剩余的货" in steps
    hands.press("F9")
    rest = dialog_of(DeliveryDialog)
    assert isinstance(rest, DeliveryDialog) and [line["qty"] for line in rest.draft.lines] == [15000]
    hands.press("Ctrl+Return")
    hands.wait()
    assert desk.row("sales_order", confirmed)["stage"] == "done"  # type: ignore[index]


def test_a_second_press_while_the_first_is_under_way_delivers_once(
    page: OrdersPage, window: Window, hands: Hands, desk: Desk, confirmed: str
) -> None:
    desk.settings.put("orders.print_after_delivery", False)
    page.open_order(confirmed)
    hands.wait()
    hands.press("F9")
    dialog_of(DeliveryDialog)
    for qty in ("5", "1"):
        hands.type(qty)
        hands.press("Return")
    for _ in range(3):
        QTest.keyClick(hands.focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.wait()
    assert sorted(row["qty"] for row in desk.rows("delivery_line")) == [1000, 5000]


def test_delivering_too_much_is_refused_in_the_dialog(
    page: OrdersPage, hands: Hands, desk: Desk, confirmed: str
) -> None:
    page.open_order(confirmed)
    hands.wait()
    hands.press("F9")
    dialog = dialog_of(DeliveryDialog)
    assert isinstance(dialog, DeliveryDialog)
    hands.type("21")
    hands.press("Ctrl+Return")
    hands.wait()
    assert dialog.isVisible() and "只剩 20" in dialog.banner.text
    dialog.reject()
    assert desk.rows("delivery") == []


def test_amending_a_confirmed_order(page: OrdersPage, hands: Hands, desk: Desk, confirmed: str) -> None:
    view = page.open_order(confirmed)
    assert view is not None and view.order.locked
    view.actions_.amend()
    assert not view.grid.lines.read_only
    view.grid.go(0, view.grid.lines.column_of("qty"))
    hands.type("25")
    hands.press("Return")
    answer(lambda dialog: dialog.answer())
    hands.press("F8")
    hands.wait()
    assert desk.lines("order_line", confirmed)[0]["qty"] == 25000
    assert view.order.locked
    entry_ = desk.history("sales_order", confirmed)[0]
    assert "变更" in entry_.title and entry_.reason.startswith("客户要求")


def test_giving_an_amendment_up_shows_what_is_stored(page: OrdersPage, hands: Hands, confirmed: str) -> None:
    view = page.open_order(confirmed)
    assert view is not None
    view.actions_.amend()
    view.grid.lines.delete_rows([0])
    view.actions_.give_up_amending()
    assert len(view.order.draft.lines) == 2 and view.order.locked


def test_copying_the_last_order(page: OrdersPage, hands: Hands, confirmed: str) -> None:
    new_order(hands)
    entry(page).actions_.copy_last()
    assert [line["product.code"] for line in entry(page).order.draft.lines] == ["P10012", "P20031"]
    assert "已复制 2 行" in entry(page).lines.note.text_whole()
    assert page.undo() and entry(page).order.draft.lines == []


def test_a_list_verb_and_enter(page: OrdersPage, hands: Hands, confirmed: str) -> None:
    one = page.list_of("sales_order")
    one.model.refresh()
    one.table.select_row(0)
    one.table.setFocus()
    hands.press("Return")
    assert entry(page).order.draft.uid == confirmed
    hands.press("Alt+Left")
    assert page.entry is None and page.entries == []


def test_an_order_open_in_front_follows_an_undo(page: OrdersPage, window: Window, hands: Hands, confirmed: str) -> None:
    view = page.open_order(confirmed)
    assert view is not None and view.order.stage == "confirmed"
    window.undo()
    hands.wait()
    assert "作废" in view.banner.text and view.order.draft.uid == "" and len(view.order.draft.lines) == 2


def test_parking_saves_what_is_typed_first(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    low_price_order(hands)
    entry(page).settle()
    answer(lambda dialog: (dialog.edits[0].editor.setPlainText("交期能不能晚两天"), dialog.answer()))
    entry(page).actions_.ask("order.park")
    hands.wait()
    order = desk.rows("sales_order")[0]
    assert order["stage"] == "parked" and desk.lines("order_line", order["uid"])[0]["qty"] == 5000
    assert "交期能不能晚两天" in entry(page).banner.text


def test_typing_on_while_it_is_saved_loses_nothing(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    low_price_order(hands)
    entry(page).actions_.save()
    grid = entry(page).grid
    grid.lines.type_in(0, grid.lines.column_of("qty"), "77")
    hands.wait()
    assert entry(page).order.draft.lines[0]["qty"] == 77000 and entry(page).order.draft.changed
    entry(page).actions_.save()
    hands.wait()
    assert desk.lines("order_line", entry(page).order.draft.uid)[0]["qty"] == 77000
    assert not entry(page).order.draft.changed


def test_undo_after_saving_takes_the_saving_back(page: OrdersPage, window: Window, hands: Hands, desk: Desk) -> None:
    low_price_order(hands)
    hands.press("Ctrl+S")
    hands.wait()
    grid = entry(page).grid
    grid.lines.type_in(0, grid.lines.column_of("qty"), "6")
    hands.press("Ctrl+S")
    hands.wait()
    uid = entry(page).order.draft.uid
    window.undo()
    hands.wait()
    assert desk.lines("order_line", uid)[0]["qty"] == 5000
    assert entry(page).order.draft.lines[0]["qty"] == 5000, "the order in front shows what is stored"


def test_a_date_of_its_own_per_line(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    low_price_order(hands)
    view = entry(page)
    column = view.grid.lines.column_of("due_date")
    assert view.grid.isColumnHidden(column)
    view.actions_.due_by_line()
    assert not view.grid.isColumnHidden(column)
    view.grid.setFocus()
    view.grid.go(0, column)
    hands.type("6.20")
    hands.press("Return")
    assert view.order.draft.lines[0]["due_date"] == "2026-06-20"


def test_the_whole_product_list(page: OrdersPage, hands: Hands) -> None:
    new_order(hands)

    def take(dialog: QDialog) -> None:
        hands.type("垫片")
        QTest.qWait(200)
        hands.press("Return")
        if dialog.isVisible():
            hands.press("Return")

    answer(take)
    hands.press("F7")
    view = entry(page)
    assert [line["product.code"] for line in view.order.draft.lines] == ["P20031"]
    assert view.grid.at() == (0, view.grid.lines.column_of("qty"))


def test_printing_shows_the_paper(page: OrdersPage, hands: Hands, confirmed: str) -> None:
    view = page.open_order(confirmed)
    assert view is not None
    hands.wait()
    assert view.head.print.isVisible()
    shown: list[str] = []
    answer(lambda dialog: shown.append(dialog.windowTitle()))
    view.actions_.print_first()
    assert shown and "传递单" in shown[0], "nothing delivered yet: the slip for the workshop comes first"


# -- arrivals -----------------------------------------------------------------------------------------------------


def test_an_arrival_is_logged_and_entered(
    page: OrdersPage, window: Window, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "订单.txt"
    file.write_text("球阀 20 只", encoding="utf-8")
    hands.press("Ctrl+L")
    dialog = dialog_of(IntakeDialog)
    assert isinstance(dialog, IntakeDialog)
    hands.type("hy")
    hands.press("Return")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop = QDropEvent(
        QPointF(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    dialog.dropEvent(drop)
    dialog.content.setPlainText("DN25 球阀 20 只，周五要")
    hands.press("Ctrl+Shift+Return")
    hands.wait()
    back_to(window)
    arrival = desk.rows("intake")[0]
    assert arrival["customer.name"] == "苏州华源贸易有限公司" and arrival["state"] == "waiting"
    assert [a["name"] for a in desk.rows("attachment")] == ["订单.txt"]
    view = entry(page)
    assert view.order.customer_name == "苏州华源贸易有限公司" and "周五要" in str(view.order.draft.values["note"])
    hands.press("Ctrl+S")
    hands.wait()
    found = desk.row("intake", arrival["uid"])
    assert found is not None and found["state"] == "entered" and found["order"] == view.order.draft.uid


def test_an_empty_arrival_says_what_is_missing(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    page.log_intake()
    dialog = dialog_of(IntakeDialog)
    assert isinstance(dialog, IntakeDialog)
    hands.press("Ctrl+Return")
    hands.wait()
    assert dialog.isVisible() and "空的" in dialog.banner.text
    dialog.reject()


def test_what_today_asks_for_is_done(
    page: OrdersPage, window: Window, hands: Hands, desk: Desk, confirmed: str
) -> None:
    arrival = desk.do("intake.save", {"channel": "微信", "customer": "C00043", "content": "来 5 只"}).uid
    window.show_place("intake", arrival, "order.new")
    assert entry(page).order.draft.values["intake"] == arrival
    window.show_place("sales_order", confirmed, "order.deliver")
    dialog = dialog_of(DeliveryDialog)
    dialog.close()
    slip = desk.rows("route_slip")[0]["uid"]
    asked: list[tuple[str, dict[str, object]]] = []

    def note(verb: str, preset: dict[str, object] | None = None, **more: object) -> None:
        asked.append((verb, dict(preset or {})))

    page.context.perform = note  # type: ignore[method-assign,assignment]
    window.show_place("route_slip", slip, "route.pass")
    assert asked == [("route.pass", {"uid": slip})]


# -- looks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (1366, 768)])
def test_nothing_is_cut_and_everything_has_a_name(
    page: OrdersPage, window: Window, hands: Hands, size: tuple[int, int]
) -> None:
    window.resize(*size)
    low_price_order(hands)
    settled(page)
    assert clipped(page) == []
    assert nameless(page) == []


def test_every_segment_opens(page: OrdersPage, desk: Desk, confirmed: str) -> None:
    desk.do("order.deliver", {"uid": confirmed})
    page.list_of("sales_order").model.refresh()
    for entity, expected in (("intake", 0), ("route_slip", 2), ("delivery", 1), ("sales_order", 1)):
        page.show_segment(entity)
        page.ops.wait()
        one = page.list_of(entity)
        assert one.model.rowCount() == expected
        assert one.empty.isVisible() == (expected == 0)


def test_the_import_of_a_customers_file(page: OrdersPage, hands: Hands, desk: Desk, tmp_path: Path) -> None:
    from openpyxl import Workbook

    from ui.pages.orders.import_dialog import OrderImport

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("货号", "品名", "数量", "单价"), ("P10012", "球阀", 12, 47.5), ("P20031", "垫片", 100, 3.1)):
        sheet.append(row)
    file = tmp_path / "华源采购单.xlsx"
    book.save(file)
    uid = desk.find("华源", "customer")[0].uid
    dialog = OrderImport(page.context, str(file), uid)
    page.ops.wait()
    assert dialog.go.isEnabled() and dialog.go.text() == "导入 1 张订单，2 行"
    dialog.run()
    page.ops.wait()
    assert dialog.result() == QDialog.DialogCode.Accepted and dialog.made
    assert [line["qty"] for line in desk.lines("order_line", dialog.made)] == [12000, 100000]
    dialog.deleteLater()
