"""Saving, voiding and bringing back an expense claim with its lines."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement import lowering, people
from salesdesk.modules.reimbursement.checks.gathering import DROPPED
from salesdesk.modules.reimbursement.events import look_again, note
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import (
    EDITABLE,
    UNAPPROVED,
    check_claim,
    check_cuts,
    check_lost_cuts,
    complete_line,
    frozen,
    grown_items,
    total_of,
)
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import (
    SEEN,
    UID,
    gone,
    line_params,
    missing,
    overtaken,
    overtaken_lines,
    restore,
    save_lines,
    void,
)

WRITTEN = ("expense_claim", "expense_line", "expense_voucher", "claim_event", "claim_finding")


def claim_of(work: Work, uid: object, states: tuple[str, ...] = (), doing: str = "") -> Row:
    """A live claim in one of some states. Raises Refused in words."""
    row = work.get(CLAIM, str(uid or ""))
    if row is None or row["void"]:
        raise Refused(gone(CLAIM))
    if states and row["state"] not in states:
        raise Refused(frozen(row, doing, states))
    return row


def save(ctx: Context, args: Row) -> Outcome:
    """Create or change one claim; its amount is always the sum of its lines."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = claim_of(work, uid, EDITABLE, "改") if uid else None
    header: Row = {**(before or {}), **{k: v for k, v in args.items() if k in CLAIM.by_key}}
    header["day"] = header.get("day") or ctx.today
    header["kind"] = header.get("kind") or "expense"
    people.fill(work, header, before)
    stored = work.of_parent(CLAIM_LINE, uid) if uid else []
    lines: list[Row] = [complete_line(line) for line in args["lines"]] if "lines" in args else stored
    changed: Row = {k: v for k, v in header.items() if k in CLAIM.by_key and (before is None or before[k] != v)}
    if before is not None and before["head_at"]:
        for key in (key for key in APPROVED_AS if key in changed):
            _unapprove(ctx, before, key)
            changed |= UNAPPROVED
            header |= UNAPPROVED
    problems = missing(CLAIM, header)
    for i, line in enumerate(lines):
        problems += missing(CLAIM_LINE, line, f"lines/{i}/", f"第 {i + 1} 行")
    if before is not None:
        problems += overtaken(work, CLAIM, uid, args.get("seen"), changed)
        problems += overtaken_lines(work, CLAIM_LINE, uid, args.get("seen"), lines) if "lines" in args else []
    less = lowering.lowered(work, header.get("state"), lines, stored)
    problems += people.check_loan(work, header, uid) + check_cuts(lines, lowering.after(less, stored))
    problems += check_lost_cuts(lines, stored, sum(gone for _, gone in less)) + lowering.kept_cuts(less, lines)
    ctx.check(problems + check_claim(header, lines, ctx.today) + _beyond_approval(header, lines))
    cuts = lowering.take_off(work, less)
    lines = [{**line, **cuts.get(str(line.get("uid") or ""), {})} for line in lines]
    if before is None:
        uid = begin(ctx, changed)
        header["number"] = changed["number"]
    else:
        work.update(CLAIM, uid, changed)
    if "lines" in args:
        store_lines(ctx, uid, lines)
    recheck(ctx, uid)
    work.title = f"{'新建' if before is None else '修改'}报销单 {header['number']}"
    return Outcome(uid, f"已保存报销单 {header['number']}", {"number": header["number"]})


def begin(ctx: Context, header: Row) -> str:
    """A new draft with its number, which `header` gets; returns its uid. Raises Refused when the head lacks something."""
    ctx.check(missing(CLAIM, {**header, "day": header.get("day") or ctx.today}))
    header["day"] = header.get("day") or ctx.today
    header |= {
        "number": ctx.work.next_number("BX"),
        "state": "draft",
        "state_at": ctx.now,
        "handler": ctx.operator or None,
    }
    header["kind"] = header.get("kind") or "expense"
    uid = ctx.work.insert(CLAIM, header)
    note(ctx, {"uid": uid}, "登记", "draft")
    return uid


