"""The printed 价目表 for a customer or the wall: what holds today and what is settled for later, product by product."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.modules.pricing.model import PRICE_LIST
from salesdesk.modules.pricing.rules import PRICE, QTY
from salesdesk.services.papers.shapes import SheetColumn, TableSheet
from salesdesk.services.prints import Printing, paper_verbs

COLUMNS = (
    SheetColumn("编码", kind="code"),
    SheetColumn("品名"),
    SheetColumn("规格"),
    SheetColumn("单位", align="center", kind="code"),
    SheetColumn("数量满", kind="number"),
    SheetColumn("含税单价（元）", kind="number"),
    SheetColumn("生效日期", kind="code"),
    SheetColumn("截止日期", kind="code"),
    SheetColumn("备注"),
)


def price_sheet(printing: Printing, row: Row) -> TableSheet:
    """One list: whom it is for, its prices that hold on the day of printing or later, with their days."""
    today = printing.now[:10]
    lines = printing.reader.rows(
        "SELECT l.*, p.code, p.name, p.spec, p.unit FROM price_line l JOIN product p ON p.uid = l.product"
        " WHERE l.list = ? AND l.void = 0 AND (l.valid_to IS NULL OR l.valid_to >= ?)"
        " ORDER BY p.code IS NULL, p.code, p.name, l.valid_from, l.from_qty",
        (row["uid"], today),
    )
    live = _in_force(lines, today)
    whom = printing.reader.named("customer", row["customer"]) if row["customer"] else ""
    whom = whom or (f"{row['grade']} 级客户" if row["grade"] else "全部客户")
    ahead = sum(str(line["valid_from"] or "") > today for line in live)
    later = f"；其中 {ahead} 个价以后才生效，看「生效日期」" if ahead else ""
    notes = [f"价格含税，按 {today} 有效的列出{later}。「数量满」：一次订到这个数量按这一档的价；截止日期当天还算。"]
    if row["note"]:
        notes.append(str(row["note"]))
    if row["stopped"]:
        notes.insert(0, "这张价目表已停用，只供查看。")
    return TableSheet(
        title=f"价目表　{row['name']}",
        company=printing.company,
        columns=COLUMNS,
        rows=tuple(
            (
                str(line["code"] or ""),
                str(line["name"]),
                str(line["spec"] or ""),
                str(line["unit"] or ""),
                QTY.show(line["from_qty"]) if line["from_qty"] else "",
                PRICE.show(line["price"]),
                str(line["valid_from"] or ""),
                str(line["valid_to"] or "长期"),
                str(line["note"] or ""),
            )
            for line in live
        ),
        filters=f"适用：{whom}",
        footnotes=tuple(notes),
        printed_by=printing.operator,
        stamp=printing.now,
    )


def _in_force(lines: list[Row], today: str) -> list[Row]:
    """The prices that can still be got, as `rules.quote` takes them, and those ahead: of each product the newest begun day
    rules for every quantity from its lowest step on, an older day only below that."""
    begun: dict[str, dict[str, list[Row]]] = {}
    for line in lines:
        if str(line["valid_from"] or "") <= today:
            begun.setdefault(line["product"], {}).setdefault(str(line["valid_from"] or ""), []).append(line)
    live = {line["uid"] for line in lines if str(line["valid_from"] or "") > today}
    for days in begun.values():
        below: int | None = None
        for day in sorted(days, reverse=True):
            live.update(x["uid"] for x in days[day] if below is None or (x["from_qty"] or 0) < below)
            least = min(x["from_qty"] or 0 for x in days[day])
            below = least if below is None else min(below, least)
    return [line for line in lines if line["uid"] in live]


VERBS = paper_verbs("price_list", "价目表", PRICE_LIST, price_sheet, "print.price_paper", (("A4", "A4"),))
