"""A customer's own Excel file becomes orders: every fault told with row and column first, one undoable operation (ORD-13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.modules.orders.customer_file import number_above
from tests.desks import small_desk

HEAD = ["序号", "物料编码", "物料描述", "型号", "订购数量", "采购单位", "含税价", "价税合计", "要求交期"]
GOOD = [
    [1, "P10012", "不锈钢球阀 DN25", "304 / PN16", 12, "只", 48.6, 583.2, "2026-6-22"],
    [2, None, "四氟垫片 DN50", "PTFE 3mm", 10, "箱", 38.4, 384, "2026-6-23"],
    [3, None, "不锈钢球阀 DN50", None, 5, None, None, None, None],
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_desk(tmp_path / "data")


def workbook(path: Path, *rows: list[Any], head: list[str] | None = None) -> str:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["苏州华源贸易有限公司 采购订单"])
    sheet.append(["订单编号：PO-2026-018", None, None, None, "日期：2026-06-11"])
    sheet.append(head or HEAD)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return str(path)


def test_a_foreign_layout_is_understood_and_packs_are_counted(desk: Desk, tmp_path: Path) -> None:
    file = workbook(tmp_path / "采购单.xlsx", *GOOD, ["合计", None, None, None, 27, None, None, None, None])
    before = desk.dump()
    told = desk.do("order.check_import", {"file": file, "customer": "C00042"})
    assert desk.dump() == before
    assert told.data["ready"] and told.data["orders"] == 1 and told.data["lines"] == 3
    outcome = desk.do("order.import", {"file": file, "customer": "C00042"})
    order = desk.row("sales_order", outcome.uid)
    assert order is not None
    assert (order["customer_po"], order["stage"], order["due_date"], order["amount"]) == (
        "PO-2026-018",
        "draft",
        "2026-06-22",
        142_970,
    )
    lines = desk.lines("order_line", outcome.uid)
    assert [(r["product.name"], r["qty"], r["price"], r["due_date"]) for r in lines] == [
        ("不锈钢球阀 DN25", 12_000, 486_000, None),
        ("四氟垫片 DN50", 120_000, 32_000, "2026-06-23"),
        ("不锈钢球阀 DN50", 5_000, 925_000, None),
    ]
    assert ["没有写单价" in p.message for p in outcome.problems] == [True]
    desk.do("system.undo")
    assert desk.rows("sales_order") == []


def test_all_faults_are_told_with_row_and_column_before_anything_is_written(desk: Desk, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "有错.xlsx",
        *GOOD,
        [4, "XX1", "神秘产品", None, 5, None, 1, 5, None],
        [5, "P10012", None, None, "一打半", None, 48.6, None, None],
        [6, "P10012", None, None, 3, "吨", 48.6, None, None],
        [7, "P10012", None, None, 3, "只", 48.6, None, "6月31日"],
        [8, None, None, None, 3, "只", 48.6, None, None],
    )
    before = desk.dump()
    with pytest.raises(Refused) as refused:
        desk.do("order.import", {"file": file, "customer": "C00042"})
    assert desk.dump() == before
    texts = "\n".join(p.text for p in refused.value.problems)
    for part in (
        "第 7 行 B 列「产品编码」：没有找到产品「XX1 神秘产品」",
        "第 8 行 E 列「数量」",
        "第 9 行 F 列「单位」：单位「吨」",
        "第 10 行 I 列「交货日期」",
        "第 11 行",
    ):
        assert part in texts
    assert all(p.cure for p in refused.value.problems)


def test_wrong_rows_can_be_left_out_or_put_right(desk: Desk, tmp_path: Path) -> None:
    file = workbook(tmp_path / "改一格.xlsx", *GOOD, [4, "XX1", "神秘产品", None, 5, None, 60, None, None])
    fixed = desk.do(
        "order.check_import", {"file": file, "customer": "C00042", "edits": '{"7/code": "P10013", "7/name": ""}'}
    )
    assert fixed.data["ready"] and fixed.data["lines"] == 4
    outcome = desk.do("order.import", {"file": file, "customer": "C00042", "skip": "[7]"})
    assert len(desk.lines("order_line", outcome.uid)) == 3


def test_the_same_file_twice_is_not_imported_twice(desk: Desk, tmp_path: Path) -> None:
    file = workbook(tmp_path / "采购单.xlsx", *GOOD)
    desk.do("order.import", {"file": file, "customer": "C00042"})
    with pytest.raises(Refused, match="PO-2026-018」已经录过"):
        desk.do("order.import", {"file": file, "customer": "C00042"})
    assert len(desk.rows("sales_order")) == 1
    assert desk.do("order.import", {"file": file, "customer": "C00042", "reason": "客户补单"}).changes


def test_a_mapping_given_once_is_remembered_for_the_customer(desk: Desk, tmp_path: Path) -> None:
    head = ["甲", "乙", "丙", "丁"]
    rows = [["P10012", "球阀", 12, 48.6], ["P20031", "垫片", 100, 3.2]]
    first = workbook(tmp_path / "怪表头.xlsx", *rows, head=head)
    with pytest.raises(Refused):
        desk.do("order.import", {"file": first, "customer": "C00042"})
    mapping = '{"code": "甲", "name": "乙", "qty": "丙", "price": "丁"}'
    desk.do("order.import", {"file": first, "customer": "C00042", "customer_po": "A", "mapping": mapping})
    second = workbook(tmp_path / "下一张.xlsx", ["P10013", "球阀", 7, 92.5], head=head)
    outcome = desk.do("order.import", {"file": second, "customer": "C00042", "customer_po": "B"})
    [line] = desk.lines("order_line", outcome.uid)
    assert (line["product.name"], line["qty"]) == ("不锈钢球阀 DN50", 7_000)


def test_a_file_of_many_customers_and_orders_is_grouped(desk: Desk, tmp_path: Path) -> None:
    head = ["客户名称", "采购单号", "物料编码", "采购数量", "含税单价"]
    rows = [
        ["苏州华源贸易有限公司", "A1", "P10012", 1, 50],
        ["重庆长安阀门经营部", "B1", "P10012", 2, 50],
        ["苏州华源贸易有限公司", "A1", "P20031", 3, 3],
    ]
    outcome = desk.do("order.import", {"file": workbook(tmp_path / "多客户.xlsx", *rows, head=head), "confirm": True})
    assert len(outcome.data["numbers"]) == 2
    assert {(r["customer.name"], r["customer_po"], r["stage"]) for r in desk.rows("sales_order")} == {
        ("苏州华源贸易有限公司", "A1", "confirmed"),
        ("重庆长安阀门经营部", "B1", "confirmed"),
    }
    assert len(desk.rows("route_slip")) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("坏.xlsx", b"PK\x03\x04 half a file"),
        ("空.xlsx", b""),
        ("图片.xlsx", b"\xff\xd8\xff\xe0 jpg"),
        ("没有.xlsx", None),
    ],
)
def test_a_file_that_is_no_workbook_gets_words_with_a_cure(
    desk: Desk, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((Refused, EnvironmentFault)) as fault:
        desk.do("order.import", {"file": str(path), "customer": "C00042"})
    assert name in str(fault.value)
    assert desk.rows("sales_order") == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["订单编号：PO-1"]], "PO-1"),
        ([["采购单号:", "CG20260611-02"]], "CG20260611-02"),
        ([["某公司"], [None, "合同号 HT/26-8"]], "HT/26-8"),
        ([["采购订单"], ["日期：2026-06-11"]], None),
        ([["订单编号：A1"], ["订单编号：A2"]], None),
    ],
)
def test_the_number_above_the_table_is_taken_when_it_is_the_only_one(rows: Any, expected: str | None) -> None:
    assert number_above(rows) == expected
