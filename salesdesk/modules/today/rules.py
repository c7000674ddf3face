"""Reads a task typed in one line: 周五前 把对账单发给张总 @李总."""

from __future__ import annotations

import re

from salesdesk.domain import dates

_FROM = r"[@＠]\s*(\S{1,20})\s*$|[@＠]\s*(\S{1,20})\s+"
_SAID = r"^(\S{1,3}(?:总|经理|主管|主任|老板|厂长|科长|部长))\s*[:：,，说让要]\s*"
_BEFORE = r"(?:之前|以前|下班前|前|要)$"
_SPLIT = r"[\s,，。;；]+"
_LONGEST_DAY = 14
"""Signs a day takes at most: 2026年12月31日前 is 12."""


def read_task(line: str, today: str) -> tuple[str, str | None, str | None]:
    """(words, from whom, due day) of one line; what is not said is None.

    From whom: after @, or a title with a colon at the beginning (李总：…). The day: the first or last word when it is
    one, with or without 前 (周五前, 6.18, +3, 月底); anywhere else it stays part of the words. 今天 when nothing was said
    is for the caller to decide.
    """
    text = " ".join(line.split())
    who: str | None = None
    if found := re.search(_FROM, text):
        who = found[1] or found[2]
        text = f"{text[: found.start()]} {text[found.end() :]}".strip()
    elif found := re.match(_SAID, text):
        who = found[1]
        text = text[found.end() :]
    text, due = _day(text, today)
    return text.strip(" ,，。;；"), who, due


def _day(text: str, today: str) -> tuple[str, str | None]:
    parts = [p for p in re.split(_SPLIT, text) if p]
    if len(parts) > 1:
        for word, rest in ((parts[0], text[len(parts[0]) :]), (parts[-1], text[: -len(parts[-1])])):
            day = day_of(word, today)
            if day is not None:
                return rest, day
    for length in range(min(_LONGEST_DAY, len(text) - 1), 1, -1):  # 周五前把…: the day runs into the words
        if text[:length].endswith(("前", "之前")) and (day := day_of(text[:length], today)) is not None:
            return text[length:], day
    return text, None


def day_of(word: str, today: str) -> str | None:
    """The day a word means, None when it is none; a bare number is a quantity, not a day."""
    plain = re.sub(_BEFORE, "", word) or word
    if plain.isdecimal() or len(plain) > _LONGEST_DAY or plain in ("-", "+"):
        return None
    try:
        return dates.parse_day(plain, today, ahead=True)
    except ValueError:
        return None
