"""核对: before a note leaves, somebody counts what stands on the floor against what stands on the paper (ORD-7)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Flag, Link, Qty, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders import delivery_queries, shipping
from salesdesk.modules.orders.model import DELIVERY, DELIVERY_LINE
from salesdesk.modules.orders.rules import QTY
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import line_params

COUNTED = Entity(
    "delivery_counted",
    "点数",
    (
        Field("delivery_line", "送货行", Link(entity="delivery_line"), required=True),
        Field("counted", "实点数量", Qty(least=0), required=True),
    ),
)
"""What a caller of delivery.check gives per line; not a table."""


def check_counted(lines: list[Row], counted: dict[str, int]) -> list[Problem]:
    """Differences of a count, each to be cured; nothing when every line is right."""
    found = []
    for i, line in enumerate(lines):
        have = counted[line["uid"]]
        if have != line["qty"]:
            word = "多" if have > line["qty"] else "少"
            found.append(
                Problem(
                    f"「{line['product.name']}」单上 {QTY.show(line['qty'])}，实点 {QTY.show(have)}，"
                    f"{word} {QTY.show(abs(have - line['qty']))}",
                    "请再点一遍；货就是这么多，就勾「按实数改送货单」",
                    f"lines/{i}/counted",
                    f"第 {i + 1} 行「实点数量」",
                    "count_differs",
                    Severity.WARN,
                )
            )
    return found


def check(ctx: Context, args: Row) -> Outcome:
    """Keep what was counted. With `adjust` the note takes the counted quantities, and the rest is owed again."""
    work = ctx.work
    row = shipping.note_of(ctx, args["uid"])
    if row["signed_at"]:
        raise Refused(Problem("客户已经签收，不用再核对", "数量不对请看签收登记", path="uid", code="signed"))
    lines = delivery_queries.note_lines(work, row["uid"])
    counted = _counts(args, lines)
    who = str(args.get("checked_by") or ctx.operator)
    if ctx.settings.get("delivery.check") == "second" and who == row["created_by"]:
        ctx.check(
            [
                Problem(
                    f"送货单是 {who} 开的，要请第二个人核对",
                    "请填核对人；实在没有别人，写明原因",
                    "checked_by",
                    "「核对人」",
                    "same_person",
                    Severity.ASK,
                )
            ]
        )
    differing = check_counted(lines, counted)
    for line in lines:
        work.update(DELIVERY_LINE, line["uid"], {"counted": counted[line["uid"]]})
    if differing and args.get("adjust"):
        _adjust(ctx, row, lines, counted)
        differing = []
    ctx.warnings.extend(differing)
    work.update(DELIVERY, row["uid"], {"checked_by": who, "checked_at": ctx.now})
    work.title = f"核对送货单 {row['number']}"
    told = f"，有 {len(differing)} 行不符" if differing else ""
    return Outcome(row["uid"], f"已{work.title}{told}", {"differences": len(differing)})


def _counts(args: Row, lines: list[Row]) -> dict[str, int]:
    """Counted quantity of every line: as given, or as written when everything is said to be right. Raises Refused."""
    known = {str(line["uid"]) for line in lines}
    given: dict[str, int] = {}
    for i, one in enumerate(args.get("lines") or []):
        uid = str(one.get("delivery_line") or "")
        if uid not in known:
            raise Refused(
                Problem(
                    "这一行不在这张送货单里", "请刷新再点", f"lines/{i}/delivery_line", f"第 {i + 1} 行", "foreign_line"
                )
            )
        given[uid] = given.get(uid, 0) + int(one["counted"])  # counted in two heaps
    if args.get("all_right"):
        return {str(line["uid"]): given.get(str(line["uid"]), int(line["qty"] or 0)) for line in lines}
    missing = [
        Problem(
            f"「{line['product.name']}」还没点",
            "请填实点数量，一件没有就填 0",
            f"lines/{i}/counted",
            f"第 {i + 1} 行「实点数量」",
            "not_counted",
        )
        for i, line in enumerate(lines)
        if line["uid"] not in given
    ]
    if missing:
        raise Refused(missing)
    return given


def _adjust(ctx: Context, row: Row, lines: list[Row], counted: dict[str, int]) -> None:
    work = ctx.work
    left = delivery_queries.lines_for(work, [str(line["order_line"]) for line in lines])
    if not any(counted.values()):
        raise Refused(Problem("一件都没点到", "请作废这张送货单", path="lines", place="明细", code="nothing"))
    problems = []
    for i, line in enumerate(lines):
        more = counted[line["uid"]] - line["qty"]
        rest = left[line["order_line"]]["left"] if line["order_line"] in left else 0  # another PC took the line out
        if more > max(rest, 0):
            problems.append(
                Problem(
                    f"订单只差 {QTY.show(max(rest, 0))}，不能多发 {QTY.show(more)}",
                    "请把多的拿下来；客户加量请先改订单",
                    f"lines/{i}/counted",
                    f"第 {i + 1} 行「实点数量」",
                    "over_delivery",
                )
            )
    ctx.check(problems)
    moves = []
    for line in lines:
        have = counted[line["uid"]]
        if have == line["qty"]:
            continue
        moves.append((line["product"], line["qty"] - have))
        if have:
            shipping.set_qty(work, line, have)
        else:
            work.void(DELIVERY_LINE, line["uid"])
    shipping.move_stock(ctx, moves, row, row["uid"], "送货")
    shipping.add_up(work, row["uid"])


def gate(ctx: Context, row: Row) -> list[Problem]:
    """What keeps a 送货单 from being printed: not counted though the house wants it, or counted with a difference."""
    if row["state"] == "differs":
        told, cure = f"{row['number']} 点数和单上不符", "请再核对，或按实数改送货单"
    elif ctx.settings.get("delivery.check") != "off" and not row["checked_at"]:
        told, cure = f"{row['number']} 还没核对", "请先打拣货核对单，点好数登记核对"
    else:
        return []
    return [
        Problem(
            told, f"{cure}；急着发就写明原因", path="uid", place="送货单", code="not_checked", severity=Severity.ASK
        )
    ]


VERBS = (
    Verb(
        "delivery.check",
        "登记核对",
        check,
        (
            Field("uid", "送货单", Link(entity="delivery"), required=True),
            line_params(COUNTED, "点数"),
            Field("all_right", "全部相符", Flag(), note="没给点数的行按单上的数"),
            Field("adjust", "按实数改送货单", Flag(), note="少的回到没发，下次再送"),
            Field("checked_by", "核对人", Text(40), note="不给就是操作员"),
        ),
        changes=shipping.WRITES,
        entity="delivery",
        icon="check",
        states=("new", "checked", "differs"),
        note="发货前点数，和送货单对上",
    ),
)
