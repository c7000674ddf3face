"""A claim as the clerk reviews it: its vouchers with files, findings, checks and twins, its steps, and what can be done next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement import duplicates
from salesdesk.modules.reimbursement.checking import checks_of
from salesdesk.modules.reimbursement.findings import findings_of
from salesdesk.modules.reimbursement.ledger import voucher_of
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.precheck import cuts
from salesdesk.modules.reimbursement.progress import events_of, slips_of
from salesdesk.modules.reimbursement.voucher_files import files_of, supports_of_claim
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.modules.standards.book import rulings
from salesdesk.modules.standards.rule_table import RULES
from salesdesk.persistence.reading import Reader
from salesdesk.services.rule_stands import NOBODY
from salesdesk.services.vouchers.voucher import Voucher

NEXT: Mapping[str, tuple[str, ...]] = {
    "draft": ("claim.submit",),
    "head": ("claim.approve", "claim.refuse", "claim.withdraw"),
    "check": ("claim.pass", "claim.return", "claim.withdraw"),
    "returned": ("claim.submit",),
    "passed": ("claim.hand_over", "claim.return"),
    "finance": ("claim.pay", "claim.finance_return"),
    "finance_returned": ("claim.submit",),
    "paid": ("claim.feedback",),
    "told": (),
}
"""State -> the steps that lead on, the usual one first."""

SOURCES = {
    "xml": "XML",
    "ofd_xml": "OFD 内的 XML",
    "pdf_xml": "PDF 内的 XML",
    "ofd_tag": "OFD 标签",
    "ofd_text": "OFD 文字",
    "pdf_text": "PDF 文字",
    "qr": "二维码",
    "ocr": "文字识别",
    "hand": "手工",
}
SEALS = {
    "intact": ("签章完整", "ok"),
    "altered": ("签章：内容被改动", "err"),
    "unsigned": ("没有签章（数电票正常）", "neutral"),
    "test": ("测试证书的签章", "warn"),
    "unknown": ("签章没法判断", "warn"),
}
"""`Voucher.seal` in words, with its tone."""
GROUPED = ("stop", "ask", "warn", "hint")
WHOLE = "whole"
"""Standing of what stands among the vouchers for the claim as a whole: its papers, what is wrong with its lines, its checks."""


class Reviewed(NamedTuple):
    """One voucher: its row, what was read, its files (the original first), its findings (the gravest first), checks, twins."""

    row: Row
    voucher: Voucher
    files: list[Row]
    findings: list[Row]
    checks: list[Row]
    twins: list[duplicates.Earlier]

    @property
    def uid(self) -> str:
        return str(self.row["uid"])

    @property
    def standing(self) -> str:
        return str(self.row["standing"])

    @property
    def open(self) -> list[Row]:
        """Findings that want something done."""
        return [one for one in self.findings if one["state"] == "open" and one["severity"] != "hint"]

    @property
    def gravest(self) -> str:
        """Severity of its gravest open finding; "" when all is settled."""
        return min((str(one["severity"]) for one in self.open), key=GROUPED.index, default="")

    @property
    def settled(self) -> bool:
        """Whether nothing of it waits for the clerk."""
        return self.standing == "rejected" or (self.standing in ("accepted", WHOLE) and not self.open)

    @property
    def is_whole(self) -> bool:
        """Whether it stands for the claim as a whole."""
        return self.standing == WHOLE

    def source(self, key: str) -> str:
        """Where a value came from, in words."""
        return SOURCES.get(self.voucher.sources.get(key, ""), "")


class Review(NamedTuple):
    """All that is known of one claim. `findings` are those of the claim as a whole; `cuts` what is proposed to be cut, 分;
    `proofs` the rules whose findings nobody may let pass."""

    claim: Row
    lines: list[Row]
    vouchers: list[Reviewed]
    findings: list[Row]
    checks: list[Row]
    events: list[Row]
    slips: list[Row]
    supports: list[Row]
    cuts: list[Row]
    proofs: frozenset[str]

    @property
    def looked_at(self) -> int:
        """Vouchers the clerk accepted or rejected."""
        return sum(one.standing != "waiting" for one in self.vouchers)

    @property
    def items(self) -> list[Reviewed]:
        """What is looked through: the vouchers, and at the end the claim as a whole where there is something to see."""
        if not (self.vouchers or self.findings or self.checks or self.supports):
            return []
        row: Row = {
            **dict.fromkeys(VOUCHER.by_key),
            "uid": self.claim["uid"],
            "claim": self.claim["uid"],
            "standing": WHOLE,
        }
        row |= {"total": self.claim["amount"]}
        return [*self.vouchers, Reviewed(row, Voucher(), self.supports, self.findings, self.checks, [])]

    def next_unsettled(self, after: str = "") -> str:
        """The next of the round that waits for something; "" when all is settled."""
        items = self.items
        places = [one.uid for one in items]
        at = places.index(after) + 1 if after in places else 0
        round_ = [*items[at:], *items[:at]]
        return next((one.uid for one in round_ if not one.settled), "")


def review_of(reader: Reader, claim: str, day: str) -> Review | None:
    """The claim as it stands on a day; None when there is none."""
    row = reader.get(CLAIM, claim)
    if row is None:
        return None
    found, checks = findings_of(reader, claim), checks_of(reader, claim)
    vouchers = [
        Reviewed(
            one,
            voucher_of(one),
            files_of(reader, one["uid"]),
            [f for f in found if f["voucher"] == one["uid"]],
            [k for k in checks if k["voucher"] == one["uid"]],
            duplicates.earlier(reader, one, duplicates.hashes_of(reader, one["uid"])),
        )
        for one in reader.rows(
            "SELECT * FROM expense_voucher WHERE claim = ? AND void = 0 ORDER BY seq, rowid", (claim,)
        )
    ]
    known = {one.uid for one in vouchers}
    return Review(
        row,
        reader.of_parent(CLAIM_LINE, claim),
        vouchers,
        [f for f in found if f["voucher"] not in known],
        [k for k in checks if k["voucher"] not in known],
        events_of(reader, claim),
        slips_of(reader, claim),
        supports_of_claim(reader, claim),
        cuts(reader, claim),
        frozenset(code for code, ruling in rulings(reader, day).items() if ruling.stand.who == NOBODY),
    )


def rule_title(code: str) -> str:
    """What a rule is called."""
    rule = RULES.get(code)
    return rule.title if rule is not None else "读票" if code.startswith("reading.") else code
