"""Tables as customers paste them, from Excel, WPS, mails and chats, and the order lines they mean (ORD-13)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from tests.modules.test_smart_paste_texts import lines_of, paste_desk, read


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = paste_desk(tmp_path_factory.mktemp("tables") / "data")
    yield made
    made.close()


def tsv(*rows: str) -> str:
    """Rows written with | between the cells, as Excel puts them on the clipboard."""
    return "\r\n".join(row.replace("|", "\t") for row in rows) + "\r\n"


def html(*rows: str) -> str:
    """A table of a mail; cells parted with |, "2:" in front of a cell makes it two rows high."""

    def cell(text: str) -> str:
        return f"<td rowspan=2>{text[2:]}</td>" if text.startswith("2:") else f"<td style='x'><p>{text}</p></td>"

    body = "".join("<tr>" + "".join(cell(c) for c in row.split("|")) + "</tr>" for row in rows)
    return f"<html><body><p>王姐你好，请看下面：</p><table border=1>{body}</table><p>谢谢</p></body></html>"


BALLS = ["P10012 20", "P10013 10"]
TABLES: tuple[tuple[str, str, list[str], dict[str, str]], ...] = (
    ("full headings",
     tsv("序号|物料编码|品名|规格|数量|单位|单价|金额", "1|P10012|不锈钢球阀 DN25|304|20|只|48.6|972", "2|P10013|||10|只|92.5|925", "合计||||30|||1897"),
     ["P10012 20 @48.60", "P10013 10 @92.50"], {}),
    ("code and quantity only", tsv("P10012|20", "P10013|10"), BALLS, {}),
    ("code, quantity, price", tsv("P10012|20|48.6", "P10013|10|92.5"), ["P10012 20 @48.60", "P10013 10 @92.50"], {}),
    ("name, size, quantity, unit, no headings", tsv("不锈钢球阀|DN25|20|只", "不锈钢球阀|DN50|10|只"), BALLS, {}),
    ("quantity with unit in the cell", tsv("不锈钢球阀 DN25|20只", "四氟垫片 DN50|3箱+5片"), ["P10012 20", "P20031 41"], {}),
    ("running numbers without heading",
     tsv("1|不锈钢球阀DN25|20|48.6|972", "2|不锈钢球阀DN50|10|92.5|925"), ["P10012 20 @48.60", "P10013 10 @92.50"], {}),
    ("unit in the heading", tsv("数量(箱)|品名", "2|四氟垫片DN50", "1|生料带"), ["P20031 24", "P70001 200"], {}),
    ("unit column in packs", tsv("品名|数量|单位", "四氟垫片DN50|2|箱", "四氟垫片DN25|30|片"), ["P20031 24", "P20025 30"], {}),
    ("two-row headings", tsv("产品||订货|", "名称|规格|数量|单位", "不锈钢球阀|DN25|20|只", "法兰|DN50|4|片"), ["P10012 20", "P50001 4"], {}),
    ("number and day above, remark below",
     tsv("订单编号：PO-2026-018||", "物料描述|采购数量|要求交期", "不锈钢球阀DN25|20|2026-6-25", "不锈钢球阀DN50|10|2026-6-25", "备注：货到付款||"),
     BALLS, {"customer_po": "PO-2026-018", "due_date": "2026-06-25"}),
    ("days differ by line",
     tsv("品名|数量|交期", "不锈钢球阀DN25|20|6月20日", "不锈钢球阀DN50|10|6.25"), ["P10012 20 2026-06-20", "P10013 10 2026-06-25"], {}),
    ("extra columns", tsv("品名|一月|二月|数量|仓位", "不锈钢球阀DN25|5|6|20|A1", "不锈钢球阀DN50|1|2|10|B2"), BALLS, {}),
    ("columns in another order", tsv("单价|数量|产品", "48.6|20|不锈钢球阀DN25"), ["P10012 20 @48.60"], {}),
    ("commas", "品名,规格,数量\n不锈钢球阀,DN25,20\n不锈钢球阀,DN50,10", BALLS, {}),
    ("full-width commas", "品名，规格，数量\n不锈钢球阀，DN25，20\n不锈钢球阀，DN50，10", BALLS, {}),
    ("blanks drawn as columns", "品名          规格    数量\n不锈钢球阀    DN25    20\n不锈钢球阀    DN50    10", BALLS, {}),
    ("a table drawn with bars", "| 品名 | 规格 | 数量 |\n|---|---|---|\n| 不锈钢球阀 | DN25 | 20 |\n| 不锈钢球阀 | DN50 | 10 |", BALLS, {}),
    ("full width", tsv("品名|规格|数量", "不锈钢球阀|ＤＮ２５|２０", "不锈钢球阀|ＤＮ５０|１０"), BALLS, {}),
    ("Chinese numerals", tsv("产品名称|数量", "不锈钢球阀 DN25|二十", "不锈钢球阀 DN50|十只"), BALLS, {}),
    ("thousands and units", tsv("产品名称|数量", "不锈钢球阀 DN25|1,200只", "不锈钢球阀 DN50|10 只"), ["P10012 1200", "P10013 10"], {}),
    ("a range is no quantity", tsv("产品名称|数量", "法兰DN50|10-20"), ["?P50001 —"], {}),
    ("amount does not agree", tsv("名称|数量|单价|金额", "不锈钢球阀DN25|20|48.6|900"), ["?P10012 20 @48.60"], {}),
    ("sizes alone", tsv("型号|数量", "DN25|20"), ["?— 20"], {}),
    ("merged name cells of Excel", tsv("品名|规格|数量", "不锈钢球阀|DN25|20", "|DN50|10"), BALLS, {}),
    ("ditto marks", tsv("品名|规格|数量", "不锈钢球阀|DN25|20", "同上|DN50|10"), BALLS, {}),
    ("subtotals between", tsv("品名|数量", "不锈钢球阀DN25|20", "小计|20", "不锈钢球阀DN50|10", "合计|30"), BALLS, {}),
    ("blank rows between", tsv("品名|数量", "不锈钢球阀DN25|20", "|", "不锈钢球阀DN50|10"), BALLS, {}),
    ("heading repeated on page two", tsv("品名|数量", "不锈钢球阀DN25|20", "品名|数量", "不锈钢球阀DN50|10"), BALLS, {}),
    ("mail", html("品名|型号|订购数量", "不锈钢球阀|DN25|20", "不锈钢球阀|DN50|10"), BALLS, {}),
    ("mail with merged cells", html("品名|型号|订购数量|交期", "2:不锈钢球阀|DN25|20|6月20日", "DN50|10|6月20日"), BALLS, {"due_date": "2026-06-20"}),
    ("company line above", tsv("苏州华源贸易有限公司采购单||", "日期：2026-06-12||采购：李工", "货号|描述|订购数", "P10012|球阀|20", "P10013|球阀|10"), BALLS, {}),
    ("their own codes beside the names", tsv("料号|物料描述|采购数", "HY-0001|不锈钢球阀DN25|20", "HY-0002|不锈钢球阀DN50|10"), BALLS, {}),
    ("quotes and inches", tsv('品名|规格|数量', '"不锈钢球阀\nDN25"|2"|20'), ["?— 20"], {}),
    ("price with sign and unit",
     tsv("品名|数量|含税单价", "不锈钢球阀DN25|20|¥48.60", "不锈钢球阀DN50|10|92.5元/只"), ["P10012 20 @48.60", "P10013 10 @92.50"], {}),
    ("units nobody converts", tsv("品名|数量|单位", "不锈钢球阀DN25|2|吨"), ["?P10012 2"], {}),
    ("names nobody knows", tsv("品名|数量", "石墨盘根|20", "不锈钢球阀DN50|10"), ["?— 20", "P10013 10"], {}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "text", "lines", "values"), TABLES, ids=[t[0] for t in TABLES])
def test_a_table_means_these_lines(desk: Desk, name: str, text: str, lines: list[str], values: dict[str, str]) -> None:
    data = read(desk, text)
    assert data["kind"] == "table"
    assert lines_of(data) == lines
    assert data["values"] == values


def test_the_customers_own_order_of_columns_is_remembered(tmp_path: Path) -> None:
    """A layout told once (here: the second number is the quantity) is used for the next paste of this customer only."""
    desk = paste_desk(tmp_path / "data")
    text = tsv("P10012|5|20", "P10013|6|10")
    data: Any = read(desk, text)
    assert lines_of(data)[0].startswith("P10012 5")
    layout = (
        data["layout"].replace('"qty": "1"', '"qty": "2"').replace(', "price": "2"', "").replace('"price": "2", ', "")
    )
    desk.do("order.learn", {"customer": "C00042", "layout": layout})
    assert lines_of(read(desk, text)) == BALLS
    assert lines_of(read(desk, text, "C00043"))[0].startswith("P10012 5")
    headed = tsv("甲|乙|丙", "P10012|3|20", "P10013|4|10")
    assert [line for line in lines_of(read(desk, headed)) if not line.startswith("?")]
    desk.close()
