"""The list of a register: every length, every order, and what a commit does to it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.masking import OPEN
from salesdesk.services.lists import Condition, Query
from tests.desks import empty_desk
from ui.kit import window_model
from ui.kit.table_paint import cell_text
from ui.kit.table_view import TableView
from ui.kit.window_model import PAGE, ListModel

MANY = 700


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with several hundred product categories: short rows, quickly made."""
    desk = empty_desk(tmp_path_factory.mktemp("many"))
    entity = desk.entity("product_category")
    with desk.database.work("造数据", operator="王敏") as work:
        work.insert_many(entity, [{"name": f"类别{n:04d}", "route": "make" if n % 3 else "buy"} for n in range(MANY)])
    yield desk
    desk.close()


@pytest.fixture
def long_model(many: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[ListModel]:
    """A model that treats these rows as a long list, read in stages."""
    monkeypatch.setattr(window_model, "AT_ONCE", 100)
    model = ListModel(many, "product_category")
    yield model
    model.stop()


def names(model: ListModel) -> list[str]:
    return [str(model.row(n)["name"]) for n in range(model.rowCount())]


def test_a_long_list_shows_its_head_before_its_length_is_known(
    qtbot: QtBot, many: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_model, "AT_ONCE", 100)
    long_model = ListModel(many, "product_category")
    assert long_model.rowCount() == window_model.HEAD
    assert not long_model.complete
    with qtbot.waitSignal(long_model.arrived, timeout=20_000):
        pass
    assert long_model.rowCount() == MANY
    assert long_model.complete
    assert sorted(names(long_model)) == [f"类别{n:04d}" for n in range(MANY)]
    long_model.stop()


def test_the_end_of_a_long_list_is_one_page_away(qtbot: QtBot, long_model: ListModel) -> None:
    qtbot.waitUntil(lambda: long_model.complete, timeout=20_000)
    assert long_model.row(MANY - 1)["name"]
    assert len(long_model._pages) == 1
    assert long_model.row(MANY) == {}


def test_a_later_question_overtakes_an_earlier_one(qtbot: QtBot, long_model: ListModel) -> None:
    long_model.set_query(Query((Condition("route", "=", "buy"),)))
    long_model.set_query(Query((Condition("route", "=", "make"),)))
    with qtbot.waitSignal(long_model.arrived, timeout=20_000):
        pass
    qtbot.wait(50)
    assert long_model.rowCount() == sum(1 for n in range(MANY) if n % 3)
    assert {long_model.row(n)["route"] for n in range(long_model.rowCount())} == {"make"}


def test_counting_waits_until_the_first_rows_are_painted(
    qtbot: QtBot, long_model: ListModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_model, "PATIENCE_S", 20.0)
    qtbot.waitUntil(lambda: long_model.complete, timeout=20_000)
    view, painted, seen = TableView(long_model), [False], list[bool]()
    qtbot.addWidget(view)
    view.show()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            painted[0] = painted[0] or event.type() == QEvent.Type.Paint
            return False

    watch = Watch()
    view.viewport().installEventFilter(watch)
    qtbot.wait(10)
    count = long_model.desk.count
    monkeypatch.setattr(long_model.desk, "count", lambda *args: seen.append(painted[0]) or count(*args))
    painted[0] = False
    long_model.set_query(Query(text="类别"))
    qtbot.waitUntil(lambda: long_model.complete, timeout=5_000)
    assert seen == [True]


def test_counting_goes_on_when_nobody_paints(
    qtbot: QtBot, long_model: ListModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: long_model.complete, timeout=20_000)
    monkeypatch.setattr(window_model, "PATIENCE_S", 0.02)
    monkeypatch.setattr(long_model, "_go_on", lambda: None)
    long_model.set_query(Query(text="类别"))
    qtbot.waitUntil(lambda: long_model.complete, timeout=20_000)
    assert long_model.rowCount() == MANY


def test_sorting_happens_in_the_file(qtbot: QtBot, many: Desk) -> None:
    model = ListModel(many, "product_category")
    model.wait()
    column = model.column_of("name")
    model.sort(column, Qt.SortOrder.DescendingOrder)
    model.wait()
    assert names(model) == sorted(names(model), reverse=True)
    model.sort(-1)
    model.wait()
    assert model.query.sort == ""


def test_pages_are_fetched_and_let_go(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_model, "PAGES_KEPT", 2)
    model = ListModel(many, "product_category")
    model.wait()
    for page in range(MANY // PAGE):
        model.row(page * PAGE)
    assert len(model._pages) == 2


def test_a_commit_shows_in_the_list_and_keeps_the_selection(qtbot: QtBot, tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    uids = [desk.do("customer.save", {"code": f"C{n}", "name": f"公司{n}"}).uid for n in range(5)]
    model = ListModel(desk, "customer")
    view = TableView(model)
    qtbot.addWidget(view)
    view.select_uid(uids[3])
    outcome = desk.do("customer.save", {"code": "B9", "name": "新公司"})
    model.refresh(outcome.changes)
    assert model.rowCount() == 6
    assert view.current_uid() == uids[3]
    assert model.row(0)["name"] == "新公司"
    outcome = desk.do("customer.save", {"uid": uids[3], "name": "改名公司"})
    model.refresh(outcome.changes)
    assert model.text(4, model.column_of("name")) == "改名公司"
    model.refresh(desk.do("customer.void", {"uid": uids[3]}).changes)
    assert model.rowCount() == 5
    assert model.index_of(uids[3]) == -1
    desk.close()


def test_a_commit_elsewhere_costs_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    desk.do("customer.save", {"name": "公司"})
    model = ListModel(desk, "customer")
    model.row(0)
    before = dict(model._pages)
    model.refresh(desk.do("product_category.save", {"name": "阀门", "route": "生产"}).changes)
    assert model._pages == before
    desk.close()


def test_the_name_of_a_linked_record_follows_it(tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    category = desk.do("product_category.save", {"name": "阀门", "route": "生产"}).uid
    desk.do("product.save", {"code": "P1", "name": "球阀", "unit": "只", "category": category})
    model = ListModel(desk, "product")
    column = model.column_of("category")
    assert model.text(0, column) == "阀门"
    model.refresh(desk.do("product_category.save", {"uid": category, "name": "水阀"}).changes)
    assert model.text(0, column) == "水阀"
    desk.close()


# -- the view --------------------------------------------------------------------------------------------------------


def test_ctrl_a_is_one_range(qtbot: QtBot, many: Desk) -> None:
    model = ListModel(many, "product_category")
    model.wait()
    view = TableView(model)
    qtbot.addWidget(view)
    view.show()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selected_count() == MANY
    assert view.selected_ranges() == [(0, MANY - 1)]
    assert view.selection_text() == f"已选 {MANY} 行"


def test_home_end_and_enter(qtbot: QtBot, many: Desk) -> None:
    model = ListModel(many, "product_category")
    model.wait()
    view = TableView(model)
    qtbot.addWidget(view)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_End)
    assert view.currentIndex().row() == MANY - 1
    QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Home)
    assert view.currentIndex().row() == 0
    with qtbot.waitSignal(view.opened) as opened:
        QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Return)
    assert opened.args == [model.uid(0)]
    with qtbot.waitSignal(view.typed) as typed:
        QTest.keyClicks(view, "f")
    assert typed.args == ["f"]


def test_rows_are_copied_for_excel(qtbot: QtBot, tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    desk.do("customer.save", {"code": "C1", "name": "苏州华源", "grade": "A", "phone": "13812886021"})
    desk.do("customer.save", {"code": "C2", "name": "重庆长安", "grade": "B"})
    view = TableView(ListModel(desk, "customer"))
    qtbot.addWidget(view)
    view.selectAll()
    titles, first = (line.split("\t") for line in view.copy_text(headers=True).split("\n")[:2])
    assert titles[:4] == ["客户编码", "客户名称", "阶段", "等级"]
    assert first[:4] == ["C1", "苏州华源", "新客户", "A 级"]
    assert first[titles.index("电话")] == "138****021", "what is covered is copied covered"
    view.painter_of_rows.veil_of = lambda uid: OPEN
    assert "13812886021" in view.copy_text()
    view.copy()
    assert QGuiApplication.clipboard().text().startswith("C1\t苏州华源")
    desk.close()


def test_a_selection_is_summed(qtbot: QtBot, desk: Desk) -> None:
    from tests.desks import order_args

    for qty in ("10", "20"):
        desk.do("order.save", order_args(("P10012", qty, "48.60")))
    view = TableView(ListModel(desk, "sales_order"))
    qtbot.addWidget(view)
    view.selectAll()
    assert view.selection_text() == "已选 2 行　金额合计 ¥1,458.00"


def test_columns_are_remembered_in_our_own_words(qtbot: QtBot, desk: Desk) -> None:
    view = TableView(ListModel(desk, "customer"))
    qtbot.addWidget(view)
    view.set_shown("tax_id", True)
    view.set_shown("phone", False)
    view.horizontalHeader().moveSection(0, 1)
    view._sort_clicked(view.list_model.column_of("name"))
    kept = desk.settings.get("ui.table.customer")
    assert "tax_id" in kept["shown"] and "phone" not in kept["shown"]
    assert kept["sort"] == "name"
    again = TableView(ListModel(desk, "customer"))
    qtbot.addWidget(again)
    titles = [again.list_model.fields[c].key for c in again.shown_columns()]
    assert titles[:2] == ["name", "code"]
    assert "tax_id" in titles
    assert again.list_model.query.sort == "name"


def test_an_unknown_column_in_the_memory_is_forgotten(qtbot: QtBot, desk: Desk) -> None:
    desk.settings.put(
        "ui.table.customer", {"order": ["gone", "name"], "shown": ["gone"], "sort": "gone", "widths": {"gone": 9}}
    )
    view = TableView(ListModel(desk, "customer"))
    qtbot.addWidget(view)
    assert view.shown_columns()
    assert view.list_model.query.sort == ""


def test_overdue_days_are_told_in_words(desk: Desk) -> None:
    from tests.desks import order_args

    desk.do("order.save", order_args(("P10012", "1", "48.60"), due="2026-06-12"))
    entity = desk.entity("sales_order")
    row = desk.rows("sales_order")[0]
    assert cell_text(entity, entity["due_date"], row, "2026-06-12") == "06-12 今天"
    assert cell_text(entity, entity["due_date"], row, "2026-06-14") == "06-12 已过 2 天"
    row["stage"] = "done"
    assert "已过" not in cell_text(entity, entity["due_date"], row, "2026-06-14")


def test_what_the_settings_leave_open_is_not_covered(desk: Desk) -> None:
    entity = desk.entity("customer")
    row = desk.rows("customer")[0]
    assert cell_text(entity, entity["phone"], row, desk.today, desk.settings.veil) == "138****021"
    desk.settings.put("operator.role", "manager")
    desk.settings.put("mask.phone", "off")
    assert cell_text(entity, entity["phone"], row, desk.today, desk.settings.veil) == "138 1288 6021"


def test_ids_are_eight_bytes_a_row(many: Desk) -> None:
    assert isinstance(many.list_ids("product_category"), array)
    assert many.list_ids("product_category").itemsize == 8
