"""Files added to a voucher or claim later: another file of the same voucher, a paper that proves something, a voucher in its place."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement import joining
from salesdesk.modules.reimbursement.deducting import give_back
from salesdesk.modules.reimbursement.ledger import values_of
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import EDITABLE
from salesdesk.modules.reimbursement.service import claim_of
from salesdesk.modules.reimbursement.taking import Taken, take_all
from salesdesk.modules.reimbursement.voucher_files import choose_original, keep_paper, support_kind
from salesdesk.modules.reimbursement.voucher_model import SUPPORT, VOUCHER, VOUCHER_FILE
from salesdesk.modules.reimbursement.vouchers import MUST, WRITTEN, name_of, voucher_row
from salesdesk.services.attachments import FILES
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone
from salesdesk.services.vouchers.voucher import key_of

CARRIED = ("claim", "line", "seq", "category", "city", "date_from", "date_to", "nights", "persons", "purpose", "note")
"""What a voucher that takes another's place keeps of it: what it is for, not what stands on it."""
STORED = (*WRITTEN, "attachment")


def prepare(ctx: Context, args: Row) -> Row:
    """Read the files before anything is written; all of them must open."""
    taken, lost = take_all(ctx, str(args.get("files") or ""))
    if lost or not taken:
        raise Refused(lost or [Problem("没有选文件", "请选一个文件", path="files", place="「附件」", code="required")])
    return {**args, "taken": taken}


def attach(ctx: Context, args: Row) -> Outcome:
    """More files of one voucher, or papers that prove something about it (`support`). Another voucher's file is refused."""
    work = ctx.work
    row = voucher_row(work, args["uid"], doing="添文件")
    for taken in args["taken"]:
        if args.get("support"):
            keep_paper(ctx, taken.paper, row["claim"], row["uid"], "support", str(args["support"]))
            continue
        said = key_of(taken.voucher.code, taken.voucher.number)
        if said and row["key"] and said != row["key"]:
            raise Refused(
                Problem(
                    f"《{taken.name}》是另一张票 {said}",
                    "是佐证就选哪种佐证；开错重开的用「换票」",
                    path="files",
                    place="「附件」",
                    code="other_voucher",
                )
            )
        keep_paper(ctx, taken.paper, row["claim"], row["uid"], "same")
        joining.join(work, row["uid"], taken.voucher, taken.name)
    choose_original(work, work.get(VOUCHER, row["uid"]) or row)
    recheck(ctx, row["claim"])
    work.title = f"给 {name_of(row)} 添 {len(args['taken'])} 个文件"
    return Outcome(row["uid"], f"已{work.title}")


def substitute(ctx: Context, args: Row) -> Outcome:
    """换票: a voucher issued anew takes the place of a wrong one, which stays in the ledger as rejected.

    What was cut when the wrong one was rejected counts again: the new one stands for it, and is checked like any other.
    """
    work = ctx.work
    row = voucher_row(work, args["uid"], ("waiting", "accepted", "rejected"), "换票")
    taken: Taken = args["taken"][0]
    values = values_of(taken.voucher)
    if values["key"] and values["key"] == row["key"]:
        told = f"《{taken.name}》还是这张票 {values['key']}"
        cure = "同一张票的文件用「添文件」"
        raise Refused(Problem(told, cure, path="files", place="「附件」", code="same_voucher"))
    uid = work.insert(VOUCHER, {**values, **{key: row[key] for key in CARRIED}, "standing": "waiting"})
    for one in args["taken"]:
        keep_paper(ctx, one.paper, row["claim"], uid, "same")
        if one is not taken:
            joining.join(work, uid, one.voucher, one.name)
    fresh = work.get(VOUCHER, uid) or {}
    choose_original(work, fresh)
    told = ""
    if row["standing"] == "rejected":
        give_back(work, row)
        work.update(VOUCHER, row["uid"], {"cut": None})
        told = f"，剔除时核减的 {VOUCHER['cut'].kind.show(row['cut'])} 元不再核减" if row["cut"] else ""
    else:
        why = args.get("why") or f"换成 {fresh['number'] or taken.name}"
        work.update(VOUCHER, row["uid"], {"standing": "rejected", "reject_reason": why})
    recheck(ctx, row["claim"])
    work.title = f"换票 {name_of(row)} → {name_of(fresh)}"
    return Outcome(uid, f"已{work.title}{told}")


def support(ctx: Context, args: Row) -> Outcome:
    """Papers that prove something about the claim as a whole, such as 出差审批."""
    claim = claim_of(ctx.work, args["uid"], EDITABLE, "添佐证")
    for taken in args["taken"]:
        kind = str(args.get("support") or support_kind(taken.name, taken.voucher.extra.get("paper", "")))
        keep_paper(ctx, taken.paper, claim["uid"], None, "support", kind)
    recheck(ctx, claim["uid"])
    ctx.work.title = f"给 {claim['number']} 添 {len(args['taken'])} 份佐证"
    return Outcome(claim["uid"], f"已{ctx.work.title}")


def drop(ctx: Context, args: Row) -> Outcome:
    """A supporting paper was put to the wrong place; the files of a voucher itself stay with it for good."""
    row = ctx.work.get(VOUCHER_FILE, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(VOUCHER_FILE))
    if row["role"] != "support":
        told = "票据自己的文件要留底，不能拿掉"
        raise Refused(Problem(told, "整张票不要就剔除", path="uid", code="original_kept"))
    if row["claim"]:
        claim_of(ctx.work, row["claim"], EDITABLE, "拿掉佐证")
    ctx.work.void(VOUCHER_FILE, row["uid"])
    recheck(ctx, row["claim"])
    ctx.work.title = f"拿掉{row['support'] or '佐证'}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


PAPERS = replace(FILES, required=True)
KIND = Field("support", "哪种佐证", SUPPORT, note="不是票、只是证明的才选")
VERBS = (
    Verb(
        "voucher.attach",
        "添文件",
        attach,
        (MUST, PAPERS, KIND),
        changes=STORED,
        entity="expense_voucher",
        prepare=prepare,
        icon="attach",
    ),
    Verb(
        "voucher.replace",
        "换票",
        substitute,
        (MUST, PAPERS, Field("why", "为什么换", Text(200))),
        changes=STORED,
        entity="expense_voucher",
        prepare=prepare,
        icon="refresh",
    ),
    Verb(
        "claim.attach",
        "添佐证",
        support,
        (Field("uid", "报销单", Link(entity="expense_claim"), required=True), PAPERS, KIND),
        changes=STORED,
        entity="expense_claim",
        prepare=prepare,
        icon="attach",
    ),
    Verb(
        "voucher_file.void",
        "拿掉佐证",
        drop,
        (Field("uid", "文件", Link(entity="voucher_file"), required=True),),
        changes=STORED,
        entity="voucher_file",
        icon="delete",
        palette=False,
    ),
)
