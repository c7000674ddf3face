"""借阅: asked for, approved, lent, due, reminded, returned (DOC-4)."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.documents.archive_model import LOAN
from salesdesk.modules.documents.keeping import called, live
from salesdesk.persistence.reading import Reader
from salesdesk.services import records
from salesdesk.services.attachments import FILES, attach
from salesdesk.services.module import Context, Outcome, Verb, VerbRun

UID = Field("uid", "借阅", Link(entity="document_loan"), required=True)
STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "document_loan.approve": (("asked",), ("approved",)),
    "document_loan.refuse": (("asked",), ("refused",)),
    "document_loan.lend": (("approved",), ("lent",)),
    "document_loan.remind": (("lent",), ("lent",)),
    "document_loan.extend": (("lent",), ("lent",)),
    "document_loan.give_back": (("lent",), ("returned",)),
}
"""Step -> (states it leads from, states it leads to)."""


def check_loan(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """What an application must hold: a filed document, a day to come back that is not past."""
    problems = []
    document = reader.get("document", row.get("document"))
    if before is None and document is not None and document["state"] != "filed":
        told = f"{called(document)} 不在档，不能借"
        problems.append(Problem(told, "归档以后才能借阅", path="document", place="「文件」", code="not_filed"))
    if row.get("due") and (before is None or before.get("due") != row["due"]):
        problems += in_time(str(row["due"]), today)
    if (
        before is not None
        and before["state"] in ("lent", "returned", "refused")
        and row.get("due") != before.get("due")
    ):
        now = LOAN["state"].kind.show(before["state"])
        cure = "用「续借」" if before["state"] == "lent" else "要再借请另填一张"
        problems.append(Problem(f"{now}的借阅不能改期限", cure, path="due", place="「归还期限」", code="due_fixed"))
    if before is not None and before["state"] not in ("asked",):
        for key in ("document", "borrower"):
            if row.get(key) != before.get(key):
                problems.append(
                    Problem(
                        "批准以后不能换文件和借阅人",
                        "请另填一张",
                        path=key,
                        place=f"「{LOAN[key].title}」",
                        code="approved",
                    )
                )
    return problems


def in_time(due: str, today: str) -> list[Problem]:
    """A day to come back lies ahead."""
    if due >= today:
        return []
    told = f"归还期限 {due} 已经过了"
    return [Problem(told, "请写以后的日子", path="due", place="「归还期限」", code="due_past")]


def apply(ctx: Context, args: Row) -> Outcome:
    """申请: a number, the usual days."""
    if not ctx.work.get(LOAN, str(args.get("uid") or "")):
        days = int(ctx.settings.get("document.loan_days"))
        args = {**args, "number": ctx.work.next_number("JY"), "state": "asked", "asked_on": ctx.today}
        args["due"] = args.get("due") or dates.add_days(ctx.today, days)
    made = records.save(ctx, LOAN, args, check_loan)
    return Outcome(made.uid, made.message, {"number": ctx.work.named(LOAN, made.uid)})


def _stand(ctx: Context, args: Row, verb: str, doing: str) -> tuple[Row, Row]:
    row = ctx.work.get(LOAN, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(records.gone(LOAN))
    if row["state"] not in STEPS[verb][0]:
        told = f"{row['number']} 现在是「{LOAN['state'].kind.show(row['state'])}」，不能{doing}"
        raise Refused(Problem(told, "请刷新列表，看它走到哪一步", path="uid", code="loan.state"))
    return row, live(ctx.work, row["document"])


def _moved(ctx: Context, row: Row, what: str, values: Row) -> Outcome:
    ctx.work.update(LOAN, row["uid"], values)
    ctx.work.title = f"{what} {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}", {"state": values.get("state", row["state"])})


def approve(ctx: Context, args: Row) -> Outcome:
    """负责人批准; nobody approves his own application without a word."""
    row, _ = _stand(ctx, args, "document_loan.approve", "批准")
    problems = []
    if args["who"] == row["borrower"]:
        told, cure = f"{args['who']} 自己批自己的借阅", "请负责人批；公司允许的写明原因"
        problems.append(Problem(told, cure, path="who", place="「批准人」", code="own", severity=Severity.ASK))
    problems += in_time(str(args.get("due") or row["due"]), ctx.today)
    ctx.check(problems)
    attach(ctx, LOAN, row["uid"], str(args.get("files") or ""))
    values = {
        "state": "approved",
        "approved_by": args["who"],
        "approved_at": ctx.now,
        "due": args.get("due") or row["due"],
    }
    return _moved(ctx, row, "批准借阅", values)


def refuse(ctx: Context, args: Row) -> Outcome:
    """不批, with the reason."""
    row, _ = _stand(ctx, args, "document_loan.refuse", "退")
    return _moved(ctx, row, "不批借阅", {"state": "refused", "refused_why": args["why"]})


def lend(ctx: Context, args: Row) -> Outcome:
    """借出: the paper goes out of the cabinet; it must be there."""
    row, document = _stand(ctx, args, "document_loan.lend", "借出")
    if document["state"] != "filed" or document["lent_to"]:
        where = f"借给了 {document['lent_to']}" if document["lent_to"] else "不在档"
        raise Refused(Problem(f"{called(document)} {where}", "等它回来再借", path="uid", code="not_here"))
    late = in_time(str(row["due"]), ctx.today)
    if late:
        raise Refused([one._replace(cure="先在借阅单上把归还期限改到以后") for one in late])
    return _moved(ctx, row, f"借出 {document['number'] or document['title']}", {"state": "lent", "lent_at": ctx.now})


def remind(ctx: Context, args: Row) -> Outcome:
    """催还: counted, and the words to send."""
    row, document = _stand(ctx, args, "document_loan.remind", "催还")
    late = dates.days_between(str(row["due"]), ctx.today)
    when = f"已经过了 {late} 天" if late > 0 else "快到了"
    text = f"{row['borrower']}您好：您借的{called(document)}（{row['number']}）归还期限 {row['due']}，{when}，请尽快还回，谢谢。"
    made = _moved(ctx, row, "催还", {"reminded_at": ctx.now, "reminded": (row["reminded"] or 0) + 1})
    return Outcome(made.uid, f"{made.message}，话已复制，到微信里粘贴", {"text": text, "clipboard": text})


def extend(ctx: Context, args: Row) -> Outcome:
    """续借 to a later day."""
    row, _ = _stand(ctx, args, "document_loan.extend", "续借")
    if str(args["due"]) <= max(str(row["due"]), ctx.today):
        told = f"续借要到 {max(str(row['due']), ctx.today)} 以后"
        raise Refused(Problem(told, "请写更晚的日子", path="due", place="「归还期限」", code="due_past"))
    return _moved(ctx, row, "续借", {"due": args["due"]})


def give_back(ctx: Context, args: Row) -> Outcome:
    """归还, with the state it came back in."""
    row, _ = _stand(ctx, args, "document_loan.give_back", "归还")
    return _moved(
        ctx, row, "归还", {"state": "returned", "returned_at": ctx.now, "condition": args.get("condition") or "完好"}
    )


def void(ctx: Context, args: Row) -> Outcome:
    """An application that came to nothing; what is lent comes back first, what was lent stays on record."""
    row = ctx.work.get(LOAN, str(args["uid"]))
    if row is not None and row["state"] == "lent" and not row["void"]:
        raise Refused(Problem(f"{row['number']} 还借在外面", "先登记归还", path="uid", code="lent"))
    if row is not None and row["state"] == "returned" and not row["void"]:
        raise Refused(Problem(f"{row['number']} 借过也还了，不能作废", "借过的记录要留着", path="uid", code="returned"))
    return records.void(ctx, LOAN, str(args["uid"]))


def _step(verb: str, title: str, run: VerbRun, *params: Field, also: tuple[str, ...] = (), icon: str = "") -> Verb:
    written = ("document_loan", *also)
    return Verb(
        verb, title, run, (UID, *params), changes=written, entity="document_loan", states=STEPS[verb][0], icon=icon
    )


VERBS = (
    Verb(
        "document_loan.save", "保存借阅", apply, (records.UID, records.SEEN, *LOAN.typed_fields), changes=("document_loan",),
        entity="document_loan", icon="save", note="先填申请，负责人批了再借出",
    ),
    Verb("document_loan.void", "作废借阅", void, (UID,), changes=("document_loan",), entity="document_loan", icon="delete"),
    _step("document_loan.approve", "批准", approve, Field("who", "批准人", Text(40), required=True), Field("due", "归还期限", Day(ahead=True)),
          FILES, Field("reason", "原因", Text(200)), also=("attachment",), icon="check"),
    _step("document_loan.refuse", "不批", refuse, Field("why", "原因", Text(120), required=True), icon="dismiss"),
    _step("document_loan.lend", "借出", lend, icon="send"),
    _step("document_loan.give_back", "归还", give_back, Field("condition", "归还情况", Text(120), default="完好"), icon="undo"),
    _step("document_loan.remind", "催还", remind, icon="chat"),
    _step("document_loan.extend", "续借", extend, Field("due", "归还期限", Day(ahead=True), required=True), icon="calendar"),
)  # fmt: skip
