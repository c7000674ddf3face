"""What stands beside an order while it is typed: prices, stock, exposure, what is owed; and the rows behind each figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from salesdesk.domain import dates
from salesdesk.domain.kinds import Money, Price, Qty
from salesdesk.modules.money import queries as money
from salesdesk.modules.orders.queries import OPEN
from salesdesk.modules.orders.rules import LastPrice
from salesdesk.modules.pricing import queries as pricing
from salesdesk.modules.pricing.rules import Quote
from salesdesk.modules.products.rules import goods_words
from salesdesk.persistence.reading import Reader

MONEY, PRICE, QTY = Money(), Price(), Qty()
OPEN_WORTH = "((l.qty - coalesce(l.delivered, 0) - coalesce(l.closed, 0)) * l.price + 50000) / 100000"
"""Value in 分 of what is left of an order line, rounded half up as `line_amount` does."""
LAST = 5
RECENT_ORDERS = 3000
"""Orders of one customer that are looked through for the last price of a product; older prices bind nobody."""
RECENT_LINES = 4000
"""Lines of one product that are looked through for what others paid."""
SHOWN = 200
"""Rows behind a figure."""


@dataclass(frozen=True)
class Goods:
    """The product of the current line: last prices here and elsewhere, why it costs what it costs, stock in 1/1000.

    promised: confirmed for other orders and not delivered. expected: of that, what 生产 or 采购 has promised, and the
    earliest day.
    """

    mine: tuple[LastPrice, ...] = ()
    others: tuple[LastPrice, ...] = ()
    quote: Quote | None = None
    on_hand: int = 0
    promised: int = 0
    expected: int = 0
    expected_day: str = ""


@dataclass(frozen=True)
class Owing:
    """What we still owe the customer on other orders: lines, amount in 分, the earliest day, how many are late; and his
    changes that somebody has not taken note of."""

    lines: int = 0
    worth: int = 0
    first: str = ""
    late: int = 0
    changes: int = 0


@dataclass(frozen=True)
class Sheet:
    """The rows behind a figure: headings, cells, and the order each row opens ("" for none)."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]] = ()
    orders: Sequence[str] = ()
    empty: str = "没有"


def goods(reader: Reader, customer: str, product: str, qty: int | None, day: str, uid: str = "") -> Goods:
    """Everything about one product for one customer; `uid` is the order that is being typed."""
    row = reader.get("product", product)
    if row is None:
        return Goods()
    promised, expected, first = reader.tuples(
        "SELECT coalesce(sum(q), 0), coalesce(sum(CASE WHEN day IS NOT NULL THEN q END), 0), coalesce(min(day), '') FROM ("
        " SELECT l.open AS q, (SELECT max(p.promised) FROM line_promise p WHERE p.line = l.uid AND p.void = 0) AS day"
        ' FROM order_line l WHERE l.product = ? AND l.open > 0 AND l."order" != ?)',
        (product, uid),
    )[0]
    return Goods(
        tuple(prices_here(reader, customer, product, uid)) if customer else (),
        tuple(prices_elsewhere(reader, customer, product)),
        pricing.reasons(reader, customer, product, qty, day),
        int(row["on_hand"] or 0),
        int(promised),
        int(expected),
        str(first),
    )


def prices_here(reader: Reader, customer: str, product: str, but: str = "", limit: int = LAST) -> list[LastPrice]:
    """What this customer paid last, newest first."""
    return [
        LastPrice(price, day, number or "", qty, "", order)
        for price, day, number, qty, order in reader.tuples(
            "SELECT l.price, o.order_date, o.number, l.qty, o.uid FROM (SELECT uid, number, order_date, confirmed_at"
            " FROM sales_order WHERE customer = ? AND void = 0 ORDER BY order_date DESC LIMIT ?) o"
            ' CROSS JOIN order_line l ON l."order" = o.uid WHERE l.product = ? AND l.void = 0 AND l.price IS NOT NULL'
            " AND coalesce(l.kind, '') != 'gift' AND o.confirmed_at IS NOT NULL AND o.uid != ? LIMIT ?",
            (customer, RECENT_ORDERS, product, but, limit),
        )
    ]


