"""F12 and Ctrl+L over whatever is in front: the answer in three keys, the arrival with its evidence, the order from it."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QDialog

from salesdesk.desk import Desk
from salesdesk.domain.fields import Lines
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.pages.calls.call_dialog import CallDialog
from ui.pages.omissions.page import OmissionsPage
from ui.pages.orders.intake_dialog import IntakeDialog
from ui.pages.orders.page import OrdersPage
from ui.pages.orders.paste_dialog import PasteDialog
from ui.pages.today.page import TodayPage
from ui.shell.window import Window

T = TypeVar("T", bound=QDialog)


def opened(window: Window, kind: type[T]) -> T:
    """The dialog that lies over the window now."""
    window.ops.wait()
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    assert len(found) == 1
    found[0].activateWindow()
    QApplication.processEvents()
    return found[0]


def back(window: Window) -> None:
    """The window takes the keyboard again."""
    window.activateWindow()
    QApplication.processEvents()


@pytest.fixture
def owed(desk: Desk) -> str:
    """A confirmed order of 华源."""
    return desk.do("order.confirm", order_args(("P10012", "10", "48.60"))).uid


# -- 客户来电 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["today", "orders", "customers", "settings"])
def test_the_answer_takes_three_keys_from_any_page(window: Window, hands: Hands, owed: str, page: str) -> None:
    window.go(page)
    hands.wait()
    keys = ("F12", "h", "y")
    hands.press(keys[0])
    dialog = opened(window, CallDialog)
    for key in keys[1:]:
        hands.type(key)
    hands.wait()
    assert len(keys) <= 3
    assert dialog.name.text() == "苏州华源贸易有限公司"
    assert "不锈钢球阀 DN25 10 只，6 月 18 号周四到" in dialog.spoken.text()
    assert dialog.owed.texts()[0][3:5] == ["10 只", "06-18 周四"]
    assert window.front is not None and window.front.key == page
    assert not nameless(dialog) and not clipped(dialog)
    dialog.reject()


def test_the_customer_in_front_is_taken_along(window: Window, hands: Hands, owed: str) -> None:
    window.show_place("sales_order", owed)
    hands.wait()
    hands.press("F12")
    dialog = opened(window, CallDialog)
    assert dialog.name.text() == "苏州华源贸易有限公司"
    dialog.reject()


def test_a_call_with_its_promise_is_noted_by_keys(window: Window, hands: Hands, desk: Desk, owed: str) -> None:
    hands.press("F12")
    opened(window, CallDialog)
    hands.type("hy")
    hands.wait()
    hands.press("Return")
    hands.type("cuihuo")
    hands.press("Return")
    hands.type("huidian")
    hands.press("Return")
    hands.type("+1")
    hands.press("Ctrl+Return")
    hands.wait()
    call = desk.rows("call")[0]
    assert (call["asked"], call["promise"], call["due"]) == ("cuihuo", "huidian", "2026-06-13")
    assert "不锈钢球阀" in str(call["told"])
    assert any(t.uid == call["uid"] and t.verb == "call.done" for t in desk.todos())


def test_the_answer_can_be_copied_and_enter_opens_the_order(window: Window, hands: Hands, owed: str) -> None:
    hands.press("F12")
    dialog = opened(window, CallDialog)
    hands.type("hy")
    hands.wait()
    hands.press("Ctrl+Shift+C")
    assert QApplication.clipboard().text().startswith("苏州华源贸易有限公司：\n您还有 1 张单")
    dialog.owed.setFocus()
    dialog.owed.setCurrentCell(0, 0)
    hands.press("Return")
    back(window)
    hands.wait()
    assert isinstance(window.front, OrdersPage) and window.front.entry is not None
    assert window.front.entry.order.draft.uid == owed


def test_nobody_found_is_said(window: Window, hands: Hands) -> None:
    hands.press("F12")
    dialog = opened(window, CallDialog)
    hands.type("zzzz")
    hands.wait()
    assert dialog.name.text() == "没有找到「zzzz」" and not dialog.log.isEnabled()
    hands.press("Escape")
    assert not dialog.isVisible()


# -- 登记来单 -------------------------------------------------------------------------------------------------------


def drop(dialog: IntakeDialog, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(f)) for f in files])
    dialog.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )


def test_a_dropped_mail_fills_the_arrival_without_leaving_the_page(
    window: Window, hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    uid = desk.rows("customer")[1]["uid"]
    desk.do("customer.save", {"uid": uid, "email": "cg@changan.cn"})
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "陈刚 <cg@changan.cn>", "采购", "Fri, 12 Jun 2026 01:00:00 +0000"
    mail.set_content("DN25 球阀 20 只")
    file = tmp_path / "信.eml"
    file.write_bytes(mail.as_bytes())
    window.go("customers")
    hands.wait()
    hands.press("Ctrl+L")
    dialog = opened(window, IntakeDialog)
    assert dialog.received.text() == "06-12 12:00" and dialog.channel == "电话"
    drop(dialog, file)
    hands.wait()
    assert dialog.channel == "邮件" and dialog.from_whom.text() == "陈刚"
    assert "猜是「重庆长安阀门经营部」（按邮箱 cg@changan.cn）" in dialog.guessed.text()
    assert not nameless(dialog) and not clipped(dialog)
    hands.press("Ctrl+Return")
    hands.wait()
    row = desk.rows("intake")[0]
    assert (row["customer"], row["guessed"], row["channel"]) == (uid, "按邮箱 cg@changan.cn", "邮件")
    assert window.front is not None and window.front.key == "customers"


def test_a_picture_from_the_clipboard_is_kept(window: Window, hands: Hands, desk: Desk) -> None:
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    QApplication.clipboard().setImage(picture)
    hands.press("Ctrl+L")
    dialog = opened(window, IntakeDialog)
    dialog.content.setFocus()
    hands.press("Ctrl+V")
    hands.wait()
    assert [f.suffix for f in dialog.files.paths] == [".png"] and dialog.channel == "微信"
    hands.press("Ctrl+Return")
    hands.wait()
    kept = desk.rows("attachment")
    assert len(kept) == 1 and str(kept[0]["name"]).startswith("截图 2026-06-12")


def test_who_picks_the_customer_himself_gets_no_guess(window: Window, hands: Hands, desk: Desk) -> None:
    hands.press("Ctrl+L")
    dialog = opened(window, IntakeDialog)
    hands.type("cq")
    hands.press("Return")
    dialog.content.setPlainText("我是 138 1288 6021")
    dialog.look()
    hands.wait()
    assert not dialog.guessed.isVisible()
    hands.press("Ctrl+Return")
    hands.wait()
    row = desk.rows("intake")[0]
    assert row["customer.name"] == "重庆长安阀门经营部" and row["guessed"] is None


def test_an_order_is_made_from_the_words_of_an_arrival(window: Window, hands: Hands, desk: Desk) -> None:
    uid = desk.do("intake.save", {"customer": "C00042", "content": "DN25球阀 20只\n四氟垫片DN50 100片"}).uid
    window.show_place("intake", uid, "order.new")
    dialog = opened(window, PasteDialog)
    hands.wait()
    assert len(dialog.draft.lines) == 2
    hands.press("Ctrl+Return")
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, PasteDialog) and w.isVisible()]
    back(window)
    hands.wait()
    assert isinstance(window.front, OrdersPage) and window.front.entry is not None
    draft = window.front.entry.order.draft
    assert draft.values["intake"] == uid and [line["qty"] for _, line in draft.filled_lines()] == [20000, 100000]


# -- 今日 ----------------------------------------------------------------------------------------------------------


def today(window: Window) -> TodayPage:
    window.go("today")
    window.ops.wait()
    assert isinstance(window.front, TodayPage)
    return window.front


def test_a_task_is_typed_put_off_and_brought_back_by_keys(window: Window, hands: Hands, desk: Desk, owed: str) -> None:
    page = today(window)
    page.todo.todos.setFocus()
    hands.press("+")
    hands.type("+0 jiaoyuebao @Li")
    hands.press("Return")
    hands.wait()
    task = desk.rows("task")[0]
    assert (task["words"], task["from_whom"], task["due"]) == ("jiaoyuebao", "Li", "2026-06-12")
    hands.press("Escape")
    assert hands.focus is page.todo.todos
    at = next(i for i, t in enumerate(page.todo.todos.rows.todos) if t.entity == "task")
    hands.press(*["Home"], *["Down"] * at)

    def fill(dialog: object) -> None:
        typing = Hands()
        typing.press("Tab")
        typing.type("deng")
        typing.press("Ctrl+Return")

    answer(fill)
    hands.press("S")
    hands.wait()
    assert [t.entity for t in desk.todos() if t.entity == "task"] == []
    back(window)
    page.todo.choose("later")
    assert [t.verb_title for t in page.todo.todos.rows.todos] == ["现在就办"]
    hands.press("Return")
    hands.wait()
    assert [t.title for t in desk.todos() if t.entity == "task"] == ["jiaoyuebao"]


def test_kinds_can_be_shown_alone_and_grouped(window: Window, hands: Hands, desk: Desk, owed: str) -> None:
    desk.do("task.add", {"line": "交月报"})
    desk.do("intake.save", {"content": "要货", "guess": 0})
    page = today(window)
    page.read()
    hands.wait()
    card = page.todo
    card.todos.setFocus()
    seen = {card.which}
    for _ in range(8):
        hands.press("Right")
        seen.add(card.which)
        assert all(t.group == card.which for t in card.todos.rows.todos) or card.which in (
            "all",
            "late",
            "today",
            "later",
        )
    assert {"all", "today", "来单", "传递", "临时任务"} <= seen
    card.choose("all")
    card.group_by_kind(True)
    heads = list(card.todos.rows.heads.values())
    assert len(heads) == len(card.groups()) and "临时任务　1" in heads
    assert not clipped(page)


def test_every_thing_to_do_lands_on_its_record(window: Window, hands: Hands, desk: Desk, owed: str) -> None:
    """Ctrl+Enter shows the right record of each kind, and Enter has a verb that exists."""
    desk.do("order.amend", {"uid": owed, "due_date": "2026-06-13", "amend_reason": "客户要求"})
    parked = desk.do("order.save", order_args(("P10013", "3", "92.50"))).uid
    desk.do("order.park", {"uid": parked, "question": "要法兰吗？"})
    desk.do("intake.save", {"content": "要货", "guess": 0})
    desk.do("call.log", {"customer": "C00042", "promise": "回电"})
    page = today(window)
    page.read()
    hands.wait()
    went: list[tuple[str, str]] = []
    page.context.show_record = lambda entity, uid: went.append((entity, uid))  # type: ignore[method-assign]
    todos = page.todo.todos
    todos.setFocus()
    hands.press("Home")
    kinds = set()
    for one in list(todos.rows.todos):
        assert todos.current == one
        hands.press("Ctrl+Return")
        assert went[-1] == (one.entity, one.uid) and desk.row(one.entity, one.uid) is not None
        verb = desk.registry.verbs.get(one.verb)
        assert verb is not None or one.verb == "order.new"
        if verb is not None and not any(isinstance(p.kind, Lines) for p in verb.params):  # those go to their page
            assert {"uid", *one.args} <= {p.key for p in verb.params}
        kinds.add(one.group)
        hands.press("Down")
    assert kinds >= {"来单", "传递", "交货", "等答复", "变更告知", "来电"}


# -- 漏单检测 ------------------------------------------------------------------------------------------------------


def test_the_page_of_missing_orders_by_keys(window: Window, hands: Hands, desk: Desk) -> None:
    desk.do("intake.save", {"content": "要货", "customer": "C00043", "received_at": "2026-06-10 10:00"})
    window.go("omissions")
    hands.wait()
    page = window.front
    assert isinstance(page, OmissionsPage)
    assert page.kind == "waiting" and page.pills["waiting"].text() == "来单没录 1"
    assert "过夜了" in page.front.texts()[0][2] and hands.focus is page.front
    for key in page.pills:
        page.choose(key)
        assert not clipped(page) and not nameless(page)
    assert page.rate.text() == "0.0%" and "超时 1" in page.rate_words.text()
    page.choose("waiting")
    hands.press("Return")
    hands.wait()
    assert isinstance(window.front, OrdersPage) and window.front.entry is not None
    for dialog in [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]:
        dialog.reject()
