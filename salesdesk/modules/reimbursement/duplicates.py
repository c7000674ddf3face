"""Whether a voucher was handed in before: by its number, its file, or seller with amount and day; in the whole ledger (EXP-2).

Nothing but queries on shared rows, so that two PCs that each took the same voucher find out as soon as their files have met.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Severity
from salesdesk.modules.reimbursement.found import Found
from salesdesk.modules.reimbursement.leaving import left_uid
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.persistence.reading import Reader

RULE = "duplicate"
VERSION = "1"
BY_KEY, BY_FILE, BY_NUMBER, BY_FACE = "key", "sha256", "number", "face"
ALIKE = {
    BY_KEY: "号码相同",
    BY_NUMBER: "号码和日期相同，有一张没写代码",
    BY_FILE: "文件一模一样",
    BY_FACE: "销售方、金额、日期都相同",
}

FAR = ("passed", "finance", "paid", "told")
"""States of a claim whose vouchers are as good as paid."""

_WHERE = (
    "SELECT v.uid AS voucher, v.claim, v.standing, v.void AS undone, v.created_at AS at, v.created_by AS who, v.number AS voucher_number,"
    " v.total, c.number, c.claimant, c.state, coalesce(c.void, 0) AS void FROM expense_voucher v"
    " LEFT JOIN expense_claim c ON c.uid = v.claim"
)
_OTHER = "v.standing IS NOT 'joined'"


class Earlier(NamedTuple):
    """Another row of the ledger that speaks of the same voucher. level: by what they are alike. claim: "" when in none."""

    level: str
    voucher: str
    claim: str
    number: str
    claimant: str
    state: str
    at: str
    who: str
    rejected: bool
    undone: bool
    claim_void: bool

    @property
    def live(self) -> bool:
        """Whether it is being paid, or was."""
        return not (self.rejected or self.undone or self.claim_void)

    def goes_before(self, voucher: Row) -> bool:
        """Whether it is the other voucher that must explain itself: it came later, was moved away from here, or this one is
        on its way to be paid."""
        first = (self.at, self.voucher) < (str(voucher["created_at"]), str(voucher["uid"]))
        left = self.rejected and not (self.undone or self.claim_void)
        left = left and self.voucher == left_uid(str(voucher["uid"]), self.claim)
        return first or left or (self.live and self.state in FAR)

    @property
    def severity(self) -> Severity:
        """A voucher that is being paid elsewhere blocks; one that was given up wants a word; one taken back at once is told."""
        if self.undone:
            return Severity.HINT
        return Severity.STOP if self.live and self.level in (BY_KEY, BY_FILE) else Severity.ASK

    @property
    def words(self) -> str:
        """Who handed it in when, in which claim, and how that stands."""
        if not self.claim:
            stands = "登记后撤销了" if self.undone else "剔除了" if self.rejected else "还没归到报销单"
            return f"{self.who or '有人'} {self.at[:10]} 登记过，{stands}"
        if self.undone:
            stands = "登记后撤销了"
        elif self.claim_void:
            stands = "那张已作废"
        else:
            stands = f"那张{CLAIM['state'].kind.show(self.state)}" + ("，这张票当时剔除了" if self.rejected else "")
        return f"{self.claimant} {self.at[:10]} 在 {self.number} 报过，{stands}"


def earlier(reader: Reader, voucher: Row, hashes: Sequence[str] = ()) -> list[Earlier]:
    """Every other row of the ledger that is the same voucher, those being paid first; each once, by its strongest likeness.

    `voucher` needs key, seller, total and date; its uid and claim when it is in the ledger already. hashes: SHA-256 of
    its files, as stored.
    """
    uid, found = str(voucher.get("uid") or ""), dict[str, Earlier]()
    if voucher.get("key"):
        for row in reader.rows(f"{_WHERE} WHERE {_OTHER} AND v.key = ? AND v.uid != ?", (voucher["key"], uid)):
            found.setdefault(row["voucher"], _earlier(BY_KEY, row))
    if hashes:
        for row in reader.rows(
            f"{_WHERE} WHERE {_OTHER} AND v.uid != ?2 AND v.uid IN"
            " (SELECT a.owner FROM attachment a JOIN voucher_file f ON f.attachment = a.uid"
            " WHERE a.sha256 IN (SELECT value FROM json_each(?1)) AND f.voucher = a.owner AND f.role != 'support')"
            " AND (v.key IS NULL OR ?3 IS NULL OR v.key = ?3)"  # a file may hold several vouchers
            " AND NOT (v.key IS NULL AND ?3 IS NULL AND v.claim IS ?4 AND v.created_at IS ?5)",
            (json.dumps(list(hashes)), uid, voucher.get("key"), voucher.get("claim"), voucher.get("created_at")),
        ):
            found.setdefault(row["voucher"], _earlier(BY_FILE, row))
    for row in _same_number(reader, uid, str(voucher.get("key") or ""), voucher.get("date")):
        found.setdefault(row["voucher"], _earlier(BY_NUMBER, row))
    if voucher.get("total") is not None and voucher.get("date"):
        for row in reader.rows(
            f"{_WHERE} WHERE {_OTHER} AND v.seller IS ?1 AND v.total = ?2 AND v.date = ?3 AND v.uid != ?4"
            " AND (v.kind IS ?5 OR coalesce(v.kind, 'other') = 'other' OR coalesce(?5, 'other') = 'other')"
            " AND (v.key IS NULL OR ?6 IS NULL)"
            " AND NOT (v.key IS NULL AND ?6 IS NULL AND v.claim IS ?7)",  # tickets without number, side by side
            (
                voucher.get("seller"),
                voucher["total"],
                voucher["date"],
                uid,
                voucher.get("kind"),
                voucher.get("key"),
                voucher.get("claim"),
            ),
        ):
            found.setdefault(row["voucher"], _earlier(BY_FACE, row))
    return sorted(found.values(), key=lambda one: (not one.live, one.undone, one.at))


def _same_number(reader: Reader, uid: str, key: str, day: object) -> list[Row]:
    """Vouchers of the same number where one side lacks the code that belongs to it; of the same day when that is known."""
    code, _, number = key.rpartition("-")
    if len(number) != 8 or not number.isdecimal() or (uid and not day):
        return []
    same = "v.key = ?3" if code else "v.key LIKE '%-' || ?3"
    return reader.rows(
        f"{_WHERE} WHERE {_OTHER} AND {'v.date = ?1' if day else '?1 IS NULL'} AND v.uid != ?2 AND {same}",
        (day, uid, number),
    )


def _earlier(level: str, row: Row) -> Earlier:
    return Earlier(
        level,
        str(row["voucher"]),
        str(row["claim"] or ""),
        str(row["number"] or ""),
        str(row["claimant"] or ""),
        str(row["state"] or ""),
        str(row["at"] or ""),
        str(row["who"] or ""),
        row["standing"] == "rejected",
        bool(row["undone"]),
        bool(row["void"]),
    )


def hashes_of(reader: Reader, voucher: str) -> list[str]:
    """SHA-256 of the files of a voucher, supporting papers not counted."""
    return reader.column(
        "SELECT a.sha256 FROM voucher_file f JOIN attachment a ON a.uid = f.attachment"
        " WHERE f.voucher = ? AND f.void = 0 AND f.role != 'support'",
        (voucher,),
    )


def judge(reader: Reader, claim: str) -> list[Found]:
    """The duplicates among the vouchers a claim wants paid, as findings: one a voucher."""
    found = []
    for row in reader.rows(
        "SELECT * FROM expense_voucher WHERE claim = ? AND void = 0 AND standing != 'rejected' ORDER BY seq", (claim,)
    ):
        same = earlier(reader, row, hashes_of(reader, row["uid"]))
        counts = [one for one in same if one.goes_before(row)]
        if counts:
            found.append(finding(row, counts))
    return found


def finding(voucher: Row, same: Sequence[Earlier]) -> Found:
    """What is told of one voucher that was handed in before."""
    gravest = min(same, key=lambda one: GRAVITY.index(one.severity))
    more = f"；另有 {len(same) - 1} 处" if len(same) > 1 else ""
    cure = "请剔除这张票，或退回问清楚" if gravest.severity is Severity.STOP else "确实该报的写明原因，不该报的剔除"
    return Found(
        RULE,
        f"重复报销（{ALIKE[gravest.level]}）：{gravest.words}{more}",
        gravest.severity,
        voucher=str(voucher["uid"]),
        field="key" if gravest.level == BY_KEY else "",
        printed=str(voucher["key"] or ""),
        expected="、".join(sorted({one.number or "未归单" for one in same if not one.undone})),
        source="票据台账",
        cure=cure,
        rule_version=VERSION,
    )


GRAVITY = (Severity.STOP, Severity.ASK, Severity.WARN, Severity.HINT)


def twins(reader: Reader) -> list[Row]:
    """Numbers that two claims want paid, or were paid, and nobody has explained: key, how many, the later voucher and its claim.

    The answer to "did two PCs take the same voucher", whichever way they came to be in one file.
    """
    return reader.rows(
        "SELECT v.key, v.uid AS voucher, c.uid AS claim, c.number, c.claimant, count(*) AS times, max(v.created_at) AS at"
        " FROM (SELECT key FROM expense_voucher WHERE key IS NOT NULL AND void = 0 AND standing != 'rejected'"
        " GROUP BY key HAVING count(*) > 1) k JOIN expense_voucher v ON v.key = k.key AND v.void = 0 AND v.standing != 'rejected'"
        " JOIN expense_claim c ON c.uid = v.claim AND c.void = 0 GROUP BY v.key HAVING count(*) > 1"
        " AND count(*) - 1 > (SELECT count(*) FROM expense_voucher x JOIN claim_finding f ON f.voucher = x.uid AND f.rule = ?"
        " AND f.void = 0 AND f.state IN ('answered', 'overridden') WHERE x.key = v.key AND x.void = 0) ORDER BY at DESC",
        (RULE,),
    )
