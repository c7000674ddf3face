"""常用清单: what a customer usually takes, proposed from his orders or kept under a name, ready to be put into an order (ORD-13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Flag, Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.basket_model import BASKET, BASKET_LINE
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import record_verbs

MONTHS = 12
ORDERS = 60
"""The usual basket looks back over this many orders of a customer, at most a year."""
MOST = 40
LAST, USUAL = "last", "usual"


class Item(NamedTuple):
    """One product of a basket. qty: 1/1000, None when any. price: only where the basket names one. words: how it is known."""

    product: str
    code: str
    name: str
    spec: str
    unit: str
    qty: int | None
    price: int | None = None
    words: str = ""
    note: str | None = None


class Basket(NamedTuple):
    """Something that can be put into an order by one key. key: "last", "usual", or the uid of a named one."""

    key: str
    title: str
    hint: str
    items: tuple[Item, ...]


def usual_qty(quantities: Sequence[int]) -> int:
    """The quantity that was ordered most often; of several the one ordered latest. `quantities` come newest first."""
    counted: dict[int, int] = {}
    for qty in quantities:
        counted[qty] = counted.get(qty, 0) + 1
    most = max(counted.values())
    return next(qty for qty in quantities if counted[qty] == most)


def usual(reader: Reader, customer: str, today: str, but: str = "") -> list[Item]:
    """What the customer took at least twice in the last year, the most frequent first, with the usual quantity."""
    since = dates.add_months(today, -MONTHS)
    rows = reader.rows(
        "SELECT l.product, l.qty, o.order_date, p.code, p.name, p.spec, p.unit FROM (SELECT uid, order_date FROM sales_order"
        " WHERE customer = ? AND void = 0 AND order_date >= ? AND confirmed_at IS NOT NULL AND state = 'confirmed' AND uid != ?"
        ' ORDER BY order_date DESC LIMIT ?) o CROSS JOIN order_line l ON l."order" = o.uid JOIN product p ON p.uid = l.product'
        " WHERE l.void = 0 AND coalesce(l.kind, '') != 'gift' AND p.void = 0 AND coalesce(p.stopped, 0) = 0",
        (customer, since, but, ORDERS),
    )
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(str(row["product"]), []).append(row)
    often = sorted((found for found in of.values() if len(found) > 1), key=lambda f: (-len(f), str(f[0]["code"] or "")))
    return [
        _item(found[0], usual_qty([int(r["qty"] or 0) for r in found]), None,
              f"一年 {len(found)} 次，上次 {str(found[0]['order_date'])[5:]}")
        for found in often[:MOST]
    ]  # fmt: skip


def _item(row: Row, qty: int | None, price: int | None, words: str, note: object = None) -> Item:
    return Item(
        str(row["product"]),
        str(row["code"] or ""),
        str(row["name"] or ""),
        str(row["spec"] or ""),
        str(row["unit"] or ""),
        qty,
        price,
        words,
        str(note) if note else None,
    )


_WORDS = "p.code, p.name, p.spec, p.unit, p.stopped, p.void AS gone"


def last(reader: Reader, customer: str, but: str = "") -> Basket | None:
    """The customer's latest confirmed order as a basket, its prices left to today's."""
    order = reader.row(
        "SELECT uid, number, order_date FROM sales_order WHERE customer = ? AND void = 0 AND confirmed_at IS NOT NULL"
        " AND state != 'cancelled' AND uid != ? ORDER BY order_date DESC, rowid DESC LIMIT 1",
        (customer, but),
    )
    if order is None:
        return None
    rows = reader.rows(
        f'SELECT l.product, l.qty, l.note, {_WORDS} FROM order_line l JOIN product p ON p.uid = l.product WHERE l."order" = ?'
        " AND l.void = 0 AND coalesce(l.kind, '') != 'gift' ORDER BY l.seq, l.rowid",
        (order["uid"],),
    )
    items = tuple(_item(r, r["qty"], None, "已停用" if r["stopped"] or r["gone"] else "", r["note"]) for r in rows)
    return Basket(LAST, f"上次订单 {order['number'] or ''}", str(order["order_date"]), items)


def named(reader: Reader, customer: str) -> list[Basket]:
    """The baskets that are kept for this customer, then those for everybody."""
    found = []
    for head in reader.rows(
        "SELECT * FROM order_basket WHERE void = 0 AND (customer = ? OR customer IS NULL) ORDER BY customer IS NULL, name",
        (customer,),
    ):
        rows = reader.rows(
            f"SELECT l.product, l.qty, l.price, l.note, {_WORDS} FROM order_basket_line l JOIN product p ON p.uid = l.product"
            " WHERE l.basket = ? AND l.void = 0 ORDER BY l.seq, l.rowid",
            (head["uid"],),
        )
        items = tuple(
            _item(r, r["qty"], r["price"], "已停用" if r["stopped"] or r["gone"] else "", r["note"]) for r in rows
        )
        hint = head["note"] or ("这个客户的" if head["customer"] else "每个客户都能用")
        found.append(Basket(str(head["uid"]), str(head["name"]), str(hint), items))
    return found


def offered(reader: Reader, customer: str, today: str, but: str = "") -> list[Basket]:
    """Everything that can be put into an order of this customer, the likeliest first; empty ones are left out."""
    found: list[Basket] = []
    if customer:
        items = usual(reader, customer, today, but)
        if items:
            found.append(Basket(USUAL, "常买的", f"一年里买过两次以上的 {len(items)} 种，数量按最常买的", tuple(items)))
        previous = last(reader, customer, but)
        if previous is not None:
            found.append(previous)
    return [one for one in (*found, *named(reader, customer)) if one.items]


def from_order(ctx: Context, args: Row) -> Outcome:
    """存为常用清单: keep the lines of an order under a name, for its customer."""
    order = ctx.work.get(ORDER, str(args["uid"]))
    lines = [r for r in ctx.work.of_parent(ORDER_LINE, str(args["uid"])) if r["product"] and r["kind"] != "gift"]
    if order is None or not lines:
        raise Refused(Problem("这张订单还没有商品", "先录几行再存成清单", path="uid", code="no_lines"))
    name = str(args["name"]).strip()
    customer = None if args.get("everybody") else order["customer"]
    same = ctx.work.row(
        "SELECT uid FROM order_basket WHERE name = ? AND void = 0 AND coalesce(customer, '') = coalesce(?, '')",
        (name, customer),
    )
    if same is not None:
        told = f"已经有叫「{name}」的清单"
        raise Refused(Problem(told, "请换个名字，或先作废旧的", path="name", place="「清单名」", code="same_name"))
    uid = ctx.work.insert(BASKET, {"name": name, "customer": customer})
    ctx.work.insert_many(
        BASKET_LINE,
        [
            {"basket": uid, "seq": i, "product": r["product"], "qty": r["qty"], "note": r["note"]}
            for i, r in enumerate(lines, start=1)
        ],
    )
    ctx.work.title = f"新建常用清单 {name}（{len(lines)} 行）"
    return Outcome(uid, f"已存成常用清单「{name}」，{len(lines)} 行；按 F3 放进订单")


VERBS = (
    *record_verbs(BASKET, children={"lines": BASKET_LINE}),
    Verb(
        "order.keep_basket",
        "存为常用清单",
        from_order,
        (
            Field("uid", "订单", Link(entity="sales_order"), required=True),
            Field("name", "清单名", Text(60), required=True),
            Field("everybody", "每个客户都能用", Flag()),
        ),
        changes=("order_basket", "order_basket_line"),
        entity="sales_order",
        icon="cart",
        note="下次按 F3 一键放进订单",
    ),
)
