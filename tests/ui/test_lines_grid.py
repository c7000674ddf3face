"""The line grid typed into as a person types: where keys lead, what paste keeps, what undo brings back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from tests.ui.hands import Hands
from ui.kit.lines_grid import LinesGrid
from ui.kit.lines_grid_paste import read_block
from ui.kit.lines_grid_pick import PickCell
from ui.pages.orders.columns import order_columns
from ui.pages.orders.order_draft import OrderDraft


@pytest.fixture
def order(desk: Desk) -> OrderDraft:
    return OrderDraft(desk)


@pytest.fixture
def grid(qtbot: QtBot, order: OrderDraft) -> Iterator[LinesGrid]:
    """A grid alone in a window, the cursor where the first line is typed."""
    window = QMainWindow()
    made = LinesGrid(order.draft, order_columns(order.products))
    window.setCentralWidget(made)
    window.resize(1000, 560)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    for key in ("due_date", "delivered", "kind", "gift_reason"):
        made.setColumnHidden(made.lines.column_of(key), True)
    made.setFocus()
    yield made


def lines(order: OrderDraft) -> list[tuple[object, ...]]:
    """Code, quantity and price as people write them."""
    kinds = order.draft.line_entity
    assert kinds is not None
    return [
        (line.get("product.code"), kinds["qty"].kind.edit(line.get("qty")), kinds["price"].kind.edit(line.get("price")))
        for line in order.draft.lines
    ]


def column(grid: LinesGrid, key: str) -> int:
    return grid.lines.column_of(key)


# -- keys ---------------------------------------------------------------------------------------------------------


def test_enter_goes_through_the_needed_cells_and_on_to_the_next_line(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    assert grid.at() == (0, column(grid, "product.name"))
    hands.type("P10012")
    hands.press("Return")
    assert grid.at() == (0, column(grid, "qty"))
    hands.type("120")
    hands.press("Return")
    assert grid.at() == (0, column(grid, "price"))
    hands.press("Return")
    assert grid.at() == (1, column(grid, "product.name"))
    assert lines(order) == [("P10012", "120", "48.60")]
    hands.press("Return")
    assert grid.at() == (1, column(grid, "product.name")), "an empty blank row is not left"


def test_tab_walks_every_cell_and_leaves_at_the_end(grid: LinesGrid) -> None:
    hands = Hands()
    hands.type("P10012\t")
    seen = [grid.at()]
    for _ in range(3):
        hands.press("Tab")
        seen.append(grid.at())
    keys = [grid.lines.columns[c].key for _, c in seen]
    assert keys == ["qty", "price", "note", "product.code"]
    hands.press("Shift+Tab")
    assert grid.at() == (0, column(grid, "note"))
    grid.go(1, column(grid, "note"))
    assert not grid.step_cell(True), "the last cell of the blank row lets go"


def test_typing_replaces_f2_edits_and_escape_restores(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    hands.type("P10012")
    hands.press("Return")
    hands.type("12")
    hands.press("Return")
    grid.go(0, column(grid, "qty"))
    hands.type("7")
    hands.press("Return")
    assert order.draft.lines[0]["qty"] == 7000
    grid.go(0, column(grid, "qty"))
    hands.press("F2")
    hands.type("5")
    hands.press("Return")
    assert order.draft.lines[0]["qty"] == 75000
    grid.go(0, column(grid, "qty"))
    hands.type("99")
    hands.press("Escape")
    assert order.draft.lines[0]["qty"] == 75000
    assert grid.editor is None and QApplication.focusWidget() is grid


def test_sums_and_full_width_digits_are_understood(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    hands.type("P10012")
    hands.press("Return")
    hands.type("1000*2+5")
    hands.press("Return")
    hands.press("F2")
    grid.editor.setText("１２．５")  # type: ignore[union-attr]
    hands.press("Return")
    assert lines(order) == [("P10012", "2005", "12.50")]


def test_quantities_in_packs_become_pieces(grid: LinesGrid, order: OrderDraft) -> None:
    grid.lines.type_in(0, column(grid, "product.name"), "P10012")
    grid.lines.type_in(0, column(grid, "qty"), "3箱")
    assert order.draft.lines[0]["qty"] == 36000
    grid.lines.type_in(0, column(grid, "qty"), "5 只")
    assert order.draft.lines[0]["qty"] == 5000
    grid.lines.type_in(0, column(grid, "qty"), "5 吨")
    assert order.draft.typed["lines/0/qty"][0] == "5 吨"


def test_same_as_above_by_key_and_by_dots(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    for code, qty in (("P10012", "8"), ("P10013", "9")):
        hands.type(code)
        hands.press("Return")
        hands.type(qty)
        hands.press("Return", "Return")
    grid.go(1, column(grid, "qty"))
    hands.press("Ctrl+D")
    assert order.draft.lines[1]["qty"] == 8000
    grid.go(1, column(grid, "price"))
    hands.type("..")
    hands.press("Return")
    assert order.draft.lines[1]["price"] == 486000
    grid.go(2, column(grid, "product.name"))
    hands.type("//")
    hands.press("Return")
    assert order.draft.lines[2]["product.code"] == "P10012"


def test_keypad_verbs(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    hands.type("P10012")
    hands.press("Return")
    hands.type("5")
    hands.press("Return")
    pad = Qt.KeyboardModifier.KeypadModifier
    QTest.keyClick(hands.focus, Qt.Key.Key_Asterisk, pad)
    assert grid.at() == (0, column(grid, "qty"))
    QTest.keyClick(hands.focus, Qt.Key.Key_Plus, pad)
    QTest.keyClick(hands.focus, Qt.Key.Key_Plus, pad)
    QTest.keyClick(hands.focus, Qt.Key.Key_Minus, pad)
    assert order.draft.lines[0]["qty"] == 6000
    QTest.keyClick(hands.focus, Qt.Key.Key_Slash, pad)
    assert grid.at() == (0, column(grid, "price"))


def test_a_name_that_means_nothing_keeps_the_editor_open_and_says_why(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    hands.type("XYZ999")
    hands.press("Return")
    assert isinstance(grid.editor, PickCell) and grid.editor.text() == "XYZ999"
    assert "没有找到" in grid.editor.complaint
    assert grid.popup.isVisible() and not order.draft.lines
    wanted: list[str] = []
    grid.create_wanted.connect(wanted.append)
    hands.press("Shift+Return")
    assert wanted == ["XYZ999"]
    hands.press("Escape")
    assert not grid.popup.isVisible() and not order.draft.lines


def test_a_fragment_offers_and_arrows_choose(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    hands.type("bxg")
    QTest.qWait(60)
    offered = [r.code for r in grid.popup.rows]
    assert set(offered) == {"P10012", "P10013"}
    hands.press("Down", "Return")
    assert order.draft.lines[0]["product.code"] == offered[1]


def test_two_products_alike_ask_which(grid: LinesGrid, order: OrderDraft) -> None:
    """Typed too fast for the list: Enter does not guess between several."""
    hands = Hands()
    hands.type("球阀")
    hands.press("Return")
    assert not order.draft.lines and grid.popup.isVisible() and len(grid.popup.rows) == 2
    hands.press("Return")
    assert len(order.draft.lines) == 1


def test_leaving_with_the_mouse_keeps_an_unread_name(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    hands.type("老球阀")
    grid.setCurrentIndex(grid.lines.index(0, column(grid, "qty")))
    assert order.draft.typed["lines/0/product"][0] == "老球阀"
    assert grid.lines.text(0, grid.lines.columns[column(grid, "product.name")]) == "老球阀"


def test_composition_of_the_input_method_keeps_every_letter(grid: LinesGrid) -> None:
    for text in ("q", "qi", "qiu"):
        event = QInputMethodEvent(text, [])
        QApplication.sendEvent(Hands().focus, event)
    done = QInputMethodEvent()
    done.setCommitString("球阀")
    QApplication.sendEvent(Hands().focus, done)
    assert grid.editor is not None and grid.editor.text() == "球阀"


def test_number_columns_are_typed_without_the_input_method(grid: LinesGrid) -> None:
    asks = Qt.WidgetAttribute.WA_InputMethodEnabled
    assert grid.testAttribute(asks)
    hands = Hands()
    hands.type("P10012")
    hands.press("Return")
    assert not grid.testAttribute(asks), "the view itself, before an editor is open"
    hands.type("1")
    assert grid.editor is not None and not grid.editor.testAttribute(asks)


def test_a_repaint_does_not_overwrite_what_is_being_typed(grid: LinesGrid) -> None:
    hands = Hands()
    hands.type("P10012")
    hands.press("Return")
    hands.type("12")
    grid.lines.set_problems([Problem("太多", path="lines/0/qty")])
    assert grid.editor is not None and grid.editor.text() == "12"


# -- rows and undo ------------------------------------------------------------------------------------------------


def fill(grid: LinesGrid, *rows: tuple[str, str]) -> None:
    for i, (code, qty) in enumerate(rows):
        grid.lines.type_in(i, column(grid, "product.name"), code)
        grid.lines.type_in(i, column(grid, "qty"), qty)


def test_delete_and_insert_rows(grid: LinesGrid, order: OrderDraft) -> None:
    fill(grid, ("P10012", "1"), ("P10013", "2"), ("P20031", "3"))
    hands = Hands()
    gone: list[int] = []
    grid.deleted.connect(gone.append)
    grid.go(1, column(grid, "qty"))
    hands.press("Ctrl+Delete")
    assert [line["product.code"] for line in order.draft.lines] == ["P10012", "P20031"] and gone == [1]
    hands.press("Ctrl+Z")
    assert [line["product.code"] for line in order.draft.lines] == ["P10012", "P10013", "P20031"]
    grid.go(1, column(grid, "qty"))
    hands.press("Ctrl+Insert")
    assert [line.get("product.code") for line in order.draft.lines] == ["P10012", None, "P10013", "P20031"]
    assert grid.at() == (1, column(grid, "product.name"))
    assert "插入" in grid.stack.undoText()


def test_every_step_is_named_and_taken_back(grid: LinesGrid, order: OrderDraft) -> None:
    hands = Hands()
    hands.type("P10012")
    hands.press("Return")
    hands.type("12")
    hands.press("Return")
    assert grid.stack.count() == 2 and grid.stack.undoText() == "改第 1 行数量"
    hands.press("Ctrl+Z")
    assert lines(order) == [("P10012", "", "48.60")]
    hands.press("Ctrl+Z")
    assert lines(order) == []
    hands.press("Ctrl+Y", "Ctrl+Y")
    assert lines(order) == [("P10012", "12", "48.60")]


def test_undo_of_a_cell_with_an_unreadable_text(grid: LinesGrid, order: OrderDraft) -> None:
    fill(grid, ("P10012", "1"))
    grid.lines.type_in(0, column(grid, "qty"), "很多")
    assert order.draft.typed["lines/0/qty"][0] == "很多" and order.draft.lines[0]["qty"] is None
    grid.stack.undo()
    assert not order.draft.typed and order.draft.lines[0]["qty"] == 1000
    grid.stack.redo()
    assert order.draft.typed["lines/0/qty"][0] == "很多"


# -- paste --------------------------------------------------------------------------------------------------------


def put(text: str) -> None:
    QApplication.clipboard().setText(text)


def test_a_block_with_headings_is_one_step_and_keeps_what_it_cannot_read(grid: LinesGrid, order: OrderDraft) -> None:
    put("物料编码\t品名\t数量\t单价\t说明\nP10012\t球阀\t5\t45\t急\nXX-9\t怪东西\t7\t1.1\t\nP20031\t\t一百多\t3.1\t\n")
    done: list[object] = []
    grid.pasted.connect(lambda result: done.append((result.text, result.rows, result.unknown)))
    Hands().press("Ctrl+V")
    assert done == [("粘贴 3 行，2 处没认出，已照原样留在格子里", 3, 2)]
    assert lines(order)[0] == ("P10012", "5", "45.00") and order.draft.lines[0]["note"] == "急"
    assert order.draft.typed["lines/1/product"][0] == "XX-9" or "XX-9" in order.draft.typed["lines/1/product"][0]
    assert order.draft.lines[1]["qty"] == 7000, "the rest of an unknown row is kept"
    assert order.draft.typed["lines/2/qty"][0] == "一百多"
    assert grid.at() == (1, column(grid, "product.name")), "the first unread cell is in hand"
    assert grid.stack.count() == 1
    Hands().press("Ctrl+Z")
    assert order.draft.lines == [] and order.draft.typed == {}


def test_a_block_without_headings_goes_by_what_it_holds(grid: LinesGrid, order: OrderDraft) -> None:
    put("P10012\t不锈钢球阀 DN25\t12\t47\nP10013\t不锈钢球阀 DN50\t8\t90\n")
    Hands().press("Ctrl+V")
    assert lines(order) == [("P10012", "12", "47.00"), ("P10013", "8", "90.00")]


def test_names_barcodes_and_names_with_specification_are_recognised(
    grid: LinesGrid, order: OrderDraft, desk: Desk
) -> None:
    uid = desk.find("P20031", "product")[0].uid
    desk.do("product.save", {"uid": uid, "barcode": "6901234567892", "aliases": "白垫片 四氟垫"})
    put("品名\t规格\t数量\n不锈钢球阀 DN50\t\t1\n6901234567892\t\t2\n四氟垫\t\t3\n不锈钢球阀 DN25\t304/PN16\t4\n")
    Hands().press("Ctrl+V")
    assert [line["product.code"] for line in order.draft.lines] == ["P10013", "P20031", "P20031", "P10012"]


def test_packs_in_a_pasted_block_become_pieces(grid: LinesGrid, order: OrderDraft) -> None:
    put("编码\t单位\t数量\t单价\nP10012\t箱\t2\t540\nP10013\t吨\t2\t9\n")
    Hands().press("Ctrl+V")
    assert lines(order)[0] == ("P10012", "24", "45.00")
    assert order.draft.typed["lines/1/qty"][0] == "2 吨"


def test_numbers_pasted_into_a_column_stay_in_it(grid: LinesGrid, order: OrderDraft) -> None:
    fill(grid, ("P10012", "1"), ("P10013", "2"))
    grid.go(0, column(grid, "qty"))
    put("10\t4.5\n20\t8\n")
    Hands().press("Ctrl+V")
    assert lines(order) == [("P10012", "10", "4.50"), ("P10013", "20", "8.00")]


def test_copy_with_headings_can_be_pasted_back(grid: LinesGrid, order: OrderDraft) -> None:
    fill(grid, ("P10012", "1"), ("P10013", "2"))
    before = lines(order)
    grid.selectAll()
    Hands().press("Ctrl+Shift+C")
    assert QApplication.clipboard().text().startswith("产品编码\t产品名称")
    grid.lines.delete_rows([0, 1])
    grid.go_blank()
    Hands().press("Ctrl+V")
    assert lines(order) == before


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=8)


@given(
    st.lists(st.lists(CELLS.filter(lambda c: not c.startswith('"')), min_size=2, max_size=4), min_size=1, max_size=5)
)
def test_any_block_reads_back_cell_by_cell(rows: list[list[str]]) -> None:
    """What Excel puts on the clipboard: cells with tabs, line breaks or quotes are quoted."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in '\t\n"') else text

    text = "\n".join("\t".join(cell(c) for c in row) for row in rows) + "\n"
    expected = [list(row) for row in rows]
    while expected and not any(c.strip() for c in expected[-1]):
        expected.pop()
    assert read_block(text) == expected


