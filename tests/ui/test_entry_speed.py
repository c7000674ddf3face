"""Entry at the speed of hands: a hundred lines without a mouse, shorthands, and the input method in every editor (ORD-13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Value
from tests.ui.hands import Hands
from ui.pages.orders.actions import OpenOrder
from ui.pages.orders.page import OrdersPage
from ui.shell.window import Window

CODES = ("P10012", "P10013", "P20031")
LISTED = {"P10012": 486_000, "P10013": 925_000, "P20031": 32_000}
LINES = 100


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


def begin(hands: Hands) -> None:
    """Ctrl+N, the customer by initials, his number, the due date: to the first line."""
    hands.press("Ctrl+N")
    hands.type("hy")
    hands.press("Return")
    hands.type("PO-1")
    hands.press("Return", "Return")


def pressed(key: Qt.Key, text: str = "") -> None:
    """A key of the number pad."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, Qt.KeyboardModifier.KeypadModifier)


def test_a_hundred_lines_without_a_mouse(page: OrdersPage, hands: Hands, desk: Desk) -> None:
    """Codes, quantities as sums, prices kept, typed or taken from the line above, and the keypad in between."""
    begin(hands)
    expected: list[tuple[str, int, int]] = []
    for i in range(LINES):
        code = CODES[i % 3]
        hands.type(code)
        hands.press("Return")
        qty, typed = {0: (12, "12"), 1: (i + 1, str(i + 1)), 2: (24, "=12*2"), 3: (36, "3箱"), 4: (15, "10+5")}[i % 5]
        hands.type(typed)
        hands.press("Return")
        price = LISTED[code]
        if i % 7 == 3:
            hands.type("99.5")
            price = 995_000
        hands.press("Return")
        expected.append((code, qty * 1000, price))
    hands.press("Ctrl+S")
    hands.wait()
    order = desk.rows("sales_order")[0]
    codes = {row["uid"]: row["code"] for row in desk.rows("product")}
    lines = desk.lines("order_line", order["uid"])
    assert [(codes[line["product"]], line["qty"], line["price"]) for line in lines] == expected


def test_the_line_above_and_the_keypad(page: OrdersPage, hands: Hands) -> None:
    begin(hands)
    hands.type("P10012")
    hands.press("Return")
    hands.type("7")
    hands.press("Return", "Return")
    hands.type("P10013")
    hands.press("Return")
    hands.type("..")
    hands.press("Return")
    lines = entry(page).order.draft.lines
    assert lines[1]["qty"] == 7_000, ".. takes the quantity above"
    pressed(Qt.Key.Key_Asterisk)
    assert entry(page).grid.at() == (1, entry(page).grid.lines.column_of("qty"))
    pressed(Qt.Key.Key_Plus)
    pressed(Qt.Key.Key_Plus)
    pressed(Qt.Key.Key_Minus)
    assert lines[1]["qty"] == 8_000
    pressed(Qt.Key.Key_Slash)
    assert entry(page).grid.at() == (1, entry(page).grid.lines.column_of("price"))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("6.18", "2026-06-18"),
        ("+3", "2026-06-15"),
        ("下周五", "2026-06-19"),
        ("月底", "2026-06-30"),
        ("0620", "2026-06-20"),
    ],
)
def test_dates_in_short(page: OrdersPage, hands: Hands, typed: str, day: str) -> None:
    """Today is Friday 12 June 2026."""
    hands.press("Ctrl+N")
    view = entry(page)
    view.header.locate("due_date")
    hands.press("Ctrl+A")
    hands.type(typed)
    hands.press("Return")
    assert view.order.draft.values["due_date"] == day


# -- the input method ----------------------------------------------------------------------------------------------


def compose(focus: QWidget, pinyin: str, word: str) -> None:
    """Letters of a word as an input method sends them: growing preedit, then the word. None of them is a key."""
    for i in range(1, len(pinyin) + 1):
        QApplication.sendEvent(focus, QInputMethodEvent(pinyin[:i], []))
    done = QInputMethodEvent("", [])
    done.setCommitString(word)
    QApplication.sendEvent(focus, done)
    QApplication.processEvents()


def in_header(key: str) -> Callable[[OpenOrder], None]:
    def go(view: OpenOrder) -> None:
        assert view.header.locate(key)

    return go


def in_line(key: str) -> Callable[[OpenOrder], None]:
    def go(view: OpenOrder) -> None:
        view.order.draft.set("lines/0/qty", "1")
        view.grid.lines.reload()
        view.lines.show_gifts(True)
        assert view.grid.locate(f"lines/0/{key}")

    return go


@pytest.mark.parametrize(
    ("where", "path", "pinyin", "word", "value"),
    [
        (in_header("contact"), "contact", "wangfang", "王芳芳", "王芳芳"),
        (in_header("address"), "address", "xinqu", "新区 8 号", "新区 8 号"),
        (in_header("salesperson"), "salesperson", "liqiang", "李强", "李强"),
        (in_header("settle"), "settle", "yuejie", "月结 30 天", "月结 30 天"),
        (in_line("note"), "lines/0/note", "jiaji", "加急", "加急"),
        (in_line("gift_reason"), "lines/0/gift_reason", "yangpin", "样品", "样品"),
        (in_line("kind"), "lines/0/kind", "zengpin", "赠品", "gift"),
    ],
)
def test_a_composed_word_arrives_whole_in_every_editor(
    page: OrdersPage, hands: Hands, where: Callable[[OpenOrder], None], path: str, pinyin: str, word: str, value: Value
) -> None:
    hands.press("Ctrl+N")
    view = entry(page)
    where(view)
    focus = QApplication.focusWidget()
    assert focus is not None
    compose(focus, pinyin, word)
    hands.press("Return")
    view.settle()
    assert view.order.draft.get(path) == value
    assert path not in view.order.draft.typed, "nothing of the composition stays as unread text"


def test_a_composed_customer_name_finds_him(page: OrdersPage, hands: Hands) -> None:
    hands.press("Ctrl+N")
    view = entry(page)
    focus = QApplication.focusWidget()
    assert focus is not None
    compose(focus, "huayuan", "华源")
    hands.wait()
    hands.press("Return")
    assert view.order.customer_name == "苏州华源贸易有限公司"


def test_a_composed_product_name_finds_it(page: OrdersPage, hands: Hands) -> None:
    begin(hands)
    focus = QApplication.focusWidget()
    assert focus is not None
    compose(focus, "dianpian", "垫片")
    hands.wait()
    hands.press("Return")
    assert entry(page).order.draft.lines[0]["product.code"] == "P20031"


def test_enter_of_the_input_method_moves_nothing(page: OrdersPage, hands: Hands) -> None:
    """Enter that takes a candidate is the input method's own; the grid sees only the word."""
    begin(hands)
    view = entry(page)
    at = view.grid.at()
    QApplication.sendEvent(QApplication.focusWidget(), QInputMethodEvent("qiu'fa", []))
    assert view.grid.at() == at and view.grid.editor is not None
    done = QInputMethodEvent("", [])
    done.setCommitString("球阀")
    QApplication.sendEvent(QApplication.focusWidget(), done)
    assert view.grid.at() == at and view.grid.editor.text() == "球阀"
