"""领用: many items to one person on one slip within his quota, signed for, given back whole, broken or not at all (SUP-3)."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.issue_model import BACK, ISSUE, ISSUE_LINE
from salesdesk.modules.supplies.ledger import put_in, short, take_out, unbook
from salesdesk.modules.supplies.model import MOVE
from salesdesk.modules.supplies.purchase_model import REQUEST_LINE
from salesdesk.modules.supplies.requesting import check_lines
from salesdesk.modules.supplies.rules import MONEY, QTY, part_back
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, line_params, save_lines, void

MUST = Field("uid", "领用单", Link(entity="supply_issue"), required=True)


def over_quota(ctx: Context, person: Row, lines: list[Row], day: str) -> list[Problem]:
    """Lines that would take a person beyond what is his in a month."""
    month = day[:7]
    taken = queries.taken_of(ctx.work, person["uid"], [line["supply"] for line in lines], month)
    found = []
    for i, line in enumerate(lines):
        quota = queries.quota_of(ctx.work, line["supply"], person)
        if quota is None:
            continue
        already = taken.get(line["supply"], 0)
        over = already + line["qty"] - quota["qty"]
        if over > 0:
            item = ctx.work.get("supply", line["supply"]) or {}
            unit = item.get("unit") or ""
            whose = "本人" if quota["staff"] else f"职级「{quota['grade']}」" if quota["grade"] else "每人"
            told = (
                f"{person['name']} {month} 已领「{item.get('name')}」{QTY.show(already)}{unit}，加这次 {QTY.show(line['qty'])}{unit}，"
                f"超过{whose}每月 {QTY.show(quota['qty'])}{unit} 的定额 {QTY.show(over)}{unit}"
            )
            place = f"第 {i + 1} 行「{item.get('name')}」"
            cure = "请改少，或写明为什么要多领"
            found.append(
                Problem(told, cure, path=f"lines/{i}/qty", place=place, code="over_quota", severity=Severity.ASK)
            )
    return found


def save_issue(ctx: Context, args: Row) -> Outcome:
    """Hand out; the stock leaves at its average cost, a request named is settled as far as it goes."""
    work = ctx.work
    lines: list[Row] = [dict(line) for line in args.get("lines") or []]
    person = work.get("staff", args["staff"])
    assert person is not None
    kind, day = str(args.get("kind") or "use"), str(args.get("day") or ctx.today)
    problems = check_lines(work, lines, int(kind == "lend"))
    if day > ctx.today:
        problems.append(Problem(f"日期 {day} 还没到", "请核对", path="day", place="「日期」", code="future"))
    if kind == "lend" and not args.get("due"):
        told = "借用没有写归还日期"
        problems.append(Problem(told, "写上哪天还，到日子会提醒", path="due", place="「归还日期」", code="required"))
    if args.get("due") and str(args["due"]) < day:
        told = f"归还日期 {args['due']} 早于借出日期"
        problems.append(Problem(told, "请核对", path="due", place="「归还日期」", code="due"))
    wanted = {line["supply"]: line["qty"] for line in lines}
    problems += short(work, wanted, {line["supply"]: f"lines/{i}/qty" for i, line in enumerate(lines)})
    if kind == "use":
        problems += over_quota(ctx, person, lines, day)
    problems += _of_request(ctx, args.get("request"), person)
    ctx.check(problems)
    _settle(ctx, args.get("request"), lines)
    number = work.next_number("LY")
    department = args.get("department") or person["department"]
    head: Row = {key: args.get(key) for key in ("staff", "due", "purpose", "request", "note")}
    head |= {"number": number, "day": day, "kind": kind, "department": department}
    uid = work.insert(ISSUE, head)
    uids = save_lines(work, ISSUE_LINE, uid, lines)
    whole = 0
    for its, line in zip(uids, lines, strict=True):
        more = {"staff": person["uid"], "department": department, "source": its, "note": number}
        amount = take_out(ctx, line["supply"], "领用" if kind == "use" else "借出", line["qty"], day, **more)
        work.update(ISSUE_LINE, its, {"amount": amount})
        whole += amount
    work.update(ISSUE, uid, {"amount": whole})
    work.title = f"{'领用' if kind == 'use' else '借出'} {number}（{person['name']}，{len(lines)} 种）"
    return Outcome(uid, f"已登记{work.title} {MONEY.show(whole)} 元", {"number": number, "amount": MONEY.wire(whole)})


def _of_request(ctx: Context, request: object, person: Row) -> list[Problem]:
    """A request that was refused is not handed out; one of somebody else only as a favour to him."""
    row = ctx.work.get("supply_request", str(request)) if request else None
    if row is None:
        return []
    if row["refused"]:
        told = f"{row['number']} 已经不予：{row['refused']}"
        return [Problem(told, "要给请撤销「不予」，或不写申领单", path="request", place="「申领单」", code="refused")]
    if row["staff"] != person["uid"]:
        told = f"{row['number']} 是 {ctx.work.named('staff', row['staff'])} 申领的，领用人是 {person['name']}"
        cure = "代领就写原因，不是一回事就别写申领单"
        return [Problem(told, cure, path="staff", place="「领用人」", code="other_person", severity=Severity.ASK)]
    return []


def _settle(ctx: Context, request: object, lines: list[Row]) -> None:
    """Tie the lines to those of the request that ask for the same item."""
    asked = {row["supply"]: row for row in ctx.work.of_parent(REQUEST_LINE, str(request))} if request else {}
    for line in lines:
        its = asked.get(line["supply"])
        line["request_line"] = its["uid"] if its is not None else None


def give_back(ctx: Context, args: Row) -> Outcome:
    """What comes back of a slip: whole into stock, broken or lost told apart and never into stock."""
    slip = ctx.work.get(ISSUE, args["uid"])
    if slip is None or slip["void"]:
        raise Refused(gone(ISSUE))
    day = str(args.get("day") or ctx.today)
    stored = {line["uid"]: line for line in ctx.work.of_parent(ISSUE_LINE, slip["uid"])}
    problems: list[Problem] = []
    if day > ctx.today or day < str(slip["day"]):
        told = f"日期 {day} 不对"
        problems.append(Problem(told, "应在领用以后、今天以前", path="day", place="「日期」", code="day"))
    open_ = {uid: line["qty"] - (line["back"] or 0) for uid, line in stored.items()}
    for i, one in enumerate(args["lines"]):
        its = stored.get(str(one["issue_line"]))
        if its is None:
            problems.append(
                Problem(
                    "不是这张领用单的行",
                    "请从领用单里选",
                    path=f"lines/{i}/issue_line",
                    place=f"第 {i + 1} 行",
                    code="foreign_line",
                )
            )
            continue
        name = ctx.work.named("supply", its["supply"])
        place, condition = f"第 {i + 1} 行「{name}」", one.get("condition") or "完好"
        if one["qty"] > open_[its["uid"]]:
            told = f"退 {QTY.show(one['qty'])}，只有 {QTY.show(open_[its['uid']])} 没退"
            problems.append(Problem(told, "请核对数量", path=f"lines/{i}/qty", place=place, code="too_many"))
        open_[its["uid"]] -= one["qty"]
        if condition != "完好" and not one.get("note"):
            told = f"{condition}要写说明"
            problems.append(Problem(told, "怎么回事、要不要赔", path=f"lines/{i}/note", place=place, code="required"))
        if condition != "完好" and slip["kind"] == "use":
            told = "领走的已经算用掉，坏了丢了不用退"
            cure = "只登记完好退回来的；借出去的才分损坏、丢失"
            problems.append(Problem(told, cure, path=f"lines/{i}/condition", place=place, code="used_up"))
    if not args["lines"]:
        problems.append(Problem("没有要退的行", "请填退回数量", path="lines", place="明细", code="no_lines"))
    ctx.check(problems)
    for one in args["lines"]:
        _back(ctx, slip, stored[str(one["issue_line"])], one, day)
    word = "退回" if slip["kind"] == "use" else "归还"
    ctx.work.title = f"{word} {slip['number']}（{ctx.work.named('staff', slip['staff'])}）"
    return Outcome(slip["uid"], f"已登记{ctx.work.title}")


def _back(ctx: Context, slip: Row, line: Row, one: Row, day: str) -> None:
    """One line comes back at what it went out for; of a loan that is broken or lost the cost stays with its borrower."""
    [(before, told)] = ctx.work.tuples(
        "SELECT coalesce(sum(qty), 0), coalesce(sum(amount), 0) FROM supply_back WHERE issue_line = ? AND void = 0",
        (line["uid"],),
    )
    amount = part_back(line["amount"] - told, line["qty"] - before, one["qty"])
    condition = one.get("condition") or "完好"
    uid = ctx.work.insert(
        BACK,
        {
            "issue_line": line["uid"], "supply": line["supply"], "staff": slip["staff"], "day": day, "qty": one["qty"],
            "condition": condition, "amount": amount, "note": one.get("note"),
        },
    )  # fmt: skip
    more = {
        "staff": slip["staff"],
        "department": slip["department"],
        "source": uid,
        "note": one.get("note") or slip["number"],
    }
    put_in(ctx, line["supply"], "退回" if slip["kind"] == "use" else "归还", one["qty"], amount, day, **more)
    if condition != "完好":  # it went through the books and out again: the ledger tells the loss and whose it was
        kind = "报损" if condition == "损坏" else "丢失"
        row = {"supply": line["supply"], "kind": kind, "qty": -one["qty"], "amount": -amount, "day": day, **more}
        ctx.work.insert(MOVE, row)


def drop_back(ctx: Context, args: Row) -> Outcome:
    """A return was noted wrongly; refused where what came back was handed out again."""
    row = ctx.work.get(BACK, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(BACK))
    unbook(ctx, (row["uid"],))
    ctx.work.void(BACK, row["uid"])
    ctx.work.title = f"作废退还 {ctx.work.named('supply', row['supply'])} {QTY.show(row['qty'])}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def drop(ctx: Context, args: Row) -> Outcome:
    """Take a slip back; refused where something of it came back already."""
    row = ctx.work.get(ISSUE, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(ISSUE))
    lines = ctx.work.of_parent(ISSUE_LINE, row["uid"])
    if any(line["back"] for line in lines):
        told = f"{row['number']} 已经退还过"
        raise Refused(Problem(told, "请先作废那些退还记录", path="uid", code="has_back"))
    unbook(ctx, [line["uid"] for line in lines])
    return void(ctx, ISSUE, row["uid"])


def sign(ctx: Context, args: Row) -> Outcome:
    """The signed paper came back."""
    row = ctx.work.get(ISSUE, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(ISSUE))
    who = args.get("signed") or ctx.work.named("staff", row["staff"])
    ctx.work.update(ISSUE, row["uid"], {"signed": who})
    ctx.work.title = f"领用单 {row['number']} 已签收（{who}）"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


VERBS = (
    Verb(
        "supply_issue.hand_out",
        "登记领用",
        save_issue,
        (
            *(replace(f, required=f.key == "staff") for f in ISSUE.typed_fields),
            replace(line_params(ISSUE_LINE, "领用明细"), required=True),
        ),
        changes=("supply_issue", "supply_issue_line", "supply_move"),
        entity="supply_issue",
        icon="gift",
    ),
    Verb(
        "supply_issue.void",
        "作废领用单",
        drop,
        (MUST,),
        changes=("supply_issue", "supply_issue_line", "supply_move"),
        entity="supply_issue",
        icon="delete",
    ),
    Verb(
        "supply_issue.give_back",
        "退回、归还",
        give_back,
        (MUST, replace(BACK["day"], note="空着就是今天"), replace(line_params(BACK, "退还明细"), required=True)),
        changes=("supply_back", "supply_move"),
        entity="supply_issue",
        icon="undo",
    ),
    Verb(
        "supply_issue.sign",
        "登记签收",
        sign,
        (MUST, Field("signed", "签收人", Text(40), note="空着就是领用人")),
        changes=("supply_issue",),
        entity="supply_issue",
        icon="check",
    ),
    Verb(
        "supply_back.void",
        "作废退还",
        drop_back,
        (Field("uid", "退还记录", Link(entity="supply_back"), required=True),),
        changes=("supply_back", "supply_move"),
        entity="supply_back",
        icon="delete",
    ),
)
