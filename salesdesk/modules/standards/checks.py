"""What a spending standard must satisfy before it is kept."""

from __future__ import annotations

import re
from datetime import date

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.standards.model import CABIN, SEAT, STANDARD, STANDARD_KIND
from salesdesk.persistence.reading import Reader

_SAME = ("kind", "grade", "tier", "season_from", "season_to")


def check_standard(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Amount or classes as its kind wants, a season that exists, validity in order, and no other that says otherwise."""
    found = []
    if row.get("kind") in (SEAT, CABIN):
        if not row.get("classes"):
            found.append(_at("classes", "没有写可以坐什么", "例如 二等座、硬卧"))
    elif row.get("amount") is None:
        found.append(_at("amount", "没有限额", "请填金额，不让报就填 0"))
    for key in ("season_from", "season_to"):
        if row.get(key) and not is_month_day(str(row[key])):
            found.append(_at(key, f"「{row[key]}」不是月-日", "请写成 07-01 这样"))
    if bool(row.get("season_from")) != bool(row.get("season_to")):
        found.append(_at("season_to", "旺季只写了一头", "两头都填，或都空着"))
    if row.get("valid_to") and str(row["valid_to"]) < str(row.get("valid_from") or ""):
        found.append(_at("valid_to", "截止在生效之前", "请改日期"))
    other = reader.row(
        "SELECT name FROM expense_standard WHERE void = 0 AND uid != ? AND kind IS ? AND grade IS ? AND tier IS ?"
        " AND season_from IS ? AND season_to IS ? AND valid_from <= coalesce(?, '9999') AND coalesce(valid_to, '9999') >= ?",
        (
            str((before or {}).get("uid") or ""),
            *(row.get(k) for k in _SAME),
            row.get("valid_to"),
            row.get("valid_from"),
        ),
    )
    if other is not None:
        found.append(
            _at("valid_from", f"和「{other['name']}」管的是一样的，日期又重叠", "请改那一条，或先给它填上截止日期")
        )
    if row.get("tier") and not found and not _known_place(reader, str(row["tier"])):
        found.append(
            _at("tier", f"「{row['tier']}」不在城市档里", "是城市名就不用管，是档名请先在城市档里登记", Severity.HINT)
        )
    return found


def is_month_day(text: str) -> bool:
    """Whether it is a day of some year, as MM-DD."""
    if not re.fullmatch(r"\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(f"2024-{text}")
    except ValueError:
        return False
    return True


def usual_name(row: Row) -> str:
    """A name for a standard that was given none: 住宿 · 青岛 · 07-01～09-30 · 经理."""
    season = f"{row['season_from']}～{row.get('season_to') or ''}" if row.get("season_from") else ""
    parts = (STANDARD_KIND.show(row.get("kind")), row.get("tier"), season, row.get("grade"))
    return " · ".join(str(part) for part in parts if part)


def _known_place(reader: Reader, place: str) -> bool:
    return bool(reader.value("SELECT 1 FROM city_tier WHERE void = 0 AND (tier = ?1 OR city = ?1) LIMIT 1", (place,)))


def _at(key: str, message: str, cure: str, severity: Severity = Severity.STOP) -> Problem:
    return Problem(
        message, cure, path=key, place=f"「{STANDARD[key].title}」", code=f"standard_{key}", severity=severity
    )
