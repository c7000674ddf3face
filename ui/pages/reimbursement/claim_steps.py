"""The way of a claim in words: the steps it took, with who and when, where it stands, and what comes after."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.modules.reimbursement.model import STATE
from salesdesk.modules.reimbursement.review import Review
from ui.kit.steps import Step, by, when

WAY = (
    ("draft", "填单提交"),
    ("head", "部门审批"),
    ("check", "初审"),
    ("passed", "交财务"),
    ("finance", "财务付款"),
    ("paid", "反馈报销人"),
)
"""State -> what is to be done in it, in the usual order."""
AHEAD = {"returned": "head", "finance_returned": "head"}
"""A returned claim goes on from here once it is handed in again."""
SHOWN = 7


def steps_of(review: Review, today: str) -> list[Step]:
    """What was done, the latest few; where it stands; what is still to come."""
    state, claim = str(review.claim["state"]), review.claim
    done = [
        Step(str(e["step"]), f"{by(e['who'])}{when(e['at'], today)}{_stayed(e['minutes'])}", "done")
        for e in review.events
    ]
    left_out = len(done) - SHOWN
    if left_out > 0:
        done = [Step(f"前面 {left_out} 步", "在「看历史」里", "done"), *done[left_out:]]
    if claim["void"]:
        return [*done, Step("已作废", "", "now")]
    if state == "told":
        return done
    places = [key for key, _ in WAY]
    at = places.index(state) if state in places else -1
    due = str(claim["due"] or "")
    late = dates.days_between(due, today) if due else 0
    until = f"已过期 {late} 天" if late > 0 else f"{due[5:]} 前" if due else ""
    now = Step(STATE.show(state), until, "now")
    rest = WAY[at + 1 :] if at >= 0 else WAY[places.index(AHEAD[state]) :]
    return [*done, now, *(Step(title, "", "next") for _, title in rest)]


def _stayed(minutes: object) -> str:
    """How long the state before lasted, from one hour on."""
    if not isinstance(minutes, int) or minutes < 60:
        return ""
    return f"，停 {minutes / 1440:.1f} 天" if minutes >= 1440 else f"，停 {minutes // 60} 小时"


def last_said(review: Review) -> str:
    """What was said at the last step, such as why it was returned."""
    last = review.events[-1] if review.events else None
    return str(last["note"] or "")[:200] if last is not None else ""
