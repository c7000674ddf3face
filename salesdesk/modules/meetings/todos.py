"""What meetings want of the clerk today: prepare, tell, ask again, write and send the minutes, chase resolutions."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.meetings import queries
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed

GROUP = "会议"
SOON_DAYS = 3
"""A resolution is spoken of so many days before it is due."""
LOOKED_BACK = 60
"""Meetings older than this whose minutes were never sent are left alone."""


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Meetings first, then resolutions."""
    return [
        *_series(reader, today),
        *_invitations(reader, today),
        *_minutes(reader, today),
        *_resolutions(reader, today),
    ]


def _setting(reader: Reader, key: str, usual: int) -> int:
    kept = reader.value("SELECT value FROM setting WHERE key = ?", (key,))
    return int(float(kept)) if kept is not None else usual


def _series(reader: Reader, today: str) -> list[ToDo]:
    """Coming meetings of series that nobody has prepared."""
    ahead = dates.add_days(today, _setting(reader, "meeting.prepare_days", 3))
    first: dict[str, tuple[Row, str, str]] = {}
    for series, one in queries.foreseen(reader, today, ahead):
        first.setdefault(series["uid"], (series, one.planned, one.day))
    return [
        ToDo(
            f"准备例会：{series['title']} {dates.show_day_short(day, today)} {str(series['first_at'])[11:16]}",
            "人、议程照例会，没完的决议带上", day, "calendar", "warn" if day == today else "info", "meeting_series", uid,
            "meeting_series.prepare", "准备", GROUP, {"day": planned},
        )
        for uid, (series, planned, day) in first.items()
    ]  # fmt: skip


def _invitations(reader: Reader, today: str) -> list[ToDo]:
    """Coming meetings, or cancelled ones, whose people do not all know."""
    rows = reader.rows(
        "SELECT m.*, (SELECT group_concat(p.name, '、') FROM meeting_person p WHERE p.meeting = m.uid AND p.void = 0"
        " AND p.state = 'waiting') AS untold, (SELECT group_concat(p.name, '、') FROM meeting_person p WHERE p.meeting = m.uid"
        " AND p.void = 0 AND p.state = 'again') AS again, (SELECT group_concat(p.name, '、') FROM meeting_person p"
        " WHERE p.meeting = m.uid AND p.void = 0 AND p.state = 'told') AS silent FROM meeting m WHERE m.void = 0"
        " AND m.state IN ('planned', 'cancelled') AND m.starts_at >= ? ORDER BY m.starts_at LIMIT 200",
        (today,),
    )
    found = []
    for row in rows:
        off = row["state"] == "cancelled"
        when = (
            f"{row['title']} {dates.show_day_short(str(row['starts_at'])[:10], today)} {str(row['starts_at'])[11:16]}"
        )
        due = min(str(row["starts_at"])[:10], dates.add_days(today, 1))
        if row["again"]:
            told = f"会议{'取消' if off else '改了'}，要再通知：{when}"
            found.append(
                ToDo(
                    told,
                    str(row["again"]),
                    today,
                    "refresh",
                    "err",
                    "meeting",
                    row["uid"],
                    "meeting.tell_all",
                    "登记通知",
                    GROUP,
                )
            )
        elif row["untold"] and not off:
            found.append(
                ToDo(
                    f"通知开会：{when}",
                    str(row["untold"]),
                    due,
                    "send",
                    "warn",
                    "meeting",
                    row["uid"],
                    "meeting.tell_all",
                    "登记通知",
                    GROUP,
                )
            )
        if row["silent"] and not off:
            found.append(
                ToDo(
                    f"没回话：{when}",
                    str(row["silent"]),
                    due,
                    "question",
                    "info",
                    "meeting",
                    row["uid"],
                    "meeting.unanswered",
                    "提醒",
                    GROUP,
                )
            )
    return found


def _minutes(reader: Reader, today: str) -> list[ToDo]:
    """Meetings that are over and whose minutes are not sent, with the hour by which they should be."""
    hours = _setting(reader, "meeting.minutes_hours", 24)
    rows = reader.rows(
        "SELECT * FROM meeting WHERE void = 0 AND state != 'cancelled' AND minutes_state != 'sent' AND ends_at < ?"
        " AND ends_at >= ? AND (state = 'held' OR ends_at < ?) ORDER BY ends_at",
        (dates.add_days(today, 1), dates.add_days(today, -LOOKED_BACK), today),
    )
    steps = {
        "draft": ("写纪要", "minutes.write", "写纪要"), "returned": ("纪要退改", "minutes.write", "改纪要"),
        "review": ("等审纪要", "minutes.approve", "登记审过"), "approved": ("发纪要", "minutes.send", "发出"),
    }  # fmt: skip
    found = []
    for row in rows:
        title, verb, name = steps[str(row["minutes_state"])]
        due = queries.due_at(row, hours)
        detail = f"{due[5:10]} {due[11:16]} 前发出（散会 {hours} 小时内）" + (
            f" · {row['review_note']}" if row["review_note"] else ""
        )
        tone = "err" if due[:10] < today else "warn"
        found.append(
            ToDo(
                f"{title}：{row['title']} {str(row['starts_at'])[5:10]}",
                detail,
                due[:10],
                "edit",
                tone,
                "meeting",
                row["uid"],
                verb,
                name,
                GROUP,
            )
        )
    return found


def _resolutions(reader: Reader, today: str) -> list[ToDo]:
    """Tasks due soon or past."""
    limit = dates.add_days(today, SOON_DAYS)
    open_ = (
        "FROM resolution r JOIN meeting m ON m.uid = r.meeting"
        " WHERE r.state = 'open' AND r.due <= :until AND +r.void = 0 AND m.void = 0"
    )
    rows = reader.rows(
        f"SELECT r.*, m.title AS meeting_title, m.starts_at {open_} ORDER BY r.due, r.rowid LIMIT {LISTED + 1}",
        {"until": limit},
    )

    def made(row: Row) -> ToDo:
        late = dates.days_between(str(row["due"]), today)
        when = (
            f"过期 {late} 天"
            if late > 0
            else "今天到期"
            if late == 0
            else f"{dates.show_day_short(str(row['due']), today)} 到期"
        )
        return ToDo(
            f"决议：{row['owner'] or ''} {row['text']}".replace("： ", "："),
            f"{when} · {row['meeting_title']} {str(row['starts_at'])[5:10]}", str(row["due"]), "flag",
            "err" if late > 0 else "warn" if late == 0 else "info", "resolution", row["uid"], "resolution.done", "办完了", "决议",
        )  # fmt: skip

    args = {"entity": "resolution", "where": [["state", "=", "open"]], "title": "没办完的决议"}
    more = ToDo(
        "还有更多没办完的决议", "到决议里看", "", "flag", "warn", "resolution", "", "filter", "看全部", "决议", args
    )
    return listed(rows, lambda: reader.value(f"SELECT count(*) {open_}", {"until": limit}), made, more)
