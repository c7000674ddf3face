"""The report on paper: figures by every side, cause and advice, the 口径 and the signatures."""

from __future__ import annotations

from salesdesk.domain.kinds import Qty, Row
from salesdesk.modules.statistics.facts import DIMENSIONS
from salesdesk.modules.statistics.figures import Figures, Kept
from salesdesk.modules.statistics.keeping import kept_figures, words_of
from salesdesk.modules.statistics.model import REPORT
from salesdesk.modules.statistics.periods import PAPERS
from salesdesk.modules.statistics.queries import APART
from salesdesk.modules.statistics.words import MONEY, percent, share
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, paper_verbs

QTY = Qty()
ON_PAPER = {"salesperson": 20, "region": 20, "category": 20, "channel": 10, "customer": 15, "product": 15}
"""How many lines of each side are printed; what is left over stands in one line."""


def report_sheet(printing: Printing, row: Row) -> Sheet:
    """销售日报、周报、月报 as they are kept."""
    found = kept_figures(printing.reader, str(row["uid"]))
    profit = found.goods and "cost" not in printing.settings.veil
    columns = [
        SheetColumn("名称", 22),
        SheetColumn("销售额", 12, "right", "number"),
        SheetColumn("占比", 7, "right", "number"),
        SheetColumn("上期", 12, "right", "number"),
        SheetColumn("环比", 8, "right", "number"),
        SheetColumn("去年同期", 12, "right", "number"),
        SheetColumn("同比", 8, "right", "number"),
    ]
    if found.goods:
        columns.append(SheetColumn("数量", 9, "right", "number"))
    if profit:
        columns.append(SheetColumn("利润", 11, "right", "number"))
    columns.append(SheetColumn("单数", 6, "right", "number"))
    rows: list[tuple[str, ...]] = []
    for name, most in ON_PAPER.items():
        lines = [one for one in found.tables.get(name, ()) if one.amount or one.before]
        if lines:
            rows.append((f"【按{DIMENSIONS[name].title}】", *("" for _ in columns[1:])))
            rows += [_line(one, found, profit) for one in _shortened(lines, most, name in APART)]
    closed = (
        f"已封存 {str(row['closed_at'])[:10]}，指纹 {str(row['hash'])[:12]}" if row["state"] == "closed" else "未封存"
    )
    whole = found.whole
    return Sheet(
        title=f"销售{PAPERS[row['kind']]}",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("期间", str(row["title"])),
            ("状态", closed),
            ("销售额", f"{MONEY.show(whole.amount)} 元" + (f"，数量 {QTY.show(whole.qty)}" if found.goods else "")),
            ("上期 / 去年同期", f"{MONEY.show(whole.before)} / {MONEY.show(whole.year_before)}"),
            ("单数 / 客户数", f"{whole.docs} 单，{found.buyers} 家"),
            ("环比 / 同比", f"{percent(whole.amount, whole.before)} / {percent(whole.amount, whole.year_before)}"),
        ),
        columns=tuple(columns),
        rows=tuple(rows),
        totals=_line(whole, found, profit),
        notes=tuple(zip(("波动原因", "建议"), words_of(row, found), strict=True)),
        signatures=(Signature("制表", printing.operator), Signature("审核"), Signature("批准")),
        footnotes=(f"口径：{found.measured}", *(("利润 = 不含税金额 − 数量 × 产品现在的成本价。",) if profit else ())),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def _line(one: Kept, found: Figures, profit: bool) -> tuple[str, ...]:
    texts = [
        one.name,
        MONEY.show(one.amount),
        share(one.amount, found.whole.amount),
        MONEY.show(one.before),
        percent(one.amount, one.before),
        MONEY.show(one.year_before),
        percent(one.amount, one.year_before),
    ]
    if found.goods:
        texts.append(QTY.show(one.qty))
    return (*texts, *((MONEY.show(one.profit),) if profit else ()), str(one.docs) if one.docs else "")


def _shortened(lines: list[Kept], most: int, apart: bool) -> list[Kept]:
    """The first lines, and the others as one, so that a block still adds up to the whole.

    apart: no paper stands in two lines, so that their numbers of papers may be added up.
    """
    if len(lines) <= most + 1:
        return lines
    rest = lines[most:]
    sums = [sum(values) for values in zip(*(one[2:9] for one in rest), strict=True)]
    others = Kept("", f"其他 {len(rest)} 项", *sums)
    return [*lines[:most], others if apart else others._replace(docs=0)]


VERBS = paper_verbs(
    "sales_report", "销售报表", REPORT, report_sheet, "print.report_paper", (("A4", "A4"), ("A4L", "A4 横向"))
)
