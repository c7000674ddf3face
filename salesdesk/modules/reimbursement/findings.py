"""Keeps what the rules found with a claim: found again means kept with its answer, found no more means settled."""

from __future__ import annotations

from collections.abc import Iterable

from salesdesk.domain.clock import named_uid
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.flow_model import FINDING
from salesdesk.modules.reimbursement.found import Found
from salesdesk.modules.standards.book import rulings
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone
from salesdesk.services.roles import Role
from salesdesk.services.rule_stands import NOBODY

SAME = ("voucher", "line", "rule", "field")
"""What makes two findings one, as long as their values are the same too."""
VALUES = ("printed", "expected")
UNPAID = ("draft", "head", "check", "returned", "passed", "finance_returned")
"""States in which letting a finding pass would let money go; later a reason only explains what happened."""


def record(work: Work, claim: str, found: Iterable[Found], rules: Iterable[str] | None = None) -> None:
    """Make the claim's findings equal to `found`. `rules`: only findings of these rules and their parts ("reading" also
    stands for "reading.no_number") are judged, the others stay.

    An answered finding that is found again with the same values stays answered; with other values it is asked again.
    """
    judged = None if rules is None else set(rules)
    present: dict[tuple[str, ...], Row] = {}
    for row in work.rows("SELECT * FROM claim_finding WHERE claim = ? ORDER BY void, rowid", (claim,)):
        if judged is not None and str(row["rule"]).partition(".")[0] not in judged:
            continue
        if present.setdefault(identity(row), row) is not row and row["state"] == "open" and not row["void"]:
            work.update(FINDING, row["uid"], {"state": "gone"})  # two PCs found it before findings had one uid
    fresh: list[Row] = []
    told: set[tuple[str, ...]] = set()
    for one in found:
        values: Row = {key: value or None for key, value in one._asdict().items()}
        values |= {"severity": str(one.severity), "excess": one.excess}
        same = identity(values)
        if same in told:
            continue
        told.add(same)
        old = present.pop(same, None)
        if old is None:
            fresh.append({**values, "uid": uid_of(claim, same), "claim": claim, "state": "open"})
            continue
        changed = {key: value for key, value in values.items() if old[key] != value}
        if old["void"] or old["state"] == "gone" or any(key in changed for key in (*VALUES, "severity")):
            changed |= {"state": "open", "reason": None, "who": None, "at": None}
        if old["void"]:
            changed["void"] = 0
        work.update(FINDING, old["uid"], changed)
    work.insert_many(FINDING, fresh)
    for left in present.values():
        if left["state"] == "open" and not left["void"]:
            work.update(FINDING, left["uid"], {"state": "gone"})


_SPACE = "7d0e5b1c-5f0b-4d0c-9c55-0b7b0e3a8d11"


def uid_of(claim: str, same: tuple[str, ...]) -> str:
    """The uid of a finding: the same on every PC, so that one found by two is one, with one answer."""
    return named_uid(_SPACE, "/".join((claim, *same)))


def identity(row: Row) -> tuple[str, ...]:
    """Voucher, line, rule and field: findings of a claim that have these in common are one."""
    return tuple(str(row[key] or "") for key in SAME)


def findings_of(reader: Reader, claim: str, state: str = "") -> list[Row]:
    """Live findings of a claim, the gravest first; those of one state when given."""
    return reader.rows(
        "SELECT * FROM claim_finding WHERE claim = ?1 AND void = 0 AND (?2 = '' OR state = ?2) AND state != 'gone'"
        " ORDER BY CASE severity WHEN 'stop' THEN 0 WHEN 'ask' THEN 1 WHEN 'warn' THEN 2 ELSE 3 END, rowid",
        (claim, state),
    )


def is_proof(reader: Reader, rule: str, day: str) -> bool:
    """Whether the company lets nobody pass what this rule finds, such as a doubled or altered voucher."""
    ruling = rulings(reader, day).get(rule)
    return ruling is not None and ruling.stand.who == NOBODY


def answer(ctx: Context, args: Row) -> Outcome:
    """Say why a finding may stand: a warning needs a reason, what blocks is let through by a 主管 only."""
    row = ctx.work.get(FINDING, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(FINDING))
    if row["state"] != "open":
        told = FINDING["state"].kind.show(row["state"])
        raise Refused(Problem(f"这个问题{told}了", "请刷新看看", path="uid", code="not_open"))
    if row["severity"] == "stop" and ctx.role < Role.MANAGER:
        raise Refused(
            Problem(
                f"{row['message']}：阻断的问题要主管放行",
                "请退回补正，或请主管写明原因放行",
                path="uid",
                code="role",
            )
        )
    claim = ctx.work.get("expense_claim", row["claim"]) or {}
    unpaid = claim.get("state") in UNPAID
    if row["severity"] == "stop" and unpaid and is_proof(ctx.work, str(row["rule"]), ctx.today):
        raise Refused(
            Problem(
                f"{row['message']}：这样的问题谁都不能放行",
                "请剔除这张票，或退回换票；读错的先改票",
                path="uid",
                code="no_override",
            )
        )
    state = "overridden" if row["severity"] == "stop" else "answered"
    ctx.work.update(FINDING, row["uid"], {"state": state, "reason": args["reason"], "who": ctx.operator, "at": ctx.now})
    ctx.work.reason = str(args["reason"])
    number = claim.get("number")
    ctx.work.title = f"{'放行' if state == 'overridden' else '说明'} {number} 的问题：{row['message']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


VERBS = (
    Verb(
        "finding.answer",
        "说明原因",
        answer,
        (
            Field("uid", "审核发现", Link(entity="claim_finding"), required=True),
            Field("reason", "原因", Text(400), required=True),
        ),
        changes=("claim_finding", "expense_claim"),
        entity="claim_finding",
        icon="check",
        palette=False,
    ),
)
