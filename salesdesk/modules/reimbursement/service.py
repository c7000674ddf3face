"""Saving an expense claim with its lines."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.rules import check_claim, total_of
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import (
    SEEN,
    UID,
    line_params,
    missing,
    overtaken,
    overtaken_lines,
    save_lines,
    void,
)


def save(ctx: Context, args: Row) -> Outcome:
    """Create or change one claim; its amount is always the sum of its lines."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = work.get(CLAIM, uid) if uid else None
    if uid and (before is None or before["void"]):
        raise Refused(Problem("没有这张报销单", "请刷新列表", path="uid", code="unknown_record"))
    header: Row = {**(before or {}), **{k: v for k, v in args.items() if k in CLAIM.by_key}}
    header["day"] = header.get("day") or ctx.today
    lines: list[Row] = args["lines"] if "lines" in args else (work.of_parent(CLAIM_LINE, uid) if uid else [])
    changed: Row = {k: v for k, v in header.items() if k in CLAIM.by_key and (before is None or before[k] != v)}
    problems = missing(CLAIM, header)
    for i, line in enumerate(lines):
        problems += missing(CLAIM_LINE, line, f"lines/{i}/", f"第 {i + 1} 行")
    if before is not None:
        problems += overtaken(work, CLAIM, uid, args.get("seen"), changed)
        problems += overtaken_lines(work, CLAIM_LINE, uid, args.get("seen"), lines) if "lines" in args else []
    ctx.check(problems + check_claim(header, lines, ctx.today))
    changed["amount"] = total_of(lines)
    if before is None:
        changed["number"] = header["number"] = work.next_number("BX")
        uid = work.insert(CLAIM, changed)
    else:
        work.update(CLAIM, uid, changed)
    if "lines" in args:
        save_lines(work, CLAIM_LINE, uid, lines)
    work.title = f"{'新建' if before is None else '修改'}报销单 {header['number']}"
    return Outcome(uid, f"已保存报销单 {header['number']}", {"number": header["number"]})


VERBS = (
    Verb(
        "expense.save",
        "保存报销单",
        save,
        (UID, SEEN, *(replace(f, required=False) for f in CLAIM.typed_fields), line_params(CLAIM_LINE, "报销明细")),
        changes=("expense_claim", "expense_line"),
        entity="expense_claim",
        shortcut="Ctrl+S",
        icon="save",
        primary=True,
    ),
    Verb(
        "expense.void",
        "作废报销单",
        lambda ctx, args: void(ctx, CLAIM, args["uid"]),
        (Field("uid", "报销单", Link(entity="expense_claim"), required=True),),
        changes=("expense_claim", "expense_line"),
        entity="expense_claim",
        icon="delete",
    ),
)
