"""What of the price policy belongs on 今日: prices that run out within a week with nothing to follow them."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo

AHEAD = 7
"""Days before a price runs out at which it is told."""


def todos(reader: Reader, today: str) -> list[ToDo]:
    """One entry a list, the earliest end first."""
    found = reader.tuples(
        "SELECT h.uid, h.name, min(l.valid_to), count(*) FROM price_line l JOIN price_list h ON h.uid = l.list"
        " WHERE l.valid_to BETWEEN ? AND ? AND l.void = 0 AND h.void = 0 AND coalesce(h.stopped, 0) = 0"
        " AND NOT EXISTS (SELECT 1 FROM price_line n WHERE n.list = l.list AND n.product = l.product AND n.void = 0"
        " AND (n.valid_to IS NULL OR n.valid_to > l.valid_to)) GROUP BY h.uid ORDER BY 3 LIMIT ?",
        (today, dates.add_days(today, AHEAD), LISTED),
    )
    return [
        ToDo(
            f"价目表「{name}」有 {count} 个价要到期",
            f"{day} 以后按别的价目表或标准售价；请问清新价，用「调价」或「导入」放进来",
            day,
            "tag",
            "warn",
            "price_list",
            uid,
            verb_title="看价目表",
            group="价格",
        )
        for uid, name, day, count in found
    ]
