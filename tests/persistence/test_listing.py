"""Long lists: which rows, in which order, narrowed by conditions and by typed text, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Value
from salesdesk.persistence.listing import Condition, Query
from tests.desks import order_args, small_desk

ORDERS = (  # number, customer, 客户单号, day, stage, amount
    ("XS2606A-0001", "C00042", "PO-1001", "2026-06-01", "done", 500),
    ("XS2606A-0002", "C00043", "CG_77%", "2026-06-02", "confirmed", 300),
    ("XS2606A-0003", "C00042", "", "2026-06-02", "draft", 900),
    ("XS2605A-0009", "C00043", "采购-苏州-7", "2026-05-31", "part", 100),
    ("XS2606A-0004", "C00042", "po-1002", "2026-06-03", "cancelled", 700),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    one = small_desk(tmp_path_factory.mktemp("listing"))
    order = one.entity("sales_order")
    with one.database.work("订单") as work:
        for number, code, po, day, stage, amount in ORDERS:
            customer = work.value("SELECT uid FROM customer WHERE code = ?", (code,))
            state = stage if stage in ("draft", "cancelled") else "confirmed"
            work.insert(
                order,
                {
                    "number": number,
                    "customer": customer,
                    "customer_po": po or None,
                    "order_date": day,
                    "state": state,
                    "amount": amount,
                },
            )
    with one.database.local() as work:  # derived from lines and deliveries, which this test leaves out
        for number, *_, stage, amount in ORDERS:
            work.execute("UPDATE sales_order SET stage = ?, amount = ? WHERE number = ?", (stage, amount, number))
        work.execute("UPDATE now SET applying = 1")
        work.execute(
            "INSERT INTO sales_order(uid, number, customer_po, void) VALUES ('gone', 'XS2606A-0005', 'PO-1001', 1)"
        )
        work.execute("UPDATE now SET applying = 0")
    yield one
    one.close()


def numbers(desk: Desk, query: Query | None = None, limit: int | None = None) -> list[str]:
    """Last digits of the numbers in the list, checked against every other way of asking for the same rows."""
    found = desk.list_ids("sales_order", query)
    page = [str(row["number"]) for row in desk.list_page("sales_order", found)]
    assert page == [str(row["number"]) for row in desk.rows("sales_order", query)]
    assert desk.count("sales_order", query) == len(found) == len(page)
    assert desk.total("sales_order", "amount", query) == sum(
        row["amount"] or 0 for row in desk.rows("sales_order", query)
    )
    head = desk.list_ids("sales_order", query, 2)
    assert head == found[:2]
    return [number[-1] for number in page]


def test_the_natural_order_is_newest_first(desk: Desk) -> None:
    assert numbers(desk) == ["4", "3", "2", "1", "9"]


def test_voided_rows_show_when_asked(desk: Desk) -> None:
    assert "5" not in numbers(desk)
    assert numbers(desk, Query(voided=True)) == ["4", "3", "2", "1", "9", "5"]
    assert numbers(desk, Query(text="1001", voided=True)) == ["1", "5"]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ([("stage", "=", "draft")], ["3"]),
        ([("stage", "in", ("confirmed", "part"))], ["2", "9"]),
        ([("stage", "!=", "draft"), ("stage", "!=", "done")], ["4", "2", "9"]),
        ([("order_date", ">=", "2026-06-01"), ("order_date", "<=", "2026-06-02")], ["3", "2", "1"]),
        ([("amount", ">", 500)], ["4", "3"]),
        ([("amount", "<", 300)], ["9"]),
        ([("customer_po", "empty", None)], ["3"]),
        ([("customer_po", "filled", None)], ["4", "2", "1", "9"]),
        ([("customer_po", "=", None)], ["3"]),
        ([("customer_po", "contains", "PO-")], ["1"]),
    ],
)
def test_conditions_narrow(desk: Desk, conditions: list[tuple[str, str, Value]], found: list[str]) -> None:
    assert numbers(desk, Query(tuple(Condition(*one) for one in conditions))) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2605", ["9"]),
        ("xs2606a-0003", ["3"]),
        ("PO-", ["4", "1"]),
        ("1002", ["4"]),
        ("_", ["2"]),
        ("7%", ["2"]),
        ("a%1", []),
        ("采购", ["9"]),
        ("苏州", ["4", "3", "1", "9"]),
        ("szhy", ["4", "3", "1"]),
        ("苏z", ["4", "3", "1"]),
        ("cq", ["2", "9"]),
        ("zq", ["2", "9"]),
        ("C00043", ["2", "9"]),
        ("138 1288", ["4", "3", "1"]),
        ("南京", []),
        ("  苏州华源 ", ["4", "3", "1"]),
    ],
)
def test_text_means_number_or_customer(desk: Desk, typed: str, found: list[str]) -> None:
    assert numbers(desk, Query(text=typed)) == found


def test_text_and_conditions_together(desk: Desk) -> None:
    assert numbers(desk, Query((Condition("stage", "=", "done"),), text="苏州")) == ["1"]
    assert numbers(desk, Query((Condition("stage", "=", "done"),), text="重庆")) == []


@pytest.mark.parametrize(
    ("sort", "descending", "found"),
    [
        ("amount", False, ["9", "2", "1", "4", "3"]),
        ("amount", True, ["3", "4", "1", "2", "9"]),
        ("number", False, ["9", "1", "2", "3", "4"]),
        ("customer_po", False, ["3", "2", "1", "4", "9"]),
        ("created_at", True, ["4", "9", "3", "2", "1"]),
    ],
)
def test_lists_sort_by_any_field(desk: Desk, sort: str, descending: bool, found: list[str]) -> None:
    assert numbers(desk, Query(sort=sort, descending=descending)) == found


def test_sorting_and_text_together(desk: Desk) -> None:
    assert numbers(desk, Query(text="苏州", sort="amount")) == ["9", "1", "4", "3"]


def test_unknown_fields_are_our_mistake(desk: Desk) -> None:
    with pytest.raises(KeyError):
        desk.list_ids("sales_order", Query((Condition("naem", "=", "x"),)))
    with pytest.raises(KeyError):
        desk.list_ids("sales_order", Query(sort="naem"))


def test_a_register_is_found_by_its_own_keys(desk: Desk) -> None:
    for typed in ("huayuan", "hy", "苏z", "138"):
        assert [row["code"] for row in desk.rows("customer", Query(text=typed))] == ["C00042"]
    assert [row["code"] for row in desk.rows("product", Query(text="阀"))] == ["P10012", "P10013"]


def test_a_page_keeps_the_order_of_its_ids_and_names_the_links(desk: Desk) -> None:
    found = desk.list_ids("sales_order")
    some = [found[3], found[0], found[2]]
    page = desk.list_page("sales_order", some)
    assert [row["rowid"] for row in page] == some
    assert [row["customer.name"][:2] for row in page] == ["苏州", "苏州", "重庆"]
    assert desk.list_page("sales_order", []) == []
    assert [row["rowid"] for row in desk.list_page("sales_order", [found[0], 999_999])] == [found[0]]


def test_lines_of_one_order_come_in_their_order(tmp_path: Path) -> None:
    desk = small_desk(tmp_path)
    uids = [
        desk.do("order.save", order_args(("P20031", "1", "3.2"), ("P10012", "2", "48"), ("P10013", "3", "92"))).uid
        for _ in range(2)
    ]
    lines = desk.lines("order_line", uids[1])
    assert [(row["order"], row["product.name"][:2], row["qty"]) for row in lines] == [
        (uids[1], "四氟", 1000),
        (uids[1], "不锈", 2000),
        (uids[1], "不锈", 3000),
    ]
    desk.close()
