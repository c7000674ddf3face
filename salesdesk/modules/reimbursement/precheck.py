"""初审: the 24 matters on a stored claim, asked for by hand or after a merge; what to cut of which line (EXP-3, EXP-4)."""

from __future__ import annotations

from typing import Any

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.modules.reimbursement.checks.spending import split
from salesdesk.modules.reimbursement.findings import findings_of
from salesdesk.modules.reimbursement.model import CLAIM_LINE
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.modules.reimbursement.service import claim_of
from salesdesk.modules.standards.rule_table import RULES
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb

UNSETTLED = ("draft", "head", "check", "returned", "passed", "finance", "finance_returned")
"""States in which a finding still matters: the money has not been paid."""


def cuts(reader: Reader, claim: str) -> list[Row]:
    """核减 as proposed: of each line with open findings beyond a standard, what is claimed, what to approve, and why; 分."""
    lines = {line["uid"]: line for line in reader.of_parent(CLAIM_LINE, claim)}
    found: dict[str, tuple[int, list[str]]] = {}
    for one in findings_of(reader, claim, "open"):
        if one["line"] in lines and one["excess"] and one["severity"] != "hint":
            excess, why = found.get(one["line"], (0, []))
            found[one["line"]] = excess + one["excess"], [*why, RULES[one["rule"]].title]
    told: list[Row] = []
    for uid, (excess, why) in found.items():
        claimed, approved, reason = split(lines[uid], excess, "、".join(dict.fromkeys(why)))
        cut = (lines[uid]["cut"] or 0) + claimed - approved
        told.append({"line": uid, "claimed": claimed, "approved": approved, "cut": cut, "reason": reason})
    return told


def check(ctx: Context, args: Row) -> Outcome:
    """Look at one claim again, or at all that are not paid yet: after other people's work came in, or a rule was changed."""
    if args.get("uid"):
        claim = claim_of(ctx.work, args["uid"])
        return _one(ctx, claim)
    claims = ctx.work.rows(
        "SELECT uid, number FROM expense_claim WHERE void = 0 AND state IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        ('["' + '","'.join(UNSETTLED) + '"]',),
    )
    for done, claim in enumerate(claims, 1):
        recheck(ctx, claim["uid"])
        ctx.progress(done, len(claims))
    grave = [
        c["number"] for c in claims if any(f["severity"] == "stop" for f in findings_of(ctx.work, c["uid"], "open"))
    ]
    ctx.work.title = f"初审检查 {len(claims)} 张报销单"
    told = f"查了 {len(claims)} 张报销单，{len(grave)} 张有阻断的问题" if claims else "没有未付款的报销单"
    return Outcome(message=told, data={"checked": len(claims), "blocked": grave})


def _one(ctx: Context, claim: Row) -> Outcome:
    recheck(ctx, claim["uid"])
    found = findings_of(ctx.work, claim["uid"], "open")
    counts = {s: sum(f["severity"] == s for f in found) for s in ("stop", "ask", "warn", "hint")}
    doubts = counts["ask"] + counts["warn"]
    ctx.work.title = f"初审检查 {claim['number']}"
    parts = [
        f"{n} 个{name}" for n, name in ((counts["stop"], "阻断"), (doubts, "要说明"), (counts["hint"], "提示")) if n
    ]
    return Outcome(
        claim["uid"],
        f"{claim['number']} 查出{'、'.join(parts)}" if parts else f"{claim['number']} 没有查出问题",
        {"findings": [_told(f) for f in found], "cuts": [_wire(c) for c in cuts(ctx.work, claim["uid"])]},
    )


def _told(row: Row) -> dict[str, Any]:
    keys = (
        "uid",
        "voucher",
        "line",
        "rule",
        "severity",
        "field",
        "message",
        "printed",
        "expected",
        "source",
        "cure",
        "rule_version",
    )
    return {**{key: row[key] for key in keys}, "excess": MONEY.wire(row["excess"])}


def _wire(cut: Row) -> dict[str, Any]:
    return {**cut, **{key: MONEY.wire(cut[key]) for key in ("claimed", "approved", "cut")}}


VERBS = (
    Verb(
        "claim.check",
        "初审检查",
        check,
        (Field("uid", "报销单", Link(entity="expense_claim"), note="不给就是全部没付款的"),),
        changes=("claim_finding", "expense_claim"),
        entity="expense_claim",
        icon="shield",
        note="按现在的规则和标准再查一遍，说明过的不再问",
    ),
)
