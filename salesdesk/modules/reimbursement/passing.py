"""What must be settled before the pre-check passes a claim: approval first, then every finding and every voucher."""

from __future__ import annotations

import json
from collections.abc import Sequence

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement import duplicates
from salesdesk.modules.reimbursement.findings import findings_of
from salesdesk.modules.reimbursement.model import CLAIM_LINE
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.persistence.reading import AMONG, Reader
from salesdesk.services.module import Context


def check_pass(reader: Reader, claim: Row) -> list[Problem]:
    """All that stands in the way, at once."""
    problems = _approval(reader, claim)
    for row in findings_of(reader, claim["uid"], "open"):
        if row["severity"] == "hint":
            continue
        where = _voucher_place(reader, row["voucher"])
        cure = row["cure"] or ("请退回补正，或由主管放行" if row["severity"] == "stop" else "请写明原因，或退回补正")
        problems.append(Problem(row["message"], cure, path=f"findings/{row['uid']}", place=where, code=row["rule"]))
    for row in reader.rows(
        "SELECT k.*, v.seq FROM voucher_check k LEFT JOIN expense_voucher v ON v.uid = k.voucher"
        " WHERE CASE WHEN k.voucher IS NULL THEN k.claim ELSE v.claim END = ? AND k.void = 0"
        " AND k.result = 'wrong' AND (v.uid IS NULL OR v.standing != 'rejected') AND NOT EXISTS (SELECT 1 FROM voucher_check n"
        " WHERE (n.claim = k.claim OR k.voucher IS NOT NULL) AND n.voucher IS k.voucher AND n.kind = k.kind AND n.void = 0"
        " AND n.rowid > k.rowid)",
        (claim["uid"],),
    ):
        place = f"第 {row['seq']} 张票" if row["seq"] else "报销单"
        cure = "请剔除这张票或退回；重新核对符合的，再登记一次"
        problems.append(
            Problem(f"{row['kind']}不符", cure, path=f"checks/{row['uid']}", place=place, code="check_wrong")
        )
    waiting = reader.value(
        "SELECT count(*) FROM expense_voucher WHERE claim = ? AND void = 0 AND standing = 'waiting'", (claim["uid"],)
    )
    if waiting:
        problems.append(
            Problem(
                f"还有 {waiting} 张票没点过「核过」",
                "请逐张看过，或写明原因",
                path="vouchers",
                place="票据",
                code="waiting",
                severity=Severity.ASK,
            )
        )
    return problems


def still_good(ctx: Context, claim: Row) -> None:
    """Before money goes on: nothing may block the claim by now, and it comes to what the check passed. Raises Refused."""
    recheck(ctx, claim["uid"])
    stops = {
        f"findings/{one['uid']}" for one in findings_of(ctx.work, claim["uid"], "open") if one["severity"] == "stop"
    }
    grave = (duplicates.RULE, "check_wrong", "no_approval", "beyond_approval")
    blocked = [
        p for p in check_pass(ctx.work, claim) if p.severity is Severity.STOP and (p.path in stops or p.code in grave)
    ]
    again = f"初审以后才有的问题：请{'登记财务退回' if claim['state'] == 'finance' else '退回'}，再初审一遍"
    blocked = [p if p.code in grave else p._replace(cure=again) for p in blocked]
    ctx.check([*blocked, *passed_otherwise(ctx.work, [claim["uid"]])])


PASSING = "初审通过"
"""What the log of a claim calls it; how: what was approved, in words."""


def approved_words(approved: int | None) -> str:
    """What the log says of the amount that was passed."""
    return f"核准 {MONEY.show(approved or 0)} 元"


def passed_otherwise(reader: Reader, claims: Sequence[str]) -> list[Problem]:
    """Passed claims that have not been paid and do not come to what was approved when they were passed."""
    problems = []
    for uid, number, state, approved, passed in reader.tuples(
        "SELECT c.uid, c.number, c.state, (SELECT sum(l.amount - coalesce(l.cut, 0)) FROM expense_line l"
        " WHERE l.claim = c.uid AND l.void = 0), (SELECT e.how FROM claim_event e WHERE e.claim = c.uid AND e.void = 0"
        " AND e.step = ?1 ORDER BY e.at DESC, e.rowid DESC LIMIT 1) FROM expense_claim c"
        f" WHERE c.uid {AMONG} AND c.void = 0 AND c.state IN ('passed', 'finance')",
        (PASSING, json.dumps(list(claims))),
    ):
        if passed and passed != approved_words(approved):
            told = f"报销单 {number} 初审时{passed}，现在是 {MONEY.show(approved or 0)} 元"
            cure = f"请{'登记财务退回' if state == 'finance' else '退回'}，再初审一遍"
            problems.append(Problem(told, cure, path="lines", place="核准金额", code="passed_otherwise",
                                    about=("expense_claim", uid)))  # fmt: skip
    return problems


def _approval(reader: Reader, claim: Row) -> list[Problem]:
    if not claim["head_at"]:
        cure = "请先撤回，提交后登记部门审批"
        return [Problem("部门负责人还没有批", cure, path="uid", place="报销单", code="no_approval")]
    lines = reader.of_parent(CLAIM_LINE, claim["uid"])
    amount = sum(line["amount"] or 0 for line in lines)
    approved = amount - sum(line["cut"] or 0 for line in lines)
    problems = []
    if amount > (claim["head_amount"] or 0):
        told = f"合计 {MONEY.show(amount)} 元，部门只批了 {MONEY.show(claim['head_amount'] or 0)} 元"
        cure = "请退回，补好再报部门批"
        problems.append(Problem(told, cure, path="lines", place="合计", code="beyond_approval"))
    if approved <= 0:
        problems.append(
            Problem("核减后没有可报的金额", "请退回或作废", path="lines", place="核准金额", code="nothing_left")
        )
    return problems


def _voucher_place(reader: Reader, voucher: str | None) -> str:
    row = reader.row("SELECT seq, number FROM expense_voucher WHERE uid = ?", (voucher,)) if voucher else None
    if row is None:
        return "报销单"
    return f"第 {row['seq']} 张票" + (f"（{row['number']}）" if row["number"] else "")
