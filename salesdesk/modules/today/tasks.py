"""临时任务 that are not done, for 今日."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Open tasks, the earliest first; those of later days too, so that nothing waits unseen."""
    rows = reader.rows(
        f"SELECT * FROM task WHERE done_at IS NULL AND void = 0 ORDER BY due IS NULL, due, rowid LIMIT {LISTED + 1}"
    )

    def made(row: Row) -> ToDo:
        due = str(row["due"] or "")
        late = dates.days_between(due, today) if due else 0
        when = f"已过 {late} 天" if late > 0 else f"{dates.show_day_short(due, today)} 要" if due else "没说什么时候要"
        who = f"{row['from_whom']}交代 · " if row["from_whom"] else ""
        tone = "err" if late > 0 else "warn" if late == 0 and due else "info"
        return ToDo(
            str(row["words"]), f"{who}{when}", due, "note", tone, "task", row["uid"], "task.done", "办完了", "临时任务"
        )

    more = ToDo("还有更多临时任务", "先办完前面的", "", "note", "warn", "task", "", "", "查看", "临时任务")
    return listed(
        rows, lambda: reader.value("SELECT count(*) FROM task WHERE done_at IS NULL AND void = 0"), made, more
    )
