"""What is known about goods that left or should leave: open lines of a customer, notes of an order, papers not signed back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from salesdesk.domain import dates
from salesdesk.domain.kinds import Money, Qty, Row
from salesdesk.modules.orders.queries import LEFT, OPEN
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed

MONEY, QTY = Money(), Qty()
_PRODUCT = (
    'p.code AS "product.code", p.name AS "product.name", p.spec AS "product.spec", p.unit AS "product.unit",'
    ' p.on_hand AS "product.on_hand", p.barcode AS "product.barcode"'
)
WAITING = "('new', 'checked', 'differs')"
"""States of a note whose signed copy has not come back."""
USUAL_DAYS = 3
FORGOTTEN_DAYS = 120
"""Older notes are left to the register: 今日 is for what can still be chased."""


def owed_lines(reader: Reader, customer: str) -> list[Row]:
    """Every line of a customer that can be delivered now, across his orders, the one due first at the top."""
    return reader.rows(
        f'SELECT l.*, {LEFT} AS "left", coalesce(l.due_date, o.due_date) AS due, o.number AS "order.number",'
        ' o.customer_po AS "order.customer_po", o.address AS "order.address", o.contact AS "order.contact",'
        f' o.phone AS "order.phone", {_PRODUCT} FROM sales_order o JOIN order_line l ON l."order" = o.uid'
        f" JOIN product p ON p.uid = l.product WHERE o.customer = ? AND o.void = 0 AND o.stage IN {OPEN} AND l.void = 0"
        f" AND {LEFT} > 0 ORDER BY due, o.order_date, o.rowid, l.seq, l.rowid",
        (customer,),
    )


def lines_for(reader: Reader, uids: Sequence[str]) -> dict[str, Row]:
    """Order lines by uid with what is left of them, their order and their product's stock; voided ones left out."""
    return {
        str(row["uid"]): row
        for row in reader.rows(
            f'SELECT l.*, {LEFT} AS "left", {_PRODUCT}, o.number AS "order.number" FROM order_line l'
            ' JOIN product p ON p.uid = l.product JOIN sales_order o ON o.uid = l."order"'
            " WHERE l.uid IN (SELECT value FROM json_each(?)) AND l.void = 0",
            (json.dumps(list(uids)),),
        )
    }


def orders_on(reader: Reader, delivery: str) -> list[Row]:
    """The orders whose goods are on a note, in the order of its lines."""
    return reader.rows(
        "SELECT o.*, min(d.seq) AS first FROM delivery_line d JOIN order_line l ON l.uid = d.order_line"
        ' JOIN sales_order o ON o.uid = l."order" WHERE d.delivery = ? AND d.void = 0 GROUP BY o.uid ORDER BY first',
        (delivery,),
    )


def note_lines(reader: Reader, delivery: str) -> list[Row]:
    """Lines of a note with product words and the order each belongs to."""
    return reader.rows(
        f'SELECT d.*, {_PRODUCT}, o.uid AS "order.uid", o.number AS "order.number", o.customer_po AS "order.customer_po",'
        ' l.kind AS "order.kind"'
        " FROM delivery_line d JOIN product p ON p.uid = d.product JOIN order_line l ON l.uid = d.order_line"
        ' JOIN sales_order o ON o.uid = l."order" WHERE d.delivery = ? AND d.void = 0 ORDER BY d.seq, d.rowid',
        (delivery,),
    )


def unsigned(reader: Reader, until: str, since: str = "", limit: int = 60) -> list[Row]:
    """Notes sent up to a day whose signed copy has not come back, the oldest first, with the customer's name as `who`."""
    return reader.rows(
        "SELECT d.*, c.name AS who FROM delivery d LEFT JOIN customer c ON c.uid = d.customer"
        f" WHERE d.state IN {WAITING} AND d.void = 0 AND d.day <= ? AND d.day >= ? ORDER BY d.day, d.rowid LIMIT ?",
        (until, since, limit),
    )


