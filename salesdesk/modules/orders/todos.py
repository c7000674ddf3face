"""What of the order desk belongs on 今日: arrivals not entered, slips not passed on, deliveries due or overdue."""

from __future__ import annotations

from typing import Any

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders import delivery_queries, waiting
from salesdesk.modules.orders.model import INTAKE
from salesdesk.modules.orders.queries import OPEN
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed


def todos(reader: Reader, today: str) -> list[ToDo]:
    """The first of each kind; where there are more, one entry stands for them and leads to the list."""
    return [
        *_arrivals(reader),
        *_slips(reader),
        *_deliveries(reader, today),
        *waiting.answers(reader, today),
        *waiting.releases(reader),
        *waiting.notices(reader),
        *delivery_queries.todos(reader, today),
    ]


def _more(title: str, group: str, icon: str, entity: str, *where: tuple[str, str, Any]) -> ToDo:
    """The entry that stands for those beyond the listed ones and leads to their list."""
    args = {"entity": entity, "where": [list(one) for one in where], "title": title}
    return ToDo(
        f"还有更多{title}", "太多了，到列表里一起办", "", icon, "warn", entity, "", "filter", "看全部", group, args
    )


def _arrivals(reader: Reader) -> list[ToDo]:
    waiting = "FROM intake i WHERE i.state = 'waiting' AND i.void = 0"
    rows = reader.rows(
        f"SELECT i.*, (SELECT c.name FROM customer c WHERE c.uid = i.customer) AS who {waiting}"
        f" ORDER BY i.received_at LIMIT {LISTED + 1}"
    )
    more = _more("待录入的来单", "来单", "phone", "intake", ("state", "=", "waiting"))
    return listed(rows, lambda: reader.value(f"SELECT count(*) {waiting}"), _arrival, more)


def _arrival(row: Row) -> ToDo:
    who = row["who"] or row["from_whom"] or "未写客户"
    channel = INTAKE["channel"].kind.show(row["channel"])
    return ToDo(
        f"{who} {channel}来单待录入",
        f"{row['number']} · {str(row['received_at'])[5:16].replace('T', ' ')} 收到",
        str(row["received_at"])[:10],
        "phone",
        "warn",
        "intake",
        row["uid"],
        "order.new",
        "去录单",
        "来单",
    )


def _slips(reader: Reader) -> list[ToDo]:
    rows = reader.rows(
        "SELECT s.uid, s.number, s.route, o.number AS order_number, o.confirmed_at, c.name AS who FROM route_slip s"
        ' JOIN sales_order o ON o.uid = s."order" LEFT JOIN customer c ON c.uid = o.customer'
        f" WHERE s.void = 0 AND s.passed_at IS NULL ORDER BY s.rowid LIMIT {LISTED + 1}"
    )
    count = "SELECT count(*) FROM route_slip WHERE void = 0 AND passed_at IS NULL"
    more = _more("没传出的传递单", "传递", "send", "route_slip", ("passed_at", "empty", None))
    return listed(rows, lambda: reader.value(count), _slip, more)


def _slip(row: Row) -> ToDo:
    target = "生产" if row["route"] == "make" else "采购"
    return ToDo(
        f"{row['order_number']} 还没传给{target}",
        f"{row['who']} · {row['number']}",
        str(row["confirmed_at"])[:10],
        "send",
        "info",
        "route_slip",
        row["uid"],
        "route.pass",
        "登记传出",
        "传递",
    )


def _deliveries(reader: Reader, today: str) -> list[ToDo]:
    soon = dates.add_days(today, 1)
    due = f"FROM sales_order o WHERE o.stage IN {OPEN} AND o.due_date <= ? AND +o.void = 0"
    rows = reader.rows(
        "SELECT o.uid, o.number, o.due_date, o.stage, o.amount, (SELECT name FROM customer c WHERE c.uid = o.customer) AS who"
        f" {due} ORDER BY o.due_date LIMIT {LISTED + 1}",
        (soon,),
    )
    more = _more(
        "到交期没发完的订单",
        "交货",
        "truck",
        "sales_order",
        ("stage", "in", ["confirmed", "part"]),
        ("due_date", "<=", soon),
    )

    def delivery(row: Row) -> ToDo:
        late = dates.days_between(str(row["due_date"]), today)
        word = f"已过交期 {late} 天" if late > 0 else ("今天交货" if late == 0 else "明天交货")
        part = "，还有没发的" if row["stage"] == "part" else ""
        return ToDo(
            f"{row['who']} {word}{part}",
            f"{row['number']} · ¥{row['amount'] / 100:,.2f}",
            str(row["due_date"]),
            "truck",
            "err" if late > 0 else "warn",
            "sales_order",
            row["uid"],
            "order.deliver",
            "开送货单",
            "交货",
        )

    return listed(rows, lambda: reader.value(f"SELECT count(*) {due}", (soon,)), delivery, more)
