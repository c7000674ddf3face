"""Looking for what may be missing, noting what was answered, measuring how fast arrivals are dealt with."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.omissions import queries
from salesdesk.modules.omissions.model import ANSWER, WHY
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role
from salesdesk.services.working_days import known_days

QUIET_DAYS = 7
"""A customer who was asked is left alone so long unless another day is given."""


def look(ctx: Context, args: Row) -> Outcome:
    """Look through all orders and keep the find for 今日; nothing that is shared is written."""
    find = queries.look(ctx.work, ctx.today, ctx.progress)
    ctx.settings.put(queries.FOUND, find.text())
    missing = sum(len(r["missing"]) for r in find.holes)
    gaps = sum(len(r["missing"]) for r in find.numbers)
    told = f"查过了：{len(find.late)} 家客户该来单没来，客户单号缺 {missing} 个，本厂单号缺 {gaps} 个"
    return Outcome("", told, queries.told(find))


def asked(ctx: Context, args: Row) -> Outcome:
    """A customer past his rhythm was asked; he is left alone until the day given."""
    until = str(args.get("until") or dates.add_days(ctx.today, QUIET_DAYS))
    if until <= ctx.today:
        raise Refused(
            Problem(
                "这一天已经过了",
                "请填今天以后的日子，如 +7、下周一",
                path="until",
                place="「哪天前不再提醒」",
                code="too_early",
            )
        )
    name = ctx.work.named("customer", str(args["uid"]))
    uid = _answer(ctx, "rhythm", str(args["uid"]), None, args, until)
    ctx.work.title = f"问过 {name}：{args['why']}"
    return Outcome(uid, f"已记下，{dates.show_day_short(until, ctx.today)}前不再提醒")


def holes_asked(ctx: Context, args: Row) -> Outcome:
    """Missing numbers of a customer were asked after; they are settled for good."""
    customer, numbers = str(args["uid"]), _numbers(args)
    uid = ""
    for number in numbers:
        uid = _answer(ctx, "hole", customer, number, args, None)
    ctx.work.title = f"核对 {ctx.work.named('customer', customer)} 缺的客户单号 {'、'.join(numbers)}：{args['why']}"
    return Outcome(uid, f"已{ctx.work.title}")


def numbers_explained(ctx: Context, args: Row) -> Outcome:
    """Gaps in our own numbers were looked into."""
    numbers = _numbers(args)
    uid = ""
    for number in numbers:
        uid = _answer(ctx, "number", None, number, args, None)
    ctx.work.title = f"核对缺的单号 {'、'.join(numbers[:3])}{'等' if len(numbers) > 3 else ''}：{args['why']}"
    return Outcome(uid, f"已{ctx.work.title}")


def _numbers(args: Row) -> list[str]:
    found = str(args["numbers"]).replace("、", " ").replace(",", " ").split()
    if not found:
        raise Refused(
            Problem("没有写号", "请写缺的号，几个用顿号隔开", path="numbers", place="「缺的号」", code="required")
        )
    return found


def _answer(ctx: Context, kind: str, customer: str | None, subject: str | None, args: Row, until: str | None) -> str:
    return ctx.work.insert(
        ANSWER,
        {
            "kind": kind,
            "customer": customer,
            "subject": subject,
            "why": args["why"],
            "until": until,
            "note": args.get("note"),
            "asked_at": ctx.now,
        },
    )


def measure(ctx: Context, args: Row) -> Outcome:
    """The rate of a month with its arrivals."""
    from salesdesk.modules.omissions import timeliness

    month = str(args.get("month") or ctx.today)[:7]
    found = timeliness.month_of(ctx.work, month, timeliness.target_of(ctx.settings, known_days(ctx.work)), ctx.now)
    rate = "没有可算的来单" if found.rate is None else f"{found.rate:.1%}"
    rows = [
        {
            "number": h.row["number"],
            "received_at": h.row["received_at"],
            "customer": h.row["name"],
            "order": h.row["order_number"],
            "verdict": h.verdict,
            "minutes": h.to_entry,
            "words": h.words,
        }
        for h in found.rows
    ]
    data = {"month": month, "target": found.target, "timely": found.timely, "late": found.late, "open": found.open,
            "dropped": found.dropped, "rate": found.rate, "rows": rows}  # fmt: skip
    return Outcome("", f"{month} 处理及时率 {rate}（{found.target}）", data)


_WHY = Field("why", "问下来", WHY, required=True)
_NOTE = Field("note", "备注", Text(200))
_CUSTOMER = Field("uid", "客户", Link(entity="customer"), required=True)
_NUMBERS = Field("numbers", "缺的号", Text(1000, True), required=True, note="几个用顿号隔开")

VERBS = (
    Verb("omission.look", "漏单检测", look, role=Role.VIEWER, icon="search", note="看有没有漏掉的单；只读"),
    Verb(
        "omission.asked",
        "问过客户了",
        asked,
        (_CUSTOMER, _WHY, Field("until", "哪天前不再提醒", Day(ahead=True), note="不填就是一周"), _NOTE),
        changes=("omission_answer",),
        entity="omission_answer",
        icon="check",
        palette=False,
    ),
    Verb(
        "omission.holes_asked",
        "缺号问过了",
        holes_asked,
        (_CUSTOMER, _NUMBERS, _WHY, _NOTE),
        changes=("omission_answer",),
        entity="omission_answer",
        icon="check",
        palette=False,
    ),
    Verb(
        "omission.explained",
        "缺号核对过了",
        numbers_explained,
        (_NUMBERS, _WHY, _NOTE),
        changes=("omission_answer",),
        entity="omission_answer",
        icon="check",
        palette=False,
    ),
    Verb(
        "timeliness.read",
        "处理及时率",
        measure,
        (Field("month", "月份", Day(), note="这个月里任何一天；不给就是本月"),),
        role=Role.VIEWER,
        icon="chart",
        palette=False,
    ),
)
