"""What makes a customer record suspicious: a doubtful phone, a second record of the same firm."""

from __future__ import annotations

from salesdesk.domain import text
from salesdesk.domain.kinds import Choice, Option, Row, options
from salesdesk.domain.problems import Problem, Severity
from salesdesk.persistence.reading import Reader

SETTLE = Choice(options=options("款到发货", "货到付款", "月结 30 天", "月结 60 天", "月结 90 天", "其他"))
"""How a customer pays; orders take it over from the customer."""
GRADE = Choice(
    options=(
        Option("A", "A 级", "ok", "star"),
        Option("B", "B 级", "info"),
        Option("C", "C 级"),
        Option("D", "D 级", "warn"),
    )
)
"""How much a customer counts; price lists and promotions may hold for one grade only."""


def check_customer(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Code and tax id already taken are refused or asked about; the same name core or phone is a warning (CUS-1, CUS-4)."""
    problems: list[Problem] = []
    mine = (before or {}).get("uid", "")
    for key in ("code", "name"):
        twin = _other(reader, key, row.get(key), mine)
        if twin:
            title = {"code": "客户编码", "name": "客户名称"}[key]
            problems.append(
                Problem(
                    f"「{row[key]}」已有客户在用：{twin['name']}（{twin['code'] or '无编码'}）",
                    "请打开那条客户修改，或换一个",
                    path=key,
                    place=f"「{title}」",
                    code="duplicate",
                )
            )
    changed_tax = before is None or before.get("tax_id") != row.get("tax_id")
    twin = _other(reader, "tax_id", row.get("tax_id"), mine) if changed_tax else None
    if twin:
        problems.append(
            Problem(
                f"税号和「{twin['name']}」一样，可能是同一家",
                "同一家请改那条；确实是分公司等情况请写明原因",
                path="tax_id",
                place="「税号」",
                code="same_tax_id",
                severity=Severity.ASK,
            )
        )
    if before is None:
        twin = _other(reader, "phone", row.get("phone"), mine)
        if twin:
            problems.append(
                Problem(
                    f"电话和「{twin['name']}」一样",
                    "请看是不是同一家",
                    path="phone",
                    place="「电话」",
                    code="same_phone",
                    severity=Severity.WARN,
                )
            )
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
        f'SELECT uid, code, name FROM customer WHERE "{key}" = ? AND uid != ? AND void = 0 LIMIT 1', (value, mine)
    )
