"""Every verb of the price policy, and the order's doors that ask it (PRD-2, ORD-2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.pricing import queries
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def lists(desk: Desk) -> Desk:
    """A general ladder for the small valve: 47, from 100 on 45."""
    desk.do("price_list.save", {"name": "通用价"})
    for qty, price in ((None, "47"), ("100", "45")):
        desk.do("price_line.save", {"list": "通用价", "product": "P10012", "from_qty": qty, "price": price})
    return desk


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refused.value.problems}


def asked(desk: Desk, qty: str = "1", **more: Any) -> str:
    return str(desk.do("price.ask", {"product": "P10012", "qty": qty, "customer": "C00042", **more}).data["price"])


def uid_of(desk: Desk, entity: str, code: str) -> str:
    with desk.read() as reader:
        return str(reader.find(desk.entity(entity), code))


def file(tmp_path: Path, rows: Sequence[Sequence[Any]], name: str = "通用价.xlsx") -> str:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(tmp_path / name)
    return str(tmp_path / name)


# -- lists -------------------------------------------------------------------------------------------------------------


def test_a_price_without_a_day_holds_from_today(lists: Desk) -> None:
    assert asked(lists) == "47.00"
    assert asked(lists, "100") == "45.00"
    assert asked(lists, day="2026-06-11") == "48.60", "the day before the standard price holds"


def test_a_list_for_customer_and_grade_at_once_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.do("price_list.save", {"name": "甲", "customer": "C00042", "grade": "A"})
    assert codes(refused) == {"audience"}


def test_names_and_steps_stand_once(lists: Desk) -> None:
    with pytest.raises(Refused) as refused:
        lists.do("price_list.save", {"name": "通用价"})
    assert codes(refused) == {"duplicate"}
    with pytest.raises(Refused) as refused:
        lists.do("price_line.save", {"list": "通用价", "product": "P10012", "from_qty": 100, "price": "44"})
    assert codes(refused) == {"duplicate"}


def test_a_price_below_the_floor_wants_a_reason(lists: Desk) -> None:
    line = {"list": "通用价", "product": "P10013", "price": "70"}
    with pytest.raises(Refused) as refused:
        lists.do("price_line.save", line)
    assert codes(refused) == {"below_floor"}
    lists.do("price_line.save", {**line, "reason": "清库存"})


def test_a_new_ladder_tells_which_steps_it_leaves_out(lists: Desk) -> None:
    done = lists.do(
        "price_line.save", {"list": "通用价", "product": "P10012", "price": "50", "valid_from": "2026-07-01"}
    )
    assert [p.code for p in done.problems] == ["lost_step"]
    assert asked(lists, "100", day="2026-07-01") == "50.00"


def test_raising_prices_keeps_the_old_ones_until_the_day(lists: Desk) -> None:
    lists.do("price_list.raise", {"uid": "通用价", "percent": "5%", "valid_from": "2026-07-01"})
    assert [asked(lists, q, day="2026-06-30") for q in ("1", "100")] == ["47.00", "45.00"]
    assert [asked(lists, q, day="2026-07-01") for q in ("1", "100")] == ["49.35", "47.25"]
    lists.do("price_list.raise", {"uid": "通用价", "percent": "-10%", "valid_from": "2026-07-01"})
    assert asked(lists, day="2026-07-01") == "44.42", "a price of that very day is written anew, to the cent"
    lists.do("system.undo", {})
    lists.do("system.undo", {})
    assert asked(lists, day="2026-07-01") == "47.00"
    with pytest.raises(Refused) as refused:
        lists.do("price_list.raise", {"uid": "通用价", "percent": "5%", "valid_from": "2026-06-01"})
    assert codes(refused) == {"past"}
    with pytest.raises(Refused):
        lists.do(
            "price_list.raise", {"uid": "通用价", "percent": "5%", "valid_from": "2026-07-01", "category": "密封件"}
        )


def test_a_copy_takes_the_prices_in_force(lists: Desk) -> None:
    lists.do("price_list.copy", {"uid": "通用价", "name": "华源价", "customer": "C00042", "valid_from": "2026-06-12"})
    lists.do("price_list.void", {"uid": "通用价"})
    assert asked(lists, "100") == "45.00"
    assert asked(lists, "100", customer="C00043") == "48.60"


def test_a_voided_list_prices_nothing_and_comes_back_whole(lists: Desk) -> None:
    uid = uid_of(lists, "price_list", "通用价")
    lists.do("price_list.void", {"uid": uid})
    assert asked(lists, "100") == "48.60"
    lists.do("price_list.restore", {"uid": uid})
    assert asked(lists, "100") == "45.00"


def test_a_stopped_list_prices_nothing(lists: Desk) -> None:
    lists.do("price_list.save", {"uid": uid_of(lists, "price_list", "通用价"), "stopped": "是"})
    assert asked(lists) == "48.60"


# -- promotions --------------------------------------------------------------------------------------------------------

JUNE = {"valid_from": "2026-06-01", "valid_to": "2026-06-30"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "满量折扣"}, "required"),
        ({"kind": "特价", "price": "45"}, "required"),
        ({"kind": "买赠", "gift_qty": 1}, "required"),
        ({"kind": "特价", "price": "30", "product": "P10012"}, "below_floor"),
        ({"kind": "满量折扣", "discount": "9折", "product": "P10012", "category": "阀门"}, "goods"),
        ({"kind": "满量折扣", "discount": "9折", "customer": "C00042", "grade": "A"}, "audience"),
        ({"kind": "满量折扣", "discount": "9折", "valid_to": "2026-05-01"}, "days"),
        ({"kind": "满量折扣", "discount": "120%"}, "bad_value"),
    ],
)
def test_a_promotion_that_cannot_work_is_refused(desk: Desk, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.do("promotion.save", {"name": "六月", **JUNE, **wrong})
    assert code in codes(refused)


def test_a_promotion_works_on_its_days(lists: Desk) -> None:
    lists.do("promotion.save", {"name": "六月", "kind": "满量折扣", "discount": "9折", "category": "阀门", **JUNE})
    assert (asked(lists), asked(lists, day="2026-07-01")) == ("42.30", "47.00")


def test_prices_that_run_out_with_nothing_after_them_stand_on_today(lists: Desk) -> None:
    for product, until in (("P10013", "2026-06-19"), ("P20031", "2026-06-20")):
        lists.do("price_line.save", {"list": "通用价", "product": product, "price": "95", "valid_to": until})
    (todo,) = [t for t in lists.todos() if t.entity == "price_list"]
    assert (todo.title, todo.due) == ("价目表「通用价」有 1 个价要到期", "2026-06-19")
    new = {"list": "通用价", "product": "P10013", "price": "96", "valid_from": "2026-06-20"}
    lists.do("price_line.save", new)
    assert not [t for t in lists.todos() if t.entity == "price_list"]


# -- Excel -------------------------------------------------------------------------------------------------------------


def test_one_price_a_row(lists: Desk, tmp_path: Path) -> None:
    path = file(
        tmp_path,
        [["价目表", "产品编码", "起订量", "单价"], ["通用价", "P10012", 100, 44], ["出口价", "P10013", None, 90]],
    )
    seen = lists.do("price_line.check_import", {"file": path})
    assert seen.data["counts"] == {"new": 1, "update": 1}
    assert [p.code for p in seen.problems] == ["new_list"]
    done = lists.do("price_line.import", {"file": path})
    assert (done.data["made"], done.data["changed"]) == (1, 1)
    assert asked(lists, "100") == "44.00"
    again = lists.do("price_line.import", {"file": path})
    assert "没有要改的" in again.message
    lists.do("system.undo", {})
    assert asked(lists, "100") == "45.00"


def test_one_step_a_column(desk: Desk, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["2026 年经销价目表"],
        ["货号", "品名", "1-99", "100-499", "500只以上"],
        ["P10012", "不锈钢球阀 DN25", 47, 45, 43],
        ["P10013", "不锈钢球阀 DN50", 92, None, 85],
    ]
    path = file(tmp_path, rows, "经销价.xlsx")
    desk.do("price_list.import", {"file": path, "valid_from": "2026-06-10"})
    assert [asked(desk, q) for q in ("1", "99", "100", "500")] == ["47.00", "47.00", "45.00", "43.00"]
    assert asked(desk, "300", product="P10013") == "92.00"
    uid = uid_of(desk, "price_list", "经销价")
    out = desk.do("price_list.export_wide", {"uid": uid})
    sheet = load_workbook(out.data["file"]).active
    assert sheet is not None
    cells = [[c.value for c in row] for row in sheet.rows]
    assert cells[0] == ["产品编码", "产品名称", "规格", "单位", "满 1", "满 100", "满 500"]
    assert cells[1][4:] == [47, 45, 43]
    back = desk.do("price_list.check_import", {"file": out.data["file"], "valid_from": "2026-06-10"})
    assert back.data["counts"] == {"same": 2}, "what was exported comes back as the same"


def test_what_a_price_file_gets_wrong_is_told_with_its_place(lists: Desk, tmp_path: Path) -> None:
    path = file(tmp_path, [["产品编码", "单价"], ["P10012", 30], ["P9", 5], ["P10013", "面议"]])
    with pytest.raises(Refused) as refused:
        lists.do("price_line.import", {"file": path})
    told = [(p.place, p.severity.value) for p in refused.value.problems]
    assert [place.split(" ")[2] for place, _ in told if "第" in place] == ["2", "3", "4"]
    lists.do("price_line.import", {"file": path, "skip_failed": True})
    assert asked(lists) == "30.00"


# -- orders ------------------------------------------------------------------------------------------------------------


def test_a_price_below_the_list_wants_a_reason_at_every_door(lists: Desk) -> None:
    args = order_args(("P10012", "100", "44"))
    found = lists.do("order.check", args)
    (problem,) = [p for p in found.problems if p.code == "below_list"]
    assert problem.message == "44.00 低于价目表「通用价」满 100 的 45.00"
    assert (problem.cures[0].title, problem.cures[0].value) == ("改为 45.00", "45.00")
    with pytest.raises(Refused) as refused:
        lists.do("order.confirm", args)
    assert codes(refused) == {"below_list"}
    saved = lists.do("order.save", args)
    assert "below_list" in {p.code for p in saved.problems}, "a draft is told, not refused"
    lists.do("order.confirm", {"uid": saved.uid, "reason": "老客户特批"})
    line = dict(lists.lines("order_line", saved.uid)[0])
    with pytest.raises(Refused) as refused:
        lists.do(
            "order.amend",
            {
                "uid": saved.uid,
                "amend_reason": "客户要求",
                "lines": [{"uid": line["uid"], "product": "P10012", "qty": "100", "price": "43"}],
            },
        )
    assert "below_list" in codes(refused)


def test_a_price_above_the_list_is_told(lists: Desk) -> None:
    found = lists.do("order.check", order_args(("P10012", "100", "47")))
    assert [p.code for p in found.problems] == ["above_list"]


def test_a_step_is_reached_by_all_lines_of_a_product(lists: Desk) -> None:
    args = order_args(("P10012", "60", "45"), ("P10012", "60", "45"))
    assert {p.code for p in lists.do("order.check", args).problems} == {"same_product"}


def test_the_order_is_judged_by_the_prices_of_its_day(lists: Desk) -> None:
    lists.do("price_list.raise", {"uid": "通用价", "percent": "10%", "valid_from": "2026-06-15"})
    args = {**order_args(("P10012", "10", "47")), "order_date": "2026-06-12"}
    assert not lists.do("order.check", args).problems
    found = lists.do("order.check", {**args, "order_date": "2026-06-15"})
    assert [p.code for p in found.problems] == ["below_list"]


def test_an_agreed_price_is_no_jump_from_the_last_one(lists: Desk) -> None:
    lists.do("order.confirm", order_args(("P10012", "1", "47")))
    lists.do(
        "promotion.save", {"name": "清仓", "kind": "特价", "price": "25", "product": "P10012", **JUNE, "reason": "清"}
    )
    found = lists.do("order.check", order_args(("P10012", "2", "25")))
    assert [p.code for p in found.problems] == ["below_floor"], "the floor still speaks"
    assert not [
        p for p in lists.do("order.check", order_args(("P10012", "2", "46"))).problems if p.code == "price_jump"
    ]


def test_gifts_that_are_due_are_told_with_the_line_to_add(lists: Desk) -> None:
    gift = {
        "name": "买十赠一",
        "kind": "买赠",
        "from_qty": 10,
        "gift_qty": 1,
        "product": "P10012",
        "gift_product": "P20031",
    }
    lists.do("promotion.save", {**gift, **JUNE})
    args: dict[str, Any] = order_args(("P10012", "25", "47"))
    (problem,) = lists.do("order.check", args).problems
    assert (problem.code, problem.message) == ("gift_missing", "促销「买十赠一」该送「四氟垫片 DN50」2，还缺 2")
    args["lines"].append(dict(problem.cures[0].value))
    assert "gift_missing" not in {p.code for p in lists.do("order.check", args).problems}
    made = lists.do("order.confirm", {**args, "reason": "促销"})
    given = lists.lines("order_line", made.uid)[1]
    assert (given["kind"], given["price"], given["gift_reason"]) == ("gift", 0, "促销「买十赠一」")


def test_an_order_file_without_prices_takes_those_of_the_list(lists: Desk, tmp_path: Path) -> None:
    path = file(
        tmp_path, [["编码", "数量", "单价"], ["P10012", 120, None], ["P10012", 20, 44], ["P10013", 3, None]], "PO.xlsx"
    )
    seen = lists.do("order.check_import", {"file": path, "customer": "C00042", "due_date": "2026-06-18"})
    told = {p.code: p.message for p in seen.problems}
    filled = [p.message for p in seen.problems if p.code == "price_filled"]
    assert filled[0] == "没有写单价，先按价目表「通用价」满 100 45.00"
    assert "below_list" in told
    done = lists.do("order.import", {"file": path, "customer": "C00042", "due_date": "2026-06-18"})
    lines = lists.lines("order_line", done.data["uids"][0])
    assert [(line["price"], line["price_why"]) for line in lines] == [
        (450_000, "价目表「通用价」满 100"),
        (440_000, None),
        (925_000, None),
    ]


# -- history -----------------------------------------------------------------------------------------------------------


def test_the_history_of_a_price_for_a_customer(lists: Desk) -> None:
    lists.do("order.confirm", order_args(("P10012", "3", "47")))
    product = uid_of(lists, "product", "P10012")
    lists.do("product.save", {"uid": product, "list_price": "50"})
    with lists.read() as reader:
        customer = str(reader.find(lists.entity("customer"), "C00042"))
        found = queries.history(reader, product, customer)
        other = queries.history(reader, product, str(reader.find(lists.entity("customer"), "C00043")))
    assert {(p.what, p.price) for p in found} == {
        ("订单", 470_000),
        ("价目表", 470_000),
        ("价目表", 450_000),
        ("标准售价", 486_000),
        ("标准售价", 500_000),
    }
    assert "订单" not in {p.what for p in other}


def test_a_price_of_another_customers_list_is_told_and_cured_never_changed(lists: Desk) -> None:
    """The customer or the day changed after the lines were typed: the price stays, and a button takes the usual one."""
    own = lists.do("price_list.save", {"name": "长安价", "customer": "C00043"}).uid
    lists.do("price_line.save", {"list": own, "product": "P20031", "price": "3.00"})
    args = order_args(("P20031", "10", "3.00"), customer="C00043")
    args["lines"][0]["price_why"] = "价目表「长安价」"  # type: ignore[index]
    saved = lists.do("order.save", args)
    assert "price_stale" not in {p.code for p in saved.problems}
    moved = lists.do("order.save", {"uid": saved.uid, "customer": "C00042"})
    (problem,) = [p for p in moved.problems if p.code == "price_stale"]
    assert problem.message == "3.00 取自价目表「长安价」，这个客户这一天不适用"
    assert [c.title for c in problem.cures] == ["改为 3.20"]
    assert lists.lines("order_line", saved.uid)[0]["price"] == 30_000, "nothing is changed silently"
