"""Side doors of importing and exporting: what would be refused when typed is refused from a file, and files go only where they may."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    assert check_all(made.database, made.folder).lines[0].startswith("数据完好")
    made.close()


def workbook(folder: Path, rows: Sequence[Sequence[Any]], merge: str = "", name: str = "表.xlsx") -> str:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    book.save(folder / name)
    return str(folder / name)


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    return [p.code for p in fault.value.problems]


class TestOrders:
    def test_confirming_while_importing_wants_the_same_reasons(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("编码", "数量", "单价"), ("P10012", 5, 39)])
        args = {"file": file, "customer": "C00042", "confirm": True}
        assert codes(desk, "order.import", args) == ["below_floor"]
        assert desk.rows("sales_order") == []
        desk.do("order.import", {**args, "reason": "主管同意"})
        [order] = desk.rows("sales_order")
        assert order["stage"] == "confirmed" and desk.history("sales_order", order["uid"])[0].reason == "主管同意"

    def test_drafts_are_only_told(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("编码", "数量", "单价"), ("P10012", 5, 39)])
        outcome = desk.do("order.import", {"file": file, "customer": "C00042"})
        assert "below_floor" in [p.code for p in outcome.problems]

    def test_an_order_number_merged_over_its_lines_counts_for_each(self, desk: Desk, tmp_path: Path) -> None:
        rows = [("采购单号", "编码", "数量", "单价"), ("PO-1", "P10012", 5, 50), (None, "P20031", 9, 3.2)]
        file = workbook(tmp_path, rows, merge="A2:A3")
        desk.do("order.import", {"file": file, "customer": "C00042"})
        [order] = desk.rows("sales_order")
        assert order["customer_po"] == "PO-1" and len(desk.lines("order_line", order["uid"])) == 2

    def test_cents_lost_by_counting_in_pieces_are_told(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("编码", "数量", "单位", "单价"), ("P10012", 100, "箱", 600.05)])
        outcome = desk.do("order.import", {"file": file, "customer": "C00042"})
        [line] = desk.lines("order_line", outcome.uid)
        assert (line["qty"], line["price"], line["amount"]) == (1_200_000, 500_042, 6_000_504)
        assert any(p.code == "pack_rounding" and "0.04" in p.message for p in outcome.problems)

    def test_what_is_not_a_whole_number_of_pieces_is_refused(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("编码", "数量", "单位", "单价"), ("P10012", 0.333, "箱", 600)])
        desk.do("order.check_import", {"file": file, "customer": "C00042"})
        desk.do("product.save", {"uid": desk.rows("product")[0]["uid"], "pack_qty": "12.5"})
        assert codes(desk, "order.import", {"file": file, "customer": "C00042"}) == ["pack_rest"]

    def test_a_file_without_quantities_says_so(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("编码", "单价"), ("P10012", 50)])
        told = desk.do("order.check_import", {"file": file, "customer": "C00042"})
        assert ("import.no_column", "columns/qty") in [(p.code, p.path) for p in told.problems]
        assert codes(desk, "order.import", {"file": file, "customer": "C00042"}) == ["import.no_column"]


class TestRegisters:
    def test_a_new_code_is_a_new_product_though_the_name_is_known(self, desk: Desk, tmp_path: Path) -> None:
        rows = [("产品编码", "产品名称", "规格", "单位"), ("P99999", "不锈钢球阀 DN25", "316", "只")]
        desk.do("product.import", {"file": workbook(tmp_path, rows)})
        assert [r["code"] for r in desk.rows("product") if r["name"] == "不锈钢球阀 DN25"] == ["P10012", "P99999"]

    def test_a_code_is_given_to_the_one_customer_that_had_none(self, desk: Desk, tmp_path: Path) -> None:
        uid = desk.do("customer.save", {"name": "三江机电"}).uid
        desk.do("customer.import", {"file": workbook(tmp_path, [("客户编码", "客户名称"), ("C9", "三江机电")])})
        assert [r["uid"] for r in desk.rows("customer") if r["code"] == "C9"] == [uid]

    def test_a_file_without_unit_column_takes_the_default(self, desk: Desk, tmp_path: Path) -> None:
        rows = [("产品编码", "产品名称", "税率"), ("P7", "法兰", 0.135)]
        desk.do("product.import", {"file": workbook(tmp_path, rows)})
        [made] = [r for r in desk.rows("product") if r["code"] == "P7"]
        assert (made["unit"], made["tax_rate"]) == ("只", 1350)

    def test_what_wants_a_reason_wants_it_from_a_file_too(self, desk: Desk, tmp_path: Path) -> None:
        tax = "91320594MA1MHBX57D"
        from salesdesk.domain.text import tax_id_check_digit

        tax = tax[:17] + (tax_id_check_digit(tax[:17]) or "")
        desk.do("customer.save", {"name": "甲公司", "tax_id": tax})
        file = workbook(tmp_path, [("客户名称", "税号"), ("甲公司二部", tax)])
        assert codes(desk, "customer.import", {"file": file}) == ["same_tax_id"]
        outcome = desk.do("customer.import", {"file": file, "reason": "分公司"})
        assert [p.code for p in outcome.problems] == ["same_tax_id"]

    def test_an_unknown_category_is_told_with_the_ones_there_are(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("产品编码", "产品名称", "类别"), ("P7", "法兰", "阀们")])
        with pytest.raises(Refused, match="改成已有的（阀门）") as fault:
            desk.do("product.import", {"file": file})
        assert "先新建产品类别「阀们」" in str(fault.value) and "第 2 行 C 列「类别」" in str(fault.value)

    def test_what_the_file_itself_hides_is_told(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("客户名称", "备注"), ("乙公司", "=1/0*A1")])
        told = desk.do("customer.check_import", {"file": file}).problems
        assert any(p.code == "excel.formula_no_result" and p.place for p in told)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("edits", "[1]"),
            ("edits", '{"x/name": "a"}'),
            ("edits", '{"2/name": {}}'),
            ("edits", "{坏的"),
            ("skip", '["二"]'),
            ("skip", "3"),
            ("mapping", "[]x"),
        ],
    )
    def test_orders_of_the_preview_that_make_no_sense_are_refused(
        self, desk: Desk, tmp_path: Path, key: str, value: str
    ) -> None:
        file = workbook(tmp_path, [("客户名称",), ("乙公司",)])
        assert codes(desk, "customer.import", {"file": file, key: value}) == ["bad_json"]

    def test_an_edit_of_a_cell_counts(self, desk: Desk, tmp_path: Path) -> None:
        file = workbook(tmp_path, [("客户名称", "区域"), ("乙公司", None), ("丙公司", None)])
        desk.do("customer.import", {"file": file, "edits": '{"2/region": "华东", "3/region": "华北"}', "skip": "[3]"})
        assert [r["region"] for r in desk.rows("customer") if r["name"] in ("乙公司", "丙公司")] == ["华东"]


class TestExport:
    def test_only_conditions_that_fit_reach_the_database(self, desk: Desk, tmp_path: Path) -> None:
        target = str(tmp_path / "客户.xlsx")
        for where in (
            '[["name", "= 1 OR 1=1 --", "x"]]',
            '[["nope", "=", 1]]',
            '[["name", "="]]x',
            "[1]",
            '[["name"]]',
        ):
            assert codes(desk, "customer.export", {"file": target, "where": where}) == ["bad_json"]
        where = json.dumps([["code", "in", ["C00042", "x"]], ["name", "contains", "华源"], ["stopped", "empty"]])
        assert desk.do("customer.export", {"file": target, "where": where}).data["rows"] == 1

    @pytest.mark.parametrize(
        ("verb", "key"), [("customer.export", "file"), ("customer.print_list", "out"), ("order.preview", "out")]
    )
    def test_no_output_takes_the_place_of_the_data_file(self, desk: Desk, verb: str, key: str) -> None:
        order = desk.do("order.save", order_args(("P10012", "1", "50")))
        desk.settings.put("operator.role", "viewer")
        args = {
            key: str(desk.folder / "salesdesk.db"),
            **({"uid": order.uid} if key == "out" and "order" in verb else {}),
        }
        assert codes(desk, verb, args) == ["file.suffix"]

    def test_a_folder_that_cannot_be_made_is_the_environments_fault(self, desk: Desk, tmp_path: Path) -> None:
        (tmp_path / "挡路").write_text("", encoding="utf-8")
        with pytest.raises(EnvironmentFault):
            desk.do("customer.print_list", {"out": str(tmp_path / "挡路" / "清单.pdf")})

    def test_no_phone_goes_on_a_printed_list(self, desk: Desk, tmp_path: Path) -> None:
        from tests.services.pdf_reading import texts_of

        def printed() -> str:
            made = desk.do("customer.print_list", {"out": str(tmp_path / "清单.pdf")})
            return "".join(texts_of(Path(made.data["file"]).read_bytes()))

        assert "138 1288 6021" not in printed()
        desk.settings.put("operator.role", "viewer")
        assert "138 1288 6021" not in printed()


def test_percent_and_underscore_are_no_wildcards(desk: Desk) -> None:
    from salesdesk.persistence.listing import Query

    desk.do("order.save", {**order_args(("P10012", "1", "50")), "customer_po": "PO_1"})
    desk.do("order.save", {**order_args(("P20031", "1", "3")), "customer_po": "POx1"})
    found = [r["customer_po"] for r in desk.rows("sales_order", Query(text="po_1"))]
    assert found == ["PO_1"] and desk.rows("sales_order", Query(text="%")) == []
