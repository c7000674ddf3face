"""Missing orders on 今日: only what is likely, from the find of the day, less what was settled since."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.modules.omissions import queries
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import ToDo

MOST_LATE = 20
GROUP = "漏单"


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Late customers whose rhythm can be relied on, holes by customer, gaps in our own numbers by series."""
    find = queries.remembered(reader)
    found: list[ToDo] = []
    sure = [r for r in queries.still_late(reader, find, today) if r["sure"] != "low"] if find.late else []
    if sure:
        from salesdesk.modules.omissions.rules import SURE_WORDS
    for row in sure[:MOST_LATE]:
        found.append(
            ToDo(
                f"{row['name']} 该来单了，晚了 {row['days_late']} 天",
                f"平时约 {row['median']} 天一单（{SURE_WORDS[row['sure']]}），上次 {dates.show_day_short(row['last'], today)}",
                str(row["expected"]),
                "clock",
                "warn",
                "customer",
                str(row["customer"]),
                "omission.asked",
                "问过了",
                GROUP,
            )
        )
    by_customer: dict[str, list[str]] = {}
    names: dict[str, tuple[str, str]] = {}
    for row in queries.still_holes(reader, find, today) if find.holes else []:
        by_customer.setdefault(row["customer"], []).extend(row["missing"])
        names.setdefault(row["customer"], (str(row["name"]), str(row["since"])))
    for customer, numbers in by_customer.items():
        name, since = names[customer]
        shown = "、".join(numbers[:3]) + (f" 等 {len(numbers)} 个" if len(numbers) > 3 else "")
        found.append(
            ToDo(
                f"{name} 的单号缺 {shown}",
                "前后的单都到了，中间的没收到，问问是不是漏了",
                since,
                "question",
                "warn",
                "customer",
                customer,
                "omission.holes_asked",
                "问过了",
                GROUP,
                {"numbers": "、".join(numbers)},
            )
        )
    for row in queries.still_gaps(reader, find):
        missing = row["missing"]
        found.append(
            ToDo(
                f"{row['title']} {row['series']} 缺 {len(missing)} 个号",
                "、".join(missing[:4]),
                "",
                "document",
                "info",
                "",
                str(row["series"]),
                "omission.explained",
                "核对过了",
                GROUP,
                {"numbers": "、".join(missing)},
            )
        )
    return found
