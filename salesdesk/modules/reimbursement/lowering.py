"""What the claimant lowers himself is not cut once more: the cut of his rejected vouchers shrinks with the line."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.persistence.work import Work


def lowered(work: Work, state: object, lines: Sequence[Row], stored: Sequence[Row]) -> list[tuple[Row, int]]:
    """Stored lines of a claim that `lines` makes smaller, with how many 分 of their cut go with it; none while it is checked.

    Only what was cut with a rejected voucher goes: raised again, the line lacks that voucher and is stopped for it. What
    the clerk cut for another reason is her own figure, and only she changes it.
    """
    amounts = {line.get("uid"): line.get("amount") or 0 for line in lines}
    found = []
    for row in stored if state != "check" else ():
        less = row["amount"] - amounts.get(row["uid"], row["amount"])
        if less > 0 and row["cut"]:
            found.append((row, min(less, row["cut"], sum(one["cut"] for one in _rejected(work, row["uid"])))))
    return found


def kept_cuts(less: Sequence[tuple[Row, int]], lines: Sequence[Row]) -> list[Problem]:
    """A lowered line of which a cut stays: told, because the claimant may have taken it off himself."""
    at = {line.get("uid"): i for i, line in enumerate(lines)}
    amounts = {line.get("uid"): line.get("amount") or 0 for line in lines}
    return [
        Problem(
            f"这一行改小了，还核减着 {MONEY.show(row['cut'] - gone)} 元（{row['cut_reason']}）",
            "改小的就是核减的那笔，请内勤初审时把核减改小",
            path=f"lines/{at[row['uid']]}/amount",
            place=f"第 {at[row['uid']] + 1} 行「金额」",
            code="still_cut",
            severity=Severity.WARN,
        )
        for row, gone in less
        if row["cut"] > gone and row["amount"] - amounts[row["uid"]] > gone
    ]


def after(less: Sequence[tuple[Row, int]], stored: Sequence[Row]) -> list[Row]:
    """The stored lines with what is cut of them once the lowered ones are saved."""
    gone = {row["uid"]: cut for row, cut in less}
    return [{**row, "cut": (row["cut"] or 0) - gone.get(row["uid"], 0) or None} for row in stored]


def take_off(work: Work, less: Sequence[tuple[Row, int]]) -> dict[str, Row]:
    """Take it off the rejected vouchers, and give cut and reason of each line as they are now."""
    values: dict[str, Row] = {}
    for row, gone in less:
        left, rest = row["cut"] - gone, gone
        reasons = str(row["cut_reason"] or "").split("；")
        for voucher in _rejected(work, row["uid"]):
            part = min(rest, voucher["cut"])
            rest -= part
            work.update(VOUCHER, voucher["uid"], {"cut": voucher["cut"] - part or None})
            if part == voucher["cut"]:
                called = f"剔除 {voucher['number'] or '一张票'}：{voucher['reject_reason'] or ''}"
                reasons = [one for one in reasons if one != called] or reasons
        values[row["uid"]] = {"cut": left or None, "cut_reason": "；".join(reasons) if left else None}
    return values


def _rejected(work: Work, line: str) -> list[Row]:
    return work.rows(
        "SELECT * FROM expense_voucher WHERE line = ? AND void = 0 AND standing = 'rejected' AND cut > 0 ORDER BY seq",
        (line,),
    )
