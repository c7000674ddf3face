"""What an expense claim must satisfy before it may be saved and printed."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement.model import CLAIM

MONEY = Money()
LARGEST = 10**12
"""分 of one line; more is a slip of the decimal point."""

EDITABLE = ("draft", "head", "check", "returned", "finance_returned")
"""States in which a claim may be changed; from 初审通过 on the paper and the file must say the same."""

UNAPPROVED: Row = dict.fromkeys(("head_by", "head_at", "head_how", "head_amount"))
"""Of a claim the department has not approved, or not as it is now."""


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
    first, last = header.get("trip_from"), header.get("trip_to")
    if first and last and str(last) < str(first):
        problems.append(
            Problem(
                f"出差从 {first} 到 {last}，倒过来了",
                "请核对出差日期",
                path="trip_to",
                place="「出差到」",
                code="trip_days",
            )
        )
    problems += [one for i, line in enumerate(lines) for one in _check_allowance(line, i)]
    if lines and not header.get("vouchers") and not header.get("attached"):
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


def complete_line(line: Row) -> Row:
    """A line with what follows from its other fields: the amount of an allowance, the summary of a leg."""
    made = {**line, "part": line.get("part") or "item"}
    if made["part"] == "allowance":
        due = allowance_of(line)
        if made.get("amount") is None and due is not None:
            made["amount"] = due
        if not made.get("summary") and due is not None:
            made["summary"] = (
                f"补助 {line.get('persons') or 1} 人 × {_days(line)} 天 × {MONEY.show(line['standard'])} 元"
            )
    if made["part"] == "leg" and not made.get("summary") and made.get("origin") and made.get("destination"):
        made["summary"] = f"{made['origin']}—{made['destination']}" + (
            f" {made['vehicle']}" if made.get("vehicle") else ""
        )
    return made


def allowance_of(line: Row) -> int | None:
    """分 of 人数 × 天数 × 标准, halves rounded up; None while days or standard are not known."""
    if line.get("days") is None or line.get("standard") is None:
        return None
    return ((line.get("persons") or 1) * int(line["days"]) * int(line["standard"]) + 500) // 1000


def _days(line: Row) -> str:
    return f"{int(line['days']) / 1000:g}"


def _check_allowance(line: Row, i: int) -> list[Problem]:
    due = allowance_of(line) if line.get("part") == "allowance" else None
    if due is None or line.get("amount") is None or line["amount"] == due:
        return []
    told = f"{line.get('persons') or 1} 人 × {_days(line)} 天 × {MONEY.show(line['standard'])} = {MONEY.show(due)}"
    return [
        Problem(
            f"补助 {told}，填的是 {MONEY.show(line['amount'])}",
            f"请改成 {MONEY.show(due)}，或改人数、天数、标准",
            path=f"lines/{i}/amount",
            place=f"第 {i + 1} 行「金额」",
            code="allowance",
        )
    ]


def check_cuts(lines: Sequence[Row], stored: Sequence[Row]) -> list[Problem]:
    """A line that was cut may not become smaller than what was cut of it."""
    cuts = {row["uid"]: row["cut"] or 0 for row in stored}
    return [
        Problem(
            f"这一行已核减 {MONEY.show(cuts[line['uid']])} 元，金额不能更小",
            "请先改核减",
            path=f"lines/{i}/amount",
            place=f"第 {i + 1} 行「金额」",
            code="below_cut",
        )
        for i, line in enumerate(lines)
        if cuts.get(line.get("uid")) and (line.get("amount") or 0) < cuts[line["uid"]]
    ]


def check_lost_cuts(lines: Sequence[Row], stored: Sequence[Row], lowered: int = 0) -> list[Problem]:
    """A line that was cut may go, but no other may take its place that claims the cut again.

    lowered: 分 of cuts that go because their lines become smaller.
    """
    kept = {line.get("uid") for line in lines}
    lost = [row for row in stored if row["cut"] and row["uid"] not in kept]
    before = sum(row["amount"] - (row["cut"] or 0) for row in stored)
    after = total_of(lines) + lowered - sum(row["cut"] or 0 for row in stored if row["uid"] in kept)
    if after <= before:
        return []
    return [
        Problem(
            f"这一行已核减 {MONEY.show(row['cut'])} 元，换掉它核减就没了",
            "请在原来的行上改；这笔不报了就先只删这一行，保存了再加别的",
            path="lines",
            place=f"原来的第 {row['seq']} 行「{row['summary']}」",
            code="cut_lost",
        )
        for row in lost
    ]


def grown_items(lines: Sequence[Row], stored: Sequence[Row]) -> list[str]:
    """费用项目 of which more is claimed than before, whatever the whole comes to."""
    was, now = _by_item(stored), _by_item(lines)
    return [item for item, amount in now.items() if amount > was.get(item, 0)]


def _by_item(lines: Sequence[Row]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        item = str(line.get("item") or "")
        found[item] = found.get(item, 0) + (line.get("amount") or 0)
    return found


def frozen(claim: Row, doing: str, states: Sequence[str]) -> Problem:
    """Why something cannot be done to a claim as it stands."""
    kind = CLAIM["state"].kind
    return Problem(
        f"报销单 {claim['number']} 是「{kind.show(claim['state'])}」，不能{doing}",
        f"只有「{'」「'.join(kind.show(state) for state in states)}」的可以",
        path="uid",
        code="state",
    )
