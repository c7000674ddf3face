"""到货验收: spec, quantity and quality of every line, what is sent back with its reason, and the goods into stock (SUP-2)."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.money import line_amount
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies.ledger import put_in, unbook
from salesdesk.modules.supplies.ordering import stored
from salesdesk.modules.supplies.purchase_model import ARRIVAL, ARRIVAL_LINE, ORDER_LINE
from salesdesk.modules.supplies.rules import MONEY, QTY
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, line_params, save_lines, void


def judge(ctx: Context, line: Row, ordered: Row, i: int) -> tuple[Row, list[Problem]]:
    """One line complete, and what is wrong with it: what differs wants a reason, what is too much wants to be meant."""
    name = ctx.work.named("supply", ordered["supply"])
    place = f"第 {i + 1} 行「{name}」"
    rest = max(0, ordered["qty"] - (ordered["arrived"] or 0))
    sent = int(line["sent"])
    quality, spec = line.get("quality") or "合格", line.get("spec") if line.get("spec") is not None else 1
    accepted = line.get("accepted")
    if accepted is None:
        accepted = 0 if quality == "不合格" or not spec else sent
    whole: Row = {
        **line,
        "supply": ordered["supply"],
        "expected": rest,
        "accepted": accepted,
        "returned": sent - accepted,
    }
    whole |= {"quality": quality, "spec": spec}
    problems = []
    if accepted > sent:
        told = f"收下 {QTY.show(accepted)}，比实到 {QTY.show(sent)} 还多"
        problems.append(Problem(told, "请核对", path=f"lines/{i}/accepted", place=place, code="more_than_sent"))
    differs = sent != rest or accepted != sent or quality != "合格" or not spec
    if differs and not line.get("reason"):
        what = "、".join(
            word
            for word, off in (
                (f"应到 {QTY.show(rest)}，实到 {QTY.show(sent)}", sent != rest),
                (f"退回 {QTY.show(sent - accepted)}", accepted < sent),
                (f"质量{quality}", quality != "合格"),
                ("规格不符", not spec),
            )
            if off
        )
        cure = "请写差异说明，例如 缺货下周补、外箱破损退回"
        problems.append(Problem(what, cure, path=f"lines/{i}/reason", place=place, code="difference"))
    if accepted and (quality == "不合格" or not spec):
        told = f"{'规格不符' if not spec else '质量不合格'}，却收下 {QTY.show(accepted)}"
        problems.append(
            Problem(
                told,
                "让步接收就写原因",
                path=f"lines/{i}/accepted",
                place=place,
                code="conceded",
                severity=Severity.ASK,
            )
        )
    if accepted and ordered["price"] is None:
        told = "采购单上没有单价，入库金额记 0，以后领用也不算钱"
        cure = "请先在采购单上补单价；送的填 0"
        problems.append(
            Problem(told, cure, path=f"lines/{i}/order_line", place=place, code="no_price", severity=Severity.ASK)
        )
    if accepted > rest:
        told = f"收下 {QTY.show(accepted)}，采购单只差 {QTY.show(rest)}"
        problems.append(
            Problem(
                told, "多收就写原因", path=f"lines/{i}/accepted", place=place, code="too_many", severity=Severity.ASK
            )
        )
    return whole, problems


def save_arrival(ctx: Context, args: Row) -> Outcome:
    """Inspect a delivery of one order and put what is accepted into stock at the ordered price."""
    work = ctx.work
    order = stored(ctx, args["order"])
    day = str(args.get("day") or ctx.today)
    problems: list[Problem] = []
    if day > ctx.today:
        problems.append(Problem(f"到货日期 {day} 还没到", "请核对", path="day", place="「到货日期」", code="future"))
    if day < str(order["day"]):
        told = f"到货日期 {day} 早于下单日期 {order['day']}"
        problems.append(Problem(told, "请核对", path="day", place="「到货日期」", code="early", severity=Severity.WARN))
    if order["closed"]:
        told = f"{order['number']} 登记过不再等"
        cure = "真的到了就写原因"
        problems.append(Problem(told, cure, path="order", place="「采购单」", code="closed", severity=Severity.ASK))
    ordered = {line["uid"]: line for line in work.of_parent(ORDER_LINE, order["uid"])}
    lines: list[Row] = []
    seen: set[str] = set()
    for i, line in enumerate(args.get("lines") or []):
        its = ordered.get(str(line.get("order_line")))
        if its is None or its["uid"] in seen:
            told = "不是这张采购单的行" if its is None else "前面已经验过这一行"
            problems.append(
                Problem(
                    told, "请从采购单里选", path=f"lines/{i}/order_line", place=f"第 {i + 1} 行", code="foreign_line"
                )
            )
            continue
        seen.add(its["uid"])
        whole, found = judge(ctx, line, its, i)
        lines.append(whole)
        problems += found
    if not any(line["sent"] for line in lines):
        problems.append(Problem("一件也没到", "没到的行不用填", path="lines", place="验收明细", code="no_lines"))
    ctx.check(problems)
    number = work.next_number("YS")
    amounts = [line_amount(line["accepted"], ordered[line["order_line"]]["price"] or 0) for line in lines]
    head: Row = {
        "number": number, "order": order["uid"], "day": day, "vendor": order["vendor"], "amount": sum(amounts),
        "inspector": args.get("inspector") or ctx.operator, "note_number": args.get("note_number"),
        "differs": int(any(line.get("reason") for line in lines)), "note": args.get("note"),
    }  # fmt: skip
    uid = work.insert(ARRIVAL, head)
    uids = save_lines(work, ARRIVAL_LINE, uid, lines)
    for line, made, amount in zip(lines, uids, amounts, strict=True):
        if line["accepted"]:
            put_in(
                ctx,
                line["supply"],
                "入库",
                line["accepted"],
                amount,
                day,
                source=made,
                note=f"{number} {order['number']}",
            )
    work.title = f"验收入库 {number}（{work.named('supply_vendor', order['vendor'])}）"
    returned = sum(1 for line in lines if line["returned"])
    told = f"，{returned} 行有退回" if returned else ""
    return Outcome(uid, f"已{work.title} {MONEY.show(sum(amounts))} 元{told}", {"number": number})


def drop(ctx: Context, args: Row) -> Outcome:
    """Take an inspection back; refused where its goods were handed out."""
    row = ctx.work.get(ARRIVAL, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(ARRIVAL))
    unbook(ctx, [line["uid"] for line in ctx.work.of_parent(ARRIVAL_LINE, row["uid"])])
    return void(ctx, ARRIVAL, row["uid"])


VERBS = (
    Verb(
        "supply_arrival.inspect",
        "登记到货验收",
        save_arrival,
        (
            *(replace(f, required=f.key == "order") for f in ARRIVAL.typed_fields),
            replace(line_params(ARRIVAL_LINE, "验收明细"), required=True),
        ),
        changes=("supply_arrival", "supply_arrival_line", "supply_move"),
        entity="supply_arrival",
        icon="truck",
    ),
    Verb(
        "supply_arrival.void",
        "作废验收单",
        drop,
        (Field("uid", "验收单", Link(entity="supply_arrival"), required=True),),
        changes=("supply_arrival", "supply_arrival_line", "supply_move"),
        entity="supply_arrival",
        icon="delete",
    ),
)
