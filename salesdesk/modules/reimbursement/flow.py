"""The way of a claim from hand-in to feedback: each step with who may do it, from which state, and what it wants to see (EXP-1, EXP-6)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Link, Note, Row, Stamp, Text, options
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement import loans, returning
from salesdesk.modules.reimbursement.events import due_in, move
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.passing import PASSING, approved_words, check_pass, still_good
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import MONEY, UNAPPROVED, check_claim
from salesdesk.modules.reimbursement.service import WRITTEN, claim_of
from salesdesk.modules.reimbursement.telling import clipboard
from salesdesk.services.attachments import FILES, attach
from salesdesk.services.module import Context, Outcome, Verb, VerbRun
from salesdesk.services.roles import Role

UID = Field("uid", "报销单", Link(entity="expense_claim"), required=True)
SAID = Field("note", "说明", Note(2000))
HOW_HEAD = Choice(options=options("签字", "微信", "钉钉", "企业微信", "邮件", "电话", "当面"))
HOW_PAID = Choice(options=options("转账", "现金", "微信", "支付宝", "支票", "冲借款"))
HOW_TOLD = Choice(options=options("微信", "电话", "当面", "邮件"))

STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "claim.submit": (("draft", "returned", "finance_returned"), ("head", "check")),
    "claim.withdraw": (("head", "check"), ("draft",)),
    "claim.approve": (("head",), ("check",)),
    "claim.refuse": (("head",), ("returned",)),
    "claim.return": (("check", "passed"), ("returned",)),
    "claim.pass": (("check",), ("passed",)),
    "claim.hand_over": (("passed",), ("finance",)),
    "claim.finance_return": (("finance",), ("finance_returned",)),
    "claim.pay": (("finance",), ("paid",)),
    "claim.feedback": (("paid",), ("told",)),
}
"""Step -> (states it leads from, states it may lead to); there is no other way from one state to another but `look_again`."""


def _load(ctx: Context, args: Row, verb: str, doing: str) -> Row:
    return claim_of(ctx.work, args["uid"], STEPS[verb][0], doing)


def submit(ctx: Context, args: Row) -> Outcome:
    """Hand a claim in: to the department head, or straight to the check when he has approved at least this much before."""
    claim = _load(ctx, args, "claim.submit", "提交")
    lines = ctx.work.of_parent(CLAIM_LINE, claim["uid"])
    ctx.check(check_claim(claim, lines, ctx.today))
    approved = claim["head_at"] and (claim["amount"] or 0) <= (claim["head_amount"] or 0)
    state = "check" if approved else "head"
    values: Row = {"submitted_at": ctx.now, "due": due_in(ctx, state)}
    if not approved:
        values |= UNAPPROVED
    move(ctx, claim, "提交", state, values, str(args.get("note") or ""))
    recheck(ctx, claim["uid"])
    told = "待初审" if approved else "待部门审批"
    return Outcome(claim["uid"], f"已提交 {claim['number']}，{told}", {"state": state})


def withdraw(ctx: Context, args: Row) -> Outcome:
    """Take a claim back before it is passed."""
    claim = _load(ctx, args, "claim.withdraw", "撤回")
    move(ctx, claim, "撤回", "draft", {"due": None}, str(args.get("note") or ""))
    return Outcome(claim["uid"], f"已撤回 {claim['number']}")


def approve(ctx: Context, args: Row) -> Outcome:
    """Record that the department head approved: who, when, how, with evidence; comes before the check (EXP-1)."""
    claim = _load(ctx, args, "claim.approve", "登记部门审批")
    at = str(args.get("at") or ctx.now)
    problems = []
    if at > ctx.now:
        problems.append(Problem("审批时间还没到", "请核对时间", path="at", place="「审批时间」", code="future"))
    if args["who"] == claim["claimant"]:
        problems.append(
            Problem(
                f"{args['who']} 自己批自己的报销单",
                "请让上一级批；公司允许的写明原因",
                path="who",
                place="「审批人」",
                code="own_claim",
                severity=Severity.ASK,
                who="manager",
            )
        )
    ctx.check(problems)
    values: Row = {"head_by": args["who"], "head_at": at, "head_how": args.get("how") or "签字"}
    values |= {"head_amount": claim["amount"], "due": due_in(ctx, "check")}
    said = str(args.get("note") or "")
    move(ctx, claim, "部门审批", "check", values, said, str(args["who"]), str(values["head_how"]))
    attach(ctx, CLAIM, claim["uid"], str(args.get("files") or ""))
    recheck(ctx, claim["uid"])
    return Outcome(claim["uid"], f"已登记部门审批 {claim['number']}，待初审")


def pass_(ctx: Context, args: Row) -> Outcome:
    """初审通过: with the department's approval and every finding settled."""
    claim = _load(ctx, args, "claim.pass", "通过初审")
    recheck(ctx, claim["uid"])
    ctx.check(check_pass(ctx.work, claim))
    values: Row = {"passed_by": ctx.operator or None, "passed_at": ctx.now, "due": due_in(ctx, "passed")}
    said = str(args.get("note") or "")
    move(ctx, claim, PASSING, "passed", values, said, "", approved_words(claim["approved"]))
    return Outcome(claim["uid"], f"初审通过 {claim['number']}", {"approved": MONEY.wire(claim["approved"])})


