"""Five hundred 送货单 and 费用报销单 in one PDF, beside a bare canvas that writes as much text; and 100,000 rows to .xlsx."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from salesdesk.domain.kinds import Day, Int, Kind, Money, Price, Qty, Text, Value
from salesdesk.paths import RESOURCES
from tests.bench.measure import Result, in_turn

SHEETS, LINES = 500, 6
COLUMNS = ("序", "编码", "品名", "规格", "单位", "数量", "单价", "金额", "备注")


def line(sheet: int, number: int) -> tuple[str, ...]:
    return (
        str(number + 1),
        f"P{sheet % 400:05}",
        f"不锈钢球阀 DN{number * 5 + 15}",
        "304 / PN16",
        "只",
        "120",
        "48.60",
        "5,832.00",
        "加急",
    )


def print_sheets(rounds: int = 5, sheets: int = SHEETS) -> list[Result]:
    """J6: 500 one-page delivery notes with the embedded Chinese font."""
    from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
    from salesdesk.services.printing import PrintJob, paper, render_many

    columns = tuple(SheetColumn(title, 8) for title in COLUMNS)
    jobs = [
        PrintJob(
            Sheet(
                title="送货单",
                company="苏州安正阀门有限公司",
                number=f"SH2606A-{i:04}",
                pairs=(("客户", f"测试客户{i}有限公司"), ("送货日期", "2026-06-18"), ("地址", "苏州市工业园区星湖街 328 号"), ("订单号", f"XS2606A-{i:04}")),
                columns=columns,
                rows=tuple(line(i, n) for n in range(LINES)),
                signatures=(Signature("制单"), Signature("发货"), Signature("客户签收")),
            ),
            paper("241x140"),
        )
        for i in range(sheets)
    ]  # fmt: skip

    def ours(_: int) -> None:
        assert render_many(jobs).pages == sheets

    def head(i: int) -> tuple[str, ...]:
        return (
            "送货单",
            "苏州安正阀门有限公司",
            f"SH2606A-{i:04}",
            f"测试客户{i}有限公司",
            "2026-06-18",
            "地址 苏州市工业园区星湖街 328 号",
        )

    mine, limit = in_turn(ours, lambda turn: _bare(f"Notes{turn}", head, line, 1, sheets), rounds)
    return [Result(f"{sheets} delivery notes in one PDF", mine, limit, target=1.3)]


def print_claims(rounds: int = 5) -> list[Result]:
    """J6, EXP-5: 500 费用报销单 on the upper half of an A4, with digit boxes and the sum in capitals."""
    from salesdesk.services.papers.shapes import ExpenseClaimSheet, ExpenseLine
    from salesdesk.services.printing import PrintJob, paper, render_many

    def spent(i: int, n: int) -> ExpenseLine:
        return ExpenseLine("业务招待费", f"6月{n + 1}日 苏州 客户来访 {i} 号", 123456 + i * 7 + n, "3 张")

    jobs = [
        PrintJob(
            ExpenseClaimSheet("苏州安正阀门有限公司", "销售一部", f"陈志远{i}", "2026-06-18", f"BX2606A-{i:04}",
                              tuple(spent(i, n) for n in range(LINES)), vouchers=9, loan_fen=50000),
            paper("A4-upper"),
        )
        for i in range(SHEETS)
    ]  # fmt: skip

    def ours(_: int) -> None:
        assert render_many(jobs).pages == SHEETS

    def head(i: int) -> tuple[str, ...]:
        return ("费用报销单", "苏州安正阀门有限公司", f"编号：BX2606A-{i:04}", f"部门：销售一部　报销人：陈志远{i}", "附单据 9 张",
                "人民币柒仟肆佰零柒元伍角壹分", "原借款：¥500.00　应补款：¥6,907.51", "领导审批　部门负责人　会计　出纳　报销人")  # fmt: skip

    def row(i: int, n: int) -> tuple[str, ...]:
        one = spent(i, n)
        return one.item, one.summary, *f"¥{one.amount_fen}", one.note

    mine, limit = in_turn(ours, lambda turn: _bare(f"Claims{turn}", head, row, 9), rounds)
    return [Result(f"{SHEETS} printed claims in one PDF", mine, limit, target=1.3)]


def _bare(
    name: str,
    head: Callable[[int], tuple[str, ...]],
    row: Callable[[int, int], tuple[str, ...]],
    rules: int,
    sheets: int = SHEETS,
) -> None:
    """The least a maker of such sheets must do: the same words on a canvas, and so many rules a line. name: of its font."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    font = next(iter(sorted((RESOURCES / "fonts").glob("*Regular*.[ot]tf"))))
    pdfmetrics.registerFont(TTFont(name, str(font)))
    canvas = Canvas(BytesIO(), pagesize=(683, 397), pageCompression=1)
    for i in range(sheets):
        canvas.setFont(name, 9)
        for at, words in enumerate(head(i)):
            canvas.drawString(30, 380 - at * 12, words)
        for n in range(LINES):
            for column, words in enumerate(row(i, n)):
                canvas.drawString(30 + column * 50, 280 - n * 16, words)
            for rule in range(rules):
                canvas.line(30, 276 - n * 16 - rule, 650, 276 - n * 16 - rule)
        canvas.showPage()
    canvas.save()


ROWS = 100_000
KINDS: tuple[tuple[str, Kind], ...] = (
    ("序", Int()), ("单号", Text()), ("客户", Text()), ("日期", Day()), ("编码", Text()), ("品名", Text()), ("规格", Text()), ("单位", Text()),
    ("数量", Qty()), ("单价", Price()), ("金额", Money()), ("备注", Text()),
)  # fmt: skip


def stored(rows: int = ROWS) -> Iterator[tuple[Value, ...]]:
    """Rows as the database gives them."""
    for i in range(rows):
        yield (
            i, f"XS2606A-{i % 9000:04}", f"测试客户{i % 800}有限公司", f"2026-{i % 12 + 1:02}-{i % 28 + 1:02}", f"P{i % 400:05}", f"球阀{i % 400}",
            f"DN{i % 400}", "只", (i % 99 + 1) * 1000, 486000, (i % 99 + 1) * 4860, None if i % 5 else "加急",
        )  # fmt: skip


def export(rounds: int = 3, rows: int = ROWS) -> list[Result]:
    """J5: 100,000 rows of 12 columns to .xlsx, beside XML written by hand."""
    import zipfile
    from xml.sax.saxutils import escape

    from salesdesk.services.excel_out import Column, write_table

    columns = [Column(title, kind) for title, kind in KINDS]
    with tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as folder:

        def ours(turn: int) -> None:
            assert write_table(Path(folder) / f"ours{turn}.xlsx", "订单", columns, stored(rows)) == rows

        def cell(value: Value) -> str:
            if isinstance(value, int):
                return f"<c><v>{value}</v></c>"
            return f'<c t="inlineStr"><is><t>{escape(value or "")}</t></is></c>'

        def bare(turn: int) -> None:
            with (
                zipfile.ZipFile(Path(folder) / f"bare{turn}.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack,
                pack.open("xl/worksheets/sheet1.xml", "w") as out,
            ):
                out.write(b"<worksheet><sheetData>")
                for row in stored(rows):
                    out.write(f"<row>{''.join(map(cell, row))}</row>".encode())
                out.write(b"</sheetData></worksheet>")

        mine, limit = in_turn(ours, bare, rounds)
    return [Result(f"export {rows:,} rows × {len(KINDS)} to .xlsx", mine, limit, target=2)]


__all__ = ["export", "print_claims", "print_sheets"]
