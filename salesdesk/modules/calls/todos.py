"""Promises given on the telephone that are not kept yet, for 今日."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed

_OPEN = "FROM call k WHERE k.done_at IS NULL AND k.due IS NOT NULL AND +k.void = 0"


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Every open promise, the earliest first."""
    rows = reader.rows(
        f"SELECT k.*, (SELECT name FROM customer c WHERE c.uid = k.customer) AS who {_OPEN} ORDER BY k.due LIMIT {LISTED + 1}"
    )

    def made(row: Row) -> ToDo:
        late = dates.days_between(str(row["due"]), today)
        when = f"已过 {late} 天" if late > 0 else f"{dates.show_day_short(str(row['due']), today)} 前"
        return ToDo(
            f"答应 {row['who']}：{row['promise']}",
            f"{when} · {str(row['at'])[5:16].replace('T', ' ')} 来电"
            + (f" · {row['from_whom']}" if row["from_whom"] else ""),
            str(row["due"]),
            "phone",
            "err" if late > 0 else "warn" if late == 0 else "info",
            "call",
            row["uid"],
            "call.done",
            "办完了",
            "来电",
        )

    args = {"entity": "call"}
    more = ToDo(
        "还有更多答应客户的事", "到来电记录里看", "", "phone", "warn", "call", "", "filter", "看全部", "来电", args
    )
    return listed(rows, lambda: reader.value(f"SELECT count(*) {_OPEN}"), made, more)
