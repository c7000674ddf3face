"""退回: by the department, by the pre-check, by finance; all faults at once, frozen on a slip with a day to mend them (EXP-3)."""

from __future__ import annotations

import json
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Note, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.events import days_on, move
from salesdesk.modules.reimbursement.findings import findings_of
from salesdesk.modules.reimbursement.flow_model import RETURN_SLIP
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import UNAPPROVED
from salesdesk.modules.reimbursement.service import claim_of
from salesdesk.modules.reimbursement.telling import clipboard
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome

WHY = Field("why", "退回原因", Note(2000), note="查出来的问题会自动列上，这里写另外要说的")
WHY_MUST = Field("why", "退回原因", Note(2000), required=True)
DUE = Field("due", "补正期限", Day(), note="空着就是 3 个工作日")


def refuse(ctx: Context, args: Row) -> Outcome:
    """The department head does not approve."""
    return _give_back(ctx, claim_of(ctx.work, args["uid"], ("head",), "登记不批"), args, "部门", "returned", "部门不批")


def give_back(ctx: Context, args: Row) -> Outcome:
    """退回补正 from the pre-check, with everything found so far."""
    claim = claim_of(ctx.work, args["uid"], ("check", "passed"), "退回")
    recheck(ctx, claim["uid"])
    if not args.get("why") and not faults(ctx.work, claim["uid"]):
        raise Refused(
            Problem("没有查出问题，也没写原因", "写一句为什么退回", path="why", place="「退回原因」", code="required")
        )
    return _give_back(ctx, claim, args, "初审", "returned", "退回")


def finance_return(ctx: Context, args: Row) -> Outcome:
    """Finance gave the papers back."""
    claim = claim_of(ctx.work, args["uid"], ("finance",), "登记财务退回")
    return _give_back(ctx, claim, args, "财务", "finance_returned", "财务退回")


def _give_back(ctx: Context, claim: Row, args: Row, stage: str, state: str, step: str) -> Outcome:
    work = ctx.work
    due = args.get("due") or days_on(ctx, 3)
    if str(due) < ctx.today:
        raise Refused(
            Problem(f"期限 {due} 已经过了", "请写今天以后", path="due", place="「补正期限」", code="too_early")
        )
    number = work.next_number("TH")
    why = str(args.get("why") or "")
    found = faults(work, claim["uid"]) if stage == "初审" else []
    slip: Row = {
        "number": number,
        "claim": claim["uid"],
        "at": ctx.now,
        "stage": stage,
        "who": ctx.operator or None,
        "reason": why or None,
        "findings": json.dumps(found, ensure_ascii=False) if found else None,
        "due": due,
    }
    uid = work.insert(RETURN_SLIP, slip)
    values: Row = {"due": due, "returns": (claim["returns"] or 0) + 1}
    if state == "returned":
        values |= {"passed_by": None, "passed_at": None}
    if stage == "部门":
        values |= UNAPPROVED
    said = "；".join(filter(None, (why, str(args.get("note") or ""))))
    move(ctx, claim, step, state, values, said, "", number)
    text = clipboard(ctx, {**claim, **values, "state": state})
    return Outcome(claim["uid"], f"已退回 {claim['number']}（{number}）", {"slip": uid, "number": number, **text})


def faults(reader: Reader, claim: str) -> list[dict[str, Any]]:
    """Everything wrong with a claim now: open findings, rejected vouchers, manual checks that failed."""
    seqs = dict(reader.tuples("SELECT uid, seq FROM expense_voucher WHERE claim = ?", (claim,)))
    told = [
        {
            "seq": seqs.get(row["voucher"]),
            **{
                key: row[key]
                for key in ("voucher", "rule", "severity", "field", "message", "printed", "expected", "cure")
            },
        }
        for row in findings_of(reader, claim, "open")
        if row["severity"] != "hint"
    ]
    told += [
        {
            "seq": row["seq"],
            "voucher": row["uid"],
            "rule": "rejected",
            "severity": "stop",
            "message": f"这张票剔除：{row['reject_reason']}",
            "cure": "请换票，或把这笔从报销单里去掉",
        }
        for row in reader.rows(
            "SELECT * FROM expense_voucher WHERE claim = ? AND void = 0 AND standing = 'rejected' ORDER BY seq",
            (claim,),
        )
    ]
    told += [
        {
            "seq": seqs.get(row["voucher"]),
            "voucher": row["voucher"],
            "rule": "check",
            "severity": "stop",
            "message": f"{row['kind']}不符" + (f"：{row['note']}" if row["note"] else ""),
            "cure": "",
        }
        for row in reader.rows(
            "SELECT * FROM voucher_check WHERE claim = ? AND void = 0 AND result = 'wrong' ORDER BY rowid", (claim,)
        )
    ]
    return told
