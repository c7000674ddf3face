"""Papers of the supplies desk: 采购计划, 采购单, 验收单, 领用单 in two copies, blind 盘点表 and the 盘点报告."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.domain.money import amount_in_words
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.count_model import COUNT, RESULT, SHEET
from salesdesk.modules.supplies.issue_model import ISSUE
from salesdesk.modules.supplies.purchase_model import ARRIVAL, ORDER, PLAN
from salesdesk.modules.supplies.rules import MONEY, PRICE, QTY
from salesdesk.persistence.reading import Reader
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, paper_verbs

SETTING = "print.supply_paper"
PAPERS = (("A4", "A4"), ("A5L", "A5 横向"))
FLAT = (("A4L", "A4 横向"), ("A4", "A4"))
_SEQ = SheetColumn("序", 4, "center", "code")
_CODE = SheetColumn("编码", 10, "left", "code")
_UNIT = SheetColumn("单位", 6, "center")


def _goods(line: Row) -> str:
    return " ".join(filter(None, (line["supply.name"], line["supply.spec"])))


def _sheet(printing: Printing, title: str, row: Row, **more: object) -> Sheet:
    return Sheet(
        title=title,
        company=printing.company,
        number=str(row["number"]),
        sign_boxes=True,
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
        **more,  # type: ignore[arg-type]
    )


def plan_sheet(printing: Printing, row: Row) -> Sheet:
    """采购计划: each line with its formula in words, and what is left of the budget."""
    reader = printing.reader
    lines = queries.lines_with_items(reader, "supply_plan_line", "plan", str(row["uid"]))
    budget = "没设" if row["budget"] is None else f"{MONEY.show(row['budget'])} 元"
    rest = row["left"] or 0
    left = (
        "" if row["left"] is None else f"{MONEY.show(rest)} 元" if rest >= 0 else f"没有了，超 {MONEY.show(-rest)} 元"
    )
    return _sheet(
        printing,
        "办公用品采购计划",
        row,
        pairs=(
            ("日期", str(row["day"])),
            ("预算月份", f"{row['month']}　预算 {budget}"),
            ("已下单", f"{MONEY.show(row['spent'] or 0)} 元"),
            ("这份以后还剩", left),
        ),
        columns=(
            _SEQ, SheetColumn("用品", 22), _UNIT, SheetColumn("数量", 8, kind="number"), SheetColumn("单价", 8, kind="number"),
            SheetColumn("金额", 9, kind="number"), SheetColumn("供应商", 14), SheetColumn("怎么算的", 30),
        ),
        rows=tuple(
            (
                str(i), _goods(one), str(one["supply.unit"] or ""), QTY.show(one["qty"]), PRICE.show(one["price"]),
                MONEY.show(one["amount"]), reader.named("supply_vendor", one["vendor"]), str(one["words"] or ""),
            )
            for i, one in enumerate(lines, 1)
        ),
        totals=("", "合计", "", "", "", MONEY.show(row["amount"]), "", ""),
        notes=(("备注", str(row["note"])),) if row["note"] else (),
        signatures=(Signature("编制", printing.operator), Signature("审核"), Signature("批准", str(row["approved_by"] or ""))),
    )  # fmt: skip


def order_sheet(printing: Printing, row: Row) -> Sheet:
    """采购单 for the vendor."""
    reader = printing.reader
    lines = queries.lines_with_items(reader, "supply_order_line", "order", str(row["uid"]))
    vendor = reader.get("supply_vendor", row["vendor"]) or {}
    return _sheet(
        printing,
        "办公用品采购单",
        row,
        pairs=(
            ("供应商", str(vendor.get("name") or "")),
            ("下单日期", str(row["day"])),
            ("联系人", str(vendor.get("contact") or "")),
            ("应到日期", str(row["due"] or "")),
        ),
        columns=(
            _SEQ, _CODE, SheetColumn("用品", 28), _UNIT, SheetColumn("数量", 9, kind="number"),
            SheetColumn("单价", 9, kind="number"), SheetColumn("金额", 11, kind="number"), SheetColumn("备注", 14),
        ),
        rows=tuple(
            (
                str(i), str(one["supply.code"]), _goods(one), str(one["supply.unit"] or ""), QTY.show(one["qty"]),
                PRICE.show(one["price"]), MONEY.show(one["amount"]), str(one["note"] or ""),
            )
            for i, one in enumerate(lines, 1)
        ),
        totals=("", "", "合计", "", "", "", MONEY.show(row["amount"]), ""),
        words=amount_in_words(row["amount"]),
        words_amount=MONEY.show(row["amount"]),
        notes=(("备注", str(row["note"])),) if row["note"] else (),
        signatures=(Signature("采购", printing.operator), Signature("批准"), Signature("供应商确认")),
    )  # fmt: skip


def arrival_sheet(printing: Printing, row: Row) -> Sheet:
    """验收单: what should have come, what came, what was kept, and why the rest was not."""
    reader = printing.reader
    lines = queries.lines_with_items(reader, "supply_arrival_line", "arrival", str(row["uid"]))
    return _sheet(
        printing,
        "办公用品验收单",
        row,
        pairs=(
            ("供应商", reader.named("supply_vendor", row["vendor"])),
            ("到货日期", str(row["day"])),
            ("采购单", reader.named("supply_order", row["order"])),
            ("送货单号", str(row["note_number"] or "")),
        ),
        columns=(
            _SEQ, SheetColumn("用品", 24), _UNIT, *(SheetColumn(t, 8, kind="number") for t in ("应到", "实到", "收下", "退回")),
            SheetColumn("规格", 7, "center"), SheetColumn("质量", 8, "center"), SheetColumn("差异说明", 20),
        ),
        rows=tuple(
            (
                str(i), _goods(one), str(one["supply.unit"] or ""),
                *(QTY.show(one[key]) for key in ("expected", "sent", "accepted", "returned")),
                "相符" if one["spec"] else "不符", str(one["quality"]), str(one["reason"] or ""),
            )
            for i, one in enumerate(lines, 1)
        ),
        notes=(("入库金额", f"{MONEY.show(row['amount'])} 元"), *((("备注", str(row["note"])),) if row["note"] else ())),
        signatures=(Signature("验收人", str(row["inspector"] or "")), Signature("送货人"), Signature("保管")),
    )  # fmt: skip


def issue_sheet(printing: Printing, row: Row) -> Sheet:
    """领用单 in two copies: one stays here signed, one goes with the goods."""
    reader = printing.reader
    lines = queries.lines_with_items(reader, "supply_issue_line", "issue", str(row["uid"]))
    lent = row["kind"] == "lend"
    pairs = [
        ("借用人" if lent else "领用人", reader.named("staff", row["staff"])),
        ("日期", str(row["day"])),
        ("部门", str(row["department"] or "")),
        ("归还日期", str(row["due"] or "")) if lent else ("用途", str(row["purpose"] or "")),
    ]
    return _sheet(
        printing,
        "办公用品借用单" if lent else "办公用品领用单",
        row,
        pairs=tuple(pairs),
        columns=(
            _SEQ, _CODE, SheetColumn("用品", 32), _UNIT, SheetColumn("数量", 9, kind="number"),
            SheetColumn("金额", 11, kind="number"), SheetColumn("备注", 18),
        ),
        rows=tuple(
            (
                str(i), str(one["supply.code"]), _goods(one), str(one["supply.unit"] or ""), QTY.show(one["qty"]),
                MONEY.show(one["amount"]), str(one["note"] or ""),
            )
            for i, one in enumerate(lines, 1)
        ),
        totals=("", "", "合计", "", "", MONEY.show(row["amount"]), ""),
        notes=(("备注", str(row["note"])),) if row["note"] else (),
        signatures=(Signature("发放", printing.operator), Signature("借用人签字" if lent else "领用人签字"), Signature("部门负责人")),
        copies=("存根联", "领用人联"),
        separate_copies=True,
    )  # fmt: skip


def count_sheet(printing: Printing, row: Row) -> Sheet:
    """盘点表: blind; the books are nowhere on it, the counted quantity is written by hand."""
    reader = printing.reader
    lines = queries.lines_with_items(reader, "supply_entry", "sheet", str(row["uid"]))
    return _sheet(
        printing,
        "办公用品盘点表" if row["turn"] == 1 else "办公用品复盘表",
        row,
        pairs=(
            ("盘点单", reader.named("supply_count", row["count"])),
            ("盘点人", str(row["counter"])),
            ("品种", f"{len(lines)} 种"),
            ("盘点时间", ""),
        ),
        columns=(
            _SEQ, SheetColumn("位置", 12), _CODE, SheetColumn("用品", 32), _UNIT, SheetColumn("实盘数", 14),
            SheetColumn("备注", 16),
        ),
        rows=tuple(
            (
                str(i), str(one["supply.place"] or ""), str(one["supply.code"]), _goods(one), str(one["supply.unit"] or ""),
                "", "",
            )
            for i, one in enumerate(lines, 1)
        ),
        notes=(("说明", "按实物点数填写，一件也没有填 0；包装没拆的按最小单位折算。"),),
        signatures=(Signature("盘点人"), Signature("监盘")),
    )  # fmt: skip


def report_sheet(printing: Printing, row: Row) -> Sheet:
    """盘点报告: every row, those that agreed too, as proof; differences with their reasons; the 账实相符率."""
    reader: Reader = printing.reader
    lines = queries.lines_with_items(reader, "supply_count_line", "count", str(row["uid"]))
    return _sheet(
        printing,
        "办公用品盘点报告",
        row,
        pairs=(
            ("范围", "、".join(filter(None, (row["category"], row["place"]))) or "全部用品"),
            ("盘点人", str(row["counters"])),
            ("账实相符率", f"{COUNT['rate'].kind.show(row['rate'])}（{row['equal'] or 0}/{row['rows']}）"),
            ("盘亏／盘盈", f"{MONEY.show(row['short'] or 0)} ／ {MONEY.show(row['over'] or 0)} 元"),
        ),
        columns=(
            _SEQ, _CODE, SheetColumn("用品", 26), _UNIT, *(SheetColumn(t, 8, kind="number") for t in ("账面", "实盘", "差异")),
            SheetColumn("差异金额", 10, kind="number"), SheetColumn("结果和原因", 22),
        ),
        rows=tuple(
            (
                str(i), str(one["supply.code"]), _goods(one), str(one["supply.unit"] or ""),
                *(QTY.show(one[key]) for key in ("book", "counted", "difference")), MONEY.show(one["amount"]),
                "：".join(filter(None, (" ".join(filter(None, (RESULT.show(one["result"]), one["why"]))), one["note"]))),
            )
            for i, one in enumerate(lines, 1)
        ),
        notes=(("备注", str(row["note"])),) if row["note"] else (),
        signatures=(Signature("盘点人"), Signature("保管"), Signature("负责人")),
    )  # fmt: skip


VERBS = (
    *paper_verbs("supply_plan", "采购计划", PLAN, plan_sheet, "print.list_paper", FLAT),
    *paper_verbs("supply_order", "采购单", ORDER, order_sheet, SETTING, PAPERS),
    *paper_verbs("supply_arrival", "验收单", ARRIVAL, arrival_sheet, SETTING, PAPERS),
    *paper_verbs("supply_issue", "领用单", ISSUE, issue_sheet, SETTING, PAPERS),
    *paper_verbs("supply_sheet", "盘点表", SHEET, count_sheet, SETTING, PAPERS),
    *paper_verbs("supply_count", "盘点报告", COUNT, report_sheet, "print.list_paper", FLAT),
)
