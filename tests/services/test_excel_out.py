"""What the program exports opens in Excel as it should: real numbers and dates, texts that stay texts, whole or not at all."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.kinds import (
    Choice,
    Day,
    Flag,
    Int,
    Kind,
    Link,
    Money,
    Note,
    Option,
    Price,
    Qty,
    Rate,
    Stamp,
    Text,
    Value,
)
from salesdesk.services import excel_out
from salesdesk.services.excel_in import open_workbook
from salesdesk.services.excel_out import Column, column_letters, sheet_name, write_table

COLUMNS = [
    Column("订单号", Text(), 18),
    Column("客户", Link(entity="customer")),
    Column("日期", Day()),
    Column("登记时间", Stamp()),
    Column("数量", Qty()),
    Column("单价", Price()),
    Column("金额", Money()),
    Column("税率", Rate()),
    Column("行数", Int()),
    Column("加急", Flag()),
    Column("状态", Choice(options=(Option("open", "未完成"),))),
    Column("备注", Note()),
]
ROWS: list[tuple[Value, ...]] = [
    (
        "XS-1",
        "甲 & 乙 <公司>",
        "2026-06-18",
        "2026-06-18T10:24:31",
        12500,
        36001,
        123456,
        1300,
        5,
        1,
        "open",
        "第一行\n第二行",
    ),
    ("XS-2", None, None, None, -12000, 1_200_000, -5, 600, -1, 0, None, None),
]


def test_types_and_formats_survive_into_excel(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    assert write_table(path, "销售订单", COLUMNS, ROWS) == 2
    sheet = openpyxl.load_workbook(path)["销售订单"]
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        "XS-1", "甲 & 乙 <公司>", dt.datetime(2026, 6, 18), dt.datetime(2026, 6, 18, 10, 24, 31), 12.5, 3.6001, 1234.56,
        0.13, 5, "是", "未完成", "第一行\n第二行",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[3]][3:] == [None, -12, 120, -0.05, 0.06, -1, "否", None, None]
    assert [sheet.cell(2, n).number_format for n in (3, 4, 5, 6, 7, 8, 9)] == [
        "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0.###", "#,##0.00##", "#,##0.00", "0%", "#,##0",
    ]  # fmt: skip
    assert sheet.cell(3, 5).number_format == "#,##0"


def test_sheet_is_ready_to_work_with(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    write_table(path, "一/二:'三'", COLUMNS, ROWS)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.title == "一 二 '三"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:L3"
    assert sheet["A1"].font.b and sheet["A1"].fill.fgColor.rgb == "FFE8EEF7"
    assert sheet.column_dimensions["A"].width == 18
    assert sheet.print_title_rows == "$1:$1"
    assert book.properties.title == "一/二:'三'"


def test_values_come_back_when_the_export_is_imported(tmp_path: Path) -> None:
    for name in ("单.xlsx", "单.csv"):
        write_table(tmp_path / name, "销售订单", COLUMNS, ROWS)
        rows = open_workbook(tmp_path / name).rows()[1:]
        back = [tuple(c.kind.parse(cell) for c, cell in zip(COLUMNS, row, strict=True)) for row in rows]
        stamps = 3 if name.endswith("csv") else None  # CSV shows moments to the minute
        expected = [tuple(v for n, v in enumerate(row) if n != stamps) for row in ROWS]
        assert [tuple(v for n, v in enumerate(row) if n != stamps) for row in back] == expected


@given(st.lists(st.tuples(st.integers(-(10**13), 10**13), st.text(max_size=30)), max_size=8))
def test_any_amount_and_text_survives(tmp_path: Path, rows: list[tuple[int, str]]) -> None:
    path = tmp_path / "任意.xlsx"
    write_table(path, "表", [Column("金额", Money()), Column("文字", Note())], rows)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    for number, (amount, text) in enumerate(rows, 2):
        found = sheet.cell(number, 1).value
        assert isinstance(found, (int, float)) and round(found * 100) == amount
        kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
        kept = kept.replace("\r\n", "\n").replace("\r", "\n")
        assert openpyxl_text(sheet.cell(number, 2).value) == kept


def openpyxl_text(value: object) -> str:
    return "" if value is None else str(value).replace("_x005F_", "_")


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-5", "@sum", "＝1", "\t=1"])
def test_texts_that_look_like_formulas_stay_texts(tmp_path: Path, text: str) -> None:
    columns = [Column("名称", Text()), Column("数", Int())]
    write_table(tmp_path / "单.xlsx", "表", columns, [(text, -5)])
    cell = openpyxl.load_workbook(tmp_path / "单.xlsx").worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s" if cell.data_type == "s" else "inlineStr", True)
    write_table(tmp_path / "单.csv", "表", columns, [(text, -5)])
    content = (tmp_path / "单.csv").read_bytes().decode("utf-8-sig")
    assert content.splitlines()[1] == f"'{text},-5"


def test_excel_escape_lookalikes_and_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    write_table(path, "表", [Column("名称", Text())], [("a_x000D_b",), ("a\x07b\ud800c",), ("长" * 40_000,)])
    rows = open_workbook(path).rows()
    assert rows[1] == ["a_x000D_b"] and rows[2] == ["abc"]
    assert isinstance(rows[3][0], str) and len(rows[3][0]) <= 32_767


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_for_excel(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "单.csv"
    rows: list[tuple[Value, ...]] = [("6222020000001234567", 123456, "2026-06-18", '甲,"乙"', 1300)]
    kinds: list[Kind] = [Text(), Money(), Day(), Text(), Rate()]
    columns = [Column(f"列{n}", kind) for n, kind in enumerate(kinds)]
    assert write_table(path, "表", columns, rows, encoding="gb18030" if encoding == "gb18030" else "utf-8-sig") == 1
    text = path.read_bytes().decode(encoding)
    assert text == '列0,列1,列2,列3,列4\r\n\t6222020000001234567,1234.56,2026-06-18,"甲,""乙""",13%\r\n'
    assert open_workbook(path).rows()[1][:2] == ["6222020000001234567", "1234.56"]


