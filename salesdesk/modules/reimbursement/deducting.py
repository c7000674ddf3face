"""核减: what is claimed beyond the standard or without a good voucher is cut line by line, with its reason (EXP-4)."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Money, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.model import CLAIM_LINE
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.modules.reimbursement.service import WRITTEN, claim_of
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import line_params

DEDUCTION = Entity(
    "deduction",
    "核减",
    (
        Field("line", "报销明细", Link(entity="expense_line"), required=True),
        Field("cut", "核减", Money(least=0), required=True, note="0 就是不核减"),
        Field("reason", "原因", Text(120), note="核减了就要写"),
    ),
    naming="reason",
)
"""Shape of one row of the verb's list; no table of its own, the line keeps it."""


def deduct(ctx: Context, args: Row) -> Outcome:
    """Set what is cut of some lines; the others stay as they are. What was claimed is never changed."""
    claim = claim_of(ctx.work, args["uid"], ("check",), "核减")
    problems: list[Problem] = []
    rows: list[tuple[Row, Row]] = []
    for i, one in enumerate(args["lines"]):
        line = ctx.work.get(CLAIM_LINE, one.get("line"))
        cut = one.get("cut")
        place = f"第 {line['seq']} 行" if line else f"第 {i + 1} 条"

        def wrong(told: str, cure: str, key: str, i: int = i, place: str = place) -> Problem:
            return Problem(told, cure, path=f"lines/{i}/{key}", place=place, code=f"deduct_{key}")

        if line is None or line["void"] or line["claim"] != claim["uid"]:
            problems.append(wrong("这一行不在这张报销单里", "请选这张单里的一行", "line"))
        elif cut is None or not 0 <= cut <= max(0, line["amount"]):
            problems.append(wrong(f"核减要在 0 到 {MONEY.show(line['amount'])} 元之间", "请核对金额", "cut"))
        elif cut and not one.get("reason"):
            problems.append(wrong("没写为什么核减", "写一句，报销人看得懂", "reason"))
        elif any(line["uid"] == other["uid"] for other, _ in rows):
            problems.append(wrong("这一行写了两次", "一行只写一个核减", "line"))
        else:
            rows.append((line, {"cut": cut or None, "cut_reason": one.get("reason") if cut else None}))
    if not args["lines"]:
        problems.append(Problem("没有选行", "至少核减一行", path="lines", place="核减", code="no_lines"))
    ctx.check(problems)
    for line, values in rows:
        ctx.work.update(CLAIM_LINE, line["uid"], values)
        _own_figure(ctx.work, line["uid"], values["cut"] or 0)
    total = int(
        ctx.work.value("SELECT coalesce(sum(cut), 0) FROM expense_line WHERE claim = ? AND void = 0", (claim["uid"],))
    )
    ctx.work.title = f"核减 {claim['number']} 共 {MONEY.show(total)} 元"
    return Outcome(claim["uid"], f"已{ctx.work.title}", {"cut": MONEY.wire(total)})


def _own_figure(work: Work, line: str, cut: int) -> None:
    """A cut by hand below what rejected vouchers cut is the clerk's own figure: restoring them gives nothing of it back."""
    rejected = work.rows(
        "SELECT uid, cut FROM expense_voucher WHERE line = ? AND void = 0 AND standing = 'rejected' AND cut > 0",
        (line,),
    )
    if cut < sum(row["cut"] for row in rejected):
        for row in rejected:
            work.update(VOUCHER, row["uid"], {"cut": None})


def cut_words(voucher: Row, why: str) -> str:
    """The reason a line gives for what is cut with a rejected voucher."""
    return f"剔除 {voucher['number'] or '一张票'}：{why}"


def give_back(work: Work, voucher: Row) -> None:
    """What was cut of a line when this voucher was rejected counts again; every other cut of the line stays with its reason."""
    line = work.get(CLAIM_LINE, voucher["line"])
    if not voucher["cut"] or line is None or line["void"]:
        return
    left = max(0, (line["cut"] or 0) - voucher["cut"])
    words, reason = cut_words(voucher, str(voucher["reject_reason"] or "")), str(line["cut_reason"] or "")
    reason = reason.replace(f"；{words}", "").removeprefix(f"{words}；") or reason
    work.update(CLAIM_LINE, line["uid"], {"cut": left or None, "cut_reason": reason if left else None})


VERBS = (
    Verb(
        "claim.deduct",
        "核减",
        deduct,
        (
            Field("uid", "报销单", Link(entity="expense_claim"), required=True),
            replace(line_params(DEDUCTION, "核减"), required=True),
        ),
        changes=WRITTEN,
        entity="expense_claim",
        icon="subtract",
        states=("check",),
    ),
)
