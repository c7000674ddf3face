"""An import is shown before it is done: what each row would change, and every fault with its place in the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Flag, Int, Link, Money, Price, Qty, Row, Text, Value
from salesdesk.domain.problems import Problem, Severity
from salesdesk.services.excel_in import find_header, header_at, open_workbook, titles_of
from salesdesk.services.import_plan import ImportPlan, Mapping, Rules, State, plan

LINE = Entity(
    "line",
    "订单行",
    (
        Field("product", "产品", Link(entity="product"), required=True, synonyms=("产品编号", "货号")),
        Field("qty", "数量", Qty(least=1), required=True, synonyms=("订购数量",)),
        Field("price", "单价", Price(), required=True, synonyms=("含税单价",)),
        Field("amount", "金额", Money()),
        Field("due", "交货日期", Day(), synonyms=("交期",)),
        Field("spec", "规格", Text(20)),
        Field("urgent", "加急", Flag()),
        Field("number", "行号", Int(), fixed=True),
    ),
)
HEAD: list[Any] = ["货号", "数量", "含税单价", "交期", "金额", "规格", "加急"]
RULES = Rules(today="2026-06-01")


def make(*rows: list[Any], rules: Rules = RULES, **more: Any) -> ImportPlan:
    table: list[list[Any]] = [["甲公司订单", *[None] * 6], HEAD, *([*row, *[None] * (7 - len(row))] for row in rows)]
    return plan(table, LINE, rules=rules, source="订单.xlsx", **more)


def texts(problems: list[Problem]) -> list[str]:
    return [problem.text for problem in problems]


def test_rows_are_read_with_the_kinds_of_the_fields() -> None:
    found = make(["P1", 12, 3.6, dt.date(2026, 6, 18), 43.2, "10*20", True], ["P2", "１,０００", "=1.5*2", "6.20"])
    assert [row.values for row in found.rows] == [
        {
            "product": "P1",
            "qty": 12000,
            "price": 36000,
            "due": "2026-06-18",
            "amount": 4320,
            "spec": "10*20",
            "urgent": 1,
        },
        {
            "product": "P2",
            "qty": 1_000_000,
            "price": 30000,
            "due": "2026-06-20",
            "amount": None,
            "spec": None,
            "urgent": None,
        },
    ]
    assert (found.ready, found.problems, found.summary) == (True, [], "共 2 行：新增 2")
    assert [row.number for row in found.good] == [3, 4]


def test_faults_name_row_column_value_reason_and_cure() -> None:
    found = make(["P1", "若干", 3.6], ["P2", None, 3.6], [None, 3, 3.6, "13月"], ["P4", 1, 2])
    assert [row.state for row in found.rows] == [State.FAILED, State.FAILED, State.FAILED, State.NEW]
    places = [(p.place, p.path, p.value) for p in found.problems]
    assert places == [
        ("订单.xlsx 第 3 行 B 列「数量」", "rows/2/qty", "若干"),
        ("订单.xlsx 第 4 行 B 列「数量」", "rows/3/qty", ""),
        ("订单.xlsx 第 5 行 D 列「交货日期」", "rows/4/due", "13月"),
        ("订单.xlsx 第 5 行 A 列「产品」", "rows/4/product", ""),
    ]
    assert all(p.cure for p in found.problems if p.code == "import.required")
    assert not found.ready
    assert found.counts[State.FAILED] == 3 and found.summary == "共 4 行：新增 1，有错 3"


def test_same_text_and_flag_and_number_are_not_confused() -> None:
    found = make(["P1", 1, 1, None, 1, "1", True], ["P1", 1, 1.0, None, 1, 1, 1], ["P1", 1, 1, None, 1, True, 0])
    assert [row.values["spec"] for row in found.rows] == ["1", "1", "是"]
    assert [row.values["urgent"] for row in found.rows] == [1, 1, 0]


def test_links_are_resolved_with_the_subjects_own_rule() -> None:
    def product(typed: str) -> Value:
        if typed != "P1":
            raise BadValue(f"没有产品「{typed}」", "请先建产品，或改成已有的编号")
        return "uid-1"

    found = make(["P1", 1, 1], ["P9", 1, 1], rules=Rules(resolve={"product": product}))
    assert found.rows[0].values["product"] == "uid-1"
    assert texts(found.problems) == ["订单.xlsx 第 4 行 A 列「产品」：没有产品「P9」。请先建产品，或改成已有的编号"]
    assert [row[2] for row in found.preview().rows] == ["P1", "P9"]


def test_new_changed_and_same_rows() -> None:
    stock: dict[Value, Row] = {
        "P1": {"uid": "1", "product": "P1", "qty": 1000, "price": 10000, "spec": "旧"},
        "P2": {"uid": "2", "product": "P2", "qty": 1000, "price": 10000, "spec": "旧"},
    }

    def existing(values: Row) -> AnyMapping[str, Any] | None:
        return stock.get(values["product"])

    rules = Rules(existing=existing, unique=("product",), defaults={"spec": "标准"})
    found = make(["P1", 1, None], ["P2", 2, 1], ["P3", 2, 1], ["P3", 4, 1], ["P4", 4], rules=rules)
    assert [row.state for row in found.rows] == [State.SAME, State.UPDATE, State.NEW, State.FAILED, State.FAILED]
    assert found.rows[1].changed == ("qty",) and found.rows[1].existing is stock["P2"]
    assert (
        found.rows[2].values["spec"] == "标准"
    )  # a blank cell leaves an existing record alone, new ones get the default
    assert texts(found.problems)[0] == "订单.xlsx 第 6 行 A 列「产品」：和第 5 行重复。请留下一行，另一行不导入"
    found.skip([4, 6])
    assert [row.state for row in found.rows][2:] == [State.SKIPPED, State.NEW, State.SKIPPED]
    assert found.ready and [row.number for row in found.good] == [4, 6]
    found.skip([4], skipped=False)
    assert found.rows[3].state is State.FAILED


def test_subjects_checks_and_defaults() -> None:
    def check(values: Row) -> Iterator[Problem]:
        if values["price"] < 10000:
            yield Problem("低于底价", "请改价", path="price", severity=Severity.ASK)
        if values["qty"] > 5000:
            yield Problem("这一行太多", "请核对")

    rules = Rules(check=check, defaults={"spec": "标准", "number": 7})
    found = make(["P1", 1, 0.5], ["P2", 9, 1, None, None, "大"], ["P3", "x", 1], ["P4"], rules=rules)
    assert [row.state for row in found.rows] == [State.NEW, *[State.FAILED] * 3]
    assert [p.place for p in found.problems][:2] == ["订单.xlsx 第 3 行 C 列「单价」", "订单.xlsx 第 4 行"]
    assert [row.values["spec"] for row in found.rows] == ["标准", "大", "标准", "标准"]
    assert found.rows[0].values["number"] == 7


def test_missing_required_column_is_one_fault_and_can_be_mapped() -> None:
    table: list[list[Any]] = [["货号", "订货", "单价"], ["P1", 3, 2], ["P2", 4, 2]]
    found = plan(table, LINE, source="单.xlsx")
    assert texts(found.problems) == ["单.xlsx：没有找到「数量」这一列。请在上面指定是哪一列"]
    assert not found.ready
    found.remap({"qty": 1})
    assert found.ready and [row.values["qty"] for row in found.rows] == [3000, 4000]
    # remembered for the next file of this customer, whatever the order of its columns
    wire = found.mapping.wire()
    later: list[list[Any]] = [["单价", "货号", "订货:"], [2, "P1", 5]]
    assert find_header(later, {"x": ("货号", "单价")}).signature == wire["signature"]
    again = plan(later, LINE, Mapping.from_wire(wire))
    assert again.ready and again.rows[0].values["qty"] == 5000


def test_a_column_can_be_taken_from_one_field_and_given_to_another() -> None:
    table: list[list[Any]] = [["货号", "数量", "单价", "备用数"], ["P1", 3, 2, 9]]
    found = plan(table, LINE).remap({"qty": 3, "amount": 1})
    assert found.rows[0].values == {"product": "P1", "qty": 9000, "price": 20000, "amount": 300}
    found.remap({"amount": None})
    assert "amount" not in found.columns
    again = plan(table, LINE, Mapping.from_wire(found.mapping.wire()))
    assert again.columns == found.columns


def test_wrong_remembered_content_is_ignored() -> None:
    assert Mapping.from_wire({"columns": "x"}) == Mapping()
    table: list[list[Any]] = [["货号", "数量", "单价"], ["P1", 3, 2]]
    assert plan(table, LINE, Mapping({"qty": "没有这一列"})).columns == {"product": 0, "price": 2}


def test_cells_can_be_corrected_in_the_plan() -> None:
    found = make(["P1", "若干", 2], ["P1", "若干", 2])
    row = found.set_cell(2, "qty", "3")
    assert row.state is State.NEW and row.values["qty"] == 3000
    assert found.rows[1].state is State.FAILED
    found.remap({"spec": None})
    assert found.rows[0].values["qty"] == 3000
    assert found.cell(2, 1) == "3" and found.table[2][1] == "若干"
    assert found.set_cell(2, "qty", "x").problems[0].value == "x"


def test_totals_are_compared_and_remarks_told() -> None:
    found = make(
        ["P1", 3, 2, None, 6],
        ["P2", 4, 2, None, 8],
        ["小计", 7, None, None, 14],
        ["P3", 1, 5, None, 5],
        ["合计：", 8, None, None, 20],
        ["备注：周五前送到"],
    )
    assert len(found.rows) == 3 and found.ready
    warning, hint = found.problems
    assert (
        warning.text
        == "订单.xlsx 第 7 行 E 列「金额」：表里写的合计是 20.00，各行加起来是 19.00，差 1.00。请核对是否少了行或有数字读错"
    )
    assert warning.severity is Severity.WARN
    assert "周五前送到" in hint.message and hint.place == "订单.xlsx 第 8 行"


def test_rounded_totals_are_no_fault() -> None:
    rows = [[f"P{n}", 1, 0.335, None, 0.34] for n in range(10)]
    assert make(*rows, ["合计", 10, None, None, 3.35]).problems == []


def test_long_numbers_and_texts_turned_into_dates_are_doubted() -> None:
    found = make([6222020000001234567, 1, 1, None, None, dt.date(2026, 3, 4)])
    card, spec = found.problems
    assert (card.code, spec.code) == ("import.digits", "import.became_date")
    assert "6222020000001234567" in card.message and "文本" in card.cure
    assert "3-4" in spec.message and spec.severity is Severity.WARN
    assert found.rows[0].state is State.FAILED and found.rows[0].values["spec"] == "2026-03-04"


def test_untrusted_formula_cells_are_faults(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["货号", "数量", "单价", "金额"], ["P1", 3, 2, "=B2*C2"], ["P2", 3, 2, 6]):
        sheet.append(row)
    book.save(tmp_path / "单.xlsx")
    opened = open_workbook(tmp_path / "单.xlsx")
    found = plan(opened.rows(), LINE, source="单.xlsx", unread=opened.unread())
    (problem,) = found.problems
    assert problem.place == "单.xlsx 第 2 行 D 列「金额」" and "公式还没有算出结果" in problem.message
    assert [row.state for row in found.rows] == [State.FAILED, State.NEW]
    found.set_cell(1, "amount", "6")
    assert found.ready and found.rows[0].values["amount"] == 600


def test_preview_is_a_table_of_texts() -> None:
    found = make(["P1", 1000, 3.6, dt.date(2026, 6, 18), 3600], ["P2", "x", 1])
    preview = found.preview()
    assert preview.titles == ("行", "状态", "产品", "数量", "单价", "金额", "交货日期", "规格", "加急", "说明")
    assert preview.rows[0] == ("3", "新增", "P1", "1,000", "3.60", "3,600.00", "2026-06-18", "", "", "")
    assert preview.rows[1][:4] == ("4", "有错", "P2", "x") and preview.rows[1][-1]
    assert found.preview(only=State.FAILED).rows == preview.rows[1:]
    assert len(found.preview(1).rows) == 1


def test_no_data_and_no_table() -> None:
    assert texts(make().problems) == ["订单.xlsx：表头下面没有数据。请检查选的表对不对"]
    with pytest.raises(Refused, match="空的"):
        plan([], LINE)


def test_ten_thousand_rows() -> None:
    rows = [
        [f"P{n % 200}", n % 90 + 1, 3.6 + n % 7, dt.date(2026, 1, 1) + dt.timedelta(n % 200)] for n in range(10_000)
    ]
    found = make(*rows)
    assert found.ready and found.counts[State.NEW] == 10_000
    assert found.rows[-1].values["due"] == (dt.date(2026, 1, 1) + dt.timedelta(9_999 % 200)).isoformat()


def test_remembered_headings_find_the_row_of_headings() -> None:
    table: list[list[Any]] = [["Order", "No", "of", "ACME"], ["Item", "Pcs", "Cost", "x"], ["P1", 3, 2, "y"]]
    found = plan(table, LINE, Mapping({"product": "item", "qty": "pcs", "price": "cost"}))
    assert found.header.row_index == 1 and found.ready
    assert found.rows[0].values == {"product": "P1", "qty": 3000, "price": 20000}


def test_cells_merged_over_lines_hold_for_each_line() -> None:
    table: list[list[Any]] = [["货号", "数量", "单价"], ["P1", 3, 2], [None, 4, None], ["P2", 5, 1]]
    found = plan(table, LINE, merged=((1, 0, 2, 0), (1, 2, 2, 2), (1, 1, 2, 1)))
    assert [row.values["product"] for row in found.rows] == ["P1", "P1", "P2"]
    assert [row.values["price"] for row in found.rows] == [20000, 20000, 10000]
    assert [row.values["qty"] for row in found.rows] == [3000, 4000, 5000]


def test_headings_where_the_clerk_points() -> None:
    table: list[list[Any]] = [["数量", "单价"], ["甲", "数量"], ["P1", 3], ["P2", 4]]
    header = header_at(table, 1, 1, titles_of(LINE.typed_fields))
    assert (header.columns, header.unknown) == ({"qty": 1}, [(0, "甲")])
    assert plan(table, LINE, header=header).remap({"product": 0}).rows[1].values == {"product": "P2", "qty": 4000}


def test_many_cells_at_once_and_places_that_are_no_data() -> None:
    found = make(["P1", "若干", 2], ["P2", "若干", "x"])
    found.set_cells({(2, "qty"): 3, (3, "qty"): "4", (3, "price"): "1.5"})
    assert found.ready and [row.values["qty"] for row in found.rows] == [3000, 4000]
    with pytest.raises(Refused, match="第 99 行不是数据行"):
        found.set_cell(98, "qty", 1)
    with pytest.raises(Refused, match="改不了"):
        plan([["货号", "数量", "单价"], ["P1", 1, 1]], LINE).set_cell(1, "spec", "x")


def test_mapping_may_be_written_by_hand() -> None:
    table: list[list[Any]] = [["货号", "数量", "单价", "备 货:"], ["P1", 3, 2, 9]]
    assert plan(table, LINE, Mapping.from_wire({"columns": {"qty": "备货"}})).rows[0].values["qty"] == 9000
    assert plan(table, LINE, Mapping.from_wire({"columns": {"qty": "备 货:"}})).rows[0].values["qty"] == 9000
