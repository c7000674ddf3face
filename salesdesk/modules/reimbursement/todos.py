"""What of the reimbursement desk belongs on 今日: claims to check, to hand over, to tell, overdue anywhere, and doubles."""

from __future__ import annotations

from collections.abc import Iterable

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement import duplicates
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed

GROUP = "报销"
STEPS = {
    "check": ("待初审", "claim.save", "去审"),
    "passed": ("可以交财务了", "claim.hand_over", "交财务"),
    "finance_returned": ("财务退回了", "claim.save", "去看"),
    "paid": ("付了款，还没告诉他", "claim.feedback", "反馈"),
}
"""States in which it is the clerk's turn: what is said, the verb, its button."""
CHASED = {
    "head": ("在等部门审批", "claim.words", "催部门"),
    "returned": ("退回后还没补好", "claim.words", "催补正"),
    "finance": ("交财务后还没付款", "claim.pay", "登记付款"),
}
"""States in which somebody else is awaited: on 今日 from the due day on."""


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Doubles first, then the claims by their due day, then vouchers that lie in no claim."""
    return [*_twins(reader), *_claims(reader, today), *_box(reader)]


def _claims(reader: Reader, today: str) -> list[ToDo]:
    waiting = (
        f"FROM expense_claim c WHERE c.void = 0 AND (c.state IN ({_quoted(STEPS)})"
        f" OR (c.state IN ({_quoted(CHASED)}) AND c.due <= ?))"
    )
    rows = reader.rows(f"SELECT c.* {waiting} ORDER BY coalesce(c.due, '9999'), c.rowid LIMIT {LISTED + 1}", (today,))
    args = {"entity": "expense_claim", "where": [["state", "in", [*STEPS, *CHASED]]], "title": "在办的报销单"}
    more = ToDo(
        "还有更多在办的报销单",
        "到列表里一起办",
        "",
        "receipt",
        "warn",
        "expense_claim",
        "",
        "filter",
        "看全部",
        GROUP,
        args,
    )
    return listed(
        rows, lambda: reader.value(f"SELECT count(*) {waiting}", (today,)), lambda row: _claim(row, today), more
    )


def _quoted(states: Iterable[str]) -> str:
    return ", ".join(f"'{state}'" for state in states)


def _claim(row: Row, today: str) -> ToDo:
    said, verb, button = (STEPS | CHASED)[str(row["state"])]
    past = dates.days_between(str(row["due"]), today) if row["due"] else 0
    when = f"已过 {past} 天" if past > 0 else f"{dates.show_day_short(str(row['due']), today)} 前" if row["due"] else ""
    detail = (
        row["number"],
        f"{MONEY.show(row['amount'] or 0)} 元",
        f"{row['attached']} 张票" if row["attached"] else "",
        when,
    )
    return ToDo(
        f"{row['claimant']} 的报销单{said}",
        " · ".join(one for one in detail if one),
        str(row["due"] or ""),
        "receipt",
        "err" if past > 0 else "warn" if row["state"] in STEPS else "info",
        CLAIM.key,
        row["uid"],
        verb,
        button,
        GROUP,
    )


def _twins(reader: Reader) -> list[ToDo]:
    """The same voucher in two claims, wherever they were entered."""
    return [
        ToDo(
            f"发票 {row['key']} 报了 {row['times']} 次",
            f"{row['claimant']} 在 {row['number']}，另外还有别的报销单",
            "",
            "warning",
            "err",
            "expense_voucher",
            row["voucher"],
            "voucher.explain",
            "说明",
            GROUP,
        )
        for row in duplicates.twins(reader)[:LISTED]
    ]


def _box(reader: Reader) -> list[ToDo]:
    count = int(
        reader.value("SELECT count(*) FROM expense_voucher WHERE claim IS NULL AND void = 0 AND standing != 'rejected'")
    )
    if not count:
        return []
    where = {"entity": "expense_voucher", "where": [["claim", "=", None]], "title": "没归单的票"}
    return [
        ToDo(f"有 {count} 张票还没归到报销单", "归到谁的哪一张，或剔除", "", "receipt", "info", "expense_voucher", "",
             "filter", "看全部", GROUP, where, count)
    ]  # fmt: skip
