"""对账单: figures that add up, frozen; the clerk's own Excel form; many at once; sent, signed, disputed (ORD-8)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.money import statements
from salesdesk.services import excel_template
from tests.desks import order_args, small_desk
from tests.services.pdf_reading import texts_of

BALL = ("P10012", "12", "48.60")  # 583.20
GATE = ("P10013", "4", "92.50")  # 370.00


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def traded(desk: Desk) -> str:
    """A customer with an opening balance, two deliveries, an invoice and a receipt in June."""
    uid = str(desk.rows("customer")[0]["uid"])
    desk.do("customer.save", {"uid": uid, "receivable_day": "2026-05-31"})
    for line, day in ((BALL, "2026-06-02"), (GATE, "2026-06-10")):
        made = desk.do("order.confirm", order_args(line))
        desk.do("order.deliver", {"uid": made.uid, "day": day})
    desk.do("sales_invoice.save", {"number": "26320001", "customer": uid, "day": "2026-06-11"})
    desk.do("receipt.save", {"customer": uid, "amount": "20100", "auto": True})
    return uid


def test_a_statement_adds_up_and_its_ages_are_its_balance(desk: Desk) -> None:
    uid = traded(desk)
    with desk.read() as reader:
        june = statements.figures(reader, uid, "2026-06-01", "2026-06-30")
        july = statements.figures(reader, uid, "2026-07-01", "2026-07-31")
    assert (june.opening, june.delivered, june.invoiced, june.received) == (2_000_000, 95_320, 95_320, 2_010_000)
    assert june.closing == 85_320 == june.entries[-1].balance == sum(june.ages) == july.opening == july.closing
    assert [e.kind for e in june.entries] == ["发货", "发货", "开票", "收款"]
    assert statements.Figures.read(june.text()) == june


def test_a_statement_is_frozen_and_tells_what_changed(desk: Desk) -> None:
    uid = traded(desk)
    made = desk.do("statement.make", {"customer": uid, "month": "2026-06"})
    assert desk.do("statement.compare", {"uid": made.uid}).data["differences"] == []
    desk.do("delivery.void", {"uid": next(r["uid"] for r in desk.rows("delivery") if r["day"] == "2026-06-10")}
            if not desk.rows("sales_invoice") else {"uid": desk.rows("delivery")[0]["uid"], "reason": "退"})  # fmt: skip
    desk.do("receipt.save", {"customer": uid, "amount": "50"})
    told = desk.do("statement.compare", {"uid": made.uid}).data["differences"]
    assert len(told) == 2 and "现在没有了" in told[0] and "是后来加的" in told[1]
    assert desk.row("statement", made.uid)["closing"] == 85_320, "the paper stays as it was"


def test_a_statement_goes_out_comes_back_or_is_disputed(desk: Desk, tmp_path: Path) -> None:
    uid = traded(desk)
    made = desk.do("statement.make", {"customer": uid, "month": "6月".replace("6月", "2026-06")})
    with pytest.raises(Refused):
        desk.do("statement.sign", {"uid": made.uid})
    desk.do("statement.send", {"uid": made.uid, "sent_how": "微信", "sent_to": "王芳"})
    row = desk.row("statement", made.uid) or {}
    assert (row["state"], row["next_day"]) == ("sent", "2026-06-17")
    desk.do("statement.dispute", {"uid": made.uid, "dispute": "6月10日那张没收到"})
    scan = tmp_path / "回签.jpg"
    scan.write_bytes(b"scan")
    desk.do("statement.sign", {"uid": made.uid, "signed_by": "王芳", "files": str(scan)})
    assert (desk.row("statement", made.uid) or {})["state"] == "signed"
    assert [r["name"] for r in desk.rows("attachment")] == ["回签.jpg"]
    with pytest.raises(Refused) as refused:
        desk.do("statement.make", {"customer": uid, "month": "2026-06"})
    assert [p.code for p in refused.value.problems] == ["already_sent"]


def test_a_new_one_takes_the_place_of_an_unsent_one(desk: Desk) -> None:
    uid = traded(desk)
    desk.do("statement.make", {"customer": uid, "month": "2026-06"})
    desk.do("statement.make", {"customer": uid, "month": "2026-06"})
    assert len(desk.rows("statement")) == 1


@pytest.mark.parametrize("month", ["2026-13", "2026-07", "六月", "2026"])
def test_only_months_that_are_there(desk: Desk, month: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.do("statement.make", {"customer": "C00042", "month": month})
    assert [p.code for p in refused.value.problems] == ["month"]


def test_the_paper_tells_it_all(desk: Desk, tmp_path: Path) -> None:
    uid = traded(desk)
    made = desk.do("statement.make", {"customer": uid, "month": "2026-06"})
    out = tmp_path / "对账单.pdf"
    desk.do("statement.print", {"uid": made.uid, "out": str(out)})
    text = "".join(texts_of(out.read_bytes()))
    for word in ("对账单", "苏州华源贸易有限公司", "20,000.00", "583.20", "853.20", "捌佰伍拾叁元贰角", "未到期"):
        assert word in text.replace("　", ""), word


def test_many_at_once_with_progress_and_a_way_to_stop(desk: Desk, tmp_path: Path) -> None:
    traded(desk)
    desk.do(
        "customer.save", {"uid": desk.rows("customer")[1]["uid"], "receivable": "88", "receivable_day": "2026-05-31"}
    )
    told: list[tuple[int, int]] = []
    folder = tmp_path / "出"
    made = desk.do(
        "statement.batch", {"month": "2026-06", "form": "pdfs", "folder": str(folder)}, lambda d, w: told.append((d, w))
    )
    assert made.data["made"] == 2 and len(list(folder.glob("*.pdf"))) == 2
    assert told[-1][0] == told[-1][1] and len(told) == 5
    desk.do("statement.batch", {"month": "2026-06", "form": "pdf", "folder": str(folder)})
    assert (folder / "对账单 2026-06.pdf").exists()
    before = desk.dump()

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.do("statement.batch", {"month": "2026-06", "form": "none"}, stop)
    assert desk.dump() == before
    desk.do("statement.send", {"uid": desk.rows("statement")[0]["uid"], "sent_how": "邮件"})
    again = desk.do("statement.batch", {"month": "2026-06", "form": "none"})
    assert again.data["made"] == 1 and len(again.data["skipped"]) == 1


def template(path: Path) -> Path:
    """A company's own form: title merged, a header, one row to repeat with a formula, a sum, signatures, print area."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "对账单"
    sheet["A1"], sheet["A1"].font = "{{本公司}} 客户对账单", Font(size=16, bold=True)
    sheet.merge_cells("A1:G1")
    sheet["A2"], sheet["E2"] = "客户：{{客户名称}}", "{{年}} 年 {{月}} 月"
    sheet["A3"], sheet["G3"] = "上期结余", "{{期初}}"
    for c, title in enumerate(("日期", "单号", "品名", "数量", "单价", "金额", "复算"), 1):
        sheet.cell(4, c, title)
    for c, text in enumerate(("{{日期}}", "{{单号}}", "{{品名}}", "{{数量}}", "{{单价}}", "{{发货金额}}", "=D5*E5"), 1):
        cell = sheet.cell(5, c, text)
        cell.border, cell.fill = Border(bottom=Side(style="thin")), PatternFill("solid", fgColor="FFFFEE")
    sheet.row_dimensions[5].height = 21
    sheet["A6"], sheet["F6"], sheet["G6"] = "合计", "=SUM(F5:F5)", "=SUM(G5:G5)-F6"
    sheet["A7"] = "本期应付：{{期末}}（{{期末大写}}）"
    sheet.merge_cells("A7:G7")
    sheet["A9"], sheet["E9"] = "我方签章：", "客户签章："
    sheet.row_dimensions[9].height = 40
    sheet.print_area = "A1:G9"
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "4:4"
    other: Any = book.create_sheet("汇总")
    other["A1"], other["B1"] = "=对账单!F6", None
    book.defined_names["期末"] = DefinedName("期末", attr_text="汇总!$B$1")
    book.save(path)
    return path


