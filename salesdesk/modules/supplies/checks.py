"""What the plain records of the supplies desk must satisfy: items, vendors, quotes, quotas and budgets."""

from __future__ import annotations

import re

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies.rules import QTY
from salesdesk.persistence.reading import Reader

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def check_supply(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """The code is its own, packs are told whole, the maximum is above the minimum (SUP-1)."""
    problems: list[Problem] = []
    mine = (before or {}).get("uid", "")
    twin = reader.row(
        "SELECT name FROM supply WHERE code = ? AND uid != ? AND void = 0 LIMIT 1", (row.get("code"), mine)
    )
    if row.get("code") and twin:
        told = f"「{row['code']}」已经是「{twin['name']}」的编码"
        problems.append(
            Problem(told, "请换一个编码，或改那条用品", path="code", place="「用品编码」", code="duplicate")
        )
    if bool(row.get("pack_unit")) != bool(row.get("pack_qty")):
        missing = "pack_qty" if row.get("pack_unit") else "pack_unit"
        told = "包装单位和每包装数量要一起填"
        problems.append(Problem(told, "例如 箱、5", path=missing, place="「包装」", code="pack"))
    least, most = row.get("min_stock"), row.get("max_stock")
    if least is not None and most is not None and most < least:
        told = f"最高库存 {QTY.show(most)} 比最低库存 {QTY.show(least)} 还少"
        problems.append(Problem(told, "请核对两个数", path="max_stock", place="「最高库存」", code="max_below_min"))
    return problems


def check_vendor(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A vendor is known by its name."""
    return _twin(reader, "supply_vendor", "name", row, before, "供应商")


def check_budget(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """One budget a month, written as 2026-06."""
    if row.get("month") and not MONTH.fullmatch(str(row["month"])):
        told = f"「{row['month']}」不是月份"
        return [Problem(told, "请写成 2026-06 这样", path="month", place="「月份」", code="bad_month")]
    return _twin(reader, "supply_budget", "month", row, before, "月份")


def check_offer(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A quote dated ahead is a slip."""
    if row.get("day") and str(row["day"]) > today:
        told = f"报价日期 {row['day']} 还没到"
        return [Problem(told, "请核对", path="day", place="「报价日期」", code="future", severity=Severity.WARN)]
    return []


def check_quota(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Of one item, one quota for a person, for a grade, and for everybody."""
    if row.get("staff") and row.get("grade"):
        told = "人员和职级只能给一个"
        return [Problem(told, "管一个人就清空职级", path="grade", place="「职级」", code="both")]
    mine = (before or {}).get("uid", "")
    twin = reader.value(
        "SELECT 1 FROM supply_quota WHERE supply = ? AND staff IS ? AND grade IS ? AND uid != ? AND void = 0",
        (row.get("supply"), row.get("staff"), row.get("grade"), mine),
    )
    if not twin:
        return []
    return [Problem("这样的定额已经有一条", "请改那一条的数量", path="supply", place="「用品」", code="duplicate")]


def _twin(reader: Reader, entity: str, key: str, row: Row, before: Row | None, title: str) -> list[Problem]:
    twin = reader.value(
        f'SELECT 1 FROM "{entity}" WHERE "{key}" = ? AND uid != ? AND void = 0',
        (row.get(key), (before or {}).get("uid", "")),
    )
    if not row.get(key) or not twin:
        return []
    return [Problem(f"已经有「{row[key]}」", "请改那一条", path=key, place=f"「{title}」", code="duplicate")]
