"""Ctrl+K typed as a person types it: records, numbers, places, actions, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from salesdesk.services.roles import Role
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.shell.palette_search import actions
from ui.shell.window import Window


def titles(window: Window) -> list[str]:
    return [one.title for one in window.finder.entries]


def test_first_letters_find_a_customer_and_enter_opens_it(
    window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, str]] = []
    window.go("customers")
    monkeypatch.setattr(window.front, "open_record", lambda entity, uid: opened.append((entity, uid)))
    window.go("today")
    hands.press("Ctrl+K")
    assert window.finder.isVisible() and hands.focus is window.finder.edit
    hands.type("szhy")
    assert titles(window)[0] == "苏州华源贸易有限公司"
    hands.press("Return")
    assert not window.finder.isVisible()
    assert window.front is not None and window.front.key == "customers"
    assert [entity for entity, _ in opened] == ["customer"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("华源", "苏州华源贸易有限公司"), ("cqca", "重庆长安阀门经营部"), ("P20031", "四氟垫片 DN50")],
)
def test_any_fragment_finds(window: Window, hands: Hands, typed: str, expected: str) -> None:
    hands.press("Ctrl+K")
    hands.type(typed)
    hands.wait()
    assert expected in titles(window)


def test_an_order_is_found_by_part_of_its_number(window: Window, hands: Hands, desk: Desk) -> None:
    done = desk.do("order.save", order_args(("P10012", "12", "48.6")))
    number = str(desk.row("sales_order", done.uid)["number"])  # type: ignore[index]
    hands.press("Ctrl+K")
    hands.type(number[-6:].lower())
    hands.wait()
    assert titles(window)[0] == number
    assert "苏州华源" in window.finder.entries[0].detail


def test_enter_pressed_before_the_answer_waits_for_it(window: Window, hands: Hands, desk: Desk) -> None:
    """A scanner types a number and Enter within milliseconds."""
    done = desk.do("order.save", order_args(("P10012", "12", "48.6")))
    number = str(desk.row("sales_order", done.uid)["number"])  # type: ignore[index]
    hands.press("Ctrl+K")
    picked: list[str] = []
    window.finder.picked.connect(lambda one: picked.append(one.title))
    QTest.keyClicks(hands.focus, number)
    QTest.keyClick(hands.focus, Qt.Key.Key_Return)
    hands.wait()
    assert picked == [number]


def test_actions_are_found_by_words_and_by_first_letters(window: Window, hands: Hands) -> None:
    hands.press("Ctrl+K")
    hands.wait()  # the dictionary arrives beside the window
    hands.type("xjdd" if "新建订单" in [a.title for a in actions(window.desk)] else "xjxsdd")
    assert any(title.startswith("新建") and title.endswith("订单") for title in titles(window))
    hands.press("Ctrl+A")
    hands.type("出入库")
    assert "登记出入库" in titles(window)


def test_an_action_asks_and_is_done(window: Window, hands: Hands, desk: Desk) -> None:
    def fill(dialog: object) -> None:
        typing = Hands()
        typing.type("P10013")
        typing.press("Tab")
        typing.type("4")
        typing.press("Ctrl+Return")

    before = desk.rows("product")
    hands.press("Ctrl+K")
    hands.type("登记出入库")
    answer(fill)
    hands.press("Return")
    hands.wait()
    stock = {row["code"]: row["on_hand"] for row in desk.rows("product")}
    was = {row["code"]: row["on_hand"] for row in before}
    assert stock["P10013"] == was["P10013"] + 4000


def test_places_and_help_are_found(window: Window, hands: Hands) -> None:
    hands.press("Ctrl+K")
    hands.type("设置")
    hands.press("Return")
    assert window.front is not None and window.front.key == "settings"


def test_escape_returns_exactly_where_one_was(window: Window, hands: Hands) -> None:
    window.go("settings")
    hands.press("Tab")
    before = hands.focus
    hands.press("Ctrl+K")
    hands.type("hy")
    hands.press("Escape")
    assert not window.finder.isVisible()
    assert QApplication.focusWidget() is before


def test_tab_stays_in_the_box(window: Window, hands: Hands) -> None:
    hands.press("Ctrl+K")
    for _ in range(5):
        hands.press("Tab")
        assert window.finder.isAncestorOf(hands.focus)


def test_arrows_walk_and_go_round(window: Window, hands: Hands) -> None:
    hands.press("Ctrl+K")
    count = len(window.finder.entries)
    first = window.finder.chosen()
    hands.press("Up")
    assert window.finder.chosen() == window.finder.entries[count - 1]
    hands.press("Down")
    assert window.finder.chosen() == first


def test_what_was_opened_last_stands_first(window: Window, hands: Hands) -> None:
    hands.press("Ctrl+K")
    hands.type("szhy")
    hands.press("Return")
    hands.wait()
    hands.press("Ctrl+K")
    assert titles(window)[0] == "苏州华源贸易有限公司"


def test_nothing_found_is_said_with_a_hint(window: Window, hands: Hands) -> None:
    hands.press("Ctrl+K")
    hands.type("zzqqxx")
    hands.wait()
    assert not window.finder.entries
    assert window.finder.edit.text() == "zzqqxx"
    hands.press("Return")
    assert window.finder.isVisible()
    assert not nameless(window.finder.sheet) and not clipped(window.finder.sheet)


def test_the_record_in_front_offers_its_actions(
    window: Window, hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = desk.do("order.save", order_args(("P10012", "12", "48.6"))).uid
    monkeypatch.setattr(window.front, "current_record", lambda: ("sales_order", uid))
    hands.press("Ctrl+K")
    offered = {one.target for one in window.finder.entries if one.uid == uid}
    assert "order.cancel" in offered
    assert "order.deliver" not in offered  # not confirmed yet


def test_a_viewer_is_offered_nothing_he_may_not_do(desk: Desk, tmp_path: Path) -> None:
    desk.settings.put("operator.role", "viewer")
    assert all(desk.registry.verbs[one.target].role <= Role.VIEWER for one in actions(desk))
