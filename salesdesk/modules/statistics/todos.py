"""Reports that wait for somebody to look at them, on 今日."""

from __future__ import annotations

from salesdesk.modules.statistics.model import REPORT
from salesdesk.modules.statistics.periods import PAPERS
from salesdesk.modules.statistics.words import change_words
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import ToDo

MOST = 12


def todos(reader: Reader, today: str) -> list[ToDo]:
    """One for each report nobody has looked at."""
    return [
        ToDo(
            f"{PAPERS[row['kind']]} {row['title']} 做好了，等你看",
            change_words(row["amount"] or 0, row["before"] or 0, "上期"),
            today,
            "chart",
            "info",
            REPORT.key,
            str(row["uid"]),
            "sales_report.seen",
            "看过了",
            "报表",
        )
        for row in reader.rows(
            f"SELECT uid, kind, title, amount, before FROM {REPORT.key} WHERE state = 'new' AND void = 0"
            " ORDER BY last DESC, rowid DESC LIMIT ?",
            (MOST,),
        )
    ]
