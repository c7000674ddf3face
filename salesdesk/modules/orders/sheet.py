"""What stands on the 传递单 and the printed order: built from saved rows only."""

from __future__ import annotations

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Row
from salesdesk.domain.money_words import amount_in_words
from salesdesk.modules.orders import change_queries, queries
from salesdesk.modules.orders.model import ORDER, ORDER_LINE, ROUTE_SLIP
from salesdesk.modules.orders.rules import MONEY, PRICE, QTY
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, paper_verbs

OFFICE_PAPERS = (("A5L", "A5 横向"), ("A4", "A4"))

_LINE_COLUMNS = (
    SheetColumn("序", 4, "center", "code"),
    SheetColumn("编码", 9, "left", "code"),
    SheetColumn("品名", 17),
    SheetColumn("规格", 13),
    SheetColumn("单位", 5, "center", "code"),
    SheetColumn("数量", 7, kind="number", total=True),
)
_PRICED_COLUMNS = (
    *_LINE_COLUMNS,
    SheetColumn("单价", 7, kind="number"),
    SheetColumn("金额", 9, kind="number", total=True),
    SheetColumn("备注", 7),
)


def _named_lines(printing: Printing, entity: Entity, uid: str) -> list[Row]:
    return printing.reader.rows(
        f'SELECT l.*, p.code, p.name, p.spec, p.unit FROM "{entity.key}" l JOIN product p ON p.uid = l.product'
        f' WHERE l."{entity.parent_key}" = ? AND l.void = 0 ORDER BY l.seq, l.rowid',
        (uid,),
    )


def _priced_rows(lines: list[Row]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(i),
            line["code"] or "",
            line["name"],
            line["spec"] or "",
            line["unit"] or "",
            QTY.show(line["qty"]),
            PRICE.show(line["price"]),
            MONEY.show(line["amount"]),
            line["note"] or "",
        )
        for i, line in enumerate(lines, start=1)
    )


def _edition(printing: Printing, order: object) -> str:
    """ "　变更件 v3" behind the title, so that an older print is known for what it is."""
    told = change_queries.edition(printing.reader, str(order))
    return f"　{told}" if told else ""


def route_sheet(printing: Printing, row: Row) -> Sheet:
    """传递单: what 生产 or 采购 must have ready and when; no prices (ORD-4)."""
    order = printing.reader.get(ORDER, row["order"]) or {}
    target = ROUTE_SLIP["route"].kind.show(row["route"])
    lines = queries.routes_of(printing.reader, str(row["order"])).get(str(row["route"]), [])
    due = str(order.get("due_date") or "")
    return Sheet(
        title=f"订单传递单（{target}）{_edition(printing, row['order'])}",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("客户", printing.reader.named("customer", order.get("customer"))),
            ("订单号", str(order.get("number") or "")),
            ("下单日期", str(order.get("order_date") or "")),
            ("要求交期", due),
            ("业务员", str(order.get("salesperson") or "")),
            ("客户单号", str(order.get("customer_po") or "")),
        ),
        pair_columns=3,
        columns=(*_LINE_COLUMNS, SheetColumn("交期", 9, "center", "code"), SheetColumn("备注", 9)),
        rows=tuple(
            (
                str(i),
                line["product.code"] or "",
                line["product.name"],
                line["product.spec"] or "",
                line["product.unit"] or "",
                QTY.show(line["qty"]),
                str(line["due_date"] or due),
                line["note"] or "",
            )
            for i, line in enumerate(lines, start=1)
        ),
        notes=((("订单备注", str(order["note"])),) if order.get("note") else ()),
        signatures=(
            Signature("制单", printing.operator),
            Signature(f"{target}接收人"),
            Signature("接收时间"),
            Signature("承诺交期"),
        ),
        sign_boxes=True,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def order_sheet(printing: Printing, row: Row) -> Sheet:
    """销售订单: the whole order for the customer's confirmation or our own file."""
    lines = _named_lines(printing, ORDER_LINE, row["uid"])
    total = sum(line["amount"] or 0 for line in lines)
    return Sheet(
        title=f"销售订单{_edition(printing, row['uid'])}",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("客户", printing.reader.named("customer", row["customer"])),
            ("客户单号", str(row["customer_po"] or "")),
            ("下单日期", str(row["order_date"] or "")),
            ("交货日期", str(row["due_date"] or "")),
            ("联系人", f"{row['contact'] or ''}  {row['phone'] or ''}".strip()),
            ("结算方式", str(row["settle"] or "")),
            ("收货地址", str(row["address"] or "")),
            ("业务员", str(row["salesperson"] or "")),
        ),
        columns=_PRICED_COLUMNS,
        rows=_priced_rows(lines),
        words=amount_in_words(total),
        words_amount=f"¥{MONEY.show(total)}",
        notes=((("备注", str(row["note"])),) if row["note"] else ()),
        signatures=(Signature("制单", printing.operator), Signature("审核"), Signature("客户确认（盖章）", weight=2)),
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


VERBS = (
    *paper_verbs("route", "传递单", ROUTE_SLIP, route_sheet, "print.route_paper", OFFICE_PAPERS),
    *paper_verbs("order", "订单", ORDER, order_sheet, "print.route_paper", OFFICE_PAPERS),
)
