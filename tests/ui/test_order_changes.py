"""Changing a confirmed order at the window (ORD-6): by keys from the reason to the last acknowledgement, seen in words and colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.pages.orders.change_dialog import ChangeDialog
from ui.pages.orders.delivery_dialog import DeliveryDialog
from ui.pages.orders.entry import EntryView
from ui.pages.orders.page import OrdersPage
from ui.shell.window import Window


@pytest.fixture
def page(window: Window) -> Iterator[OrdersPage]:
    """The order page in front."""
    window.go("orders")
    window.ops.wait()
    made = window.front
    assert isinstance(made, OrdersPage)
    yield made


@pytest.fixture
def order(desk: Desk) -> str:
    return desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2"))).uid


@pytest.fixture
def changed(desk: Desk, order: str) -> str:
    """The order with a third version: another address, then another date."""
    slip = next(r for r in desk.rows("route_slip") if r["route"] == "make")
    desk.do("route.print", {"uid": slip["uid"]})
    desk.do("order.amend", {"uid": order, "amend_reason": "我方录错", "address": "苏州新区 8 号"})
    desk.do("order.amend", {"uid": order, "amend_reason": "客户要求", "reason": "晚几天要", "due_date": "2026-06-22"})
    return order


def opened(page: OrdersPage, uid: str) -> EntryView:
    view = page.open_order(uid)
    assert view is not None
    view.check()
    page.ops.wait()
    return view


def dialog_of(hands: Hands) -> ChangeDialog:
    hands.wait()
    found = QApplication.activeModalWidget()
    assert isinstance(found, ChangeDialog)
    return found


def states(desk: Desk) -> dict[str, str]:
    return {r["who"]: r["state"] for r in desk.rows("change_notice")}


def test_amending_opens_who_must_know_and_keys_do_the_rest(
    page: OrdersPage, hands: Hands, desk: Desk, order: str
) -> None:
    view = opened(page, order)
    view.actions_.amend()
    view.grid.go(0, view.grid.lines.column_of("qty"))
    hands.type("25")
    hands.press("Return")
    answer(lambda dialog: dialog.answer())
    hands.press("F8")
    dialog = dialog_of(hands)
    assert [r[1:3] for r in dialog.notices.texts()] == [
        ["生产", "没告知"],
        ["仓库", "没告知"],
        ["业务员 李强", "没告知"],
    ]
    assert hands.focus is dialog.notices and dialog.notices.current["who"] == "生产"

    hands.press("W")
    hands.wait()
    copied = QApplication.clipboard().text()
    assert copied.startswith("【订单变更】XS2606A-0001 第 2 版") and "12 只 → 25 只" in copied and "48.60" not in copied
    assert dialog.notices.current["who"] == "仓库", "the next one comes in hand"
    hands.press("D")
    hands.wait()
    assert states(desk) == {"生产": "told", "仓库": "told", "业务员": "waiting"}
    hands.press("Up", "Up", "Down", "R")
    hands.wait()
    assert states(desk)["仓库"] == "acked"
    assert "生产" in dialog.banner.text and "仓库" not in dialog.banner.text
    hands.press("Esc")
    hands.wait()
    assert QApplication.activeModalWidget() is None
    desk_says = opened(page, order).banner.text
    assert desk_says.startswith("变更 v2 还没接收：生产、业务员")


def test_the_order_says_what_is_open_and_f10_shows_it(page: OrdersPage, hands: Hands, desk: Desk, changed: str) -> None:
    view = opened(page, changed)
    assert "变更 v3 还没接收" in view.banner.text and "是变更前打印的" in view.banner.text
    view.grid.setFocus()
    hands.press("F10")
    dialog = dialog_of(hands)
    assert "发货会拦住" in dialog.banner.text and "请收回重打" in dialog.banner.text
    assert dialog.differences.texts() == [["改", "交货日期", "2026-06-18", "2026-06-22"]]
    assert "客户要求，晚几天要" in dialog.why.text() and "还没登记审核" in dialog.why.text()
    dialog.older.setFocus()
    hands.press("Up")
    assert [r[1] for r in dialog.differences.texts()] == ["交货日期", "收货地址"]
    assert "第 1 版" in dialog.older.currentText()
    assert nameless(dialog) == [] and clipped(dialog) == []


def test_one_key_tells_the_whole_group(page: OrdersPage, hands: Hands, desk: Desk, changed: str) -> None:
    opened(page, changed).actions_.show_changes()
    dialog_of(hands)
    hands.press("A")
    hands.wait()
    told = {r["who"] for r in desk.rows("change_notice") if r["state"] == "told"}
    assert told == {"生产", "采购", "仓库", "业务员"}, "the older version waits still"
    assert len([r for r in desk.rows("change_notice") if r["state"] == "waiting"]) == 3
    assert "交货日期" in QApplication.clipboard().text()


def test_an_order_never_changed_says_so(page: OrdersPage, hands: Hands, order: str) -> None:
    opened(page, order).actions_.show_changes()
    dialog = dialog_of(hands)
    assert dialog.empty.isVisible() and not dialog.notices.isVisible() and not dialog.received.isVisible()
    hands.press("Esc")


def test_delivering_asks_why_the_warehouse_need_not_know(
    page: OrdersPage, hands: Hands, desk: Desk, changed: str
) -> None:
    view = opened(page, changed)
    view.actions_.shipping.deliver()
    hands.wait()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DeliveryDialog)
    dialog.print_after.setChecked(False)

    def give_reason(question: object) -> None:
        hands.type("仓库当面说了")
        hands.press("Ctrl+Return")

    answer(give_reason)
    hands.press("Ctrl+Return")
    hands.wait()
    [sent] = desk.rows("delivery")
    assert desk.history("delivery", sent["uid"])[0].reason == "仓库当面说了"


def test_the_list_of_notices_with_its_buttons(page: OrdersPage, hands: Hands, desk: Desk, changed: str) -> None:
    page.show_segment("change_notice")
    hands.wait()
    one = page.list_of("change_notice")
    one.table.select_row(0)
    titles = [b.accessibleName() for b in one.buttons if b.isEnabled()]
    assert titles == ["登记告知", "登记接收", "复制微信文字", "打印通知单", "变更与告知", "看订单"]
    one.do(one._verbs[2])
    assert "【订单变更】" in QApplication.clipboard().text()
    answer(lambda dialog: dialog.answer())
    one.do(one._verbs[1])
    hands.wait()
    assert "acked" in {r["state"] for r in desk.rows("change_notice")}


def test_without_changes_the_list_says_what_comes_here(page: OrdersPage) -> None:
    page.show_segment("change_notice")
    assert page.list_of("change_notice").empty.isVisible()


def test_a_todo_of_today_leads_to_its_verb(
    window: Window, page: OrdersPage, hands: Hands, desk: Desk, changed: str
) -> None:
    todo = next(t for t in desk.todos() if t.verb == "change.tell" and "仓库" in t.title)
    answer(lambda dialog: dialog.answer())
    page.run_action(todo.verb, {"entity": todo.entity, "uid": todo.uid})
    hands.wait()
    assert (desk.row("change_notice", todo.uid) or {})["state"] == "told"
