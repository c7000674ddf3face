"""借款: money lent before a trip, paid back in cash or set off against a claim when it is paid (EXP-6)."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Link, Row, options
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.people import called, open_for
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.modules.reimbursement.staff_model import LOAN, SETTLEMENT
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, save, void

MUST = Field("uid", "借款", Link(entity="staff_loan"), required=True)


def set_off(ctx: Context, claim: Row, day: str) -> int:
    """分 of the claim's loan that its payment settles; the settlement names the claim. 0 without a loan in the register."""
    if not claim["loan_record"]:
        return 0
    off = min(claim["loan"] or 0, claim["approved"] or 0)
    if off <= 0:
        return 0
    ctx.work.insert(
        SETTLEMENT,
        {"loan": claim["loan_record"], "day": day, "how": "报销冲抵", "amount": off, "claim": claim["uid"]},
    )
    return int(off)


def save_loan(ctx: Context, args: Row) -> Outcome:
    """Note a loan; who it is and his department come from the register of people."""
    before = ctx.work.get(LOAN, str(args.get("uid") or ""))
    row = {**(before or {}), **args}
    person = called(ctx.work, row.get("borrower"))
    if person is not None and before is None:
        args = {**args, "staff": args.get("staff") or person["uid"]}
        args["department"] = args.get("department") or person["department"]
    if before is None:
        args = {**args, "number": ctx.work.next_number("JK"), "day": args.get("day") or ctx.today}
    made = save(ctx, LOAN, args, check_loan)
    return Outcome(made.uid, made.message, {"number": ctx.work.named(LOAN, made.uid)})


def check_loan(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A loan is not dated ahead, and never smaller than what was paid back of it or claims set off."""
    problems = []
    if row.get("day") and str(row["day"]) > today:
        told = f"借款日期 {row['day']} 还没到"
        problems.append(Problem(told, "请核对", path="day", place="「借款日期」", code="future"))
    if before is not None and row["amount"] is not None:
        taken = before["amount"] - open_for(reader, before, "")
        if taken > 0 and row.get("borrower") != before["borrower"]:
            told = f"这笔借款已还或要冲 {MONEY.show(taken)} 元，不能换借款人"
            problems.append(Problem(told, "请另登记一笔", path="borrower", place="「借款人」", code="borrower"))
        if row["amount"] < taken:
            told = f"已还和要冲的有 {MONEY.show(taken)} 元，借款不能更少"
            problems.append(Problem(told, "请核对金额", path="amount", place="「金额」", code="below_settled"))
    return problems


def repay(ctx: Context, args: Row) -> Outcome:
    """Money comes back otherwise than by a claim."""
    loan = ctx.work.get(LOAN, args["uid"])
    if loan is None or loan["void"]:
        raise Refused(gone(LOAN))
    left = open_for(ctx.work, loan, "")
    amount = args.get("amount") or left
    day = str(args.get("day") or ctx.today)
    problems = []
    if amount > left or left <= 0:
        wanted = ctx.work.column(
            "SELECT number FROM expense_claim WHERE loan_record = ? AND void = 0 AND state NOT IN ('paid', 'told')",
            (loan["uid"],),
        )
        told = f"（{'、'.join(wanted)} 要冲一部分）" if wanted else ""
        problems.append(
            Problem(
                f"{loan['number']} 只剩 {MONEY.show(left)} 元可还{told}",
                "请核对金额，或先改报销单上的原借款",
                path="amount",
                place="「金额」",
                code="loan_left",
            )
        )
    if day > ctx.today or day < str(loan["day"]):
        problems.append(
            Problem(f"还款日期 {day} 不对", "应在借款以后、今天以前", path="day", place="「日期」", code="day")
        )
    ctx.check(problems)
    uid = ctx.work.insert(
        SETTLEMENT,
        {"loan": loan["uid"], "day": day, "how": args.get("how") or "现金", "amount": amount, "note": args.get("note")},
    )
    ctx.work.title = f"还款 {loan['number']} {MONEY.show(amount)} 元"
    return Outcome(uid, f"已登记{ctx.work.title}", {"rest": MONEY.wire(left - amount)})


def take_back(ctx: Context, args: Row) -> Outcome:
    """A repayment was noted wrongly; one made by paying a claim goes with that payment only."""
    row = ctx.work.get(SETTLEMENT, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(SETTLEMENT))
    if row["claim"]:
        number = ctx.work.named("expense_claim", row["claim"])
        raise Refused(Problem(f"这笔是 {number} 付款时冲的", "要改请撤销那次付款", path="uid", code="by_claim"))
    ctx.work.void(SETTLEMENT, row["uid"])
    ctx.work.title = f"作废还款 {ctx.work.named(LOAN, row['loan'])} {MONEY.show(row['amount'])} 元"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def lent(reader: Reader, borrower: str) -> list[Row]:
    """A person's loans that are not paid back, the oldest first."""
    return reader.rows(
        "SELECT * FROM staff_loan WHERE borrower = ? AND void = 0 AND rest > 0 ORDER BY day, rowid", (borrower,)
    )


VERBS = (
    Verb(
        "loan.save",
        "保存借款",
        save_loan,
        (UID, SEEN, *(replace(f, required=False) if f.key == "day" else f for f in LOAN.typed_fields)),
        changes=("staff_loan",),
        entity="staff_loan",
        icon="save",
    ),
    Verb("loan.void", "作废借款", lambda ctx, args: void(ctx, LOAN, args["uid"]), (MUST,),
         changes=("staff_loan",), entity="staff_loan", icon="delete"),
    Verb(
        "loan.repay",
        "登记还款",
        repay,
        (
            MUST,
            replace(SETTLEMENT["amount"], required=False, note="空着就是剩下的全部"),
            replace(SETTLEMENT["day"], required=False, note="空着就是今天"),
            Field("how", "方式", Choice(options=options("现金", "转账", "工资扣回")), default="现金"),
            SETTLEMENT["note"],
        ),
        changes=("loan_settlement", "staff_loan"),
        entity="staff_loan",
        icon="money",
    ),
    Verb(
        "loan.take_back",
        "作废还款",
        take_back,
        (Field("uid", "还款", Link(entity="loan_settlement"), required=True),),
        changes=("loan_settlement", "staff_loan"),
        entity="loan_settlement",
        icon="delete",
        palette=False,
    ),
)  # fmt: skip