def last_place(reader: Reader) -> Row:
    """Where the last signed paper was put: cabinet, box, leaf; what the next one is proposed."""
    return (
        reader.row(
            "SELECT cabinet, box, leaf FROM delivery WHERE signed_at IS NOT NULL AND box IS NOT NULL AND void = 0"
            " ORDER BY signed_at DESC, rowid DESC LIMIT 1"
        )
        or {}
    )


def chase_words(reader: Reader, note: Row, today: str, company: str) -> str:
    """What to write to the customer about a note that did not come back signed; no prices."""
    lines = note_lines(reader, str(note["uid"]))
    goods = "、".join(f"{x['product.name']} {QTY.show(x['qty'])} {x['product.unit'] or ''}".strip() for x in lines[:3])
    more = f" 等 {len(lines)} 种" if len(lines) > 3 else ""
    by = f"（{note['carrier']}{' ' + note['tracking'] if note['tracking'] else ''}）" if note["carrier"] else ""
    again = "再次" if note["chased"] else ""
    age = dates.days_between(str(note["day"]), today)
    when = f"{age} 天前（{note['day']}）" if age else f"今天（{note['day']}）"
    return (
        f"【{company or '我们'}】您好，{when}送到贵司的货{by}，送货单号 {note['number']}，{goods}{more}，"
        f"签收单我们还没收到。{again}麻烦核对后签字盖章，拍照发给我或随车带回，谢谢！"
    )


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Notes counted with a difference, and notes not signed back after the days of the setting, the oldest first."""
    kept = reader.value("SELECT value FROM setting WHERE key = 'delivery.sign_days'")
    days = USUAL_DAYS if kept is None else int(kept)
    until, since = dates.add_days(today, -days), dates.add_days(today, -FORGOTTEN_DAYS)
    where = [["state", "in", ["new", "checked", "differs"]], ["day", ">=", since], ["day", "<=", until]]
    more = ToDo(
        "还有更多没签回的送货单",
        "太多了，到列表里一起办",
        "",
        "document",
        "warn",
        "delivery",
        "",
        "filter",
        "看全部",
        "签收",
        {"entity": "delivery", "where": where, "title": "没签回的送货单"},
    )

    def count() -> int:
        counting = f"SELECT count(*) FROM delivery WHERE state IN {WAITING} AND void = 0 AND day <= ? AND day >= ?"
        return int(reader.value(counting, (until, since)))

    rows = unsigned(reader, until, since, LISTED + 1)
    differing = reader.rows(
        "SELECT d.*, c.name AS who FROM delivery d LEFT JOIN customer c ON c.uid = d.customer"
        f" WHERE d.state = 'differs' AND d.void = 0 ORDER BY d.day LIMIT {LISTED}"
    )
    return [
        *(_differs(row) for row in differing),
        *listed(rows, count, lambda row: _unsigned(row, today, days), more),
    ]


def _unsigned(row: Row, today: str, days: int) -> ToDo:
    age = dates.days_between(str(row["day"]), today)
    chased = f"，{str(row['chased_at'])[5:10]} 催过" if row["chased_at"] else ""
    return ToDo(
        f"{row['who']} 的送货单还没签回（{age} 天）",
        f"{row['number']} · ¥{MONEY.show(row['amount'])}{chased}",
        dates.add_days(str(row["day"]), days),
        "document",
        "err" if age > 2 * days else "warn",
        "delivery",
        row["uid"],
        "delivery.sign",
        "登记签收",
        "签收",
    )


def _differs(row: Row) -> ToDo:
    return ToDo(
        f"{row['who']} 的货点数和送货单不符",
        f"{row['number']} · {row['checked_by']} 核对",
        str(row["day"]),
        "warning",
        "err",
        "delivery",
        row["uid"],
        "delivery.check",
        "再核对",
        "签收",
    )
