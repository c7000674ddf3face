"""Reads what people write in one box: names between commas, an agenda a line an item, things to bring with who brings them."""

from __future__ import annotations

import re

from salesdesk.domain.kinds import Row
from salesdesk.modules.meetings.model import CHAIR, GEAR, MEMBER, PAPERS, RECORDER

_MINUTES = r"[\s（(]*(?<!\d)(\d{1,3})\s*(?:分钟|分|min)?[）)]?$"
_SPEAKER = r"[\s]*[@＠](\S+)"
_GEAR_WORDS = (
    "投影",
    "电脑",
    "笔记本电脑",
    "麦克风",
    "话筒",
    "音响",
    "白板",
    "相机",
    "摄像",
    "翻页笔",
    "转接",
    "插线板",
    "屏",
)


def read_names(text: str) -> list[str]:
    """Names between 、，, ; or blanks, each once."""
    return list(dict.fromkeys(name for name in re.split(r"[、，,;；\s]+", text) if name))


def people_of(series: Row) -> list[Row]:
    """Who comes to a meeting of a series: chair and recorder first."""
    chair, recorder = str(series["chair"] or ""), str(series["recorder"] or "")
    names = [n for n in read_names(str(series["people"] or "")) if n not in (chair, recorder)]
    found = [{"name": chair, "part": CHAIR}] if chair else []
    found += [{"name": recorder, "part": RECORDER}] if recorder and recorder != chair else []
    return found + [{"name": name, "part": MEMBER} for name in names]


def read_agenda(text: str) -> list[Row]:
    """One item a line: "上周销售情况 15 @李强" is a title, minutes and who speaks."""
    found: list[Row] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        speaker = re.search(_SPEAKER, line)
        rest = (line[: speaker.start()] + " " + line[speaker.end() :]).strip() if speaker else line
        minutes = re.search(_MINUTES, rest)
        title = rest[: minutes.start()].strip() if minutes else rest
        found.append(
            {
                "title": re.sub(r"^\d+[.、．]\s*", "", title) or rest,
                "minutes": int(minutes[1]) if minutes and title and int(minutes[1]) else None,
                "speaker": speaker[1] if speaker else None,
            }
        )
    return found


def read_needs(text: str) -> list[Row]:
    """One thing a line: "投影仪 2 @陈静"; what has a plug is equipment, the rest are papers."""
    return [
        {
            "kind": GEAR if any(word in str(one["title"]) for word in _GEAR_WORDS) else PAPERS,
            "name": one["title"],
            "count": one["minutes"] or 1,
            "who": one["speaker"],
        }
        for one in read_agenda(text)
    ]
