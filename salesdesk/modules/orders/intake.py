"""来单登记: everything a customer sends is logged the moment it arrives, before anybody types an order (ORD-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Flag, Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.model import INTAKE
from salesdesk.services.attachments import FILES, attach, keep
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, missing, overtaken
from salesdesk.services.roles import Role

if TYPE_CHECKING:
    from salesdesk.modules.orders.evidence import Told


def log(ctx: Context, args: Row) -> Outcome:
    """Note one arrival with its evidence; changing it later keeps the first entry in the history."""
    work = ctx.work
    values: Row = {k: v for k, v in args.items() if k in INTAKE.by_key}
    files = str(args.get("files") or "")
    uid = str(args.get("uid") or "")
    told = None
    if uid:
        row = work.get(INTAKE, uid)
        if row is None or row["void"]:
            raise Refused(gone(INTAKE))
        changed = {k: v for k, v in values.items() if row[k] != v}
        if "customer" in args:
            changed["guessed"] = None
        ctx.check(missing(INTAKE, {**row, **changed}) + overtaken(work, INTAKE, uid, args.get("seen"), changed))
        work.update(INTAKE, uid, changed)
        number = row["number"]
    else:
        told = _told(ctx, values, files)
        _fill(values, told, bool(args.get("guess")))
        values["received_at"] = values.get("received_at") or ctx.now
        if not any(values.get(k) for k in ("customer", "from_whom", "content")) and not files:
            raise Refused(
                Problem(
                    "来单内容是空的",
                    "至少写客户、来电人或内容其中一样，或拖一个文件进来",
                    path="content",
                    place="「内容」",
                    code="empty",
                )
            )
        number = work.next_number("LD")
        uid = work.insert(INTAKE, {**values, "number": number, "state": "waiting"})
    attach(ctx, INTAKE, uid, files)
    for _, one in told.mails if told else ():
        for name, data in one.files:
            keep(ctx, INTAKE, uid, name, data)
    work.title = f"登记来单 {number}"
    guessed = f"，客户{told.guess.words}" if told and told.guess and values.get("guessed") else ""
    return Outcome(uid, f"已{work.title}{guessed}", {"number": number, "guessed": values.get("guessed")})


def _told(ctx: Context, values: Row, files: str) -> Told:
    from salesdesk.modules.orders import evidence

    content, who = str(values.get("content") or ""), str(values.get("from_whom") or "")
    return evidence.read(ctx.work, evidence.paths_of(files), content, who, ctx.now)


def _fill(values: Row, told: Told, guessing: bool) -> None:
    """Put in what the evidence tells where nobody said anything else; a guessed customer is marked as guessed."""
    if told.mails:
        values["channel"] = told.channel
        for key in ("received_at", "from_whom", "content"):
            values[key] = values.get(key) or getattr(told, key) or None
    if guessing and not values.get("customer") and told.guess is not None and told.guess.sure:
        values |= {"customer": told.guess.customer, "guessed": told.guess.by}


def read(ctx: Context, args: Row) -> Outcome:
    """Read what files and text tell about an arrival; nothing is written."""
    found = _told(
        ctx, {"content": args.get("content"), "from_whom": args.get("from_whom")}, str(args.get("files") or "")
    )
    who = found.guess
    data = {
        "channel": found.channel,
        "received_at": found.received_at,
        "from_whom": found.from_whom,
        "content": found.content,
        "customer": who.customer if who else None,
        "customer_name": who.name if who else None,
        "guessed": who.by if who else None,
        "sure": bool(who and who.sure),
        "files": [name for _, one in found.mails for name, _ in one.files],
    }
    return Outcome("", who.words if who else "看不出是哪家客户", data)


def words(ctx: Context, args: Row) -> Outcome:
    """The text an order is made from, for 智能粘贴."""
    from salesdesk.modules.orders import evidence

    text = evidence.words_of(ctx.work, ctx.folder, str(args["uid"]))
    return Outcome(str(args["uid"]), "", {"text": text})


def drop(ctx: Context, args: Row) -> Outcome:
    """Say that an arrival was no order, and why."""
    row = ctx.work.get(INTAKE, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(INTAKE))
    if row["state"] != "waiting":
        raise Refused(Problem("这条来单已经处理过", "请刷新列表", path="uid", code="done"))
    ctx.work.update(INTAKE, row["uid"], {"state": "dropped"})
    ctx.work.reason = ctx.reason
    ctx.work.title = f"来单 {row['number']} 不是订单"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


def enter(ctx: Context, uid: str, order: str) -> None:
    """Note that an arrival became this order. Raises Refused when it already became another one or was no order."""
    row = ctx.work.get(INTAKE, uid)
    if row is None or row["void"]:
        raise Refused(gone(INTAKE).at("intake", "「来单登记」"))
    if row["order"] == order:
        return
    if row["state"] != "waiting":
        what = f"已录成订单 {ctx.work.named('sales_order', row['order'])}" if row["order"] else "登记为不是订单"
        raise Refused(
            Problem(
                f"来单 {row['number']} {what}",
                "请打开那张订单看看；一次来单要开两张订单，第二张就不选来单登记",
                path="intake",
                place="「来单登记」",
                code="intake_done",
            )
        )
    ctx.work.update(INTAKE, uid, {"state": "entered", "order": order})


def reopen(ctx: Context, order: str) -> None:
    """The order typed from an arrival is thrown away: the arrival waits again, so that it is not forgotten (ORD-14)."""
    for uid in ctx.work.column('SELECT uid FROM intake WHERE "order" = ? AND void = 0', (order,)):
        ctx.work.update(INTAKE, uid, {"state": "waiting", "order": None})


_FIELDS = tuple(
    f if f.key != "received_at" else Field("received_at", "收到时间", f.kind, note="不给就是现在")
    for f in INTAKE.typed_fields
)

GUESS = Field("guess", "没写客户就猜", Flag(), default="是", note="按邮箱、电话、名称猜，猜的会标明")

VERBS = (
    Verb(
        "intake.save",
        "登记来单",
        log,
        (UID, SEEN, *_FIELDS, FILES, GUESS),
        changes=("intake", "attachment"),
        entity="intake",
        icon="phone",
        shortcut="Ctrl+L",
        note="接电话时先记一笔，回头再录单",
    ),
    Verb(
        "intake.drop",
        "不是订单",
        drop,
        (Field("uid", "来单", Link(entity="intake"), required=True), Field("reason", "原因", Text(200))),
        changes=("intake",),
        entity="intake",
        icon="dismiss",
    ),
    Verb(
        "intake.read",
        "看来单说了什么",
        read,
        (FILES, INTAKE["content"], INTAKE["from_whom"]),
        role=Role.VIEWER,
        entity="intake",
        palette=False,
        note="邮件、文字里的来信人、时间、客户；只读，不写入",
    ),
    Verb(
        "intake.words",
        "来单的原话",
        words,
        (Field("uid", "来单", Link(entity="intake"), required=True),),
        role=Role.VIEWER,
        entity="intake",
        palette=False,
        note="表格附件优先，其次邮件里的表格，再次内容；拿去智能粘贴",
    ),
)
