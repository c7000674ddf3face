"""What a person checked that no program can: 网上查验, 签字核对; with evidence, by whom and when (EXP-3)."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.service import claim_of
from salesdesk.modules.reimbursement.voucher_model import CHECK, VOUCHER
from salesdesk.modules.reimbursement.vouchers import name_of
from salesdesk.persistence.reading import Reader
from salesdesk.services.attachments import FILES, attach
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, missing

JUDGED = ("claim_finding", "expense_claim")
"""What changes with the findings that a check settles or makes."""
AWAITED = ("draft", "head", "check", "returned", "finance_returned", "passed")
"""States in which a manual check still says something about what will be paid."""


def note(ctx: Context, args: Row) -> Outcome:
    """Note one check of a voucher, or of the claim as a whole, with a file that shows it."""
    work = ctx.work
    voucher = work.get(VOUCHER, args.get("voucher"))
    values: Row = {key: args.get(key) for key in CHECK.by_key}
    values["claim"] = values["claim"] or (voucher["claim"] if voucher else None)
    values |= {"who": values["who"] or ctx.operator or None, "at": values["at"] or ctx.now}
    problems = missing(CHECK, values)
    if not values["claim"] and voucher is None:
        problems.append(
            Problem("没说核对的是什么", "请选一张票或一张报销单", path="voucher", place="「票据」", code="required")
        )
    if voucher is not None and voucher["claim"] != values["claim"]:
        problems.append(
            Problem("这张票不在这张报销单里", "请只选票", path="voucher", place="「票据」", code="foreign_voucher")
        )
    if str(values["at"]) > ctx.now:
        problems.append(Problem("时间还没到", "请核对时间", path="at", place="「时间」", code="future"))
    if values["result"] == "wrong" and not values["note"]:
        problems.append(
            Problem("不符要写清哪里不符", "写一句，退回单上会照写", path="note", place="「说明」", code="required")
        )
    ctx.check(problems)
    if values["claim"]:
        claim_of(work, values["claim"], AWAITED, "登记核对")
    uid = work.insert(CHECK, values)
    attach(ctx, CHECK, uid, str(args.get("files") or ""))
    recheck(ctx, values["claim"])
    about = name_of(voucher) if voucher else work.named("expense_claim", values["claim"])
    work.title = f"{values['kind']}{CHECK['result'].kind.show(values['result'])}：{about}"
    return Outcome(uid, f"已登记{work.title}")


def void(ctx: Context, args: Row) -> Outcome:
    """A check was noted wrongly."""
    row = ctx.work.get(CHECK, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(CHECK))
    if row["claim"]:
        claim_of(ctx.work, row["claim"], AWAITED, "作废核对")
    ctx.work.void(CHECK, row["uid"])
    recheck(ctx, row["claim"])
    ctx.work.title = f"作废{row['kind']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def checks_of(reader: Reader, claim: str) -> list[Row]:
    """The manual checks of a claim, newest first, with how many files show each."""
    return reader.rows(
        "SELECT k.*, (SELECT count(*) FROM attachment a WHERE a.owner = k.uid AND a.void = 0) AS files FROM voucher_check k"
        " WHERE k.claim = ? AND k.void = 0 ORDER BY k.at DESC, k.rowid DESC",
        (claim,),
    )


VERBS = (
    Verb(
        "check.save",
        "登记核对",
        note,
        (*(replace(f, required=False) for f in CHECK.typed_fields), FILES),
        changes=("voucher_check", "attachment", *JUDGED),
        entity="voucher_check",
        icon="check",
        note="网上查验的截图、签字的照片一起存",
    ),
    Verb(
        "check.void",
        "作废核对",
        void,
        (Field("uid", "人工核对", Link(entity="voucher_check"), required=True),),
        changes=("voucher_check", *JUDGED),
        entity="voucher_check",
        icon="delete",
        palette=False,
    ),
)
