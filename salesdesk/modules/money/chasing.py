"""催款: who was called about money, what was said, when to call again."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.money.model import CHASE
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import record_verbs, save


def check_chase(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """The next call lies ahead of the one that is noted."""
    at = str(row.get("at") or today)[:10]
    problems = []
    for key, title in (("next_day", "下次跟进"), ("promised_day", "答应付款日")):
        day = row.get(key)
        if day and str(day) < at:
            problems.append(
                Problem(f"{title} {day} 在联系之前", "请核对日期", path=key, place=f"「{title}」", code="before_call")
            )
    return problems


def note(ctx: Context, args: Row) -> Outcome:
    """Note a call about money. Without 下次跟进 the promised day is the next one, else a week ahead."""
    row: Row = {k: v for k, v in args.items() if k in CHASE.by_key and v is not None}
    row |= {"customer": args["uid"], "at": args.get("at") or ctx.now}
    row["next_day"] = row.get("next_day") or row.get("promised_day") or dates.add_days(str(row["at"])[:10], 7)
    ctx.check(check_chase(ctx.work, row, None, ctx.today))
    uid = ctx.work.insert(CHASE, row)
    name = ctx.work.named("customer", args["uid"])
    ctx.work.title = f"催款 {name}"
    return Outcome(uid, f"已记下{ctx.work.title}，{row['next_day']} 再跟进")


def save_call(ctx: Context, args: Row) -> Outcome:
    """Create or correct a note on the list of calls; a new one happened now unless it says otherwise."""
    given = args if args.get("uid") or args.get("at") else {**args, "at": ctx.now}
    return save(ctx, CHASE, given, check_chase)


_PLAIN = record_verbs(CHASE, check_chase)
VERBS = (
    _PLAIN[0]._replace(run=save_call),
    *_PLAIN[1:],
    Verb(
        "customer.chase",
        "记催款",
        note,
        (
            Field("uid", "客户", Link(entity="customer"), required=True),
            *(f for f in CHASE.typed_fields if f.key not in ("customer", "at")),
        ),
        changes=("chase",),
        entity="customer",
        icon="phone",
        note="谁、怎么说的、哪天再问；记了之后到那天才再提醒",
    ),
)
