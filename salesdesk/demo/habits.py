"""What stands around the demo's entry: a few usual baskets kept under a name, and one price the 主管 is asked about."""

from __future__ import annotations

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Price

NAMES = ("月初补货", "检修常备", "工程开工")


def enter_habits(desk: Desk) -> None:
    """Baskets of the latest orders with several lines, and a draft below cost that waits for the 主管."""
    with desk.read() as reader:
        orders = reader.column(
            'SELECT o.uid FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0 WHERE o.void = 0'
            " AND o.confirmed_at IS NOT NULL GROUP BY o.uid HAVING count(*) > 1 ORDER BY o.confirmed_at DESC, o.number DESC LIMIT 3"
        )
        draft = reader.row(
            'SELECT o.uid, p.cost, l.uid AS line FROM sales_order o JOIN order_line l ON l."order" = o.uid AND l.void = 0'
            " JOIN product p ON p.uid = l.product WHERE o.void = 0 AND o.state = 'draft' AND p.cost > 20000"
            " AND coalesce(p.floor_price, 0) <= p.cost ORDER BY o.number DESC LIMIT 1"
        )
    for name, order in zip(NAMES, orders, strict=False):
        desk.do("order.keep_basket", {"uid": order, "name": name})
    if draft is None:
        return
    lines = []
    for row in desk.lines("order_line", str(draft["uid"])):
        price = int(draft["cost"]) - 10000 if row["uid"] == draft["line"] else row["price"]
        lines.append(
            {"uid": row["uid"], "product": row["product"], "qty": str(row["qty"] / 1000), "price": Price().wire(price)}
        )
    try:
        desk.do("order.save", {"uid": draft["uid"], "lines": lines})
        desk.do("release.ask", {"uid": draft["uid"], "words": "老客户第一次试用，数量不大"})
    except Refused:  # nothing of it is needed: the draft stays as it was
        return