def prices_elsewhere(reader: Reader, customer: str, product: str, limit: int = LAST) -> list[LastPrice]:
    """What other customers paid last, one price of each, newest first."""
    found: list[LastPrice] = []
    seen: set[str] = set()
    for who, name, price, day, number, qty, order in reader.tuples(
        "SELECT o.customer, coalesce(c.short_name, c.name), l.price, o.order_date, o.number, l.qty, o.uid FROM"
        ' (SELECT "order", price, qty FROM order_line WHERE product = ? AND void = 0 AND price IS NOT NULL'
        "  AND coalesce(kind, '') != 'gift' ORDER BY rowid DESC LIMIT ?) l"
        ' CROSS JOIN sales_order o ON o.uid = l."order" LEFT JOIN customer c ON c.uid = o.customer'
        " WHERE o.void = 0 AND o.confirmed_at IS NOT NULL AND o.customer != ? LIMIT ?",
        (product, RECENT_LINES, customer, limit * 8),
    ):
        if who not in seen and len(found) < limit:
            seen.add(who)
            found.append(LastPrice(price, day, number or "", qty, name or "", order))
    return sorted(found, key=lambda one: one.day, reverse=True)


def owing(reader: Reader, customer: str, today: str, uid: str = "") -> Owing:
    """Undelivered lines of the customer's other orders, and his open changes."""
    lines, worth, first, late = reader.tuples(
        f"SELECT count(*), coalesce(sum({OPEN_WORTH}), 0), coalesce(min(coalesce(l.due_date, o.due_date)), ''),"
        ' coalesce(sum(coalesce(l.due_date, o.due_date) < ?), 0) FROM sales_order o JOIN order_line l ON l."order" = o.uid'
        f" WHERE o.customer = ? AND o.void = 0 AND o.stage IN {OPEN} AND o.uid != ? AND l.void = 0"
        " AND l.qty > coalesce(l.delivered, 0) + coalesce(l.closed, 0)",
        (today, customer, uid),
    )[0]
    changes = reader.value(
        "SELECT count(DISTINCT n.change) FROM change_notice n JOIN sales_order o ON o.uid = n.\"order\""
        " WHERE o.customer = ? AND o.void = 0 AND n.void = 0 AND n.state IN ('waiting', 'told')",
        (customer,),
    )  # fmt: skip
    return Owing(int(lines), int(worth), str(first), int(late), int(changes or 0))


# -- the rows behind the figures --------------------------------------------------------------------------------------

FIGURES = (
    "mine", "others", "promised", "why", "unpaid", "unbilled", "undelivered", "overdue", "owing", "changes", "deposit",
)  # fmt: skip


def rows_of(reader: Reader, figure: str, customer: str, product: str, today: str, uid: str = "") -> Sheet:
    """What a figure of the panel is made of. Raises KeyError for a figure that does not exist."""
    made: dict[str, Callable[[], Sheet]] = {
        "mine": lambda: _prices("这个客户最近的价", prices_here(reader, customer, product, uid, 50)),
        "others": lambda: _prices("别的客户最近的价", prices_elsewhere(reader, customer, product, 30), True),
        "promised": lambda: _promised(reader, product, uid),
        "why": lambda: _why(reader, customer, product, today),
        "unpaid": lambda: _claims("未收", reader, customer, today, ("发票", "期初")),
        "unbilled": lambda: _claims("已发未开票", reader, customer, today, ("送货",)),
        "overdue": lambda: _claims("逾期没收的", reader, customer, today, (), True),
        "undelivered": lambda: _owing(reader, customer, today, ""),
        "owing": lambda: _owing(reader, customer, today, uid),
        "changes": lambda: _changes(reader, customer),
        "deposit": lambda: _deposits(reader, customer),
    }
    return made[figure]()


def _prices(title: str, prices: Sequence[LastPrice], named: bool = False) -> Sheet:
    head = (*(("客户",) if named else ()), "日期", "订单", "数量", "单价")
    rows = [
        (*((one.who,) if named else ()), one.day, one.number, QTY.show(one.qty), PRICE.show(one.price))
        for one in prices
    ]
    return Sheet(title, head, rows, [one.order for one in prices], "没有卖过这个产品")


def _promised(reader: Reader, product: str, uid: str) -> Sheet:
    found = reader.rows(
        "SELECT o.uid, o.number, c.name, l.open AS q, coalesce(l.due_date, o.due_date) AS due,"
        " (SELECT max(p.promised) FROM line_promise p WHERE p.line = l.uid AND p.void = 0) AS said FROM order_line l"
        ' JOIN sales_order o ON o.uid = l."order" LEFT JOIN customer c ON c.uid = o.customer'
        f" WHERE l.product = ? AND l.open > 0 AND o.uid != ? ORDER BY due LIMIT {SHOWN}",
        (product, uid),
    )
    rows = [(r["number"] or "", r["name"] or "", QTY.show(r["q"]), r["due"] or "", r["said"] or "") for r in found]
    head = ("订单", "客户", "没发的数量", "交期", "生产/采购答应")
    return Sheet("已经答应给别的订单的", head, rows, [str(r["uid"]) for r in found], "没有答应给别人，库存都能用")


