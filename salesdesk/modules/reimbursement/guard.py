"""What must hold of claims, vouchers and loans however they came to be so: by undo, redo or another PC."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.leaving import left_uid
from salesdesk.modules.reimbursement.passing import passed_otherwise
from salesdesk.modules.reimbursement.people import check_company
from salesdesk.modules.reimbursement.rules import EDITABLE, MONEY
from salesdesk.modules.reimbursement.staff_model import COMPANY
from salesdesk.persistence.reading import AMONG
from salesdesk.persistence.work import Work
from salesdesk.services.records import guard_of
from salesdesk.services.undo import has_new, last_set, touched_since

PASSED = "('passed', 'finance', 'finance_returned', 'paid', 'told')"
_company = guard_of(COMPANY, check_company)


def guard(work: Work, changes: Changes) -> list[Problem]:
    """Faults of the touched records."""
    return [
        *_company(work, changes),
        *_frozen(work, changes),
        *_approved(work, changes),
        *_back(work),
        *_taken(work),
        *passed_otherwise(work, [*{*changes.of("expense_claim"), *_touched(work, changes, "expense_line", "claim")}]),
        *_settled(work, changes),
    ]


def _touched(work: Work, changes: Changes, entity: str, link: str) -> list[str]:
    uids = json.dumps(list(changes.of(entity)))
    return work.column(f'SELECT DISTINCT "{link}" FROM "{entity}" WHERE uid {AMONG} AND "{link}" IS NOT NULL', (uids,))


def _frozen(work: Work, changes: Changes) -> list[Problem]:
    """From 初审通过 on neither lines nor vouchers move, unless the claim itself goes or comes back with them."""
    claims = {*_touched(work, changes, "expense_line", "claim"), *_touched(work, changes, "expense_voucher", "claim")}
    moved = {uid for _, uid, was in work.befores(("expense_claim",)) if was.keys() & {"state", "void"}}
    told = work.tuples(
        f"SELECT number, state FROM expense_claim WHERE uid {AMONG} AND void = 0 AND state NOT IN"
        " (SELECT value FROM json_each(?))",
        (json.dumps(list(claims - moved)), json.dumps(EDITABLE)),
    )
    return [
        Problem(f"报销单 {number} 已经初审通过，金额和票不能再变", "请先撤销后来的步骤，或退回", code="frozen")
        for number, _ in told
    ]


def _approved(work: Work, changes: Changes) -> list[Problem]:
    """Nothing passes without the department, and nothing beyond what it approved; no line is cut below nothing."""
    claims = json.dumps(list({*changes.of("expense_claim"), *_touched(work, changes, "expense_line", "claim")}))
    without = work.column(
        f"SELECT number FROM expense_claim WHERE uid {AMONG} AND void = 0 AND head_at IS NULL AND state IN ('check', {PASSED[1:]}",
        (claims,),
    )
    beyond = work.tuples(
        "SELECT c.number, c.head_amount FROM expense_claim c JOIN expense_line l ON l.claim = c.uid AND l.void = 0"
        f" WHERE c.uid {AMONG} AND c.void = 0 AND c.state IN ('check', 'passed', 'finance', 'paid', 'told')"
        " GROUP BY c.uid HAVING sum(l.amount) > c.head_amount",
        (claims,),
    )
    cut = work.tuples(
        "SELECT c.number, l.seq FROM expense_line l JOIN expense_claim c ON c.uid = l.claim"
        f" WHERE c.uid {AMONG} AND l.void = 0 AND l.cut > max(0, l.amount)",
        (claims,),
    )
    return [
        *(Problem(f"报销单 {n} 没有部门审批，不能在初审以后", "请先登记部门审批", code="no_approval") for n in without),
        *(
            Problem(f"报销单 {n} 超过部门批的 {MONEY.show(most or 0)} 元", "请先撤回重报部门批", code="beyond_approval")
            for n, most in beyond
        ),
        *(Problem(f"报销单 {n} 第 {seq} 行核减的比金额多", "请先改核减", code="below_cut") for n, seq in cut),
    ]


def _back(work: Work) -> list[Problem]:
    """An undo that brings a claim back behind the check wants all of it as it left: no line, voucher, paper or check changed."""
    if has_new(work, "claim_event"):
        return []  # a step of its own, or the work of another PC
    told = []
    for _, uid, was in work.befores(("expense_claim",)):
        claim = work.get("expense_claim", uid) if was.keys() & {"state", "void"} else None
        if claim is None or claim["void"] or claim["state"] not in ("passed", "finance"):
            continue
        held = work.column(
            "SELECT uid FROM expense_line WHERE claim = ?1 UNION SELECT uid FROM expense_voucher WHERE claim = ?1"
            " UNION SELECT uid FROM voucher_file WHERE claim = ?1 UNION SELECT uid FROM voucher_check WHERE claim = ?1",
            (uid,),
        )
        if touched_since(work, held, max(last_set(work, uid, "state"), last_set(work, uid, "void", 1))):
            told.append(claim["number"])
    return [
        Problem(
            f"报销单 {number} 后来改过金额或票，不能直接回到初审以后", "请恢复或提交，再初审一遍", code="changed_since"
        )
        for number in dict.fromkeys(told)
    ]


def _taken(work: Work) -> list[Problem]:
    """No undo takes a voucher out of a claim that was handed in with it: rejecting or moving it leaves a trace there."""
    told: list[str] = []
    for _, uid, was in work.befores(("expense_voucher",)):
        now = work.get("expense_voucher", uid)
        if now is None or now["standing"] in ("rejected", "joined"):
            continue
        claim = was.get("claim", now["claim"])
        if not claim or (claim == now["claim"] and not (now["void"] and was.get("void") == 0)):
            continue
        row, left = work.get("expense_claim", str(claim)), work.get("expense_voucher", left_uid(uid, str(claim)))
        if row is None or row["void"] or (left is not None and not left["void"]):
            continue
        steps = work.column("SELECT uid FROM claim_event WHERE claim = ? AND void = 0 AND step = '提交'", (claim,))
        if touched_since(work, steps, last_set(work, uid, "claim", claim), "I"):
            told.append(row["number"])
    return [
        Problem(
            f"报销单 {number} 已经带着这张票提交过，不能用撤销把票拿走",
            "不该报的请「剔除」，放错的请「挪到」别处",
            code="taken_back",
        )
        for number in dict.fromkeys(told)
    ]


def _settled(work: Work, changes: Changes) -> list[Problem]:
    """A loan is set off by paid claims only, by each once, and never beyond what was lent."""
    claims = {*changes.of("expense_claim"), *_touched(work, changes, "loan_settlement", "claim")}
    wrong = work.column(
        "SELECT c.number FROM expense_claim c LEFT JOIN loan_settlement s ON s.claim = c.uid AND s.void = 0"
        f" WHERE c.uid {AMONG} GROUP BY c.uid HAVING count(s.uid) > 1"
        " OR (count(s.uid) = 1 AND (c.void = 1 OR c.state NOT IN ('paid', 'told')))",
        (json.dumps(list(claims)),),
    )
    loans = {*changes.of("staff_loan"), *_touched(work, changes, "loan_settlement", "loan")}
    loans |= set(_touched(work, changes, "expense_claim", "loan_record"))
    beyond = work.tuples(
        "SELECT l.number, l.amount FROM staff_loan l WHERE (SELECT coalesce(sum(s.amount), 0) FROM loan_settlement s"
        " WHERE s.loan = l.uid AND s.void = 0) + (SELECT coalesce(sum(c.loan), 0) FROM expense_claim c WHERE c.loan_record = l.uid"
        f" AND c.void = 0 AND c.state NOT IN ('paid', 'told')) > l.amount AND l.uid {AMONG}",
        (json.dumps(list(loans)),),
    )
    return [
        *(Problem(f"报销单 {n} 冲借款和付款对不上", "请先撤销那次付款", code="set_off") for n in wrong),
        *(
            Problem(
                f"借款 {n} 还的和要冲的比借的 {MONEY.show(a)} 元多",
                "请先作废一笔还款，或改要冲它的报销单",
                code="loan_left",
            )
            for n, a in beyond
        ),
    ]
