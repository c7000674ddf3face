"""来单登记: everything a customer sends is logged the moment it arrives, before anybody types an order (ORD-1)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.model import INTAKE
from salesdesk.services.attachments import FILES, attach
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, missing, overtaken


def log(ctx: Context, args: Row) -> Outcome:
    """Note one arrival with its evidence; changing it later keeps the first entry in the history."""
    work = ctx.work
    values: Row = {k: v for k, v in args.items() if k in INTAKE.by_key}
    uid = str(args.get("uid") or "")
    if uid:
        row = work.get(INTAKE, uid)
        if row is None or row["void"]:
            raise Refused(gone(INTAKE))
        changed = {k: v for k, v in values.items() if row[k] != v}
        ctx.check(missing(INTAKE, {**row, **changed}) + overtaken(work, INTAKE, uid, args.get("seen"), changed))
        work.update(INTAKE, uid, changed)
        number = row["number"]
    else:
        values["received_at"] = values.get("received_at") or ctx.now
        if not any(values.get(k) for k in ("customer", "from_whom", "content")) and not args.get("files"):
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
    attach(ctx, INTAKE, uid, str(args.get("files") or ""))
    work.title = f"登记来单 {number}"
    return Outcome(uid, f"已{work.title}", {"number": number})


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

VERBS = (
    Verb(
        "intake.save",
        "登记来单",
        log,
        (UID, SEEN, *_FIELDS, FILES),
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
)
