"""Noting what 生产 and 采购 say about many lines at once, changing promises in the open, and asking where nothing is heard."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain import dates
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Link, Note, Option, Row, Stamp, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.products.rules import goods_words
from salesdesk.modules.progress import pasting, queries
from salesdesk.modules.progress.model import (
    ASKED,
    FEEDBACK_LINE,
    FIRST,
    HOW,
    LINE_FEEDBACK,
    LINE_PROMISE,
    PARTY,
    TOLD,
    WHY,
)
from salesdesk.modules.progress.rules import QTY, check_feedback, split_state
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import line_params
from salesdesk.services.roles import Role

ROUTE = Choice(options=(Option("make", "生产"), Option("buy", "采购")))
TYPED = ("promised", "percent", "words", "ready", "note")


def feedback(ctx: Context, args: Row) -> Outcome:
    """登记进度反馈: what was said about some lines; a new date becomes a promise, the first one or a changed one."""
    given: Sequence[Row] = args.get("lines") or ()
    stored = queries.lines_named(ctx.work, [str(one["order_line"]) for one in given if one.get("order_line")])
    told: list[tuple[int, Row, Row]] = []
    problems: list[Problem] = []
    for i, one in enumerate(given):
        percent, words = split_state(one.get("state"))
        typed: Row = {**one, "percent": percent, "words": words}
        if all(typed.get(key) is None for key in TYPED):
            continue
        line = stored.get(str(one.get("order_line")))
        if line is None:
            problems.append(
                Problem(
                    "没说是哪张订单的哪一行", "请从跟进表里填，或给出 order_line", path=f"lines/{i}/order_line",
                    place=f"第 {i + 1} 行", code="unknown_line",
                )
            )  # fmt: skip
        else:
            told.append((i, typed, line))
    if not told and not problems:
        problems.append(Problem("一行反馈都没填", "请填新交期、进度或已备好的数量", path="lines", code="nothing_told"))
    problems += _not_confirmed(ctx.work, [line for _, _, line in told])
    ctx.check(problems + check_feedback(told, args.get("why"), ctx.today))
    at = args.get("said_at") or ctx.now
    heard, promised = [], []
    for _, typed, line in told:
        about = {"order": line["order"], "line": line["uid"], "product": line["product"]}
        who = {"party": args.get("party") or line["route_party"], "said_by": args.get("said_by")}
        heard.append(
            {**about, **who, "kind": TOLD, "how": args.get("how") or "微信", "said_at": at}
            | {key: typed.get(key) for key in TYPED}
        )
        new = typed.get("promised")
        if new and new != line["promise"]:
            moved = {"before": line["promise"], "why": args.get("why")} if line["promise"] else {"why": FIRST}
            promised.append(
                {**about, **who, **moved, "promised": new, "words": typed.get("note")}
                | {"made_at": ctx.now, "made_by": ctx.operator}
            )
    uids = ctx.work.insert_many(LINE_FEEDBACK, heard)
    ctx.work.insert_many(LINE_PROMISE, promised)
    numbers = list(dict.fromkeys(str(line["order.number"]) for _, _, line in told))
    changed = sum(1 for one in promised if one.get("before"))
    what = f"{len(told)} 行进度" + (f"，改期 {changed} 行" if changed else "")
    ctx.work.title = f"登记 {'、'.join(numbers[:3])}{' 等' if len(numbers) > 3 else ''} {what}"
    late = [
        line["uid"]
        for _, typed, line in told
        if typed.get("promised") and line["asked"] and typed["promised"] > line["asked"]
    ]
    return Outcome(uids[0], f"已{ctx.work.title}", {"lines": len(told), "promises": len(promised), "late": late})  # fmt: skip


def _not_confirmed(work: Work, lines: Sequence[Row]) -> list[Problem]:
    orders = list(dict.fromkeys(line["order"] for line in lines))
    return [
        Problem(f"订单 {row['number'] or '草稿'} 没有确认", "确认后才有进度可跟", path="lines", code="not_confirmed")
        for uid in orders
        if (row := work.get("sales_order", uid)) is not None and (row["state"] != "confirmed" or row["void"])
    ]


def urge(ctx: Context, args: Row) -> Outcome:
    """催办: 生产 or 采购 was asked about lines nothing is heard of; gives the words to paste into WeChat."""
    lines = _urged(ctx, args)
    at, how = ctx.now, args.get("how") or "微信"
    ctx.work.insert_many(
        LINE_FEEDBACK,
        [
            {"order": one["order"], "line": one["uid"], "product": one["product"], "kind": ASKED}
            | {"party": one["route_party"], "how": how, "said_at": at, "note": args.get("note")}
            for one in lines
        ],
    )
    party = lines[0]["route_party"]
    ctx.work.title = f"{how}催{party} {len(lines)} 行"
    return Outcome(
        "", f"已登记{ctx.work.title}", {"text": urge_text(lines, ctx.today, ctx.operator), "lines": len(lines)}
    )


def _urged(ctx: Context, args: Row) -> list[Row]:
    """The lines to ask about: those named, else those of an order, else all that are due soon and silent. Raises Refused."""
    days = int(ctx.settings.get("progress.ask_days"))
    route = str(args.get("route") or "")
    if args.get("lines"):
        named = queries.lines_named(
            ctx.work, [str(one["order_line"]) for one in args["lines"] if one.get("order_line")]
        )
        lines = [one for one in named.values() if not route or one["route"] == route]
    elif args.get("uid"):
        lines = [one for one in queries.lines_of(ctx.work, str(args["uid"])) if not route or one["route"] == route]
    else:
        lines = queries.open_lines(ctx.work, ctx.today, "silent", route, days)
    lines = [one for one in lines if one["left"] > 0]
    if lines and not route:  # one paper, one department
        lines = [one for one in lines if one["route"] == lines[0]["route"]]
    if not lines:
        raise Refused(
            Problem("没有要催的行", "快到期又没反馈的行才要催；想催别的，请先选中那几行", code="nothing_to_urge")
        )
    return lines


def urge_text(lines: Sequence[Row], today: str, operator: str) -> str:
    """The lines as people write them in a group, and what is asked."""
    told = [f"【催进度】{lines[0]['route_party']}：请回复下面 {len(lines)} 行的完成情况和交期"]
    for i, one in enumerate(lines, start=1):
        late = dates.days_between(str(one["due"]), today)
        when = f"{str(one['due'])[5:]}{f'（已过 {late} 天）' if late > 0 else '（今天）' if late == 0 else ''}"
        goods = f"{goods_words(one['product.name'], one['product.spec'])} {QTY.show(one['left'])}{one['product.unit'] or ''}"
        told.append(f"{i}. {one['order.number']} {goods}，{when}")
    told.append(f"请今天回复。{operator}".strip())
    return "\n".join(told)


def read_paste(ctx: Context, args: Row) -> Outcome:
    """Only read: which lines the rows of a pasted table mean, and what they say of them."""
    order = str(args.get("uid") or "")
    lines = queries.lines_of(ctx.work, order) if order else queries.open_lines(ctx.work, ctx.today)
    found = pasting.match(str(args["text"]), [one for one in lines if one["left"] > 0], ctx.today)
    told = f"认出 {len(found.lines)} 行" + (f"，{len(found.unknown)} 行没认出" if found.unknown else "")
    data = {"lines": found.lines, "unknown": found.unknown, "columns": found.columns}
    problems = tuple(
        Problem(why, "请在表里手工填", place=f"粘贴的第 {n} 行", code="unmatched", severity=Severity.WARN)
        for n, _, why in found.unknown
    )
    return Outcome(order, told, data, problems)


def guard(work: Work, changes: Changes) -> list[Problem]:
    """Feedback and promises belong to orders that were confirmed."""
    import json

    touched = json.dumps([*changes.of("sales_order")])
    return [
        Problem(f"订单 {number} 已有进度反馈，不能回到没确认", "请先撤销那些反馈", code="has_feedback")
        for (number,) in work.tuples(
            "SELECT o.number FROM sales_order o WHERE o.uid IN (SELECT value FROM json_each(?))"
            " AND o.state NOT IN ('confirmed', 'cancelled')"
            ' AND EXISTS (SELECT 1 FROM line_feedback f WHERE f."order" = o.uid AND f.void = 0)',
            (touched,),
        )
    ]


_LINES = line_params(FEEDBACK_LINE, "跟进明细")
_ORDER = Field("uid", "订单", Link(entity="sales_order"), note="不给就看全部没发完的订单")
_ROUTE = Field("route", "催谁", ROUTE, note="不给就催第一行那个部门")
HEAD = (
    Field("party", "部门", PARTY, note="不选就按产品类别，生产或采购"),
    Field("said_by", "谁说的", Text(40)),
    Field("how", "方式", HOW, default="微信"),
    Field("said_at", "什么时候说的", Stamp(), note="不给就是现在"),
    Field("why", "改期原因", WHY, note="改了原来的承诺才要选"),
)
"""What holds for all lines of one sheet of feedback."""

VERBS = (
    Verb(
        "progress.feedback",
        "登记进度",
        feedback,
        (*HEAD, _LINES, Field("reason", "原因", Text(200), note="交期写过去的日子要写明原因")),
        changes=("line_feedback", "line_promise"),
        entity="line_feedback",
        icon="chat",
        primary=True,
        note="很多行一次登记，新交期自动成为承诺",
    ),
    Verb(
        "progress.urge",
        "催进度",
        urge,
        (
            _ORDER,
            _ROUTE,
            Field("how", "方式", HOW, default="微信"),
            Field("note", "备注", Text(200)),
            _LINES,
        ),
        changes=("line_feedback",),
        entity="line_feedback",
        icon="alert",
        note="登记催过了，给出微信文字；不给明细就催快到期又没反馈的",
    ),
    Verb(
        "progress.read_paste",
        "认粘贴的交期表",
        read_paste,
        (_ORDER, Field("text", "粘贴的内容", Note(200_000), required=True)),
        role=Role.VIEWER,
        entity="line_feedback",
        icon="paste",
        palette=False,
        note="按编码、品名、订单号对上行，只看不写",
    ),
)
