"""Under stars until one key asks: the form, its child table, the list, the order's head, the telephone card (CUS-8)."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog
from pytest import MonkeyPatch
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.services.excel_in import open_workbook
from tests.desks import order_args
from tests.ui.hands import Hands, answer
from ui.kit.access_dialog import show_access
from ui.kit.editor_base import LineEditor
from ui.kit.form import RecordForm
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.pages.calls.call_dialog import CallDialog
from ui.pages.orders.delivery_head import DeliveryHeadDialog
from ui.shell.window import Window

PHONE, COVERED = "138 1288 6021", "138****021"


def opened(window: Window, hands: Hands) -> tuple[RegisterPanel, RecordForm]:
    """The first customer open at the right, the keyboard in its form."""
    window.go("customers")
    window.ops.wait()
    page = window.front
    assert isinstance(page, RegisterPage)
    panel = page.front
    hands.press("Down", "Return")
    assert panel.record is not None
    return panel, panel.record.form


def phone_of(form: RecordForm) -> LineEditor:
    editor = form.editor("phone")
    assert isinstance(editor, LineEditor)
    return editor


def stored(desk: Desk, uid: str) -> str:
    return str((desk.row("customer", uid) or {})["phone"])


def test_a_covered_field_is_revealed_edited_and_saved_whole(window: Window, hands: Hands, desk: Desk) -> None:
    _, form = opened(window, hands)
    phone = phone_of(form)
    assert phone.text() == COVERED and phone.isReadOnly()
    form.box("phone").go()
    hands.press("Ctrl+E")
    hands.wait()
    assert phone.text() == PHONE and QApplication.focusWidget() is phone
    hands.press("End")
    hands.type("9")
    hands.press("Ctrl+S")
    hands.wait()
    assert stored(desk, form.uid) == PHONE + "9"
    assert [r["content"] for r in desk.rows("access_log")] == ["电话、收货地址"]


def test_figures_typed_into_a_covered_field_replace_it(window: Window, hands: Hands, desk: Desk) -> None:
    _, form = opened(window, hands)
    form.box("phone").go()
    hands.type("0512-66668888")
    hands.wait()
    assert phone_of(form).text() == "0512-66668888", "what was typed before it was revealed is there, and only that"
    hands.press("Ctrl+S")
    hands.wait()
    assert stored(desk, form.uid) == "0512-66668888"


def test_letters_only_reveal(window: Window, hands: Hands, desk: Desk) -> None:
    _, form = opened(window, hands)
    form.box("phone").go()
    QApplication.clipboard().setText("13900000000")
    hands.press("Ctrl+V")
    assert phone_of(form).text() == COVERED, "nothing is pasted over what nobody sees"
    hands.type("转")
    hands.type("a1")
    hands.wait()
    assert phone_of(form).text() == PHONE and not form.dirty


def test_saving_something_else_leaves_the_covered_value_alone(window: Window, hands: Hands, desk: Desk) -> None:
    _, form = opened(window, hands)
    form.box("phone").go()
    hands.press("Return")
    form.box("contact").go()
    hands.press("End")
    hands.type("1")
    hands.press("Ctrl+S")
    hands.wait()
    row = desk.row("customer", form.uid) or {}
    assert (row["contact"], row["phone"]) == ("王芳1", PHONE)
    assert desk.rows("access_log") == [] and phone_of(form).text() == COVERED


def test_another_record_another_page_and_time_cover_again(window: Window, hands: Hands, desk: Desk) -> None:
    panel, form = opened(window, hands)
    uid = form.uid
    for leave in (
        lambda: (panel.open(str(desk.rows("customer")[1]["uid"])), panel.open(uid)),
        lambda: (window.go("products"), window.ops.wait(), window.go("customers")),
        lambda: form.cover.reveals._over(uid),
    ):
        form.cover.reveal()
        hands.wait()
        assert phone_of(form).text() == PHONE
        leave()
        hands.wait()
        assert phone_of(form).text() == COVERED


def test_time_waits_while_somebody_types(window: Window, hands: Hands) -> None:
    _, form = opened(window, hands)
    form.box("phone").go()
    hands.press("Ctrl+E")
    hands.wait()
    hands.press("End")
    hands.type("9")
    form.cover.reveals._over(form.uid)
    assert phone_of(form).text() == PHONE + "9"


def test_the_viewer_cannot_reveal(window: Window, hands: Hands, desk: Desk) -> None:
    desk.settings.put("operator.role", "viewer")
    _, form = opened(window, hands)
    form.cover.reveal()
    hands.wait()
    assert phone_of(form).text() == COVERED and desk.rows("access_log") == []
    assert "只读" in window.toast.text


def test_contacts_are_covered_in_their_table(window: Window, hands: Hands, desk: Desk) -> None:
    uid = str(desk.rows("customer")[0]["uid"])
    desk.do("customer.save", {"uid": uid, "contacts": [{"name": "陈工", "phone": "13900001111"}]})
    _, form = opened(window, hands)
    table = form.grid("contacts").table
    column = table.lines.column_of("phone")
    assert table.lines.text(0, table.lines.columns[column]) == "139****111"
    table.setFocus()
    table.go(1, column)
    hands.press("Ctrl+D")
    assert len(table.lines.draft.lines) == 1, "a covered cell is not copied to where it would be seen"
    table.go(0, column)
    hands.type("5")
    assert table.editor is None
    hands.wait()
    assert table.lines.text(0, table.lines.columns[column]) == "13900001111"
    hands.type("13900002222")
    hands.press("Return", "Ctrl+S")
    hands.wait()
    assert [r["phone"] for r in desk.lines("customer_contact", uid)] == ["13900002222"]


def test_the_list_reveals_the_row_in_hand(window: Window, hands: Hands, desk: Desk) -> None:
    window.go("customers")
    window.ops.wait()
    page = window.front
    assert isinstance(page, RegisterPage)
    view = page.front.view
    hands.press("Down")
    column = view.list_model.column_of("phone")
    assert view.painter_of_rows.text(0, column) == COVERED
    hands.press("Ctrl+E")
    hands.wait()
    assert view.painter_of_rows.text(0, column) == PHONE
    hands.press("Ctrl+C")
    assert PHONE in QGuiApplication.clipboard().text()
    assert len(desk.rows("access_log")) == 1
    window.go("products")
    window.ops.wait()
    assert view.painter_of_rows.text(0, column) == COVERED


def test_history_is_covered_with_the_record(window: Window, hands: Hands, desk: Desk) -> None:
    uid = str(desk.rows("customer")[0]["uid"])
    desk.do("customer.save", {"uid": uid, "phone": "13900001111"})
    panel, form = opened(window, hands)
    assert panel.record is not None
    panel.record.tabs.setCurrentIndex(1)
    hands.wait()
    assert "139****111" in panel.record.history.timeline.text()
    form.cover.reveal()
    hands.wait()
    told = panel.record.history.timeline.text()
    assert "13900001111" in told and "查看了电话" in told


def test_the_head_of_an_order_covers_what_the_customer_brought(window: Window, hands: Hands, desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "2", "48.60"))).uid
    note = desk.do("order.deliver", {"uid": order}).uid
    window.context.show_record("sales_order", order)
    window.ops.wait()
    view = window.front.entry  # type: ignore[attr-defined]
    phone = view.header.editors["phone"]
    assert phone.text() == COVERED
    hands.press("Ctrl+E")
    hands.wait()
    assert phone.text() == PHONE
    assert desk.rows("access_log")[0]["kind"] == "销售订单"
    head = DeliveryHeadDialog(window.context, note)
    head.open()
    assert head.head.editors["phone"].text() == COVERED  # type: ignore[attr-defined]
    head.answer()
    hands.wait()
    assert (desk.row("delivery", note) or {})["phone"] == PHONE
    head.deleteLater()


def test_a_new_order_takes_the_covered_values_over_whole(window: Window, hands: Hands, desk: Desk) -> None:
    window.context.navigate("orders", action="new")
    window.ops.wait()
    view = window.front.entry  # type: ignore[attr-defined]
    uid = str(desk.rows("customer")[0]["uid"])
    view.header.change("选客户", lambda: view.order.set_customer(uid))
    phone = view.header.editors["phone"]
    assert phone.text() == COVERED and view.order.args()["phone"] == PHONE
    phone.setFocus()
    hands.type("13900003333")
    hands.wait()
    hands.press("Tab")
    assert view.order.args()["phone"] == "13900003333" and phone.text() == "13900003333", "his own words stay readable"


def test_the_telephone_card_shows_the_number_by_one_key(qtbot: QtBot, window: Window, hands: Hands, desk: Desk) -> None:
    dialog = CallDialog(window.context, window)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.activateWindow()
    QApplication.processEvents()
    hands.type("hy")
    hands.wait()
    assert dialog.phone.text() == COVERED and dialog.eye.isVisible()
    hands.press("Ctrl+E")
    hands.wait()
    assert dialog.phone.text() == PHONE and not dialog.eye.isVisible()
    assert desk.rows("access_log")[0]["content"].startswith("电话")
    dialog.reject()


def test_an_export_in_full_asks_twice(window: Window, hands: Hands, desk: Desk, monkeypatch: MonkeyPatch) -> None:
    panel, _ = opened(window, hands)
    target = desk.folder / "全.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))

    def full(dialog: object) -> None:
        hands.press("Down")
        hands.press("Ctrl+Return")
        answer(why)

    def why(dialog: object) -> None:
        hands.type("给物流打面单")
        hands.press("Ctrl+Return")

    answer(full)
    panel.exchange.export()
    hands.wait()
    hands.wait()
    assert PHONE in open_workbook(target).rows()[1]
    assert [r["reason"] for r in desk.rows("access_log")] == ["给物流打面单"]


def test_the_log_is_a_list_in_the_settings(qtbot: QtBot, window: Window, hands: Hands, desk: Desk) -> None:
    desk.do("customer.reveal", {"uid": str(desk.rows("customer")[0]["uid"])})
    dialog = show_access(window.context)
    qtbot.addWidget(dialog)
    model = dialog.panel.model
    assert model.rowCount() == 1 and model.row(0)["who"] == "王敏"
    dialog.reject()
