"""One voucher of the ledger: entered or corrected by hand; every corrected value is marked."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.ledger import FACE, key_of
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.rules import EDITABLE
from salesdesk.modules.reimbursement.service import claim_of
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, overtaken

WRITTEN = ("expense_voucher", "expense_claim", "expense_line")
WHERE = (
    Field("claim", "报销单", Link(entity="expense_claim"), note="不给就先放在未归单的票里"),
    Field("line", "报销明细", Link(entity="expense_line")),
)


def voucher_row(work: Work, uid: object) -> Row:
    """A voucher in use whose claim may still be changed. Raises Refused in words."""
    row = work.get(VOUCHER, str(uid or ""))
    if row is None or row["void"]:
        raise Refused(gone(VOUCHER))
    claim = work.get(CLAIM, row["claim"])
    if claim is not None and not claim["void"]:
        claim_of(work, claim["uid"], EDITABLE, "改票")
    return row


def save(ctx: Context, args: Row) -> Outcome:
    """Enter a voucher that no file tells of, or correct one; corrected values of its face count as "by hand"."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = voucher_row(work, uid) if uid else None
    values: Row = {k: v for k, v in args.items() if k in VOUCHER.by_key and k not in ("claim", "line")}
    changed = {k: v for k, v in values.items() if before is None or before[k] != v}
    if before is not None:
        ctx.check(overtaken(work, VOUCHER, uid, args.get("seen"), changed))
    marked = {k for k in str((before or {}).get("by_hand") or "").split(",") if k}
    marked |= {k for k in changed if k in FACE and (before is not None or changed[k] is not None)}
    changed["by_hand"] = ",".join(sorted(marked)) or None
    merged = {**(before or {}), **changed}
    changed["key"] = key_of(merged.get("code"), merged.get("number")) or None
    if before is None:
        changed |= place(work, args) | {"standing": "waiting"}
        uid = work.insert(VOUCHER, changed)
    else:
        work.update(VOUCHER, uid, changed)
    work.title = f"{'登记' if before is None else '修改'}票据 {name_of(merged)}"
    return Outcome(uid, f"已{work.title}")


def place(work: Work, args: Row) -> Row:
    """Claim, line and place in the order of a voucher that is put somewhere. Raises Refused for a line of another claim."""
    line = work.get("expense_line", args.get("line"))
    claim = args.get("claim") or (line["claim"] if line else None)
    if not claim:
        return {"claim": None, "line": None, "seq": None}
    claim_of(work, claim, EDITABLE, "放票")
    if line is not None and (line["void"] or line["claim"] != claim):
        told = Problem(
            "这一行不在这张报销单里", "请选这张单里的一行", path="line", place="「报销明细」", code="foreign_line"
        )
        raise Refused(told)
    seq = work.value("SELECT coalesce(max(seq), 0) + 1 FROM expense_voucher WHERE claim = ?", (claim,))
    return {"claim": claim, "line": line["uid"] if line else None, "seq": seq}


def name_of(row: Row) -> str:
    """A voucher in words: kind, number, seller and amount as far as they are known."""
    parts = [VOUCHER[key].kind.show(row.get(key)) for key in ("kind", "number", "seller")]
    if row.get("total") is not None:
        parts.append(f"{VOUCHER['total'].kind.show(row['total'])} 元")
    return " ".join(part for part in parts if part) or "（没有内容）"


VERBS = (
    Verb(
        "voucher.save",
        "保存票据",
        save,
        (UID, SEEN, *WHERE, *(replace(f, required=False) for f in VOUCHER.typed_fields)),
        changes=WRITTEN,
        entity="expense_voucher",
        icon="save",
        note="每一项都能改，改过的会标「手工」",
    ),
)
