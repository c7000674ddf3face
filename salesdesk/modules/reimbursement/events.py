"""Notes each step of a claim with its time, and moves it to its next state."""

from __future__ import annotations

from datetime import datetime

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.flow_model import EVENT
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.services.module import Context
from salesdesk.services.working_days import known_days

DUE_DAYS = {"head": 2, "check": 2, "returned": 3, "passed": 1, "finance": 5, "finance_returned": 2, "paid": 1}
"""Working days a claim may stay in a state until it counts as late; for 待初审 the setting says."""


def note(ctx: Context, claim: Row, step: str, state: str, said: str = "", who: str = "", how: str = "") -> None:
    """One row in the claim's log. `claim` is the row before the step."""
    since = claim.get("state_at")
    ctx.work.insert(
        EVENT,
        {
            "claim": claim["uid"],
            "at": ctx.now,
            "step": step,
            "state_from": claim.get("state"),
            "state": state,
            "who": who or ctx.operator or None,
            "how": how or None,
            "minutes": minutes_between(str(since), ctx.now) if since and claim.get("state") != state else None,
            "note": said or None,
        },
    )


def move(
    ctx: Context, claim: Row, step: str, state: str, values: Row, said: str = "", who: str = "", how: str = ""
) -> None:
    """Bring a claim into its next state; `values` are what the step itself has to say of the claim."""
    note(ctx, claim, step, state, said, who, how)
    ctx.work.update(
        CLAIM, claim["uid"], {**values, "state": state, "state_at": ctx.now, "handler": ctx.operator or None}
    )
    ctx.work.title = f"{step} {claim['number']}（{claim['claimant']}）"


def days_on(ctx: Context, days: int) -> str:
    """The working day so many after today, by the company's own table of holidays."""
    holidays, day = known_days(ctx.work), ctx.today
    for _ in range(days):
        day = dates.next_workday(day, holidays)
    return day


def due_in(ctx: Context, state: str) -> str | None:
    """Until when a claim that comes into a state today should have left it; None where nothing is to be done."""
    days = int(ctx.settings.get("expense.check_days")) if state == "check" else DUE_DAYS.get(state)
    return None if days is None else days_on(ctx, days)


def look_again(ctx: Context, claim: Row, step: str, said: str) -> None:
    """A passed claim of which something is changed after all goes back to the check."""
    move(ctx, claim, step, "check", {"passed_by": None, "passed_at": None, "due": due_in(ctx, "check")}, said)


def minutes_between(first: str, last: str) -> int:
    """Whole minutes from one stamp to a later one; never negative, whatever a clock that was put back says."""
    passed = datetime.fromisoformat(last) - datetime.fromisoformat(first)
    return max(0, int(passed.total_seconds()) // 60)