def test_the_clerks_own_excel_form_is_filled_and_otherwise_kept(desk: Desk, tmp_path: Path) -> None:
    uid = traded(desk)
    form = template(tmp_path / "模板.xlsx")
    made = desk.do("statement.make", {"customer": uid, "month": "2026-06"})
    assert "客户名称" in desk.do("statement.check_template", {"template": str(form)}).message
    out = tmp_path / "华源.xlsx"
    desk.do("statement.fill", {"uid": made.uid, "template": str(form), "file": str(out)})
    sheet = load_workbook(out)["对账单"]
    assert sheet["A1"].value == "苏州安正阀门有限公司 客户对账单" and sheet["A1"].font.bold
    assert sheet["A2"].value == "客户：苏州华源贸易有限公司" and sheet["E2"].value == "2026 年 6 月"
    assert sheet["G3"].value == 20000
    assert [sheet.cell(r, 2).value is not None for r in (5, 6, 7, 8)] == [True] * 4
    assert sheet["F5"].value == 583.2 and sheet["G6"].value == "=D6*E6" and sheet["F8"].value is None
    assert sheet["A9"].value == "合计" and sheet["F9"].value == "=SUM(F5:F8)" and sheet["G9"].value == "=SUM(G5:G8)-F9"
    assert sheet["A10"].value == "本期应付：853.20（捌佰伍拾叁元贰角整）" or "捌佰伍拾叁元贰角" in sheet["A10"].value
    assert {str(a) for a in sheet.merged_cells.ranges} == {"A1:G1", "A10:G10"}
    assert sheet.row_dimensions[12].height == 40 and sheet.row_dimensions[7].height == 21
    assert sheet["C7"].fill.fgColor.rgb == "00FFFFEE" and sheet["C7"].border.bottom.style == "thin"
    assert sheet.print_area == "'对账单'!$A$1:$G$12" and sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$4:$4"
    other = load_workbook(out)["汇总"]
    assert other["A1"].value == "=对账单!F9" and other["B1"].value == 853.2


