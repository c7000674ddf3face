"""Puts the case of one claim together: one query a table, however many vouchers it has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from salesdesk.domain.dates import add_days
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.checks.case import Case, Held, HeldFile, Other
from salesdesk.modules.reimbursement.ledger import voucher_of
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.standards import book, queries
from salesdesk.persistence.reading import Reader
from salesdesk.services.undo import voided_since
from salesdesk.services.working_days import calendar_of

DROPPED = "删去核减过的行"
"""What the log of a claim calls it."""
AROUND = 31
"""Days before and after a claim's vouchers within which others of the same seller may belong to one row of numbers."""
_AMONG = "IN (SELECT value FROM json_each(?))"
_OTHER = (
    "SELECT v.uid, v.key, v.kind, v.code, v.number, coalesce(v.date, v.date_from) AS date, v.seller, v.total, v.category,"
    " c.claimant, c.number AS claim_number, c.state, json_extract(v.extra, '$.red_of') AS red_of,"
    " json_extract(v.extra, '$.original_number') AS original FROM expense_voucher v"
    " LEFT JOIN expense_claim c ON c.uid = v.claim WHERE v.void = 0 AND coalesce(c.void, 0) = 0 AND v.claim IS NOT ?"
)

_REJECTED = (
    "SELECT DISTINCT coalesce(l.uid, '') FROM expense_voucher v LEFT JOIN expense_line l ON l.uid = v.line AND l.void = 0"
    " WHERE v.claim = ?1 AND v.void = 0 AND v.standing = 'rejected'"
)


def _rejected(reader: Reader, claim: str) -> frozenset[str]:
    """Lines of rejected vouchers, and "undone" where one was taken back by 撤销 after the claim was handed in."""
    found = set(reader.column(_REJECTED, (claim,)))
    undone = reader.column("SELECT uid FROM expense_voucher WHERE claim = ? AND void = 1", (claim,))
    since = reader.value("SELECT min(at) FROM claim_event WHERE claim = ? AND void = 0 AND step = '提交'", (claim,))
    return frozenset(found | ({"undone"} if undone and since and voided_since(reader, undone, str(since)) else set()))


def gather(reader: Reader, claim: str, today: str) -> Case:
    """The case of a stored claim; rejected vouchers are no part of it."""
    header = reader.get(CLAIM, claim) or {}
    rows = reader.rows(
        "SELECT * FROM expense_voucher WHERE claim = ? AND void = 0 AND standing IS NOT 'rejected' ORDER BY seq, rowid",
        (claim,),
    )
    checks = _grouped(
        reader.tuples(
            "SELECT voucher, kind, result FROM voucher_check WHERE void = 0 AND (claim = ?1 OR voucher IN"
            " (SELECT uid FROM expense_voucher WHERE claim = ?1)) ORDER BY at, rowid",
            (claim,),
        )
    )
    files = _grouped(
        reader.tuples(
            "SELECT voucher, form, role, support FROM voucher_file WHERE void = 0 AND (claim = ?1 OR voucher IN"
            " (SELECT uid FROM expense_voucher WHERE claim = ?1)) ORDER BY rowid",
            (claim,),
        )
    )
    held = [_held(row, at, files.get(row["uid"], []), checks.get(row["uid"], [])) for at, row in enumerate(rows, 1)]
    companies = reader.rows(
        "SELECT * FROM company_entity WHERE void = 0 AND active IS NOT 0 ORDER BY usual DESC, rowid"
    )
    person = reader.get("staff", header.get("staff")) or {}
    usual = next((str(c["uid"]) for c in companies if c["usual"]), "")
    return Case(
        header,
        reader.of_parent(CLAIM_LINE, claim),
        held,
        person,
        companies,
        str(header.get("entity") or person.get("entity") or usual),
        frozenset(str(support) for _, role, support in files.get(None, []) if role == "support" and support),
        tuple((str(kind), str(result)) for kind, result in checks.get(None, [])),
        tuple(_others(reader, claim, header, rows, held)),
        queries.standards(reader),
        queries.requirements(reader),
        calendar_of(reader),
        book.rulings(reader, today),
        today,
        _rejected(reader, claim),
        reader.rows("SELECT * FROM expense_line WHERE claim = ? AND void = 1 AND cut > 0", (claim,)),
        str(reader.value("SELECT min(at) FROM claim_event WHERE claim = ? AND step = ?", (claim, DROPPED)) or ""),
    )


def _held(row: Row, at: int, files: Sequence[Any], checks: Sequence[Any]) -> Held:
    return Held(
        str(row["uid"]),
        int(row["seq"] or at),
        voucher_of(row),
        str(row["line"] or ""),
        str(row["category"] or ""),
        str(row["city"] or ""),
        str(row["date_from"] or ""),
        str(row["date_to"] or ""),
        row["nights"],
        row["persons"],
        str(row["purpose"] or ""),
        tuple(HeldFile(str(form or ""), str(role or ""), str(support or "")) for form, role, support in files),
        tuple((str(kind), str(result)) for kind, result in checks),
    )


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[str | None, list[tuple[Any, ...]]]:
    found: dict[str | None, list[tuple[Any, ...]]] = {}
    for first, *rest in rows:
        found.setdefault(first, []).append(tuple(rest))
    return found


def _others(reader: Reader, claim: str, header: Row, rows: Sequence[Row], held: Sequence[Held]) -> list[Other]:
    """Vouchers of other claims that share something: original or red numbers, seller and time, person with day and amount."""
    if not rows:
        return []
    days = sorted(str(row["date"]) for row in rows if row["date"]) or [str(header.get("day") or "")]
    numbers = [one for row in rows for one in {row["number"], row["key"]} if one]
    named = [n for one in held for n in (one.read.extra.get("original_number"), one.read.extra.get("red_of")) if n]
    found = (
        reader.rows(f"{_OTHER} AND (v.number {_AMONG} OR v.key {_AMONG})", (claim, *[json.dumps(named)] * 2))
        if named
        else []
    )
    if days[0]:
        span = (add_days(days[0], -AROUND), add_days(days[-1], AROUND))
        sellers = sorted({str(row["seller"]) for row in rows if row["seller"]})
        found += reader.rows(
            f"{_OTHER} AND v.seller {_AMONG} AND v.date BETWEEN ? AND ?",
            (claim, json.dumps(sellers, ensure_ascii=False), *span),
        )
        totals = sorted({row["total"] for row in rows if row["total"] is not None})
        found += reader.rows(
            f"{_OTHER} AND c.claimant = ? AND v.total {_AMONG} AND coalesce(v.date, v.date_from) BETWEEN ? AND ?",
            (claim, header.get("claimant"), json.dumps(totals), *span),
        )
        found += reader.rows(  # what takes one of these back or stands in its place was made out later
            f"{_OTHER} AND v.date >= ? AND v.extra IS NOT NULL AND (json_extract(v.extra, '$.red_of') {_AMONG}"
            f" OR json_extract(v.extra, '$.original_number') {_AMONG})",
            (claim, days[0], json.dumps(numbers), json.dumps(numbers)),
        )
    state = CLAIM["state"].kind
    unique = {row["uid"]: row for row in found}.values()
    return [_other({**row, "state": state.show(row["state"])}) for row in unique]


def _other(row: Row) -> Other:
    words = {key: str(value or "") for key, value in row.items() if key != "total"}
    return Other(total=row["total"], **words)
