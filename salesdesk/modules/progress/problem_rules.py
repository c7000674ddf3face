"""When a problem must be reported, and what keeps it from being closed (ORD-10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.progress.problem_model import CUSTOMER, FOUR, GRAVE, GREATER, LIGHT, SELLER

REPORT_SETTING = {
    LIGHT: "progress.report_hours",
    GREATER: "progress.report_hours_greater",
    GRAVE: "progress.report_hours_grave",
}
NEEDS_REVIEW = (GREATER, GRAVE)
"""Grades that are looked back on after they are closed."""
TELL = {
    SELLER: ("seller_due", "seller_told_at", "seller_told_how"),
    CUSTOMER: ("customer_due", "customer_told_at", "customer_told_how"),
}
"""Per party: due day, when told, how told."""


def report_due(found_at: str, hours: int) -> str:
    """The moment until which a graded problem must be reported: hours on the clock, nights and free days count."""
    return (datetime.fromisoformat(found_at) + timedelta(hours=hours)).isoformat(timespec="seconds")


def check_problem(row: Row, before: Row | None) -> list[Problem]:
    """Faults of a problem as it would be stored; `before` is the stored one."""
    found = []
    if not row.get("order") and not row.get("customer"):
        found.append(
            Problem("不知道是谁的事", "请选订单，或选客户", path="order", place="「订单」", code="whose_problem")
        )
    day = str(row.get("found_at") or "")[:10]
    for key, title in (("due", "处理期限"), ("seller_due", "业务员反馈期限"), ("customer_due", "客户反馈期限")):
        if day and row.get(key) and row[key] < day:
            found.append(
                Problem(f"早于发现的那天 {day}", "请核对日期", path=key, place=f"「{title}」", code="too_early")
            )
    if before is not None and before["state"] == "closed":
        found.append(Problem("问题已经关闭，不能再改", "要改请先「重开问题」并写明原因", path="uid", code="closed"))
    if before is not None and before["grade"] and not row.get("grade"):
        found.append(
            Problem(
                f"已定为{before['grade']}异常，不能取消等级", "定错了可以改成别的等级", path="grade", place="「异常等级」",
                code="grade_dropped",
            )
        )  # fmt: skip
    return found


def check_close(row: Row) -> list[Problem]:
    """What keeps a problem open: no result; for a graded one no report and any of the four not let go."""
    found = []
    if not row.get("result"):
        found.append(Problem("没写处理结果", "请写怎么解决的", path="result", place="「处理结果」", code="no_result"))
    if row["grade"]:
        if not row["reported_at"]:
            found.append(
                Problem(
                    f"{row['grade']}异常还没报告", "先处理后报告：请先「登记报告」", path="reported_to", place="「报告给谁」",
                    code="not_reported",
                )
            )  # fmt: skip
        found += [
            Problem(f"四不放过还缺：{title}", "写清楚才能关闭", path=key, place=f"「{title}」", code="not_let_go")
            for key, title in FOUR
            if not row.get(key)
        ]
    for who, (due, told_at, _) in TELL.items():
        if row[due] and not row[told_at]:
            found.append(
                Problem(
                    f"还没告诉{who}", f"请先「登记反馈」；不用告诉{who}就写明原因", path="uid", place=who,
                    code="not_told", severity=Severity.ASK,
                )
            )  # fmt: skip
    return found
