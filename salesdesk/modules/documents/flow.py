"""The way of a document until it is filed: each step with the states it leads from and to, and what it wants to see (DOC-1, DOC-2)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Link, Note, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.documents.keeping import called, live
from salesdesk.modules.documents.model import DOCUMENT, HOW, PART, RECEIPT, RETENTION
from salesdesk.modules.documents.numbering import give_number, why_void
from salesdesk.modules.documents.rules import FIRST_STATE, check_document, keep_until, people_in
from salesdesk.services import records
from salesdesk.services.attachments import FILES, attach
from salesdesk.services.module import Context, Outcome, Verb, VerbRun

UID = Field("uid", "文件", Link(entity="document"), required=True)
RECEIPT_UID = Field("uid", "回执", Link(entity="document_receipt"), required=True)

STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "document.register": (("received", "numbered"), ("registered",)),
    "document.submit": (("draft",), ("review",)),
    "document.review": (("review",), ("approval",)),
    "document.approve": (("approval",), ("approved",)),
    "document.send_back": (("review", "approval", "approved"), ("draft",)),
    "document.give_number": (("approved",), ("numbered",)),
    "document.distribute": (("registered", "circulating"), ("circulating",)),
    "document.settle": (("registered", "circulating"), ("settled",)),
    "document.file": (("settled", "loose"), ("filed",)),
    "document.unfile": (("filed",), ("settled", "loose")),
}
"""Step -> (states it leads from, states it may lead to). From 在档 on `destroying` leads further."""


def stand(ctx: Context, args: Row, verb: str, doing: str) -> Row:
    """The document of a step, in a state the step leads from. Raises Refused."""
    row = live(ctx.work, args["uid"])
    if row["state"] not in STEPS[verb][0]:
        now = DOCUMENT["state"].kind.show(row["state"])
        wanted = "、".join(DOCUMENT["state"].kind.show(s) for s in STEPS[verb][0])
        told = f"{called(row)} 现在是「{now}」，不能{doing}"
        raise Refused(Problem(told, f"「{wanted}」的才能{doing}", path="uid", code="document.state"))
    return row


def move(ctx: Context, row: Row, what: str, state: str, values: Row | None = None) -> Outcome:
    """Bring a document into a state."""
    ctx.work.update(DOCUMENT, row["uid"], {"state": state, **(values or {})})
    now = ctx.work.get(DOCUMENT, row["uid"]) or row
    ctx.work.title = f"{what}{called(now)}"
    return Outcome(row["uid"], f"已{ctx.work.title}", {"state": state, "number": now["number"]})


def save(ctx: Context, args: Row) -> Outcome:
    """A new document begins where its kind begins; an old one keeps its state. A change of the period moves its end."""
    before = ctx.work.get(DOCUMENT, str(args.get("uid") or ""))
    made = records.save(ctx, DOCUMENT, args, check_document)
    begin(ctx, made.uid, before)
    return made


def begin(ctx: Context, uid: str, before: Row | None) -> None:
    """What follows from a form that was written: the first state, who received or wrote it, the end of its period."""
    row = live(ctx.work, uid)
    if before is None or row["kind"] != before["kind"]:
        values: Row = {"state": FIRST_STATE.get(str(row["kind"]), "loose")}
        if row["kind"] == "incoming":
            values |= {
                "received_on": row["received_on"] or ctx.today,
                "received_by": row["received_by"] or ctx.operator or None,
            }
        if row["kind"] == "internal":
            values["author"] = row["author"] or ctx.operator or None
        ctx.work.update(DOCUMENT, uid, values)
    elif row["retention"] != before["retention"] and row["filed_on"]:
        ctx.work.update(DOCUMENT, uid, {"keep_until": keep_until(str(row["filed_on"]), str(row["retention"]))})


def register(ctx: Context, args: Row) -> Outcome:
    """登记: an incoming document gets its number here, an internal one has it already."""
    row = stand(ctx, args, "document.register", "登记")
    if row["kind"] == "internal" and args.get("scope"):
        ctx.work.update(DOCUMENT, row["uid"], {"scope": args["scope"]})
    if args.get("due"):
        ctx.work.update(DOCUMENT, row["uid"], {"due": args["due"]})
    ctx.check(
        check_document(ctx.work, {**row, **{k: args[k] for k in ("due", "scope") if args.get(k)}}, row, ctx.today)
    )
    if not row["number"]:
        give_number(ctx, row)
    return move(ctx, row, "登记", "registered")


def submit(ctx: Context, args: Row) -> Outcome:
    """A draft is put before whoever reviews it."""
    row = stand(ctx, args, "document.submit", "送审")
    return move(ctx, row, "送审", "review", {"refused_why": None})


def review(ctx: Context, args: Row) -> Outcome:
    """审核 passed; the one who wrote it does not review it himself."""
    row = stand(ctx, args, "document.review", "审核")
    ctx.check(_own(row, args, "审核"))
    attach(ctx, DOCUMENT, row["uid"], str(args.get("files") or ""))
    return move(ctx, row, "审核通过", "approval", {"reviewed_by": args["who"], "reviewed_at": ctx.now})


def approve(ctx: Context, args: Row) -> Outcome:
    """批准 by the head; it may be numbered now."""
    row = stand(ctx, args, "document.approve", "批准")
    ctx.check(_own(row, args, "批准"))
    attach(ctx, DOCUMENT, row["uid"], str(args.get("files") or ""))
    return move(ctx, row, "批准", "approved", {"approved_by": args["who"], "approved_at": ctx.now})


def _own(row: Row, args: Row, doing: str) -> list[Problem]:
    if args["who"] != row["author"]:
        return []
    told, cure = f"{args['who']} 自己{doing}自己起草的", "请换一个人；公司允许的写明原因"
    return [Problem(told, cure, path="who", place=f"「{doing}人」", code="own", severity=Severity.ASK)]


def send_back(ctx: Context, args: Row) -> Outcome:
    """Back to the draft with a reason; what was passed before has to be passed again."""
    row = stand(ctx, args, "document.send_back", "退回")
    cleared = dict.fromkeys(("reviewed_by", "reviewed_at", "approved_by", "approved_at"))
    return move(ctx, row, "退回", "draft", {**cleared, "refused_why": args["why"]})


def number(ctx: Context, args: Row) -> Outcome:
    """编号 of an approved document."""
    row = stand(ctx, args, "document.give_number", "编号")
    give_number(ctx, row)
    return move(ctx, row, "编号", "numbered")


def distribute(ctx: Context, args: Row) -> Outcome:
    """分发 or 发放 to people by name; who has it already and has not answered does not get it twice."""
    row = stand(ctx, args, "document.distribute", "分发")
    part = str(args.get("part") or ("get" if row["kind"] == "internal" else "read"))
    people = people_in(str(args.get("people") or row["scope"] or ""))
    if not people:
        raise Refused(
            Problem(
                "没有写发给谁", "姓名用顿号隔开，例如 张三、李四（2份）", path="people", place="「发给」", code="people"
            )
        )
    have = set(
        ctx.work.column(
            "SELECT person FROM document_receipt WHERE document = ? AND void = 0 AND part = ?", (row["uid"], part)
        )
    )
    fresh = [(name, copies) for name, copies in people if name not in have]
    if not fresh:
        raise Refused(
            Problem("这些人都已经发过了", "要再发就写别的姓名", path="people", place="「发给」", code="sent_before")
        )
    due = args.get("due") or row["due"]
    ctx.work.insert_many(
        RECEIPT,
        [
            {
                "document": row["uid"], "person": name, "answer": "sent", "part": part, "due": due, "copies": copies,
                "sent_at": ctx.now,
            }
            for name, copies in fresh
        ],
    )  # fmt: skip
    made = move(ctx, row, "分发", "circulating")
    names = "、".join(name for name, _ in fresh)
    again = "；已发过的没有再发" if len(fresh) < len(people) else ""
    return Outcome(row["uid"], f"{made.message}给 {names}{again}", {**made.data, "sent": len(fresh)})


def _receipt(ctx: Context, args: Row) -> tuple[Row, Row]:
    row = ctx.work.get(RECEIPT, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(records.gone(RECEIPT))
    return row, live(ctx.work, row["document"])


def acknowledge(ctx: Context, args: Row) -> Outcome:
    """已阅: the person saw it, with the moment."""
    row, document = _receipt(ctx, args)
    if row["answer"] != "sent":
        raise Refused(Problem(f"{row['person']} 已经回过了", "请刷新列表", path="uid", code="answered"))
    ctx.work.update(
        RECEIPT, row["uid"], {"answer": "read", "read_at": ctx.now, "how": args.get("how"), "said": args.get("said")}
    )
    ctx.work.title = f"{row['person']} 已阅 {called(document)}"
    return Outcome(row["uid"], ctx.work.title)


def finish(ctx: Context, args: Row) -> Outcome:
    """办完: the person did what the paper asked of him, with what came of it."""
    row, document = _receipt(ctx, args)
    if row["answer"] == "done":
        raise Refused(Problem(f"{row['person']} 已经办完了", "请刷新列表", path="uid", code="answered"))
    if row["part"] != "act":
        raise Refused(
            Problem(
                f"{row['person']} 是{RECEIPT['part'].kind.show(row['part'])}，不用办",
                "点「已阅」",
                path="uid",
                code="not_acting",
            )
        )
    values = {
        "answer": "done",
        "read_at": row["read_at"] or ctx.now,
        "done_at": ctx.now,
        "how": args.get("how"),
        "said": args["said"],
    }
    ctx.work.update(RECEIPT, row["uid"], values)
    ctx.work.title = f"{row['person']} 办完 {called(document)}"
    return Outcome(row["uid"], ctx.work.title)


def settle(ctx: Context, args: Row) -> Outcome:
    """办结: whoever had to act has acted; who has not read yet is told and needs a reason."""
    row = stand(ctx, args, "document.settle", "办结")
    open_ = ctx.work.rows(
        "SELECT person, part FROM document_receipt WHERE document = ? AND void = 0"
        " AND (answer = 'sent' OR (part = 'act' AND answer != 'done')) ORDER BY rowid",
        (row["uid"],),
    )
    acting = "、".join(one["person"] for one in open_ if one["part"] == "act")
    silent = "、".join(one["person"] for one in open_ if one["part"] != "act")
    problems = []
    if acting:
        problems.append(
            Problem(f"{acting} 还没办完", "在「阅办回执」里记他办完，再办结", place="阅办回执", code="not_done")
        )
    if silent:
        problems.append(
            Problem(
                f"{silent} 还没回执",
                "请先催一催；不等了就写原因",
                place="阅办回执",
                code="not_read",
                severity=Severity.ASK,
            )
        )
    ctx.check(problems)
    return move(ctx, row, "办结", "settled", {"settled_at": ctx.now, "result": args.get("result")})


def file(ctx: Context, args: Row) -> Outcome:
    """归档: where the paper stands and how long it is kept; the period begins today."""
    row = stand(ctx, args, "document.file", "归档")
    retention = str(args.get("retention") or row["retention"] or ctx.settings.get("document.retention"))
    day = str(args.get("day") or ctx.today)
    if day > ctx.today:
        raise Refused(Problem(f"归档日期 {day} 还没到", "请核对", path="day", place="「归档日期」", code="future"))
    values: Row = {"retention": retention, "filed_on": day, "keep_until": keep_until(day, retention)}
    values |= {key: args[key] for key in ("cabinet", "box", "page") if args.get(key)}
    if not row["number"]:
        give_number(ctx, row)
    made = move(ctx, row, "归档", "filed", values)
    until = f"保管到 {values['keep_until']}" if values["keep_until"] else "永久保管"
    return Outcome(made.uid, f"{made.message}，{until}", {**made.data, "keep_until": values["keep_until"]})


def unfile(ctx: Context, args: Row) -> Outcome:
    """撤档: taken out of the archive again to work on; not while it is lent or held."""
    row = stand(ctx, args, "document.unfile", "撤档")
    if row["lent_to"]:
        raise Refused(Problem(f"{called(row)} 借给了 {row['lent_to']}", "先归还", path="uid", code="lent"))
    if row["held"]:
        raise Refused(Problem(f"{called(row)} 冻结着（{row['held_why']}）", "先解冻", path="uid", code="held"))
    state = "settled" if row["kind"] in FIRST_STATE else "loose"
    ctx.work.reason = str(args["why"])
    return move(ctx, row, "撤档", state, {"filed_on": None, "keep_until": None})


def hold(ctx: Context, args: Row) -> Outcome:
    """冻结: may not be destroyed, whatever its period."""
    row = live(ctx.work, args["uid"])
    if row["state"] == "destroyed":
        raise Refused(Problem(f"{called(row)} 已销毁", "没有可冻结的了", path="uid", code="destroyed"))
    ctx.work.update(DOCUMENT, row["uid"], {"held": 1, "held_why": args["why"]})
    ctx.work.title = f"冻结{called(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def release(ctx: Context, args: Row) -> Outcome:
    """解冻: what held it is over."""
    row = live(ctx.work, args["uid"])
    if not row["held"]:
        raise Refused(Problem(f"{called(row)} 没有冻结", "请刷新列表", path="uid", code="not_held"))
    ctx.work.update(DOCUMENT, row["uid"], {"held": 0, "held_why": None})
    ctx.work.title = f"解冻{called(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def void(ctx: Context, args: Row) -> Outcome:
    """作废 with its receipts and versions; its number stays in the book. A filed one goes by destruction only."""
    row = live(ctx.work, args["uid"])
    if row["state"] in ("filed", "listed", "destroyed"):
        raise Refused(
            Problem(f"{called(row)} 已归档，不能作废", "先撤档；到期的走鉴定销毁", path="uid", code="document.filed")
        )
    ctx.check(records.in_use(ctx.work, DOCUMENT, row["uid"], OWN))
    for entity in OWN:
        for uid in ctx.work.column(f'SELECT uid FROM "{entity}" WHERE document = ? AND void = 0', (row["uid"],)):
            ctx.work.void(ctx.registry.entities[entity], uid)
    why_void(ctx, row, str(args.get("why") or ""))
    ctx.work.void(DOCUMENT, row["uid"])
    ctx.work.title = f"作废{called(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


OWN = ("document_receipt", "document_file")
"""What goes with the document and so does not keep it."""


def restore(ctx: Context, args: Row) -> Outcome:
    """A voided document comes back with what went with it, and its number is in use again."""
    row = ctx.work.get(DOCUMENT, str(args["uid"]))
    if row is None or not row["void"]:
        raise Refused(Problem("这份文件没有作废", "刷新列表看看", path="uid", code="not_void"))
    along = [
        (ctx.registry.entities[e], uid)
        for e in OWN
        for uid in records.went_along(ctx.work, ctx.registry.entities[e], "document", row["uid"])
    ]
    ctx.work.update(DOCUMENT, row["uid"], {"void": 0})
    for entity, uid in along:
        ctx.work.update(entity, uid, {"void": 0})
    why_void(ctx, row, None)
    ctx.check(records.dangling(ctx.work, ctx.work.changes()))
    ctx.work.title = f"恢复{called(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def _step(
    verb: str,
    title: str,
    run: VerbRun,
    *params: Field,
    also: tuple[str, ...] = (),
    icon: str = "",
    primary: bool = False,
) -> Verb:
    """One shape for all steps."""
    written = ("document", *also)
    return Verb(
        verb,
        title,
        run,
        (UID, *params),
        changes=written,
        entity="document",
        states=STEPS[verb][0],
        icon=icon,
        primary=primary,
    )


WHO_REVIEWS = Field("who", "审核人", Text(40), required=True)
WHO_APPROVES = Field("who", "批准人", Text(40), required=True)
REASON = Field("reason", "原因", Text(200))
WHY = Field("why", "原因", Text(200), required=True)
VERBS = (
    Verb(
        "document.save", "保存文件", save, (records.UID, records.SEEN, *DOCUMENT.typed_fields), changes=("document",),
        entity="document", icon="save", note="外来文件从签收开始，内部文件从起草开始",
    ),
    Verb(
        "document.void", "作废文件", void, (UID, Field("why", "原因", Text(120))),
        changes=("document", "document_receipt", "document_file", "document_number"), entity="document", icon="delete",
    ),
    Verb(
        "document.restore", "恢复文件", restore, (Field("uid", "文件", Link(), required=True),),
        changes=("document", "document_receipt", "document_file", "document_number"), entity="document", icon="undo", palette=False,
    ),
    _step("document.register", "登记", register, Field("due", "办理期限", Day(ahead=True)), Field("scope", "发放范围", Text(200)),
          also=("document_number",), icon="list", primary=True),
    _step("document.submit", "送审", submit, icon="send"),
    _step("document.review", "审核通过", review, WHO_REVIEWS, FILES, REASON, also=("attachment",), icon="check"),
    _step("document.approve", "批准", approve, WHO_APPROVES, FILES, REASON, also=("attachment",), icon="checkmark_circle"),
    _step("document.send_back", "退回起草", send_back, WHY, icon="undo"),
    _step("document.give_number", "编号", number, also=("document_number",), icon="tag"),
    _step(
        "document.distribute", "分发", distribute,
        Field("people", "发给", Note(2000), note="姓名用顿号隔开，例如 张三、李四（2份）；空着按发放范围"),
        Field("part", "要他们", Choice(options=PART.options), note="空着：外来的传阅，内部的发放"),
        Field("due", "期限", Day(ahead=True), note="空着按办理期限"),
        also=("document_receipt",), icon="people",
    ),
    _step("document.settle", "办结", settle, Field("result", "办理结果", Text(200)), REASON, icon="check"),
    _step(
        "document.file", "归档", file,
        Field("retention", "保管期限", RETENTION, note="空着按文件上写的"),
        Field("cabinet", "柜", Text(20)), Field("box", "盒", Text(20)), Field("page", "页", Text(20)),
        Field("day", "归档日期", Day(), note="空着就是今天"),
        also=("document_number",), icon="archive",
    ),
    _step("document.unfile", "撤档", unfile, WHY, icon="undo"),
    Verb("document.hold", "冻结", hold, (UID, WHY), changes=("document",), entity="document", icon="lock",
         states=("filed", "listed"), note="冻结的不能销毁"),
    Verb("document.release", "解冻", release, (UID,), changes=("document",), entity="document", icon="check", states=("held",)),
    Verb(
        "document_receipt.read", "已阅", acknowledge, (RECEIPT_UID, Field("how", "怎么回的", HOW), Field("said", "意见", Text(200))),
        changes=("document_receipt",), entity="document_receipt", icon="eye", states=("sent",),
    ),
    Verb(
        "document_receipt.done", "办完", finish,
        (RECEIPT_UID, Field("said", "结果", Text(200), required=True), Field("how", "怎么回的", HOW)),
        changes=("document_receipt",), entity="document_receipt", icon="checkmark_circle", states=("act",),
    ),
)  # fmt: skip
