"""Taking down, changing and finishing 临时任务."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.today.handover import HANDOVER
from salesdesk.modules.today.model import TASK
from salesdesk.modules.today.rules import read_task
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, record_verbs

_TASK = Field("uid", "任务", Link(entity="task"), required=True)


def add(ctx: Context, args: Row) -> Outcome:
    """Take down one line; without a day it is for today."""
    words, who, due = read_task(str(args["line"]), ctx.today)
    if not words:
        raise Refused(
            Problem(
                "没有写做什么", "例如：周五前 把对账单发给张总 @李总", path="line", place="「任务」", code="required"
            )
        )
    values: Row = {"words": words, "from_whom": who, "due": due or ctx.today}
    uid = ctx.work.insert(TASK, values)
    ctx.work.title = f"记任务：{words}"
    told = "、".join(
        filter(None, (f"{who}交代" if who else "", f"{dates.show_day_short(values['due'], ctx.today)} 要"))
    )
    return Outcome(uid, f"已记下「{words}」，{told}", {**values, "uid": uid})


def done(ctx: Context, args: Row) -> Outcome:
    """A task is finished; what came of it may be said."""
    row = ctx.work.get(TASK, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(TASK))
    if row["done_at"]:
        raise Refused(Problem(f"「{row['words']}」已经办完了", "请刷新今日", path="uid", code="done"))
    ctx.work.update(TASK, row["uid"], {"done_at": ctx.now, "result": args.get("result")})
    ctx.work.title = f"办完：{row['words']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


VERBS = (
    Verb(
        "task.add",
        "记临时任务",
        add,
        (Field("line", "任务", Text(300), required=True, note="一行写完：周五前 把对账单发给张总 @李总"),),
        changes=("task",),
        entity="task",
        icon="note",
        note="领导随口交代的，一行记下，到期在今日提醒",
    ),
    Verb(
        "task.done",
        "办完了",
        done,
        (_TASK, Field("result", "结果", Text(200), note="可以不写")),
        changes=("task",),
        entity="task",
        icon="check",
    ),
    *record_verbs(TASK),
    HANDOVER,
)
