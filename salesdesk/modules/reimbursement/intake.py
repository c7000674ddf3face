"""Twenty invoices dropped at once: read, joined when they are one voucher, grouped into lines; nothing that was dropped is lost (EXP-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Flag, Link, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement import duplicates, joining, people, queries, service
from salesdesk.modules.reimbursement.grouping import grouped
from salesdesk.modules.reimbursement.guessing import guess
from salesdesk.modules.reimbursement.ledger import values_of
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import EDITABLE
from salesdesk.modules.reimbursement.taking import NO_VOUCHER, Taken, take_all
from salesdesk.modules.reimbursement.voucher_files import choose_original, keep_paper, proven_by, support_kind
from salesdesk.modules.reimbursement.voucher_model import VOUCHER, VOUCHER_FILE
from salesdesk.modules.reimbursement.vouchers import name_of
from salesdesk.persistence.work import Work
from salesdesk.services.attachments import FILES
from salesdesk.services.module import Context, Outcome, Verb

GROWS = ("draft", "returned", "finance_returned")
"""States in which dropped vouchers also make and enlarge lines; afterwards they only join the line of their category."""


@dataclass
class Batch:
    """What is being taken in: the claim ("" for none) and what became of each file."""

    ctx: Context
    claim: Row | None
    claimant: str
    made: list[tuple[str, Row, Taken]] = field(default_factory=list)  # uid, values, the best file of each new voucher
    told: list[tuple[Taken, dict[str, Any]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)  # SHA-256 -> voucher of the files that are here already
    seen: set[tuple[str, int]] = field(default_factory=set)

    @property
    def uid(self) -> str | None:
        return str(self.claim["uid"]) if self.claim else None

    @property
    def trip(self) -> bool:
        return bool(self.claim and self.claim["kind"] == "trip")

    def tell(self, taken: Taken, what: str, voucher: str = "", **more: Any) -> None:
        """Note what became of one file; `what`: new, joined, support, again."""
        self.told.append((taken, {"file": taken.name, "what": what, "voucher": voucher or None, **more}))


def prepare(ctx: Context, args: Row) -> Row:
    """Read all files before anything is written; a file that cannot be opened is told, the others go on."""
    taken, lost = take_all(ctx, str(args.get("files") or ""), bool(args.get("ocr")))
    if not taken and lost:
        raise Refused(lost)
    return {**args, "taken": taken, "lost": lost}


def intake(ctx: Context, args: Row) -> Outcome:
    """Put dropped files into a claim, into a new one of `claimant`, or, when neither is named, with the vouchers in no claim."""
    work = ctx.work
    claim = service.claim_of(work, args["uid"], EDITABLE, "收票") if args.get("uid") else _new_claim(ctx, args)
    batch = Batch(ctx, claim, str(claim["claimant"]) if claim else "")
    batch.known = _known(work, batch.uid)
    batch.problems += [one._replace(severity=Severity.WARN) for one in args["lost"]]
    papers = []
    for group in joining.groups(args["taken"]):
        fresh = [taken for taken in group if not _again(batch, taken)]
        if fresh and claim is not None and all(taken.voucher.kind is None and _is_paper(taken) for taken in fresh):
            papers += fresh
        elif fresh:
            _voucher(batch, fresh)
    for paper in papers:
        _support(batch, paper)
    if claim is not None and args.get("lines") != 0:
        _into_lines(batch)
    recheck(ctx, batch.uid)
    _warn(batch)
    ctx.check(batch.problems)
    new, order = len(batch.made), {id(one): i for i, one in enumerate(args["taken"])}
    files = [told for _, told in sorted(batch.told, key=lambda pair: order[id(pair[0])])]
    into = f"，放进 {claim['number']}" if claim else "，还没归到报销单"
    work.title = f"收票 {new} 张{into}"
    return Outcome(
        batch.uid or "",
        f"已收 {len(files)} 个文件，新票 {new} 张{into}",
        {"claim": batch.uid, "number": claim["number"] if claim else None, "files": files},
    )


def _is_paper(taken: Taken) -> bool:
    """Whether the reader found a paper that is no voucher, such as a 行程单."""
    return any(finding.code in NO_VOUCHER for finding in taken.voucher.findings)


def _new_claim(ctx: Context, args: Row) -> Row | None:
    """The draft the vouchers go into; it may stand without lines until the vouchers have made them."""
    if not args.get("claimant"):
        return None
    header: Row = {key: args.get(key) for key in ("claimant", "department", "kind", "title", "day")}
    people.fill(ctx.work, header, None)
    header["department"] = header["department"] or queries.department_of(ctx.work, str(header["claimant"])) or None
    uid = service.begin(ctx, header)
    return service.claim_of(ctx.work, uid)


def _again(batch: Batch, taken: Taken) -> bool:
    """Whether these very bytes are in the claim, or came twice in this drop."""
    mark = (taken.digest, taken.nth)
    if taken.digest not in batch.known and mark not in batch.seen:
        batch.seen.add(mark)
        return False
    batch.tell(taken, "again", batch.known.get(taken.digest, ""))
    batch.problems.append(
        Problem(
            f"《{taken.name}》已经在里面了",
            "同一个文件只收一次",
            place="附件",
            code="same_file",
            severity=Severity.WARN,
        )
    )
    return True


def _known(work: Work, claim: str | None) -> dict[str, str]:
    """SHA-256 of the files that are in the claim, or in no claim, with their voucher."""
    rows = work.tuples(
        "SELECT a.sha256, coalesce(v.uid, '') FROM voucher_file f JOIN attachment a ON a.uid = f.attachment"
        " LEFT JOIN expense_voucher v ON v.uid = f.voucher WHERE f.claim IS ? AND f.void = 0 AND coalesce(v.void, 0) = 0",
        (claim,),
    )
    return {str(digest): str(voucher) for digest, voucher in rows}


def _voucher(batch: Batch, group: Sequence[Taken]) -> None:
    """One voucher of one or more files: added to the one that is there, or a new row of the ledger."""
    work, best = batch.ctx.work, group[0]
    values = values_of(best.voucher)
    key = str(values["key"] or "")
    there = joining.same_there(work, key, batch.uid) or _waiting(batch, key, best)
    if there is not None:
        row = there
    else:
        found = guess(work, best.voucher, batch.claimant, batch.trip)
        values |= {k: v for k, v in found._asdict().items() if v is not None}
        values |= {"claim": batch.uid, "seq": next_seq(work, batch.uid), "standing": "waiting"}
        uid = work.insert(VOUCHER, values)
        row = work.get(VOUCHER, uid) or {}
        batch.made.append((uid, row, best))
    kept = duplicates.hashes_of(work, row["uid"])
    for taken in group:
        if taken.digest in kept:  # it was taken in before the claim was known
            batch.tell(taken, "joined", row["uid"])
            continue
        keep_paper(batch.ctx, taken.paper, batch.uid, row["uid"], "same")
        if there is not None or taken is not best:
            joining.join(work, row["uid"], taken.voucher, taken.name)
        batch.tell(taken, "new" if there is None and taken is best else "joined", row["uid"])
    choose_original(work, work.get(VOUCHER, row["uid"]) or row)


def _waiting(batch: Batch, key: str, taken: Taken) -> Row | None:
    """The voucher of this number that waited in no claim, now in this one; None without."""
    work = batch.ctx.work
    row = joining.same_there(work, key, None) if batch.uid else None
    if row is None:
        return None
    work.update(VOUCHER, row["uid"], {"claim": batch.uid, "seq": next_seq(work, batch.uid)})
    for file in work.column("SELECT uid FROM voucher_file WHERE voucher = ? AND void = 0", (row["uid"],)):
        work.update(VOUCHER_FILE, file, {"claim": batch.uid})
    row = work.get(VOUCHER, row["uid"]) or row
    batch.made.append((str(row["uid"]), row, taken))
    told = f"{row['created_by'] or '有人'} {str(row['created_at'])[:10]} 收过，一直没归单，放进了这张"
    cure = "不是这张单的就「挪到」别处"
    batch.problems.append(Problem(told, cure, place=name_of(row), code="adopted", severity=Severity.WARN))
    return row


def next_seq(work: Work, claim: str | None) -> int | None:
    """Place of the next voucher of a claim; None outside one."""
    if claim is None:
        return None
    return int(work.value("SELECT coalesce(max(seq), 0) + 1 FROM expense_voucher WHERE claim = ?", (claim,)))


def _support(batch: Batch, taken: Taken) -> None:
    """A paper that is no voucher: kept with the one voucher it can only belong to, else with the claim; never summed."""
    kind = support_kind(taken.name, taken.voucher.extra.get("paper", ""))
    voucher = proven_by(kind, [(uid, row) for uid, row, _ in batch.made])
    keep_paper(batch.ctx, taken.paper, batch.uid, voucher, "support", kind)
    batch.tell(taken, "support", voucher or "", support=kind)
    if taken.voucher.form == "xml":  # people cannot read it, so it proves little
        told = next(found.message for found in taken.voucher.findings if found.code in NO_VOUCHER)
        cure = "只当佐证收下了，不算钱；应该是发票的，请向开票方重新要"
        batch.problems.append(Problem(told, cure, place=f"《{taken.name}》", code="paper_xml", severity=Severity.WARN))


def _into_lines(batch: Batch) -> None:
    """New vouchers make or enlarge lines while the claim may grow; afterwards they join the line of their category."""
    assert batch.claim is not None
    work, claim = batch.ctx.work, batch.claim
    lines = work.of_parent(CLAIM_LINE, claim["uid"])
    if claim["state"] in GROWS:
        made, placed = grouped(lines, [(row, taken.voucher) for _, row, taken in batch.made], batch.trip)
        if made:
            service.store_lines(batch.ctx, claim["uid"], made)
    else:
        by_item = {line["item"]: line["uid"] for line in reversed(lines)}
        placed = [by_item.get(row["category"]) for _, row, _ in batch.made]
    for (uid, _, _), line in zip(batch.made, placed, strict=True):
        if line:
            work.update(VOUCHER, uid, {"line": line})


def _warn(batch: Batch) -> None:
    """Say at once what was handed in before and what nobody could read."""
    work = batch.ctx.work
    for uid, row, taken in batch.made:
        same = duplicates.earlier(work, {**row, "uid": uid}, duplicates.hashes_of(work, uid))
        told = [one for one in same if not one.undone]
        if told:
            batch.problems.append(
                Problem(
                    f"重复报销（{duplicates.ALIKE[told[0].level]}）：{told[0].words}",
                    "请剔除，或写明原因",
                    place=name_of(row),
                    code=duplicates.RULE,
                    severity=Severity.WARN,
                )
            )
        if row["total"] is None or row["kind"] is None:
            batch.problems.append(
                Problem(
                    "有没读出来的内容",
                    "请看着图手工填写",
                    place=f"《{taken.name}》",
                    code="by_hand",
                    severity=Severity.WARN,
                )
            )


VERBS = (
    Verb(
        "claim.intake",
        "收票",
        intake,
        (
            Field("uid", "报销单", Link(entity="expense_claim"), note="放进哪张；不给就按报销人新建"),
            *(
                replace(CLAIM[key], required=False, default="")
                for key in ("claimant", "department", "kind", "title", "day")
            ),
            replace(FILES, required=True),
            Field("ocr", "识别照片上的字", Flag(), default="否", note="装了文字识别才行；认出来的都标没把握"),
            Field("lines", "归成明细", Flag(), default="是", note="按费用项目归成行并合计"),
        ),
        changes=(*service.WRITTEN, "voucher_file", "attachment"),
        entity="expense_claim",
        prepare=prepare,
        icon="scan",
        note="一次拖进很多张票；读不出来的也收下，等手工填",
    ),
)