def _why(reader: Reader, customer: str, product: str, today: str) -> Sheet:
    quote = pricing.reasons(reader, customer, product, None, today)
    rows = [(words,) for words in (*quote.why, quote.hint) if words]
    return Sheet("这个价是怎么来的", ("依据",), rows, [""] * len(rows), "没有价目表和促销，按标准售价")


def _claims(
    title: str, reader: Reader, customer: str, today: str, kinds: tuple[str, ...], late_only: bool = False
) -> Sheet:
    found = [one for one in money.claims(reader, customer) if not kinds or one.kind in kinds]
    if late_only:
        found = [one for one in found if one.due < today]
    rows = [
        (one.kind, one.number, one.day, one.due, str(max(0, one.late(today)) or ""), MONEY.show(one.amount))
        for one in found[:SHOWN]
    ]
    head = ("是什么", "单号", "日期", "该付的日子", "逾期天数", "金额")
    return Sheet(title, head, rows, [getattr(one, "order", "") for one in found[:SHOWN]], "没有")


def _owing(reader: Reader, customer: str, today: str, uid: str) -> Sheet:
    found = reader.rows(
        "SELECT o.uid, o.number, p.name, p.spec, p.unit, l.qty - coalesce(l.delivered, 0) - coalesce(l.closed, 0) AS q,"
        f" coalesce(l.due_date, o.due_date) AS due, {OPEN_WORTH} AS worth FROM sales_order o"
        ' JOIN order_line l ON l."order" = o.uid JOIN product p ON p.uid = l.product'
        f" WHERE o.customer = ? AND o.void = 0 AND o.stage IN {OPEN} AND o.uid != ? AND l.void = 0"
        f" AND l.qty > coalesce(l.delivered, 0) + coalesce(l.closed, 0) ORDER BY due, o.number LIMIT {SHOWN}",
        (customer, uid),
    )
    rows = [
        (
            r["number"] or "",
            goods_words(r["name"], r["spec"]),
            f"{QTY.show(r['q'])} {r['unit'] or ''}".strip(),
            str(r["due"] or ""),
            str(max(0, dates.days_between(str(r["due"]), today)) or "") if r["due"] else "",
            MONEY.show(r["worth"]),
        )
        for r in found
    ]
    head = ("订单", "产品", "没发的", "交期", "过期天数", "金额")
    return Sheet("还欠这个客户的货", head, rows, [str(r["uid"]) for r in found], "不欠货")


def _changes(reader: Reader, customer: str) -> Sheet:
    found = reader.rows(
        "SELECT o.uid, o.number, c.version, c.kind, c.summary, c.made_at, group_concat(n.who, '、') AS who FROM change_notice n"
        ' JOIN order_change c ON c.uid = n.change JOIN sales_order o ON o.uid = n."order"'
        " WHERE o.customer = ? AND o.void = 0 AND n.void = 0 AND c.void = 0 AND n.state IN ('waiting', 'told')"
        f" GROUP BY c.uid ORDER BY c.made_at DESC LIMIT {SHOWN}",
        (customer,),
    )
    rows = [
        (r["number"] or "", f"v{r['version']}", str(r["made_at"])[:16].replace("T", " "), r["kind"] or "", r["summary"] or "",
         r["who"] or "") for r in found
    ]  # fmt: skip
    head = ("订单", "版本", "变更时间", "原因", "改了什么", "还没接收的")
    return Sheet("他的订单还有谁没接收变更", head, rows, [str(r["uid"]) for r in found], "变更都接收了")


def _deposits(reader: Reader, customer: str) -> Sheet:
    found = reader.rows(
        "SELECT uid, number, day, amount FROM receipt WHERE customer = ? AND void = 0 ORDER BY day DESC LIMIT 50",
        (customer,),
    )
    rows = [(r["number"] or "", r["day"] or "", MONEY.show(r["amount"])) for r in found]
    return Sheet("他的回款", ("回款单", "日期", "金额"), rows, [""] * len(rows), "没有回款")
