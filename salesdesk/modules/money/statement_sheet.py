"""The 对账单 on paper, and the same figures as values for the clerk's own Excel file."""

from __future__ import annotations

from typing import Any

from salesdesk.domain.kinds import Row
from salesdesk.domain.money import amount_in_words
from salesdesk.modules.money.model import STATEMENT
from salesdesk.modules.money.rules import BUCKETS, MONEY
from salesdesk.modules.money.statements import PRICE, QTY, Entry, Figures, frozen
from salesdesk.modules.products.rules import goods_words
from salesdesk.persistence.reading import Reader
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, paper_verbs

_COLUMNS = (
    SheetColumn("日期", 10, "center", "code"),
    SheetColumn("摘要", 5, "center", "code"),
    SheetColumn("单号", 13, "left", "code"),
    SheetColumn("品名规格", 24),
    SheetColumn("数量", 9, "right", "number"),
    SheetColumn("单价", 8, "right", "number"),
    SheetColumn("发货金额", 11, "right", "number"),
    SheetColumn("收款金额", 11, "right", "number"),
    SheetColumn("余额", 12, "right", "number"),
)


def _show(amount: int) -> str:
    return MONEY.show(amount) if amount else ""


def _row(one: Entry) -> tuple[str, ...]:
    goods = goods_words(one.name, one.spec)
    if one.kind == "开票":
        goods = f"{goods} {MONEY.show(one.invoiced)}"
    qty = f"{QTY.show(one.qty)} {one.unit}".strip() if one.qty is not None else ""
    price = PRICE.show(one.price) if one.price is not None else ""
    return (
        one.day,
        one.kind,
        one.number,
        goods,
        qty,
        price,
        _show(one.delivered),
        _show(one.received),
        MONEY.show(one.balance),
    )


def ages_words(figures: Figures) -> str:
    """未到期 1,000.00，1–30 天 200.00: only what there is."""
    parts = [f"{name} {MONEY.show(n)}" for name, n in zip(BUCKETS, figures.ages, strict=True) if n]
    return "，".join(parts) or "没有欠款"


def statement_sheet(printing: Printing, row: Row) -> Sheet:
    """对账单 as it was frozen."""
    customer = printing.reader.get("customer", row["customer"]) or {}
    figures = frozen(printing.reader, str(row["uid"]))
    first = (str(row["first"]), "期初", "", "", "", "", "", "", MONEY.show(figures.opening))
    bank = str(printing.settings.get("company.bank") or "")
    return Sheet(
        title="对账单",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("客户", str(customer.get("name") or "")),
            ("期间", f"{row['first']} 至 {row['last']}"),
            ("联系人", " ".join(filter(None, (customer.get("contact"), customer.get("phone"))))),
            ("结算方式", figures.terms),
        ),
        columns=_COLUMNS,
        rows=(first, *(_row(one) for one in figures.entries)),
        totals=(
            "合计", "", "", f"本期开票 {MONEY.show(row['invoiced'])}", "", "", MONEY.show(row["delivered"]),
            MONEY.show(row["received"]), MONEY.show(row["closing"]),
        ),
        words_label="期末应付我方（大写）" if row["closing"] >= 0 else "期末我方预收（大写）",
        words=amount_in_words(abs(row["closing"])),
        words_amount=f"¥{MONEY.show(abs(row['closing']))}",
        notes=(("账龄", ages_words(figures)),),
        signatures=(
            Signature("制单", printing.operator),
            Signature("财务"),
            Signature("客户确认（盖章）", weight=2),
            Signature("日期"),
        ),
        footnotes=(
            "请在 7 日内核对；数据无误请签章回传，不符请写明差异。",
            *((f"收款账户：{bank}",) if bank else ()),
        ),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )  # fmt: skip


HEAD_KEYS = (
    "本公司", "客户名称", "客户编码", "联系人", "电话", "结算方式", "对账单号", "月份", "年", "月", "开始日期", "结束日期",
    "期初", "本期发货", "本期开票", "本期收款", "期末", "期末大写", *BUCKETS, "制单人", "制单日期",
)  # fmt: skip
ROW_KEYS = (
    "序号", "日期", "摘要", "单号", "客户单号", "品名", "规格", "单位", "数量", "单价", "发货金额", "开票金额", "收款金额", "余额",
)  # fmt: skip
"""What a template may name between {{ and }}; a row with one of the latter is repeated for every row of the statement."""


def values_of(reader: Reader, row: Row, company: str, operator: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What fills a template: single values, and one dict for each row. Amounts as numbers, days as dates."""
    from datetime import date
    from decimal import Decimal

    def yuan(fen: int) -> Decimal:
        return Decimal(fen) / 100

    customer = reader.get("customer", row["customer"]) or {}
    figures = frozen(reader, str(row["uid"]))
    year, month = str(row["month"]).split("-")
    head: dict[str, Any] = {
        "本公司": company,
        "客户名称": customer.get("name"),
        "客户编码": customer.get("code"),
        "联系人": customer.get("contact"),
        "电话": customer.get("phone"),
        "结算方式": figures.terms,
        "对账单号": row["number"],
        "月份": row["month"],
        "年": int(year),
        "月": int(month),
        "开始日期": date.fromisoformat(row["first"]),
        "结束日期": date.fromisoformat(row["last"]),
        "期初": yuan(figures.opening),
        "本期发货": yuan(figures.delivered),
        "本期开票": yuan(figures.invoiced),
        "本期收款": yuan(figures.received),
        "期末": yuan(figures.closing),
        "期末大写": amount_in_words(abs(figures.closing)),
        "制单人": operator,
        "制单日期": date.fromisoformat(str(row["created_at"])[:10]),
        **{name: yuan(n) for name, n in zip(BUCKETS, figures.ages, strict=True)},
    }
    rows = [
        {
            "序号": i,
            "日期": date.fromisoformat(one.day),
            "摘要": one.kind,
            "单号": one.number,
            "客户单号": one.po,
            "品名": one.name,
            "规格": one.spec,
            "单位": one.unit,
            "数量": None if one.qty is None else Decimal(one.qty) / 1000,
            "单价": None if one.price is None else Decimal(one.price) / 10000,
            "发货金额": yuan(one.delivered) if one.delivered else None,
            "开票金额": yuan(one.invoiced) if one.invoiced else None,
            "收款金额": yuan(one.received) if one.received else None,
            "余额": yuan(one.balance),
        }
        for i, one in enumerate(figures.entries, 1)
    ]
    return head, rows


VERBS = paper_verbs("statement", "对账单", STATEMENT, statement_sheet, "print.statement_paper", (("A4", "A4"),))
