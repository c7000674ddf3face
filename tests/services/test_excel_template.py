"""The company's own Excel form: what points at the repeated row or below it follows, everything else stays as it is."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from salesdesk.domain.errors import Refused
from salesdesk.services.excel_template import fill, losses, words_in

KEYS = ("序号", "名称", "金额")
HEAD = {"公司": "安正", "期间": "2026 年 5 月", "总额": Decimal("600.00")}
ROWS = [{"序号": n, "名称": f"客户{n}", "金额": Decimal(100 * n)} for n in (1, 2, 3)]


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A form with all that companies put into theirs; the row that repeats is the fifth."""
    book = Workbook()
    sheet = book.active
    sheet.title = "月 报"
    sheet["A1"] = "{{公司}} 月报"
    sheet.merge_cells("A1:E1")
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=18), Alignment(horizontal="center")
    sheet["A2"] = CellRichText("期间：", TextBlock(InlineFont(b=True), "{{期间}}"), " 完")
    for column, title in enumerate(("序号", "客户", "金额", "占比", "累计"), 1):
        sheet.cell(4, column, title)
    for column, text in enumerate(("{{序号}}", "{{名称}}", "{{金额}}", "=C5/C$6", "=SUM(C$5:C5)"), 1):
        sheet.cell(5, column, text).border = Border(bottom=Side("thin"))
    sheet["A6"], sheet["C6"], sheet["D6"] = "合计", "=SUM(C5:C5)", ArrayFormula("D6", "=SUM(C5:C5*1.13)")
    sheet["A8"], sheet["C8"], sheet["A9"] = "制表：", "审核：", '="共"&COUNTA(B5:B5)&"家"'
    sheet.merge_cells("A8:B8")
    sheet["F6"] = "=not a formula"
    sheet["F6"].data_type = "s"
    for row, height in ((5, 22), (6, 30), (8, 40)):
        sheet.row_dimensions[row].height = height
    sheet.column_dimensions["B"].width, sheet.column_dimensions["G"].hidden = 33, True
    sheet.print_area, sheet.print_title_rows, sheet.auto_filter.ref = "A1:E9", "1:4", "A4:E5"
    sheet.freeze_panes, sheet.oddFooter.center.text = "A5", "第 &P 页 {{期间}}"
    yellow = PatternFill("solid", bgColor="FFFF00")
    sheet.conditional_formatting.add("C5:C5", FormulaRule(formula=["$C5>$C$6/2"], fill=yellow))
    sheet.conditional_formatting.add("C6", CellIsRule(operator="lessThan", formula=["$C$8"], fill=yellow))
    entry = DataValidation(type="list", formula1="$H$5:$H$6")
    entry.add("E8")
    sheet.add_data_validation(entry)
    sheet.defined_names["本表合计"] = DefinedName("本表合计", attr_text="'月 报'!$C$6")
    book.defined_names["合计格"] = DefinedName("合计格", attr_text="'月 报'!$C$6")
    book.defined_names["总额"] = DefinedName("总额", attr_text="'汇总'!$B$1")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=4, max_row=5), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=5, max_row=5))
    sheet.add_chart(chart, "A12")
    other = book.create_sheet("汇总")
    other["A2"], other["A3"], other["A4"] = "='月 报'!C6", "=合计格*2", "=C5"
    listed = book.create_sheet("清单")
    listed.append(["名称", "值"])
    listed.append(["甲", 1])
    listed.add_table(Table(displayName="清单表", ref="A1:B2"))
    path = tmp_path / "公司月报.xlsx"
    book.save(path)
    return path


def filled(form: Path, rows: list[dict[str, Any]]) -> Any:
    return load_workbook(BytesIO(fill(form, HEAD, rows, KEYS)), rich_text=True)


def test_whatever_points_at_the_row_or_below_it_follows(form: Path) -> None:
    book = filled(form, ROWS)
    sheet = book["月 报"]
    assert [[sheet.cell(r, c).value for c in range(1, 6)] for r in (5, 6, 7)] == [
        [1, "客户1", 100, "=C5/C$8", "=SUM(C$5:C5)"],
        [2, "客户2", 200, "=C6/C$8", "=SUM(C$5:C6)"],
        [3, "客户3", 300, "=C7/C$8", "=SUM(C$5:C7)"],
    ]
    assert sheet["C8"].value == "=SUM(C5:C7)" and sheet["A11"].value == '="共"&COUNTA(B5:B7)&"家"'
    assert (sheet["D8"].value.ref, sheet["D8"].value.text) == ("D8", "=SUM(C5:C7*1.13)")
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:E1", "A10:B10"}
    assert sheet.print_area == "'月 报'!$A$1:$E$11" and sheet.print_title_rows == "$1:$4"
    assert sheet.auto_filter.ref == "A4:E7" and sheet.freeze_panes == "A5"
    assert {str(one.sqref): one.rules[0].formula for one in sheet.conditional_formatting} == {
        "C5:C7": ["$C5>$C$8/2"], "C8": ["$C$10"],
    }  # fmt: skip
    entry = sheet.data_validations.dataValidation[0]
    assert (str(entry.sqref), entry.formula1) == ("E10", "$H$5:$H$8")
    assert book.defined_names["合计格"].attr_text == sheet.defined_names["本表合计"].attr_text == "'月 报'!$C$8"
    assert [book["汇总"][cell].value for cell in ("B1", "A2", "A3", "A4")] == [600, "='月 报'!C8", "=合计格*2", "=C5"]
    series = sheet._charts[0].series[0]
    refs = (series.tx.strRef.f, series.val.numRef.f, series.cat.numRef.f)
    assert refs == ("'月 报'!C4", "'月 报'!$C$5:$C$7", "'月 报'!$B$5:$B$7")
    assert sheet._charts[0].anchor._from.row == 13 and book["清单"].tables["清单表"].ref == "A1:B2"


