"""One voucher of the ledger: entered or corrected by hand, accepted, rejected, moved; every corrected value is marked."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Flag, Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement import duplicates, joining
from salesdesk.modules.reimbursement.deducting import cut_words, give_back
from salesdesk.modules.reimbursement.events import look_again
from salesdesk.modules.reimbursement.findings import answer
from salesdesk.modules.reimbursement.leaving import come, leave
from salesdesk.modules.reimbursement.ledger import BY_HAND, FACE, by_hand
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import EDITABLE
from salesdesk.modules.reimbursement.service import claim_of
from salesdesk.modules.reimbursement.voucher_model import VOUCHER, VOUCHER_FILE
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, overtaken
from salesdesk.services.vouchers.voucher import key_of

WRITTEN = ("expense_voucher", "expense_claim", "expense_line", "claim_finding", "voucher_file")
MOVING = "挪票"
MUST = Field("uid", "票据", Link(entity="expense_voucher"), required=True)
WHERE = (
    Field("claim", "报销单", Link(entity="expense_claim"), note="不给就先放在未归单的票里"),
    Field("line", "报销明细", Link(entity="expense_line")),
)


def voucher_row(
    work: Work,
    uid: object,
    standing: tuple[str, ...] = (),
    doing: str = "改票",
    states: tuple[str, ...] = EDITABLE,
) -> Row:
    """A voucher in use whose claim may still be changed; from a voided claim it can only be moved. Raises Refused in words."""
    row = work.get(VOUCHER, str(uid or ""))
    if row is None or row["void"]:
        raise Refused(gone(VOUCHER))
    claim = work.get(CLAIM, row["claim"])
    if claim is not None and claim["void"] and doing != MOVING:
        told = f"这张票在作废的报销单 {claim['number']} 里，不能{doing}"
        cure = "请先恢复那张报销单；要报在别的单里就「挪到」那里"
        raise Refused(Problem(told, cure, path="uid", place=name_of(row), code="claim_void"))
    if claim is not None and not claim["void"]:
        claim_of(work, claim["uid"], states, doing)
    if standing and row["standing"] not in standing:
        told = VOUCHER["standing"].kind.show(row["standing"])
        raise Refused(Problem(f"这张票已经是「{told}」", "请刷新看看", path="uid", code="standing"))
    return row


def name_of(row: Row) -> str:
    """A voucher in words: kind, number, seller and amount as far as they are known."""
    parts = [VOUCHER[key].kind.show(row.get(key)) for key in ("kind", "number", "seller")]
    if row.get("total") is not None:
        parts.append(f"{VOUCHER['total'].kind.show(row['total'])} 元")
    place = f"第 {row['seq']} 张票" if row.get("seq") else "没填内容的票"
    return " ".join(part for part in parts if part) or place


def save(ctx: Context, args: Row) -> Outcome:
    """Enter a voucher that no file tells of, or correct one; corrected values of its face count as "by hand".

    Who looked at a voucher looked at its face: when that changes it waits to be looked at again.
    """
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = voucher_row(work, uid) if uid else None
    values: Row = {k: v for k, v in args.items() if k in VOUCHER.by_key and k not in ("claim", "line")}
    changed = {k: v for k, v in values.items() if before is None or before[k] != v}
    merged = {**(before or {}), **changed}
    problems = overtaken(work, VOUCHER, uid, args.get("seen"), changed) if before is not None else []
    ctx.check(problems + _check(merged, ctx.today))
    marked = by_hand(before or {})
    marked |= {k for k in changed if k in BY_HAND and (before is not None or changed[k] is not None)}
    changed |= {
        "by_hand": ",".join(sorted(marked)) or None,
        "key": key_of(merged.get("code"), merged.get("number")) or None,
    }
    if before is None:
        changed |= place(work, args.get("claim"), args.get("line")) | {"standing": "waiting"}
        uid = work.insert(VOUCHER, changed)
    else:
        again = before["standing"] == "accepted" and any(key in FACE for key in changed)
        work.update(VOUCHER, uid, changed | ({"standing": "waiting"} if again else {}))
    row = work.get(VOUCHER, uid) or {}
    recheck(ctx, row["claim"])
    _warn(ctx, row)
    work.title = f"{'登记' if before is None else '修改'}票据 {name_of(row)}"
    told = "，要再核一遍" if before is not None and before["standing"] != row["standing"] else ""
    return Outcome(uid, f"已{work.title}{told}" if work.changes() else "没有改动")


def _check(row: Row, today: str) -> list[Problem]:
    found = []
    first, last = row.get("date_from"), row.get("date_to")
    if first and last and str(last) < str(first):
        told = f"从 {first} 到 {last}，倒过来了"
        found.append(Problem(told, "请核对", path="date_to", place="「到」", code="days"))
    if not any(row.get(key) not in (None, "") for key in (*FACE, "category", "note")):
        found.append(
            Problem("一样都没填", "至少填票种、号码、金额里的一样", path="total", place="「价税合计」", code="empty")
        )
    return found


def _warn(ctx: Context, row: Row) -> None:
    """A voucher outside any claim has no findings yet: what is known of it before is told at once."""
    same = [
        one for one in duplicates.earlier(ctx.work, row, duplicates.hashes_of(ctx.work, row["uid"])) if not one.undone
    ]
    if same:
        told = f"重复报销（{duplicates.ALIKE[same[0].level]}）：{same[0].words}"
        cure = "请剔除，或写明原因"
        ctx.warnings.append(
            Problem(told, cure, path="number", place=name_of(row), code=duplicates.RULE, severity=Severity.WARN)
        )


def place(work: Work, claim: str | None, line_uid: str | None) -> Row:
    """Claim, line and place in the order of a voucher that is put somewhere. Raises Refused for a line of another claim."""
    line = work.get(CLAIM_LINE, line_uid)
    claim = claim or (line["claim"] if line else None)
    if not claim:
        return {"claim": None, "line": None, "seq": None}
    claim_of(work, claim, EDITABLE, "放票")
    if line is not None and (line["void"] or line["claim"] != claim):
        told = "这一行不在这张报销单里"
        raise Refused(Problem(told, "请选这张单里的一行", path="line", place="「报销明细」", code="foreign_line"))
    seq = work.value("SELECT coalesce(max(seq), 0) + 1 FROM expense_voucher WHERE claim = ?", (claim,))
    return {"claim": claim, "line": line["uid"] if line else None, "seq": seq}


def accept(ctx: Context, args: Row) -> Outcome:
    """核过: the clerk has looked at the voucher and it may be paid."""
    row = voucher_row(ctx.work, args["uid"], ("waiting",), "核票")
    ctx.work.update(VOUCHER, row["uid"], {"standing": "accepted"})
    ctx.work.title = f"核过 {name_of(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def reject(ctx: Context, args: Row) -> Outcome:
    """剔除 with its reason: out of the sums, not out of the ledger. While the claim is checked its line is cut by as much."""
    work = ctx.work
    row = voucher_row(work, args["uid"], ("waiting", "accepted"), "剔除票")
    claim, line = work.get(CLAIM, row["claim"]), work.get(CLAIM_LINE, row["line"])
    cut = 0
    if claim and line and not line["void"] and claim["state"] == "check" and args.get("cut") != 0:
        cut = max(0, min(row["total"] or 0, line["amount"] - (line["cut"] or 0)))
        why = "；".join(filter(None, (line["cut_reason"], cut_words(row, str(args["why"])))))
        work.update(CLAIM_LINE, line["uid"], {"cut": (line["cut"] or 0) + cut, "cut_reason": why[:120]})
    work.update(VOUCHER, row["uid"], {"standing": "rejected", "reject_reason": args["why"], "cut": cut or None})
    recheck(ctx, row["claim"])
    work.title = f"剔除 {name_of(row)}"
    told = f"，核减 {VOUCHER['cut'].kind.show(cut)} 元" if cut else ""
    return Outcome(row["uid"], f"已{work.title}{told}")


def restore(ctx: Context, args: Row) -> Outcome:
    """A rejected voucher counts after all; what was cut for it is given back. A claim that was passed without it is checked again."""
    work = ctx.work
    row = voucher_row(work, args["uid"], ("rejected",), "恢复票", (*EDITABLE, "passed"))
    claim = work.get(CLAIM, row["claim"])
    back = claim is not None and not claim["void"] and claim["state"] == "passed"
    if claim is not None and back:
        look_again(ctx, claim, "恢复剔除的票", name_of(row))
    give_back(work, row)
    work.update(VOUCHER, row["uid"], {"standing": "waiting", "reject_reason": None, "cut": None})
    recheck(ctx, row["claim"])
    work.title = f"恢复 {name_of(row)}"
    return Outcome(row["uid"], f"已{work.title}" + ("，报销单回到待初审" if back else ""))


def move(ctx: Context, args: Row) -> Outcome:
    """Put a voucher on another line or into another claim; with neither it waits with the vouchers in no claim.

    Where the same voucher is already, its files join those. What it leaves in its former claim says `leaving.leave`.
    """
    work = ctx.work
    row = voucher_row(work, args["uid"], ("waiting", "accepted"), MOVING)
    there = place(work, args.get("claim"), args.get("line"))
    if there["claim"] == row["claim"]:
        there["seq"] = row["seq"]
    number = work.named(CLAIM, there["claim"]) or "未归单"
    same = joining.same_there(work, str(row["key"] or ""), there["claim"])
    now = same["uid"] if same is not None else row["uid"]
    left = leave(work, row, now, number) if there["claim"] != row["claim"] else ""
    come(work, now, there["claim"])
    if same is not None and same["uid"] != row["uid"]:
        joining.absorb(work, same, row)
        for claim in {row["claim"], there["claim"]}:
            recheck(ctx, claim)
        work.title = f"并票 {name_of(row)}"
        return Outcome(same["uid"], f"已{work.title}：{number}里有同一张票，文件放到了一起{left}")
    work.update(VOUCHER, row["uid"], there)
    for file in work.column("SELECT uid FROM voucher_file WHERE voucher = ? AND void = 0", (row["uid"],)):
        work.update(VOUCHER_FILE, file, {"claim": there["claim"]})
    for claim in {row["claim"], there["claim"]}:
        recheck(ctx, claim)
    work.title = f"挪票 {name_of(row)} 到 {number}"
    return Outcome(row["uid"], f"已{work.title}{left}")


def explain(ctx: Context, args: Row) -> Outcome:
    """Say once why a voucher that was handed in before may be paid, whatever state its claim is in by now."""
    work = ctx.work
    row = work.get(VOUCHER, args["uid"])
    if row is None or row["void"] or not row["claim"]:
        raise Refused(gone(VOUCHER))
    same = duplicates.earlier(work, row, duplicates.hashes_of(work, row["uid"]))
    if not same:
        raise Refused(Problem("这张票没有重复", "请刷新看看", path="uid", code="no_duplicate"))
    recheck(ctx, row["claim"])
    uid = work.value(
        "SELECT uid FROM claim_finding WHERE voucher = ? AND rule = ? AND void = 0 AND state = 'open' LIMIT 1",
        (row["uid"], duplicates.RULE),
    )
    if uid is None:
        raise Refused(Problem("这张票的重复已经说明过了", "请刷新看看", path="uid", code="not_open"))
    return answer(ctx, {"uid": uid, "reason": args["reason"]})


def box(reader: Reader) -> list[Row]:
    """Vouchers that are in no claim yet, the oldest first."""
    return reader.rows(
        "SELECT * FROM expense_voucher WHERE claim IS NULL AND void = 0 AND standing != 'rejected' ORDER BY rowid"
    )


WHY = Field("why", "剔除原因", Text(200), required=True)
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
    Verb("voucher.accept", "核过", accept, (MUST,), changes=WRITTEN, entity="expense_voucher", icon="check"),
    Verb(
        "voucher.reject",
        "剔除",
        reject,
        (MUST, WHY, Field("cut", "同时核减", Flag(), default="是", note="初审时按票面金额核减它那一行")),
        changes=WRITTEN,
        entity="expense_voucher",
        icon="dismiss",
    ),
    Verb("voucher.restore", "恢复这张票", restore, (MUST,), changes=WRITTEN, entity="expense_voucher", icon="undo"),
    Verb("voucher.move", "挪到", move, (MUST, *WHERE), changes=WRITTEN, entity="expense_voucher", icon="arrow_right"),
    Verb(
        "voucher.explain",
        "说明为什么不算重复",
        explain,
        (MUST, Field("reason", "原因", Text(400), required=True)),
        changes=WRITTEN,
        entity="expense_voucher",
        icon="check",
    ),
)
