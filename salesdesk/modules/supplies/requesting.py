"""申领: what people ask for, refused with a reason, open until it is handed out (SUP-1)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies.purchase_model import REQUEST, REQUEST_LINE
from salesdesk.modules.supplies.rules import QTY
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, line_params, record_verbs, save

MUST = Field("uid", "申领单", Link(entity="supply_request"), required=True)


def check_request(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Wanted not before asked; every item in use and named once; what was handed out stays asked for."""
    problems = []
    if row.get("needed") and row.get("day") and str(row["needed"]) < str(row["day"]):
        told = f"要用日期 {row['needed']} 早于申领日期"
        problems.append(
            Problem(told, "请核对", path="needed", place="「要用日期」", code="needed", severity=Severity.WARN)
        )
    if "lines" in row or before is None:
        problems += check_lines(reader, row.get("lines") or [])
        kept = {line.get("uid"): line for line in row.get("lines") or []}
        for line in reader.of_parent(REQUEST_LINE, str((before or {}).get("uid") or "")):
            now = kept.get(line["uid"])
            qty = QTY.show(line["issued"])
            if line["issued"] and (now is None or now["qty"] < line["issued"] or now["supply"] != line["supply"]):
                told = f"「{reader.named('supply', line['supply'])}」已经领走 {qty}，不能删掉或改得更少"
                problems.append(Problem(told, "请保留这一行", path="lines", place="申领明细", code="issued"))
    return problems


def check_lines(reader: Reader, lines: list[Row], lent: int | None = None) -> list[Problem]:
    """At least one line; every item once and in use; `lent`: only items of that sort (1 to be returned, 0 used up)."""
    if not lines:
        return [Problem("一行用品也没有", "请填上要的用品和数量", path="lines", place="明细", code="no_lines")]
    problems, seen = [], set()
    for i, line in enumerate(lines):
        item = reader.get("supply", line.get("supply"))
        if item is None:
            continue
        place = f"第 {i + 1} 行「{item['name']}」"
        path = f"lines/{i}/supply"
        if item["uid"] in seen:
            problems.append(Problem("前面已经有一行", "请并成一行", path=path, place=place, code="twice"))
        seen.add(item["uid"])
        if item["stopped"]:
            problems.append(Problem("已经停用", "请换一种，或在用品里启用", path=path, place=place, code="stopped"))
        if lent is not None and bool(item["lent"]) != bool(lent):
            told = "不是要归还的用品" if lent else "是要归还的"
            cure = "「领还是借」改成领用" if lent else "「领还是借」改成借用，写上归还日期"
            problems.append(Problem(told, cure, path=path, place=place, code="lent", severity=Severity.ASK))
    return problems


def save_request(ctx: Context, args: Row) -> Outcome:
    """Create or change one request; the department comes from the register of people."""
    before = ctx.work.get(REQUEST, str(args.get("uid") or ""))
    if before is None:
        person = ctx.work.get("staff", args.get("staff")) or {}
        args = {**args, "number": ctx.work.next_number("SQ"), "day": args.get("day") or ctx.today}
        args["department"] = args.get("department") or person.get("department")
    elif before["refused"]:
        raise Refused(Problem(f"{before['number']} 已经不予", "要重新申领请新建一张", path="uid", code="state"))
    made = save(ctx, REQUEST, args, check_request, {"lines": REQUEST_LINE})
    number = ctx.work.named(REQUEST, made.uid)
    ctx.work.title = f"{'新建' if before is None else '修改'}申领单 {number}"
    return Outcome(made.uid, f"已{ctx.work.title}" if ctx.work.changes() else "没有改动", {"number": number})


def refuse(ctx: Context, args: Row) -> Outcome:
    """What is not handed out, and why."""
    row = ctx.work.get(REQUEST, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(REQUEST))
    if row["state"] in ("done", "refused"):
        told = f"{row['number']} 已经{'领完' if row['state'] == 'done' else '不予'}"
        raise Refused(Problem(told, "请刷新列表", path="uid", code="state"))
    ctx.work.update(REQUEST, row["uid"], {"refused": args["why"]})
    ctx.work.title = f"不予申领 {row['number']}：{args['why']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


VERBS = (
    Verb(
        "supply_request.save",
        "保存申领单",
        save_request,
        (UID, SEEN, *REQUEST.typed_fields, line_params(REQUEST_LINE, "申领明细")),
        changes=("supply_request", "supply_request_line"),
        entity="supply_request",
        icon="save",
        note="不给 uid 新建，给 uid 只改给出的字段",
    ),
    *(
        verb
        for verb in record_verbs(REQUEST, None, children={"lines": REQUEST_LINE})
        if not verb.name.endswith(".save")
    ),
    Verb(
        "supply_request.refuse",
        "不予",
        refuse,
        (MUST, Field("why", "原因", Text(200), required=True)),
        changes=("supply_request",),
        entity="supply_request",
        icon="dismiss",
        states=("waiting", "planned"),
    ),
)
