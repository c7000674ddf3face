"""Customers to be called about money and statements that wait for an answer, for 今日."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.modules.money import queries
from salesdesk.modules.money.rules import MONEY
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Customers past due who were not called yet or are due for a call; statements unanswered or disputed."""
    return [*_calls(reader, today), *_statements(reader, today)]


def _calls(reader: Reader, today: str) -> list[ToDo]:
    rows = queries.late_customers(reader, today, LISTED + 1)

    def call(row: Row) -> ToDo:
        days = row["days"]
        said = f" · {str(row['at'])[5:10]} 说：{str(row['said'])[:20]}" if row["at"] else ""
        broken = row["promised_day"] and str(row["promised_day"]) < today
        return ToDo(
            f"{row['name']} {'答应的款没到' if broken else '逾期未付'}",
            f"¥{MONEY.show(row['late'])} · 最长 {days} 天{said}",
            str(row["next_day"] or row["since"]),
            "money",
            "err" if days > 30 or broken else "warn",
            "customer",
            str(row["uid"]),
            "customer.chase",
            "记催款",
        )

    more = ToDo("还有更多逾期的客户", "太多了，到账龄里一起看", "", "money", "warn", "chase", "", "ageing", "看账龄")
    owing = [row for row in rows if row["late"] > 0]  # a red invoice may have made up for it
    return listed(owing, lambda: queries.late_count(reader, today), call, more)


_ANSWERS = {
    "unsent": ("还没发", "statement.send", "登记发出"),
    "sent": ("还没回签", "statement.sign", "登记回签"),
    "disputed": ("有争议", "statement.sign", "登记回签"),
}


def _statements(reader: Reader, today: str) -> list[ToDo]:
    open_ = (
        "FROM statement s LEFT JOIN customer c ON c.uid = s.customer WHERE +s.void = 0 AND s.state IN ('unsent', 'sent', 'disputed')"
        " AND coalesce(s.next_day, substr(s.created_at, 1, 10)) <= ?"
    )
    rows = reader.rows(
        "SELECT s.uid, s.number, s.month, s.state, s.closing, s.next_day, s.dispute, s.created_at, c.name"
        f" {open_} ORDER BY s.next_day LIMIT {LISTED + 1}",
        (today,),
    )

    def answer(row: Row) -> ToDo:
        word, verb, title = _ANSWERS[str(row["state"])]
        why = f" · {str(row['dispute'])[:24]}" if row["state"] == "disputed" and row["dispute"] else ""
        return ToDo(
            f"{row['name']} {row['month']} 对账单{word}",
            f"{row['number']} · 期末 ¥{MONEY.show(row['closing'])}{why}",
            str(row["next_day"] or str(row["created_at"])[:10]),
            "document",
            "err" if row["state"] == "disputed" else "info",
            "statement",
            str(row["uid"]),
            verb,
            title,
        )

    more = ToDo(
        "还有更多没回签的对账单",
        "太多了，到对账单里一起办",
        "",
        "document",
        "warn",
        "statement",
        "",
        "filter",
        "看全部",
    )
    return listed(rows, lambda: reader.value(f"SELECT count(*) {open_}", (today,)), answer, more)
