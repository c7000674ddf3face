"""Registers on paper: every cell of every row, turned when wide, continued to the right when wider still."""

from __future__ import annotations

import re

import pytest

from salesdesk.services.printing import PAPERS, SheetColumn, TableSheet, render_table
from tests.services.pdf_reading import read_pdf, texts_of
from tests.services.test_printing import check_geometry

COLUMNS = (
    SheetColumn("客户编号", kind="code"),
    SheetColumn("名称"),
    SheetColumn("区域", align="center"),
    SheetColumn("联系人"),
    SheetColumn("电话", kind="code"),
    SheetColumn("业务员"),
    SheetColumn("信用额度", kind="number"),
    SheetColumn("欠款", kind="number"),
)
NAMES = ("苏州华源贸易有限公司", "无锡市锡山区鸿泰化工设备安装工程有限公司", "常州宏发")


def register(count: int, columns: tuple[SheetColumn, ...] = COLUMNS, **changes: object) -> TableSheet:
    base = [
        (
            f"C{i:05d}",
            NAMES[i % 3],
            "华东",
            "王芳",
            f"0512-6288 {i:04d}",
            "陈志远",
            f"{i * 7919:,}.00",
            f"{i * 977:,}.50",
        )
        for i in range(count)
    ]
    values: dict[str, object] = {
        "title": "客户档案",
        "company": "苏州安正阀门有限公司",
        "columns": columns,
        "rows": tuple((row * 5)[: len(columns)] for row in base),
        "filters": "筛选：区域＝华东",
        "printed_by": "王敏",
        "stamp": "2026-06-18T10:24:31",
    }
    return TableSheet(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 1, 33, 34, 35, 36, 200])
def test_every_row_once_on_numbered_pages(count: int) -> None:
    totals = ("合计", "", "", "", "", "", "", "1,234,567.50")
    rendered = render_table(register(count, totals=totals, footnotes=("本表仅供内部使用。",)))
    pages = texts_of(rendered.pdf)
    assert [code for page in pages for code in re.findall(r"C\d{5}", page)] == [f"C{i:05d}" for i in range(count)]
    for number, page in enumerate(pages, start=1):
        assert f"打印：王敏 2026-06-18 10:24　第 {number}/{len(pages)} 页" in page
        assert "信用额度" in page and f"共 {count} 条" in page and "筛选：区域＝华东" in page
    assert ["1,234,567.50" in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert "本表仅供内部使用。" in pages[-1]


def test_upright_and_turned() -> None:
    narrow = read_pdf(render_table(register(5, COLUMNS[:4])).pdf)[0]
    assert (round(narrow.width), round(narrow.height)) == (210, 297)
    wide = read_pdf(render_table(register(5, COLUMNS + COLUMNS[:4])).pdf)[0]
    assert (round(wide.width), round(wide.height)) == (297, 210)
    forced = read_pdf(render_table(register(5, COLUMNS[:4], landscape=True)).pdf)[0]
    assert (round(forced.width), round(forced.height)) == (297, 210)
    tractor = read_pdf(render_table(register(5, COLUMNS + COLUMNS[:4]), "241x280").pdf)[0]
    assert (round(tractor.width), round(tractor.height)) == (241, 279)


@pytest.mark.parametrize("many", [8, 16, 24, 40])
def test_very_wide_registers_go_on_to_the_right(many: int) -> None:
    columns = tuple(SheetColumn(f"{c.title}{i}", 0, c.align, c.kind) for i, c in enumerate((COLUMNS * 5)[:many]))
    pages = read_pdf(render_table(register(12, columns)).pdf)
    bands = {next(line for line in page.text.splitlines() if line.startswith("栏：")) for page in pages if many > 16}
    text = "\n".join(page.text for page in pages)
    assert text.count("0512-6288 0007") == sum(c.title.startswith("电话") for c in columns)
    assert text.count("C00007") == sum(c.title.startswith("客户编号") for c in columns) + max(0, len(bands) - 1)
    for page in pages:
        check_geometry(page, PAPERS["A4L" if page.width > 250 else "A4"])
        assert page.fonts_embedded and min(page.sizes) >= 8


def test_rows_of_the_wrong_length_are_a_defect() -> None:
    with pytest.raises(ValueError, match="one text per column"):
        render_table(register(1, rows=(("只有一格",),)))
    with pytest.raises(ValueError, match="totals"):
        render_table(register(1, totals=("合计",)))