def test_looks_and_words_stay_where_they_are(form: Path) -> None:
    book = filled(form, ROWS)
    sheet = book["月 报"]
    assert (sheet["A1"].value, sheet["A1"].font.size, sheet["A1"].alignment.horizontal) == ("安正 月报", 18, "center")
    told = sheet["A2"].value
    assert str(told) == "期间：2026 年 5 月 完" and told[1].font.b and told[1].text == "2026 年 5 月"
    assert sheet.oddFooter.center.text == "第 &P 页 2026 年 5 月" and sheet["F8"].value == "=not a formula"
    assert sheet["F8"].data_type == "s" and all(sheet.cell(r, 2).border.bottom.style == "thin" for r in (5, 6, 7))
    assert {r: sheet.row_dimensions[r].height for r in (5, 6, 7, 8, 10)} == {5: 22, 6: 22, 7: 22, 8: 30, 10: 40}
    assert sheet.column_dimensions["B"].width == 33 and sheet.column_dimensions["G"].hidden
    assert book.calculation.fullCalcOnLoad and words_in(form) >= {"公司", "期间", "名称", "总额"}


@pytest.mark.parametrize("count", [0, 1])
def test_without_further_rows_nothing_moves(form: Path, count: int) -> None:
    before, sheet = load_workbook(form)["月 报"], filled(form, ROWS[:count])["月 报"]
    assert sheet["B5"].value == ("客户1" if count else None)
    for cell in ("D5", "E5", "C6", "A8", "A9"):
        assert sheet[cell].value == before[cell].value
    assert sheet.print_area == before.print_area and sheet.row_dimensions[6].height == 30


def test_a_row_that_spans_merged_cells_and_a_frame_around_it(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet["A2"], sheet["B2"], sheet["D2"] = "客户", "{{名称}}", "{{金额}}"
    sheet.merge_cells("B2:C2")
    sheet["A1"] = "区"
    sheet["E1"] = "竖"
    sheet.merge_cells("E1:E3")
    sheet["D3"] = "=SUM(D2:D2)"
    path = tmp_path / "合并.xlsx"
    book.save(path)
    made = load_workbook(BytesIO(fill(path, {}, ROWS, KEYS))).active
    assert {str(area) for area in made.merged_cells.ranges} == {"B2:C2", "B3:C3", "B4:C4", "E1:E5"}
    assert [made.cell(r, 2).value for r in (2, 3, 4)] == ["客户1", "客户2", "客户3"] and made[
        "D5"
    ].value == "=SUM(D2:D4)"


def test_macros_stay_only_where_the_file_keeps_its_ending(form: Path, tmp_path: Path) -> None:
    """A .xlsm without its macros part but with the ending, or the other way round, is a file Excel refuses."""
    macros = tmp_path / "带宏.xlsm"
    with zipfile.ZipFile(form) as source, zipfile.ZipFile(macros, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "[Content_Types].xml":
                text = text.replace(b"spreadsheetml.sheet.main+xml", b"!").replace(
                    b"application/vnd.openxmlformats-officedocument.!",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
                text = text.replace(
                    b"</Types>",
                    b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                )
            target.writestr(name, text)
        target.writestr("xl/vbaProject.bin", b"macros")

    def kind(content: bytes) -> tuple[bool, bool]:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return "xl/vbaProject.bin" in package.namelist(), b"macroEnabled" in package.read("[Content_Types].xml")

    assert kind(fill(macros, HEAD, ROWS, KEYS, macros=True)) == (True, True)
    assert kind(fill(macros, HEAD, ROWS, KEYS)) == (False, False)


def test_what_cannot_be_kept_is_told(form: Path, tmp_path: Path) -> None:
    assert losses(form) == []
    shapes = tmp_path / "有图形.xlsx"
    with zipfile.ZipFile(form) as source, zipfile.ZipFile(shapes, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/drawings/drawing1.xml":
                text = text.replace(b"</wsDr>", b"<xdr:sp xmlns:xdr='x'></xdr:sp></wsDr>")
            target.writestr(name, text)
        target.writestr("xl/ctrlProps/ctrlProp1.xml", b"<formControlPr/>")
    told = [problem.message for problem in losses(shapes)]
    assert told == ["模板里的文本框、图形填好以后没有了", "模板里的按钮、控件填好以后没有了"]
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK nothing")
    for ask in (lambda: losses(broken), lambda: fill(broken, HEAD, ROWS, KEYS)):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.problems[0].code == "template.broken"
