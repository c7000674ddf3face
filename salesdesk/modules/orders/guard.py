"""What must hold between an order, its papers and its deliveries, whichever way the order came to look as it does."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders import changes as versions
from salesdesk.persistence.work import Work


def guard(work: Work, changes: Changes) -> list[Problem]:
    """Faults of the touched orders: goods delivered without a confirmed order, to somebody else, or more than ordered."""
    orders = set(changes.of("sales_order"))
    for entity in ("order_line", "route_slip"):
        orders.update(
            work.column(
                f'SELECT DISTINCT "order" FROM "{entity}" WHERE uid IN (SELECT value FROM json_each(?))',
                (json.dumps(list(changes.of(entity))),),
            )
        )
    orders.update(
        work.column(
            'SELECT DISTINCT l."order" FROM delivery_line d JOIN order_line l ON l.uid = d.order_line'
            " WHERE d.uid IN (SELECT value FROM json_each(?1)) OR d.delivery IN (SELECT value FROM json_each(?2))",
            (json.dumps(list(changes.of("delivery_line"))), json.dumps(list(changes.of("delivery")))),
        )
    )
    among = "(SELECT value FROM json_each(?))"
    touched = (json.dumps(list(orders)),)
    found = [
        Problem(
            f"订单 {order} 已按送货单 {number} 发货，不能回到没确认或别的客户",
            f"请先作废送货单 {number}",
            code="delivered",
        )
        for order, number in work.tuples(
            'SELECT DISTINCT o.number, d.number FROM sales_order o JOIN order_line l ON l."order" = o.uid'
            " JOIN delivery_line x ON x.order_line = l.uid AND x.void = 0 JOIN delivery d ON d.uid = x.delivery"
            f" WHERE o.uid IN {among} AND d.void = 0 AND (o.state != 'confirmed' OR o.customer != d.customer)",
            touched,
        )
    ]
    found += [
        Problem(f"订单 {order} 的传递单 {number} 还在，订单却没有确认", "请先撤销后来的变更", code="slip_open")
        for order, number in work.tuples(
            'SELECT o.number, s.number FROM route_slip s JOIN sales_order o ON o.uid = s."order"'
            f" WHERE o.uid IN {among} AND s.void = 0 AND o.state != 'confirmed'",
            touched,
        )
    ]
    found += [
        Problem(
            f"订单 {order} 的「{product}」发的加上关闭的比订的多", "请先作废送货单，或重开余量", code="below_delivered"
        )
        for order, product in work.tuples(
            'SELECT o.number, p.name FROM order_line l JOIN sales_order o ON o.uid = l."order"'
            " JOIN product p ON p.uid = l.product JOIN delivery_line d ON d.order_line = l.uid AND d.void = 0"
            f" WHERE o.uid IN {among} GROUP BY l.uid HAVING l.void = 1"
            " OR sum(d.qty) + coalesce(l.closed, 0) > l.qty OR max(d.product != l.product)",
            touched,
        )
    ]
    return found + versions.guard(work, changes)