def store_lines(ctx: Context, uid: str, lines: list[Row]) -> None:
    """Make the lines of a claim equal to these; vouchers of lines that are no more wait in the claim for another line.

    A cut that goes with its line is noted in the log of the claim. Outside the check more of one 费用项目 than before
    wants the department's approval again: it approved another spending.
    """
    work = ctx.work
    stored, lines = work.of_parent(CLAIM_LINE, uid), [complete_line(line) for line in lines]
    save_lines(work, CLAIM_LINE, uid, lines)
    claim, kept = claim_of(work, uid), {line.get("uid") for line in lines}
    for line in stored:
        if line["cut"] and line["uid"] not in kept:
            said = (
                f"{line['summary']}：核减 {CLAIM_LINE['cut'].kind.show(line['cut'])} 元（{line['cut_reason']}）随行删去"
            )
            note(ctx, claim, DROPPED, str(claim["state"]), said)
    if claim["head_at"] and claim["state"] != "check" and (grown := grown_items(lines, stored)):
        _unapprove(ctx, claim, "item", "、".join(grown))
        work.update(CLAIM, uid, UNAPPROVED)
    for voucher in work.column(
        "SELECT v.uid FROM expense_voucher v JOIN expense_line l ON l.uid = v.line WHERE v.claim = ? AND l.void = 1",
        (uid,),
    ):
        work.update(VOUCHER, voucher, {"line": None, "cut": None})


APPROVED_AS = ("claimant", "kind")
"""What the department's approval is for besides the amount: not for somebody else, nor for another kind of expense."""


def _unapprove(ctx: Context, claim: Row, key: str, what: str = "") -> None:
    """Tell that the approval falls; while the claim is checked, refuse what would make it fall."""
    title = CLAIM_LINE["item"].title if key == "item" else CLAIM[key].title
    if claim["state"] == "check":
        told = f"部门批的{title}是 {CLAIM[key].kind.show(claim[key])}，不能改"
        raise Refused(Problem(told, "请先退回，改好再报部门批", path=key, place=f"「{title}」", code="approved_for"))
    told = f"{title}变了{f'（{what}）' if what else ''}，部门要重新批"
    ctx.warnings.append(
        Problem(
            told,
            "提交后会到待部门审批",
            path="lines" if key == "item" else key,
            code="approve_again",
            severity=Severity.WARN,
        )
    )


def _beyond_approval(header: Row, lines: list[Row]) -> list[Problem]:
    """While the clerk checks a claim it may not grow beyond what the department approved (EXP-1)."""
    if header.get("state") != "check" or total_of(lines) <= (header.get("head_amount") or 0):
        return []
    told = CLAIM["head_amount"].kind.show(header.get("head_amount") or 0)
    return [
        Problem(
            f"部门只批了 {told} 元，改完的合计是 {CLAIM['amount'].kind.show(total_of(lines))} 元",
            "要加钱请先「退回」，补好再报部门批",
            path="lines",
            place="合计",
            code="beyond_approval",
        )
    ]


def void_claim(ctx: Context, args: Row) -> Outcome:
    """Take a claim out of use with its lines. Its vouchers stay in the ledger and tell that they were claimed here."""
    row = claim_of(ctx.work, args["uid"], (*EDITABLE, "passed"), "作废")
    outcome = void(ctx, CLAIM, row["uid"])
    ctx.work.reason = ctx.reason
    note(ctx, row, "作废", str(row["state"]))
    return outcome


def restore_claim(ctx: Context, args: Row) -> Outcome:
    """Bring a voided claim back with its lines. One that was passed is checked again: its vouchers were free meanwhile."""
    outcome = restore(ctx, CLAIM, args["uid"])
    row, title = claim_of(ctx.work, args["uid"]), ctx.work.title
    again = row["state"] == "passed"
    if again:
        look_again(ctx, row, "恢复", "要重新初审")
        ctx.work.title = title
    else:
        note(ctx, row, "恢复", str(row["state"]))
    recheck(ctx, row["uid"])
    return Outcome(outcome.uid, f"{outcome.message}，回到待初审，请重新初审") if again else outcome


VERBS = (
    Verb(
        "claim.save",
        "保存报销单",
        save,
        (UID, SEEN, *(replace(f, required=False) for f in CLAIM.typed_fields), line_params(CLAIM_LINE, "报销明细")),
        changes=WRITTEN,
        entity="expense_claim",
        shortcut="Ctrl+S",
        icon="save",
        primary=True,
        states=EDITABLE,
    ),
    Verb(
        "claim.void",
        "作废报销单",
        void_claim,
        (Field("uid", "报销单", Link(entity="expense_claim"), required=True),),
        changes=WRITTEN,
        entity="expense_claim",
        icon="delete",
        states=(*EDITABLE, "passed"),
    ),
    Verb(
        "claim.restore",
        "恢复报销单",
        restore_claim,
        (Field("uid", "报销单", Link(), required=True),),
        changes=WRITTEN,
        entity="expense_claim",
        icon="undo",
        palette=False,
    ),
)