def hand_over(ctx: Context, args: Row) -> Outcome:
    """The papers go to finance."""
    claim = _load(ctx, args, "claim.hand_over", "交财务")
    still_good(ctx, claim)
    values: Row = {"handed_at": ctx.now, "handed_to": args.get("to"), "due": due_in(ctx, "finance")}
    move(ctx, claim, "交财务", "finance", values, str(args.get("note") or ""), "", str(args.get("to") or ""))
    return Outcome(claim["uid"], f"已交财务 {claim['number']}")


def pay(ctx: Context, args: Row) -> Outcome:
    """Finance paid; the loan the claim names is set off by what was approved."""
    claim = _load(ctx, args, "claim.pay", "登记付款")
    day = str(args.get("day") or ctx.today)
    if day > ctx.today or day < str(claim["handed_at"])[:10]:
        told = "还没到" if day > ctx.today else f"早于交财务的 {str(claim['handed_at'])[:10]}"
        raise Refused(Problem(f"付款日期 {day} {told}", "请核对", path="day", place="「付款日期」", code="paid_day"))
    still_good(ctx, claim)
    how = str(args.get("how") or "转账")
    off = loans.set_off(ctx, claim, day)
    move(ctx, claim, "付款", "paid", {"paid_day": day, "paid_how": how, "due": due_in(ctx, "paid")},
         str(args.get("note") or ""), "", how)  # fmt: skip
    owed = claim["payable"] or 0
    said = f"付 {MONEY.show(owed)} 元" if owed >= 0 else f"报销人还要退回 {MONEY.show(-owed)} 元"
    told = f"，冲借款 {MONEY.show(off)} 元" if off else ""
    return Outcome(
        claim["uid"],
        f"已登记付款 {claim['number']}：{said}{told}",
        {"payable": MONEY.wire(owed), "set_off": MONEY.wire(off)},
    )


def feedback(ctx: Context, args: Row) -> Outcome:
    """The claimant was told that the money is there."""
    claim = _load(ctx, args, "claim.feedback", "反馈")
    how = str(args.get("how") or "微信")
    text = clipboard(ctx, claim)
    move(ctx, claim, "反馈", "told", {"told_at": ctx.now, "due": None}, str(args.get("note") or ""), "", how)
    return Outcome(claim["uid"], f"已反馈 {claim['number']}", text if how == "微信" else {})


def words(ctx: Context, args: Row) -> Outcome:
    """What to write to the claimant about the claim as it stands; nothing is written down."""
    claim = claim_of(ctx.work, args["uid"])
    return Outcome(claim["uid"], "已复制，到微信里粘贴", clipboard(ctx, claim))


def _step(
    verb: str,
    title: str,
    run: VerbRun,
    *params: Field,
    changes: tuple[str, ...] = WRITTEN,
    icon: str = "",
    primary: bool = False,
) -> Verb:
    """One shape for all steps."""
    states = STEPS[verb][0]
    return Verb(
        verb,
        title,
        run,
        (UID, *params, SAID),
        changes=changes,
        entity="expense_claim",
        states=states,
        icon=icon,
        primary=primary,
    )


SLIPPED = (*WRITTEN, "return_slip")
VERBS = (
    _step("claim.submit", "提交", submit, icon="send"),
    _step("claim.withdraw", "撤回", withdraw, icon="undo"),
    _step(
        "claim.approve",
        "登记部门审批",
        approve,
        Field("who", "审批人", Text(40), required=True),
        Field("how", "怎么批的", HOW_HEAD, default="签字"),
        Field("at", "审批时间", Stamp(), note="空着就是现在"),
        FILES,
        Field("reason", "原因", Text(200)),
        changes=(*WRITTEN, "attachment"),
        icon="check",
    ),
    _step(
        "claim.refuse", "部门不批", returning.refuse, returning.WHY_MUST, returning.DUE, changes=SLIPPED, icon="dismiss"
    ),
    _step("claim.return", "退回补正", returning.give_back, returning.WHY, returning.DUE, changes=SLIPPED, icon="undo"),
    _step("claim.pass", "初审通过", pass_, Field("reason", "原因", Text(200)), icon="checkmark_circle", primary=True),
    _step("claim.hand_over", "交财务", hand_over, Field("to", "交给谁", Text(40)), icon="send"),
    _step(
        "claim.finance_return",
        "财务退回",
        returning.finance_return,
        returning.WHY_MUST,
        returning.DUE,
        changes=SLIPPED,
        icon="undo",
    ),
    _step(
        "claim.pay",
        "登记付款",
        pay,
        Field("day", "付款日期", Day(), note="空着就是今天"),
        Field("how", "付款方式", HOW_PAID, default="转账"),
        changes=(*WRITTEN, "loan_settlement", "staff_loan"),
        icon="money",
    ),
    _step("claim.feedback", "反馈报销人", feedback, Field("how", "方式", HOW_TOLD, default="微信"), icon="chat"),
    Verb(
        "claim.words",
        "给报销人的话",
        words,
        (UID,),
        role=Role.VIEWER,
        entity="expense_claim",
        icon="copy",
        note="按现在的状态写一段，微信里粘贴；不写入",
    ),
)
