"""What a customer record must satisfy, at every door: its own code and name, not here already, a plausible phone."""

from __future__ import annotations

from salesdesk.domain import text
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.customers.likeness import twin_problems
from salesdesk.persistence.reading import Reader


def check_customer(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Code and name already taken are refused, a likely twin is asked about, a possible one told (CUS-1, CUS-4)."""
    problems: list[Problem] = []
    mine = (before or {}).get("uid", "")
    for key, title in (("code", "客户编码"), ("name", "客户名称")):
        twin = _other(reader, key, row.get(key), mine)
        if twin:
            problems.append(
                Problem(
                    f"「{row[key]}」已有客户在用：{twin['name']}（{twin['code'] or '无编码'}）",
                    "请打开那条客户修改，或换一个",
                    path=key,
                    place=f"「{title}」",
                    code="duplicate",
                    about=("customer", str(twin["uid"])),
                )
            )
    told = {p.about for p in problems}
    problems += [p for p in twin_problems(reader, row, before) if p.about not in told]
    reason = text.phone_problem(str(row["phone"])) if row.get("phone") else None
    if reason:
        problems.append(
            Problem(reason, "请再核对一遍", path="phone", place="「电话」", code="phone", severity=Severity.WARN)
        )
    return problems


def _other(reader: Reader, key: str, value: object, mine: str) -> Row | None:
    if value in (None, ""):
        return None
    return reader.row(
        f'SELECT uid, code, name FROM customer WHERE "{key}" = ? AND uid != ? AND +void = 0 LIMIT 1', (value, mine)
    )