def test_empty_list_gives_a_sheet_with_headings(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    assert write_table(path, "", COLUMNS, []) == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["表1"]
    assert len(open_workbook(path).rows()) == 1


def test_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_table(tmp_path / name, "表", COLUMNS, ROWS)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_many_rows_are_streamed(tmp_path: Path) -> None:
    def rows() -> Iterator[tuple[Value, ...]]:
        for number in range(1003):
            yield (f"P{number}", number * 100)

    path = tmp_path / "单.xlsx"
    assert write_table(path, "表", [Column("编号", Text()), Column("金额", Money())], rows()) == 1003
    found = open_workbook(path).rows()
    assert len(found) == 1004 and found[-1] == ["P1002", 1002]


def test_old_dates_are_written_as_text(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    write_table(path, "表", [Column("日期", Day())], [("1900-02-28",), ("1900-03-01",), ("以后",)])
    cells = [row[0] for row in open_workbook(path).rows()[1:]]
    assert cells == ["1900-02-28", dt.date(1900, 3, 1), "以后"]


def test_too_many_rows_leave_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_out, "MOST_ROWS", 2)
    with pytest.raises(Refused, match=r"单\.xlsx.*CSV"):
        write_table(tmp_path / "单.xlsx", "表", [Column("名", Text())], [("a",)] * 3)
    assert list(tmp_path.iterdir()) == []


def test_failure_in_the_middle_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    path.write_bytes(b"old")

    def rows() -> Iterator[tuple[Value, ...]]:
        yield ("a",)
        raise OSError(28, "No space left on device")

    with pytest.raises(EnvironmentFault, match="磁盘满了"):
        write_table(path, "表", [Column("名", Text())], rows())
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_target_open_in_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "单.xlsx"
    path.write_bytes(b"old")

    def busy(self: Path, target: Path) -> Path:
        error = PermissionError(13, "Access is denied")
        error.winerror = 5  # type: ignore[attr-defined, unused-ignore]
        raise error

    monkeypatch.setattr(Path, "replace", busy)
    monkeypatch.setattr("salesdesk.services.files._PATIENCE", (0.0,))
    with pytest.raises(EnvironmentFault, match=r"单\.xlsx.*打开着.*关闭"):
        write_table(path, "表", [Column("名", Text())], [("a",)])
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_package_names_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    write_table(path, "表", COLUMNS, ROWS)
    with zipfile.ZipFile(path) as pack:
        assert pack.testzip() is None
        assert pack.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("销售订单", "销售订单"),
        ("[a]*?", "a"),
        ("'引'", "引"),
        ("", "表1"),
        ("History", "History表"),
        ("长" * 40, "长" * 31),
    ],
)
def test_sheet_names(title: str, name: str) -> None:
    assert sheet_name(title) == name


def test_column_letters() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_broken_percentages_show_their_decimals(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    write_table(path, "表", [Column("税率", Rate())], [(1350,)])
    cell = openpyxl.load_workbook(path).worksheets[0]["A2"]
    assert (cell.value, cell.number_format) == (0.135, "0.##%")
