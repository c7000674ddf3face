"""The page of the day as the clerk meets it: greeted, told what is pressing, one key to do it, one click to the list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.services.module import ToDo
from tests.desks import NOON, empty_desk, order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit.ops import Ops
from ui.kit.page import PageContext
from ui.kit.theme import theme
from ui.pages.money.page import MoneyPage
from ui.pages.progress.page import ProgressPage
from ui.pages.today.page import TodayPage
from ui.pages.today.words import compared, day_line, figure, greeting, same_days, short
from ui.shell.application import application
from ui.shell.window import Window


class Went(list[tuple[str, str, str, dict[str, Any]]]):
    """Where the page sent the clerk."""

    def go(self, where: tuple[str, str, str, dict[str, Any]]) -> None:
        self.append(where)


@pytest.fixture
def orders(desk: Desk) -> dict[str, str]:
    """One order late, one due today, one parked, one arrival, one slip to pass on."""
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    made = {}
    clock.moment = datetime(2026, 6, 5, 9, 0)
    made["late"] = desk.do(
        "order.confirm", {**order_args(("P10012", "10", "48.60"), due="2026-06-10"), "order_date": "2026-06-05"}
    ).uid
    clock.moment = NOON
    made["today"] = desk.do(
        "order.confirm", {**order_args(("P10013", "2", "92.50"), due="2026-06-12"), "customer": "C00043"}
    ).uid
    made["parked"] = desk.do("order.save", order_args(("P20031", "100", "3.20"))).uid
    desk.do("order.park", {"uid": made["parked"], "question": "要不要盖章？"})
    made["intake"] = desk.do(
        "intake.save", {"channel": "电话", "received_at": "2026-06-12T11:40:00", "from_whom": "王芳"}
    ).uid
    for slip in desk.rows("route_slip"):
        if slip["order"] == made["late"]:
            desk.do("route.pass", {"uid": slip["uid"], "how": "纸质"})
    return made


@pytest.fixture
def page(qtbot: QtBot, desk: Desk, orders: dict[str, str]) -> Iterator[TodayPage]:
    """The page alone, in front and active; `went` collects where it leads."""
    yield from shown(qtbot, desk)


def shown(qtbot: QtBot, desk: Desk) -> Iterator[TodayPage]:
    theme().apply(application(), "light")
    ops = Ops(desk)
    context = PageContext(desk, ops)
    made = TodayPage(context)
    context.window = made
    made.went = Went()  # type: ignore[attr-defined]
    context.navigated.connect(made.went.go)  # type: ignore[attr-defined]
    ops.committed.connect(made.refresh)
    made.resize(1232, 900)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.on_shown()
    ops.wait()
    yield made
    ops.wait()
    ops.close()


def went(page: TodayPage) -> tuple[str, str, str, dict[str, Any]]:
    """Where it led last."""
    found: Went = page.went  # type: ignore[attr-defined]
    return found[-1]


@pytest.fixture
def keys(page: TodayPage) -> Hands:
    return Hands(page.ops)


def titles(page: TodayPage) -> list[str]:
    return [t.verb_title for t in page.todo.todos.rows.todos]


# -- what it says -------------------------------------------------------------------------------------------------


def test_it_greets_and_tells_the_day(page: TodayPage) -> None:
    assert page.hello.text() == "中午好，王敏"
    assert page.day.text_whole() == "2026 年 6 月 12 日　星期五　本月第 10 个工作日"


def test_the_figures_say_how_it_stands(page: TodayPage) -> None:
    told = [f.accessibleName() for f in (page.figures.today, page.figures.todos, page.figures.month, page.figures.open)]
    assert told == [
        "今日下单 ¥1851 单 ↓ 61.9%比上周五同时段",
        "待我处理 7项 2 项已过期，4 项今天到期",
        "本月销售额 ¥6712 单 上月这时候没有订单",
        "未发货 ¥6712 单 1 单已逾期¥486",
    ]


def test_what_is_pressing_comes_first_with_its_one_verb(page: TodayPage) -> None:
    assert titles(page)[0] == "开送货单"
    assert sorted(titles(page)) == ["去录单", "开送货单", "开送货单", "登记传出", "记答复", "跟进", "跟进"]
    dues = [t.due for t in page.todo.todos.rows.todos]
    assert dues == sorted(dues) and "已过交期 2 天" in page.todo.todos.rows.todos[0].title


def test_the_chart_shows_the_last_thirty_days_then_weeks_then_months(page: TodayPage) -> None:
    assert (
        page.sales.title.text() == "近 30 天销售额" and page.sales.hint is not None and page.sales.hint.text() == "元"
    )
    assert "今天 ¥185" in page.sales.chart.accessibleDescription()
    for span, title, last in (("quarter", "本季每周销售额", "本周 ¥185"), ("year", "本年每月销售额", "本月 ¥671")):
        QTest.mouseClick(page.sales.chips[span], Qt.MouseButton.LeftButton)  # type: ignore[index]
        page.ops.wait()
        assert page.sales.title.text() == title and last in page.sales.chart.accessibleDescription()


# -- doing --------------------------------------------------------------------------------------------------------


def test_the_keyboard_begins_at_what_wants_doing_and_enter_does_it(
    page: TodayPage, keys: Hands, orders: dict[str, str]
) -> None:
    assert keys.focus is page.todo.todos
    keys.press("Return")
    assert went(page) == ("orders", "", "order.deliver", {"uid": orders["late"], "entity": "sales_order"})
    wanted = next(i for i, t in enumerate(page.todo.todos.rows.todos) if t.verb == "order.new")
    keys.press(*["Down"] * wanted, "Return")
    assert went(page) == ("orders", "", "order.new", {"uid": orders["intake"], "entity": "intake"})
    keys.press("Ctrl+Return")
    assert went(page) == ("intake", orders["intake"], "", {})


def test_a_plain_verb_is_done_on_the_spot_and_the_list_follows(page: TodayPage, keys: Hands, desk: Desk) -> None:
    at = next(i for i, t in enumerate(page.todo.todos.rows.todos) if t.verb == "route.pass")
    uid = page.todo.todos.rows.todos[at].uid
    keys.press(*["Down"] * at)
    asked = answer(lambda dialog: dialog.answer())
    keys.press("Return")
    keys.wait()
    assert asked is not None
    passed = desk.row("route_slip", uid)
    assert passed is not None and passed["passed_at"] == "2026-06-12T12:00:00"
    assert "登记传出" not in titles(page) and len(titles(page)) == 6
    assert page.todo.todos.current is not None and page.focusWidget() is page.todo.todos


def test_only_the_verb_is_a_button_for_the_mouse(page: TodayPage, orders: dict[str, str]) -> None:
    todos = page.todo.todos
    row = todos.visualRect(todos.rows.index(0))
    QTest.mouseClick(todos.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert not page.went  # type: ignore[attr-defined]
    QTest.mouseClick(
        todos.viewport(), Qt.MouseButton.LeftButton, pos=todos.verb_area(row, todos.rows.todos[0]).center()
    )
    assert went(page)[2] == "order.deliver"
    QTest.mouseDClick(todos.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert went(page) == ("sales_order", orders["late"], "", {})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("today", {"status": "", "day": "today", "where": []}),
        ("month", {"status": "", "day": "month", "where": []}),
        (
            "open",
            {
                "status": "",
                "day": "",
                "where": [["stage", "in", ["confirmed", "part"]], ["due_date", "<", "2026-06-12"]],
            },
        ),
    ],
)
def test_a_figure_leads_to_the_orders_it_was_counted_from(page: TodayPage, name: str, expected: dict[str, Any]) -> None:
    getattr(page.figures, name).setFocus()
    Hands(page.ops).press("Space")
    where = went(page)
    assert where[0] == "orders" and where[2] == "filter"
    assert {k: where[3][k] for k in expected} == expected


def test_the_figure_of_the_things_to_do_leads_to_them(page: TodayPage, keys: Hands) -> None:
    QTest.mouseClick(page.figures.todos, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert keys.focus is page.todo.todos


def test_a_bar_leads_to_the_orders_of_its_days(page: TodayPage, keys: Hands) -> None:
    page.sales.chart.setFocus()
    keys.press("Left", "Return")
    assert went(page)[3]["where"][:2] == [["order_date", ">=", "2026-06-11"], ["order_date", "<=", "2026-06-11"]]


def test_recent_orders_by_kind_open_with_enter(page: TodayPage, keys: Hands, orders: dict[str, str]) -> None:
    rows = page.orders.table.rows
    assert [o["uid"] for o in rows.orders] == [orders["parked"], orders["today"], orders["late"]]
    assert rows.text(2, 3) == "06-10 已过 2 天" and rows.text(1, 4) == "¥185.00" and rows.text(1, 3) == "06-12 今天"
    assert not page.orders.pills["draft"].isVisible() and page.orders.pills["late"].text() == "已逾期 1"
    QTest.mouseClick(page.orders.pills["late"], Qt.MouseButton.LeftButton)
    page.ops.wait()
    assert [o["uid"] for o in rows.orders] == [orders["late"]]
    page.orders.more.click()
    assert went(page)[3]["where"] == [["stage", "in", ["confirmed", "part"]], ["due_date", "<", "2026-06-12"]]
    page.orders.table.setFocus()
    keys.press("Return")
    assert went(page) == ("sales_order", orders["late"], "", {})


def test_new_and_arrival_have_keys(page: TodayPage, keys: Hands) -> None:
    keys.press("Ctrl+N")
    assert went(page) == ("orders", "", "new", {})
    keys.press("Ctrl+L")
    assert went(page) == ("orders", "", "intake.save", {})


# -- following ----------------------------------------------------------------------------------------------------


def test_it_follows_every_commit_while_it_is_in_front(page: TodayPage, keys: Hands) -> None:
    page.ops.run("order.confirm", {**order_args(("P20031", "1000", "3.20")), "reason": "测试"})
    keys.wait()
    assert page.figures.today.accessibleName().startswith("今日下单 ¥3,3852 单 ↑ 596.5%")
    assert len(page.orders.table.rows.orders) == 4


def test_a_hidden_page_reads_when_it_is_shown_again(page: TodayPage, desk: Desk) -> None:
    before = page.board
    page.hide()
    desk.do("order.void", {"uid": next(o["uid"] for o in desk.rows("sales_order") if o["state"] == "parked")})
    page.ops.wait()
    assert page.board is before
    page.show()
    page.on_shown()
    page.ops.wait()
    assert "记答复" not in titles(page)


def test_everything_done_is_said(page: TodayPage, desk: Desk, orders: dict[str, str]) -> None:
    desk.do("order.void", {"uid": orders["parked"]})
    desk.do(
        "intake.drop",
        {"uid": orders["intake"], "reason": "广告"} if "reason" in _params(desk) else {"uid": orders["intake"]},
    )
    for slip in desk.rows("route_slip"):
        if not slip["passed_at"]:
            desk.do("route.pass", {"uid": slip["uid"], "how": "纸质"})
    for key in ("late", "today"):
        lines = [{"order_line": x["uid"], "qty": str(x["qty"] // 1000)} for x in desk.lines("order_line", orders[key])]
        desk.do("order.deliver", {"uid": orders[key], "lines": lines})
    page.read()
    page.ops.wait()
    assert page.todo.done.isVisible() and not page.todo.todos.isVisible()
    assert page.figures.todos.accessibleName() == "待我处理 0项 都办完了"
    assert page.figures.open.accessibleName() == "未发货 ¥00 单 没有逾期的"


def _params(desk: Desk) -> set[str]:
    return {p.key for p in desk.registry.verbs["intake.drop"].params}


# -- a new company ------------------------------------------------------------------------------------------------


def test_a_new_company_is_taken_by_the_hand(qtbot: QtBot, tmp_path: Path) -> None:
    desk = empty_desk(tmp_path / "new")
    for page in shown(qtbot, desk):
        hands = Hands(page.ops)
        assert page.steps.isVisible() and not page.busy_day.isVisible()
        assert clipped(page) == [] and nameless(page) == []
        assert hands.focus is page.steps.cards["products"].main
        hands.press("Space")
        assert went(page) == ("products", "", "product.import", {})
        page.ops.run("product.save", {"code": "P1", "name": "球阀", "unit": "只", "list_price": "3"})
        hands.wait()
        assert page.steps.cards["products"].state.text() == "已有"
        assert [c.main.property("kind") or "" for c in page.steps.cards.values()] == ["", "primary", ""]
        page.steps.cards["customers"].other.click()
        assert went(page) == ("customers", "", "new", {})
        page.ops.run("customer.save", {"code": "C1", "name": "华源"})
        hands.wait()
        page.steps.cards["orders"].main.click()
        assert went(page) == ("orders", "", "new", {})
        page.ops.run(
            "order.save",
            {"customer": "C1", "due_date": "2026-06-18", "lines": [{"product": "P1", "qty": "1", "price": "3"}]},
        )
        hands.wait()
        assert page.busy_day.isVisible() and not page.steps.isVisible()
        page.ops.wait()
    desk.close()


# -- in the window ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "look"), [((1440, 900), "light"), ((1366, 768), "dark"), ((1000, 640), "light")])
def test_nothing_is_clipped_or_nameless(
    orders: dict[str, str], window: Window, size: tuple[int, int], look: str
) -> None:
    theme().apply(application(), look)
    window.resize(*size)
    window.go("orders")
    window.go("today")
    window.ops.wait()
    QApplication.processEvents()
    page = window.front
    assert isinstance(page, TodayPage)
    assert clipped(page) == [] and nameless(page) == []
    inner = page.scroller.widget()
    assert inner.width() <= page.scroller.viewport().width()
    theme().apply(application(), "light")


def test_the_late_order_opens_for_delivery_from_here(
    orders: dict[str, str], window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.go("orders")
    window.go("today")
    hands.wait()
    page = window.front
    assert isinstance(page, TodayPage)
    page.todo.todos.setFocus()
    delivery = answer(lambda dialog: dialog.reject())
    hands.press("Return")
    hands.wait()
    qtbot.waitUntil(lambda: not delivery.waiting)
    assert window.front is not None and window.front.key == "orders"
    assert window.front.current_record() == ("sales_order", orders["late"])


# -- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("04:59", "夜深了"),
        ("05:00", "早上好"),
        ("09:00", "上午好"),
        ("11:30", "中午好"),
        ("13:30", "下午好"),
        ("18:00", "晚上好"),
        ("23:59", "晚上好"),
    ],
)
def test_greeting(clock: str, words: str) -> None:
    moment = datetime.fromisoformat(f"2026-06-12T{clock}:00")
    assert greeting(moment, "王敏") == f"{words}，王敏" and greeting(moment, "") == words


def test_day_line_counts_working_days() -> None:
    assert day_line("2026-06-01", {})[2] == "本月第 1 个工作日"
    assert day_line("2026-06-30", {})[2] == "本月第 22 个工作日"
    assert day_line("2026-06-13", {}) == ("2026 年 6 月 13 日", "星期六", "休息日，本月已过 10 个工作日")
    assert day_line("2026-08-01", {})[2] == "休息日，本月已过 0 个工作日"
    assert day_line("2026-06-30", {"2026-06-19": False})[2] == "本月第 21 个工作日"
    assert day_line("2026-06-13", {"2026-06-13": True})[2] == "本月第 11 个工作日"


@pytest.mark.parametrize(
    ("fen", "digits", "inside"),
    [
        (0, ("¥0", ""), "¥0"), (123, ("¥1", ""), "¥1"), (6_116_049, ("¥61,160", ""), "¥6.12 万"), (-50_000, ("-¥500", ""), "-¥500"),
        (286_400_000, ("¥286.4", "万"), "¥286.4 万"), (12_800_000_000, ("¥1.28", "亿"), "¥1.28 亿"),
    ],
)  # fmt: skip
def test_amounts_are_short(fen: int, digits: tuple[str, str], inside: str) -> None:
    assert figure(fen) == digits and short(fen) == inside


def test_comparisons_are_words() -> None:
    assert compared(112, 100, "上周五同时段", "") == ("↑ 12.0%", "比上周五同时段", "ok")
    assert compared(50, 100, "10 月 1–20 日", "") == ("↓ 50.0%", "比 10 月 1–20 日", "warn")
    assert compared(100, 100, "上周五", "") == ("持平", "和上周五一样", "neutral")
    assert compared(100, 0, "上周五", "上周五没有单") == ("", "上周五没有单", "ok")
    assert compared(5000, 100, "上周五", "")[0] == "↑ 50 倍"
    assert (
        same_days("2026-06-12") == "5 月 1–12 日"
        and same_days("2026-06-01") == "5 月 1 日"
        and same_days("2026-03-31") == "2 月 1–28 日"
    )


def test_a_figure_leads_to_exactly_the_orders_it_counts(window: Window) -> None:
    """未发货 shows its orders under a pill; pressing the pill shows everything again."""
    where = [["stage", "in", ("confirmed", "part")]]
    window.context.navigate("orders", action="filter", args={"where": where, "title": "未发货"})
    window.ops.wait()
    page: Any = window.pages.page("orders")
    bar = page.lists.front.filter
    assert bar.narrowed and bar.told() == "未发货"
    assert [(c.field, c.operator) for c in bar.query().conditions] == [("stage", "in")]
    bar._more_chip.click()
    window.ops.wait()
    assert not bar.narrowed and bar.query().conditions == ()


def test_what_stands_for_many_leads_to_their_place(window: Window) -> None:
    """TSK-1: the entry beyond the listed ones opens the ageing, the lines or the problems they are about."""
    window.go("today")
    window.ops.wait()
    page = window.front
    assert isinstance(page, TodayPage)

    def led(entity: str, verb: str, **args: Any) -> Any:
        window.go("today")
        page.do(ToDo("还有更多", entity=entity, verb=verb, args=args, stands_for=5))
        window.ops.wait()
        return window.front

    money = led("chase", "ageing")
    assert isinstance(money, MoneyPage) and money.tabs.currentIndex() == len(money.registers)
    lines = led("line_feedback", "filter", which="silent")
    assert isinstance(lines, ProgressPage) and lines.tabs.currentIndex() == 0 and lines.lines.which == "silent"
    assert led("order_problem", "filter") is lines and lines.tabs.currentIndex() == 1
    statements = led("statement", "filter")
    assert statements is money and money.front.entity.key == "statement"


def test_the_keyboard_begins_at_what_wants_doing(qtbot: QtBot, desk: Desk, orders: dict[str, str]) -> None:
    window = Window(desk)
    qtbot.addWidget(window)
    window.show()
    window.ops.wait()
    page = window.front
    assert isinstance(page, TodayPage) and window.focusWidget() is page.todo.todos
    window.close()