def test_a_quote_that_is_only_a_letter_swallows_nothing() -> None:
    assert read_block('"半成品\t3\nP1\t4\n') == [['"半成品', "3"], ["P1", "4"]]
    assert read_block('"两\n行"\t3\n') == [["两\n行", "3"]]


# -- reading aloud ------------------------------------------------------------------------------------------------


def test_cells_tell_where_they_are_and_what_is_wrong(grid: LinesGrid, order: OrderDraft) -> None:
    fill(grid, ("P10012", "1"))
    grid.lines.set_problems([Problem("3.40 低于限价 3.60", path="lines/0/price", place="第 1 行「单价」")])
    index = grid.lines.index(0, column(grid, "price"))
    assert grid.lines.data(index, Qt.ItemDataRole.AccessibleTextRole) == "第1行 单价 48.60，3.40 低于限价 3.60"
    blank = grid.lines.index(1, column(grid, "product.name"))
    assert grid.lines.data(blank, Qt.ItemDataRole.AccessibleTextRole) == "第2行 产品名称 空，编码 / 名称 / 拼音首字母"
    table = QAccessible.queryAccessibleInterface(grid)
    assert table.text(QAccessible.Text.Name) == "明细"


def test_problems_follow_their_lines(grid: LinesGrid, order: OrderDraft) -> None:
    fill(grid, ("P10012", "1"), ("P10013", "2"))
    grid.lines.set_problems([Problem("错", path="lines/1/qty")])
    grid.lines.insert_row(0)
    qty = grid.lines.columns[column(grid, "qty")]
    assert grid.lines.problem(2, qty) is not None and grid.lines.problem(1, qty) is None


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("type"),
            st.integers(0, 6),
            st.sampled_from(["qty", "price", "note", "product.name"]),
            st.sampled_from(["P10012", "7", "x", ""]),
        ),
        st.tuples(st.just("insert"), st.integers(0, 6), st.just(""), st.just("")),
        st.tuples(st.just("delete"), st.integers(0, 6), st.just(""), st.just("")),
        st.tuples(
            st.just("paste"),
            st.integers(0, 6),
            st.just(""),
            st.sampled_from(["P10012\t3\nzz\t4\n", "数量\t备注\n3\ta\n4\tb\n"]),
        ),
    ),
    max_size=12,
)


@given(STEPS)
def test_undoing_everything_gives_back_the_beginning(
    grid: LinesGrid, order: OrderDraft, steps: list[tuple[str, int, str, str]]
) -> None:
    grid.lines.delete_rows(range(len(order.draft.lines)))
    grid.stack.clear()
    states: list[tuple[list[Row], dict[str, object]]] = []
    model = grid.lines
    for what, row, key, text in steps:
        row = min(row, len(order.draft.lines))
        states.append(([dict(line) for line in order.draft.lines], dict(order.draft.typed)))
        before = grid.stack.count()
        if what == "type":
            model.type_in(row, column(grid, key), text)
        elif what == "insert":
            model.insert_row(row)
        elif what == "delete":
            model.delete_rows([row])
        else:
            grid.go(row, column(grid, "product.name"))
            grid.paste_block(text)
        assert model.rowCount() == len(order.draft.lines) + 1
        if grid.stack.count() == before:
            states.pop()
    end = ([dict(line) for line in order.draft.lines], dict(order.draft.typed))
    for state in reversed(states):
        grid.stack.undo()
        assert (order.draft.lines, order.draft.typed) == state
    while grid.stack.canRedo():
        grid.stack.redo()
    assert (order.draft.lines, order.draft.typed) == end