def test_a_template_without_rows_left_keeps_its_row_empty(tmp_path: Path) -> None:
    form = template(tmp_path / "模板.xlsx")
    keys = ("日期", "单号", "品名", "数量", "单价", "发货金额")
    head = dict.fromkeys(("本公司", "客户名称", "年", "月", "期初", "期末", "期末大写"), "x")
    sheet = load_workbook(BytesIO(excel_template.fill(form, head, [], keys)))["对账单"]
    assert sheet["A5"].value is None and sheet["F6"].value == "=SUM(F5:F5)"


def test_a_customers_name_never_becomes_a_formula(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "{{客户名称}}"  # type: ignore[index]
    book.save(tmp_path / "t.xlsx")
    made = load_workbook(BytesIO(excel_template.fill(tmp_path / "t.xlsx", {"客户名称": "=1+1"}, [], ())))
    assert made.active["A1"].data_type == "s"  # type: ignore[index]


def test_what_is_wrong_with_a_template_is_told_at_once(desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = "{{客户}}", "{{日期}}", "{{品名}}"
    book.save(tmp_path / "坏.xlsx")
    found = desk.do("statement.check_template", {"template": str(tmp_path / "坏.xlsx")}).problems
    assert [p.code for p in found] == ["template.word", "template.rows"] and "Sheet A1" in found[0].place
    book = Workbook()
    book.save(tmp_path / "空.xlsx")
    assert [p.code for p in desk.do("statement.check_template", {"template": str(tmp_path / "空.xlsx")}).problems] == [
        "template.empty"
    ]
    (tmp_path / "x.xlsx").write_text("no", encoding="utf-8")
    for name, code in (("x.xlsx", "template.broken"), ("x.xls", "template.kind")):
        with pytest.raises(Refused) as refused:
            desk.do("statement.check_template", {"template": str(tmp_path / name)})
        assert [p.code for p in refused.value.problems] == [code]


def test_a_batch_fills_the_form_for_everybody(desk: Desk, tmp_path: Path) -> None:
    traded(desk)
    form = template(tmp_path / "模板.xlsx")
    made = desk.do(
        "statement.batch", {"month": "2026-06", "form": "excel", "template": str(form), "folder": str(tmp_path / "x")}
    )
    assert [Path(f).name for f in made.data["files"]] == ["对账单 2026-06 苏州华源贸易有限公司.xlsx"]
