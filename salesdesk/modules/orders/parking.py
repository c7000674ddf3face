"""待确认: an order waits for the customer's answer; what was asked, whom, how, until when, and what he said (ORD-2)."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Note, Row, Stamp, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.model import ASK_HOW, ORDER
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.working_days import known_days


def _load(ctx: Context, uid: object) -> Row:
    row = ctx.work.get(ORDER, str(uid))
    if row is None or row["void"]:
        raise Refused(
            Problem("没有这张订单", "它可能在别的窗口被撤销了，请刷新列表", path="uid", code="unknown_record")
        )
    return row


def park(ctx: Context, args: Row) -> Outcome:
    """Put an order aside until the customer has answered a question (待确认)."""
    row = _load(ctx, args["uid"])
    if row["state"] not in ("draft", "parked"):
        raise Refused(Problem("已确认的订单不能转待确认", "有疑问请用「变更订单」", path="uid", code="confirmed"))
    at = args.get("asked_at") or ctx.now
    due = args.get("answer_due") or dates.next_workday(str(at)[:10], known_days(ctx.work))
    if str(due) < str(at)[:10]:
        raise Refused(
            Problem(f"{due} 早于提问的那天", "请改答复期限", path="answer_due", place="「答复期限」", code="too_early")
        )
    ctx.work.update(
        ORDER,
        row["uid"],
        {
            "state": "parked",
            "question": args["question"],
            "asked_whom": args.get("asked_whom") or row["contact"],
            "asked_how": args.get("asked_how"),
            "asked_by": ctx.operator,
            "asked_at": at,
            "answer_due": due,
            "answer": None,
            "answered_by": None,
            "answered_at": None,
        },
    )
    ctx.work.title = f"转待确认 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}，{due} 前等答复", {"answer_due": due})


def answer(ctx: Context, args: Row) -> Outcome:
    """Note the customer's answer; the order goes back to draft, ready to be confirmed."""
    row = _load(ctx, args["uid"])
    if row["state"] != "parked":
        raise Refused(Problem("这张订单没有在等客户答复", "请刷新列表", path="uid", code="not_parked"))
    at = args.get("answered_at") or ctx.now
    if row["asked_at"] and str(at) < str(row["asked_at"]):
        told = f"早于提问时间 {str(row['asked_at'])[:16].replace('T', ' ')}"
        raise Refused(Problem(told, "请核对时间", path="answered_at", place="「答复时间」", code="too_early"))
    ctx.work.update(
        ORDER,
        row["uid"],
        {
            "state": "draft",
            "answer": args["answer"],
            "answered_by": args.get("answered_by") or row["asked_whom"],
            "answered_at": at,
        },
    )
    ctx.work.title = f"客户答复 {row['number']}"
    return Outcome(row["uid"], f"已记下{ctx.work.title}")


_ORDER = Field("uid", "订单", Link(entity="sales_order"), required=True)
VERBS = (
    Verb(
        "order.park",
        "转待确认",
        park,
        (
            _ORDER,
            Field("question", "要问客户什么", Note(), required=True),
            Field("asked_whom", "问的谁", Text(40), note="不写就是订单的联系人"),
            Field("asked_how", "怎么问的", ASK_HOW, default="电话"),
            Field("asked_at", "提问时间", Stamp(), note="不写就是现在"),
            Field("answer_due", "答复期限", Day(ahead=True), note="不写就是下一个工作日，到期会在今日里"),
        ),
        changes=("sales_order",),
        entity="sales_order",
        icon="question",
        states=("draft", "parked"),
    ),
    Verb(
        "order.answer",
        "记客户答复",
        answer,
        (
            _ORDER,
            Field("answer", "客户答复", Note(), required=True),
            Field("answered_by", "谁答复的", Text(40), note="不写就是问的那个人"),
            Field("answered_at", "答复时间", Stamp(), note="不写就是现在"),
        ),
        changes=("sales_order",),
        entity="sales_order",
        icon="chat",
        states=("parked",),
    ),
)
