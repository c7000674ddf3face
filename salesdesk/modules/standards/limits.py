"""Which spending standard counts for a person, a place and a day, and whether a seat or cabin is within it (EXP-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from salesdesk.domain.text import normalize

EVERYWHERE = ""
EVERY_CATEGORY = "全部"


class Requirement(NamedTuple):
    """What a voucher of a category needs beside itself from an amount on, 分."""

    category: str
    need: str
    from_amount: int = 0

    def meets(self, category: str, total: int | None) -> bool:
        """Whether it is asked of a voucher of that category and total."""
        return self.category in (category, EVERY_CATEGORY) and (
            not self.from_amount or (total or 0) >= self.from_amount
        )


class Standard(NamedTuple):
    """One standard. amount: 分 per night, person and day, or head; classes: seats or cabins that may be taken.

    season: "MM-DD" from and to, both counted, over the turn of the year when from is later than to.
    """

    uid: str = ""
    kind: str = ""
    grade: str | None = None
    tier: str | None = None
    season_from: str | None = None
    season_to: str | None = None
    amount: int | None = None
    classes: str | None = None
    valid_from: str = ""
    valid_to: str | None = None
    confirmed: bool = False

    def in_season(self, day: str) -> bool:
        """Whether the day lies in its season; one without a season is for the whole year."""
        if not self.season_from or not self.season_to:
            return True
        at = day[5:10]
        if self.season_from <= self.season_to:
            return self.season_from <= at <= self.season_to
        return at >= self.season_from or at <= self.season_to

    def valid(self, day: str) -> bool:
        """Whether it is in force that day."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


class Standards(NamedTuple):
    """All standards and the tier of each city."""

    all: tuple[Standard, ...] = ()
    tiers: Mapping[str, str] = {}

    def tier_of(self, city: str) -> str:
        """The tier of a city, with or without 市 behind it; "" when the table does not name it."""
        plain = plain_city(city)
        return self.tiers.get(plain) or self.tiers.get(f"{plain}市") or self.tiers.get(city) or ""

    def find(self, kind: str, day: str, city: str = "", grade: str = "") -> Standard | None:
        """The most particular standard: the city itself before its tier before everywhere, then the own 职级 before any,
        the season before the whole year, the later one before the earlier. None when none fits.
        """
        plain, tier = plain_city(city), self.tier_of(city)
        best: tuple[tuple[int, bool, bool, str], Standard] | None = None
        for one in self.all:
            if one.kind != kind or not one.valid(day) or not one.in_season(day):
                continue
            if one.grade and one.grade != grade:
                continue
            place = one.tier or EVERYWHERE
            if place == EVERYWHERE:
                near = 0
            elif plain and plain_city(place) == plain:
                near = 2
            elif tier and place == tier:
                near = 1
            else:
                continue
            rank = (near, bool(one.grade), bool(one.season_from), one.valid_from)
            if best is None or rank >= best[0]:
                best = rank, one
        return best[1] if best else None


def plain_city(city: str) -> str:
    """A city as the tables name it: without blanks and without 市 at the end (苏州市 → 苏州)."""
    text = normalize(city)
    return text[:-1] if len(text) > 2 and text.endswith("市") else text


SEATS = (
    "商务座", "特等座", "一等座", "优选一等座", "二等座", "动卧", "一等卧", "二等卧", "高级软卧", "软卧", "软座", "硬卧", "硬座",
    "无座", "新空调硬卧", "新空调硬座", "新空调软卧",
)  # fmt: skip
CABINS = {"头等舱": "FAP", "公务舱": "CDJZRI", "商务舱": "", "超级经济舱": "W", "经济舱": "YBMHKLQVXSTUNGEO"}


def seat_named(printed: str) -> str:
    """The seat of a rail ticket in plain words ("新空调硬卧" → "硬卧"); "" when it is not one of the known ones."""
    text = normalize(printed)
    found = max((s for s in SEATS if s in text), key=len, default="")
    return found.removeprefix("新空调").removeprefix("优选")


def cabin_named(printed: str) -> str:
    """The cabin of an itinerary, by name or by its letter; "" when unknown."""
    text = normalize(printed).upper()
    named = next((name for name in sorted(CABINS, key=len, reverse=True) if name in text), "")
    return named or next((name for name, letters in CABINS.items() if text[:1] and text[:1] in letters), "")


def allowed(classes: str, named: str) -> bool:
    """Whether a seat or cabin stands in a standard such as 二等座、硬卧."""
    return named in {part for part in normalize(classes).replace("、", ",").replace(" ", ",").split(",") if part}
