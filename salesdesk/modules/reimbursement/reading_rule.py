"""What the reader found odd about a file, as findings of the claim, until a person has filled it in or a better file came."""

from __future__ import annotations

from salesdesk.modules.reimbursement.findings import Found
from salesdesk.modules.reimbursement.ledger import by_hand, voucher_of
from salesdesk.persistence.reading import Reader

RULE = "reading"
VERSION = "1"
UNREAD = frozenset(
    (
        "not_invoice",
        "encrypted",
        "damaged",
        "hostile",
        "too_large",
        "empty",
        "unknown_format",
        "no_qr",
        "by_hand",
        "unreadable",
    )
)
"""The file as a whole could not be read: settled once the amount was entered by hand."""
COPY = "copy_only"
"""Only a picture of an electronic invoice: settled once an original is there."""


def judge(reader: Reader, claim: str) -> list[Found]:
    """Findings of the reader on the vouchers of a claim that still stand."""
    found = []
    for row in reader.rows(
        "SELECT v.*, (SELECT count(*) FROM voucher_file f WHERE f.voucher = v.uid AND f.void = 0 AND f.role = 'original') AS originals"
        " FROM expense_voucher v WHERE v.claim = ? AND v.void = 0 AND v.standing != 'rejected' AND v.read_findings IS NOT NULL"
        " ORDER BY v.seq",
        (claim,),
    ):
        entered = by_hand(row)
        for one in voucher_of(row).findings:
            settled = one.field in entered or (one.code in UNREAD and "total" in entered)
            if settled or (one.code == COPY and row["originals"]):
                continue
            found.append(
                Found(
                    f"{RULE}.{one.code}",
                    one.message,
                    one.severity,
                    voucher=str(row["uid"]),
                    field=one.field,
                    printed=one.printed,
                    expected=one.expected,
                    source=one.source,
                    cure=one.cure,
                    rule_version=VERSION,
                )
            )
    return found
