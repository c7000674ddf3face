"""Orders that wait for the customer's answer (待确认), for 今日."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders.model import ASK_HOW
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed

GROUP = "等答复"


def asked_words(row: Row) -> str:
    """ "6-12 10:30 电话问王芳" of a parked order, "" when nothing was noted."""
    if not row.get("asked_at"):
        return ""
    how = ASK_HOW.show(row["asked_how"]) if row.get("asked_how") else ""
    at = str(row["asked_at"])[5:16].replace("T", " ")
    return f"{at} {how}问{row['asked_whom'] or '客户'}"


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Questions that wait for an answer, the ones past their day first."""
    parked = "FROM sales_order o WHERE o.stage = 'parked' AND +o.void = 0"
    rows = reader.rows(
        f"SELECT o.*, (SELECT name FROM customer c WHERE c.uid = o.customer) AS who {parked}"
        f" ORDER BY coalesce(o.answer_due, o.order_date) LIMIT {LISTED + 1}"
    )
    args = {"entity": "sales_order", "where": [["stage", "=", "parked"]], "title": "等客户答复的订单"}
    more = ToDo(
        "还有更多等客户答复的订单",
        "太多了，到列表里一起办",
        "",
        "question",
        "warn",
        "sales_order",
        "",
        "filter",
        "看全部",
        GROUP,
        args,
    )

    def one(row: Row) -> ToDo:
        due = str(row["answer_due"] or row["order_date"])
        late = dates.days_between(due, today)
        word = f"，已过答复期限 {late} 天" if late > 0 else "，今天要答复" if late == 0 and row["answer_due"] else ""
        told = f"{asked_words(row)}{word}".strip("，")
        return ToDo(
            f"等 {row['who']} 答复：{str(row['question'] or '')[:24]}",
            " · ".join(part for part in (str(row["number"]), told) if part),
            due,
            "question",
            "err" if late > 0 else "warn",
            "sales_order",
            row["uid"],
            "order.answer",
            "记答复",
            GROUP,
        )

    return listed(rows, lambda: reader.value(f"SELECT count(*) {parked}"), one, more)
