"""What of the order desk belongs on 今日: arrivals not entered, slips not passed on, deliveries due or overdue."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.modules.orders import change_queries, delivery_queries
from salesdesk.modules.orders.model import INTAKE
from salesdesk.modules.orders.queries import OPEN
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import ToDo


def todos(reader: Reader, today: str) -> list[ToDo]:
    """At most 60 of each kind; the register pages show the rest."""
    found: list[ToDo] = []
    for row in reader.rows(
        "SELECT i.*, c.name AS who FROM intake i LEFT JOIN customer c ON c.uid = i.customer WHERE i.state = 'waiting' AND i.void = 0"
        " ORDER BY i.received_at LIMIT 60"
    ):
        who = row["who"] or row["from_whom"] or "未写客户"
        channel = INTAKE["channel"].kind.show(row["channel"])
        found.append(
            ToDo(
                f"{who} {channel}来单待录入",
                f"{row['number']} · {str(row['received_at'])[5:16].replace('T', ' ')} 收到",
                str(row["received_at"])[:10],
                "phone",
                "warn",
                "intake",
                row["uid"],
                "order.new",
                "去录单",
            )
        )
    for row in reader.rows(
        "SELECT s.uid, s.number, s.route, o.number AS order_number, o.confirmed_at, c.name AS who FROM route_slip s"
        ' JOIN sales_order o ON o.uid = s."order" LEFT JOIN customer c ON c.uid = o.customer'
        " WHERE s.void = 0 AND s.passed_at IS NULL ORDER BY s.rowid LIMIT 60"
    ):
        target = "生产" if row["route"] == "make" else "采购"
        found.append(
            ToDo(
                f"{row['order_number']} 还没传给{target}",
                f"{row['who']} · {row['number']}",
                str(row["confirmed_at"])[:10],
                "send",
                "info",
                "route_slip",
                row["uid"],
                "route.pass",
                "登记传出",
            )
        )
    soon = dates.add_days(today, 1)
    for row in reader.rows(
        "SELECT o.uid, o.number, o.due_date, o.stage, o.amount, c.name AS who FROM sales_order o LEFT JOIN customer c ON c.uid = o.customer"
        f" WHERE o.stage IN {OPEN} AND o.void = 0 AND o.due_date <= ? ORDER BY o.due_date LIMIT 60",
        (soon,),
    ):
        late = dates.days_between(str(row["due_date"]), today)
        word = f"已过交期 {late} 天" if late > 0 else ("今天交货" if late == 0 else "明天交货")
        part = "，还有没发的" if row["stage"] == "part" else ""
        found.append(
            ToDo(
                f"{row['who']} {word}{part}",
                f"{row['number']} · ¥{row['amount'] / 100:,.2f}",
                str(row["due_date"]),
                "truck",
                "err" if late > 0 else "warn",
                "sales_order",
                row["uid"],
                "order.deliver",
                "开送货单",
            )
        )
    for row in reader.rows(
        "SELECT o.uid, o.number, o.question, o.order_date, c.name AS who FROM sales_order o LEFT JOIN customer c ON c.uid = o.customer"
        " WHERE o.stage = 'parked' AND o.void = 0 ORDER BY o.order_date LIMIT 60"
    ):
        found.append(
            ToDo(
                f"等 {row['who']} 答复：{str(row['question'] or '')[:24]}",
                str(row["number"]),
                str(row["order_date"]),
                "question",
                "warn",
                "sales_order",
                row["uid"],
                "order.answer",
                "记答复",
            )
        )
    return found + change_queries.todos(reader, today) + delivery_queries.todos(reader, today)
