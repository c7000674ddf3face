"""Five hundred 送货单 in one PDF, beside a bare canvas that writes as much text; and 100,000 rows to .xlsx."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
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


def print_sheets(rounds: int = 5) -> list[Result]:
    """J6: 500 one-page delivery notes with the embedded Chinese font."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

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
        for i in range(SHEETS)
    ]  # fmt: skip
    font = next(iter(sorted((RESOURCES / "fonts").glob("*Regular*.[ot]tf"))))

    def ours(_: int) -> None:
        assert render_many(jobs).pages == SHEETS

    def bare(turn: int) -> None:
        name = f"Bench{turn}"
        pdfmetrics.registerFont(TTFont(name, str(font)))
        canvas = Canvas(BytesIO(), pagesize=(683, 397), pageCompression=1)
        for i in range(SHEETS):
            canvas.setFont(name, 9)
            for at, words in enumerate(
                (
                    "送货单",
                    "苏州安正阀门有限公司",
                    f"SH2606A-{i:04}",
                    f"测试客户{i}有限公司",
                    "2026-06-18",
                    "地址 苏州市工业园区星湖街 328 号",
                )
            ):
                canvas.drawString(30, 380 - at * 12, words)
            for n in range(LINES):
                for column, words in enumerate(line(i, n)):
                    canvas.drawString(30 + column * 70, 280 - n * 16, words)
                canvas.line(30, 276 - n * 16, 650, 276 - n * 16)
            canvas.showPage()
        canvas.save()

    mine, limit = in_turn(ours, bare, rounds)
    return [Result(f"{SHEETS} delivery notes in one PDF", mine, limit, target=1.3)]


ROWS = 100_000
KINDS: tuple[tuple[str, Kind], ...] = (
    ("序", Int()), ("单号", Text()), ("客户", Text()), ("日期", Day()), ("编码", Text()), ("品名", Text()), ("规格", Text()), ("单位", Text()),
    ("数量", Qty()), ("单价", Price()), ("金额", Money()), ("备注", Text()),
)  # fmt: skip


def stored() -> Iterator[tuple[Value, ...]]:
    """Rows as the database gives them."""
    for i in range(ROWS):
        yield (
            i, f"XS2606A-{i % 9000:04}", f"测试客户{i % 800}有限公司", f"2026-{i % 12 + 1:02}-{i % 28 + 1:02}", f"P{i % 400:05}", f"球阀{i % 400}",
            f"DN{i % 400}", "只", (i % 99 + 1) * 1000, 486000, (i % 99 + 1) * 4860, None if i % 5 else "加急",
        )  # fmt: skip


def export(rounds: int = 3) -> list[Result]:
    """J5: 100,000 rows of 12 columns to .xlsx, beside XML written by hand."""
    import zipfile
    from xml.sax.saxutils import escape

    from salesdesk.services.excel_out import Column, write_table

    columns = [Column(title, kind) for title, kind in KINDS]
    with tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as folder:

        def ours(turn: int) -> None:
            assert write_table(Path(folder) / f"ours{turn}.xlsx", "订单", columns, stored()) == ROWS

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
                for row in stored():
                    out.write(f"<row>{''.join(map(cell, row))}</row>".encode())
                out.write(b"</sheetData></worksheet>")

        mine, limit = in_turn(ours, bare, rounds)
    return [Result(f"export {ROWS:,} rows × {len(KINDS)} to .xlsx", mine, limit, target=2)]


__all__ = ["export", "print_sheets"]
