"""What stands on the 送货单 and on the 拣货核对单: built from saved rows only (ORD-7)."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.domain.money_words import amount_in_words
from salesdesk.modules.orders import counting, delivery_queries
from salesdesk.modules.orders.delivery_model import DELIVERY
from salesdesk.modules.orders.rules import MONEY, PRICE, QTY
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, paper_verbs

DELIVERY_PAPERS = (
    ("241x140", "241×140 二等分"),
    ("241x93", "241×93 三等分"),
    ("241x280", "241×280 整张"),
    ("A4", "A4"),
)
PICKING_PAPERS = (("A5L", "A5 横向"), ("A4", "A4"), ("241x140", "241×140 二等分"))
COPIES = ("白联：存根", "红联：客户", "黄联：财务")

_SEQ = SheetColumn("序", 4, "center", "code")
_GOODS = (
    SheetColumn("编码", 9, "left", "code"),
    SheetColumn("品名", 17),
    SheetColumn("规格", 13),
    SheetColumn("单位", 5, "center", "code"),
)
_ORDER = SheetColumn("订单号/客户单号", 11)
_SUMS = (
    SheetColumn("数量", 7, kind="number", total=True),
    SheetColumn("单价", 7, kind="number"),
    SheetColumn("金额", 9, kind="number", total=True),
    SheetColumn("备注", 7),
)


def _small_print(printing: Printing) -> str:
    """What the customer is asked to do, and our own address and phone from the settings, in one line where it fits."""
    address, phone = (str(printing.settings.get(key) or "") for key in ("company.address", "company.phone"))
    asked = "货到请当场点清，如有差错请在 7 日内告知。"
    return "　".join(filter(None, (asked, address, phone and f"电话 {phone}")))


def _remark(line: Row) -> str:
    """The clerk's remark, that it is a gift, and what was turned down."""
    rejected = f"拒收 {QTY.show(line['rejected'])}（{line['reject_reason']}）" if line["rejected"] else ""
    return "，".join(filter(None, ("赠品" if line["order.kind"] == "gift" else "", line["note"], rejected)))


def _goods(line: Row) -> tuple[str, ...]:
    return tuple(str(line[f"product.{key}"] or "") for key in ("code", "name", "spec", "unit"))


def _head(printing: Printing, row: Row, orders: list[Row]) -> tuple[tuple[str, str], ...]:
    """Who, where, when, which order, by whom it is brought. Several orders stand with the lines instead."""
    po = "、".join(dict.fromkeys(str(o["customer_po"]) for o in orders if o["customer_po"]))
    by = "  ".join(str(row[key]) for key in ("carrier", "tracking", "vehicle") if row[key])
    by += f"{'，' if by else ''}预计 {row['eta']} 到" if row["eta"] else ""
    named = (("订单号", str(orders[0]["number"])), ("客户单号", po)) if len(orders) == 1 else ()
    return (
        ("客户", printing.reader.named("customer", row["customer"])),
        ("送货日期", str(row["day"])),
        ("地址", str(row["address"] or "")),
        ("收货人", f"{row['consignee'] or ''}  {row['phone'] or ''}".strip()),
        *named,
        *((("承运", by),) if by else ()),
        *((("备注", str(row["note"])),) if row["note"] else ()),
    )


def delivery_sheet(printing: Printing, row: Row) -> Sheet:
    """送货单: what leaves the house, with price and amount, three copies. Lines of several orders name their order."""
    lines = delivery_queries.note_lines(printing.reader, row["uid"])
    orders = delivery_queries.orders_on(printing.reader, row["uid"])
    several = len(orders) > 1
    total = sum(line["amount"] for line in lines)
    rows = tuple(
        (
            str(i),
            *((f"{line['order.number']} {line['order.customer_po'] or ''}".strip(),) if several else ()),
            *_goods(line),
            QTY.show(line["qty"]),
            PRICE.show(line["price"]),
            MONEY.show(line["amount"]),
            _remark(line),
        )
        for i, line in enumerate(lines, start=1)
    )
    empty = ("",) * (len(_GOODS) + several)
    return Sheet(
        title="送货单",
        company=printing.company,
        number=str(row["number"]),
        pairs=_head(printing, row, orders),
        columns=(_SEQ, *((_ORDER,) if several else ()), *_GOODS, *_SUMS),
        rows=rows,
        totals=("合计", *empty, QTY.show(sum(line["qty"] for line in lines)), "", MONEY.show(total), ""),
        words_label="金额（大写）",
        words=amount_in_words(total),
        words_amount=f"¥{MONEY.show(total)}",
        signatures=(
            Signature("制单", printing.operator),
            Signature("核对", str(row["checked_by"] or "")),
            Signature("送货人"),
            Signature("客户签收（盖章）", weight=2),
        ),
        footnotes=(_small_print(printing),),
        copies=COPIES,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def picking_sheet(printing: Printing, row: Row) -> Sheet:
    """拣货核对单: for whoever picks and counts the goods before they leave; no prices, room for what was counted."""
    lines = delivery_queries.note_lines(printing.reader, row["uid"])
    orders = delivery_queries.orders_on(printing.reader, row["uid"])
    lines.sort(key=lambda line: (str(line["product.code"] or ""), line["seq"]))
    return Sheet(
        title="拣货核对单",
        company=printing.company,
        number=str(row["number"]),
        pairs=_head(printing, row, orders),
        columns=(
            _SEQ,
            *_GOODS,
            SheetColumn("条码", 10, "left", "code"),
            SheetColumn("应发", 7, kind="number", total=True),
            SheetColumn("实点", 7),
            SheetColumn("✓", 4, "center"),
            SheetColumn("备注", 9),
        ),
        rows=tuple(
            (str(i), *_goods(line), line["product.barcode"] or "", QTY.show(line["qty"]), "", "", line["note"] or "")
            for i, line in enumerate(lines, start=1)
        ),
        signatures=(Signature("拣货"), Signature("核对"), Signature("核对时间")),
        sign_boxes=True,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


VERBS = (
    *paper_verbs(
        "delivery", "送货单", DELIVERY, delivery_sheet, "print.delivery_paper", DELIVERY_PAPERS, gate=counting.gate
    ),
    *paper_verbs("picking", "拣货核对单", DELIVERY, picking_sheet, "print.route_paper", PICKING_PAPERS),
)
