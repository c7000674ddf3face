"""What the reader found odd about a file and no rule of the table weighs, as findings, until a person has filled it in."""

from __future__ import annotations

from salesdesk.modules.reimbursement.checks.authenticity import TAKEN_OVER
from salesdesk.modules.reimbursement.found import Found
from salesdesk.modules.reimbursement.ledger import by_hand, voucher_of
from salesdesk.persistence.reading import Reader

RULE = "reading"
VERSION = "1"
WEIGHED = ("unread_total", "unread_date")
"""Told by `total_unread` and `date_unread` of the table while no other part of the file says the value."""


def judge(reader: Reader, claim: str) -> list[Found]:
    """Findings of the reader on the vouchers of a claim that still stand."""
    found = []
    for row in reader.rows(
        "SELECT * FROM expense_voucher WHERE claim = ? AND void = 0 AND standing != 'rejected' AND read_findings IS NOT NULL"
        " ORDER BY seq",
        (claim,),
    ):
        entered = by_hand(row)
        for one in voucher_of(row).findings:
            settled = one.field in entered or (one.code == "by_hand" and "total" in entered)
            settled |= one.code in WEIGHED and row[one.field] is None
            if one.code not in TAKEN_OVER and not settled:
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
