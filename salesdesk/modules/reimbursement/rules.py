"""What an expense claim must satisfy before it may be printed."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.problems import Problem, Severity

MONEY = Money()
LARGEST = 10**12
"""分 of one line; more is a slip of the decimal point."""


def total_of(lines: Sequence[Row]) -> int:
    """Sum of the lines, 分."""
    return sum(line.get("amount") or 0 for line in lines)


def settle_loan(total: int, loan: int | None) -> int:
    """分 the claimant still gets (positive) or gives back (negative) after the loan is set off."""
    return total - (loan or 0)


def check_claim(header: Row, lines: Sequence[Row], today: str) -> list[Problem]:
    """Faults of a claim, all at once (EXP-1, EXP-5)."""
    problems = []
    if not lines:
        problems.append(Problem("还没有费用", "至少填一行", path="lines/0/amount", place="报销明细", code="no_lines"))
    day = header.get("day")
    if day and str(day) > today:
        problems.append(
            Problem(f"报销日期 {day} 还没到", "请改成今天或以前", path="day", place="「报销日期」", code="future")
        )
    for i, line in enumerate(lines):
        if line.get("amount") == 0:
            problems.append(
                Problem(
                    "金额是 0",
                    "没有金额的行请删掉",
                    path=f"lines/{i}/amount",
                    place=f"第 {i + 1} 行「金额」",
                    code="zero",
                )
            )
        if abs(line.get("amount") or 0) > LARGEST:
            problems.append(
                Problem(
                    f"金额超过 {MONEY.show(LARGEST)} 元",
                    "请核对小数点",
                    path=f"lines/{i}/amount",
                    place=f"第 {i + 1} 行「金额」",
                    code="too_much",
                )
            )
    total = total_of(lines)
    if lines and total <= 0:
        problems.append(
            Problem(
                f"合计是 {MONEY.show(total)}，报销单的合计要大于 0",
                "请核对退款行",
                path="lines",
                place="合计",
                code="total",
            )
        )
    if lines and not header.get("vouchers"):
        problems.append(
            Problem(
                "没有填附单据张数",
                "数一下贴在后面的票据再填",
                path="vouchers",
                place="「附单据张数」",
                code="vouchers",
                severity=Severity.WARN,
            )
        )
    return problems
