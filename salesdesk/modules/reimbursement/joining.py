"""Several files of one voucher: found by its number, the best told first; a file that contradicts another is told (EXP-2)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Severity
from salesdesk.modules.reimbursement.ledger import FACE, differing, shown, values_of, voucher_of
from salesdesk.modules.reimbursement.taking import Taken
from salesdesk.modules.reimbursement.voucher_files import choose_original
from salesdesk.modules.reimbursement.voucher_model import CHECK, VOUCHER, VOUCHER_FILE
from salesdesk.persistence.work import Work
from salesdesk.services.attachments import ATTACHMENT
from salesdesk.services.vouchers.voucher import Finding, Voucher, key_of

TRUST = ("xml", "zip", "ofd", "pdf", "picture")
"""Forms by how surely they are read."""


def groups(taken: Sequence[Taken]) -> list[list[Taken]]:
    """Files that are one voucher together, in the order they were dropped; within a group the most trusted first."""
    found: dict[object, list[Taken]] = {}
    for i, one in enumerate(taken):
        key = key_of(one.voucher.code, one.voucher.number)
        found.setdefault(key or i, []).append(one)
    return [sorted(group, key=_trust) for group in found.values()]


def _trust(taken: Taken) -> int:
    return TRUST.index(taken.voucher.form) if taken.voucher.form in TRUST else len(TRUST)


def join(work: Work, uid: str, voucher: Voucher, name: str) -> None:
    """Take from a further file what the ledger does not know yet, and note where they contradict each other."""
    row = work.get(VOUCHER, uid) or {}
    filled = fresh_of(row, voucher)
    doubts = [
        Finding(
            "files_differ",
            f"同一张票的两个文件{VOUCHER[key].title}不一样",
            "请看清哪个是真的；被改过的不能报",
            key,
            shown(key, theirs),
            shown(key, ours),
            name,
            Severity.STOP,
        )
        for key, (ours, theirs) in differing(row, voucher).items()
    ]
    write_down(work, row, filled, [*doubts, *voucher.findings])


def fresh_of(row: Row, voucher: Voucher) -> Row:
    """What a reading says beyond the ledger's row: values it has not, where they come from, which of them are unsure."""
    said = values_of(voucher)
    keys = [*FACE, "qr", "items", "legs", "extra", "key"]
    filled: Row = {k: said[k] for k in keys if row[k] in (None, "") and said[k] not in (None, "")}
    new_sources = {k: v for k, v in voucher.sources.items() if k in filled}
    if new_sources:
        sources = {**(json.loads(row["sources"]) if row["sources"] else {}), **new_sources}
        filled["sources"] = json.dumps(sources, ensure_ascii=False, separators=(",", ":"))
    if unsure := voucher.unsure & filled.keys():
        filled["unsure"] = ",".join(sorted(unsure | set(str(row["unsure"] or "").split(",")) - {""}))
    return filled


def write_down(work: Work, row: Row, filled: Row, doubts: Sequence[Finding]) -> None:
    """Write what a reading said beyond the row, with what it found odd."""
    uid, old = row["uid"], json.loads(row["read_findings"]) if row["read_findings"] else []
    more = [one.wire() for one in doubts]
    wanted = [*old, *(one for one in more if one not in old)]
    if wanted != old:
        filled["read_findings"] = json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
    grave = any(one.code == "files_differ" for one in doubts)
    if row["standing"] == "accepted" and (grave or any(key in FACE for key in filled)):
        filled["standing"] = "waiting"  # who looked at it saw less, or something else
    work.update(VOUCHER, uid, filled)


def same_there(work: Work, key: str, claim: str | None) -> Row | None:
    """The voucher of this number that counts in a claim, or among those in no claim; None without."""
    if not key:
        return None
    return work.row(
        "SELECT * FROM expense_voucher WHERE key = ? AND claim IS ? AND void = 0 AND standing != 'rejected'"
        " ORDER BY rowid LIMIT 1",
        (key, claim),
    )


def absorb(work: Work, kept: Row, other: Row) -> None:
    """Two rows of the ledger turn out to be one voucher: files and checks go to the one that is kept, the other is no more."""
    names = []
    for file in work.rows(
        "SELECT f.uid, f.attachment, a.name FROM voucher_file f JOIN attachment a ON a.uid = f.attachment"
        " WHERE f.voucher = ? AND f.void = 0 ORDER BY f.rowid",
        (other["uid"],),
    ):
        names.append(str(file["name"]))
        work.update(VOUCHER_FILE, file["uid"], {"voucher": kept["uid"], "claim": kept["claim"]})
        work.update(ATTACHMENT, file["attachment"], {"owner": kept["uid"]})
    for check in work.column("SELECT uid FROM voucher_check WHERE voucher = ? AND void = 0", (other["uid"],)):
        work.update(CHECK, check, {"voucher": kept["uid"], "claim": kept["claim"]})
    join(work, kept["uid"], voucher_of(other), "、".join(names) or "并来的票")
    work.update(VOUCHER, other["uid"], {"standing": "joined"})
    work.void(VOUCHER, other["uid"])
    choose_original(work, work.get(VOUCHER, kept["uid"]) or kept)
