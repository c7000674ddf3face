"""对账单: freeze the figures of a month, send them, have them signed back or disputed, look at them again."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Note, Row, Stamp, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.money import statements
from salesdesk.modules.money.model import FIGURES, HOW, STATEMENT
from salesdesk.modules.money.rules import MONEY
from salesdesk.services import attachments
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, void

SEND_AGAIN = 5
"""Days after sending until 今日 asks for the signed statement."""


def month_of(ctx: Context, args: Row) -> str:
    """The month asked for, else the last one. Raises Refused for anything that is no past or present month."""
    given = str(args.get("month") or dates.add_months(ctx.today[:8] + "01", -1)[:7])
    month = statements.month_named(given, ctx.today)
    if not month or month > ctx.today[:7]:
        raise Refused(
            Problem(f"月份「{given}」不对", "请写成 2026-06，不晚于本月", path="month", place="「月份」", code="month")
        )
    return month


def make_one(ctx: Context, customer: str, month: str, number: str) -> str:
    """Freeze the statement of one customer and month; an unsent one of the same month gives way. Returns its uid."""
    work = ctx.work
    first, last = statements.month_days(month)
    found = statements.figures(work, customer, first, last)
    for old in work.rows(
        "SELECT uid, state FROM statement WHERE customer = ? AND month = ? AND void = 0 AND state = 'unsent'",
        (customer, month),
    ):
        for line in work.of_parent(FIGURES, old["uid"]):
            work.void(FIGURES, line["uid"])
        work.void(STATEMENT, old["uid"])
    uid = work.insert(
        STATEMENT,
        {
            "number": number,
            "state": "unsent",
            "customer": customer,
            "month": month,
            "first": first,
            "last": last,
            "opening": found.opening,
            "delivered": found.delivered,
            "invoiced": found.invoiced,
            "received": found.received,
            "closing": found.closing,
        },
    )
    work.insert(FIGURES, {"statement": uid, "text": found.text()})
    return uid


def sent_already(ctx: Context, customer: str, month: str) -> Row | None:
    """A statement of this month that has left the house already."""
    return ctx.work.row(
        "SELECT number, state FROM statement WHERE customer = ? AND month = ? AND void = 0 AND state != 'unsent' LIMIT 1",
        (customer, month),
    )


def make(ctx: Context, args: Row) -> Outcome:
    """One statement of one customer."""
    month, customer = month_of(ctx, args), str(args["customer"])
    cutoff = str(ctx.work.value("SELECT receivable_day FROM customer WHERE uid = ?", (customer,)) or "")
    if cutoff >= statements.month_days(month)[1]:
        raise Refused(
            Problem(
                f"期初应收截至 {cutoff}，这个月已经算在期初里",
                "请选以后的月份",
                path="month",
                place="「月份」",
                code="in_opening",
            )
        )
    sent = sent_already(ctx, customer, month)
    if sent is not None:
        ctx.check(
            [
                Problem(
                    f"{month} 的对账单 {sent['number']} {STATEMENT['state'].kind.show(sent['state'])}",
                    "重做一份就写明原因，并通知客户以新的为准",
                    path="month",
                    place="「月份」",
                    code="already_sent",
                    severity=Severity.ASK,
                )
            ]
        )
    uid = make_one(ctx, customer, month, ctx.work.next_number("DZ"))
    row = ctx.work.get(STATEMENT, uid) or {}
    name = ctx.work.named("customer", customer)
    ctx.work.title = f"对账单 {name} {month}"
    return Outcome(uid, f"已做{ctx.work.title}，期末 {MONEY.show(row['closing'])} 元", {"number": row["number"]})


def live(ctx: Context, args: Row) -> Row:
    row = ctx.work.get(STATEMENT, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(STATEMENT))
    return row


def _not_yet(ctx: Context, at: str, key: str, title: str) -> list[Problem]:
    """Nothing happened tomorrow."""
    if at[:10] <= ctx.today:
        return []
    return [Problem(f"{title} {at[:10]} 还没到", "请核对日期", key, f"「{title}」", "future")]


def send(ctx: Context, args: Row) -> Outcome:
    """Note how and when a statement went out; a disputed one may be sent again."""
    row = live(ctx, args)
    if row["state"] == "signed":
        raise Refused(Problem(f"{row['number']} 已经回签", "要改请另做一份", path="uid", code="signed"))
    at = str(args.get("sent_at") or ctx.now)
    ctx.check(_not_yet(ctx, at, "sent_at", "发出时间"))
    ctx.work.update(
        STATEMENT,
        str(row["uid"]),
        {
            "state": "sent",
            "sent_at": at,
            "sent_how": args.get("sent_how"),
            "sent_to": args.get("sent_to"),
            "next_day": args.get("next_day") or dates.add_days(at[:10], SEND_AGAIN),
        },
    )
    ctx.work.title = f"发出对账单 {row['number']}"
    return Outcome(str(row["uid"]), f"已记下{ctx.work.title}")


def sign(ctx: Context, args: Row) -> Outcome:
    """The customer signed and stamped it; the scan is kept with it."""
    row = live(ctx, args)
    if row["state"] == "unsent":
        raise Refused(Problem(f"{row['number']} 还没发", "请先登记发出", path="uid", code="unsent"))
    if row["state"] == "signed":
        told = f"{row['number']} 已由 {row['signed_by'] or '对方'} 回签"
        raise Refused(Problem(told, "登记错了请在历史里撤销那一步", path="uid", code="signed"))
    at = str(args.get("signed_at") or ctx.now)
    problems = _not_yet(ctx, at, "signed_at", "回签时间")
    if at[:10] < str(row["sent_at"] or "")[:10]:
        problems.append(
            Problem(f"回签早于发出的 {row['sent_at'][:10]}", "请核对日期", "signed_at", "「回签时间」", "signed_early")
        )
    ctx.check(problems)
    ctx.work.update(
        STATEMENT,
        str(row["uid"]),
        {
            "state": "signed",
            "signed_at": at,
            "signed_by": args.get("signed_by"),
            "next_day": None,
        },
    )
    if args.get("files"):
        attachments.attach(ctx, STATEMENT, str(row["uid"]), str(args["files"]))
    else:
        ctx.warnings.append(
            Problem(
                "没有回签的扫描件",
                "拍照或扫描后补上，日后有争议要看",
                path="files",
                code="no_scan",
                severity=Severity.WARN,
            )
        )
    ctx.work.title = f"回签对账单 {row['number']}"
    return Outcome(str(row["uid"]), f"已记下{ctx.work.title}")


def dispute(ctx: Context, args: Row) -> Outcome:
    """The customer says that something is wrong; it stays on the list until it is settled."""
    row = live(ctx, args)
    ctx.work.update(
        STATEMENT,
        str(row["uid"]),
        {
            "state": "disputed",
            "dispute": args["dispute"],
            "next_day": args.get("next_day") or dates.add_days(ctx.today, 1),
            **({"sent_at": ctx.now} if not row["sent_at"] else {}),
        },
    )
    ctx.work.title = f"对账单有争议 {row['number']}"
    return Outcome(str(row["uid"]), f"已记下{ctx.work.title}")


def look_again(ctx: Context, args: Row) -> Outcome:
    """Whether a frozen statement still holds, and which rows differ."""
    row = live(ctx, args)
    now = statements.figures(ctx.work, str(row["customer"]), str(row["first"]), str(row["last"]))
    told = statements.differences(statements.frozen(ctx.work, str(row["uid"])), now)
    words = "和现在的数据一致" if not told else f"做好以后有 {len(told)} 处数据变了"
    problems = tuple(Problem(line, code="changed", severity=Severity.WARN) for line in told)
    data = {"differences": told, "then": MONEY.wire(row["closing"]), "now": MONEY.wire(now.closing)}
    return Outcome(str(row["uid"]), words, data, problems)


def cancel(ctx: Context, args: Row) -> Outcome:
    """Take a statement out of use."""
    row = live(ctx, args)
    made = void(ctx, STATEMENT, str(row["uid"]))
    return replace(made, message=f"已作废对账单 {row['number']}")


_UID = Field("uid", "对账单", Link(entity="statement"), required=True)
MONTH = Field("month", "月份", Text(10), note="例如 2026-06；不给就是上个月")
WRITES = ("statement", "statement_figures")

VERBS = (
    Verb(
        "statement.make",
        "做对账单",
        make,
        (Field("customer", "客户", Link(entity="customer"), required=True), MONTH),
        changes=WRITES,
        entity="statement",
        icon="document",
    ),
    Verb(
        "statement.send",
        "登记发出",
        send,
        (
            _UID,
            Field("sent_how", "怎么发的", HOW, required=True, default="微信"),
            Field("sent_to", "发给谁", Text(60)),
            Field("sent_at", "发出时间", Stamp()),
            Field("next_day", "下次跟进", Day(ahead=True), note="不给就是五天后"),
        ),
        changes=WRITES,
        entity="statement",
        icon="send",
        states=("unsent", "disputed"),
    ),
    Verb(
        "statement.sign",
        "登记回签",
        sign,
        (_UID, Field("signed_by", "回签人", Text(40)), Field("signed_at", "回签时间", Stamp()), attachments.FILES),
        changes=(*WRITES, "attachment"),
        entity="statement",
        icon="checkmark_circle",
        states=("sent", "disputed"),
    ),
    Verb(
        "statement.dispute",
        "登记争议",
        dispute,
        (
            _UID,
            Field("dispute", "对方说哪里不对", Note(1000), required=True),
            Field("next_day", "下次跟进", Day(ahead=True), note="不给就是明天"),
        ),
        changes=WRITES,
        entity="statement",
        icon="warning",
        states=("sent", "signed"),
    ),
    Verb("statement.compare", "核对变化", look_again, (_UID,), entity="statement", icon="eye"),
    Verb("statement.void", "作废对账单", cancel, (_UID,), changes=WRITES, entity="statement", icon="delete"),
)
