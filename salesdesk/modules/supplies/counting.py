"""盘点: laid out as blind sheets, entered by who counted, counted again where it differs, explained, booked (SUP-4)."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies.count_model import BOOKED_AS, COUNT, COUNT_LINE, ENTRY, SHEET
from salesdesk.modules.supplies.count_results import fits, worth_in
from salesdesk.modules.supplies.ledger import put_in, stands, take_out
from salesdesk.modules.supplies.ledger import short as lacking
from salesdesk.modules.supplies.model import SUPPLY
from salesdesk.modules.supplies.rules import MONEY, QTY
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, line_params, save_lines, void

MUST = Field("uid", "盘点", Link(entity="supply_count"), required=True)
THE_SHEET = Field("uid", "盘点表", Link(entity="supply_sheet"), required=True)


def names_of(typed: object) -> list[str]:
    """People named in one line, each once: 王敏、李强."""
    said = str(typed or "")
    for mark in "，,;；/ ":
        said = said.replace(mark, "、")
    return list(dict.fromkeys(name for name in said.split("、") if name))


def plan(ctx: Context, args: Row) -> Outcome:
    """Lay out a count: every item in use or in stock, split among the counters by place, or all of it for each of them."""
    where, given = "void = 0 AND (coalesce(stopped, 0) = 0 OR coalesce(on_hand, 0) != 0)", []
    for key in ("category", "place"):
        if args.get(key):
            where += f" AND {key} = ?"
            given.append(args[key])
    items = ctx.work.rows(
        f"SELECT uid, name FROM supply WHERE {where} ORDER BY coalesce(place, ''), \"code\", rowid", given
    )
    if not items:
        raise Refused(
            Problem(
                "没有符合的用品", "请核对类别和存放位置", path="category", place="「类别」", code="nothing_to_count"
            )
        )
    busy = ctx.work.row(
        "SELECT c.uid, c.number FROM supply_count c JOIN supply_count_line l ON l.count = c.uid"
        " WHERE c.void = 0 AND c.state != 'booked' AND l.void = 0 AND l.supply IN"
        f" (SELECT uid FROM supply WHERE {where}) LIMIT 1",
        given,
    )
    if busy is not None:
        told = f"盘点 {busy['number']} 还没做完，里面有同样的用品"
        raise Refused(Problem(told, "请先做完或作废它", code="open_count", about=("supply_count", busy["uid"])))
    counters = names_of(args.get("counters") or ctx.operator)
    if not counters:
        raise Refused(
            Problem("没有盘点人", "写上谁盘，多人用顿号隔开", path="counters", place="「盘点人」", code="required")
        )
    share = str(args.get("share") or "split")
    if share == "both" and len(counters) < 2:
        told = "每人都盘一遍，至少要两个人"
        raise Refused(
            Problem(told, "再写一个人，或选「分开盘」", path="counters", place="「盘点人」", code="one_counter")
        )
    number = ctx.work.next_number("PD")
    head: Row = {key: args.get(key) for key in ("due", "category", "place", "note")}
    head |= {"number": number, "counters": "、".join(counters), "share": share, "rows": len(items)}
    uid = ctx.work.insert(COUNT, head)
    save_lines(ctx.work, COUNT_LINE, uid, [{"supply": one["uid"]} for one in items])
    whole = [str(one["uid"]) for one in items]
    for i, counter in enumerate(counters):
        first, last = (len(whole) * at // len(counters) for at in (i, i + 1))
        if mine := whole if share == "both" else whole[first:last]:
            _lay_sheet(ctx, uid, counter, 1, mine)
    ctx.work.title = f"安排盘点 {number}（{len(items)} 种，{'、'.join(counters)}）"
    return Outcome(uid, f"已{ctx.work.title}", {"number": number, "sheets": min(len(counters), len(whole))})


def _lay_sheet(ctx: Context, count: str, counter: str, turn: int, supplies: list[str]) -> str:
    number = ctx.work.next_number("PB")
    head: Row = {"number": number, "count": count, "counter": counter, "turn": turn, "rows": len(supplies)}
    sheet = ctx.work.insert(SHEET, head)
    save_lines(ctx.work, ENTRY, sheet, [{"supply": one} for one in supplies])
    return sheet


def _count(ctx: Context, uid: object) -> Row:
    row = ctx.work.get(COUNT, str(uid))
    if row is None or row["void"]:
        raise Refused(gone(COUNT))
    if row["state"] == "booked":
        raise Refused(
            Problem(f"盘点 {row['number']} 已经调整过", "有错请在历史里撤销那次调整", path="uid", code="state")
        )
    return row


def enter(ctx: Context, args: Row) -> Outcome:
    """What one counter found; the books of that moment are kept beside it. Items may come in several times, the last counts."""
    sheet = ctx.work.get(SHEET, args["uid"])
    if sheet is None or sheet["void"]:
        raise Refused(gone(SHEET))
    _count(ctx, sheet["count"])
    rows = {row["supply"]: row for row in ctx.work.of_parent(ENTRY, sheet["uid"])}
    problems: list[Problem] = []
    for i, one in enumerate(args["lines"]):
        if one["supply"] not in rows:
            told = f"「{ctx.work.named(SUPPLY, one['supply'])}」不在这张盘点表上"
            problems.append(
                Problem(
                    told, "请看是不是别人的表", path=f"lines/{i}/supply", place=f"第 {i + 1} 行", code="foreign_line"
                )
            )
    later = ctx.work.value("SELECT max(turn) FROM supply_sheet WHERE count = ? AND void = 0", (sheet["count"],))
    if later > sheet["turn"]:
        told = f"{sheet['number']} 之后已经开始复盘"
        problems.append(Problem(told, "请把数填在复盘的表上", path="uid", code="state"))
    ctx.check(problems)
    for one in args["lines"]:
        entry = rows[one["supply"]]
        if one.get("counted") is None:
            ctx.work.update(ENTRY, entry["uid"], {"counted": None, "book": None, "at": None})
        elif one["counted"] != entry["counted"]:
            book, _ = stands(ctx.work, one["supply"])
            ctx.work.update(ENTRY, entry["uid"], {"counted": one["counted"], "book": book, "at": ctx.now})
    entries = ctx.work.of_parent(ENTRY, sheet["uid"])
    done = sum(entry["counted"] is not None for entry in entries)
    ctx.work.update(SHEET, sheet["uid"], {"at": ctx.now})
    ctx.work.title = f"录入盘点表 {sheet['number']}（{sheet['counter']}，{done}/{len(entries)}）"
    left = len(entries) - done
    told = f"，还有 {left} 种没盘" if left else "，都盘完了"
    return Outcome(sheet["uid"], f"已{ctx.work.title}{told}", {"done": done, "left": left})


def second(ctx: Context, args: Row) -> Outcome:
    """Lay out the second count of what differs; another counter than the first is better."""
    count = _count(ctx, args["uid"])
    lines = [line for line in ctx.work.of_parent(COUNT_LINE, count["uid"]) if line["result"] == "second"]
    if count["state"] != "second":
        told = f"盘点 {count['number']} {COUNT['state'].kind.show(count['state'])}"
        cure = "先把盘点表都录完" if count["state"] == "counting" else "没有要复盘的了"
        raise Refused(Problem(told, cure, path="uid", code="state"))
    counter = names_of(args.get("counter"))[:1] or [ctx.operator]
    supplies = [str(line["supply"]) for line in lines]
    before = ctx.work.column(
        "SELECT DISTINCT s.counter FROM supply_sheet s JOIN supply_entry e ON e.sheet = s.uid WHERE s.count = ? AND s.void = 0"
        f" AND e.supply IN ({', '.join('?' * len(supplies))})",
        (count["uid"], *supplies),
    )
    if counter[0] in before:
        told = f"{counter[0]} 自己盘过其中的用品"
        cure = "请换一个人复盘；只有一个人就写明"
        ctx.check([Problem(told, cure, path="counter", place="「复盘人」", code="same_counter", severity=Severity.ASK)])
    turn = int(ctx.work.value("SELECT max(turn) FROM supply_sheet WHERE count = ? AND void = 0", (count["uid"],))) + 1
    sheet = _lay_sheet(ctx, count["uid"], counter[0], turn, supplies)
    ctx.work.title = f"复盘 {count['number']}（{counter[0]}，{len(supplies)} 种）"
    return Outcome(sheet, f"已安排{ctx.work.title}", {"sheet": ctx.work.named(SHEET, sheet)})


def explain(ctx: Context, args: Row) -> Outcome:
    """Why items differ: used without a slip, lost, broken, miscounted before …; 其他 wants words."""
    count = _count(ctx, args["uid"])
    present = {line["uid"]: line for line in ctx.work.of_parent(COUNT_LINE, count["uid"])}
    problems: list[Problem] = []
    for i, one in enumerate(args["lines"]):
        line = present.get(str(one.get("uid") or ""))
        path = f"lines/{i}/why"
        if line is None or not line["difference"]:
            told = "这一行没有差异"
            problems.append(Problem(told, "只写有差异的行", path=path, place=f"第 {i + 1} 行", code="foreign_line"))
            continue
        place = f"「{ctx.work.named(SUPPLY, line['supply'])}」"
        if one.get("why") == "其他" and not one.get("note"):
            problems.append(
                Problem("其他原因要写说明", "写一句怎么回事", path=f"lines/{i}/note", place=place, code="required")
            )
        if one.get("why") and not fits(one["why"], line["difference"]):
            off = line["difference"]
            told = f"{'多' if off > 0 else '少'}了 {QTY.show(abs(off))}，不会是{one['why']}"
            cure = "请选 入库没登记 或 从前点错" if off > 0 else "请选 用掉没登记、丢失、损坏 或 从前点错"
            problems.append(Problem(told, cure, path=path, place=place, code="wrong_way"))
    ctx.check(problems)
    for one in args["lines"]:
        ctx.work.update(COUNT_LINE, str(one["uid"]), {key: one[key] for key in ("why", "note") if key in one})
    ctx.work.title = f"写差异原因 {count['number']}"
    return Outcome(count["uid"], f"已{ctx.work.title}" if ctx.work.changes() else "没有改动")


def book(ctx: Context, args: Row) -> Outcome:
    """Bring the books to what was counted: each difference by its reason, equal rows stay as proof."""
    count = _count(ctx, args["uid"])
    if count["state"] != "ready":
        told = f"盘点 {count['number']} {COUNT['state'].kind.show(count['state'])}"
        cure = {"counting": "先把盘点表都录完", "second": "先复盘有差异的", "explain": "先给每个差异写原因"}
        raise Refused(Problem(told, cure[str(count["state"])], path="uid", code="state"))
    lines = ctx.work.of_parent(COUNT_LINE, count["uid"])
    lost = {line["supply"]: -line["difference"] for line in lines if line["difference"] < 0}
    ctx.check(lacking(ctx.work, lost, dict.fromkeys(lost, "uid")))
    amounts = []
    for line in lines:
        off = int(line["difference"])
        if not off:
            continue
        note = "：".join(filter(None, (f"{count['number']} {line['why']}", line["note"])))
        more = {"source": line["uid"], "note": note}
        if off < 0:
            amounts.append(-take_out(ctx, line["supply"], BOOKED_AS[str(line["why"])], -off, ctx.today, **more))
        else:
            amounts.append(worth_in(ctx.work, line["supply"], off))
            put_in(ctx, line["supply"], "盘点", off, amounts[-1], ctx.today, **more)
    ctx.work.update(COUNT, count["uid"], {"booked_at": ctx.now})
    ctx.work.title = f"盘点调整 {count['number']}"
    short, over = -sum(x for x in amounts if x < 0), sum(x for x in amounts if x > 0)
    told = f"相符 {count['equal']}/{count['rows']}，盘亏 {MONEY.show(short)}、盘盈 {MONEY.show(over)} 元"
    return Outcome(count["uid"], f"已做{ctx.work.title}：{told}", {"rate": COUNT["rate"].kind.show(count["rate"])})


def drop(ctx: Context, args: Row) -> Outcome:
    """Void a count that was not booked, with its sheets."""
    count = _count(ctx, args["uid"])
    for sheet in ctx.work.column("SELECT uid FROM supply_sheet WHERE count = ? AND void = 0", (count["uid"],)):
        for entry in ctx.work.of_parent(ENTRY, sheet):
            ctx.work.void(ENTRY, entry["uid"])
        ctx.work.void(SHEET, sheet)
    return void(ctx, COUNT, count["uid"])


_CHANGES = ("supply_count", "supply_count_line", "supply_sheet", "supply_entry")
VERBS = (
    Verb(
        "supply_count.plan",
        "安排盘点",
        plan,
        (
            Field("counters", "盘点人", Text(120), note="多人用顿号隔开；空着就是操作员"),
            replace(COUNT["share"], fixed=False, default="split"),
            replace(COUNT["due"], fixed=False),
            replace(COUNT["category"], fixed=False),
            replace(COUNT["place"], fixed=False),
            Field("note", "备注", Text(200)),
        ),
        changes=_CHANGES,
        entity="supply_count",
        icon="scan",
        primary=True,
    ),
    Verb(
        "supply_sheet.enter",
        "录入实盘数",
        enter,
        (THE_SHEET, replace(line_params(ENTRY, "实盘数"), required=True)),
        changes=_CHANGES,
        entity="supply_sheet",
        icon="scan",
    ),
    Verb(
        "supply_count.second",
        "复盘",
        second,
        (MUST, Field("counter", "复盘人", Text(40), note="换一个人；空着就是操作员")),
        changes=_CHANGES,
        entity="supply_count",
        icon="refresh",
        states=("second",),
    ),
    Verb(
        "supply_count.explain",
        "写差异原因",
        explain,
        (MUST, replace(line_params(COUNT_LINE, "盘点结果"), required=True)),
        changes=_CHANGES,
        entity="supply_count",
        icon="edit",
        states=("explain", "ready"),
    ),
    Verb(
        "supply_count.book",
        "按盘点调整",
        book,
        (MUST,),
        changes=(*_CHANGES, "supply_move"),
        entity="supply_count",
        icon="check",
        states=("ready",),
    ),
    Verb(
        "supply_count.void",
        "作废盘点",
        drop,
        (MUST,),
        changes=_CHANGES,
        entity="supply_count",
        icon="delete",
    ),
)
