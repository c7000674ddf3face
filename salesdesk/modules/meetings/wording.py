"""The words of a notice and of minutes, as people write them in a group."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.model import CANCELLED, CHAIR, ITEM, NEED, PERSON, RECORDER, TASK
from salesdesk.persistence.reading import Reader
from salesdesk.services.history import ever


def hours(row: Row) -> str:
    """ "2026-06-15 周一 09:00–10:00"."""
    day = str(row["starts_at"])[:10]
    return f"{day} {dates.weekday_name(day)} {str(row['starts_at'])[11:16]}–{str(row['ends_at'])[11:16]}"


def in_brackets(words: object) -> str:
    """（words）, "" for none."""
    return f"（{words}）" if words else ""


def notice(reader: Reader, row: Row, company: str, operator: str) -> str:
    """The notice of a meeting, of its change, or of its end."""
    people = [p for p in reader.of_parent(PERSON, row["uid"]) if p["needed"] != 0]
    if row["state"] == CANCELLED:
        why = f"，原因：{row['why']}" if row["why"] else ""
        return f"【会议取消】{row['title']}\n原定 {hours(row)}{why}。\n收到请回复“收到”。\n{company} {operator}".strip()
    lines = [f"【会议{'改期' if told_otherwise(reader, row) else '通知'}】{row['title']}", f"时间：{hours(row)}"]
    if where := queries.place_of(reader, row):
        lines.append(f"地点：{where}")
    lines += [f"{title}：{row[key]}" for title, key in (("主持", "chair"), ("记录", "recorder")) if row[key]]
    names = [str(p["name"]) for p in people if p["part"] not in (CHAIR, RECORDER)]
    if names:
        lines.append(f"参加：{'、'.join(names)}")
    if row["purpose"]:
        lines.append(f"要解决：{row['purpose']}")
    items = reader.of_parent(ITEM, row["uid"])
    if items:
        lines.append("议程：")
        lines += [f"{i}. {agenda_line(reader, item)}" for i, item in enumerate(items, 1)]
    needs = reader.of_parent(NEED, row["uid"])
    if needs:
        lines.append("请准备：" + "；".join(need_words(need) for need in needs))
    lines.append("收到请回复“收到”，来不了请说明。")
    lines.append(f"{company} {operator}".strip())
    return "\n".join(lines)


def told_otherwise(reader: Reader, row: Row) -> bool:
    """Whether somebody was ever told of an earlier time or place; a slip mended before anybody heard of it is no change."""
    people = [str(p["uid"]) for p in reader.of_parent(PERSON, row["uid"])]
    return any(int(version or 0) < int(row["version"]) for version in ever(reader, people, "told_version"))


def topic_title(reader: Reader, item: Row) -> str:
    """The title of an item; one that was carried along says that it is settled by now."""
    carried = reader.get("resolution", item["carried"]) if item["carried"] else None
    settled = {"done": "（已办完）", "dropped": "（不办了）"}.get(str((carried or {}).get("state")), "")
    return f"{item['title']}{settled}"


def agenda_line(reader: Reader, item: Row) -> str:
    """ "上周销售情况（15 分钟，李强）"."""
    more = "，".join(filter(None, (f"{item['minutes']} 分钟" if item["minutes"] else "", str(item["speaker"] or ""))))
    return f"{topic_title(reader, item)}{in_brackets(more)}"


def need_words(need: Row) -> str:
    """ "投影仪 2（陈静）"."""
    count = f" {need['count']}" if int(need["count"] or 1) > 1 else ""
    return f"{need['name']}{count}{in_brackets(need['who'])}"


def standing(row: Row, today: str) -> str:
    """Where a resolution stands, with when: 办完 06-18（已发传真）, 过期 3 天."""
    if row["state"] == "done":
        return f"办完 {str(row['done_at'])[:10]}{in_brackets(row['result'])}"
    if row["state"] == "dropped":
        return f"不办了 {str(row['done_at'])[:10]}：{row['result']}"
    if row["kind"] != TASK:
        return ""
    late = dates.days_between(str(row["due"]), today) if row["due"] else 0
    return f"过期 {late} 天" if late > 0 else "没办完"


def resolution_words(row: Row) -> str:
    """ "任务：李强 06-18 前 报华源的新价"."""
    due = f" {str(row['due'])[5:]} 前" if row["due"] else ""
    whose = f"{row['owner']}{due} " if row["owner"] else ""
    return f"{row['kind']}：{whose}{row['text']}"


def minutes_text(reader: Reader, row: Row, company: str, operator: str, today: str) -> str:
    """The minutes as a text: what was discussed, what was resolved, who does what until when."""
    people = reader.of_parent(PERSON, row["uid"])
    came = [str(p["name"]) for p in people if p["attended"]]
    absent = [str(p["name"]) for p in people if not p["attended"]]
    lines = [f"【会议纪要】{row['title']}", f"时间：{hours(row)}"]
    lines += [f"到会：{'、'.join(came)}"] if came else []
    lines += [f"没到：{'、'.join(absent)}"] if came and absent else []
    for i, item in enumerate(reader.of_parent(ITEM, row["uid"]), 1):
        lines.append(f"{i}. {topic_title(reader, item)}")
        if item["discussion"]:
            lines.append(str(item["discussion"]))
    resolved = queries.resolutions_of(reader, row["uid"])
    if resolved:
        lines.append("决议：")
        for i, one in enumerate(resolved, 1):
            told = standing(one, today) if one["state"] in ("done", "dropped") else ""
            lines.append(f"{i}) {resolution_words(one)}{f'　{told}' if told else ''}")
    lines.append(f"{company} {row['recorder'] or operator}".strip())
    return "\n".join(lines)
