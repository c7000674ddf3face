"""Saving a 付款申请单: numbered, what was paid before of its contract added up, never more than the contract without a reason."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement.payment_model import PAYMENT
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, record_verbs, save


def paid_before(reader: Reader, contract: str, but: str) -> int:
    """分 of the other requests of a contract."""
    return int(
        reader.value(
            "SELECT coalesce(sum(amount), 0) FROM payment_request WHERE contract = ? AND uid != ? AND void = 0",
            (contract, but),
        )
    )


def check_payment(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A payment beyond its contract is asked about; one that is wanted before it was asked for is a slip."""
    problems = []
    whole, paid, amount = row.get("contract_amount"), row.get("paid") or 0, row.get("amount") or 0
    if whole and paid + amount > whole:
        told = f"付后累计 {MONEY.show(paid + amount)} 元，超过合同总额 {MONEY.show(whole)} 元"
        problems.append(
            Problem(
                told,
                "请核对；确实要付就写原因",
                path="amount",
                place="「付款金额」",
                code="beyond_contract",
                severity=Severity.ASK,
            )
        )
    if row.get("wanted") and row.get("day") and str(row["wanted"]) < str(row["day"]):
        told = f"要求付款日 {row['wanted']} 早于申请日期"
        problems.append(
            Problem(told, "请核对日期", path="wanted", place="「要求付款日」", code="wanted", severity=Severity.WARN)
        )
    return problems


def save_payment(ctx: Context, args: Row) -> Outcome:
    """Create or change one request; the earlier payments of its contract are filled in when nothing was said."""
    before = ctx.work.get(PAYMENT, str(args.get("uid") or ""))
    row = {**(before or {}), **args}
    if before is None:
        args = {**args, "number": ctx.work.next_number("FK"), "day": args.get("day") or ctx.today}
    if row.get("contract") and row.get("paid") is None:
        args = {**args, "paid": paid_before(ctx.work, str(row["contract"]), str(args.get("uid") or ""))}
    made = save(ctx, PAYMENT, args, check_payment)
    return Outcome(made.uid, made.message, {"number": ctx.work.named(PAYMENT, made.uid)})


VERBS = (
    Verb(
        "payment.save",
        "保存付款申请单",
        save_payment,
        (UID, SEEN, *PAYMENT.typed_fields),
        changes=("payment_request",),
        entity="payment_request",
        icon="save",
        note="不给 uid 新建，给 uid 只改给出的字段",
    ),
    *(verb for verb in record_verbs(PAYMENT) if not verb.name.endswith(".save")),
)
