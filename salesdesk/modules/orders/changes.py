"""Changing a confirmed order in the open: the version is kept, everybody it concerns is told, and says that he knows (ORD-6)."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Stamp, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders import change_queries
from salesdesk.modules.orders.change_model import CHANGE_NOTICE, CUSTOMER, ORDER_CHANGE, PARTY, SELLER
from salesdesk.modules.orders.change_rules import Snapshot, differences, summary_of, who_must_know
from salesdesk.modules.orders.change_sheet import message
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role
from salesdesk.services.telling import HOW, acknowledged, not_earlier, told

TABLES = ("order_change", "change_notice")


def record(ctx: Context, order: str, before: Snapshot, kind: str, words: str = "") -> Row | None:
    """Keep what was just done to a confirmed order as its next version, and list who must know.

    Call it at the end of the verb that changed the order, with the snapshot taken before. Returns the change with its
    `parties`; None when nothing differs.
    """
    work = ctx.work
    after = change_queries.snapshot(work, order)
    found = differences(before, after)
    if not found:
        return None
    prints = [row["uid"] for row in change_queries.prints_of(work, order)]
    change: Row = {
        "number": work.next_number("BG"),
        "order": order,
        "version": change_queries.version_of(work, order) + 1,
        "kind": kind,
        "reason_text": words or None,
        "summary": summary_of(found),
        "made_at": ctx.now,
        "made_by": ctx.operator,
        "before": before.text(),
        "after": after.text(),
        "old_prints": json.dumps(prints),
    }
    change["uid"] = work.insert(ORDER_CHANGE, change)
    parties = who_must_know(found, after, kind, words)
    work.insert_many(
        CHANGE_NOTICE,
        [
            {
                "change": change["uid"],
                "order": order,
                "seq": seq,
                "who": who,
                "person": {SELLER: after.header.get("salesperson"), CUSTOMER: after.header.get("contact")}.get(who),
                "needed": 1,
            }
            for seq, who in enumerate(parties, start=1)
        ],
    )
    return {**change, "parties": parties}


def told_of(change: Row | None) -> dict[str, object]:
    """What the outcome of a verb says about the change it made."""
    if change is None:
        return {}
    return {key: change[key] for key in ("version", "parties")} | {"change": change["uid"], "notice": change["number"]}


def derive_notices(work: Work, changes: Changes) -> None:
    """Recompute where each notice stands: not told, told, taken note of, or not needed."""
    work.execute_many(
        "UPDATE change_notice SET state = CASE WHEN needed = 0 THEN 'skipped' WHEN ack_at IS NOT NULL THEN 'acked'"
        " WHEN told_at IS NOT NULL THEN 'told' ELSE 'waiting' END WHERE uid = ?",
        [(uid,) for uid in changes.of("change_notice")],
    )


def guard(work: Work, changes: Changes) -> list[Problem]:
    """Versions of an order follow one another without a gap, and only an order that was confirmed has any."""
    among = "(SELECT value FROM json_each(?))"
    orders = json.dumps(
        [
            *changes.of("sales_order"),
            *work.column(
                f'SELECT DISTINCT "order" FROM order_change WHERE uid IN {among}',
                (json.dumps(list(changes.of("order_change"))),),
            ),
        ]
    )
    found = [
        Problem(
            f"订单 {number} 后来又变更过（第 {version} 版）", f"请先撤销第 {version} 版的变更", code="changed_later"
        )
        for number, version in work.tuples(
            'SELECT o.number, max(c.version) FROM order_change c JOIN sales_order o ON o.uid = c."order"'
            f" WHERE o.uid IN {among} AND c.void = 0 GROUP BY o.uid"
            " HAVING max(c.version) != count(*) + 1 OR count(DISTINCT c.version) != count(*)",
            (orders,),
        )
    ]
    found += [
        Problem(f"订单 {order} 已有变更通知单 {number}，不能回到没确认", f"请先撤销变更 {number}", code="has_change")
        for order, number in work.tuples(
            'SELECT o.number, max(c.number) FROM order_change c JOIN sales_order o ON o.uid = c."order"'
            f" WHERE o.uid IN {among} AND c.void = 0 AND o.state NOT IN ('confirmed', 'cancelled') GROUP BY o.uid",
            (orders,),
        )
    ]
    return found


def _notice(ctx: Context, uid: object) -> tuple[Row, Row]:
    """A live notice and its change; Refused when either is gone."""
    notice = ctx.work.get(CHANGE_NOTICE, str(uid))
    change = ctx.work.get(ORDER_CHANGE, notice["change"]) if notice is not None else None
    if notice is None or change is None or notice["void"] or change["void"]:
        raise Refused(Problem("没有这条变更告知", "变更可能已经撤销，请刷新列表", path="uid", code="unknown_record"))
    return notice, change


def _change(ctx: Context, uid: object) -> Row:
    change = ctx.work.get(ORDER_CHANGE, str(uid))
    if change is None or change["void"]:
        raise Refused(Problem("没有这张变更通知单", "变更可能已经撤销，请刷新列表", path="uid", code="unknown_record"))
    return change


def _called(ctx: Context, change: Row) -> str:
    return f"{ctx.work.named('sales_order', change['order'])} v{change['version']}"


def _not_earlier(change: Row, stamp: str, key: str, title: str) -> list[Problem]:
    return not_earlier(str(change["made_at"]), "变更时间", stamp, key, title)


def _open(notice: Row) -> None:
    if notice["ack_at"]:
        raise Refused(
            Problem(
                f"{notice['who']}已经接收（{notice['ack_by']}）", "登记错了请按撤销", path="uid", code="acknowledged"
            )
        )


def tell(ctx: Context, args: Row) -> Outcome:
    """登记告知: who was told by which way and when; one who is told in person may take note at once."""
    notice, change = _notice(ctx, args["uid"])
    _open(notice)
    at = args.get("told_at") or ctx.now
    ctx.check(_not_earlier(change, at, "told_at", "告知时间"))
    values = told(ctx, args["told_how"], at, args.get("ack_by"))
    if args.get("note"):
        values["note"] = args["note"]
    ctx.work.update(CHANGE_NOTICE, notice["uid"], values)
    ctx.work.title = f"变更 {_called(ctx, change)} 已{args['told_how']}告知{notice['who']}"
    return Outcome(notice["uid"], ctx.work.title)


def tell_all(ctx: Context, args: Row) -> Outcome:
    """Everybody who has not been told yet was told the same way, e.g. in one WeChat group."""
    change = _change(ctx, args["uid"])
    waiting = [n for n in change_queries.notices_of(ctx.work, change["uid"]) if n["state"] == "waiting"]
    if not waiting:
        raise Refused(Problem("都已经告知过了", "等他们接收后登记接收", path="uid", code="all_told"))
    for notice in waiting:
        ctx.work.update(CHANGE_NOTICE, notice["uid"], told(ctx, args["told_how"]))
    names = "、".join(str(n["who"]) for n in waiting)
    ctx.work.title = f"变更 {_called(ctx, change)} 已{args['told_how']}告知{names}"
    return Outcome(change["uid"], ctx.work.title)


def acknowledge(ctx: Context, args: Row) -> Outcome:
    """登记接收: a party says that it knows; this is what lets the goods go."""
    notice, change = _notice(ctx, args["uid"])
    _open(notice)
    at = args.get("ack_at") or ctx.now
    ctx.check(_not_earlier(change, at, "ack_at", "接收时间"))
    values = acknowledged(
        ctx, notice, args.get("ack_by") or notice["person"] or notice["who"], at, args.get("told_how")
    )
    if args.get("note"):
        values["note"] = args["note"]
    ctx.work.update(CHANGE_NOTICE, notice["uid"], values)
    ctx.work.title = f"变更 {_called(ctx, change)} 由{notice['who']} {values['ack_by']} 接收"
    return Outcome(notice["uid"], ctx.work.title)


def skip(ctx: Context, args: Row) -> Outcome:
    """不用告知: this party need not know, and why; another 登记告知 brings it back."""
    notice, change = _notice(ctx, args["uid"])
    _open(notice)
    ctx.work.update(CHANGE_NOTICE, notice["uid"], {"needed": 0, "note": args["note"]})
    ctx.work.title = f"变更 {_called(ctx, change)} 不用告知{notice['who']}"
    return Outcome(notice["uid"], f"已登记：{ctx.work.title}")


def add_party(ctx: Context, args: Row) -> Outcome:
    """Somebody the rules did not think of must know as well."""
    change = _change(ctx, args["uid"])
    have = change_queries.notices_of(ctx.work, change["uid"])
    if any(n["who"] == args["who"] and n["person"] == args.get("person") for n in have):
        raise Refused(Problem(f"{args['who']}已经在名单里", "要告知另一个人就填姓名", path="who", code="listed"))
    values: Row = {k: args.get(k) for k in ("who", "person", "note")}
    values |= {"change": change["uid"], "order": change["order"], "seq": len(have) + 1, "needed": 1}
    uid = ctx.work.insert(CHANGE_NOTICE, values)
    ctx.work.title = f"变更 {_called(ctx, change)} 加告知 {args['who']}"
    return Outcome(uid, f"已登记：{ctx.work.title}")


def review(ctx: Context, args: Row) -> Outcome:
    """Who approved the change and when; a signature on paper counts."""
    change = _change(ctx, args["uid"])
    at = args.get("reviewed_at") or ctx.now
    ctx.check(_not_earlier(change, at, "reviewed_at", "审核时间"))
    ctx.work.update(ORDER_CHANGE, change["uid"], {"reviewer": args["reviewer"], "reviewed_at": at})
    ctx.work.title = f"变更 {_called(ctx, change)} 由 {args['reviewer']} 审核"
    return Outcome(change["uid"], ctx.work.title)


def wechat(ctx: Context, args: Row) -> Outcome:
    """The change as a text to paste into WeChat; prices are left out for whoever is not to see them."""
    change = _change(ctx, args["uid"])
    text = message(ctx.work, change, args.get("who"), ctx.settings.company)
    return Outcome(change["uid"], "文字已备好，可以粘到微信", {"text": text})


_NOTICE = Field("uid", "变更告知", Link(entity="change_notice"), required=True)
_CHANGE = Field("uid", "变更通知单", Link(entity="order_change"), required=True)
_HOW = Field("told_how", "告知方式", HOW, required=True, default="微信")
_NOTE = Field("note", "备注", Text(200))

VERBS = (
    Verb(
        "change.tell",
        "登记告知",
        tell,
        (
            _NOTICE,
            _HOW,
            Field("told_at", "告知时间", Stamp(), note="不给就是现在"),
            Field("ack_by", "接收人", Text(40), note="当场就接收了才填"),
            _NOTE,
        ),
        changes=("change_notice",),
        entity="change_notice",
        icon="send",
        states=("waiting", "told", "skipped"),
        note="告诉了谁、怎么告诉的",
    ),
    Verb(
        "change.acknowledge",
        "登记接收",
        acknowledge,
        (
            _NOTICE,
            Field("ack_by", "接收人", Text(40), note="不给就是名单上的人"),
            Field("ack_at", "接收时间", Stamp(), note="不给就是现在"),
            Field("told_how", "告知方式", HOW, note="还没登记告知时才用，不给就是当面"),
            _NOTE,
        ),
        changes=("change_notice",),
        entity="change_notice",
        icon="check",
        states=("waiting", "told", "skipped"),
        note="仓库接收后才能发货",
    ),
    Verb(
        "change.skip",
        "不用告知",
        skip,
        (_NOTICE, Field("note", "为什么不用", Text(200), required=True)),
        changes=("change_notice",),
        entity="change_notice",
        icon="dismiss",
        states=("waiting", "told"),
    ),
    Verb(
        "change.tell_all",
        "全部告知",
        tell_all,
        (_CHANGE, _HOW),
        changes=("change_notice",),
        entity="order_change",
        icon="send",
        note="还没告知的都按同一种方式登记，例如发在一个群里",
    ),
    Verb(
        "change.add_party",
        "加告知对象",
        add_party,
        (_CHANGE, Field("who", "告知谁", PARTY, required=True), Field("person", "姓名", Text(40)), _NOTE),
        changes=("change_notice",),
        entity="order_change",
        icon="add",
    ),
    Verb(
        "change.review",
        "登记审核",
        review,
        (
            _CHANGE,
            Field("reviewer", "审核人", Text(40), required=True),
            Field("reviewed_at", "审核时间", Stamp(), note="不给就是现在"),
        ),
        changes=("order_change",),
        entity="order_change",
        icon="check",
        note="纸上签字也在这里登记",
    ),
    Verb(
        "change.wechat",
        "变更微信文字",
        wechat,
        (_CHANGE, Field("who", "发给谁", PARTY, note="给生产、采购、仓库的不带价格")),
        role=Role.VIEWER,
        entity="order_change",
        icon="chat",
        palette=False,
    ),
)
